"""Doctrines: how long do truces last, how often do states switch and what triggers what, by how states decide?"""

import sys

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, provenance, records
from experiments.figures import doctrines as picture
from experiments.horizons import DEPARTURE
from model import moves
from model.names import CHINA, MONTHS_A_YEAR

EXPERIMENT = "doctrines"
SCENARIOS = ["tit_for_tat", "stochastic_truce", "strategic"]
RUNS = 40
YEARS = (1, 3, 5)
"""After which the share of truces that still hold is told."""


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=RUNS), words)


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate, tell and draw; the manifest comes last."""
    plan, out = chosen.plan, chosen.out
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        records.label(runs, manifest, plan.scenarios)
        conduct, triggers, truces = by_scenario(runs, moves.conduct), by_scenario(runs, moves.transitions), survival(runs)
        outputs = [records.write_table(conduct, out / "conduct.csv"), records.write_table(triggers, out / "triggers.csv"), records.write_table(truces, out / "truces.csv")]
        outputs.append(figures.save(picture.draw(runs, truces, conduct), out / "doctrines.png"))
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", *(sentence(runs, name) for name in runs.scenario.values), "", conduct.round(2).to_string(index=False), "", triggers.to_string(index=False), "", *outputs, sep="\n")


def by_scenario(runs: xr.Dataset, told: moves.Told) -> pd.DataFrame:
    """A table of each scenario, one below the other."""
    return pd.concat([told(runs.sel(scenario=name), DEPARTURE).assign(scenario=str(name)) for name in runs.scenario.values], ignore_index=True)


def survival(runs: xr.Dataset) -> pd.DataFrame:
    """A row a month and scenario: in which share of runs China has kept the truce from the start; and in which it stands in that month, kept or restored."""
    rows = []
    for name in runs.scenario.values:
        kept = moves.survival(runs.sel(scenario=name), DEPARTURE)
        calm = (runs.stance.sel(scenario=name, state=CHINA, month=slice(DEPARTURE, None)) == 0).mean("replicate").values
        rows.append(pd.DataFrame({"scenario": str(name), "month": kept.index, "kept": kept.values, "stands": calm}))
    return pd.concat(rows, ignore_index=True)


def sentence(runs: xr.Dataset, scenario: str) -> str:
    """The answer for one scenario."""
    these = runs.sel(scenario=scenario)
    kept, told = moves.survival(these, DEPARTURE), moves.conduct(these, DEPARTURE).set_index("state")
    if CHINA not in told.index:
        return f"{scenario}: China keeps the truce throughout."
    china, duties = told.loc[CHINA], duties_in_truce(these)
    held = ", ".join(f"{100 * kept.iloc[min(years * MONTHS_A_YEAR, len(kept)) - 1]:.0f} % after {years}" for years in YEARS)
    return (
        f"{scenario}: China moves {china.moves_a_year:.1f} times a year, a truce lasts {china.median_truce:.0f} months in the median and a restriction {china.median_restriction:.0f}, "
        f"{100 * china.jumps_of_moves:.0f} % of moves jump a rung, the first truce still holds in {held} years of runs, and American duties stand in {100 * duties:.0f} % of its months."
    )


def duties_in_truce(runs: xr.Dataset) -> float:
    """Share of the months in which China stands on rung 0 in which the United States do not."""
    later = runs.stance.sel(month=slice(DEPARTURE, None))
    calm, answered = later.sel(state=CHINA).values == 0, later.sel(state="USA").values > 0
    return float(answered[calm].mean()) if np.any(calm) else float("nan")


if __name__ == "__main__":
    main()
