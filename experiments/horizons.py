"""Horizons: what should makers, defence, investors and states expect within a year, in one to three, after three and a decade on, if the truce holds and if it does not?"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, headline, provenance, records
from experiments.caveats import rough
from experiments.figures import horizons as picture
from experiments.headline import Headline
from experiments.metrics import BILLION, STOPPED, YEAR, losses, share
from experiments.sampling import TOLD, error, mean_error, quantile
from experiments.windows import DEPARTURE, months_from
from experiments.wording import figure_units, heading, known, readable, sentence_of, spoken
from model.errors import InputError
from model.names import CHINA, DEFENCE, month_index
from model.world import World

EXPERIMENT = "horizons"
SCENARIOS = ["truce_holds", "restrictions_resume"]
REPLICATES = 30
MAKERS, ARMS, INVESTORS, STATES = "makers", "defence", "investors", "states"
FIRST, SECOND, THIRD, LAST = HORIZONS = ("0-12 months", "1-3 years", "3+ years", "a decade on")
"""Counted from November 2026; the last is the runs' last year, and the third goes up to it."""
STARTS = (0, 12, 36)
"""Months from November 2026 on at which the first three begin."""
PER_CENT = 100.0
LOW, HIGH = 0.05, 0.95
STOP, UNMET, COVER = OF_USERS = ("stop", "unmet", "cover")


@dataclass(frozen=True)
class Outcome:
    """What somebody wants to know of a window of months: who, of what kind, what, its unit, and how it is measured, (scenario, replicate)."""

    user: str
    kind: str
    name: str
    words: str
    unit: str
    measure: Callable[[xr.Dataset], xr.DataArray]

    @property
    def chance(self) -> bool:
        """Whether it is a chance: a share of months and runs, told as a mean."""
        return self.name == STOP


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES), words)


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate, measure each horizon, tell, draw, write; the manifest comes last."""
    plan, out = chosen.plan, chosen.out
    spans = spans_of(plan.until)
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        records.label(runs, manifest, plan.scenarios)
        rows = table(runs, outcomes(headline.of(runs), plan.world), spans)
        outputs = [records.write_table(rows, out / "horizons.csv"), figures.save(picture.draw(rows, runs), out / "horizons.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", sentence(rows), "", in_words(rows), "", *outputs, sep="\n")


def spans_of(until: str) -> dict[str, tuple[int, int]]:
    """First month of each horizon and the one after its last, from November 2026 on; those the runs do not reach are left out, the last year is only told beyond the third."""
    end = month_index(until) - month_index(DEPARTURE) + 1
    if end < YEAR:
        raise InputError(f"--until: {until} leaves {end} months from {DEPARTURE}, and the first horizon has {YEAR}; choose a later month")
    decade = end - YEAR if end - YEAR > STARTS[-1] else end
    found = {name: (start, min(stop, end)) for name, start, stop in zip(HORIZONS, STARTS, (*STARTS[1:], decade), strict=False) if start < end}
    return found | ({LAST: (decade, end)} if decade < end else {})


# ---- measured


def outcomes(of: Headline, world: World) -> list[Outcome]:
    """What each kind of user wants to know."""
    use = dict(zip(world.tables["sectors"]["sector"], world.tables["sectors"]["use"], strict=True))
    arms = [name for name, kind in use.items() if kind == DEFENCE]
    users = {of.readable(name): ([name], ARMS if name in arms else MAKERS) for name in of.sectors} | {of.readable(name): ([name], ARMS) for name in arms}
    found = [
        Outcome(user, kind, name, words, unit, partial(measure, sectors=sectors))
        for user, (sectors, kind) in sorted(users.items(), key=lambda each: each[1][1] != MAKERS)
        for name, words, unit, measure in ((STOP, "chance of a stop in a month", "%", stop), (UNMET, "need unmet", "%", unmet), (COVER, "months of cover", "months", cover))
    ]
    found += [Outcome(INVESTORS, INVESTORS, f"price {good}", f"{of.readable(good)} paid outside China", "USD/kg", partial(paid, good=good)) for good in heavies(of, world)]
    rest = (
        (INVESTORS, "gap", f"{of.readable(of.price)} paid outside over price in China", "x", lambda window: (market(window, "ROW_realised", of.price) / market(window, "CHN", of.price)).mean("month")),
        (INVESTORS, "capacity", f"working {of.word} capacity outside China at the end", of.rate, lambda window: at_end(window.outside_capacity, of)),
        (INVESTORS, "building", f"{of.word} capacity under construction there at the end", of.rate, lambda window: at_end(window.outside_pipeline, of)),
        (INVESTORS, "use", "use of that capacity", "%", lambda window: PER_CENT * share(*(staged(window[name], of).mean("month") for name in ("outside_output", "outside_capacity")))),
        (STATES, "unmet all", f"{of.word} need unmet outside China", "%", partial(unmet, sectors=list(of.sectors))),
        (STATES, "loss", "loss outside China", "billion USD a year", lambda window: a_year(losses(window).sum(["kind", "sector", "region"]))),
        (STATES, "cost", "states pay and oblige others to spend", "billion USD a year", lambda window: a_year(spent(window))),
        (STATES, "china", f"China's share of {of.words} made", "%", lambda window: PER_CENT * window.china_share.sel(stage=of.stage, drop=True).mean("month")),
    )  # fmt: skip
    return found + [Outcome(user, user, name, words, unit, measure) for user, name, words, unit, measure in rest]


def heavies(of: Headline, world: World) -> list[str]:
    """The headline's price good, and beside it the licensed goods made where it is."""
    made = next((process.outputs for process in world.chain.processes if world.chain.index(of.price) in process.outputs and process.kind != "Recycler"), ())
    beside = [world.chain.goods[good] for good in made if world.chain.goods[good] in of.licensed]
    return list(dict.fromkeys([of.price, *beside]))


