"""Whose loss would cost most: the loss with its spread, from when to when somebody stops, what others make up, and what measures of networks would have told."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import GREY, PLAIN, STROKES, canvas, conclude
from experiments.wording import figure_units, spoken

SHOWN = 14
"""Cases of a kind that are drawn."""
LEAST = 0.01
"""Billion USD up to which a loss counts as none on a logarithmic axis."""
NAMED = 3
"""Points of a scatter that are named."""
COLOUR, OTHER = STROKES[0][0], STROKES[1][0]
MARKS: tuple[tuple[str, str], ...] = (("s", STROKES[4][0]), ("o", COLOUR), ("D", OTHER))
"""Mark and colour of each duration, the shortest first; of one alone the second."""
WIDTH, ROW = 15.0, 0.245
"""Inches: of the figure, and of a case."""


def draw(rows: pd.DataFrame, ranks: pd.DataFrame, told: str, replicates: int, date: str) -> Figure:
    """Stages of countries above, firms below, the dearest first; at the foot how well measures of networks tell the loss."""
    months = usual(rows)
    kinds = {kind: rows[(rows.kind == kind) & (rows.months == months)].head(SHOWN) for kind in dict.fromkeys(rows.kind) if (rows.kind == kind).any()}
    kinds = dict(sorted(kinds.items(), key=lambda each: each[0] == "firm"))
    heights = [ROW * len(mine) + 0.75 for mine in kinds.values()]
    figure, grid = canvas(len(kinds) + 1, 3, (WIDTH, sum(heights) + 3.6), gridspec_kw={"height_ratios": [*heights, 2.6], "width_ratios": [1.0, 1.1, 0.8]})
    window = int(rows.watched.iloc[0])
    for panels, (kind, mine) in zip(grid, kinds.items(), strict=False):
        names = mine.place.tolist()
        losses(panels[0], rows[rows.kind == kind], names, f"Without each {kind}:\nloss outside China, billion USD")
        course(panels[1], mine, window, months)
        shares(panels[2], mine)
        for axes in panels[1:]:
            axes.set_yticks(range(len(names)), [""] * len(names))
        for axes in panels:
            axes.set_ylim(len(names) - 0.4, -0.7)
            axes.spines["left"].set_visible(False)
            axes.tick_params(axis="y", length=0)
    correlations(grid[-1, 0], ranks[ranks.months == months])
    scatter(grid[-1, 1], rows[rows.months == months], "throughput", "What is sold, million USD a month, and loss, billion USD")
    scatter(grid[-1, 2], rows[rows.months == months], "betweenness", "Betweenness, and loss, billion USD")
    source = (
        f"Source: own simulation, {{replicates}}; each is without capacity for {months} months from {spoken(date)} and is watched for {window}, beside the same run with it. Point: median, bar: 5-95 % of replicates; a loss of "
        f"{LEAST:g} or less is at the left edge. Stop: a sector in a region loses 0.5 % of a month's need more than in that run; over: three months in a row without one. Made up: what all others make more of the same goods in "
        "these months, at prices of the start. Ranks: Spearman's, over the cases of a kind."
    )
    return conclude(figure, told, source, replicates)


def usual(rows: pd.DataFrame) -> int:
    """The duration that all panels show: the middle one of those there are."""
    return int(np.sort(rows.months.unique())[(rows.months.nunique() - 1) // 2])


def losses(axes: Axes, rows: pd.DataFrame, names: list[str], title: str) -> None:
    """A row a case: the loss of each duration, named in the first row where there are several."""
    durations = sorted(rows.months.unique())
    marks = dict(zip(durations, MARKS if len(durations) > 1 else MARKS[1:2], strict=False))
    for months, (mark, colour) in marks.items():
        mine = rows[rows.months == months].set_index("place")
        lift = 0.0 if len(marks) == 1 else 0.22 * (durations.index(months) - (len(durations) - 1) / 2)
        for at, name in enumerate(names):
            row = mine.loc[name]
            low, middle, high = (max(float(value), LEAST) for value in (row.loss_low, row.loss, row.loss_high))
            axes.plot([low, high], [at + lift] * 2, color=colour, linewidth=2.2, alpha=0.5, solid_capstyle="butt")
            axes.plot(middle, at + lift, mark, color=colour, markersize=4.5)
            if len(marks) == 1:
                axes.annotate(figure_units(row.loss), (high, at), (5, 0), textcoords="offset points", fontsize=7, va="center", color=GREY)
            elif at == 0:
                axes.annotate(f"{months}", (middle, at + lift), (0, 6), textcoords="offset points", fontsize=7, ha="center", color=colour)
    axes.set_xscale("log")
    axes.set_xlim(left=LEAST * 0.9, right=3.0 * max(float(rows.loss_high.max()), 10.0 * LEAST))
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_yticks(range(len(names)), names, fontsize=7.5)
    axes.set_title(title + (" (months)" if len(marks) > 1 else ""), fontsize=8.5)
    axes.grid(axis="x", color="0.9", linewidth=0.6)


def course(axes: Axes, rows: pd.DataFrame, window: int, months: int) -> None:
    """From the first stop beyond the baseline's to when these are over, medians; who stops first beside it."""
    axes.axvspan(1, months + 1, color="0.93", linewidth=0, zorder=0)
    for at, row in enumerate(rows.itertuples()):
        begins = np.isfinite(row.survive)
        ends = min(row.recover, window + 1) if row.recover > 0 else np.nan
        words = f"{row.first} ({100 * row.first_share:.0f} %)" if row.first else "nobody stops"
        if begins:
            axes.plot([row.survive, max(ends, row.survive)], [at, at], color=OTHER, linewidth=2.0, alpha=0.6, solid_capstyle="butt")
            axes.plot(row.survive, at, "o", color=OTHER, markersize=4.5)
            axes.plot(ends, at, ">" if ends > window else "|", color=OTHER, markersize=6)
        else:
            words = f"stops in {100 * row.anybody_stops:.0f} % of runs: {words}" if row.first else words
        axes.annotate(words, (window + 2, at), fontsize=6.8, va="center", color="0.2" if begins else GREY, annotation_clip=False)
    axes.set_xlim(0, 2.0 * window)
    axes.set_xticks(range(0, window + 1, 6))
    axes.set_title(
        "Month of the first stop (point) and when stops are over\n(bar's end; arrow: not yet); who stops first; grey: the loss", fontsize=8.5
    )
    axes.grid(axis="x", color="0.9", linewidth=0.6)


