"""E10: prices inside China and in the regions outside."""

import math

from model.rules import rule
from model.rules.numerics import HALF, NEXT_TO_NOTHING


@rule
def forward_cover(stock: float, inflow: float, target: float, use: float, horizon: float) -> float:
    """E10.1: stock and expected inflow over wanted stock and use, both over a horizon in months; one where nobody wants any."""
    wanted = target + horizon * use
    return (stock + horizon * inflow) / max(wanted, NEXT_TO_NOTHING) if wanted > 0.0 else 1.0


@rule
def squeeze(stock: float, target: float, threshold: float, power: float, ceiling: float) -> float:
    """E10.1: convexity near stock-out (theory of storage)."""
    return math.pow(min(max(threshold * target / max(stock, NEXT_TO_NOTHING), 1.0), ceiling), power)


@rule
def open_to(openness: float, active: float, announced: float, memory: float, experience: float) -> float:
    """E10.2: perceived openness follows what really ships (weight `experience`) and what is announced; memory 1/month."""
    return openness + memory * (experience * active + (1.0 - experience) * announced - openness)


@rule
def anchor(openness: float, parity: float, incentive: float) -> float:
    """E10.2: price to which the market returns: import parity when open, the incentive price of new supply when closed."""
    return math.exp(openness * math.log(parity) + (1.0 - openness) * math.log(max(parity, incentive)))


@rule
def log_step(price: float, target: float, speed: float, momentum: float, drift: float, fall_limit: float, rise_limit: float) -> float:
    """E10.3: change of the log price this month."""
    step = speed * (math.log(target) - math.log(price)) + drift * momentum
    return min(max(step, -fall_limit), rise_limit)


@rule
def after_step(price: float, step: float) -> float:
    return price * math.exp(step)


@rule
def barrier(price: float, duty: float, cost: float) -> float:
    """E10.6: how far a price may lie below another before goods move there: log of duty, and of freight and placing (USD/kg) over the price."""
    return math.log(1.0 + duty + cost / price)


@rule
def ask_weight(least_weight: float, active: float, power: float) -> float:
    """E10.4: share of tonnage that has to be bought at the ask, rising with a power of at least one when licensed shipments stop."""
    missing = max(1.0 - active, 0.0)
    return least_weight + (1.0 - least_weight) * missing * math.pow(missing, max(power - 1.0, 0.0))


@rule
def realised(parity: float, asked: float, weight: float) -> float:
    """E10.4: volume-weighted price outside China, USD/kg."""
    return math.exp((1.0 - weight) * math.log(parity) + weight * math.log(asked))


@rule
def shifted(ores: float, plants: float, share: float) -> float:
    """E10.7: marginal cost over that at the start, from that of ore (a share of all cost) and that of plants."""
    return 1.0 + share * (ores - 1.0) + (1.0 - share) * (plants - 1.0)


@rule
def home_anchor(start: float, cost: float, response: float, expected: float, weight: float) -> float:
    """E10.7: price in China to which the market returns: that of the start moved with marginal cost, by weight the one expected."""
    return start * math.pow(cost, response * (1.0 - weight)) * math.pow(expected / start, weight)


@rule
def adapted(expected: float, seen: float, months: float) -> float:
    """E10.7: price or marginal cost expected to last after a month in which another was seen, smoothed in logs over some months."""
    return expected * math.pow(seen / expected, 1.0 / months)


@rule
def trend_of(trend: float, price: float, before: float, memory: float) -> float:
    """E10.5: trend of a price, log/month, by which traders go."""
    return trend + memory * (math.log(price / before) - trend)


@rule
def held_off(held: float, trend: float, cheapness: float, news: float, chase: float, reserve: float, alarm: float, speed: float, most: float) -> float:
    """E10.5: share of producers' stock that traders and the state keep off the market beyond what they usually do; below 0: they sell of theirs.

    Traders buy on the trend, the state when prices are below what is expected (cheapness, log); news of restrictions moves both at once.
    """
    return min(max(held + speed * (chase * trend + reserve * cheapness - held) + alarm * news, -most), most)


@rule
def disturbed(before: float, luck: float, deviation: float, persistence: float) -> float:
    """E10.8: residual of a log price, an AR(1) whose monthly change has the standard deviation given."""
    return persistence * before + deviation * math.pow((1.0 + persistence) * HALF, HALF) * luck
