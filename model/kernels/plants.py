"""How capacity comes into being, month by month."""

import numpy as np
from numba import njit

from model.rules import in_kernels, investment

ramped = in_kernels(investment.ramped)


@njit(cache=True)
def come_up(amount: float, start: float, ramp: float, steepness: float, due: np.ndarray) -> None:
    """An amount falls due over `ramp` months from the moment `start` (months) on, slowly at first and at last (E11.6); part of a month takes its part.

    due: (month,), added to as far as it reaches.
    """
    before = 0.0
    for month in range(int(np.floor(start)), min(int(np.ceil(start + ramp)), due.size)):
        after = ramped((month + 1.0 - start) / ramp, steepness)
        due[month] += amount * (after - before)
        before = after


@njit(cache=True)
def build(started: np.ndarray, lag: np.ndarray, now: int, ramp: float, steepness: float, due: np.ndarray) -> None:
    """What is started this month falls due (month, firm) after the firm's lag and over the ramp, months; a lag of 0: it builds nothing."""
    for j in range(started.size):
        if lag[j] > 0.0 and started[j] != 0.0:
            come_up(started[j], now + lag[j], ramp, steepness, due[:, j])
