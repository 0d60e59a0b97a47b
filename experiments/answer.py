"""The answer in a sentence and a short table, for the terminal and the head of the report."""

import numpy as np
import pandas as pd
import xarray as xr

from experiments.compare import row
from experiments.horizons import DEPARTURE, departure, end_month, first_difference, middle_and_end, parting
from experiments.wording import change, in_month, plus, readable, signed, spell, spoken, worded

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
    "outside_output[magnet]": "magnets made there in the last year, t/year",
    "outside_pipeline[magnet]": "magnet capacity under construction there, t/year",
}
"""Metrics of the short table and how they read."""
RECOVERY = "months_to_extra_recovery"
"""The metric left out of the short table where no alternative recovers within any horizon."""
NO_NUMBER = {"no market", "no stop", "not yet", "none"}
"""Medians in words, between which there is no difference."""
LONG_RUN = ("china_share[magnet]", "outside_capacity[magnet]", "outside_output[magnet]", "outside_pipeline[magnet]")
"""Metrics of which the terminal shows the longest horizon."""


def sentence(runs: xr.Dataset, table: pd.DataFrame) -> str:
    """What the first alternative changes against the baseline, with 5-95 % intervals."""
    baseline, alternative = map(str, runs.scenario.values[:2])
    if not first_difference(runs.isel(scenario=[0, 1])):
        return f"“{readable(alternative)}” and “{readable(baseline)}” do not differ in any month, to the last bit: what sets the scenarios apart touches nothing in the model."
    middle, end = middle_and_end(runs)
    unmet, lost = row(table, "unmet_share", middle, alternative), row(table, "output_loss", middle, alternative)
    return (
        f"“{readable(alternative)}” instead of “{readable(baseline)}”: in the {spell(middle)} from {spoken(departure(runs))}{late(runs)}, "
        f"{change(unmet, 'percentage points')} of magnet need outside China goes unmet and {change(lost, 'billion USD')} of output is lost there; "
        f"{first_stop(table, middle, alternative)}; by {spoken(end_month(runs, end))}, {long_run(table, end, alternative)}."
    )


def late(runs: xr.Dataset) -> str:
    """Why the months are counted from another than November 2026."""
    return ", the first month in which the scenarios differ" if departure(runs) > DEPARTURE else ""


def long_run(table: pd.DataFrame, end: int, alternative: str) -> str:
    """What stands outside China in the end and what is made with it."""
    figures = ["difference_median", "difference_low", "difference_high"]
    capacity, made = (row(table, f"outside_{name}[magnet]", end, alternative)[figures] / 1000 for name in ("capacity", "output"))
    return f"{change(capacity, 'thousand t a year')} magnet capacity stands outside China and {change(made, 'thousand t a year')} is made there"


def first_stop(table: pd.DataFrame, horizon: int, alternative: str) -> str:
    """When production first stops beyond the baseline's stops, anywhere and at electric-car makers."""
    metrics = "months_to_first_extra_stop", "months_to_first_extra_stop_by_sector[ev_traction]"
    anywhere, cars = (row(table, metric, horizon, alternative).alternative_median for metric in metrics)
    if not np.isfinite(anywhere):
        return "production does not stop"
    return f"production first stops {in_month(anywhere)}, at electric-car makers {in_month(cars)}"


def counted(runs: xr.Dataset) -> str:
    """From which month on windows count, and why."""
    if not parting(runs):
        return "The scenarios do not differ in any month: all differences are nought."
    return f"Months count from {spoken(departure(runs))}{late(runs)}."


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The summary's figures as people read them: metric, unit, horizon, alternative, both medians, difference and interval."""
    known = {(found.metric, found.horizon, found.alternative): found for found in table.itertuples()}
    rows = []
    for found in table.itertuples():
        gap = known.get((found.metric.replace("asked_price", "asked_gap"), found.horizon, found.alternative), found)
        before, then = worded(found.metric, found.baseline_median, gap.baseline_median), worded(found.metric, found.alternative_median, gap.alternative_median)
        none = found.replicates == 0 or not NO_NUMBER.isdisjoint((before, then))
        rows.append({
            "metric": found.metric, "unit": found.unit, "months": found.horizon, "alternative": readable(found.alternative),
            readable(found.baseline): before, "then": then,
            "difference": "-" if none else plus(found.difference_median), "5-95 %": "-" if none else signed(found.difference_low, found.difference_high),
        })  # fmt: skip
    return pd.DataFrame(rows)


def brief(table: pd.DataFrame) -> pd.DataFrame:
    """The headline metrics at every horizon, in words and rounded."""
    shown = [name for name in HEADLINES if name != RECOVERY or np.isfinite(table[table.metric == RECOVERY].alternative_median).any()]
    kept = in_words(table[table.metric.isin(shown)])
    kept = kept.sort_values("metric", key=lambda names: names.map(shown.index), kind="stable").drop(columns="unit")
    return kept.assign(metric=kept.metric.map(HEADLINES)).rename(columns={"metric": "outcome"}).reset_index(drop=True)


def named_alternative(shown: pd.DataFrame) -> pd.DataFrame:
    """A table for readers; where there is one alternative only, its name heads its figures and needs no column."""
    if shown["alternative"].nunique() > 1:
        return shown
    return shown.rename(columns={"then": shown["alternative"].iloc[0]}).drop(columns="alternative")


def in_brief(table: pd.DataFrame) -> str:
    """The short table as text: flows and prices over the middle horizon, what is left in the long run over the longest."""
    known = sorted(table.horizon.unique())
    middle, longest = known[:2][-1], known[-1]
    shown = named_alternative(brief(table[table.horizon == table.metric.isin(LONG_RUN).map({True: longest, False: middle})]))
    widths = {name: max(shown[name].astype(str).str.len().max(), len(name)) for name in shown}
    cells = [dict(zip(shown, shown, strict=True)), *shown.astype(str).to_dict("records")]
    return "\n".join("  ".join(f"{row[name]:<{width}}" if name == "outcome" else f"{row[name]:>{width}}" for name, width in widths.items()) for row in cells)
