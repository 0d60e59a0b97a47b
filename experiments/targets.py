"""What a world's past is held against: the rows of validation_targets.csv and measures.csv, and how each is measured in a run.

measures.csv names the measure of a quantity and of what it is taken: good (empty: those of the headline), destination (empty: all), market or stage. A row
that has `low` and `high` is a target of its own, a band without an observed figure. A measure takes the past of an ensemble (replicate, month, ...) and
gives one number a replicate, in the unit of its row.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from experiments import headline, observed
from experiments.metrics import STOPPED, YEAR, monthly_unmet_share, outside
from experiments.observed import EVERYWHERE, SEEN, Observed, span
from model import schema, sheet
from model.errors import InputError, unknown
from model.names import CHINA, DESTINATIONS, month_index, month_name
from model.world import World

TARGETS, MEASURES = "validation_targets.csv", "measures.csv"
EXPORTS_TOLERANCE = 10.0
"""Percent by which simulated exports of the base year may miss the customs figure."""


class Of(NamedTuple):
    """What a measure is taken of: a row of measures.csv, the period, and what is known of the past."""

    row: Any
    period: str
    seen: Observed


Measure = Callable[[xr.Dataset, Of], xr.DataArray]


def exports_of(past: xr.Dataset, good: str = "", destination: str = "") -> xr.DataArray:
    """Exports from China, t a month: of a good, or of those of the headline, to a destination or all."""
    flow = past.china_exports.sel(good=[good] if good else list(headline.of(past).goods)).sum("good")
    return flow.sum("destination") if destination in ("", EVERYWHERE) else flow.sel(destination=destination)


def flow(past: xr.Dataset, of: Of) -> xr.DataArray:
    """The exports a row speaks of."""
    return exports_of(past, of.row.good, of.row.destination)


def total(flow: xr.DataArray, months: list[str]) -> xr.DataArray:
    """Sum over some months."""
    return flow.sel(month=months).sum("month")


def before(months: list[str], by: int = YEAR) -> list[str]:
    """The same months so many earlier."""
    return [month_name(month_index(month) - by) for month in months]


def exports(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Exports in a period, t."""
    return total(flow(past, of), span(of.period))


