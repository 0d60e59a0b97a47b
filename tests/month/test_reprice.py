"""reprice: what the market sees, and what follows for prices inside and outside China (E10, E11.1)."""

import math

import numpy as np
import pytest
from hands import CREG, HANAU, JL, KUANTAN, bill_of, cost_outside, deal, in_china, month, near, one, put, still, two_chains
from vocabulary import CONCENTRATE, DY, MAGNET_HIGH, MAGNET_STANDARD, METAL, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, OXIDES, SWARF
from worlds import CHINESE, EU_CARS, US_CARS, firm, licence

from model.market import Seen

VERBS = ("reprice",)
PRICING = {
    "price_response_light": 1.2, "price_response_dy": 0.9, "price_response_tb": 0.8, "price_response_magnet": 0.6, "price_speed_light": 0.2, "price_speed_dy": 0.5, "price_speed_tb": 0.55,
    "price_speed_magnet": 0.4, "price_momentum": 0.1, "price_momentum_dy": 0.1, "price_momentum_tb": 0.2, "momentum_memory": 0.35, "price_horizon": 3.0, "squeeze_threshold": 0.55, "squeeze_power": 0.5,
    "squeeze_ceiling": 5.0, "forward_cover_floor": 0.18, "forward_cover_ceiling": 4.0, "price_fall_limit": 0.35, "price_rise_limit": 0.9,
    "price_floor_share": 0.55, "openness_memory": 0.5, "activity_memory": 0.3, "ask_weight_light": 0.35, "ask_weight_dy": 0.05, "ask_weight_tb": 0.1, "ask_weight_magnet": 0.25,
    "incentive_light": 85.0, "incentive_dy": 430.0, "incentive_tb": 1290.0, "statistics_lag": 2.0, "idle_ore_weight": 0.0,
}  # fmt: skip
SCARCE = {
    "stock": 120.0, "use": 100.0, "target": 200.0, "imports": 60.0, "landed": 30.0, "own": 50.0,
    "held": 100.0, "kept": 200.0, "sold": 100.0, "made": 80.0,
}  # fmt: skip
HOME = ("held", "kept", "sold", "made")
"""What is seen of each good, in every region alike. In China: 100 held where 200 are kept, 80 made where 100 are sold. Outside: 120 where 200 are wanted and 100 used a month,
half of the 60 needed from China arriving, 50 of its own."""


def repriced(seen=SCARCE, prepare=lambda market: None, acts=(), **parameters):
    """The market after a month in which it saw the same of every good."""
    model = two_chains(*acts, scenario=still(**PRICING | parameters))
    market = model.market

    def watch():
        outside = (market.regions.count, 9)
        market.own, market.output = np.full(outside, seen["own"]), np.full(9, seen["made"])
        return Seen(**{name: np.full(9 if name in HOME else outside, grams) for name, grams in seen.items()})

    market.watch = watch
    month(model, reprice=lambda: prepare(market))
    return market


# In China


@pytest.mark.parametrize(("good", "response", "speed", "drift"), [(OXIDE_NDPR, 1.2, 0.2, 0.1), (OXIDE_DY, 0.9, 0.5, 0.1), (OXIDE_TB, 0.8, 0.55, 0.2)])
def test_an_oxide_in_china_moves_towards_its_cost_by_cover_squeeze_and_momentum(good, response, speed, drift):
    """Forward cover (100 + 3*80)/(200 + 3*100) = 0.68; the stock is short of 0.55*200 by 1.1, which multiplies by its root."""

    def prepare(market):
        market.china[good] = 1.5 * market.base_china[good]
        market.momentum_china[:] = 0.04

    market = repriced(prepare=prepare)
    step = speed * math.log(0.68**-response * math.sqrt(1.1) / 1.5) + drift * 0.04
    assert market.china[good] == near(1.5 * market.base_china[good] * math.exp(step))
    assert market.momentum_china[good - 1] == near(0.04 + 0.35 * (step - 0.04))


def ore_in_china(refiner_holds, mine_holds, weight=0.25):
    """What idle ore weighs in China where a refiner uses 200 a month and wants 1.5 months of it, and a mine keeps a month of sales of 100."""
    model = in_china(scenario=still(idle_ore_weight=weight))
    put(model, CREG, inputs={(CONCENTRATE, NDPR): refiner_holds}, expected=one(CONCENTRATE, 200.0), aim=one(CONCENTRATE, 1.5), recovery=[0.9, 0.5, 0.5])
    put(model, CHINESE[0], finished={(CONCENTRATE, NDPR): mine_holds}, sales=one(CONCENTRATE, 100.0), stockhold=one(CONCENTRATE, 1.0))
    return model.market.idle_feed()


