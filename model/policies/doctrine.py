"""Doctrine: how a state comes to its instruments. A scheduled state follows its dated events; each other way is a file in `doctrines/`, or one of your own."""

from typing import TYPE_CHECKING, Any

from model.policies.instrument import Instrument

if TYPE_CHECKING:
    from model.agents.state import State


class Doctrine:
    """What a state sees, and the instruments it comes to. Subclass it, override `decide` (and `observe`), and name the class in a scenario's [doctrines]."""

    plays = True
    """Whether it must be asked each month, even where nothing is scheduled."""
    begins = float("-inf")
    """Number of the first month in which it guides its state; before that the state follows its schedule."""
    choice = 0
    """Rung of its own ladder on which it stands; 0 is the calmest."""
    aimed = False
    """Whether what it does answers China."""
    cause = ""
    """What made it take its last decision (`model.moves.CAUSES`)."""

    def __init_subclass__(cls, plays: bool = True, **_: Any) -> None:
        cls.plays = plays

    def observe(self, state: "State") -> Any:
        """What it sees of the world, from last month's published aggregates; handed to `decide`."""

    def decide(self, state: "State", seen: Any) -> tuple[Instrument, ...]:
        """The instruments in force this month: those of its schedule."""
        return state.model.book.of(state.country, state.model.now)


class Scheduled(Doctrine, plays=False):
    """The state does what its dated events say."""


__all__ = ["Doctrine", "Scheduled"]
