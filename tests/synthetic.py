"""Made-up results in the schema of `TradeModel.results()`, for tests of what is done with results rather than of the model.

The shapes are plausible (a shock in 2025, a second one from November 2026 in `restrictions_resume`), the figures mean nothing.
"""

import json

import numpy as np
import xarray as xr
from vocabulary import ELEMENTS, GOODS, STAGES, USERS_OF_OXIDE, WORLD

from experiments import headline, observed
from model.names import DESTINATIONS, KINDS, REGIONS, month_index, month_name
from model.treasury import kinds

SECTORS = ("ev_traction", "auto_other", "wind", "hvac", "consumer_electronics", "industrial_robots_motors", "two_wheelers",
           "elevators_appliances_tools", "medical_separation_other", "defence_aerospace", "drones_advanced_air")  # fmt: skip
START_PRICES = np.array([8.0, 55.0, 250.0, 800.0, 70.0, 40.0, 60.0, 90.0, 10.0])
UNITS = {
    "china_exports": "t", "price": "USD/kg", "need": "t", "unmet_demand": "t", "output_loss": "million USD", "output_loss_downstream": "million USD",
    "demand_given_up": "million USD", "redesign_cost": "million USD", "price_bill": "million USD", "cover": "months",
    "orders": "t", "belief": "1", "licence_queue": "t", "licence_wait": "months", "china_share": "1", "outside_capacity": "t/year",
    "outside_output": "t/year", "outside_pipeline": "t/year", "inventory": "t", "clamped": "1", "need_ref": "t", "redesigned": "t", "shortfall": "t", "supply": "t",
    "licence_approved": "1", "supply_in_parts": "t", "plants_idle": "1", "idle_capacity": "t/year", "plants_shut": "1", "shut_capacity": "t/year", "public_cost": "million USD", "public_income": "million USD", "obliged_cost": "million USD",
    "decided_capacity": "t/year", "dropped_projects": "t/year", "put_in_use": "t", "end_of_life": "t", "collected": "t", "recycled": "t",
}  # fmt: skip


def course(scenario: str, months: np.ndarray, severity: float) -> np.ndarray:
    """How hard each month is: a shock in spring 2025, and one that fades from November 2026 where restrictions resume."""
    crisis = 0.8 * np.exp(-0.5 * ((months - 16) / 1.5) ** 2)
    if scenario == "restrictions_resume":
        crisis = crisis + np.where(months >= month_index("2026-11"), (1 - severity) * np.exp(-(months - 34) / 60), 0)
    return crisis


def coordinates(months: np.ndarray, sectors: tuple[str, ...]) -> dict[str, object]:
    """The names along each dimension, and the months' dates."""
    names = [month_name(index) for index in months]
    return {
        "month": names, "date": ("month", np.array(names, "datetime64[ns]")), "good": list(GOODS), "destination": list(DESTINATIONS), "market": list(WORLD.markets),
        "sector": list(sectors), "region": list(REGIONS), "origin": list(REGIONS), "stage": list(STAGES), "element": list(ELEMENTS), "scrap": ["old", "new"], "kind": list(KINDS), "payer": list(REGIONS), "instrument": kinds(), "clamp": ["price_rise_limit", "squeeze_ceiling"],
    }  # fmt: skip


