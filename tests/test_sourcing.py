"""How relations open: who samples whom, with whose capacity; and how projects come to produce."""

import numpy as np
import pytest
from vocabulary import SHIPPED
from worlds import firm

from model import Scenario, TradeModel
from model.names import CHINA
from model.trade import NONE, SAMPLED

LYNAS, CREG, KOREA = "LAMP Kuantan", "CREG domestic-quota separation", "Korean Metals Plant (Ochang)"

METAL, OXIDE_DY, OXIDE_NDPR = map(SHIPPED.chain.index, ("metal_NdPr", "oxide_Dy", "oxide_NdPr"))


@pytest.fixture
def world():
    """The real world after a month in which nothing happened."""
    model = TradeModel(Scenario.load("balanced"))
    model.step()
    return model


def row(model, seller, buyer, good):
    trade = model.trade
    return int(np.flatnonzero((trade.seller == firm(model, seller).row) & (trade.buyer == firm(model, buyer).row) & (trade.good == good))[0])


def spare_of(model):
    """By relation, whether its seller has goods to spare."""
    return model.trade.spare()[model.trade.good, model.trade.seller]


def test_a_full_seller_has_nothing_to_spare(world):
    seller, relation = firm(world, LYNAS).row, row(world, LYNAS, KOREA, OXIDE_NDPR)
    world.shelf[:, seller] = 0.0
    world.output[OXIDE_NDPR, seller] = 0.9 * world.capacity[seller]
    assert spare_of(world)[relation]
    world.output[OXIDE_NDPR, seller] = world.capacity[seller]
    assert not spare_of(world)[relation]
    world.shelf[OXIDE_NDPR, seller] = 2.0 * world.stockhold[OXIDE_NDPR, seller] * world.sales[OXIDE_NDPR, seller]
    assert spare_of(world)[relation]


def test_without_a_circuit_there_are_no_heavies_to_spare(world):
    trade, seller = world.trade, firm(world, LYNAS).row
    relation = np.flatnonzero((trade.seller == seller) & (trade.good == OXIDE_DY))
    world.circuit[:, seller] = 0.0
    assert not spare_of(world)[relation].any()
    world.circuit[:, seller] = 1e6
    assert spare_of(world)[relation].all()


