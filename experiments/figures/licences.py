"""What waits at the border: the licence queue and the wait, good by good."""

import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import canvas, fan, finish, label_ends, strokes, time_axis
from experiments.horizons import since_departure
from experiments.wording import figure_units, heading, readable
from model.parameters import load

SHOWN = ("oxide_Dy", "oxide_Tb", "magnet_high")


def draw(runs: xr.Dataset) -> Figure:
    """Above: goods waiting; below: months of waiting; Dy and Tb oxide and high-grade magnets."""
    figure, grid = canvas(2, len(SHOWN), (12, 6), sharex=True)
    for column, good in enumerate(SHOWN):
        panels = (runs.licence_queue, f"{heading(readable(good))} waiting for a licence, t"), (runs.licence_wait, "Wait, months")
        for axes, (values, name) in zip(grid[:, column], panels, strict=True):
            ends = [(fan(axes, values.sel(scenario=scenario, good=good), stroke), stroke.stacked, stroke.colour) for scenario, stroke in strokes(runs).items()]
            axes.set_title(name)
            axes.set_ylim(bottom=0)
            time_axis(axes, runs, note=axes is grid[0, 0])
            label_ends(axes, ends, 7.5)
    ceiling = load()["wait_ceiling"].value
    return finish(figure, title(runs), runs, f"Waits as buyers reckon with them, at most {ceiling:g} months. Line: median, band: 5-95 % of replicates.")


def title(runs: xr.Dataset) -> str:
    """Mean wait for a magnet licence from the departure to the last month."""
    wait = since_departure(runs.licence_wait.sel(good="magnet_high"), runs).mean("month").median("replicate")
    parts = [f"{figure_units(float(wait.sel(scenario=name)))} months if “{stroke.name}”" for name, stroke in strokes(runs).items()]
    return "A licence for high-grade magnets takes on average " + ", ".join(parts)
