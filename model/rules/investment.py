"""E11: who builds capacity."""

import math

from model.rules import rule
from model.rules.numerics import LEAST, normal_below


@rule
def remembered(peak: float, asked: float, reference: float, forgetting: float) -> float:
    """E11.1: price expected in a crisis: the remembered peak fades towards normal, a new peak renews it."""
    return max(asked, peak + forgetting * (reference - peak))


@rule
def expected_revenue(belief: float, expected: float, crisis: float, premium: float) -> float:
    """E11.1: unit revenue an investor expects, USD/kg: normal times at a premium for safe supply, crisis times at crisis prices."""
    return (1.0 - belief) * expected * (1.0 + premium * belief) + belief * crisis


@rule
def viable(revenue: float, cost: float, capital_charge: float, support: float, dispersion: float, scale: float, tail: float) -> float:
    """E11.3: share of heterogeneous projects in the money; support: share of capital borne by the state; scale USD/kg.

    tail: share so far out that nobody proposes it, taken off.
    """
    margin = (revenue - cost - capital_charge * (1.0 - support)) / (dispersion * scale)
    return max(normal_below(margin) - tail, 0.0)


@rule
def support(belief: float, background: float, slope: float) -> float:
    """E11.3: share of capital the state bears, growing with the fear of restrictions."""
    return slope * max(belief - background, 0.0)


@rule
def launch(rate: float, promising: float, gate: float, room: float, need: float, weight: float, abroad: float) -> float:
    """E11.3: capacity a firm starts to build this month, g/month: the stage's rate and need, its open gate and room, the firm's share."""
    return rate * promising * gate * room * need * weight * abroad


@rule
def gate(price: float, expected: float, power: float) -> float:
    """E11.3: decisions stall in a falling market."""
    return math.pow(min(max(price / expected, 0.0), 1.0), power)


@rule
def room(capacity: float, need: float, overbuild: float) -> float:
    """E11.3: share of need that capacity built and under construction leaves open."""
    if need <= 0.0:
        return 0.0
    return min(max(overbuild - capacity / max(need, LEAST), 0.0), 1.0)
