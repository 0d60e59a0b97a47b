"""Who loses what: output lost by region and sector, the alternative against the baseline."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import canvas, finish, strokes
from experiments.horizons import horizons, window
from experiments.metrics import outside
from experiments.wording import figure_units, heading, readable


def draw(runs: xr.Dataset) -> Figure:
    """A heat map, regions by sectors, the largest losers first; figures in billion USD."""
    months = horizons(runs)[:2][-1]
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
    axes.set_title(f"Extra output lost in the {months} months from November 2026, billion USD (median of paired differences)")
    caution = "Orders of magnitude: value added per kg of magnet is known to a factor of two."
    return finish(figure, title(lost, runs), runs, f"{heading(' minus '.join(names))}. {caution}")


def extra_loss(runs: xr.Dataset, months: int) -> xr.DataArray:
    """Median paired difference of output lost, (region, sector), billion USD, both sorted by their sums."""
    lost = outside(window(runs, months).output_loss).sum("month").astype(float) / 1000
    extra = (lost.isel(scenario=1) - lost.isel(scenario=0)).median("replicate").transpose("region", "sector")
    extra = extra.isel(region=np.argsort(-extra.sum("sector").values, kind="stable"))
    return extra.isel(sector=np.argsort(-extra.sum("region").values, kind="stable"))


def title(lost: xr.DataArray, runs: xr.Dataset) -> str:
    """The largest loser and its share."""
    row, column = np.unravel_index(int(np.argmax(lost.values)), lost.shape)
    whole = float(lost.sum())
    part = f", {100 * float(lost[row, column]) / whole:.0f} % of all" if whole > 0 else ""
    who = f"{readable(lost.sector.values[column])} ({readable(lost.region.values[row])})"
    return f"Under “{list(strokes(runs).values())[1].name}” most output is lost in {who}: {figure_units(float(lost.max()))} billion USD{part}"
