"""A snapshot: the world at the end of a month as the page shows it. Immutable, so that a page drawn meanwhile never sees half a month."""

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from model import TradeModel
from model.names import GOODS, OXIDE_NDPR
from model.view.atlas import MONTHS, TONNE, Atlas

FIELDS = 6
"""Numbers a firm has on the map: capacity, output, stock, cover, shortage, status (see assets/firms.js)."""
WORKING, BUILDING, PLANNED = range(3)
ENDLESS = 99.0
"""Months of cover shown where stock stands and nothing is used."""


@dataclass(frozen=True)
class Snapshot:
    """month: "2027-06" or None. firms: float32 (firm, FIELDS). flows: float32 (lane, [t shipped, t waiting]). belief: {region: 1}. short: {firm: share}."""

    month: str | None = None
    now: int = -1
    firms: bytes = b""
    flows: bytes = b""
    belief: dict[str, float] = field(default_factory=dict)
    short: dict[str, float] = field(default_factory=dict)
    status: tuple[int, ...] = ()

    @classmethod
    def of(cls, model: TradeModel, atlas: Atlas, results: xr.Dataset) -> "Snapshot":
        table = firms(model)
        names = [agent.name for agent in model.firms.agents]
        lacking = {names[i]: float(table[i, 4]) for i in np.flatnonzero((table[:, 4] > SHORT) & (table[:, 5] == WORKING))}
        return cls(model.month, model.now, table.tobytes(), flows(model, atlas).tobytes(), beliefs(model, results), lacking, tuple(table[:, 5].astype(int).tolist()))


SHORT = 0.005
"""Share of need missing from which a firm counts as short (the experiment's threshold for a stop)."""


def firms(model: TradeModel) -> np.ndarray:
    """Capacity (t/year), output (t/month), input stock (t), cover (months), shortage (1), status, by firm."""
    users = model.rows["OEM"]
    per_good, per_product = 1.0 / model.content_of_good[:, None] / TONNE, 1.0 / model.content_of_product / TONNE
    need = (model.need * per_good).sum(axis=0)
    missing = (model.unmet * per_good).sum(axis=0)[users]
    table = np.zeros((model.count, FIELDS), np.float32)
    table[:, 0] = model.capacity * per_product * MONTHS
    table[:, 1] = (model.output * model.product_mask).sum(axis=0) * per_product
    table[:, 2] = (model.held * per_good).sum(axis=0)
    table[:, 3] = cover(model)
    table[:, 4] = shortage(model)
    table[:, 5] = np.where(model.capacity > 0, WORKING, np.where(model.underway > 0, BUILDING, PLANNED))
    table[users, 0], table[users, 1] = need[users] * MONTHS, need[users] - missing
    table[users, 4], table[users, 5] = missing / np.maximum(need[users], 1e-12), WORKING
    return table


def cover(model: TradeModel) -> np.ndarray:
    """Months the scarcest input lasts, by firm."""
    used = model.expected > 0
    months = np.where(used, model.held / np.maximum(model.expected, 1.0), np.inf).min(axis=0)
    return np.where(np.isfinite(months), np.minimum(months, ENDLESS), 0.0)


def shortage(model: TradeModel) -> np.ndarray:
    """Share of the output wanted, within capacity, that lacked inputs, by maker."""
    made, wanted = ((lines * model.product_mask).sum(axis=0) for lines in (model.output, model.wanted))
    possible = np.minimum(wanted, model.capacity * model.factor)
    return np.where(possible > 0, np.clip(1.0 - made / np.maximum(possible, 1.0), 0.0, 1.0), 0.0)


def flows(model: TradeModel, atlas: Atlas) -> np.ndarray:
    """Tonnes shipped and tonnes waiting for a licence, by lane."""
    trade = model.trade
    tonnes, abroad = 1.0 / trade.content / TONNE, atlas.lane >= 0
    moved = trade.flow if model.month else trade.base_flow
    sums = [np.bincount(atlas.lane[abroad], (grams * tonnes)[abroad], atlas.lanes) for grams in (moved, trade.queued)]
    return np.stack(sums, axis=1).astype(np.float32)


def beliefs(model: TradeModel, results: xr.Dataset) -> dict[str, float]:
    """End users' belief that supply will be restricted within a year, over its calm level, by region; shades the land."""
    if not results.sizes["month"]:
        return dict.fromkeys(results.region.values.tolist(), 0.0)
    over = np.maximum(results["belief"].values[-1] - model.p.belief_background, 0.0).round(3)
    return dict(zip(results.region.values.tolist(), over.tolist(), strict=True))


def stuck(model: TradeModel, row: int) -> list[dict]:
    """For each good a firm lacks: tonnes missing, and where what it ordered is (licence queue, supplier's backlog, on its way), tonnes."""
    trade, lines = model.trade, []
    for good in np.flatnonzero(missing_goods(model, row)):
        rows = np.flatnonzero((trade.buyer == row) & (trade.good == good))
        weight = 1.0 / trade.content[rows] / TONNE
        places = {
            "queue": float((trade.queued[rows] * weight).sum()), "supplier": float((trade.backlog[rows] * weight).sum()), "transit": float((trade.pipe[rows] * weight).sum()),
        }  # fmt: skip
        gap = model.unmet[good, row] if row >= model.rows["OEM"].start else max(model.need[good, row] - model.held[good, row], 0.0)
        lines.append(dict(good=GOODS[good], missing=float(gap / model.content_of_good[good] / TONNE), **places))
    return lines


def missing_goods(model: TradeModel, row: int) -> np.ndarray:
    """Which inputs are short at a firm."""
    if row >= model.rows["OEM"].start:
        return model.unmet[:, row] > SHORT * np.maximum(model.need[:, row], 1.0)
    used = model.need[:, row] > 0
    return used & (model.held[:, row] < SCARCE * model.expected[:, row]) & (np.arange(len(GOODS)) >= OXIDE_NDPR)


SCARCE = 1.0
"""Months of input below which a maker cannot be sure to fill a month's orders."""
