"""Statecraft: when is restricting in China's own interest, counted in what its exports earn, over others' dependence, stocks and speed of building?"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
import xarray as xr

from experiments import caveats, command, ensemble, exports, figures, files, headline, metrics, provenance, records
from experiments.caveats import rough
from experiments.compare import HIGH, LOW, quantile
from experiments.exports import ExportBooks
from experiments.figures import statecraft as picture
from experiments.horizons import DEPARTURE
from experiments.plan import Plan
from experiments.sampling import error
from experiments.without import without
from experiments.wording import figure_units, known, plus, readable, sentence_of, signed, spoken
from model import Scenario, SupplyShock, Tariff, TradeModel
from model.errors import InputError
from model.names import CHINA, MONTHS_A_YEAR, month_index
from model.policies.instrument import Instrument
from model.world import World

EXPERIMENT = "statecraft"
SCENARIOS = ["truce_holds", "october_for_a_year", "october_until_2029", "restrictions_resume"]
REPLICATES = 4
CAPACITY, STOCKS, SPEED = (1.0, 2.0), (0.5, 1.0, 2.0), (0.5, 1.0, 2.0)
"""Multiples of capacity outside China, of users' normal cover, and of decisions on projects and lines."""
COVER, DECISIONS, DISCOUNT = "cover_scale", "new_investment_scale", "cost_of_capital_china"
"""Parameters that stand for stocks and for speed; the one future money is discounted by."""
SWITCHES = ("building", "thrift", "fear", "parts", "contracts")
"""Mechanisms that are switched off in the usual cell, where the world has them, beside the answer of others."""
NO_ANSWER = "answer"
PLAIN = (1.0, 1.0, 1.0)
MILLION_A_BILLION = 1000.0
SOON = 36
"""Months that are near."""
MEASURED = {
    "value": "what exports earn, and export tax", "lost": "of it: sold less", "rent": "of it: dearer", "duties": "of it: duties of others", "tax": "taken in as export tax", "soon": f"in the first {SOON} months", "during": "while controls stand", "after": "afterwards",
    "undiscounted": "undiscounted", "beyond_home": "beyond what it would fetch in China", "state": "the state's income less its cost", "home_loss": "loss of users in China", "outside_loss": "loss of users outside China",
}  # fmt: skip
"""What is counted, billion USD, alternative less baseline, and how it reads."""
MORE = {"share": "China's share of what the headline's stage makes, last year", "capacity": "capacity of that stage outside China, last month"}
BEFORE = {"dependence": "share of the goods users outside China get that comes from China, before the parting", "cover": "months of stock of users outside China, before the parting", "earned": "what exports earn in the baseline, discounted, billion USD"}
"""What describes a cell, in the baseline."""


@dataclass(frozen=True)
class Setting:
    """A world in which all scenarios are run: multiples of capacity outside, of cover and of decisions; a mechanism that is off, or the answer of others."""

    capacity: float = 1.0
    stocks: float = 1.0
    speed: float = 1.0
    off: str = ""

    @property
    def cell(self) -> tuple[float, float, float]:
        """Where it lies on the map."""
        return self.capacity, self.stocks, self.speed

    def plan(self, plan: Plan) -> Plan:
        """The plan in it: scenarios and parameters of its own, the same luck and draws; stocks and speed are multiples of what is drawn."""
        settings = dict(plan.settings) | ({self.off: 0.0} if self.off in plan.world.switches else {})
        return replace(plan, scenarios=tuple(self.told(scenario, plan.world) for scenario in plan.scenarios), settings=settings, kept=None)

    def told(self, scenario: Scenario, world: World) -> Scenario:
        """A scenario in it."""
        mine = without(scenario, {event.name for event in scenario.events if answers(event)}) if self.off == NO_ANSWER else scenario
        return mine.with_events([*mine.events, *self.more_outside(world)])

    def more_outside(self, world: World) -> list[Instrument]:
        """Makers outside China can make so much more, or less, from the first month on."""
        names = tuple(str(name) for name in world.entities.index[(world.entities.country != CHINA) & world.entities.process.isin(list(world.chain.by_name))])
        months = month_index(DEPARTURE) - world.first + LONG
        return [] if self.capacity == 1.0 else [SupplyShock(date=world.start, name="More capacity outside China", factor=self.capacity, months=months, entities=names)]

    def scaled(self, plan: Plan, replicate: int) -> dict[str, float]:
        """Parameters of a replicate in it, each within what it may be."""
        found = {}
        for name, factor in ((COVER, self.stocks), (DECISIONS, self.speed)):
            parameter = plan.world.parameters[name]
            drawn = plan.settings.get(name, plan.draws.loc[replicate].get(name, parameter.value))
            found[name] = float(np.clip(factor * drawn, parameter.minimum, parameter.maximum)) if factor != 1.0 else drawn
        return {name: value for name, value in found.items() if name in plan.settings or name in plan.draws or value != plan.world.parameters[name].value}


