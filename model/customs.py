"""Customs: what stands between a sale abroad and its shipment: licence queues, quotas and bans (E8)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.kernels.groups import Limits

if TYPE_CHECKING:
    from model.model import TradeModel


class Customs:
    """The border. Goods waiting for a licence are in bond and belong to the seller; what is refused goes back."""

    def __init__(self, model: "TradeModel") -> None:
        self.model = model
        self.bound = (0.0, 0.0)

    def clear(self) -> None:
        """The controlled share of each export waits by age; approvals leave, denials and lapses return."""
        model, trade, levers = self.model, self.model.trade, self.model.levers
        offices = Limits(covers=levers.under_office, capacity=np.array(levers.offices, float))
        trade.licensed = kernels.under_licence(levers.controlled, trade.filled, trade.queued)
        passed, self.bound = kernels.clear(trade.licensed, trade.links, trade.goods, levers.terms, offices, model.p.licence_lapse)
        model.ledger.post("finished", "bonded", passed.entered)
        model.ledger.post("bonded", "finished", passed.back + passed.left)
        self.stop()

    def stop(self) -> None:
        """Bans and quotas."""
        trade, levers = self.model.trade, self.model.levers
        if levers.stopped.size:
            quotas = Limits(covers=levers.under_quota, capacity=np.array(levers.quotas, float))
            kernels.restrict(levers.stopped, trade.links, trade.goods, levers.banned, quotas)
