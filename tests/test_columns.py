"""Columns and cohorts: `self` is one firm or all of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from model.columns import Cohort, Column, Columns, Group, View, described

TRADE = SimpleNamespace(goods=(), elements=("screws", "nuts", "bolts"), secondary=(), by_name={"trade": SimpleNamespace(first=0)})
"""A chain with one process, and three elements."""


class Shop:
    """A firm small enough to see through."""

    stock = Column("g", "stock", 10.0)
    parts = Column("g", "parts by kind", shape=("element",))
    screws = View("g", "the first kind of parts", of="parts", part=lambda process: process.first)

    def __init__(self, model, row):
        self.model, self.row, self.role = model, row, Shop
        self.does, self.process = "trade", TRADE.by_name["trade"]

    @property
    def columns(self):
        return self.model.columns["trade"]

    def sell(self):
        self.stock = self.stock - 1.0
        self.screws = self.screws + 2.0
        self.model.log.append(type(self).__name__)


class CornerShop(Shop):
    def sell(self):
        self.stock = 0.0
        self.model.log.append("CornerShop")


class Street:
    """A model of some shops; it is its own watchman and notes whom it watches."""

    agentwise, p = False, None

    def __init__(self, *kinds):
        self.columns, self.log, self.conduct = Columns({"trade": Shop}, TRADE, len(kinds)), [], self
        self.shops = Group(self, [kind(self, row) for row, kind in enumerate(kinds)])

    def shuffled(self, agents):
        return agents[::-1]

    def act(self, shop, behaviour):
        self.log.append("watched")
        getattr(shop, behaviour)()


def test_a_column_knows_its_unit_meaning_and_start():
    assert list(described(Shop)) == ["stock", "parts", "screws"]
    assert (Shop.stock.unit, Shop.stock.meaning) == ("g", "stock")
    street = Street(Shop, Shop)
    assert street.columns["trade"]["stock"].tolist() == [10, 10] and street.columns["trade"]["parts"].shape == (3, 2)


def test_an_agent_reads_and_writes_its_own_row():
    street = Street(Shop, Shop, Shop)
    shop = street.shops.agents[1]
    shop.stock, shop.parts = 7.0, [1.0, 2.0, 3.0]
    assert street.columns["trade"]["stock"].tolist() == [10, 7, 10]
    assert shop.parts.tolist() == [1, 2, 3] and shop.screws == 1


def test_what_an_agent_has_read_does_not_change_under_its_hands():
    shop = Street(Shop).shops.agents[0]
    stock, parts = shop.stock, shop.parts
    shop.stock, shop.parts = 1.0, [5.0, 5.0, 5.0]
    assert stock == 10.0 and parts.tolist() == [0, 0, 0]


def test_a_view_is_part_of_its_column():
    street = Street(Shop, Shop)
    street.shops.agents[0].screws = 4.0
    assert street.columns["trade"]["parts"].tolist() == [[4, 0], [0, 0], [0, 0]]


def test_a_cohort_reads_its_rows_and_cannot_change_them_by_accident():
    street = Street(Shop, Shop, Shop)
    cohort = Cohort(street.shops.agents[1], slice(1, 3))
    assert cohort.stock.tolist() == [10, 10]
    with pytest.raises(ValueError, match="read-only"):
        cohort.stock += 1.0
    cohort.stock = np.array([1.0, 2.0])
    assert street.columns["trade"]["stock"].tolist() == [10, 1, 2] and cohort.stock.tolist() == [1, 2]


def test_shops_that_share_a_behaviour_act_as_one():
    street = Street(Shop, Shop, Shop)
    street.shops.do("sell")
    assert street.log == ["Cohort"]
    assert street.columns["trade"]["stock"].tolist() == [9, 9, 9] and street.columns["trade"]["parts"][0].tolist() == [2, 2, 2]


def test_a_shop_with_its_own_way_acts_alone_between_two_cohorts():
    street = Street(Shop, Shop, CornerShop, Shop)
    street.shops.do("sell")
    assert street.log == ["Cohort", "watched", "CornerShop", "Cohort"]
    assert street.columns["trade"]["stock"].tolist() == [9, 9, 0, 9]


def test_a_gap_in_the_rows_parts_a_cohort():
    street = Street(Shop, Shop, Shop)
    Group(street, [street.shops.agents[0], street.shops.agents[2]]).do("sell")
    assert street.columns["trade"]["stock"].tolist() == [9, 10, 9]


def test_agentwise_everyone_acts_alone_in_another_order():
    street = Street(Shop, CornerShop)
    street.agentwise = True
    street.shops.do("sell")
    assert street.log == ["watched", "CornerShop", "Shop"]
    assert street.columns["trade"]["stock"].tolist() == [9, 0]
