"""Truce against resume: who loses what, and when, if China's restrictions of October 2025 come back in November 2026?"""

import sys

from experiments import answer, compare, ensemble, figures, files, options, provenance, records, report
from model.errors import tell_and_exit

EXPERIMENT = "truce_vs_resume"
SCENARIOS = ["truce_holds", "restrictions_resume"]


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with tell_and_exit():
        chosen = options.read(EXPERIMENT, __doc__, words, SCENARIOS)
        try:
            run(chosen, words)
        except KeyboardInterrupt:
            print(f"\nInterrupted; runs already made are kept in {chosen.out}. The same command goes on from there.", file=sys.stderr)
            raise SystemExit(130) from None
        except ensemble.WorkersLost as lost:
            print(f"\n{lost}. Runs already made are kept in {chosen.out}: the same command goes on from there; try fewer --workers.", file=sys.stderr)
            raise SystemExit(1) from None


def run(chosen: options.Options, words: list[str]) -> None:
    """Simulate, compare, draw, report; everything goes to the chosen folder, the manifest last."""
    plan, out = chosen.plan, chosen.out
    manifest = provenance.started(EXPERIMENT, plan, words)
    files.claim(out, manifest)
    print(f"{plan.replicates} replicates of {' and '.join(scenario.name for scenario in plan.scenarios)}, 2024-01 to {plan.until}")
    runs = ensemble.run(plan, out / "parts", chosen.workers)
    records.label(runs, manifest)
    table = compare.summary(runs)
    print("drawing figures, writing the report")
    outputs = [records.write_runs(runs, out / "runs.nc"), records.write_table(table, out / "summary.csv"), *figures.draw_all(runs, out / "figures")]
    outputs.append(report.write(runs, table, manifest, out))
    files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("\n" + answer.sentence(runs, table) + "\n\n" + answer.in_brief(table) + "\n")
    for path in (*outputs, out / files.MANIFEST):
        print(path)


if __name__ == "__main__":
    main()
