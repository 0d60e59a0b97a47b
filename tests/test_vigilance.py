"""Vigilance: support that does not fade with calm, by hand and by its sign; none of it moves no bit."""

import pytest
from hands import HANAU, abroad, month, put, still
from worlds import equal, firm

from model import Scenario, TradeModel
from model.policies import Vigilance

CALM = {"support_slope": 0.5, "belief_background": 0.1, "support_most": 0.8}


def watched(belief, countries=("DEU",)):
    return Vigilance(date="2024-02", countries=countries, belief=belief)


@pytest.mark.parametrize("belief, vigilance, borne", [(0.1, 0.4, 0.15), (0.5, 0.4, 0.2), (0.1, 0.05, 0.0), (0.1, 1.0, 0.45)])
def test_states_bear_by_what_is_feared_or_by_their_vigilance_whichever_is_more(belief, vigilance, borne):
    """Half of each point of fear above 0.1: (0.4 - 0.1)/2 = 0.15 where nobody fears anything."""
    model = month(abroad(watched(vigilance), scenario=still(**CALM)))
    assert firm(model, HANAU).borne(0.0) == 0.0
    month(model)
    put(model, HANAU, belief=belief)
    assert firm(model, HANAU).borne(0.0) == pytest.approx(borne)
    elsewhere = month(month(abroad(watched(vigilance, "GBR"), scenario=still(**CALM))))
    put(elsewhere, HANAU, belief=belief)
    assert firm(elsewhere, HANAU).borne(0.0) == pytest.approx(max(0.5 * (belief - 0.1), 0.0))


def test_of_several_the_highest_counts_and_none_moves_no_bit():
    model = abroad(watched(0.3), watched(0.2).changed(name="b"), scenario=still(**CALM)).run_until("2024-02")
    assert firm(model, HANAU).vigilance == 0.3
    plain, idle = abroad(scenario=still(**CALM)).run_until("2024-06"), abroad(watched(0.0), scenario=still(**CALM)).run_until("2024-06")
    assert equal(plain, idle) and "supports nobody at a belief of 0" in idle.book.remarks[0][1]


@pytest.mark.slow
def test_in_calm_more_is_built_and_states_pay_more_of_it():
    """The truce from July 2026 on, seed 1: with vigilance there is no less capacity outside China in 2030 than without, and more is paid for it."""
    truce = Scenario.load("truce_holds")
    ends = []
    for belief in (0.0, 0.4, 0.8):
        results = TradeModel(truce.with_events([*truce.events, Vigilance(date="2026-07", countries="*", belief=belief)]), seed=1).run_until("2030-12").results()
        ends.append((float(results.outside_capacity.sel(stage="magnet")[-1]), float(results.public_cost.sel(instrument="support").sum())))
    assert ends[0][0] <= ends[1][0] <= ends[2][0] and ends[0][1] < ends[1][1] < ends[2][1]
