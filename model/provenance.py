"""Where goods come from: the share of their value that is of Chinese origin, in what firms hold and in what they sell (E8.6)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.chain import HOLD
from model.rules.numerics import choose, in_turn, least, share_of
from model.rules.sourcing import mixed

if TYPE_CHECKING:
    from model.model import TradeModel


class Provenance:
    """Shares of value of Chinese origin: held (good, firm): of what each firm has in stock or under way of what it buys; sold (firm,): of what it makes, all its goods alike. Who only keeps goods sells them as they came.

    At the start both are what the purchases of the base year make them, through all stages; then each shipment mixes into what its buyer has. What a firm buys of nobody has none: used products count as made where they are collected.
    """

    def __init__(self, model: "TradeModel") -> None:
        self.model, trade = model, model.trade
        self.chinese = 1.0 - model.abroad
        self.held, self.sold = np.zeros(model.expected.shape), self.chinese.copy()
        self.keeps = np.zeros(model.count, bool)
        self.keeps[model.rows[HOLD]] = model.abroad[model.rows[HOLD]] > 0.0
        self.every = np.arange(trade.size)
        for _ in model.chain.stages:
            self.mix(np.zeros(self.held.shape), trade.base_flow)

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Share of Chinese origin in the value of what is sold on some relations."""
        seller, good = self.model.trade.seller[rows], self.model.trade.good[rows]
        return np.where(self.keeps[seller], self.held[good, seller], self.sold[seller])

    def mix(self, stock: np.ndarray, flow: np.ndarray) -> None:
        """E8.6: shipments (relation,) mix into what their buyers had (good, firm); what is made of that holds as much of it as its inputs are worth. Leading grams."""
        trade = self.model.trade
        came, chinese = np.zeros(stock.size), np.zeros(stock.size)
        kernels.sum_to(flow, trade.buyer_cell, came)
        kernels.sum_to(flow * self.of(self.every), trade.buyer_cell, chinese)
        self.held = mixed(self.held, stock, came.reshape(stock.shape), chinese.reshape(stock.shape))
        self.sold = np.maximum(self.made(), self.chinese)

    def note(self) -> None:
        """What left this month is on its way to its buyers."""
        model, trade = self.model, self.model.trade
        under_way = np.zeros(self.held.size)
        kernels.sum_to(trade.pipe, trade.buyer_cell, under_way)
        self.mix(kernels.lead_stock(model.inputs, trade.lead) + under_way.reshape(self.held.shape), trade.flow)

    def made(self) -> np.ndarray:
        """(firm,): share of the value of a kg of what each firm makes that its inputs of Chinese origin cost; parts count the products in them and nothing else."""
        model = self.model
        prices = np.vstack([model.market.realised_in, model.market.china])[model.finance.place].T
        cost = model.finance.recipe.bill * prices
        by_value = share_of(in_turn((cost * self.held).T), np.maximum(model.netback, in_turn(cost.T)))
        by_use = share_of(in_turn((model.expected * self.held).T), in_turn(model.expected.T))
        return least(choose(in_turn(cost.T), by_value, by_use), 1.0)