def abroad(window: xr.Dataset, name: str, sectors: list[str]) -> xr.DataArray:
    """A variable of some sectors outside China."""
    return window[name].sel(sector=sectors, region=window.region != CHINA).astype(float)


def stop(window: xr.Dataset, sectors: list[str]) -> xr.DataArray:
    """Share of months in which all users of some sectors together lose more than 0.5 % of their need, %."""
    lost, need = (abroad(window, name, sectors).sum(["sector", "region"]) for name in ("unmet_demand", "need"))
    return PER_CENT * (lost > STOPPED * need).mean("month")


def unmet(window: xr.Dataset, sectors: list[str]) -> xr.DataArray:
    """Share of need that is unmet, %."""
    lost, need = (abroad(window, name, sectors).sum(["sector", "region", "month"]) for name in ("unmet_demand", "need"))
    return PER_CENT * share(lost, need)


def cover(window: xr.Dataset, sectors: list[str]) -> xr.DataArray:
    """Months of cover, weighted by need, mean over the window."""
    held, need = abroad(window, "cover", sectors).fillna(0), abroad(window, "need", sectors)
    return share((held * need).sum(["sector", "region", "month"]), need.sum(["sector", "region", "month"]))


def market(window: xr.Dataset, name: str, good: str) -> xr.DataArray:
    """A good's price in a market, month by month."""
    return window.price.sel(market=name, good=good, drop=True).astype(float)


def paid(window: xr.Dataset, good: str) -> xr.DataArray:
    """What is paid for a good outside China, mean over the window."""
    return market(window, "ROW_realised", good).mean("month")


def staged(values: xr.DataArray, of: Headline) -> xr.DataArray:
    """Of the stage that makes the headline's goods."""
    return values.sel(stage=of.stage, drop=True).astype(float)


def at_end(values: xr.DataArray, of: Headline) -> xr.DataArray:
    """In the window's last month, in the unit in which capacity is told."""
    return staged(values, of).isel(month=-1, drop=True) / of.scale


def spent(window: xr.Dataset) -> xr.DataArray:
    """What states outside China pay and oblige others to spend, month by month, billion USD."""
    money = window.public_cost + window.obliged_cost
    return money.sel(payer=money.payer != CHINA).sum(["payer", "instrument"]).astype(float) / BILLION


def a_year(values: xr.DataArray) -> xr.DataArray:
    """A flow of months, as so much a year."""
    return values.mean("month") * YEAR


