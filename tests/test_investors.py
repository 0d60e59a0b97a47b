"""Who gains from which future, and what becomes of each firm: made-up runs of which every figure is known."""

import numpy as np
import pytest
import xarray as xr
from synthetic import synthetic_runs
from vocabulary import WORLD

from experiments import firms, investors
from experiments.windows import note_partings, pairs
from model.recorder import FIRM_SHAPES

NAMES = ["LAMP Kuantan", "Mt Weld", "Bayan Obo"]


@pytest.fixture(scope="module")
def runs():
    """Two replicates to October 2027: Kuantan brings in 2 million USD more a month in the alternative, Mt Weld 1 less, Bayan Obo 9 more; nobody is asked any return."""
    made = note_partings(synthetic_runs(2, until="2027-10"))
    size = [made.sizes[dim] for dim in ("replicate", "scenario", "month")]
    for name, (_, unit, text) in FIRM_SHAPES.items():
        made[name] = (("replicate", "scenario", "month", "firm"), np.zeros((*size, 3), np.float32), {"units": unit, "long_name": text})
    made = made.assign_coords(firm=NAMES)
    made["firm_income"][:, 1] += np.array([2.0, -1.0, 9.0], np.float32)
    made["firm_state"][1, :, :, 0] = 2.0
    return made


def test_a_plant_gains_what_it_brings_in_more(runs):
    table = investors.compared(pairs(runs)[0], WORLD).set_index("firm")
    assert table.difference_median.to_dict() == {"Bayan Obo": 108.0, "LAMP Kuantan": 24.0, "Mt Weld": -12.0} and table.index[0] == "Bayan Obo"
    assert (table.share_gaining["LAMP Kuantan"], table.share_losing["Mt Weld"]) == (1.0, 1.0)


def test_money_is_worth_less_later_and_what_is_invested_is_taken_off(runs):
    """At 10 % a year the twelfth month's 2 are 2 / 1.1**(11/12); 5 invested in it in the alternative are taken off at the same worth."""
    pair = pairs(runs)[0].copy(deep=True)
    pair["firm_cost_of_capital"][:] = 0.1
    pair["firm_invested"][:, 1, -1, 0] = 5.0
    found = investors.values(pair).isel(scenario=1, replicate=0, firm=0)
    expected = sum(2.0 / 1.1 ** (month / 12) for month in range(12)) - 5.0 / 1.1 ** (11 / 12)
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_the_sentence_names_winners_and_losers_outside_china(runs):
    pair = pairs(runs)[0]
    said = investors.sentence(pair, investors.compared(pair, WORLD))
    assert "of 2 firms outside China 1 gain and 1 lose" in said and "LAMP Kuantan (24 million USD" in said and "Mt Weld (-12 million USD" in said and "Bayan" not in said


def test_firms_are_told_of_in_december_as_rows_of_one_value(runs):
    table = firms.table(runs, WORLD)
    assert set(table.month) == {f"{year}-12" for year in (2024, 2025, 2026)} and set(table.firm) == set(NAMES)
    mine = table[(table.firm == "LAMP Kuantan") & (table.month == "2026-12") & (table.scenario == "restrictions_resume")].set_index("variable")["median"]
    assert mine["income"] == 2.0 and (mine["share mothballed"], mine["share not there"]) == (0.5, 0.5)
    assert isinstance(runs, xr.Dataset) and len(firms.STATES) == 5
