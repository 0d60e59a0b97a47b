"""What two futures are compared by: a few lines a month, of one run or of many (any dimensions beside the month are kept)."""

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr

from model.names import CHINA, NONMAGNET

MAGNETS = ["magnet_standard", "magnet_high", "magnet_extreme"]


@dataclass(frozen=True)
class Measure:
    """A line of the comparison: of a data set of results, what of it, by month."""

    title: str
    unit: str
    of: Callable[[xr.Dataset], xr.DataArray]
    look: tuple[tuple[str, object], ...] = ()

    def panel(self, series: list[dict], difference: bool = False) -> dict:
        """The chart panel that shows it; a difference is never logarithmic."""
        look = {key: value for key, value in self.look if not (difference and key in ("log", "floor"))}
        return dict(title=self.title, unit=self.unit, series=series) | look


def outside(values: xr.DataArray) -> xr.DataArray:
    """Magnet users outside China, summed."""
    return values.sel(sector=~values.sector.isin(list(NONMAGNET)), region=values.region != CHINA).sum(["sector", "region"])


def unmet_share(results: xr.Dataset) -> xr.DataArray:
    need = outside(results.need)
    return (outside(results.unmet_demand) / need.where(need > 0)).fillna(0)


def dysprosium_gap(results: xr.Dataset) -> xr.DataArray:
    price = results.price.sel(good="oxide_Dy")
    return price.sel(market="ROW_asked", drop=True) / price.sel(market=CHINA, drop=True)


def waiting(results: xr.Dataset) -> xr.DataArray:
    return results.licence_queue.sel(good=MAGNETS).sum("good")


def exports(results: xr.Dataset) -> xr.DataArray:
    return results.china_exports.sel(good=MAGNETS).sum(["good", "destination"])


def output_lost(results: xr.Dataset) -> xr.DataArray:
    return outside(results.output_loss) / 1000


def capacity(results: xr.Dataset) -> xr.DataArray:
    return results.outside_capacity.sel(stage="magnet", drop=True)


MEASURES = (
    Measure("Unmet magnet demand outside China", "share of need", unmet_share, (("percent", True), ("floor", 0.02))),
    Measure("Output lost outside China", "billion USD a month", output_lost, (("floor", 1),)),
    Measure("Dy oxide price gap, asked", "outside China ÷ China", dysprosium_gap, (("log", True), ("least", 1))),
    Measure("Chinese magnet exports", "t a month", exports),
    Measure("Magnets waiting for a licence", "t", waiting, (("floor", 10),)),
    Measure("Magnet capacity outside China", "t a year, working", capacity),
)
