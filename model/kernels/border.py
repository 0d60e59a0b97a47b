"""How goods wait at the border: licences, bans and quotas."""

import math

import numpy as np
from numba import njit

from model.names import ELEMENT_COUNT as ELEMENTS


@njit(cache=True)
def tighten(rows, controlled, least_months, approval, denial, office, capacity, share, months, rate, refusal, number):
    """A licence acts on the relations `rows`; of several licences on one relation the strictest limit counts."""
    for k in range(rows.size):
        i = rows[k]
        controlled[i] = max(controlled[i], share[k])
        least_months[i] = max(least_months[i], months)
        approval[i] = min(approval[i], rate[k])
        denial[i] = max(denial[i], refusal)
        if office[i] < 0 or capacity[number] < capacity[office[i]]:
            office[i] = number


@njit(cache=True)
def announce(told, threat, severity, goods, open_to, openness):
    """Firms told hear the gravest threat, markets of the goods the least openness."""
    for k in range(told.size):
        severity[told[k]] = max(severity[told[k]], threat)
    for k in range(goods.size):
        openness[goods[k]] = min(openness[goods[k]], open_to)


@njit(cache=True)
def under_licence(controlled, filled, queued):
    """Relations whose goods need a licence this month, or have been waiting for one."""
    rows, count = np.empty(controlled.size, np.int64), 0
    for i in range(controlled.size):
        if (controlled[i] > 0.0 and filled[i] > 0.0) or queued[i] > 0.0:
            rows[count] = i
            count += 1
    return rows[:count].copy()


@njit(cache=True)
def return_goods(finished, good, seller, i, e, grams):
    finished[good[i], e, seller[i]] += grams


@njit(cache=True)
def in_bond(queue, l, i):
    """Leading grams of one relation that wait for a licence."""
    total = 0.0
    for a in range(queue.shape[2]):
        total += queue[l, i, a]
    return total


@njit(cache=True)
def age(queue, i, lapse, finished, good, seller, back):
    """A month passes for the applications of one relation; part of the oldest lapse and go back to the seller."""
    ages = queue.shape[2]
    for e in range(ELEMENTS):
        oldest = queue[e, i, ages - 2] + queue[e, i, ages - 1]
        gone = math.floor(oldest * lapse)
        queue[e, i, ages - 1] = oldest - gone
        return_goods(finished, good, seller, i, e, gone)
        back[e] += gone
        for a in range(ages - 2, 0, -1):
            queue[e, i, a] = queue[e, i, a - 1]
        queue[e, i, 0] = 0.0


@njit(cache=True)
def decide(queue, i, first_age, approval, scale, denial, finished, good, seller, released, back, left):
    """The office approves part of what is eligible on one relation, and denies part of it."""
    for a in range(first_age, queue.shape[2]):
        for e in range(ELEMENTS):
            grams = queue[e, i, a]
            if grams > 0.0:
                out = math.floor(grams * approval * scale)
                refused = min(math.floor(grams * denial), grams - out)
                queue[e, i, a] = grams - out - refused
                released[e, i] += out
                left[e] += out
                return_goods(finished, good, seller, i, e, refused)
                back[e] += refused


@njit(cache=True)
def clear(rows, queue, taken, finished, controlled, least_months, approval, denial, office, capacity, lapse, good, seller, lead, released, entered, back, left):
    """E8.1: licences. The controlled share of each export waits by age; approvals leave, denials and lapses go back.

    rows: relations under licence or with goods waiting; queue (element, relation, age); taken (element, relation) allotted
    this month; office: which licence office decides (-1 none), capacity (office,) leading grams a month. Fills `released`;
    adds grams per element to `entered` (in bond), `back` (to sellers) and `left` (approved).
    Returns how many offices were at capacity, of how many that had something to decide.
    """
    raw = np.zeros(capacity.size)
    released[:] = taken
    for i in rows:
        l = lead[good[i]]
        if in_bond(queue, l, i) > 0.0:
            age(queue, i, lapse, finished, good, seller, back)
        for e in range(ELEMENTS):
            held = math.floor(taken[e, i] * controlled[i])
            queue[e, i, 0] += held
            entered[e] += held
            released[e, i] -= held
        if office[i] >= 0:
            for a in range(least_months[i], queue.shape[2]):
                raw[office[i]] += queue[l, i, a] * approval[i]
    bound, counted = 0.0, 0.0
    for o in range(capacity.size):
        counted += raw[o] > 0.0
        bound += raw[o] > capacity[o]
    for i in rows:
        scale = 1.0
        if office[i] >= 0 and raw[office[i]] > capacity[office[i]]:
            scale = capacity[office[i]] / raw[office[i]]
        decide(queue, i, least_months[i], approval[i], scale, denial[i], finished, good, seller, released, back, left)
    return bound, counted


@njit(cache=True)
def queued(queue, good, lead, rows, out):
    """Leading grams waiting for a licence, by relation."""
    out[:] = 0.0
    for i in rows:
        out[i] = in_bond(queue, lead[good[i]], i)


@njit(cache=True)
def restrict(released, banned, quota, quota_left, finished, good, seller, lead, back):
    """Bans and quotas: what may not leave goes back to the seller. quota: which quota counts (-1 none)."""
    asked = np.zeros(quota_left.size)
    for i in range(good.size):
        if quota[i] >= 0:
            asked[quota[i]] += released[lead[good[i]], i]
    for i in range(good.size):
        keep = 1.0 - banned[i]
        if quota[i] >= 0 and asked[quota[i]] > quota_left[quota[i]]:
            keep = min(keep, quota_left[quota[i]] / asked[quota[i]])
        if keep < 1.0:
            for e in range(ELEMENTS):
                stopped = released[e, i] - math.floor(released[e, i] * keep)
                released[e, i] -= stopped
                return_goods(finished, good, seller, i, e, stopped)
                back[e] += stopped
    for i in range(good.size):
        if quota[i] >= 0:
            quota_left[quota[i]] = max(quota_left[quota[i]] - released[lead[good[i]], i], 0.0)
