"""Prices of market regions outside China (E10.6): what draws them together, what keeps them apart, and who pays which."""

import numpy as np
import pytest
from hands import month, near, still, two_chains
from hypothesis import given
from hypothesis import strategies as st
from vocabulary import GOODS, MAGNET_HIGH, OXIDE_DY
from worlds import EU_CARS, US_CARS, firm

from model import Tariff, TradeModel, kernels
from model.kernels import groups
from model.market import Seen
from model.world import World

GOOD = np.array([1])
FREIGHT = 2.0


def traded(prices, speed=1.0, freight=FREIGHT, placing=0.0, duty=0.0, use=None):
    """Prices of one good by region after a month of arbitrage, and what momentum took note of."""
    count = len(prices)
    asked, momentum = np.full((count, 2), 7.0), np.zeros((count, 1))
    asked[:, 1] = prices
    users = np.ones((count, 2))
    users[:, 1] = np.ones(count) if use is None else use
    apart = groups.Apart(freight=freight * (1.0 - np.eye(count)), duty=np.full((2, count, count), duty))
    kernels.arbitrage(GOOD, asked, users, apart, groups.Traders(speed=np.array([speed]), placing=np.array([placing])), momentum, 0.5)
    assert (asked[:, 0] == 7.0).all()
    return asked[:, 1], momentum[:, 0]


def gaps(prices, freight=FREIGHT):
    """By how much each price exceeds each other and the cost of moving there, in logs: (from, to)."""
    logs = np.log(prices)
    return logs[None, :] - logs[:, None] - np.log1p(freight / np.asarray(prices))[:, None] * (1.0 - np.eye(len(prices)))


def test_equal_prices_stay():
    assert traded([50.0, 50.0, 50.0, 50.0])[0].tolist() == [50.0] * 4


def test_a_gap_above_the_cost_of_moving_closes_to_it_and_never_past_it():
    cost = np.log(1.0 + 0.1 + 5.0 / 50.0)
    for speed in (0.0, 0.3, 1.0):
        prices, momentum = traded([50.0, 100.0], speed, placing=3.0, duty=0.1)
        left = np.log(2.0) - speed * (np.log(2.0) - cost)
        assert np.log(prices[1] / prices[0]) == near(left)
        assert prices[0] * prices[1] == near(5000.0)  # each goes half the way
        assert momentum == near([0.25 * speed * (np.log(2.0) - cost), -0.25 * speed * (np.log(2.0) - cost)])


def test_nothing_moves_for_less_than_it_costs_to_move():
    assert traded([50.0, 51.9])[0].tolist() == [50.0, 51.9]
    assert traded([50.0, 59.0], duty=0.2)[0].tolist() == [50.0, 59.0]


def test_where_nobody_uses_a_good_nobody_buys_or_sells_it():
    assert traded([20.0, 50.0, 100.0], use=[0.0, 1.0, 1.0])[0][0] == 20.0
    assert traded([20.0, 50.0], use=[0.0, 1.0])[0].tolist() == [20.0, 50.0]


@given(st.lists(st.floats(1.0, 1e4), min_size=2, max_size=5), st.floats(0.0, 1.0), st.floats(0.0, 50.0))
def test_of_many_gaps_the_widest_is_never_overshot_and_no_gap_grows_beyond_it(prices, speed, freight):
    before = np.maximum(gaps(prices, freight), 0.0)
    a, b = np.unravel_index(before.argmax(), before.shape)
    after = traded(prices, speed, freight)[0]
    assert np.maximum(gaps(after, freight), 0.0).max() <= before.max() + 1e-9
    if a != b:
        cost = np.log1p(freight / prices[a])
        assert np.log(after[b] / after[a]) >= min(cost, np.log(prices[b] / prices[a])) - 1e-9


def test_gaps_close_in_the_end():
    prices = np.array([20.0, 35.0, 90.0, 400.0])
    for _ in range(60):
        prices = traded(prices, 0.4)[0]
    assert gaps(prices).max() < 1e-3 and prices.max() / prices.min() > 1.01


# In the model

CALM = {"stock": 200.0, "use": 100.0, "target": 200.0, "imports": 60.0, "landed": 60.0, "own": 40.0, "held": 100.0, "kept": 100.0, "sold": 100.0, "made": 100.0}
HOME = ("held", "kept", "sold", "made")


