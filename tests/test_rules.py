"""Every equation against numbers worked out by hand."""

import math

import numpy as np
import pytest
from scipy.stats import lognorm

from model.rules import beliefs, demand, investment, ordering, pricing, production, sourcing


def near(value):
    return pytest.approx(value, rel=1e-12, abs=1e-12)


# E1 beliefs


@pytest.mark.parametrize(
    ("severity", "fill", "temper", "expected"),
    [
        (0.05, 1.0, 0.3, 0.05),  # calm: temper has no effect
        (0.80, 1.0, 0.0, 0.80),  # announced
        (0.10, 0.5, 0.0, 0.40),  # lived through: 0.8 times the half that did not arrive
        (0.80, 1.0, 0.2, 0.95),  # 0.05 + 0.75 * 1.2
        (0.90, 1.0, 0.5, 1.00),  # never above one
        (0.80, 1.0, -2.0, 0.00),  # never below zero
    ],
)
def test_alarm_is_the_worse_of_what_is_announced_and_lived_through(severity, fill, temper, expected):
    assert beliefs.alarm(severity, fill, 0.8, 0.05, temper) == near(expected)


def test_beliefs_rise_fast_and_fade_slowly():
    assert beliefs.learn(0.2, 1.0, 0.25, 0.03) == near(0.2 + 0.25 * 0.8)
    assert beliefs.learn(0.5, 0.1, 0.25, 0.03) == near(0.5 - 0.03 * 0.4)


# E2 demand


def test_need_falls_with_price_and_thrift():
    assert demand.need(100.0, 1.1, 0.02, 0.1, 2.0, 0.2) == near(100 * 1.1 * 1.02 * 0.9 / 2**0.2)
    assert demand.need(100.0, 1.0, 0.0, 0.0, 1.0, 0.2) == 100.0
    assert demand.need(100.0, 1.0, -1.5, 0.0, 1.0, 0.2) == 0.0


def test_activity_compounds_to_its_yearly_rate():
    activity = 1.0
    for _ in range(12):
        activity = demand.grow(activity, math.log(1.08), 1.0)
    assert activity == near(1.08)
    assert demand.grow(1.3, 0.08, 0.0) == 1.3


def test_demand_noise_is_autoregressive():
    assert demand.disturb(0.04, 0.9, 0.02, -1.5) == near(0.9 * 0.04 - 0.03)


@pytest.mark.parametrize(
    ("price", "belief", "expected"),
    [
        (math.exp(0.35), 0.05, 0.10 + 0.045 * 0.20 * 0.30),  # dear by 0.2 beyond the deadband of 0.15
        (1.0, 0.50, 0.10 + 0.0015 * 0.40 * 0.30),  # feared
        (1.0, 0.05, 0.10 - 0.002 * 0.10),  # calm: a little of it is undone
        (math.exp(0.10), 0.10, 0.10 - 0.002 * 0.10),  # both at their thresholds
    ],
)
def test_magnets_are_designed_out_while_dear_or_feared(price, belief, expected):
    assert demand.thrift(0.10, price, belief, 0.045, 0.0015, 0.15, 0.40, 0.002, 0.1) == near(expected)


# E4 use and loss


@pytest.mark.parametrize("cover", [0.1, 0.5, 1.0, 2.2, 4.0])
def test_share_served_is_the_mean_over_unequal_stocks(cover):
    spread = lognorm(s=0.5, scale=cover * math.exp(-0.125))  # mean `cover`
    assert demand.served(cover, 0.5) == pytest.approx(spread.expect(lambda stock: min(1.0, stock), limit=200), abs=1e-6)
    assert demand.served(0.0, 0.5) == 0.0


def test_one_month_of_cover_on_average_serves_eighty_percent():
    share = 1 - (0.5 * (1 + math.erf(0.25 / math.sqrt(2))) - 0.5 * (1 + math.erf(-0.25 / math.sqrt(2))))
    assert share == pytest.approx(0.8026, abs=1e-4)
    assert demand.served(1.0, 0.5) == near(share)


