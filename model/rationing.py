"""Rationing: what production quotas leave mines and separators to make, and to build (E7.4)."""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.chain import Process
from model.columns import LARGEST
from model.names import MONTHS_A_YEAR
from model.policies.production_quota import ProductionQuota
from model.policies.vocabulary import expand_countries
from model.rules.numerics import LEAST, in_turn, least, most, share_of
from model.rules.production import allotted, cut

if TYPE_CHECKING:
    from model.columns import Group
    from model.model import TradeModel

TONNE = 1e6


class Limit(NamedTuple):
    """A quota as it bears on one process: the firms it covers, a month's ceiling at the start in tonnes of their main product, and the relations on which they buy ore at home."""

    quota: ProductionQuota
    process: Process
    rows: np.ndarray
    tonnes: float
    feed: np.ndarray
    home: np.ndarray


class Rationing:
    """Production quotas in force. Output is counted in tonnes of the main product, that of imported ore as far as a quota says; what was made this year is kept by what a quota
    says, so that one renewed on equal terms goes on."""

    def __init__(self, model: "TradeModel") -> None:
        self.model, trade = model, model.trade
        self.hold = model.p.production_quotas
        self.tonnes = 1.0 / model.measures.content_of_product / TONNE
        counted = model.counts[trade.good, trade.seller]
        self.base = np.bincount(trade.seller, trade.base_flow * counted, model.count) * self.tonnes
        self.made: dict[tuple[str, str], tuple[int, int, float]] = {}
        self.weights: dict[tuple[str, str], np.ndarray] = {}
        self.pulled: list[ProductionQuota] = []
        self.found: list[Limit] = []
        self.missed: dict[str, set[int]] = {}
        """By country: Januaries in which its quotas were not reviewed."""

    def limits(self) -> list[Limit]:
        """Quotas in force, one entry a process they cover."""
        levers = self.model.levers
        if not self.hold:
            return []
        if self.pulled is not levers.production:
            self.pulled = levers.production
            self.found = [limit for quota in self.pulled for limit in levers.kept("production", quota, partial(self.spread, quota))]
        return self.found

    def spread(self, quota: ProductionQuota) -> list[Limit]:
        """A quota over the processes of its firms, in proportion to what they made in the base year."""
        model, rows = self.model, quota.covered(self.model)
        found = []
        for process in model.chain.of_kind("Miner", "Refiner"):
            span = model.rows[process.name]
            mine = rows[(rows >= span.start) & (rows < span.stop)]
            if mine.size:
                feed = self.feed_of(process, mine)
                at_home = model.in_countries(expand_countries([quota.country], quota.words))[model.trade.seller[feed]]
                found.append(Limit(quota, process, mine, 0.0, feed, at_home))
        base = [float(in_turn(self.base[limit.rows] * self.counted(limit, model.trade.base_flow))) for limit in found]
        if quota.tonnes_per_year is None:
            return [limit._replace(tonnes=(quota.share_of_base or 0.0) * of) for limit, of in zip(found, base, strict=True)]
        parts = [of / sum(base) if sum(base) > 0.0 else 1.0 / len(found) for of in base]
        return [limit._replace(tonnes=quota.tonnes_per_year / MONTHS_A_YEAR * part) for limit, part in zip(found, parts, strict=True)]

    def feed_of(self, process: Process, rows: np.ndarray) -> np.ndarray:
        """Relations on which separators buy ore; none for mines."""
        trade = self.model.trade
        chosen = np.isin(trade.buyer, rows) & (trade.good == process.feed) if process.takes else np.zeros(trade.size, bool)
        return np.flatnonzero(chosen)

    def counted(self, limit: Limit, bought: np.ndarray) -> np.ndarray:
        """How much of each firm's output counts, from what it buys on each relation: all that is of ore from home, of imported ore what the quota says."""
        if not limit.process.takes or limit.quota.imported == 1.0:
            return np.ones(limit.rows.size)
        buyer, count = self.model.trade.buyer[limit.feed], self.model.count
        everything = np.bincount(buyer, bought[limit.feed], count)[limit.rows]
        home = share_of(np.bincount(buyer, bought[limit.feed] * limit.home, count)[limit.rows], everything)
        return home + limit.quota.imported * (1.0 - home)

    def monthly(self, limit: Limit) -> float:
        """A month's part of this year's ceiling, tonnes."""
        growth = limit.quota.reviewed * self.model.p.quota_growth
        return limit.tonnes * (1.0 + growth) ** limit.quota.years(self.model.now, self.model.first, self.missed.get(limit.quota.country, ()))

    # ------------------------------------------------------------------ the month
    def review(self) -> None:
        """A January in which a state leaves out the review of its quotas is noted."""
        if self.model.now % MONTHS_A_YEAR == 0:
            for country in self.model.levers.unreviewed:
                self.missed.setdefault(country, set()).add(self.model.now)

    def ration(self, group: "Group") -> None:
        """After mines or separators have planned: of several quotas each looks at what those before it left."""
        self.review()
        limits = [limit for limit in self.limits() if limit.process.name == group.agents[0].does]
        if not limits:
            return
        model, rows = self.model, self.model.rows[group.agents[0].does]
        model.allowed[rows] = 1.0
        for limit in limits:
            weight = self.weights[key(limit)] = self.counted(limit, model.trade.share)
            planned = self.planned(limit.process)[limit.rows] * model.allowed[limit.rows] * self.tonnes[limit.rows] * weight
            left = cut(self.left(limit), float(in_turn(planned)))
            model.allowed[limit.rows] *= 1.0 - self.hold * weight * (1.0 - left)
        if (model.allowed[rows] < 1.0).any():
            group.do("heed")

    def planned(self, process: Process) -> np.ndarray:
        """(firm,): what mines plan to dig and separators to make of the feed they hold, leading grams of the main product."""
        model = self.model
        if not process.takes:
            return model.wanted[process.main]
        recovery = model.columns[process.name]["recovery"][process.lead]
        return least(model.need[process.feed], model.inputs[process.feed, process.lead]) * recovery

    def left(self, limit: Limit) -> float:
        """What may be made this month, tonnes: what was allotted this year so far, less what was made."""
        year, months, made = self.made.get(key(limit), (0, 0, 0.0))
        same = year == self.model.now // MONTHS_A_YEAR
        return float(allotted(self.monthly(limit), float(months * same + 1), made * same))

    def count(self) -> None:
        """What was made this month is counted against the year's quota."""
        model, year = self.model, self.model.now // MONTHS_A_YEAR
        counted = set()
        for limit in self.limits():
            if key(limit) not in counted:
                counted.add(key(limit))
                before = self.made.get(key(limit), (0, 0, 0.0))
                months, made = before[1:] if before[0] == year else (0, 0.0)
                output = model.output[limit.process.main, limit.rows] * self.tonnes[limit.rows] * self.weights[key(limit)]
                self.made[key(limit)] = year, months + 1, made + float(in_turn(output))

    def permit(self) -> None:
        """E7.2: as far as quotas go, makers may build: all those under one by the same factor."""
        model = self.model
        model.permitted.fill(LARGEST)
        for limit in self.limits():
            weight = self.weights[key(limit)]
            stands = float(in_turn(model.capacity[limit.rows] * self.tonnes[limit.rows] * weight))
            room = self.monthly(limit) / most(stands, LEAST)
            under = limit.rows[weight > 0.0]
            model.permitted[under] = least(model.permitted[under], model.capacity[under] * room)


def key(limit: Limit) -> tuple[str, str]:
    """By which what was made is kept: what a quota says and the process, never a name or a date."""
    return limit.quota.order, limit.process.name

