"""What an instrument does follows from what it says, never from what it is called."""

import pickle

import numpy as np
import pytest
from worlds import CHINESE, EU_CARS, MAGNETS, OXIDE_USER, REFINER, STILL, chain_world, equal, levers_of, licence, oxide_world

from model import Scenario, Tariff, TradeModel
from model.checked import Frozen
from model.policies.doctrine import Scheduled


class Tightening(Scheduled):
    """Tightens one licence month by month under one name; it is asked although nothing is scheduled."""

    def decide(self, state, seen):
        rate = 1.0 - 0.1 * state.model.now
        return (licence(date="2024-01", name="tightening", approval_rate=rate),)


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


def drawn(*events, seed=5):
    """The capacities an office drew in its first month."""
    model = oxide_world(*events, seed=seed).run_until("2024-09")
    return capacities_of(model)


def capacities_of(model):
    """Shares of the reference flow that offices drew, in the order in which they did."""
    return [share for owner, share in model.levers.drawn.items() if owner[-1] == "capacity_share"]


OFFICE = {"date": "2024-08", "capacity_share": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), "regime": "EMBARGO"}
CHANGES = {
    "renamed": {"name": "the same office"},
    "dated anew": {"date": "2024-07"},
    "longer": {"until": "2030-01"},
    "annotated": {"note": "a remark", "source": "assumption"},
    "stricter": {"approval_rate": 0.2, "destination_factor": {"USA": 0.1}},
    "other goods of the class": {"goods": ["concentrate", "oxide_NdPr"]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_office_keeps_its_draw(change):
    assert drawn(licence(**OFFICE | CHANGES[change])) == drawn(licence(**OFFICE))


@pytest.mark.parametrize("change", [{"regime": "OCT_FULL", "goods": "concentrate"}, {"regime": None}, {"goods": ["oxide_NdPr", "magnet_high"], "regime": None}])
def test_another_office_has_a_draw_of_its_own(change):
    """Not in every run, but over some."""
    pairs = [(drawn(licence(**OFFICE), seed=seed)[0], drawn(licence(**OFFICE | change), seed=seed)[0]) for seed in range(1, 7)]
    assert len({one == other for one, other in pairs} - {True}) == 1


def test_saving_and_loading_changes_no_draw():
    scenario = Scenario.load("restrictions_resume")
    again = Scenario.from_toml(scenario.to_toml())
    late = scenario.model_copy(update={"events": tuple(event for event in scenario.events if event.date >= "2026-11")})
    drawn_in = []
    for each in (scenario, again, late):
        model = TradeModel(each, seed=3).run_until("2026-11")
        drawn_in.append({" ".join(map(str, owner)): share for owner, share in model.levers.drawn.items()})
    assert drawn_in[0] == drawn_in[1] and drawn_in[0].items() >= drawn_in[2].items()
    assert {"CHN ExportLicence CHN magnet OCT_FULL capacity_share", "CHN ExportLicence CHN OCT_FULL strictness USA"} <= set(drawn_in[2])


def test_two_offices_of_one_owner_share_their_luck_each_within_its_own_shares():
    first, second = (licence(**OFFICE | {"name": name, "capacity_share": shares, "date": date}) for name, date, shares in (
        ("first", "2024-08", (0.1, 0.2, 0.3)), ("second", "2024-09", (0.5, 0.6, 0.7))
    ))  # fmt: skip
    for seed in range(1, 7):
        model = oxide_world(first, second, seed=seed).run_until("2024-08")
        (one,) = capacities_of(model)
        model.step()
        assert capacities_of(model) == [pytest.approx(one + 0.4)]


def test_the_names_of_three_duties_change_no_bit():
    duties = [{"date": "2024-03", "importer": "USA", "origins": "CHN", "goods": "*", "rate": rate} for rate in (0.1, 0.2, 0.3)]
    models = [chain_world(*(Tariff(name=name, **duty) for name, duty in zip(names, duties, strict=True)), firms=CHINESE) for names in ("abc", "cba")]
    assert equal(*(model.run_until("2024-12") for model in models))
