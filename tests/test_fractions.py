"""Part of a month counts as its part: no result has steps in a parameter that is a number of months."""

import numpy as np
import pytest
from worlds import ABROAD, STILL, chain_world, firm

from model import Scenario, TradeModel, kernels
from model.trade import NONE

MONTHS, PLANT = 132, 1e9
FINE = np.arange(0.0, 1.01, 0.1)
"""Ten steps from one whole month to the next, in which a parameter that is rounded moves once."""


def still(**values):
    return chain_world(scenario=STILL.with_parameters(values), seed=3)


def even(values):
    """Whether equal steps of a parameter move a result in equal steps, none of them nothing."""
    steps = np.diff(values)
    return np.abs(steps).min() > 0 and steps == pytest.approx(steps.mean(), rel=1e-6)


def mined(months):
    """What a mine called on without limit digs in two years with one outage of that many months, grams."""
    model = still(outage_rate=0.0, outage_months=months)
    mine, total = firm(model, ABROAD[0]), 0.0
    for model.now in range(24):
        model.p.outage_rate = 1e9 if model.now == 5 else 0.0  # it happens in the sixth month
        mine.received = 1e18
        mine.plan()
        total += float(mine.planned)
    return total


def test_an_outage_of_a_month_and_a_half_takes_a_month_and_a_half():
    exposure, dug = firm(still(), ABROAD[0]).exposure, [mined(1.0 + part) for part in FINE]
    capacity = dug[0] / (24 - exposure)
    assert dug[5] == pytest.approx(capacity * (24 - 1.5 * exposure)) and dug[10] == pytest.approx(capacity * (24 - 2.0 * exposure))
    assert even(dug)


def built(parameter, value, process):
    """Capacity-months by 2034 of a plant begun in January 2024 that comes up evenly."""
    model = still(**{parameter: value, "ramp_steepness": 0.0})
    row, model.now = model.rows[process].start, 0
    model.started[:], model.circuit_started[:] = 0.0, 0.0
    model.construction.due[:], model.construction.secondary[:] = 0.0, 0.0
    model.started[row] = model.circuit_started[row] = PLANT
    model.construction.begin()
    due = model.construction.secondary[0] if parameter == "lag_heavy" else model.construction.due
    assert due.sum() == pytest.approx(PLANT)
    return due[:MONTHS, row].cumsum().sum()


@pytest.mark.parametrize(
    ("parameter", "process", "months"),
    [("lag_mine", "mine", 84), ("lag_refine", "refine", 42), ("lag_heavy", "refine", 36), ("lag_magnet", "magnet", 30), ("lag_magnet", "metal", 30)],
)
def test_a_tenth_of_a_month_of_construction_costs_a_tenth_of_a_month_of_capacity(parameter, process, months):
    worked = [built(parameter, months + part, process) for part in FINE]
    assert even(worked) and worked[0] - worked[-1] == pytest.approx(PLANT)


def test_a_longer_ramp_costs_capacity_without_steps():
    worked = np.array([built("new_plant_yield_ramp", 12.0 + part, "magnet") for part in (*FINE, 1.5, 2.0)])
    assert worked[0] - worked[-3] == pytest.approx(PLANT / 2)  # a month more, half of the capacity on average
    assert (np.diff(worked[:-2]) < -0.8 * PLANT / 20).all() and (np.diff(worked[:-2]) > -1.2 * PLANT / 20).all()
    assert (np.diff(worked[-3:]) < 0).all()


def test_projects_are_late_by_parts_of_a_month():
    """Spread of delays from 0.25 to 0.26 of the lead time: some hours a project, and every step of it counts."""
    worked, announced = [], []
    for spread in np.linspace(0.25, 0.26, 6):
        construction = TradeModel(Scenario.load("truce_holds").with_parameters({"project_delay": spread, "ramp_steepness": 0.0})).construction
        worked.append(construction.due.cumsum(axis=0).sum())
        announced.append(construction.news.cumsum(axis=0).sum())
    assert even(worked) and worked[0] > worked[-1]
    assert even(announced) and announced[0] > announced[-1]


@pytest.mark.parametrize(
    ("start", "ramp", "due"),
    [(1.0, 2.0, [0, 6, 6, 0, 0]), (1.25, 2.0, [0, 4.5, 6, 1.5, 0]), (1.0, 2.5, [0, 4.8, 4.8, 2.4, 0]), (0.5, 1.0, [6, 6, 0, 0, 0]), (4.5, 1.0, [0, 0, 0, 0, 6])],
)
def test_what_comes_up_is_spread_over_the_months_it_takes(start, ramp, due):
    """The last case reaches beyond the months kept."""
    found = np.zeros(5)
    kernels.come_up(12.0, start, ramp, 0.0, found)
    assert found.tolist() == pytest.approx(due)


@pytest.mark.parametrize(("parameter", "base", "step"), [("qualification_scale", 1.0, 0.1), ("qualification_upstream", 6.0, 1.0)])
def test_qualification_takes_part_of_a_month_longer_on_average(parameter, base, step):
    """Of some three thousand relations to be qualified, that part takes a month more."""
    parts, means = np.array([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]), []
    for part in parts:
        trade = TradeModel(Scenario.load("balanced").with_parameters({parameter: base + part * step})).trade
        assert (trade.clock_months % 1 == 0).all()
        means.append(trade.clock_months[trade.status == NONE].mean())
    assert (np.diff(means) > 0).all()
    assert np.array(means) - means[0] == pytest.approx(parts * (means[-1] - means[0]), abs=0.1 * (means[-1] - means[0]))
