"""Attribution: how much of the answer does each mechanism carry, when it is switched off in both scenarios under the same luck and the same draws?"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, headline, provenance, records
from experiments.caveats import rough
from experiments.figures import attribution as picture
from experiments.metrics import headline_exports, output_loss, outside, outside_capacity, outside_output, total_loss, unmet_share, unmet_share_by_region
from experiments.plan import Plan
from experiments.sampling import TOLD, error
from experiments.windows import middle_and_end, pairs, window
from experiments.wording import after, figure_units, known, readable
from model.errors import InputError, unknown
from model.switches import Switch

EXPERIMENT = "attribution"
SCENARIOS = ["truce_holds", "restrictions_resume"]
PAIRS = 30
MOST_REGIONS = 4
"""Regions shown: those that need most."""
LARGEST = 6
"""Switches that --pairs switches off two by two."""


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        chosen = command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=PAIRS, more=options)
        run(chosen, words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--switches", nargs="+", default=[], metavar="SWITCH", help="mechanisms to switch off, of switches.csv of the world (default all)")
    parser.add_argument("--pairs", action="store_true", help=f"switch off the {LARGEST} that carry most two by two as well, and tell how far two act on each other")


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate with all on, with each switch off and, if asked for, with two off; hold one against the other, draw, write."""
    plan, out, switches = chosen.plan, chosen.out, chosen.plan.world.switches
    wanted = list(dict.fromkeys(chosen.given.switches or switches))
    for name in wanted:
        if name not in switches:
            raise InputError(f"--switches: {unknown('switch', name, switches)}")
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        outcomes: dict[tuple[str, ...], pd.DataFrame] = {(): measured(plan, (), out, chosen.workers, "all on")}
        for at, name in enumerate(wanted, 1):
            outcomes[name,] = measured(plan, (name,), out, chosen.workers, f"{at} of {len(wanted)}: {switches[name].words} off")
        table = carried(outcomes, switches)
        outputs = [records.write_table(table, out / "attribution.csv"), figures.save(picture.draw(table, plan.replicates), out / "attribution.png")]
        told = [in_words(table)]
        if chosen.given.pairs:
            couples = list(combinations(largest(table), 2))
            for at, (one, other) in enumerate(couples, 1):
                outcomes[one, other] = measured(plan, (one, other), out, chosen.workers, f"pair {at} of {len(couples)}: {switches[one].words} and {switches[other].words} off")
            beside = interactions(outcomes, switches)
            outputs.append(records.write_table(beside, out / "interactions.csv"))
            told.append(pairs_in_words(beside))
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", *told, "", *outputs, sep="\n")


def off(plan: Plan, names: Iterable[str]) -> Plan:
    """The same plan with some mechanisms switched off; all draws stay. With none it is the plan itself: all on is the headline's run to the last bit."""
    return replace(plan, settings={**plan.settings, **dict.fromkeys(names, 0.0)})


def measured(plan: Plan, names: tuple[str, ...], out: Path, workers: int, told: str) -> pd.DataFrame:
    """The paired difference of every outcome with some mechanisms off, (replicate, outcome); the runs themselves are not kept."""
    print(told)
    parts = out / "parts" / ("-".join(("without", *names)) if names else "all_on")
    found = differences(pairs(ensemble.run(off(plan, names), parts, workers))[0])
    for path in parts.glob("*.nc"):
        path.unlink()
    return found


def differences(pair: xr.Dataset) -> pd.DataFrame:
    """What the alternative changes in each replicate, by outcome."""
    (middle, end), of = middle_and_end(pair), headline.of(pair)
    cut, long = window(pair, middle), window(pair, end)
    by_region = unmet_share_by_region(cut)
    need = outside(cut, "need").isel(scenario=0).sum(["month", "sector"]).mean("replicate")
    places = [str(need.region.values[at]) for at in np.argsort(-need.values, kind="stable")[:MOST_REGIONS]]
    found = {
        f"unmet share of need, {middle} months, % points": unmet_share(cut),
        **{f"the same in {readable(region)}": by_region.sel(region=region) for region in places},
        f"output lost, {middle} months, billion USD": output_loss(cut),
        f"loss in all, {middle} months, billion USD": total_loss(cut),
        f"{of.word} exports from China, {middle} months, {of.rate.partition(' a ')[0]}": headline_exports(cut) / of.scale,
        f"{of.word} capacity outside China after {end} months, {of.rate}": outside_capacity(long).sel(stage=of.stage) / of.scale,
        f"{of.words} made there in the year before, {of.rate}": outside_output(long).sel(stage=of.stage) / of.scale,
    }
    return pd.DataFrame({name: (values.isel(scenario=1) - values.isel(scenario=0)).values.astype(float) for name, values in found.items()})


