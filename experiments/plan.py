"""What an experiment runs: every scenario with every replicate's luck and parameters.

A replicate is one draw of luck (a model seed) and one draw of parameters (a row of a Latin hypercube). Every scenario meets both, so that
scenarios differ in nothing but their policies, and differences are taken replicate by replicate.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import qmc

from experiments.horizons import DEPARTURE
from model import Scenario, parameters
from model.errors import InputError
from model.names import BASE_MONTH, month_index
from model.tables import Tables

ROOT = Path(__file__).resolve().parent.parent
MOST_REPLICATES = 10_000
"""More replicates than that do not fit into memory, nor into the names of part files."""
SHAPING_LIBRARIES = ("mesa", "numpy", "numba", "scipy")
"""Libraries whose version can change a run's bits."""


@dataclass(frozen=True)
class Plan:
    """The runs of one experiment. `parameters`: "ranges" draws each from low..high of parameters.csv, "default" keeps defaults.

    `settings` fixes named parameters in every scenario; a value a scenario itself sets wins over the draw, a setting wins over both.
    """

    scenarios: tuple[Scenario, ...]
    replicates: int = 100
    seed: int = 1
    until: str = "2035-12"
    parameters: str = "ranges"
    settings: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def draws(self) -> pd.DataFrame:
        """Parameter values, (replicate, parameter): a Latin hypercube, uniform from low to high; those with low == high are left out."""
        if self.parameters == "default":
            return pd.DataFrame(index=range(self.replicates))
        free = [each for _, each in sorted(parameters.load().items()) if each.low < each.high]
        unit = qmc.LatinHypercube(d=len(free), rng=np.random.default_rng(self.seed)).random(self.replicates)
        low, high = np.array([each.low for each in free]), np.array([each.high for each in free])
        return pd.DataFrame(low + unit * (high - low), columns=[each.name for each in free])

    def model_seed(self, replicate: int) -> int:
        """The seed of a replicate's luck: its own stream of the experiment's seed, whatever the number of replicates."""
        return int(np.random.SeedSequence([self.seed, replicate]).generate_state(1)[0])

    def scenario(self, scenario: Scenario, replicate: int) -> Scenario:
        """A scenario as a replicate meets it."""
        drawn = self.draws.loc[replicate].to_dict()
        mine = {name: value for name, value in drawn.items() if name not in scenario.parameters}
        return scenario.with_parameters(mine | dict(self.settings))

    @cached_property
    def key(self) -> str:
        """Checksum of all that decides the runs' bits: plan, scenarios, tables, model code, libraries."""
        identity = {
            "scenarios": [scenario.model_dump(mode="json") for scenario in self.scenarios],
            "plan": [self.replicates, self.seed, self.until, self.parameters, sorted(self.settings.items())],
            "data": Tables.checksums(),
            "code": code_checksum(),
            "libraries": {name: version(name) for name in SHAPING_LIBRARIES},
        }
        return hashlib.sha256(json.dumps(identity, sort_keys=True, default=str).encode()).hexdigest()


def code_checksum() -> str:
    """Checksum of the code that decides a run: the model without its page, this plan and the ensemble."""
    model = [path for path in sorted((ROOT / "model").rglob("*.py")) if "view" not in path.parts]
    paths = [*model, ROOT / "experiments" / "plan.py", ROOT / "experiments" / "ensemble.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def check(plan: Plan, compared: bool = True) -> Plan:
    """The plan itself if it can be run; one line saying what to change if not. Scenarios to be compared must be two, and go on beyond their parting."""
    names = [scenario.name for scenario in plan.scenarios]
    if compared and len(names) < 2:
        raise InputError("--scenarios: one scenario has nothing to be compared with; name a baseline and at least one alternative")
    if len(set(names)) < len(names):
        raise InputError(f"--scenarios: {', '.join(names)} are not all different; name each scenario once")
    if not 1 <= plan.replicates <= MOST_REPLICATES:
        raise InputError(f"--replicates: {plan.replicates} is outside 1 to {MOST_REPLICATES:,}; choose a number in between")
    if plan.seed < 0:
        raise InputError(f"--seed: {plan.seed} is negative; use 0 or more")
    check_months(plan, DEPARTURE if compared else BASE_MONTH)
    check_settings(plan.settings)
    return plan


def check_months(plan: Plan, first: str) -> None:
    """Refuse a scenario that ends before there is anything to compare, and a last month that is none, comes too early or lies beyond a scenario's end."""
    for scenario in plan.scenarios:
        if month_index(scenario.last_month) < month_index(first):
            raise InputError(f"--scenarios: {scenario.name} ends in {scenario.last_month}, before scenarios are compared; set its last_month to {first} or later")
    for scenario in plan.scenarios:
        check_until(plan.until, first, scenario)


def check_until(until: str, first: str, scenario: Scenario) -> None:
    """Refuse a last month that is no month or lies outside the months to be run."""
    year, _, number = until.partition("-")
    if not (len(year) == 4 and len(number) == 2 and (year + number).isdigit() and 1 <= int(number) <= 12):
        raise InputError(f'--until: "{until}" is not a month; write it like 2030-06')
    if not month_index(first) <= month_index(until) <= month_index(scenario.last_month):
        raise InputError(f"--until: {until} is outside {first}..{scenario.last_month} of {scenario.name}; choose a month in between")


def check_settings(settings: Mapping[str, float]) -> dict[str, float]:
    """Refuse a parameter nobody knows or a value that makes no sense."""
    try:
        return parameters.check(dict(settings))
    except InputError as error:
        raise InputError(f"--set: {str(error).removeprefix('parameters.')}") from None
