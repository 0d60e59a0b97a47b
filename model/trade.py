"""Trade: the network of relations. It splits orders, hands out goods, and moves them; agents decide, trade moves."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model import kernels
from model.columns import Cohort, Gathered, Group
from model.names import LONGEST_WAIT
from model.rules.numerics import choose, share_of
from model.rules.sourcing import record
from model.start.relations import Relations

if TYPE_CHECKING:
    from model.model import TradeModel

AGES = LONGEST_WAIT + 1
"""Buckets of the licence queue by months waited; the last one is absorbing (E8.1)."""
NONE, SAMPLED, QUALIFIED = range(3)
HOME, EXPORT, OUTSIDE, IMPORT = range(4)
"""Which price an offer follows: within China, from China, between others, into China."""


class Offer(NamedTuple):
    """What a buyer knows of each offer: arrays over relations."""

    landed: np.ndarray
    wait: np.ndarray
    affinity: np.ndarray
    trust: np.ndarray
    outside: np.ndarray
    country_share: np.ndarray

    def of(self, rows: np.ndarray | slice) -> "Offer":
        """Those of one buyer, for it to read."""
        parts = [values[rows] for values in self]
        for part in parts:
            part.flags.writeable = False
        return Offer(*parts)


class Trade:
    """Relations between firms and the goods on their way. Amounts are whole grams; orders are leading grams (`Chain.lead`)."""

    # traits of relations (model.start.traits)
    seller_country: np.ndarray
    outside: np.ndarray
    inside: np.ndarray
    from_china: np.ndarray
    export_rows: np.ndarray
    outside_rows: np.ndarray
    quote: np.ndarray
    base_price: np.ndarray
    content: np.ndarray
    base_flow: np.ndarray
    affinity: np.ndarray
    priority: np.ndarray
    rank: np.ndarray
    clock_months: np.ndarray
    key: np.ndarray
    scrap_rows: np.ndarray
    scrap_share: np.ndarray
    first_row: np.ndarray
    seller_known: np.ndarray

    def __init__(self, model: "TradeModel", rel: Relations, traits: Mapping[str, np.ndarray]) -> None:
        self.model, self.size, self.count = model, rel.seller.size, model.count
        self.lead, size = model.chain.lead, model.chain.size
        self.seller, self.buyer, self.good, self.lag = rel.seller, rel.buyer, rel.good, rel.lag
        self.contract, self.freight = rel.contract, rel.freight
        self.buyer_cell = self.good * self.count + self.buyer
        self.seller_cell = self.good * self.count + self.seller
        self.cells = size[0] * self.count
        self.first = starts(self.buyer * size[0] + self.good)
        self.first_of_buyer = {int(b): (int(i), int(j)) for b, i, j in spans(self.buyer)}
        self.cell_span = cell_spans(self.buyer, self.first)
        ordered = ~np.isin(self.good, model.chain.scrap)
        self.by_seller = np.argsort(self.seller_cell + ~ordered * self.cells, kind="stable")
        sold = self.by_seller[: int(ordered.sum())]
        self.by_seller, self.first_seller = sold, starts(self.seller_cell[sold])
        for name, values in traits.items():
            setattr(self, name, values)
        self.country_cell, country_cells = labels(self.buyer_cell, self.seller_country)
        self.country_share = np.zeros(country_cells)
        n = self.size
        self.status = np.where(rel.qualified, QUALIFIED, NONE).astype(np.int64)
        self.clock, self.share, self.weight = np.zeros(n), np.zeros(n), np.zeros(n)
        self.trust, self.wait, self.fill = np.ones(n), np.zeros(n), np.ones(n)
        self.orders, self.backlog, self.filled = np.zeros(n), np.zeros(n), np.zeros(n)
        self.flow, self.pipe, self.queued = np.zeros(n), np.zeros(n), np.zeros(n)
        self.taken, self.released = np.zeros((size[1], n)), np.zeros((size[1], n))
        self.transit = np.zeros((int(self.lag.max()) + 1, size[1], n))
        self.slots = np.array([(month + self.lag) % self.transit.shape[0] for month in range(self.transit.shape[0])])
        self.queue, self.licensed = np.zeros((size[1], n, AGES)), np.zeros(0, np.int64)
        self.price, self.availability, self.utility = np.zeros(n), np.ones(n), np.zeros(n)
        self.landed_ratio = np.ones(n)
        self.history: list[np.ndarray] = []
        self.trial = (model.p.full_delivery, model.p.order_growth, model.p.order_trial)
        self.stock_terms = (model.p.availability_floor, model.p.availability_ceiling, model.p.availability_power)
        self.open, self.usable = np.zeros(n, bool), np.zeros(n, bool)

    # ------------------------------------------------------------------ the month
    def arrive(self) -> None:
        """Shipments due enter input stocks, usable at once."""
        model = self.model
        slot = model.elapsed % self.transit.shape[0]
        model.ledger.post("transit", "inputs", kernels.arrive(self.transit, slot, model.inputs, self.good, self.buyer, self.lead, self.pipe))
        model.held[:] = kernels.lead_stock(model.inputs, self.lead)

    def order(self) -> None:
        """Buyers appraise their offers, then order, downstream to upstream in one sweep."""
        model = self.model
        self.appraise()
        model.shelf[:] = kernels.lead_stock(model.finished, self.lead)
        kernels.supply_line(
            self.share, self.queued, self.pipe, self.backlog, self.wait, self.lag, self.buyer_cell, model.line.ravel(), model.reach.ravel()
        )
        kernels.readiness(
            self.fill, model.shelf.ravel(), model.sales.ravel(), model.stockhold.ravel(), self.seller_cell, self.stock_terms, self.availability
        )
        kernels.sum_to(self.backlog, self.seller_cell, model.demanded.ravel())
        for group in model.sweep:
            group.do("plan")
            group.do("order")
            self.place(group)

    def place(self, group: Group) -> None:
        """Orders of one kind of buyer reach its suppliers."""
        model = self.model
        rows = [self.cell_span[agent.row] for agent in group.agents if agent.row in self.cell_span]
        first, last = (rows[0][0], rows[-1][1]) if rows else (0, 0)
        if first == last:
            return
        kernels.place(
            model.ordered.ravel(), self.share, self.availability, self.usable, self.first, (first, last), self.buyer_cell, self.seller_cell,
            self.fill, self.filled, self.backlog, self.trial, self.orders, model.demanded.ravel(),
        )  # fmt: skip

    def appraise(self) -> None:
        """E6.1: buyers judge offers; shares move slowly towards what they prefer."""
        model, p = self.model, self.model.p
        kernels.admit(model.capacity, self.seller, self.status, QUALIFIED, model.levers.banned, self.open, self.usable)
        offer = self.offer()
        if model.agentwise:
            for agent in model.shuffled(model.buyers.agents):
                self.judge(agent, offer)
        else:
            for actor in model.buyers.plans.get("appraise") or model.buyers.plan("appraise"):
                self.judge(actor, offer)
        kernels.shift_shares(self.share, self.weight, self.utility, self.usable, self.inside, self.first, p.shift_away, p.shift_back)

    def judge(self, actor: Any, offer: Offer) -> None:
        """One cohort, or one agent, judges its offers."""
        if not isinstance(actor, Cohort):
            rows = self.offers_to(actor.row)
            self.utility[rows] = self.model.buyers.let(actor, "appraise", offer.of(rows))
            return
        rows = slice(self.first_row[actor.rows.start], self.first_row[actor.rows.stop])
        who = Gathered(actor, self.buyer[rows])
        self.utility[rows] = who.appraise(offer.of(rows))

    def offers_to(self, buyer: int) -> slice:
        """The relations in which the firm of a row buys."""
        return slice(*self.first_of_buyer.get(buyer, (0, 0)))

    def offer(self) -> Offer:
        """What is known of each relation at the start of the month's ordering."""
        by_country = kernels.sum_to(self.share, self.country_cell, self.country_share)
        return Offer(self.landed_ratio, self.wait, self.affinity, self.trust, self.outside, by_country.take(self.country_cell))

    def allocate(self) -> None:
        """E6.2: finished stock goes to orders in tiers; unfilled spot is cancelled, unfilled contract is backlog."""
        model = self.model
        asked = self.orders + self.backlog
        kernels.allocate(
            model.finished, self.orders, self.backlog, model.levers.rank, self.priority, self.by_seller, self.first_seller, self.good,
            self.seller, self.lead, model.p.backlog_lapse, self.contract, self.taken, self.filled,
        )  # fmt: skip
        self.fill = record(self.fill, self.filled, asked, model.p.fill_record, model.p.fill_record_floor)

    def ship(self) -> None:
        """Released goods leave; prices paid and duties are those of the day."""
        model = self.model
        slot = self.slots[model.elapsed % self.transit.shape[0]]
        moved = kernels.ship(self.released, self.transit, slot, self.good, self.lead, self.flow)
        model.ledger.post("finished", "transit", moved)
        kernels.queued(self.queue, self.good, self.lead, self.licensed, self.queued)
        kernels.sum_to(self.flow, self.seller_cell, model.shipped.ravel())
        kernels.sum_to(self.queued, self.seller_cell, model.bonded.ravel())
        self.history.append(self.flow.astype(np.float32))

    def adapt(self) -> None:
        """E1, E6.4, E8.2: fill rates, waits, trust, and the clocks of qualification."""
        model, p = self.model, self.model.p
        bought, shipped = kernels.watch(
            self.orders, self.flow, self.queued, self.share, model.expected, self.good, self.buyer, self.from_china,
            self.trust, self.wait, p.full_delivery, p.trust_gain, p.trust_loss, (p.wait_memory, p.wait_trickle, p.wait_ceiling),
        )  # fmt: skip
        met = choose(bought, share_of(shipped, bought), 1.0)
        model.fill[:] = model.fill + p.fill_memory * (met - model.fill)
        self.sample()

    def sample(self) -> None:
        """E6.1: buyers sample new suppliers with capacity to spare: for fear of restrictions outside China, for want of goods inside.

        Qualification takes its time.
        """
        model, p = self.model, self.model.p
        rows = np.flatnonzero(self.status != QUALIFIED)
        chance = model.chance.uniform("qualify", model.now, self.key[rows])
        kernels.qualify(
            rows, self.status, self.clock, chance, p.qualify_rate / MONTHS_A_QUARTER, model.belief, self.want(), self.outside,
            self.buyer, self.buyer_cell, self.spare().ravel(), self.seller_cell, self.clock_months,
        )  # fmt: skip

    def want(self) -> np.ndarray:
        """Share of orders, by buyer and good, that present suppliers tend to leave unfilled."""
        return kernels.want(self.share, self.fill, self.buyer_cell, self.cells)

    def spare(self) -> np.ndarray:
        """Whether a firm makes clearly less of a good than it could, or holds more than it needs (good, firm); separators' secondary products by their circuit."""
        model, full = self.model, self.model.p.full_use
        made = (model.output * model.measures.product_mask).sum(axis=0)
        unsold = model.shelf > model.stockhold * model.sales + (1.0 - full) * model.output
        spare = unsold | (made < full * model.factor * model.capacity)
        for slot, good in enumerate(model.chain.secondary):
            for process in model.chain.of_kind("Refiner"):
                if good in process.outputs:
                    rows = model.rows[process.name]
                    spare[good, rows] = (unsold[good] | (model.output[good] < full * model.circuit[slot]))[rows]
        return spare

    def collect(self) -> None:
        """Scrap goes to the recyclers that take it; the rest of it is discarded."""
        model = self.model
        slot = self.slots[model.elapsed % self.transit.shape[0]]
        for good in model.chain.scrap:
            mine = self.good[self.scrap_rows] == good
            rows, shares = self.scrap_rows[mine], self.scrap_share[mine]
            gone, left = kernels.collect(model.finished[good], rows, shares, self.seller, self.transit, slot, self.flow, self.lead[good])
            model.ledger.post("finished", "transit", gone)
            model.ledger.post("finished", "scrap", left)

    # ------------------------------------------------------------------ looking things up
    def between(self, sellers: Iterable[str], buyers: Iterable[str], goods: Iterable[str], sectors: Iterable[str] | None = None) -> np.ndarray:
        """Relations from firms in some countries to firms in others, for some goods and (if given) end-use sectors."""
        model = self.model
        wanted = np.isin(self.good, [model.chain.number[good] for good in goods if good in model.chain.number])
        chosen = wanted & model.in_countries(sellers)[self.seller] & model.in_countries(buyers)[self.buyer]
        if sectors is not None:
            chosen &= np.isin(model.sector_names, list(sectors))[self.buyer]
        return np.flatnonzero(chosen)

    def mean_flow(self, rows: np.ndarray, months: Sequence[int]) -> float:
        """Mean monthly flow over some past months (counted from the first; none: the flow the world starts with) on all relations given, leading grams."""
        flows = [self.history[month] for month in months] or [self.base_flow]
        return float(np.mean([flow[rows].sum(dtype=float) for flow in flows]))


