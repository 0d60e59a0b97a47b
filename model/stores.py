"""Stores: holders of stores.csv that send goods unasked to those who lack them: public stocks and traders."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.rules.numerics import in_turn
from model.rules.stocks import lacking

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
        self.bought = {int(row): np.flatnonzero(trade.buyer == row) for row in self.rows}

    def held(self, row: int, good: int) -> float:
        """What a holder has of a good."""
        return float(self.model.inputs[good, self.model.chain.lead[good], row])

    def use(self, rows: np.ndarray) -> float:
        """What those at the end of some relations use a month."""
        trade = self.model.trade
        return float(in_turn(self.model.expected[trade.good[rows], trade.buyer[rows]]))

    def takers(self, row: int, good: int, who: np.ndarray | None = None) -> np.ndarray:
        """Relations over which a holder may send a good, to some firms (firm,) or to all."""
        trade, rows = self.model.trade, self.sent[row]
        return rows[(trade.good[rows] == good) & (True if who is None else who[trade.buyer[rows]])]

    def lack(self, leaving: bool) -> np.ndarray:
        """(good, firm): what each firm lacks, with what is on its way to it, and with what leaves for it this month, once that is known."""
        model, trade = self.model, self.model.trade
        moving = trade.pipe + trade.taken[trade.lead[trade.good], np.arange(trade.size)] if leaving else trade.pipe
        coming = np.bincount(trade.buyer_cell, moving, trade.cells).reshape(model.held.shape)
        held = kernels.lead_stock(model.inputs, trade.lead)
        return np.asarray(lacking(model.expected, model.cover, model.p.stock_keeps_up, held + coming))

    def total(self, lack: np.ndarray, rows: np.ndarray) -> float:
        """What those at the end of some relations lack in all."""
        trade = self.model.trade
        return float(in_turn(lack[trade.good[rows], trade.buyer[rows]]))

    def shares(self, rows: np.ndarray, lack: np.ndarray, most: float, forced: bool) -> np.ndarray:
        """(relation,): whole grams for those at the end of some relations: for who lacks, by priority and lack; if all must go, the rest for everybody by use."""
        trade = self.model.trade
        cells = trade.good[rows], trade.buyer[rows]
        short, sent, anybody = lack[cells], np.zeros(rows.size), np.full(rows.size, np.inf)
        for weight, ceiling in ((short * trade.priority[rows], short), (short, short), (self.model.expected[cells] * forced, anybody)):
            total = float(in_turn(weight))
            if total > 0.0:
                sent += np.floor(np.minimum((most - float(in_turn(sent))) * weight / total, np.maximum(ceiling - sent, 0.0)))
        return sent

    def send(self, row: int, rows: np.ndarray, sent: np.ndarray, lack: np.ndarray) -> None:
        """So much (relation,) leaves over some relations, other elements in proportion; whoever gets it lacks so much less."""
        model, trade, good = self.model, self.model.trade, int(self.model.trade.good[rows[0]])
        grams = np.floor(model.inputs[good, :, row][:, None] * (sent / self.held(row, good)))
        grams[model.chain.lead[good]] = sent
        cells = trade.good[rows], trade.buyer[rows]
        lack[cells] = np.maximum(lack[cells] - sent, 0.0)
        trade.send(rows, grams)
