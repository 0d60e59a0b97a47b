"""Routes around controls: traders who buy where goods are free and sell where they are dear, and what customs find of it (E9)."""

from typing import TYPE_CHECKING

import numpy as np

from model.names import CHINA
from model.rules.circumvention import carried, found, gain
from model.rules.numerics import in_turn
from model.schema import TRADER
from model.start.recipes import GRAMS
from model.stores import Stores

if TYPE_CHECKING:
    from model.model import TradeModel

THOUSAND = 1e3
"""Thousands of USD in a million."""


class Routes(Stores):
    """The traders of stores.csv: those abroad buy Chinese goods as customers of their own country, under its licences, and sell them on as theirs; those in China buy at home and smuggle.

    flow: what each carries (good, firm), g/month; capital: what each can lay out (firm,), million USD; seized: what customs took this month, leading grams (good,).
    """

    def __init__(self, model: "TradeModel") -> None:
        super().__init__(model, TRADER)
        size = (len(model.chain.goods), model.count)
        self.flow, self.worth, self.seized = np.zeros(size), np.zeros(size), np.zeros(size[0])
        self.capital, self.goods = np.zeros(model.count), dict[int, list[int]]()
        for row, line in zip(self.at, self.table.itertuples(), strict=True):
            self.capital[row] = line.capital_usd_million
            self.goods.setdefault(row, []).append(model.chain.index(line.good))
        self.origins = frozenset({CHINA}) if self.goods else frozenset[str]()
        """Countries whose goods they carry."""
        self.on = model.p.circumvention > 0.0 and bool(self.goods)

    def smuggles(self, row: int) -> bool:
        """Whether a trader sells out of China past the customs."""
        return bool(self.model.country_of[row] == CHINA)

    # ------------------------------------------------------------------ the month
    def buy(self) -> None:
        """Before orders are placed: what each trader means to buy."""
        if not self.on:
            return
        model, p = self.model, self.model.p
        model.buys[:, self.rows] = 0.0
        for row, goods in self.goods.items():
            for good in goods:
                rows = self.takers(row, good)
                need = self.use(rows)
                self.flow[good, row] = float(carried(self.flow[good, row], need, self.gained(row, good, rows, need), p.route_most, p.route_sensitivity, p.route_months))
                wanted = self.flow[good, row] - self.held(row, good) - float(model.line[good, row]) + self.flow[good, row] * float(model.reach[good, row])
                model.buys[good, row] = np.floor(max(min(wanted, self.affordable(row, good)), 0.0))

    def gained(self, row: int, good: int, rows: np.ndarray, need: float) -> float:
        """What carrying a good is worth, as a log."""
        p, market = self.model.p, self.model.market
        if need <= 0.0:
            return 0.0
        sold = float(in_turn(self.prices_at(rows, good) * self.model.expected[good, self.model.trade.buyer[rows]])) / need / market.base_outside[good]
        bought = market.china[good] / market.base_china[good]
        cost = p.smuggling_cost if self.smuggles(row) else p.route_cost
        return float(gain(sold, bought, cost, self.found(row, good, need), p.route_penalty))

    def found(self, row: int, good: int, need: float) -> float:
        """Share of what is carried that customs find."""
        p = self.model.p
        usual = p.smuggling_enforcement if self.smuggles(row) else p.route_enforcement
        return float(found(max(usual, float(self.model.levers.enforcement[good])), self.flow[good, row], need))

    def prices_at(self, rows: np.ndarray, good: int) -> np.ndarray:
        """(relation,): prices of a good where the buyers of some relations stand, USD/kg; none stands in China."""
        market = self.model.market
        return np.asarray(market.realised_in[market.regions.place[self.model.trade.buyer[rows]], good])

    def affordable(self, row: int, good: int) -> float:
        """What its capital buys, leading grams."""
        price = float(self.model.market.price_where(row)[good])
        free = self.capital[row] - float(in_turn(self.worth[:, row]))
        return max(free, 0.0) * THOUSAND * GRAMS * float(self.model.measures.content_of_good[good]) / price if price > 0.0 else 0.0

    def pass_on(self) -> None:
        """Before the month's shipping: traders send what they have to those who lack it; customs take their part, and the trader pays for that with its capital."""
        self.seized.fill(0.0)
        if not self.on:
            return
        stocked = [(row, good) for row, goods in self.goods.items() for good in goods if self.held(row, good) >= 1.0]
        lack = self.lack(leaving=True) if stocked else np.zeros(0)
        for row, good in stocked:
            rows = self.takers(row, good)
            sent = self.shares(rows, lack, min(self.held(row, good), self.flow[good, row]), forced=False)
            if sent.any():
                self.deliver(row, good, rows, sent, lack)

    def deliver(self, row: int, good: int, rows: np.ndarray, sent: np.ndarray, lack: np.ndarray) -> None:
        """What is sent, less what is found; money moves with it."""
        model, p = self.model, self.model.p
        taken = np.floor(sent * self.found(row, good, self.use(rows)))
        whole, through = self.held(row, good), sent - taken
        per_gram = self.worth[good, row] / whole
        self.lose(row, good, float(in_turn(taken)))
        if through.any():
            self.send(rows, through, lack)
        value = self.prices_at(rows, good) / (float(model.measures.content_of_good[good]) * GRAMS * THOUSAND)
        self.capital[row] += float(in_turn(through * (value - per_gram))) - float(in_turn(taken)) * per_gram * (1.0 + p.route_penalty)
        self.capital[row] = max(self.capital[row], 0.0)
        self.worth[good, row] = max(self.worth[good, row] - per_gram * float(in_turn(sent)), 0.0)

    def lose(self, row: int, good: int, grams: float) -> None:
        """Customs take so much (leading grams) of what a trader has."""
        if grams < 1.0:
            return
        model, lead = self.model, self.model.chain.lead[good]
        gone = np.floor(model.inputs[good, :, row] * (grams / self.held(row, good)))
        gone[lead] = grams
        model.inputs[good, :, row] -= gone
        model.ledger.post("inputs", "seized", gone)
        self.seized[good] += grams

    def charge(self) -> None:
        """What was shipped to traders is laid out by them."""
        if not self.on:
            return
        model, trade = self.model, self.model.trade
        for row, goods in self.goods.items():
            for good in goods:
                rows = self.bought[row][trade.good[self.bought[row]] == good]
                tonnes = float(in_turn(trade.flow[rows] / trade.content[rows])) / GRAMS
                self.worth[good, row] += tonnes * float(model.market.price_where(row)[good]) / THOUSAND
