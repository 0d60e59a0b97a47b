"""Trade: the network of relations. It splits orders, hands out goods, and moves them; agents decide, trade moves."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model import joint, kernels
from model.columns import Cohort, Gathered, Group
from model.kernels import groups, orders
from model.parameters import Values
from model.rules.numerics import choose, in_all, most, share_of
from model.rules.sourcing import record
from model.start.relations import Relations

if TYPE_CHECKING:
    from model.model import TradeModel

NONE, SAMPLED, QUALIFIED = orders.NONE, orders.SAMPLED, orders.QUALIFIED
"""How far a buyer has come with a supplier."""


class Offer(NamedTuple):
    """What a buyer knows of each offer: arrays over relations. landed: what it costs on arrival, USD/kg; the others as `rules.sourcing.utility` has them."""

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
    content: np.ndarray
    base_flow: np.ndarray
    affinity: np.ndarray
    priority: np.ndarray
    rank: np.ndarray
    at: np.ndarray
    clock_months: np.ndarray
    key: np.ndarray
    first_refusal: np.ndarray
    premium: np.ndarray
    scrap_rows: np.ndarray
    scrap_share: np.ndarray
    scrap_loose: np.ndarray
    first_row: np.ndarray
    seller_known: np.ndarray
    sent: np.ndarray

    def __init__(self, model: "TradeModel", rel: Relations, traits: Mapping[str, np.ndarray]) -> None:
        self.model, self.size, self.count = model, rel.seller.size, model.count
        self.lead, size = model.chain.lead, model.chain.size
        self.seller, self.buyer, self.good, self.lag = rel.seller, rel.buyer, rel.good, rel.lag
        self.contract, self.freight, self.usual_freight = rel.contract.copy(), rel.freight.copy(), rel.freight
        self.buyer_cell = self.good * self.count + self.buyer
        self.seller_cell = self.good * self.count + self.seller
        self.cells = size[0] * self.count
        self.first = starts(self.buyer * size[0] + self.good)
        self.first_of_buyer = {int(b): (int(i), int(j)) for b, i, j in spans(self.buyer)}
        self.first_cell = np.searchsorted(self.buyer[self.first[:-1]], np.arange(self.count + 1)).tolist()
        ordered = ~(np.isin(self.good, model.chain.scrap) | rel.sent)
        self.by_seller = np.argsort(self.seller_cell + ~ordered * self.cells, kind="stable")
        sold = self.by_seller[: int(ordered.sum())]
        self.by_seller, self.first_seller = sold, starts(self.seller_cell[sold])
        for name, values in traits.items():
            setattr(self, name, values)
        self.takers = {good: np.flatnonzero(self.good[self.scrap_rows] == good) for good in model.chain.scrap}
        self.country_cell, country_cells = labels(self.buyer_cell, self.seller_country)
        self.country_share = np.zeros(country_cells)
        n = self.size
        self.status = np.where(rel.qualified, QUALIFIED, NONE).astype(np.int64)
        self.clock, self.share, self.weight = np.zeros(n), np.zeros(n), np.zeros(n)
        self.trust, self.wait, self.fill, self.came, self.proven = np.ones(n), np.zeros(n), np.ones(n), np.ones(n), np.zeros(n)
        self.orders, self.backlog, self.asked, self.filled = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
        self.flow, self.pipe, self.taken = np.zeros(n), np.zeros(n), np.zeros((size[1], n))
        self.transit = np.zeros((int(self.lag.max()) + 1, size[1], n))
        self.way = self.lag.copy()
        """Months that goods are under way which leave now, by relation."""
        self.price, self.availability, self.utility = np.zeros(n), np.ones(n), np.zeros(n)
        self.landed, self.due = np.ones(n), np.zeros(n)
        self.history: list[np.ndarray] = []
        self.usable, self.barred = np.zeros(n, bool), np.zeros(n, bool)
        self.group()
        self.learn(model.p)

    def group(self) -> None:
        """What belongs together is handed to the loops together. Arrays that stand here are written into, never replaced."""
        model = self.model
        self.links = groups.Links(good=self.good, seller=self.seller, buyer=self.buyer, lead=self.lead)
        self.goods = groups.Goods(inputs=model.inputs, finished=model.finished, taken=self.taken, transit=self.transit)
        self.shares = groups.Shares(first=self.first, share=self.share, usable=self.usable, barred=self.barred, ready=self.availability, came=self.came, proven=self.proven)
        self.appeal = groups.Appeal(weight=self.weight, utility=self.utility)
        self.book = groups.Orders(order=self.orders, backlog=self.backlog, asked=self.asked, filled=self.filled, record=self.fill)
        self.sellers = groups.Sellers(rows=self.by_seller, first=self.first_seller)
        self.candidates = groups.Candidates(status=self.status, clock=self.clock, months=self.clock_months, outside=self.outside)
        self.opinion = groups.Opinion(trust=self.trust, wait=self.wait)
        self.coming = groups.Coming(pipe=self.pipe, backlog=self.backlog)
        self.usual = groups.Usual(share=self.share, expected=model.expected)
        self.demand = groups.Demand(ordered=model.ordered, expected=model.expected)
        self.served = groups.Served(expected=model.expected, cover=model.cover, priority=self.priority)
        self.plants = groups.Plants(factor=model.factor, capacity=model.capacity)
        self.shelves = groups.Shelves(shelf=model.shelf, sales=model.sales, stockhold=model.stockhold)

    def learn(self, p: Values) -> None:
        """How firms judge and remember each other: the run's parameters."""
        self.proof = groups.Proof(months=self.clock_months, growth=p.order_growth, restocking=p.restocking_growth, forgotten=p.volume_memory, full=p.full_delivery)
        self.pace = groups.Pace(away=p.shift_away, back=p.shift_back)
        self.ready_range = groups.Thin(floor=p.availability_floor, power=p.availability_power)
        self.lessons = groups.Lessons(full=p.full_delivery, gain=p.trust_gain, loss=p.trust_loss)
        self.patience = groups.Patience(newest=p.wait_memory, trickle=p.wait_trickle, longest=p.wait_ceiling)

    # ------------------------------------------------------------------ the month
    def heed(self) -> None:
        """Routes and rules of origin of the month: what freight costs, how long goods are under way, and what may not be bought, of which nothing is owed any more."""
        levers = self.model.levers
        self.freight[:] = self.usual_freight * levers.freight
        self.way[:] = self.lag + levers.delay
        self.barred[:] = levers.barred
        self.backlog[self.barred] = 0.0
        self.make_room(int(self.way.max()) + 1)

    def make_room(self, slots: int) -> None:
        """Room for goods that are under way for longer than any were: their months of arrival are kept."""
        now, have = self.model.elapsed, self.transit.shape[0]
        if slots > have:
            longer = np.zeros((slots, *self.transit.shape[1:]))
            for ahead in range(have):
                longer[(now + ahead) % slots] = self.transit[(now + ahead) % have]
            self.transit = longer
            self.group()

    def slot(self) -> np.ndarray:
        """Where what leaves this month will arrive, by relation."""
        return (self.model.elapsed + self.way) % self.transit.shape[0]

    def arrive(self) -> None:
        """Shipments due enter input stocks, usable at once."""
        model = self.model
        slot = model.elapsed % self.transit.shape[0]
        model.ledger.post("transit", "inputs", kernels.arrive(self.links, self.goods, slot, self.pipe))
        model.held[:] = kernels.lead_stock(model.inputs, self.lead)

    def order(self) -> None:
        """Buyers appraise their offers, then order, downstream to upstream in one sweep."""
        model = self.model
        self.appraise()
        model.shelf[:] = kernels.lead_stock(model.finished, self.lead)
        kernels.supply_line(self.links, self.shares, self.coming, self.way, model.line, model.reach)
        kernels.readiness(self.seller_cell, self.fill, self.shelves, self.ready_range, self.availability)
        model.demanded[:] = 0.0
        self.due[:] = model.contracts.due()
        self.due += model.offtakes.due()
        for group in model.sweep:
            group.do("plan")
            model.rationing.ration(group)
            group.do("order")
            self.place(group)

    def place(self, group: Group) -> None:
        """Orders of one kind of buyer reach its suppliers, as far as they may be called off."""
        cells = self.first_cell[group.agents[0].row], self.first_cell[group.agents[-1].row + 1]
        if cells[0] < cells[1]:
            kernels.place(cells, self.links, self.shares, self.orders, self.demand, self.proof)
            kernels.honour(cells, self.links, self.shares, self.orders, self.due, self.demand)
            self.model.season.shape(self.first[cells[0]], self.first[cells[1]])
            self.model.licensing.take(self.first[cells[0]], self.first[cells[1]])

    def appraise(self) -> None:
        """E6.1: buyers judge offers; shares move slowly towards what they prefer."""
        model = self.model
        kernels.admit(self.seller, model.capacity * model.finance.running, self.status, self.barred, self.usable)
        offer = self.offer()
        if model.agentwise:
            for agent in model.shuffled(model.buyers.agents):
                self.judge(agent, offer)
        else:
            for actor in model.buyers.plans.get("appraise") or model.buyers.plan("appraise"):
                self.judge(actor, offer)
        kernels.shift_shares(self.shares, self.appeal, self.inside, self.pace)
        np.minimum(kernels.sum_to(self.share * self.from_china, self.buyer_cell, model.exposed.ravel()), 1.0, out=model.exposed.ravel())

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
        seems = self.landed * (1.0 + self.model.levers.preference)
        return Offer(seems, self.wait, self.affinity, self.trust, self.outside, by_country.take(self.country_cell))

    def allocate(self) -> None:
        """E6.3: finished stock goes to orders in tiers; unfilled spot is cancelled, unfilled contract is backlog."""
        p, levers = self.model.p, self.model.levers
        standing = groups.Standing(rank=levers.rank, priority=self.priority, covered=self.covered(), first_refusal=self.first_refusal)
        premium = joint.even_bids(self, levers.joint, levers.tariff)
        spot = groups.Spot(price=self.price, duty=levers.tariff, freight=self.freight, premium=premium, netback_weight=p.netback_weight)
        kernels.allocate(self.links, self.goods, self.sellers, standing, spot, self.book, p.backlog_lapse)
        record(self.fill, self.filled, self.asked, p.fill_record, p.fill_record_floor, out=self.fill)

    def covered(self) -> np.ndarray:
        """E6.5: leading grams that contracts cover: volumes agreed on, the share wanted bound of orders on relations that were under contract in the base year, and what is owed."""
        contracts = self.model.contracts
        return np.maximum(contracts.covered + self.model.offtakes.covered, self.contract * contracts.bound() * self.orders) + self.backlog

    def ship(self) -> None:
        """What was allotted and not stopped leaves, and uses up its permits; prices paid and duties are those of the day."""
        model = self.model
        moved = kernels.ship(self.links, self.goods, self.slot(), self.flow)
        model.ledger.post("finished", "transit", moved)
        model.licensing.spend()
        kernels.remember(self.orders, self.flow, self.came, model.p.fill_record, model.p.fill_record_floor)
        kernels.sum_to(self.flow, self.seller_cell, model.shipped.ravel())
        self.history.append(self.flow.astype(np.float32))

    def adapt(self) -> None:
        """E1, E6.4, E8.2: fill rates, waits, trust, and the clocks of qualification."""
        model, p = self.model, self.model.p
        kernels.watch(self.links, self.usual, self.this_month(), self.opinion, self.lessons, self.patience)
        bought, shipped = kernels.receive(self.asked_abroad(), self.links, self.usual, self.flow)
        met = choose(bought, share_of(shipped / model.season.factor, bought), 1.0)
        model.fill[:] = model.fill + p.fill_memory * (met - model.fill)
        self.sample()

    def asked_abroad(self) -> np.ndarray:
        """Relations on which China exports, but for those that the buyer's own state bars."""
        return self.export_rows[~self.barred[self.export_rows]]

    def this_month(self) -> groups.Month:
        """What the month brought on each relation."""
        return groups.Month(order=self.orders, flow=self.flow, queued=self.model.licensing.paper.standing)

    def sample(self) -> None:
        """E6.1: buyers sample new suppliers with capacity to spare: for fear of restrictions outside China, for want of goods inside.

        Qualification takes its time.
        """
        model, p = self.model, self.model.p
        rows = np.flatnonzero((self.status != QUALIFIED) & ~self.sent & ~model.levers.foretold)
        chance = model.chance.uniform("qualify", model.now, self.key[rows])
        motives = groups.Motives(fear=model.belief, lack=self.want(), lost=self.lost(), rate=p.qualify_rate / MONTHS_A_QUARTER, first=p.first_volume)
        candidates = self.candidates._replace(months=joint.clocks(self, model.levers.joint))
        kernels.qualify(rows, chance, self.links, candidates, motives, self.spare(), self.proven)

    def want(self) -> np.ndarray:
        """Share of orders, by good and buyer, that present suppliers tend to leave unfilled."""
        lack = np.empty_like(self.model.expected)
        kernels.want(self.links, self.shares, self.fill, lack)
        return lack

    def lost(self) -> np.ndarray:
        """Share of orders, by good and buyer, that rules of origin bar or will bar."""
        return kernels.sum_to(self.share * self.model.levers.foretold, self.buyer_cell, np.zeros(self.cells)).reshape(self.model.expected.shape)

    def inputs_from(self, countries: Iterable[str]) -> np.ndarray:
        """(firm,): share of what each maker uses that comes from some countries, by what goes into its products; nothing of those who make nothing."""
        model = self.model
        there = model.in_countries(countries)[self.seller]
        share = kernels.sum_to(self.share * there, self.buyer_cell, np.zeros(self.cells)).reshape(model.expected.shape)
        used = model.expected * (model.base_need <= 0.0)
        return share_of(in_all(used * share), in_all(used))

    def spare(self) -> np.ndarray:
        """Whether a firm makes clearly less of a good than it could, or holds more than it needs (good, firm); separators' secondary products by their circuit."""
        model, full = self.model, self.model.p.full_use
        unsold, spare = kernels.idle(model.output, model.measures.product_mask, self.shelves, self.plants, full)
        for slot, good in enumerate(model.chain.secondary):
            for process in model.chain.of_kind("Refiner"):
                if good in process.outputs:
                    rows = model.rows[process.name]
                    spare[good, rows] = (unsold[good] | (model.output[good] < full * model.circuit[slot]))[rows]
        return spare

    def collect(self) -> None:
        """E13.5: scrap goes to the recyclers that took it in the base year and to new lines with room for it; the rest of it is discarded."""
        model = self.model
        slot, held = self.slot(), model.levers.held_back
        for good in model.chain.scrap:
            mine = self.takers[good]
            takers = self.at_home(groups.Takers(rows=self.scrap_rows[mine], part=self.scrap_share[mine], loose=self.scrap_loose[mine]), held)
            if takers.loose.any():
                room = most(model.capacity - model.base_capacity - model.inputs[good, self.lead[good]], 0.0)
                takers = takers._replace(part=kernels.claim(good, takers, self.links, self.goods, room))
            gone, left = kernels.collect(good, takers, self.links, self.goods, slot, self.flow)
            model.ledger.post("finished", "transit", gone)
            model.ledger.post("finished", "scrap", left)

    def at_home(self, takers: groups.Takers, held: np.ndarray) -> groups.Takers:
        """E13.5: scrap that may not leave is as if nobody had taken it: new lines that may have any can have it. held: share of it by relation."""
        back = held[takers.rows]
        if not back.any():
            return takers
        freed = np.bincount(self.seller[takers.rows], takers.part * back, self.count)[self.seller[takers.rows]]
        return takers._replace(part=takers.part * (1.0 - back), loose=choose(takers.loose, (takers.loose + freed) * (1.0 - back), 0.0))

    # ------------------------------------------------------------------ looking things up
    def between(self, sellers: Iterable[str], buyers: Iterable[str], goods: Iterable[str], sectors: Iterable[str] | None = None) -> np.ndarray:
        """Relations from firms in some countries to firms in others, for some goods and (if given) end-use sectors."""
        model = self.model
        wanted = np.isin(self.good, [model.chain.number[good] for good in goods if good in model.chain.number])
        chosen = wanted & model.in_countries(sellers)[self.seller] & model.in_countries(buyers)[self.buyer]
        if sectors is not None:
            chosen &= np.isin(model.sector_names, list(sectors))[self.buyer]
        return np.flatnonzero(chosen)

    def mean_flow(self, rows: np.ndarray, months: Sequence[int]) -> np.ndarray:
        """Mean monthly flow over some past months (counted from the first; none: the flow the world starts with) on each of the relations given, leading grams."""
        flows = [self.history[month] for month in months] or [self.base_flow]
        return np.mean([flow[rows].astype(float) for flow in flows], axis=0)


MONTHS_A_QUARTER = 3.0


def starts(sorted_labels: np.ndarray) -> np.ndarray:
    """Where each run of equal labels begins, and the end."""
    change = np.flatnonzero(np.diff(sorted_labels)) + 1
    return np.concatenate([[0], change, [sorted_labels.size]]).astype(np.int64)


def spans(sorted_labels: np.ndarray) -> list[tuple[int, int, int]]:
    """(label, first, last + 1) of each run of equal labels."""
    edges = starts(sorted_labels)
    return [(sorted_labels[i], i, j) for i, j in pairwise(edges) if j > i]


def labels(cells: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, int]:
    """Numbers for each distinct pair of cell and name, and how many there are."""
    _, place = np.unique(names, return_inverse=True)
    _, pair = np.unique(cells * (place.max() + 1) + place, return_inverse=True)
    return pair.astype(np.int64), int(pair.max()) + 1
