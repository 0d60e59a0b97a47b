"""What it costs, by kind: bars by region of output lost on stopped lines, demand given up and redesign, which add up; what is paid more beside them."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import canvas, finish, strokes
from experiments.metrics import BILLION, losses, outside
from experiments.windows import middle, pairs, window
from experiments.wording import figure_units, heading, readable, span

COLOURS = ("#D55E00", "#E69F00", "#CC79A7")
"""Of each kind of loss (Okabe and Ito 2008)."""
HATCHES = ("", "//", "..")
BILL = "paid more for what is used, no loss"


def draw(runs: xr.Dataset) -> Figure:
    """A bar a region and kind, the first alternative against the baseline over the pair's middle months: mean paired difference, billion USD."""
    pair = pairs(runs)[0]
    cut = window(pair, middle(pair))
    lost, bill = extra(losses(cut)), extra(outside(cut, "price_bill").astype(float) / BILLION)
    figure, grid = canvas(1, 1, (11, 5.2))
    bars(grid[0, 0], lost, bill)
    grid[0, 0].set_title(f"Extra loss in the {span(cut)}, billion USD", pad=26)
    names = [look.name for look in list(strokes(pair).values())[::-1]]
    note = f"{heading(' minus '.join(names))}. Bars: means over replicates, which add up; whisker: 5-95 % of the loss in all; line: {BILL}."
    return finish(figure, title(lost, bill, pair), runs, note)


def extra(values: xr.DataArray) -> xr.DataArray:
    """What the alternative adds to a sum over months and sectors, (..., replicate, region)."""
    whole = values.sum(["month", "sector"])
    return whole.isel(scenario=1) - whole.isel(scenario=0)


def bars(axes: Axes, lost: xr.DataArray, bill: xr.DataArray) -> None:
    """The regions from above by what they lose."""
    mean, whole = lost.mean("replicate"), lost.sum("kind")
    order = np.argsort(-whole.mean("replicate").values, kind="stable")
    looks = list(zip(mean.kind.values, COLOURS, HATCHES, strict=True))
    for row, at in enumerate(order):
        ends = {True: 0.0, False: 0.0}
        for kind, colour, hatch in looks:
            size = float(mean.sel(kind=kind).isel(region=at))
            axes.barh(row, size, left=ends[size > 0], color=colour, hatch=hatch, edgecolor="white", linewidth=0.5, height=0.6)
            ends[size > 0] += size
        low, high = np.quantile(whole.isel(region=at).values, [0.05, 0.95])
        axes.plot([low, high], [row + 0.42] * 2, color="0.25", linewidth=1.2)
        paid = float(bill.isel(region=at).mean("replicate"))
        axes.plot([paid, paid], [row - 0.3, row + 0.3], color="#0072B2", linewidth=2)
        told = ", ".join(figure_units(float(mean.sel(kind=kind).isel(region=at))) for kind, _, _ in looks)
        axes.annotate(told, (max(ends[True], high, paid), row), xytext=(6, 0), textcoords="offset points", va="center", fontsize=7.5)
    for kind, colour, hatch in looks:
        axes.barh(0, 0, color=colour, hatch=hatch, edgecolor="white", label=kind)
    axes.plot([], [], color="#0072B2", linewidth=2, label=BILL)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(looks) + 1, frameon=False, fontsize=8, borderaxespad=0.2, handlelength=1.2)
    axes.set_yticks(range(len(order)), [heading(readable(str(lost.region.values[at]))) for at in order])
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.axvline(0, color="0.3", linewidth=0.7)
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.set_xlabel("billion USD")
    axes.tick_params(axis="y", length=0)


def title(lost: xr.DataArray, bill: xr.DataArray, pair: xr.Dataset) -> str:
    """The loss in all, the part of each kind, and the bill beside it."""
    alternative = list(strokes(pair).values())[1].name
    parts = lost.sum("region").mean("replicate")
    whole, paid = float(parts.sum()), float(bill.sum("region").mean("replicate"))
    if whole <= 0:
        return f"Under “{alternative}” no more is lost"
    told = ", ".join(f"{figure_units(float(parts.sel(kind=kind)))} {kind}" for kind in parts.kind.values)
    return f"If “{alternative}”, {figure_units(whole)} billion USD more is lost: {told}; {figure_units(paid)} more is paid for what is used, which others get"
