"""When restricting pays: a map of what it brings over others' dependence, stocks and speed of building, its course over time, what it is made of and what carries it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from experiments.figures.style import GREY, STROKES, Stroke, canvas, conclude, dates, fan
from experiments.wording import figure_units, heading, plus, readable, spoken

COLOURS = "PuOr"
"""From orange (costs) to purple (pays); white is nought. Told apart by colour-blind readers."""
AGREED = 0.9
"""Share of replicates that must agree on the sign for a cell's figure to be bold."""
TONE = 0.5
"""How much of the range of colours is used, so that figures can be read on it."""
PARTS = {"value": "in all", "soon": "of it in the first\n36 months", "lost": "sold less", "rent": "dearer", "duties": "duties of others", "tax": "(taken in as export tax)", "beyond_home": "in all, beyond the\nprice in China"}
"""What is shown of what it is made of."""


def draw(runs: xr.Dataset, rows: pd.DataFrame, carries: pd.DataFrame, settings: Sequence[Any], told: str, replicates: int) -> Figure:
    """A row an alternative: a map for each capacity outside, and the course in the usual setting; at the foot parts and carriers."""
    alternatives = list(dict.fromkeys(rows.alternative))
    cells = rows[(rows.off == "") & (rows.outcome == "value")]
    columns = sorted(cells.capacity_outside.unique())
    width = len(columns) + 2
    figure, grid = canvas(len(alternatives) + 1, width, (4.1 * width + 0.8, 2.7 * len(alternatives) + 5.2), gridspec_kw={"height_ratios": [1.0] * len(alternatives) + [1.75]})
    plain = next(at for at, setting in enumerate(settings) if setting.cell == (1.0, 1.0, 1.0) and not setting.off)
    for row, name in enumerate(alternatives):
        mine = cells[cells.alternative == name]
        beyond = rows[(rows.off == "") & (rows.outcome == "beyond_home") & (rows.alternative == name) & (rows.capacity_outside == columns[0])]
        for column, (shown, capacity, counted) in enumerate([*((mine[mine.capacity_outside == each], each, "") for each in columns), (beyond, columns[0], "beyond the price in China")]):
            chart(grid[row, column], shown, f"{heading(readable(name))}{', ' * bool(counted)}{counted}", capacity)
        course(grid[row, -1], runs.monthly.isel(setting=plain).sel(alternative=name), STROKES[row % len(STROKES)], name)
    parts(grid[-1, 0], rows, alternatives)
    carriers(grid[-1, 1], carries, alternatives)
    shares(grid[-1, 2], rows, alternatives)
    for axes in grid[-1, 3:]:
        axes.set_axis_off()
    source = (
        f"Source: own simulation, {{replicates}}. What China's sellers keep of what they sell abroad (price at the buyer's less duty and freight) and its export tax, alternative less baseline, from {spoken(str(runs.month.values[0]))} to "
        f"{spoken(str(runs.month.values[-1]))}, discounted; beyond the price in China: less what the same goods would fetch there. Cells, billion USD: median and 5-95 % of replicates; bold: nine in ten agree on the sign; the line is where the median is nought, drawn where it crosses. Stocks, speed and capacity are multiples "
        "of each run's users' cover, of decisions on projects and lines, and of what makers outside China can make. With: the mechanism on less off in both scenarios. Costs of making and what pressure wins are not counted."
    )
    return conclude(figure, told, source, replicates)


TINY = 1e-9
YEARS_NAMED = 72
"""Months up to which every year is named."""


def chart(axes: Axes, cells: pd.DataFrame, title: str, capacity: float) -> None:
    """A map: speed across, stocks up, what it brings as colour and figure, and where it is nought."""
    speeds, stocks = sorted(cells.speed.unique()), sorted(cells.stocks.unique())
    table = cells.set_index(["stocks", "speed"])
    reach = max(float(cells["median"].abs().max()), TINY)
    values = np.array([[float(table.loc[(up, across), "median"]) for across in speeds] for up in stocks])
    axes.imshow(values, cmap=COLOURS, norm=Normalize(-reach / TONE, reach / TONE), origin="lower", aspect="auto")
    for y, up in enumerate(stocks):
        for x, across in enumerate(speeds):
            cell = table.loc[(up, across)]
            sure = max(cell.pays, 1.0 - cell.pays) >= AGREED
            axes.text(x, y + 0.1, plus(float(cell["median"])), ha="center", va="center", fontsize=9, fontweight="bold" if sure else "normal")
            axes.text(x, y - 0.2, f"{figure_units(float(cell.low))} to {figure_units(float(cell.high))}", ha="center", va="center", fontsize=6.5, color="0.25")
    if min(values.shape) > 1 and values.min() < 0.0 < values.max():
        axes.contour(values, levels=[0.0], colors="black", linewidths=1.4)
    axes.set_xticks(range(len(speeds)), [ticked(across, cells, "speed", "") for across in speeds])
    axes.set_yticks(range(len(stocks)), [ticked(up, cells, "stocks", "cover") for up in stocks])
    axes.set_xlabel("decisions on projects and lines, multiple")
    axes.set_ylabel("users' stocks, multiple (months)")
    share = 100 * float(cells.dependence.median())
    axes.set_title(f"{title}\ncapacity outside x{capacity:g} ({share:.0f} % comes from China)", fontsize=8.5)


