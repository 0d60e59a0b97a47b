"""E11: who builds capacity, and what makes it worth building."""

import math

from model.rules import rule
from model.rules.numerics import HALF, LEAST, normal_below


@rule
def remembered(peak: float, asked: float, reference: float, forgetting: float) -> float:
    """E11.1: price expected in a crisis: the remembered peak fades towards normal, a new peak renews it."""
    return max(asked, peak + forgetting * (reference - peak))


@rule
def expected_revenue(belief: float, expected: float, crisis: float, premium: float) -> float:
    """E11.1: unit revenue an investor expects, USD/kg: normal times at the premium customers pay for safe supply, crisis times at crisis prices."""
    return (1.0 - belief) * expected * (1.0 + premium * belief) + belief * crisis


@rule
def floored(price: float, floor: float, share: float, upside: float) -> float:
    """E11.1: price expected where a share of output is sold at a floor or above it, USD/kg; upside: share of what it is above the floor that goes to who guarantees it."""
    return share * (max(price, floor) - upside * max(price - floor, 0.0)) + (1.0 - share) * price


@rule
def lasting(begins: float, ends: float, rate: float, life: float) -> float:
    """E11.1: share of what a plant earns in its life, discounted, that it earns between two of its ages, years."""
    first = min(max(begins, 0.0), life)
    last = max(min(ends, life), first)
    if rate <= 0.0:
        return (last - first) / life
    return (math.pow(1.0 + rate, -first) - math.pow(1.0 + rate, -last)) / (1.0 - math.pow(1.0 + rate, -life))


@rule
def support(belief: float, background: float, slope: float, given: float, most: float) -> float:
    """E11.2: share of capital the state bears: what it has given, and more the more restrictions are feared."""
    return min(given + slope * max(belief - background, 0.0), most)


@rule
def annuity(rate: float, years: float) -> float:
    """Share of a loan paid back each year, interest included, over so many years."""
    return rate / (1.0 - math.pow(1.0 + rate, -years)) if rate > 0.0 else 1.0 / years


@rule
def present_value(income: float, capex: float, annuity: float, overrun: float, borne: float) -> float:
    """E11.2: net present value per unit of capital: yearly income over the annuity, less the capital with its overrun that the owner bears; 0 where there is no capital."""
    if capex <= 0.0:
        return 0.0
    return (income / annuity - capex * (1.0 + overrun) * (1.0 - borne)) / capex


@rule
def waiting(volatility: float, rate: float, weight: float) -> float:
    """E11.3: value of waiting per unit of capital: by how much more than its cost a plant must be worth before it is begun (Dixit and Pindyck 1994).

    volatility: of what it earns, 1/sqrt(year); rate: of discount, as large as what waiting forgoes, 1/year; weight: 0 to build as soon as it pays.
    """
    root = HALF + math.sqrt(HALF * HALF + 2.0 * rate / max(volatility * volatility, LEAST))
    return weight / (root - 1.0)


@rule
def cleared(value: float, threshold: float, spread: float) -> float:
    """E11.4: share of investors for whom a plant of this value, per unit of capital, clears the threshold."""
    return normal_below((value - threshold) / spread)


@rule
def funds(cash: float, promised: float, equity: float, cost: float, raised: float) -> float:
    """E11.4: share of the equity a project takes, itself a share of its cost, that its company has, is promised or can raise (a share of it); million USD."""
    needed = equity * cost
    return 1.0 if needed <= 0.0 else min(raised + (max(cash, 0.0) + max(promised, 0.0)) / max(needed, LEAST), 1.0)


@rule
def gained(permits: float, left: float) -> float:
    """E11.4: months by which the month in which a project may be decided on comes nearer in a month beside the month itself, where permits, a share of the wait, take the share `left` of their time."""
    return 1.0 / max(1.0 - permits * (1.0 - left), LEAST) - 1.0


@rule
def expansion(capacity: float, underway: float, rate: float, ahead: float) -> float:
    """E11.5: capacity begun a month by a firm that is full and paid, g/month: less the more is under way, nothing beyond the share `ahead` of what stands."""
    return rate * max(capacity - underway / ahead, 0.0)


@rule
def ramped(part: float, steepness: float) -> float:
    """E11.6: share of nameplate reached after a part (0 to 1) of the ramp: logistic, from 0 to 1; even at steepness 0."""
    whole, low, high = min(max(part, 0.0), 1.0), 1.0 / (1.0 + math.exp(HALF * steepness)), 1.0 / (1.0 + math.exp(-HALF * steepness))
    if high <= low:
        return whole
    return (1.0 / (1.0 + math.exp(-steepness * (whole - HALF))) - low) / (high - low)
