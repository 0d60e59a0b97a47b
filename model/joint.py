"""Joint purchasing: members bid alike for spot goods, and go by each other's qualification (E6)."""

from typing import TYPE_CHECKING

import numpy as np

from model.kernels.orders import QUALIFIED
from model.rules.numerics import ratio
from model.rules.sourcing import as_members, members_clock, netback

if TYPE_CHECKING:
    from model.trade import Trade


def even_bids(trade: "Trade", purchases: list[np.ndarray], duty: np.ndarray) -> np.ndarray:
    """E6.3: premium paid at home by relation, and what makes members' bids for one seller's good alike: each bids the mean of theirs, by what they ask for."""
    premium = trade.premium
    for rows in purchases:
        cell, asked = trade.seller_cell[rows], trade.asked[rows]
        own = netback(trade.price[rows], duty[rows], trade.freight[rows], premium[rows])
        volume = np.bincount(cell, asked, trade.cells)[cell]
        mean = ratio(np.bincount(cell, asked * own, trade.cells)[cell], volume)
        differ = np.bincount(cell, (asked > 0.0) * 1.0, trade.cells)[cell] > 1.0
        bids = np.where(differ, as_members(premium[rows], own, mean), premium[rows])
        premium = premium.copy() if premium is trade.premium else premium
        premium[rows] = bids
    return premium


def clocks(trade: "Trade", purchases: list[np.ndarray]) -> np.ndarray:
    """E6.1: months each relation takes to qualify; fewer where another member has qualified the supplier for the good."""
    months = trade.clock_months
    for rows in purchases:
        cell = trade.seller_cell[rows]
        known = np.bincount(cell, (trade.status[rows] == QUALIFIED) * 1.0, trade.cells)[cell] > 0.0
        months = months.copy() if months is trade.clock_months else months
        months[rows] = np.minimum(months[rows], members_clock(trade.clock_months[rows], known, trade.model.p.joint_recognition))
    return months
