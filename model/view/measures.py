"""What two futures are compared by: a line each, of one run (month, ...) or of many (replicate, month, ...), in plain arrays for speed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from experiments.wording import NO_MARKET
from model.names import CHINA, MAGNETS, MARKETS, NONMAGNET, OXIDE_DY, REGIONS, STAGES

ABROAD = [i for i, region in enumerate(REGIONS) if region != CHINA]


@dataclass(frozen=True)
class Measure:
    """A line of the comparison: of a data set of results, its values with the month last."""

    title: str
    unit: str
    of: Callable[[xr.Dataset], np.ndarray]
    look: tuple[tuple[str, object], ...] = ()

    def panel(self, series: list[dict], difference: bool = False) -> dict:
        """The chart panel that shows it; a difference is never logarithmic."""
        look = {key: value for key, value in self.look if not (difference and key in ("log", "floor", "least", "closed"))}
        return {"title": self.title, "unit": self.unit, "series": series} | look


def outside(results: xr.Dataset, name: str) -> np.ndarray:
    """Magnet users outside China, summed; the array ends with (month, sector, region)."""
    users = [i for i, sector in enumerate(results.sector.values.tolist()) if sector not in NONMAGNET]
    return results[name].values[..., users, :][..., ABROAD].sum(axis=(-2, -1))


def unmet_share(results: xr.Dataset) -> np.ndarray:
    need, missing = outside(results, "need"), outside(results, "unmet_demand")
    return np.divide(missing, need, out=np.zeros_like(missing), where=need > 0)


def dysprosium_gap(results: xr.Dataset) -> np.ndarray:
    price = results["price"].values[..., OXIDE_DY, :]
    return price[..., MARKETS.index("ROW_asked")] / price[..., MARKETS.index(CHINA)]


def waiting(results: xr.Dataset) -> np.ndarray:
    return results["licence_queue"].values[..., MAGNETS].sum(axis=-1)


def exports(results: xr.Dataset) -> np.ndarray:
    return results["china_exports"].values[..., MAGNETS, :].sum(axis=(-2, -1))


def output_lost(results: xr.Dataset) -> np.ndarray:
    return outside(results, "output_loss") / 1000


def capacity(results: xr.Dataset) -> np.ndarray:
    return results["outside_capacity"].values[..., STAGES.index("magnet")]


MEASURES = (
    Measure("Unmet magnet demand outside China", "share of need", unmet_share, (("percent", True), ("floor", 0.02))),
    Measure("Output lost outside China", "billion USD a month", output_lost, (("floor", 1),)),
    Measure("Dy oxide price gap, asked", "outside China ÷ China", dysprosium_gap, (("log", True), ("least", 1), ("closed", NO_MARKET))),
    Measure("Chinese magnet exports", "t a month", exports),
    Measure("Magnets waiting for a licence", "t", waiting, (("floor", 10),)),
    Measure("Magnet capacity outside China", "t a year, working", capacity),
)
