"""What each kind of user should expect, by horizon: heat maps for makers and defence, points with bars for investors and states."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpecBase, SubplotSpec

from experiments.figures.style import GREY, PLAIN, Stroke, canvas, finish, strokes
from experiments.wording import figure_units, heading, known, readable

HEATS = ("stop", "unmet", "cover")
"""Outcomes of makers and defence."""
USERS = ("makers", "defence")
COLUMNS = 4
LETTERS = 34
"""Of a panel's name on a line."""


def draw(rows: pd.DataFrame, runs: xr.Dataset) -> Figure:
    """Above: makers and defence by horizon under the alternative, the baseline's figure below it. Beneath: investors and states under both."""
    looks = strokes(runs)
    others = list(dict.fromkeys(rows[~rows.kind.isin(USERS)].outcome))
    users = list(dict.fromkeys(rows[rows.kind.isin(USERS)].user))
    below = -(-len(others) // COLUMNS)
    tall = 0.38 * len(users)
    figure, grid = canvas(1, 1, (15, 2.2 + tall + 2.25 * below))
    grid[0, 0].remove()
    halves = figure.add_gridspec(2, 1, height_ratios=[tall + 0.9, 2.2 * below])
    above, beneath = (parts(halves[at].subgridspec(*size)) for at, size in ((0, (1, len(HEATS))), (1, (below, COLUMNS))))
    for at, (place, outcome) in enumerate(zip(above, HEATS, strict=True)):
        heat(figure.add_subplot(place), rows[rows.kind.isin(USERS) & (rows.outcome == outcome)], users, list(looks), named=at == 0)
    for at, (place, outcome) in enumerate(zip(beneath, others, strict=False)):
        points(figure.add_subplot(place), rows[~rows.kind.isin(USERS) & (rows.outcome == outcome)], looks, named=at == 0)
    names = [look.name for look in looks.values()]
    note = (
        f"Above: in larger figures “{names[1]}”, in brackets 5-95 % of runs (of a chance: 90 % bootstrap interval), below “{names[0]}”; a stop: all users of a sector outside China together lose more than 0.5 % of their need. "
        f"Beneath: points: medians, thick bars: 90 % bootstrap interval of the median, thin lines: 5-95 % of runs. {months(rows)}"
    )
    return finish(figure, title(rows, list(looks)), runs, note)


def parts(grid: GridSpecBase) -> list[SubplotSpec]:
    """The places of a grid, row by row."""
    return [grid[row, column] for row in range(grid.nrows) for column in range(grid.ncols)]


def months(rows: pd.DataFrame) -> str:
    """Which months each horizon is."""
    return "; ".join(f"{name}: {start} to {end}" for name, start, end in rows[["horizon", "start", "end"]].drop_duplicates().itertuples(index=False)) + "."


def heat(axes: Axes, rows: pd.DataFrame, users: list[str], names: list[str], named: bool) -> None:
    """Users by horizons, the darker the worse under the alternative; of cover, the darker the less."""
    horizons = list(dict.fromkeys(rows.horizon))
    at = rows.set_index(["user", "horizon", "scenario"]).sort_index()
    worse = np.array([[at.loc[(user, horizon, names[1]), "value"] for horizon in horizons] for user in users])
    less = rows.outcome.iloc[0] == "cover"
    shade = np.clip(1 - worse / max(worse.max(), 1e-9), 0, 1) if less else np.sqrt(np.clip(worse, 0, None) / max(worse.max(), 1e-9))
    axes.imshow(0.85 * shade, cmap="Blues", aspect="auto", vmin=0, vmax=1)
    for row, column in np.ndindex(worse.shape):
        before, then = (at.loc[(users[row], horizons[column], name)] for name in names[:2])
        ends = ("value_from", "value_to") if rows.outcome.iloc[0] == "stop" else ("low", "high")
        colour = "white" if shade[row, column] > 0.7 else "black"
        axes.text(column, row - 0.02, known(figure_units(then.value), then[ends[0]], then[ends[1]]), ha="center", va="bottom", fontsize=7.5, color=colour)
        axes.text(column, row + 0.04, f"{readable(names[0]).split()[0]} {figure_units(before.value)}", ha="center", va="top", fontsize=6.5, color=colour)
    axes.set_title(f"{heading(rows.words.iloc[0])}, {rows.unit.iloc[0]}")
    axes.set_xticks(range(len(horizons)), horizons, fontsize=7.5)
    axes.set_yticks(range(len(users)), [textwrap.fill(name, 24) for name in users] if named else [""] * len(users), fontsize=7.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def points(axes: Axes, rows: pd.DataFrame, looks: dict[str, Stroke], named: bool) -> None:
    """A point a horizon and scenario with both of its intervals."""
    horizons = list(dict.fromkeys(rows.horizon))
    for place, (name, look) in enumerate(looks.items()):
        mine: Any = rows[rows.scenario == name].set_index("horizon").loc[horizons]
        across = np.arange(len(horizons)) + 0.28 * (place - (len(looks) - 1) / 2)
        for at, (_, row) in zip(across, mine.iterrows(), strict=True):
            axes.plot([at, at], [row["low"], row["high"]], color=look.colour, linewidth=0.8)
            axes.plot([at, at], [row["value_from"], row["value_to"]], color=look.colour, linewidth=4, alpha=0.4, solid_capstyle="butt")
            axes.annotate(figure_units(row["value"]), (at, row["value"]), (-4 if not place else 4, 0), textcoords="offset points", fontsize=6.5, va="center", ha="right" if not place else "left", color=look.colour)
        axes.plot(across, mine["value"], "os^Dv"[place % 5], color=look.colour, markersize=4.5, label=look.name)
    axes.set_title("\n".join(textwrap.wrap(f"{heading(rows.kind.iloc[0])}: {rows.words.iloc[0]}, {rows.unit.iloc[0]}", LETTERS)), fontsize=8)
    axes.set_xticks(range(len(horizons)), [name.replace(" ", "\n", 1) for name in horizons], fontsize=7)
    axes.set_xlim(-0.6, len(horizons) - 0.3)
    axes.set_ylim(bottom=min(0.0, float(rows.low.min())))
    axes.yaxis.set_major_formatter(PLAIN)
    axes.grid(axis="y", color="0.92", linewidth=0.6)
    if named:
        axes.legend(fontsize=7, frameon=False, loc="upper right", labelcolor="linecolor", handletextpad=0.2)
    axes.tick_params(axis="x", color=GREY)


def title(rows: pd.DataFrame, names: list[str]) -> str:
    """Who is hit hardest within a year, and what states lose."""
    first = rows.horizon.iloc[0]
    users = rows[(rows.kind == USERS[0]) & (rows.outcome == "unmet") & (rows.horizon == first) & (rows.scenario == names[1])]
    worst = users.loc[users.value.idxmax()]
    lost = rows[(rows.outcome == "loss") & (rows.horizon == first)].set_index("scenario").value
    return (
        f"Within a year of “{readable(names[1])}” {worst.user} miss {figure_units(worst.value)} % of their need, and the loss outside China is {figure_units(lost[names[1]])} billion USD rather than {figure_units(lost[names[0]])}"
    )