def test_ore_dug_by_quota_and_not_used_weighs_as_the_oxide_it_could_become():
    """200 more than is wanted at the refiner and 30 at the mine, of which nine tenths could become oxide, at a quarter of their weight."""
    assert ore_in_china(500.0, 130.0) == near(one(OXIDE_NDPR, 0.25 * 0.9 * 230))
    assert ore_in_china(500.0, 0.0, weight=1.0) == near(one(OXIDE_NDPR, 0.9 * 100))
    assert ore_in_china(100.0, 130.0) == near(np.zeros(9))  # want of ore lifts no price


def test_idle_ore_counts_among_the_stocks_that_chinas_prices_answer_to():
    """40 more held: cover (140 + 240)/500; no squeeze, as 0.55 of 200 are there."""
    market = repriced(prepare=lambda market: setattr(market, "idle_feed", lambda: np.full(9, 40.0)))
    assert market.china[OXIDE_DY] == near(market.base_china[OXIDE_DY] * math.exp(0.5 * math.log(0.76**-0.9)))


def test_no_more_counts_as_made_in_china_than_is_sold():
    market = repriced(SCARCE | {"made": 900.0})
    assert market.china[OXIDE_DY] == near(market.base_china[OXIDE_DY] * math.exp(0.5 * math.log(0.8**-0.9 * math.sqrt(1.1))))


def test_what_is_held_off_the_market_covers_nobody_and_fades():
    """A tenth held off, of which a half fades: 95 of 100 count, cover (95 + 240)/500."""

    def prepare(market):
        market.home.held_off[:] = 0.1

    market = repriced(prepare=prepare, held_off_speed=0.5)
    dy = market.home.goods.tolist().index(OXIDE_DY)
    assert market.home.held_off[dy] == near(0.05)
    assert market.china[OXIDE_DY] == near(market.base_china[OXIDE_DY] * math.exp(0.5 * math.log(0.67**-0.9 * math.sqrt(110 / 95))))


def test_prices_in_china_return_to_cost_and_to_what_is_expected():
    """Costs stand a fifth higher, the price expected twice as high, at a weight of a quarter: 1.2^0.75 * 2^0.25, as far as a month brings it."""

    def prepare(market):
        market.home.expected[:] = 2 * market.home.start
        market.home.cost[:] = 1.2

    market = repriced(SCARCE | {"held": 200.0, "made": 100.0}, prepare, expectation_weight=0.25, price_memory=10.0, reserve_response=0.0)
    cost = 1.2**0.9  # no plant and no mine moved: a tenth of the way back
    step = 0.5 * math.log(cost**0.75 * 2**0.25)
    assert market.china[OXIDE_DY] == near(market.base_china[OXIDE_DY] * math.exp(step))
    dy = market.home.goods.tolist().index(OXIDE_DY)
    assert market.home.expected[dy] == near(market.home.start[dy] * 2**0.9 * math.exp(step / 10))
    assert market.home.trend[dy] == near(0.35 * step)


def test_a_disturbance_moves_the_quote_and_not_what_it_returns_to():
    """Half of a disturbance of 0.2 is left; without luck the quote is what stocks make, times e^0.1."""

    def prepare(market):
        market.home.residual[:] = 0.2
        market.china[OXIDE_DY] *= math.exp(0.2)

    market = repriced(SCARCE | {"held": 200.0, "made": 100.0}, prepare, price_persistence=0.5, reserve_response=0.0)
    assert market.china[OXIDE_DY] == near(market.base_china[OXIDE_DY] * math.exp(0.1))


# Outside China

OPEN = 1 + 0.5 * (0.5 * 0.5 + 0.5 * 0.9 - 1)
"""Half of what is needed shipped, nine tenths announced: perceived openness falls from 1 by half the way to their mean."""
ACTIVE = 1 + 0.3 * (0.5 - 1)
COVER = (120 + 3 * (50 + OPEN * 60)) / (200 + 3 * 100)
THREAT = licence(date="2024-01", goods=("oxide_NdPr", "oxide_Dy", "oxide_Tb", *("magnet_standard", "magnet_high", "magnet_extreme")), controlled_share=0.0, announced_openness=0.9)


