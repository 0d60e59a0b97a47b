"""What is measured in a run: each metric is a function of a window of months and gives (scenario, replicate, labels...).

Flows are summed over the window; stocks, prices, shares and capacity are those of its last month, output that of its last year. "Outside" is the world
outside China, its need and loss are those of the headline's sectors (experiments.headline) unless all are named.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr

from experiments import headline
from model.names import CHINA, MARKETS

STOPPED = 0.005
"""Share of its monthly need a sector in a region must lose to count as stopped in part (pattern b8 of the spec)."""
RECOVERED_MONTHS = 3
"""Months in a row without a stop that count as recovery (time to recovery of the spec)."""
YEAR = 12  # months over which output is averaged, so that one month does not speak for a year
Metric = Callable[[xr.Dataset], xr.DataArray]
"""Of a window of months, (scenario, replicate, labels...)."""
METRICS: list[Metric] = []


def metric(unit: str, long_name: str) -> Callable[[Metric], Metric]:
    """Register a metric under its function's name, with unit and description on the array it gives."""

    def register(measure: Metric) -> Metric:
        def measured(window: xr.Dataset) -> xr.DataArray:
            return measure(window).rename(measure.__name__).assign_attrs(units=unit, long_name=long_name)

        measured.__name__, measured.__doc__ = measure.__name__, measure.__doc__
        METRICS.append(measured)
        return measured

    return register


def outside(window: xr.Dataset, name: str) -> xr.DataArray:
    """A variable in the headline's sectors outside China, (…, sector, region)."""
    return window[name].sel(sector=headline.counted(window), region=window.region != CHINA)


def traded(window: xr.Dataset) -> list[str]:
    """Goods that cross borders."""
    return list(headline.of(window).traded)


def exported(window: xr.Dataset) -> xr.DataArray:
    """Exports of the headline's goods from China, (…, good, destination)."""
    return window.china_exports.sel(good=list(headline.of(window).goods))


def exported_in_parts(window: xr.Dataset) -> xr.DataArray:
    """The headline's goods that leave China inside parts, (…, good, destination)."""
    return window.china_exports.sel(good=list(headline.of(window).parts))


def share(part: xr.DataArray, whole: xr.DataArray) -> xr.DataArray:
    """part / whole; 0 where there is no whole."""
    return (part / whole.where(whole > 0)).fillna(0)


def last(values: xr.DataArray) -> xr.DataArray:
    """The state at the window's end."""
    return values.isel(month=-1, drop=True)


@metric("t", "unmet demand outside China")
def unmet_demand(window: xr.Dataset) -> xr.DataArray:
    return outside(window, "unmet_demand").sum(["month", "sector", "region"])


@metric("t", "unmet demand outside China by sector, those outside the headline included")
def unmet_demand_by_sector(window: xr.Dataset) -> xr.DataArray:
    return window.unmet_demand.sel(region=window.region != CHINA).sum(["month", "region"])


@metric("t", "unmet demand outside China by region")
def unmet_demand_by_region(window: xr.Dataset) -> xr.DataArray:
    return outside(window, "unmet_demand").sum(["month", "sector"])


@metric("%", "share of need outside China that is unmet")
def unmet_share(window: xr.Dataset) -> xr.DataArray:
    whole = ["month", "sector", "region"]
    return 100 * share(outside(window, "unmet_demand").sum(whole), outside(window, "need").sum(whole))


@metric("%", "share of need outside China that is unmet, by sector")
def unmet_share_by_sector(window: xr.Dataset) -> xr.DataArray:
    abroad = window.sel(region=window.region != CHINA)
    return 100 * share(abroad.unmet_demand.sum(["month", "region"]), abroad.need.sum(["month", "region"]))


@metric("%", "share of need outside China that is unmet, by region")
def unmet_share_by_region(window: xr.Dataset) -> xr.DataArray:
    return 100 * share(outside(window, "unmet_demand").sum(["month", "sector"]), outside(window, "need").sum(["month", "sector"]))


@metric("%", "share of need outside China that is unmet in the window's worst month")
def unmet_share_worst_month(window: xr.Dataset) -> xr.DataArray:
    return 100 * monthly_unmet_share(window).max("month")


def monthly_unmet_share(window: xr.Dataset) -> xr.DataArray:
    """Share of need outside China unmet each month, (scenario, replicate, month)."""
    return share(outside(window, "unmet_demand").sum(["sector", "region"]), outside(window, "need").sum(["sector", "region"]))


@metric("billion USD", "output lost on stopped lines outside China")
def output_loss(window: xr.Dataset) -> xr.DataArray:
    return outside(window, "output_loss").sum(["month", "sector", "region"]) / 1000


@metric("billion USD", "output lost on stopped lines outside China by sector")
def output_loss_by_sector(window: xr.Dataset) -> xr.DataArray:
    return outside(window, "output_loss").sum(["month", "region"]) / 1000


@metric("billion USD", "output lost on stopped lines outside China by region")
def output_loss_by_region(window: xr.Dataset) -> xr.DataArray:
    return outside(window, "output_loss").sum(["month", "sector"]) / 1000


