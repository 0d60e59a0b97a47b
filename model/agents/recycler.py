"""Recycler: returns scrap and used products to products of one element each."""

import numpy as np

from model.agents.firm import Firm
from model.columns import Column, View
from model.rules import recycling
from model.rules.numerics import least, power, ratio, share_of, smooth, whole

outputs = lambda process: slice(process.outputs[0], process.outputs[-1] + 1)  # noqa: E731  (a part of a column, as in all views)


class Recycler(Firm):
    """A recycling plant. It runs on what is collected: scrap from makers and users, and some products at the end of life."""

    recovery = Column("g/g", "share of an element in the feed that leaves in a product of its own", shape=("element",), low=0.0, high=1.0)
    collected = Column("g/month", "what it collected in the base year, by element; of scrap from outside the books what it collects at the prices of the start", shape=("element",), low=0.0)
    returned = Column("g/g", "element in used products per gram of the leading one", shape=("element",), low=0.0)
    gathers = Column("1", "share of products at the end of their life around it that it collects at the prices of the start", low=0.0, high=1.0)
    around = Column("g/month", "products at the end of their life in its market region, by element", shape=("element",), low=0.0)
    worth = Column("1", "price of its main product where it stands over that of the start", 1.0, low=0.0)
    sought = Column("g/month", "used products it would collect, leading element", low=0.0)
    allotted = Column("g/month", "used products collected for it, by element", shape=("element",), low=0.0)
    aged = Column("g", "used products in its feed, by element", shape=("element",), low=0.0)
    reclaimed = Column("g/month", "output from used products, by element", shape=("element",), low=0.0)
    feed = View("g", "scrap and used products in stock by element", of="inputs", part=lambda process: process.feed, shape=("element",))
    sent = View("g/month", "shipped last month by product", of="shipped", part=outputs, shape=("good",))
    sold = View("g/month", "smoothed shipments by product", of="sales", part=outputs, shape=("good",))
    made = View("g/month", "output by product", of="output", part=outputs, shape=("good",))

    def produce(self) -> None:
        """Works up the feed, as far as capacity goes; used products and scrap in it alike."""
        feed, process = self.feed, self.process
        used = whole(feed * share_of(self.capacity * self.factor, feed[process.lead]))
        made, aged, left = whole(used * self.recovery), ratio(self.aged, feed), feed - used
        self.sold = smooth(self.sold, self.sent, self.p.swing_smoothing)
        self.feed = left
        elements = [int(self.model.chain.lead[good]) for good in process.outputs]
        for good, element in zip(process.outputs, elements, strict=True):
            self.add("finished", (good, element), made[element])
        gone = np.zeros_like(made)
        gone[elements] = made[elements]
        self.made = made[elements]
        self.reclaimed, self.aged = gone * aged, left * aged
        self.model.ledger.post("inputs", "finished", gone)
        self.model.ledger.post("inputs", process.losses, used - gone)

    def seek(self) -> None:
        """E13.3: it seeks its share of the products that reach the end of their life around it, and more of them while what it makes is dear."""
        self.sought = recycling.sought(self.around[self.process.lead], self.gathers, self.worth, self.p.recycling_response)

    def recycle(self) -> None:
        """What was collected for it joins its feed."""
        if self.process.follows:
            self.allotted = self.from_outside()
        else:
            self.aged = self.aged + self.allotted
        self.feed = self.feed + self.allotted
        self.model.ledger.post("end_of_life", "inputs", self.allotted)

    def from_outside(self) -> np.ndarray:
        """E13.6: scrap from outside the books, by element: it answers to price and to the use that leaves it, up to what the plant could work up in a month."""
        response = power(self.model.market.abroad_moved[self.process.main], self.p.recycling_response) * self.model.use_of(self.process.follows)
        return whole(self.collected * least(response, ratio(self.capacity, self.collected[self.process.lead])))

    def invest(self) -> None:
        """Recycling capacity comes from the projects known today: nothing is started. A new line comes with collection for part of it (E13.3)."""
        fresh = self.p.collection * self.arriving
        if self.process.follows:
            self.collected = self.collected + fresh * self.returned
        else:
            self.gathers = least(self.gathers + ratio(fresh, self.around[self.process.lead]), 1.0)
