"""How orders are split over suppliers, and how shares and qualifications move."""

import math

import numpy as np
from numba import njit

from model.kernels.groups import Appeal, Candidates, Demand, Lessons, Links, Month, Motives, Opinion, Pace, Patience, Proof, Shares, Usual
from model.rules import in_kernels
from model.rules.numerics import LEAST
from model.rules.sourcing import trust_after as trust_rule

trust_after = in_kernels(trust_rule)

NONE, SAMPLED, QUALIFIED = range(3)
"""How far a buyer has come with a supplier."""


@njit(cache=True)
def admit(seller: np.ndarray, capacity: np.ndarray, status: np.ndarray, barred: np.ndarray, usable: np.ndarray) -> None:
    """With which sellers a buyer may place orders (`usable`): qualified ones that operate, but for those that its own state bars (`barred`). Another state that stops them shows in what comes."""
    for i in range(seller.size):
        usable[i] = status[i] == QUALIFIED and capacity[seller[i]] > 0.0 and not barred[i]


@njit(cache=True)
def shift_shares(shares: Shares, appeal: Appeal, inside: np.ndarray, pace: Pace) -> None:
    """E6.1: shares move towards the logit of utilities; who loses, loses no more than others gain.

    Gains are slow towards suppliers outside China, faster otherwise (`inside`: it sells or buys there). Shares of a cell keep their sum.
    """
    first, share, usable = shares.first, shares.share, shares.usable
    wanted = np.empty(share.size)
    for c in range(first.size - 1):
        start, end = first[c], first[c + 1]
        odds, have = 0.0, 0.0
        for i in range(start, end):
            wanted[i] = appeal.weight[i] * math.exp(appeal.utility[i]) if usable[i] else 0.0
            odds += wanted[i]
            have += share[i]
        if odds <= 0.0 or have <= 0.0:
            continue
        gap, gain = 0.0, 0.0
        for i in range(start, end):
            wanted[i] *= have / odds
            if wanted[i] > share[i]:
                gap += wanted[i] - share[i]
                gain += (wanted[i] - share[i]) / (pace.back if inside[i] else pace.away)
        if gap <= 0.0:
            continue
        for i in range(start, end):
            if wanted[i] > share[i]:
                share[i] += (wanted[i] - share[i]) / (pace.back if inside[i] else pace.away)
            else:
                share[i] = max(share[i] + (wanted[i] - share[i]) * gain / gap, 0.0)


@njit(cache=True)
def place(cells: tuple[int, int], links: Links, shares: Shares, order: np.ndarray, demand: Demand, proof: Proof) -> None:
    """Splits each buyer's orders over its suppliers (`split`). cells: first of buyers and goods, and last + 1."""
    first, good, buyer = shares.first, links.good, links.buyer
    for c in range(cells[0], cells[1]):
        start, end = first[c], first[c + 1]
        if end > start:
            wanted, expected = demand.ordered[good[start], buyer[start]], demand.expected[good[start], buyer[start]]
            split(wanted, expected, (start, end), shares, order, proof)


@njit(cache=True)
def split(wanted: float, expected: float, cell: tuple[int, int], shares: Shares, order: np.ndarray, proof: Proof) -> None:
    """E6.1: one buyer's order for one good over its suppliers, by share; what some of them tend not to deliver is ordered from the others as far as they are qualified.

    A supplier can be counted on for the part of its orders that has been leaving and that its stock promises. What cannot be counted on goes to those that can,
    up to the volume each is qualified for, a little more than that, and no more of it for making up stocks; volumes beyond take the time of a qualification.
    What nobody can take stays with those that were to deliver it, unless they are barred: then it is not ordered. (One loop without calls: it runs over every relation every month.)
    """
    start, end = cell
    share, usable, barred, came, ready, proven = shares.share, shares.usable, shares.barred, shares.came, shares.ready, shares.proven
    total, missing, able, taken = 0.0, 0.0, 0.0, 0.0
    for i in range(start, end):
        order[i] = share[i] if usable[i] or barred[i] else 0.0
        total += order[i]
    if total <= 0.0 or wanted <= 0.0:
        order[start:end] = 0.0
        return
    for i in range(start, end):
        order[i] /= total
        sound = 0.0 if barred[i] else order[i] * min(min(came[i], ready[i]) / proof.full, 1.0)
        missing += order[i] - sound
        able += sound
    lack = missing / able if able > 0.0 else 0.0
    most = (1.0 + proof.growth) * min(1.0, (1.0 + proof.restocking) * expected / wanted)
    if lack > 0.0:
        for i in range(start, end):
            sound = 0.0 if barred[i] else order[i] * min(min(came[i], ready[i]) / proof.full, 1.0)
            taken += min(sound * lack, max(most * max(proven[i], share[i]) - sound, 0.0))
    left = 1.0 - taken / missing if missing > 0.0 else 1.0
    for i in range(start, end):
        if order[i] <= 0.0:
            continue
        sound = 0.0 if barred[i] else order[i] * min(min(came[i], ready[i]) / proof.full, 1.0)
        held = max(proven[i], share[i])
        more = min(sound * lack, max(most * held - sound, 0.0))
        asked = sound * (1.0 + lack)
        if asked > held:  # a month of qualifying more volume
            proven[i] = held + (asked - held) / max(proof.months[i], 1.0)
        else:  # or of forgetting what is not used
            proven[i] = held - (held - max(asked, share[i])) / proof.forgotten
        order[i] = 0.0 if barred[i] else (sound + more + (order[i] - sound) * left) * wanted


@njit(cache=True)
def remember(order: np.ndarray, flow: np.ndarray, came: np.ndarray, months: float, least: float) -> None:
    """E6.1: how much of what was ordered has been leaving, remembered over some months and never below `least` (`came`)."""
    for i in range(order.size):
        if order[i] > 0.0:
            came[i] = max(came[i] + (min(1.0, (flow[i] + 1.0) / max(order[i], LEAST)) - came[i]) / months, least)


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
def qualify(rows: np.ndarray, chance: np.ndarray, links: Links, candidates: Candidates, motives: Motives, spare: np.ndarray, proven: np.ndarray) -> int:
    """E6.1: possible suppliers (rows, with their luck) are sampled and, when the clock has run, qualified. Returns how many qualified.

    A supplier outside China is sampled for fear, one inside for lack, either for what rules of origin bar, at a monthly rate; it must have goods to spare (good, firm). It begins with a
    first volume (`proven`).
    """
    status, clock, done = candidates.status, candidates.clock, 0
    for k in range(rows.size):
        i = rows[k]
        if status[i] == SAMPLED:
            clock[i] -= 1.0
            if clock[i] <= 0.0:
                status[i] = QUALIFIED
                proven[i] = max(proven[i], motives.first)
                done += 1
        elif status[i] == NONE and spare[links.good[i], links.seller[i]]:
            motive = motives.fear[links.buyer[i]] if candidates.outside[i] > 0.0 else motives.lack[links.good[i], links.buyer[i]]
            motive = max(motive, motives.lost[links.good[i], links.buyer[i]])
            if chance[k] < motives.rate * motive:
                status[i] = SAMPLED
                clock[i] = candidates.months[i]
    return done
