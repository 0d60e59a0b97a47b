"""arrive, allocate, clear, ship and collect: how goods pass from a shelf over the border to whoever ordered them."""

import numpy as np
import pytest
from hands import HANAU, JL, REMLOY, in_china, month, near, put, row, still
from vocabulary import DY, MAGNET_HIGH, NDPR, OXIDE_NDPR, SWARF, TB
from worlds import (
    ABROAD,
    EU_CARS,
    OXIDE_USER,
    REFINER,
    US_CARS,
    US_DEFENCE,
    chain_links,
    firm,
    found,
    licence,
    oxide_world,
    relation,
)  # fmt: skip

from model import ExportBan, ExportQuota
from model.start.relations import OPEN

VERBS = ("arrive", "allocate", "clear", "ship", "collect")
SHELF = {(MAGNET_HIGH, NDPR): 1024.0, (MAGNET_HIGH, DY): 64.0, (MAGNET_HIGH, TB): 16.0}
USERS = (EU_CARS, US_CARS, US_DEFENCE)


def rows_of(model, maker=JL, users=USERS):
    return [relation(model, maker, user, "magnet_high") for user in users]


# On the way


def test_goods_are_usable_when_their_months_on_the_way_are_over():
    """Two months from China to Europe: what leaves in January arrives in March, is part of what is under way until then, and is used at once."""
    model = in_china(scenario=still())
    at, user = relation(model, JL, EU_CARS, "magnet_high"), row(model, EU_CARS)
    model.trade.transit[:] = 0.0
    model.ledger.open()
    shipped, came, under_way = [], [], []
    for _ in range(4):
        before = model.inputs[MAGNET_HIGH, :, user].copy()
        month(model, consume=lambda before=before: came.append(model.inputs[MAGNET_HIGH, :, user] - before) or under_way.append(model.trade.pipe[at]))
        shipped.append(model.trade.taken[:, at].copy())
        assert shipped[-1][NDPR] == model.trade.flow[at] > 0 and shipped[-1][DY] > shipped[-1][TB] > 0
    assert np.array(came).tolist() == [[0, 0, 0], [0, 0, 0], shipped[0].tolist(), shipped[1].tolist()]
    assert under_way == [0, shipped[0][NDPR], shipped[1][NDPR], shipped[2][NDPR]]


def test_what_arrives_is_held_for_this_months_use():
    model = in_china(scenario=still())
    put(model, US_CARS, inputs={(MAGNET_HIGH, NDPR): 500.0})

    def set_shipment():
        at = relation(model, JL, US_CARS, "magnet_high")
        model.trade.transit[:, :, at] = 0.0
        model.trade.transit[0, :, at] = [300.0, 20.0, 5.0]
        model.ledger.open()

    seen = []
    month(model, arrive=set_shipment, consume=lambda: seen.append((model.held[MAGNET_HIGH, row(model, US_CARS)], firm(model, US_CARS).inputs[MAGNET_HIGH, DY])))
    assert seen[0][0] == 800 and seen[0][1] >= 20


def test_a_shipment_is_known_to_seller_border_and_statistics():
    """What left is flow of the relation, the seller's shipments of the good, and a month in the record that reference flows are read from."""
    model = in_china(scenario=still())
    model.step()
    trade = model.trade
    sold = [sum(trade.flow[at] for at in rows_of(model)), model.shipped[MAGNET_HIGH, row(model, JL)]]
    assert sold[0] == sold[1] > 0 and len(trade.history) == 1
    assert trade.history[0] == pytest.approx(trade.flow, rel=1e-6)


# Allocation


def served(contract=(True, True, False), backlog=(0.0, 0.0, 0.0), orders=(500.0, 500.0, 500.0), **parameters):
    """JL Mag after a month in which it had 1024 g of high-grade magnets for three users; its relations with them."""
    model = in_china(scenario=still(**parameters))

    def set_shelf():
        put(model, JL, finished=SHELF)
        trade, rows = model.trade, rows_of(model)
        trade.contract = trade.contract.copy()
        trade.contract[rows], trade.asked[rows], trade.fill[rows] = contract, np.add(orders, backlog), 1.0
        model.levers.rank[rows] = OPEN

    return month(model, allocate=set_shelf), rows_of(model)


def test_scarce_goods_go_to_contracts_then_to_the_spot_market():
    """Contracts of 500 each leave 24 of 1024 to the spot order; what it misses is cancelled."""
    model, rows = served()
    assert model.trade.filled[rows].tolist() == [500, 500, 24]
    assert model.trade.backlog[rows].tolist() == [0, 0, 0]
    assert model.trade.taken[:, rows].sum(axis=1) == pytest.approx([1024, 64, 16], abs=3)
    assert firm(model, JL).stock[1, 0] == 0


def test_what_is_owed_is_served_too_and_lapses_by_its_share():
    """600 and 900 are asked for under contract, with 100 and 400 of them owed: 1024 by order and priority. A tenth of what stays owed lapses."""
    model, rows = served(backlog=(100.0, 400.0, 0.0), orders=(500.0, 500.0, 0.0), backlog_lapse=0.1, fill_record=3.0)
    filled = model.trade.filled[rows]
    assert filled.sum() == pytest.approx(1024, abs=2) and filled[0] / filled[1] == pytest.approx(600 / 900, rel=0.01)
    assert model.trade.backlog[rows] == near([0.9 * (600 - filled[0]), 0.9 * (900 - filled[1]), 0.0])
    assert model.trade.fill[rows] == near([1 + ((filled[0] + 1) / 600 - 1) / 3, 1 + ((filled[1] + 1) / 900 - 1) / 3, 1])


