"""order: how much each firm orders and plans to make, of whom it orders, and that it runs from end users to the mines in one sweep."""

import math

import numpy as np
import pytest
from hands import CREG, HANAU, JL, KUANTAN, abroad, deal, in_china, month, near, one, put, row, still, two_chains
from vocabulary import CONCENTRATE, MAGNET_HIGH, METAL, NDPR, OXIDE_NDPR
from worlds import ABROAD, CHINESE, US_CARS, chain_links, firm, found, relation

from model import ExportBan

VERBS = ("order",)
METALS = ABROAD[2]


# How much, E3


def test_an_order_covers_use_growth_the_stock_gap_and_half_the_gap_of_the_supply_line():
    """Expected use rises from 1000 a quarter of the way to 1400. Cover of 2 months rises by the belief of 0.4 above background to 2.8.

    1100*(1 + 0.01*3.8) for use and growth, (2.8*1100 - 2000)/4 for stock. A normal line holds 1100*(2 - 1) = 1100, this one 700,
    whatever is applied for and however long it waits: half of the gap in 5 months.
    """
    weights = {"demand_smoothing": 4.0, "supply_line_adjustment": 5.0, "supply_line_weight": 0.5, "order_ceiling": 3.0}
    model = in_china(scenario=still(**weights, belief_background=0.05))

    def set_user():
        put(
            model, US_CARS, need=one(MAGNET_HIGH, 1400.0), expected=one(MAGNET_HIGH, 1000.0), cover=np.full(9, 2.0), response=1.0, belief=0.45,
            growth=0.01, adjustment=4.0, held=one(MAGNET_HIGH, 2000.0),
        )  # fmt: skip
        model.held[MAGNET_HIGH, row(model, US_CARS)] = 2000.0
        at = deal(model, JL, US_CARS, "magnet_high", pipe=500.0, backlog=200.0, wait=1.5, share=1.0)
        model.licensing.paper.standing[at] = 100.0

    month(model, order=set_user)
    order = 1100 * 1.038 + (2.8 * 1100 - 2000) / 4 + 0.5 * (1100 - 700) / 5
    assert firm(model, US_CARS).ordered[MAGNET_HIGH] == near(order)
    assert firm(model, US_CARS).aim[MAGNET_HIGH] == near(2.8) and firm(model, US_CARS).expected[MAGNET_HIGH] == near(1100)
    assert model.trade.orders[relation(model, JL, US_CARS, "magnet_high")] == near(order)


@pytest.mark.parametrize(("held", "order"), [(0.0, 1.5 * 1000), (9e6, 0.0)])
def test_an_order_has_a_ceiling_and_a_floor(held, order):
    model = in_china(scenario=still(order_ceiling=1.5))

    def set_user():
        put(model, US_CARS, need=one(MAGNET_HIGH, 1000.0), expected=one(MAGNET_HIGH, 1000.0))
        deal(model, JL, US_CARS, "magnet_high", pipe=1000.0)
        model.held[MAGNET_HIGH, row(model, US_CARS)] = held

    month(model, order=set_user)
    assert firm(model, US_CARS).ordered[MAGNET_HIGH] == near(order)


def test_a_maker_counts_what_production_will_take_as_gone():
    """Metal works: 800 g of oxide in stock, of which this month's output takes 500. Cover 1.5 of an expected 500: 500 + (750 - 300)/3."""
    model = abroad(scenario=still(supply_line_weight=0.0, maker_stock_adjustment=3.0, cover_oxide=1.5))
    put(model, METALS, need=one(OXIDE_NDPR, 500.0), expected=one(OXIDE_NDPR, 500.0), spoken=one(OXIDE_NDPR, 500.0))
    model.held[OXIDE_NDPR, row(model, METALS)] = 800.0
    firm(model, METALS).order()
    assert firm(model, METALS).ordered == near(one(OXIDE_NDPR, 500 + 450 / 3))


def test_an_order_at_the_end_of_the_chain_reaches_the_mine_in_the_same_month():
    """Twice the stock wanted at the end users asks more of every stage the same month; ore is not ordered, it is dug."""
    calm, hurried = (abroad(scenario=still()) for _ in range(2))
    hurried.cover[:, hurried.rows["use"]] *= 2.0
    calm.step()
    hurried.step()
    rows = [row(calm, name) for name in reversed(ABROAD)]
    more = [float(hurried.demanded[good, at] / calm.demanded[good, at]) for good, at in zip((MAGNET_HIGH, METAL, OXIDE_NDPR, CONCENTRATE), rows, strict=True)]
    assert more == sorted(more, reverse=True) and more[-1] > 1.005 and hurried.ordered[:, rows[-1]].sum() == 0


