"""What leaves China inside parts, which licences on the headline's goods do not touch: tonnes a month, and as a share of all that leaves."""

import xarray as xr
from matplotlib.figure import Figure

from experiments import headline
from experiments.figures.style import Stroke, canvas, fans_of, finish, strokes
from experiments.metrics import exported, exported_in_parts, parts_exports, parts_share
from experiments.windows import middle, together
from experiments.wording import figure_units, heading, span


def draw(runs: xr.Dataset) -> Figure:
    """Left: exports in parts; right: their share."""
    figure, grid = canvas(1, 2, (11, 4.2), sharex=True)
    of, over = headline.of(runs), ["good", "destination"]
    inside, bare = exported_in_parts(runs).sum(over), exported(runs).sum(over)
    panels = {
        heading(f"{of.words} that leave China in parts, t a month"): inside,
        heading(f"share of the {of.words} leaving China that leave in parts, %"): 100 * (inside / (inside + bare).where(inside + bare > 0)).fillna(0),
    }
    for axes, (name, values) in zip(grid[0], panels.items(), strict=True):
        fans_of(axes, runs, name, values, note=axes is grid[0, 0])
    return finish(figure, title(runs), runs)


def title(runs: xr.Dataset) -> str:
    """What leaves in parts in each scenario over its middle window, in tonnes and as a share."""
    looks, of = strokes(runs), headline.of(runs)
    told = [f"in the {span(months)}: {', '.join(share_of(months, str(name), looks) for name in months.scenario.values)}" for months in together(runs, middle)]
    return heading(f"{of.words} leave China in motors and other parts, {'; '.join(told)}")


def share_of(months: xr.Dataset, name: str, looks: dict[str, Stroke]) -> str:
    """Tonnes and share of one scenario."""
    tonnes, share = (float(values(months).median("replicate").sel(scenario=name)) for values in (parts_exports, parts_share))
    return f"{figure_units(tonnes)} t ({figure_units(share)} %) if “{looks[name].name}”"
