"""The loops over trade relations, compiled.

Relations are sorted by buyer and good. A cell is one (good, firm) pair, numbered good * firms + firm. Amounts are whole grams of
contained element held in float64; the leading element of a good counts its orders and flows (`lead[good]`). Whatever is
divided is rounded down, and the rest stays where it was, so nothing is made or lost here.
"""

import math

import numpy as np
from numba import njit

ELEMENTS = 3


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
    for c in range(first.size - 1):
        start, end = first[c], first[c + 1]
        total = 0.0
        for i in range(start, end):
            if usable[i]:
                total += weight[i] * math.exp(utility[i])
        if total <= 0.0:
            continue
        left = 0.0
        for i in range(start, end):
            wanted = weight[i] * math.exp(utility[i]) / total if usable[i] else 0.0
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
def allocate(finished, order, backlog, rank, priority, by_seller, first_seller, good, seller, lead, lapse, contract, taken, filled):
    """E6.2: finished stock goes to orders tier by tier (rank 0 first), within a tier by priority and then pro rata.

    Fills `taken` (element, relation) and `filled` (leading grams); what stays unfilled under contract becomes backlog.
    """
    moved = np.zeros(ELEMENTS)
    for c in range(first_seller.size - 1):
        start, end = first_seller[c], first_seller[c + 1]
        one = by_seller[start]
        g, j = good[one], seller[one]
        available = finished[g, lead[g], j]
        requested = 0.0
        for k in range(start, end):
            i = by_seller[k]
            filled[i] = 0.0
            requested += math.floor(order[i] + backlog[i])
        if requested > 0.0 and available > 0.0:
            plenty = requested <= available
            for tier in range(4):
                demand, weight = 0.0, 0.0
                for k in range(start, end):
                    i = by_seller[k]
                    if rank[i] == tier:
                        demand += math.floor(order[i] + backlog[i])
                        weight += math.floor(order[i] + backlog[i]) * priority[i]
                if demand <= 0.0:
                    continue
                all_met = plenty or demand <= available
                given = 0.0
                for k in range(start, end):
                    i = by_seller[k]
                    if rank[i] != tier:
                        continue
                    want = math.floor(order[i] + backlog[i])
                    filled[i] = want if all_met else min(want, math.floor(want * priority[i] / weight * available))
                    given += filled[i]
                if not all_met and given < available:
                    spare, unmet = available - given, demand - given
                    if unmet > 0.0:
                        part = min(1.0, spare / unmet)
                        for k in range(start, end):
                            i = by_seller[k]
                            if rank[i] == tier:
                                more = math.floor((math.floor(order[i] + backlog[i]) - filled[i]) * part)
                                filled[i] += more
                                given += more
                available -= given
        for k in range(start, end):
            i = by_seller[k]
            want = order[i] + backlog[i]
            backlog[i] = max(want - filled[i], 0.0) * (1.0 - lapse) if contract[i] and want - filled[i] >= 1.0 else 0.0
            for e in range(ELEMENTS):
                taken[e, i] = 0.0
            if filled[i] > 0.0:
                whole = finished[g, lead[g], j]
                for e in range(ELEMENTS):
                    grams = filled[i] if e == lead[g] else math.floor(finished[g, e, j] * (filled[i] / whole))
                    taken[e, i] = grams
                    moved[e] += grams
                for e in range(ELEMENTS):
                    finished[g, e, j] -= taken[e, i]
    return moved


@njit(cache=True)
def return_goods(finished, good, seller, i, e, grams):
    finished[good[i], e, seller[i]] += grams


