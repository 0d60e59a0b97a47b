"""The sampling error of a printed figure: how far a median, quantile or mean over replicates may lie from that over endlessly many, by the bootstrap.

The spread over runs (5-95 %) says how different the futures are, whatever the number of replicates; the sampling error says how well a printed figure is known, and
shrinks with more of them.
"""

from functools import lru_cache

import numpy as np

CONFIDENCE, RESAMPLES = 0.9, 1000
"""Of the bootstrap intervals."""
TOLD = f"{100 * CONFIDENCE:.0f} % bootstrap interval"


def error(values: np.ndarray, at: float = 0.5) -> tuple[float, float]:
    """Bootstrap interval (percentile method) of a quantile of values, of which some may be infinite; NaN where there are none or one is missing.

    A resample of sorted values is sorted by their places, so that its quantiles lie at two of them: what `scipy.stats.bootstrap` gives, a hundred times as fast.
    """
    known = np.sort(np.asarray(values, float))
    if not known.size or np.isnan(known).any():
        return np.nan, np.nan
    return ends(quantile(known[redrawn(known.size)], at))


def mean_error(values: np.ndarray, over: np.ndarray | None = None) -> tuple[float, float]:
    """Bootstrap interval (percentile method) of the mean of values, or of its share in the mean of others of the same replicates; NaN where there are none."""
    if not values.size:
        return np.nan, np.nan
    drawn = redrawn(values.size)
    means = values[drawn].mean(axis=1)
    return ends(means if over is None else means / over[drawn].mean(axis=1))


@lru_cache(maxsize=8)
def redrawn(size: int) -> np.ndarray:
    """(resample, place): which of so many values each resample holds, in order; the same for all figures, so that these can be held against each other."""
    return np.sort(np.random.default_rng(0).integers(0, size, (RESAMPLES, size)), axis=1)


def ends(found: np.ndarray) -> tuple[float, float]:
    """Both ends of the interval of what resamples gave."""
    ordered = np.sort(found)
    return float(quantile(ordered, (1.0 - CONFIDENCE) / 2.0)), float(quantile(ordered, (1.0 + CONFIDENCE) / 2.0))


def quantile(ordered: np.ndarray, at: float) -> np.ndarray:
    """A quantile of values in order along the last axis, linear between neighbours; infinite ones have infinite quantiles."""
    place = at * (ordered.shape[-1] - 1)
    below, above = ordered[..., int(np.floor(place))], ordered[..., int(np.ceil(place))]
    with np.errstate(invalid="ignore"):
        between = below + (above - below) * (place % 1)
    return np.where(below == above, below, between)
