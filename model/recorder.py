"""The recorder: what a run is asked about, month by month, as a labelled dataset."""

import json

import numpy as np
import xarray as xr

from model import kernels
from model.names import DESTINATIONS, GOODS, KINDS, MAGNETS, MARKETS, REGIONS, STAGES, month_name

TONNE, MONTHS = 1e6, 12.0
SHAPES = {
    "china_exports": (("good", "destination"), "t", "Chinese exports, product weight"),
    "price": (("good", "market"), "USD/kg", "price, product weight"),
    "need": (("sector", "region"), "t", "final demand for the month"),
    "unmet_demand": (("sector", "region"), "t", "demand not met"),
    "output_loss": (("sector", "region"), "million USD", "output lost, after triage and catch-up"),
    "cover": (("sector", "region"), "months", "stock held by end users in months of expected use"),
    "orders": (("sector", "region"), "t", "orders placed by end users"),
    "belief": (("region",), "1", "mean belief of end users that supply will be restricted within a year"),
    "licence_queue": (("good",), "t", "goods waiting for an export licence"),
    "licence_wait": (("good",), "months", "perceived wait for an export licence, weighted by use"),
    "china_share": (("stage",), "1", "China's share of world output"),
    "outside_capacity": (("stage",), "t/year", "working capacity outside China"),
    "outside_pipeline": (("stage",), "t/year", "capacity under construction outside China"),
    "inventory": (("kind", "good"), "t", "input and finished stocks"),
    "clamped": (("clamp",), "1", "share of applications in which a clamp bound"),
}
CLAMPS = ("forward_cover", "squeeze", "price_step", "order_ceiling", "licence_capacity", "licence_wait")
STAGE_KINDS = dict(zip(STAGES, ("Miner", "Refiner", "MetalMaker", "MagnetMaker"), strict=True))


