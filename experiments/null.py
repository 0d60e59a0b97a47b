"""The null model, which knows the licences and nothing else: exports are what the regime in force lets through of the mean before the control, prices the last ones
observed, and users lose nothing. A result that does not come nearer to what was observed than this adds nothing to it.

It is measured as runs are: `past` gives one replicate in the schema of the runs, made for one row.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from experiments.measures import Of
from experiments.metrics import YEAR
from experiments.observed import AT_HOME, EVERYWHERE, MARKETS, Observed, span
from model import ExportBan, ExportLicence, Scenario
from model.names import CHINA, month_index
from model.world import World

REST = "the rest"
"""Destinations a row does not speak of, together."""
Barrier = ExportLicence | ExportBan


@dataclass(frozen=True, eq=False)
class Null:
    """What the null model goes by: the licences of a scenario, a world's trade and prices at the start, and what was observed before."""

    world: World
    scenario: Scenario
    seen: Observed

    def past(self, past: xr.Dataset, of: Of) -> xr.Dataset:
        """One replicate of what it says of a row, over the months of runs: exports as its first good to its destination and the rest, prices, need and nothing unmet."""
        months = [str(month) for month in past.month.values]
        flows = np.zeros((1, len(months), len(of.goods), 2))
        mine, whole = (self.exports(each, months) for each in (of, replace(of, destination=EVERYWHERE)))
        flows[0, :, 0] = np.transpose([mine, whole - mine]) / of.goods[of.good]
        need = past.need.isel(replicate=[0])
        prices = np.array([[self.price(good, market, span(of.period)[0]) for market in MARKETS.values()] for good in of.goods])
        return xr.Dataset(
            {
                "china_exports": (("replicate", "month", "good", "destination"), flows),
                "price": (("replicate", "month", "good", "market"), np.broadcast_to(prices, (1, len(months), *prices.shape))),
                "need": need,
                "unmet_demand": xr.zeros_like(need),
            },
            {"month": months, "good": list(of.goods), "destination": [of.destination, REST], "market": list(MARKETS.values())},
            past.attrs,
        )

    # ------------------------------------------------------------------ exports
    def exports(self, of: Of, months: list[str]) -> np.ndarray:
        """Tonnes a month: the base year's mean before the control, after it what is let through of the mean of the months before."""
        calm, mean, trade = self.base(of), self.before_control(of), self.trade(of)
        return np.array([calm if month < of.control else mean * self.let_through(trade, month) for month in months])

    def base(self, of: Of) -> float:
        """Tonnes in a mean month of the base year: observed, else those of the links."""
        seen = self.observed(of)
        known = seen[seen.period == of.base_year].tonnes
        return float(known.iloc[0] if len(known) else self.trade(of).sum()) / YEAR

    def before_control(self, of: Of) -> float:
        """Mean of the twelve months before the control as far as they were observed, each from the shortest period that holds it; the base year's where none was."""
        last = month_index(of.control)
        best: dict[str, tuple[int, float]] = {}
        for row in self.observed(of).itertuples():
            months = span(row.period)
            if months and months[-1] < of.control:
                short = {month: (len(months), row.tonnes / len(months)) for month in months if month_index(month) >= last - YEAR}
                best |= {month: found for month, found in short.items() if month not in best or found[0] < best[month][0]}
        return float(np.mean([tonnes for _, tonnes in best.values()])) if best else self.base(of)

    def observed(self, of: Of) -> pd.DataFrame:
        """What was observed of the very exports a row speaks of."""
        rows = self.seen.exports if set(of.goods) == set(self.seen.goods) else self.seen.exports.iloc[:0]
        return rows[rows.destination == of.destination]

    def let_through(self, trade: pd.Series, month: str) -> float:
        """Share of exports (t by place in `sold`) that the licences of a month let through: what needs none, and of the rest what the office's capacity allows."""
        acts = [self.barriers[act.name] for act in self.scenario.in_force(month_index(month)) if act.name in self.barriers]
        passed = np.min([each[trade.index] for each in acts], axis=0) if acts else np.ones(len(trade))
        return float(np.average(passed, weights=trade)) if trade.sum() else 1.0

    def trade(self, of: Of) -> pd.Series:
        """Exports of the base year in the links, t counted as the row does, by place in `sold`."""
        mine = self.sold.good.isin(list(of.goods)) & ((self.sold.region == of.destination) | (of.destination == EVERYWHERE))
        return self.sold.tonnes_base[mine] * self.sold.good[mine].map(dict(of.goods))

    @cached_property
    def sold(self) -> pd.DataFrame:
        """What China sold abroad in the base year, by good and country: good, buyer_country, region, tonnes_base."""
        links, countries = self.world.tables["links"], self.world.tables["countries"].set_index("country")["import_group"]
        abroad = links[(links.supplier_country == CHINA) & (links.buyer_country != CHINA)]
        found = abroad.groupby(["good", "buyer_country"], as_index=False).tonnes_base.sum()
        return found.assign(region=found.buyer_country.map(countries))

    @cached_property
    def barriers(self) -> dict[str, np.ndarray]:
        """By name of a Chinese licence or ban for every end use: the share of each line of `sold` that it lets through."""
        acts = [act for act in self.scenario.events if isinstance(act, Barrier) and act.origin == CHINA and act.covered_sectors is None]
        return {act.name: np.array([through(act, good) if buyer in act.buyers else 1.0 for good, buyer in zip(self.sold.good, self.sold.buyer_country, strict=True)]) for act in acts}

    # ------------------------------------------------------------------- prices
    def price(self, good: str, market: str, month: str) -> float:
        """The price of a market last observed before a month, else the world's at the start, USD/kg."""
        known = self.seen.prices
        earlier = known[(known.good == good) & (known.market == market) & (known.month < month)]
        if len(earlier):
            return float(earlier[earlier.month == earlier.month.max()].price.mean())
        return float(self.world.prices["china" if market == AT_HOME else "outside"][self.world.chain.index(good)])


def through(act: Barrier, good: str) -> float:
    """Share of the exports of a good that a licence or ban lets through where it is asked for."""
    if good not in act.covered_goods:
        return 1.0
    if isinstance(act, ExportBan):
        return 1.0 - act.share
    return min([1.0 - each.controlled_share * (1.0 - capacity(each.capacity_share)) for each in act.terms() if good in each.goods], default=1.0)


def capacity(given: float | tuple[float, ...] | None) -> float:
    """What an office can approve of the trade there was: all where there is no limit, the mean where one of several is drawn."""
    return 1.0 if given is None else min(float(np.mean(given)), 1.0)
