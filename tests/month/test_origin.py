"""Origin: what comes mixes into what its buyer has and has under way, and what only passes through somebody's hands stays what it was."""

import numpy as np
import pytest
from hands import HANAU, near, row
from vocabulary import GOODS
from worlds import ABROAD, CHINESE, STILL, USERS, chain_links, found, relation

from model import TradeModel
from model.chain import HOLD

VERBS = ("note",)
METALS, GOOD = CHINESE[2], "metal_NdPr"
METAL = GOODS.index(GOOD)


@pytest.fixture
def origin_world():
    """A chain whose magnet maker in Germany buys half of its metal in China."""
    half = [(seller, HANAU if good == GOOD else buyer, good, tonnes / 2, contract) for seller, buyer, good, tonnes, contract in chain_links(CHINESE, ()) if good in ("concentrate", "oxide_NdPr", GOOD)]
    own = [(*link[:3], link[3] / 2 if link[2] in ("concentrate", "oxide_NdPr", GOOD) else link[3], link[4]) for link in chain_links(ABROAD, USERS)]
    return found((*own, *half), (), STILL, (), {})


def test_a_shipment_mixes_into_stock_and_what_is_under_way(origin_world):
    model = origin_world
    at, buyer, origin = relation(model, METALS, HANAU, GOOD), row(model, HANAU), model.provenance
    model.trade.flow[:], model.trade.pipe[:] = 0.0, 0.0
    model.trade.flow[at], model.trade.pipe[at] = 300.0, 200.0
    model.inputs[METAL, :, buyer] = 0.0
    model.inputs[METAL, model.trade.lead[METAL], buyer] = 500.0
    origin.held[METAL, buyer] = 0.2
    origin.note()
    assert origin.held[METAL, buyer] == near((700.0 * 0.2 + 300.0) / 1000.0)


def test_who_has_nothing_and_gets_nothing_holds_what_it_held(origin_world):
    model, buyer = origin_world, row(origin_world, HANAU)
    model.trade.flow[:], model.trade.pipe[:], model.inputs[:] = 0.0, 0.0, 0.0
    model.provenance.held[METAL, buyer] = 0.35
    model.provenance.note()
    assert model.provenance.held[METAL, buyer] == 0.35


def test_who_keeps_goods_sells_them_as_they_came():
    model = TradeModel("balanced", seed=1)
    keepers = np.flatnonzero(np.isin(model.trade.seller, np.arange(model.count)[model.rows[HOLD]]) & (model.abroad[model.trade.seller] > 0))
    assert keepers.size
    model.provenance.held[model.trade.good[keepers], model.trade.seller[keepers]] = 0.6
    assert (model.provenance.of(keepers) == 0.6).all()