def synthetic_results(scenario: str, seed: int, until: str = "2035-12") -> xr.Dataset:
    """One run's results: same noise for the same seed, and a shock of the seed's severity where restrictions resume."""
    luck = np.random.default_rng(seed)
    count = month_index(until) + 1
    months = np.arange(count)
    severity = float(luck.choice([0.3, 0.5, 0.7]))
    crisis = course(scenario, months, severity)
    noise = luck.normal(1, 0.02, count)
    sectors = SECTORS + tuple(USERS_OF_OXIDE)
    grid = (count, len(sectors), len(REGIONS))
    need = luck.uniform(0, 500, grid[1:]) * (luck.random(grid[1:]) < 0.7) * noise[:, None, None]
    loss = np.clip(0.3 * crisis - 0.05, 0, 1)[:, None, None] * np.where(np.array(REGIONS) == "CHN", 0, 1)
    growth = 1 + months / 144 * (1 + crisis.mean())
    good, stage = np.arange(len(GOODS)), np.arange(len(STAGES))
    elements = need.sum(axis=1)[:, None, :] * np.array([0.28, 0.008, 0.0015])[:, None]
    values = {
        "china_exports": ("month good destination", 50 * (good % 4)[:, None] * (1 - crisis)[:, None, None] * noise[:, None, None]
                          * np.linspace(2, 0.5, len(DESTINATIONS))),
        "price": ("month good market", START_PRICES[:, None] * np.stack([noise, *[noise * (1 + crisis), noise * (1 + 6 * crisis)] * (1 + len(WORLD.market_regions))], -1)[:, None]),
        "need": ("month sector region", need),
        "unmet_demand": ("month sector region", need * loss),
        "output_loss": ("month sector region", (need * loss * 5)),
        "output_loss_downstream": ("month sector region", (need * loss * 10)),
        "demand_given_up": ("month sector region", need * (crisis / 100)[:, None, None]),
        "redesign_cost": ("month sector region", need * (crisis / 50)[:, None, None]),
        "price_bill": ("month sector region", need * (crisis / 5)[:, None, None]),
        "need_ref": ("month sector region", need * (1 + crisis)[:, None, None]),
        "redesigned": ("month sector region", need * (crisis / 2)[:, None, None]),
        "shortfall": ("month sector region", need * (crisis[:, None, None] + loss)),
        "supply": ("month origin region", np.where(np.array(REGIONS) == "CHN", 70, 3)[:, None] * (1 - crisis / 2)[:, None, None] * np.linspace(2, 0.5, len(REGIONS))),
        "supply_in_parts": ("month origin region", np.where(np.array(REGIONS) == "CHN", 4, 1)[:, None] * (1 + crisis / 2)[:, None, None] * np.ones(len(REGIONS))),
        "licence_approved": ("month good", (1 - crisis)[:, None] * (good > 1)),
        "cover": ("month sector region", np.broadcast_to(2 - crisis[:, None, None], grid)),
        "orders": ("month sector region", need * (1 + crisis)[:, None, None]),
        "belief": ("month region", np.broadcast_to(0.05 + 0.5 * crisis[:, None], (count, len(REGIONS)))),
        "licence_queue": ("month good", 900 * crisis[:, None] * (good > 1)),
        "licence_wait": ("month good", 3 * crisis[:, None] * (good > 1)),
        "china_share": ("month stage", (0.66 + 0.09 * stage) / growth[:, None] ** 0.3),
        "outside_capacity": ("month stage", 1e4 * (1 + stage) * growth[:, None]),
        "outside_output": ("month stage", 6e3 * (1 + stage) * growth[:, None]),
        "outside_pipeline": ("month stage", 2e3 * (1 + stage) * growth[:, None]),
        **dict.fromkeys(("plants_idle", "idle_capacity", "plants_shut", "shut_capacity"), ("month stage", 10.0 * (1 + stage) * growth[:, None])),
        **dict.fromkeys(("public_cost", "public_income", "obliged_cost"), ("month payer instrument", 2.0 * crisis[:, None, None] * np.ones((len(REGIONS), len(kinds()))))),
        **dict.fromkeys(("decided_capacity", "dropped_projects"), ("month stage", 4e3 * (1 + stage) * np.ones((count, 1)))),
        "put_in_use": ("month element region", elements), "end_of_life": ("month element region", 0.5 * elements), "collected": ("month element region", 0.02 * elements),
        "recycled": ("month scrap element region", np.stack([0.02 * elements, 0.05 * elements], 1)),
        "inventory": ("month kind good", np.full((count, len(KINDS), len(GOODS)), 100.0)),
        "clamped": ("month clamp", np.stack([crisis > 0.5, crisis > 2], -1).astype(float)),
    }  # fmt: skip
    drawn = {"capacity_share": severity, "strictness USA": 0.15 + 0.85 * luck.random(), "strictness JPN": 0.1 + 0.9 * luck.random()}
    drawn = drawn if scenario == "restrictions_resume" else {}
    return xr.Dataset(
        {name: (dims.split(), np.asarray(data, np.float32), {"units": UNITS[name], "long_name": name.replace("_", " ")})
         for name, (dims, data) in values.items()},
        coordinates(months, sectors),
        {"scenario": scenario, "sentence": scenario, "seed": seed, "parameters": "{}", "drawn": json.dumps(drawn), "version": "0"},
    )  # fmt: skip


def synthetic_runs(replicates: int = 20, until: str = "2035-12", scenarios: tuple[str, ...] = ("truce_holds", "restrictions_resume")) -> xr.Dataset:
    """An ensemble in the schema of `runs.nc`."""
    stack = {"data_vars": "all", "coords": "minimal", "compat": "override", "join": "exact", "combine_attrs": "drop_conflicts"}
    by_replicate = []
    for seed in range(replicates):
        runs = [synthetic_results(name, seed, until) for name in scenarios]
        for run in runs:
            drawn = json.loads(run.attrs["drawn"])
            run["drawn_capacity"] = ((), drawn.get("capacity_share", np.nan), {"units": "1"})
            run["drawn_strictness"] = ("destination", [drawn.get(f"strictness {place}", np.nan) for place in DESTINATIONS], {"units": "1"})
        both = xr.concat(runs, "scenario", **stack).assign_coords(scenario=list(scenarios), replicate=seed, parameter=["belief_down"])
        both["parameter_value"] = ("parameter", [0.01 + 0.05 * seed / replicates])
        both["model_seed"] = seed
        by_replicate.append(both)
    runs = xr.concat(by_replicate, "replicate", **stack)
    headline.note(runs, WORLD)
    observed.note(runs, WORLD)
    return runs
