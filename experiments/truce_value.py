"""Truce value: what loss does a truce avoid if it breaks late or never, what capacity is not built meanwhile, and how prepared is each future for a package at any date?"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, headline, preparedness, provenance, records
from experiments.accounts import accounts, present
from experiments.caveats import rough
from experiments.figures import truce_value as picture
from experiments.headline import Headline
from experiments.metrics import YEAR
from experiments.plan import Plan, check
from experiments.preparedness import PACKAGE_MONTHS, PLAIN, SHOCKED, WATCHED
from experiments.sampling import TOLD, error, quantile
from experiments.windows import DEPARTURE, months_from
from experiments.wording import figure_units, known, plus, readable, sentence_of, signed, spoken
from model import Scenario
from model.errors import InputError
from model.names import month_index, month_name

EXPERIMENT = "truce_value"
SCENARIOS = ["truce_holds", "restrictions_resume", "october_until_2029"]
"""Under which it is asked how prepared the world is; the first keeps the truce that breaks at the dates."""
SNAPBACKS = ["2027-11", "2029-11", "2031-11"]
REPLICATES = 12
AFTER = 36
"""Months from the snapback on over which its loss is counted."""
EVERY = 18
"""Months between the dates at which a package is tried."""
DISCOUNT = 4.0
"""Of losses, % a year."""
PER_CENT = 100.0
LOW, HIGH = 0.05, 0.95
AVOIDED, AFTERWARDS, SAME_MONTHS, CAPACITY, BEGUN, BEGUN_SHARE, AT_THE_END = ("avoided", "after", "had_it_come_at_once", "capacity", "begun", "begun_share", "capacity_end")


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES, more=options), words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--snapbacks", nargs="+", default=SNAPBACKS, metavar="YYYY-MM", help=f"months in which the first scenario's truce breaks (default {' '.join(SNAPBACKS)})")
    parser.add_argument("--every", type=int, default=EVERY, metavar="MONTHS", help="months between the dates at which the standard package is tried (default %(default)s)")
    parser.add_argument("--discount", type=float, default=DISCOUNT, metavar="PERCENT", help="discount of losses in what a truce avoids, %% a year (default %(default)s)")


def run(chosen: command.Options, words: list[str]) -> None:
    """Break the truce at each date, try the package at each date, tell, draw, write; the manifest comes last."""
    plan, out, given = chosen.plan, chosen.out, chosen.given
    snapbacks, dates = months_of(given.snapbacks, plan), dates_of(given.every, plan)
    if not 0.0 <= given.discount <= PER_CENT:
        raise InputError(f"--discount: {given.discount:g} is outside 0 to 100; give % a year")
    late = check(breaking(plan, snapbacks))
    tried = replace(plan, course=preparedness.course(plan.scenarios[0].at_home(plan.world.words), dates))
    manifest = provenance.started(EXPERIMENT, plan, words) | {"snapbacks": [DEPARTURE, *snapbacks], "dates": dates, "discount": given.discount}
    with files.claimed(out, manifest):
        print(f"the truce kept, broken in {spoken(DEPARTURE)}, and {len(snapbacks)} later")
        runs = ensemble.run(late, out / "parts" / "snapbacks", chosen.workers)
        print(f"the standard package at {len(dates)} dates")
        shocks = ensemble.run(tried, out / "parts" / "preparedness", chosen.workers)
        of = headline.of(runs)
        values, curve = by_date(runs, [DEPARTURE, *snapbacks], given.discount / PER_CENT, of), by_shock(shocks)
        drawn = picture.draw(runs, values, curve, of)
        outputs = [records.write_table(values, out / "truce_value.csv"), records.write_table(curve, out / "preparedness.csv"), figures.save(drawn, out / "truce_value.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", sentence(values, curve, of), "", in_words(values), "", curve_in_words(curve), "", *outputs, sep="\n")


# ---- asked


def months_of(texts: Sequence[str], plan: Plan) -> list[str]:
    """Dates of snapback, each once, after the first and early enough for their loss to be counted."""
    last = month_name(month_index(plan.until) - AFTER + 1)
    for text in texts:
        try:
            month_index(text)
        except ValueError:
            raise InputError(f'--snapbacks: "{text}" is not a month; write it like 2029-11') from None
        if not DEPARTURE < text <= last:
            raise InputError(f"--snapbacks: {text} is not after {DEPARTURE}, when restrictions come at once, and by {last}, {AFTER} months before the runs end; choose a month in between")
    return sorted(set(texts))


def dates_of(every: int, plan: Plan) -> list[str]:
    """Dates at which the package is tried."""
    if every < 1:
        raise InputError(f"--every: {every} is no number of months; use 1 or more")
    found = preparedness.months(DEPARTURE, plan.until, every)
    if not found:
        raise InputError(f"--until: {plan.until} leaves no {WATCHED} months after {DEPARTURE} to count the loss of a package; choose a later month")
    return found


def breaking(plan: Plan, snapbacks: Sequence[str]) -> Plan:
    """The first scenario of a plan with its truce kept, broken at once, and broken at each date; of each run only the accounts."""
    truce = plan.scenarios[0]
    return replace(plan, scenarios=(truce, *(snapback(truce, month) for month in (DEPARTURE, *snapbacks))), course=accounts)


def snapback(truce: Scenario, month: str) -> Scenario:
    """The same scenario with its truce broken in a month."""
    return truce.broken(month).changed(name=f"snapback {month}", sentence=f"{truce.sentence.rstrip('.')}, until restrictions take effect in {spoken(month)}.")


# ---- measured


def by_date(runs: xr.Dataset, dates: Sequence[str], rate: float, of: Headline) -> pd.DataFrame:
    """A row a date of snapback (last: never) and outcome: median over replicates with its sampling error, and 5-95 %.

    avoided: loss if restrictions come at once less that with the snapback, discounted to the first date. after: loss in the three years from the snapback on beyond
    that of the truce kept; had_it_come_at_once: the same in the same months if restrictions have stood since the first date. capacity: what could be made outside China the month before
    the snapback, restrictions at once less truce; begun: with what is under construction, also as a share of need there; capacity_end: capacity in the last year.
    """
    kept, at_once = runs.isel(scenario=0), runs.isel(scenario=1)
    whole = present(runs.loss, rate, dates[0])
    rows = []
    for place, date in enumerate([*dates, ""], 1):
        mine = runs.isel(scenario=place if date else 0)
        found = {AVOIDED: (whole.isel(scenario=1) - whole.isel(scenario=place if date else 0), "billion USD")}
        if date:
            months = months_from(runs, date, AFTER).month
            less = kept.loss.sel(month=months).sum("month")
            found[AFTERWARDS] = (mine.loss.sel(month=months).sum("month") - less, "billion USD")
            found[SAME_MONTHS] = (at_once.loss.sel(month=months).sum("month") - less, "billion USD")
            before = month_name(month_index(date) - 1)
            missing, begun = ((at_once[name] - mine[name]).sel(month=before) for name in ("capacity", "pipeline"))
            begun = begun + missing
            need = YEAR * mine.need.sel(month=months_from(runs, month_name(month_index(date) - YEAR), YEAR).month).mean("month")
            found |= {CAPACITY: (missing / of.scale, of.rate), BEGUN: (begun / of.scale, of.rate), BEGUN_SHARE: (PER_CENT * begun / need, "% of need outside China")}
        end = (at_once.capacity - mine.capacity).isel(month=slice(-YEAR, None)).mean("month")
        found[AT_THE_END] = (end / of.scale, of.rate)
        rows += [{"snapback": date or "never", "outcome": name, "unit": unit} | spread(values.values) for name, (values, unit) in found.items()]
    return pd.DataFrame(rows)


def by_shock(shocks: xr.Dataset) -> pd.DataFrame:
    """A row a storyline and date: what the standard package costs, billion USD, median with its sampling error and 5-95 %; with what there was to meet it, medians."""
    more = shocks.loss.sel(copy=SHOCKED) - shocks.loss.sel(copy=PLAIN)
    rows = []
    for scenario in shocks.scenario.values:
        for date in shocks.date.values:
            here = {"scenario": scenario, "date": date}
            first = spread((more.sel(here) - more.sel(here | {"scenario": shocks.scenario.values[0]})).values)
            beside = {"than_first": first["median"], "than_first_from": first["median_from"], "than_first_to": first["median_to"]}
            ready = {name: float(shocks[name].sel(here).median()) for name in ("capacity", "cover")}
            rows.append({"scenario": str(scenario), "date": str(date), "unit": "billion USD"} | spread(more.sel(here).values) | beside | {"capacity_over_need": ready["capacity"], "months_of_cover": ready["cover"]})
    return pd.DataFrame(rows)


def spread(values: np.ndarray) -> dict[str, Any]:
    """Median with its sampling error, and 5-95 %, over replicates."""
    ordered = np.sort(np.asarray(values, float))
    low, high = error(ordered)
    return {"median": float(np.median(ordered)), "median_from": low, "median_to": high, "low": float(quantile(ordered, LOW)), "high": float(quantile(ordered, HIGH)), "replicates": ordered.size, "note": rough(ordered.size)}


# ---- told


def sentence(values: pd.DataFrame, curve: pd.DataFrame, of: Headline) -> str:
    """What a truce is worth, what it leaves unbuilt, and how prepared it leaves the world."""
    at = {(row.snapback, row.outcome): row for row in values.itertuples()}
    late = [date for date in dict.fromkeys(values.snapback) if date not in ("never", DEPARTURE)]
    middle, truce = late[len(late) // 2], curve.scenario.iloc[0]
    first, then = (curve[(curve.scenario == truce) & (curve.date == date)].iloc[0] for date in (curve.date.iloc[0], curve.date.iloc[-1]))
    others = [row for row in curve[curve.date == then.date].itertuples() if row.scenario != truce]
    return (
        f"A truce that is kept avoids {said(at['never', AVOIDED])} billion USD of the loss of restrictions in {spoken(DEPARTURE)} (discounted); one that breaks in {spoken(middle)} {said(at[middle, AVOIDED])}, and leaves "
        f"{said(at[middle, BEGUN])} {at[middle, BEGUN].unit} of {of.word} capacity neither built nor begun by then ({said(at[middle, BEGUN_SHARE])} % of need). The three years from then on cost {said(at[middle, AFTERWARDS])} billion USD more than "
        f"the truce kept, against {said(at[DEPARTURE, AFTERWARDS])} for the three from {spoken(DEPARTURE)} and {said(at[middle, SAME_MONTHS])} in the same months had restrictions come at once. "
        f"The standard package of {PACKAGE_MONTHS} months costs {said(first)} billion USD in {spoken(first.date)} and {said(then)} in {spoken(then.date)} under “{readable(truce)}”"
        + "".join(f", {said(row)} under “{readable(row.scenario)}”" for row in others)
        + f".{sentence_of(first.note)}"
    )


def said(row: Any) -> str:
    """A median with its sampling error."""
    return known(figure_units(row["median"] if isinstance(row, pd.Series) else row.median), row.median_from, row.median_to)


WORDS = {
    AVOIDED: "loss avoided, discounted", AFTERWARDS: f"loss in {AFTER} months from the snapback", SAME_MONTHS: "the same months, had restrictions come at once",
    CAPACITY: "capacity not built by then", BEGUN: "neither built nor begun", BEGUN_SHARE: "the same", AT_THE_END: "capacity less in the last year",
}  # fmt: skip


def in_words(values: pd.DataFrame) -> str:
    """Outcomes down, dates of snapback across: median, sampling error in brackets."""
    cells = values.assign(cell=[known(plus(row["median"]), row["median_from"], row["median_to"]) for _, row in values.iterrows()], what=[f"{WORDS[row.outcome]}, {row.unit}" for row in values.itertuples()])
    wide = cells.pivot(index="what", columns="snapback", values="cell").loc[list(dict.fromkeys(cells.what)), list(dict.fromkeys(cells.snapback))].fillna("")
    return f"By month of the snapback, against restrictions in {spoken(DEPARTURE)}; median and {TOLD}\n\n" + wide.rename_axis(index=None, columns=None).to_string()


def curve_in_words(curve: pd.DataFrame) -> str:
    """Dates down, storylines across: what the package costs, and 5-95 % of runs."""
    cells = curve.assign(cell=[f"{known(figure_units(row['median']), row['median_from'], row['median_to'])}; {signed(row['low'], row['high'])}" for _, row in curve.iterrows()], scenario=curve.scenario.map(readable))
    wide = cells.pivot(index="date", columns="scenario", values="cell")[list(dict.fromkeys(cells.scenario))]
    return f"What {PACKAGE_MONTHS} months of the standard package cost, billion USD in {WATCHED} months; median, {TOLD}; 5-95 % of runs\n\n" + wide.rename_axis(index=None, columns=None).to_string()


if __name__ == "__main__":
    main()
