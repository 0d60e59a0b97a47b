"""A sound behaviour of a user's own runs unharmed, only what is overridden is watched, and the shipped model keeps to the bounds it sets users."""

import pickle
import sys
import types

import numpy as np
import pytest
from worlds import CHINESE, CONTROLLED, EU_CARS, MAKER, chain_world, equal, firm

from model import ExportLicence, Scenario, TradeModel, parameters
from model.agents import FIRMS, OEM, MagnetMaker
from model.columns import LARGEST, Group, View, described
from model.conduct import Conduct
from model.overrides import BEHAVIOURS
from model.register import Register

LICENCE = ExportLicence(date="2024-08", origin="CHN", goods=CONTROLLED, regime="APR_SLOW")
TENSE = {"firms": CHINESE, "scenario": Scenario.load("open_trade")}


class CautiousOEM(OEM):
    """Doubles its cover as soon as it fears restrictions (the README's example)."""

    def order(self):
        usual = self.cover
        self.cover = usual * (2.0 if self.belief > 0.2 else 1.0)
        super().order()
        self.cover = usual


class Thorough(MagnetMaker):
    """Carries out everything as its kind does, each in a method of its own, with plain numbers for a grade and for all."""

    def believe(self):
        super().believe()
        self.belief = float(self.belief)

    def appraise(self, offer):
        return list(super().appraise(offer))

    def plan(self):
        super().plan()
        self.planned = list(self.planned)

    def order(self):
        super().order()
        self.ordered = tuple(self.ordered)

    def produce(self):
        super().produce()

    def thrift(self):
        super().thrift()

    def expand(self):
        super().expand()

    def invest(self):
        super().invest()
        self.started = 0


def unwatched(self, agent, behaviour, *given):
    return getattr(agent, behaviour)(*given)


@pytest.mark.parametrize("agentwise", [False, True], ids=["cohorts", "agentwise"])
@pytest.mark.parametrize("name, kind", [(EU_CARS, CautiousOEM), (MAKER, Thorough)])
def test_a_sound_class_gives_the_bits_it_gives_unwatched(name, kind, agentwise, monkeypatch):
    def build():
        return chain_world(LICENCE, **TENSE, cast={name: kind}, agentwise=agentwise)

    watched = build().run_until("2025-12")
    assert watched.conduct.last is not None
    monkeypatch.setattr(Conduct, "act", unwatched)
    assert equal(watched, build().run_until("2025-12"))


def test_only_what_is_overridden_is_watched(monkeypatch):
    seen, watch = [], Conduct.act
    monkeypatch.setattr(Conduct, "act", lambda self, agent, behaviour, *given: seen.append((agent.name, behaviour)) or watch(self, agent, behaviour, *given))
    for agentwise in (False, True):
        plain = chain_world(firms=CHINESE, agentwise=agentwise)
        plain.step()
        assert seen == [] and "register" not in vars(plain.conduct)
        chain_world(firms=CHINESE, cast={EU_CARS: CautiousOEM}, agentwise=agentwise).step()
        assert seen == [(EU_CARS, "order")]
        seen.clear()


def test_behaviours_are_what_the_month_asks_of_firms(monkeypatch):
    asked, let = set(), Group.let
    monkeypatch.setattr(Group, "let", lambda self, actor, behaviour, *given: asked.add(behaviour) or let(self, actor, behaviour, *given))
    chain_world(firms=CHINESE, agentwise=True).step()
    assert asked == BEHAVIOURS


class Builder(MagnetMaker):
    """Overrides not a behaviour but what helps with one."""

    def weigh(self, cost):
        return 1e6


@pytest.mark.parametrize("agentwise", [False, True], ids=["cohorts", "agentwise"])
def test_what_helps_with_a_behaviour_can_be_overridden_too(agentwise):
    model = chain_world(firms=CHINESE, cast={MAKER: Builder}, agentwise=agentwise)
    model.step()
    assert firm(model, MAKER).started == 1e6


def test_a_watched_run_pickles_and_goes_on_to_the_same_bits(monkeypatch):
    monkeypatch.setitem(sys.modules, __name__, types.SimpleNamespace(CautiousOEM=CautiousOEM))
    model = chain_world(LICENCE, **TENSE, cast={EU_CARS: CautiousOEM}).run_until("2024-11")
    kept = pickle.loads(pickle.dumps(model))
    assert kept.conduct.model is kept and kept.conduct.last.agent is firm(kept, EU_CARS)
    assert equal(kept.run_until("2025-06"), model.run_until("2025-06"))


def out_of_bounds(model, months):
    """Entries that left their bounds, by column and phase."""
    register, found = Register(model), set()
    everywhere = np.arange(register.low.size)
    for _ in range(months):
        for phase in model.schedule:
            for call in phase["calls"]:
                call(model)
            wrong = everywhere[register.impossible(register.values(), everywhere)]
            found |= {(phase["phase"], register.entry(place)[1]) for place in wrong}
    return found


def test_the_shipped_model_never_leaves_its_bounds_under_restrictions():
    model = TradeModel(Scenario.load("restrictions_resume"))
    assert out_of_bounds(model, 36) == set() and model.licensing.paper.standing.sum() > 0


@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_nor_at_the_ends_of_its_parameters(end):
    extreme = Scenario.load("open_trade").with_parameters({name: getattr(each, end) for name, each in parameters.load().items()})
    assert out_of_bounds(chain_world(LICENCE, firms=CHINESE, scenario=extreme), 36) == set()


def test_every_column_says_what_it_may_be():
    free = {name for kind in FIRMS for name, column in described(kind).items() if not isinstance(column, View) and column.low == -LARGEST}
    assert free == {"temper", "noise", "forgone", "bill", "outlook_margin", "cash", "income", "earning", "margin", "pays", "counted_on", "credit", "guarantee"}
    assert {column.name for column in described(OEM).values() if column.whole} == {"inputs", "finished", "in_use"}