def test_nothing_is_lost_at_normal_cover_and_everything_without_stock():
    usual, now = demand.served(3.2, 0.5), demand.served(1.0, 0.5)
    assert demand.shortfall(320.0, 100.0, usual, 0.5) == 0.0
    assert demand.shortfall(900.0, 100.0, usual, 0.5) == 0.0
    assert demand.shortfall(0.0, 100.0, usual, 0.5) == pytest.approx(0.99, abs=0.011)
    assert demand.shortfall(50.0, 0.0, usual, 0.5) == 0.0
    assert demand.shortfall(100.0, 100.0, usual, 0.5) == near(usual - now)


def test_lost_output_counts_triage_and_catch_up():
    need, unmet, value = 2e6, 5e5, 30.0  # g, g, USD per g
    assert demand.lost_value(need, unmet, value, 0.0, 1.0) == near(5e5 * 30 / 1e6)
    assert demand.lost_value(need, unmet, value, 0.35, 0.7) == near(2e6 * (1 - 0.75**0.7) * 30 * 0.65 / 1e6)
    assert demand.lost_value(need, 0.0, value, 0.35, 0.7) == 0.0
    assert demand.lost_value(need, need, value, 0.0, 0.7) == near(60.0)


# E3 ordering


def test_target_cover_rises_with_belief():
    assert ordering.target_cover(2.0, 1.0, 0.45, 0.05) == near(2.8)
    assert ordering.target_cover(2.0, 1.0, 0.01, 0.05) == 2.0


def test_orders_fill_the_stock_gap_and_mind_the_supply_line():
    terms = {"adjustment": 4.0, "line_adjustment": 4.0, "line_weight": 0.5, "ceiling": 1.5}
    order = lambda *state: ordering.order_up_to(*state, *terms.values())  # noqa: E731
    assert order(100.0, 0.0, 2.0, 200.0, 50.0, 50.0) == 100.0  # in balance
    assert order(100.0, 0.01, 2.0, 200.0, 50.0, 50.0) == near(103.0)  # growth of the flow and of two months of stock
    assert order(100.0, 0.0, 2.0, 160.0, 50.0, 50.0) == near(110.0)  # 40 short, closed in four months
    assert order(100.0, 0.0, 2.0, 200.0, 50.0, 90.0) == near(95.0)  # 40 too many under way, half minded
    assert order(100.0, 0.0, 2.0, 0.0, 50.0, 0.0) == 150.0  # never more than 1.5 months of use
    assert order(100.0, 0.0, 2.0, 900.0, 50.0, 50.0) == 0.0


# E5 and E7 production


def test_a_maker_to_stock_closes_its_gap():
    assert production.make_to_stock(100.0, 3.0, 300.0, 4.0) == 100.0
    assert production.make_to_stock(100.0, 3.0, 260.0, 4.0) == near(110.0)
    assert production.make_to_stock(100.0, 3.0, 900.0, 4.0) == 0.0


def test_a_maker_to_order_uses_its_shelf_first():
    assert production.make_to_order(100.0, 30.0) == 70.0
    assert production.make_to_order(100.0, 130.0) == 0.0
    assert production.batch(70.0, 50.0) == 50.0


def test_joint_production_weighs_each_oxide_by_its_value():
    assert production.joint(18.0, 0.9, 0.75) == near(15.0)  # a batch of 20 for NdPr, three quarters of the value
    assert production.joint(18.0, 0.0, 0.75) == 0.0


def test_capacity_in_use_follows_price_over_cost():
    assert production.utilisation(60.0, 50.0, 0.5, 0.5) == 1.0
    assert production.utilisation(40.5, 50.0, 0.5, 0.5) == near(0.9)
    assert production.utilisation(5.0, 50.0, 0.5, 0.5) == 0.5
    assert production.utilisation(5.0, 0.0, 0.5, 0.5) == 1.0


