"""Hindcast: does the model, given the policies of the past, bring back the exports, prices and shares that were observed?"""

import sys

import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, provenance, records, targets
from experiments.figures import hindcast as picture
from experiments.wording import figure_units

EXPERIMENT = "hindcast"


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        chosen = command.read(EXPERIMENT, __doc__, words, ["history"], replicates=20, past=True)
        targets.known(chosen.plan.world)
        run(chosen, words)


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate the past, hold it against the observed, write and print."""
    manifest = provenance.started(EXPERIMENT, chosen.plan, words)
    with files.claimed(chosen.out, manifest):
        runs = ensemble.run(chosen.plan, chosen.out / "parts", chosen.workers)
        table = targets.compared(runs.isel(scenario=0), chosen.plan.world)
        outputs = [records.write_table(table, chosen.out / "hindcast.csv"), figures.save(picture.draw(runs), chosen.out / "hindcast.png")]
        files.write_json(chosen.out / files.MANIFEST, provenance.completed(manifest, chosen.out, outputs))
    print(in_words(table), "", verdict(table, runs), *outputs, sep="\n")


def in_words(table: pd.DataFrame) -> str:
    """The measured rows as text."""
    measured = table[table.verdict != "not measured"]
    rows = [
        f"{row.quantity[:62]:<62}  {row.period:>16}  {figure_units(row.observed) if pd.notna(row.observed) else '':>8}"
        f"  {figure_units(row.low, 3) + ' to ' + figure_units(row.high, 3):>18}  {figure_units(row.model, 3):>8}  {row.unit:<12}  {row.verdict}"
        for row in measured.itertuples()
    ]
    return "\n".join([f"{'quantity':<62}  {'period':>16}  {'observed':>8}  {'accepted':>18}  {'model':>8}  {'unit':<12}  verdict", *rows])


def verdict(table: pd.DataFrame, runs: xr.Dataset) -> str:
    """How many targets are met, in a sentence."""
    counts = table.verdict.value_counts()
    within, outside = counts.get("within", 0), counts.get("outside", 0)
    return (
        f"{within} of {within + outside} targets that can be measured are met by the median of {runs.sizes['replicate']} replicates; "
        f"{counts.get('not measured', 0)} need what the model does not have."
    )


if __name__ == "__main__":
    main()