@pytest.mark.parametrize(
    ("good", "response", "speed", "drift", "weight", "incentive"),
    [(OXIDE_NDPR, 1.2, 0.2, 0.1, 0.35, 85.0), (OXIDE_DY, 0.9, 0.5, 0.1, 0.05, 430.0), (OXIDE_TB, 0.8, 0.55, 0.2, 0.1, 1290.0), (MAGNET_HIGH, 0.6, 0.4, 0.0, 0.25, None)],
)
def test_the_ask_outside_follows_forward_cover_and_tonnage_clears_between_it_and_parity(good, response, speed, drift, weight, incentive):
    before = {}

    def prepare(market):
        market.asked_in[:] = 1.5 * market.base_outside
        market.realised_in[:] = market.realised[:] = 1.1 * market.base_outside
        market.momentum[:] = 0.04
        before.update(making=cost_outside(market, MAGNET_HIGH))

    market = repriced(prepare=prepare, acts=(THREAT,))
    china = market.china[good] if incentive else market.base_china[good]  # what magnets cost in China follows later in the month
    parity = china * market.base_outside[good] / market.base_china[good]
    anchor = math.exp(OPEN * math.log(parity) + (1 - OPEN) * math.log(max(parity, incentive or before["making"])))
    step = speed * math.log(anchor * COVER**-response / (1.5 * market.base_outside[good])) + drift * 0.04
    asked = 1.5 * market.base_outside[good] * math.exp(step)
    assert market.asked[good] == near(asked)
    share = weight + (1 - weight) * (1 - ACTIVE) ** 2
    assert market.realised[good] == near(parity ** (1 - share) * asked**share)
    place = {OXIDE_NDPR: 0, OXIDE_DY: 1, OXIDE_TB: 2, MAGNET_HIGH: 4}[good]
    assert market.momentum[place] == near(0.04 + 0.35 * (step - 0.04)) and market.open[place] == near(OPEN) and market.active[place] == near(ACTIVE)


def test_prices_do_not_leap_nor_fall_through_the_floor():
    def dear(market):
        market.asked_in[:] = 9.0 * market.base_outside

    market = repriced(prepare=dear)
    assert market.asked[OXIDE_DY] == near(9 * market.base_outside[OXIDE_DY] * math.exp(-0.35)) and market.clamps["price_step"] > 0
    glut = SCARCE | {"stock": 9e9, "held": 9e9, "landed": 60.0}
    market = repriced(glut, forward_cover_ceiling=50.0)
    assert market.asked[OXIDE_DY] == near(market.base_outside[OXIDE_DY] * math.exp(0.5 * math.log(0.55)) * 1.0)
    assert market.clamps == {"forward_cover": 1.0, "squeeze": 0.0, "price_step": 0.0}


def test_own_deliveries_count_as_far_as_they_are_used():
    """900 of its own, of which 100 can be used: cover (120 + 3*(100 + 60))/500, with trade open as before."""
    market = repriced(SCARCE | {"own": 900.0, "landed": 60.0})
    parity = market.china[OXIDE_DY] * market.base_outside[OXIDE_DY] / market.base_china[OXIDE_DY]
    assert market.asked[OXIDE_DY] == near(market.base_outside[OXIDE_DY] * (parity * 1.2**-0.9 / market.base_outside[OXIDE_DY]) ** 0.5)


# What follows


def fixed(market):
    """Nothing moves by itself; NdPr oxide costs twice as much in China, Dy thrice, and one and a half times of it outside at the ask."""
    market.speed[:], market.momentum[:], market.momentum_china[:] = 0.0, 0.0, 0.0
    market.china[OXIDE_NDPR], market.china[OXIDE_DY] = 2 * market.base_china[OXIDE_NDPR], 3 * market.base_china[OXIDE_DY]
    market.asked_in[:, OXIDES] = 1.5 * np.array([2, 3, 1]) * market.base_outside[OXIDES]


CALM = SCARCE | {"landed": 60.0}


