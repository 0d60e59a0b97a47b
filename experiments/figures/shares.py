"""Who loses how much of what it needs: shares of magnet need unmet, by region and by sector outside China."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.sectors import outside_sectors
from experiments.figures.style import canvas, finish, strokes
from experiments.horizons import departure, middle_and_end, window
from experiments.metrics import unmet_share_by_region, unmet_share_by_sector
from experiments.wording import figure_units, heading, readable, signed, spell, spoken
from model.names import CHINA

APART = 0.22
"""Distance between the scenarios' bars in a row, in rows."""
SIGNS = "os^Dvp"
"""Signs of the first, second, ... scenario, told apart in greyscale."""


def draw(runs: xr.Dataset) -> Figure:
    """Left regions, right sectors, the worst hit first: median and 5-95 % of each scenario, figures for the first alternative."""
    regions, sectors = shares(runs)
    figure, grid = canvas(1, 2, (12, 5.4), sharex=True)
    for axes, values, name in ((grid[0, 0], regions, "region"), (grid[0, 1], sectors, "sector")):
        for place, label in enumerate(values[name].values):
            bars(axes, values.sel({name: label}), place, runs)
        axes.set_yticks(range(values.sizes[name]), [heading(readable(label)) for label in values[name].values])
        axes.set_ylim(values.sizes[name] - 0.5, -0.6)
        axes.set_title(f"By {name}")
        axes.set_xlabel("Magnet need unmet, %")
        axes.grid(axis="x", color="0.9", linewidth=0.6)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    grid[0, 0].set_xlim(left=0)
    names(grid[0, 0], runs)
    drawn = f"Share of what was needed in the {spell(middle_and_end(runs)[0])} from {spoken(departure(runs))}. Point: median, bar: 5-95 % of replicates."
    return finish(figure, title(regions, runs), runs, drawn)


def shares(runs: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Percent of need unmet by region and by magnet-using sector over the middle horizon, worst first in the first alternative; those that need none left out."""
    months = window(runs, middle_and_end(runs)[0])
    by_region = unmet_share_by_region(months)
    return ranked(by_region.sel(region=by_region.region != CHINA), "region"), ranked(outside_sectors(unmet_share_by_sector(months)), "sector")


def ranked(values: xr.DataArray, name: str) -> xr.DataArray:
    """Sorted by the first alternative's median, the largest first."""
    return values.isel({name: np.argsort(-values.isel(scenario=1).median("replicate").values, kind="stable")})


def bars(axes, values: xr.DataArray, place: int, runs: xr.Dataset) -> None:
    """A row: a bar with its median a scenario, and the first alternative's figures in words at the end of its bar."""
    for number, (scenario, stroke) in enumerate(strokes(runs).items()):
        low, middle, high = np.quantile(values.sel(scenario=scenario).values.astype(float), [0.05, 0.5, 0.95])
        height = place + APART * (number - (len(runs.scenario) - 1) / 2)
        axes.plot([low, high], [height, height], color=stroke.colour, linewidth=2.2, solid_capstyle="butt", alpha=0.5)
        axes.plot(middle, height, SIGNS[number % len(SIGNS)], color=stroke.colour, markersize=5, clip_on=False)
        if number == 1:
            axes.annotate(f"{figure_units(middle)} ({signed(low, high)})", (high, height), (5, 0), textcoords="offset points", va="center", fontsize=7.5, color=stroke.colour)


def names(axes, runs: xr.Dataset) -> None:
    """A key above: the sign of each scenario with its name."""
    for number, stroke in enumerate(strokes(runs).values()):
        axes.plot([], [], SIGNS[number % len(SIGNS)], color=stroke.colour, label=stroke.name)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.06), ncols=len(runs.scenario), frameon=False, fontsize=8, labelcolor="linecolor", handletextpad=0.2, borderaxespad=0)


def title(regions: xr.DataArray, runs: xr.Dataset) -> str:
    """The regions hit worst and least."""
    middle = regions.isel(scenario=1).median("replicate")
    worst, least = (f"{figure_units(float(each))} % ({readable(str(each.region.values))})" for each in (middle[0], middle[-1]))
    return f"If “{list(strokes(runs).values())[1].name}”, between {least} and {worst} of a region's magnet need goes unmet"
