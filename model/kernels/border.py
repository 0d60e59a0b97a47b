"""How goods wait at the border: licences, bans and quotas."""

import numpy as np
from numba import njit

from model.kernels.groups import Goods, Licence, Limits, Links, Passed, Room, Terms
from model.rules import in_kernels, numerics

portion = in_kernels(numerics.portion)


@njit(cache=True)
def tighten(rows: np.ndarray, terms: Terms, licence: Licence) -> None:
    """A licence acts on the relations `rows`; of several licences on one relation the strictest of each term counts, and all their offices."""
    for k in range(rows.size):
        i = rows[k]
        terms.controlled[i] = max(terms.controlled[i], licence.controlled[k])
        terms.least_months[i] = max(terms.least_months[i], licence.least_months)
        terms.approval[i] = min(terms.approval[i], licence.approval[k])
        terms.denial[i] = max(terms.denial[i], licence.denial)


@njit(cache=True)
def announce(told: np.ndarray, threat: float, severity: np.ndarray, goods: np.ndarray, open_to: float, openness: np.ndarray) -> None:
    """Firms told hear the gravest threat, markets of the goods the least openness."""
    for k in range(told.size):
        severity[told[k]] = max(severity[told[k]], threat)
    for k in range(goods.size):
        openness[goods[k]] = min(openness[goods[k]], open_to)


@njit(cache=True)
def under_licence(controlled: np.ndarray, filled: np.ndarray, queued: np.ndarray) -> np.ndarray:
    """Relations whose goods need a licence this month, or have been waiting for one."""
    rows, count = np.empty(controlled.size, np.int64), 0
    for i in range(controlled.size):
        if (controlled[i] > 0.0 and filled[i] > 0.0) or queued[i] > 0.0:
            rows[count] = i
            count += 1
    return rows[:count].copy()


@njit(cache=True)
def give_back(links: Links, finished: np.ndarray, i: int, e: int, grams: float) -> None:
    """Goods of one relation go back to the seller's stock."""
    finished[links.good[i], e, links.seller[i]] += grams


@njit(cache=True)
def in_bond(queue: np.ndarray, l: int, i: int) -> float:
    """Leading grams of one relation that wait for a licence."""
    total = 0.0
    for a in range(queue.shape[2]):
        total += queue[l, i, a]
    return total


@njit(cache=True)
def age(i: int, links: Links, goods: Goods, lapse: float, passed: Passed) -> None:
    """A month passes for the applications of one relation; part of the oldest lapse and go back to the seller."""
    queue = goods.queue
    ages = queue.shape[2]
    for e in range(queue.shape[0]):
        oldest = queue[e, i, ages - 2] + queue[e, i, ages - 1]
        gone = portion(oldest, lapse, oldest)
        queue[e, i, ages - 1] = oldest - gone
        give_back(links, goods.finished, i, e, gone)
        passed.back[e] += gone
        for a in range(ages - 2, 0, -1):
            queue[e, i, a] = queue[e, i, a - 1]
        queue[e, i, 0] = 0.0


@njit(cache=True)
def enter(i: int, goods: Goods, controlled: float, passed: Passed) -> None:
    """The controlled share of what one relation was allotted joins the queue; the rest is free to leave."""
    for e in range(goods.queue.shape[0]):
        held = portion(goods.taken[e, i], controlled, goods.taken[e, i])
        goods.queue[e, i, 0] += held
        passed.entered[e] += held
        goods.released[e, i] -= held


@njit(cache=True)
def decide(i: int, links: Links, goods: Goods, terms: Terms, room: Room, passed: Passed) -> float:
    """The office approves part of what is eligible on one relation while it has room (leading grams), and denies part. Returns the room used."""
    queue, l, free = goods.queue, links.lead[links.good[i]], room.grams
    for a in range(terms.least_months[i], queue.shape[2]):
        for e in range(queue.shape[0]):
            grams = queue[e, i, a]
            if grams > 0.0:
                out = portion(grams * terms.approval[i], room.part, grams)
                if e == l:
                    out = min(out, free)
                    free -= out
                refused = portion(grams, terms.denial[i], grams - out)
                queue[e, i, a] = grams - out - refused
                goods.released[e, i] += out
                passed.left[e] += out
                give_back(links, goods.finished, i, e, refused)
                passed.back[e] += refused
    return room.grams - free


