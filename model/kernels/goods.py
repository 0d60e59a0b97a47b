"""How goods move: arrival, allocation, shipment. Whatever is divided is handed out in whole grams until it is gone; the rest stays where it was."""

import numpy as np
from numba import njit

from model.kernels.groups import Bids, Goods, Links, Orders, Sellers, Shelf, Spot, Standing, Takers
from model.kernels.tiers import serve
from model.rules import in_kernels, numerics

portion = in_kernels(numerics.portion)


@njit(cache=True)
def arrive(links: Links, goods: Goods, slot: int, pipe: np.ndarray) -> np.ndarray:
    """Shipments due this month enter the buyers' input stocks; `pipe` is what is still under way. Returns grams per element."""
    good, buyer, lead, transit = links.good, links.buyer, links.lead, goods.transit
    moved = np.zeros(transit.shape[1])
    for e in range(transit.shape[1]):
        for i in range(good.size):
            grams = transit[slot, e, i]
            if grams > 0.0:
                goods.inputs[good[i], e, buyer[i]] += grams
                moved[e] += grams
                transit[slot, e, i] = 0.0
    for i in range(good.size):
        under_way = 0.0
        for s in range(transit.shape[0]):
            under_way += transit[s, lead[good[i]], i]
        pipe[i] = under_way
    return moved


@njit(cache=True)
def hand_over(rows: np.ndarray, shelf: Shelf, finished: np.ndarray, filled: np.ndarray, taken: np.ndarray, moved: np.ndarray) -> None:
    """What was filled leaves the shelf, the other elements in proportion."""
    g, j, lead = shelf.good, shelf.seller, shelf.lead
    for i in rows:
        if filled[i] <= 0.0:
            continue
        part = filled[i] / finished[g, lead, j]
        for e in range(finished.shape[1]):
            held = finished[g, e, j]
            grams = filled[i] if e == lead else portion(held, part, held)
            finished[g, e, j] = held - grams
            taken[e, i] = grams
            moved[e] += grams


@njit(cache=True)
def allocate(links: Links, goods: Goods, sellers: Sellers, standing: Standing, spot: Spot, orders: Orders, lapse: float) -> np.ndarray:
    """E6.3: finished stock goes to orders tier by tier (`tiers.serve`).

    Sets what is taken and what is filled of what sellers are asked for; what stays unfilled of it under contract becomes backlog, of which a part (`lapse`) lapses a month.
    """
    asked, backlog, filled, finished, lead = orders.asked, orders.backlog, orders.filled, goods.finished, links.lead
    moved, want = np.zeros(finished.shape[1]), np.empty(asked.size)
    open_to_all, part, weight, given = np.zeros((4, asked.size))
    bids = Bids(want=want, open_to_all=open_to_all, part=part, weight=weight, given=given, filled=filled)
    goods.taken[:] = 0.0
    for c in range(sellers.first.size - 1):
        rows = sellers.rows[sellers.first[c] : sellers.first[c + 1]]
        g, j = links.good[rows[0]], links.seller[rows[0]]
        available, requested = finished[g, lead[g], j], 0.0
        for i in rows:
            want[i] = np.floor(asked[i])
            filled[i] = 0.0
            requested += want[i]
        if requested > 0.0 and requested <= available:
            for i in rows:
                filled[i] = want[i]
        elif requested > 0.0 and available > 0.0:
            serve(available, rows, standing, spot, bids)
        if requested > 0.0:
            hand_over(rows, Shelf(good=g, seller=j, lead=lead[g]), finished, filled, goods.taken, moved)
        for i in rows:
            unmet = min(asked[i] - filled[i], standing.covered[i])
            backlog[i] = unmet * (1.0 - lapse) if unmet >= 1.0 else 0.0
    return moved


@njit(cache=True)
def claim(good: int, takers: Takers, links: Links, goods: Goods, room: np.ndarray) -> np.ndarray:
    """E13.5: part of its seller's scrap that each taker gets: that of the base year, and for new lines a part of what nobody took then, by their room.

    room (firm,): what each firm has room for, leading grams.
    """
    part, scrap, rows = takers.part.copy(), goods.finished[good, links.lead[good]], takers.rows
    rooms, offered = np.zeros(room.size), np.zeros(room.size)
    for k in range(rows.size):
        if takers.loose[k] > 0.0:
            rooms[links.seller[rows[k]]] += room[links.buyer[rows[k]]]
    for k in range(rows.size):
        s, b = links.seller[rows[k]], links.buyer[rows[k]]
        if takers.loose[k] > 0.0 and room[b] > 0.0:
            part[k] = takers.loose[k] * room[b] / rooms[s]
            offered[b] += part[k] * scrap[s]
    for k in range(rows.size):
        b = links.buyer[rows[k]]
        if takers.loose[k] > 0.0 and offered[b] > room[b]:
            part[k] *= room[b] / offered[b]
    return part


@njit(cache=True)
def collect(good: int, takers: Takers, links: Links, goods: Goods, slot: np.ndarray, flow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scrap of one kind leaves for the recyclers that take a part of it, while it lasts; the rest is discarded. slot, flow: as `ship` has them.

    Returns grams gone and left per element.
    """
    scrap, lead, rows, seller = goods.finished[good], links.lead[good], takers.rows, links.seller
    gone, left, held = np.zeros(scrap.shape[0]), np.zeros(scrap.shape[0]), scrap.copy()
    for k in range(rows.size):
        i = rows[k]
        for e in range(scrap.shape[0]):
            grams = portion(held[e, seller[i]], takers.part[k], scrap[e, seller[i]])
            scrap[e, seller[i]] -= grams
            goods.transit[slot[i], e, i] += grams
            gone[e] += grams
            if e == lead:
                flow[i] = grams
    for e in range(scrap.shape[0]):
        for j in range(scrap.shape[1]):
            left[e] += scrap[e, j]
            scrap[e, j] = 0.0
    return gone, left


@njit(cache=True)
def ship(links: Links, goods: Goods, slot: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """What was allotted and not stopped goes on its way; `flow` (leading grams shipped) is set. slot: month of arrival, by relation."""
    good, lead, taken, transit = links.good, links.lead, goods.taken, goods.transit
    moved = np.zeros(taken.shape[0])
    for i in range(good.size):
        flow[i] = taken[lead[good[i]], i]
    for e in range(taken.shape[0]):
        for i in range(good.size):
            grams = taken[e, i]
            if grams > 0.0:
                transit[slot[i], e, i] += grams
                moved[e] += grams
    return moved


@njit(cache=True)
def send(rows: np.ndarray, grams: np.ndarray, links: Links, goods: Goods, lack: np.ndarray) -> np.ndarray:
    """E12.4, E9: a holder lets go of so much (leading grams) over some of its relations, other elements in proportion; whoever gets it lacks so much less (good, firm). Returns grams per element."""
    g, j = links.good[rows[0]], links.seller[rows[0]]
    lead, whole, moved = links.lead[g], goods.inputs[g, :, j].copy(), np.zeros(goods.taken.shape[0])
    for k in range(rows.size):
        i, part = rows[k], grams[k] / whole[lead]
        for e in range(moved.size):
            gone = grams[k] if e == lead else np.floor(whole[e] * part)
            goods.inputs[g, e, j] -= gone
            goods.taken[e, i] += gone
            moved[e] += gone
        lack[g, links.buyer[i]] = max(lack[g, links.buyer[i]] - grams[k], 0.0)
    return moved
