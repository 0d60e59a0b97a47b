"""Public stocks: what they buy and for how much, whom they serve when goods are lacking, and what keeping them costs (E12.4)."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from model.names import MONTHS_A_YEAR
from model.rules.numerics import in_turn
from model.rules.stocks import to_buy
from model.schema import PUBLIC
from model.start.recipes import GRAMS
from model.stores import Stores
from model.tables import several

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.policies.stockpile import Stockpile

THOUSAND = 1e3
"""Thousands of USD in a million."""


class Stocks(Stores):
    """The public stocks of stores.csv. Amounts are grams of the leading element, (good, firm).

    worth: what was paid for what is in stock, million USD.
    """

    def __init__(self, model: "TradeModel") -> None:
        super().__init__(model, PUBLIC)
        size = (len(model.chain.goods), model.count)
        self.keeps: dict[tuple[str, int], list[int]] = {}
        """Rows of the stocks of a country that keep a good, in the order of the table."""
        self.serves: dict[int, frozenset[str]] = {}
        """Countries whose users each may serve by itself."""
        self.pools: dict[int, frozenset[str]] = {}
        """Countries with whose stocks each may pool."""
        for row, line in zip(self.at, self.table.itertuples(), strict=True):
            self.keeps.setdefault((line.country, model.chain.index(line.good)), []).append(row)
            self.serves[row], self.pools[row] = frozenset(several(line.serves)), frozenset(several(line.pooled_with)) | {line.country}
        self.worth = np.zeros(size)
        self.usual = np.array(model.buys)
        self.lacking = np.zeros(size)
        self.meant: dict[tuple[int, int], dict[str, float]] = {}
        """Part of each stockpile, by name, in what is bought this month for a stock, by good and row."""
        for row in self.serves:
            held = np.array([self.held(row, good) for good in range(size[0])])
            self.worth[:, row] = self.tonnes(held) * model.market.price_where(row) / THOUSAND

    # ------------------------------------------------------------------ who they are
    def row_of(self, stockpile: "Stockpile", good: str) -> int | None:
        """Row of the stock that keeps a good for a stockpile; None where there is none."""
        agents = self.model.firms.agents
        for row in self.keeps.get((stockpile.country, self.model.chain.number.get(good, -1)), ()):
            if stockpile.holder in (None, agents[row].name, agents[row].name.split("@")[0]):
                return row
        return None

    def of(self, country: str, goods: Iterable[str]) -> list[tuple[int, int]]:
        """Stocks of a country that keep some goods: row and good."""
        numbers = [self.model.chain.number[good] for good in goods if good in self.model.chain.number]
        return [(row, good) for good in numbers for row in self.keeps.get((country, good), ())]

    def joined(self, pool: Any) -> int:
        """How many stocks a pool joins."""
        return len({row for country in pool.covered_countries for row, _ in self.of(country, pool.covered_goods) if self.pools[row] & (pool.covered_countries - {country})})

    def tonnes_of(self, good: int, grams: float) -> float:
        """Product weight of leading grams of a good."""
        return grams / float(self.model.measures.content_of_good[good]) / GRAMS

    def tonnes(self, grams: np.ndarray) -> np.ndarray:
        """(good,): product weight of leading grams."""
        return grams / self.model.measures.content_of_good / GRAMS

    # ------------------------------------------------------------------ the month
    def buy(self) -> None:
        """Before orders are placed: what each stock means to add this month, in calm months, at bearable prices and as far as its budget goes."""
        if not self.rows.size:
            return
        model, p = self.model, self.model.p
        model.buys[:, self.rows] = self.usual[:, self.rows]
        self.meant = {}
        self.lacking = self.lack(leaving=False) if model.levers.stockpiles else self.lacking
        for each in model.levers.stockpiles:
            wishes = dict[tuple[int, int], float]()
            for name in each.covered_goods if each.months or each.tonnes else ():
                row = self.row_of(each, name)
                if row is None or model.severity[row] > p.stock_calm:
                    continue
                wishes[row, model.chain.index(name)] = self.wanted(each, row, model.chain.index(name))
            self.means_to_add(each, wishes)
        for (good, row), wishes in self.meant.items():
            whole = sum(wishes.values())
            model.buys[good, row] += np.floor(whole)
            self.meant[good, row] = {name: wish / whole for name, wish in wishes.items()}

    def wanted(self, stockpile: "Stockpile", row: int, good: int) -> float:
        """What a stockpile orders of a good this month, leading grams."""
        model = self.model
        price, content = float(model.market.price_where(row)[good]), model.measures.content_of_good[good]
        if price > stockpile.rule("price_ceiling", model.p) * self.expected_price(row, good):
            return 0.0
        rows = self.takers(row, good, stockpile.may_draw(model, row))
        use = self.use(rows)
        if self.total(self.lacking, rows) > stockpile.rule("release_from", model.p) * use:
            return 0.0
        target = stockpile.months * use if stockpile.months else stockpile.tonnes * GRAMS * content
        position = self.held(row, good) + float(model.line[good, row])
        return float(to_buy(target, position, max(stockpile.rule("fill_months", model.p), 1.0), stockpile.rule("most_share", model.p), use))

    def means_to_add(self, stockpile: "Stockpile", wishes: Mapping[tuple[int, int], float]) -> None:
        """A stockpile's wishes (row and good), all cut alike where its budget does not reach, join those of others for the same stocks."""
        million = sum(float(self.tonnes_of(good, grams)) * float(self.model.market.price_where(row)[good]) / THOUSAND for (row, good), grams in wishes.items())
        left = self.model.treasury.left(stockpile)
        part = left / million if million > left else 1.0
        for (row, good), grams in wishes.items():
            if part * grams >= 1.0:
                self.meant.setdefault((good, row), {})[stockpile.name] = part * grams

    def expected_price(self, row: int, good: int) -> float:
        """Price expected where a stock stands, USD/kg; in China that of the day for what has no quote."""
        market, place = self.model.market, self.model.market.regions.place[row]
        if place >= 0:
            return float(self.model.outlook.expected_in[place, good])
        quoted = np.flatnonzero(market.home.goods == good)
        return float(market.home.expected[quoted[0]] if quoted.size else market.china[good])

    def release(self) -> None:
        """Before the month's shipping: stocks send goods to those who may draw on them and lack them, by how much each lacks; what is forced out beyond that goes by use."""
        levers = self.model.levers
        if not (levers.stockpiles or levers.surges):
            return
        lack = self.lack(leaving=True)
        for each in levers.stockpiles:
            for row, good in self.kept_by(each):
                rows = self.takers(row, good, each.may_draw(self.model, row) | self.pooled(row, good))
                if self.total(lack, rows) > each.rule("release_from", self.model.p) * self.use(rows):
                    self.let_out(each, row, rows, lack, self.held(row, good), forced=False)
        for surge in levers.surges:
            for row, good in self.of(surge.country, surge.covered_goods):
                rows = self.takers(row, good, self.model.in_countries(self.serves[row]) | self.pooled(row, good))
                self.let_out(surge, row, rows, lack, surge.share * self.held(row, good), forced=True)

    def kept_by(self, stockpile: "Stockpile") -> list[tuple[int, int]]:
        """Rows and goods of the stocks of a stockpile."""
        found = ((self.row_of(stockpile, good), good) for good in stockpile.covered_goods)
        return [(row, self.model.chain.index(good)) for row, good in found if row is not None]

    def pooled(self, row: int, good: int) -> np.ndarray:
        """(firm,): who may draw on a stock as its country's partner in a pool."""
        model, places = self.model, frozenset[str]()
        home = model.country_of[row]
        for pool in model.levers.pools:
            if home in pool.covered_countries and model.chain.goods[good] in pool.covered_goods:
                places |= pool.covered_countries & self.pools[row]
        return model.in_countries(places) if places else np.zeros(model.count, bool)

    def let_out(self, instrument: Any, row: int, rows: np.ndarray, lack: np.ndarray, most: float, forced: bool) -> None:
        """Sends up to so much of a stock over some relations: to who lacks, by priority and lack, then to all by use if it must go. Who gets it pays what it cost."""
        if not rows.size or most < 1.0:
            return
        good = int(self.model.trade.good[rows[0]])
        sent, whole = self.shares(rows, lack, most, forced), self.held(row, good)
        if not sent.any():
            return
        self.send(rows, sent, lack)
        paid = self.worth[good, row] * float(in_turn(sent)) / whole
        self.worth[good, row] -= paid
        self.model.treasury.take_in(instrument, paid)

    def charge(self) -> None:
        """What was shipped to stocks is paid for, and so is keeping them: once, by all alike that keep a good there and mean to have any."""
        model, keepers = self.model, dict[tuple[int, int], list["Stockpile"]]()
        for each in model.levers.stockpiles:
            for row, good in self.kept_by(each):
                keepers.setdefault((row, good), []).append(each)
        for (row, good), all_of_them in keepers.items():
            for each in all_of_them if (good, row) in self.meant else ():
                paid = self.price_of(row, good) * self.meant[good, row].get(each.name, 0.0)
                self.worth[good, row] += paid
                model.treasury.pay(each, paid, owed=True)
            mine = [each for each in all_of_them if each.months or each.tonnes] or all_of_them
            for each in mine:
                model.treasury.pay(each, self.worth[good, row] * model.p.stock_carrying / MONTHS_A_YEAR / len(mine), owed=True)

    def price_of(self, row: int, good: int) -> float:
        """What was shipped of a good to a stock this month costs, million USD, duties and freight included."""
        trade, rows = self.model.trade, self.bought[row]
        rows = rows[trade.good[rows] == good]
        duty = 1.0 + self.model.levers.tariff[rows]
        return float(in_turn(self.model.finance.worth(rows) * duty))
