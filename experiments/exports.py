"""What a country sells abroad, to whom and for how much: a part that keeps the books of its border, and the difference of two of them in quantities and prices."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import xarray as xr

from model import kernels
from model.names import CHINA, REGIONS
from model.parts import Part

if TYPE_CHECKING:
    from model import TradeModel

TONNE, THOUSAND = 1e6, 1e3
PLACES = ("good", "region")
SOLD, EARNED, DUTIES, AT_HOME = BOOKS = ("sold_abroad", "earned_abroad", "duties_on_sold", "worth_at_home")


class ExportBooks(Part):
    """Books of what firms of China sell to firms elsewhere, by good and buyers' region: as `kernels.takings` reckons it (ODD.md, E12.1), so that a seller bears the duty on what is paid at the buyer's."""

    results: ClassVar[Mapping[str, tuple[tuple[str, ...], str, str]]] = {
        SOLD: (PLACES, "t", "sold by China to firms elsewhere, product weight"),
        EARNED: (PLACES, "million USD", "what China's sellers keep of it: the price at the buyer's less duty and freight"),
        DUTIES: (PLACES, "million USD", "duties paid on it, those on exports too"),
        AT_HOME: (PLACES, "million USD", "what it would fetch at prices in China"),
    }

    def found(self, model: "TradeModel") -> None:
        """Which relations leave China, and the cell of each in tables by good and region."""
        trade, at = model.trade, {region: place for place, region in enumerate(REGIONS)}
        self.rows = np.flatnonzero((model.country_of[trade.seller] == CHINA) & (model.country_of[trade.buyer] != CHINA))
        self.goods = trade.good[self.rows]
        self.cell = self.goods * len(REGIONS) + np.array([at[region] for region in model.region_of[trade.buyer[self.rows]]], int)
        self.shape = len(model.chain.goods), len(REGIONS)

    def line(self, model: "TradeModel") -> Mapping[str, Any]:
        """The month's books."""
        gates, rows = model.finance.gates, self.rows
        tonnes, worth = model.trade.flow[rows] / gates.content[rows] / TONNE, kernels.worth(rows, model.trade.links, model.trade.flow, gates)
        million = {SOLD: tonnes, EARNED: worth - tonnes * gates.freight[rows] / THOUSAND, DUTIES: worth * gates.tariff[rows], AT_HOME: tonnes * model.market.china[self.goods] / THOUSAND}
        return {name: np.bincount(self.cell, values, self.shape[0] * self.shape[1]).reshape(self.shape) for name, values in million.items()}


def split(before: xr.Dataset, then: xr.Dataset) -> dict[str, np.ndarray]:
    """The difference of two books month by month, million USD, in parts that add up to what is earned more: `lost`, what is sold less at the mean of both prices; `rent`, what is asked more at the mean
    of both quantities; `duties`, what duties take of it, those on exports too. Prices are those before duty, by good and region; where one of the two sells nothing its price is the other's."""
    sold, gross = ([books[SOLD].values.astype(float) for books in (before, then)], [(books[EARNED] + books[DUTIES]).values.astype(float) for books in (before, then)])
    price = [np.divide(value, tonnes, out=np.full_like(value, np.nan), where=tonnes > 0.0) for value, tonnes in zip(gross, sold, strict=True)]
    one, other = (np.where(np.isnan(mine), np.nan_to_num(its), mine) for mine, its in (price, price[::-1]))
    places = tuple(range(1, sold[0].ndim))
    return {
        "lost": ((sold[1] - sold[0]) * (one + other) / 2).sum(axis=places), "rent": ((other - one) * (sold[0] + sold[1]) / 2).sum(axis=places),
        "duties": -(then[DUTIES] - before[DUTIES]).values.astype(float).sum(axis=places),
    }  # fmt: skip
