"""2024 stands still when nothing grows, nothing happens by chance and nobody intervenes; open licences are no licences."""

import numpy as np
import pytest
from hands import still
from vocabulary import GOODS, SHIPPED, WORLD
from worlds import ABROAD, CHINESE, chain_world, oxide_world

from model import ExportLicence, Scenario, TradeModel

MONTHS = 120
STILL = Scenario.load("balanced")
GOODS_OF_CHINA = tuple(good for number, good in enumerate(SHIPPED.chain.goods) if number not in SHIPPED.chain.scrap)


def state(model):
    """Every stock, flow and price of a run, by name; grams, or USD/kg by good."""
    trade, market = model.trade, model.market
    return {
        "inputs": model.inputs.copy(), "finished": model.finished.copy(), "transit": np.roll(trade.transit, -model.now, axis=0),
        "flow": trade.flow.copy(), "orders": trade.orders.copy(), "output": model.output.copy(), "expected": model.expected.copy(),
        "china": market.china.copy(), "asked": market.asked.copy(), "realised": market.realised.copy(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def decade():
    """The chain of magnets in 2024, a month and ten years on: state before, state after, the model. Stocks that are run down do not stand still: they are not in it."""
    model = TradeModel(STILL, world=WORLD)
    model.step()
    before = state(model)
    for _ in range(MONTHS):
        model.step()
    return before, state(model), model


ROUNDED = {"flow": 10, "orders": 10, "output": 10, "expected": 10, "transit": 10, "inputs": 240, "finished": 2400}
"""Grams by which whole grams may move a flow of one relation or firm, and a stock in ten years (two grams a month; of what separators keep, whose products share one feed, twenty)."""


@pytest.mark.parametrize("name", ROUNDED)
def test_ten_years_move_no_amount_by_five_millionths(decade, name):
    before, after = decade[0][name], decade[1][name]
    assert (np.abs(after - before) <= 5e-6 * before + ROUNDED[name]).all()


@pytest.mark.parametrize("market", ["china", "asked", "realised"])
@pytest.mark.parametrize("good", range(len(GOODS)), ids=GOODS)
def test_ten_years_move_no_price_by_two_millionths(decade, market, good):
    drift = abs(decade[1][market][good] / decade[0][market][good] - 1)
    assert drift < (1e-5 if GOODS[good] == "oxide_Tb" else 2e-6)  # grams of Tb are few: rounding shows sooner


@pytest.mark.parametrize("name", ["flow", "orders", "expected"])
def test_the_world_as_a_whole_stands_still(decade, name):
    before, after, model = decade
    totals = [np.bincount(model.trade.good, part[name], len(GOODS)) if name != "expected" else part[name].sum(axis=1) for part in (before, after)]
    assert totals[1] == pytest.approx(totals[0], rel=2e-6)


def test_capacity_and_belief_stay_as_they_were(decade):
    model = decade[2]
    assert (model.capacity == model.base_capacity).all() and (model.underway == 0).all()
    assert (model.belief == model.p.belief_background).all()


def test_nobody_loses_anything_in_a_balanced_world(decade):
    results = decade[2].results()
    assert float(results.output_loss.sum()) == 0
    assert float(results.unmet_demand.sum() / results.need.sum()) < 1e-6


@pytest.mark.parametrize("build", [oxide_world, lambda: chain_world(firms=ABROAD, scenario=still(heavy_thrift_speed=0.0)), lambda: chain_world(firms=CHINESE)], ids=["oxide", "abroad", "China"])
def test_tiny_worlds_start_in_balance(build):
    """Abroad the only seller of heavies keeps them a fifth dearer than at the start, the edge of what makers put up with: they are not to mind."""
    model = build()
    model.step()
    first = model.trade.flow.copy()
    model.run_until("2033-12")
    assert model.trade.flow == pytest.approx(first, abs=10, rel=1e-5)  # whole grams: of a few hundred kilograms


def test_open_licences_are_no_licences():
    """A licence that everyone gets at once changes no flow and no price. (After history: with one in it a course is not without controls, and more projects are known to be decided on.)"""
    free = Scenario.load("open_trade")
    offices = free.with_events([*free.events, ExportLicence(date="2026-07", origin="CHN", goods=GOODS_OF_CHINA, controlled_share=0.0, announced_openness=1.0)])
    plain, licensed = (TradeModel(scenario).run_until("2028-12").results() for scenario in (free, offices))
    for name in plain.data_vars:
        assert plain[name].identical(licensed[name]), name
    assert float(licensed.licence_queue.sum()) == 0


def test_the_open_regime_is_open_trade():
    """The regime OPEN of regimes.csv leaves every flow as it is."""
    free = Scenario.load("open_trade")
    regime = free.with_events([*free.events, ExportLicence(date="2024-03", origin="CHN", regime="OPEN")])
    plain, licensed = (TradeModel(scenario).run_until("2026-12").results() for scenario in (free, regime))
    assert plain.china_exports.identical(licensed.china_exports)
    assert plain.price.identical(licensed.price) and plain.orders.identical(licensed.orders)
