"""Loans of states to companies: promised, drawn when something is built, repaid with interest (E12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.policies.loan import Loan
from model.quantities import HUNDRED
from model.rules.finance import annuity
from model.rules.numerics import least, most, ratio
from model.start.recipes import MONTHS

if TYPE_CHECKING:
    from model.model import TradeModel


@dataclass
class Promise:
    """What a state has promised a company and not yet paid out, million USD; whether that stands."""

    loan: Loan
    purse: int
    left: float
    stands: bool = True


@dataclass
class Tranche:
    """What a company has drawn of a loan and still owes, million USD; repaid from a month on in so many payments."""

    loan: Loan
    purse: int
    owed: float
    begins: int
    payments: int

    @property
    def rate(self) -> float:
        """Interest, 1/year."""
        return self.loan.rate_pct / HUNDRED


class Lending:
    """What states lend. promised: the part of `committed` that is theirs; owed: the part of `debt` that is; both by firm, of its whole company, million USD."""

    def __init__(self, model: "TradeModel", purse: np.ndarray) -> None:
        self.model, self.purse = model, purse
        self.promises: dict[tuple[str, str, int], Promise] = {}
        self.tranches: list[Tranche] = []
        self.promised, self.owed = np.zeros(purse.size), np.zeros(purse.size)

    def promise(self, loans: Iterable[Loan]) -> None:
        """Loans in force stand; each is promised once, whatever it is called."""
        standing = set()
        for loan in loans:
            purses = np.unique(self.purse[loan.receivers(self.model.levers)]).tolist()
            for purse in purses:
                owner = (*loan.identity, purse)
                self.promises.setdefault(owner, Promise(loan, purse, loan.usd_million / len(purses)))
                standing.add(owner)
        for owner, each in self.promises.items():
            each.stands = owner in standing
        self.refresh()

    def refresh(self) -> None:
        """Funds promised to companies hold what stands of loans, as far as the accounts they are paid from go."""
        if not self.promises:
            return
        found = np.zeros(self.purse.size)
        for each in self.promises.values():
            if each.stands:
                found[self.purse == each.purse] += min(each.left, self.model.treasury.left(each.loan))
        self.model.committed[:] = np.maximum(self.model.committed - self.promised, 0.0) + found
        self.promised = found

    def worth(self, rows: np.ndarray, million: np.ndarray) -> np.ndarray:
        """What loans are worth to projects of some firms that cost so much, per unit of capital: what is repaid of them in a year less than to creditors, as a share of that."""
        found, asked = np.zeros(rows.size), self.model.finance.interest[rows]
        for each in self.promises.values():
            years = each.loan.years
            spared = most(1.0 - annuity(each.loan.rate_pct / HUNDRED, years) / annuity(asked, years), 0.0)
            found = found + least(ratio(each.left * each.stands, million), 1.0) * spared * (self.purse[rows] == each.purse)
        return found

    def draw(self, purse: int, million: float, begins: int) -> float:
        """A company builds for so much by a month: what states lend it, the cheapest loan first, million USD."""
        drawn = 0.0
        for each in sorted((each for each in self.promises.values() if each.purse == purse and each.stands), key=lambda each: (each.loan.rate_pct, each.loan.order)):
            paid = self.model.treasury.pay(each.loan, min(each.left, million - drawn)) if each.left > 0.0 and million > drawn else 0.0
            if paid > 0.0:
                each.left -= paid
                drawn += paid
                self.tranches.append(Tranche(each.loan, purse, paid, begins, round(each.loan.years * MONTHS)))
        self.owed[self.purse == purse] += drawn
        return drawn

    def serve(self, held: np.ndarray | float) -> None:
        """A month: what is due is paid to states; on what is not yet built interest is added. Companies whose creditors hold them shut pay nothing."""
        model = self.model
        for each in self.tranches:
            mine = self.purse == each.purse
            if np.any(np.broadcast_to(held, mine.shape)[mine]):
                continue
            interest = each.owed * each.rate / MONTHS
            paid = each.owed * float(annuity(each.rate, each.payments / MONTHS)) if model.now >= each.begins else 0.0
            self.change(each, interest - paid)
            if paid > 0.0:
                model.cash[mine] -= paid
                model.treasury.take_in(each.loan, paid)
                each.payments -= 1
        self.tranches = [each for each in self.tranches if each.payments > 0 and each.owed > 0.0]

    def spare(self, purse: int, million: float) -> None:
        """Of what a company does not build after all so much goes back to states, from loans of which nothing is due yet, the last first."""
        for each in sorted((each for each in self.tranches if each.purse == purse and each.begins > self.model.now), key=lambda each: -each.begins):
            back = min(each.owed, million)
            self.change(each, -back)
            self.model.treasury.take_in(each.loan, back)
            million -= back

    def cut(self, purse: int, part: float) -> None:
        """Creditors leave so much of what a company owed, states among them."""
        for each in self.tranches:
            if each.purse == purse:
                self.change(each, -each.owed * (1.0 - part), of_debt=False)

    def change(self, tranche: Tranche, million: float, of_debt: bool = True) -> None:
        """What is owed grows or shrinks, and with it the debt of the company."""
        mine = self.purse == tranche.purse
        tranche.owed += million
        self.owed[mine] = np.maximum(self.owed[mine] + million, 0.0)
        if of_debt:
            self.model.debt[mine] = np.maximum(self.model.debt[mine] + million, 0.0)


__all__ = ["Lending"]
