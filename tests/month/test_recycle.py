"""retire, gather, seek, share and recycle: products grow old, reach the end of their life, and old magnets come back (E13)."""

import numpy as np
import pytest
from hands import HANAU, REMLOY, abroad, month, near, put, row, still
from vocabulary import DY, NDPR, OXIDE_NDPR, SWARF
from worlds import EU_CARS, US_CARS, firm

from model import kernels
from model.kernels.groups import Takers

VERBS = ("retire", "gather", "seek", "share", "recycle")
OLD = np.array([10_000.0, 500.0, 111.0])
"""Grams of NdPr, Dy and Tb in products at the end of their life."""


def in_use(*grams_by_age):
    """Products in use with so much NdPr in each of four age classes."""
    held = np.zeros((4, 3))
    held[:, NDPR] = grams_by_age
    return held


def test_products_grow_older_class_by_class_in_whole_grams():
    """A tenth of each class moves on: 100 of 1000, 20 of 200, 3 of 30 and, of 57, 5 out of use."""
    model = abroad(scenario=still(lifetime_spread=0.5))
    month(model, recycle=lambda: put(model, EU_CARS, in_use=in_use(1000.0, 200.0, 30.0, 57.0), ageing=0.1))
    user = firm(model, EU_CARS)
    assert user.in_use[:, NDPR].tolist() == [900, 280, 47, 55] and user.retired[NDPR] == 5


def test_what_is_put_to_use_is_in_the_youngest_class_and_leaves_it_the_same_month():
    model = abroad(scenario=still(lifetime_spread=0.5))
    month(model, consume=lambda: put(model, EU_CARS, in_use=in_use(0.0, 0.0, 0.0, 0.0), ageing=0.25))
    user = firm(model, EU_CARS)
    moved = np.floor(user.entered / 4)
    assert user.entered[NDPR] > 1e5 and user.in_use[0].tolist() == (user.entered - moved).tolist() and user.in_use[1].tolist() == moved.tolist()


def retiring(grams=OLD, worth=1.0, prepared=None, **choices):
    """A month in which only cars of the European Union reach the end of their life, and Remloy, which gathers a tenth of them, may collect. Its capacity is 100 kg."""
    model = abroad(scenario=still(lifetime_spread=1.0, recycling_response=0.5, **choices))
    plant = {"gathers": 0.1, "capacity": 1e5, "inputs": {(SWARF, element): 0.0 for element in range(3)}}

    def set_old():
        put(model, US_CARS, ageing=0.0)
        put(model, EU_CARS, ageing=1.0, in_use=grams[None], collectable=1.0)
        put(model, "defence_aerospace@USA", ageing=0.0)
        market, place = model.market, model.market.regions.place[row(model, REMLOY)]
        market.realised_in[place, OXIDE_NDPR] = worth * market.base_outside[OXIDE_NDPR]
        put(model, REMLOY, **plant)
        if prepared:
            prepared(model)

    return month(model, recycle=set_old)


def got(model):
    """Grams by element that Remloy collected, and what nobody did."""
    return firm(model, REMLOY).allotted.tolist(), (firm(model, EU_CARS).retired - firm(model, REMLOY).allotted).tolist()


def test_old_magnets_come_back_with_the_root_of_the_price_of_oxide_where_the_plant_stands():
    """At 2.25 times January's price one and a half times a tenth."""
    assert got(retiring())[0] == [1000, 50, 11]
    model = retiring(worth=2.25)
    assert got(model) == ([1500, 75, 16], [8500, 425, 95])
    assert firm(model, REMLOY).feed.tolist() == [1500, 75, 16]


def test_what_is_collected_comes_out_of_use_and_the_rest_is_lost():
    seen = []
    model = retiring(prepared=lambda model: seen.append({name: book.copy() for name, book in model.ledger.book.items()}))
    moved = {name: (model.ledger.book[name] - before).tolist() for name, before in seen[0].items()}
    assert moved["in_use"] == [-10_000, -500, -111] and moved["end_of_life"] == [9000, 450, 100] and moved["inputs"] == [1000, 50, 11]


def test_no_more_is_collected_than_can_be():
    """A twentieth of cars can be taken apart, whatever the price."""
    model = retiring(worth=100.0, prepared=lambda model: put(model, EU_CARS, collectable=0.05))
    assert got(model)[0] == [500, 25, 5]
    assert got(retiring(collectable_scale=0.0))[0] == [0, 0, 0]
    assert got(retiring(worth=1e9))[1] == [0, 0, 0]


