"""Named companies over the years: what their plants make in each future, and when their projects are decided on."""

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from experiments.figures.style import GREY, canvas, date, fan, finish, label_ends, strokes, time_axis
from experiments.firms import output
from experiments.wording import figure_units

COLUMNS = 4
LEAST_SHARE = 0.25
"""Share of replicates from which on a decision is marked."""


def draw(runs: xr.Dataset, companies: dict[str, list[str]], projects: pd.DataFrame, known: set[str]) -> Figure:
    """A panel a company: output (fan) in each scenario; a triangle at the median month in which a project is decided on, where it is in a quarter of replicates or more."""
    rows = -(-len(companies) // COLUMNS)
    figure, grid = canvas(rows, COLUMNS, (14, 2.7 * rows + 0.9))
    for place, (company, entities) in enumerate(companies.items()):
        axes, named = grid.flat[place], (place + 1) % COLUMNS == 0
        made, ends = output(runs, entities), []
        for scenario, stroke in strokes(runs).items():
            ends.append((fan(axes, made.sel(scenario=scenario), stroke), stroke.stacked if named else "", stroke.colour))
        usual = "" if any(name in known for name in entities) else " *"
        axes.set_title(f"{company}{usual}\n{', '.join(short(name) for name in entities)}", fontsize=8)
        axes.set_ylim(0, 1.25 * axes.get_ylim()[1])
        time_axis(axes, runs, note=place == 0)
        label_ends(axes, ends, 7)
        mark(axes, runs, projects[projects.company == company])
    for axes in grid.flat[len(companies) :]:
        axes.set_axis_off()
    note = "Line: median output, t of product a year (mean of twelve months), band: 5-95 %. Triangle: median month of a decision still open in June 2026, with the share of replicates in which it falls. * no figures in finance.csv: runs on what is usual for its kind."
    return finish(figure, title(runs, companies), runs, note)


def short(name: str) -> str:
    """A plant's name without what stands in brackets."""
    return name.split(" (")[0]


def mark(axes: Axes, runs: xr.Dataset, projects: pd.DataFrame) -> None:
    """Decisions on projects along the head of the panel, with the share of replicates in which they fall."""
    if "decided" not in projects:
        return
    for height, (scenario, stroke) in enumerate(strokes(runs).items()):
        for line in projects[(projects.scenario == scenario) & (projects.decided >= LEAST_SHARE)].itertuples():
            month = date2num(date(line.decided_in))
            axes.plot([month], [0.86 - 0.08 * height], "v", color=stroke.colour, markersize=4.5, alpha=max(float(line.decided), 0.3), transform=axes.get_xaxis_transform())
            axes.text(month, 0.86 - 0.08 * height, f"  {100 * line.decided:.0f} %", transform=axes.get_xaxis_transform(), fontsize=6, va="center", color=GREY)


def title(runs: xr.Dataset, companies: dict[str, list[str]]) -> str:
    """Who makes most more in the second future, and who less."""
    names = list(strokes(runs).values())
    change = {company: float((output(runs, entities).isel(month=-1, scenario=-1) - output(runs, entities).isel(month=-1, scenario=0)).median()) for company, entities in companies.items()}
    most, least = max(change, key=change.__getitem__), min(change, key=change.__getitem__)
    end = str(runs.month.values[-1])[:4]
    return f"If “{names[-1].name}” rather than “{names[0].name}”, in {end} {most} makes {figure_units(change[most])} t a year more and {least} {figure_units(abs(change[least]))} t {'less' if change[least] < 0 else 'more'}"
