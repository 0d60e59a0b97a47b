"""E3: how much a buyer orders."""

from model.rules import rule

KILO = 1e3
"""Grams in a kilogram."""


@rule
def target_cover(normal: float, response: float, belief: float, background: float) -> float:
    """E3.1: cover a buyer wants, months: it rises with the belief in restrictions."""
    return normal * (1.0 + response * max(belief - background, 0.0))


@rule
def carrying(held: float, obliged: float, usual: float, expected: float, worth: float, rate: float) -> float:
    """E3.3: what a stock costs a month that is held for an obligation beyond usual cover, million USD.

    held g; obliged, usual cover in months; expected use g/month; worth USD/kg of it; rate 1/year.
    """
    return max(min(held, obliged * expected) - usual * expected, 0.0) * worth / KILO * rate / 12.0 / 1e6


@rule
def order_up_to(
    expected: float, growth: float, cover: float, position: float, line_target: float, line: float, adjustment: float, line_adjustment: float,
    line_weight: float, ceiling: float,
) -> float:  # fmt: skip
    """E3.2: order, grams a month: expected use with growth, the stock gap, and part of the supply-line gap.

    expected g/month; growth 1/month including growth of the stock itself; cover months; position, line_target, line g;
    adjustment times months; line_weight 0..1; ceiling in multiples of expected use.
    """
    order = expected * (1.0 + growth * (1.0 + cover))
    order += (cover * expected - position) / adjustment
    order += line_weight * (line_target - line) / line_adjustment
    return min(max(order, 0.0), ceiling * expected)
