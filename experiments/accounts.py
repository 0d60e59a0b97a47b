"""What a run is worth to the world outside China, month by month: what it loses, what its states pay, take in and oblige others to spend, what its users add and what its plants can make.

A course for plans (`experiments.plan`): of each run only these sums are kept, some 20 kB, so that thousands of runs fit into memory.
"""

import numpy as np
import xarray as xr

from experiments import headline
from experiments.headline import Headline
from experiments.metrics import losses, outside
from model import TradeModel
from model.names import CHINA, MONTHS_A_YEAR, month_index
from model.tables import value_per_kg
from model.world import World

MILLIONS, THOUSANDS = 1e3, 1e6
"""In a billion; t times USD/kg are thousands of USD."""
BOOKS = ("public_cost", "public_income", "obliged_cost")


def accounts(model: TradeModel, until: str) -> xr.Dataset:
    """(month, ...) outside China: loss and value added of the headline's sectors and money moved by states, by kind of instrument, billion USD; need, t; capacity that works and that is
    under construction, and output, of the headline's stage, t a year."""
    results = model.run_until(until).results()
    headline.note(results, model.facts)
    of = headline.of(results)
    worth = xr.DataArray([usd_per_kg(model.facts, of).get(str(name), 0.0) for name in results.sector.values], dims="sector", coords={"sector": results.sector})
    need = outside(results, "need")
    kept = {
        "loss": losses(results).sum(["kind", "sector", "region"]),
        "value": (need * worth.sel(sector=need.sector)).sum(["sector", "region"]) / THOUSANDS,
        **{book: results[book].sel(payer=results.payer != CHINA).sum("payer") / MILLIONS for book in BOOKS},
    }
    told = {name: values.assign_attrs(units="billion USD") for name, values in kept.items()}
    works = {name: results[f"outside_{name}"].sel(stage=of.stage, drop=True) for name in ("capacity", "pipeline", "output")}
    return xr.Dataset(told | works | {"need": need.sum(["sector", "region"]).assign_attrs(units="t")}, attrs=results.attrs)


def usd_per_kg(world: World, of: Headline) -> dict[str, float]:
    """Value added by each of the headline's sectors, USD a kg of what it uses."""
    worth, sectors = value_per_kg(world.tables["value_added"]), world.tables["sectors"].set_index("sector")
    found = {name: worth.get(name, sectors.value_added_usd_per_kg.get(name, np.nan)) for name in of.sectors}
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}


def present(values: xr.DataArray, rate: float, start: str) -> xr.DataArray:
    """Sum over months of what is worth the less the later it comes: discounted at a rate a year to a month; earlier months are left out, those in which nothing differs yet."""
    later = np.array([month_index(str(month)) - month_index(start) for month in values.month.values])
    weight = np.where(later >= 0, (1.0 + rate) ** (-later / MONTHS_A_YEAR), 0.0)
    return (values.astype(float) * xr.DataArray(weight, dims="month", coords={"month": values.month})).sum("month")
