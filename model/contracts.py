"""Contracts between firms: what is ordered on their account and served before the spot market, how they end and are renewed (E6.3, E6.5)."""

from typing import TYPE_CHECKING

import numpy as np

from model.rules.numerics import choose, share_of
from model.rules.sourcing import long_term_share, renewal
from model.start.contracts import MOU, ORDERED, Agreements
from model.trade import NONE, QUALIFIED, SAMPLED

if TYPE_CHECKING:
    from model.model import TradeModel


class Contracts:
    """The contracts of a run. Volumes are leading grams a month; `agreed` names contracts (contract,) and their lines over relations (line,)."""

    def __init__(self, model: "TradeModel", agreed: Agreements) -> None:
        self.model, self.size = model, model.trade.size
        self.covered = np.zeros(self.size)
        self.agree(agreed)

    def agree(self, agreed: Agreements) -> None:
        """These are the contracts."""
        model, self.agreed = self.model, agreed
        self.given = agreed.contract.size > 0
        luck = model.chance.uniform("mou", 0, agreed.key)
        self.enters = (agreed.binding != MOU) | (luck < model.p.mou_enters)
        self.binds = (agreed.binding < len(ORDERED))[agreed.contract]
        feeds = [process.feed for process in model.chain.of_kind("Refiner")]
        self.orders = self.binds & ~np.isin(model.trade.good[agreed.relation], feeds)
        """Lines whose buyer orders the volume. A separator is bound by none for its feed: what it takes must suit all that it makes of it; it is served first of what it orders."""
        self.start, self.end = agreed.start[agreed.contract], agreed.end[agreed.contract]
        self.term = self.end - self.start + 1
        self.kept = self.enters[agreed.contract] * model.p.contract_delivery
        self.slot = np.array([self.circuit_of(seller, good) for seller, good in zip(agreed.seller, agreed.good, strict=True)], np.int64)
        self.yields = np.array([self.yield_of(seller, good) for seller, good in zip(agreed.seller, agreed.good, strict=True)], float)
        self.pool, self.pools = labels(agreed.seller * (len(model.chain.secondary) + 1) + self.slot + 1)
        self.sold, self.grams, self.share = self.base_year()
        self.ordered = np.zeros(agreed.contract.size)
        """(line,): leading grams to be ordered this month if the seller delivers all."""

    def circuit_of(self, seller: int, good: int) -> int:
        """Place of a good among those a seller has circuits of their own for; -1 if its plant is counted by it."""
        chain = self.model.chain
        process = chain.by_name.get(self.model.does[seller])
        return chain.secondary.index(good) if process and process.kind == "Refiner" and good in chain.secondary else -1

    def yield_of(self, seller: int, good: int) -> float:
        """What a seller makes of a good per gram of its capacity: recyclers count what they take in, others what they make."""
        chain, does = self.model.chain, self.model.does[seller]
        process = chain.by_name.get(does)
        if process is None or process.kind != "Recycler":
            return 1.0
        columns, element = self.model.columns[does], chain.lead[good]
        return float(columns["returned"][element, seller] * columns["recovery"][element, seller])

    def base_year(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Share of what it could that each seller sold in the base year (all, if it sold nothing), and volumes agreed on.

        A contract that stood then is for no more than its relations carried.
        """
        model, agreed = self.model, self.agreed
        sales = np.array([self.base_sales(at) for at in range(agreed.seller.size)])
        sold = choose(sales, share_of(sales, self.able()), 1.0)
        carried = np.bincount(agreed.contract, agreed.carried, agreed.seller.size)
        stood = agreed.start <= model.first
        grams = np.where(stood, np.minimum(agreed.grams, carried), agreed.grams)
        share = np.where(stood, np.minimum(agreed.share, share_of(carried, sales)), agreed.share)
        return sold, grams, share

    def base_sales(self, at: int) -> float:
        """Leading grams a month that the seller of a contract sold in the base year of the good, and of those counted with it."""
        model, seller, good = self.model, self.agreed.seller[at], int(self.agreed.good[at])
        process = model.chain.by_name.get(model.does[seller])
        goods = list(process.counted) if process and good in process.counted and process.kind != "Recycler" else [good]
        return float(model.sales[goods, seller].sum())

    def able(self) -> np.ndarray:
        """(contract,): what each seller could make of the good this month."""
        return self.stands() * self.model.factor[self.agreed.seller]

    def stands(self) -> np.ndarray:
        """(contract,): the same if every plant worked: its circuit for the good where it has one of its own, else its capacity."""
        model, seller = self.model, self.agreed.seller
        own = model.circuit[np.maximum(self.slot, 0), seller] if len(model.chain.secondary) else model.capacity[seller]
        return np.where(self.slot >= 0, own, model.capacity[seller] * self.yields)

    # ------------------------------------------------------------------ the month
    def due(self) -> np.ndarray:
        """(relation,): what is to be ordered on account of contracts this month, as far as sellers have been keeping them. What is served before spot (`covered`) is all that is
        agreed, and what policy calls first."""
        if not self.given:
            return self.covered
        contract, relation, now = self.agreed.contract, self.agreed.relation, self.model.now
        self.begin(now)
        able = self.able()
        volume = self.volumes(able)[contract] * self.agreed.part * self.kept * ((self.start <= now) & (now <= self.end))
        ordered = np.where(self.orders, volume, 0.0)
        ordered *= self.within(np.bincount(contract, ordered, able.size), able)[contract]
        self.ordered = ordered
        self.covered = np.bincount(relation, np.where(self.orders, ordered, volume), self.size)
        self.renew(now)
        due = np.bincount(relation, ordered, self.size)
        self.prove(due)
        return due * self.model.trade.came

    def volumes(self, able: np.ndarray) -> np.ndarray:
        """(contract,): leading grams a month agreed on, of what sellers are able to make."""
        return np.where(np.isnan(self.grams), self.share * self.sold * able, self.grams)

    def prove(self, due: np.ndarray) -> None:
        """What is due counts as qualified (E6.2), as a share of the buyer's use."""
        trade, rows = self.model.trade, self.agreed.relation
        used = self.model.expected[trade.good[rows], trade.buyer[rows]]
        trade.proven[rows] = np.maximum(trade.proven[rows], share_of(due[rows], used))

    def within(self, asked: np.ndarray, able: np.ndarray) -> np.ndarray:
        """(contract,): the part of what is agreed that a seller can make; memoranda give way before captive contracts, those before binding ones."""
        left, part = np.zeros(self.pools), np.ones(asked.size)
        left[self.pool] = able
        for rank in range(len(ORDERED)):
            mine = self.agreed.binding == rank
            total = np.bincount(self.pool[mine], asked[mine], self.pools)
            room = choose(total, share_of(left, total), 1.0)
            part[mine] = room[self.pool[mine]]
            left -= total * room
        return part

    def begin(self, now: int) -> None:
        """Buyers qualify sellers in time for their contracts: the clock runs before the first month."""
        trade, relation = self.model.trade, self.agreed.relation
        months = np.maximum(self.start - now, 0)
        fresh = self.binds & (self.kept > 0.0) & (self.agreed.part > 0.0) & (self.start > self.model.first)
        due = fresh & (now <= self.end) & (months <= trade.clock_months[relation]) & (trade.status[relation] != QUALIFIED)
        for at in np.flatnonzero(due):
            i = relation[at]
            trade.clock[i] = months[at] if trade.status[i] == NONE else min(trade.clock[i], months[at])
            trade.status[i] = SAMPLED

    def renew(self, now: int) -> None:
        """E6.5: a contract that ends this month is renewed for as long again, over each of its relations by the buyer's belief, and for the share a buyer then wants bound."""
        ends = np.flatnonzero((self.end == now) & (self.kept > 0.0))
        if not ends.size:
            return
        model, p, trade = self.model, self.model.p, self.model.trade
        contract, relation = self.agreed.contract[ends], self.agreed.relation[ends]
        belief = model.belief[trade.buyer[relation]]
        chance = renewal(belief, p.contract_renewal, p.contract_renewal_fear, p.contract_renewal_most) * self.agreed.renews[contract]
        stays = model.chance.uniform("renew", now, trade.key[relation]) < chance
        self.kept[ends] = np.where(stays, self.kept[ends] * self.bound()[relation], 0.0)
        self.start[ends], self.end[ends] = now + 1, now + self.term[ends]

    def bound(self) -> np.ndarray:
        """E6.5 (relation,): the share of purchases that their buyer wants bound; all in a world that states no contracts."""
        if not self.given:
            return np.ones(self.size)
        model, p, trade = self.model, self.model.p, self.model.trade
        moved = np.abs(model.market.realised / model.outlook.expected - 1.0) >= p.volatile_from
        return long_term_share(model.belief[trade.buyer], moved[trade.good] * 1.0, p.contract_share, p.contract_share_fear, p.contract_share_volatile, p.contract_share_most)


def labels(names: np.ndarray) -> tuple[np.ndarray, int]:
    """Numbers for distinct names, and how many there are."""
    found, place = np.unique(names, return_inverse=True)
    return place.astype(np.int64), found.size
