"""What it costs outside China: prices asked and paid against the Chinese price, and the gap."""

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import headline
from experiments.figures.style import GREY, Stroke, canvas, dates, fan, finish, label_ends, log_axis, strokes, time_axis
from experiments.headline import Headline
from experiments.metrics import asked_gap
from experiments.windows import middle, together
from experiments.wording import NO_MARKET, heading, multiple, spoken

MOST_MAKINGS = 3
"""Goods shown beside the two whose price and licence the headlines speak of."""
MARKETS = {"ROW_asked": ("asked", ":"), "ROW_realised": ("paid", "-"), "CHN": ("in China", "--")}
LID = 2
"""How far above the limit, as a multiple, the hatching reaches that stands for no market."""


def shown(of: Headline) -> list[str]:
    """Goods with a panel of their own: what goes into the headline's goods, and those whose price and licence it speaks of."""
    return list(dict.fromkeys([*of.makings[:MOST_MAKINGS], of.price, of.licence]))


def draw(runs: xr.Dataset) -> Figure:
    """Above: the three prices in the first alternative (medians); below: asked over Chinese price in every scenario, up to where there is no market."""
    of = headline.of(runs)
    goods = shown(of)
    figure, grid = canvas(2, len(goods), (13, 6.2), sharex=True)
    alternative, stroke = list(strokes(runs).items())[1]
    price = runs.price.astype(float)
    gap = price.sel(market="ROW_asked") / price.sel(market="CHN")
    for (above, below), good in zip(grid.T, goods, strict=True):
        medians = price.sel(scenario=alternative, good=good).median("replicate")
        ends = levels(above, medians, gap.sel(scenario=alternative, good=good).median("replicate"), stroke)
        dress(above, f"{heading(of.readable(good))}, USD/kg", runs, ends, note=good == goods[0])
        ends = [(min(fan(below, gap.sel(scenario=name, good=good), line), NO_MARKET), line.stacked, line.colour) for name, line in strokes(runs).items()]
        below.set_ylim(0.9, LID * NO_MARKET)
        dress(below, "Asked / price in China", runs, ends)
        close(below)
    closed = f"No market: asked from {NO_MARKET:g} times the Chinese price on; what is paid then is at least so much."
    drawn = f"Above: medians, {stroke.name}. Below: line median, band 5-95 % of replicates. {closed} Logarithmic scales."
    return finish(figure, title(runs), runs, drawn)


def levels(axes: Axes, medians: xr.DataArray, gap: xr.DataArray, stroke: Stroke) -> list[tuple[float, str, str]]:
    """The prices of a good in the three markets; the asked one stops where it is no price. Returns what to write at the ends."""
    ends = []
    axes.margins(y=0.1)
    for market, (name, dash) in MARKETS.items():
        line, colour = medians.sel(market=market), "black" if market == "CHN" else stroke.colour
        shown = line.where(gap < NO_MARKET) if market == "ROW_asked" else line
        axes.plot(dates(line.month), shown, color=colour, linestyle=dash, linewidth=1.5)
        if (missing := dates(line.month)[shown.isnull()]).size:
            axes.text(missing[missing.size // 2], 0.99, "no market", transform=axes.get_xaxis_transform(), ha="center", va="top", fontsize=7, color=GREY)
        closed = bool(shown[-1].isnull())
        ends.append((float(shown.dropna("month")[-1]), f"{name}:\nno market" if closed else name, colour))
    return ends


def close(axes: Axes) -> None:
    """Cover what is asked beyond the limit: there is no market, so the lines stop."""
    axes.axhspan(NO_MARKET, LID * NO_MARKET, facecolor="white", edgecolor="0.8", hatch="////", linewidth=0, zorder=4)
    axes.text(0.98, 1.9 * NO_MARKET, "no market", transform=axes.get_yaxis_transform(), ha="right", va="top", fontsize=7.5, color=GREY, zorder=5)


def dress(axes: Axes, name: str, runs: xr.Dataset, ends: list, note: bool = False) -> None:
    """Logarithmic price axis with plain figures, title and labels."""
    log_axis(axes)
    axes.set_title(name)
    time_axis(axes, runs, note)
    label_ends(axes, ends, 7.5)


def title(runs: xr.Dataset) -> str:
    """How far the asked price of the headline's priced good stands above the Chinese one at the end of each pair's middle horizon."""
    of = headline.of(runs)
    return heading(f"{of.readable(of.price)} outside China ") + "; ".join(asked(months, strokes(runs)) for months in together(runs, middle))


def asked(months: xr.Dataset, looks: dict[str, Stroke]) -> str:
    """The multiple at which it is asked in a window's last month, in each scenario."""
    gaps = asked_gap(months).sel(good=headline.of(months).price).median("replicate")
    parts = [f"{multiple(float(gaps.sel(scenario=name)))} if “{looks[name].name}”" for name in months.scenario.values]
    return f"in {spoken(str(months.month.values[-1]))}: asked at {', '.join(parts)}"
