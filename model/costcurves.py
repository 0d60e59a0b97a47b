"""Cost curves: what the producers cost whom China's use of a quoted good calls last, and how much of their capacity works (E10.7)."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model import kernels
from model.chain import Process
from model.kernels.groups import Curves
from model.rules.numerics import choose, in_turn, least, ratio, share_of
from model.rules.pricing import shifted

if TYPE_CHECKING:
    from model.model import TradeModel

MAIN = -1
"""In place of the slot of a circuit: the plant's main line."""


class Producer(NamedTuple):
    """A firm on the curve of a good (by its place among the goods): its row, cost, slot of its circuit or MAIN, and grams of the good's leading element a gram of capacity."""

    curve: int
    cost: float
    row: int
    slot: int
    grams: float


class Tier:
    """Curves of one stage, a good each, cheapest producers first; of goods that the stage does not make, none."""

    def __init__(self, model: "TradeModel", curves: int, producers: list[Producer]) -> None:
        self.model, self.count = model, curves
        ordered = sorted(producers)
        self.curve, self.row, self.slot = (np.array([getattr(each, name) for each in ordered], np.int64) for name in ("curve", "row", "slot"))
        self.grams = np.array([each.grams for each in ordered])
        self.main = (self.slot == MAIN) * 1.0
        cost = np.array([each.cost for each in ordered])
        self.curves = Curves(first=np.searchsorted(self.curve, np.arange(curves + 1)), cost=cost)
        self.start = np.zeros(curves)

    def capacity(self) -> np.ndarray:
        """(producer,): what each could make of its good were all in order, leading grams a month."""
        model = self.model
        circuits = model.circuit[self.slot, self.row] if model.circuit.size else self.main
        return self.grams * choose(self.main, model.capacity[self.row], circuits)

    def moved(self, works: np.ndarray, need: np.ndarray) -> np.ndarray:
        """(curve,): marginal cost at a need over that at the start; 1 where no curve was read. works: capacity that can be used."""
        cost = kernels.marginal(self.curves, works, need)
        return choose(self.start * cost, ratio(cost, self.start), 1.0)

    def left(self, works: np.ndarray, capacity: np.ndarray) -> np.ndarray:
        """(curve,): share of capacity that can be used; 1 where there is none."""
        whole = np.bincount(self.curve, capacity, self.count)
        return choose(whole, share_of(np.bincount(self.curve, works, self.count), whole), 1.0)


class CostCurves:
    """Producers that China's market draws on: plants in China by the cash cost of their product, and mines by that of their ore over its price at the start.

    A mine counts as far as it sells to China's separators, and by what its ore holds of the good. Secondary products have the curves of their circuits.
    """

    def __init__(self, model: "TradeModel", goods: np.ndarray) -> None:
        self.model, self.goods = model, goods
        self.share = model.p.ore_cost_share
        trade = model.trade
        self.sold_home = np.bincount(trade.seller, trade.base_flow * (model.abroad[trade.buyer] == 0.0), model.count)
        self.sold = np.bincount(trade.seller, trade.base_flow, model.count)
        plants, ores, separators = list[Producer](), list[Producer](), list[tuple[int, Process, np.ndarray]]()
        for curve, good in enumerate(goods.tolist()):
            for process in model.chain.makers(good):
                if process.kind in ("Miner", "Refiner") and good in process.makes:
                    here = home(model, process)
                    plants += self.makers(curve, good, process, here)
                    if process.kind == "Refiner" and model.chain.pricing[process.feed] == "follows":
                        separators.append((curve, process, here))
                        ores += self.diggers(curve, good, process)
        self.separators, self.priced = separators, np.array([curve in {each.curve for each in ores} for curve in range(goods.size)]) * 1.0
        self.plants, self.ores = Tier(model, goods.size, plants), Tier(model, goods.size, ores)
        feeds = np.isin(trade.good, [process.feed for _, process, _ in separators])
        self.routes = np.flatnonzero(feeds & (model.abroad[trade.buyer] == 0.0) & (trade.base_flow > 0.0))
        for tier, need in ((self.plants, self.sales()), (self.ores, self.use())):
            tier.start = kernels.marginal(tier.curves, tier.capacity(), need)

    def makers(self, curve: int, good: int, process: Process, rows: np.ndarray) -> list[Producer]:
        """Those in China that sell the good itself."""
        model, element = self.model, self.model.chain.lead[good]
        slot = MAIN if good == process.main else model.chain.secondary.index(good)
        basket = model.columns[process.name]["basket"][element] if process.kind == "Miner" else np.ones(model.count)
        return [Producer(curve, float(model.unit_cost[row]), row, slot, float(basket[row])) for row in rows.tolist()]

    def diggers(self, curve: int, good: int, separates: Process) -> list[Producer]:
        """Mines whose ore goes to China's separators."""
        model, found = self.model, list[Producer]()
        for process in model.chain.makers(separates.feed):
            if process.kind == "Miner":
                basket = model.columns[process.name]["basket"][model.chain.lead[good]]
                for row in range(*model.rows[process.name].indices(model.count)):
                    bound = self.sold_home[row] / self.sold[row] if self.sold[row] > 0.0 else 1.0 - model.abroad[row]
                    if bound > 0.0:
                        found.append(Producer(curve, float(model.unit_cost[row] / model.base_price[row]), row, MAIN, float(basket[row] * bound)))
        return found

    def sales(self) -> np.ndarray:
        """(curve,): what China's plants sell of each good, smoothed, leading grams a month."""
        tier = self.plants
        return np.bincount(tier.curve, self.model.sales[self.goods[tier.curve], tier.row], tier.count)

    def use(self) -> np.ndarray:
        """(curve,): what China's separators expect to use of each good in ore, leading grams a month."""
        model, need = self.model, np.zeros(self.goods.size)
        for curve, process, rows in self.separators:
            element = model.chain.lead[self.goods[curve]]
            need[curve] += float(in_turn(model.expected[process.feed, rows] * model.columns[process.name]["blend"][element, rows]))
        return need

    def stopped(self) -> np.ndarray | float:
        """(firm,): share of what mines sell to China that may not leave."""
        banned = self.model.levers.banned[self.routes]
        if not banned.any():
            return 0.0
        trade = self.model.trade
        return share_of(np.bincount(trade.seller[self.routes], banned * trade.base_flow[self.routes], self.model.count), self.sold_home)

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        """(good,): marginal cost of each quoted good over that at the start, and the share of the capacity behind it that can be used."""
        plants, ores, factor = self.plants, self.ores, self.model.factor
        made, dug = plants.capacity(), ores.capacity()
        making, digging = made * factor[plants.row], dug * (factor * (1.0 - self.stopped()))[ores.row]
        cost = shifted(ores.moved(digging, self.use()), plants.moved(making, self.sales()), self.share * self.priced)
        return cost, least(plants.left(making, made), ores.left(digging, dug))


def home(model: "TradeModel", process: Process) -> np.ndarray:
    """Rows of the firms of a process in China."""
    rows = model.rows[process.name]
    return rows.start + np.flatnonzero(model.abroad[rows] == 0.0)


__all__ = ["CostCurves"]
