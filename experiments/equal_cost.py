"""Equal cost: by how much each policy's one size is turned until it costs what all cost, and which cannot."""

from collections.abc import Sequence
from math import log

LEAST, MOST = 1 / 32, 32.0
"""Factors between which a size is turned."""
STEP = 8.0
"""Most by which a factor grows or shrinks from one try to the next."""
STILL = 0.02
"""A cost that grows by no more than this share though the size grows by half or more no longer follows it."""
HALF_AS_MUCH_AGAIN = 1.5
Tried = Sequence[tuple[float, float]]
"""Factors tried and what each cost, in the order of the tries."""


def within(tried: Tried, target: float, tolerance: float) -> bool:
    """Whether the last try costs what is asked for, to a share of it."""
    return bool(tried) and abs(tried[-1][1] / target - 1.0) <= tolerance


def following(tried: Tried, target: float, most: float = MOST) -> float | None:
    """The factor to try next: between the nearest tries on both sides of the target, else in proportion; none where the cost cannot reach it.

    most: largest factor at which the policy still is one.
    """
    factor, cost = tried[-1]
    below, above = ([each for each in sorted(tried) if (each[1] < target) is is_below] for is_below in (True, False))
    if below and above and below[-1][0] < above[0][0]:
        return between(below[-1], above[0], target)
    if cost < target and (factor >= min(most, MOST) or still(tried)):
        return None
    if cost >= target and factor <= LEAST:
        return None
    wanted = factor * (min(max(target / cost, 1.0 / STEP), STEP) if cost > 0.0 else STEP)
    return min(max(wanted, LEAST), most, MOST)


def between(one: tuple[float, float], other: tuple[float, float], target: float) -> float:
    """Where the cost would be the target if it were a power of the factor; a line where the cheaper try costs nothing."""
    (low, cheap), (high, dear) = one, other
    if cheap <= 0.0:
        return low + (high - low) * (target - cheap) / (dear - cheap)
    return low * (high / low) ** (log(target / cheap) / log(dear / cheap))


def still(tried: Tried) -> bool:
    """Whether the cost no longer follows the size: a policy that costs nothing, or has all it can use."""
    (before, cheap), (then, dear) = (tried[0] if len(tried) == 1 else tried[-2]), tried[-1]
    return len(tried) > 1 and then >= HALF_AS_MUCH_AGAIN * before and dear <= cheap + STILL * abs(cheap)
