"""What each mechanism carries of the answer: the difference with all on less that with the mechanism off, outcome by outcome."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.caveats import counted
from experiments.figures.style import BOLD, GREY, SMALL_CHARACTERS_AN_INCH, STROKES, canvas, room
from experiments.wording import figure_units, heading

LETTERS = 118
"""Letters of all panels' names that fit beside each other."""


def draw(table: pd.DataFrame, replicates: int) -> Figure:
    """A panel an outcome, a row a mechanism, the one that carries most of the first outcome above."""
    outcomes = list(dict.fromkeys(table.outcome))
    first = table[(table.outcome == outcomes[0]) & (table.switch != "all on")]
    order = first.iloc[np.argsort(-first.carries.abs().values, kind="stable")].words.tolist()
    figure, grid = canvas(1, len(outcomes), (14, 1.9 + 0.3 * len(order)), sharey=True)
    for axes, outcome in zip(grid[0], outcomes, strict=True):
        mine = table[table.outcome == outcome].set_index("words")
        for place, name in enumerate(order):
            row = mine.loc[name]
            axes.plot([row.low, row.high], [place, place], color=STROKES[1][0], linewidth=2.2, solid_capstyle="butt", alpha=0.55)
            axes.plot(row.carries, place, "o", color=STROKES[1][0], markersize=5)
            axes.annotate(figure_units(row.carries), (row.carries, place), (0, 5), textcoords="offset points", fontsize=7.5, ha="center")
        axes.axvline(0, color=GREY, linewidth=0.8)
        name = "\n".join(textwrap.wrap(heading(outcome), LETTERS // len(outcomes)))
        axes.set_title(f"{name}\nall on: {figure_units(mine.loc['all on'].on)}", fontsize=8)
        axes.grid(axis="x", color="0.9", linewidth=0.6)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.14)
    grid[0, 0].set_yticks(range(len(order)), order)
    grid[0, 0].set_ylim(len(order) - 0.5, -0.7)
    told = (
        f"Source: own simulation, {counted(replicates, 'paired replicate')}. Point: median of the paired difference with all on less that with the mechanism off in both scenarios; bar: 90 % "
        "bootstrap interval of that median. Above nought: the mechanism makes the difference larger. Mechanisms act on each other, so that they do not add up."
    )
    height = float(figure.get_size_inches()[1])
    below = textwrap.wrap(told, int(figure.get_size_inches()[0] * SMALL_CHARACTERS_AN_INCH))
    room(figure).set(rect=(0.005, (0.14 + 0.14 * len(below)) / height, 0.985, 1 - 0.4 / height - (0.14 + 0.14 * len(below)) / height))
    figure.text(0.01, 1 - 0.08 / height, f"What carries the answer: {order[0]} first", ha="left", va="top", **BOLD)
    figure.text(0.01, 0.008, "\n".join(below), fontsize=7, color=GREY)
    return figure