def table(runs: xr.Dataset, asked: list[Outcome], spans: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """A row a user, outcome, horizon and scenario: median (of a chance: the mean) with its sampling error, 5-95 % of runs, and the median difference from the first scenario."""
    rows = []
    for horizon, (start, stop) in spans.items():
        window = months_from(runs, DEPARTURE, stop).isel(month=slice(start, None))
        named = {"horizon": horizon, "start": str(window.month.values[0]), "end": str(window.month.values[-1])}
        for each in asked:
            values = each.measure(window).transpose("scenario", "replicate").values.astype(float)
            for place, scenario in enumerate(map(str, runs.scenario.values)):
                said = {"user": each.user, "kind": each.kind, "outcome": each.name, "words": each.words, "unit": each.unit} | named | {"scenario": scenario}
                rows.append(said | told(values[place], each.chance) | {f"difference{end}": value for end, value in told(values[place] - values[0], each.chance).items() if end in ENDS} | {"replicates": values.shape[1], "note": rough(values.shape[1])})
    return pd.DataFrame(rows).rename(columns={f"difference{end}": f"difference_{end}" for end in ENDS})


ENDS = ("value", "value_from", "value_to")


def told(values: np.ndarray, chance: bool) -> dict[str, float]:
    """Median, or mean of a chance, with its sampling error; 5-95 % over runs, which a chance has not."""
    ordered = np.sort(values)
    low, high = mean_error(values) if chance else error(values)
    wide = (np.nan, np.nan) if chance else (float(quantile(ordered, LOW)), float(quantile(ordered, HIGH)))
    return {"value": float(values.mean() if chance else np.median(values)), "value_from": low, "value_to": high, "low": wide[0], "high": wide[1]}


# ---- told


def sentence(rows: pd.DataFrame) -> str:
    """The answer for each kind of user: within a year, and what changes later."""
    base, other = rows.scenario.iloc[0], list(dict.fromkeys(rows.scenario))[1]
    at = rows.set_index(["user", "outcome", "horizon", "scenario"]).sort_index()
    horizons = list(dict.fromkeys(rows.horizon))

    def both(user: str, outcome: str, horizon: str) -> str:
        """Under both scenarios."""
        one, two = (at.loc[(user, outcome, horizon, name)] for name in (base, other))
        return f"{cell(one)} and {cell(two)} {one.unit}"

    makers = rows[(rows.kind == MAKERS) & (rows.outcome == UNMET) & (rows.horizon == horizons[0]) & (rows.scenario == other)]
    worst, arms = makers.loc[makers.value.idxmax()], rows[rows.kind == ARMS].user
    price = rows[rows.kind == INVESTORS].outcome.iloc[0]
    parts = [f"the makers hit hardest, {worst.user}, miss {both(worst.user, UNMET, horizons[0])} of their need ({both(worst.user, UNMET, horizons[-1])} {named(horizons[-1])})"]
    if len(arms):
        parts.append(f"{arms.iloc[0]} {both(arms.iloc[0], UNMET, horizons[0])}")
    parts.append(f"investors see {rows[rows.outcome == price].words.iloc[0]} at {both(INVESTORS, price, horizons[0])}, and {named(horizons[-1])} {both(INVESTORS, 'capacity', horizons[-1])} of capacity outside China")
    parts.append(f"the loss outside China is {both(STATES, 'loss', horizons[0])} ({both(STATES, 'loss', horizons[-1])} {named(horizons[-1])}), and states spend {both(STATES, 'cost', horizons[0])}")
    return f"{heading(named(horizons[0]))}, under “{readable(base)}” and under “{readable(other)}”: {'; '.join(parts)}.{sentence_of(str(rows.note.iloc[0]))}"


def named(horizon: str) -> str:
    """A horizon within a sentence."""
    return horizon if horizon == LAST else f"over {horizon}"


def cell(row: pd.Series) -> str:
    """A figure with its sampling error."""
    return known(figure_units(row.value), row.value_from, row.value_to)


def in_words(rows: pd.DataFrame) -> str:
    """Users and outcomes down, horizons and scenarios across: medians, with the sampling error in brackets."""
    cells = rows.assign(cell=[cell(row) for _, row in rows.iterrows()], who=[f"{heading(row.user)}: {row.words}, {row.unit}" for row in rows.itertuples()], scenario=rows.scenario.map(readable))
    wide = cells.pivot(index="who", columns=["horizon", "scenario"], values="cell").loc[list(dict.fromkeys(cells.who)), list(dict.fromkeys(zip(cells.horizon, cells.scenario, strict=True)))]
    months = "; ".join(f"{name} is {spoken(start, short=True)} to {spoken(end, short=True)}" for name, start, end in rows[["horizon", "start", "end"]].drop_duplicates().itertuples(index=False))
    return f"Medians over runs, of a chance the mean; in brackets the {TOLD}. {heading(months)}.\n\n" + wide.rename_axis(index=None).to_string()


if __name__ == "__main__":
    main()
