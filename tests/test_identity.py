"""What an instrument does follows from what it says, never from what it is called."""

import pickle

import numpy as np
import pytest
from worlds import CHINESE, EU_CARS, MAGNETS, OXIDE_USER, REFINER, STILL, chain_world, equal, levers_of, licence, oxide_world

from model import Scenario, TradeModel
from model.checked import Frozen
from model.policies.doctrine import Scheduled


class Tightening(Scheduled):
    """Tightens one licence month by month under one name."""

    plays = True

    def decide(self, state, seen):
        rate = 1.0 - 0.1 * state.model.now
        return (licence(name="tightening", approval_rate=rate),)


def test_a_doctrine_may_change_terms_under_one_name():
    model = oxide_world()
    model.states.by_country["CHN"].doctrine = Tightening()
    rates = []
    for _ in range(5):
        model.step()
        rates.append(levers_of(model, OXIDE_USER, "oxide_NdPr", REFINER)[1])
    assert rates == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6])


def test_an_instrument_imposed_again_under_its_name_acts_as_it_now_says():
    model = oxide_world(licence(date="2024-01", approval_rate=0.9)).run_until("2024-02")
    model.impose(licence(date="2024-01", approval_rate=0.2))
    model.step()
    assert levers_of(model, OXIDE_USER, "oxide_NdPr", REFINER)[1] == 0.2


def test_one_name_for_two_goods_is_no_matter():
    model = chain_world(licence(date="2024-01", goods=MAGNETS, approval_rate=0.5), firms=CHINESE).run_until("2024-01")
    model.lift("office")
    model.impose(licence(date="2024-02", goods=["oxide_Dy"], approval_rate=0.1))
    model.step()
    assert levers_of(model, EU_CARS) == (0.0, 1.0)


def test_equal_instruments_have_equal_hashes():
    one, other = (licence(destination_factor={"USA": 0.5, "EU27": 0.9}, goods=list(MAGNETS)) for _ in range(2))
    assert one == other and hash(one) == hash(other)
    assert one != licence(destination_factor={"USA": 0.6, "EU27": 0.9}, goods=list(MAGNETS))
    assert hash(one.terms()[0]) == hash(other.terms()[0])


def test_a_scenarios_tables_are_frozen():
    scenario = Scenario.load("truce_holds").with_parameters({"belief_up": 0.3})
    for change in (lambda table: table.update(belief_up=0.1), lambda table: table.pop("belief_up"), lambda table: table.clear()):
        with pytest.raises(TypeError, match="frozen; make a changed copy"):
            change(scenario.parameters)
    with pytest.raises(TypeError, match="frozen"):
        scenario.parameters["belief_up"] = 1.0
    with pytest.raises(TypeError, match="frozen"):
        scenario.doctrines["CHN"] = "reactive"
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario and hash(again) == hash(scenario) and isinstance(again.parameters, Frozen)


def test_a_seed_may_come_from_numpy():
    models = [TradeModel(STILL, seed=seed).run_until("2024-02") for seed in (3, np.int64(3))]
    assert equal(*models)
