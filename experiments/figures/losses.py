"""Who loses what: output lost by region and sector, the alternative against the baseline."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import headline
from experiments.caveats import PARTS, usa
from experiments.figures.style import canvas, finish, strokes
from experiments.headline import Headline
from experiments.metrics import output_loss, outside
from experiments.windows import middle, pairs, window
from experiments.wording import after, figure_units, heading, readable, sentence_of, span

LEAST = 0.005
"""Billion USD below which a loss is told as very little."""
NO_MAKERS, NONE, LITTLE = "·", "0", "<0.01"
"""Signs of a cell: no such makers there, nothing lost, and a loss that rounds to nought."""


def draw(runs: xr.Dataset) -> Figure:
    """A heat map, regions by sectors, the largest losers first; figures in billion USD. The first alternative against the baseline."""
    pair = pairs(runs)[0]
    months = middle(pair)
    lost = extra_loss(pair, months)
    figure, grid = canvas(1, 1, (11, 5.6))
    axes = grid[0, 0]
    of = headline.of(runs)
    heat(axes, lost, makers(pair, lost), of)
    names = [look.name for look in list(strokes(pair).values())[::-1]]
    axes.set_title(f"Extra output lost in the {span(window(pair, months))}, billion USD (median of paired differences)")
    signs = f"{NO_MAKERS}: no such makers, {NONE}: none lost, {LITTLE}: very little. Orders of magnitude: value added per kg of {of.word} is known to a factor of two."
    return finish(figure, title(lost, all_lost(pair, months), pair), runs, f"{heading(' minus '.join(names))}. {signs}{sentence_of(PARTS)}")


def heat(axes: Axes, lost: xr.DataArray, there: np.ndarray, of: Headline) -> None:
    """A cell a region and sector, the darker the more is lost, with its figure."""
    shade = np.sqrt(np.clip(lost.values, 0, None))  # a square root, so that small losses are seen beside large ones
    axes.imshow(shade, cmap="Blues", aspect="auto", vmin=0, vmax=1.15 * max(shade.max(), 1e-9))
    axes.set_xticks(range(lost.sizes["sector"]), [of.readable(name).replace(" ", "\n") for name in lost.sector.values], fontsize=7)
    axes.set_yticks(range(lost.sizes["region"]), [readable(name) for name in lost.region.values])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for row, column in np.ndindex(lost.shape):
        dark = shade[row, column] > 0.6 * shade.max()
        said = sign(float(lost[row, column]), bool(there[row, column]))
        axes.text(column, row, said, ha="center", va="center", fontsize=8, color="white" if dark else "black")


def sign(value: float, makers_there: bool) -> str:
    """A cell's figure, or the sign for no makers, nothing, or very little more or less."""
    if not makers_there:
        return NO_MAKERS
    if 0 < abs(value) < LEAST:
        return LITTLE if value > 0 else f"-{LITTLE}"
    return figure_units(value)


def makers(pair: xr.Dataset, lost: xr.DataArray) -> np.ndarray:
    """Whether anybody in a cell ever needs what the headline speaks of, in the order of the losses."""
    needed = outside(pair, "need").sum(["scenario", "replicate", "month"]) > 0
    return needed.transpose("region", "sector").sel(region=lost.region, sector=lost.sector).values


def extra_loss(pair: xr.Dataset, months: int) -> xr.DataArray:
    """Median paired difference of output lost, (region, sector), billion USD, both sorted by their sums."""
    lost = outside(window(pair, months), "output_loss").sum("month").astype(float) / 1000
    extra = (lost.isel(scenario=1) - lost.isel(scenario=0)).median("replicate").transpose("region", "sector")
    extra = extra.isel(region=np.argsort(-extra.sum("sector").values, kind="stable"))
    return extra.isel(sector=np.argsort(-extra.sum("region").values, kind="stable"))


def all_lost(pair: xr.Dataset, months: int) -> float:
    """Median paired difference of all output lost outside China, billion USD, as in the summary."""
    lost = output_loss(window(pair, months)).astype(float)
    return float((lost.isel(scenario=1) - lost.isel(scenario=0)).median())


def title(lost: xr.DataArray, whole: float, pair: xr.Dataset) -> str:
    """The largest loser and its part of the whole."""
    row, column = np.unravel_index(int(np.argmax(lost.values)), lost.shape)
    most, alternative = float(lost[row, column]), list(strokes(pair).values())[1].name
    if most <= 0 or whole <= 0:
        return f"Under “{alternative}” no more output is lost"
    who = f"{headline.of(pair).readable(lost.sector.values[column])} ({readable(lost.region.values[row])})"
    return f"Under “{alternative}” most output is lost in {who}: {figure_units(most)} of {figure_units(whole)} billion USD ({100 * most / whole:.0f} %){after(usa(pair))}"