@njit(cache=True)
def at_capacity(asked: np.ndarray, capacity: np.ndarray) -> tuple[float, float]:
    """How many offices have more to approve than they can, of how many that have something to decide."""
    bound, counted = 0.0, 0.0
    for o in range(capacity.size):
        counted += asked[o] > 0.0
        bound += asked[o] > capacity[o]
    return bound, counted


@njit(cache=True)
def clear(rows: np.ndarray, links: Links, goods: Goods, terms: Terms, offices: Limits, lapse: float) -> tuple[Passed, tuple[float, float]]:
    """E8.1: licences. The controlled share of each export waits by age; approvals leave, denials and lapses go back.

    rows: relations under licence or with goods waiting; offices: which must agree on what, an application counts in each of its offices,
    and the one with the least room for it decides. Sets what of the goods taken is released.
    Returns what passed, and how many offices were at capacity, of how many that had something to decide.
    """
    elements, queue, asked = goods.queue.shape[0], goods.queue, np.zeros(offices.capacity.size)
    passed = Passed(np.zeros(elements), np.zeros(elements), np.zeros(elements))
    goods.released[:] = goods.taken
    for i in rows:
        l = links.lead[links.good[i]]
        if in_bond(queue, l, i) > 0.0:
            age(i, links, goods, lapse, passed)
        enter(i, goods, terms.controlled[i], passed)
        for o in range(asked.size):
            if offices.covers[o, i]:
                for a in range(terms.least_months[i], queue.shape[2]):
                    asked[o] += queue[l, i, a] * terms.approval[i]
    room = np.floor(offices.capacity)
    for i in rows:
        used = decide(i, links, goods, terms, least_room(i, offices, asked, room), passed)
        for o in range(room.size):
            if offices.covers[o, i] and room[o] < np.inf:
                room[o] -= used
    return passed, at_capacity(asked, offices.capacity)


@njit(cache=True)
def least_room(i: int, limits: Limits, asked: np.ndarray, left: np.ndarray) -> Room:
    """Of all limits on one relation: the least share of what is asked that one of them allows, and the least that one has left (inf if there is none)."""
    part, free = 1.0, np.inf
    for o in range(left.size):
        if limits.covers[o, i]:
            free = min(free, left[o])
            if asked[o] > limits.capacity[o]:
                part = min(part, limits.capacity[o] / asked[o])
    return Room(part, free)


@njit(cache=True)
def queued(rows: np.ndarray, links: Links, queue: np.ndarray, out: np.ndarray) -> None:
    """Leading grams waiting for a licence, by relation."""
    out[:] = 0.0
    for i in rows:
        out[i] = in_bond(queue, links.lead[links.good[i]], i)


@njit(cache=True)
def restrict(rows: np.ndarray, links: Links, goods: Goods, banned: np.ndarray, quotas: Limits) -> np.ndarray:
    """Bans and quotas on the relations `rows`: what may not leave goes back to the seller; all quotas on a relation count it. Returns what each has left."""
    good, lead, released, asked = links.good, links.lead, goods.released, np.zeros(quotas.capacity.size)
    for q in range(asked.size):
        for i in rows:
            if quotas.covers[q, i]:
                asked[q] += released[lead[good[i]], i]
    left = quotas.capacity.copy()
    for i in rows:
        l = lead[good[i]]
        room = least_room(i, quotas, asked, left)
        keep = min(1.0 - banned[i], room.part)
        if keep < 1.0:
            for e in range(released.shape[0]):
                most = np.floor(room.grams) if room.grams < np.inf and e == l else released[e, i]
                stopped = released[e, i] - portion(released[e, i], keep, most)
                released[e, i] -= stopped
                give_back(links, goods.finished, i, e, stopped)
        for q in range(left.size):
            if quotas.covers[q, i]:
                left[q] -= released[l, i]
    return left
