"""Licensing: what buyers apply for, what offices grant, and the permits that orders call off against (E8)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.kernels import groups
from model.names import LONGEST_WAIT

if TYPE_CHECKING:
    from model.model import TradeModel

AGES = LONGEST_WAIT + 1
"""Ages of applications by months waited; the last one is absorbing (E8.1)."""


class Licensing:
    """Applications and permits by relation, leading grams. A permit is a right to ship, not an order; goods never wait at the border."""

    def __init__(self, model: "TradeModel") -> None:
        self.model, n = model, model.trade.size
        self.paper = groups.Paper(book=np.zeros((n, AGES)), standing=np.zeros(n), permit=np.zeros(n), granted=np.zeros(n))
        self.whole = np.zeros(n)
        self.rows = np.zeros(0, np.int64)
        self.offices = groups.Offices(np.zeros((0, n), bool), model.trade.at, np.zeros(0), np.zeros((0, 0)), np.zeros(0))

    @property
    def bound(self) -> tuple[int, int]:
        """How many offices were asked for more than they could grant this month, of how many that had something to decide."""
        asked = self.offices.asked
        return int((asked > self.model.levers.capacities).sum()), int((asked > 0.0).sum())

    def grant(self) -> None:
        """A month passes for all paper; offices decide on what has waited long enough."""
        levers, paper = self.model.levers, self.paper
        self.rows = kernels.on_paper(levers.controlled, paper)
        kernels.turn(self.rows, paper, levers.controlled, self.model.p.licence_lapse)
        self.offices = groups.Offices(levers.under_office, self.model.trade.at, levers.capacities.copy(), levers.places.copy(), np.zeros(len(levers.capacities)))
        if self.rows.size:
            kernels.decide(self.rows, False, paper, levers.terms, self.offices)

    def take(self, first: int, last: int) -> None:
        """What was ordered on the relations from first to last is applied for, granted at once where nothing has to wait, and called off as far as permits go."""
        model, levers, trade = self.model, self.model.levers, self.model.trade
        rows = self.rows[np.searchsorted(self.rows, first) : np.searchsorted(self.rows, last)]
        if rows.size:
            kernels.file(rows, trade.book, self.paper, levers.terms, groups.Filing(model.p.filing_horizon))
            if levers.least_months[rows].min() == 0:
                kernels.decide(rows, True, self.paper, levers.terms, self.offices)
        kernels.call_off(first, last, trade.links, trade.book, self.paper, self.called())

    def spend(self) -> None:
        """What left the country has used up its permits."""
        if self.rows.size:
            kernels.spend(self.rows, self.model.trade.flow, self.paper, self.called())

    def called(self) -> groups.Called:
        """How orders are called off this month."""
        return groups.Called(whole=self.whole, controlled=self.model.levers.controlled, open=self.model.levers.open, demanded=self.model.demanded)
