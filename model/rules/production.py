"""E5 and E7: what makers produce."""

import math

from model.rules import rule
from model.rules.numerics import LEAST


@rule
def make_to_stock(sales: float, cover: float, stock: float, adjustment: float) -> float:
    """E7.1: output planned by a producer that keeps a stock of `cover` months of sales, g/month."""
    return max(sales + (cover * sales - stock) / adjustment, 0.0)


@rule
def make_to_order(demanded: float, stock: float) -> float:
    """Output planned by a producer that works to order, g/month: orders in hand less what is on the shelf."""
    return max(demanded - stock, 0.0)


@rule
def add_lines(capacity: float, expected: float, headroom: float, months: float) -> float:
    """E7.3: capacity for parts a month on, g/month: towards expected use with headroom above it, in so many months, and never down."""
    return capacity + max((1.0 + headroom) * expected - capacity, 0.0) / months


@rule
def widen(capacity: float, output: float, full: float, months: float, permitted: float) -> float:
    """E7.2: lines a maker adds this month, g/month: towards the capacity of which its output would be a share `full`, in so many months, and not beyond what is permitted."""
    return min(max(output / max(full, LEAST) - capacity, 0.0) / months, max(permitted - capacity, 0.0))


@rule
def allotted(monthly: float, months: float, made: float) -> float:
    """E7.4: what a quota leaves for this month, t: a month's part for each month of the year so far, this one included, less what was made."""
    return max(monthly * months - made, 0.0)


@rule
def cut(left: float, planned: float) -> float:
    """E7.4: share of the output planned by all under a quota that what is left allows."""
    return min(left / max(planned, LEAST), 1.0) if planned > left else 1.0


@rule
def utilisation(price: float, cost: float, response: float, floor: float) -> float:
    """E5.3: share of capacity run at a price and a cash cost (USD/kg)."""
    if cost <= 0.0:
        return 1.0
    return min(max(math.pow(price / max(cost, LEAST), response), floor), 1.0)


@rule
def batch(wanted: float, limit: float) -> float:
    """E5.1: a plant makes what is wanted up to its limit."""
    return min(wanted, limit)


@rule
def joint(plan: float, made_per_batch: float, weight: float) -> float:
    """E5, joint production: batch that one product asks for, times that product's share in the value of the basket."""
    if made_per_batch <= 0.0:
        return 0.0
    return weight * plan / max(made_per_batch, LEAST)


@rule
def coverage(held: float, wanted: float) -> float:
    """E5.1: share of an input's requirement that is in hand (Leontief, one input)."""
    if wanted <= held or wanted <= 0.0:
        return 1.0
    return held / max(wanted, LEAST)


@rule
def availability(fill: float, stock: float, target: float, floor: float, power: float) -> float:
    """E6.1: how readily a seller delivers: its record of filling orders, and a power of its stock where that is below normal, down to a floor."""
    if target <= 0.0:
        return fill
    root = math.sqrt(min(max(stock / max(target, LEAST), floor), 1.0))
    return fill * math.pow(root, power + power)