LONG = 12 * MONTHS_A_YEAR
"""Months from the parting on that a change of capacity lasts."""


def answers(event: Instrument) -> bool:
    """Whether it is a duty with which others answer China's controls: one that stands in the alternatives' restrictions."""
    return isinstance(event, Tariff) and event.part_of == "restrictions"


@dataclass(frozen=True)
class Accounts:
    """What is kept of a replicate: what each alternative brings China in each setting, beside the baseline."""

    settings: tuple[Setting, ...]
    alternatives: tuple[str, ...]
    standing: tuple[tuple[bool, ...], ...]
    """Of each alternative, in which months from the parting on its own controls stand."""
    rate: float | None = None
    """What a year's discount is; that of the run's parameters if None."""

    @property
    def runs(self) -> int:
        """Runs a replicate takes."""
        return len(self.settings) * (len(self.alternatives) + 1)

    def __call__(self, plan: Plan, replicate: int) -> xr.Dataset:
        """All settings and alternatives of a replicate, (setting, alternative) and (setting,)."""
        found = [self.of(setting, plan, replicate) for setting in self.settings]
        return xr.concat(found, "setting").assign_coords(replicate=replicate, alternative=list(self.alternatives))

    def of(self, setting: Setting, plan: Plan, replicate: int) -> xr.Dataset:
        """One setting of a replicate."""
        mine = setting.plan(plan)
        mine = replace(mine, settings=dict(mine.settings) | setting.scaled(plan, replicate))
        runs = [run(mine, scenario, replicate) for scenario in mine.scenarios]
        rate = self.rate if self.rate is not None else runs[0][1]
        calm, others = runs[0][0], [books for books, _ in runs[1:]]
        found = [measured(calm, other, np.array(standing), rate) for other, standing in zip(others, self.standing, strict=True)]
        return xr.merge([xr.concat(found, "alternative"), described(calm, rate)], compat="override")


def run(plan: Plan, scenario: Scenario, replicate: int) -> tuple[xr.Dataset, float]:
    """A run's results, and its rate of discount."""
    model: TradeModel = ensemble.built(plan, scenario, replicate).run_until(plan.until)
    results = model.results()
    headline.note(results, plan.world)
    return results, float(getattr(model.p, DISCOUNT))


# ---- run


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        act(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES, more=options), words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    for name, values, words in (("--capacity", CAPACITY, "capacity outside China"), ("--stocks", STOCKS, "users' normal cover"), ("--speed", SPEED, "decisions on projects and lines")):
        parser.add_argument(name, nargs="+", type=float, default=list(values), metavar="X", help=f"multiples of {words} that the map shows (default {' '.join(f'{value:g}' for value in values)})")
    parser.add_argument("--rate", type=float, help=f"discount a year (default {DISCOUNT} of each run)")
    parser.add_argument("--no-switches", action="store_true", help="leave out the runs in which the answer of others or a mechanism is off")


