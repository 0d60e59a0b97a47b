"""reprice: what offers cost on arrival, what users pay, and what investors see of each stage (E11.3, E15)."""

import pytest
from hands import HANAU, JL, KUANTAN, abroad, bill_of, month, near, put, row, still, two_chains
from vocabulary import CHAIN, DY, MAGNET_HIGH, MAGNET_STANDARD, METAL, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, TB
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
    assert landed(model, HANAU, US_CARS, "magnet_high") == near(before[HANAU] + model.market.offers.yearly("capex_magnet") / 3)
    assert landed(model, JL, US_CARS, "magnet_high") == near(before[JL])


def test_the_yearly_charge_is_what_a_loan_for_the_plant_and_its_overrun_costs_who_earns():
    """200 and half as much again, at an annuity of a tenth for twenty years: 0.11746."""
    offers = abroad(scenario=still(capex_magnet=200.0, overrun=0.5, cost_of_capital_producer=0.1, plant_life=20.0)).market.offers
    assert offers.yearly("capex_magnet") == pytest.approx(300 * 0.117460, abs=2e-4)


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


def test_the_bill_of_materials_is_what_goes_in_gross_of_losses():
    """Kilograms of metal, Dy and Tb oxide bought for a kg of high-grade magnet, by the median maker of each side."""
    model = two_chains(scenario=still())
    recipes, content = model.facts.recipes, model.facts.content
    bought, held = bill_of(model.market, MAGNET_HIGH), CHAIN.contents[MAGNET_HIGH]
    for bill, name in zip(bought, (JL, HANAU), strict=True):
        gross = model.gross[:, row(model, name)]
        dy, tb = (held[element] * gross[element] / recipes.tolled[element, row(model, name)] for element in (DY, TB))
        assert bill[[METAL, OXIDE_DY, OXIDE_TB]] == near([held[NDPR] * gross[NDPR], dy / content[OXIDE_DY, 0], tb / content[OXIDE_TB, 0]])
