"""Who serves whom: the headline's goods by where they are made and where they are used, in both scenarios."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import headline
from experiments.figures.style import canvas, finish, strokes
from experiments.lost_exports import unit
from experiments.windows import middle, pairs, window
from experiments.wording import figure_units, heading, readable, span
from model.names import CHINA

LEAST_TOLD = 0.005
"""Share of the largest cell below which a flow is not told."""
LEAST_SHOWN = 0.001
"""Share of all flows below which a place has no row or column."""


def draw(runs: xr.Dataset) -> Figure:
    """A table a scenario: rows are makers, columns users outside China; medians over the pair's middle months."""
    pair = pairs(runs)[0]
    flows = window(pair, middle(pair)).supply.sum("month").astype(float).median("replicate")
    flows = flows.sel(region=flows.region != CHINA)
    busy = [flows.sum(["scenario", other]) > LEAST_SHOWN * flows.sum() for other in ("region", "origin")]
    name, size = unit(float(flows.max()))
    flows = flows.sel(origin=busy[0].values, region=busy[1].values) / size
    figure, grid = canvas(1, 2, (13, 5.4), sharey=True)
    for axes, (scenario, look) in zip(grid[0], strokes(pair).items(), strict=True):
        cells(axes, flows.sel(scenario=scenario), float(flows.max()))
        axes.set_title(heading(look.name))
    grid[0, 0].set_ylabel("Made in")
    told = f"{heading(headline.of(runs).words)} shipped to end users in the {span(window(pair, middle(pair)))}, {name}; medians over replicates. Columns: used in; sales within China are left out."
    return finish(figure, title(flows, pair), runs, told)


def cells(axes: Axes, flows: xr.DataArray, most: float) -> None:
    """A cell a pair of places, darker the more goes that way."""
    values = flows.transpose("origin", "region").values
    shade = np.sqrt(values / max(most, 1e-9))
    axes.imshow(shade, cmap="Blues", aspect="auto", vmin=0, vmax=1.15)
    for row, column in np.ndindex(values.shape):
        if values[row, column] > LEAST_TOLD * most:
            axes.text(column, row, figure_units(float(values[row, column])), ha="center", va="center", fontsize=7.5, color="white" if shade[row, column] > 0.6 else "black")
    axes.set_xticks(range(values.shape[1]), [readable(name) for name in flows.region.values], fontsize=7.5, rotation=40, ha="right")
    axes.set_yticks(range(values.shape[0]), [readable(name) for name in flows.origin.values])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def title(flows: xr.DataArray, pair: xr.Dataset) -> str:
    """China's part of what is used outside it, in both."""
    part = 100 * flows.sel(origin=CHINA).sum("region") / flows.sum(["origin", "region"]) if CHINA in flows.origin.values else flows.sum(["origin", "region"]) * 0
    (one, other), (first, second) = part.values, [look.name for look in strokes(pair).values()]
    return f"China’s part of the {headline.of(pair).words} used elsewhere: {one:.0f} % if “{first}”, {other:.0f} % if “{second}”"
