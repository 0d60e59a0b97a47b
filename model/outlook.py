"""What investors go by: prices expected and feared where they stand, what inputs will cost, and how far plants of each stage will be used (E11)."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.chain import Process
from model.market import bill
from model.names import MONTHS_A_YEAR, month_index
from model.programmes import Floor
from model.projects import last_known
from model.rules.investment import remembered, waiting
from model.rules.numerics import in_turn, least, power, ratio, smooth
from model.schema import BINDINGS
from model.start.contracts import MOU
from model.start.past import memories

YEAR = 12
"""Months between two looks at what contracts promise."""

if TYPE_CHECKING:
    from model.model import TradeModel


class Prospect(NamedTuple):
    """What an investor in a plant of some process goes by.

    good: the one whose price counts; capex: USD per kg a year; use: share of its capacity that a plant to come can expect to use; waiting: value of waiting
    per unit of capital where nothing is sold at a floor.
    """

    good: int
    capex: float
    use: float
    waiting: float


class Promise(NamedTuple):
    """What a contract promises a firm: the months in which a plant begun would come to stand under it, the share of output it takes of what counts, and the floor (USD/kg, NaN where there is none) for a share."""

    row: int
    start: int
    end: int
    sold: float
    share: float
    floor: float


class Outlook:
    """Expectations of investors outside China, from the month's prices, capacities and decisions.

    expected, crisis: prices expected and remembered from crises by good, outside as a whole; expected_in: by region and good, USD/kg. reckoned: what is bought for a
    kg of the good whose price counts, by process; prospects by process.
    """

    def __init__(self, model: "TradeModel") -> None:
        self.model, self.market, chain = model, model.market, model.chain
        self.deciding = [process for process in chain.processes if process.investment]
        past = memories(model.facts.past, model.p) if model.p.price_history > 0.0 else None
        self.expected = self.market.expectation(past)
        self.expected_in = self.market.realised_in * (self.expected / self.market.realised)
        self.crisis = np.maximum(self.market.crisis_memory(past), self.market.realised)
        self.reckoned = self.market.reckoned_inputs()
        self.prospects: dict[str, Prospect] = {}
        self.ores = {process.name: bill(model.facts, process.main, model.abroad > 0.0) for process in self.deciding if process.kind == "Refiner"}
        """What separators outside China buy for a kg of their main product, by process, kg by good: their cash cost holds it at the prices of the start."""
        self.made: dict[str, float] = {}
        self.used: dict[tuple[str, float], float] = {}
        self.loads: dict[str, float] = {}
        self.promised, self.standing, self.counted = self.promises(), list[Promise](), False
        """What contracts promise; those of them that stood when they were last looked at; whether floors of states count."""
        self.bound = np.zeros(model.count)
        """(firm,): share of what each can make that it sells under contracts of the world."""
        self.recall()

    def promises(self) -> list[Promise]:
        """Contracts of contracts.csv that bind somebody, by what they promise to firms that investors decide on. Where no crisis comes, none that was agreed since the last month known."""
        model, chain, table = self.model, self.model.chain, self.model.facts.tables["contracts"]
        known, found = last_known(model), list[Promise]()
        calm = known < month_index(model.facts.history_end)
        for line in table.to_dict("records"):
            row = model.facts.entities.row.get(line["seller"])
            process = chain.by_name.get(model.does[row]) if row is not None else None
            start = month_index(line["from"])
            if process is None or process.investment is None or line["binding"] == BINDINGS[MOU] or (calm and start > known):
                continue
            counted = {process.investment.price_good, *process.counted}
            share = np.nan_to_num(line["share_of_output"])
            sold = chain.number.get(line["good"], process.main) in counted  # a mix counts for what its firm makes
            floor = line["floor_usd_per_kg"] if line["good"] == chain.goods[process.investment.price_good] and share > 0.0 else np.nan
            found.append(Promise(int(row), start - math.ceil(getattr(model.p, process.investment.months_to_build)), month_index(line["to"]), share * sold, share, floor))
        return found

    def recall(self, floors: Iterable[Floor] = ()) -> None:
        """What is promised by contracts that stand or begin while a plant begun now is built: a floor for the good by which investors go, for part of the output, and the part sold under contract."""
        model, now = self.model, max(self.model.now, self.model.first)
        self.standing = [each for each in self.promised if each.start <= now <= each.end]
        model.agreed[:] = 0.0
        for each in self.standing:
            model.agreed[each.row] += each.sold
        model.agreed[:] = least(model.agreed, 1.0)
        self.bound[:] = model.agreed
        self.count_on(floors)

    def count_on(self, floors: Iterable[Floor]) -> None:
        """Floors of contracts and of states together: the highest counts first, the next for what it leaves of output."""
        model, told = self.model, [*((each.row, each.floor, each.share, 0.0) for each in self.standing if not math.isnan(each.floor)), *((each.row, each.floor, each.share, each.upside) for each in floors)]
        model.floored[:], self.counted = 0.0, bool(floors)
        worth, given_up = np.zeros(model.count), np.zeros(model.count)
        for row, floor, share, upside in sorted(told, key=lambda each: -each[1]):
            part = min(share, 1.0 - model.floored[row])
            model.floored[row] += part
            worth[row] += part * floor
            given_up[row] += part * upside
        model.floor[:], model.upside[:] = ratio(worth, model.floored), ratio(given_up, model.floored)

    def hear(self) -> None:
        """What states guarantee beside counts as sold, and their premium as price, from the month in which it is known."""
        model = self.model
        model.guaranteed_sales[:], model.topped[:] = model.offtakes.promised()
        model.agreed[:] = least(self.bound + model.guaranteed_sales, 1.0)

    # ------------------------------------------------------------------ the month
    def look(self) -> None:
        """E11.1: prices remembered, and what each process can expect."""
        market, p = self.market, self.model.p
        self.expected = smooth(self.expected, market.realised, p.price_memory)
        self.expected_in = smooth(self.expected_in, market.realised_in, p.price_memory)
        self.crisis = remembered(self.crisis, market.asked, np.maximum(market.parity, self.expected), p.crisis_forgetting)
        self.survey()

    def survey(self) -> None:
        """What each process can expect, at the prices remembered."""
        programmes = self.model.programmes
        ahead = programmes.ahead()
        if self.model.elapsed % YEAR == 0 and self.model.elapsed > 0:
            self.recall(programmes.promised(ahead))
        elif self.counted or self.model.levers.supports:
            self.count_on(programmes.promised(ahead))
        programmes.foresee(ahead)
        self.hear()
        self.watch_use()
        self.watch_margins()
        uses = self.expected_use()
        for process in self.deciding:
            self.prospects[process.name] = self.prospect(process, uses[process.name])
            self.tell(process)

    def prospect(self, process: Process, use: float) -> Prospect:
        """What investors in a process go by this month."""
        p, terms = self.model.p, process.investment
        assert terms is not None  # only such processes are asked
        return Prospect(terms.price_good, getattr(p, terms.capex), use, self.waiting_for(terms.price_good))

    def waiting_for(self, good: int) -> float:
        """E11.3: what waiting is worth per unit of capital, by how much the price of a good has been moving."""
        p = self.model.p
        return float(waiting(self.market.volatility[good], p.discount, p.waiting_weight))

    def tell(self, process: Process) -> None:
        """Firms learn the prices of the good that counts, and of what goes into it, where they stand; for mines, of ore such as theirs."""
        model, market, rows, good = self.model, self.market, self.model.rows[process.name], self.prospects[process.name].good
        place, here = market.regions.place[rows], self.expected_in[:, good]
        model.expects[rows] = np.where(place >= 0, here[np.maximum(place, 0)], self.expected[good])
        model.fears[rows] = self.crisis[good]
        bought = self.reckoned.get(process.name)
        if bought is not None:
            local = in_turn(bought * self.expected_in)
            model.pays[rows] = np.where(place >= 0, local[np.maximum(place, 0)], in_turn(bought * self.expected))
        ore = self.ores.get(process.name)
        if ore is not None:
            model.pays[rows] = float(in_turn(ore * (self.expected - market.base_outside)))
        if process.kind == "Miner":
            own = model.columns[process.name]["base_price"][rows] / market.base_outside[good]
            model.expects[rows] *= own
            model.fears[rows] *= own

    # ------------------------------------------------------------------ stages see each other's decisions
    def watch_use(self) -> None:
        """Output of each process outside China, smoothed, and how fast the use of what the last of them make has been growing there; leading grams a month."""
        model, p = self.model, self.model.p
        for process in self.deciding:
            made = self.outside(np.add.reduce(model.output[list(process.counted)]), process)
            self.made[process.name] = smooth(self.made.get(process.name, made), made, p.use_memory)
            if process.investment and process.investment.sized_how == "use":
                use = float(in_turn(np.add.reduce(model.expected[list(process.makes)]) * model.abroad))
                for months in (p.use_memory, p.trend_memory):
                    known = self.used.get((process.name, months), use * math.exp(-p.trend_start * months / MONTHS_A_YEAR))
                    self.used[process.name, months] = smooth(known, use, months)

    def watch_margins(self) -> None:
        """E11.2: the margin of converters outside China moves with the use of their capacity, against that of the start."""
        model, market = self.model, self.market
        for at, good in enumerate(market.converted.goods.tolist()):
            process = model.chain.makers(good)[0]
            works = self.outside(model.capacity, process)
            if self.made.get(process.name, 0.0) > 0.0 and works > 0.0:
                load = self.made[process.name] / works
                market.tight[at] = power(load / self.loads.setdefault(process.name, load), model.p.conversion_response)

    def growth(self, process: Process) -> float:
        """Growth of use, 1/month: what is smoothed over longer lags by so many months more."""
        p = self.model.p
        short, long = self.used[process.name, p.use_memory], self.used[process.name, p.trend_memory]
        return math.log(short / long) / (p.trend_memory - p.use_memory) if short > 0.0 and long > 0.0 and p.trend_memory > p.use_memory else 0.0

    def outside(self, by_firm: np.ndarray, process: Process) -> float:
        """Sum of a column over the firms of a process outside China."""
        rows = self.model.rows[process.name]
        return float(in_turn((by_firm * self.model.abroad)[rows]))

    def expected_use(self) -> dict[str, float]:
        """E11.2: share of capacity that plants to come can expect to use when they open, from the last process to the first.

        What is made now, grown as use grows, over all that stands or is decided on, or what plants decided on further down will take of it; the last stage no more than
        the inputs decided on and those that come from China allow.
        """
        model, p = self.model, self.model.p
        plan = {process.name: self.outside(model.capacity + model.underway, process) for process in self.deciding}
        found: dict[str, float] = {}
        taken: dict[str, float] = {}
        growth = 0.0
        for process in reversed(self.deciding):
            terms, name = process.investment, process.name
            assert terms is not None  # only such processes are asked
            growth = self.growth(process) if terms.sized_how == "use" else growth
            taken[name] = self.asked_for(process, plan, found, taken)
            ahead = max(self.made[name] * math.exp(growth * getattr(p, terms.months_to_build)), taken[name])
            use = ahead / plan[name] if plan[name] > 0.0 else p.most_use
            if process.kind == "MagnetMaker":
                use = min(use, self.fed(process, plan))
            found[name] = min(max(use, p.least_use), p.most_use)
        return found

    def asked_for(self, process: Process, plan: dict[str, float], found: dict[str, float], taken: dict[str, float]) -> float:
        """What plants decided on further down are expected to take of a process, leading grams a month; 0 for the last ones."""
        terms, measures = process.investment, self.model.measures
        assert terms is not None  # only such processes are asked
        down = terms.sized_by
        if terms.sized_how == "use" or down not in found:
            return 0.0
        if terms.sized_how == "need":
            return min(taken[down], plan[down] * found[down]) / measures.yield_of.get(down, 1.0)
        if terms.sized_how == "usable":
            return plan[down] * found[down] * measures.gross_of[down]
        return plan[down] * found[down]

    def fed(self, process: Process, plan: dict[str, float]) -> float:
        """Share of the capacity of a last stage, under way too, for which there will be inputs: from plants decided on, and from China as far as they come now."""
        model = self.model
        makers = [other for other in self.deciding if process.feed in other.makes]
        if not makers or plan[process.name] <= 0.0:
            return 1.0
        rows = model.rows[process.name]
        used = float(in_turn((model.expected[process.feed] * model.abroad)[rows]))
        own = sum(self.made[other.name] for other in makers)
        coming = sum(plan[other.name] for other in makers) + max(used - own, 0.0)
        return coming / (plan[process.name] * model.measures.gross_of[process.name])


__all__ = ["Outlook", "Prospect"]
