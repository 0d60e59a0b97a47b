"""What unknowns decide: results by what the October regime draws (licence capacity, treatment of destinations) and by the speed of forgetting."""

import textwrap

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from experiments.caveats import ENOUGH, UNMET, standing
from experiments.figures.style import GREY, STROKES, canvas, finish, strokes
from experiments.splits import split_table
from experiments.windows import departure, end_month, longest, pairs
from experiments.wording import figure_units, heading, sentence_of, spoken

LETTERS = 122
"""Letters of all panels' names that fit beside each other."""


def draw(runs: xr.Dataset) -> Figure:
    """One panel an outcome: median and 5-95 % of the paired difference in each group of replicates."""
    pair = pairs(runs)[0]
    table = split_table(pair)
    outcomes, groups = list(dict.fromkeys(table.outcome)), list(dict.fromkeys(table.group))
    figure, grid = canvas(1, len(outcomes), (13, 1.9 + 0.36 * len(groups)), sharey=True)
    for axes, outcome in zip(grid[0], outcomes, strict=True):
        rows = table[table.outcome == outcome].set_index("group").loc[groups]
        for place, (_, row) in enumerate(rows.iterrows()):
            axes.plot([row.low, row.high], [place, place], color=STROKES[1][0], linewidth=2.2, solid_capstyle="butt", alpha=0.55)
            axes.plot(row["median"], place, "o", color=STROKES[1][0], markersize=5)
            axes.annotate(figure_units(row["median"]), (row["median"], place), (0, 5), textcoords="offset points", fontsize=7.5, ha="center")
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_title("\n".join(textwrap.wrap(heading(outcome), LETTERS // len(outcomes))), fontsize=8)
        axes.grid(axis="x", color="0.9", linewidth=0.6)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.1)
    grid[0, 0].set_yticks(range(len(groups)), [f"{name}\n(n = {count})" for name, count in table.drop_duplicates("group")[["group", "replicates"]].values])
    grid[0, 0].set_ylim(len(groups) - 0.5, -0.7)
    return finish(figure, title(table), runs, explain(pair))


def explain(pair: xr.Dataset) -> str:
    """What is subtracted from what, from when months count, and in which state of the controls capacity is measured."""
    names = [stroke.name for stroke in list(strokes(pair).values())[::-1]]
    month = end_month(pair, longest(pair))
    state = standing(pair, month)
    measured = sentence_of(f"capacity in {spoken(month)}: measured {state}" if state else "") + sentence_of(UNMET)
    drawn = f"Point: median, bar: 5-95 % of the group's paired differences, rough where n is below {ENOUGH}."
    return f"{heading(' minus '.join(names))}, months from {spoken(departure(pair))}. {drawn}{measured}"


def title(table: pd.DataFrame) -> str:
    """How far the first outcome moves between groups of each unknown."""
    first = table[table.outcome == table.outcome.iloc[0]].set_index("group")["median"]
    spans = []
    unknowns = (("licence capacity", "The assumed licence capacity"), ("of its part", "how it treats single destinations"), ("forgetting", "the speed of forgetting"))
    for unknown, name in unknowns:
        found = first[[group for group in first.index if unknown in group]]
        if found.size:
            spans.append(f"{name} moves the unmet share by {figure_units(float(np.ptp(found)))} points")
    return ", ".join(spans) or "No unknown was drawn in these runs"
