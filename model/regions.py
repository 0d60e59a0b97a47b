"""Market regions outside China: who belongs to which, and what keeps their prices apart (E10.6)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.kernels import groups

if TYPE_CHECKING:
    from model.levers import Levers
    from model.trade import Trade
    from model.world import World


class Regions:
    """The regions of countries.csv; a firm's `place` is the number of its region, and -1, the last of all markets, in China."""

    def __init__(self, world: "World", trade: "Trade") -> None:
        self.names = world.market_regions
        number = {name: at for at, name in enumerate(self.names)}
        self.count, self.trade = len(self.names), trade
        self.place = np.array([number.get(name, -1) for name in world.entities.market], np.int64)
        self.across = groups.Across(export=trade.export_rows, outside=trade.outside_rows, place=self.place, regions=self.count)
        self.freight = self.between(world)

    def between(self, world: "World") -> np.ndarray:
        """(from, to): mean freight between the countries of two regions in which there are firms, USD/kg; 0 where one has none."""
        region, found = world.countries["market_region"], np.zeros((self.count, self.count))
        lanes = world.tables["lanes"]
        here = lanes[lanes["origin"].isin(world.entities.country) & lanes["destination"].isin(world.entities.country)]
        means = here["freight_usd_per_kg"].groupby([here["origin"].map(region), here["destination"].map(region)]).mean()
        for a, origin in enumerate(self.names):
            for b, destination in enumerate(self.names):
                found[a, b] = means.get((origin, destination), 0.0)
        return found

    def apart(self, levers: "Levers") -> groups.Apart:
        """What moving goods from one region to another costs at the freight and the duties of the day."""
        return groups.Apart(freight=self.freight * self.dearer(levers.freight), duty=kernels.duties(self.trade.links, self.across, levers.tariff))

    def dearer(self, factor: np.ndarray) -> np.ndarray:
        """(from, to): mean of what freight comes to over the usual (factor, by relation) on the relations from one region to another; 1 where there are none."""
        rows, (seller, buyer) = self.across.outside, (self.place[ends] for ends in (self.trade.seller, self.trade.buyer))
        way = seller[rows] * self.count + buyer[rows]
        extra, many = (np.bincount(way, each, self.count * self.count) for each in (factor[rows] - 1.0, np.ones(rows.size)))
        return 1.0 + (extra / np.maximum(many, 1.0)).reshape(self.count, self.count)

    def everywhere(self, by_good: np.ndarray) -> np.ndarray:
        """What holds for every region alike, by region and good in a row."""
        return np.tile(by_good, self.count)

    def mean(self, prices: np.ndarray, use: np.ndarray) -> np.ndarray:
        """Prices by region and good as one outside China, weighted by use; where nobody uses a good, all regions count alike."""
        total = np.add.reduce(use)
        weight = np.where(total > 0.0, use / np.where(total > 0.0, total, 1.0), 1.0 / self.count)
        return np.add.reduce(weight * prices)