KINDS_OF_LOSS = {"stopped lines": "output_loss", "demand given up": "demand_given_up", "redesign": "redesign_cost"}
"""What a loss is made of: kind, and the result that tells it. What is paid more (`price_bill`) goes to others and is never added."""
BILLION = 1000.0  # million USD


def losses(window: xr.Dataset) -> xr.DataArray:
    """Loss outside China of each kind, billion USD, (kind, ..., sector, region)."""
    found = [outside(window, name).astype(float) / BILLION for name in KINDS_OF_LOSS.values()]
    return xr.concat(found, pd.Index(KINDS_OF_LOSS, name="kind"), coords="minimal", compat="override")


@metric("billion USD", "what demand given up for its price was worth outside China")
def demand_given_up(window: xr.Dataset) -> xr.DataArray:
    return outside(window, "demand_given_up").sum(["month", "sector", "region"]) / BILLION


@metric("billion USD", "cost of redesign outside China")
def redesign_cost(window: xr.Dataset) -> xr.DataArray:
    return outside(window, "redesign_cost").sum(["month", "sector", "region"]) / BILLION


@metric("billion USD", "loss outside China: output lost, demand given up and redesign")
def total_loss(window: xr.Dataset) -> xr.DataArray:
    return losses(window).sum(["kind", "month", "sector", "region"])


@metric("billion USD", "loss outside China by sector")
def total_loss_by_sector(window: xr.Dataset) -> xr.DataArray:
    return losses(window).sum(["kind", "month", "region"])


@metric("billion USD", "loss outside China by region")
def total_loss_by_region(window: xr.Dataset) -> xr.DataArray:
    return losses(window).sum(["kind", "month", "sector"])


@metric("billion USD", "loss outside China with linkages down the chain of stopped lines")
def total_loss_downstream(window: xr.Dataset) -> xr.DataArray:
    further = outside(window, "output_loss_downstream").astype(float) - outside(window, "output_loss").astype(float)
    return total_loss(window) + further.sum(["month", "sector", "region"]) / BILLION


@metric("billion USD", "paid outside China beyond the prices of the start for what is used, a transfer and no loss")
def price_bill(window: xr.Dataset) -> xr.DataArray:
    return outside(window, "price_bill").sum(["month", "sector", "region"]) / BILLION


@metric("t", "exports of the headline's goods from China, product weight")
def headline_exports(window: xr.Dataset) -> xr.DataArray:
    return exported(window).sum(["month", "good", "destination"])


@metric("t", "exports of the headline's goods from China by destination, product weight")
def headline_exports_by_destination(window: xr.Dataset) -> xr.DataArray:
    return exported(window).sum(["month", "good"])


@metric("t", "the headline's goods that leave China inside parts")
def parts_exports(window: xr.Dataset) -> xr.DataArray:
    return exported_in_parts(window).sum(["month", "good", "destination"])


@metric("t", "the headline's goods that leave China inside parts, by destination")
def parts_exports_by_destination(window: xr.Dataset) -> xr.DataArray:
    return exported_in_parts(window).sum(["month", "good"])


@metric("%", "share of the headline's goods leaving China that leave inside parts")
def parts_share(window: xr.Dataset) -> xr.DataArray:
    return 100 * share(parts_exports(window), parts_exports(window) + headline_exports(window))


@metric("t", "exports from China by good and destination, product weight")
def exports(window: xr.Dataset) -> xr.DataArray:
    return window.china_exports.sel(good=traded(window)).sum("month")


@metric("USD/kg", "price asked outside China")
def asked_price(window: xr.Dataset) -> xr.DataArray:
    return last(window.price).sel(market="ROW_asked", good=traded(window), drop=True)


@metric("USD/kg", "price paid outside China")
def realised_price(window: xr.Dataset) -> xr.DataArray:
    return last(window.price).sel(market="ROW_realised", good=traded(window), drop=True)


@metric("USD/kg", "price in China")
def china_price(window: xr.Dataset) -> xr.DataArray:
    return last(window.price).sel(market="CHN", good=traded(window), drop=True)


@metric("USD/kg", "price asked outside China, by market region")
def asked_price_by_region(window: xr.Dataset) -> xr.DataArray:
    return last(regional(window, "asked")).sel(good=traded(window))


@metric("USD/kg", "price paid outside China, by market region")
def realised_price_by_region(window: xr.Dataset) -> xr.DataArray:
    return last(regional(window, "realised")).sel(good=traded(window))


def regional(window: xr.Dataset, price: str) -> xr.DataArray:
    """A kind of price ("asked" or "realised") in each market region outside China, (…, good, region)."""
    names = [str(market) for market in window.market.values if market not in MARKETS and str(market).endswith(f"_{price}")]
    regions = [name.removesuffix(f"_{price}") for name in names]
    return window.price.sel(market=names).assign_coords(market=regions).rename(market="region")


@metric("x", "price asked outside China over price in China")
def asked_gap(window: xr.Dataset) -> xr.DataArray:
    return asked_price(window) / china_price(window)


@metric("x", "price paid outside China over price in China")
def realised_gap(window: xr.Dataset) -> xr.DataArray:
    return realised_price(window) / china_price(window)


