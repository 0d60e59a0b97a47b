"""Stores: holders of stores.csv that send goods unasked to those who lack them: public stocks and traders."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.rules.numerics import in_turn

if TYPE_CHECKING:
    from model.model import TradeModel


class Stores:
    """Holders of one role. Amounts are grams of the leading element. sent, bought: relations over which each sends and buys, by its row."""

    def __init__(self, model: "TradeModel", role: str) -> None:
        self.model, table, trade = model, model.facts.tables["stores"], model.trade
        self.table = table[table["role"] == role]
        self.at = [int(model.facts.entities.row[f"{line.holder}@{line.country}"]) for line in self.table.itertuples()]
        """Row of each line of the table."""
        self.rows = np.array(sorted(set(self.at)), np.int64)
        self.sent = {int(row): np.flatnonzero(trade.sent & (trade.seller == row)) for row in self.rows}
        self.sent_of = {(row, good): rows[trade.good[rows] == good] for row, rows in self.sent.items() for good in range(len(model.chain.goods))}
        self.bought = {int(row): np.flatnonzero(trade.buyer == row) for row in self.rows}

    def held(self, row: int, good: int) -> float:
        """What a holder has of a good."""
        return float(self.model.inputs[good, self.model.chain.lead[good], row])

    def use(self, rows: np.ndarray) -> float:
        """What those at the end of some relations use a month."""
        return float(in_turn(self.model.expected.take(self.model.trade.buyer_cell[rows])))

    def takers(self, row: int, good: int, who: np.ndarray | None = None) -> np.ndarray:
        """Relations over which a holder may send a good, to some firms (firm,) or to all."""
        rows = self.sent_of[row, good]
        return rows if who is None else rows[who[self.model.trade.buyer[rows]]]

    def lack(self, leaving: bool) -> np.ndarray:
        """(good, firm): what each firm lacks, with what is on its way to it, and with what leaves for it this month, once that is known."""
        trade = self.model.trade
        return kernels.lack(trade.links, trade.goods, trade.served, trade.pipe, leaving, self.model.p.stock_keeps_up)

    def total(self, lack: np.ndarray, rows: np.ndarray) -> float:
        """What those at the end of some relations lack in all."""
        return float(in_turn(lack.take(self.model.trade.buyer_cell[rows])))

    def shares(self, rows: np.ndarray, lack: np.ndarray, most: float, forced: bool) -> np.ndarray:
        """(relation,): whole grams for those at the end of some relations (`kernels.share_among`)."""
        trade = self.model.trade
        return kernels.share_among(rows, trade.links, trade.served, lack, most, forced)

    def send(self, rows: np.ndarray, sent: np.ndarray, lack: np.ndarray) -> None:
        """So much (relation,) leaves a store over some of its relations, unasked; it is shipped with the month's other goods. Whoever gets it lacks so much less."""
        trade = self.model.trade
        self.model.ledger.post("inputs", "finished", kernels.send(rows, sent, trade.links, trade.goods, lack))