def test_the_input_in_hand_limits_output():
    assert production.coverage(30.0, 40.0) == near(0.75)
    assert production.coverage(50.0, 40.0) == 1.0
    assert production.coverage(0.0, 0.0) == 1.0


def test_a_seller_with_little_stock_is_asked_for_less():
    ready = lambda stock, target, *terms: production.availability(0.8, stock, target, *(terms or (0.5, 0.5)))  # noqa: E731
    assert ready(300.0, 300.0) == near(0.8)
    assert ready(243.0, 300.0) == near(0.72)  # root of 0.81
    assert ready(0.0, 300.0) == near(0.8 * math.sqrt(0.5)) and ready(900.0, 300.0) == near(0.8)  # plenty makes nobody readier
    assert ready(0.0, 0.0) == 0.8
    assert ready(243.0, 300.0, 0.5, 1.0) == near(0.8 * 0.81) and ready(243.0, 300.0, 0.5, 0.0) == 0.8
    assert ready(0.0, 300.0, 0.25, 0.5) == near(0.4)


# E6 sourcing


def test_utility_of_an_offer():
    terms = {"cost": 2.8, "delay": 0.1, "affinity_weight": 0.4, "trust_weight": 0.5, "friend": 1.5, "aversion": 0.3}
    chinese = sourcing.utility(1.2, 3.0, -0.5, 0.8, 0.0, 0.9, 0.45, 0.05, *terms.values())
    assert chinese == near(-2.8 * math.log(1.2) - 0.28 * 3 - 0.2 + 0.4 - 0.3 * 0.9 * 0.45)
    friend = sourcing.utility(1.2, 0.0, 0.5, 0.8, 1.0, 0.1, 0.45, 0.05, *terms.values())
    assert friend == near(-2.8 * math.log(1.2) + 0.2 + 0.4 + 1.5 * 0.4 - 0.3 * 0.1 * 0.45)


def test_a_sellers_record_follows_what_it_delivers():
    assert sourcing.record(0.9, 49.0, 100.0, 3.0, 0.02) == near(0.9 - 0.4 / 3)  # a gram is given for rounding
    assert sourcing.record(0.9, 100.0, 100.0, 3.0, 0.02) == near(0.9 + 0.1 / 3)
    assert sourcing.record(0.9, 0.0, 0.0, 3.0, 0.02) == 0.9
    assert sourcing.record(0.02, 0.0, 1e9, 3.0, 0.02) == 0.02


def test_trust_is_lost_faster_than_it_is_won():
    assert sourcing.trust_after(0.8, 1.0, 0.95, 0.05, 0.25) == near(0.81)
    assert sourcing.trust_after(0.8, 0.95, 0.95, 0.05, 0.25) == near(0.81)
    assert sourcing.trust_after(0.8, 0.5, 0.95, 0.05, 0.25) == near(0.8 * 0.875)
    assert sourcing.trust_after(0.8, 0.0, 0.95, 0.05, 0.25) == near(0.6)


# E10 prices


def test_forward_cover_compares_what_is_coming_with_what_is_wanted():
    assert pricing.forward_cover(200.0, 100.0, 200.0, 100.0, 3.0) == 1.0
    assert pricing.forward_cover(80.0, 40.0, 200.0, 100.0, 3.0) == near(0.4)
    assert pricing.forward_cover(0.0, 0.0, 0.0, 0.0, 3.0) == 1.0  # nobody wants it: no shortage


def test_prices_turn_convex_near_stock_out():
    assert pricing.squeeze(200.0, 200.0, 0.55, 0.5, 5.0) == 1.0
    assert pricing.squeeze(110.0, 200.0, 0.55, 0.5, 5.0) == 1.0
    assert pricing.squeeze(27.5, 200.0, 0.55, 0.5, 5.0) == near(2.0)  # a quarter of the threshold, to the power of a half
    assert pricing.squeeze(0.0, 200.0, 0.55, 0.5, 5.0) == near(math.sqrt(5))


