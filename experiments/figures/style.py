"""How every figure looks: colours and strokes of scenarios, fans, labels at the line's end, history in grey, a source line."""

import textwrap
from dataclasses import dataclass
from typing import Any, cast

import matplotlib

matplotlib.use("Agg")  # writes files; needs no screen

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from experiments import headline
from experiments.caveats import counted
from experiments.windows import departures
from experiments.wording import heading, readable, spoken

DOTS_PER_INCH = 150
GREY = "0.45"
CHARACTERS_AN_INCH = 10.6
"""Most letters of a title that fit on an inch."""
BOLD: dict[str, Any] = {"fontsize": 11.5, "fontweight": "bold"}
SMALL_CHARACTERS_AN_INCH = 18
"""Letters of the source line that fit on an inch."""
Dash = str | tuple[float, tuple[float, ...]]
STROKES: tuple[tuple[str, Dash], ...] = (
    ("#0072B2", "-"), ("#D55E00", (0, (5, 1.6))), ("#009E73", (0, (6, 1.5, 1.2, 1.5))), ("#CC79A7", (0, (1.2, 1.4))),
    ("#56B4E9", "-"), ("#E69F00", (0, (8, 3))),
)  # fmt: skip
"""Colour (Okabe and Ito 2008) and dash of the first, second, ... scenario; the dash tells them apart in greyscale."""
PLAIN = FuncFormatter(lambda value, _: f"{value:,.10g}")
"""Figures on axes as in text: thousands apart, no needless nought."""
TEXT: dict[Any, Any] = {
    "font.family": "DejaVu Sans", "font.size": 9, "axes.titlesize": 9.5, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.labelsize": 8.5, "xtick.labelsize": 8, "ytick.labelsize": 8,
    "axes.linewidth": 0.7, "figure.facecolor": "white", "axes.axisbelow": True,
}  # fmt: skip


@dataclass(frozen=True)
class Stroke:
    """Colour, dash and name under which a scenario is drawn everywhere."""

    colour: str
    dash: Dash
    name: str

    @property
    def stacked(self) -> str:
        """The name on two lines."""
        return self.name.replace(" ", "\n", 1)


def strokes(runs: xr.Dataset) -> dict[str, Stroke]:
    """A stroke for each scenario, the baseline first."""
    return {name: Stroke(*STROKES[place % len(STROKES)], readable(name)) for place, name in enumerate(map(str, runs.scenario.values))}


def canvas(rows: int, columns: int, size: tuple[float, float], **options) -> tuple[Figure, np.ndarray]:
    """A figure with room for a title above and a source line below."""
    plt.rcParams.update(TEXT)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained", **options)
    room(figure).set(w_pad=0.08, h_pad=0.08)
    return figure, axes


def room(figure: Figure) -> ConstrainedLayoutEngine:
    """What gives the panels of a canvas their places."""
    return cast(ConstrainedLayoutEngine, figure.get_layout_engine())


def finish(figure: Figure, title: str, runs: xr.Dataset, drawn: str = "Line: median, band: 5-95 % of replicates.") -> Figure:
    """Add the title that states the finding, and where the figure comes from."""
    width, height = figure.get_size_inches()
    lines = wrapped(figure, heading(title).replace(" %", "\N{NO-BREAK SPACE}%"), BOLD)
    source = f"Source: own simulation, {counted(runs.sizes['replicate'], 'paired replicate')}. {drawn}"
    below = textwrap.wrap(source, int(width * SMALL_CHARACTERS_AN_INCH))
    bottom, top = (0.14 + 0.14 * len(below)) / height, 1 - (0.12 + 0.21 * len(lines)) / height
    room(figure).set(rect=(0.005, bottom, 0.985, top - bottom))
    figure.draw_without_rendering()
    for axes, ends, size in getattr(figure, "end_labels", []):
        place_labels(axes, ends, size)
    figure.text(0.01, 1 - 0.08 / height, "\n".join(lines), ha="left", va="top", **BOLD)
    figure.text(0.01, 0.008, "\n".join(below), fontsize=7, color=GREY)
    return figure


def conclude(figure: Figure, title: str, source: str, replicates: int) -> Figure:
    """The same for a figure that draws a table: title and source line, in which "{replicates}" stands for how many there are."""
    width, height = figure.get_size_inches()
    lines = wrapped(figure, heading(title).replace(" %", "\N{NO-BREAK SPACE}%"), BOLD)
    below = textwrap.wrap(source.replace("{replicates}", counted(replicates, "paired replicate")), int(width * SMALL_CHARACTERS_AN_INCH))
    bottom, top = (0.14 + 0.14 * len(below)) / height, 1 - (0.12 + 0.21 * len(lines)) / height
    room(figure).set(rect=(0.005, bottom, 0.985, top - bottom))
    figure.text(0.01, 1 - 0.08 / height, "\n".join(lines), ha="left", va="top", **BOLD)
    figure.text(0.01, 0.008, "\n".join(below), fontsize=7, color=GREY)
    return figure


