"""Benchmark: how long does a decade take, where does the time go, and what do agents stepped one by one cost?"""

import json
import resource
import statistics
import sys
import time

from experiments.command import Parser, add_world
from model import Scenario, TradeModel
from model.errors import tell_and_exit
from model.names import month_index, month_name
from model.world import World

SCENARIO = "restrictions_resume"
AGENTWISE_MONTHS = 24
"""How many months agents are stepped one by one."""
QUICK_MONTHS = 3


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table and the same as JSON."""
    options = Parser(prog="python -m experiments.benchmark", description=__doc__, allow_abbrev=False)
    add_world(options)
    options.add_argument("--quick", action="store_true", help="fewer repetitions and three months of agents one by one")
    with tell_and_exit():
        given = options.parse_args(arguments)
        measured = measure(World.load(given.world), repetitions=3 if given.quick else 9, agentwise_months=QUICK_MONTHS if given.quick else AGENTWISE_MONTHS)
    print(table(measured))
    json.dump(measured, sys.stdout, indent=2)
    print()


def measure(world: World, repetitions: int, agentwise_months: int) -> dict:
    """Seconds of a warm run, of its phases, of building the model, and of a month with agents one by one; peak memory in MB."""
    scenario = Scenario.load(SCENARIO, world)
    TradeModel(scenario, world=world).run_until(month_name(world.first + 1))  # compile once
    builds, runs = zip(*(timed_run(scenario, world) for _ in range(repetitions)), strict=True)
    columns, agents = (seconds_a_month(scenario, world, agentwise_months, agentwise) for agentwise in (False, True))
    return {
        "world": world.name,
        "months": months(scenario, world),
        "run_seconds": statistics.median(runs),
        "run_seconds_all": [round(seconds, 4) for seconds in runs],
        "build_seconds": statistics.median(builds),
        "columns_seconds_a_month": columns,
        "agentwise_seconds_a_month": agents,
        "agentwise_ratio": agents / columns,
        "phases_seconds": phases(scenario, world),
        "peak_memory_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def timed_run(scenario: Scenario, world: World) -> tuple[float, float]:
    """Seconds to build a model and to run all its months."""
    begun = time.perf_counter()
    model = TradeModel(scenario, world=world)
    built = time.perf_counter()
    model.run()
    return built - begun, time.perf_counter() - built


def seconds_a_month(scenario: Scenario, world: World, months: int, agentwise: bool) -> float:
    """Mean seconds of a month, behaviours run on columns or on real agents one by one."""
    model = TradeModel(scenario, agentwise=agentwise, world=world)
    begun = time.perf_counter()
    model.run_until(month_name(world.first + months - 1))
    return (time.perf_counter() - begun) / months


def months(scenario: Scenario, world: World) -> int:
    """Months from the world's first to the scenario's last, both included."""
    return month_index(scenario.last_month) - world.first + 1


def phases(scenario: Scenario, world: World) -> dict[str, float]:
    """Seconds each phase of the month takes over a whole run, the longest first."""
    model = TradeModel(scenario, world=world)
    for _ in range(months(scenario, world)):
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
