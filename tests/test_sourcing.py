"""How relations open: who samples whom, with whose capacity; and how projects come to produce."""

import numpy as np
import pytest
from vocabulary import SHIPPED
from worlds import firm

from model import Scenario, TradeModel
from model.names import CHINA
from model.trade import NONE, SAMPLED

LYNAS, CREG, KOREA = "LAMP Kuantan", "CREG domestic-quota separation", "Korean Metals Plant (Ochang)"

METAL, OXIDE_DY, OXIDE_NDPR, MAGNET = map(SHIPPED.chain.index, ("metal_NdPr", "oxide_Dy", "oxide_NdPr", "magnet_high"))


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


def odds(model):
    """Weight of each offer in its buyer's choice; those of incumbents are their shares at the start."""
    return model.trade.weight * np.exp(model.trade.utility)


def test_incumbents_keep_the_shares_of_the_base_year_at_the_prices_of_the_start(world):
    trade = world.trade
    sold = trade.base_flow > 0.0
    assert odds(world)[sold] == pytest.approx(trade.share[sold], rel=2e-3, abs=1e-9)


def mean_constant(trade, rows):
    """Of those who sold in the base year, by tonnes."""
    sold = rows & (trade.base_flow > 0.0)
    return np.average(np.log(trade.weight[sold]), weights=trade.base_flow[sold])


def test_a_newcomer_has_the_mean_constant_of_its_bloc_and_has_to_win_by_price(world):
    """Two new makers of magnets: the one whose bloc sold magnets in the base year has the mean of its constants; that it is dearer shows in its odds."""
    trade, bloc = world.trade, world.facts.entities["bloc"].to_numpy()[world.trade.seller]
    mine = (trade.good == MAGNET) & (trade.outside > 0.0)
    ours = mine & (bloc == "ALLIED")
    mean = mean_constant(trade, ours)
    fresh = ours & (trade.share <= 0.0)
    assert fresh.sum() > 100 and np.log(trade.weight[fresh]) == pytest.approx(mean, rel=1e-9)
    new = fresh & (world.base_capacity[trade.seller] == 0.0)
    old = ours & (trade.base_flow > 0.0)
    assert np.median(trade.landed[new]) > 1.1 * np.median(trade.landed[old])


def test_where_no_one_of_its_bloc_sold_a_newcomer_is_like_all_outside_china(world):
    trade, bloc = world.trade, world.facts.entities["bloc"].to_numpy()[world.trade.seller]
    mine = (trade.good == OXIDE_DY) & (trade.outside > 0.0)
    assert not (mine & (bloc == "HEDGE") & (trade.base_flow > 0.0)).any()
    mean = mean_constant(trade, mine)
    fresh = mine & (bloc == "HEDGE") & (trade.share <= 0.0)
    assert fresh.any() and np.log(trade.weight[fresh]) == pytest.approx(mean, rel=1e-9)


def test_chinese_newcomers_to_a_buyer_have_one_constant_together(world):
    trade, bloc = world.trade, world.facts.entities["bloc"].to_numpy()[world.trade.seller]
    mine = (trade.good == OXIDE_NDPR) & (bloc == "CHN")
    mean = mean_constant(trade, mine)
    fresh = mine & (trade.buyer == firm(world, KOREA).row) & (trade.share == 0.0)
    assert np.log(trade.weight[fresh].sum()) == pytest.approx(mean, rel=1e-9)


def made_abroad(cost_sensitivity, first, last):
    """Magnets made outside China in some months of a truce, t a year."""
    course = Scenario.load("truce_holds").with_parameters({"cost_sensitivity": cost_sensitivity})
    results = TradeModel(course, seed=1).run_until(last).results()
    return float(results.outside_output.sel(stage="magnet", month=slice(first, last)).mean())


def test_the_more_buyers_mind_costs_the_less_is_made_where_it_is_dearer():
    """Under a truce magnets from China are cheaper than those of new plants elsewhere."""
    made = [made_abroad(mind, "2029-01", "2029-12") for mind in (1.0, 2.8, 5.0)]
    assert made[0] > 1.02 * made[1] > 1.02**2 * made[2]


def test_mine_and_refinery_of_one_project_share_their_luck():
    """Of one under construction (Eneabba) both come, in one month, or neither does; of one that is not decided on (Nolans) both are as patient, and late by as much."""
    together, luck = [], []
    for seed in range(1, 9):
        model = TradeModel(Scenario.load("truce_holds"), seed=seed)
        due = [model.construction.due[:, firm(model, name).row] for name in ("Eneabba stockpile", "Eneabba refinery")]
        together.append([int(np.argmax(grams > 0.0)) for grams in due])
        projects, rows = model.construction.projects, [firm(model, name).row for name in ("Nolans", "Nolans refinery")]
        mine, refinery = (projects.row.tolist().index(row) for row in rows)
        for at in (mine, refinery):
            projects.decide(at)
        luck.append([(projects.patience[at], projects.nerve[at], projects.slip[at], projects.opens[at]) for at in (mine, refinery)])
    assert all(mine == refinery for mine, refinery in together) and all(mine == refinery for mine, refinery in luck)
    assert {mine > 0 for mine, _ in together} == {True, False} and len({mine for mine, _ in luck}) == 8


def test_a_new_refinery_starts_to_produce():
    """Without sales it has no record; orders set it going. Where money decides nothing: no creditor shuts it."""
    model = TradeModel(Scenario.load("restrictions_resume").with_parameters({"finance": 0.0}), seed=1).run()
    made = model.output[OXIDE_NDPR]
    rows = {agent.name: agent.row for agent in model.firms.agents}
    for name in ("Nolans refinery", "Eneabba refinery"):
        assert made[rows[name]] > 0.1 * model.capacity[rows[name]] > 0.0


def test_a_new_recycling_line_collects_old_magnets():
    """MP-Apple had neither swarf nor old magnets in 2024; what its lines take in is what they came with collection for, and what makers of its bloc leave over."""
    name = "MP-Apple recycling (Mountain Pass)"
    worlds = (TradeModel(Scenario.load("truce_holds"), seed=seed) for seed in range(1, 20))
    model = next(model for model in worlds if model.construction.due[:, firm(model, name).row].any()).run()
    plant = firm(model, name)
    assert 0.5 * model.p.collection * model.capacity[plant.row] < plant.allotted[0] < model.capacity[plant.row]
    assert 0.3 * model.capacity[plant.row] < model.output[OXIDE_NDPR, plant.row] and plant.reclaimed[0] < model.output[OXIDE_NDPR, plant.row]


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
    assert (after.imports[:, OXIDE_DY] == before.imports[:, OXIDE_DY]).all() and after.imports[:, OXIDE_DY].sum() > 0.7 * after.use[:, OXIDE_DY].sum()
    trade.flow[(trade.good == OXIDE_DY) & (trade.outside > 0.0)] *= 2.0
    assert world.market.watch().imports[:, OXIDE_DY].sum() < before.imports[:, OXIDE_DY].sum()