def test_openness_follows_announcements_and_shipments():
    assert pricing.open_to(1.0, 0.2, 0.4, 0.5, 0.5) == near(1 + 0.5 * (0.1 + 0.2 - 1))
    assert pricing.open_to(1.0, 0.2, 0.4, 0.5, 0.75) == near(1 + 0.5 * (0.15 + 0.1 - 1))
    assert pricing.open_to(1.0, 1.0, 1.0, 0.5, 0.5) == 1.0


def test_the_anchor_in_china_follows_cost_and_expectation_by_weight():
    assert pricing.shifted(1.5, 1.1, 0.6) == near(1 + 0.3 + 0.04)
    assert pricing.home_anchor(50.0, 1.0, 1.0, 50.0, 0.3) == 50.0
    assert pricing.home_anchor(50.0, 1.21, 0.5, 80.0, 0.0) == near(55.0)
    assert pricing.home_anchor(50.0, 1.2, 1.0, 80.0, 0.25) == near(50 * 1.2**0.75 * 1.6**0.25)
    assert pricing.adapted(50.0, 100.0, 4.0) == near(50 * 2**0.25)
    assert pricing.trend_of(0.02, 110.0, 100.0, 0.5) == near(0.5 * 0.02 + 0.5 * math.log(1.1))


def test_stock_is_held_off_on_trend_cheapness_and_news_within_bounds():
    assert pricing.held_off(0.04, 0.05, 0.1, 0.5, 2.0, 0.3, 0.2, 0.5, 0.25) == near(0.04 + 0.5 * (0.1 + 0.03 - 0.04) + 0.1)
    assert pricing.held_off(0.2, 0.5, 0.0, 0.0, 2.0, 0.3, 0.2, 0.5, 0.25) == 0.25
    assert pricing.held_off(0.0, -0.5, 0.0, 0.0, 2.0, 0.3, 0.2, 0.5, 0.25) == -0.25  # they sell of what they usually hold
    assert pricing.held_off(0.1, 0.0, 0.0, 0.0, 2.0, 0.3, 0.2, 0.5, 0.25) == near(0.05)


def test_a_disturbance_fades_and_its_changes_have_the_deviation_given():
    """Over 20,000 months: no mean, and changes of 0.1."""
    assert pricing.disturbed(0.2, 1.5, 0.1, 0.28) == near(0.056 + 0.1 * 0.8 * 1.5)
    luck, path = np.random.default_rng(1).normal(size=20_000), [0.0]
    for each in luck:
        path.append(float(pricing.disturbed(path[-1], each, 0.1, 0.9)))
    assert np.std(np.diff(path)) == pytest.approx(0.1, rel=0.02) and abs(np.mean(path)) < 0.02


def test_the_anchor_moves_from_parity_to_incentive_price():
    assert pricing.anchor(1.0, 250.0, 430.0) == near(250.0)
    assert pricing.anchor(0.0, 250.0, 430.0) == near(430.0)
    assert pricing.anchor(0.5, 250.0, 360.0) == near(300.0)  # geometric mean
    assert pricing.anchor(0.0, 250.0, 200.0) == near(250.0)  # never below parity


def test_the_log_price_moves_part_of_the_way():
    assert pricing.log_step(100.0, 200.0, 0.6, 0.1, 0.17, 0.35, 0.9) == near(0.6 * math.log(2) + 0.017)
    assert pricing.log_step(100.0, 1.0, 0.6, 0.0, 0.17, 0.35, 0.9) == -0.35
    assert pricing.log_step(1.0, 100.0, 0.6, 0.0, 0.17, 0.35, 0.9) == 0.9
    assert pricing.log_step(100.0, 100.0, 0.6, 0.0, 0.17, 0.35, 0.9) == 0.0
    assert pricing.after_step(100.0, math.log(1.5)) == near(150.0)


