"""Paired differences: what an alternative changes against the baseline, replicate by replicate, with the interval over replicates."""

import numpy as np
import pandas as pd
import xarray as xr

from experiments.horizons import departure, horizons, window
from experiments.metrics import METRICS

LOW, HIGH = 0.05, 0.95
"""Quantiles of the interval over replicates."""
COLUMNS = ["metric", "unit", "horizon", "baseline", "alternative", "baseline_median", "alternative_median",
           "difference_median", "difference_low", "difference_high", "replicates", "start"]  # fmt: skip


def summary(runs: xr.Dataset) -> pd.DataFrame:
    """The table of all metrics at all horizons, each alternative against the first scenario."""
    rows = []
    for months in horizons(runs):
        months_only = window(runs, months)
        for measure in METRICS:
            rows += compared(measure(months_only), months)
    return pd.DataFrame(rows).assign(start=departure(runs))[COLUMNS]


def compared(values: xr.DataArray, horizon: int) -> list[dict]:
    """A metric's rows: one a label and alternative."""
    baseline, *alternatives = values.scenario.values
    labels = [name for name in values.dims if name not in ("scenario", "replicate")]
    flat = values.transpose("scenario", *labels, "replicate").astype(float)
    rows = []
    for place in np.ndindex(*[flat.sizes[label] for label in labels]):
        name = values.name + (f"[{', '.join(str(flat[label].values[at]) for label, at in zip(labels, place, strict=True))}]" if labels else "")
        cell = flat.isel(dict(zip(labels, place, strict=True))).values
        for number, alternative in enumerate(alternatives, 1):
            named = {"metric": name, "unit": values.attrs["units"], "horizon": horizon, "baseline": baseline, "alternative": alternative}
            rows.append(named | paired(cell[0], cell[number]))
    return rows


def paired(baseline: np.ndarray, alternative: np.ndarray) -> dict:
    """Medians of both and median and interval of their paired difference; pairs in which either is not finite count for no difference."""
    with np.errstate(invalid="ignore"):
        difference = alternative - baseline
    difference = difference[np.isfinite(difference)]
    low, middle, high = np.quantile(difference, [LOW, 0.5, HIGH]) if difference.size else (np.nan,) * 3
    return {
        "baseline_median": quantile(baseline, 0.5), "alternative_median": quantile(alternative, 0.5),
        "difference_median": middle, "difference_low": low, "difference_high": high, "replicates": difference.size,
    }  # fmt: skip


def quantile(values: np.ndarray, at: float) -> float:
    """A quantile of values of which some may be infinite (something that never happened); NaN only if a value is missing."""
    if np.isnan(values).any():
        return np.nan
    ordered = np.sort(values)
    place = at * (ordered.size - 1)
    below, above = ordered[int(np.floor(place))], ordered[int(np.ceil(place))]
    return float(below if below == above else below + (above - below) * (place % 1))


def row(table: pd.DataFrame, metric: str, horizon: int, alternative: str) -> pd.Series:
    """One row of the summary."""
    found = table[(table.metric == metric) & (table.horizon == horizon) & (table.alternative == alternative)]
    return found.iloc[0]
