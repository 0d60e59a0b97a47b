"""What people ask of a model: how long stocks last, who is short and why, who supplies whom, how far China reaches, what things cost, what the books say.

An `Observer` looks at a model as it stands at the end of a month, and never changes it. Whoever shows or studies a run asks here and looks no deeper.
Tonnes are product weight; arrays by firm are in the order of `model.firms.agents`, tables carry their labels.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from model.chain import HOLD, USE
from model.names import CHINA, REGIONS

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.policies.instrument import Instrument

TONNE, MONTHS = 1e6, 12.0
"""Grams a tonne, months a year."""
SHORT = 0.005
"""Share of need missing from which a firm counts as short (the experiment's threshold for a stop)."""
SCARCE = 1.0
"""Months of input below which a maker cannot be sure to fill a month's orders."""
FULL = 0.95
"""Share of capacity in use from which a supplier has none to spare."""
ENDLESS = 99.0
"""Months of cover told where stock stands and next to nothing is used."""
WORKING, BUILDING, PLANNED = range(3)
"""Whether a firm produces, is being built, or only planned."""


@dataclass(frozen=True)
class Shortfall:
    """A good a firm lacks, and where what it ordered is stuck (t): in the licence queue, on its way, or with suppliers who cannot deliver
    (of this: those without capacity to spare, and those who lack feed themselves)."""

    good: str
    missing: float
    queue: float
    transit: float
    supplier: float
    no_capacity: float
    no_feed: float


@dataclass(frozen=True)
class Partner:
    """Another firm with which a firm trades a good: t shipped in the month, t waiting for a licence, its share of the buyer's purchases of the good; sells: the partner is the seller."""

    name: str
    good: str
    flow: float
    queue: float
    share: float
    sells: bool


class Observer:
    """Questions to one model."""

    def __init__(self, model: "TradeModel") -> None:
        self.model, self.goods = model, model.chain.goods
        self.users, self.holders = model.rows[USE], model.rows[HOLD]
        self.names = [agent.name for agent in model.firms.agents]
        self.row = {name: row for row, name in enumerate(self.names)}
        self.mined = np.isin(np.arange(len(self.goods)), [good for process in model.chain.of_kind("Miner") for good in process.outputs])

    # ------------------------------------------------------------------ end users, by sector and region
    def need(self) -> pd.DataFrame:
        """What end users need for the month, t: (sector, region)."""
        return self.by_user(self.tonnes(self.model.need))

    def unmet(self) -> pd.DataFrame:
        """What of it they lack, t: (sector, region)."""
        return self.by_user(self.tonnes(self.model.unmet))

    def shortage(self) -> pd.DataFrame:
        """The share of their need they lack, 0 to 1: (sector, region); NaN where nothing is needed."""
        need = self.need()
        return self.unmet() / need.where(need > 0)

    def cover(self) -> pd.DataFrame:
        """Months their stocks last at the use they expect: (sector, region); NaN where no use is expected."""
        use = self.by_user(self.tonnes(self.model.expected))
        return self.by_user(self.tonnes(self.model.held)) / use.where(use > 0)

    def by_user(self, tonnes: np.ndarray) -> pd.DataFrame:
        """Users' tonnes summed by sector and region, from tonnes by good and firm."""
        model, rows = self.model, self.users
        table = pd.DataFrame({"sector": model.sector_names[rows], "region": model.region_of[rows], "t": tonnes[:, rows].sum(axis=0)})
        sectors = list(dict.fromkeys(table["sector"]))
        return table.pivot_table(values="t", index="sector", columns="region", aggfunc="sum").reindex(index=sectors, columns=list(REGIONS)).fillna(0.0)

    def tonnes(self, grams: np.ndarray) -> np.ndarray:
        """Leading grams by good and firm as tonnes of the good."""
        return grams / self.model.measures.content_of_good[:, None] / TONNE

    # ------------------------------------------------------------------ firms
    def capacity(self) -> np.ndarray:
        """Capacity for the main product, t/year; of end users what they need, of holders what they hold (t): (firm,)."""
        return self.sized(self.product_tonnes(self.model.capacity) * MONTHS, self.model.need)

    def largest(self) -> np.ndarray:
        """Capacity once every project under way is finished, in the same terms: (firm,)."""
        due = self.model.base_capacity + self.model.construction.due.sum(axis=0)
        return self.sized(self.product_tonnes(due) * MONTHS, self.model.expected)

    def sized(self, makers: np.ndarray, use: np.ndarray) -> np.ndarray:
        """The sizes of makers, completed by those of users and holders."""
        size = makers.copy()
        size[self.users] = self.tonnes(use)[:, self.users].sum(axis=0) * MONTHS
        size[self.holders] = self.tonnes(self.model.held)[:, self.holders].sum(axis=0)
        return size

    def output(self) -> np.ndarray:
        """What was made of the main product, t/month; of end users what they used: (firm,)."""
        model, rows = self.model, self.users
        made = self.product_tonnes((model.output * model.measures.product_mask).sum(axis=0))
        made[rows] = self.tonnes(model.need - model.unmet)[:, rows].sum(axis=0)
        return made

    def product_tonnes(self, grams: np.ndarray) -> np.ndarray:
        """Leading grams of main products as tonnes: (firm,)."""
        return grams / self.model.measures.content_of_product / TONNE

    def stock(self) -> np.ndarray:
        """Input stock, t: (firm,)."""
        return self.tonnes(self.model.held).sum(axis=0)

    def months_left(self) -> np.ndarray:
        """Months the scarcest input lasts: (firm,); 0 where nothing is used, as by holders."""
        model = self.model
        months = np.where(model.expected > 0, model.held / np.maximum(model.expected, 1.0), np.inf).min(axis=0)
        months[self.holders] = np.inf
        return np.where(np.isfinite(months), np.minimum(months, ENDLESS), 0.0)

    def lacking(self) -> np.ndarray:
        """Share of the output wanted within capacity that lacked inputs; of end users the share of need not met: (firm,)."""
        model, rows = self.model, self.users
        made, wanted = ((lines * model.measures.product_mask).sum(axis=0) for lines in (model.output, model.wanted))
        possible = np.minimum(wanted, model.capacity * model.factor)
        share = np.where(possible > 0, np.clip(1.0 - made / np.maximum(possible, 1.0), 0.0, 1.0), 0.0)
        need, missing = (self.tonnes(grams)[:, rows].sum(axis=0) for grams in (model.need, model.unmet))
        share[rows] = np.divide(missing, need, out=np.zeros_like(missing), where=need > 0)
        return share

    def status(self) -> np.ndarray:
        """WORKING, BUILDING or PLANNED: (firm,)."""
        status = np.where(self.model.capacity > 0, WORKING, np.where(self.model.underway > 0, BUILDING, PLANNED))
        status[self.users] = status[self.holders] = WORKING
        return status

    def belief(self, name: str) -> float:
        """How likely a firm holds restrictions within a year, 0 to 1."""
        return float(self.model.belief[self.row[name]])

    def stocks(self, name: str) -> dict[str, float]:
        """Inputs and finished goods a firm holds, t: {good: t}."""
        row = self.row[name]
        held = (self.model.held[:, row] + self.model.shelf[:, row]) / self.model.measures.content_of_good / TONNE
        return dict(zip(self.goods, held.tolist(), strict=True))

    # ------------------------------------------------------------------ why a firm is short
    def shortfalls(self, name: str) -> list[Shortfall]:
        """The goods a firm lacks, and where its orders are stuck; ores, of which makers keep little, are left out."""
        if self.model.month is None:
            return []
        row = self.row[name]
        lacks = self.lacks(row)
        return [self.shortfall(row, good) for good in np.flatnonzero(lacks).tolist()]

    def lacks(self, row: int) -> np.ndarray:
        """Which goods a firm is short of: (good,)."""
        model, need = self.model, self.model.need[:, row]
        if self.users.start <= row < self.users.stop:
            return model.unmet[:, row] > SHORT * np.maximum(need, 1.0)
        return (need > 0) & (model.held[:, row] < SCARCE * model.expected[:, row]) & ~self.mined

    def shortfall(self, row: int, good: int) -> Shortfall:
        """Where what a firm ordered of a good is."""
        model, trade = self.model, self.model.trade
        rows = np.flatnonzero((trade.buyer == row) & (trade.good == good))
        queue, transit, owed = (grams[rows] / trade.content[rows] / TONNE for grams in (self.model.licensing.paper.standing, trade.pipe, trade.backlog))
        starved, full = self.lacking()[trade.seller[rows]] > SHORT, self.busy()[trade.seller[rows]]
        user = self.users.start <= row < self.users.stop
        gap = model.unmet[good, row] if user else max(model.need[good, row] - model.held[good, row], 0.0)
        missing = gap / model.measures.content_of_good[good] / TONNE
        sums = (queue, transit, owed, owed[full & ~starved], owed[starved])
        return Shortfall(self.goods[good], float(missing), *(float(values.sum()) for values in sums))

    def busy(self) -> np.ndarray:
        """Which firms use all their capacity, or have none: (firm,)."""
        model = self.model
        return (model.output * model.measures.product_mask).sum(axis=0) >= FULL * model.capacity * model.factor

    # ------------------------------------------------------------------ who trades with whom
    def relations(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Seller, buyer (rows of firms) and good (number) of every trade relation: (relation,) each."""
        trade = self.model.trade
        return trade.seller, trade.buyer, trade.good

    def moved(self) -> tuple[np.ndarray, np.ndarray]:
        """What was shipped in the month, and what waits for a licence, t: (relation,) each; before the first month the flows the world starts with."""
        trade = self.model.trade
        shipped = trade.base_flow if self.model.month is None else trade.flow
        return shipped / trade.content / TONNE, self.model.licensing.paper.standing / trade.content / TONNE

    def partners(self, name: str) -> list[Partner]:
        """Suppliers and customers of a firm, the largest flow first."""
        row, (seller, buyer, good), (shipped, waiting) = self.row[name], self.relations(), self.moved()
        share = self.model.trade.share
        found = [
            Partner(self.names[other[i]], self.goods[good[i]], float(shipped[i]), float(waiting[i]), float(share[i]), sells)
            for mine, other, sells in ((buyer, seller, True), (seller, buyer, False))
            for i in np.flatnonzero(mine == row).tolist()
        ]
        return sorted(found, key=lambda partner: -partner.flow)

    def bound(self, name: str) -> list["Instrument"]:
        """Instruments in force in the coming month that name a firm or touch one of its relations."""
        return [each for each in self.model.in_force() if name in getattr(each, "entities", ()) or self.touches(self.row[name], each)]

    def touches(self, row: int, measure: "Instrument") -> bool:
        """Whether a relation of a firm is among those a measure covers."""
        model = self.model
        sellers: frozenset[str] = getattr(measure, "sellers", frozenset())
        buyers = getattr(measure, "buyers", frozenset(model.country_of) - sellers)
        rows = model.trade.between(sellers, buyers, getattr(measure, "covered_goods", ()), getattr(measure, "covered_sectors", None))
        return bool(((model.trade.buyer[rows] == row) | (model.trade.seller[rows] == row)).any())

    # ------------------------------------------------------------------ China, prices, books
    def exposure(self) -> pd.DataFrame:
        """Share of what a region's firms received in the month that came from China, 0 to 1: (good, region); NaN where nothing came."""
        (seller, buyer, good), (shipped, _) = self.relations(), self.moved()
        chinese = self.model.country_of[seller] == CHINA
        lines = {"good": np.array(self.goods)[good], "region": self.model.region_of[buyer], "all": shipped, "china": shipped * chinese}
        total = pd.DataFrame(lines).groupby(["good", "region"])[["china", "all"]].sum()
        share = (total["china"] / total["all"].where(total["all"] > 0)).unstack("region")
        return share.reindex(index=list(self.goods), columns=list(REGIONS))

    def prices(self) -> pd.DataFrame:
        """Prices, USD/kg of product: (good, market): in China, then paid and asked outside and in each market region."""
        return pd.DataFrame(self.model.market.prices().T, index=list(self.goods), columns=list(self.model.facts.markets))

    def waiting(self) -> pd.Series:
        """What waits for an export licence, t: (good,)."""
        sums = np.bincount(self.relations()[2], self.moved()[1], len(self.goods))
        return pd.Series(sums, index=list(self.goods))

    def books(self) -> pd.DataFrame:
        """What the ledger's accounts hold, t of element: (account, element)."""
        return pd.DataFrame(self.model.ledger.book, index=list(self.model.chain.elements)).T / TONNE
