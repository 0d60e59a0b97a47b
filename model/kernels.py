"""The loops over trade relations, compiled.

Relations are sorted by buyer and good. A cell is one (good, firm) pair, numbered good * firms + firm. Amounts are whole grams of
contained element held in float64; the leading element of a good counts its orders and flows (`lead[good]`). Whatever is
divided is rounded down, and the rest stays where it was, so nothing is made or lost here.
"""

import math

import numpy as np
from numba import njit

ELEMENTS = 3
TIERS = 4


@njit(cache=True)
def sum_to(values, cells, size):
    """Sum of one number per relation by cell, in the order of relations."""
    out = np.zeros(size)
    for i in range(values.size):
        out[cells[i]] += values[i]
    return out


@njit(cache=True)
def arrive(transit, slot, inputs, good, buyer, lead, pipe):
    """Shipments due this month enter the buyers' input stocks; `pipe` is what is still under way. Returns grams per element."""
    moved = np.zeros(ELEMENTS)
    for e in range(ELEMENTS):
        for i in range(good.size):
            grams = transit[slot, e, i]
            if grams > 0.0:
                inputs[good[i], e, buyer[i]] += grams
                moved[e] += grams
                transit[slot, e, i] = 0.0
    for i in range(good.size):
        pipe[i] = 0.0
        for s in range(transit.shape[0]):
            pipe[i] += transit[s, lead[good[i]], i]
    return moved


@njit(cache=True)
def lead_stock(stock, lead):
    """Grams of the leading element of each good, shape (good, firm)."""
    out = np.empty((stock.shape[0], stock.shape[2]))
    for g in range(stock.shape[0]):
        for j in range(stock.shape[2]):
            out[g, j] = stock[g, lead[g], j]
    return out


@njit(cache=True)
def supply_line(share, pending, wait, lag, buyer_cell, size):
    """Goods on their way by buyer and good, and the months of use that a normal supply line holds."""
    line, reach = np.zeros(size), np.zeros(size)
    for i in range(share.size):
        cell = buyer_cell[i]
        line[cell] += pending[i]
        reach[cell] += share[i] * (lag[i] - 1.0 + wait[i])
    return line, reach


@njit(cache=True)
def shift_shares(share, weight, utility, usable, inside, first, away, back):
    """E6.1: shares move towards the logit of utilities; `first` marks where each buyer-and-good cell begins.

    Slow (away, months) towards suppliers outside China, faster (back) otherwise. Shares of a cell sum to one.
    """
    odds = np.empty(share.size)
    for c in range(first.size - 1):
        start, end = first[c], first[c + 1]
        total = 0.0
        for i in range(start, end):
            odds[i] = weight[i] * math.exp(utility[i]) if usable[i] else 0.0
            total += odds[i]
        if total <= 0.0:
            continue
        left = 0.0
        for i in range(start, end):
            wanted = odds[i] / total
            months = away if (wanted > share[i] and not inside[i]) else back
            share[i] += (wanted - share[i]) / months
            left += share[i]
        if left > 0.0:
            for i in range(start, end):
                share[i] /= left


@njit(cache=True)
def place(ordered, share, availability, usable, first, rows, buyer_cell, order):
    """Splits each buyer's orders over its suppliers: by share, and by how readily each delivers. `rows`: range of cells."""
    for c in range(rows[0], rows[1]):
        start, end = first[c], first[c + 1]
        total = 0.0
        for i in range(start, end):
            if usable[i]:
                total += share[i] * availability[i]
        for i in range(start, end):
            if usable[i] and total > 0.0:
                order[i] = ordered[buyer_cell[i]] * share[i] * availability[i] / total
            else:
                order[i] = 0.0


@njit(cache=True)
def serve_tier(tier, available, want, rank, priority, rows, filled):
    """One tier of one seller: all of it if there is enough, else by priority, then pro rata. Returns what is left."""
    demand, weight = 0.0, 0.0
    for i in rows:
        if rank[i] == tier:
            demand += want[i]
            weight += want[i] * priority[i]
    if demand <= 0.0:
        return available
    enough, given = demand <= available, 0.0
    for i in rows:
        if rank[i] == tier:
            filled[i] = want[i] if enough else min(want[i], math.floor(want[i] * priority[i] / weight * available))
            given += filled[i]
    if not enough and given < available and demand > given:
        part = min(1.0, (available - given) / (demand - given))
        for i in rows:
            if rank[i] == tier:
                more = math.floor((want[i] - filled[i]) * part)
                filled[i] += more
                given += more
    return available - given


@njit(cache=True)
def hand_over(finished, g, j, lead, rows, filled, taken, moved):
    """What was filled leaves the shelf, the other elements in proportion."""
    for i in rows:
        if filled[i] <= 0.0:
            continue
        whole = finished[g, lead, j]
        for e in range(ELEMENTS):
            grams = filled[i] if e == lead else math.floor(finished[g, e, j] * (filled[i] / whole))
            taken[e, i] = grams
            moved[e] += grams
        for e in range(ELEMENTS):
            finished[g, e, j] -= taken[e, i]


