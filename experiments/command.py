"""The command line experiments share: options, checked before anything is computed, and an end that tells what to do."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from experiments import files, firms, guard, observed, plugins
from experiments.ensemble import WorkersLost, built
from experiments.plan import Plan, check
from model import Scenario, SupplyShock
from model.errors import InputError, tell_and_exit
from model.folder import USUAL
from model.world import World

RUNS = Path("results") / "runs"
"""Where results go unless --out says otherwise."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, the shell's custom."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line with what to do, like all others."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; --help shows the options")


@dataclass(frozen=True)
class Options:
    """A checked command: what to run, where to put it, with how many processes."""

    plan: Plan
    out: Path
    workers: int
    given: argparse.Namespace
    """All that was said on the command line."""


def read(
    experiment: str, question: str, arguments: list[str], scenarios: list[str], replicates: int = 100, past: bool = False, alone: bool = False, more: Callable[[argparse.ArgumentParser], object] = id,
) -> Options:  # fmt: skip
    """Options of a command line; scenarios and replicates are defaults. past: history alone is run, and nothing compared; alone: one scenario is enough, what it is compared with is made of it; more: adds options of the experiment's own.

    `InputError` if they cannot be used.
    """
    options = parser(experiment, question, scenarios, replicates, past)
    more(options)
    given = options.parse_args(arguments)
    if given.workers < 1:
        raise InputError(f"--workers: {given.workers} processes cannot work; use 1 or more")
    world, added = World.load(given.world), plugins.gathered(given.plugin)
    loaded = tuple(Scenario.load(name, world).patched(given.patch) for name in given.scenarios)
    until = given.until or (world.history_end if past else min(scenario.last_month for scenario in loaded))
    plan = check(Plan(loaded, given.replicates, given.seed, until, given.parameters, settings(given.set), world, *added, firms=given.firms), compared=not (past or alone))
    files.check(given.out, experiment)
    try_out(plan)
    return Options(plan, given.out, given.workers, given)


def parser(experiment: str, question: str, scenarios: list[str], replicates: int, past: bool) -> argparse.ArgumentParser:
    """The options, each with a word of help."""
    options = Parser(prog=f"python -m experiments.{experiment}", description=question, allow_abbrev=False)
    options.add_argument("--replicates", type=int, default=replicates, help="draws of luck and parameters, each met by every scenario (default %(default)s)")
    options.add_argument("--seed", type=int, default=1, help="seed of all draws (default %(default)s)")
    options.add_argument("--workers", type=int, default=processors(), help="processes (default %(default)s, one a processor)")
    options.add_argument("--until", metavar="YYYY-MM", help=f"last month (default {'the end of history' if past else 'the last all scenarios reach'})")
    options.add_argument("--scenarios", nargs="+", default=scenarios, metavar="SCENARIO", help=f"baseline, then alternatives: names or files, with patches as NAME+PATCH (default {' '.join(scenarios)})")
    options.add_argument(
        "--patch",
        nargs="+",
        default=[],
        action="extend",
        metavar="PATCH",
        help="what is laid over every scenario: names or files, such as stockpile price_floor*0.5 (with and without: --scenarios truce_holds truce_holds+stockpile)",
    )
    add_world(options)
    options.add_argument(
        plugins.OPTION,
        type=Path,
        default=[],
        action="append",
        metavar="FILE.py",
        help="a file that defines CAST = {firm: class}, PARTS = [part, ...] or doctrines that scenarios name, for every run; may be given again",
    )
    options.add_argument("--set", nargs="+", default=[], action="extend", metavar="NAME=VALUE", help="fix parameters in every scenario")
    options.add_argument("--parameters", choices=("ranges", "default"), default="ranges", help="draw parameters from their ranges, or keep defaults (default %(default)s)")
    options.add_argument(firms.OPTION, action="store_true", help="keep what is told of each firm: output, use, price, margin, cash, debt, state (runs.nc grows by half)")
    options.add_argument("--out", type=Path, default=RUNS / experiment, metavar="DIR", help="folder for the results (default %(default)s)")
    return options


def add_world(options: argparse.ArgumentParser) -> None:
    """The option that names the world."""
    options.add_argument("--world", default=USUAL, metavar="NAME|DIR", help="a shipped world, or the folder of one of your own (default %(default)s)")


def try_out(plan: Plan) -> None:
    """Build the first model of each scenario and find the firms its shocks hit: what cannot be run is refused before anything is announced or written."""
    observed.read(plan.world)
    for scenario in plan.scenarios:
        model = built(plan, scenario, 0)
        for shock in (event for event in scenario.events if isinstance(event, SupplyShock)):
            shock.pull(model.levers)


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def settings(texts: list[str]) -> dict[str, float]:
    """Parameters fixed on the command line, each once."""
    fixed = {}
    for name, value in map(setting, texts):
        if name in fixed:
            raise InputError(f"--set: {name} is set twice; give it one value")
        fixed[name] = value
    return fixed


def setting(text: str) -> tuple[str, float]:
    """A parameter's name and value from "name=value"."""
    name, equals, value = text.partition("=")
    try:
        if not equals or not value.isascii() or "_" in value:
            raise ValueError
        return name.strip(), float(value)
    except ValueError:
        raise InputError(f'--set: "{text}" is not NAME=VALUE with a number; write for example --set belief_down=0.02') from None


@contextmanager
def told() -> Iterator[None]:
    """Around an experiment: wrong input, Ctrl-C, lost workers and a full disk end in a line that says what to do."""
    guard.stop_if_only_read()
    kept = "runs already made are kept, the same command goes on from there"
    with tell_and_exit():
        try:
            yield
        except KeyboardInterrupt:
            print(f"\nInterrupted; {kept}.", file=sys.stderr)
            raise SystemExit(INTERRUPTED) from None
        except WorkersLost as lost:
            print(f"\n{lost}; {kept}: try fewer --workers.", file=sys.stderr)
            raise SystemExit(1) from None
        except OSError as error:
            raise InputError(f"{error.filename or 'results'}: {error.strerror or error}; make room or choose another --out, {kept}") from None
