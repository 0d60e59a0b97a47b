"""What lasts: what the controls of October 2025 leave behind once they are lifted, two and six years on, and how much of it is built, designed, contracted?"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from experiments import caveats, command, compare, ensemble, figures, files, headline, provenance, records
from experiments.attribution import off
from experiments.figures import what_lasts as picture
from experiments.headline import Headline
from experiments.metrics import YEAR, outside
from experiments.plan import Plan
from experiments.sampling import TOLD, error
from experiments.windows import months_from, pairs
from experiments.wording import after, figure_units, known, plus, signed, spoken
from model.errors import InputError, unknown
from model.names import month_index, month_name
from model.switches import Switch

EXPERIMENT = "what_lasts"
SCENARIOS = ["truce_holds", "october_until_2029", "october_until_2033"]
REPLICATES = 40
SINCE = (24, 72)
"""Months after the lifting at which it is looked what is left."""
CARRIERS = ("building", "thrift", "contracts", "fear", "loyalty")
"""Switches of what may carry it: plants built, magnets designed out, offtake contracted, fear that lingers, trust in suppliers found meanwhile."""
NOT_LIFTED = ("", caveats.STANDING, caveats.OPEN)
"""What is noted of alternatives that lift no controls of their own."""
ALL_ON, ALL_OFF = "", "all"
NEED_LESS, NEED, MADE, CAPACITY, IDLE, SHARE = OUTCOMES = ("need_share", "need", "made", "capacity", "idle", "share")
COLUMNS = ["alternative", "lifted", "seen", "months_since", "outcome", "name", "unit", "off", *compare.FIGURES, *(f"{figure}_{end}" for figure in compare.FIGURES for end in ("from", "to")),
           "carried", "carried_from", "carried_to", "mean", "standard_error", "replicates", "note"]  # fmt: skip
"""Of the table: difference_median is H; carried is the median of H less H with the switch off."""


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES, more=options), words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--carriers", nargs="*", metavar="SWITCH", help=f"switch off what may carry it, one by one and all together; of switches.csv of the world (default {' '.join(CARRIERS)})")


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate, with all on and as asked with carriers off; tell what is left, draw, write."""
    plan, out = chosen.plan, chosen.out
    check(plan)
    carriers = chosen_carriers(plan, chosen.given.carriers)
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        found = {ALL_ON: seen(plan, out / "parts" / "all_on", chosen.workers)}
        for name, switched in carriers.items():
            print(f"without {', '.join(plan.world.switches[each].words for each in switched)}")
            found[name] = seen(off(plan, switched), out / "parts" / ("without-" + name), chosen.workers)
        of = headline.headline(plan.world)
        rows = table(found, of)
        outputs = [records.write_table(rows, out / "what_lasts.csv"), figures.save(picture.draw(rows, plan.replicates, named(carriers, plan.world.switches)), out / "what_lasts.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    told = [sentence(rows, of), "", in_words(rows), *(["", carried_in_words(rows, named(carriers, plan.world.switches))] if carriers else [])]
    print("", *told, "", *outputs, sep="\n")


def check(plan: Plan) -> None:
    """Refuse alternatives whose controls are never lifted, or too late for anything to be seen."""
    for alternative in plan.scenarios[1:]:
        until = lifted(plan, alternative)
        if until in NOT_LIFTED:
            raise InputError(f"--scenarios: {alternative.name} lifts no controls that {plan.scenarios[0].name} has not; name one that does, such as {SCENARIOS[1]}")
        if not moments(until, plan.until):
            raise InputError(f"--until: {plan.until} comes before {month_name(month_index(until) + SINCE[0])}, {SINCE[0]} months after {alternative.name} lifts its controls; choose a later month")


def lifted(plan: Plan, alternative: Any) -> str:
    """First month without the alternative's own controls."""
    return caveats.lifted(plan.scenarios[0], alternative, range(plan.world.first, month_index(plan.until) + 1))


def reached(plan: Plan, alternative: Any) -> bool:
    """Whether the runs go on long enough after the lifting."""
    return bool(moments(lifted(plan, alternative), plan.until))


def moments(until: str, last: str) -> list[tuple[int, str]]:
    """(months since the lifting, month in which it is looked) as far as the runs reach."""
    return [] if until in NOT_LIFTED else [(since, month_name(month_index(until) + since)) for since in SINCE if month_index(until) + since <= month_index(last)]


def chosen_carriers(plan: Plan, given: list[str] | None) -> dict[str, tuple[str, ...]]:
    """What is switched off in each further ensemble: each carrier by itself, then all of them; none unless asked for."""
    switches = plan.world.switches
    if given is None:
        return {}
    for name in given:
        if name not in switches:
            raise InputError(f"--carriers: {unknown('switch', name, switches)}")
    names = list(dict.fromkeys(given)) or [name for name in CARRIERS if name in switches]
    return {name: (name,) for name in names} | ({ALL_OFF: tuple(names)} if len(names) > 1 else {})


def named(carriers: Mapping[str, tuple[str, ...]], switches: Mapping[str, Switch]) -> dict[str, str]:
    """How what is switched off reads."""
    return {name: "all of these" if name == ALL_OFF else switches[name].words for name in carriers}


# ---- measured


def lasting(plan: Plan, folder: Path, workers: int) -> pd.DataFrame:
    """The table with all on: for experiments that tell it beside their own answer."""
    return table({ALL_ON: seen(plan, folder, workers)}, headline.headline(plan.world))


def seen(plan: Plan, folder: Path, workers: int) -> dict[tuple[str, str, int], xr.DataArray]:
    """What is seen at each moment after each lifting: (alternative, lifted, months since) -> (outcome, scenario, replicate). The runs themselves are not kept."""
    runs = ensemble.run(plan, folder, workers)
    found: dict[tuple[str, str, int], xr.DataArray] = {}
    for pair, alternative in zip(pairs(runs), plan.scenarios[1:], strict=True):
        until = lifted(plan, alternative)
        found |= {(alternative.name, until, since): outcomes(pair, month) for since, month in moments(until, plan.until)}
    for path in folder.glob("*.nc"):
        path.unlink()
    return found


def outcomes(pair: xr.Dataset, month: str) -> xr.DataArray:
    """(outcome, scenario, replicate) in the year that ends with a month: need, output, capacity, what of it is idle, and China's share; need as a share of the baseline's, too."""
    of, year = headline.of(pair), months_from(pair, month_name(month_index(month) - YEAR + 1), YEAR)
    need = outside(year, "need").sum(["month", "sector", "region"]).astype(float)
    made, works = (year[name].sel(stage=of.stage, drop=True).mean("month").astype(float) for name in ("outside_output", "outside_capacity"))
    share = 100 * year.china_share.sel(stage=of.stage, drop=True).mean("month").astype(float)
    found = {NEED_LESS: 100 * need / need.isel(scenario=0, drop=True), NEED: need, MADE: made, CAPACITY: works, IDLE: works - made, SHARE: share}
    return xr.concat(list(found.values()), pd.Index(list(found), name="outcome"), coords="minimal", compat="override").transpose("outcome", "scenario", "replicate")


def labels(of: Headline) -> dict[str, tuple[str, str, float]]:
    """How each outcome reads, its unit, and what of it is one unit."""
    return {
        NEED_LESS: (f"{of.word} need outside China, of the truce's", "%", 1.0), NEED: (f"{of.word} need outside China", of.rate, of.scale), MADE: (f"{of.words} made there", of.rate, of.scale),
        CAPACITY: (f"working {of.word} capacity there", of.rate, of.scale), IDLE: ("of which idle", of.rate, of.scale), SHARE: (f"China's share of {of.words}", "%", 1.0),
    }  # fmt: skip


def table(found: Mapping[str, Mapping[tuple[str, str, int], xr.DataArray]], of: Headline) -> pd.DataFrame:
    """A row a lifting, moment, outcome and carrier: both medians, H with its spread and sampling error, and what of it the carrier bears."""
    rows = []
    for name, moments in found.items():
        for (alternative, until, since), values in moments.items():
            for outcome, (words, unit, size) in labels(of).items():
                before, then = values.sel(outcome=outcome).values / size
                whole = difference(found[ALL_ON][alternative, until, since], outcome) / size
                carries = whole - (then - before)
                middle = (np.median(carries), *error(carries)) if name else (np.nan,) * 3
                rows.append(compare.paired(before, then) | {
                    "alternative": alternative, "lifted": until, "seen": month_name(month_index(until) + since), "months_since": since, "outcome": words, "name": outcome, "unit": unit, "off": name,
                    **dict(zip(("carried", "carried_from", "carried_to"), middle, strict=True)), "mean": (then - before).mean(), "standard_error": standard_error(then - before),
                    "note": caveats.rough(before.size),
                })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def difference(values: xr.DataArray, outcome: str) -> np.ndarray:
    """The paired difference of an outcome, (replicate,)."""
    mine = values.sel(outcome=outcome)
    return (mine.isel(scenario=1) - mine.isel(scenario=0)).values


def standard_error(values: np.ndarray) -> float:
    """Of the mean; NaN of a single value."""
    return float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else np.nan


# ---- told


def sentence(rows: pd.DataFrame, of: Headline) -> str:
    """What is left, need first: at the earlier moment of the last lifting, then at the later one of the first."""
    kept = rows[rows.off == ALL_ON]
    cases = list(dict.fromkeys(zip(kept.alternative, kept.months_since, strict=True)))
    chosen = [pick for pick in (next((case for case in reversed(cases) if case[1] == SINCE[0]), None), next((case for case in cases if case[1] == SINCE[-1]), None)) if pick]
    return "What lasts. " + " ".join(told(kept[(kept.alternative == alternative) & (kept.months_since == since)].set_index("name"), of) for alternative, since in chosen)


def told(rows: pd.DataFrame, of: Headline) -> str:
    """One moment in words."""
    first, less = rows.iloc[0], rows.loc[NEED_LESS]
    low, high = -less.difference_median_to, -less.difference_median_from
    need = f"{known(figure_units(abs(less.difference_median)), *((low, high) if less.difference_median < 0 else (-low, -high)))} % {'lower' if less.difference_median < 0 else 'higher'}"
    parts = [f"{words} by {sized(rows.loc[name])}" for name, words in ((MADE, f"{of.words} made there differ"), (CAPACITY, "working capacity"), (IDLE, "what of it is idle"))]
    return (
        f"{first.months_since} months after the controls end (lifted in {spoken(first.lifted)}, seen in {spoken(first.seen)}) {of.word} need outside China is {need} than had the truce held; "
        f"{', '.join(parts)} {of.rate}, China's share by {sized(rows.loc[SHARE])} points{after(str(first.note))}."
    )


def sized(row: pd.Series) -> str:
    """H with its sampling error and its spread over runs."""
    return f"{known(plus(row.difference_median), row.difference_median_from, row.difference_median_to)} (5-95 % of runs: {signed(row.difference_low, row.difference_high)})"


def case(row: Any) -> str:
    """A lifting and a moment in words."""
    return f"lifted {spoken(row.lifted, short=True)}, {row.months_since} months on"


def in_words(rows: pd.DataFrame) -> str:
    """Outcomes down; for each lifting and moment the truce's median, and H with its sampling error and spread."""
    return as_read(rows).to_string(index=False)


def as_read(rows: pd.DataFrame) -> pd.DataFrame:
    """The same as a table for people."""
    kept = rows[rows.off == ALL_ON]
    return pd.DataFrame([
        {
            "outcome": f"{row.outcome}, {row.unit}", "when": f"{case(row)} ({spoken(row.seen, short=True)})", "truce": known(figure_units(row.baseline_median), row.baseline_median_from, row.baseline_median_to),
            "H": known(plus(row.difference_median), row.difference_median_from, row.difference_median_to), "5-95 % of runs": signed(row.difference_low, row.difference_high),
        }
        for row in kept.sort_values("name", key=lambda names: names.map(OUTCOMES.index), kind="stable").itertuples()
    ])  # fmt: skip


def carried_in_words(rows: pd.DataFrame, words: Mapping[str, str]) -> str:
    """What each carrier bears of H, and what remains with all of them off, in standard errors."""
    lines = [f"What carries it: H less H with the carrier switched off, median and {TOLD}; carriers act on each other and do not add up\n"]
    kept = rows[rows.off != ALL_ON].assign(when=lambda table: [case(row) for row in table.itertuples()])
    cells = kept.assign(cell=[known(plus(row.carried), row.carried_from, row.carried_to) for row in kept.itertuples()], outcome=[f"{row.outcome}, {row.unit}" for row in kept.itertuples()], off=kept.off.map(words))
    order = list(dict.fromkeys(zip(cells.outcome, cells.when, strict=True)))
    wide = cells.pivot(index=["outcome", "when"], columns="off", values="cell").loc[order, list(words.values())]
    if ALL_OFF in words:
        remains = {(f"{row.outcome}, {row.unit}", row.when): left(row) for row in kept[kept.off == ALL_OFF].itertuples()}
        wide["left with all of these off, mean (standard errors)"] = [remains[at] for at in order]
    return "\n".join([*lines, wide.rename_axis(columns=None).to_string()])


def left(row: Any) -> str:
    """The mean difference with all carriers off, and how many standard errors that is."""
    return plus(row.mean) + (f" ({figure_units(abs(row.mean) / row.standard_error)})" if row.standard_error > 0 else "")


if __name__ == "__main__":
    main()
