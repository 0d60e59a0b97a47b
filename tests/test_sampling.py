"""Sampling errors: those of scipy's bootstrap, quicker; they shrink with the replicates, the spread over runs does not."""

import numpy as np
import pytest
from scipy import stats
from synthetic import synthetic_runs

from experiments import answer, compare, headline, lost_exports, sampling, wording


def by_scipy(values, statistic):
    """The percentile interval that scipy gives from the same resamples."""
    found = stats.bootstrap((values,), statistic, confidence_level=sampling.CONFIDENCE, n_resamples=sampling.RESAMPLES, method="percentile", rng=0)
    return tuple(found.confidence_interval)


@pytest.mark.parametrize("at", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("size", [7, 100])
def test_the_error_of_a_quantile_is_that_of_scipy(at, size):
    values = np.sort(np.random.default_rng(size).normal(5.0, 1.0, size))
    assert sampling.error(values, at) == pytest.approx(by_scipy(values, lambda sample, axis: np.quantile(sample, at, axis=axis)))
    assert sampling.error(values[::-1], at) == sampling.error(values, at)


def test_the_error_of_a_mean_is_that_of_scipy():
    values = np.random.default_rng(3).normal(5.0, 1.0, 30)
    assert sampling.mean_error(values) == pytest.approx(by_scipy(values, np.mean))
    assert sampling.mean_error(values, 2.0 * values) == pytest.approx((0.5, 0.5))


def test_it_shrinks_with_replicates_and_the_spread_does_not():
    luck = np.random.default_rng(1)
    width = {size: np.diff(sampling.error(luck.normal(0.0, 1.0, size)))[0] for size in (25, 400)}
    assert width[400] == pytest.approx(width[25] / 4.0, rel=0.5)
    few, many = (compare.paired(np.zeros(size), luck.normal(0.0, 1.0, size)) for size in (100, 1600))
    assert many["difference_high"] - many["difference_low"] == pytest.approx(few["difference_high"] - few["difference_low"], rel=0.3)
    assert many["difference_median_to"] - many["difference_median_from"] < 0.5 * (few["difference_median_to"] - few["difference_median_from"])


def test_what_never_comes_and_what_is_missing():
    assert sampling.error(np.array([np.inf, np.inf, 2.0])) == (2.0, np.inf)
    assert sampling.error(np.array([np.inf, np.inf])) == (np.inf, np.inf)
    assert np.isnan(sampling.error(np.array([1.0, np.nan]))).all() and np.isnan(sampling.error(np.array([]))).all()
    assert sampling.error(np.array([2.0])) == (2.0, 2.0)


def test_a_figure_is_printed_with_its_error_in_brackets():
    assert wording.known("+13", 11.04, 15.0) == "+13 (11 to 15)"
    assert wording.known("13", 13.0, 13.0) == "13" and wording.known("none", np.inf, np.inf) == "none" and wording.known("2", np.nan, np.nan) == "2"


@pytest.mark.slow
def test_every_figure_of_the_summary_lies_within_its_error():
    table = compare.summary(synthetic_runs(12))
    for figure in compare.FIGURES:
        at, low, high = table[figure], table[f"{figure}_from"], table[f"{figure}_to"]
        there = at.notna() & np.isfinite(at)
        assert there.any() and ((low <= at) & (at <= high))[there].all()


@pytest.mark.slow
def test_sentence_and_table_tell_both_the_error_and_the_spread():
    runs = synthetic_runs(12)
    table = compare.summary(runs)
    found = compare.row(table, "unmet_share", 36, "restrictions_resume")
    error = f"({wording.signed(found.difference_median_from, found.difference_median_to)})"
    assert f"{wording.figure_units(found.difference_median)} {error} percentage points more (5-95 % of runs: {wording.signed(found.difference_low, found.difference_high)})" in answer.sentence(runs, table)
    line = next(line for line in answer.in_brief(table, headline.of(runs)).splitlines() if line.startswith("magnet need unmet"))
    assert f"{wording.plus(found.difference_median)} {error}" in line
    assert "in brackets their sampling error" in lost_exports.sentence(runs, 36)
