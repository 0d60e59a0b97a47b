"""How orders are split over suppliers, and how shares and qualifications move."""

import math

import numpy as np
from numba import njit

from model.kernels.groups import Appeal, Candidates, Demand, Lessons, Links, Month, Motives, Opinion, Orders, Pace, Patience, Shares, Trial, Usual
from model.rules import in_kernels
from model.rules.numerics import LEAST
from model.rules.sourcing import trust_after as trust_rule

trust_after = in_kernels(trust_rule)

NONE, SAMPLED, QUALIFIED = range(3)
"""How far a buyer has come with a supplier."""


@njit(cache=True)
def admit(seller: np.ndarray, capacity: np.ndarray, status: np.ndarray, banned: np.ndarray, usable: np.ndarray) -> None:
    """With which sellers a buyer may place orders (`usable`): qualified ones that operate and are not banned."""
    for i in range(seller.size):
        usable[i] = status[i] == QUALIFIED and capacity[seller[i]] > 0.0 and banned[i] < 1.0


@njit(cache=True)
def shift_shares(shares: Shares, appeal: Appeal, inside: np.ndarray, pace: Pace) -> None:
    """E6.1: shares move towards the logit of utilities.

    Slow towards suppliers outside China, faster otherwise (`inside`: it sells or buys there). Shares of a cell sum to one.
    """
    first, share, usable = shares.first, shares.share, shares.usable
    odds = np.empty(share.size)
    for c in range(first.size - 1):
        start, end = first[c], first[c + 1]
        total = 0.0
        for i in range(start, end):
            odds[i] = appeal.weight[i] * math.exp(appeal.utility[i]) if usable[i] else 0.0
            total += odds[i]
        if total <= 0.0:
            continue
        left = 0.0
        for i in range(start, end):
            wanted = odds[i] / total
            months = pace.away if (wanted > share[i] and not inside[i]) else pace.back
            share[i] += (wanted - share[i]) / months
            left += share[i]
        if left > 0.0:
            for i in range(start, end):
                share[i] /= left


@njit(cache=True)
def place(cells: tuple[int, int], links: Links, shares: Shares, orders: Orders, trial: Trial, demand: Demand) -> None:
    """Splits each buyer's orders over its suppliers (`split`), and adds what each seller is asked for. cells: first of buyers and goods, and last + 1."""
    first, good, seller, buyer = shares.first, links.good, links.seller, links.buyer
    for c in range(cells[0], cells[1]):
        start, end = first[c], first[c + 1]
        if end > start:
            split(demand.ordered[good[start], buyer[start]], start, end, shares, orders, trial)
        for i in range(start, end):
            demand.demanded[good[i], seller[i]] += orders.order[i]


@njit(cache=True)
def split(wanted: float, start: int, end: int, shares: Shares, orders: Orders, trial: Trial) -> None:
    """E6.1: one buyer's order for one good over its suppliers, by share and by how readily each delivers.

    A supplier that does not deliver in full gets little more than it last delivered; the rest goes to those that do, or, if there
    are none, to all.
    """
    order, record = orders.order, orders.record
    total, sound, over = 0.0, 0.0, 0.0
    for i in range(start, end):
        order[i] = shares.share[i] * shares.ready[i] * shares.usable[i]
        total += order[i]
        sound += order[i] * (record[i] >= trial.full)
    scale = wanted / total if total > 0.0 else 0.0
    for i in range(start, end):
        order[i] *= scale
    if sound <= 0.0 or sound == total:
        return
    for i in range(start, end):
        if record[i] < trial.full:
            kept = min(order[i], max((1.0 + trial.growth) * orders.filled[i] - orders.backlog[i], trial.least * order[i]))
            over += order[i] - kept
            order[i] = kept
    more = over / max(sound * scale, LEAST)
    for i in range(start, end):
        order[i] += order[i] * more * (record[i] >= trial.full)


@njit(cache=True)
def watch(links: Links, usual: Usual, month: Month, opinion: Opinion, lessons: Lessons, patience: Patience) -> None:
    """E6.4 and E8.2: trust and the perceived licence wait (Little's law) after the month's deliveries."""
    order, flow, queued = month.order, month.flow, month.queued
    trust, wait = opinion.trust, opinion.wait
    for i in range(trust.size):
        if queued[i] > 0.0 or wait[i] > 0.0:
            months = queued[i] / max(flow[i], patience.trickle * (usual.share[i] * usual.expected[links.good[i], links.buyer[i]]), 1.0)
            wait[i] += patience.newest * (min(months, patience.longest) - wait[i])
        came = min(1.0, (flow[i] + 1.0) / order[i]) if order[i] > 0.0 else 1.0
        trust[i] = trust_after(trust[i], came, lessons.full, lessons.gain, lessons.loss)


@njit(cache=True)
def receive(rows: np.ndarray, links: Links, usual: Usual, flow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is usually bought on some relations, and what of it was shipped, by buyer (leading grams)."""
    firms = usual.expected.shape[1]
    bought, shipped = np.zeros(firms), np.zeros(firms)
    for i in rows:
        j = links.buyer[i]
        bought[j] += usual.share[i] * usual.expected[links.good[i], j]
        shipped[j] += flow[i]
    return bought, shipped


@njit(cache=True)
def want(links: Links, shares: Shares, record: np.ndarray, lack: np.ndarray) -> None:
    """Share of orders, by good and buyer, that present suppliers tend to leave unfilled (`lack`); record: of filling orders, by relation."""
    lack[:] = 0.0
    for c in range(shares.first.size - 1):
        usual, met = 0.0, 0.0
        for i in range(shares.first[c], shares.first[c + 1]):
            usual += shares.share[i]
            met += shares.share[i] * record[i]
        i = shares.first[c]
        lack[links.good[i], links.buyer[i]] = max(1.0 - met / usual, 0.0) if usual > 0.0 else 0.0


@njit(cache=True)
def qualify(rows: np.ndarray, chance: np.ndarray, links: Links, candidates: Candidates, motives: Motives, spare: np.ndarray) -> int:
    """E6.1: possible suppliers (rows, with their luck) are sampled and, when the clock has run, qualified. Returns how many qualified.

    A supplier outside China is sampled for fear, one inside for lack, at a monthly rate; it must have goods to spare (good, firm).
    """
    status, clock, done = candidates.status, candidates.clock, 0
    for k in range(rows.size):
        i = rows[k]
        if status[i] == SAMPLED:
            clock[i] -= 1.0
            if clock[i] <= 0.0:
                status[i] = QUALIFIED
                done += 1
        elif status[i] == NONE and spare[links.good[i], links.seller[i]]:
            motive = motives.fear[links.buyer[i]] if candidates.outside[i] > 0.0 else motives.lack[links.good[i], links.buyer[i]]
            if chance[k] < motives.rate * motive:
                status[i] = SAMPLED
                clock[i] = candidates.months[i]
    return done