def test_what_a_seller_is_asked_for_is_orders_and_backlog():
    model = two_chains(scenario=still())
    month(model, order=lambda: deal(model, JL, US_CARS, "magnet_high", backlog=12345.0))
    at = relation(model, JL, US_CARS, "magnet_high")
    assert model.demanded[MAGNET_HIGH, row(model, JL)] == near(model.trade.orders[at] + 12345.0)
    assert model.demanded[MAGNET_HIGH, row(model, HANAU)] == near(model.trade.orders[relation(model, HANAU, US_CARS, "magnet_high")])


# Of whom, E6.1


def split(ordered=1000.0, **makers):
    """What each maker is asked for of an order, when its relation has the traits given."""
    model = two_chains(scenario=still(order_growth=0.1, full_delivery=1.0))
    model.ordered[:, row(model, US_CARS)] = model.expected[:, row(model, US_CARS)] = one(MAGNET_HIGH, ordered)
    model.demanded[:] = 0.0
    rows = [
        deal(model, maker, US_CARS, "magnet_high", **{"share": 0.5, "availability": 1.0, "usable": True, "came": 1.0, "proven": 0.0, "backlog": 0.0} | traits)
        for maker, traits in ((JL, makers["china"]), (HANAU, makers["outside"]))
    ]
    model.trade.place(model.oems)
    assert [model.demanded[MAGNET_HIGH, row(model, maker)] for maker in (JL, HANAU)] == near(model.trade.orders[rows] + model.trade.backlog[rows])
    return model.trade.orders[rows]


def test_orders_go_by_share_among_those_that_may_be_asked():
    assert split(china={"share": 0.2}, outside={"share": 0.8}) == near([200, 800])
    assert split(china={"usable": False}, outside={}) == near([0, 1000])


@pytest.mark.parametrize("why", ["availability", "came"])
def test_what_a_supplier_does_not_deliver_is_ordered_elsewhere_as_far_as_qualified(why):
    """Half of 600 is missing. The other can take a tenth more than its 400; qualified for 600, it takes all of its 4 in 7, 171."""
    assert split(china={"share": 0.6, why: 0.5}, outside={"share": 0.4}) == near([560, 440])
    assert split(china={"share": 0.6, why: 0.5}, outside={"share": 0.4, "proven": 0.6}) == near([3000 / 7, 4000 / 7])


def test_sellers_are_asked_for_the_backlog_beside_the_order():
    assert split(china={"backlog": 50.0}, outside={}) == near([500, 500])


def test_readiness_is_the_record_times_the_root_of_stock_over_what_is_kept():
    """A record of 0.8; 81 of 100 on the shelf: 0.72. Never less than the root of a half."""
    model = two_chains(scenario=still())

    def set_stocks():
        for refiner_, grams in ((CREG, 81.0), (KUANTAN, 0.0)):
            put(model, refiner_, finished={(OXIDE_NDPR, NDPR): grams}, sales=one(OXIDE_NDPR, 50.0), stockhold=one(OXIDE_NDPR, 2.0))
        deal(model, CREG, CHINESE[2], "oxide_NdPr", fill=0.8)
        deal(model, KUANTAN, METALS, "oxide_NdPr", fill=1.0)

    month(model, order=set_stocks)
    ready = [model.trade.availability[relation(model, *names, "oxide_NdPr")] for names in ((CREG, CHINESE[2]), (KUANTAN, METALS))]
    assert ready == near([0.72, math.sqrt(0.5)])


NOBODY_MINDS = dict.fromkeys(("cost_sensitivity", "delay_cost", "affinity_weight", "trust_weight", "friend_shoring", "concentration_aversion"), 0.0)
DOUBLED = math.log(2.0)
"""A utility that doubles the odds."""
WISHES = {
    "price": ({"cost_sensitivity": 1.0}, {"landed": 60.0}, {"landed": 30.0}),
    "wait": ({"cost_sensitivity": 2.0, "delay_cost": 0.25}, {"wait": 2 * DOUBLED}, {"wait": 0.0}),
    "affinity": ({"affinity_weight": 2.0}, {"affinity": -DOUBLED / 4}, {"affinity": DOUBLED / 4}),
    "trust": ({"trust_weight": 2.0}, {"trust": 0.2}, {"trust": 0.2 + DOUBLED / 2}),
    "friend": ({"friend_shoring": DOUBLED / 0.4, "belief_background": 0.1}, {}, {}),
    "concentration": ({"concentration_aversion": DOUBLED / 0.25, "belief_background": 0.0}, {"share": 0.75}, {"share": 0.25}),
}


