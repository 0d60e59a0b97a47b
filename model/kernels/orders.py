"""How orders are split over suppliers, and how shares and qualifications move."""

import math

import numpy as np
from numba import njit

from model.rules import in_kernels
from model.rules.numerics import LEAST
from model.rules.sourcing import trust_after as trust_rule

trust_after = in_kernels(trust_rule)


@njit(cache=True)
def admit(capacity: np.ndarray, seller: np.ndarray, status: np.ndarray, qualified: int, banned: np.ndarray, open_: np.ndarray, usable: np.ndarray) -> None:
    """Which sellers operate (`open_`), and with which of them a buyer may place orders: qualified ones that are not banned."""
    for i in range(seller.size):
        open_[i] = capacity[seller[i]] > 0.0
        usable[i] = status[i] == qualified and open_[i] and banned[i] < 1.0


@njit(cache=True)
def shift_shares(share: np.ndarray, weight: np.ndarray, utility: np.ndarray, usable: np.ndarray, inside: np.ndarray, first: np.ndarray, away: float, back: float) -> None:
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
def place(
    ordered: np.ndarray, share: np.ndarray, availability: np.ndarray, usable: np.ndarray, first: np.ndarray, rows: tuple[int, int],
    buyer_cell: np.ndarray, seller_cell: np.ndarray, fill: np.ndarray, filled: np.ndarray, backlog: np.ndarray, trial: tuple[float, float, float],
    order: np.ndarray, demanded: np.ndarray,
) -> None:  # fmt: skip
    """Splits each buyer's orders over its suppliers (`split`), and adds what each seller is asked for to `demanded`. `rows`: range of cells."""
    for c in range(rows[0], rows[1]):
        start, end = first[c], first[c + 1]
        if end > start:
            split(ordered[buyer_cell[start]], start, end, share, availability, usable, fill, filled, backlog, trial, order)
        for i in range(start, end):
            demanded[seller_cell[i]] += order[i]


@njit(cache=True)
def split(
    wanted: float, start: int, end: int, share: np.ndarray, availability: np.ndarray, usable: np.ndarray, fill: np.ndarray, filled: np.ndarray,
    backlog: np.ndarray, trial: tuple[float, float, float], order: np.ndarray,
) -> None:  # fmt: skip
    """E6.1: one buyer's order for one good over its suppliers, by share and by how readily each delivers.

    A supplier that does not deliver in full (`trial`: record from which it does, growth asked of it, least part of its share it is
    given) gets little more than it last delivered; the rest goes to those that do, or, if there are none, to all.
    """
    full, growth, least = trial
    total, sound, over = 0.0, 0.0, 0.0
    for i in range(start, end):
        order[i] = share[i] * availability[i] * usable[i]
        total += order[i]
        sound += order[i] * (fill[i] >= full)
    scale = wanted / total if total > 0.0 else 0.0
    for i in range(start, end):
        order[i] *= scale
    if sound <= 0.0 or sound == total:
        return
    for i in range(start, end):
        if fill[i] < full:
            kept = min(order[i], max((1.0 + growth) * filled[i] - backlog[i], least * order[i]))
            over += order[i] - kept
            order[i] = kept
    more = over / max(sound * scale, LEAST)
    for i in range(start, end):
        order[i] += order[i] * more * (fill[i] >= full)


@njit(cache=True)
def watch(
    order: np.ndarray, flow: np.ndarray, queue: np.ndarray, share: np.ndarray, expected: np.ndarray, good: np.ndarray, buyer: np.ndarray,
    from_china: np.ndarray, trust: np.ndarray, wait: np.ndarray, full: float, gain: float, loss: float, patience: tuple[float, float, float],
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """E6.4 and E8.2: trust and the perceived licence wait (Little's law) after the month's deliveries.

    patience: weight of the newest month, least flow reckoned with (a share of normal purchases), longest wait.
    Returns, by firm, what is usually bought from China abroad and what of it was shipped (leading grams).
    """
    newest, trickle, longest = patience
    bought, shipped = np.zeros(expected.shape[1]), np.zeros(expected.shape[1])
    for i in range(trust.size):
        usual = share[i] * expected[good[i], buyer[i]]
        if queue[i] > 0.0 or wait[i] > 0.0:
            months = queue[i] / max(flow[i], trickle * usual, 1.0)
            wait[i] += newest * (min(months, longest) - wait[i])
        came = min(1.0, (flow[i] + 1.0) / order[i]) if order[i] > 0.0 else 1.0
        trust[i] = trust_after(trust[i], came, full, gain, loss)
        if from_china[i] > 0.0:
            bought[buyer[i]] += usual
            shipped[buyer[i]] += flow[i]
    return bought, shipped


@njit(cache=True)
def want(share: np.ndarray, fill: np.ndarray, cell: np.ndarray, cells: int) -> np.ndarray:
    """Share of orders, by buyer and good, that present suppliers tend to leave unfilled."""
    usual, met = np.zeros(cells), np.zeros(cells)
    for i in range(share.size):
        usual[cell[i]] += share[i]
        met[cell[i]] += share[i] * fill[i]
    for c in range(cells):
        met[c] = max(1.0 - met[c] / usual[c], 0.0) if usual[c] > 0.0 else 0.0
    return met


@njit(cache=True)
def qualify(
    rows: np.ndarray, status: np.ndarray, clock: np.ndarray, chance: np.ndarray, rate: float, fear: np.ndarray, lack: np.ndarray, outside: np.ndarray,
    buyer: np.ndarray, buyer_cell: np.ndarray, spare: np.ndarray, seller_cell: np.ndarray, months: np.ndarray,
) -> int:  # fmt: skip
    """E6.1: possible suppliers (rows) are sampled (1) and, when the clock has run, qualified (2). Returns how many qualified.

    A supplier outside China is sampled for fear (by buyer), one inside for lack (by buyer and good), at a monthly rate; it must have
    goods to spare (by seller and good).
    """
    done = 0
    for k in range(rows.size):
        i = rows[k]
        if status[i] == 1:
            clock[i] -= 1.0
            if clock[i] <= 0.0:
                status[i] = 2
                done += 1
        elif status[i] == 0 and spare[seller_cell[i]]:
            motive = fear[buyer[i]] if outside[i] > 0.0 else lack[buyer_cell[i]]
            if chance[k] < rate * motive:
                status[i] = 1
                clock[i] = months[i]
    return done
