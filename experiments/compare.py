"""Paired differences: what an alternative changes against the baseline, replicate by replicate, with the interval over replicates."""

import numpy as np
import pandas as pd
import xarray as xr

from experiments.bounds import at_least
from experiments.caveats import rough
from experiments.metrics import METRICS
from experiments.sampling import error
from experiments.sampling import quantile as of_ordered
from experiments.windows import departure, end_month, horizons, pairs, parting, window

LOW, HIGH = 0.05, 0.95
"""Quantiles of the interval over replicates."""
FIGURES = ("baseline_median", "alternative_median", "difference_median", "difference_low", "difference_high")
"""What is printed of a metric: both medians, and the median of the paired difference with its spread over replicates."""
COLUMNS = ["metric", "unit", "horizon", "baseline", "alternative", "start", "end", *FIGURES, *(f"{figure}_{end}" for figure in FIGURES for end in ("from", "to")), "replicates", "note"]
"""Of the table; a figure's sampling error lies from `_from` to `_to` (experiments.sampling)."""
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
    """Medians of both and median and interval of their paired difference, each with its sampling error; pairs in which either is not finite count for no difference."""
    with np.errstate(invalid="ignore"):
        difference = alternative - baseline
    difference = difference[np.isfinite(difference)]
    taken = zip(FIGURES, (baseline, alternative, difference, difference, difference), (0.5, 0.5, 0.5, LOW, HIGH), strict=True)
    found = {"replicates": difference.size}
    for figure, values, at in taken:
        found[figure] = quantile(values, at)
        found[f"{figure}_from"], found[f"{figure}_to"] = error(values, at)
    return found


def quantile(values: np.ndarray, at: float) -> float:
    """A quantile of values of which some may be infinite (something that never happened); NaN only if a value is missing or there is none."""
    return float(of_ordered(np.sort(values), at)) if values.size and not np.isnan(values).any() else np.nan


def row(table: pd.DataFrame, metric: str, horizon: int, alternative: str) -> pd.Series:
    """One row of the summary."""
    found = table[(table.metric == metric) & (table.horizon == horizon) & (table.alternative == alternative)]
    return found.iloc[0]
