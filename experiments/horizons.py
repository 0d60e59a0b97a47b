"""When the scenarios part, and the windows of months over which they are compared."""

import numpy as np
import xarray as xr

from model.names import month_index, month_name

HISTORY_END = "2026-06"
"""Last month of history: until here every scenario is what happened."""
DEPARTURE = "2026-11"
"""First month in which the scenarios differ: the truce of November 2025 runs out on 10 November 2026."""
HORIZONS = (12, 36, 108)
"""Months from November 2026 on over which scenarios are compared."""


def horizons(runs: xr.Dataset) -> list[int]:
    """The horizons the runs reach; what there is from November 2026 on if they reach none."""
    reached = int((runs.month >= DEPARTURE).sum())
    return [months for months in HORIZONS if months <= reached] or [reached]


def window(runs: xr.Dataset, months: int) -> xr.Dataset:
    """The given number of months from November 2026 on."""
    start = int(np.flatnonzero(runs.month == DEPARTURE)[0])
    return runs.isel(month=slice(start, start + months))


def end_month(months: int) -> str:
    """Last month of a horizon, "YYYY-MM"."""
    return month_name(month_index(DEPARTURE) + months - 1)
