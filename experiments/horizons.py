"""When the scenarios part, and the windows of months over which they are compared."""

import numpy as np
import xarray as xr

from model.names import month_index, month_name

HISTORY_END = "2026-06"
"""Last month of history: until here every scenario is what happened."""
DEPARTURE = "2026-11"
"""Month from which scenarios are compared unless they part later: the truce of November 2025 runs out on 10 November 2026."""
HORIZONS = (12, 36, 108)
"""Months over which scenarios are compared."""
PARTING = "parting"
"""Where a data set notes the month in which its scenarios part."""


def first_difference(runs: xr.Dataset) -> str:
    """First month in which anything recorded of any scenario differs from the first scenario, in any replicate; "" if nothing ever does."""
    differs = np.zeros(runs.sizes["month"], bool)
    for values in runs.data_vars.values():
        if "month" in values.dims:
            found = np.nan_to_num(values.transpose("scenario", ..., "month").values)
            differs |= (found != found[:1]).any(axis=tuple(range(found.ndim - 1)))
    return str(runs.month.values[differs.argmax()]) if differs.any() else ""


def parting(runs: xr.Dataset) -> str:
    """Month in which the scenarios part, "" if they never do, as noted in the data set or found in it."""
    return runs.attrs[PARTING] if PARTING in runs.attrs else first_difference(runs)


def departure(runs: xr.Dataset) -> str:
    """Month in which windows begin: November 2026, or later if the scenarios part later."""
    return max(DEPARTURE, parting(runs))


def since_departure(values: xr.DataArray, runs: xr.Dataset) -> xr.DataArray:
    """Only the months from which on the scenarios are compared."""
    return values.sel(month=values.month >= departure(runs))


def horizons(runs: xr.Dataset) -> list[int]:
    """The horizons the runs reach; what there is after the departure if they reach none."""
    reached = int((runs.month >= departure(runs)).sum())
    return [months for months in HORIZONS if months <= reached] or [reached]


def middle_and_end(runs: xr.Dataset) -> tuple[int, int]:
    """The horizon over which flows and prices are told, and the longest, for what is left in the long run."""
    reached = horizons(runs)
    return reached[:2][-1], reached[-1]


def window(runs: xr.Dataset, months: int) -> xr.Dataset:
    """The given number of months from the departure on."""
    start = int(np.flatnonzero(runs.month == departure(runs))[0])
    return runs.isel(month=slice(start, start + months))


def end_month(runs: xr.Dataset, months: int) -> str:
    """Last month of a horizon, "YYYY-MM"."""
    return month_name(month_index(departure(runs)) + months - 1)
