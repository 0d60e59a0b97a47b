"""reprice: what offers cost on arrival, what users pay, and what investors see of each stage (E11.3, E15)."""

import numpy as np
import pytest
from hands import CREG, HANAU, JL, KUANTAN, REMLOY, abroad, bill_of, cost_outside, month, near, one, put, row, still, two_chains
from vocabulary import CHAIN, DY, GOODS, MAGNET_EXTREME, MAGNET_HIGH, MAGNET_STANDARD, METAL, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, TB
from worlds import ABROAD, CHINESE, US_CARS, firm, relation

from model import Tariff

VERBS = ("reprice",)
METALS, HOME_CARS = ABROAD[2], "auto_other@CHN"

# What offers cost on arrival, E15


def offers(*acts):
    """A month in which prices stand still at twice 2024's in China, and at thrice realised outside for every good."""
    model = two_chains(*acts, scenario=still(), users=(US_CARS, HOME_CARS))

    def prices():
        market = model.market
        market.china[:], market.realised[:], market.realised_in[:] = 2 * market.base_china, 3 * market.base_outside, 3 * market.base_outside

    month(model, adapt=lambda: prices() or model.market.post_prices())
    return model


def landed(model, seller, buyer, good):
    """What an offer costs on arrival, less freight."""
    at = relation(model, seller, buyer, good)
    return model.trade.landed[at] - model.trade.freight[at]


def test_offers_follow_the_chinese_quote_and_what_is_priced_by_its_cost_costs():
    """Quotes: at home, and as China exports; magnets made outside: their inputs at the prices of their region, conversion, and a margin on both."""
    model = offers()
    market = model.market
    assert landed(model, CHINESE[2], JL, "metal_NdPr") == near(2 * market.base_china[METAL])
    assert landed(model, JL, US_CARS, "magnet_high") == near(2 * market.base_outside[MAGNET_HIGH])
    assert landed(model, KUANTAN, METALS, "oxide_NdPr") == near(2 * market.base_outside[OXIDE_NDPR])
    inputs, toll = bill_of(market, MAGNET_HIGH)[1] @ (3 * market.base_outside), firm(model, HANAU).toll
    assert toll == 18.2 and landed(model, HANAU, US_CARS, "magnet_high") == near((inputs + toll) * (1 + model.p.maker_margin))


def test_inputs_are_paid_for_at_the_prices_of_the_makers_region():
    model = offers()
    market, before = model.market, landed(model, HANAU, US_CARS, "magnet_high")
    places = market.regions.names
    market.realised_in[places.index("USA")] *= 2
    market.post_prices()
    assert landed(model, HANAU, US_CARS, "magnet_high") == near(before)
    market.realised_in[places.index("EU27"), OXIDE_DY] += 100.0
    market.post_prices()
    assert landed(model, HANAU, US_CARS, "magnet_high") == near(before + 100.0 * bill_of(market, MAGNET_HIGH)[1][OXIDE_DY] * (1 + model.p.maker_margin))


def test_new_capacity_has_to_be_paid_for():
    """A third of a plant built since the start, a third of the yearly charge; a Chinese maker sells at the quote."""
    model = offers()
    before = {maker: landed(model, maker, US_CARS, "magnet_high") for maker in (HANAU, JL)}
    for maker in before:
        put(model, maker, capacity=1.5 * firm(model, maker).base_capacity)
    model.market.post_prices()
    assert landed(model, HANAU, US_CARS, "magnet_high") == near(before[HANAU] + model.market.charge("capex_magnet") / 3)
    assert landed(model, JL, US_CARS, "magnet_high") == near(before[JL])


def test_what_is_paid_is_the_price_of_ones_side_of_the_border():
    model = offers()
    trade, market = model.trade, model.market
    prices = [trade.price[relation(model, *names)] for names in ((CHINESE[2], JL, "metal_NdPr"), (JL, US_CARS, "magnet_high"), (KUANTAN, METALS, "oxide_NdPr"))]
    assert prices == near([2 * market.base_china[METAL], 3 * market.base_outside[MAGNET_HIGH], 3 * market.base_outside[OXIDE_NDPR]])
    assert firm(model, US_CARS).paid == near([3.0] * 9) and firm(model, HOME_CARS).paid == near([2.0] * 9)


def test_a_duty_is_on_price_and_freight_and_users_pay_the_mean_of_their_suppliers():
    """A duty of 0.4 on Chinese magnets, of which the user buys half: 0.2 on what it pays."""
    model = offers(Tariff(date="2024-01", importer="USA", origins="CHN", goods="magnet_high", rate=0.4))
    at = relation(model, JL, US_CARS, "magnet_high")
    assert model.trade.landed[at] == near((2 * model.market.base_outside[MAGNET_HIGH] + model.trade.freight[at]) * 1.4)
    share = model.trade.share[at]
    assert share == pytest.approx(0.5, abs=1e-6)
    assert firm(model, US_CARS).paid[[MAGNET_STANDARD, MAGNET_HIGH]] == near([3, 3 * (1 + 0.4 * share)])


# What investors see, E11.3

BUILD = {
    "capex_light": 100.0, "capex_heavy": 1000.0, "capex_magnet": 200.0, "capital_recovery": 0.15, "overrun": 0.5, "overbuild": 1.25, "usable_capacity": 0.8,
    "new_investment_scale": 2.0, "start_rate_ore": 0.01, "start_rate_light": 0.02, "start_rate_heavy": 0.03, "start_rate_magnet": 0.04,
    "incentive_light": 85.0, "incentive_dy": 430.0,
}  # fmt: skip


