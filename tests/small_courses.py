"""Courses of events for tests of who gets what: the shipped world without history, and one control on it that differs from case to case."""

from functools import cache

import numpy as np
from vocabulary import GRADES, WORLD

from model import ExportBan, ExportLicence, Scenario, TradeModel
from model.names import CHINA

CONTROLLED_FROM, UNTIL = "2025-01", "2026-12"
HEAVY = ("oxide_Dy", "oxide_Tb")
STILL = ("belief_up", "belief_down", "thrift_speed", "thrift_fear", "heavy_thrift_speed", "cover_response", "heavy_cover_response", "new_investment_scale", "circumvention")
"""Parameters that are nought where beliefs, designs and stock policy stand still and nothing is built but what is decided on, and nobody goes around controls."""


def frozen():
    """Parameters under which nobody believes, builds, redesigns or hoards: what remains is who gets what."""
    return {name: 0.0 for name in WORLD.parameters if name in STILL}


def office(goods, capacity, factor=None, **terms):
    """A licence over goods of which an office lets through so much of the flow of 2024; factor: the part that single destinations get of it, 1 for the others."""
    given = {"controlled_share": 0.95, "minimum_months": 2, "approval_rate": 0.45, "name": f"office for {goods[0]}"} | terms
    return ExportLicence(date=CONTROLLED_FROM, origin=CHINA, goods=goods, capacity_share=capacity, destination_factor=factor or {}, **given)


def ban(destination, goods=GRADES):
    """Nothing of the goods leaves for a destination."""
    return ExportBan(date=CONTROLLED_FROM, origin=CHINA, goods=goods, destinations=[destination], name="ban")


def course(events, parameters=None, seed=1):
    """The run of some events on free trade, to the end of the controlled years."""
    scenario = Scenario.load("open_trade").with_events(events).with_parameters(frozen() if parameters is None else parameters)
    return TradeModel(scenario, seed=seed).run_until(UNTIL)


class Told:
    """What a run says of the controlled years, in t: used, shortfall and need by region, exports of magnets by destination, output lost."""

    def __init__(self, model):
        window = model.results().sel(month=slice(CONTROLLED_FROM, None))
        users = window.sel(sector=[name for name in window.sector.values if name in model.facts.headline.sectors])
        sums = users[["need", "unmet_demand", "shortfall", "output_loss"]].sum(["month", "sector"]).sel(region=window.region != CHINA)
        self.regions = [str(name) for name in sums.region.values]
        self.need, self.used, self.shortfall = sums.need.values, (sums.need - sums.unmet_demand).values, sums.shortfall.values
        self.loss = float(sums.output_loss.sum())
        exports = window.china_exports.sel(good=list(GRADES)).sum(["month", "good"])
        self.exports = dict(zip(map(str, exports.destination.values), exports.values.tolist(), strict=True))

    def of(self, values, region):
        """One region's figure."""
        return float(values[self.regions.index(region)])

    @property
    def unmet(self):
        """Share of need unmet, %."""
        return 100 * (1 - self.used.sum() / self.need.sum())


@cache
def told(*events, seed=1, still=True):
    """What a course says, computed once."""
    return Told(course(events, None if still else {}, seed))


def never_falls(figures, waver=0.0):
    """Whether each figure is at least the one before, but for so much."""
    figures = np.asarray(figures, float)
    return bool((np.diff(figures, axis=0) >= -waver).all())
