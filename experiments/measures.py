"""How what was observed is measured in runs: each measure takes the past of an ensemble (replicate, month, ...) and gives one number a replicate.

A measure is taken of a period, of goods (each with what counts of a tonne of it), a destination, a market or a stage, whatever it needs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from experiments.metrics import STOPPED, YEAR, monthly_unmet_share, outside
from experiments.observed import ASKED, AT_HOME, EVERYWHERE, span
from model.names import month_index, month_name


@dataclass(frozen=True)
class Of:
    """What a measure is taken of."""

    measure: str
    period: str
    goods: Mapping[str, float]
    """Goods, and how much of a tonne of each counts: 1, or the leading element it holds."""
    control: str
    """First month of the first controls."""
    base_year: str
    destination: str = EVERYWHERE
    market: str = ""
    stage: str = ""

    @property
    def good(self) -> str:
        """The good, where one is meant."""
        return next(iter(self.goods))


Measure = Callable[[xr.Dataset, Of], xr.DataArray]


def flow(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Exports from China, t a month: of the goods, to a destination or all."""
    counted = xr.DataArray(list(of.goods.values()), {"good": list(of.goods)}, "good")
    found = (past.china_exports.sel(good=list(of.goods)) * counted).sum("good")
    return found.sum("destination") if of.destination == EVERYWHERE else found.sel(destination=of.destination)


def total(values: xr.DataArray, months: list[str]) -> xr.DataArray:
    """Sum over some months."""
    return values.sel(month=months).sum("month")


def before(months: list[str], by: int = YEAR) -> list[str]:
    """The same months so many earlier."""
    return [month_name(month_index(month) - by) for month in months]


def ends(of: Of) -> tuple[str, str]:
    """First and last month of a period."""
    months = span(of.period)
    return months[0], months[-1]


def exports(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Exports in a period, t."""
    return total(flow(past, of), span(of.period))


def index(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Exports of a month, the mean of the base year being 100."""
    return 100 * flow(past, of).sel(month=of.period[:7]) / (total(flow(past, of), span(of.base_year)) / YEAR)


def change(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Percent by which the exports of a period differ from those of the same months a year before."""
    months = span(of.period)
    return 100 * (total(flow(past, of), months) / total(flow(past, of), before(months)) - 1)


def step(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Percent by which the exports of a period's last month differ from those of its first."""
    first, last = ends(of)
    return 100 * (flow(past, of).sel(month=last) / flow(past, of).sel(month=first) - 1)


def destination_share(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Percent of all exports in a period that go to a destination."""
    return 100 * exports(past, of) / total(flow(past, Of("exports", of.period, of.goods, of.control, of.base_year)), span(of.period))


def price(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Mean price over a period, USD/kg."""
    months = span(of.period)
    return total(past.price.sel(good=of.good, market=of.market), months) / len(months)


def gap(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Price asked outside China over the price in China."""
    found = past.price.sel(good=of.good, month=of.period[:7])
    return found.sel(market=ASKED) / found.sel(market=AT_HOME)


def price_change(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Percent change of a price between the two months of a period; that of the control is taken the month before."""
    first, last = ends(of)
    found = past.price.sel(good=of.good, market=of.market)
    start = before([first], 1)[0] if first == of.control else first
    return 100 * (found.sel(month=last) / found.sel(month=start) - 1)


def trough(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Months from the control to the lowest exports."""
    return flow(past, of).sel(month=year_of_control(past, of)).argmin("month").astype(float)


def recovery(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Months from the control until exports exceed those of the same month a year before; inf if they do not within a year."""
    months = year_of_control(past, of)
    earlier = flow(past, of).sel(month=before(months)).assign_coords(month=months)
    above = flow(past, of).sel(month=months) > earlier
    return xr.where(above.any("month"), above.argmax("month").astype(float), np.inf)


def year_of_control(past: xr.Dataset, of: Of) -> list[str]:
    """The twelve months from the control on, as far as there are any."""
    first = month_index(of.control)
    return [str(month) for month in past.month.values if first <= month_index(str(month)) < first + YEAR]


def china_share(past: xr.Dataset, of: Of) -> xr.DataArray:
    """China's mean share of a stage in a period, percent."""
    months = span(of.period)
    return 100 * total(past["china_share"].sel(stage=of.stage), months) / len(months)


def worst_month(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Percent of need lost outside China in the worst month of a period, from the control on."""
    return 100 * monthly_unmet_share(past.sel(month=since_control(of))).max("month")


def first_stop(past: xr.Dataset, of: Of) -> xr.DataArray:
    """In which month from the control on, itself the first, something stops that had not stopped before; inf if nothing does in the period."""
    used_to = regional_stops(past.sel(month=past.month < of.control)).any("month")
    stopped = (regional_stops(past.sel(month=since_control(of))) & ~used_to).any(["sector", "region"])
    return xr.where(stopped.any("month"), stopped.argmax("month") + 1.0, np.inf)


def since_control(of: Of) -> list[str]:
    """The months of a period from the control on."""
    return [month for month in span(of.period) if month >= of.control]


def regional_stops(window: xr.Dataset) -> xr.DataArray:
    """Whether a sector in a region outside China loses more than 0.5 % of its need, (replicate, month, sector, region)."""
    return outside(window, "unmet_demand") > STOPPED * outside(window, "need")


KNOWN: dict[str, Measure] = {
    measure.__name__: measure
    for measure in (exports, index, change, step, destination_share, price, gap, price_change, trough, recovery, china_share, worst_month, first_stop)
}
"""Measures by the names measures.csv uses."""


def measured(past: xr.Dataset, of: Of | None) -> np.ndarray | None:
    """A quantity in each replicate; None where it has no measure, or the runs lack what it needs."""
    if of is None:
        return None
    try:
        return KNOWN[of.measure](past, of).values.astype(float)
    except KeyError:
        return None