def test_most_tonnage_clears_at_parity_while_licences_flow():
    assert pricing.ask_weight(0.05, 1.0, 2.0) == near(0.05)
    assert pricing.ask_weight(0.05, 0.0, 2.0) == near(1.0) and pricing.ask_weight(0.05, 0.0, 1.0) == near(1.0)
    assert pricing.ask_weight(0.05, 0.6, 2.0) == near(0.05 + 0.95 * 0.16)
    assert pricing.ask_weight(0.05, 0.6, 1.0) == near(0.05 + 0.95 * 0.4) and pricing.ask_weight(0.05, 0.6, 3.0) == near(0.05 + 0.95 * 0.064)
    assert pricing.realised(250.0, 1000.0, 0.5) == near(500.0)
    assert pricing.realised(250.0, 1000.0, 0.0) == near(250.0)


# E11 investment


def test_a_crisis_is_remembered_and_fades():
    assert investment.remembered(420.0, 900.0, 300.0, 0.012) == 900.0
    assert investment.remembered(420.0, 310.0, 300.0, 0.012) == near(420 - 0.012 * 120)


def test_expected_revenue_mixes_calm_and_crisis():
    assert investment.expected_revenue(0.0, 60.0, 110.0, 1.2) == 60.0
    assert investment.expected_revenue(0.5, 60.0, 110.0, 1.2) == near(0.5 * 60 * 1.6 + 55)


def test_what_ends_counts_for_what_of_a_life_it_covers():
    """At nothing a quarter of 20 years; at 10 % what the first year earns of ten; all of a life is all, what is over or never begins is nothing."""
    assert investment.lasting(5.0, 10.0, 0.0, 20.0) == near(0.25) and investment.lasting(0.0, 1.0, 0.1, 10.0) == near((1 - 1 / 1.1) / (1 - 1.1**-10))
    assert investment.lasting(-3.0, math.inf, 0.1, 20.0) == 1.0 and investment.lasting(-9.0, -1.0, 0.1, 20.0) == 0.0 == investment.lasting(30.0, math.inf, 0.1, 20.0)


def test_a_floor_holds_for_its_share():
    assert investment.floored(60.0, 110.0, 0.4, 0.3) == near(0.4 * 110 + 0.6 * 60)
    assert investment.floored(120.0, 110.0, 0.4, 0.0) == investment.floored(120.0, 110.0, 0.0, 0.3) == near(120.0)
    assert investment.floored(120.0, 110.0, 0.4, 0.3) == near(120.0 - 0.4 * 0.3 * 10.0)


def test_the_state_bears_what_it_has_promised_and_more_with_fear():
    assert investment.support(0.45, 0.05, 0.6, 0.25, 0.8) == near(0.49)
    assert investment.support(0.04, 0.05, 0.6, 0.25, 0.8) == 0.25
    assert investment.support(1.0, 0.05, 0.6, 0.25, 0.8) == 0.8


def test_a_loan_is_paid_back_in_equal_years():
    """A tenth a year for twenty years: 11.746 % (any table of annuities)."""
    assert investment.annuity(0.10, 20.0) == pytest.approx(0.117460, abs=5e-7) and investment.annuity(0.10, 1.0) == near(1.1)


def test_a_plant_is_worth_its_income_less_the_capital_its_owner_bears():
    """30 a year at an annuity of a tenth are 300; 200 cost 240 with the overrun, of which the owner bears 180."""
    assert investment.present_value(30.0, 200.0, 0.1, 0.2, 0.25) == near(0.6)
    assert investment.present_value(30.0, 0.0, 0.1, 0.2, 0.25) == 0.0


