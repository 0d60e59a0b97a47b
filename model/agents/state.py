"""State: a government that observes, decides and enacts instruments."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from model.agents.firm import Firm
from model.checked import SHORT
from model.columns import described
from model.errors import InputError
from model.moves import Move
from model.names import month_name
from model.policies.doctrines.affairs import Affairs
from model.policies.doctrines.player import Player
from model.policies.framework import spread
from model.policies.instrument import Instrument

if TYPE_CHECKING:
    from model.model import TradeModel

COLUMNS = frozenset(described(Firm))
"""What every firm has and no state."""
OWN = "own"
"""What made a state move whose doctrine does not say."""


class State(mesa.Agent):
    """A country's government. Its doctrine decides which instruments it uses; the instruments pull the levers."""

    model: "TradeModel"
    stage = None

    def __init__(self, model: "TradeModel", country: str, doctrine: Any) -> None:
        super().__init__(model)
        self.name = self.country = country
        self.doctrine = doctrine
        self.seen = None
        self.chosen: tuple[Instrument, ...] = ()
        self.rung = 0
        self.cause = ""

    @property
    def kind(self) -> str:
        return "State"

    def __getattr__(self, name: str) -> float:
        """What all firms have is NaN for a state, so that Mesa's agent reporters can ask every agent for it."""
        if name in COLUMNS:
            return np.nan
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    @property
    def guided(self) -> bool:
        """Whether its doctrine guides it yet; until then it follows its schedule."""
        return self.model.now >= self.doctrine.begins

    def observe(self) -> None:
        """Reads last month's published aggregates, as far as its doctrine asks for them."""
        self.seen = self.doctrine.observe(self) if self.guided else None

    def decide(self) -> None:
        """Chooses the instruments of this month."""
        self.chosen = self.doctrine.decide(self, self.seen) if self.guided else self.scheduled()

    def scheduled(self) -> tuple[Instrument, ...]:
        """What its dated events say."""
        return self.model.book.of(self.country, self.model.now)

    def moved(self) -> Move | None:
        """Its step to another rung this month, if it made one. A doctrine that keeps no rung stands on as many as it has instruments of its own."""
        own = tuple(each for each in self.chosen if each not in self.scheduled()) if self.doctrine.plays else ()
        rung = self.doctrine.choice if isinstance(self.doctrine, Player) else max(self.doctrine.choice, len(own))
        before, self.rung, self.cause = self.rung, rung, ""
        if rung == before:
            return None
        self.cause = self.doctrine.cause or OWN
        return Move(month_name(self.model.now), self.country, type(self.doctrine).__name__, before, rung, self.cause, tuple(each.name for each in own))

    def enact(self) -> None:
        """The instruments chosen will pull this month's levers."""
        self.model.levers.pulled.extend(spread(self.chosen))


class States:
    """Governments; each acts in turn, in the order of countries.csv. affairs: what stands between them; log: the moves of those that decide by themselves."""

    def __init__(self, model: "TradeModel", agents: list["State"]) -> None:
        self.model, self.agents = model, agents
        self.by_country = {agent.country: agent for agent in agents}
        self.acting: list[State] = []
        self.affairs = Affairs(model)
        self.log: list[Move] = []

    def do(self, behaviour: str) -> None:
        """Every state that has something to do acts: those with a doctrine of their own, and those in the statute book."""
        if behaviour == "observe":
            home = self.model.book.countries()
            self.acting = [agent for agent in self.agents if agent.country in home or agent.doctrine.plays]
        for agent in self.acting:
            self.let(agent, behaviour)
        if behaviour == "decide":
            self.log += filter(None, (agent.moved() for agent in self.acting))

    def choice(self, country: str) -> int:
        """The rung a state stood on last month, as published; 0 for one that only follows its schedule."""
        return self.by_country[country].rung

    def answer(self) -> int:
        """The highest rung of those who answer China, last month."""
        return max(self.answers().values(), default=0)

    def answers(self) -> dict[str, int]:
        """The rung on which each of those who answer China stood last month; a doctrine of a user's own counts as an answer where it is not China's."""
        return {agent.country: agent.rung for agent in self.agents if agent.guided and agent.doctrine.plays and agent.doctrine.aimed}

    def let(self, state: State, behaviour: str) -> None:
        """Lets a state act; what it decides and enacts must be instruments, and errors of a user's doctrine say whose they are."""
        pulled = self.model.levers.pulled
        before = len(pulled)
        try:
            getattr(state, behaviour)()
            state.chosen = instruments(state.chosen)
            instruments(pulled[before:])
        except InputError as error:
            raise InputError(f"{deed(state, behaviour)}: {error}") from error
        except Exception as error:
            error.add_note(f"in {deed(state, behaviour)}")
            raise


def deed(state: State, behaviour: str) -> str:
    """Who did what, and when: for errors."""
    return f"{type(state).__name__} {state.country}, doctrine {type(state.doctrine).__name__}: {behaviour}, {month_name(state.model.now)}"


def instruments(chosen: Any) -> tuple[Instrument, ...]:
    """What a state has come to, as a tuple of instruments; `InputError` if it is anything else."""
    several = isinstance(chosen, Iterable) and not isinstance(chosen, Instrument)
    found = tuple(chosen) if several else ()
    odd = [each for each in found if not isinstance(each, Instrument)] if several else [chosen]
    if odd:
        raise InputError(f"came to {SHORT.repr(odd[0])}; return a tuple of instruments, () for none")
    return found
