"""Sums over relations and firms, by cell or by good."""

import numpy as np
from numba import njit

from model.kernels.groups import Across, Coming, Exports, Goods, Links, Month, Plants, Shares, Shelves, Thin, Users, Usual
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
def tally(exports: Exports, places: int, links: Links, usual: Usual, month: Month, wait: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Exports by good and destination (of so many places), goods waiting by good (t), and the mean wait by good, weighted by use."""
    goods = links.lead.size
    sent, waiting, waited, use = np.zeros(goods * places), np.zeros(goods), np.zeros(goods), np.zeros(goods)
    for k in range(exports.rows.size):
        i = exports.rows[k]
        g = links.good[i]
        sent[exports.cell[k]] += month.flow[i] * exports.weight[k]
        waiting[g] += month.queued[i] * exports.weight[k]
        bought = usual.share[i] * usual.expected[g, links.buyer[i]]
        waited[g] += bought * wait[i]
        use[g] += bought
    return sent.reshape(goods, places), waiting, waited / np.maximum(use, 1.0)


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
def survey(goods: Goods, lead: np.ndarray, kind: np.ndarray, kinds: int, output: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Stocks by kind of firm and good, and each firm's output of its main products (`counts`): leading grams."""
    held, made = np.zeros((kinds, lead.size)), np.zeros(output.shape[1])
    for g in range(lead.size):
        for j in range(output.shape[1]):
            held[kind[j], g] += goods.inputs[g, lead[g], j] + goods.finished[g, lead[g], j]
            made[j] += output[g, j] * counts[g, j]
    return held, made


@njit(cache=True)
def supply_line(links: Links, shares: Shares, coming: Coming, lag: np.ndarray, line: np.ndarray, reach: np.ndarray) -> None:
    """Goods on their way by good and buyer (`line`), and the months of use that a normal supply line holds (`reach`). Paper is no supply. lag: months, by relation."""
    line[:], reach[:] = 0.0, 0.0
    for c in range(shares.first.size - 1):
        on_way, months = 0.0, 0.0
        for i in range(shares.first[c], shares.first[c + 1]):
            on_way += coming.pipe[i] + coming.backlog[i]
            months += shares.share[i] * (lag[i] - 1.0)
        i = shares.first[c]
        line[links.good[i], links.buyer[i]], reach[links.good[i], links.buyer[i]] = on_way, months


@njit(cache=True)
def readiness(cell: np.ndarray, record: np.ndarray, shelves: Shelves, bounds: Thin, ready: np.ndarray) -> None:
    """E6.1: how readily the seller of each relation delivers, from its record and its stock against normal. cell: the seller's, by relation."""
    shelf, sales, stockhold = shelves.shelf.ravel(), shelves.sales.ravel(), shelves.stockhold.ravel()
    for i in range(record.size):
        c = cell[i]
        ready[i] = availability(record[i], shelf[c], sales[c] * stockhold[c], bounds.floor, bounds.power)


@njit(cache=True)
def idle(output: np.ndarray, counts: np.ndarray, shelves: Shelves, plants: Plants, full: float) -> tuple[np.ndarray, np.ndarray]:
    """Who holds clearly more of a good than it needs, and who does so or makes less than it could (good, firm). counts: main products; full: use that is full."""
    unsold, spare, made = np.empty(output.shape, np.bool_), np.empty(output.shape, np.bool_), np.zeros(output.shape[1])
    for g in range(output.shape[0]):
        for j in range(output.shape[1]):
            made[j] += output[g, j] * counts[g, j]
            unsold[g, j] = shelves.shelf[g, j] > shelves.stockhold[g, j] * shelves.sales[g, j] + (1.0 - full) * output[g, j]
    for g in range(output.shape[0]):
        for j in range(output.shape[1]):
            spare[g, j] = unsold[g, j] or made[j] < full * plants.factor[j] * plants.capacity[j]
    return unsold, spare


@njit(cache=True)
def watch_firms(across: Across, users: Users, shelves: Shelves, output: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What markets see of firms, leading grams a month: stock, use and target by region outside China and good; held, kept, sold and made by good in it."""
    outside, china = np.zeros((3, across.regions, output.shape[0])), np.zeros((4, output.shape[0]))
    for g in range(output.shape[0]):
        for j in range(output.shape[1]):
            r = across.place[j]
            if r >= 0:
                outside[0, r, g] += users.stock[g, j]
                outside[1, r, g] += users.expected[g, j]
                outside[2, r, g] += users.aim[g, j] * users.expected[g, j]
            else:
                china[0, g] += shelves.shelf[g, j]
                china[1, g] += shelves.sales[g, j] * shelves.stockhold[g, j]
                china[2, g] += shelves.sales[g, j]
                china[3, g] += output[g, j]
    return outside, china


@njit(cache=True)
def watch_trade(links: Links, usual: Usual, flow: np.ndarray, across: Across) -> np.ndarray:
    """What markets see of trade, by region and good in leading grams a month: imports needed from China, those shipped, and what others deliver there."""
    seen = np.zeros((3, across.regions, usual.expected.shape[0]))
    for i in across.export:
        g, r = links.good[i], across.place[links.buyer[i]]
        seen[0, r, g] += usual.share[i] * usual.expected[g, links.buyer[i]]
        seen[1, r, g] += flow[i]
    for i in across.outside:
        seen[2, across.place[links.buyer[i]], links.good[i]] += flow[i]
    return seen


@njit(cache=True)
def duties(links: Links, across: Across, tariff: np.ndarray) -> np.ndarray:
    """Mean duty on the relations from one region outside China to another (good, from, to); none where there are none."""
    size = (links.lead.size, across.regions, across.regions)
    total, many = np.zeros(size), np.zeros(size)
    for i in across.outside:
        a, b = across.place[links.seller[i]], across.place[links.buyer[i]]
        total[links.good[i], a, b] += tariff[i]
        many[links.good[i], a, b] += 1.0
    return total / np.maximum(many, 1.0)
