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
    rank, want, part, weight, open_to_all, priority = standing.rank, bids.want, bids.part, bids.weight, bids.open_to_all, standing.priority
    covered, first_refusal, given = standing.covered, standing.first_refusal, bids.given
    for tier in range(OPEN):
        demand = 0.0
        for i in rows:
            part[i], weight[i] = (want[i] if rank[i] == tier else 0.0), priority[i]
            demand += part[i]
        available = serve_tier(available, demand, rows, bids)
    bound, refusal, home = 0.0, 0.0, 0.0
    for i in rows:
        part[i] = min(want[i], np.floor(covered[i])) if rank[i] >= OPEN else 0.0
        open_to_all[i] = want[i] - part[i] if rank[i] >= OPEN else 0.0
        bound += part[i]
        refusal = max(refusal, first_refusal[i])
    available = serve_tier(available, bound, rows, bids)
    if available <= 0.0:
        return 0.0
    price, duty, freight, premium = spot.price, spot.duty, spot.freight, spot.premium
    for i in rows:
        part[i], given[i] = (open_to_all[i] if first_refusal[i] > 0.0 else 0.0), 0.0
        home += part[i]
        weight[i] = spot_weight(priority[i], price[i], duty[i], freight[i], premium[i], spot.netback_weight)
    offered = np.floor(available * refusal)
    available -= offered - serve_tier(offered, home, rows, bids)
    rest = 0.0
    for i in rows:
        part[i] = open_to_all[i] - given[i]
        rest += part[i]
    return serve_tier(available, rest, rows, bids)


@njit(cache=True)
def serve_tier(available: float, demand: float, rows: np.ndarray, bids: Bids) -> float:
    """One tier of one seller (`bids.part`, `demand` in all): all of it if there is enough, else by weight, then pro rata. Returns what is left."""
    if demand <= 0.0 or available <= 0.0:
        return available
    part, weight, filled, given = bids.part, bids.weight, bids.filled, bids.given
    if demand <= available:
        for i in rows:
            given[i] = part[i]
            filled[i] += part[i]
        return available - demand
    total, left = 0.0, available
    for i in rows:
        total += part[i] * weight[i]
    for i in rows:
        given[i] = min(part[i], portion(available, part[i] * weight[i] / total, left))
        left -= given[i]
    if left > 0.0 and demand > available - left:
        rest = min(1.0, left / (demand - (available - left)))
        for i in rows:
            more = portion(part[i] - given[i], rest, left)
            given[i] += more
            left -= more
    for i in rows:
        filled[i] += given[i]
    return left
