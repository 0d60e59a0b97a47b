"""What the alternative changes: paired differences against the baseline, with their interval."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import GREY, canvas, date, fan, finish, label_ends, strokes, time_axis
from experiments.horizons import DEPARTURE
from experiments.metrics import monthly_unmet_share, outside


def draw(runs: xr.Dataset) -> Figure:
    """Three panels: unmet share, output lost since the scenarios part, magnet capacity outside China."""
    figure, grid = canvas(1, 3, (12, 4.2))
    lost = outside(runs.output_loss).sum(["sector", "region"]) / 1000
    panels = {
        "Unmet magnet demand outside China,\npercentage points": 100 * monthly_unmet_share(runs),
        "Output lost outside China since Nov 2026,\nbillion USD": lost.where(runs.month >= DEPARTURE, 0).cumsum("month"),
        "Magnet capacity outside China, working,\nthousand t a year": runs.outside_capacity.sel(stage="magnet") / 1000,
    }
    baseline, *alternatives = strokes(runs)
    for axes, (name, values) in zip(grid.flat, panels.items(), strict=True):
        paired = values - values.sel(scenario=baseline)
        ends = [(fan(axes, paired.sel(scenario=other), strokes(runs)[other]), strokes(runs)[other].name.replace(" ", "\n", 1), strokes(runs)[other].colour) for other in alternatives]
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set_title(name)
        time_axis(axes, runs.month)
        axes.set_xlim(left=date("2026-01"))
        axes.text(date(DEPARTURE), 0.99, " Nov 2026", transform=axes.get_xaxis_transform(), va="top", fontsize=7, color=GREY)
        label_ends(axes, ends)
    return finish(figure, title(panels["Magnet capacity outside China, working,\nthousand t a year"], runs), runs, explain(baseline))


def title(capacity: xr.DataArray, runs: xr.Dataset) -> str:
    """Whether the baseline leaves less magnet capacity outside China at the end, with the interval."""
    baseline, alternative = list(strokes(runs))[:2]
    final = capacity.isel(month=-1)
    low, middle, high = np.quantile(final.sel(scenario=alternative) - final.sel(scenario=baseline), [0.05, 0.5, 0.95])
    names = strokes(runs)[alternative].name, strokes(runs)[baseline].name
    change = f"{abs(middle):.1f} thousand t a year {'more' if middle >= 0 else 'less'}"
    return f"By {runs.month.values[-1]}, “{names[0]}” leaves {change} magnet capacity outside China than “{names[1]}” (5-95 %: {low:.1f} to {high:.1f})"


def explain(baseline: str) -> str:
    """What is subtracted from what."""
    return f"Each replicate's alternative minus the same replicate's {baseline.replace('_', ' ')}. Line: median, band: 5-95 % of replicates."
