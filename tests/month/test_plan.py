"""order: what each kind of maker plans to make of the orders it has received, and the inputs it takes (E5, E7)."""

import math

import numpy as np
from hands import CREG, HANAU, KUANTAN, abroad, by_good, heavies, in_china, near, one, put, saved, still, two_chains
from vocabulary import CONCENTRATE, METAL, OXIDE_NDPR, OXIDES
from worlds import ABROAD, CHINESE, MINE, firm, oxide_world

VERBS = ("order",)
METALS = ABROAD[2]

# What makers plan to make, E5 and E7


def test_magnets_are_planned_to_order_within_capacity_and_their_inputs_gross():
    """Asked for 1000, 600 and 400 with 200, 0 and 100 on the shelf; a capacity of 1000 cut to 850 makes half. A fifth of the heavies is saved.

    Dy: (300*0.05 + 150*0.2)*0.8 = 36 in magnets, 36*1.25/0.9 = 50 in oxide. Tb: (300*0.01 + 150*0.04)*0.8 = 7.2, times 1.2/0.96 = 9.
    """
    model = abroad(scenario=still(demand_smoothing=4.0))
    put(
        model, HANAU, demanded=by_good(magnet_standard=1000.0, magnet_high=600.0, magnet_extreme=400.0), shelf=by_good(magnet_standard=200.0, magnet_extreme=100.0),
        capacity=1000.0, factor=0.85, recipe=heavies([0.0, 0.05, 0.2], [0.0, 0.01, 0.04]), gross=[1.4, 1.25, 1.2], tolled=[1.0, 0.9, 0.96],
        saved_heavies=saved(0.2), expected=by_good(metal_NdPr=990.0, oxide_Dy=90.0, oxide_Tb=5.0), need=np.zeros(9),
    )  # fmt: skip
    maker = firm(model, HANAU)
    maker.plan()
    assert maker.planned == near([400, 300, 150])
    assert maker.need == near(by_good(metal_NdPr=850 * 1.4, oxide_Dy=50.0, oxide_Tb=9.0)) and maker.spoken == near(maker.need)
    assert maker.expected == near(by_good(metal_NdPr=990 + 50.0, oxide_Dy=80.0, oxide_Tb=6.0))


def test_with_capacity_to_spare_all_magnets_asked_for_are_planned():
    model = abroad(scenario=still())
    put(model, HANAU, demanded=by_good(magnet_standard=1000.0, magnet_high=600.0), shelf=by_good(magnet_high=900.0), capacity=5000.0)
    firm(model, HANAU).plan()
    assert firm(model, HANAU).planned == near([1000, 0, 0])


def test_metal_is_planned_to_order_within_capacity_and_its_oxide_by_the_yield():
    """1000 asked for, 200 on the shelf, 1000 of capacity at 0.7: 700 of metal, 800 of oxide at a yield of 0.875."""
    model = abroad(scenario=still(demand_smoothing=4.0))
    put(model, METALS, demanded=one(METAL, 1000.0), shelf=one(METAL, 200.0), capacity=1000.0, factor=0.7, conversion=0.875, expected=one(OXIDE_NDPR, 400.0))
    maker = firm(model, METALS)
    maker.plan()
    assert (maker.planned, maker.feed_need, maker.feed_expected, maker.feed_spoken) == near((700, 800, 500, 800))


def refiner(model, name, **columns):
    """A refiner whose feed yields 0.9 NdPr, 0.05 Dy and 0.01 Tb a gram, with a circuit for Dy and none for Tb, after its plan.

    Smoothed sales of 600, 24 and 6 become 650, 25 and 5; a month of them is kept, 550, 5 and 5 are there, so the plans
    are 650 + 100/4 = 675, 25 + 20/4 = 30, and 5.
    """
    usual = {
        "sales": by_good(oxide_NdPr=600.0, oxide_Dy=24.0, oxide_Tb=6.0), "stockhold": np.ones(9), "recovery": [0.9, 0.5, 0.5], "blend": [1.0, 0.1, 0.02],
        "shelf": by_good(oxide_NdPr=550.0, oxide_Dy=5.0, oxide_Tb=5.0), "capacity": 1e6, "factor": 1.0,
        "circuit": [1e6, 0.0], "unit_cost": 75.0, "expected": one(CONCENTRATE, 100.0),
    }  # fmt: skip
    put(model, name, **usual | columns)
    model.market.realised[OXIDES], model.market.china[OXIDES] = [60.0, 300.0, 900.0], [50.0, 400.0, 900.0]
    firm(model, name).plan()
    return firm(model, name)


