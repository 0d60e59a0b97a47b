"""Published losses beside ours under the same shock, and how far each softener switched off moves ours towards theirs."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.caveats import counted
from experiments.figures.style import BOLD, GREY, PLAIN, SMALL_CHARACTERS_AN_INCH, STROKES, canvas, room
from experiments.wording import figure_units, readable

LEAST = 1e-3
"""% of GDP, or a ratio, below which nothing is drawn on an axis of powers of ten."""


def draw(table: pd.DataFrame, explained: pd.DataFrame, replicates: int) -> Figure:
    """Left: losses, % of GDP, theirs and ours. Right: theirs over ours, variant by variant."""
    losses = table[table.our_unit == "% of GDP"].reset_index(drop=True)
    variants = list(dict.fromkeys(explained.variant))
    figure, grid = canvas(1, 2, (14, 1.9 + 0.42 * max(len(losses), len(variants))))
    beside(grid[0, 0], losses)
    moved(grid[0, 1], explained, variants)
    ratios = losses.ratio[np.isfinite(losses.ratio)]
    told = f"Under the same shocks published losses are {figure_units(ratios.min())} to {figure_units(ratios.max())} times ours" if len(ratios) else "Published losses and ours"
    source = (
        f"Source: published.csv and own simulation, {counted(replicates, 'paired replicate')}. Ours: median, thick bar its 90 % bootstrap interval, thin line 5-95 % of runs. "
        "No two count the same: against_others.csv says what differs."
    )
    width, height = figure.get_size_inches()
    below = textwrap.wrap(source, int(width * SMALL_CHARACTERS_AN_INCH))
    bottom = (0.14 + 0.14 * len(below)) / height
    room(figure).set(rect=(0.005, bottom, 0.985, 1 - 0.4 / height - bottom))
    figure.text(0.01, 1 - 0.08 / height, told, ha="left", va="top", **BOLD)
    figure.text(0.01, 0.008, "\n".join(below), fontsize=7, color=GREY)
    return figure


def beside(axes: Axes, losses: pd.DataFrame) -> None:
    """A line a published loss: theirs as a diamond, ours as a point with its error and spread."""
    colour = STROKES[0][0]
    for place, row in losses.iterrows():
        axes.plot(np.maximum([row.ours_low, row.ours_high], LEAST), [place, place], color=colour, linewidth=0.9)
        axes.plot(np.maximum([row.ours_from, row.ours_to], LEAST), [place, place], color=colour, linewidth=4, alpha=0.45, solid_capstyle="butt")
        axes.plot(max(row.ours, LEAST), place, "o", color=colour, markersize=5, label="ours" if place == 0 else None)
        axes.plot(row.theirs, place, "D", color="0.15", markersize=5, label="theirs" if place == 0 else None)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_yticks(range(len(losses)), [f"{row.study}, {readable(row.region)}\n{row.shock}" for row in losses.itertuples()], fontsize=7.5)
    axes.set_ylim(len(losses) - 0.4, -0.6)
    axes.set_title("Loss, % of GDP")
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.legend(loc="upper left", frameon=False, fontsize=8)


def moved(axes: Axes, explained: pd.DataFrame, variants: list[str]) -> None:
    """A line a variant, a mark a loss: theirs over ours; 1 is the same."""
    for nth, ((study, region, quantity), rows) in enumerate(explained.groupby(["study", "region", "quantity"], sort=False)):
        colour = STROKES[nth % len(STROKES)][0]
        ratios = [float(rows[rows.variant == variant].ratio.iloc[0]) for variant in variants]
        axes.plot(ratios, range(len(variants)), "osD^v<>"[nth % 7], color=colour, markersize=4.5, label=f"{study}, {readable(region)}, {quantity}", alpha=0.85)
    axes.axvline(1, color=GREY, linewidth=0.8)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_yticks(range(len(variants)), variants, fontsize=8)
    axes.set_ylim(len(variants) - 0.4, -0.6)
    axes.set_title("Theirs over ours")
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=7)
