"""The policy portfolio: how much each policy would be regretted in each storyline, what it brings against what it risks, and from which chance of restrictions on it pays."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.caveats import counted
from experiments.figures.style import BOLD, GREY, PLAIN, SMALL_CHARACTERS_AN_INCH, STROKES, canvas, room, wrapped
from experiments.wording import figure_units, readable
from experiments.wording import heading as capital

NONE = "no_policy"
WORST = "worst of all"
PER_CENT = 100.0
POINT, BAR = STROKES[0][0], STROKES[0][0]
LABEL = 7.5


def regrets(cells: pd.DataFrame, table: pd.DataFrame, replicates: int) -> Figure:
    """A heat map, policies by storylines, the least worst regret above; in each cell the mean regret and its interval, at the right the worst of them."""
    order = table.sort_values("worst_regret", kind="stable")
    storylines = list(dict.fromkeys(cells.storyline))
    figure, grid = canvas(1, 1, (max(8.5, 3.2 + 1.25 * (len(storylines) + 1)), 1.9 + 0.47 * len(order)))
    axes = grid[0, 0]
    shade = np.full((len(order), len(storylines) + 1), np.nan)
    for at, policy in enumerate(order.itertuples()):
        mine = cells[cells.policy == policy.policy].set_index("storyline")
        said = [(mine.regret[name], mine.regret_from[name], mine.regret_to[name]) for name in storylines] + [(policy.worst_regret, policy.worst_regret_from, policy.worst_regret_to)]
        shade[at] = [each[0] for each in said]
        for column, each in enumerate(said):
            axes.text(column, at, f"{figure_units(each[0])}", ha="center", va="bottom", fontsize=8.5, fontweight="bold" if column == len(storylines) else "normal", color=ink(each[0], cells.regret.max()))
            axes.text(column, at + 0.05, f"{figure_units(each[1])} to {figure_units(each[2])}", ha="center", va="top", fontsize=6.5, color=ink(each[0], cells.regret.max()))
    axes.imshow(np.sqrt(np.clip(shade, 0, None)), cmap="Blues", aspect="auto", vmin=0, vmax=1.1 * np.sqrt(max(cells.regret.max(), 1e-9)))
    axes.axvline(len(storylines) - 0.5, color="white", linewidth=4)
    names = [textwrap.fill(readable(name), 16) for name in [*storylines, WORST]]
    axes.set_xticks(range(len(names)), names, fontsize=7.5)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(order)), order.words)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    best = order.iloc[0]
    return finish(figure, f"{heading(best)} would be regretted least: {figure_units(best.worst_regret)} billion USD at worst, under “{readable(best.worst_in)}”", replicates,
                  "Regret: loss and cost of a policy less those of the best policy in that storyline, billion USD discounted, mean; below it its 90 % bootstrap interval over replicates. " + starred(table))  # fmt: skip


def tradeoff(table: pd.DataFrame, replicates: int, calm: str, harsh: str) -> Figure:
    """Left: what each policy brings in expectation against its worst regret. Right: the chance of the harsh storyline from which on it pays, with premium and payout."""
    figure, grid = canvas(1, 2, (12.5, 5.4), gridspec_kw={"width_ratios": (1.15, 1)})
    left, right = grid[0]
    scatter(left, table, "net", "worst_regret")
    left.axvline(0, color=GREY, linewidth=0.8)
    left.set_ylim(bottom=0)
    left.set_xlabel("loss avoided less cost, expected over storylines, billion USD: further right is better")
    left.set_ylabel("worst regret, billion USD: lower is better")
    left.set_title("What a policy brings, and what it risks")
    chances(right, table[table.policy != NONE].sort_values("break_even", kind="stable"))
    right.set_xlabel(f"chance of “{readable(harsh)}” rather than “{readable(calm)}”, %")
    right.set_title("From which chance of the harsh storyline on it pays")
    best, most = table.loc[table.worst_regret.idxmin()], table.loc[table.net.idxmax()]
    told = f"{heading(most)} brings most in expectation, {figure_units(most.net)} billion USD" + (", and is regretted least" if best.policy == most.policy else f"; {best.words} is regretted least")
    return finish(figure, told, replicates, "Costs are public and obliged private ones beyond the storyline's own, discounted. Bars: 90 % bootstrap interval over replicates. Premium: cost less loss avoided in the calm "
                  f"storyline; payout: loss avoided less cost in the harsh one, billion USD; chance: premium / (premium + payout). {starred(table)}")  # fmt: skip


def chances(axes: Axes, policies: pd.DataFrame) -> None:
    """A row a policy: break-even chance with its interval, premium and payout beside it; "never" where it does not pay in the harsh storyline."""
    for at, row in enumerate(policies.itertuples()):
        middle, low, high = (min(PER_CENT * getattr(row, f"break_even{end}"), PER_CENT) for end in ("", "_from", "_to"))
        axes.plot([low, high], [at, at], color=BAR, linewidth=3, alpha=0.35, solid_capstyle="butt")
        if np.isfinite(row.break_even):
            axes.plot(middle, at, "o", color=POINT, markersize=5.5, markerfacecolor=POINT if not row.words.endswith("*") else "white")
        said = f"{figure_units(middle)} %" if np.isfinite(row.break_even) else "never"
        axes.annotate(said, (middle, at), (0, 6), textcoords="offset points", fontsize=LABEL, ha="center")
        axes.text(1.01, at, f"premium {figure_units(row.premium)}\npayout {figure_units(row.payout)}", transform=axes.get_yaxis_transform(), fontsize=6.5, va="center", color=GREY)
    axes.set_xlim(-3, PER_CENT + 3)
    axes.set_yticks(range(len(policies)), policies.words)
    axes.set_ylim(len(policies) - 0.5, -0.7)
    axes.grid(axis="x", color="0.92", linewidth=0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def scatter(axes: Axes, table: pd.DataFrame, across: str, up: str) -> None:
    """A point a policy with both intervals and its name."""
    for row in table.itertuples():
        x, y = getattr(row, across), getattr(row, up)
        axes.plot([getattr(row, f"{across}_from"), getattr(row, f"{across}_to")], [y, y], color=BAR, linewidth=2, alpha=0.35, solid_capstyle="butt")
        axes.plot([x, x], [getattr(row, f"{up}_from"), getattr(row, f"{up}_to")], color=BAR, linewidth=2, alpha=0.35, solid_capstyle="butt")
        axes.plot(x, y, "o", color=POINT, markersize=5.5, markerfacecolor=POINT if not row.words.endswith("*") else "white")
    axes.xaxis.set_major_formatter(PLAIN)
    axes.yaxis.set_major_formatter(PLAIN)
    axes.grid(color="0.92", linewidth=0.6)
    axes.margins(x=0.12, y=0.1)
    name_points(axes, [(getattr(row, across), getattr(row, up), row.words) for row in table.itertuples()])


def name_points(axes: Axes, points: Sequence[tuple[float, float, str]]) -> None:
    """Ask for names beside points; `finish` writes them once the limits are known, moved apart where they would overlap."""
    figure: Any = axes.figure
    figure.names = [*getattr(figure, "names", []), (axes, points)]


def place_names(axes: Axes, points: Sequence[tuple[float, float, str]]) -> None:
    """Names right of their points, each at least a line above the one before; a thin line leads to those that were moved."""
    line = LABEL * axes.figure.dpi / 72 * 1.25
    last = -np.inf
    for x, y, text in sorted(points, key=lambda each: each[1]):
        at = axes.transData.transform((x, y))[1]
        height = max(at, last + line)
        led = {"arrowstyle": "-", "color": "0.6", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3} if height > at + 1 else None
        axes.annotate(text, (x, y), (9, 5 + (height - at) * 72 / axes.figure.dpi), textcoords="offset points", fontsize=LABEL, va="center", arrowprops=led)
        last = height


def ink(value: float, most: float) -> str:
    """White on dark cells."""
    return "white" if np.sqrt(max(value, 0.0)) > 0.66 * np.sqrt(max(most, 1e-9)) else "black"


def heading(row: Any) -> str:
    """A policy at the head of a title."""
    return capital(row.words)


def starred(table: pd.DataFrame) -> str:
    """What the star means, where there is one."""
    return "* does not cost the same: see notes of policies.csv." if table.words.str.endswith("*").any() else ""


def finish(figure: Figure, told: str, replicates: int, note: str) -> Figure:
    """Title and source line, then the names of points."""
    width, height = figure.get_size_inches()
    lines = wrapped(figure, told, BOLD)
    below = textwrap.wrap(f"Source: own simulation, {counted(replicates, 'replicate')}; every cell meets the same luck. {note}", int(width * SMALL_CHARACTERS_AN_INCH))
    bottom, top = (0.14 + 0.14 * len(below)) / height, 1 - (0.12 + 0.21 * len(lines)) / height
    room(figure).set(rect=(0.005, bottom, 0.985, top - bottom))
    figure.text(0.01, 1 - 0.08 / height, "\n".join(lines), ha="left", va="top", **BOLD)
    figure.text(0.01, 0.008, "\n".join(below), fontsize=7, color=GREY)
    figure.draw_without_rendering()
    for axes, points in getattr(figure, "names", []):
        place_names(axes, points)
    return figure
