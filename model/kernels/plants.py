"""How capacity comes into being, month by month."""

from numba import njit


@njit(cache=True)
def build(started, lag, now, steps, due):
    """What is started this month falls due (month, firm) after the firm's lag, in equal steps; a lag of 0: it builds nothing."""
    for j in range(started.size):
        if lag[j] > 0 and started[j] != 0.0:
            for month in range(now + lag[j], min(now + lag[j] + steps, due.shape[0])):
                due[month, j] += started[j] / steps
