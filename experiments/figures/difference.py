"""What the alternative changes: paired differences against the baseline, with their interval."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import GREY, canvas, date, fan, finish, label_ends, strokes, time_axis
from experiments.horizons import DEPARTURE
from experiments.metrics import monthly_unmet_share, outside
from experiments.wording import change


def draw(runs: xr.Dataset) -> Figure:
    """Three panels: unmet share, output lost since the scenarios part, magnet capacity outside China."""
    figure, grid = canvas(1, 3, (12, 4.2))
    lost = outside(runs.output_loss).sum(["sector", "region"]) / 1000
    panels = {
        "Unmet magnet demand outside China,\npercentage points": 100 * monthly_unmet_share(runs),
        "Output lost outside China since Nov 2026,\nbillion USD": lost.where(runs.month >= DEPARTURE, 0).cumsum("month"),
        "Magnet capacity outside China, working,\nthousand t a year": runs.outside_capacity.sel(stage="magnet") / 1000,
    }
    looks = strokes(runs)
    baseline, *alternatives = looks
    for axes, (name, values) in zip(grid.flat, panels.items(), strict=True):
        paired = values - values.sel(scenario=baseline)
        ends = [(fan(axes, paired.sel(scenario=other), looks[other]), looks[other].stacked, looks[other].colour) for other in alternatives]
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set_title(name)
        time_axis(axes, runs.month)
        axes.set_xlim(left=date("2026-01"))
        axes.text(date(DEPARTURE), 0.99, " Nov 2026", transform=axes.get_xaxis_transform(), va="top", fontsize=7, color=GREY)
        label_ends(axes, ends)
    return finish(figure, title(panels["Magnet capacity outside China, working,\nthousand t a year"], runs), runs, explain(baseline))


def title(capacity: xr.DataArray, runs: xr.Dataset) -> str:
    """Whether the baseline leaves less magnet capacity outside China at the end, with the interval."""
    baseline, alternative = list(strokes(runs).values())[:2]
    final = capacity.isel(month=-1)
    low, middle, high = np.quantile(final.isel(scenario=1) - final.isel(scenario=0), [0.05, 0.5, 0.95])
    found = pd.Series({"difference_median": middle, "difference_low": low, "difference_high": high})
    more = change(found, "thousand t a year")
    return f"{more} magnet capacity stands outside China in {runs.month.values[-1]} under “{alternative.name}” than under “{baseline.name}”"


def explain(baseline: str) -> str:
    """What is subtracted from what."""
    return f"Each replicate's alternative minus the same replicate's {baseline.replace('_', ' ')}. Line: median, band: 5-95 % of replicates."
