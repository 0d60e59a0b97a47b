"""Truce against resume: who loses what, and when, if China's restrictions of October 2025 come back in November 2026?"""

import sys

from experiments import answer, command, compare, ensemble, figures, files, horizons, lost_exports, provenance, records, report

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
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        print(f"{plan.replicates} replicate{'s' * (plan.replicates > 1)} of {' and '.join(scenario.name for scenario in plan.scenarios)}, {plan.world.start} to {plan.until}")
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        records.label(runs, manifest, plan.scenarios)
        manifest["windows"] = provenance.windows(runs)
        table = compare.summary(runs)
        print("drawing figures, writing the report")
        pair = horizons.pairs(runs)[0]
        divided = lost_exports.table(pair, horizons.middle(pair))
        outputs = [records.write_runs(runs, out / "runs.nc"), records.write_table(table, out / "summary.csv"), records.write_table(divided, out / "lost_exports.csv")]
        outputs += figures.draw_all(runs, out / "figures")
        outputs.append(report.write(runs, table, manifest, out))
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", *answer.told(runs, table), "", *outputs, out / files.MANIFEST, sep="\n")


if __name__ == "__main__":
    main()
