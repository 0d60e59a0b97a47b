"""How prices of goods move: what is seen at the border, how scarce goods are, and a month's step. `goods` are those quoted, in each region outside China."""

import math

import numpy as np
from numba import njit

from model.kernels.groups import Aim, Apart, Arrivals, Ask, Carriage, Cover, Curves, Imports, Memory, Motion, Moves, Openness, Quotes, Squeeze, Stride, Supply, Traders
from model.rules import in_kernels, pricing
from model.rules.numerics import HALF, NEXT_TO_NOTHING

forward_cover, squeeze, open_to = in_kernels(pricing.forward_cover), in_kernels(pricing.squeeze), in_kernels(pricing.open_to)
log_step, after_step = in_kernels(pricing.log_step), in_kernels(pricing.after_step)
ask_weight, realised = in_kernels(pricing.ask_weight), in_kernels(pricing.realised)
barrier = in_kernels(pricing.barrier)


@njit(cache=True)
def perceive(goods: np.ndarray, imports: Imports, seems: Openness, memory: Memory) -> np.ndarray:
    """E10.2: how far imports have been arriving and how open trade seems. Returns the openness reckoned with."""
    openness = np.empty(goods.size)
    for k in range(goods.size):
        g = goods[k]
        came = min(1.0, imports.landed[g] / max(imports.needed[g], 1.0)) if imports.needed[g] > 1.0 else 1.0
        seems.active[k] += memory.activity * (came - seems.active[k])
        seems.open[k] = open_to(seems.open[k], came, imports.announced[g], memory.openness, memory.experience)
        openness[k] = min(seems.open[k], imports.announced[g])
    return openness


@njit(cache=True)
def scarcity(goods: np.ndarray, supply: Supply, bounds: Cover, near: Squeeze) -> tuple[np.ndarray, np.ndarray, float, float]:
    """E10.1: forward cover within its bounds, and the squeeze near stock-out.

    Returns both by good, and the share of goods at which each is bound.
    """
    cover, tight, loose, squeezed = np.empty(goods.size), np.empty(goods.size), 0, 0
    for k in range(goods.size):
        stock, target, use = supply.stock[goods[k]], supply.target[goods[k]], supply.use[goods[k]]
        full = forward_cover(stock, supply.inflow[k], target, use, bounds.horizon)
        cover[k] = min(max(full, bounds.floor), bounds.ceiling)
        tight[k] = squeeze(stock, target, near.threshold, near.power, near.most)
        loose += full < bounds.floor or full > bounds.ceiling
        squeezed += near.threshold * target > near.most * max(stock, NEXT_TO_NOTHING)
    return cover, tight, loose / goods.size, squeezed / goods.size


@njit(cache=True)
def step(goods: np.ndarray, price: np.ndarray, aim: Aim, motion: Motion, stride: Stride) -> float:
    """E10.3: a month's move of prices towards their targets, and their momentum after it.

    Returns the share of goods at which the step is bound.
    """
    bound = 0
    for k in range(goods.size):
        g = goods[k]
        target = max(aim.target[k], aim.least[g])
        move = log_step(price[g], target, motion.speed[k], motion.momentum[k], motion.drift[k], stride.fall, stride.rise)
        price[g] = after_step(price[g], move)
        motion.momentum[k] += stride.memory * (move - motion.momentum[k])
        bound += move == -stride.fall or move == stride.rise
    return bound / goods.size


@njit(cache=True)
def marginal(curves: Curves, capacity: np.ndarray, need: np.ndarray) -> np.ndarray:
    """E10.7: what the producer costs that the need of each curve calls last; capacity (producer,) and need (curve,) in leading grams a month.

    A producer's cost is reached where the need calls half of it, and rises evenly from one to the next. Beyond all capacity the last one's counts; of a curve
    without capacity, 0.
    """
    found = np.zeros(need.size)
    for k in range(need.size):
        below, middle, cost = 0.0, 0.0, 0.0
        for i in range(curves.first[k], curves.first[k + 1]):
            if capacity[i] <= 0.0:
                continue
            at = below + HALF * capacity[i]
            if need[k] <= at:
                found[k] = curves.cost[i] if below == 0.0 else cost + (curves.cost[i] - cost) * (need[k] - middle) / (at - middle)
                break
            below, middle, cost = below + capacity[i], at, curves.cost[i]
            found[k] = cost
    return found


