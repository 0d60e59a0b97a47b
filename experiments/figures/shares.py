"""Who loses how much of what it needs: shares of need unmet, by region and by sector outside China."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import headline
from experiments.caveats import OWN_NEED, UNMET, usa
from experiments.figures.style import Stroke, canvas, finish, strokes
from experiments.headline import Headline
from experiments.metrics import unmet_share_by_region, unmet_share_by_sector
from experiments.windows import middle, pairs, together
from experiments.wording import after, figure_units, heading, readable, sentence_of, signed, span
from model.names import CHINA

APART, BREADTH = 0.22, 0.85
"""Distance between the scenarios' bars in a row, and the most all bars of a row take, in rows."""
SIGNS = "os^Dvp"
"""Signs of the first, second, ... scenario, told apart in greyscale."""


@dataclass(frozen=True)
class Measured:
    """A scenario over a window: how it is drawn, what it is called, and its shares of need unmet, (replicate, region) and (replicate, sector), %."""

    look: Stroke
    sign: str
    name: str
    regions: xr.DataArray
    sectors: xr.DataArray


def draw(runs: xr.Dataset) -> Figure:
    """Left regions, right sectors, the worst hit first: median and 5-95 % of each scenario, figures for the first alternative."""
    bars = measured(runs)
    figure, grid = canvas(1, 2, (12, 5.4), sharex=True)
    for axes, name in zip(grid[0], ("region", "sector"), strict=True):
        rows(axes, [getattr(each, f"{name}s") for each in bars], bars, name, headline.of(runs))
    grid[0, 0].set_xlim(left=0)
    key(grid[0, 0], bars)
    window = together(runs, middle)[0]
    told = f"Share of what was needed in the {span(window)}" if len(together(runs, middle)) == 1 else "Share of what was needed in the months named above"
    return finish(figure, title(pairs(runs)[0], bars[1]), runs, f"{told}. Point: median, bar: 5-95 % of replicates.{sentence_of(OWN_NEED)}")


def measured(runs: xr.Dataset) -> list[Measured]:
    """What each row shows, from the top: the baseline and the alternatives, over the middle window they share; the baseline again for each other window."""
    windows, looks = together(runs, middle), strokes(runs)
    found = []
    for window in windows:
        regions, sectors = unmet_share_by_region(window), unmet_share_by_sector(window).sel(sector=headline.counted(window))
        for name in map(str, window.scenario.values):
            told = looks[name].name + (f", {span(window)}" if len(windows) > 1 else "")
            sign = SIGNS[list(looks).index(name) % len(SIGNS)]
            found.append(Measured(looks[name], sign, told, regions.sel(scenario=name, region=regions.region != CHINA), sectors.sel(scenario=name)))
    return found


def ranked(values: xr.DataArray, name: str) -> list[str]:
    """Labels by their median, the largest first."""
    middles = values.median("replicate")
    return [str(label) for label in middles[name].values[np.argsort(-middles.values, kind="stable")]]


def rows(axes: Axes, values: list[xr.DataArray], bars: list[Measured], name: str, of: Headline) -> None:
    """A row a region or sector, those hit worst in the first alternative above."""
    labels = ranked(values[1], name)
    apart = min(APART, BREADTH / len(bars))
    for place, label in enumerate(labels):
        for number, each in enumerate(bars):
            bar(axes, values[number].sel({name: label}), place + apart * (number - (len(bars) - 1) / 2), each, told=number == 1)
    axes.set_yticks(range(len(labels)), [heading(of.readable(label)) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.6)
    axes.set_title("\n" * -(-len(bars) // columns(bars)) + f"By {name}")  # room for the key
    axes.set_xlabel(heading(f"{of.word} need unmet, %"))
    axes.grid(axis="x", color="0.9", linewidth=0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def bar(axes: Axes, values: xr.DataArray, height: float, drawn: Measured, told: bool) -> None:
    """A bar with its median, and its figures in words at its end if they are to be told."""
    low, middle, high = np.quantile(values.values.astype(float), [0.05, 0.5, 0.95])
    axes.plot([low, high], [height, height], color=drawn.look.colour, linewidth=2.2, solid_capstyle="butt", alpha=0.5)
    axes.plot(middle, height, drawn.sign, color=drawn.look.colour, markersize=5, clip_on=False)
    if told:
        text = f"{figure_units(middle)} ({signed(low, high)})"
        axes.annotate(text, (high, height), (5, 0), textcoords="offset points", va="center", fontsize=7.5, color=drawn.look.colour)


def key(axes: Axes, bars: list[Measured]) -> None:
    """A key above: the sign of each scenario with its name."""
    for each in bars:
        axes.plot([], [], each.sign, color=each.look.colour, label=each.name)
    look = {"frameon": False, "fontsize": 8, "labelcolor": "linecolor", "handletextpad": 0.2, "borderaxespad": 0}
    legend = axes.legend(loc="lower left", bbox_to_anchor=(0, 1.06), ncols=columns(bars), **look)
    legend.set_in_layout(False)


def columns(bars: list[Measured]) -> int:
    """Columns of the key: one row while names are few and short."""
    return len(bars) if len(bars) < 4 else 3


def title(pair: xr.Dataset, alternative: Measured) -> str:
    """The regions hit worst and least in the first alternative."""
    middles = alternative.regions.median("replicate")
    order = ranked(alternative.regions, "region")
    worst, least = (f"{figure_units(float(middles.sel(region=region)))} % ({readable(region)})" for region in (order[0], order[-1]))
    return f"If “{alternative.look.name}”, between {least} and {worst} of a region's {headline.of(pair).word} need goes unmet{after(usa(pair))}; {UNMET}"
