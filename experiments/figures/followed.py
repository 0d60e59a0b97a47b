"""Named companies over the years: what their plants make in each future, and when their projects are decided on."""

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import GREY, canvas, date, fan, finish, label_ends, strokes, time_axis
from experiments.wording import figure_units

COLUMNS = 4
LEAST_SHARE = 0.25
"""Share of replicates from which on a decision is marked."""


def draw(runs: xr.Dataset, companies: dict[str, list[str]], projects: pd.DataFrame, known: set[str]) -> Figure:
    """A panel a company: output (fan) in each scenario; a triangle at the median month in which a project is decided on, where it is in a quarter of replicates or more."""
    from experiments.followed import output

    rows = -(-len(companies) // COLUMNS)
    figure, grid = canvas(rows, COLUMNS, (14, 2.7 * rows + 0.9))
    for place, (company, entities) in enumerate(companies.items()):
        axes = grid.flat[place]
        made, ends = output(runs, entities), []
        for scenario, stroke in strokes(runs).items():
            ends.append((fan(axes, made.sel(scenario=scenario), stroke), stroke.stacked if place == 0 else "", stroke.colour))
        usual = "" if any(name in known for name in entities) else " *"
        axes.set_title(f"{company}{usual}: {' + '.join(short(name) for name in entities)}", fontsize=8)
        axes.set_ylim(bottom=0)
        time_axis(axes, runs, note=place == 0)
        label_ends(axes, ends, 7)
        mark(axes, runs, projects[projects.company == company])
    for axes in grid.flat[len(companies) :]:
        axes.set_axis_off()
    note = "Line: median output, t of product a year (mean of twelve months), band: 5-95 %. Triangle: median month of a decision still open in June 2026, filled with the share of replicates in which it falls. * no figures in finance.csv: runs on what is usual for its kind."
    return finish(figure, title(runs, companies), runs, note)


def short(name: str) -> str:
    """A plant's name without what stands in brackets."""
    return name.split(" (")[0]


def mark(axes: Axes, runs: xr.Dataset, projects: pd.DataFrame) -> None:
    """Decisions on projects along the foot of the panel."""
    if "decided" not in projects:
        return
    for height, (scenario, stroke) in enumerate(strokes(runs).items()):
        for line in projects[(projects.scenario == scenario) & (projects.decided >= LEAST_SHARE)].itertuples():
            axes.plot([date(line.decided_in)], [0.05 + 0.09 * height], "^", color=stroke.colour, alpha=float(line.decided), markersize=5, transform=axes.get_xaxis_transform(), clip_on=False)
            axes.annotate(f"{100 * line.decided:.0f} %", (date(line.decided_in), 0.05 + 0.09 * height), (5, 0), xycoords=axes.get_xaxis_transform(), textcoords="offset points", fontsize=6, va="center", color=GREY)


def title(runs: xr.Dataset, companies: dict[str, list[str]]) -> str:
    """Who makes most more in the second future, and who less."""
    from experiments.followed import output

    names = list(strokes(runs).values())
    change = {company: float((output(runs, entities).isel(month=-1, scenario=-1) - output(runs, entities).isel(month=-1, scenario=0)).median()) for company, entities in companies.items()}
    most, least = max(change, key=change.__getitem__), min(change, key=change.__getitem__)
    end = str(runs.month.values[-1])[:4]
    return f"If “{names[-1].name}” rather than “{names[0].name}”, in {end} {most} makes {figure_units(change[most])} t a year more and {least} {figure_units(change[least])} t"
