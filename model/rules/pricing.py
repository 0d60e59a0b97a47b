"""E10: prices inside China and in the regions outside."""

import math

from model.rules import rule
from model.rules.numerics import NEXT_TO_NOTHING


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
