"""Recycling: what share of what goes into end products outside China can recyclers there return, and what would it take to reach the share that is asked?"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, files, headline, provenance, records
from experiments.metrics import recycled_share
from experiments.plan import Plan
from experiments.wording import figure_units, readable
from model.errors import InputError
from model.model import TradeModel
from model.parts import Part
from model.rules.numerics import most

EXPERIMENT = "recycling"
SCENARIOS = ["truce_holds", "restrictions_resume"]
REPLICATES = 6
MANDATES = (0.0, 0.3, 0.6, 0.9)
"""Shares of products at the end of their life that must be collected."""
YEARS = (2030, 2035)
KNOWN, ENOUGH = "known projects", "plants for all"
"""Which plants there are: those of the pipeline, or as many outside China as there is to collect."""


class PlantsForAll(Part):
    """Recycling plants outside China that could work up whatever must be collected around them: the first of each market region grows with it."""

    def before_recycle(self, model: TradeModel) -> None:
        """Room for what reaches the end of its life this month, as far as it can be collected or must be, beside the feed that waits."""
        collection = model.collection
        asked = np.minimum(np.minimum(model.collectable * model.p.collectable_scale, 1.0), model.levers.mandate)
        for process in collection.fed:
            rows = np.arange(model.count)[model.rows[process.name]]
            for place in range(collection.places - 1):
                here = rows[collection.place[rows] == place]
                if here.size:
                    users = np.flatnonzero(collection.place == place)
                    leaving = model.in_use[-1, process.lead, users] * model.ageing[users] * asked[users]
                    held = model.inputs[process.feed, process.lead, here[0]]
                    model.capacity[here[0]] = most(model.capacity[here[0]], held + leaving.sum())


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        chosen = command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES, more=options)
        run(chosen, words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--mandates", nargs="+", type=float, default=list(MANDATES), metavar="SHARE", help="shares of end-of-life products that must be collected")


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate each mandate with the plants of the pipeline and with plants for all, and write what share comes back."""
    mandates = list(dict.fromkeys(chosen.given.mandates))
    wrong = [each for each in mandates if not 0.0 <= each <= 1.0]
    if wrong:
        raise InputError(f"--mandates: {wrong[0]:g} is no share; give numbers from 0 to 1")
    manifest, rows = provenance.started(EXPERIMENT, chosen.plan, words), []
    with files.claimed(chosen.out, manifest):
        for plants, added in ((KNOWN, ()), (ENOUGH, (PlantsForAll(),))):
            for mandate in mandates:
                print(f"{plants}, {mandate:g} must be collected")
                rows += measured(varied(chosen.plan, mandate, added), chosen.out / "parts" / f"{len(added)}_{mandate:g}", chosen.workers, plants, mandate)
        table = pd.DataFrame(rows)
        output = records.write_table(table, chosen.out / "recycling.csv")
        files.write_json(chosen.out / files.MANIFEST, provenance.completed(manifest, chosen.out, [output]))
    print("", in_words(table, chosen.plan), "", output, sep="\n")


def varied(plan: Plan, mandate: float, added: tuple[Part, ...]) -> Plan:
    """The same plan with a mandate and other plants; all other draws stay."""
    return replace(plan, settings={**plan.settings, "collection_mandate": mandate}, parts=(*plan.parts, *added))


def measured(plan: Plan, folder: Path, workers: int, plants: str, mandate: float) -> list[dict]:
    """Share returned by scenario, year, scrap and element, median over replicates; the runs themselves are not kept."""
    runs = ensemble.run(plan, folder, workers)
    rows = [{"plants": plants, "mandate": mandate} | row for year in YEARS if f"{year}-12" in runs.month.values for row in of_year(runs, year)]
    for path in folder.glob("*.nc"):
        path.unlink()
    return rows


def of_year(runs: xr.Dataset, year: int) -> list[dict]:
    """The rows of one year."""
    found = recycled_share(runs.sel(month=slice(f"{year}-01", f"{year}-12"))).median("replicate")
    return [
        {"scenario": scenario, "year": year, "scrap": scrap, "element": element, "share": float(found.sel(scenario=scenario, scrap=scrap, element=element))}
        for scenario in found.scenario.values.tolist() for scrap in found.scrap.values.tolist() for element in found.element.values.tolist()
    ]  # fmt: skip


def in_words(table: pd.DataFrame, plan: Plan) -> str:
    """Old and new scrap in per cent of the leading element of the headline's goods."""
    of = headline.headline(plan.world)
    element = plan.world.chain.elements[plan.world.chain.lead[plan.world.chain.index(of.goods[0])]]
    mine = table[table.element == element]
    if mine.empty:
        return f"The runs end before {YEARS[0]}."
    cells = mine.pivot(index=["plants", "mandate"], columns=["scenario", "year", "scrap"], values="share")
    told = cells.map(figure_units).rename(columns=readable, level="scenario")
    return f"{element} that recyclers outside China return, % of what goes into end products there (medians of {plan.replicates} replicates)\n\n{told.to_string()}"


if __name__ == "__main__":
    main()
