"""Parts: what users add to a model without touching it, such as a stockpile, a trader, a shock of their own.

A part is a class with methods named after the phases of the month (`TradeModel.schedule`), such as `after_arrive(self, model)` or
`before_consume(self, model)`; with goods of its own it has an `account` in the ledger, whose `holdings` must be what was posted to it; what it wants
recorded it lists in `results` and gives in `line`.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from model.checked import SHORT
from model.errors import InputError, nearest
from model.names import month_name
from model.schedule import SCHEDULE

if TYPE_CHECKING:
    from model.model import TradeModel

PHASES = tuple(phase["phase"] for phase in SCHEDULE)
WHEN = ("before", "after")


class Part:
    """A part that does nothing yet: subclass it."""

    account: ClassVar[str | None] = None
    """Name of its account in the ledger, if it holds goods."""
    results: ClassVar[Mapping[str, tuple[tuple[str, ...], str, str]]] = {}
    """What it records: {name: (dimensions, unit, meaning)}; dimensions are those of `TradeModel.results`, without the month."""

    @property
    def name(self) -> str:
        """How errors call it."""
        return type(self).__name__

    def found(self, model: "TradeModel") -> None:
        """Called once, when the model stands and before its books are opened."""

    def holdings(self, model: "TradeModel") -> np.ndarray:
        """Whole grams it holds, by element."""
        return np.zeros(len(model.chain.elements))

    def line(self, model: "TradeModel") -> Mapping[str, Any]:
        """What it records of the month that ends, by the names of `results`."""
        return {}


class Parts:
    """The parts of one model, each a copy of its own; they act before or after a phase in the order in which they were given."""

    def __init__(self, model: "TradeModel", given: Iterable[Any]) -> None:
        self.model = model
        self.members: tuple[Part, ...] = tuple(made(part) for part in listed(given))
        self.hooks: dict[tuple[str, str], list[Part]] = {}
        for part in self.members:
            for when, phase in hooks_of(part):
                self.hooks.setdefault((when, phase), []).append(part)
        accounts = [part.account for part in self.members if part.account]
        for account in accounts:
            if accounts.count(account) > 1:
                raise InputError(f"parts: two of them keep an account called {account!r}; give each a name of its own")

    def found(self) -> None:
        """Lets each part set itself up."""
        for part in self.members:
            self.let(part, part.found, "found")

    def act(self, when: str, phase: str) -> None:
        """Lets the parts act that have something to do before or after a phase."""
        for part in self.hooks.get((when, phase), ()):
            self.let(part, getattr(part, f"{when}_{phase}"), f"{when}_{phase}")

    def let(self, part: Part, method: Any, name: str) -> None:
        """One act of a part; an error says whose it is."""
        try:
            method(self.model)
        except InputError as error:
            raise InputError(f"{part.name}.{name}, {month_name(self.model.now)}: {error}") from error
        except Exception as error:
            error.add_note(f"in {part.name}.{name}, {month_name(self.model.now)}")
            raise

    def accounts(self) -> dict[str, Part]:
        """The parts that hold goods, by their account."""
        return {part.account: part for part in self.members if part.account}

    def recorded(self) -> dict[str, tuple[tuple[str, ...], str, str]]:
        """What all of them record."""
        return {name: said for part in self.members for name, said in part.results.items()}

    def lines(self) -> dict[str, Any]:
        """What they record of the month that ends."""
        return {name: value for part in self.members for name, value in part.line(self.model).items()}


def listed(given: Any) -> tuple[Any, ...]:
    """The parts given, as a tuple."""
    if isinstance(given, Part | type) or not isinstance(given, Iterable):
        raise InputError(f"parts: {SHORT.repr(given)} is no list of parts; write [{SHORT.repr(given)}]")
    return tuple(given)


def made(part: Any) -> Part:
    """A part of this model's own: a copy of the one given, or one of the class given."""
    if isinstance(part, type) and issubclass(part, Part):
        return part()
    if not isinstance(part, Part):
        raise InputError(f"parts: {SHORT.repr(part)} is no part; subclass model.parts.Part")
    return copy.deepcopy(part)


def hooks_of(part: Part) -> list[tuple[str, str]]:
    """When a part acts; a method that is named almost like a phase is refused, as it would never be called."""
    found = []
    for name in dir(part):
        when, _, phase = name.partition("_")
        if when in WHEN and phase:
            if phase not in PHASES:
                guess = nearest(phase, PHASES)
                raise InputError(f"parts: {part.name}.{name}: no phase is called {phase!r}; " + (f"did you mean {when}_{guess}?" if guess else f"the phases are {', '.join(PHASES)}"))
            found.append((when, phase))
    return found
