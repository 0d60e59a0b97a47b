"""What two futures are compared by: a line each, of one run (month, ...) or of many (replicate, month, ...), in plain arrays for speed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from experiments.wording import NO_MARKET
from model.names import CHINA, MARKETS, REGIONS
from model.view.words import heading, wording
from model.world import World

ABROAD = [i for i, region in enumerate(REGIONS) if region != CHINA]
MILLIONS = 1000
"""A billion is as many millions."""


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


class Figures:
    """What the measures take from results, by what the world's headlines speak of."""

    def __init__(self, world: World) -> None:
        said, goods = world.headline, world.chain.goods
        self.sectors, self.goods = said.sectors, [goods.index(good) for good in said.goods]
        self.price, self.stage = goods.index(said.price), world.chain.stages.index(said.stage)

    def outside(self, results: xr.Dataset, name: str) -> np.ndarray:
        """Users outside China that headlines count, summed; the array ends with (month, sector, region)."""
        users = [i for i, sector in enumerate(results.sector.values.tolist()) if sector in self.sectors]
        return results[name].values[..., users, :][..., ABROAD].sum(axis=(-2, -1))

    def unmet_share(self, results: xr.Dataset) -> np.ndarray:
        need, missing = self.outside(results, "need"), self.outside(results, "unmet_demand")
        return np.divide(missing, need, out=np.zeros_like(missing), where=need > 0)

    def price_gap(self, results: xr.Dataset) -> np.ndarray:
        price = results["price"].values[..., self.price, :]
        return price[..., MARKETS.index("ROW_asked")] / price[..., MARKETS.index(CHINA)]

    def waiting(self, results: xr.Dataset) -> np.ndarray:
        return results["licence_queue"].values[..., self.goods].sum(axis=-1)

    def exports(self, results: xr.Dataset) -> np.ndarray:
        return results["china_exports"].values[..., self.goods, :].sum(axis=(-2, -1))

    def output_lost(self, results: xr.Dataset) -> np.ndarray:
        return self.outside(results, "output_loss") / MILLIONS

    def capacity(self, results: xr.Dataset) -> np.ndarray:
        return results["outside_capacity"].values[..., self.stage]


def measures(world: World) -> tuple[Measure, ...]:
    """What futures of a world are compared by."""
    figures, said, price = Figures(world), world.headline, wording(world).goods[world.headline.price]
    return (
        Measure(f"Unmet {said.word} demand outside China", "share of need", figures.unmet_share, (("percent", True), ("floor", 0.02))),
        Measure("Output lost outside China", "billion USD a month", figures.output_lost, (("floor", 1),)),
        Measure(f"{price} price gap, asked", "outside China ÷ China", figures.price_gap, (("log", True), ("least", 1), ("closed", NO_MARKET))),
        Measure(f"Chinese {said.word} exports", "t a month", figures.exports),
        Measure(f"{heading(said.words)} waiting for a licence", "t", figures.waiting, (("floor", 10),)),
        Measure(f"{heading(said.word)} capacity outside China", "t a year, working", figures.capacity),
    )
