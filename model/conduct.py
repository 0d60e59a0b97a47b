"""Conduct: a firm that acts by a user's code is watched. What it wrote, posted and returned must be possible; what is not is told in one line."""

import inspect
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from model.agents.firm import Firm
from model.checked import SHORT
from model.columns import Column, numbers
from model.errors import InputError
from model.ledger import per_element
from model.names import month_name
from model.register import Register, allowed

FARTHEST = 500.0
"""Largest utility: it is a log-odds, and the odds must still be a number."""


class Deed(NamedTuple):
    """A firm carries out a behaviour in its own way, in the month of this index."""

    agent: Firm
    behaviour: str
    month: int

    def __str__(self) -> str:
        return f"{type(self.agent).__name__}.{self.behaviour}: {self.agent.name}, {month_name(self.month)}"


class Look(NamedTuple):
    """What can be seen of the model before or after a deed: arrays by column, every entry, and the ledger (account, element)."""

    arrays: list[int]
    values: np.ndarray
    posted: np.ndarray


class Conduct:
    """Watches the firms of one model that act by code of their own; costs nothing where there are none."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.acting: Deed | None = None
        self.last: Deed | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {name: item for name, item in self.__dict__.items() if name != "register"}

    @cached_property
    def register(self) -> Register:
        """All columns, from the first time a firm is watched on."""
        return Register(self.model)

    def act(self, agent: Firm, behaviour: str, *given: Any) -> np.ndarray | None:
        """Lets a firm carry out a behaviour by its own code and returns its answer; `InputError` where what it did cannot be.

        An error of that code keeps its kind and gets a note that names class, behaviour, firm and month.
        """
        deed = self.acting = self.last = Deed(agent, behaviour, self.model.now)
        before = self.look()
        try:
            answer = getattr(agent, behaviour)(*given)
        except InputError as error:
            raise InputError(f"{deed}: {error}") from error
        except Exception as error:
            error.add_note(f"in {deed}")
            raise
        finally:
            self.acting = None
        if behaviour == "appraise":
            answer = self.utilities(deed, answer, *given)
        else:
            nothing(deed, answer)
        self.check(deed, before, self.look())
        return answer

    def look(self) -> Look:
        """The model as it is now."""
        return Look(self.register.arrays(), self.register.values(), np.array(list(self.model.ledger.book.values())))

    def check(self, deed: Deed, before: Look, after: Look) -> None:
        """Compares before with after; `InputError` names the first thing that cannot be."""
        if before.arrays != after.arrays:
            place = self.register.replaced(before.arrays, after.arrays)
            raise InputError(f"{deed}: {place} is replaced, so part of the model would not see it; write into it, entry by entry")
        places = np.flatnonzero(before.values != after.values)
        self.check_entries(deed, before.values, after.values, places)
        self.check_output(deed, after.values, places)
        self.check_books(deed, before, after)

    def check_entries(self, deed: Deed, before: np.ndarray, after: np.ndarray, places: np.ndarray) -> None:
        """Every entry that has changed is a finite number within the bounds of its column; those of the firm itself come first."""
        wrong = places[self.register.impossible(after[places], places) & ~np.isnan(before[places])]
        if wrong.size:
            place = wrong[np.argmax(wrong % self.model.count == deed.agent.row)]
            column, entry, row = self.register.entry(place)
            raise InputError(f"{deed}: {entry}{self.whose(deed, row)} is {after[place]:.12g}; give {allowed(column)}")

    def check_output(self, deed: Deed, after: np.ndarray, places: np.ndarray) -> None:
        """Output is what `produce` has made this month: nothing else writes it, and it lies among the finished goods."""
        span = self.register.spans[Firm.output]
        written = places[(places >= span.start) & (places < span.stop)]
        if deed.behaviour == "produce":
            own = span.start + deed.agent.row + self.model.count * np.arange(len(self.model.chain.goods))
            self.check_made(deed, after, np.union1d(own, written))
        elif written.size:
            _, entry, row = self.register.entry(written[0])
            raise InputError(f"{deed}: {entry}{self.whose(deed, row)} is set to {after[written[0]]:.12g} g; leave it to produce, it is what was made this month")

    def check_made(self, deed: Deed, after: np.ndarray, places: np.ndarray) -> None:
        """No entry of `output` at these places exceeds the finished goods there (leading element)."""
        held = self.register.amounts(Firm.finished, after)[np.arange(len(self.model.chain.goods)), self.model.chain.lead].ravel()[places - self.register.spans[Firm.output].start]
        excess = np.flatnonzero(after[places] > held)
        if excess.size:
            made, there = after[places][excess[0]], held[excess[0]]
            _, entry, row = self.register.entry(places[excess[0]])
            raise InputError(f"{deed}: {entry}{self.whose(deed, row)} is {made:.12g} g, but only {there:.12g} g are finished; give what was made this month")

    def check_books(self, deed: Deed, before: Look, after: Look) -> None:
        """Stocks have changed by what was posted, to the gram."""
        posted = dict(zip(self.model.ledger.book, after.posted - before.posted, strict=True))
        for column in self.register.stocks:
            moved = per_element(self.register.amounts(column, after.values) - self.register.amounts(column, before.values))
            off = moved - posted[column.name]
            for element in np.flatnonzero(off != 0.0):
                what = f"{off[element]:+.12g} g of {self.model.chain.elements[element]}"
                raise InputError(f"{deed}: {column.name}: {what} are not in the books; call self.model.ledger.post for what is made, used or moved")

    def whose(self, deed: Deed, row: int) -> str:
        """Words for the firm of an entry, if it is not the one that acted."""
        return "" if row == deed.agent.row else f" of {self.model.firms.agents[row].name}"

    def utilities(self, deed: Deed, answer: Any, offer: Any) -> np.ndarray:
        """What `appraise` returned, if it is one utility for each offer."""
        count = len(offer.landed)
        given = numbers(answer)
        if given is None or given.shape != (count,):
            raise InputError(f"{deed}: returned {said(answer)}; return one utility for each of its {count} offers")
        wrong = np.flatnonzero(~(np.abs(given) <= FARTHEST))
        if wrong.size:
            relation, trade = self.model.trade.offers_to(deed.agent.row).start + wrong[0], self.model.trade
            offered = f"{self.model.chain.goods[trade.good[relation]]} of {self.model.firms.agents[trade.seller[relation]].name}"
            raise InputError(f"{deed}: the utility of {offered} is {given[wrong[0]]:.12g}; give a number from {-FARTHEST:g} to {FARTHEST:g}")
        return given

    def misfit(self, agent: Firm, column: Column, value: Any) -> InputError:
        """The error for what is no entry of a column; who is acting is named in `act`."""
        whose = "" if self.acting and self.acting.agent is agent else f" of {agent.name}"
        shape = f"one number or an array of shape {agent.columns[column.name].shape[:-1]}, " * bool(column.shape)
        return InputError(f"{column.name}{whose} is {said(value)}; give {shape}{allowed(column)}")

    def hint(self) -> str:
        """Words on whose own code acted last, for errors that are found later; none if no firm has any."""
        return f"; last to act by code of its own: {self.last}" if self.last else ""


def nothing(deed: Deed, answer: Any) -> None:
    """A behaviour returns nothing; anything else would be lost, and of a generator not one line has run."""
    if inspect.isgenerator(answer) or inspect.iscoroutine(answer):
        answer.close()
        raise InputError(f"{deed}: is a {type(answer).__name__}, of which nothing runs; write it without yield and async")
    if answer is not None:
        raise InputError(f"{deed}: returned {said(answer)}, which would be lost; return nothing and write columns, as in self.aim = ...")


def said(value: Any) -> str:
    """What was given, in a few words."""
    return f"an array of {value.dtype} of shape {value.shape}" if isinstance(value, np.ndarray) else SHORT.repr(value)
