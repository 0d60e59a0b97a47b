"""Truce against resume: who loses what, and when, if China's restrictions of October 2025 come back in November 2026, and what lasts once they end?"""

import argparse
import sys
from dataclasses import replace

import pandas as pd

from experiments import answer, command, compare, ensemble, figures, files, firms, lost_exports, provenance, published, records, report, what_lasts, windows
from experiments.plan import Plan
from model import Scenario
from model.errors import InputError

EXPERIMENT = "truce_vs_resume"
SCENARIOS = ["truce_holds", "restrictions_resume"]


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, more=options), words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    told = "replicates, at most --replicates, for what lasts once the controls end; 0: leave it out (default %(default)s)"
    parser.add_argument("--lasting", type=int, default=what_lasts.REPLICATES, metavar="N", help=told)


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate, compare, draw, report; everything goes to the chosen folder, the manifest last."""
    plan, out, lasts = chosen.plan, chosen.out, lasting(chosen.plan, chosen.given.lasting)
    manifest, others = provenance.started(EXPERIMENT, plan, words), published.load(plan.world)
    with files.claimed(out, manifest):
        print(f"{plan.replicates} replicate{'s' * (plan.replicates > 1)} of {' and '.join(scenario.name for scenario in plan.scenarios)}, {plan.world.start} to {plan.until}")
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        records.label(runs, manifest, plan.scenarios)
        manifest["windows"] = provenance.windows(runs)
        table, left = compare.summary(runs), pd.DataFrame()
        if lasts:
            print(f"what lasts: {lasts.replicates} replicate{'s' * (lasts.replicates > 1)} of {' and '.join(scenario.name for scenario in lasts.scenarios)}")
            left = what_lasts.lasting(lasts, out / "parts" / what_lasts.EXPERIMENT, chosen.workers)
        print("drawing figures, writing the report")
        pair = windows.pairs(runs)[0]
        divided, beside = lost_exports.table(pair, windows.middle(pair)), published.beside(others, table)
        outputs = [records.write_runs(runs, out / "runs.nc"), records.write_table(table, out / "summary.csv"), records.write_table(divided, out / "lost_exports.csv")]
        outputs += [records.write_table(firms.table(runs, plan.world), out / "firms.csv")] if plan.firms else []
        outputs += figures.draw_all(runs, out / "figures")
        outputs += [records.write_table(beside, out / "published.csv")] if len(beside) else []
        outputs += [records.write_table(left, out / "what_lasts.csv")] if len(left) else []
        outputs.append(report.write(runs, table, left, beside, manifest, out))
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", *answer.told(runs, table, left), "", *outputs, out / files.MANIFEST, sep="\n")


def lasting(plan: Plan, replicates: int) -> Plan | None:
    """The runs that tell what lasts, where the question is the usual one, the world tells of controls that end, and the months reach beyond that."""
    if replicates < 0:
        raise InputError(f"--lasting: {replicates} is negative; give a number of replicates, or 0 to leave it out")
    told = [name for name in what_lasts.SCENARIOS if name in plan.world.words.scenarios]
    if not replicates or [scenario.name for scenario in plan.scenarios] != SCENARIOS or told != what_lasts.SCENARIOS:
        return None
    lifting = tuple(each for each in (Scenario.load(name, plan.world) for name in told[1:]) if what_lasts.reached(plan, each))
    return replace(plan, scenarios=(plan.scenarios[0], *lifting), replicates=min(replicates, plan.replicates)) if lifting else None


if __name__ == "__main__":
    main()
