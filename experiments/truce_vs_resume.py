"""Truce against resume: who loses what, and when, if China's restrictions of October 2025 come back in November 2026?"""

import sys

from experiments import answer, command, compare, ensemble, figures, files, firms, horizons, lost_exports, provenance, published, records, report

EXPERIMENT = "truce_vs_resume"
SCENARIOS = ["truce_holds", "restrictions_resume"]


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS), words)


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate, compare, draw, report; everything goes to the chosen folder, the manifest last."""
    plan, out = chosen.plan, chosen.out
    manifest, others = provenance.started(EXPERIMENT, plan, words), published.load(plan.world)
    with files.claimed(out, manifest):
        print(f"{plan.replicates} replicate{'s' * (plan.replicates > 1)} of {' and '.join(scenario.name for scenario in plan.scenarios)}, {plan.world.start} to {plan.until}")
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        records.label(runs, manifest, plan.scenarios)
        manifest["windows"] = provenance.windows(runs)
        table = compare.summary(runs)
        print("drawing figures, writing the report")
        pair = horizons.pairs(runs)[0]
        divided, beside = lost_exports.table(pair, horizons.middle(pair)), published.beside(others, table)
        outputs = [records.write_runs(runs, out / "runs.nc"), records.write_table(table, out / "summary.csv"), records.write_table(divided, out / "lost_exports.csv")]
        outputs += [records.write_table(firms.table(runs, plan.world), out / "firms.csv")] if plan.firms else []
        outputs += figures.draw_all(runs, out / "figures")
        outputs += [records.write_table(beside, out / "published.csv")] if len(beside) else []
        outputs.append(report.write(runs, table, beside, manifest, out))
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", *answer.told(runs, table), "", *outputs, out / files.MANIFEST, sep="\n")


if __name__ == "__main__":
    main()
