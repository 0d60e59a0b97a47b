"""What it costs outside China: prices asked and paid against the Chinese price, and the gap."""

import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import GREY, canvas, dates, fan, finish, label_ends, log_axis, strokes, time_axis
from experiments.horizons import DEPARTURE
from experiments.wording import NO_MARKET, heading, multiple, readable

SHOWN = ("oxide_NdPr", "oxide_Dy", "oxide_Tb", "magnet_high")
MARKETS = {"ROW_asked": ("asked", ":"), "ROW_realised": ("paid", "-"), "CHN": ("in China", "--")}


def draw(runs: xr.Dataset) -> Figure:
    """Above: the three prices in the first alternative (medians); below: asked over Chinese price in every scenario."""
    figure, grid = canvas(2, len(SHOWN), (13, 6.2), sharex=True)
    alternative, stroke = list(strokes(runs).items())[1]
    for axes, good in zip(grid[0], SHOWN, strict=True):
        medians = runs.price.sel(scenario=alternative, good=good).astype(float).median("replicate")
        ends = []
        for market, (name, dash) in MARKETS.items():
            axes.plot(dates(runs.month), medians.sel(market=market), color="black" if market == "CHN" else stroke.colour, linestyle=dash, linewidth=1.5)
            ends.append((float(medians.sel(market=market)[-1]), name, "black" if market == "CHN" else stroke.colour))
        dress(axes, f"{heading(readable(good))}, USD/kg", runs, ends, note=good == SHOWN[0])
    gap = runs.price.sel(market="ROW_asked") / runs.price.sel(market="CHN")
    for axes, good in zip(grid[1], SHOWN, strict=True):
        ends = [(fan(axes, gap.sel(scenario=name, good=good), line), line.stacked, line.colour) for name, line in strokes(runs).items()]
        axes.set_yscale("log")
        if (top := axes.get_ylim()[1]) > NO_MARKET:
            axes.axhspan(NO_MARKET, 1.3 * top, facecolor="none", edgecolor="0.8", hatch="////", linewidth=0)
            axes.text(0.98, 1.25 * top, "no market", transform=axes.get_yaxis_transform(), ha="right", va="top", fontsize=7.5, color=GREY)
            axes.set_ylim(top=1.3 * top)
        dress(axes, "Asked / price in China", runs, ends)
    return finish(figure, title(gap, runs), runs, f"Above: medians, {stroke.name}. Below: line median, band 5-95 % of replicates. Logarithmic scales.")


def dress(axes, name: str, runs: xr.Dataset, ends: list, note: bool = False) -> None:
    """Logarithmic price axis with plain figures, title and labels."""
    log_axis(axes)
    axes.set_title(name)
    time_axis(axes, runs.month, note)
    label_ends(axes, ends, 7.5)


def title(gap: xr.DataArray, runs: xr.Dataset) -> str:
    """How far the asked price of dysprosium oxide rises above the Chinese one at its worst."""
    peaks = gap.sel(good="oxide_Dy").where(gap.month >= DEPARTURE, drop=True).max("month").median("replicate")
    names = strokes(runs)
    parts = [f"{multiple(float(peaks.sel(scenario=name)))} if “{stroke.name}”" for name, stroke in names.items()]
    return "Dy oxide outside China is asked at up to " + ", ".join(parts)
