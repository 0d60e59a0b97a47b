"""What is shared out never exceeds what is there: in kernels, at firms, in tables and scenarios. Amounts are grams.

Shares of a few thousand grams never round up to more than the whole; those of some 10^15 grams do, which is where examples are taken from.
"""

from pathlib import Path

import numpy as np
import pytest
from audit import run_audited
from hands import heavies, put
from test_kernels import alike, allotted, goods, restricted
from vocabulary import DY, GOODS, MAGNET_EXTREME, MAGNET_HIGH, METAL, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, SWARF, TB
from worlds import CHINESE, EU_CARS, MAKER, OXIDE_LINKS, REFINER, US_CARS, chain_links, chain_world, firm, found, oxide_world

from model import Scenario, TradeModel, kernels
from model.errors import InputError, warn
from model.kernels.groups import Takers
from model.rules.demand import thrift
from model.rules.numerics import portion, share_out


def test_a_portion_is_a_share_in_whole_grams_and_never_more_than_is_left():
    assert [portion(10.0, 0.39, left) for left in (10.0, 3.0, 2.0, 0.0)] == [3, 3, 2, 0]
    assert portion(7.0, 1.0, 7.0) == 7


def test_parts_are_handed_out_in_turn_while_they_last():
    assert list(share_out(10.0, (4.0, 5.0, 3.0, 2.0))) == [4, 5, 1, 0]
    assert [given.tolist() for given in share_out(np.array([9.0, 5.0]), (np.array([4.0, 4.0]), np.array([5.0, 5.0])))] == [[4, 4], [5, 1]]


def test_a_stock_is_handed_out_to_the_last_gram_and_no_further():
    """By priority the two would get 2 572 938 119 579 521 and 2 419 655 507 129 647: a gram more than there is."""
    stock = 4992593626709167.0
    filled, _, _, rest = allotted([stock, 0, 0], [4052001122191426.0, 2540402288366026.0], [0, 0], [3, 3], [1 / 3, 1 / 2], [False, False])
    assert sum(filled) == stock and rest[NDPR] == 0


def test_orders_beyond_any_stock_are_filled_as_far_as_it_goes():
    filled, backlog, _, rest = allotted([100, 0, 0], [1e20, 1e20], [0, 0], [2, 2], [1, 1], [True, True])
    assert filled == [50, 50] and rest[NDPR] == 0 and backlog == [pytest.approx(0.85e20)] * 2


def collected(held, shares):
    """What recyclers with these shares get of one maker's swarf, and what is discarded."""
    count = len(shares)
    swarf, transit, flow = np.array([[held], [0.0], [0.0]]), np.zeros((2, 3, count)), np.zeros(count)
    takers = Takers(rows=np.arange(count), part=np.array(shares), loose=np.zeros(count))
    gone, left = kernels.collect(0, takers, alike(count), goods(count, finished=swarf[None], transit=transit), np.zeros(count, np.int64), flow)
    assert gone[NDPR] == flow.sum() == transit.sum()
    return flow.tolist(), left[NDPR]


def test_recyclers_that_claim_more_swarf_than_there_is_share_what_there_is():
    assert collected(100.0, [0.7, 0.7]) == ([70, 30], 0)
    assert collected(8025505382022913.0, [11 / 17, 6 / 17])[1] == 0  # the two shares round to a gram more than the whole


def test_a_quota_is_kept_to_the_gram():
    out, back, left = restricted([2714881757503514.0, 2871753817317526.0, 2722807961252745.0], [0, 0, 0], [7570375477222430.0])
    assert sum(out) == 7570375477222430 and left == [0]  # each in proportion: a gram more
    assert back == 2714881757503514 + 2871753817317526 + 2722807961252745 - 7570375477222430


def test_a_part_of_a_gram_that_a_quota_leaves_lets_nothing_through():
    assert restricted([3, 1], [0, 0], [0.9]) == ([0, 0], 4, [0.9])


def test_goods_whose_leading_element_is_used_up_are_shipped_all_the_same():
    taken, transit, flow = np.array([[0.0], [7.0], [2.0]]), np.zeros((2, 3, 1)), np.ones(1)
    moved = kernels.ship(alike(1), goods(1, taken=taken, transit=transit), np.array([1]), flow)
    assert moved.tolist() == [0, 7, 2] and transit[1, :, 0].tolist() == [0, 7, 2] and flow.tolist() == [0]


# Firms


