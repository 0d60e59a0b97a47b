"""Cuts: what China asks abroad below export parity, and what that makes of the prices that go by it (E10.10, E15)."""

from typing import TYPE_CHECKING

import numpy as np

from model.policies.vocabulary import MOST_CUT

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.regions import Regions


class Cuts:
    """part (region, good): part of export parity that is asked in each region outside China, the mean of what it bought from there at the start."""

    def __init__(self, model: "TradeModel", regions: "Regions") -> None:
        self.model, trade, goods = model, model.trade, len(model.chain.goods)
        self.none, self.part, self.whole = True, np.ones((regions.count, goods)), np.ones(trade.size)
        self.rows = trade.export_rows[regions.place[trade.buyer[trade.export_rows]] >= 0]
        self.cell = regions.place[trade.buyer[self.rows]] * goods + trade.good[self.rows]
        self.weight = trade.base_flow[self.rows] + 1.0
        self.usual = np.maximum(np.bincount(self.cell, self.weight, self.part.size), 1.0)
        self.at = np.maximum(regions.place[trade.buyer], 0) * goods + trade.good
        """Place of each relation's buyer and good in `part`."""

    def asked(self) -> np.ndarray:
        """(region, good): the part of export parity asked this month."""
        cut = np.minimum(self.model.levers.cut[self.rows], MOST_CUT)
        self.none = not cut.any()
        self.part[:] = 1.0 if self.none else (1.0 - np.bincount(self.cell, self.weight * cut, self.part.size) / self.usual).reshape(self.part.shape)
        return self.part

    def of_offers(self, follow: np.ndarray) -> np.ndarray:
        """(relation,): the part of its price that each seller asks: in China what its state has it ask, and outside, where contracts follow China's quote (follow), what is asked in the region."""
        if self.none:
            return self.whole
        asked = np.where(follow, self.part.ravel()[self.at], 1.0)
        asked[self.rows] = 1.0 - np.minimum(self.model.levers.cut[self.rows], MOST_CUT)
        return asked