def test_no_more_is_collected_than_the_plant_could_work_up_beside_its_feed():
    """900 g a month, of which 300 wait already."""
    model = retiring(prepared=lambda model: put(model, REMLOY, capacity=900.0, inputs={(SWARF, NDPR): 300.0}))
    assert got(model)[0] == [600, 30, 6]


@pytest.mark.parametrize(("mandate", "collected"), [(0.05, 1000), (0.1, 1000), (0.4, 4000), (0.9, 8000)])
def test_a_mandate_asks_for_more_up_to_what_can_be_collected(mandate, collected):
    """Price brings a tenth; four fifths can be collected."""
    model = retiring(collection_mandate=mandate, prepared=lambda model: put(model, EU_CARS, collectable=0.8))
    assert got(model)[0][NDPR] == collected


def test_a_mandate_fills_plants_that_seek_nothing_as_far_as_they_have_room():
    def idle(model):
        put(model, REMLOY, gathers=0.0, capacity=2500.0)

    assert got(retiring(prepared=idle))[0] == [0, 0, 0]
    assert got(retiring(collection_mandate=0.9, prepared=idle))[0] == [2500, 125, 27]


def test_the_mandate_is_a_lever_by_user():
    """As an instrument of the European Union would pull it."""
    model = retiring(prepared=lambda model: model.levers.mandate.__setitem__(row(model, EU_CARS), 0.3))
    assert got(model)[0][NDPR] == 3000


def test_products_of_another_region_are_not_collected():
    model = retiring(prepared=lambda model: (put(model, EU_CARS, ageing=0.0), put(model, US_CARS, ageing=1.0, in_use=OLD[None], collectable=1.0)))
    assert firm(model, US_CARS).retired.tolist() == OLD.tolist() and firm(model, REMLOY).allotted.tolist() == [0, 0, 0]


def test_a_new_recycling_line_comes_with_collection_for_part_of_it():
    """Half of a new 2000 g a month is a tenth of the 10 kg that reach the end of their life; with the tenth it had a fifth."""
    model = abroad(scenario=still(collection=0.5))
    put(model, REMLOY, gathers=0.1, around=OLD, arriving=2000.0)
    firm(model, REMLOY).invest()
    assert firm(model, REMLOY).gathers == near(0.2) and firm(model, REMLOY).started == 0
    put(model, REMLOY, around=np.zeros(3))
    firm(model, REMLOY).invest()
    assert firm(model, REMLOY).gathers == near(0.2)


def test_output_from_used_products_is_their_part_of_the_feed():
    """Of 1000 g in the feed 400 come from used products; four fifths are worked up, nine tenths of it got out."""
    model = abroad(scenario=still())

    def set_feed():
        put(model, REMLOY, capacity=800.0, recovery=0.9, aged=[400.0, 0.0, 0.0], inputs={(SWARF, NDPR): 1000.0, (SWARF, DY): 0.0, (SWARF, 2): 0.0})

    month(model, produce=set_feed, recycle=lambda: put(model, EU_CARS, ageing=0.0))
    plant = firm(model, REMLOY)
    assert plant.made[0] == 720 and plant.reclaimed.tolist() == near([288.0, 0.0, 0.0]) and plant.aged[NDPR] - plant.allotted[NDPR] == near(80.0)


def claimed(scrap, room, loose, part=(0.5, 0.0, 0.0)):
    """Part of a maker's scrap that three recyclers get, of which the first had some in the base year and the others are new."""
    model = abroad(scenario=still())
    links = model.trade.links._replace(good=np.array([SWARF] * 3), seller=np.array([row(model, HANAU)] * 3), buyer=np.array([0, 1, 2]))
    model.finished[SWARF, NDPR, row(model, HANAU)] = scrap
    takers = Takers(rows=np.arange(3), part=np.array(part), loose=np.array(loose))
    return kernels.claim(SWARF, takers, links, model.trade.goods, np.concatenate([room, np.zeros(model.count - 3)])).tolist()


def test_new_lines_have_part_of_the_scrap_that_nobody_takes():
    """Two fifths of 1000 g may be had: the new lines share them by their room, and take no more than that."""
    assert claimed(1000.0, [0.0, 3000.0, 1000.0], [0.0, 0.4, 0.4]) == near([0.5, 0.3, 0.1])
    assert claimed(1000.0, [0.0, 150.0, 50.0], [0.0, 0.4, 0.4]) == near([0.5, 0.15, 0.05])
    assert claimed(1000.0, [0.0, 0.0, 0.0], [0.0, 0.4, 0.4]) == near([0.5, 0.0, 0.0])
    assert claimed(1000.0, [0.0, 900.0, 900.0], [0.0, 0.0, 0.0]) == near([0.5, 0.0, 0.0])