def wrapped(figure: Figure, text: str, look: dict[str, Any]) -> list[str]:
    """A text in lines that fit the figure's width, measured as they will be drawn."""
    inches = float(figure.get_size_inches()[0])
    for characters in range(int(inches * CHARACTERS_AN_INCH), 20, -2):
        lines = textwrap.wrap(text, characters)
        drawn = figure.text(0.01, 0.5, "\n".join(lines), **look)
        across = drawn.get_window_extent().width / figure.dpi
        drawn.remove()
        if across <= 0.98 * inches:
            break
    return lines


def dates(months: xr.DataArray) -> np.ndarray:
    """Months "YYYY-MM" as dates for a time axis."""
    return pd.PeriodIndex([str(month) for month in months.values], freq="M").to_timestamp().to_numpy()


def date(month: str) -> Any:
    """A month "YYYY-MM" as a date."""
    return np.datetime64(month)  # matplotlib takes it for a place on an axis, but declares float


def fan(axes: Axes, values: xr.DataArray, stroke: Stroke) -> float:
    """Draw median and 5-95 % band of (replicate, month); returns the median's last value, where a label goes."""
    low, middle, high = np.quantile(values.transpose("replicate", "month").values.astype(float), [0.05, 0.5, 0.95], axis=0)
    time = dates(values.month)
    axes.fill_between(time, low, high, color=stroke.colour, alpha=0.18, linewidth=0)
    for edge in (low, high):
        axes.plot(time, edge, color=stroke.colour, linewidth=0.5, alpha=0.55)
    axes.plot(time, middle, color=stroke.colour, linestyle=stroke.dash, linewidth=1.7)
    return float(middle[-1])


def label_ends(axes: Axes, ends: list[tuple[float, str, str]], size: float = 8) -> None:
    """Ask for (value, text, colour) to be written at the right end of the lines; `finish` does so once the limits are known."""
    figure: Any = axes.figure  # carries what is still to be written as an attribute of its own
    figure.end_labels = [*getattr(figure, "end_labels", []), (axes, ends, size)]


def fans_of(axes: Axes, runs: xr.Dataset, name: str, values: xr.DataArray, note: bool) -> None:
    """A panel of its own: one fan per scenario of (replicate, month, scenario), from zero on, named at the line's end."""
    ends = [(fan(axes, values.sel(scenario=scenario), stroke), stroke.name, stroke.colour) for scenario, stroke in strokes(runs).items()]
    axes.set_title(name)
    axes.set_ylim(bottom=0)
    time_axis(axes, runs, note=note)
    label_ends(axes, ends)


def place_labels(axes: Axes, ends: list[tuple[float, str, str]], size: float) -> None:
    """Write labels at the right of the axes, moved apart where they would overlap."""
    low, height = axes.get_window_extent().y0, axes.get_window_extent().height
    gap = size * axes.figure.dpi / 72 * 1.15 / height
    ordered = sorted(ends, key=lambda end: end[0])
    places = [(axes.transData.transform((0, value))[1] - low) / height for value, _, _ in ordered]
    for place in range(1, len(places)):
        lines = 1 + (ordered[place - 1][1].count("\n") + ordered[place][1].count("\n")) / 2
        places[place] = max(places[place], places[place - 1] + gap * lines)
    overflow = max(0, places[-1] - 1)
    for (_, text, colour), place in zip(ordered, places, strict=True):
        axes.annotate(text, (1.015, place - overflow), xycoords="axes fraction", color=colour, fontsize=size, va="center", annotation_clip=False)


def log_axis(axes: Axes) -> None:
    """A logarithmic axis with plain figures at 1, 2, 5 or, where the range is short, more often. Call after everything is drawn."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    steps = (1, 2, 5) if high / low > 6 else (1, 1.5, 2, 3, 4, 5, 6, 7, 8)
    axes.yaxis.set_major_locator(FixedLocator([step * 10.0**power for power in range(-2, 6) for step in steps]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(PLAIN)
    axes.set_ylim(low, high)


def time_axis(axes: Axes, runs: xr.Dataset, note: bool = False) -> None:
    """Years below, plain figures at the left, history in grey, a thin line wherever windows begin, light lines across."""
    time, history_end = dates(runs.month), headline.of(runs).history_end
    axes.yaxis.set_major_formatter(PLAIN)
    axes.set_xlim(time[0], time[-1])
    axes.axvspan(time[0], min(date(history_end), time[-1]), color="0.94", zorder=0, linewidth=0)
    for start in departures(runs):
        axes.axvline(date(start), color=GREY, linewidth=0.8, zorder=1)
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    years = YearLocator(2 if len(time) > 72 else 1)
    axes.xaxis.set_major_locator(years)
    axes.xaxis.set_major_formatter(DateFormatter("%Y" if len(time) <= 72 else "’%y"))
    if note and date(history_end) > time[0]:
        axes.text(date(history_end), 0.99, "history ", transform=axes.get_xaxis_transform(), ha="right", va="top", fontsize=7, color=GREY)
    if note:
        note_departures(axes, runs)


def note_departures(axes: Axes, runs: xr.Dataset) -> None:
    """Name each month in which windows begin beside its line."""
    for start in departures(runs):
        axes.text(date(start), 0.99, f" {spoken(start, short=True)}", transform=axes.get_xaxis_transform(), ha="left", va="top", fontsize=7, color=GREY)