def priced(short=None, months=12, model=None, **parameters):
    """The market after months in which every region but one (which holds a tenth of what it wants) sees a calm month."""
    model = model or two_chains(scenario=still(idle_ore_weight=0.0, **parameters))
    market = model.market
    seen = {name: np.full(9 if name in HOME else (market.regions.count, 9), grams) for name, grams in CALM.items()}
    if short is not None:
        seen["stock"][market.regions.names.index(short)] *= 0.1

    def watch():
        market.own, market.output = seen["own"].copy(), seen["made"].copy()
        return Seen(**{name: values.copy() for name, values in seen.items()})

    market.watch = watch
    for _ in range(months):
        month(model)
    return market


def test_regions_alike_have_one_price():
    market = priced()
    for whole, parts in ((market.asked, market.asked_in), (market.realised, market.realised_in)):
        assert parts == near(np.tile(whole, (market.regions.count, 1)))


NO_ARBITRAGE = dict.fromkeys(("arbitrage_light", "arbitrage_dy", "arbitrage_tb", "arbitrage_magnet"), 0.0)


@pytest.mark.parametrize("good", [OXIDE_DY, MAGNET_HIGH])
def test_where_stocks_are_short_prices_rise_above_those_elsewhere_the_less_the_more_goods_move(good):
    calm, alone, joined = priced(), priced("USA", **NO_ARBITRAGE), priced("USA")
    usa = alone.regions.names.index("USA")
    for market in (alone, joined):
        others = np.delete(market.asked_in[:, good], usa)
        assert market.asked_in[usa, good] > 1.02 * others.max()
        assert market.realised_in[usa, good] > market.realised_in[usa - 1, good]
        assert others.min() < market.asked[good] < market.asked_in[usa, good]
    assert joined.asked_in[usa, good] < alone.asked_in[usa, good]
    assert np.delete(joined.asked_in[:, good], usa).max() > np.delete(alone.asked_in[:, good], usa).max()
    assert alone.asked_in[usa - 1, good] == near(calm.asked_in[usa - 1, good])


def test_users_pay_the_price_of_their_region():
    model = two_chains(scenario=still(), users=(EU_CARS, US_CARS))
    market = priced("USA", model=model)
    for user, region in ((EU_CARS, "EU27"), (US_CARS, "USA")):
        place = market.regions.names.index(region)
        assert firm(model, user).paid[MAGNET_HIGH] == near(market.realised_in[place, MAGNET_HIGH] / market.base_outside[MAGNET_HIGH])
        paid = model.trade.price[(model.trade.buyer == firm(model, user).row) & (model.trade.good == MAGNET_HIGH)]
        assert paid == near(np.full(paid.size, market.realised_in[place, MAGNET_HIGH]))
    assert firm(model, US_CARS).paid[MAGNET_HIGH] > 1.02 * firm(model, EU_CARS).paid[MAGNET_HIGH]
    assert (market.price_where(firm(model, "JL Mag").row) == market.china).all()


def test_a_duty_between_regions_keeps_their_prices_apart():
    act = Tariff(date="2024-01", importer="USA", origins="DEU", goods="magnet_high", rate=0.4)
    model = two_chains(act, scenario=still(), users=(EU_CARS, US_CARS))
    month(model)
    regions = model.market.regions
    duty = regions.apart(model.levers).duty[MAGNET_HIGH]
    europe, usa = regions.names.index("EU27"), regions.names.index("USA")
    assert duty[europe, usa] == near(0.4) and duty[usa, europe] == 0.0 and duty.sum() == near(0.4)


def test_prices_are_recorded_by_market():
    for world in ("magnets", "gallium", "germanium"):
        facts = World.load(world)
        model = TradeModel("balanced", world=facts)
        model.step()
        price = model.results().price.isel(month=0)
        assert price.market.values.tolist() == list(facts.markets)
        assert facts.market_regions == ("EU27", "JPN-KOR-TWN", "USA", "rest")
        parts = np.array([price.sel(market=f"{region}_asked") for region in facts.market_regions])
        whole = price.sel(market="ROW_asked").values
        assert (parts.min(0) <= whole * (1 + 1e-9)).all() and (whole <= parts.max(0) * (1 + 1e-9)).all()
        assert len(price.good) == len(facts.chain.goods) and GOODS


def test_of_a_good_nobody_uses_all_regions_count_alike():
    regions = TradeModel("balanced").market.regions
    prices = np.arange(1.0, regions.count + 1)[:, None]
    assert regions.mean(prices, np.zeros((regions.count, 1))) == pytest.approx([(regions.count + 1) / 2])
    assert regions.mean(prices, (prices == 2.0) * 5.0) == pytest.approx([2.0])
