"""What duties at either end of a journey share: a part of the value that the buyer pays and a state takes in."""

from typing import Any

import numpy as np

from model.policies.reach import no_trade
from model.rules.numerics import in_turn

UNUSUAL_RATE = 1.5
"""The highest duty of the trade war was 145 %; above that a rate is more often per cent than a share."""


def levy(levers: Any, rows: np.ndarray, rate: float | np.ndarray) -> None:
    """E15: a duty is added to what goods cost on arrival, whoever levies it."""
    levers.tariff[rows] += rate


def take_in(duty: Any, model: Any, rows: np.ndarray, rate: float | np.ndarray) -> None:
    """The state that acts takes in its part of the value of what was shipped this month, at the price before duties."""
    model.treasury.take_in(duty, float(in_turn(rate * model.finance.worth(rows))))


def idle(duty: Any, levers: Any, rows: np.ndarray) -> str | None:
    """Why a duty taxes nothing, or so much that it may be a slip; None if it is neither."""
    if duty.rate == 0:
        return "taxes nothing at a rate of 0; give a rate such as 0.25 for 25 %"
    if duty.rate > UNUSUAL_RATE:
        return f"is a duty of {100 * duty.rate:g} %; if that is a slip, 0.25 is 25 %"
    return None if rows.size else no_trade(duty, levers)
