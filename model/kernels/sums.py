"""Sums over relations and firms, by cell or by good."""

import numpy as np
from numba import njit

from model.rules import in_kernels
from model.rules.production import availability as availability_rule

availability = in_kernels(availability_rule)


@njit(cache=True)
def sum_to(values: np.ndarray, cells: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Sets `out` to the sums of one number per relation by cell, added up in the order of relations; returns it."""
    out[:] = 0.0
    for i in range(values.size):
        out[cells[i]] += values[i]
    return out


@njit(cache=True)
def tally(
    rows: np.ndarray, cell: np.ndarray, size: int, goods: int, good: np.ndarray, buyer_cell: np.ndarray, weight: np.ndarray, flow: np.ndarray,
    queued: np.ndarray, share: np.ndarray, expected: np.ndarray, wait: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Exports by cell, goods waiting by good (t), and the mean wait by good, weighted by use, over the relations given."""
    exports, waiting, waited, use = np.zeros(size), np.zeros(goods), np.zeros(goods), np.zeros(goods)
    for k in range(rows.size):
        i = rows[k]
        g = good[i]
        exports[cell[k]] += flow[i] * weight[k]
        waiting[g] += queued[i] * weight[k]
        usual = share[i] * expected[buyer_cell[i]]
        waited[g] += usual * wait[i]
        use[g] += usual
    return exports, waiting, waited / np.maximum(use, 1.0)


@njit(cache=True)
def count_bound(ordered: np.ndarray, expected: np.ndarray, ceiling: float, rows: np.ndarray, wait: np.ndarray, longest: float) -> tuple[int, int, int]:
    """How many orders stand at the ceiling (a multiple of expected use), of how many buyers' goods; how many waits of `rows` are the longest."""
    at_ceiling, buying, waiting = 0, 0, 0
    for g in range(ordered.shape[0]):
        for j in range(ordered.shape[1]):
            top = ceiling * expected[g, j]
            buying += top > 0.0
            at_ceiling += top > 0.0 and ordered[g, j] >= top
    for i in rows:
        waiting += wait[i] >= longest
    return at_ceiling, buying, waiting


@njit(cache=True)
def lead_stock(stock: np.ndarray, lead: np.ndarray) -> np.ndarray:
    """Grams of the leading element of each good, shape (good, firm)."""
    out = np.empty((stock.shape[0], stock.shape[2]))
    for g in range(stock.shape[0]):
        for j in range(stock.shape[2]):
            out[g, j] = stock[g, lead[g], j]
    return out


@njit(cache=True)
def survey(
    inputs: np.ndarray, finished: np.ndarray, lead: np.ndarray, kind: np.ndarray, kinds: int, output: np.ndarray, counts: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Stocks by kind of firm and good, and each firm's output of its main products (`counts`): leading grams."""
    held, made = np.zeros((kinds, lead.size)), np.zeros(output.shape[1])
    for g in range(lead.size):
        for j in range(output.shape[1]):
            held[kind[j], g] += inputs[g, lead[g], j] + finished[g, lead[g], j]
            made[j] += output[g, j] * counts[g, j]
    return held, made


@njit(cache=True)
def supply_line(
    share: np.ndarray, queue: np.ndarray, pipe: np.ndarray, backlog: np.ndarray, wait: np.ndarray, lag: np.ndarray, buyer_cell: np.ndarray,
    line: np.ndarray, reach: np.ndarray,
) -> None:  # fmt: skip
    """Goods on their way by buyer and good, and the months of use that a normal supply line holds."""
    line[:], reach[:] = 0.0, 0.0
    for i in range(share.size):
        cell = buyer_cell[i]
        line[cell] += queue[i] + pipe[i] + backlog[i]
        reach[cell] += share[i] * (lag[i] - 1.0 + wait[i])


@njit(cache=True)
def readiness(
    fill: np.ndarray, shelf: np.ndarray, sales: np.ndarray, stockhold: np.ndarray, seller_cell: np.ndarray, terms: tuple[float, float, float],
    ready: np.ndarray,
) -> None:  # fmt: skip
    """E6.1: how readily the seller of each relation delivers, from its record and its stock against normal (`terms`: bounds and power)."""
    floor, ceiling, power = terms
    for i in range(fill.size):
        cell = seller_cell[i]
        ready[i] = availability(fill[i], shelf[cell], sales[cell] * stockhold[cell], floor, ceiling, power)


@njit(cache=True)
def watch_market(
    stock: np.ndarray, shelf: np.ndarray, expected: np.ndarray, aim: np.ndarray, sales: np.ndarray, stockhold: np.ndarray, output: np.ndarray,
    abroad: np.ndarray, share: np.ndarray, flow: np.ndarray, good: np.ndarray, buyer: np.ndarray, export: np.ndarray, outside: np.ndarray,
) -> np.ndarray:  # fmt: skip
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