def index(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Exports of a month, the mean of the base year being 100."""
    return 100 * flow(past, of).sel(month=of.period[:7]) / (total(flow(past, of), span(of.seen.base_year)) / YEAR)


def change(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Percent by which the exports of a period differ from those of the same months a year before."""
    months = span(of.period)
    return 100 * (total(flow(past, of), months) / total(flow(past, of), before(months)) - 1)


def gap(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Price asked outside China over the price in China."""
    price = past.price.sel(good=of.row.good, month=of.period[:7])
    return price.sel(market="ROW_asked") / price.sel(market=CHINA)


def price_change(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Percent change of a price between the two months of a period; that of the control is taken the month before."""
    first, last = of.period.split("..")
    price = past.price.sel(good=of.row.good, market=of.row.market)
    start = before([first], 1)[0] if first == of.seen.control else first
    return 100 * (price.sel(month=last) / price.sel(month=start) - 1)


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
    first = month_index(of.seen.control)
    return [str(month) for month in past.month.values if first <= month_index(str(month)) < first + YEAR]


def china_share(past: xr.Dataset, of: Of) -> xr.DataArray:
    """China's mean share of a stage in a period, percent."""
    months = span(of.period)
    return 100 * total(past.china_share.sel(stage=of.row.stage), months) / len(months)


def worst_month(past: xr.Dataset, of: Of) -> xr.DataArray:
    """Percent of need lost outside China in the worst month of a period, from the control on."""
    return 100 * monthly_unmet_share(past.sel(month=since_control(of))).max("month")


def first_stop(past: xr.Dataset, of: Of) -> xr.DataArray:
    """In which month from the control on, itself the first, something stops that had not stopped before; inf if nothing does in the period."""
    used_to = regional_stops(past.sel(month=past.month < of.seen.control)).any("month")
    stopped = (regional_stops(past.sel(month=since_control(of))) & ~used_to).any(["sector", "region"])
    return xr.where(stopped.any("month"), stopped.argmax("month") + 1.0, np.inf)


def since_control(of: Of) -> list[str]:
    """The months of a period from the control on."""
    return [month for month in span(of.period) if month >= of.seen.control]


def regional_stops(window: xr.Dataset) -> xr.DataArray:
    """Whether a sector in a region outside China loses more than 0.5 % of its need, (replicate, month, sector, region)."""
    return outside(window, "unmet_demand") > STOPPED * outside(window, "need")


KNOWN: dict[str, Measure] = {measure.__name__: measure for measure in (exports, index, change, gap, price_change, trough, recovery, china_share, worst_month, first_stop)}
"""Measures by the names measures.csv uses."""


def measures(world: World) -> pd.DataFrame:
    """How the quantities of a world's past are measured; those not named need what the model does not have."""
    table = sheet.load(world.folder, schema.MEASURES, {})
    allowed = {
        "measure": tuple(KNOWN), "good": ("", *world.chain.goods), "destination": ("", EVERYWHERE, *DESTINATIONS), "market": ("", *world.markets), "stage": ("", *world.chain.stages),
    }  # fmt: skip
    for column, words in allowed.items():
        strange = ~table[column].isin(words)
        if strange.any():
            row = strange.idxmax()
            sheet.refuse(MEASURES, row, column, unknown(column, table[column][row], filter(None, words)))
    return table


def known(world: World) -> tuple[Observed, pd.DataFrame]:
    """What was observed of a world and how it is measured; one line if its folder does not say."""
    lacks, seen = observed.missing(world, (*SEEN, TARGETS, MEASURES)), observed.read(world)
    if lacks or not seen:
        raise InputError(f"world {world.name}: it cannot be held against what was observed without {lacks}; add what is missing, or name another --world")
    return seen, measures(world)


def compared(past: xr.Dataset, world: World) -> pd.DataFrame:
    """Every target with the model's median and 5-95 % and the verdict: within, outside or not measured."""
    seen, how = known(world)
    rows = [*table_targets(past, world, how, seen), *export_targets(past, seen), *band_targets(past, how, seen)]
    return pd.DataFrame(rows, columns=["quantity", "period", "unit", "observed", "low", "high", "model", "model_low", "model_high", "verdict", "source", "note"])


def table_targets(past: xr.Dataset, world: World, how: pd.DataFrame, seen: Observed) -> list[dict]:
    """Targets of the table, with their absolute tolerance."""
    targets = sheet.load(world.folder, schema.TARGETS, {})
    said = world.said.observed
    chosen = list(targets.episode.unique()) if said is None or said.episodes is None else said.episodes
    named = {row.quantity: row for row in how.itertuples()}
    rows = []
    for target in targets[targets.episode.isin(chosen)].itertuples():
        band = target.observed_value - target.tolerance, target.observed_value + target.tolerance
        values = measured(past, Of(named[target.quantity], target.period, seen)) if target.quantity in named else None
        rows.append(judged(target.quantity, target.period, target.unit, target.observed_value, band, values, target.source))
    return rows


def export_targets(past: xr.Dataset, seen: Observed) -> list[dict]:
    """Exports of the headline's goods in the base year, in total and by destination."""
    rows, word = [], headline.of(past).word
    for found in seen.base.itertuples():
        band = found.tonnes * (1 - EXPORTS_TOLERANCE / 100), found.tonnes * (1 + EXPORTS_TOLERANCE / 100)
        values = total(exports_of(past, destination=found.destination), span(seen.base_year))
        rows.append(judged(f"{word} exports to {found.destination}", seen.base_year, "t", found.tonnes, band, values, found.source))
    return rows


def band_targets(past: xr.Dataset, how: pd.DataFrame, seen: Observed) -> list[dict]:
    """The rows of measures.csv that bring a band of their own."""
    bands = how[how.low != ""].itertuples()
    return [judged(row.quantity, row.period, row.unit, np.nan, (float(row.low), float(row.high)), measured(past, Of(row, row.period, seen)), row.source) for row in bands]


def measured(past: xr.Dataset, of: Of) -> xr.DataArray | None:
    """A quantity in the runs; None where they lack months it needs."""
    try:
        return KNOWN[of.row.measure](past, of)
    except KeyError:
        return None


def judged(quantity: str, period: str, unit: str, seen: float, band: tuple[float, float], values: xr.DataArray | None, source: str) -> dict:
    """A row of the comparison; the verdict is on the median."""
    low, middle, high = (np.nan,) * 3 if values is None else np.quantile(values.values.astype(float), [0.05, 0.5, 0.95], method="nearest")
    verdict = "not measured" if values is None else "within" if band[0] <= middle <= band[1] else "outside"
    return {
        "quantity": quantity, "period": period, "unit": unit, "observed": seen, "low": band[0], "high": band[1],
        "model": middle, "model_low": low, "model_high": high, "verdict": verdict, "source": source, "note": "",
    }  # fmt: skip
