"""Panels and numbers for pairs and fans: two lines of one run each, or medians with the interval over many paired runs."""

import numpy as np
import xarray as xr

from model.names import month_index
from model.view import words
from model.view.measures import measures
from model.world import World

LOW, HIGH = 0.05, 0.95
"""Quantiles of the band over replicates."""
COLOURS = ("series:0", "series:1")
"""One colour a scenario: blue and vermilion, apart for every kind of colour vision."""
DASHES = (None, [6, 3])


def earliest(world: World) -> int:
    """The month at which fans begin, counted from the first: January of the year in which what happened ends; before, scenarios share their past."""
    return max(0, month_index(f"{world.history_end[:4]}-01") - world.first)


def pair(world: World, results: list[xr.Dataset], names: list[str]) -> tuple[list[dict], bytes]:
    """One line a scenario in every panel."""
    panels: list[dict] = []
    rows: list[np.ndarray] = []
    for measure in measures(world):
        panels.append(measure.panel([line(name, len(rows) + i, i) for i, name in enumerate(names)]))
        rows += [measure.of(each) for each in results]
    return panels, matrix(rows)


def line(name: str, row: int, place: int, low: int | None = None, high: int | None = None) -> dict:
    found = {"label": words.scenario(name), "colour": COLOURS[place], "row": row, "width": 2} | ({"dash": DASHES[place]} if DASHES[place] else {})
    return found | ({"low": low, "high": high} if low is not None else {})


def matrix(rows: list[np.ndarray]) -> bytes:
    return np.asarray(rows, np.float32).tobytes()


def fans(world: World, runs: xr.Dataset) -> tuple[list[dict], bytes]:
    """Both scenarios with median and band; every variable of runs is (scenario, replicate, month, ...)."""
    panels: list[dict] = []
    rows: list[np.ndarray] = []
    for measure in measures(world):
        values = measure.of(runs)
        series = []
        for place, name in enumerate(runs.scenario.values.tolist()):
            series.append(line(name, len(rows), place, len(rows) + 1, len(rows) + 2))
            rows += quantiles(values[place])
        panels.append(measure.panel(series))
    return panels, matrix(rows)


def overlay(world: World, pair: list[tuple[str, xr.Dataset]]) -> tuple[list[dict], bytes, int]:
    """Any two sets of runs, (replicate, month, ...) each, with their labels; the shorter one ends earlier. Also the months covered."""
    length = max(runs.sizes["month"] for _, runs in pair)
    panels: list[dict] = []
    rows: list[np.ndarray] = []
    for measure in measures(world):
        series = []
        for place, (label, runs) in enumerate(pair):
            values = measure.of(runs)
            series.append(line(label, len(rows), place, len(rows) + 1, len(rows) + 2) | {"label": label})
            rows += [np.pad(row, (0, length - row.size), constant_values=np.nan) for row in quantiles(values)]
        panels.append(measure.panel(series))
    return panels, matrix(rows), length


def differences(world: World, runs: xr.Dataset) -> tuple[list[dict], bytes]:
    """Second scenario less the first, replicate by replicate: median and band."""
    panels: list[dict] = []
    rows: list[np.ndarray] = []
    for measure in measures(world):
        values = measure.of(runs)
        series = [{"label": "difference", "colour": "series:6", "row": len(rows), "low": len(rows) + 1, "high": len(rows) + 2, "width": 2}]
        panels.append(measure.panel(series, difference=True))
        rows += quantiles(values[1] - values[0])
    return panels, matrix(rows)


def quantiles(values: np.ndarray) -> list[np.ndarray]:
    """Median, low and high over replicates, by month; values: (replicate, month)."""
    return list(np.quantile(values, [0.5, LOW, HIGH], axis=0))