def ticked(value: float, cells: pd.DataFrame, axis: str, seen: str) -> str:
    """A multiple, with what it comes to in the runs before the parting."""
    return f"{value:g}" + (f" ({figure_units(float(cells[cells[axis] == value][seen].median()))})" if seen else "")


def course(axes: Axes, monthly: xr.DataArray, look: tuple[str, Any], name: str) -> None:
    """What it has brought up to each month in the usual setting."""
    stroke = Stroke(*look, readable(name))
    fan(axes, monthly.cumsum("month").transpose("replicate", "month").assign_coords(month=monthly.month), stroke)
    axes.axhline(0, color=GREY, linewidth=0.8)
    time = dates(monthly.month)
    axes.set_xlim(time[0], time[-1])
    axes.xaxis.set_major_locator(YearLocator(2 if len(time) > YEARS_NAMED else 1))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.set_title(f"{heading(readable(name))}, usual setting:\nbrought up to then, billion USD, discounted", fontsize=8.5)
    axes.grid(axis="y", color="0.9", linewidth=0.6)


def parts(axes: Axes, rows: pd.DataFrame, alternatives: Sequence[str]) -> None:
    """What it is made of in the usual setting."""
    mine = rows[(rows.off == "") & (rows.capacity_outside == 1.0) & (rows.stocks == 1.0) & (rows.speed == 1.0)].set_index(["outcome", "alternative"])
    bars(axes, {words: {name: mine.loc[(outcome, name)] for name in alternatives} for outcome, words in PARTS.items()}, alternatives)
    axes.set_title("What it is made of, usual setting, billion USD", fontsize=8.5)


def shares(axes: Axes, rows: pd.DataFrame, alternatives: Sequence[str]) -> None:
    """What it leaves behind in the usual setting: China's share, by the end."""
    mine = rows[(rows.off == "") & (rows.capacity_outside == 1.0) & (rows.stocks == 1.0) & (rows.speed == 1.0)].set_index(["outcome", "alternative"])
    bars(axes, {"share of output in\nthe last year, points": {name: mine.loc[("share", name)] for name in alternatives}}, alternatives)
    axes.set_title("What it leaves of China's share, usual setting", fontsize=8.5)


def carriers(axes: Axes, carries: pd.DataFrame, alternatives: Sequence[str]) -> None:
    """What each mechanism adds to what it brings."""
    if carries.empty:
        axes.set_axis_off()
        return
    table = carries.set_index(["words", "alternative"])
    bars(axes, {words: {name: table.loc[(words, name)] for name in alternatives} for words in dict.fromkeys(carries.words)}, alternatives)
    axes.set_title("What each adds to it (with it less without), billion USD", fontsize=8.5)


def bars(axes: Axes, lines: dict[str, dict[str, pd.Series]], alternatives: Sequence[str]) -> None:
    """A row a thing, a point and bar an alternative, named in the first row."""
    for at, mine in enumerate(lines.values()):
        for nth, name in enumerate(alternatives):
            row, place, (colour, _) = mine[name], at + 0.27 * (nth - (len(alternatives) - 1) / 2), STROKES[nth % len(STROKES)]
            axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.2, alpha=0.5, solid_capstyle="butt")
            axes.plot(row["median"], place, "os^D"[nth % 4], color=colour, markersize=4.5)
            label = plus(float(row["median"])) + (f"  {readable(name)}" if at == 0 else "")
            axes.annotate(label, (row.high, place), (4, 0), textcoords="offset points", fontsize=6.8, va="center", color=colour)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(range(len(lines)), [heading(words) for words in lines], fontsize=7.5)
    axes.set_ylim(len(lines) - 0.5, -0.6)
    axes.margins(x=0.2)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
