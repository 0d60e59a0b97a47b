"""Pairing: scenarios that share seed and parameters share their past bit for bit, and part at their first different event."""

import numpy as np
import pytest
import xarray as xr

from experiments import ensemble
from experiments.plan import Plan
from model import Scenario, TradeModel

ENDS = "2027-02"


@pytest.fixture(scope="module")
def scenarios() -> tuple[Scenario, Scenario]:
    return Scenario.load("truce_holds"), Scenario.load("restrictions_resume")


@pytest.fixture(scope="module")
def runs(scenarios, tmp_path_factory) -> xr.Dataset:
    """Two replicates of both scenarios, parameters drawn."""
    plan = Plan(scenarios, replicates=2, seed=11, until=ENDS)
    return ensemble.run(plan, tmp_path_factory.mktemp("paired"), workers=1, progress=False)


def same(one: xr.Dataset, other: xr.Dataset) -> bool:
    """Whether all variables agree to the last bit."""
    return all(one[name].values.tobytes() == other[name].values.tobytes() for name in one.data_vars if "month" in one[name].dims)


def test_the_past_is_shared_to_the_last_bit_and_ends_with_the_first_different_event(runs, scenarios):
    parting = scenarios[0].first_difference(scenarios[1])
    assert parting == "2026-11"
    truce, resume = runs.isel(scenario=0), runs.isel(scenario=1)
    assert same(truce.sel(month=runs.month < parting), resume.sel(month=runs.month < parting))
    for replicate in range(2):
        assert not same(truce.sel(month=[parting]).isel(replicate=[replicate]), resume.sel(month=[parting]).isel(replicate=[replicate]))


def test_replicates_differ_in_luck_and_parameters(runs):
    assert len(np.unique(runs.model_seed)) == 2
    assert len(np.unique(runs.parameter_value.sel(parameter="belief_down"))) == 2
    assert not np.array_equal(runs.need.isel(scenario=0, replicate=0), runs.need.isel(scenario=0, replicate=1))


def test_a_seed_is_the_same_luck_every_time(scenarios):
    first, second = (TradeModel(scenarios[1], seed=5) for _ in range(2))
    other = TradeModel(scenarios[1], seed=6)
    for model in (first, second, other):
        model.run_until("2024-12")
    assert same(first.results(), second.results())
    assert not same(first.results(), other.results())


def test_luck_does_not_depend_on_policy(scenarios):
    """Growth and noise of demand are the same in both futures: with a demand that reacts neither to prices nor to fear, and turns to nothing else, need is too."""
    still = {"elasticity_scale": 0.0, "thrift_speed": 0.0, "thrift_fear": 0.0, "parts_ceiling": 0.0}
    needs = []
    for scenario in scenarios:
        model = TradeModel(scenario.with_parameters(still), seed=2)
        model.run_until(ENDS)
        needs.append(model.results().need.values)
    assert np.array_equal(needs[0], needs[1])
