"""Who is served first: one seller's stock of one good among its orders, tier by tier (E6.3)."""

import numpy as np
from numba import njit

from model.kernels.groups import Bids, Spot, Standing
from model.rules import in_kernels, numerics
from model.rules.sourcing import spot_weight as weight_rule

portion, spot_weight = in_kernels(numerics.portion), in_kernels(weight_rule)

OPEN = 2
"""The rank from which orders are open (relations.OPEN); those before it are served whole: rated defence, then customers at home by law."""


@njit(cache=True)
def serve(available: float, rows: np.ndarray, standing: Standing, spot: Spot, bids: Bids) -> float:
    """Rated orders, orders at home by law, contract volumes, what is offered at home first, then the spot market. Returns what is left."""
    rank, want, part, weight, open_to_all = standing.rank, bids.want, bids.part, bids.weight, bids.open_to_all
    for tier in range(OPEN):
        for i in rows:
            part[i], weight[i] = (want[i] if rank[i] == tier else 0.0), standing.priority[i]
        available = serve_tier(available, rows, bids)
    for i in rows:
        part[i] = min(want[i], np.floor(standing.covered[i])) if rank[i] >= OPEN else 0.0
        open_to_all[i] = want[i] - part[i] if rank[i] >= OPEN else 0.0
    available = serve_tier(available, rows, bids)
    if available <= 0.0:
        return 0.0
    refusal = 0.0
    for i in rows:
        refusal = max(refusal, standing.first_refusal[i])
        part[i] = open_to_all[i] if standing.first_refusal[i] > 0.0 else 0.0
        weight[i] = spot_weight(standing.priority[i], spot.price[i], spot.duty[i], spot.freight[i], spot.premium[i], spot.netback_weight)
    offered = np.floor(available * refusal)
    available -= offered - serve_tier(offered, rows, bids)
    for i in rows:
        part[i] = open_to_all[i] - bids.given[i]
    return serve_tier(available, rows, bids)


@njit(cache=True)
def serve_tier(available: float, rows: np.ndarray, bids: Bids) -> float:
    """One tier of one seller (`bids.part`): all of it if there is enough, else by weight, then pro rata. Returns what is left."""
    part, weight, filled, given = bids.part, bids.weight, bids.filled, bids.given
    demand, total, left = 0.0, 0.0, available
    for i in rows:
        given[i] = 0.0
        demand += part[i]
        total += part[i] * weight[i]
    if demand <= 0.0 or available <= 0.0:
        return available
    enough = demand <= available
    for i in rows:
        given[i] = part[i] if enough else min(part[i], portion(available, part[i] * weight[i] / total, left))
        left -= given[i]
    if not enough and left > 0.0 and demand > available - left:
        rest = min(1.0, left / (demand - (available - left)))
        for i in rows:
            more = portion(part[i] - given[i], rest, left)
            given[i] += more
            left -= more
    for i in rows:
        filled[i] += given[i]
    return left