@metric("t", "applications waiting for a Chinese export licence, by good")
def licence_queue(window: xr.Dataset) -> xr.DataArray:
    return last(window.licence_queue).sel(good=traded(window))


@metric("months", "wait for a Chinese export licence, by good")
def licence_wait(window: xr.Dataset) -> xr.DataArray:
    return last(window.licence_wait).sel(good=traded(window))


@metric("months", "cover outside China by sector, weighted by need")
def cover_by_sector(window: xr.Dataset) -> xr.DataArray:
    return sector_cover(window.isel(month=[-1])).isel(month=0, drop=True)


def sector_cover(window: xr.Dataset) -> xr.DataArray:
    """Months of cover of the headline's sectors outside China, regions weighted by need, (scenario, replicate, month, sector)."""
    need = outside(window, "need")
    return (outside(window, "cover").fillna(0) * need).sum("region") / need.sum("region")


@metric("%", "China's share of world output by stage")
def china_share(window: xr.Dataset) -> xr.DataArray:
    return 100 * last(window.china_share)


@metric("t/year", "capacity outside China by stage, working")
def outside_capacity(window: xr.Dataset) -> xr.DataArray:
    return last(window.outside_capacity)


@metric("t/year", "output outside China by stage, in the window's last year")
def outside_output(window: xr.Dataset) -> xr.DataArray:
    return window.outside_output.isel(month=slice(-YEAR, None)).mean("month")


@metric("%", "output outside China by stage over the working capacity there, in the window's last year")
def outside_use(window: xr.Dataset) -> xr.DataArray:
    return 100 * share(outside_output(window), window.outside_capacity.isel(month=slice(-YEAR, None)).mean("month"))


@metric("t/year", "capacity outside China by stage, under construction")
def outside_pipeline(window: xr.Dataset) -> xr.DataArray:
    return last(window.outside_pipeline)


@metric("%", "share of what goes into end products outside China that recyclers there return, from used products (old) and other scrap (new), by element, in the window's last year")
def recycled_share(window: xr.Dataset) -> xr.DataArray:
    year = window.sel(region=window.region != CHINA).isel(month=slice(-YEAR, None))
    return 100 * share(year.recycled.sum(["month", "region"]), year.put_in_use.sum(["month", "region"]))


@metric("months", "months until the first stop outside China; inf if none in the window")
def months_to_first_stop(window: xr.Dataset) -> xr.DataArray:
    return first_month(stops(window).any("sector"))


@metric("months", "months until the first stop outside China by sector; inf if none in the window")
def months_to_first_stop_by_sector(window: xr.Dataset) -> xr.DataArray:
    return first_month(stops(window))


@metric("months", "months until the first stop beyond those of the baseline; inf if none in the window")
def months_to_first_extra_stop(window: xr.Dataset) -> xr.DataArray:
    return first_month(extra_stops(window).any("sector"))


@metric("months", "months until the first stop beyond those of the baseline, by sector; inf if none in the window")
def months_to_first_extra_stop_by_sector(window: xr.Dataset) -> xr.DataArray:
    return first_month(extra_stops(window))


@metric("months", "months until stops are over, three months in a row without one; inf if they are not over in the window")
def months_to_recovery(window: xr.Dataset) -> xr.DataArray:
    return recovery_month(stops(window).any("sector"))


@metric("months", "months until stops beyond those of the baseline are over, three months in a row without one; inf if they are not over in the window")
def months_to_extra_recovery(window: xr.Dataset) -> xr.DataArray:
    return recovery_month(extra_stops(window).any("sector"))


@metric("months", "months until a sector's stops are over, three months in a row without one; inf if they are not over in the window")
def months_to_recovery_by_sector(window: xr.Dataset) -> xr.DataArray:
    return recovery_month(stops(window))


def stops(window: xr.Dataset) -> xr.DataArray:
    """Whether a sector in any region outside China loses more than 0.5 % of its need, (scenario, replicate, month, sector)."""
    return (outside(window, "unmet_demand") > STOPPED * outside(window, "need")).any("region")


def extra_stops(window: xr.Dataset) -> xr.DataArray:
    """Whether a sector in any region loses 0.5 % of its need more than in the first scenario, (scenario, replicate, month, sector)."""
    lost = share(outside(window, "unmet_demand"), outside(window, "need"))
    return (lost - lost.isel(scenario=0) > STOPPED).any("region")


def first_month(happened: xr.DataArray) -> xr.DataArray:
    """Number of the first month (1 = the window's first) in which something happened; inf if it never did."""
    return xr.where(happened.any("month"), happened.argmax("month") + 1.0, np.inf)


def recovery_month(stopped: xr.DataArray) -> xr.DataArray:
    """Number of the first calm month after the first stop that begins three calm months in a row; 0 if nothing stopped, inf if not recovered."""
    calm = (~stopped).rolling(month=RECOVERED_MONTHS).sum().shift(month=1 - RECOVERED_MONTHS) == RECOVERED_MONTHS
    since_stop = stopped.astype(int).cumsum("month") > 0
    return xr.where(stopped.any("month"), first_month(calm & since_stop), 0.0)
