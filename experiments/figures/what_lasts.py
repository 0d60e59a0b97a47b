"""What lasts of the controls once they are lifted: each outcome's difference from the truce, by lifting and moment, with all on and with what may carry it off."""

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from experiments.caveats import counted
from experiments.figures.style import BOLD, GREY, SMALL_CHARACTERS_AN_INCH, STROKES, canvas, room
from experiments.wording import figure_units, heading, plus, spoken

LETTERS = 26
"""Letters of a panel's name on a line."""


def draw(rows: pd.DataFrame, replicates: int, words: Mapping[str, str]) -> Figure:
    """A panel an outcome; below each other every lifting and moment, with all on and with each carrier off."""
    outcomes = list(dict.fromkeys(rows["name"]))
    whats = list(dict.fromkeys(zip(rows.lifted, rows.months_since, strict=True)))
    offs = ["", *words]
    places = {(*what, off): at * (len(offs) + 0.8) + nth for at, what in enumerate(whats) for nth, off in enumerate(offs)}
    figure, grid = canvas(1, len(outcomes), (14, 1.7 + 0.34 * (max(places.values()) + 1)), sharey=True)
    for axes, outcome in zip(grid[0], outcomes, strict=True):
        mine = rows[rows["name"] == outcome]
        for row in mine.itertuples():
            place, colour = places[row.lifted, row.months_since, row.off], STROKES[1 if row.off == "" else 0][0]
            axes.plot([row.difference_low, row.difference_high], [place, place], color=colour, linewidth=0.9)
            axes.plot([row.difference_median_from, row.difference_median_to], [place, place], color=colour, linewidth=4, solid_capstyle="butt", alpha=0.45)
            axes.plot(row.difference_median, place, "o", color=colour, markersize=4.5)
            axes.annotate(plus(row.difference_median), (row.difference_median, place), (0, 5), textcoords="offset points", fontsize=7.5, ha="center")
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_title("\n".join(textwrap.wrap(f"{heading(mine.outcome.iloc[0])}, {mine.unit.iloc[0]}", LETTERS)), fontsize=8)
        axes.grid(axis="x", color="0.9", linewidth=0.6)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.14)
    names = [f"lifted {spoken(lifted, short=True)}, {since} months on" if off == "" else f"without {words[off]}" for (lifted, since, off) in places]
    grid[0, 0].set_yticks(list(places.values()), names)
    grid[0, 0].set_ylim(max(places.values()) + 0.6, -0.8)
    return finish(figure, title(rows), replicates)


def title(rows: pd.DataFrame) -> str:
    """How much lower need stays, first."""
    last = rows[rows.off == ""].iloc[-1]
    kept = rows[(rows.off == "") & (rows.alternative == last.alternative) & (rows.months_since == last.months_since)].set_index("name")
    need, made = kept.iloc[0], kept.loc["made"]
    return (
        f"{last.months_since} months after the controls end need outside China is {figure_units(abs(need.difference_median))} % {'lower' if need.difference_median < 0 else 'higher'} "
        f"than had the truce held; {plus(made.difference_median)} {made.unit} are made there"
    )


def finish(figure: Figure, told: str, replicates: int) -> Figure:
    """Title and source line."""
    source = (
        f"Source: own simulation, {counted(replicates, 'paired replicate')}. Difference from the truce in the year that ends so many months after the lifting, when both have been under the same "
        "instruments since it. Point: median; thick bar: 90 % bootstrap interval of the median; thin line: 5-95 % of runs."
    )
    width, height = figure.get_size_inches()
    below = textwrap.wrap(source, int(width * SMALL_CHARACTERS_AN_INCH))
    bottom = (0.14 + 0.14 * len(below)) / height
    room(figure).set(rect=(0.005, bottom, 0.985, 1 - 0.4 / height - bottom))
    figure.text(0.01, 1 - 0.08 / height, told, ha="left", va="top", **BOLD)
    figure.text(0.01, 0.008, "\n".join(below), fontsize=7, color=GREY)
    return figure
