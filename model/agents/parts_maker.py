"""PartsMaker: puts products into parts, such as motors, that cross borders as goods of their own."""

import numpy as np

from model.agents.firm import Firm
from model.columns import View
from model.rules.numerics import in_all, share_of, smooth, whole
from model.rules.production import add_lines, coverage, make_to_order

taken = lambda process: slice(process.takes[0], process.takes[-1] + 1)  # noqa: E731  (a part of a column, as in all views)
parts = lambda process: slice(process.makes[0], process.makes[-1] + 1)  # noqa: E731


class PartsMaker(Firm):
    """All makers of parts in one country. A part is counted by the product in it, one for one and with all it holds."""

    feed = View("g", "products in stock by good and element", of="inputs", part=taken, shape=("good", "element"))
    feed_need = View("g/month", "products wanted", of="need", part=taken, shape=("good",))
    feed_expected = View("g/month", "products expected to be used", of="expected", part=taken, shape=("good",))
    feed_spoken = View("g", "products this month's output will take", of="spoken", part=taken, shape=("good",))
    received = View("g/month", "orders received by part", of="demanded", part=parts, shape=("good",))
    on_shelf = View("g", "finished parts, leading element", of="shelf", part=parts, shape=("good",))
    planned = View("g/month", "output wanted by part", of="wanted", part=parts, shape=("good",))
    made = View("g/month", "output by part, leading element", of="output", part=parts, shape=("good",))
    stock = View("g", "finished parts by part and element", of="finished", part=parts, shape=("good", "element"))

    def plan(self) -> None:
        """Output to order, up to capacity; the products it takes."""
        wanted = make_to_order(self.received, self.on_shelf)
        wanted = wanted * coverage(self.capacity * self.factor, in_all(wanted))
        self.planned = wanted
        self.feed_need = wanted
        self.feed_expected = smooth(self.feed_expected, wanted, self.p.demand_smoothing)
        self.feed_spoken = wanted

    def produce(self) -> None:
        """E5.1: each part as far as the product in it is in hand; nothing is lost."""
        feed = self.feed
        used = whole(feed * share_of(self.planned, feed[:, self.process.lead])[:, None])
        self.feed = feed - used
        self.stock = self.stock + used
        self.made = used[:, self.process.lead]
        self.model.ledger.post("inputs", "finished", np.add.reduce(used))

    def invest(self) -> None:
        """E7.3: lines are added until capacity stands above expected use as it did at the start; none is taken down."""
        self.capacity = add_lines(self.capacity, in_all(self.feed_expected), self.p.parts_headroom, self.p.parts_building)
