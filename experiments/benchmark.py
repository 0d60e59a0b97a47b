"""Benchmark: how long does a decade take, where does the time go, and what do agents stepped one by one cost?"""

import argparse
import json
import resource
import statistics
import sys
import time

from model import Scenario, TradeModel
from model.errors import tell_and_exit

SCENARIO = "restrictions_resume"
AGENTWISE_UNTIL = "2025-12"
"""24 months: how far agents are stepped one by one."""


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table and the same as JSON."""
    options = argparse.ArgumentParser(prog="python -m experiments.benchmark", description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer repetitions and three months of agents one by one")
    quick = options.parse_args(arguments).quick
    with tell_and_exit():
        measured = measure(repetitions=3 if quick else 9, agentwise_until="2024-03" if quick else AGENTWISE_UNTIL)
    print(table(measured))
    json.dump(measured, sys.stdout, indent=2)
    print()


def measure(repetitions: int, agentwise_until: str) -> dict:
    """Seconds of a warm run, of its phases, of building the model, and of a month with agents one by one; peak memory in MB."""
    scenario = Scenario.load(SCENARIO)
    TradeModel(scenario).run_until("2024-02")  # compile and read the tables once
    builds, runs = zip(*(timed_run(scenario) for _ in range(repetitions)), strict=True)
    columns, agents = seconds_a_month(scenario, agentwise_until, False), seconds_a_month(scenario, agentwise_until, True)
    return {
        "months": months(scenario.last_month),
        "run_seconds": statistics.median(runs),
        "run_seconds_all": [round(seconds, 4) for seconds in runs],
        "build_seconds": statistics.median(builds),
        "columns_seconds_a_month": columns,
        "agentwise_seconds_a_month": agents,
        "agentwise_ratio": agents / columns,
        "phases_seconds": phases(scenario),
        "peak_memory_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def timed_run(scenario: Scenario) -> tuple[float, float]:
    """Seconds to build a model and to run all its months."""
    begun = time.perf_counter()
    model = TradeModel(scenario)
    built = time.perf_counter()
    model.run()
    return built - begun, time.perf_counter() - built


def seconds_a_month(scenario: Scenario, until: str, agentwise: bool) -> float:
    """Mean seconds of a month, behaviours run on columns or on real agents one by one."""
    model = TradeModel(scenario, agentwise=agentwise)
    begun = time.perf_counter()
    model.run_until(until)
    return (time.perf_counter() - begun) / months(until)


def months(until: str) -> int:
    """Months from January 2024 to a month, both included."""
    year, number = map(int, until.split("-"))
    return (year - 2024) * 12 + number


def phases(scenario: Scenario) -> dict[str, float]:
    """Seconds each phase of the month takes over a whole run, the longest first."""
    model = TradeModel(scenario)
    for _ in range(months(scenario.last_month)):
        model.timed_step()
    spent = {phase["phase"]: phase["seconds"] for phase in model.schedule}
    return dict(sorted(spent.items(), key=lambda item: -item[1]))


def table(measured: dict) -> str:
    """The figures a reader looks for."""
    rows = [
        (f"warm run of {measured['months']} months, median of {len(measured['run_seconds_all'])}", f"{1000 * measured['run_seconds']:.0f} ms"),
        ("building the model", f"{1000 * measured['build_seconds']:.0f} ms"),
        ("a month on columns", f"{1000 * measured['columns_seconds_a_month']:.2f} ms"),
        ("a month with agents one by one", f"{1000 * measured['agentwise_seconds_a_month']:.1f} ms"),
        ("ratio", f"{measured['agentwise_ratio']:.0f} x"),
        ("peak memory", f"{measured['peak_memory_megabytes']:.0f} MB"),
        *((f"  phase {name}", f"{1000 * seconds:.1f} ms a run") for name, seconds in measured["phases_seconds"].items()),
    ]
    return "\n".join(f"{name:<44}{value:>16}" for name, value in rows)


if __name__ == "__main__":
    main()
