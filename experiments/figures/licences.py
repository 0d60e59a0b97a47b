"""What the licence office does: applications standing, the share of them approved, and the wait, good by good."""

import xarray as xr
from matplotlib.figure import Figure

from experiments import headline
from experiments.bounds import at_least
from experiments.compare import AT_LEAST
from experiments.figures.style import Stroke, canvas, fan, finish, label_ends, strokes, time_axis
from experiments.headline import Headline
from experiments.windows import reached, together
from experiments.wording import figure_units, heading, spoken

MOST_MAKINGS = 2
"""Goods shown beside the one whose licence the headlines speak of."""


def shown(of: Headline) -> list[str]:
    """Goods with panels of their own: what goes into the headline's goods and needs a licence, and the good whose licence it speaks of."""
    return list(dict.fromkeys([*[good for good in of.makings if good in of.licensed][:MOST_MAKINGS], of.licence]))


def draw(runs: xr.Dataset) -> Figure:
    """From above: exports applied for and not decided, share approved in a month, months of waiting."""
    of = headline.of(runs)
    goods = shown(of)
    figure, grid = canvas(3, len(goods), (12, 8), sharex=True)
    for column, good in enumerate(goods):
        panels = (
            (runs.licence_queue, f"{heading(of.readable(good))} applied for, t"),
            (100 * runs.licence_approved, "Approved a month, %"),
            (runs.licence_wait, "Wait, months"),
        )
        for axes, (values, name) in zip(grid[:, column], panels, strict=True):
            ends = [(fan(axes, values.sel(scenario=scenario, good=good), stroke), stroke.stacked, stroke.colour) for scenario, stroke in strokes(runs).items()]
            axes.set_title(name)
            axes.set_ylim(bottom=0)
            time_axis(axes, runs, note=axes is grid[0, 0])
            label_ends(axes, ends, 7.5)
    return finish(figure, title(runs), runs, f"Applied for: standing at the month's end. Approved: of what stood or was filed. Waits as buyers reckon with them, at most {of.longest_wait:g} months. Line: median, band: 5-95 %.")


def title(runs: xr.Dataset) -> str:
    """Mean wait for the headline's licence from each pair's departure to the last month."""
    of = headline.of(runs)
    return f"A licence for {of.readable(of.licence)} takes on average " + "; ".join(takes(months, strokes(runs)) for months in together(runs, reached))


def takes(months: xr.Dataset, looks: dict[str, Stroke]) -> str:
    """The wait in each scenario; where buyers reckon with the longest wait, it is at least so much."""
    good = headline.of(months).licence
    wait = months.licence_wait.sel(good=good).mean("month").median("replicate")
    held = {name: f"{AT_LEAST} " * (f"licence_wait[{good}]" in at_least(months, name)) for name in months.scenario.values}
    parts = [f"{held[name]}{figure_units(float(wait.sel(scenario=name)))} months if “{looks[name].name}”" for name in months.scenario.values]
    return f"{', '.join(parts)} from {spoken(str(months.month.values[0]))} on"
