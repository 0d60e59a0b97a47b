"""Customs: what stands between a sale abroad and its shipment: licence queues, quotas and bans (E8)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels

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
        entered, back, left = np.zeros((3, model.chain.size[1]))
        capacity = np.array(levers.offices) if levers.offices else np.zeros(0)
        trade.licensed = kernels.under_licence(levers.controlled, trade.filled, trade.queued)
        self.bound = kernels.clear(
            trade.licensed, trade.queue, trade.taken, model.finished, levers.controlled, levers.least_months, levers.approval,
            levers.denial, levers.under_office, capacity, model.p.licence_lapse, trade.good, trade.seller, trade.lead,
            trade.released, entered, back, left,
        )  # fmt: skip
        model.ledger.post("finished", "bonded", entered)
        model.ledger.post("bonded", "finished", back + left)
        self.stop()

    def stop(self) -> None:
        """Bans and quotas."""
        model, trade, levers = self.model, self.model.trade, self.model.levers
        left = np.array(levers.quotas) if levers.quotas else np.zeros(0)
        kernels.restrict(trade.released, levers.banned, levers.under_quota, left, model.finished, trade.good, trade.seller, trade.lead, np.zeros(model.chain.size[1]))
