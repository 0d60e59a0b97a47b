"""The ledger counts every gram: what the accounts hold must equal what was posted to them, as an equality."""

from typing import TYPE_CHECKING, NoReturn

import numpy as np

from model.errors import InputError
from model.names import month_name

if TYPE_CHECKING:
    from model.model import TradeModel

ACCOUNTS = ("ground", "inputs", "finished", "transit", "tailings", "slag", "scrap", "in_use", "end_of_life", "dissipated", "seized")
"""ground: what was dug, counted as entering; inputs, finished: stocks of firms; transit;
tailings, slag, scrap (not collected): losses; in_use: end products in use, those put into use before the start included where their lifetimes are known;
end_of_life: products that reached the end of their life, less what was collected of them and scrap that comes from outside the books, so that it may fall
below zero; dissipated: materials used up for good outside the chain; seized: what customs took from traders."""
COUNTABLE = 2.0**53
"""Grams: whole numbers below it are exact, and so is every sum of stocks that together stay below it."""


class LedgerError(RuntimeError):
    """The books do not close: names element, month and account."""


class Ledger:
    """Whole grams per element and account; `post` moves them, `close` compares with what is there."""

    def __init__(self, model: "TradeModel") -> None:
        self.model = model
        self.book = {account: np.zeros(model.chain.size[1]) for account in (*ACCOUNTS, *model.parts.accounts())}
        self.open()

    def open(self) -> None:
        """The balances at the start of the run."""
        for account, held in self.holdings().items():
            self.book[account] = held
        self.entered = sum(self.book.values())
        self.check_countable("at the start of the run")

    def holdings(self) -> dict[str, np.ndarray]:
        """What the stocks really hold, per element; accounts without a stock of their own hold what was posted."""
        trade, model = self.model.trade, self.model
        return {
            "inputs": per_element(model.inputs),
            "finished": per_element(model.finished),
            "in_use": per_element(model.in_use),
            "transit": per_element(trade.transit),
            **{account: part.holdings(model) for account, part in model.parts.accounts().items()},
        }

    def post(self, source: str, target: str, grams: np.ndarray | float, element: int | None = None) -> None:
        """Moves grams (element first; or of one element) from one account to another."""
        amount = np.add.reduce(grams, -1) if np.ndim(grams) > (element is None) else grams
        if element is None:
            self.book[source] -= amount
            self.book[target] += amount
        else:
            self.book[source][element] -= amount
            self.book[target][element] += amount

    def imbalance(self) -> dict[str, float]:
        """{element: grams} by which holdings and losses differ from what has entered; every value is exactly zero."""
        held = self.holdings()
        total = sum(held.values()) + sum(values for account, values in self.book.items() if account not in held and account != "ground")
        difference = total - (self.entered - self.book["ground"])
        return dict(zip(self.model.chain.elements, difference.tolist(), strict=True))

    def close(self) -> None:
        """Stops the run, naming element, month and account, unless every account holds what was posted to it."""
        self.check_countable(f"in {self.month}")
        for account, held in self.holdings().items():
            if held.tolist() != self.book[account].tolist():
                self.refuse(account, held, int(np.argmax(held != self.book[account])))
        for account in ("inputs", "finished"):
            if getattr(self.model, account).min() < 0.0:
                raise LedgerError(f"{self.month}: account {account}: a stock is negative{self.model.conduct.hint()}")

    def check_countable(self, when: str) -> None:
        """Refuses amounts too large to be counted to the gram."""
        total = float((self.entered - self.book["ground"] + np.abs(self.book["end_of_life"])).max())
        if not total < COUNTABLE:
            place, what = self.model.course.name, f"{total:.2g} g of an element are in the books {when}"
            raise InputError(f"{place}: {what}, more than can be counted to the gram; lower tonnages, growth or factors of shocks, or end it earlier")

    def refuse(self, account: str, held: np.ndarray, element: int) -> NoReturn:
        difference = held[element] - self.book[account][element]
        keeper = self.model.parts.accounts().get(account)
        hint = f"; {keeper.name} keeps it: post to the ledger what it takes and gives" if keeper else self.model.conduct.hint()
        raise LedgerError(f"{self.month}: account {account}: {self.model.chain.elements[element]} is off by {difference:+.0f} g{hint}")

    @property
    def month(self) -> str:
        return month_name(self.model.now)


def per_element(stock: np.ndarray) -> np.ndarray:
    """Whole grams of each element, summed over the first and the last axis; sums of whole numbers are exact in any order."""
    return np.einsum("aei->e", stock)