def test_the_record_of_filling_orders_takes_a_third_of_the_month_and_keeps_a_floor():
    """25 of 500 filled (24 and one for rounding): 1 - 0.95/3; all filled keeps it at one."""
    model, rows = served(fill_record=3.0, fill_record_floor=0.02)
    assert model.trade.fill[rows] == near([1, 1, 1 - 0.95 / 3])


@pytest.mark.parametrize(("contract", "filled"), [((True, False, False), [24, 0, 1000]), ((False, True, False), [0, 24, 1000]), ((False, False, False), [24, 0, 1000])])
def test_rated_defence_orders_come_first_and_then_contracts_and_then_customers_at_home_outside_china(contract, filled):
    """A German maker serves American defence, then who has a contract, then Europe, its home."""
    bound = dict(zip(USERS, contract, strict=True))
    links = tuple((seller, buyer, good, tonnes, int(bound.get(buyer, True))) for seller, buyer, good, tonnes, _ in chain_links(ABROAD, USERS))
    model = found(links, (), still(), (), {})

    def set_shelf():
        put(model, HANAU, finished=SHELF)
        model.trade.asked[rows_of(model, HANAU)] = 1000.0

    month(model, allocate=set_shelf)
    assert model.trade.contract[rows_of(model, HANAU)].tolist() == list(contract)
    assert model.trade.filled[rows_of(model, HANAU)].tolist() == filled


def test_with_enough_everyone_is_served_and_the_rest_stays_on_the_shelf():
    model, rows = served(orders=(100.0, 200.0, 300.0))
    assert model.trade.filled[rows].tolist() == [100, 200, 300]
    assert firm(model, JL).stock[1].tolist() == pytest.approx([424, 64 * 424 / 1024, 16 * 424 / 1024], abs=3)


# The border


def at_border(*acts):
    """A refiner in China that has handed over 1000 g for its customer abroad: what leaves, and what it has left."""
    model = oxide_world(*acts, scenario=still())
    at = relation(model, REFINER, OXIDE_USER, "oxide_NdPr")

    def set_goods():
        model.trade.taken[:] = 0.0
        model.trade.taken[NDPR, at] = 1000.0
        model.finished[:, :, row(model, REFINER)] = 0.0
        model.ledger.open()
        model.ledger.book["finished"][NDPR] += 1000.0  # on its way from shelf to border

    month(model, clear=set_goods)
    return model.trade.flow[at], firm(model, REFINER).finished[OXIDE_NDPR, NDPR]


def test_without_limits_what_is_sold_leaves_the_same_month():
    assert at_border() == (1000, 0)


def test_what_exceeds_a_quota_goes_back_to_the_sellers_shelf():
    """A quota of 3 kg of NdPr a year lets 250 g leave in a month."""
    left, shelf = at_border(ExportQuota(date="2024-01", origin="CHN", goods="oxide_NdPr", tonnes_per_year=1.177 * 12 * 250e-6))
    assert left == pytest.approx(250, abs=1) and shelf == 1000 - left


def test_what_has_been_made_and_handed_over_is_stopped_by_no_licence_and_no_ban():
    """They act before goods are made."""
    assert at_border(licence(date="2024-01", approval_rate=0.0), ExportBan(date="2024-01", origin="CHN", goods="oxide_NdPr")) == (1000, 0)


# Swarf


def swarf_world(share=0.6):
    """Hanau's swarf goes to Remloy, so much of it."""
    model = found((*chain_links(ABROAD, (US_CARS,)), (HANAU, REMLOY, "swarf", 10.0, 0)), (), still(), (), {})
    model.trade.scrap_share[:] = share
    return model, relation(model, HANAU, REMLOY, "swarf")


def test_swarf_goes_to_the_recycler_that_takes_it_and_the_rest_is_discarded():
    model, at = swarf_world()
    before = {}

    def set_swarf():
        put(model, HANAU, finished={(SWARF, NDPR): 1000.0, (SWARF, DY): 101.0, (SWARF, TB): 10.0})
        before.update({account: grams.copy() for account, grams in model.ledger.book.items()})
        model.trade.transit[:, :, at] = 0.0
        model.ledger.open()
        put(model, REMLOY, collected=np.zeros(3))

    month(model, recycle=set_swarf)
    assert (firm(model, HANAU).finished[SWARF] == 0).all() and model.trade.flow[at] == 600
    assert (model.ledger.book["scrap"] - before["scrap"]).tolist() == [400, 41, 4]
    assert model.trade.transit[:, :, at].sum(axis=0).tolist() == [600, 60, 6]


def test_collected_swarf_arrives_as_feed():
    model, at = swarf_world(1.0)
    model.trade.transit[:, :, at] = 0.0
    put(model, REMLOY, collected=np.zeros(3), capacity=0.0, inputs={(SWARF, element): 0.0 for element in range(3)})
    month(model, recycle=lambda: put(model, HANAU, finished={(SWARF, NDPR): 1000.0, (SWARF, DY): 100.0, (SWARF, TB): 10.0}))
    model.step()
    assert firm(model, REMLOY).feed.tolist() == [1000, 100, 10]