MONTHS_A_QUARTER = 3.0


def starts(sorted_labels: np.ndarray) -> np.ndarray:
    """Where each run of equal labels begins, and the end."""
    change = np.flatnonzero(np.diff(sorted_labels)) + 1
    return np.concatenate([[0], change, [sorted_labels.size]]).astype(np.int64)


def spans(sorted_labels: np.ndarray) -> list[tuple[int, int, int]]:
    """(label, first, last + 1) of each run of equal labels."""
    edges = starts(sorted_labels)
    return [(sorted_labels[i], i, j) for i, j in pairwise(edges) if j > i]


def cell_spans(buyer: np.ndarray, first: np.ndarray) -> dict[int, tuple[int, int]]:
    """For each firm the range of its cells within `first`; firms that buy nothing have an empty range."""
    owner = buyer[first[:-1]]
    rows = range(int(buyer.max()) + 2)
    return {row: (int(np.searchsorted(owner, row)), int(np.searchsorted(owner, row, side="right"))) for row in rows}


def labels(cells: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, int]:
    """Numbers for each distinct pair of cell and name, and how many there are."""
    _, place = np.unique(names, return_inverse=True)
    _, pair = np.unique(cells * (place.max() + 1) + place, return_inverse=True)
    return pair.astype(np.int64), int(pair.max()) + 1