def test_metal_follows_oxide_and_chinese_magnets_their_bill_of_materials():
    market = repriced(CALM, fixed)
    per_oxide, base, outside = bill_of(market, METAL)[0][OXIDE_NDPR], market.base_china, market.base_outside
    assert market.china[METAL] == near(base[METAL] + per_oxide * base[OXIDE_NDPR])
    assert market.asked[METAL] == near(outside[METAL] + per_oxide * 2 * outside[OXIDE_NDPR])
    paid = 2 * 1.5**0.35  # at an ask of 1.5 times parity, of which a weight of 0.35 counts
    assert market.realised[OXIDE_NDPR] == near(paid * outside[OXIDE_NDPR])
    assert market.realised[METAL] == near(outside[METAL] + per_oxide * (paid - 1) * outside[OXIDE_NDPR])
    for grade in range(MAGNET_STANDARD, SWARF):
        bill = bill_of(market, grade)[0]
        rise = bill[METAL] * per_oxide * base[OXIDE_NDPR] + bill[OXIDE_DY] * 2 * base[OXIDE_DY]
        assert market.china[grade] == near(base[grade] + rise)


def test_ore_and_swarf_follow_half_of_oxide_and_ratios_are_told_to_those_who_go_by_them():
    market = repriced(CALM, fixed, ore_payability=0.5)
    assert market.moved[CONCENTRATE] == near(1.5) and market.heavy_china == near([1.0, 3.0, 1.0])
    assert market.abroad_moved[OXIDE_NDPR] == near(2 * 1.5**0.35) and market.heavy_outside == near([1.0, 3 * 1.5**0.05, 1.5**0.1])
    for prices, base in ((market.china, market.base_china), (market.asked, market.base_outside), (market.realised, market.base_outside)):
        assert (prices[CONCENTRATE], prices[SWARF]) == near((1.5 * base[CONCENTRATE], 1.5 * base[SWARF]))


# What the market sees


def test_the_market_sees_stocks_wants_and_what_came_from_whom():
    model = two_chains(scenario=still(statistics_lag=2.0))
    model.step()
    model.inputs[:], model.finished[:], model.trade.flow[:] = 0.0, 0.0, 0.0
    for name, grams in ((HANAU, 100.0), (JL, 7.0)):
        put(model, name, inputs={(OXIDE_DY, DY): grams}, expected=one(OXIDE_DY, 2 * grams), aim=np.full(9, 3.0))
    for name, grams in ((CREG, 50.0), (KUANTAN, 9.0)):
        put(
            model, name, finished={(OXIDE_DY, DY): grams}, sales=one(OXIDE_DY, grams / 2), stockhold=one(OXIDE_DY, 3.0),
            output=one(OXIDE_DY, grams / 5),
        )  # fmt: skip
    deal(model, KUANTAN, HANAU, "oxide_Dy", flow=40.0)
    market = model.market
    market.own, market.output = np.full((market.regions.count, 9), 80.0), np.full(9, 20.0)
    seen, germany = market.watch(), market.regions.names.index("EU27")
    found = [getattr(seen, name)[(OXIDE_DY,) if name in HOME else (germany, OXIDE_DY)] for name in Seen._fields]
    #                     stock use target imports             landed own held  kept sold made
    assert found == near([100, 200, 600, 200 - (80 + 40) / 2, 0, 40, 50, 75, 25, 10])
    assert (market.own[germany, OXIDE_DY], market.output[OXIDE_DY]) == near((60, 15))
    elsewhere = np.arange(market.regions.count) != germany
    assert not seen.stock[elsewhere].any() and not seen.own[elsewhere].any()


def test_magnets_needed_from_china_are_those_of_users_who_have_not_turned_elsewhere():
    model = two_chains(scenario=still())
    model.step()
    put(model, US_CARS, expected=one(MAGNET_HIGH, 1000.0))
    deal(model, JL, US_CARS, "magnet_high", share=0.3, flow=123.0)
    deal(model, HANAU, US_CARS, "magnet_high", share=0.7, flow=500.0)
    seen = model.market.watch()
    usa = model.market.regions.names.index("USA")
    assert (seen.imports[usa, MAGNET_HIGH], seen.landed[usa, MAGNET_HIGH], seen.own[usa, MAGNET_HIGH]) == near((300, 123, 500))


def test_month_after_month_nothing_moves_where_nothing_is_scarce():
    model = in_china(scenario=still(**PRICING))
    for _ in range(3):
        model.step()
    market = model.market
    for prices, base in ((market.china, market.base_china), (market.asked, market.base_outside), (market.realised, market.base_outside)):
        assert prices == pytest.approx(base, rel=1e-4)
    assert firm(model, EU_CARS).paid == pytest.approx(np.ones(9), rel=1e-4)
