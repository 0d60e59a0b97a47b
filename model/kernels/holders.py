"""Holders of stocks: what those they serve lack, and how what they let go of is shared."""

import numpy as np
from numba import njit

from model.kernels.groups import Goods, Links, Served
from model.rules import in_kernels, stocks

lacking = in_kernels(stocks.lacking)


@njit(cache=True)
def lack(links: Links, goods: Goods, served: Served, pipe: np.ndarray, leaving: bool, kept: float) -> np.ndarray:
    """E12.4: what each firm lacks of a month's use and of a part (`kept`) of its usual cover, beside what it has, what is under way to it (`pipe`) and, if that is known, what leaves for it this month (good, firm)."""
    out = np.zeros(served.expected.shape)
    for i in range(pipe.size):
        out[links.good[i], links.buyer[i]] += pipe[i] + goods.taken[links.lead[links.good[i]], i] if leaving else pipe[i]
    for g in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[g, j] = lacking(served.expected[g, j], served.cover[g, j], kept, goods.inputs[g, links.lead[g], j] + out[g, j])
    return out


@njit(cache=True)
def share_among(rows: np.ndarray, links: Links, served: Served, short: np.ndarray, most: float, forced: bool) -> np.ndarray:
    """E12.4: whole grams for those at the end of some relations, of so much at most: for who lacks (`short`: good, firm), by priority and lack, then by lack; if all must go, the rest for everybody by use."""
    sent, weight, gone = np.zeros(rows.size), np.zeros(rows.size), 0.0
    for by in range(3 if forced else 2):
        total, left = 0.0, most - gone
        for k in range(rows.size):
            g, j = links.good[rows[k]], links.buyer[rows[k]]
            weight[k] = short[g, j] * served.priority[rows[k]] if by == 0 else short[g, j] if by == 1 else served.expected[g, j]
            total += weight[k]
        for k in range(rows.size if total > 0.0 else 0):
            ceiling = short[links.good[rows[k]], links.buyer[rows[k]]] if by < 2 else np.inf
            sent[k] += np.floor(min(left * weight[k] / total, max(ceiling - sent[k], 0.0)))
        gone = sent.sum()
    return sent
