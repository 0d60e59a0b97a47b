"""The treasury: what states pay for their instruments and take in by them, and what they oblige others to spend."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from model.names import REGIONS, month_name
from model.policies.instrument import INSTRUMENTS, Instrument

if TYPE_CHECKING:
    from model.model import TradeModel

UNASKED = "support"
"""What states bear of the capital of projects and lines without any instrument of the book (E11.2)."""
COST, INCOME, OBLIGED = BOOKS = ("cost", "income", "obliged")
"""What states pay, what they take in, and what they oblige others to spend."""


def kinds() -> list[str]:
    """What money is told by: the kinds of instruments that move any, and what states bear unasked."""
    return [UNASKED, *(name for name, kind in INSTRUMENTS.items() if kind.money)]


class Entry(NamedTuple):
    """Whose money in a book: what kind of entry, the country, the instrument's kind and name, and the account it is paid from."""

    book: str
    payer: str
    kind: str
    name: str
    account: str


class Treasury:
    """Accounts of states, million USD. An instrument with a budget is paid from its account until that is spent; then it stops.

    month: what was paid, taken in and laid on others this month, (book, payer, kind): payers are the regions of `names.REGIONS`.
    """

    def __init__(self, model: "TradeModel") -> None:
        self.model, self.kinds = model, kinds()
        self.region = {str(country): REGIONS.index(group) for country, group in model.facts.countries.import_group.items()}
        self.place = {kind: at for at, kind in enumerate(self.kinds)}
        self.month = np.zeros((len(BOOKS), len(REGIONS), len(self.kinds)))
        self.entries: dict[Entry, float] = {}
        self.spent: dict[str, float] = {}
        self.closed: dict[str, int] = {}
        """Month in which the budget of an account was spent."""

    def turn_page(self) -> None:
        """A new month."""
        self.month.fill(0.0)

    def settle(self) -> None:
        """Instruments in force make states and firms pay and take in what they do for this month."""
        for each in self.model.levers.acting:
            if each.money:
                each.settle(self.model)

    def pay(self, instrument: Instrument, million: float, payer: str | None = None, owed: bool = False) -> float:
        """Pays so much for an instrument, as far as its budget goes; returns what was paid. payer: another country than the one that acts; owed: it is paid even beyond the budget."""
        account, left = instrument.account, self.left(instrument)
        paid = max(million, 0.0) if owed else min(max(million, 0.0), left)
        self.spent[account] = self.spent.get(account, 0.0) + paid
        if instrument.budget_usd_million is not None and million >= left:
            self.closed.setdefault(account, self.model.now)
        self.enter(COST, payer or str(instrument.actor), instrument, paid)
        return paid

    def take_in(self, instrument: Instrument, million: float, payer: str | None = None) -> None:
        """A state takes in so much by an instrument: duties, repayments, its part of a price above a floor."""
        self.enter(INCOME, payer or str(instrument.actor), instrument, million)

    def oblige(self, instrument: Instrument, million: float, place: str) -> None:
        """An instrument makes others in a country spend so much."""
        self.enter(OBLIGED, place, instrument, million)

    def bear(self, by_region: np.ndarray) -> None:
        """States of each region (of `names.REGIONS`) pay so much without any instrument of the book."""
        self.month[BOOKS.index(COST), :, self.place[UNASKED]] += by_region

    def enter(self, book: str, payer: str, instrument: Instrument, million: float) -> None:
        """One entry of the month."""
        kind = next((each.__name__ for each in type(instrument).__mro__ if each.__name__ in self.place), UNASKED)  # a user's own kind of duty is told as a duty
        self.month[BOOKS.index(book), self.region[payer], self.place[kind]] += million
        entry = Entry(book, payer, kind, instrument.name, instrument.account)
        self.entries[entry] = self.entries.get(entry, 0.0) + million

    def left(self, instrument: Instrument) -> float:
        """What is left of an instrument's budget; infinite where it has none."""
        budget = instrument.budget_usd_million
        return float("inf") if budget is None else max(budget - self.spent.get(instrument.account, 0.0), 0.0)

    def solvent(self, instruments: Iterable[Instrument]) -> list[Instrument]:
        """Those of some instruments that have money left, or go on without."""
        return [each for each in instruments if each.budget_usd_million is None or not each.halts or self.left(each) > 0.0]

    def frame(self) -> pd.DataFrame:
        """One row for each book, payer and instrument: million USD so far, its account, and the month in which the budget of that was spent, if it was."""
        rows = [(*entry, million, month_name(self.closed[entry.account]) if entry.account in self.closed else "") for entry, million in self.entries.items()]
        return pd.DataFrame(rows, columns=[*Entry._fields, "million", "spent_in"])
