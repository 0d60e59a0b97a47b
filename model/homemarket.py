"""China's market for quoted goods: what prices there return to (E10.7), what traders and the reserve keep off it (E10.5), and what disturbs it (E10.8)."""

from typing import TYPE_CHECKING

import numpy as np

from model.chance import keys
from model.costcurves import CostCurves
from model.rules import pricing
from model.rules.numerics import exponential, logarithm, most, share_of

if TYPE_CHECKING:
    from model.model import TradeModel


class HomeMarket:
    """What moves prices in China beside stocks; arrays go by quoted good.

    expected: price expected, USD/kg; cost: marginal cost expected, over that at the start; trend: of the price, log/month; held_off: share of producers' stock kept off the market beyond what is usual; residual:
    log of what the price stands above the one that costs and stocks make; controlled: share of exports that needs a licence or is banned; left: share of the
    capacity behind the good that can be used.
    """

    def __init__(self, model: "TradeModel", goods: np.ndarray, start: np.ndarray, deviation: np.ndarray) -> None:
        self.model, self.goods, self.curves = model, goods, CostCurves(model, goods)
        self.start, self.expected, self.quoted = start, start.copy(), start.copy()
        self.deviation = model.p.price_volatility * deviation
        self.owner = keys(model.chain.price_class[good] for good in goods)
        self.trend, self.held_off, self.residual, self.controlled = np.zeros((4, goods.size))
        self.left, self.cost = np.ones((2, goods.size))
        trade = model.trade
        place = dict(zip(goods.tolist(), range(goods.size), strict=True))
        self.exports = np.array([row for row in trade.export_rows if trade.good[row] in place], np.int64)
        self.of = np.array([place[trade.good[row]] for row in self.exports], np.int64)
        self.usual = trade.base_flow[self.exports]
        self.sent = np.bincount(self.of, self.usual, goods.size)

    def supply(self, stock: np.ndarray) -> np.ndarray:
        """Producers' stock, leading grams, as far as it is for sale: E10.5, from what happened up to last month and what took effect in this one."""
        p = self.model.p
        cheapness = logarithm(self.expected / self.quoted)
        self.held_off = pricing.held_off(
            self.held_off, self.trend, cheapness, self.news(), p.trader_chase, p.reserve_response, p.news_response, p.held_off_speed, p.held_off_most
        )
        return stock * (1.0 - self.held_off)

    def news(self) -> np.ndarray:
        """How much tighter than last month exports are controlled (share of usual ones), and how much less of the capacity behind a good works; costs are read beside."""
        controlled = share_of(np.bincount(self.of, self.usual * self.model.levers.controlled[self.exports], self.goods.size), self.sent)
        cost, left = self.curves.read()
        self.cost = pricing.adapted(self.cost, cost, self.model.p.price_memory)
        news = most(controlled - self.controlled, 0.0) + most(self.left - left, 0.0)
        self.controlled, self.left = controlled, left
        return news

    def anchor(self) -> np.ndarray:
        """E10.7: prices that those in China return to where stocks are what is wanted, USD/kg."""
        p = self.model.p
        return pricing.home_anchor(self.start, self.cost, p.cost_response, self.expected, p.expectation_weight)

    def calm(self, price: np.ndarray) -> np.ndarray:
        """Prices without what disturbs them."""
        return price / exponential(self.residual)

    def disturb(self, calm: np.ndarray) -> np.ndarray:
        """E10.8: prices as quoted this month; luck belongs to the price class."""
        luck = self.model.chance.normal("price", self.model.now, self.owner)
        self.residual = pricing.disturbed(self.residual, luck, self.deviation, self.model.p.price_persistence)
        return calm * exponential(self.residual)

    def note(self, price: np.ndarray) -> None:
        """What is learnt from the prices of the month: their trend, and what is expected of them."""
        p = self.model.p
        self.trend = pricing.trend_of(self.trend, price, self.quoted, p.momentum_memory)
        self.expected = pricing.adapted(self.expected, price, p.price_memory)
        self.quoted = price


__all__ = ["HomeMarket"]
