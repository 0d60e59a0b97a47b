"""Customs: what stands between a sale abroad and its shipment: quotas (E8). Licences and bans are minded before goods are made (`model.licensing`)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.kernels.groups import Limits

if TYPE_CHECKING:
    from model.model import TradeModel


class Customs:
    """The border: what exceeds a quota goes back to its seller."""

    def __init__(self, model: "TradeModel") -> None:
        self.model = model

    def clear(self) -> None:
        """All quotas on a relation count what leaves on it."""
        trade, levers = self.model.trade, self.model.levers
        if levers.limited.size:
            quotas = Limits(covers=levers.under_quota, capacity=np.array(levers.quotas, float))
            kernels.restrict(levers.limited, trade.links, trade.goods, quotas)
