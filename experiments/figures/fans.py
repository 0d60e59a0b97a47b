"""What each scenario brings: exports, unmet demand, output lost, cover, as fans over replicates."""

import xarray as xr
from matplotlib.figure import Figure

from experiments import headline
from experiments.caveats import UNMET
from experiments.figures.style import canvas, fans_of, finish, strokes
from experiments.metrics import exported, monthly_unmet_share, outside, sector_cover, unmet_share
from experiments.windows import middle, together
from experiments.wording import figure_units, heading, span


def draw(runs: xr.Dataset) -> Figure:
    """Four panels of all scenarios, directly labelled."""
    figure, grid = canvas(2, 2, (10, 6.2), sharex=True)
    need, of = outside(runs, "need").sum("region"), headline.of(runs)
    panels = {
        heading(f"{of.word} exports from China, t a month"): exported(runs).sum(["good", "destination"]),
        f"Unmet {of.word} demand outside China, % of need": 100 * monthly_unmet_share(runs),
        "Output lost outside China, billion USD a month": outside(runs, "output_loss").sum(["sector", "region"]) / 1000,
        f"Stock of {of.word} users outside China, months of need": (sector_cover(runs) * need).sum("sector") / need.sum("sector"),
    }
    for axes, (name, values) in zip(grid.flat, panels.items(), strict=True):
        fans_of(axes, runs, name, values, note=axes is grid[0, 0])
    return finish(figure, title(runs), runs)


def title(runs: xr.Dataset) -> str:
    """The share of need unmet in each scenario over its middle horizon."""
    looks, told = strokes(runs), []
    for months in together(runs, middle):
        medians = unmet_share(months).median("replicate")
        parts = [f"{figure_units(float(medians.sel(scenario=name)))} % if “{looks[name].name}”" for name in months.scenario.values]
        told.append(f"in the {span(months)}: {', '.join(parts)}")
    return heading(f"{headline.of(runs).word} need left unmet outside China {'; '.join(told)}; {UNMET}")
