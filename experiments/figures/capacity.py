"""What is left in the long run: China's share and the capacity outside China, stage by stage."""

import xarray as xr
from matplotlib.figure import Figure

from experiments.figures.style import canvas, dates, fan, finish, label_ends, strokes, time_axis

STAGE_NAMES = {"mine": "Mining", "refine": "Separation", "metal": "Metal making", "magnet": "Magnet making"}


def draw(runs: xr.Dataset) -> Figure:
    """Above: China's share of output; below: capacity outside China, working (fan) and under construction (thin)."""
    stages = list(runs.stage.values)
    figure, grid = canvas(2, len(stages), (13, 6.2), sharex=True)
    for column, stage in enumerate(stages):
        shares = 100 * runs.china_share, f"{STAGE_NAMES.get(stage, stage)}:\nChina's share of output, %"
        works = runs.outside_capacity / 1000, "Capacity outside China,\nthousand t a year"
        for axes, (values, name) in zip(grid[:, column], (shares, works), strict=True):
            ends = []
            for scenario, stroke in strokes(runs).items():
                ends.append((fan(axes, values.sel(scenario=scenario, stage=stage), stroke), stroke.stacked, stroke.colour))
            axes.set_title(name)
            time_axis(axes, runs.month, note=axes is grid[0, 0])
            label_ends(axes, ends, 7)
        grid[0, column].set_ylim(top=min(100, grid[0, column].get_ylim()[1]))
        building(grid[1, column], runs.outside_pipeline.sel(stage=stage) / 1000, runs)
    return finish(figure, title(runs), runs, "Line: median, band: 5-95 % of replicates; thin lines below: median under construction.")


def building(axes, values: xr.DataArray, runs: xr.Dataset) -> None:
    """Capacity under construction, median, as a thin line of each scenario."""
    for scenario, stroke in strokes(runs).items():
        middle = values.sel(scenario=scenario).astype(float).median("replicate")
        axes.plot(dates(runs.month), middle, color=stroke.colour, linestyle=stroke.dash, linewidth=0.8)
    axes.set_ylim(bottom=0)


def title(runs: xr.Dataset) -> str:
    """China's share of magnets at the end in each scenario."""
    final = 100 * runs.china_share.sel(stage="magnet").isel(month=-1).astype(float).median("replicate")
    parts = [f"{float(final.sel(scenario=name)):.0f} % if “{stroke.name}”" for name, stroke in strokes(runs).items()]
    return f"China's share of magnets in {runs.month.values[-1]}: " + ", ".join(parts)
