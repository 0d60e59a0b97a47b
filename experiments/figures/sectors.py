"""Who runs short, when: unmet demand of each of the headline's sectors outside China, as small multiples."""

import xarray as xr
from matplotlib.figure import Figure

from experiments import headline
from experiments.caveats import OWN_NEED, UNMET
from experiments.figures.style import canvas, fan, finish, label_ends, strokes, time_axis
from experiments.metrics import outside, share, unmet_share_by_sector
from experiments.windows import middle, pairs, window
from experiments.wording import figure_units, heading, sentence_of, span

ACROSS = 4
"""Panels in a row."""
HEIGHT, LEAST_HEIGHT = 7 / 3, 5.6
"""Inches of a row, and of all."""


def draw(runs: xr.Dataset) -> Figure:
    """One panel a sector, the worst hit first, on one scale."""
    monthly = 100 * share(outside(runs, "unmet_demand").sum("region"), outside(runs, "need").sum("region"))
    pair = pairs(runs)[0]
    ranked, of = ranking(pair), headline.of(runs)
    rows = max(1, -(-ranked.size // ACROSS))
    figure, grid = canvas(rows, ACROSS, (12, max(LEAST_HEIGHT, HEIGHT * rows)), sharex=True, sharey=True)
    for axes, sector in zip(grid.flat, ranked.sector.values, strict=False):
        ends = [(fan(axes, monthly.sel(scenario=name, sector=sector), stroke), stroke.stacked, stroke.colour) for name, stroke in strokes(runs).items()]
        axes.set_title(f"{heading(of.readable(sector))}: {figure_units(float(ranked.sel(sector=sector)))} %")
        time_axis(axes, runs, note=axes is grid[0, 0])
        if axes in grid[:, -1]:
            label_ends(axes, ends, 7.5)
    for axes in grid.flat[ranked.size :]:
        axes.remove()
    for axes in grid.flat[max(0, ranked.size - grid.shape[1]) : ranked.size]:
        axes.tick_params(labelbottom=True)
    grid[0, 0].set_ylim(bottom=0)
    figure.supylabel("Unmet demand outside China, % of the sector's need a month", fontsize=8.5)
    return finish(figure, title(pair, ranked), runs, subtitle(pair))


def ranking(pair: xr.Dataset) -> xr.DataArray:
    """Sectors by median unmet share in the alternative over the pair's middle horizon, worst first."""
    shares = unmet_share_by_sector(window(pair, middle(pair))).isel(scenario=1).median("replicate")
    shares = shares.sel(sector=headline.counted(pair))
    return shares.sortby(shares, ascending=False)


def title(pair: xr.Dataset, ranked: xr.DataArray) -> str:
    """The worst and least hit sectors."""
    worst, least = (headline.of(pair).readable(ranked.sector.values[at]) for at in (0, -1))
    alternative = list(strokes(pair).values())[1].name
    return (
        f"If “{alternative}”, the largest share of need goes unmet in {worst} ({figure_units(float(ranked[0]))} %), "
        f"the smallest in {least} ({figure_units(float(ranked[-1]))} %); {UNMET}"
    )


def subtitle(pair: xr.Dataset) -> str:
    """What the percentage beside a sector's name is."""
    alternative = list(strokes(pair).values())[1].name
    told = f"Percentage by name: median over the {span(window(pair, middle(pair)))}, {alternative}. Line: median, band: 5-95 %."
    return told + sentence_of(OWN_NEED)
