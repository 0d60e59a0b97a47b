"""How goods wait at the border: licences, bans and quotas."""

import numpy as np
from numba import njit

from model.rules import in_kernels, numerics

portion = in_kernels(numerics.portion)


@njit(cache=True)
def tighten(
    rows: np.ndarray, controlled: np.ndarray, least_months: np.ndarray, approval: np.ndarray, denial: np.ndarray,
    share: np.ndarray, months: int, rate: np.ndarray, refusal: float,
) -> None:  # fmt: skip
    """A licence acts on the relations `rows`; of several licences on one relation the strictest of each term counts, and all their offices."""
    for k in range(rows.size):
        i = rows[k]
        controlled[i] = max(controlled[i], share[k])
        least_months[i] = max(least_months[i], months)
        approval[i] = min(approval[i], rate[k])
        denial[i] = max(denial[i], refusal)


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
def return_goods(finished: np.ndarray, good: np.ndarray, seller: np.ndarray, i: int, e: int, grams: float) -> None:
    finished[good[i], e, seller[i]] += grams


@njit(cache=True)
def in_bond(queue: np.ndarray, l: int, i: int) -> float:
    """Leading grams of one relation that wait for a licence."""
    total = 0.0
    for a in range(queue.shape[2]):
        total += queue[l, i, a]
    return total


@njit(cache=True)
def age(queue: np.ndarray, i: int, lapse: float, finished: np.ndarray, good: np.ndarray, seller: np.ndarray, back: np.ndarray) -> None:
    """A month passes for the applications of one relation; part of the oldest lapse and go back to the seller."""
    ages = queue.shape[2]
    for e in range(queue.shape[0]):
        oldest = queue[e, i, ages - 2] + queue[e, i, ages - 1]
        gone = portion(oldest, lapse, oldest)
        queue[e, i, ages - 1] = oldest - gone
        return_goods(finished, good, seller, i, e, gone)
        back[e] += gone
        for a in range(ages - 2, 0, -1):
            queue[e, i, a] = queue[e, i, a - 1]
        queue[e, i, 0] = 0.0


@njit(cache=True)
def decide(
    queue: np.ndarray, i: int, l: int, first_age: int, approval: float, scale: float, denial: float, room: float, finished: np.ndarray,
    good: np.ndarray, seller: np.ndarray, released: np.ndarray, back: np.ndarray, left: np.ndarray,
) -> float:  # fmt: skip
    """The office approves part of what is eligible on one relation while it has room (leading grams, l), and denies part. Returns its room after."""
    for a in range(first_age, queue.shape[2]):
        for e in range(queue.shape[0]):
            grams = queue[e, i, a]
            if grams > 0.0:
                out = portion(grams * approval, scale, grams)
                if e == l:
                    out = min(out, room)
                    room -= out
                refused = portion(grams, denial, grams - out)
                queue[e, i, a] = grams - out - refused
                released[e, i] += out
                left[e] += out
                return_goods(finished, good, seller, i, e, refused)
                back[e] += refused
    return room


@njit(cache=True)
def at_capacity(raw: np.ndarray, capacity: np.ndarray) -> tuple[float, float]:
    """How many offices have more to approve than they can, of how many that have something to decide."""
    bound, counted = 0.0, 0.0
    for o in range(capacity.size):
        counted += raw[o] > 0.0
        bound += raw[o] > capacity[o]
    return bound, counted


@njit(cache=True)
def clear(
    rows: np.ndarray, queue: np.ndarray, taken: np.ndarray, finished: np.ndarray, controlled: np.ndarray, least_months: np.ndarray,
    approval: np.ndarray, denial: np.ndarray, covers: np.ndarray, capacity: np.ndarray, lapse: float, good: np.ndarray, seller: np.ndarray,
    lead: np.ndarray, released: np.ndarray, entered: np.ndarray, back: np.ndarray, left: np.ndarray,
) -> tuple[float, float]:  # fmt: skip
    """E8.1: licences. The controlled share of each export waits by age; approvals leave, denials and lapses go back.

    rows: relations under licence or with goods waiting; queue (element, relation, age); taken (element, relation) allotted
    this month; covers (office, relation): which offices must agree, capacity (office,) leading grams a month: an application counts in
    each of its offices, and the one with the least room for it decides. Fills `released`; adds grams per element to `entered` (in
    bond), `back` (to sellers) and `left` (approved).
    Returns how many offices were at capacity, of how many that had something to decide.
    """
    raw = np.zeros(capacity.size)
    released[:] = taken
    for i in rows:
        l = lead[good[i]]
        if in_bond(queue, l, i) > 0.0:
            age(queue, i, lapse, finished, good, seller, back)
        for e in range(queue.shape[0]):
            held = portion(taken[e, i], controlled[i], taken[e, i])
            queue[e, i, 0] += held
            entered[e] += held
            released[e, i] -= held
        for o in range(capacity.size):
            if covers[o, i]:
                for a in range(least_months[i], queue.shape[2]):
                    raw[o] += queue[l, i, a] * approval[i]
    bound, counted = at_capacity(raw, capacity)
    room = np.floor(capacity)
    for i in rows:
        scale, free = least_room(covers, i, raw, capacity, room)
        used = free - decide(queue, i, lead[good[i]], least_months[i], approval[i], scale, denial[i], free, finished, good, seller, released, back, left)
        for o in range(capacity.size):
            if covers[o, i] and room[o] < np.inf:
                room[o] -= used
    return bound, counted


@njit(cache=True)
def least_room(covers: np.ndarray, i: int, asked: np.ndarray, capacity: np.ndarray, room: np.ndarray) -> tuple[float, float]:
    """Of all limits on one relation: the least share of what is asked that one of them allows, and the least that one has left (inf if there is none)."""
    scale, free = 1.0, np.inf
    for o in range(capacity.size):
        if covers[o, i]:
            free = min(free, room[o])
            if asked[o] > capacity[o]:
                scale = min(scale, capacity[o] / asked[o])
    return scale, free


@njit(cache=True)
def queued(queue: np.ndarray, good: np.ndarray, lead: np.ndarray, rows: np.ndarray, out: np.ndarray) -> None:
    """Leading grams waiting for a licence, by relation."""
    out[:] = 0.0
    for i in rows:
        out[i] = in_bond(queue, lead[good[i]], i)


@njit(cache=True)
def restrict(
    released: np.ndarray, banned: np.ndarray, covers: np.ndarray, quota_left: np.ndarray, finished: np.ndarray, good: np.ndarray, seller: np.ndarray,
    lead: np.ndarray, back: np.ndarray,
) -> None:  # fmt: skip
    """Bans and quotas: what may not leave goes back to the seller. covers (quota, relation): which quotas count it, all of them at once."""
    asked = np.zeros(quota_left.size)
    for q in range(quota_left.size):
        for i in range(good.size):
            if covers[q, i]:
                asked[q] += released[lead[good[i]], i]
    ceiling = quota_left.copy()
    for i in range(good.size):
        l = lead[good[i]]
        part, free = least_room(covers, i, asked, ceiling, quota_left)
        keep = min(1.0 - banned[i], part)
        if keep < 1.0:
            for e in range(released.shape[0]):
                most = np.floor(free) if free < np.inf and e == l else released[e, i]
                stopped = released[e, i] - portion(released[e, i], keep, most)
                released[e, i] -= stopped
                return_goods(finished, good, seller, i, e, stopped)
                back[e] += stopped
        for q in range(quota_left.size):
            if covers[q, i]:
                quota_left[q] -= released[l, i]