def test_the_capital_charge_is_capex_times_recovery_times_one_plus_overrun():
    market = abroad(scenario=still(**BUILD)).market
    assert [market.charge(name) for name in ("capex_light", "capex_heavy", "capex_magnet")] == near([100 * 0.15 * 1.5, 1000 * 0.15 * 1.5, 200 * 0.15 * 1.5])


def prospects(dy_in_feed=0.1):
    """A chain abroad beside a Chinese one, of round capacities, with a tenth more under way; what the market holds out for each stage."""
    model = two_chains(scenario=still(**BUILD))
    for name, grams in zip(ABROAD, (1000.0, 800.0, 600.0, 500.0), strict=True):
        put(model, name, capacity=grams, underway=grams / 10)
    for name in CHINESE:
        put(model, name, capacity=1e6, underway=1e6)
    for name in ("Mt Weld", REMLOY):
        put(model, name, capacity=0.0)
    put(model, KUANTAN, circuit=[5.0, 1.0], circuit_underway=2.0, recovery=[0.8, 0.4, 0.4], blend=[1.0, dy_in_feed, 0.02])
    put(model, CREG, circuit=[1e6, 1e6])
    put(model, US_CARS, expected=one(MAGNET_STANDARD, 300.0) + one(MAGNET_HIGH, 200.0) + one(MAGNET_EXTREME, 100.0))
    model.measures = model.measures._replace(gross_of={"magnet": 1.5}, yield_of={"metal": 0.75}, secondary_per_lead={"magnet": 0.02})
    market = model.market
    market.expected[:], market.crisis[:], market.realised[:] = (np.arange(len(GOODS)) + start for start in (100.0, 200.0, 300.0))
    market.look_ahead()
    return model, market.prospects | {"heavy": market.circuits["refine"].prospect}


def test_each_stage_builds_for_what_planned_plants_downstream_will_take():
    """550 of magnets planned: 0.8*550*1.5 = 660 of metal, 880 of oxide, 0.8*550*0.02 = 8.8 of Dy. Mines build for the 880 refiners plan."""
    _, seen = prospects()
    assert {stage: prospect.need for stage, prospect in seen.items()} == near({"mine": 880, "refine": 880, "heavy": 8.8, "metal": 660, "magnet": 600})
    rooms = {"mine": 1.25 - 1100 / 880, "refine": 1.25 - 880 / 880, "heavy": 1.25 - 7 / 8.8, "metal": 1.25 - 660 / 660, "magnet": 1.25 - 550 / 600}
    assert {stage: prospect.room for stage, prospect in seen.items()} == near(rooms)


def test_room_for_circuits_counts_what_they_can_make_of_the_feed():
    """880 of NdPr, built and under way, at half as good a recovery of Dy: a feed of 0.01 yields 4.4 of it, though circuits of 7 stand or come."""
    _, seen = prospects(dy_in_feed=0.01)
    assert seen["heavy"].room == near(1.25 - 4.4 / 8.8)


def test_each_stage_is_offered_the_price_of_its_good_and_the_charge_of_its_plant():
    model, seen = prospects()
    good = {"mine": OXIDE_NDPR, "refine": OXIDE_NDPR, "heavy": OXIDE_DY, "metal": METAL, "magnet": MAGNET_HIGH}
    for stage, prospect in seen.items():
        assert (prospect.expected, prospect.crisis, prospect.price) == near((100.0 + good[stage], 200.0 + good[stage], 300.0 + good[stage]))
    assert [seen[stage].charge for stage in ("mine", "refine", "heavy", "magnet")] == near([22.5, 22.5, 225, 45])
    assert [seen[stage].rate for stage in good] == near([0.02, 0.04, 0.06, 0.08, 0.08])
    market = model.market
    making = cost_outside(market, MAGNET_HIGH)
    assert [seen[stage].scale for stage in good] == near([85, 85, 430, 300.0 + METAL, making + 45])


def test_running_costs_are_reckoned_at_expected_prices():
    """Oxide in a kg of metal; metal and heavies in a kg of high-grade magnet."""
    model, _ = prospects()
    market = model.market
    assert market.inputs_of["metal"] == near(bill_of(market, METAL)[1][OXIDE_NDPR] * (100.0 + OXIDE_NDPR))
    bill = bill_of(market, MAGNET_HIGH)[1]
    assert market.inputs_of["magnet"] == near(bill[METAL] * (100 + METAL) + bill[OXIDE_DY] * (100 + OXIDE_DY) + bill[OXIDE_TB] * (100 + OXIDE_TB))


def test_circuits_are_not_built_for_what_recyclers_can_make():
    """A recycler of 1000 g of NdPr a month whose feed holds 0.02 of Dy and gives nine tenths of it: 18 g."""
    model = two_chains(scenario=still(**BUILD))
    put(model, REMLOY, capacity=1000.0, returned=[1.0, 0.02, 0.0], recovery=[0.9, 0.9, 0.9])
    assert model.market.recycled(OXIDE_DY) == near(18.0) and model.market.recycled(OXIDE_TB) == 0


def test_the_bill_of_materials_is_what_goes_in_gross_of_losses():
    """Kilograms of metal, Dy and Tb oxide bought for a kg of high-grade magnet, by the median maker of each side."""
    model = two_chains(scenario=still())
    recipes, content = model.facts.recipes, model.facts.content
    bought, held = bill_of(model.market, MAGNET_HIGH), CHAIN.contents[MAGNET_HIGH]
    for bill, name in zip(bought, (JL, HANAU), strict=True):
        gross = model.gross[:, row(model, name)]
        dy, tb = (held[element] * gross[element] / recipes.tolled[element, row(model, name)] for element in (DY, TB))
        assert bill[[METAL, OXIDE_DY, OXIDE_TB]] == near([held[NDPR] * gross[NDPR], dy / content[OXIDE_DY, 0], tb / content[OXIDE_TB, 0]])
