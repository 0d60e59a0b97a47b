"""How capacity comes into being, month by month."""

import math

import numpy as np
from numba import njit


@njit(cache=True)
def come_up(amount: float, start: float, ramp: float, due: np.ndarray) -> None:
    """An amount falls due evenly over `ramp` months from the moment `start` (months) on; part of a month takes its part.

    due: (month,), added to as far as it reaches.
    """
    end = start + ramp
    for month in range(math.floor(start), min(math.ceil(end), due.size)):
        due[month] += amount / ramp * (min(month + 1.0, end) - max(float(month), start))


@njit(cache=True)
def build(started: np.ndarray, lag: np.ndarray, now: int, ramp: float, due: np.ndarray) -> None:
    """What is started this month falls due (month, firm) after the firm's lag and over the ramp, months; a lag of 0: it builds nothing."""
    for j in range(started.size):
        if lag[j] > 0.0 and started[j] != 0.0:
            come_up(started[j], now + lag[j], ramp, due[:, j])