def act(chosen: command.Options, words: list[str]) -> None:
    """Simulate all settings, tell, draw, write; the manifest comes last."""
    plan, out = prepared(chosen), chosen.out
    kept = plan.kept
    assert isinstance(kept, Accounts)
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        print(f"{len(kept.settings)} settings, {kept.runs} runs a replicate")
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        rows, carries = table(runs, kept), carried(runs, kept, plan.world)
        drawn = picture.draw(runs, rows, carries, list(kept.settings), heading(rows), plan.replicates)
        outputs = [records.write_table(rows, out / "statecraft.csv"), records.write_table(carries, out / "carried.csv"), figures.save(drawn, out / "statecraft.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", sentence(rows, carries), "", in_words(rows), "", *outputs, sep="\n")


def prepared(chosen: command.Options) -> Plan:
    """The plan with its settings; what cannot be is refused."""
    given, plan = chosen.given, chosen.plan
    for name in ("capacity", "stocks", "speed"):
        values = getattr(given, name)
        if not all(0.0 < value <= MOST for value in values):
            raise InputError(f"--{name}: {' '.join(f'{value:g}' for value in values)} are not all above 0 and up to {MOST:g}; give multiples such as 0.5 1 2")
    if given.rate is not None and not 0.0 <= given.rate < 1.0:
        raise InputError(f"--rate: {given.rate:g} is no yearly discount; give for example 0.05 for 5 %")
    cells = [Setting(*cell) for cell in product(*(sorted(set(values)) for values in (given.capacity, given.stocks, given.speed)))]
    offs = [] if given.no_switches else [NO_ANSWER, *(name for name in SWITCHES if name in plan.world.switches)]
    settings = list(dict.fromkeys([Setting(), *cells, *(Setting(off=name) for name in offs)]))
    months = range(month_index(DEPARTURE), month_index(plan.until) + 1)
    standing = tuple(tuple(controls(plan.scenarios[0], each, month) for month in months) for each in plan.scenarios[1:])
    kept = Accounts(tuple(settings), tuple(each.name for each in plan.scenarios[1:]), standing, given.rate)
    return replace(plan, parts=(*plan.parts, ExportBooks()), kept=kept)


MOST = 4.0
"""Largest multiple."""


def controls(first: Scenario, other: Scenario, month: int) -> bool:
    """Whether an export control stands in a month in the other scenario that the first has not: another kind or regime, whatever its name and dates."""
    return bool(caveats.controls(other, month).keys() - caveats.controls(first, month).keys())


# ---- measured in a replicate


def measured(calm: xr.Dataset, then: xr.Dataset, standing: np.ndarray, rate: float) -> xr.Dataset:
    """What an alternative brings China beside the baseline, from the parting on: billion USD, discounted to it, and month by month."""
    cut = [books.sel(month=books.month >= DEPARTURE) for books in (calm, then)]
    worth = discount(cut[0].sizes["month"], rate) / MILLION_A_BILLION
    flows, tax = exports.split(*cut), public("public_income", cut, exporters_only=True)
    flows["duties"] = flows["duties"] + tax  # what China's own state takes is China's
    monthly = np.sum(list(flows.values()), axis=0)
    found: dict[str, float] = {"value": float(monthly @ worth), "tax": float(tax @ worth)} | {name: float(values @ worth) for name, values in flows.items()}
    found |= {"soon": float(monthly[:SOON] @ worth[:SOON]), "during": float((monthly * standing) @ worth), "after": float((monthly * ~standing) @ worth), "undiscounted": float(monthly.sum() / MILLION_A_BILLION)}
    beyond = [(books[exports.EARNED] - books[exports.AT_HOME]).sum(["good", "region"]).values.astype(float) for books in cut]
    found |= {"beyond_home": float((beyond[1] - beyond[0]) @ worth), "state": float((public("public_income", cut) - public("public_cost", cut)) @ worth)}
    for name, inside in (("home_loss", True), ("outside_loss", False)):
        losses = [lost(books, inside) for books in cut]
        found[name] = float((losses[1] - losses[0]) @ worth)
    of, year = headline.of(cut[0]), slice(-MONTHS_A_YEAR, None)
    stage = [books.sel(stage=of.stage) for books in cut]
    found |= {"share": float(100 * (stage[1].china_share[year].mean() - stage[0].china_share[year].mean())), "capacity": float(stage[1].outside_capacity[-1] - stage[0].outside_capacity[-1])}
    return xr.Dataset({name: ((), value) for name, value in found.items()} | {"monthly": ("month", monthly * worth)}).assign_coords(month=cut[0].month.values.astype(str))


def discount(months: int, rate: float) -> np.ndarray:
    """What money of each month is worth in the first."""
    return (1.0 + rate) ** -(np.arange(months) / MONTHS_A_YEAR)


def public(book: str, cut: Sequence[xr.Dataset], exporters_only: bool = False) -> np.ndarray:
    """What China's state pays or takes in more, million USD a month; exporters_only: by taxes on its exports."""
    kinds = [str(kind) for kind in cut[0].instrument.values if not exporters_only or str(kind) == "ExportTax"]
    before, then = (books[book].sel(payer=CHINA, instrument=kinds).sum("instrument").values.astype(float) for books in cut)
    return then - before


def lost(books: xr.Dataset, inside: bool) -> np.ndarray:
    """Loss of users in China, or outside it, million USD a month."""
    where = books.region == CHINA if inside else books.region != CHINA
    found = [books[name].sel(sector=headline.counted(books), region=where).sum(["sector", "region"]).values.astype(float) for name in metrics.KINDS_OF_LOSS.values()]
    return np.sum(found, axis=0)


def described(calm: xr.Dataset, rate: float) -> xr.Dataset:
    """How dependent and how well stocked others are before the parting, and what exports earn without it."""
    year = calm.sel(month=calm.month < DEPARTURE).isel(month=slice(-MONTHS_A_YEAR, None))
    came = (year.supply + year.supply_in_parts).sel(region=year.region != CHINA).sum(["month", "region"])
    after = calm.sel(month=calm.month >= DEPARTURE)
    earned = after[exports.EARNED].sum(["good", "region"]).values.astype(float) @ discount(after.sizes["month"], rate) / MILLION_A_BILLION
    need = metrics.outside(year.isel(month=[-1]), "need").sum("region")
    cover = metrics.sector_cover(year.isel(month=[-1]))
    return xr.Dataset({
        "dependence": ((), float(came.sel(origin=CHINA) / max(float(came.sum()), LEAST))), "cover": ((), float((cover.fillna(0) * need).sum() / max(float(need.sum()), LEAST))), "earned": ((), float(earned)),
    })  # fmt: skip


LEAST = 1e-9


# ---- told


def table(runs: xr.Dataset, kept: Accounts) -> pd.DataFrame:
    """A row a setting, alternative and outcome: median with its sampling error, spread over replicates, and the share of replicates in which it is above nought."""
    rows = []
    for at, setting in enumerate(kept.settings):
        here = runs.isel(setting=at)
        seen = {name: float(np.median(here[name].values)) for name in BEFORE}
        for alternative in kept.alternatives:
            for name in (*MEASURED, *MORE):
                values = here[name].sel(alternative=alternative).values.astype(float)
                told = {"outcome": name, "words": (MEASURED | MORE)[name], "unit": "billion USD" if name in MEASURED else "t a year" if name == "capacity" else "points"}
                rows.append({"alternative": alternative, "capacity_outside": setting.capacity, "stocks": setting.stocks, "speed": setting.speed, "off": setting.off, **told, **spread(values), "pays": float((values > 0).mean()), **seen,
                             "replicates": values.size, "note": rough(values.size)})  # fmt: skip
    return pd.DataFrame(rows)


def spread(values: np.ndarray) -> dict[str, float]:
    """Median, its sampling error, and 5-95 % over replicates."""
    ends = error(values)
    return {"median": quantile(values, 0.5), "median_from": ends[0], "median_to": ends[1], "low": quantile(values, LOW), "high": quantile(values, HIGH)}


def carried(runs: xr.Dataset, kept: Accounts, world: World) -> pd.DataFrame:
    """What the answer of others and each mechanism carry of what restricting brings in the usual setting: with it less without it, replicate by replicate."""
    plain = kept.settings.index(Setting())
    rows = []
    for at, setting in enumerate(kept.settings):
        if setting.off:
            for alternative in kept.alternatives:
                on, off = (runs.value.isel(setting=place).sel(alternative=alternative).values.astype(float) for place in (plain, at))
                words = "the answer of others (duties)" if setting.off == NO_ANSWER else world.switches[setting.off].words
                rows.append({"alternative": alternative, "off": setting.off, "words": words, "on": quantile(on, 0.5), "without": quantile(off, 0.5), **spread(on - off), "unit": "billion USD", "replicates": on.size})
    return pd.DataFrame(rows, columns=["alternative", "off", "words", "on", "without", "median", "median_from", "median_to", "low", "high", "unit", "replicates"])


def usual(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the setting in which nothing is changed."""
    return rows[(rows.off == "") & (rows.capacity_outside == 1.0) & (rows.stocks == 1.0) & (rows.speed == 1.0)]


def paying(rows: pd.DataFrame) -> pd.DataFrame:
    """Cells of the map by alternative: in how many restricting pays at the median."""
    return rows[(rows.off == "") & (rows.outcome == "value")]


def heading(rows: pd.DataFrame) -> str:
    """What the figure shows, in a line."""
    mine = usual(rows)[usual(rows).outcome == "value"]
    each = ", ".join(f"{plus(row.median)} ({readable(row.alternative)})" for row in mine.itertuples())
    cells = paying(rows)
    return f"What restricting changes in what China's exports earn, billion USD: {each}; it pays at the median in {int((cells['median'] > 0).sum())} of {len(cells)} cells"


def sentence(rows: pd.DataFrame, carries: pd.DataFrame) -> str:
    """Whether it pays, of what it is made, where it would pay, and what carries it."""
    told = [f"Counted: what China's sellers keep of the price at the buyer's, after others' duties and freight, and export tax, discounted to {spoken(DEPARTURE)}, to the end of the runs; not what it costs to make, nor what it wins by pressure."]
    for alternative in dict.fromkeys(rows.alternative):
        mine = usual(rows)[usual(rows).alternative == alternative].set_index("outcome")
        value, cells = mine.loc["value"], paying(rows)[paying(rows).alternative == alternative]
        where = cells[cells["median"] > 0]
        told.append(
            f"“{readable(alternative)}” instead of the baseline brings {known(plus(value['median']), value.median_from, value.median_to)} billion USD (5-95 % of runs: {signed(value.low, value.high)}; it pays in {100 * value.pays:.0f} % of them): "
            f"sold less {plus(mine.loc['lost']['median'])}, dearer {plus(mine.loc['rent']['median'])}, duties {plus(mine.loc['duties']['median'])}, taken in as export tax {plus(mine.loc['tax']['median'])}; "
            f"{plus(mine.loc['soon']['median'])} in the first {SOON} months; {plus(mine.loc['during']['median'])} while controls stand, {plus(mine.loc['after']['median'])} afterwards. Counted beyond what the same goods would fetch in China it brings {known(plus(mine.loc['beyond_home']['median']), mine.loc['beyond_home'].median_from, mine.loc['beyond_home'].median_to)}. China's share {plus(mine.loc['share']['median'])} points in the last year. "
            f"It pays at the median in {len(where)} of {len(cells)} cells{': ' + '; '.join(cell(row) for row in where.head(3).itertuples()) if len(where) else ''}."
        )
    if len(carries):
        last = carries[carries.alternative == carries.alternative.iloc[-1]]
        told.append(f"Of “{readable(last.alternative.iloc[0])}” (with less without, billion USD): {', '.join(f'{row.words} {known(plus(row.median), row.median_from, row.median_to)}' for row in last.itertuples())}.")
    return " ".join(told) + sentence_of(rough(int(rows.replicates.iloc[0])))


def cell(row: object) -> str:
    """A cell of the map in words."""
    return f"capacity outside x{row.capacity_outside:g}, stocks x{row.stocks:g}, building x{row.speed:g} ({plus(row.median)})"  # type: ignore[attr-defined]


def in_words(rows: pd.DataFrame) -> str:
    """The usual setting: outcomes down, alternatives across."""
    mine = usual(rows)
    cells = mine.assign(cell=[f"{known(plus(row.median), row.median_from, row.median_to)} [{signed(row.low, row.high)}]" for row in mine.itertuples()], name=[f"{row.words}, {row.unit}" for row in mine.itertuples()])
    wide = cells.pivot(index="name", columns="alternative", values="cell").loc[list(dict.fromkeys(cells.name)), list(dict.fromkeys(cells.alternative))]
    return "Alternative less baseline: median (its sampling error) [5-95 % of runs]\n" + wide.rename_axis(index=None, columns=None).to_string() + f"\n{figure_units(float(mine.earned.iloc[0]))} billion USD are earned in the baseline."


if __name__ == "__main__":
    main()
