"""How states think: one doctrine a file, by the name a scenario gives it in [doctrines]."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from model.errors import unknown
from model.names import CHINA
from model.policies.doctrine import Doctrine, Scheduled
from model.policies.doctrines import loading
from model.policies.doctrines.ladders import Ladder, ladder_of
from model.policies.doctrines.player import Player
from model.policies.doctrines.reactive import reactive as reactor
from model.policies.doctrines.stochastic import Stochastic
from model.policies.doctrines.strategic import strategic as strategist

if TYPE_CHECKING:
    from model.model import TradeModel

SCHEDULED = "scheduled"


PLAYERS: dict[str, Callable[[str, Ladder], Player]] = {"reactive": reactor, "stochastic": Stochastic, "strategic": strategist}
"""Ways of deciding by oneself, by name."""


def check(doctrine: str) -> str:
    """The name of a doctrine itself; `ValueError` says in a line what is wrong with it."""
    if loading.is_own(doctrine):
        loading.own(doctrine)
    elif doctrine not in (SCHEDULED, *PLAYERS):
        raise ValueError(f'{unknown("doctrine", doctrine, (SCHEDULED, *PLAYERS))} (or "my_module:MyDoctrine", "file.py:MyDoctrine")')
    return doctrine


def doctrine_of(model: "TradeModel", country: str, name: str, since: int) -> Doctrine:
    """A state's doctrine, which guides it from a month on."""
    if name == SCHEDULED:
        return Scheduled()
    found = loading.made(name) if loading.is_own(name) else PLAYERS[name](country, ladder_of(model, country))
    found.begins = since
    if loading.is_own(name):
        found.aimed = country != CHINA
    return found


__all__ = ["PLAYERS", "SCHEDULED", "check", "doctrine_of"]
