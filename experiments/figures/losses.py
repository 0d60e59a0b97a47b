"""Who loses what: output lost by region and sector, the alternative against the baseline."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import canvas, finish, strokes
from experiments.horizons import departure, middle_and_end, window
from experiments.metrics import outside, output_loss
from experiments.wording import figure_units, heading, readable, spell, spoken


def draw(runs: xr.Dataset) -> Figure:
    """A heat map, regions by sectors, the largest losers first; figures in billion USD."""
    months = middle_and_end(runs)[0]
    lost = extra_loss(runs, months)
    figure, grid = canvas(1, 1, (11, 5.6))
    axes = grid[0, 0]
    shade = np.sqrt(np.clip(lost.values, 0, None))  # a square root, so that small losses are seen beside large ones
    axes.imshow(shade, cmap="Blues", aspect="auto", vmin=0, vmax=1.15 * max(shade.max(), 1e-9))
    axes.set_xticks(range(lost.sizes["sector"]), [readable(name).replace(" ", "\n") for name in lost.sector.values], fontsize=7)
    axes.set_yticks(range(lost.sizes["region"]), [readable(name) for name in lost.region.values])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for row, column in np.ndindex(lost.shape):
        value = float(lost[row, column])
        dark = shade[row, column] > 0.6 * shade.max()
        axes.text(column, row, figure_units(value) if abs(value) >= 0.005 else "·", ha="center", va="center", fontsize=8, color="white" if dark else "black")
    names = [stroke.name for stroke in list(strokes(runs).values())[1::-1]]
    axes.set_title(f"Extra output lost in the {spell(months)} from {spoken(departure(runs))}, billion USD (median of paired differences)")
    caution = "·: less than 0.005, or no such makers. Orders of magnitude: value added per kg of magnet is known to a factor of two."
    return finish(figure, title(lost, all_lost(runs, months), runs), runs, f"{heading(' minus '.join(names))}. {caution}")


def extra_loss(runs: xr.Dataset, months: int) -> xr.DataArray:
    """Median paired difference of output lost, (region, sector), billion USD, both sorted by their sums."""
    lost = outside(window(runs, months).output_loss).sum("month").astype(float) / 1000
    extra = (lost.isel(scenario=1) - lost.isel(scenario=0)).median("replicate").transpose("region", "sector")
    extra = extra.isel(region=np.argsort(-extra.sum("sector").values, kind="stable"))
    return extra.isel(sector=np.argsort(-extra.sum("region").values, kind="stable"))


def all_lost(runs: xr.Dataset, months: int) -> float:
    """Median paired difference of all output lost outside China, billion USD, as in the summary."""
    lost = output_loss(window(runs, months)).astype(float)
    return float((lost.isel(scenario=1) - lost.isel(scenario=0)).median())


def title(lost: xr.DataArray, whole: float, runs: xr.Dataset) -> str:
    """The largest loser and its part of the whole."""
    row, column = np.unravel_index(int(np.argmax(lost.values)), lost.shape)
    most, alternative = float(lost[row, column]), list(strokes(runs).values())[1].name
    if most <= 0 or whole <= 0:
        return f"Under “{alternative}” no more output is lost"
    who = f"{readable(lost.sector.values[column])} ({readable(lost.region.values[row])})"
    return f"Under “{alternative}” most output is lost in {who}: {figure_units(most)} of {figure_units(whole)} billion USD ({100 * most / whole:.0f} %)"
