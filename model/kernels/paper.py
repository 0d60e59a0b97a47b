"""Licences on paper: applications, permits, and what orders call off against them. Paper is no goods: it holds nothing and need not be whole."""

import numpy as np
from numba import njit

from model.kernels.groups import Called, Filing, Links, Offices, Orders, Paper, Terms


@njit(cache=True)
def on_paper(controlled: np.ndarray, paper: Paper) -> np.ndarray:
    """Relations under control, or with paper from when they were."""
    rows, count = np.empty(controlled.size, np.int64), 0
    for i in range(controlled.size):
        if controlled[i] > 0.0 or paper.permit[i] > 0.0 or paper.standing[i] > 0.0:
            rows[count] = i
            count += 1
    return rows[:count].copy()


@njit(cache=True)
def turn(rows: np.ndarray, paper: Paper, controlled: np.ndarray, lapse: float) -> None:
    """A month passes: applications age, of the oldest ones and of unused permits a part lapses; where nothing is controlled any more, paper is void."""
    book, last = paper.book, paper.book.shape[1] - 1
    for i in rows:
        paper.granted[i] = 0.0
        if controlled[i] <= 0.0:
            paper.permit[i] = 0.0
            book[i, :] = 0.0
            continue
        paper.permit[i] *= 1.0 - lapse
        oldest = (book[i, last - 1] + book[i, last]) * (1.0 - lapse)
        for a in range(last - 1, 0, -1):
            book[i, a] = book[i, a - 1]
        book[i, last] = oldest
        book[i, 0] = 0.0


@njit(cache=True)
def eligible(fresh: bool, least: int, last: int) -> tuple[int, int]:
    """Which ages of applications are decided on: of the month's new ones those that need not wait, else older ones that have waited long enough."""
    if fresh:
        return 0, 1 if least == 0 else 0
    return max(least, 1), last + 1


@njit(cache=True)
def shared_out(asked: np.ndarray, most: np.ndarray, whole: float) -> np.ndarray:
    """Part of what each place asks for that it gets of a whole, pro rata; a place gets its most at most, and what that leaves goes to the others. (place,)"""
    part, held = np.ones(asked.size), np.zeros(asked.size, np.bool_)
    changed = True
    while changed:
        changed, free, rest = False, whole, 0.0
        for p in range(asked.size):
            if held[p]:
                free -= most[p]
            else:
                rest += asked[p]
        level = min(1.0, max(free, 0.0) / rest) if rest > 0.0 else 1.0
        for p in range(asked.size):
            if not held[p]:
                part[p] = level
                if asked[p] * level > most[p]:
                    part[p], held[p], changed = most[p] / asked[p], True, True
    return part


@njit(cache=True)
def decide(rows: np.ndarray, fresh: bool, paper: Paper, terms: Terms, offices: Offices) -> None:
    """E8.1: offices approve part of what is eligible, as far as they can in a month, and deny part. fresh: only what was filed this month.

    An office shares what it can grant out pro rata; a destination that it treats worse gets no more than its part of the throughput, and what that leaves goes to
    the others. An application counts in every office that covers it. Sets what is left to offices and destinations.
    """
    book, last = paper.book, paper.book.shape[1] - 1
    granted = np.zeros(rows.size)
    for k in range(rows.size):
        i = rows[k]
        first, end = eligible(fresh, terms.least_months[i], last)
        for a in range(first, end):
            granted[k] += book[i, a] * terms.approval[i]
    asked = granted.copy()
    for o in range(offices.left.size):
        by_place = np.zeros(offices.places_left.shape[1])
        for k in range(rows.size):
            if offices.covers[o, rows[k]]:
                by_place[offices.place[rows[k]]] += granted[k]
                offices.asked[o] += granted[k]
        shares = shared_out(by_place, offices.places_left[o], offices.left[o])
        for k in range(rows.size):
            if offices.covers[o, rows[k]]:
                granted[k] *= shares[offices.place[rows[k]]]
    for k in range(rows.size):
        i = rows[k]
        part = granted[k] / asked[k] * terms.approval[i] if asked[k] > 0.0 else 0.0
        first, end = eligible(fresh, terms.least_months[i], last)
        for a in range(first, end):
            book[i, a] *= 1.0 - part - min(terms.denial[i], 1.0 - part)
        paper.permit[i] += granted[k]
        paper.granted[i] += granted[k]
        for o in range(offices.left.size):
            if offices.covers[o, i]:
                offices.left[o] = max(offices.left[o] - granted[k], 0.0)
                p = offices.place[i]
                offices.places_left[o, p] = max(offices.places_left[o, p] - granted[k], 0.0)


@njit(cache=True)
def file(rows: np.ndarray, orders: Orders, paper: Paper, terms: Terms, filing: Filing) -> None:
    """Buyers apply for what their orders will call off while the office takes its time; a surplus is withdrawn, the newest first.

    Each month's new applications are at most a month's controlled orders.
    """
    book = paper.book
    for i in rows:
        wanted = (orders.order[i] + orders.backlog[i]) * terms.controlled[i]
        most = max(filing.longest, terms.least_months[i] + 1.0)
        months = min(terms.least_months[i] + 1.0 / max(terms.approval[i], 1.0 / most), most)
        held = paper.permit[i]
        for a in range(book.shape[1]):
            held += book[i, a]
        gap = wanted * months - held
        if gap > 0.0:
            book[i, 0] += min(gap, wanted)
            continue
        for a in range(book.shape[1]):
            withdrawn = min(book[i, a], -gap)
            book[i, a] -= withdrawn
            gap += withdrawn


@njit(cache=True)
def call_off(first: int, last: int, links: Links, orders: Orders, paper: Paper, called: Called) -> None:
    """What sellers are asked for on the relations from first to last: the free part of orders and backlog, and what permits cover of the rest."""
    for i in range(first, last):
        whole, under = orders.order[i] + orders.backlog[i], called.controlled[i]
        called.whole[i] = whole
        orders.asked[i] = whole if under <= 0.0 else whole * (1.0 - under) + min(paper.permit[i], whole * under * called.open[i])
        called.demanded[links.good[i], links.seller[i]] += orders.asked[i]


@njit(cache=True)
def spend(rows: np.ndarray, flow: np.ndarray, paper: Paper, called: Called) -> None:
    """Shipments use up permits; the free part of an order goes first. Sets what stands in the books."""
    for i in rows:
        if called.controlled[i] > 0.0:
            paper.permit[i] -= min(paper.permit[i], max(flow[i] - called.whole[i] * (1.0 - called.controlled[i]), 0.0))
        paper.standing[i] = 0.0
        for a in range(paper.book.shape[1]):
            paper.standing[i] += paper.book[i, a]