@njit(cache=True)
def allocate(finished, order, backlog, rank, priority, by_seller, first_seller, good, seller, lead, lapse, contract, taken, filled):
    """E6.2: finished stock goes to orders tier by tier (rank 0 first), within a tier by priority and then pro rata.

    Fills `taken` (element, relation) and `filled` (leading grams); what stays unfilled under contract becomes backlog.
    """
    moved, want = np.zeros(ELEMENTS), np.empty(order.size)
    taken[:] = 0.0
    for c in range(first_seller.size - 1):
        rows = by_seller[first_seller[c] : first_seller[c + 1]]
        g, j = good[rows[0]], seller[rows[0]]
        available, requested = finished[g, lead[g], j], 0.0
        for i in rows:
            want[i] = math.floor(order[i] + backlog[i])
            filled[i] = 0.0
            requested += want[i]
        if requested > 0.0 and requested <= available:
            for i in rows:
                filled[i] = want[i]
        elif requested > 0.0 and available > 0.0:
            for tier in range(TIERS):
                available = serve_tier(tier, available, want, rank, priority, rows, filled)
        if requested > 0.0:
            hand_over(finished, g, j, lead[g], rows, filled, taken, moved)
        for i in rows:
            unmet = order[i] + backlog[i] - filled[i]
            backlog[i] = unmet * (1.0 - lapse) if contract[i] and unmet >= 1.0 else 0.0
    return moved


@njit(cache=True)
def return_goods(finished, good, seller, i, e, grams):
    finished[good[i], e, seller[i]] += grams


@njit(cache=True)
def in_bond(queue, l, i):
    """Leading grams of one relation that wait for a licence."""
    total = 0.0
    for a in range(queue.shape[0]):
        total += queue[a, l, i]
    return total


@njit(cache=True)
def age(queue, i, lapse, finished, good, seller, back):
    """A month passes for the applications of one relation; part of the oldest lapse and go back to the seller."""
    ages = queue.shape[0]
    for e in range(ELEMENTS):
        oldest = queue[ages - 2, e, i] + queue[ages - 1, e, i]
        gone = math.floor(oldest * lapse)
        queue[ages - 1, e, i] = oldest - gone
        return_goods(finished, good, seller, i, e, gone)
        back[e] += gone
        for a in range(ages - 2, 0, -1):
            queue[a, e, i] = queue[a - 1, e, i]
        queue[0, e, i] = 0.0


@njit(cache=True)
def decide(queue, i, first_age, approval, scale, denial, finished, good, seller, released, back, left):
    """The office approves part of what is eligible on one relation, and denies part of the rest."""
    for a in range(first_age, queue.shape[0]):
        for e in range(ELEMENTS):
            grams = queue[a, e, i]
            if grams > 0.0:
                out = math.floor(grams * approval * scale)
                refused = math.floor((grams - out) * denial)
                queue[a, e, i] = grams - out - refused
                released[e, i] += out
                left[e] += out
                return_goods(finished, good, seller, i, e, refused)
                back[e] += refused


@njit(cache=True)
def clear(rows, queue, taken, finished, controlled, least_months, approval, denial, office, capacity, lapse, good, seller, lead, released, entered, back, left):
    """E8.1: licences. The controlled share of each export waits by age; approvals leave, denials and lapses go back.

    rows: relations under licence or with goods waiting; queue (age, element, relation); taken (element, relation) allotted
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
            queue[0, e, i] += held
            entered[e] += held
            released[e, i] -= held
        if office[i] >= 0:
            for a in range(least_months[i], queue.shape[0]):
                raw[office[i]] += queue[a, l, i] * approval[i]
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


@njit(cache=True)
def ship(released, transit, slot, good, lead, flow):
    """Released goods go on their way; `flow` (leading grams shipped) is set. slot: month of arrival, by relation."""
    moved = np.zeros(ELEMENTS)
    for i in range(good.size):
        flow[i] = released[lead[good[i]], i]
        if flow[i] > 0.0 or released[0, i] > 0.0:
            for e in range(ELEMENTS):
                transit[slot[i], e, i] += released[e, i]
                moved[e] += released[e, i]
    return moved


@njit(cache=True)
def queued(queue, good, lead, rows, out):
    """Leading grams waiting for a licence, by relation."""
    out[:] = 0.0
    for i in rows:
        out[i] = in_bond(queue, lead[good[i]], i)


@njit(cache=True)
def watch_market(stock, shelf, expected, aim, sales, stockhold, output, abroad, share, flow, good, buyer, export, outside):
    """What the market sees, by good in leading grams a month: a row each of stock, use, target (outside); imports needed
    and landed, own deliveries (outside); held, kept, sold and made (China)."""
    seen = np.zeros((10, expected.shape[0]))
    for g in range(expected.shape[0]):
        for j in range(expected.shape[1]):
            if abroad[j] > 0.0:
                seen[0, g] += stock[g, j]
                seen[1, g] += expected[g, j]
                seen[2, g] += aim[g, j] * expected[g, j]
            else:
                seen[6, g] += shelf[g, j]
                seen[7, g] += sales[g, j] * stockhold[g, j]
                seen[8, g] += sales[g, j]
                seen[9, g] += output[g, j]
    for i in export:
        seen[3, good[i]] += share[i] * expected[good[i], buyer[i]]
        seen[4, good[i]] += flow[i]
    for i in outside:
        seen[5, good[i]] += flow[i]
    return seen


@njit(cache=True)
def watch_waits(wait, queued_grams, flow, usual, ceiling):
    """E8.2: perceived licence wait, months, from queue over shipments (Little's law)."""
    for i in range(wait.size):
        if queued_grams[i] > 0.0 or wait[i] > 0.0:
            months = queued_grams[i] / max(flow[i], 0.05 * usual[i], 1.0)
            wait[i] += 0.5 * (min(months, ceiling) - wait[i])


@njit(cache=True)
def qualify(rows, status, clock, chance, hazard, months, seller_open):
    """E6.1: possible suppliers (rows) are sampled (1) and, when the clock has run, qualified (2). Returns how many qualified."""
    done = 0
    for k in range(rows.size):
        i = rows[k]
        if status[i] == 1:
            clock[i] -= 1.0
            if clock[i] <= 0.0:
                status[i] = 2
                done += 1
        elif status[i] == 0 and seller_open[i] and chance[k] < hazard[k]:
            status[i] = 1
            clock[i] = months[i]
    return done


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
