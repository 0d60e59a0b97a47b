"""What is left in the long run: China's share, what plants outside China could make and what they make, stage by stage."""

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import headline
from experiments.caveats import standing
from experiments.figures.style import GREY, Stroke, canvas, dates, fan, finish, label_ends, strokes, time_axis
from experiments.headline import Headline
from experiments.metrics import YEAR, outside_capacity, outside_output
from experiments.windows import longest, together, two
from experiments.wording import between, figure_units, heading, readable, spoken

STAGE_NAMES = {"mine": "Mining", "refine": "Separation", "metal": "Metal making"}


def draw(runs: xr.Dataset) -> Figure:
    """A column a stage: China's share of output; capacity outside China, working (fan) and under construction (thin); output there, on the same scale."""
    of = headline.of(runs)
    stages = of.stages
    figure, grid = canvas(3, len(stages), (13, 8.6), sharex=True)
    made = runs.outside_output.rolling(month=YEAR, min_periods=1).mean()
    rows = (
        (100 * runs.china_share, "{}:\nChina's share of output, %"),
        (runs.outside_capacity / of.scale, f"Capacity outside China,\n{of.rate}"),
        (made / of.scale, f"Output outside China,\n{of.rate}"),
    )
    for column, stage in enumerate(stages):
        for axes, (values, name) in zip(grid[:, column], rows, strict=True):
            ends = []
            for scenario, stroke in strokes(runs).items():
                ends.append((fan(axes, values.sel(scenario=scenario, stage=stage), stroke), stroke.stacked, stroke.colour))
            axes.set_title(name.format(stage_name(stage, of)))
            time_axis(axes, runs, note=axes is grid[0, 0])
            label_ends(axes, ends, 7)
        grid[0, column].set_ylim(top=min(100, grid[0, column].get_ylim()[1]))
        decided(grid[1, column], runs.decided_capacity.sel(stage=stage) / of.scale, runs, note=column == len(stages) - 1)
        building(grid[1, column], runs.outside_pipeline.sel(stage=stage) / of.scale, runs, note=column == 0)
        grid[2, column].set_ylim(grid[1, column].get_ylim())
    return finish(figure, title(runs), runs, "Line: median, band: 5-95 % of replicates; output: mean of twelve months.")


def stage_name(stage: str, of: Headline) -> str:
    """What is done at a stage."""
    return STAGE_NAMES.get(stage) or heading(f"{of.word} making" if stage == of.stage else readable(stage))


def building(axes: Axes, values: xr.DataArray, runs: xr.Dataset, note: bool) -> None:
    """Capacity under construction, median, as a thin line of each scenario."""
    for scenario, stroke in strokes(runs).items():
        middle = values.sel(scenario=scenario).astype(float).median("replicate")
        axes.plot(dates(runs.month), middle, color=stroke.colour, linestyle=stroke.dash, linewidth=0.8)
    axes.set_ylim(bottom=0)
    if note:
        highest = int(middle.values.argmax())
        axes.annotate("thin: under construction", (dates(runs.month)[highest], float(middle[highest])), (0, 4), textcoords="offset points", fontsize=7, va="bottom")


def decided(axes: Axes, values: xr.DataArray, runs: xr.Dataset, note: bool) -> None:
    """What stands at the start or is decided on by the last month known, median of the first scenario: the least that is there if nobody decides on anything more."""
    middle = values.isel(scenario=0).astype(float).median("replicate")
    axes.plot(dates(runs.month), middle, color=GREY, linestyle=":", linewidth=1.2)
    if note:
        axes.annotate("dotted: decided on", (dates(runs.month)[-1], float(middle[-1])), (-2, -3), textcoords="offset points", fontsize=7, ha="right", va="top", color=GREY)


def title(runs: xr.Dataset) -> str:
    """What makers outside China of what the headline speaks of could make and do make at the end of each pair's longest horizon, in each scenario."""
    of = headline.of(runs)
    return heading(f"{of.word} capacity outside China, {of.rate}: ") + "; ".join(left(months, strokes(runs)) for months in together(runs, longest))


def left(months: xr.Dataset, looks: dict[str, Stroke]) -> str:
    """Capacity and output at a window's end, and whether the controls still stand then."""
    end = str(months.month.values[-1])
    of = headline.of(months)
    could, made = (measure(months).sel(stage=of.stage).median("replicate") / of.scale for measure in (outside_capacity, outside_output))
    parts = []
    for place, name in enumerate(map(str, months.scenario.values)):
        when = between(standing(two(months, place), end)) if place else ""
        parts.append(f"{figure_units(float(could.sel(scenario=name)))} if “{looks[name].name}”{when}, of which {figure_units(float(made.sel(scenario=name)))} are made")
    return f"in {spoken(end)} {'; '.join(parts)}"