def test_waiting_is_worth_what_dixit_and_pindyck_say():
    """Their base case (1994, chapter 5): at rates of 0.04 and a volatility of 0.2 a project must be worth twice its cost. Without volatility waiting is worth nothing."""
    assert investment.waiting(0.2, 0.04, 1.0) == near(1.0) and investment.waiting(0.2, 0.04, 0.25) == near(0.25)
    assert investment.waiting(0.25, 0.05, 1.0) == near(1 / (math.sqrt(1.85) - 0.5))
    assert investment.waiting(0.0, 0.05, 1.0) == pytest.approx(0.0, abs=1e-3) and investment.waiting(0.4, 0.04, 1.0) > 1.5


def test_half_of_investors_build_what_is_just_worth_waiting_for_no_longer():
    assert investment.cleared(0.3, 0.3, 0.5) == near(0.5)
    assert investment.cleared(0.8, 0.3, 0.5) == pytest.approx(0.841345, abs=1e-6) and investment.cleared(-0.2, 0.3, 0.5) == pytest.approx(0.158655, abs=1e-6)


def test_the_more_is_under_way_the_less_a_full_firm_adds():
    assert investment.expansion(100.0, 0.0, 0.02, 0.3) == near(2.0) and investment.expansion(100.0, 15.0, 0.02, 0.3) == near(1.0)
    assert investment.expansion(100.0, 30.0, 0.02, 0.3) == investment.expansion(100.0, 90.0, 0.02, 0.3) == 0.0


def test_a_plant_comes_up_slowly_at_first_and_at_last():
    """Halfway at half of the ramp whatever its steepness; at a quarter of it, steepness 6: (0.182426 - 0.047426)/(0.952574 - 0.047426)."""
    assert investment.ramped(0.25, 6.0) == pytest.approx(0.149147, abs=1e-6) and investment.ramped(0.75, 6.0) == near(1 - investment.ramped(0.25, 6.0))
    assert [investment.ramped(part, 6.0) for part in (-0.5, 0.0, 0.5, 1.0, 1.5)] == near([0, 0, 0.5, 1, 1])
    assert all([investment.ramped(part, flat) for part in (-0.5, 0.0, 0.25, 1.0, 1.5)] == [0, 0, 0.25, 1, 1] for flat in (0.0, 1e-309, 1e-17)), "what is too flat to tell from even is even"


# ---- instruments for users


def test_a_stock_that_is_obliged_costs_what_is_beyond_usual_cover():
    """5000 g held, 6 months of 1000 asked for and 2 usual: 3000 g at 200 USD/kg are worth 600 USD, 12 % of it a year. Of 9000 g the 4000 up to 6 months count."""
    assert ordering.carrying(5000, 6, 2, 1000, 200, 0.12) == pytest.approx(600 * 0.01 / 1e6)
    assert ordering.carrying(9000, 6, 2, 1000, 200, 0.12) == pytest.approx(800 * 0.01 / 1e6)
    assert ordering.carrying(1500, 6, 2, 1000, 200, 0.12) == ordering.carrying(9000, 1, 2, 1000, 200, 0.12) == 0


@pytest.mark.parametrize(("months", "speed", "haste", "expected"), [(18, 1, 0.5, 18), (18, 4, 0.5, 9), (18, 2, 0.5, 13), (1, 4, 0.5, 1), (18, 4, 0, 18)])
def test_designs_drawn_faster_are_made_sooner(months, speed, haste, expected):
    assert demand.sooner(months, speed, haste) == expected


def test_members_bid_what_they_bid_on_average_and_recognise_part_of_a_qualification():
    """90 at a duty of a half less 10 of freight leaves 50, a tenth more at home 55; where the mean is 66 it must offer 32 % more."""
    assert sourcing.netback(90, 0.5, 10, 0.1) == pytest.approx(55) and sourcing.as_members(0.1, 55, 66) == pytest.approx(0.32)
    assert sourcing.netback(90, 0.5, 10, 0.32) == pytest.approx(66)
    assert (sourcing.members_clock(12, 1, 0.3), sourcing.members_clock(12, 0, 0.3)) == (pytest.approx(8.4), 12)
