"""What programmes are worth and what they cost: loss avoided, capacity added, who pays, and what is avoided for each dollar."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, MaxNLocator

from experiments.figures.style import GREY, PLAIN, STROKES, canvas, conclude
from experiments.wording import figure_units, plus, readable

SHOWN = 24
"""Programmes drawn."""
LETTERS = 46
"""Letters of a programme's name."""
MOST_FIGURES = 3
"""On an axis, right of nought."""
MARKS = "osD^"
HATCHES = ("", "///", "...", "xx", "\\\\", "++")
"""Tell payers apart in greyscale."""
ALL = "all of them"
LINEAR = {"soon": 0.01, "avoided": 0.01, "capacity": 10.0}
"""Up to where an axis is linear: what is below counts as next to nothing."""


def draw(rows: pd.DataFrame, payers: pd.DataFrame, told: str, replicates: int) -> Figure:
    """A row a programme, the one that avoids most in the last future above, all together below; each future in its colour."""
    futures = list(dict.fromkeys(rows.scenario))
    order = rows[rows.scenario == futures[-1]].programme.tolist()
    names = [*[name for name in order if name != ALL][:SHOWN], *([ALL] if ALL in order else [])]
    figure, grid = canvas(1, 5, (17.5, 2.2 + 0.36 * len(names)), sharey=True, gridspec_kw={"width_ratios": [1.25, 1.0, 1.0, 1.0, 0.8]})
    table = rows.set_index(["programme", "scenario"])
    panels = {"soon": "Loss avoided outside China in\n36 months, billion USD", "avoided": "Loss avoided outside China\nto the end, billion USD", "capacity": "Capacity added outside China\nat the end, t a year"}
    for axes, (outcome, title) in zip(grid[0], panels.items(), strict=False):
        spreads(axes, table, names, futures, outcome)
        axes.set_title(title, fontsize=8.5)
    costs(grid[0, 3], payers, names, futures)
    ratios(grid[0, 4], table, names, futures)
    grid[0, 0].set_yticks(range(len(names)), ["\n".join(textwrap.wrap(name, LETTERS)[:2]) for name in names], fontsize=7.5)
    grid[0, 0].set_ylim(len(names) - 0.5, -0.8)
    for axes in grid[0]:
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="0.9", linewidth=0.6)
    source = (
        "Source: own simulation, {replicates}: each future with all programmes less the same without one, under the same luck and draws. Point: median, bar: 5-95 % of replicates; money discounted to November 2026, to the end of the runs. "
        "Paid: means of the programme's own payments less what comes back, by region of the payer; per dollar: mean avoided over mean paid, bar: 90 % bootstrap interval; none where nothing is paid or avoided. "
        "Programmes act on each other, so that they do not add up."
    )
    return conclude(figure, told, source, replicates)


def spreads(axes: Axes, table: pd.DataFrame, names: list[str], futures: list[str], outcome: str) -> None:
    """Median and 5-95 % of an outcome in each future, named in the first row."""
    for at, name in enumerate(names):
        for nth, future in enumerate(futures):
            row, place, colour = table.loc[(name, future)], at + lift(nth, futures), STROKES[nth % len(STROKES)][0]
            axes.plot([row[f"{outcome}_low"], row[f"{outcome}_high"]], [place, place], color=colour, linewidth=2.2, alpha=0.5, solid_capstyle="butt")
            axes.plot(row[outcome], place, MARKS[nth % len(MARKS)], color=colour, markersize=4.5)
            text = plus(float(row[outcome])) + (f"  {readable(future)}" if at == 0 else "")
            axes.annotate(text, (row[f"{outcome}_high"], place), (4, 0), textcoords="offset points", fontsize=6.8, va="center", color=colour)
    axes.axvline(0, color=GREY, linewidth=0.8)
    reach = float(np.abs(np.concatenate([table[f"{outcome}_low"].loc[names].values, table[f"{outcome}_high"].loc[names].values])).max())
    linear = LINEAR[outcome]
    axes.set_xscale("symlog", linthresh=linear)
    axes.set_xlim(-max(1.5 * reach, 3.0 * linear), max(12.0 * reach, 10.0 * linear))
    few(axes, linear)
    axes.xaxis.set_major_formatter(PLAIN)


