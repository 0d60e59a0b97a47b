"""What the alternative changes: paired differences against the baseline, with their interval."""

from collections.abc import Callable

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import headline
from experiments.caveats import standing
from experiments.compare import paired
from experiments.figures.style import GREY, canvas, date, fan, finish, label_ends, note_departures, strokes, time_axis
from experiments.metrics import YEAR, monthly_unmet_share, outside, outside_capacity, outside_output
from experiments.windows import departure, departures, end_month, longest, pairs, parting, window
from experiments.wording import between, change, heading, spoken


def draw(runs: xr.Dataset) -> Figure:
    """Four panels: unmet share, output lost since the pair parts, capacity outside China and what is made with it."""
    starts, of = departures(runs), headline.of(runs)
    since = f"since\n{spoken(starts[0], short=True)}" if len(starts) == 1 else "from\neach one’s first month"
    panels = {
        f"Unmet {of.word} demand outside\nChina, percentage points": lambda pair: 100 * monthly_unmet_share(pair),
        f"Output lost outside China {since}, billion USD": lost,
        heading(f"{of.word} capacity outside China,\n{of.rate}"): lambda pair: pair.outside_capacity.sel(stage=of.stage) / of.scale,
        heading(f"{of.words} made outside China,\n{of.rate}"): made,
    }
    figure, grid = canvas(1, len(panels), (14, 4.2))
    for axes, (name, measure) in zip(grid.flat, panels.items(), strict=True):
        panel(axes, runs, measure)
        axes.set_title(name)
    return finish(figure, title(pairs(runs)[0]), runs, explain(next(iter(strokes(runs)))))


def panel(axes: Axes, runs: xr.Dataset, measure: Callable[[xr.Dataset], xr.DataArray]) -> None:
    """Each alternative's difference from the baseline, month by month."""
    ends = []
    for pair, look in zip(pairs(runs), list(strokes(runs).values())[1:], strict=True):
        values = measure(pair)
        ends.append((fan(axes, values.isel(scenario=1) - values.isel(scenario=0), look), look.stacked, look.colour))
    axes.axhline(0, color=GREY, linewidth=0.8)
    time_axis(axes, runs)
    axes.set_xlim(left=date("2026-01"))
    note_departures(axes, runs)
    label_ends(axes, ends)


def lost(pair: xr.Dataset) -> xr.DataArray:
    """Output lost outside China since the pair's departure, billion USD."""
    monthly = outside(pair, "output_loss").sum(["sector", "region"]) / 1000
    return monthly.where(pair.month >= departure(pair), 0).cumsum("month")


def made(pair: xr.Dataset) -> xr.DataArray:
    """What is made outside China at the headline's stage, mean of twelve months, in the headline's unit."""
    of = headline.of(pair)
    return pair.outside_output.sel(stage=of.stage).rolling(month=YEAR, min_periods=1).mean() / of.scale


def title(pair: xr.Dataset) -> str:
    """Whether the baseline leaves less capacity outside China at the end of the longest horizon, and makes less, with intervals."""
    baseline, alternative = (look.name for look in strokes(pair).values())
    if not parting(pair):
        return f"“{alternative}” and “{baseline}” do not differ in any month"
    end, of = longest(pair), headline.of(pair)
    month = end_month(pair, end)
    stands, makes = (told(measure(window(pair, end)).sel(stage=of.stage) / of.scale, of.rate) for measure in (outside_capacity, outside_output))
    when = f"in {spoken(month)}{between(standing(pair, month))}"
    return f"{stands} {of.word} capacity stands outside China {when}, under “{alternative}” than under “{baseline}”; {makes} is made there"


def told(values: xr.DataArray, rate: str) -> str:
    """How much more or less there is in the alternative."""
    return change(pd.Series(paired(*values.transpose("scenario", "replicate").values.astype(float))), rate)


def explain(baseline: str) -> str:
    """What is subtracted from what."""
    return f"Each replicate's alternative minus the same replicate's {baseline.replace('_', ' ')}. Line: median, band: 5-95 % of replicates."
