"""What an experiment measures: plans, and metrics and differences by hand-worked numbers."""

import numpy as np
import pytest
import xarray as xr
from synthetic import synthetic_runs

from experiments import compare, metrics, scores, windows
from experiments.plan import Plan
from experiments.targets import Held
from model import Scenario
from model.parameters import PARAMETERS
from model.world import World

SCENARIOS = ("truce_holds", "restrictions_resume")


def plan(**changes) -> Plan:
    """A small plan over the first months after the scenarios part."""
    return Plan(tuple(Scenario.load(name) for name in SCENARIOS), **({"replicates": 2, "seed": 3, "until": "2026-12"} | changes))


# ---- plans


def test_each_parameter_is_drawn_once_from_each_slice_of_its_range():
    drawn = plan(replicates=20).draws
    for name, values in drawn.items():
        low, high = PARAMETERS[name].low, PARAMETERS[name].high
        slices = np.floor((values - low) / (high - low) * 20).astype(int)
        assert sorted(slices) == list(range(20)), name
    assert set(drawn.columns) == {each.name for each in PARAMETERS.values() if each.low < each.high}


def test_a_replicate_means_the_same_draw_in_every_scenario_unless_scenario_or_setting_fixes_it():
    one = plan(settings={"belief_down": 0.02})
    truce, resume = (one.scenario(scenario, 1) for scenario in one.scenarios)
    assert truce.parameters == resume.parameters
    assert truce.parameters["belief_down"] == 0.02
    assert truce.parameters["cover_scale"] == one.draws.loc[1, "cover_scale"]
    balanced = Scenario.load("balanced")
    assert one.scenario(balanced, 1).parameters["demand_growth_scale"] == balanced.parameters["demand_growth_scale"]


def test_luck_of_a_replicate_does_not_depend_on_how_many_there_are():
    assert [plan(replicates=3).model_seed(i) for i in range(3)] == [plan(replicates=9).model_seed(i) for i in range(3)]
    one = plan()
    assert len({one.model_seed(i) for i in range(100)}) == 100


def test_the_key_tells_plans_apart():
    keys = {plan().key, plan(seed=4).key, plan(until="2026-11").key, plan(settings={"belief_down": 0.02}).key, plan(parameters="default").key}
    assert len(keys) == 5 and plan().key == plan().key


# ---- metrics and differences


def test_paired_differences_are_taken_replicate_by_replicate():
    result = compare.paired(np.array([1.0, 10.0, 100.0]), np.array([2.0, 12.0, 103.0]))
    assert result["difference_median"] == 2 and result["baseline_median"] == 10 and result["alternative_median"] == 12
    assert result["difference_low"] == pytest.approx(1.1) and result["difference_high"] == pytest.approx(2.9)


def test_what_never_happens_has_no_difference():
    result = compare.paired(np.array([np.inf, np.inf, 5.0]), np.array([2.0, 3.0, 4.0]))
    assert np.isinf(result["baseline_median"]) and result["replicates"] == 1 and result["difference_median"] == -1


def test_first_stop_and_recovery_by_hand():
    calm, brief, lasting = [0] * 8, [0, 1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1, 0]
    stopped = xr.DataArray(np.array([calm, brief, lasting], bool), dims=["replicate", "month"])
    assert metrics.first_month(stopped).values.tolist() == [np.inf, 2, 7]
    assert metrics.recovery_month(stopped).values.tolist() == [0, 5, np.inf]


def test_flows_are_summed_and_states_are_the_last_months():
    runs = synthetic_runs(replicates=2)
    table = compare.summary(runs)
    year = runs.sel(scenario="restrictions_resume").isel(month=(runs.month >= "2026-11") & (runs.month <= "2027-10"))
    abroad = year.unmet_demand.sel(sector=~year.sector.str.startswith("nonmagnet").values, region=year.region != "CHN")
    expected = float(abroad.sum(["month", "sector", "region"]).median())
    assert compare.row(table, "unmet_demand", 12, "restrictions_resume").alternative_median == pytest.approx(expected, rel=1e-5)
    capacity = float(runs.outside_capacity.sel(scenario="truce_holds", stage="magnet", month="2035-10").median())
    assert compare.row(table, "outside_capacity[magnet]", 108, "restrictions_resume").baseline_median == pytest.approx(capacity, rel=1e-6)
    assert sorted(table.horizon.unique()) == [12, 36, 108]


def test_horizons_the_runs_do_not_reach_are_left_out():
    assert windows.horizons(synthetic_runs(1, until="2029-12")) == [12, 36]
    assert windows.horizons(synthetic_runs(1, until="2027-02")) == [4]
    assert windows.end_month(synthetic_runs(1), 12) == "2027-10" and windows.end_month(synthetic_runs(1), 108) == "2035-10"


@pytest.mark.slow
def test_rows_are_judged_by_their_band():
    past, held = synthetic_runs(3, until="2026-06", scenarios=("history",)).isel(scenario=0), Held.of(World.load(), Scenario.load("history"))
    table = scores.scored(held.targets(), past, held.null).set_index(["quantity", "period"])
    trough = table.loc[("months from control to export trough", "2025-04..2025-05")]
    assert (trough.model, trough.verdict, trough.role) == (1, "within", "fitted")  # the made-up trough is in May 2025
    assert table.loc[("NdFeB/SmCo magnets (HS 850511), CHN to EU27", "2024"), "verdict"] == "outside"  # the made-up exports are a third of those observed
    assert {"within", "outside", "not measured", "not expressible"} == set(table.verdict)
