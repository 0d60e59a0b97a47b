"""How long truces last by how states decide: survival of the first truce, and where China stands month by month."""

import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import canvas, date, finish, label_ends, strokes, time_axis
from experiments.horizons import DEPARTURE
from model.names import CHINA


def draw(runs: xr.Dataset, truces: pd.DataFrame, conduct: pd.DataFrame) -> Figure:
    """Left: share of runs in which the truce of November 2026 has never been broken; right: share in which one stands, kept or restored."""
    figure, grid = canvas(1, 2, (12, 5))
    for axes, column, title in zip(grid.flat, ("kept", "stands"), ("The first truce has never been broken", "A truce stands, kept or restored"), strict=True):
        ends = []
        for scenario, stroke in strokes(runs).items():
            mine = truces[truces.scenario == scenario]
            axes.plot([date(month) for month in mine.month], 100 * mine[column], color=stroke.colour, linestyle=stroke.dash, drawstyle="steps-post")
            ends.append((100 * float(mine[column].iloc[-1]), stroke.stacked, stroke.colour))
        axes.set_title(title, fontsize=10)
        axes.set_ylabel("% of runs")
        axes.set_ylim(0, 105)
        time_axis(axes, runs, note=False)
        axes.set_xlim(left=date(DEPARTURE))
        label_ends(axes, ends, 8)
    note = "A truce: China on the lowest rung of its ladder. Median months of a truce: " + ", ".join(f"{row.scenario} {row.median_truce:.0f}" for row in conduct[conduct.state == CHINA].itertuples()) + "."
    return finish(figure, "How long a truce lasts rests on how states decide", runs, note)
