"""What an experiment runs: every scenario with every replicate's luck and parameters.

A replicate is one draw of luck (a model seed) and one draw of parameters (a row of a Latin hypercube). Every scenario meets both, so that
scenarios differ in nothing but their policies, and differences are taken replicate by replicate. World, cast and parts are those of all runs.
"""

import hashlib
import inspect
import json
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import qmc

from experiments.files import checksum
from experiments.windows import DEPARTURE
from model import Scenario, TradeModel, parameters
from model.chance import key
from model.errors import InputError
from model.names import month_index
from model.parameters import Parameter
from model.policies.doctrines.loading import files_of
from model.world import World

ROOT = Path(__file__).resolve().parent.parent
MOST_REPLICATES = 10_000
"""More replicates than that do not fit into memory, nor into the names of part files."""
SHAPING_LIBRARIES = ("mesa", "numpy", "numba", "scipy")
"""Libraries whose version can change a run's bits."""
Course = Callable[[TradeModel, str], xr.Dataset]
"""What is done with the model of a run, until a month, and kept of it: a function of a module, or an object that says in its `repr` all it goes by."""


class Kept(Protocol):
    """What is kept of a replicate where that is less than all of its runs, or more: made where they run, so that the runs themselves never leave their process."""

    @property
    def runs(self) -> int:
        """Runs a replicate takes, for the bar that shows how far it is."""

    def __call__(self, plan: "Plan", replicate: int) -> xr.Dataset:
        """Runs a replicate and measures it; with a coordinate `replicate`, and the same labels whatever the replicate."""


@dataclass(frozen=True)
class Plan:
    """The runs of one experiment. `parameters`: "ranges" draws each from low..high of parameters.csv, "default" keeps defaults.

    `settings` fixes named parameters in every scenario; a value a scenario itself sets wins over the draw, a setting wins over both. `cast` and `parts` are
    what `TradeModel` takes under these names; `plugins` the files they came from, if any (experiments.plugins).
    """

    scenarios: tuple[Scenario, ...]
    replicates: int = 100
    seed: int = 1
    until: str = "2035-12"
    parameters: str = "ranges"
    settings: Mapping[str, float] = field(default_factory=dict)
    world: World = field(default_factory=World.load)
    cast: Mapping[str, type] = field(default_factory=dict)
    parts: tuple[Any, ...] = ()
    plugins: tuple[Path, ...] = ()
    firms: bool = False
    """Whether what is told of each firm is kept."""
    course: Course | None = None
    """How each run goes and what is kept of it; none: it runs to its last month, and all results are kept."""
    kept: Kept | None = None
    """What is kept of a replicate; all of its runs if None."""

    @property
    def runs(self) -> int:
        """Runs a replicate takes."""
        return self.kept.runs if self.kept else len(self.scenarios)

    @cached_property
    def draws(self) -> pd.DataFrame:
        """Parameter values, (replicate, parameter): a Latin hypercube, uniform from low to high; those with low == high are left out.

        Each parameter is a sample of its own, one value from each of as many slices of its range as there are replicates, drawn by the plan's seed and the
        parameter's name: which other parameters there are moves none of it.
        """
        if self.parameters == "default":
            return pd.DataFrame(index=range(self.replicates))
        free = [each for _, each in sorted(self.world.parameters.items()) if each.low < each.high]
        return pd.DataFrame({each.name: self.drawn(each) for each in free}, index=range(self.replicates))

    def drawn(self, parameter: Parameter) -> np.ndarray:
        """A parameter's value in each replicate."""
        luck = np.random.default_rng([self.seed, key(parameter.name)])
        unit = qmc.LatinHypercube(d=1, rng=luck).random(self.replicates)[:, 0]
        return parameter.low + unit * (parameter.high - parameter.low)

    def model_seed(self, replicate: int) -> int:
        """The seed of a replicate's luck: its own stream of the experiment's seed, whatever the number of replicates."""
        return int(np.random.SeedSequence([self.seed, replicate]).generate_state(1)[0])

    def scenario(self, scenario: Scenario, replicate: int) -> Scenario:
        """A scenario as a replicate meets it."""
        drawn = self.draws.loc[replicate].to_dict()
        mine = {name: value for name, value in drawn.items() if name not in scenario.parameters}
        return scenario.at_home(self.world.words).with_parameters(mine | dict(self.settings))

    @cached_property
    def key(self) -> str:
        """Checksum of all that decides the runs' bits: plan, scenarios, world, cast and parts, model code, libraries."""
        identity = {
            "scenarios": [scenario.model_dump(mode="json") for scenario in self.scenarios],
            "plan": [self.replicates, self.seed, self.until, self.parameters, sorted(self.settings.items()), self.firms],
            "world": [self.world.name, self.world.folder.checksum()],
            "cast": {firm: written(kind) for firm, kind in self.cast.items()},
            "parts": [added(part) for part in self.parts],
            "kept": added(self.kept) if self.kept else [],
            "plugins": list(self.checksums.values()),
            "doctrines": [checksum(file) for scenario in self.scenarios for file in files_of(scenario.doctrines)],
            "course": told(self.course),
            "code": code_checksum(),
            "libraries": {name: version(name) for name in SHAPING_LIBRARIES},
        }
        return hashlib.sha256(json.dumps(identity, sort_keys=True, default=str).encode()).hexdigest()

    @property
    def checksums(self) -> dict[str, str]:
        """SHA-256 of each plugin."""
        return {str(path): checksum(path) for path in self.plugins}


