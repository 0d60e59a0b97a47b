"""What becomes of the exports that controls stop: bars by region, divided into parts that add up."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import canvas, finish, strokes
from experiments.lost_exports import LOST, PARTS, divided, ordered, too_little, unit
from experiments.windows import middle, pairs, window
from experiments.wording import figure_units, heading, readable, span

COLOURS = ("#D55E00", "#E69F00", "#CC79A7", "#0072B2", "#009E73", "#999999")
"""Of each part (Okabe and Ito 2008)."""
HATCHES = ("", "//", "..", "", "\\\\", "xx")
LABEL = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
LEAST_TOLD = 0.03
"""Share of the longest bar from which on a part is told its figure."""


def draw(runs: xr.Dataset) -> Figure:
    """A bar a region: mean tonnes of each part over the pair's middle months; parts below nought to the left."""
    pair = pairs(runs)[0]
    months = middle(pair)
    parts = divided(pair, months)
    lost = float(parts.sel(part=LOST).sum("region").mean("replicate"))
    name, size = unit(lost)
    parts = parts / size
    figure, grid = canvas(1, 1, (11, 5.2))
    bars(grid[0, 0], parts, name)
    grid[0, 0].set_title(f"Supply from China lost in the {span(window(pair, months))}, {name}, and what makes up for it or does not", pad=26)
    names = [look.name for look in list(strokes(pair).values())[::-1]]
    return finish(figure, title(parts, pair, name, too_little(pair, months, lost)), runs, f"{heading(' minus '.join(names))}. Bars: means over replicates, which add up; whisker: 5-95 % of what is lost.")


def bars(axes: Axes, parts: xr.DataArray, name: str) -> None:
    """The regions from above by what they lose."""
    regions = ordered(parts)
    mean = parts.mean("replicate")
    longest = max(float(mean.sel(part=LOST).max()), 1e-9)
    for row, region in enumerate(regions):
        ends = {True: 0.0, False: 0.0}
        for part, colour, hatch in zip(PARTS, COLOURS, HATCHES, strict=True):
            size = float(mean.sel(part=part, region=region))
            axes.barh(row, size, left=ends[size > 0], color=colour, hatch=hatch, edgecolor="white", linewidth=0.5, height=0.62)
            if abs(size) > LEAST_TOLD * longest:
                axes.text(ends[size > 0] + size / 2, row, figure_units(size), ha="center", va="center", fontsize=7.5, bbox=LABEL)
            ends[size > 0] += size
        low, high = np.quantile(parts.sel(part=LOST, region=region).values, [0.05, 0.95])
        axes.plot([low, high], [row + 0.42] * 2, color="0.25", linewidth=1.2)
    for part, colour, hatch in zip(PARTS, COLOURS, HATCHES, strict=True):
        axes.barh(0, 0, color=colour, hatch=hatch, edgecolor="white", label=part)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(PARTS), frameon=False, fontsize=8, borderaxespad=0.2, handlelength=1.2)
    axes.set_yticks(range(len(regions)), [heading(readable(region)) for region in regions])
    axes.set_ylim(len(regions) - 0.4, -0.6)
    axes.axvline(0, color="0.3", linewidth=0.7)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_xlabel(name)
    axes.tick_params(axis="y", length=0)


def title(parts: xr.DataArray, pair: xr.Dataset, name: str, little: bool) -> str:
    """The part that goes unmet and the largest of the others."""
    whole = parts.sum("region").mean("replicate")
    lost, alternative = float(whole.sel(part=LOST)), list(strokes(pair).values())[1].name
    if lost <= 0:
        return f"Under “{alternative}” no supply from China is lost"
    if little:
        return f"Under “{alternative}” hardly less comes from China: {figure_units(lost)} {name}"
    shares = {part: float(whole.sel(part=part)) / lost for part in PARTS}
    most = max(PARTS[1:], key=shares.__getitem__)
    return f"If “{alternative}”, {figure_units(lost)} {name} less come from China: {100 * shares[PARTS[0]]:.0f} % of it goes unmet, {100 * shares[most]:.0f} % is {most}"
