"""Attribution: how much of the answer does each mechanism carry, when it is switched off in both scenarios under the same luck and the same draws?"""

import argparse
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, headline, provenance, records
from experiments.figures import attribution as picture
from experiments.horizons import middle_and_end, pairs, window
from experiments.metrics import headline_exports, output_loss, outside, outside_capacity, unmet_share, unmet_share_by_region
from experiments.plan import Plan
from experiments.sampling import TOLD, error
from experiments.wording import figure_units, readable, signed
from model import parameters, schema, sheet
from model.errors import InputError, unknown
from model.folder import Folder

EXPERIMENT = "attribution"
SCENARIOS = ["truce_holds", "restrictions_resume"]
PAIRS = 30
MOST_REGIONS = 4
"""Regions shown: those that need most."""
ALL_ON, EVERYTHING = "", "all_on"
"""The run with nothing switched off: as a name, and as a folder."""


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        chosen = command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=PAIRS, more=options)
        run(chosen, words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--switches", nargs="+", default=[], metavar="SWITCH", help="mechanisms to switch off, of switches.csv of the world (default all)")


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate with all on and with each switch off, hold one against the other, draw, write."""
    plan, out = chosen.plan, chosen.out
    known = switches(plan.world.folder)
    wanted = list(dict.fromkeys(chosen.given.switches or known))
    for name in wanted:
        if name not in known:
            raise InputError(f"--switches: {unknown('switch', name, known)}")
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        outcomes = {}
        for at, name in enumerate([ALL_ON, *wanted]):
            print(f"{at + 1} of {len(wanted) + 1}: {known[name][1] + ' off' if name else 'all on'}")
            outcomes[name] = measured(off(plan, known[name][0] if name else {}), out, chosen.workers, name or EVERYTHING)
        table = carried(outcomes, {name: said for name, (_, said) in known.items()})
        outputs = [records.write_table(table, out / "attribution.csv"), figures.save(picture.draw(table, plan.replicates), out / "attribution.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", in_words(table), "", *outputs, sep="\n")


def switches(folder: Folder) -> dict[str, tuple[dict[str, float], str]]:
    """Each switch of a world: the values its parameters have when it is off, and what it is in words; `InputError` if a value cannot be."""
    known = parameters.load(folder)
    rows = sheet.load(folder, schema.SWITCHES, {"parameter": tuple(known)})
    for at, row in rows.iterrows():
        try:
            parameters.check({row.parameter: float(row.off)}, known)
        except InputError as error:
            sheet.refuse(schema.SWITCHES.file, at, "off", str(error).removeprefix("parameters."))
    for at, row in rows.iterrows():
        if not re.fullmatch("[a-z_]+", row.switch) or row.switch == EVERYTHING:
            sheet.refuse(schema.SWITCHES.file, at, "switch", f'"{row.switch}" is no name for a switch; use small letters, and not {EVERYTHING}')
        same = rows[(rows["switch"] == row.switch) != (rows["words"] == row.words)]
        if len(same):
            sheet.refuse(schema.SWITCHES.file, at, "words", f'"{row.words}" and {row.switch} do not go together in every row; give each switch words of its own')
    return {str(name): (dict(zip(mine["parameter"], mine["off"].astype(float), strict=True)), str(mine["words"].iloc[0])) for name, mine in rows.groupby("switch", sort=False)}


def off(plan: Plan, values: Mapping[str, float]) -> Plan:
    """The same plan with some parameters at the values that switch a mechanism off; all other draws stay."""
    return replace(plan, settings={**plan.settings, **values})


def measured(plan: Plan, out: Path, workers: int, name: str) -> pd.DataFrame:
    """The paired difference of every outcome, (replicate, outcome); the runs themselves are not kept."""
    parts = out / "parts" / name
    runs = ensemble.run(plan, parts, workers)
    found = differences(pairs(runs)[0])
    for path in parts.glob("*.nc"):
        path.unlink()
    return found


def differences(pair: xr.Dataset) -> pd.DataFrame:
    """What the alternative changes in each replicate, by outcome."""
    (middle, end), of = middle_and_end(pair), headline.of(pair)
    cut, long = window(pair, middle), window(pair, end)
    by_region = unmet_share_by_region(cut)
    need = outside(cut, "need").isel(scenario=0).sum(["month", "sector"]).mean("replicate")
    largest = [str(need.region.values[at]) for at in np.argsort(-need.values, kind="stable")[:MOST_REGIONS]]
    found = {
        f"unmet share of need, {middle} months, % points": unmet_share(cut),
        **{f"the same in {readable(region)}": by_region.sel(region=region) for region in largest},
        f"output lost, {middle} months, billion USD": output_loss(cut),
        f"{of.word} exports from China, {middle} months, {of.rate.partition(' a ')[0]}": headline_exports(cut) / of.scale,
        f"{of.word} capacity outside China after {end} months, {of.rate}": outside_capacity(long).sel(stage=of.stage) / of.scale,
    }
    return pd.DataFrame({name: (values.isel(scenario=1) - values.isel(scenario=0)).values.astype(float) for name, values in found.items()})


def carried(outcomes: Mapping[str, pd.DataFrame], words: Mapping[str, str]) -> pd.DataFrame:
    """For each outcome and switch: the difference with all on and with it off, what it carries (the median of on less off, replicate by replicate) with its
    bootstrap interval, and its share of the difference with all on."""
    whole, rows = outcomes[ALL_ON], []
    for outcome in whole:
        for switch, found in outcomes.items():
            carries = (whole[outcome] - found[outcome]).to_numpy()
            low, high = error(carries if switch else whole[outcome].to_numpy())
            on, without = whole[outcome].median(), found[outcome].median()
            rows.append({
                "outcome": outcome, "switch": switch or "all on", "words": words.get(switch, "all on"), "on": on, "off": without,
                "carries": np.median(carries) if switch else on, "low": low, "high": high,
                "share": (np.median(carries) if switch else on) / on if on else np.nan, "replicates": len(carries),
            })  # fmt: skip
    return pd.DataFrame(rows)


def in_words(table: pd.DataFrame) -> str:
    """Switches down, outcomes across: what each carries, with its interval."""
    cells = table.assign(cell=[f"{figure_units(row.carries)} ({signed(row.low, row.high)})" for row in table.itertuples()])
    wide = cells.pivot(index="words", columns="outcome", values="cell").loc[list(dict.fromkeys(table.words)), list(dict.fromkeys(table.outcome))]
    return f"What each mechanism carries of the difference: on less off, median and {TOLD}\n\n" + wide.rename_axis(columns=None).to_string()


if __name__ == "__main__":
    main()
