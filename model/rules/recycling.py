"""E13: what comes back of products in use."""

import math

from model.rules import rule
from model.rules.numerics import LEAST


@rule
def sought(around: float, reach: float, price_ratio: float, response: float) -> float:
    """E13.3: used products that a plant would collect, g/month: its share of those that reach the end of their life around it, by the price of what it makes over that of the start."""
    return around * reach * math.pow(max(price_ratio, LEAST), response)


@rule
def share_collected(most: float, driven: float, mandate: float) -> float:
    """E13.4: share of a user's products at the end of their life that is on offer to plants: what price drives or a mandate asks for, up to what can be collected."""
    return min(most, max(driven, mandate))
