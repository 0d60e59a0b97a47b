"""Who gains from which future: the paired difference in what each plant brings in, the largest gains and losses."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.caveats import counted
from experiments.figures.style import BOLD, GREY, PLAIN, SMALL_CHARACTERS_AN_INCH, STROKES, canvas, room, wrapped
from experiments.wording import figure_units, spell, spoken
from model.names import CHINA

SHOWN = 12
"""Firms on each side that are drawn."""
AGREED = 0.9
"""Share of replicates that must agree on the sign for a point to be filled."""
GAIN, LOSS = STROKES[0][0], STROKES[1][0]


def draw(table: pd.DataFrame, replicates: int, title: str) -> Figure:
    """A row a firm outside China: median and 5-95 % of the difference, named beside it; hollow where fewer than nine in ten replicates agree."""
    mine = table[table.country != CHINA]
    best, worst = mine[mine.difference_median > 0].head(SHOWN), mine[mine.difference_median < 0].tail(SHOWN)
    shown = pd.concat([best, worst])
    figure, grid = canvas(1, 1, (9.5, 2.0 + 0.26 * max(len(shown), 1)))
    axes = grid[0, 0]
    for place, row in enumerate(shown.itertuples()):
        colour, agreed = (GAIN, row.share_gaining) if row.difference_median > 0 else (LOSS, row.share_losing)
        axes.plot([row.difference_low, row.difference_high], [place, place], color=colour, linewidth=2.2, solid_capstyle="butt", alpha=0.5)
        axes.plot(row.difference_median, place, "o" if row.difference_median > 0 else "s", color=colour, markersize=5, markerfacecolor=colour if agreed >= AGREED else "white")
        axes.annotate(figure_units(row.difference_median), (row.difference_median, place), (0, 5), textcoords="offset points", fontsize=7, ha="center")
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(range(len(shown)), [f"{row.firm} ({row.place})" for row in shown.itertuples()], fontsize=7.5)
    axes.set_ylim(len(shown) - 0.4, -0.8)
    axes.set_xscale("symlog", linthresh=linear(shown))
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_xlabel("million USD, discounted; linear up to the first figure beside nought, logarithmic beyond")
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    lines = wrapped(figure, title, BOLD)
    window = f"{spell(int(table.months.iloc[0]))} from {spoken(str(table.start.iloc[0]))}" if len(table) else ""
    told = (
        f"Source: own simulation, {counted(replicates, 'paired replicate')}, {window}. Point: median of what a plant brings in less what is invested in it, in the second future less the first, discounted at "
        "its cost of capital; bar: 5-95 %. Filled: nine in ten replicates agree on the sign. Interest, overhead and what is left after the window are not in it."
    )
    height = float(figure.get_size_inches()[1])
    below = textwrap.wrap(told, int(figure.get_size_inches()[0] * SMALL_CHARACTERS_AN_INCH))
    bottom, top = (0.14 + 0.14 * len(below)) / height, 1 - (0.12 + 0.21 * len(lines)) / height
    room(figure).set(rect=(0.005, bottom, 0.985, top - bottom))
    figure.text(0.01, 1 - 0.08 / height, "\n".join(lines), ha="left", va="top", **BOLD)
    figure.text(0.01, 0.008, "\n".join(below), fontsize=7, color=GREY)
    return figure


def linear(shown: pd.DataFrame) -> float:
    """Up to where the axis is linear: a round figure near the smallest difference shown, million USD."""
    least = float(shown.difference_median.abs().min()) if len(shown) else 1.0
    return float(10.0 ** np.floor(np.log10(max(least, 1.0))))