def test_want_is_what_suppliers_leave_unfilled(world):
    trade = world.trade
    ordered = ~np.isin(np.arange(trade.cells) // world.count, SHIPPED.chain.scrap)  # scrap is not ordered
    assert trade.want().ravel()[ordered].max() < 1e-5
    cell = OXIDE_NDPR * world.count + firm(world, KOREA).row
    trade.fill[trade.buyer_cell == cell] = 0.25
    assert trade.want().ravel()[cell] == pytest.approx(0.75)
    ordered[cell] = False
    assert trade.want().ravel()[ordered].max() < 1e-5


@pytest.mark.parametrize(("short", "calm"), [(True, False), (False, True)])
def test_want_opens_china_and_fear_the_rest(short, calm):
    """A short but calm buyer turns to Chinese oxide; a frightened one that is served does not."""
    model = TradeModel(Scenario.load("balanced").model_copy(update={"parameters": Scenario.load("balanced").parameters | {"qualify_rate": 3.0}}))
    model.step()
    trade, buyer = model.trade, firm(model, KOREA).row
    mine = (trade.buyer == buyer) & (trade.good == OXIDE_NDPR)
    chinese = mine & (trade.outside == 0.0)
    trade.status[mine & (trade.share == 0.0)] = NONE
    trade.fill[mine] = 0.0 if short else 1.0
    model.belief[:] = 0.0 if calm else 1.0
    model.output[:], model.shelf[:] = 0.0, 0.0
    for _ in range(12):
        model.now += 1
        trade.sample()
    sampled = trade.status == SAMPLED
    qualified = trade.clock <= 0.0
    moved = sampled | (qualified & (trade.clock_months > 0) & (trade.share == 0.0) & (trade.status != NONE))
    assert moved[chinese].any() == short
    assert moved[mine & (trade.outside > 0.0)].any() == (not calm)


def test_makers_abroad_can_turn_to_chinese_oxide_and_metal(world):
    """All of them; nobody has qualified what was not traded in 2024."""
    trade, country = world.trade, world.country_of
    for process, good in (("metal", OXIDE_NDPR), ("magnet", METAL)):
        for buyer in range(world.rows[process].start, world.rows[process].stop):
            found = (trade.buyer == buyer) & (trade.good == good) & (country[trade.seller] == CHINA)
            assert country[buyer] == CHINA or found.sum() >= 5
            assert (trade.base_flow[found & (trade.status != NONE)] > 0.0).all()


def test_chinese_newcomers_have_one_newcomers_appeal(world):
    """At equal terms all Chinese makers of oxide together would win what one newcomer elsewhere wins."""
    trade = world.trade
    mine = (trade.buyer == firm(world, KOREA).row) & (trade.good == OXIDE_NDPR) & (trade.share == 0.0)
    odds = trade.weight * np.exp(trade.utility)
    chinese = odds[mine & (trade.outside == 0.0)].sum()
    assert chinese == pytest.approx(world.p.newcomer_appeal, rel=0.01)
    assert odds[mine & (trade.outside > 0.0)].max() == pytest.approx(world.p.newcomer_appeal, rel=0.01)


def test_mine_and_refinery_of_one_project_share_their_luck():
    together = []
    for seed in range(1, 16):
        model = TradeModel(Scenario.load("truce_holds"), seed=seed)
        due = [model.construction.due[:, firm(model, name).row] for name in ("Nolans", "Nolans refinery")]
        together.append([int(np.argmax(grams > 0.0)) for grams in due])
    assert all(mine == refinery for mine, refinery in together)
    assert {mine > 0 for mine, _ in together} == {True, False}


def test_a_new_refinery_starts_to_produce():
    """Without sales it has no record; orders set it going."""
    model = TradeModel(Scenario.load("restrictions_resume"), seed=1).run()
    made = model.output[OXIDE_NDPR]
    rows = {agent.name: agent.row for agent in model.firms.agents}
    for name in ("Nolans refinery", "Eneabba refinery"):
        assert made[rows[name]] > 0.2 * model.capacity[rows[name]] > 0.0


def test_a_new_recycling_line_collects_old_magnets():
    """MP-Apple had neither swarf nor old magnets in 2024; what its lines take in is the collection that came with them."""
    name = "MP-Apple recycling (Mountain Pass)"
    worlds = (TradeModel(Scenario.load("truce_holds"), seed=seed) for seed in range(1, 20))
    model = next(model for model in worlds if model.construction.due[:, firm(model, name).row].any()).run()
    plant = firm(model, name)
    assert plant.collected[0] == pytest.approx(model.p.collection * model.capacity[plant.row]) and plant.collected[0] > 0
    assert model.output[OXIDE_NDPR, plant.row] > 0.3 * model.capacity[plant.row]


def test_an_outage_takes_half_a_mine_but_never_half_of_bayan_obo(world):
    mines = world.rows["mine"]
    lost = world.exposure[mines] * world.capacity[mines] / world.capacity[mines].sum()
    assert lost.max() <= world.p.largest_outage * (1 + 1e-9)
    assert firm(world, "Bayan Obo").exposure < 0.1 and firm(world, "Mt Weld").exposure > 0.3


def test_oxide_that_others_do_not_deliver_is_needed_from_china_whatever_buyers_ask_for(world):
    """Buyers who have turned away from China without finding Dy elsewhere still need it: the border does not look open for that."""
    trade, before = world.trade, world.market.watch()
    turned = (trade.good == OXIDE_DY) & (trade.from_china > 0.0)
    trade.share[turned] = 0.0
    after = world.market.watch()
    assert after.imports[OXIDE_DY] == before.imports[OXIDE_DY] > 0.7 * after.use[OXIDE_DY]
    trade.flow[(trade.good == OXIDE_DY) & (trade.outside > 0.0)] *= 2.0
    assert world.market.watch().imports[OXIDE_DY] < before.imports[OXIDE_DY]
