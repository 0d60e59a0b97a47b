"""Followed: what becomes of named companies in each future, what do their plants make, when are their projects decided on, and do plants stop?"""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, provenance, records
from experiments.figures import followed as picture
from experiments.firms import output
from model import schema, sheet
from model.errors import InputError, unknown
from model.projects import CANCELLED, CONSTRUCTION, OPERATING
from model.recorder import WORKS
from model.world import World

EXPERIMENT = "followed"
SCENARIOS = ["truce_holds", "restrictions_resume"]
PAIRS = 30
LOW, HIGH = 0.05, 0.95


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=PAIRS), words)


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate, tell and draw; the manifest comes last."""
    plan, out = replace(chosen.plan, firms=True), chosen.out
    companies = load(plan.world)
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        records.label(runs, manifest, plan.scenarios)
        firms, projects = table(runs, companies, plan.world), decisions(runs, companies, plan.world)
        drawn = picture.draw(runs, companies, projects, told_of(plan.world))
        outputs = [records.write_table(firms, out / "followed.csv"), records.write_table(projects, out / "projects.csv"), figures.save(drawn, out / "followed.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    told = firms.assign(output_t=firms.output_t.round(), cash_usd_million=firms.cash_usd_million.round()).drop(columns=["output_low", "output_high", "replicates"])
    print("", told.to_string(index=False, float_format=lambda value: f"{value:,.10g}"), "", *outputs, sep="\n")


def load(world: World) -> dict[str, list[str]]:
    """Companies of followed.csv and the plants that are told of each; `InputError` where the world has no such table or no such firm."""
    rows = sheet.load(world.folder, schema.FOLLOWED, {})
    if not len(rows):
        raise InputError(f"{schema.FOLLOWED.file}: {world.name} says nobody who is to be followed; add the table, with company and entity")
    for at, name in rows["entity"].items():
        if name not in world.entities.index:
            sheet.refuse(schema.FOLLOWED.file, at, "entity", unknown("firm", name, world.entities.index))
    return {str(company): list(mine["entity"]) for company, mine in rows.groupby("company", sort=False)}


def told_of(world: World) -> set[str]:
    """Entities of which finance.csv says something; the others run on what is usual for their kind."""
    said = world.tables["finance"]
    return {name for cell in said["entities"].dropna() for name in str(cell).split("|")} if len(said) else set()


def table(runs: xr.Dataset, companies: dict[str, list[str]], world: World) -> pd.DataFrame:
    """A row a company and scenario: output and cash in the last year, and the share of replicates in which all its plants work then."""
    rows, known = [], told_of(world)
    for company, entities in companies.items():
        made = output(runs, entities).isel(month=-1)
        stands = (runs.firm_state.sel(firm=entities).isel(month=-1) == WORKS).all("firm")
        for scenario in runs.scenario.values:
            values, cash = made.sel(scenario=scenario).values, runs.firm_cash.sel(firm=entities[0], scenario=scenario).isel(month=-1).values.astype(float)
            rows.append({
                "company": company, "scenario": str(scenario), "output_t": np.median(values), "output_low": np.quantile(values, LOW), "output_high": np.quantile(values, HIGH),
                "cash_usd_million": np.median(cash), "plants_work": float(stands.sel(scenario=scenario).mean()), "own_finance": any(name in known for name in entities), "replicates": values.size,
            })  # fmt: skip
    return pd.DataFrame(rows)


def decisions(runs: xr.Dataset, companies: dict[str, list[str]], world: World) -> pd.DataFrame:
    """A row a project of theirs and scenario: what the table says of June 2026, and in which share of replicates it is decided on, dropped and at nameplate by the end; months as medians of those that are."""
    pipeline = world.tables["pipeline"].drop_duplicates(["project", "entity"])
    rows = []
    for company, entities in companies.items():
        for line in pipeline[pipeline["entity"].isin(entities)].itertuples():
            label = next((str(name) for name in runs.project.values if name in (line.project, f"{line.project} ({line.entity})")), "")
            for scenario in runs.scenario.values:
                told = {"company": company, "project": line.project, "table_state": line.state, "table_start": line.start, "success_probability": line.success_probability, "scenario": str(scenario)}
                rows.append(told | (course(runs, label, str(scenario)) if label else {}))
    return pd.DataFrame(rows)


def course(runs: xr.Dataset, label: str, scenario: str) -> dict[str, object]:
    """What comes of a project that investors decide on."""
    state = runs.project_state.sel(project=label, scenario=scenario).transpose("replicate", "month").values
    begun, full, dropped = (state >= CONSTRUCTION) & (state < CANCELLED), state == OPERATING, state == CANCELLED
    return {
        "decided": begun.any(axis=1).mean(), "decided_in": first(begun, runs), "at_nameplate": full.any(axis=1).mean(), "at_nameplate_in": first(full, runs), "dropped": dropped.any(axis=1).mean(),
    }


def first(holds: np.ndarray, runs: xr.Dataset) -> str:
    """Median month in which something first holds, over the replicates in which it ever does; empty where in none."""
    ever = holds.any(axis=1)
    return str(runs.month.values[int(np.median(holds[ever].argmax(axis=1)))]) if ever.any() else ""


if __name__ == "__main__":
    main()