def shares(axes: Axes, rows: pd.DataFrame) -> None:
    """What others make up of what is not made."""
    for at, row in enumerate(rows.itertuples()):
        low, middle, high = 100 * np.clip([row.made_up_low, row.made_up, row.made_up_high], -0.2, 1.2)
        axes.plot([low, high], [at, at], color=STROKES[2][0], linewidth=2.2, alpha=0.5, solid_capstyle="butt")
        axes.plot(middle, at, "o", color=STROKES[2][0], markersize=4.5)
        axes.annotate(figure_units(round(100 * row.made_up) + 0.0), (high, at), (5, 0), textcoords="offset points", fontsize=7, va="center", color=GREY)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.axvline(100, color=GREY, linewidth=0.8, linestyle=":")
    axes.set_xlim(-22, 130)
    axes.set_title("Made up by others\nin these months, %", fontsize=8.5)
    axes.grid(axis="x", color="0.9", linewidth=0.6)


def correlations(axes: Axes, ranks: pd.DataFrame) -> None:
    """How well each measure ranks the losses, of each kind of case."""
    measures = list(dict.fromkeys(ranks.measure))
    for nth, (kind, mine) in enumerate(ranks.groupby("kind", sort=False)):
        values = mine.set_index("measure")
        colour, mark = (OTHER, "s") if kind == "firm" else (COLOUR, "o")
        for at, name in enumerate(measures):
            row, place = values.loc[name], at + 0.16 * (2 * nth - 1)
            axes.plot([row.rank_correlation_low, row.rank_correlation_high], [place] * 2, color=colour, linewidth=2.2, alpha=0.5, solid_capstyle="butt")
            axes.plot(row.rank_correlation, place, mark, color=colour, markersize=4.5)
            axes.annotate(
                figure_units(row.rank_correlation) + (f"  {kind}" if at == 0 else ""),
                (row.rank_correlation_high, place),
                (5, 0),
                textcoords="offset points",
                fontsize=7,
                va="center",
                color=colour,
            )
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlim(-0.6, 1.35)
    axes.set_xticks([-0.5, 0, 0.5, 1])
    axes.set_yticks(range(len(measures)), measures, fontsize=7.5)
    axes.set_ylim(len(measures) - 0.4, -0.6)
    axes.set_title("Rank correlation with the loss", fontsize=8.5)
    axes.grid(axis="x", color="0.9", linewidth=0.6)


def scatter(axes: Axes, rows: pd.DataFrame, measure: str, title: str) -> None:
    """Each case by a measure and its loss, those that cost most named."""
    least = {"x": positive(rows[measure]), "y": LEAST}
    for kind, mine in rows.groupby("kind", sort=False):
        colour, mark = (OTHER, "s") if kind == "firm" else (COLOUR, "o")
        axes.plot(np.maximum(mine[measure], least["x"]), np.maximum(mine.loss, least["y"]), mark, color=colour, markersize=4, alpha=0.65, markeredgewidth=0)
    top = rows[rows.kind != "firm"].head(NAMED)
    for row in top.itertuples():
        axes.annotate(
            row.place, (max(getattr(row, measure), least["x"]), max(row.loss, least["y"])), (-5, 0), textcoords="offset points", fontsize=6.5, ha="right", va="center", color=GREY
        )
    for scale in (axes.set_xscale, axes.set_yscale):
        scale("log")
    axes.yaxis.set_major_formatter(PLAIN)
    axes.set_title(title, fontsize=8.5)
    axes.grid(color="0.93", linewidth=0.6)


def positive(values: pd.Series) -> float:
    """The least value above nought; those at nought are drawn there."""
    return float(values[values > 0].min()) if (values > 0).any() else 1.0