SWING = {"swing_smoothing": 6.0, "swing_adjustment": 4.0, "supply_response": 0.5, "utilisation_floor": 0.5, "demand_smoothing": 4.0}
ASKED = by_good(oxide_NdPr=900.0, oxide_Dy=30.0)


def test_a_refiner_abroad_follows_its_orders_each_oxide_by_its_share_in_value():
    """For NdPr a batch of 675/0.9 = 750, for Dy one of 30/0.05 = 600; a gram of feed brings 54 of NdPr, 15 of Dy and, without a circuit, no Tb."""
    plant = refiner(two_chains(scenario=still(**SWING)), KUANTAN, demanded=ASKED, shipped=np.zeros(9))
    batch = (750 * 54 + 600 * 15) / 69
    assert plant.sold == near([650, 25, 5])
    assert plant.feed_need == near(batch) and plant.feed_spoken == near(batch) and plant.feed_expected == near(100 + (batch - 100) / 4)


def test_a_circuit_for_terbium_makes_terbium_count():
    plant = refiner(two_chains(scenario=still(**SWING)), KUANTAN, demanded=ASKED, circuit=[1e6, 1e6])
    assert plant.feed_need == near((750 * 54 + 600 * 15 + 5 / 0.01 * 9) / 78)


def test_a_refiner_in_china_follows_its_shipments_at_chinese_prices():
    plant = refiner(two_chains(scenario=still(**SWING)), CREG, shipped=ASKED, demanded=np.zeros(9))
    assert plant.sold == near([650, 25, 5]) and plant.feed_need == near((750 * 45 + 600 * 20) / 65)


def test_capacity_limits_a_refiner_and_abroad_its_margin_too():
    """A capacity of 600 cut to 540. At a price of 60 and a cost of 75 the root of 0.8 of it runs abroad; in China all of it."""
    for name, run in ((KUANTAN, math.sqrt(0.8)), (CREG, 1.0)):
        plant = refiner(two_chains(scenario=still(**SWING)), name, demanded=ASKED, shipped=ASKED, capacity=600.0, factor=0.9)
        assert plant.feed_need == near(540 * run / 0.9)


def miner(model, name, **columns):
    """A mine with sales of 600, asked for 900, with 400 on the heap, after its plan: it wants to make 650 + (650 - 400)/4 = 712.5."""
    usual = {"demanded": one(CONCENTRATE, 900.0), "sales": one(CONCENTRATE, 600.0), "shelf": one(CONCENTRATE, 400.0), "factor": 1.0, "exposure": 0.4}
    put(model, name, **usual | {"capacity": 1e6} | columns)
    firm(model, name).plan()
    return firm(model, name)


def test_a_mine_keeps_a_month_of_its_sales():
    mine = miner(abroad(scenario=still(**SWING, cover_finished_ore=1.0)), ABROAD[0])
    assert mine.sold == near(650) and mine.planned == near(712.5)


def test_a_mine_abroad_runs_by_price_over_cost_and_one_in_china_in_full():
    """Ore at 10 times 1.25 against a cost of 20: the root of 0.625 of the capacity of 500, cut to 0.8 of it."""
    for build, name, run in ((abroad, ABROAD[0], math.sqrt(0.625)), (in_china, CHINESE[0], 1.0)):
        model = build(scenario=still(**SWING))
        model.market.moved[CONCENTRATE] = 1.25
        assert miner(model, name, capacity=500.0, factor=0.8, base_price=10.0, unit_cost=20.0).planned == near(500 * run * 0.8)


def test_an_outage_takes_the_share_of_capacity_exposed_to_it():
    mine = miner(in_china(scenario=still(**SWING)), CHINESE[0], capacity=1000.0, outage=2.0, exposure=0.4)
    assert mine.planned == near(600) and mine.outage == 1.0


def test_outages_come_by_luck_at_their_yearly_rate_and_last_their_months():
    """0.6 a year: in a month whose luck is below 0.05."""
    model = oxide_world(scenario=still(outage_rate=0.6, outage_months=2.0))
    mine, hits = firm(model, MINE), []
    for model.now in range(200):
        hits.append(float(model.chance.uniform("outage", model.now, mine.key)) < 0.05)
        before = mine.outage
        mine.plan()
        assert mine.outage == (2.0 if hits[-1] else max(before - 1.0, 0.0))
    assert 3 < sum(hits) < 20