@njit(cache=True)
def trailing(moves: np.ndarray, months: int, prior: np.ndarray) -> np.ndarray:
    """E10.9: standard deviation of monthly log moves (month, good), of which so many are known; for each that is not, the variance is that of `prior` (good,)."""
    found = np.empty(prior.size)
    for g in range(prior.size):
        mean, spread = 0.0, 0.0
        for m in range(months):
            mean += moves[m, g] / months
        for m in range(months):
            spread += (moves[m, g] - mean) * (moves[m, g] - mean)
        found[g] = math.pow((spread + (moves.shape[0] - months) * prior[g] * prior[g]) / moves.shape[0], HALF)
    return found


@njit(cache=True)
def arbitrage(goods: np.ndarray, asked: np.ndarray, use: np.ndarray, apart: Apart, traders: Traders, momentum: np.ndarray, memory: float) -> None:
    """E10.6: goods move from where they are asked for less to where they are asked for more by more than moving costs, and prices (region, good) near each other.

    All pairs go by the prices of before. A region that has gaps with several others shares its traders among them. Where a good is not used it has no market.
    """
    regions = asked.shape[0]
    for k in range(goods.size):
        g = goods[k]
        gap, many = np.zeros((regions, regions)), np.zeros(regions)
        for a in range(regions):
            for b in range(regions):
                if a != b and use[a, g] > 0.0 and use[b, g] > 0.0:
                    cost = barrier(asked[a, g], apart.duty[g, a, b], apart.freight[a, b] + traders.placing[k])
                    gap[a, b] = max(math.log(asked[b, g]) - math.log(asked[a, g]) - cost, 0.0)
                    if gap[a, b] > 0.0:
                        many[a] += 1.0
                        many[b] += 1.0
        for a in range(regions):
            move = 0.0
            for b in range(regions):
                move += (gap[a, b] - gap[b, a]) / max(many[a], many[b], 1.0)
            move *= HALF * traders.speed[k]
            asked[a, g] = after_step(asked[a, g], move)
            momentum[a, k] += memory * move


@njit(cache=True)
def realise(goods: np.ndarray, quotes: Quotes, ask: Ask, paid: np.ndarray) -> None:
    """E10.4: prices realised (`paid`) from parity and the ask."""
    for k in range(goods.size):
        g = goods[k]
        paid[g] = realised(quotes.parity[g], quotes.asked[g], ask_weight(ask.weight[k], ask.active[k], ask.power))


@njit(cache=True)
def land(carriage: Carriage, moves: Moves, share: np.ndarray, cell: np.ndarray, arrivals: Arrivals) -> None:
    """E15: price paid on each relation, what its offer costs on arrival, and mean duty by the buyers' cells."""
    tariff = carriage.tariff
    arrivals.duty[:] = 0.0
    for i in range(tariff.size):
        arrivals.price[i] = moves.paid[carriage.place[i]]
        arrivals.landed[i] = ((moves.offered[carriage.quote[i]] + carriage.added[i]) * carriage.asked[i] + carriage.freight[i]) * (1.0 + tariff[i])
        arrivals.duty[cell[i]] += share[i] * tariff[i]


@njit(cache=True)
def pay(local: np.ndarray, place: np.ndarray, duty: np.ndarray, paid: np.ndarray) -> None:
    """What end users pay by good over the price of the start: that of their market (`local`, market and good, China last), and the mean duty."""
    for g in range(paid.shape[0]):
        for j in range(paid.shape[1]):
            paid[g, j] = local[place[j], g] * (1.0 + duty[g * paid.shape[1] + j])