@njit(cache=True)
def clear(queue, taken, finished, controlled, least_months, approval, denial, office, capacity, lapse, good, seller, lead, released, entered, back, left):
    """E8.1: licences. The controlled share of each export waits by age; approvals leave, denials and lapses go back.

    queue (age, element, relation); taken (element, relation) allotted this month; office: which licence office decides
    (-1 none), capacity (office,) leading grams a month. Fills `released`; adds grams per element to `entered` (in bond), `back` (to sellers) and `left` (approved).
    Returns the share of offices' months in which capacity bound, as (bound, counted).
    """
    ages = queue.shape[0]
    raw = np.zeros(capacity.size)
    for i in range(good.size):
        waiting = 0.0
        for a in range(ages):
            waiting += queue[a, lead[good[i]], i]
        if waiting > 0.0:
            for e in range(ELEMENTS):
                oldest = queue[ages - 2, e, i] + queue[ages - 1, e, i]
                gone = math.floor(oldest * lapse)
                queue[ages - 1, e, i] = oldest - gone
                return_goods(finished, good, seller, i, e, gone)
                back[e] += gone
                for a in range(ages - 2, 0, -1):
                    queue[a, e, i] = queue[a - 1, e, i]
                queue[0, e, i] = 0.0
        for e in range(ELEMENTS):
            held = math.floor(taken[e, i] * controlled[i])
            if held > 0.0:
                queue[0, e, i] += held
                entered[e] += held
            released[e, i] = taken[e, i] - held
        if office[i] >= 0:
            l = lead[good[i]]
            for a in range(least_months[i], ages):
                raw[office[i]] += queue[a, l, i] * approval[i]
    bound, counted = 0.0, 0.0
    for o in range(capacity.size):
        if raw[o] > 0.0:
            counted += 1.0
            if raw[o] > capacity[o]:
                bound += 1.0
    for i in range(good.size):
        l = lead[good[i]]
        waiting = 0.0
        for a in range(ages):
            waiting += queue[a, l, i]
        if waiting <= 0.0:
            continue
        scale = 1.0
        if office[i] >= 0 and raw[office[i]] > capacity[office[i]]:
            scale = capacity[office[i]] / raw[office[i]]
        for a in range(least_months[i], ages):
            for e in range(ELEMENTS):
                grams = queue[a, e, i]
                if grams <= 0.0:
                    continue
                out = math.floor(grams * approval[i] * scale)
                refused = math.floor((grams - out) * denial[i])
                queue[a, e, i] = grams - out - refused
                released[e, i] += out
                left[e] += out
                return_goods(finished, good, seller, i, e, refused)
                back[e] += refused
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
def ship(released, transit, month, lag, good, lead, flow):
    """Released goods go on their way; `flow` (leading grams shipped) is set."""
    moved = np.zeros(ELEMENTS)
    slots = transit.shape[0]
    for e in range(ELEMENTS):
        for i in range(good.size):
            grams = released[e, i]
            if grams > 0.0:
                transit[(month + lag[i]) % slots, e, i] += grams
                moved[e] += grams
    for i in range(good.size):
        flow[i] = released[lead[good[i]], i]
    return moved


@njit(cache=True)
def queued(queue, good, lead):
    """Leading grams waiting for a licence, by relation."""
    out = np.zeros(good.size)
    for i in range(good.size):
        for a in range(queue.shape[0]):
            out[i] += queue[a, lead[good[i]], i]
    return out


@njit(cache=True)
def watch_waits(wait, queued_grams, flow, usual, ceiling):
    """E8.2: perceived licence wait, months, from queue over shipments (Little's law)."""
    for i in range(wait.size):
        if queued_grams[i] > 0.0 or wait[i] > 0.0:
            months = queued_grams[i] / max(flow[i], 0.05 * usual[i], 1.0)
            wait[i] += 0.5 * (min(months, ceiling) - wait[i])


@njit(cache=True)
def qualify(status, clock, chance, hazard, months, seller_open):
    """E6.1: possible suppliers are sampled (1) and, when the clock has run, qualified (2). Returns how many qualified."""
    done = 0
    for i in range(status.size):
        if status[i] == 1:
            clock[i] -= 1.0
            if clock[i] <= 0.0:
                status[i] = 2
                done += 1
        elif status[i] == 0 and seller_open[i] and chance[i] < hazard[i]:
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
