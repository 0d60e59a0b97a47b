"""A snapshot: the world at the end of a month as the page shows it. Immutable, so that a page drawn meanwhile never sees half a month."""

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from model import TradeModel
from model.observe import SHORT, WORKING, Observer
from model.view.atlas import Atlas

CAPACITY, OUTPUT, STOCK, COVER, LACKING, STATUS = range(6)
"""Numbers a firm has on the map (see assets/firms.js): capacity (t/year), output (t/month), input stock (t), cover (months), shortage (1), status."""


@dataclass(frozen=True)
class Snapshot:
    """month: "2027-06" or None. firms: float32 (firm, 6). flows: float32 (lane, [t shipped, t waiting]). belief: {region: 1}. short: {firm: share}."""

    month: str | None = None
    firms: bytes = b""
    flows: bytes = b""
    belief: dict[str, float] = field(default_factory=dict)
    short: dict[str, float] = field(default_factory=dict)
    status: tuple[int, ...] = ()

    @classmethod
    def of(cls, model: TradeModel, observer: Observer, atlas: Atlas, results: xr.Dataset) -> "Snapshot":
        table = firms(observer)
        lacking = {observer.names[i]: float(table[i, LACKING]) for i in np.flatnonzero((table[:, LACKING] > SHORT) & (table[:, STATUS] == WORKING))}
        return cls(model.month, table.tobytes(), flows(observer, atlas).tobytes(), beliefs(model, results), lacking, tuple(table[:, STATUS].astype(int).tolist()))

    def firm(self, row: int) -> np.ndarray:
        """The numbers of one firm."""
        return self.table()[row]

    def table(self) -> np.ndarray:
        """The numbers of all firms: (firm, 6)."""
        return np.frombuffer(self.firms, np.float32).reshape(len(self.status), -1)


def firms(observer: Observer) -> np.ndarray:
    """Capacity, output, input stock, cover, shortage and status, by firm."""
    columns = (observer.capacity(), observer.output(), observer.stock(), observer.months_left(), observer.lacking(), observer.status())
    return np.stack(columns, axis=1).astype(np.float32)


def flows(observer: Observer, atlas: Atlas) -> np.ndarray:
    """Tonnes shipped and tonnes waiting for a licence, by lane."""
    abroad = atlas.lane >= 0
    sums = [np.bincount(atlas.lane[abroad], tonnes[abroad], atlas.lanes) for tonnes in observer.moved()]
    return np.stack(sums, axis=1).astype(np.float32)


def beliefs(model: TradeModel, results: xr.Dataset) -> dict[str, float]:
    """End users' belief that supply will be restricted within a year, over its calm level, by region; shades the land."""
    if not results.sizes["month"]:
        return dict.fromkeys(results.region.values.tolist(), 0.0)
    over = np.maximum(results["belief"].values[-1] - model.p.belief_background, 0.0).round(3)
    return dict(zip(results.region.values.tolist(), over.tolist(), strict=True))
