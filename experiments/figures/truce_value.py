"""What a truce is worth: the loss it avoids by the month in which it breaks, the capacity that is not built meanwhile, and what a standard package costs at each date."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import GREY, PLAIN, STROKES, canvas, date, dates, finish, label_ends
from experiments.headline import Headline
from experiments.preparedness import PACKAGE_MONTHS, WATCHED
from experiments.wording import figure_units, readable, spoken
from model.names import month_index, month_name

LATE, SAME = STROKES[1][0], STROKES[2][0]
NEVER = "never"


def draw(runs: xr.Dataset, values: pd.DataFrame, curve: pd.DataFrame, of: Headline) -> Figure:
    """Three panels: loss by date of snapback, capacity outside China, preparedness."""
    figure, grid = canvas(1, 3, (15, 5.2), gridspec_kw={"width_ratios": (1.2, 1.1, 1.1)})
    losses(grid[0, 0], values)
    capacity(grid[0, 1], runs, of)
    prepared(grid[0, 2], curve)
    names = [readable(str(name)) for name in curve.scenario.unique()]
    note = (
        f"Points: medians, bars: 90 % bootstrap interval of the median; thin lines: 5-95 % of runs. Right: a package of export controls (regime of October 2025) for {PACKAGE_MONTHS} months in which the truce pauses, its loss over "
        f"{WATCHED} months beyond that of a copy of the same run that stays under the truce; each storyline ({', '.join(names)}) is put under the truce at the date."
    )
    return finish(figure, title(values, curve), runs, note)


def title(values: pd.DataFrame, curve: pd.DataFrame) -> str:
    """What waiting avoids and what it leaves unbuilt."""
    found = values.set_index(["snapback", "outcome"])["median"]
    late = [name for name in dict.fromkeys(values.snapback) if (name, "begun") in found.index][1:]
    middle = late[len(late) // 2]
    unit = values[values.outcome == "begun"].unit.iloc[0]
    return (
        f"A truce that breaks in {spoken(middle)} avoids {figure_units(found[middle, 'avoided'])} billion USD of the loss of restrictions at once, and leaves "
        f"{figure_units(found[middle, 'begun'])} {unit} of capacity not begun by then"
    )


def losses(axes: Axes, values: pd.DataFrame) -> None:
    """Beside each date: the loss avoided, and the loss of the three years from it on, late and had restrictions stood since the first date."""
    order = list(dict.fromkeys(values.snapback))
    drawn = (("avoided", "loss avoided,\ndiscounted", STROKES[0][0], -0.25, "o"), ("after", "loss in 3 years\nfrom the snapback", LATE, 0.0, "s"), ("had_it_come_at_once", "same months, had\nrestrictions stood", SAME, 0.25, "^"))
    ends = []
    for outcome, words, colour, aside, mark in drawn:
        mine = values[(values.outcome == outcome) & ((values.snapback != order[0]) | (outcome != "had_it_come_at_once"))]
        places = [order.index(name) + aside for name in mine.snapback]
        for place, (_, row) in zip(places, mine.iterrows(), strict=True):
            axes.plot([place, place], [row["low"], row["high"]], color=colour, linewidth=0.9)
            axes.plot([place, place], [row["median_from"], row["median_to"]], color=colour, linewidth=4, alpha=0.45, solid_capstyle="butt")
            axes.annotate(figure_units(row["median"]), (place, row["median"]), (5, 0), textcoords="offset points", fontsize=7, va="center", color=colour)
        axes.plot(places, mine["median"], mark, color=colour, markersize=5)
        ends.append((float(mine["median"].iloc[-1]), words, colour))
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_xticks(range(len(order)), [NEVER if name == NEVER else spoken(name, short=True).replace(" ", "\n") for name in order], fontsize=7.5)
    axes.set_xlim(-0.5, len(order) - 0.4)
    axes.set_xlabel("month in which the truce breaks")
    axes.yaxis.set_major_formatter(PLAIN)
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    axes.set_title("Loss outside China, billion USD")
    label_ends(axes, ends, 7)


def capacity(axes: Axes, runs: xr.Dataset, of: Headline) -> None:
    """Median courses of capacity with the truce kept, broken at once and broken later, from the first snapback on; the band is that of the kept truce and of restrictions at once."""
    first = str(runs.scenario.values[1]).removeprefix("snapback ")
    cut = runs.capacity.sel(month=slice(month_name(month_index(first) - 12), None)) / of.scale
    ends, time = [], dates(cut.month)
    for place, name in enumerate(map(str, cut.scenario.values)):
        colour, dash = STROKES[place % len(STROKES)]
        low, middle, high = np.quantile(cut.sel(scenario=name).transpose("replicate", "month").values.astype(float), [0.05, 0.5, 0.95], axis=0)
        if place < 2:
            axes.fill_between(time, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(time, middle, color=colour, linestyle=dash, linewidth=1.6)
        ends.append((float(middle[-1]), "truce kept" if not place else f"breaks {spoken(name.removeprefix('snapback '), short=True)}", colour))
    axes.set_title(f"Working {of.word} capacity outside China,\n{of.rate}")
    years(axes, [str(cut.month.values[0]), str(cut.month.values[-1])])
    axes.set_ylim(bottom=0)
    label_ends(axes, ends, 7)


def prepared(axes: Axes, curve: pd.DataFrame) -> None:
    """A line a storyline: what the package costs by the month in which it comes."""
    ends = []
    for place, name in enumerate(curve.scenario.unique()):
        colour, dash = STROKES[place % len(STROKES)]
        mine = curve[curve.scenario == name]
        time = [date(month_name(month_index(month) + place)) for month in mine.date]  # side by side, so that bars are seen
        axes.plot(time, mine["median"], color=colour, linestyle=dash, linewidth=1.4, marker="os^Dv"[place % 5], markersize=4.5)
        for at, (_, row) in zip(time, mine.iterrows(), strict=True):
            axes.plot([at, at], [row["low"], row["high"]], color=colour, linewidth=0.7)
            axes.plot([at, at], [row["median_from"], row["median_to"]], color=colour, linewidth=4, alpha=0.4, solid_capstyle="butt")
        ends.append((float(mine["median"].iloc[-1]), readable(str(name)).replace(" ", "\n", 1), colour))
    axes.set_title(f"Preparedness: loss by a package of {PACKAGE_MONTHS} months,\nbillion USD")
    years(axes, [curve.date.min(), curve.date.max()], spare=4)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("month in which the package comes")
    label_ends(axes, ends, 7)


def years(axes: Axes, ends: Sequence[str], spare: int = 0) -> None:
    """Years below, from the first to the last month, and light lines across."""
    first, last = (month_name(month_index(month) + sign * spare) for month, sign in zip(ends, (-1, 1), strict=True))
    axes.set_xlim(date(first), date(last))
    axes.yaxis.set_major_formatter(PLAIN)
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    wanted = [f"{year}-01" for year in range(int(first[:4]), int(last[:4]) + 1) if first <= f"{year}-01" <= last]
    axes.set_xticks([date(month) for month in wanted], [f"’{month[2:4]}" for month in wanted])
