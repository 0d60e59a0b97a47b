"""Recycler: returns scrap and used products to products of one element each."""

import numpy as np

from model.agents.firm import Firm
from model.columns import Column, View
from model.rules.numerics import least, power, ratio, share_of, smooth, whole

outputs = lambda process: slice(process.outputs[0], process.outputs[-1] + 1)  # noqa: E731  (a part of a column, as in all views)


class Recycler(Firm):
    """A recycling plant. It runs on what is collected: scrap from makers and users, and some products at the end of life."""

    recovery = Column("g/g", "share of an element in the feed that leaves in a product of its own", shape=("element",), low=0.0, high=1.0)
    collected = Column("g/month", "used products collected at the prices of the start, by element", shape=("element",), low=0.0)
    returned = Column("g/g", "element in used products per gram of the leading one", shape=("element",), low=0.0)
    feed = View("g", "scrap and used products in stock by element", of="inputs", part=lambda process: process.feed, shape=("element",))
    sent = View("g/month", "shipped last month by product", of="shipped", part=outputs, shape=("good",))
    sold = View("g/month", "smoothed shipments by product", of="sales", part=outputs, shape=("good",))
    made = View("g/month", "output by product", of="output", part=outputs, shape=("good",))

    def produce(self) -> None:
        """Works up the feed, as far as capacity goes."""
        feed, process = self.feed, self.process
        used = whole(feed * share_of(self.capacity * self.factor, feed[process.lead]))
        made = whole(used * self.recovery)
        self.sold = smooth(self.sold, self.sent, self.p.swing_smoothing)
        self.feed = feed - used
        elements = [int(self.model.chain.lead[good]) for good in process.outputs]
        for good, element in zip(process.outputs, elements, strict=True):
            self.add("finished", (good, element), made[element])
        gone = np.zeros_like(made)
        gone[elements] = made[elements]
        self.made = made[elements]
        self.model.ledger.post("inputs", "finished", gone)
        self.model.ledger.post("inputs", process.losses, used - gone)

    def recycle(self) -> None:
        """E13 in simple form: collection answers to price and to the use that leaves the scrap, up to what the plant could work up in a month."""
        response = power(self.model.market.abroad_moved[self.process.main], self.p.recycling_response) * self.model.use_of(self.process.follows)
        collected = whole(self.collected * least(response, ratio(self.capacity, self.collected[self.process.lead])))
        self.feed = self.feed + collected
        self.model.ledger.post("in_use", "inputs", collected)

    def invest(self) -> None:
        """Recycling capacity comes from the projects known today: nothing is started. A new line comes with collection for part of it."""
        self.collected = self.collected + self.p.collection * self.arriving * self.returned
