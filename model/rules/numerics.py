"""Small numerical rules: random numbers from keys, whole grams, powers."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numba import float64, uint64

from model.rules import bits, compiled, helper, rule

TWO_PI, ROOT_TWO = 2.0 * math.pi, math.sqrt(2.0)
HALF = 0.5
"""One half where mathematics asks for it, such as half a variance; never a choice."""
TOP_53_BITS = 1.0 / 9007199254740992.0
HALF_STEP = HALF * TOP_53_BITS
LEAST = 1e-12
"""Keeps denominators above zero in branches that are computed and thrown away."""
NEXT_TO_NOTHING = 1e-9
"""Grams, or months of cover, that count as none."""
LEAST_RATIO = 1e-6
"""Keeps logarithms and powers of price ratios finite."""


@bits
def mix(salt: np.uint64, owner: np.uint64) -> np.uint64:
    """SplitMix64 finaliser of a salt and an owner's key."""
    z = (salt ^ owner) + uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))


def _uniform_of(key: np.uint64) -> float:
    return float64(key >> uint64(11)) * TOP_53_BITS + HALF_STEP


uniform_of = compiled(_uniform_of, float64(uint64))
"""Numbers in (0, 1) from 64 random bits each."""


@rule
def normal_of(first: float, second: float) -> float:
    """A standard normal number from two uniform ones (Box and Muller 1958)."""
    return math.sqrt(-2.0 * math.log(first)) * math.cos(TWO_PI * second)


@helper
def normal_below(z: float) -> float:
    """Share of a standard normal distribution below z, for use inside rules."""
    return HALF * (1.0 + math.erf(z / ROOT_TWO))


whole = np.floor
"""Whole grams: what cannot be divided stays with the owner."""
ceiling = np.ceil
"""Whole grams, rounded up: what must be put in so that nothing is missing."""
least, most = np.minimum, np.maximum
"""The smaller and the larger of two numbers."""


def in_turn(values: np.ndarray) -> Any:
    """Sums over the last axis, added up one after the other: the same bits on every processor, and with noughts put in between."""
    return np.add.accumulate(values, axis=-1)[..., -1] if values.shape[-1] else np.zeros(values.shape[:-1])[()]


def in_all(values: np.ndarray) -> Any:
    """Sums over the first axis, in turn: the same bits for one firm (a row of numbers) and for many (rows of columns)."""
    return np.add.reduce(values) if values.ndim > 1 else np.add.accumulate(values)[-1]


@rule
def portion(amount: float, share: float, left: float) -> float:
    """Whole grams of a share of an amount, as far as what is left goes: however shares were rounded, no more is given than is there."""
    return min(np.floor(amount * share), left)


def share_out(left: float | np.ndarray, parts: Iterable[float | np.ndarray]) -> Iterator[Any]:
    """Whole grams for several in turn, as far as what is left goes: however the parts were rounded, no more is given than is there."""
    for part in parts:
        given = least(part, left)
        left = left - given
        yield given


def stack(*parts: float | np.ndarray) -> np.ndarray:
    """Numbers or columns as the rows of one array (elements or grades come first, firms last)."""
    return np.array(parts)


@rule
def share_of(part: float, total: float) -> float:
    """part / total, zero where there is no total, never above one."""
    return min(1.0, part / max(total, LEAST)) if total > 0.0 else 0.0


@rule
def ratio(numerator: float, denominator: float) -> float:
    """numerator / denominator, zero where the denominator is zero."""
    return numerator / max(denominator, LEAST) if denominator > 0.0 else 0.0


@rule
def exponential(exponent: float) -> float:
    """e ** exponent, the same bits whatever the processor's vector unit."""
    return math.exp(exponent)


@rule
def logarithm(number: float) -> float:
    """Natural logarithm of a number above 0, the same bits whatever the processor's vector unit."""
    return math.log(max(number, LEAST))


@rule
def power(base: float, exponent: float) -> float:
    """base ** exponent for base >= 0."""
    return math.pow(max(base, LEAST), exponent)


@rule
def smooth(old: float, new: float, months: float) -> float:
    """Exponential smoothing with an adjustment time in months."""
    return old + (new - old) / months


@rule
def choose(condition: float, yes: float, no: float) -> float:
    """`yes` where the condition is positive, else `no`."""
    return yes if condition > 0.0 else no