@pytest.mark.parametrize("wish", WISHES)
def test_each_wish_doubles_the_odds_of_the_supplier_outside_china(wish):
    """The share that is wanted goes to two thirds, and there from a half in 14 months; China's falls by what the other gains."""
    weights, china, outside = WISHES[wish]
    model = two_chains(scenario=still(**NOBODY_MINDS | weights, shift_away=14.0, shift_back=7.0))
    shares = china.get("share", 0.5), outside.get("share", 0.5)

    def set_offers():
        model.trade.landed[:] = 45.0
        put(model, US_CARS, belief=0.5)
        for maker, traits, share in ((JL, china, shares[0]), (HANAU, outside, shares[1])):
            deal(model, maker, US_CARS, "magnet_high", **{"weight": 1.0, "wait": 0.0, "share": share} | traits)

    month(model, order=set_offers)
    gained = (2 / 3 - shares[1]) / 14
    at = [relation(model, maker, US_CARS, "magnet_high") for maker in (JL, HANAU)]
    assert model.trade.share[at] == near([shares[0] - gained, shares[1] + gained])


def test_a_country_counts_with_all_its_suppliers_of_a_good():
    """Two Chinese makers with 0.5 and 0.25 of what is bought weigh three times as much as one abroad with the rest."""
    links = [link for firms in (CHINESE, ABROAD) for link in chain_links(firms, (US_CARS,))]
    model = found((*links, ("Ningbo Yunsheng", US_CARS, "magnet_high", 600.0, 0)), (), still(), (), {})
    put(model, US_CARS)
    at = [deal(model, maker, US_CARS, "magnet_high", share=share) for maker, share in ((JL, 0.5), ("Ningbo Yunsheng", 0.25), (HANAU, 0.25))]
    standard = deal(model, JL, US_CARS, "magnet_standard", share=0.625)
    assert model.trade.offer().country_share[[*at, standard]] == near([0.75, 0.75, 0.25, 0.625])


def test_back_to_china_is_quicker_than_away_from_it():
    model = two_chains(scenario=still(**NOBODY_MINDS, shift_away=14.0, shift_back=7.0))

    def set_offers():
        deal(model, JL, US_CARS, "magnet_high", weight=3.0, share=0.5)
        deal(model, HANAU, US_CARS, "magnet_high", weight=1.0, share=0.5)

    month(model, order=set_offers)
    at = [relation(model, maker, US_CARS, "magnet_high") for maker in (JL, HANAU)]
    assert model.trade.share[at] == near([0.5 + 0.25 / 7, 0.5 - 0.25 / 7])


def test_who_has_no_plant_gets_no_order_and_loses_share_as_the_other_gains():
    model = two_chains(scenario=still(**NOBODY_MINDS, shift_away=14.0, shift_back=7.0))
    for name in (JL, KUANTAN):
        put(model, name, capacity=0.0)
    model.step()
    at = [relation(model, maker, US_CARS, "magnet_high") for maker in (JL, HANAU)]
    assert model.trade.orders[at] == near([0, firm(model, US_CARS).ordered[MAGNET_HIGH]])
    assert model.trade.share[at] == near([0.5 - 0.5 / 14, 0.5 + 0.5 / 14])
    assert model.trade.orders[relation(model, KUANTAN, METALS, "oxide_NdPr")] == 0
    assert model.trade.orders[relation(model, KUANTAN, HANAU, "oxide_Dy")] == 0


def test_who_is_banned_keeps_its_part_of_the_order_and_is_asked_for_none_of_it():
    """Nobody knows on the first day of a ban what will not come; the seller makes nothing for it all the same."""
    model = two_chains(ExportBan(date="2024-01", origin="CHN", goods="magnet_high"), scenario=still(**NOBODY_MINDS))
    model.step()
    at, ordered = [relation(model, maker, US_CARS, "magnet_high") for maker in (JL, HANAU)], firm(model, US_CARS).ordered[MAGNET_HIGH]
    assert model.trade.orders[at] == near([ordered / 2, ordered / 2]) and model.trade.asked[at] == near([0, ordered / 2])
    assert model.demanded[MAGNET_HIGH, row(model, JL)] == 0 and firm(model, JL).output[MAGNET_HIGH] == 0
    assert model.trade.came[at] == near([1 + (1 / (ordered / 2) - 1) / model.p.fill_record, 1.0])
