"""Charges: what instruments for users cost a month, and whom: redesigns that states share, stocks that firms must hold."""

from typing import TYPE_CHECKING

import numpy as np

from model.rules.numerics import in_turn, ratio
from model.rules.ordering import carrying

if TYPE_CHECKING:
    from model.model import TradeModel


class Charges:
    """Bills of programmes and obligations, million USD; they go through `model.treasury`."""

    def __init__(self, model: "TradeModel") -> None:
        self.model, regions = model, model.market.regions
        self.place = regions.place % (regions.count + 1)

    def share_redesigns(self) -> None:
        """E4.5: of the cost of designs first made this month each programme pays its share, as far as its budget goes; users bear the rest."""
        model, levers = self.model, self.model.levers
        for programme in levers.redesigns:
            rows = programme.users(levers)
            due = programme.share_of_redesign * float(in_turn(model.redesign[rows]))
            if due > 0.0:
                model.redesign[rows] *= 1.0 - programme.share_of_redesign * model.treasury.pay(programme, due) / due

    def carry_stocks(self) -> None:
        """E3.3: what is held beyond usual cover because it must be costs those who hold it; of several obligations on a firm's good the first that asks for as much."""
        model, levers = self.model, self.model.levers
        if not levers.obligations:
            return
        prices = np.vstack([model.market.realised_in, model.market.china])
        worth = ratio(prices, model.measures.content_of_good)[self.place].T
        cost = carrying(model.held, model.obliged, model.cover, model.expected, worth, model.p.obligation_carrying)
        for obligation in levers.obligations:
            mine = np.zeros(cost.shape, bool)
            mine[obligation.cells(levers)] = True
            mine &= model.obliged == obligation.months
            for country in sorted(set(model.country_of[mine.any(axis=0)])):
                model.treasury.oblige(obligation, float(in_turn((cost * mine)[:, model.country_of == country].ravel())), str(country))
            cost[mine] = 0.0
