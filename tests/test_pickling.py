"""A run can be put away and taken up again, told twice alike, and luck belongs to its owner."""

import copy
import pickle

import pytest
from vocabulary import MAGNETS
from worlds import CHINESE, CONTROLLED, chain_world, equal, firm, oxide_world

from model import ExportLicence, Scenario, TradeModel

LICENCE = ExportLicence(date="2024-08", origin="CHN", goods=CONTROLLED, regime="APR_SLOW", capacity_share=(0.1, 0.2, 0.3))
LIVELY = Scenario.load("open_trade")


def again(model):
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("month", [None, "2024-01", "2024-10"])
def test_a_pickled_run_continues_to_the_same_bits(month):
    model = chain_world(LICENCE, firms=CHINESE, scenario=LIVELY)
    if month:
        model.run_until(month)
    kept = again(model)
    assert kept.month == month
    assert equal(kept.run_until("2025-12"), model.run_until("2025-12"))


def test_the_real_world_continues_to_the_same_bits_in_the_middle_of_the_crisis():
    model = TradeModel(Scenario.load("history")).run_until("2025-05")
    kept = again(model)
    assert kept.licensing.paper.standing.sum() > 0
    assert [each.name for each in kept.in_force()] == [each.name for each in model.in_force()]
    assert equal(kept.run(), model.run())


def test_one_past_two_futures():
    model = chain_world(firms=CHINESE, scenario=LIVELY).run_until("2024-07")
    other = again(model)
    other.impose(LICENCE.model_copy(update={"date": "2024-08"}))
    calm, tense = (each.run_until("2024-12").results() for each in (model, other))
    assert calm.sel(month=slice("2024-07")).identical(tense.sel(month=slice("2024-07")).assign_attrs(calm.attrs))
    assert float(tense.licence_queue.sum()) > 0 == float(calm.licence_queue.sum())


def test_a_copy_is_a_run_of_its_own():
    model = oxide_world(scenario=LIVELY).run_until("2024-06")
    copied = copy.deepcopy(model)
    before = model.inputs.copy()
    copied.run_until("2024-12")
    assert model.month == "2024-06" and (model.inputs == before).all()
    assert equal(model.run_until("2024-12"), copied)


def test_views_still_share_memory_after_a_pickle():
    model = again(oxide_world())
    maker = firm(model, "JL Mag")
    maker.on_shelf = 123.0
    assert (model.shelf[MAGNETS, maker.row] == 123.0).all() and model.shelf is model.columns[maker.does]["shelf"]


def test_same_seed_same_bits_another_seed_another_history():
    one, same, other = (chain_world(firms=CHINESE, scenario=LIVELY, seed=seed).run_until("2025-12") for seed in (7, 7, 8))
    assert equal(one, same)
    assert not one.results().need.identical(other.results().need)


def test_a_firm_that_stands_idle_changes_nobody_elses_history():
    alone = chain_world(LICENCE, firms=CHINESE, scenario=LIVELY).run_until("2025-12")
    more = chain_world(LICENCE, firms=CHINESE, scenario=LIVELY, more=("Weishan",)).run_until("2025-12")
    assert more.count == alone.count + 1
    assert equal(alone, more)
