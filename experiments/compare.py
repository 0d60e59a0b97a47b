"""Paired differences: what an alternative changes against the baseline, replicate by replicate, with the interval over replicates."""

import numpy as np
import pandas as pd
import xarray as xr

from experiments.bounds import at_least
from experiments.caveats import rough
from experiments.horizons import departure, end_month, horizons, pairs, parting, window
from experiments.metrics import METRICS

LOW, HIGH = 0.05, 0.95
"""Quantiles of the interval over replicates."""
COLUMNS = ["metric", "unit", "horizon", "baseline", "alternative", "start", "end", "baseline_median", "alternative_median",
           "difference_median", "difference_low", "difference_high", "replicates", "note"]  # fmt: skip
AT_LEAST = "at least"
"""Word in a note for a median that is a lower bound."""
SAME = "the two do not differ in any month"


def summary(runs: xr.Dataset) -> pd.DataFrame:
    """The table of all metrics at all horizons, each alternative against the first scenario over the pair's own months."""
    rows = [row for pair in pairs(runs) for months in horizons(pair) for row in over(pair, months)]
    return pd.DataFrame(rows)[COLUMNS]


def over(pair: xr.Dataset, months: int) -> list[dict]:
    """All metrics of a pair over one of its windows."""
    cut = window(pair, months)
    named = {"horizon": months, "start": departure(pair), "end": end_month(pair, months)}
    rows = [named | row for measure in METRICS for row in compared(measure(cut))]
    sides = {side: at_least(cut, rows[0][side]) for side in ("baseline", "alternative")}
    return [row | {"note": note(row, sides, bool(parting(pair)))} for row in rows]


def note(row: dict, sides: dict[str, set[str]], parts: bool) -> str:
    """What a reader of the row must know: which median is a lower bound, that the pair never differs, that few pairs stand behind it."""
    bounds = [f"{side} {AT_LEAST}" for side, metrics in sides.items() if row["metric"] in metrics]
    return "; ".join(filter(None, [*bounds, "" if parts else SAME, rough(row["replicates"])]))


def compared(values: xr.DataArray) -> list[dict]:
    """A metric's rows, (baseline and alternative, replicate, labels...): one a label."""
    baseline, alternative = map(str, values.scenario.values)
    labels = [name for name in values.dims if name not in ("scenario", "replicate")]
    flat = values.transpose("scenario", *labels, "replicate").astype(float)
    rows = []
    for place in np.ndindex(*[flat.sizes[label] for label in labels]):
        name = f"{values.name}" + (f"[{', '.join(str(flat[label].values[at]) for label, at in zip(labels, place, strict=True))}]" if labels else "")
        cell = flat.isel(dict(zip(labels, place, strict=True))).values
        rows.append({"metric": name, "unit": values.attrs["units"], "baseline": baseline, "alternative": alternative} | paired(*cell))
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
