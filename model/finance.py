"""Finance: whose purse a plant lives on, what states guarantee, and what investors ask; firms decide what they do about it (E12, E14)."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.world import World


class Finance:
    """Purses of companies. The columns `cash`, `debt` and `committed` of each plant are those of the whole company it belongs to, million USD."""

    def __init__(self, model: "TradeModel", world: "World") -> None:
        self.model = model
        self.purse = np.arange(model.count)
        """Number of the purse each firm lives on."""

    def spend(self, row: int, million: float) -> None:
        """The company of a firm decides on a project that costs so much (million USD): funds promised pay first, of the rest a share is paid from cash, what is left is debt."""
        model = self.model
        mine = self.purse == self.purse[row]
        drawn = min(float(model.committed[row]), million)
        own = model.p.equity_share * (million - drawn)
        model.committed[mine] -= drawn
        model.cash[mine] -= own
        model.debt[mine] += million - drawn - own
