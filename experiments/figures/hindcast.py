"""The past as a test: simulated Chinese exports and a price of the headline beside what was observed and what a null model says."""

from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import headline, observed
from experiments.figures.style import PLAIN, Stroke, canvas, date, dates, fan, finish, label_ends, log_axis
from experiments.measures import Of
from experiments.metrics import YEAR
from experiments.null import Null
from experiments.observed import EVERYWHERE, Observed
from experiments.wording import heading, readable, spoken
from model.errors import InputError
from model.seen import COMPARED, ROLES

SHOWN = (EVERYWHERE, "USA", "EU27", "JPN", "KOR")
OBSERVED = (
    "Line: model, band: 5-95 %. Points: observed, Chinese customs and price agencies, as cited in trade_flows.csv and prices.csv; full: compared, "
    "hollow: the model was made or fitted to them."
)
SIMPLE = " Dotted: null model, the licensed share of the mean before the control, and the price last observed."
TOUCHED = tuple(role for role in ROLES if role != COMPARED)
"""Roles of points that are no test."""
GREY_DOTS: dict[str, Any] = {"color": "0.35", "linestyle": (0, (1, 1.6)), "linewidth": 1.3, "drawstyle": "steps-mid", "zorder": 4}
ASKED = "#D55E00"
HALVES = 36
"""Months up to which an axis has room for half-years."""
INK = Stroke("#0072B2", "-", "model")


def draw(runs: xr.Dataset, null: Null | None = None) -> Figure:
    """Exports to the world and four destinations, and a price in China and asked outside: model, observed points and, where it is given, the null model."""
    of, seen = headline.of(runs), observed.of(runs)
    if not seen:
        raise InputError(f"figure hindcast: nothing observed of the world {of.world} is known; leave it out")
    past = runs.isel(scenario=0).sel(month=runs.month <= of.history_end)
    exports = past.china_exports.sel(good=list(seen.goods)).sum("good")
    figure, grid = canvas(2, 3, (12, 6.2))
    for axes, destination in zip(grid.flat, SHOWN, strict=False):
        model = exports.sum("destination") if destination == EVERYWHERE else exports.sel(destination=destination)
        ends = [(fan(axes, model, INK), "model", INK.colour)]
        points(axes, seen.monthly(destination, (COMPARED,)), past)
        points(axes, seen.monthly(destination, TOUCHED), past, hollow=True)
        if null:
            ends.append((simple_exports(axes, null, destination, past), "null\nmodel", GREY_DOTS["color"]))
        dress(axes, f"Chinese {of.words} to {'the world' if destination == EVERYWHERE else readable(destination)}, t a month", past)
        axes.set_ylim(bottom=0)
        label_ends(axes, ends)
    note_observed(grid[0, 0], seen.monthly(EVERYWHERE), past)
    price_panel(grid[1, 2], past, seen, null)
    return finish(figure, title(exports.sum("destination"), seen), runs, OBSERVED + (SIMPLE if null else ""))


def simple_exports(axes: Axes, null: Null, destination: str, past: xr.Dataset) -> float:
    """Draw the null model's exports to a destination, t a month; returns the last."""
    seen = null.seen
    of = Of("exports", "", dict.fromkeys(seen.goods, 1.0), seen.control, seen.base_year, destination)
    values = null.exports(of, [str(month) for month in past.month.values])
    axes.plot(dates(past.month), values, **GREY_DOTS)
    return float(values[-1])


def note_observed(axes: Axes, seen: pd.Series, past: xr.Dataset) -> None:
    """Say beside the lowest point what the points are."""
    kept = inside(seen, past)
    if len(kept):
        lowest = kept.idxmin()
        axes.annotate("observed", (date(lowest), kept[lowest]), (8, 4), textcoords="offset points", fontsize=8, va="bottom")


def price_panel(axes: Axes, past: xr.Dataset, seen: Observed, null: Null | None) -> None:
    """The good whose price the headlines speak of: asked outside China above, in China below."""
    of, known = headline.of(past), seen.prices
    ends = []
    for market, colour, dash, words in (("ROW_asked", ASKED, (0, (5, 1.6)), "asked outside"), ("CHN", "black", "-", "in China")):
        end = fan(axes, past.price.sel(good=of.price, market=market), Stroke(colour, dash, market))
        mine = known[(known.good == of.price) & (known.market == market)]
        for roles, hollow in (((COMPARED,), False), (TOUCHED, True)):
            points(axes, mine[mine.role.isin(roles)].groupby("month").price.mean(), past, colour, hollow)
        if null:
            axes.plot(dates(past.month), [null.price(of.price, market, str(month)) for month in past.month.values], **GREY_DOTS)
        ends.append((end, words, colour))
    dress(axes, f"{heading(of.readable(of.price))}, USD/kg", past)
    label_ends(axes, ends)
    log_axis(axes)


def points(axes: Axes, seen: pd.Series, past: xr.Dataset, colour: str = "black", hollow: bool = False) -> None:
    """Observed values as points, full or hollow, those inside the months run."""
    kept = inside(seen, past)
    axes.plot([date(month) for month in kept.index], kept.values, "o", color=colour, markerfacecolor="white" if hollow else colour, markersize=4.2, zorder=5)


def inside(seen: pd.Series, past: xr.Dataset) -> pd.Series:
    """Observed values of the months run."""
    return seen[(seen.index >= str(past.month.values[0])) & (seen.index <= str(past.month.values[-1]))]


def dress(axes: Axes, name: str, past: xr.Dataset) -> None:
    """Quarters below, title above."""
    axes.set_title(name, fontsize=8.5)
    axes.set_xlim(dates(past.month)[0], dates(past.month)[-1])
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    axes.yaxis.set_major_formatter(PLAIN)
    axes.xaxis.set_major_locator(matplotlib.dates.MonthLocator((1, 7) if past.sizes["month"] <= HALVES else (1,)))
    axes.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%Y-%m"))


def title(exports: xr.DataArray, seen: Observed) -> str:
    """The trough after the first controls and, where every month of it was observed, the error of the export index."""
    middle = exports.astype(float).median("replicate").to_series()
    shock = [month for month in seen.shock if month in middle.index]
    found, base = seen.monthly(EVERYWHERE).reindex(shock), seen.base.set_index("destination").tonnes
    simulated = f"{seen.control[:4]} in hindsight: simulated exports trough in {spoken(middle[shock].idxmin())}"
    if found.isna().any() or EVERYWHERE not in base.index:
        return simulated
    means = middle[[month for month in middle.index if month.startswith(seen.base_year)]].mean(), float(base[EVERYWHERE]) / YEAR
    error = np.sqrt(np.mean((middle[shock] / means[0] - found / means[1]) ** 2))
    first, last = (spoken(month).split()[0] for month in (shock[0], shock[-1]))
    return f"{simulated} (observed: {spoken(found.idxmin())}), index error {error:.2f} from {first} to {last}"
