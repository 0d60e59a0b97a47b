"""The past as a test: simulated Chinese magnet exports and Dy prices of 2024-2026 beside what was observed."""

import matplotlib.dates
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import GREY, PLAIN, Stroke, canvas, date, dates, fan, finish, log_axis
from experiments.horizons import HISTORY_END
from experiments.metrics import MAGNET_GOODS
from experiments.observed import WORLD, magnet_exports, monthly, prices
from experiments.wording import readable, spoken

SHOWN = (WORLD, "USA", "EU27", "JPN", "KOR")
SHOCK = [f"2025-{month:02d}" for month in range(4, 10)]
"""April to September 2025: the months after the first licences, over which the error is stated."""
OBSERVED = "Observed: Chinese customs and price agencies, as cited in trade_flows.csv and prices.csv. Band: 5-95 %."
ASKED = "#D55E00"
INK = Stroke("#0072B2", "-", "model")


def draw(runs: xr.Dataset) -> Figure:
    """Exports to the world and four destinations, and the Dy price in China and asked outside, model and observed points."""
    past = runs.isel(scenario=0).sel(month=runs.month <= HISTORY_END)
    exports = past.china_exports.sel(good=MAGNET_GOODS).sum("good")
    figure, grid = canvas(2, 3, (12, 6.2))
    for axes, destination in zip(grid.flat, SHOWN, strict=False):
        model = exports.sum("destination") if destination == WORLD else exports.sel(destination=destination)
        fan(axes, model, INK)
        points(axes, monthly(destination))
        dress(axes, f"Chinese magnets to {'the world' if destination == WORLD else readable(destination)}, t a month", past)
        axes.set_ylim(bottom=0)
    price_panel(grid[1, 2], past)
    grid[0, 0].text(0.02, 0.04, "line: model   ●: observed", transform=grid[0, 0].transAxes, fontsize=8, color=GREY)
    return finish(figure, title(exports.sum("destination")), runs, OBSERVED)


def price_panel(axes: Axes, past: xr.Dataset) -> None:
    """Dy oxide: asked outside China above, in China below."""
    seen = prices()
    for market, colour, dash in (("ROW_asked", ASKED, (0, (5, 1.6))), ("CHN", "black", "-")):
        end = fan(axes, past.price.sel(good="oxide_Dy", market=market), Stroke(colour, dash, market))
        mine = seen[(seen.good == "oxide_Dy") & (seen.market == market)]
        points(axes, mine.groupby("month").price.mean(), colour)
    dress(axes, "Dy oxide, USD/kg", past)
    axes.text(0.5, 0.75, "asked outside China", transform=axes.transAxes, ha="right", fontsize=8, color=ASKED)
    axes.annotate("in China", (dates(past.month)[-1], end), (-4, 13), textcoords="offset points", ha="right", fontsize=8)
    log_axis(axes)


def points(axes: Axes, observed: pd.Series, colour: str = "black") -> None:
    """Observed values as points, those inside the history."""
    kept = observed[observed.index <= HISTORY_END]
    axes.plot([date(month) for month in kept.index], kept.values, "o", color=colour, markersize=3.8, zorder=5)


def dress(axes: Axes, name: str, past: xr.Dataset) -> None:
    """Quarters below, title above."""
    axes.set_title(name, fontsize=8.5)
    axes.set_xlim(dates(past.month)[0], dates(past.month)[-1])
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    axes.yaxis.set_major_formatter(PLAIN)
    axes.xaxis.set_major_locator(matplotlib.dates.MonthLocator((1, 7)))
    axes.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%Y-%m"))


def title(exports: xr.DataArray) -> str:
    """Error of the export index over April to September 2025, and the trough."""
    middle = exports.astype(float).median("replicate").to_series()
    seen = monthly(WORLD).reindex(SHOCK)
    base = middle[[month for month in middle.index if month.startswith("2024")]].mean(), observed_base()
    error = np.sqrt(np.mean((middle[SHOCK] / base[0] - seen / base[1]) ** 2))
    return f"2025 in hindsight: simulated exports trough in {spoken(middle[SHOCK].idxmin())} (observed: {spoken(seen.idxmin())}), index error {error:.2f} from April to September"


def observed_base() -> float:
    """Observed mean monthly magnet exports in 2024, t."""
    rows = magnet_exports()
    return float(rows[(rows.destination == WORLD) & (rows.period == "2024")].tonnes.iloc[0]) / 12