def carried(outcomes: Mapping[tuple[str, ...], pd.DataFrame], switches: Mapping[str, Switch]) -> pd.DataFrame:
    """For each outcome and switch: the difference with all on and with it off, what it carries (the median of on less off, replicate by replicate) with its
    sampling error, and its share of the difference with all on."""
    whole, rows = outcomes[()], []
    for outcome in whole:
        for off, found in outcomes.items():
            if len(off) > 1:
                continue
            carries = (whole[outcome] - (found[outcome] if off else 0.0)).to_numpy()
            low, high = error(carries)
            on, without, middle = whole[outcome].median(), found[outcome].median(), np.median(carries)
            rows.append({
                "outcome": outcome, "switch": off[0] if off else "all on", "words": switches[off[0]].words if off else "all on", "on": on, "off": without,
                "carries": middle, "low": low, "high": high, "share": middle / on if on else np.nan, "replicates": len(carries),
            })  # fmt: skip
    return pd.DataFrame(rows)


def largest(table: pd.DataFrame) -> list[str]:
    """The switches that carry most of the first outcome, up or down."""
    first = table[(table.outcome == table.outcome.iloc[0]) & (table["switch"] != "all on")]
    return first.iloc[np.argsort(-first.carries.abs().values, kind="stable")]["switch"].tolist()[:LARGEST]


def interactions(outcomes: Mapping[tuple[str, ...], pd.DataFrame], switches: Mapping[str, Switch]) -> pd.DataFrame:
    """For each outcome and two switches: what each carries alone and both together, and how far both differ from the sum (replicate by replicate, with its sampling error)."""
    whole, rows = outcomes[()], []
    for outcome in whole:
        carries = {off: (whole[outcome] - found[outcome]).to_numpy() for off, found in outcomes.items() if off}
        for one, other in (off for off in outcomes if len(off) == 2):
            more = carries[one, other] - carries[one,] - carries[other,]
            low, high = error(more)
            rows.append({
                "outcome": outcome, "one": one, "other": other, "words": f"{switches[one].words} and {switches[other].words}", "one_carries": np.median(carries[one,]),
                "other_carries": np.median(carries[other,]), "both_carry": np.median(carries[one, other]), "interaction": np.median(more), "low": low, "high": high, "replicates": len(more),
            })  # fmt: skip
    return pd.DataFrame(rows)


def in_words(table: pd.DataFrame) -> str:
    """Switches down, outcomes across: what each carries, with its sampling error, and what the shares sum to."""
    cells = table.assign(cell=[known(figure_units(row.carries), row.low, row.high) for row in table.itertuples()])
    first = table[(table.outcome == table.outcome.iloc[0]) & (table["switch"] != "all on")]
    return "\n".join([
        f"What each mechanism carries of the difference: on less off, median and {TOLD}{after(rough(int(table.replicates.min())))}\n",
        across(cells),
        f"\nMechanisms act on each other, so that they do not add up: of the first outcome they sum to {figure_units(100 * first.share.sum())} % of the difference.",
    ])  # fmt: skip


def pairs_in_words(table: pd.DataFrame) -> str:
    """Two switches down, outcomes across: by how much both together carry more than the sum of each."""
    cells = table.assign(cell=[known(figure_units(row.interaction), row.low, row.high) for row in table.itertuples()])
    return f"\nHow far two act on each other: what both carry less what each carries alone, median and {TOLD}\n\n" + across(cells)


def across(cells: pd.DataFrame) -> str:
    """Words down, outcomes across."""
    wide = cells.pivot(index="words", columns="outcome", values="cell").loc[list(dict.fromkeys(cells.words)), list(dict.fromkeys(cells.outcome))]
    return wide.rename_axis(columns=None).to_string()


if __name__ == "__main__":
    main()
