"""E10: prices in two markets, inside and outside China."""

import math

from model.rules import rule
from model.rules.numerics import NEXT_TO_NOTHING


@rule
def forward_cover(stock, inflow, target, use, horizon):
    """E10.1: stock and expected inflow over wanted stock and use, both over a horizon in months; one where nobody wants any."""
    wanted = target + horizon * use
    return (stock + horizon * inflow) / max(wanted, NEXT_TO_NOTHING) if wanted > 0.0 else 1.0


@rule
def squeeze(stock, target, threshold, power, ceiling):
    """E10.1: convexity near stock-out (theory of storage)."""
    return math.pow(min(max(threshold * target / max(stock, NEXT_TO_NOTHING), 1.0), ceiling), power)


@rule
def open_to(openness, active, announced, memory, experience):
    """E10.2: perceived openness follows what really ships (weight `experience`) and what is announced; memory 1/month."""
    return openness + memory * (experience * active + (1.0 - experience) * announced - openness)


@rule
def anchor(openness, parity, incentive):
    """E10.2: price to which the market returns: import parity when open, the incentive price of new supply when closed."""
    return math.exp(openness * math.log(parity) + (1.0 - openness) * math.log(max(parity, incentive)))


@rule
def log_step(price, target, speed, momentum, drift, fall_limit, rise_limit):
    """E10.3: change of the log price this month."""
    step = speed * (math.log(target) - math.log(price)) + drift * momentum
    return min(max(step, -fall_limit), rise_limit)


@rule
def after_step(price, step):
    return price * math.exp(step)


@rule
def ask_weight(least_weight, active, power):
    """E10.4: share of tonnage that has to be bought at the ask, rising with a power of at least one when licensed shipments stop."""
    missing = max(1.0 - active, 0.0)
    return least_weight + (1.0 - least_weight) * missing * math.pow(missing, max(power - 1.0, 0.0))


@rule
def realised(parity, asked, weight):
    """E10.4: volume-weighted price outside China, USD/kg."""
    return math.exp((1.0 - weight) * math.log(parity) + weight * math.log(asked))
