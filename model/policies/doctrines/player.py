"""Players: states that move on a ladder and put in force what their rung means."""

from typing import TYPE_CHECKING, Any, NamedTuple

from model.policies.doctrine import Doctrine
from model.policies.doctrines.ladders import Ladder
from model.policies.instrument import Instrument

if TYPE_CHECKING:
    from model.agents.state import State


class Decision(NamedTuple):
    """A rung, and what made the state take it (`model.moves.CAUSES`)."""

    rung: int
    cause: str


class Player(Doctrine, plays=True):
    """A state that stands on a rung of its ladder. `moved`: month of its last move."""

    def __init__(self, country: str, ladder: Ladder) -> None:
        self.country, self.ladder, self.aimed = country, ladder, ladder.aimed
        self.choice, self.cause, self.moved = 0, "", 0

    def weigh(self, state: "State", seen: Any) -> Decision | None:
        """The rung it takes and why; None where this is no moment to decide."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it decides")

    def decide(self, state: "State", seen: Any) -> tuple[Instrument, ...]:
        """Scheduled instruments, and those of its rung."""
        decision = self.weigh(state, seen)
        if decision is not None:
            self.take(decision, state.model.now)
        return (*super().decide(state, seen), *self.ladder.instruments(state.model, self.choice, self.moved))

    def take(self, decision: Decision, now: int) -> None:
        """Stands on a rung from this month on."""
        if decision.rung != self.choice:
            self.moved = now
        self.choice, self.cause = decision.rung, decision.cause


__all__ = ["Decision", "Player"]
