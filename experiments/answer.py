"""The answer in a sentence and a short table, for the terminal and the head of the report."""

import numpy as np
import pandas as pd
import xarray as xr

from experiments.compare import row
from experiments.horizons import end_month, horizons
from experiments.wording import change, figure_units, in_month, readable, signed, spell, worded

HEADLINES = {
    "unmet_share": "magnet need unmet outside China, %",
    "unmet_share_worst_month": "the same in the worst month, %",
    "output_loss": "output lost outside China, billion USD",
    "months_to_first_extra_stop": "months to the first stop beyond the baseline's",
    "months_to_first_extra_stop_by_sector[ev_traction]": "the same for EV traction",
    "months_to_extra_recovery": "months until these stops are over",
    "magnet_exports": "magnet exports from China, t",
    "asked_gap[oxide_Dy]": "Dy oxide asked / Chinese price, x",
    "realised_gap[oxide_Dy]": "Dy oxide paid / Chinese price, x",
    "licence_wait[magnet_high]": "licence wait, high-grade magnets, months",
    "china_share[magnet]": "China's share of magnets, %",
    "outside_capacity[magnet]": "magnet capacity outside China, t/year",
    "outside_pipeline[magnet]": "the same under construction, t/year",
}
"""Metrics of the short table and how they read."""
LONG_RUN = ("china_share[magnet]", "outside_capacity[magnet]", "outside_pipeline[magnet]")
"""Metrics of which the terminal shows the longest horizon."""


def sentence(runs: xr.Dataset, table: pd.DataFrame) -> str:
    """What the first alternative changes against the baseline, with 5-95 % intervals."""
    baseline, alternative = map(str, runs.scenario.values[:2])
    middle, end = horizons(runs)[:2][-1], horizons(runs)[-1]
    unmet, lost = row(table, "unmet_share", middle, alternative), row(table, "output_loss", middle, alternative)
    capacity = row(table, "outside_capacity[magnet]", end, alternative)[["difference_median", "difference_low", "difference_high"]]
    return (
        f"“{readable(alternative)}” instead of “{readable(baseline)}”: in the {spell(middle)} from November 2026, "
        f"{change(unmet, 'percentage points')} of magnet need outside China goes unmet and {change(lost, 'billion USD')} of output is lost there; "
        f"{first_stop(table, middle, alternative)}; by {end_month(end)}, {change(capacity / 1000, 'thousand t a year')} magnet capacity stands outside China."
    )


def first_stop(table: pd.DataFrame, horizon: int, alternative: str) -> str:
    """When production first stops beyond the baseline's stops, anywhere and at electric-car makers."""
    metrics = "months_to_first_extra_stop", "months_to_first_extra_stop_by_sector[ev_traction]"
    anywhere, cars = (row(table, metric, horizon, alternative).alternative_median for metric in metrics)
    if not np.isfinite(anywhere):
        return "production does not stop"
    return f"production first stops {in_month(anywhere)}, at electric-car makers {in_month(cars)}"


def brief(table: pd.DataFrame) -> pd.DataFrame:
    """The headline metrics at every horizon, in words and rounded."""
    kept = table[table.metric.isin(HEADLINES)]
    rows = [
        {
            "outcome": HEADLINES[found.metric], "months": found.horizon, "alternative": readable(found.alternative),
            readable(found.baseline): worded(found.metric, found.baseline_median), "then": worded(found.metric, found.alternative_median),
            "difference": difference(found), "5-95 %": difference_interval(found),
        }
        for name in HEADLINES
        for found in kept[kept.metric == name].itertuples()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def named_alternative(shown: pd.DataFrame) -> pd.DataFrame:
    """A table for readers; where there is one alternative only, its name heads its figures and needs no column."""
    if shown["alternative"].nunique() > 1:
        return shown
    return shown.rename(columns={"then": shown["alternative"].iloc[0]}).drop(columns="alternative")


def difference(found) -> str:
    """The median difference; none where the two have no pair of finite values or a price is no price."""
    if found.replicates == 0 or "no market" in (worded(found.metric, found.alternative_median), worded(found.metric, found.baseline_median)):
        return "-"
    return f"{'+' if found.difference_median > 0 else ''}{figure_units(found.difference_median)}"


def difference_interval(found) -> str:
    """The interval of the difference."""
    return "-" if difference(found) == "-" else signed(found.difference_low, found.difference_high)


def in_brief(table: pd.DataFrame) -> str:
    """The short table as text: flows and prices over the middle horizon, what is left in the long run over the longest."""
    known = sorted(table.horizon.unique())
    middle, longest = known[:2][-1], known[-1]
    shown = named_alternative(brief(table[table.horizon == table.metric.isin(LONG_RUN).map({True: longest, False: middle})]))
    widths = {name: max(shown[name].astype(str).str.len().max(), len(name)) for name in shown}
    cells = [dict(zip(shown, shown, strict=True)), *shown.astype(str).to_dict("records")]
    return "\n".join("  ".join(f"{row[name]:<{width}}" if name == "outcome" else f"{row[name]:>{width}}" for name, width in widths.items()) for row in cells)
