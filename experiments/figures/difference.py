"""What the alternative changes: paired differences against the baseline, with their interval."""

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import GREY, canvas, date, fan, finish, label_ends, note_departure, strokes, time_axis
from experiments.horizons import departure, end_month, middle_and_end, parting, window
from experiments.metrics import YEAR, monthly_unmet_share, outside, outside_capacity, outside_output
from experiments.wording import change, spoken


def draw(runs: xr.Dataset) -> Figure:
    """Four panels: unmet share, output lost since the scenarios part, magnet capacity outside China and what is made with it."""
    lost = outside(runs.output_loss).sum(["sector", "region"]) / 1000
    made = runs.outside_output.sel(stage="magnet").rolling(month=YEAR, min_periods=1).mean()
    panels = {
        "Unmet magnet demand outside\nChina, percentage points": 100 * monthly_unmet_share(runs),
        f"Output lost outside China since\n{spoken(departure(runs), short=True)}, billion USD": lost.where(runs.month >= departure(runs), 0).cumsum("month"),
        "Magnet capacity outside China,\nthousand t a year": runs.outside_capacity.sel(stage="magnet") / 1000,
        "Magnets made outside China,\nthousand t a year": made / 1000,
    }
    figure, grid = canvas(1, len(panels), (14, 4.2))
    looks = strokes(runs)
    baseline, *alternatives = looks
    for axes, (name, values) in zip(grid.flat, panels.items(), strict=True):
        paired = values - values.sel(scenario=baseline)
        ends = [(fan(axes, paired.sel(scenario=other), looks[other]), looks[other].stacked, looks[other].colour) for other in alternatives]
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set_title(name)
        time_axis(axes, runs)
        axes.set_xlim(left=date("2026-01"))
        note_departure(axes, runs)
        label_ends(axes, ends)
    return finish(figure, title(runs), runs, explain(baseline))


def title(runs: xr.Dataset) -> str:
    """Whether the baseline leaves less magnet capacity outside China at the end of the longest horizon, and makes less, with intervals."""
    baseline, alternative = list(strokes(runs).values())[:2]
    if not parting(runs):
        return f"“{alternative.name}” and “{baseline.name}” do not differ in any month"
    end = middle_and_end(runs)[1]
    stands, made = (told(measure(window(runs, end)).sel(stage="magnet") / 1000) for measure in (outside_capacity, outside_output))
    return f"{stands} magnet capacity stands outside China in {spoken(end_month(runs, end))} under “{alternative.name}” than under “{baseline.name}”; {made} is made there"


def told(values: xr.DataArray) -> str:
    """How much more or less there is in the first alternative, thousand t a year."""
    low, middle, high = np.quantile((values.isel(scenario=1) - values.isel(scenario=0)).astype(float), [0.05, 0.5, 0.95])
    return change(pd.Series({"difference_median": middle, "difference_low": low, "difference_high": high}), "thousand t a year")


def explain(baseline: str) -> str:
    """What is subtracted from what."""
    return f"Each replicate's alternative minus the same replicate's {baseline.replace('_', ' ')}. Line: median, band: 5-95 % of replicates."