def few(axes: Axes, linear: float) -> None:
    """So few figures on a logarithmic axis that they can be read: nought, and at most three to the right, of which those that are reached stand to the left as well."""
    low, high = axes.get_xlim()
    decades = np.arange(np.log10(linear), np.floor(np.log10(high)) + 0.5)
    right = 10.0 ** decades[:: -int(np.ceil(decades.size / MOST_FIGURES))] if decades.size else np.zeros(0)
    axes.xaxis.set_major_locator(FixedLocator([*-right[right <= -low], 0.0, *right]))
    axes.tick_params(axis="x", labelsize=6.5)


def lift(nth: int, futures: list[str]) -> float:
    """Where in its row a future stands."""
    return 0.3 * (nth - (len(futures) - 1) / 2)


def costs(axes: Axes, payers: pd.DataFrame, names: list[str], futures: list[str]) -> None:
    """Who pays how much of each programme, one on the other."""
    net = payers[payers.book != "obliged"].assign(signed=lambda rows: np.where(rows.book == "income", -rows["mean"], rows["mean"]))
    looks = {region: {"facecolor": STROKES[(number + 2) % len(STROKES)][0], "hatch": HATCHES[number % len(HATCHES)]} for number, region in enumerate(dict.fromkeys(net.region))}
    paying = set[str]()
    for at, name in enumerate(names):
        for nth, future in enumerate(futures):
            mine = net[(net.scenario == future) & ((net.programme == name) | (name == ALL))].groupby("region").signed.sum()
            start, place = 0.0, at + lift(nth, futures)
            for region in (region for region in looks if mine.get(region, 0.0)):
                axes.barh(place, mine[region], 0.26, left=start, alpha=0.75, edgecolor="white", linewidth=0.4, **looks[region])
                start += float(mine[region])
                paying.add(region)
            if start:
                axes.annotate(figure_units(start), (max(start, 0.0), place), (4, 0), textcoords="offset points", fontsize=6.8, va="center", color=STROKES[nth % len(STROKES)][0])
    handles = [Patch(alpha=0.75, edgecolor="white", linewidth=0.4, label=readable(region), **look) for region, look in looks.items() if region in paying]
    axes.legend(handles=handles, fontsize=6.8, loc="upper right", frameon=False, handlelength=1.4)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.margins(x=0.16)
    axes.xaxis.set_major_formatter(PLAIN)
    axes.xaxis.set_major_locator(MaxNLocator(MOST_FIGURES))
    axes.set_title("Paid, by payer,\nmillion USD", fontsize=8.5)


def ratios(axes: Axes, table: pd.DataFrame, names: list[str], futures: list[str]) -> None:
    """What is avoided for each dollar."""
    for at, name in enumerate(names):
        for nth, future in enumerate(futures):
            row, place, colour = table.loc[(name, future)], at + lift(nth, futures), STROKES[nth % len(STROKES)][0]
            if np.isnan(row.per_dollar):
                axes.annotate("-", (0, place), fontsize=7, va="center", ha="center", color=GREY)
                continue
            if np.isfinite(row.per_dollar_from):
                axes.plot([row.per_dollar_from, row.per_dollar_to], [place, place], color=colour, linewidth=2.2, alpha=0.5, solid_capstyle="butt")
            axes.plot(row.per_dollar, place, MARKS[nth % len(MARKS)], color=colour, markersize=4.5)
            axes.annotate(figure_units(float(row.per_dollar)), (np.nanmax([row.per_dollar, row.per_dollar_to]), place), (4, 0), textcoords="offset points", fontsize=6.8, va="center", color=colour)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.axvline(1, color=GREY, linewidth=0.8, linestyle=":")
    axes.set_xscale("symlog", linthresh=1.0)
    axes.margins(x=0.3)
    few(axes, 1.0)
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_title("Avoided to the end for each\ndollar paid, USD (dotted: 1)", fontsize=8.5)
