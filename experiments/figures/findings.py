"""What each finding comes to with all on, and with the mechanism named for it switched off."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.caveats import counted
from experiments.figures.style import BOLD, GREY, PLAIN, SMALL_CHARACTERS_AN_INCH, STROKES, canvas, room
from experiments.sampling import TOLD
from experiments.wording import plus

WIDTH, ROW = 10.0, 1.05
"""Inches: of the figure, and of each finding."""
LETTERS = 58
"""Of a line of a claim."""


def draw(table: pd.DataFrame) -> Figure:
    """A row a finding with an axis of its own: all on above, its switch off below."""
    figure, grid = canvas(len(table), 1, (WIDTH, 1.3 + ROW * len(table)))
    for axes, row in zip(grid[:, 0], table.itertuples(), strict=True):
        bars(axes, row)
    told = (
        f"Source: own simulation, {counted(int(table.replicates.min()), 'paired replicate')}. Point: median of the paired difference; thick bar: its {TOLD}; thin: 5-95 % of replicates. "
        "Filled: all mechanisms on; hollow: the one named is switched off in both futures, same luck, same draws."
    )
    height = float(figure.get_size_inches()[1])
    below = textwrap.wrap(told, int(WIDTH * SMALL_CHARACTERS_AN_INCH))
    bottom = (0.14 + 0.14 * len(below)) / height
    room(figure).set(rect=(0.005, bottom, 0.985, 1 - 0.4 / height - bottom))
    gone = int((table.verdict == "gone without it").sum())
    figure.text(0.01, 1 - 0.08 / height, f"Of {len(table)} findings {gone} are gone without the mechanism named for them", ha="left", va="top", **BOLD)
    figure.text(0.01, 0.008, "\n".join(below), fontsize=7, color=GREY)
    return figure


def bars(axes: Axes, row: object) -> None:
    """Both differences of a finding."""
    for place, (name, label, fill) in enumerate((("on", "all on", STROKES[1][0]), ("off", f"{row.switch} off", "white"))):
        middle, low, high, least, most = (getattr(row, f"{name}{end}") for end in ("", "_from", "_to", "_low", "_high"))
        axes.plot([least, most], [place, place], color=STROKES[1][0], linewidth=0.9, alpha=0.7)
        axes.plot([low, high], [place, place], color=STROKES[1][0], linewidth=3.2, alpha=0.55, solid_capstyle="butt")
        axes.plot(middle, place, "o", color=STROKES[1][0], markerfacecolor=fill, markersize=6, zorder=3)
        axes.annotate(f"{label}: {plus(middle)}", (middle, place), (0, 6), textcoords="offset points", fontsize=7.5, ha="center")
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_ylim(1.5, -0.9)
    axes.set_yticks([0.4], ["\n".join(textwrap.wrap(f"{row.claim} … ({row.verdict})", LETTERS))])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.xaxis.set_major_formatter(PLAIN)
    axes.margins(x=0.16)
    axes.set_xlabel(row.unit, loc="right", labelpad=0.5)
