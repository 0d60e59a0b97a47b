"""Where goods come from: the share of their value that is of Chinese origin, in what firms hold and in what they sell (E8.6)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.chain import HOLD
from model.kernels.groups import Origin

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
        self.shares = Origin(held=self.held, sold=self.sold, keeps=self.keeps)
        for _ in model.chain.stages:
            self.mix(np.zeros(self.held.shape), trade.base_flow)

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Share of Chinese origin in the value of what is sold on some relations."""
        return kernels.origins(rows, self.model.trade.links, self.shares)

    def mix(self, stock: np.ndarray, flow: np.ndarray) -> None:
        """Shipments (relation,) mix into what their buyers had (good, firm); what is made of that holds as much of it as its inputs are worth. Leading grams."""
        model = self.model
        kernels.mix(model.trade.links, flow, stock, self.shares)
        prices = np.vstack([model.market.realised_in, model.market.china])
        kernels.pass_on_origin(model.finance.recipe, prices, model.finance.place, model.netback, model.expected, self.chinese, self.shares)

    def note(self) -> None:
        """What left this month is on its way to its buyers."""
        model, trade = self.model, self.model.trade
        under_way = kernels.sum_to(trade.pipe, trade.buyer_cell, np.zeros(trade.cells)).reshape(self.held.shape)
        self.mix(kernels.lead_stock(model.inputs, trade.lead) + under_way, trade.flow)
