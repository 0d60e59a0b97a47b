"""Refiner: separates a mixed feed into products of one element each, or purifies."""

from typing import TYPE_CHECKING

import numpy as np

from model.agents.firm import Firm
from model.columns import Column, View
from model.rules.investment import annuity, cleared, expected_revenue, present_value, support
from model.rules.numerics import choose, in_all, least, most, ratio, share_of, smooth, whole
from model.rules.production import batch, joint, make_to_stock, utilisation

if TYPE_CHECKING:
    from model.chain import Investment

outputs = lambda process: slice(process.outputs[0], process.outputs[-1] + 1)  # noqa: E731  (a part of a column, as in all views)


class Refiner(Firm):
    """A separation plant. Joint production: secondary products come only with the main one of the same feed, never alone; by-products drive no batch."""

    recovery = Column("g/g", "share of an element in the feed that leaves in a product of its own", shape=("element",), low=0.0, high=1.0)
    blend = Column("g/g", "element in the usual feed per gram of the leading one", shape=("element",), low=0.0)
    circuit = Column("g/month", "capacity for each secondary product", shape=("secondary",), low=0.0)
    circuit_arriving = Column("g/month", "capacity for secondary products that starts this month", shape=("secondary",), low=0.0)
    circuit_started = Column("g/month", "capacity for the first secondary product whose construction starts this month", low=0.0)
    circuit_underway = Column("g/month", "capacity for the first secondary product still to come", low=0.0)
    answer = Column("1", "exponent of price over cost in its use of capacity", low=0.0)
    feed = View("g", "feed in stock by element", of="inputs", part=lambda process: process.feed, shape=("element",))
    feed_need = View("g/month", "feed wanted this month", of="need", part=lambda process: process.feed)
    feed_expected = View("g/month", "feed expected to be used", of="expected", part=lambda process: process.feed)
    feed_spoken = View("g", "feed this month's batch will take", of="spoken", part=lambda process: process.feed)
    received = View("g/month", "orders received by product", of="demanded", part=outputs, shape=("good",))
    sent = View("g/month", "shipped last month by product", of="shipped", part=outputs, shape=("good",))
    sold = View("g/month", "smoothed shipments by product", of="sales", part=outputs, shape=("good",))
    on_shelf = View("g", "finished products", of="shelf", part=outputs, shape=("good",))
    keeps = View("months", "finished product kept, in sales", of="stockhold", part=outputs, shape=("good",))
    made = View("g/month", "output by product", of="output", part=outputs, shape=("good",))

    def plan(self) -> None:
        """E7.1 per product; the batch follows each product's plan by its share in the value of the basket (E5, joint).

        In China sales are what was shipped: orders behind a licence are none. Elsewhere they are orders (E5.1), so that a new plant starts.
        """
        p, market = self.p, self.model.market
        self.sold = smooth(self.sold, choose(self.abroad, self.received, self.sent), p.swing_smoothing)
        plans = make_to_stock(self.sold, self.keeps, self.on_shelf, p.swing_adjustment)
        made, value = self.recovery * self.blend, self.worth()
        total = in_all(value)
        wanted = 0.0
        for at, element in enumerate(self.elements(self.process.makes)):
            wanted = wanted + joint(plans[at], made[element], ratio(value[at], total))
        main = market.realised[self.process.main]
        run = utilisation(main, self.unit_cost, self.answer, p.utilisation_floor)
        limit = ratio(self.capacity * self.factor * choose(self.abroad, run, 1.0), self.recovery[self.process.lead])
        self.feed_need = batch(wanted, limit)
        self.feed_expected = smooth(self.feed_expected, self.feed_need, p.demand_smoothing)
        self.feed_spoken = self.feed_need

    def heed(self) -> None:
        """E7.4: of the batch it separates what production quotas leave it, and expects as much less."""
        could, need, left = least(self.feed_need, self.feed[self.process.lead]), self.feed_need, self.allowed
        self.feed_expected = most(self.feed_expected - could * (1.0 - left) / self.p.demand_smoothing, 0.0)
        self.feed_need = choose(1.0 - left, could * left, need)
        self.feed_spoken = self.feed_need

    def worth(self) -> np.ndarray:
        """(product, ...): value of each product a gram of feed's leading element yields, USD/kg; nothing where there is no circuit for it."""
        market, made, values = self.model.market, self.recovery * self.blend, []
        for good, element in zip(self.process.makes, self.elements(self.process.makes), strict=True):
            value = made[element] * choose(self.abroad, market.realised[good], market.china[good])
            if good != self.process.main:
                value = choose(least(self.circuit[self.slot(good)], self.capacity * made[element]), value, 0.0)
            values.append(value)
        return np.array(values)

    def produce(self) -> None:
        """Separates the batch; what is not recovered, or exceeds its circuit, is lost."""
        feed, process = self.feed, self.process
        used = whole(feed * share_of(self.feed_need, feed[process.lead]))
        made = np.zeros_like(used)
        for good, element in zip(process.outputs, self.elements(process.outputs), strict=True):
            out = used[element] * self.recovery[element]
            made[element] = whole(out if good == process.main else least(out, self.circuit[self.slot(good)]))
            self.add("finished", (good, element), made[element])
        self.feed = feed - used
        self.made = made[list(self.elements(process.outputs))]
        self.blend = choose(used[process.lead], ratio(used, used[process.lead]), self.blend)
        self.model.ledger.post("inputs", "finished", made)
        self.model.ledger.post("inputs", process.losses, used - made)

    def invest(self) -> None:
        """E11: main lines and circuits for secondary products outside China, each on its own margin; circuits grow with the lines added in China (E7.2)."""
        self.circuit = self.circuit * (1.0 + ratio(self.widened, self.capacity - self.widened)) + self.circuit_arriving
        self.started = self.weigh(choose(self.unit_cost, self.unit_cost, self.usual_cost()) + self.pays)
        if self.process.circuits is not None:
            self.circuit_started = self.add_circuits(self.process.circuits)

    def add_circuits(self, terms: "Investment") -> float | np.ndarray:
        """E11.5: circuits for what the feed yields and they do not take, by their own margin; g/month of the product by which circuits are counted."""
        p, good, outlook = self.p, terms.price_good, self.model.outlook
        revenue = expected_revenue(self.belief, outlook.expected[good], outlook.crisis[good], p.accepted_premium * self.agreed) * (1.0 + self.topped[good])
        borne, rent = support(most(self.belief, self.vigilance), p.belief_background, p.support_slope, 0.0, p.support_most), annuity(self.cost_of_capital, p.plant_life)
        income = most(self.busy, p.least_use) * (revenue - getattr(p, terms.cash_cost))
        worth = present_value(income, getattr(p, terms.capex) * self.cost_to_build, rent, p.overrun, borne)
        share = cleared(worth, outlook.waiting_for(good), p.project_spread) * p.new_investment_scale * self.abroad
        return p.circuit_rate * share * most(self.yielded(good) - self.circuits(good), 0.0)

    def circuits(self, good: int) -> float | np.ndarray:
        """Capacity for the secondary product by which circuits are counted, built and still to come, g/month."""
        return self.circuit[self.slot(good)] + self.circuit_underway

    def yielded(self, good: int) -> float | np.ndarray:
        """What the usual feed would give of a product at full use of the plant, built and under construction, g/month."""
        element, lead = self.model.chain.lead[good], self.process.lead
        return ratio(self.capacity + self.underway, self.recovery[lead]) * self.recovery[element] * self.blend[element]

    def elements(self, goods: tuple[int, ...]) -> tuple[int, ...]:
        """The element each of some products is made of."""
        return tuple(int(self.model.chain.lead[good]) for good in goods)

    def slot(self, good: int) -> int:
        """Place of a secondary product among those of the chain."""
        return self.model.chain.secondary.index(good)