class Recorder:
    """Takes one line per month into preallocated arrays; `dataset` labels them."""

    def __init__(self, model):
        self.model, trade = model, model.trade
        self.coords = {
            "good": list(GOODS), "destination": list(DESTINATIONS), "market": list(MARKETS), "region": list(REGIONS),
            "sector": list(dict.fromkeys(model.sector_names[model.rows["OEM"]])), "stage": list(STAGES),
            "kind": list(KINDS), "clamp": list(CLAMPS),
        }  # fmt: skip
        size = {name: len(values) for name, values in self.coords.items()}
        months = model.last + 1
        self.data = {name: np.zeros((months, *[size[d] for d in dims])) for name, (dims, _, _) in SHAPES.items()}
        oem = model.rows["OEM"]
        sector = np.array([self.coords["sector"].index(s) for s in model.sector_names[oem]])
        region = np.array([REGIONS.index(r) for r in model.region_of[oem]])
        self.user = sector * len(REGIONS) + region
        self.region, self.users = region, size["sector"] * len(REGIONS)
        to = {name: i for i, name in enumerate(DESTINATIONS)}
        rows = trade.export_rows
        place = np.array([to.get(model.region_of[b], -1) for b in trade.buyer[rows]])
        self.export_rows, self.export_cell = rows, trade.good[rows] * len(DESTINATIONS) + place
        self.export_size = len(GOODS) * len(DESTINATIONS)
        self.weight = 1.0 / trade.content / TONNE
        self.kind_row = np.repeat(np.arange(len(KINDS)), [model.rows[k].stop - model.rows[k].start for k in KINDS])
        self.per_tonne = 1.0 / model.content_of_good / TONNE

    def take(self):
        """Writes the month that has just been closed."""
        now = self.model.now
        for part in (self.trade_line(), self.users_line(), self.stage_line(), self.stock_line()):
            for name, values in part.items():
                self.data[name][now] = values

    def trade_line(self):
        """Exports, queues, waits and prices."""
        model, trade = self.model, self.model.trade
        rows, goods = self.export_rows, len(GOODS)
        exports = np.bincount(self.export_cell, (trade.flow * self.weight)[rows], self.export_size).reshape(goods, -1)
        queue = np.bincount(trade.good[rows], (trade.queued * self.weight)[rows], goods)
        usual = (trade.share * model.expected.ravel()[trade.buyer_cell])[rows]
        wait = np.bincount(trade.good[rows], usual * trade.wait[rows], goods) / np.maximum(np.bincount(trade.good[rows], usual, goods), 1.0)
        market = model.market
        price = np.array([market.china, market.realised, market.asked]).T
        return {"china_exports": exports, "licence_queue": queue, "licence_wait": wait, "price": price}

    def users_line(self):
        """What end users needed, missed, lost, held, ordered and believe."""
        model, rows = self.model, self.model.rows["OEM"]
        tonnes = self.per_tonne[:, None]

        def table(values):
            return np.bincount(self.user, (values[:, rows] * tonnes).sum(axis=0), self.users).reshape(-1, len(REGIONS))

        held, use = table(model.held), table(model.expected)
        loss = np.bincount(self.user, model.loss[rows], self.users).reshape(-1, len(REGIONS))
        size = np.bincount(self.region, (model.expected[MAGNETS, rows]).sum(axis=0), len(REGIONS))
        belief = np.bincount(self.region, (model.expected[MAGNETS, rows]).sum(axis=0) * model.belief[rows], len(REGIONS))
        return {
            "need": table(model.need), "unmet_demand": table(model.unmet), "output_loss": loss, "orders": table(model.ordered),
            "cover": held / np.maximum(use, 1e-12), "belief": belief / np.maximum(size, 1.0),
        }  # fmt: skip

    def stage_line(self):
        """China's share of output, and capacity outside China, by stage."""
        model = self.model
        home, share, works, builds = 1.0 - model.abroad, [], [], []
        lines = model.output * model.product_mask
        product = lines.sum(axis=0)
        weight = MONTHS / TONNE / model.content_of_product
        for kind in STAGE_KINDS.values():
            rows = model.rows[kind]
            made = product[rows] * weight[rows]
            share.append(float(made @ home[rows]) / max(float(made.sum()), 1e-12))
            works.append(float((model.capacity * weight * model.abroad)[rows].sum()))
            builds.append(float((model.underway * weight * model.abroad)[rows].sum()))
        return {"china_share": share, "outside_capacity": works, "outside_pipeline": builds}

    def stock_line(self):
        """Stocks by kind of firm and good, and how often clamps bound."""
        model = self.model
        held = kernels.lead_stock(model.inputs, model.trade.lead) + kernels.lead_stock(model.finished, model.trade.lead)
        sums = np.add.reduceat(held, [model.rows[k].start for k in KINDS], axis=1)
        return {"inventory": sums.T * self.per_tonne, "clamped": self.clamps()}

    def clamps(self):
        """Share of this month's applications in which each clamp bound."""
        model, p, trade = self.model, self.model.p, self.model.trade
        top = p.order_ceiling * model.expected
        orders = float(((model.ordered >= top) & (top > 0.0)).sum()) / max(float((top > 0.0).sum()), 1.0)
        bound, counted = model.customs.bound
        waits = float((trade.wait[trade.export_rows] >= p.wait_ceiling - WAIT_EDGE).mean())
        clamps = model.market.clamps
        return [clamps["forward_cover"], clamps["squeeze"], clamps["price_step"], orders, bound / max(counted, 1.0), waits]

    def dataset(self):
        """Everything recorded so far, with units, long names and what drew the run."""
        model = self.model
        months = 0 if model.month is None else model.now + 1
        coords = {"month": [month_name(i) for i in range(months)], **self.coords}
        variables = {
            name: (("month", *dims), self.data[name][:months].copy(), {"units": unit, "long_name": text}) for name, (dims, unit, text) in SHAPES.items()
        }
        scenario = model.scenario
        drawn = {" ".join(map(str, key)): value for key, value in model.levers.drawn.items()}
        attributes = {
            "scenario": scenario.name, "sentence": scenario.sentence, "seed": model.seed, "version": model.version,
            "parameters": json.dumps(dict(scenario.parameters)), "drawn": json.dumps(drawn),
        }  # fmt: skip
        return xr.Dataset(variables, coords, attributes)


WAIT_EDGE = 0.05
"""Months below the ceiling at which a wait counts as clamped."""


