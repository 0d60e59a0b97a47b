"""How prices of goods move: what is seen at the border, how scarce goods are, and a month's step. `goods` are those quoted."""

import numpy as np
from numba import njit

from model.rules import in_kernels, pricing
from model.rules.numerics import NEXT_TO_NOTHING

forward_cover, squeeze, open_to = in_kernels(pricing.forward_cover), in_kernels(pricing.squeeze), in_kernels(pricing.open_to)
log_step, after_step = in_kernels(pricing.log_step), in_kernels(pricing.after_step)
ask_weight, realised = in_kernels(pricing.ask_weight), in_kernels(pricing.realised)


@njit(cache=True)
def perceive(
    goods: np.ndarray, imports: np.ndarray, landed: np.ndarray, announced: np.ndarray, active: np.ndarray, open_: np.ndarray, activity_memory: float,
    openness_memory: float, experience: float,
) -> np.ndarray:  # fmt: skip
    """E10.2: how far imports have been arriving (`active`) and how open trade seems (`open_`). Returns the openness reckoned with.

    experience: weight of what arrived against what is announced.
    """
    openness = np.empty(goods.size)
    for k in range(goods.size):
        g = goods[k]
        came = min(1.0, landed[g] / max(imports[g], 1.0)) if imports[g] > 1.0 else 1.0
        active[k] += activity_memory * (came - active[k])
        open_[k] = open_to(open_[k], came, announced[g], openness_memory, experience)
        openness[k] = min(open_[k], announced[g])
    return openness


@njit(cache=True)
def scarcity(
    goods: np.ndarray, stock: np.ndarray, inflow: np.ndarray, target: np.ndarray, use: np.ndarray, horizon: float, floor: float, ceiling: float,
    threshold: float, power: float, most: float,
) -> tuple[np.ndarray, np.ndarray, float, float]:  # fmt: skip
    """E10.1: forward cover within its bounds (floor, ceiling), and the squeeze near stock-out.

    Returns both by good, and the share of goods at which each is bound.
    """
    cover, tight, loose, squeezed = np.empty(goods.size), np.empty(goods.size), 0, 0
    for k in range(goods.size):
        g = goods[k]
        full = forward_cover(stock[g], inflow[k], target[g], use[g], horizon)
        cover[k] = min(max(full, floor), ceiling)
        tight[k] = squeeze(stock[g], target[g], threshold, power, most)
        loose += full < floor or full > ceiling
        squeezed += threshold * target[g] > most * max(stock[g], NEXT_TO_NOTHING)
    return cover, tight, loose / goods.size, squeezed / goods.size


@njit(cache=True)
def step(
    goods: np.ndarray, price: np.ndarray, target: np.ndarray, least: np.ndarray, speed: np.ndarray, momentum: np.ndarray, drift: np.ndarray,
    memory: float, fall: float, rise: float,
) -> float:  # fmt: skip
    """E10.3: a month's move of prices towards their targets, never aiming below `least`, and their momentum after it.

    Returns the share of goods at which the step is bound.
    """
    bound = 0
    for k in range(goods.size):
        g = goods[k]
        move = log_step(price[g], max(target[k], least[g]), speed[k], momentum[k], drift[k], fall, rise)
        price[g] = after_step(price[g], move)
        momentum[k] += memory * (move - momentum[k])
        bound += move == -fall or move == rise
    return bound / goods.size


@njit(cache=True)
def realise(goods: np.ndarray, parity: np.ndarray, asked: np.ndarray, weight: np.ndarray, active: np.ndarray, power: float, paid: np.ndarray) -> None:
    """E10.4: prices realised (`paid`) from parity and the ask; `weight` is the least share of tonnage bought at the ask, `power` how it rises."""
    for k in range(goods.size):
        g = goods[k]
        paid[g] = realised(parity[g], asked[g], ask_weight(weight[k], active[k], power))


@njit(cache=True)
def land(
    base: np.ndarray, freight: np.ndarray, tariff: np.ndarray, offered: np.ndarray, paid: np.ndarray, quote: np.ndarray, share: np.ndarray,
    cell: np.ndarray, price: np.ndarray, landed: np.ndarray, duty: np.ndarray,
) -> None:  # fmt: skip
    """E15: price paid on each relation, what its offer costs on arrival against January 2024, and mean duty by cell.

    offered and paid: price over that of January 2024 by kind of quote and good (`quote` numbers them).
    """
    duty[:] = 0.0
    for i in range(base.size):
        price[i] = base[i] * paid[quote[i]]
        landed[i] = (base[i] * offered[quote[i]] + freight[i]) * (1.0 + tariff[i]) / (base[i] + freight[i])
        duty[cell[i]] += share[i] * tariff[i]


@njit(cache=True)
def pay(home: np.ndarray, outside: np.ndarray, abroad: np.ndarray, duty: np.ndarray, paid: np.ndarray) -> None:
    """What end users pay by good over the price of January 2024: that of their side of the border, and the mean duty."""
    for g in range(paid.shape[0]):
        for j in range(paid.shape[1]):
            paid[g, j] = (outside[g] if abroad[j] > 0.0 else home[g]) * (1.0 + duty[g * paid.shape[1] + j])
