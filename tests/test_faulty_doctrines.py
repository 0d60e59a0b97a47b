"""A doctrine or a state of a user's own that comes to no instruments is named: state, doctrine, month, and what it came to."""

import pytest
from worlds import OXIDE_USER, REFINER, oxide_world, relation

from model import ExportBan, InputError
from model.agents.state import State
from model.policies.doctrine import Scheduled


def doctrine(decide):
    """A doctrine of a user's own, as `decide` has it."""
    return type("Hawk", (Scheduled,), {"plays": True, "decide": decide})()


BAN = ExportBan(date="2024-01", origin="CHN", goods=["oxide_NdPr"])
ODD_STATES = {
    "nothing": (lambda self, state, seen: None, "came to None; return a tuple of instruments, () for none"),
    "a number": (lambda self, state, seen: 3, "came to 3; return a tuple of instruments"),
    "words": (lambda self, state, seen: ["ban"], "came to 'ban'; return a tuple of instruments"),
    "an instrument alone": (lambda self, state, seen: BAN, "came to ExportBan("),
    "an instrument that cannot be": (lambda self, state, seen: ExportBan(date="soon", origin="CHN", goods=["oxide_NdPr"]), "ExportBan"),
}


@pytest.mark.parametrize("decide, words", ODD_STATES.values(), ids=ODD_STATES)
def test_a_doctrine_that_comes_to_no_instruments_is_named(decide, words):
    model = oxide_world()
    model.states.by_country["CHN"].doctrine = doctrine(decide)
    with pytest.raises(InputError) as refused:
        model.step()
    assert str(refused.value).startswith("State CHN, doctrine Hawk: decide, 2024-01: ") and words in str(refused.value)


def test_a_doctrine_that_raises_is_named_in_a_note():
    model = oxide_world()
    model.states.by_country["CHN"].doctrine = doctrine(lambda self, state, seen: 1 / 0)
    with pytest.raises(ZeroDivisionError) as raised:
        model.step()
    assert raised.value.__notes__ == ["in State CHN, doctrine Hawk: decide, 2024-01"]


def test_a_state_that_enacts_no_instruments_is_named():
    model = oxide_world()
    state = model.states.by_country["CHN"]
    state.__class__ = type("Usurper", (State,), {"enact": lambda self: self.model.levers.pulled.append("ban")})
    state.doctrine = doctrine(lambda self, state, seen: ())
    with pytest.raises(InputError, match=r"^Usurper CHN, doctrine Hawk: enact, 2024-01: came to 'ban'; return"):
        model.step()


def test_a_sound_doctrine_acts_whatever_it_puts_its_instruments_in():
    def sold(*chosen):
        model = oxide_world()
        for each in chosen:
            model.states.by_country["CHN"].doctrine = doctrine(lambda self, state, seen, each=each: each)
        model.step()
        return float(model.trade.flow[relation(model, REFINER, OXIDE_USER, "oxide_NdPr")])

    assert sold() > 0.0 == sold((BAN,)) == sold([BAN]) == sold(iter([BAN]))
