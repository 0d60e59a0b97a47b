"""What instruments do at the border: the terms they set, whom they alarm, and quotas."""

import numpy as np
from numba import njit

from model.kernels.groups import Goods, Licence, Limits, Links, Room, Terms
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
def give_back(links: Links, finished: np.ndarray, i: int, e: int, grams: float) -> None:
    """Goods of one relation go back to the seller's stock."""
    finished[links.good[i], e, links.seller[i]] += grams


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
def restrict(rows: np.ndarray, links: Links, goods: Goods, quotas: Limits) -> np.ndarray:
    """Quotas on the relations `rows`: what may not leave goes back to the seller; all quotas on a relation count it. Returns what each has left."""
    good, lead, taken, asked = links.good, links.lead, goods.taken, np.zeros(quotas.capacity.size)
    for q in range(asked.size):
        for i in rows:
            if quotas.covers[q, i]:
                asked[q] += taken[lead[good[i]], i]
    left = quotas.capacity.copy()
    for i in rows:
        l = lead[good[i]]
        room = least_room(i, quotas, asked, left)
        if room.part < 1.0:
            for e in range(taken.shape[0]):
                most = np.floor(room.grams) if room.grams < np.inf and e == l else taken[e, i]
                stopped = taken[e, i] - portion(taken[e, i], room.part, most)
                taken[e, i] -= stopped
                give_back(links, goods.finished, i, e, stopped)
        for q in range(left.size):
            if quotas.covers[q, i]:
                left[q] -= taken[l, i]
    return left
