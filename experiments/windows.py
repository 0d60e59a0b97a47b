"""When two scenarios part, and the windows of months over which they are compared.

A pair is a data set of two scenarios, the baseline and one alternative; each pair has a window of its own.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from model.names import month_index, month_name

DEPARTURE = "2026-11"
"""Month from which a pair is compared unless it parts later: the truce of November 2025 runs out on 10 November 2026."""
HORIZONS = (12, 36, 108)
"""Months over which a pair is compared."""
PARTING = "parting"
"""Coordinate in which a data set notes the month each scenario parts from the first; "" if it never does."""


def first_difference(pair: xr.Dataset) -> str:
    """First month in which anything recorded of the two scenarios differs, in any replicate; "" if nothing ever does."""
    differs = np.zeros(pair.sizes["month"], bool)
    for values in pair.data_vars.values():
        if "month" in values.dims:
            baseline, alternative = np.nan_to_num(values.transpose("scenario", ..., "month").values)
            differs |= (alternative != baseline).any(axis=tuple(range(baseline.ndim - 1)))
    return str(pair.month.values[differs.argmax()]) if differs.any() else ""


def note_partings(runs: xr.Dataset) -> xr.Dataset:
    """The runs with the month in which each scenario parts from the first as a coordinate."""
    if PARTING in runs.coords:
        return runs
    found = ["", *(first_difference(two(runs, place)) for place in range(1, runs.sizes["scenario"]))]
    return runs.assign_coords({PARTING: ("scenario", found, {"long_name": "first month that differs from the first scenario"})})


def pairs(runs: xr.Dataset) -> list[xr.Dataset]:
    """The first scenario with each of the others."""
    noted = note_partings(runs)
    return [two(noted, place) for place in range(1, runs.sizes["scenario"])]


def two(runs: xr.Dataset, place: int) -> xr.Dataset:
    """The first scenario and the one at a place: a view, not a copy."""
    return runs.isel(scenario=slice(0, place + 1, place))


def together(runs: xr.Dataset, length: Callable[[xr.Dataset], int]) -> list[xr.Dataset]:
    """Windows of a length in months each pair decides, each with the baseline and all alternatives that are measured over those very months."""
    noted = note_partings(runs)
    members: dict[tuple[str, int], list[int]] = {}
    for place, pair in enumerate(pairs(noted), 1):
        members.setdefault((departure(pair), length(pair)), [0]).append(place)
    return [months_from(noted.isel(scenario=places), start, months) for (start, months), places in members.items()]


def departures(runs: xr.Dataset) -> list[str]:
    """The months in which windows begin, each once."""
    return sorted({departure(pair) for pair in pairs(runs)})


def parting(pair: xr.Dataset) -> str:
    """Month in which the two scenarios part, "" if they never do, as noted in the data set or found in it."""
    _, found = note_partings(pair)[PARTING].values
    return str(found)


def departure(pair: xr.Dataset) -> str:
    """Month in which the pair's windows begin: November 2026, or later if it parts later."""
    return max(DEPARTURE, parting(pair))


def since_departure(values: xr.DataArray, pair: xr.Dataset) -> xr.DataArray:
    """Only the months from which on the pair is compared."""
    return values.sel(month=values.month >= departure(pair))


def reached(pair: xr.Dataset) -> int:
    """Months there are from the departure on."""
    return int((pair.month >= departure(pair)).sum())


def horizons(pair: xr.Dataset) -> list[int]:
    """The horizons the pair reaches; what there is after the departure if it reaches none."""
    return [months for months in HORIZONS if months <= reached(pair)] or [reached(pair)]


def cut(pair: xr.Dataset) -> list[int]:
    """The horizons that would end after the runs do."""
    return [months for months in HORIZONS if months > reached(pair)]


def middle_and_end(pair: xr.Dataset) -> tuple[int, int]:
    """The horizon over which flows and prices are told, and the longest, for what is left in the long run."""
    known = horizons(pair)
    return known[:2][-1], known[-1]


def middle(pair: xr.Dataset) -> int:
    """The horizon over which flows and prices are told."""
    return middle_and_end(pair)[0]


def longest(pair: xr.Dataset) -> int:
    """The horizon at whose end it is told what is left."""
    return middle_and_end(pair)[1]


def window(pair: xr.Dataset, months: int) -> xr.Dataset:
    """The given number of months from the departure on."""
    return months_from(pair, departure(pair), months)


def months_from(runs: xr.Dataset, start: str, months: int) -> xr.Dataset:
    """The given number of months from a month on."""
    first = int(np.flatnonzero(runs.month == start)[0])
    return runs.isel(month=slice(first, first + months))


def end_month(pair: xr.Dataset, months: int) -> str:
    """Last month of a horizon, "YYYY-MM"."""
    return month_name(month_index(departure(pair)) + months - 1)
