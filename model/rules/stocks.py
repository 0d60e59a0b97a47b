"""E12.4: what public stocks buy and release."""

from model.rules import rule


@rule
def to_buy(target: float, position: float, months: float, share: float, market: float) -> float:
    """E12.4: what a stock orders a month to come to its target in so many months (what it holds and has ordered: position), and no more than a share of what its members use; g/month."""
    return min(max(target - position, 0.0) / months, share * market)


@rule
def lacking(expected: float, usual: float, kept: float, position: float) -> float:
    """E12.4: what a member lacks of a month's use and of the part of its usual cover (months) that a stock keeps up; position: what it has and what is on its way, g."""
    return max((1.0 + kept * usual) * expected - position, 0.0)