def test_a_saving_goes_to_its_ceiling_at_most_however_fast():
    """Dearer by e, 0.2 put up with, saved at once: the ceiling, not four fifths of the way beyond it; so it stays below one for good."""
    assert thrift(0.0, np.e**2, 0.0, 1.0, 0.0, 0.2, 0.6, 0.002, 0.1) == 0.6
    assert thrift(0.5, np.e**9, 1.0, 1.0, 1.0, 0.2, 0.95, 0.002, 0.1) == 0.95


@pytest.mark.parametrize("stock", [3.0, 2150.0])
def test_magnets_hold_no_more_than_was_reduced(stock):
    """Nothing is lost in machining here, and 0.94 of the heavies in reduction: 2 021 g are not got out of 2 150 g, as floats have it."""
    model = chain_world(firms=CHINESE)
    maker = firm(model, MAKER)
    put(
        model, MAKER, gross=np.ones(3), tolled=[1.0, 0.94, 0.94], recipe=heavies([0.0, 0.0, 1.0], [0.0, 1.0, 0.0]),
        inputs={(METAL, NDPR): 4042.0, (OXIDE_DY, DY): stock, (OXIDE_TB, TB): stock}, planned=[0.0, 2021.0, 2021.0],
        need=np.where(np.isin(np.arange(len(GOODS)), (OXIDE_DY, OXIDE_TB)), 2021 / 0.94, maker.need),
    )  # fmt: skip
    maker.produce()
    assert maker.stock.min() >= 0 and maker.finished[SWARF].min() >= 0
    assert maker.finished[MAGNET_HIGH, TB] <= np.floor(0.94 * stock) >= maker.finished[MAGNET_EXTREME, DY]
    model.ledger.close()


# Tables and scenarios


def links_with(*changed):
    """The links of the oxide world, some with other tonnages."""
    return tuple((*link[:3], tonnes, link[4]) for link, tonnes in zip(OXIDE_LINKS, changed, strict=True))


def test_nobody_makes_more_than_went_in(caplog):
    """1 200 t of oxide from 800 t of concentrate: said, and made as far as the ore goes."""
    warn.cache_clear()
    model = found(links_with(800.0, 1200.0), (), Scenario.load("balanced"), (), {})
    assert "Northern Rare Earth separation (Baotou) sells more than it buys the makings of" in caplog.text
    assert firm(model, REFINER).recovery[NDPR] == 1.0
    for _ in range(6):
        model.step()
        assert model.ledger.book["tailings"].min() >= 0


def test_prices_stay_above_zero_where_inputs_cost_more_than_the_product_fetched():
    """A maker that puts in two million tonnes of metal for 1 200 t of magnets, in a market that falls: costs are passed on as far as they were covered."""
    links = tuple((*link[:3], 2e6 if link[2] == "metal_NdPr" else link[3], link[4]) for link in chain_links(CHINESE, (EU_CARS, US_CARS)))
    model = found(links, (), Scenario.load("open_trade").with_parameters({"price_floor_share": 0.0}), (), {})
    assert model.market.china[MAGNET_HIGH] == pytest.approx(model.market.base_china[MAGNET_HIGH])
    for _ in range(12):
        model.market.china[OXIDE_NDPR] *= 0.9
        model.market.follow(model.market.watch().use)
    assert 0 < model.market.china[MAGNET_HIGH] < 0.5 * model.market.base_china[MAGNET_HIGH]


def test_amounts_beyond_counting_are_refused_in_one_line(monkeypatch):
    model = oxide_world()
    monkeypatch.setattr("model.ledger.COUNTABLE", model.ledger.entered.max() + 1.0)
    with pytest.raises(InputError, match=r"^balanced: \S+ g of an element are in the books in 2024-0\d, more than can be counted to the gram; lower tonnages"):
        model.run_until("2024-12")
    monkeypatch.setattr("model.ledger.COUNTABLE", model.ledger.entered.max())
    with pytest.raises(InputError, match="in the books at the start of the run"):
        oxide_world()


def test_a_course_that_once_broke_the_books_holds():
    """Heavies saved by more than all of them made magnets of a negative recipe, and a stock of -1 g in September 2025."""
    scenario = Scenario.load(Path(__file__).parent / "cases" / "heavies_saved_to_the_ceiling.toml")
    model = run_audited(TradeModel(scenario, seed=993134))
    assert model.saved_heavies.max() > 0.6 and (model.saved_heavies <= 1 - model.leanest + 1e-12).all()