def written(kind: Any) -> list[str]:
    """A class or a function by its name and by the text of the file it is written in; by its name alone where there is none."""
    try:
        return [kind.__qualname__, checksum(Path(inspect.getfile(kind)))]
    except (TypeError, OSError):
        return [kind.__qualname__]


def added(part: Any) -> list[str]:
    """A part by its class and, if it is an object, by what it holds."""
    return written(part) if isinstance(part, type) else [*written(type(part)), hashlib.sha256(pickle.dumps(part)).hexdigest()]


def told(course: Course | None) -> list[str]:
    """A course by the text of the file it is written in and, if it is an object, by what it says of itself."""
    if course is None or inspect.isfunction(course):
        return [] if course is None else written(course)
    return [*written(type(course)), repr(course)]


def code_checksum() -> str:
    """Checksum of the code that decides a run: the model without its page, this plan and the ensemble."""
    model = [path for path in sorted((ROOT / "model").rglob("*.py")) if "view" not in path.parts]
    paths = [*model, ROOT / "experiments" / "plan.py", ROOT / "experiments" / "ensemble.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def check(plan: Plan, compared: bool = True) -> Plan:
    """The plan itself if it can be run; one line saying what to change if not.

    Scenarios to be compared must be two, and go on beyond their parting; those that are not must reach the end of history.
    """
    names = [scenario.name for scenario in plan.scenarios]
    if compared and len(names) < 2:
        raise InputError("--scenarios: one scenario has nothing to be compared with; name a baseline and at least one alternative")
    if len(set(names)) < len(names):
        raise InputError(f"--scenarios: {', '.join(names)} are not all different; name each scenario once")
    if not 1 <= plan.replicates <= MOST_REPLICATES:
        raise InputError(f"--replicates: {plan.replicates} is outside 1 to {MOST_REPLICATES:,}; choose a number in between")
    if plan.seed < 0:
        raise InputError(f"--seed: {plan.seed} is negative; use 0 or more")
    if compared:
        check_months(plan, DEPARTURE, "scenarios are compared")
    else:
        check_months(plan, plan.world.history_end, "history does")
    check_settings(plan.settings, plan.world)
    return plan


def check_months(plan: Plan, first: str, why: str) -> None:
    """Refuse a scenario that ends before there is anything to tell, and a last month that is none, comes too early or lies beyond a scenario's end."""
    for scenario in plan.scenarios:
        if month_index(scenario.last_month) < month_index(first):
            raise InputError(f"--scenarios: {scenario.name} ends in {scenario.last_month}, before {why}; set its last_month to {first} or later")
    for scenario in plan.scenarios:
        check_until(plan.until, first, scenario)


def check_until(until: str, first: str, scenario: Scenario, option: str = "--until") -> None:
    """Refuse a month, the last one unless another option gives it, that is no month or lies outside the months to be run."""
    year, _, number = until.partition("-")
    if not (len(year) == 4 and len(number) == 2 and (year + number).isdigit() and 1 <= int(number) <= 12):
        raise InputError(f'{option}: "{until}" is not a month; write it like 2030-06')
    if not month_index(first) <= month_index(until) <= month_index(scenario.last_month):
        raise InputError(f"{option}: {until} is outside {first}..{scenario.last_month} of {scenario.name}; choose a month in between")


def check_settings(settings: Mapping[str, float], world: World) -> dict[str, float]:
    """Refuse a parameter nobody knows or a value that makes no sense."""
    try:
        return parameters.check(dict(settings), world.parameters)
    except InputError as error:
        raise InputError(f"--set: {str(error).removeprefix('parameters.')}") from None
