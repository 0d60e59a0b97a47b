"""Hindcast: does the model, given the policies of the past, bring back the exports, prices and shares that were observed, and better than a null model?"""

import sys
from typing import Any

import pandas as pd

from experiments import command, ensemble, figures, files, provenance, records, scores
from experiments.figures import hindcast as picture
from experiments.targets import Held
from experiments.wording import figure_units
from model.seen import COMPARED, NOT_EXPRESSIBLE

EXPERIMENT = "hindcast"


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        chosen = command.read(EXPERIMENT, __doc__, words, ["history"], replicates=20, past=True)
        run(chosen, words, Held.of(chosen.plan.world, chosen.plan.scenarios[0]))


def run(chosen: command.Options, words: list[str], held: Held) -> None:
    """Simulate the past, hold it against the observed, write and print."""
    targets = held.targets()
    manifest = provenance.started(EXPERIMENT, chosen.plan, words)
    with files.claimed(chosen.out, manifest):
        runs = ensemble.run(chosen.plan, chosen.out / "parts", chosen.workers)
        table = scores.scored(targets, runs.isel(scenario=0), held.null)
        outputs = [records.write_table(table, chosen.out / "hindcast.csv"), figures.save(picture.draw(runs, held.null), chosen.out / "hindcast.png")]
        files.write_json(chosen.out / files.MANIFEST, provenance.completed(manifest, chosen.out, outputs))
    print(in_words(table), left_out(table), verdict(table, runs.sizes["replicate"]), "\n".join(map(str, outputs)), sep="\n\n")


COLUMNS = f"{'quantity':<52}  {'period':>16}  {'observed':>8}  {'accepted':>17}  {'model':>8}  {'5-95 %':>17}  {'null':>8}  {'unit':<11}  {'verdict':<12}  {'null':<12}  {'skill':>6}"
"""What heads the rows."""


def in_words(table: pd.DataFrame) -> str:
    """The scored rows as text, by role."""
    parts = []
    for role in scores.COUNTED:
        rows = table[(table.role == role) & (table.verdict != scores.UNMEASURED)]
        parts.append("\n".join([f"{role.upper()}", COLUMNS, *map(line, rows.itertuples(name="Row"))]))
    return "\n\n".join(parts)


def line(row: Any) -> str:
    """One row."""
    accepted, band = (f"{number(low)} to {number(high)}" for low, high in ((row.low, row.high), (row.model_low, row.model_high)))
    return (
        f"{row.quantity[:52]:<52}  {row.period:>16}  {number(row.observed):>8}  {accepted:>17}  {number(row.model):>8}  {band:>17}  {number(row.null):>8}"
        f"  {row.unit[:11]:<11}  {row.verdict:<12}  {row.null_verdict:<12}  {number(row.skill):>6}"
    )


def number(value: float) -> str:
    """A figure; nothing where there is none."""
    return "" if pd.isna(value) else figure_units(value, 3)


def left_out(table: pd.DataFrame) -> str:
    """The rows that are not scored, by reason."""
    rows = table[table.verdict.isin([NOT_EXPRESSIBLE, scores.UNMEASURED])]
    reasons = rows.why.where(rows.role == NOT_EXPRESSIBLE, rows.role + ", and results do not tell it")
    places = rows.file.str.removesuffix(".csv") + " " + rows.row.astype(str)
    return "\n".join(["NOT SCORED", *(f"{reason}: {', '.join(places[found])}" for reason, found in reasons.groupby(reasons, sort=False).groups.items())])


def verdict(table: pd.DataFrame, replicates: int) -> str:
    """How many rows are met, in sentences: those compared, with the null model beside, then the others apart."""
    found, missing = scores.counts(table), (table.verdict == NOT_EXPRESSIBLE).sum()
    of = found.loc[COMPARED]
    others = [f"{role}, no test: {int(row.within)} of {int(row.rows)} (null model {int(row.null_within)})" for role, row in found.drop(COMPARED).iterrows()]
    return (
        f"Compared: the median of {replicates} replicates lies within what is accepted in {int(of.within)} of {int(of.rows)} rows, the null model in {int(of.null_within)}; "
        f"the 5-95 % over replicates hold {int(of.covered)} of {int(of.seen)} observed figures; median skill {figure_units(of.skill)}.\n"
        f"{by_file(table)}.\n"
        f"{'; '.join(others)[:1].upper()}{'; '.join(others)[1:]}. Not expressible: {missing} rows."
    )


def by_file(table: pd.DataFrame) -> str:
    """The compared rows of each table by themselves."""
    compared = table[table.role == COMPARED]
    found = {file: scores.counts(rows).loc[COMPARED] for file, rows in compared.groupby("file", sort=False)}
    return "Of these " + ", ".join(f"{file} {int(of.within)} of {int(of.rows)} (null model {int(of.null_within)})" for file, of in found.items())


if __name__ == "__main__":
    main()
