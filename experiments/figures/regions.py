"""What it costs in each market region outside China: prices paid, scenario by scenario."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from experiments import headline
from experiments.figures.style import STROKES, Stroke, canvas, fan, finish, label_ends, log_axis, strokes, time_axis
from experiments.headline import Headline
from experiments.metrics import realised_price_by_region, regional
from experiments.windows import middle, together
from experiments.wording import figure_units, heading, readable, span


def shown(of: Headline) -> list[str]:
    """The good whose price the headlines speak of, and the one whose licence they do."""
    return list(dict.fromkeys([of.price, of.licence]))


def draw(runs: xr.Dataset) -> Figure:
    """A row a scenario, a column a good: what is paid in each region, medians with bands, directly labelled."""
    of, looks = headline.of(runs), strokes(runs)
    goods, price = shown(of), regional(runs, "realised")
    figure, grid = canvas(len(looks), len(goods), (11, 3.1 * len(looks)), sharex=True, sharey="col")
    for column, good in zip(grid.T, goods, strict=True):
        for axes, (scenario, stroke) in zip(column, looks.items(), strict=True):
            ends = []
            for place, region in enumerate(map(str, price.region.values)):
                look = Stroke(*STROKES[place % len(STROKES)], readable(region))
                ends.append((fan(axes, price.sel(scenario=scenario, good=good, region=region), look), look.name, look.colour))
            axes.set_title(f"{heading(of.readable(good))}, USD/kg paid: {stroke.name}")
            time_axis(axes, runs, note=axes is grid[0, 0])
            label_ends(axes, ends, 7.5)
        for axes in column:
            log_axis(axes)
    return finish(figure, title(runs), runs, "Line: median, band: 5-95 % of replicates. Logarithmic scales.")


def title(runs: xr.Dataset) -> str:
    """In which regions the good whose licence is told costs most and least at the end of each pair's middle horizon, in the first alternative."""
    of, told = headline.of(runs), []
    for months in together(runs, middle):
        paid = realised_price_by_region(months).sel(good=of.licence).isel(scenario=1).median("replicate")
        ends = [f"{figure_units(float(paid[at]))} USD/kg in {readable(str(paid.region.values[at]))}" for at in (int(np.argmax(paid.values)), int(np.argmin(paid.values)))]
        told.append(f"after {span(months)}, if “{strokes(runs)[str(months.scenario.values[1])].name}”: {ends[0]}, {ends[1]}")
    return heading(f"what is paid for {of.readable(of.licence)} {'; '.join(told)}")
