"""MetalMaker: makes one good of one other, such as metal of oxide."""

from model.agents.firm import Firm
from model.columns import Column, View
from model.rules.numerics import least, smooth, whole
from model.rules.production import batch, make_to_order


class MetalMaker(Firm):
    """A plant that converts; it works to order."""

    conversion = Column("g/g", "leading element in the product per gram in the input", 1.0, low=0.01, high=1.0)
    toll = Column("USD/kg", "conversion cost over the input", low=0.0)
    feed = View("g", "input in stock, leading element", of="inputs", part=lambda process: (process.feed, process.lead))
    feed_need = View("g/month", "input wanted", of="need", part=lambda process: process.feed)
    feed_expected = View("g/month", "input expected to be used", of="expected", part=lambda process: process.feed)
    feed_spoken = View("g", "input this month's output will take", of="spoken", part=lambda process: process.feed)
    received = View("g/month", "orders received", of="demanded", part=lambda process: process.main)
    on_shelf = View("g", "finished product", of="shelf", part=lambda process: process.main)
    planned = View("g/month", "output wanted", of="wanted", part=lambda process: process.main)
    made = View("g/month", "output", of="output", part=lambda process: process.main)
    stock = View("g", "finished product, leading element", of="finished", part=lambda process: (process.main, process.lead))

    def plan(self) -> None:
        """Output to order, up to capacity; the input it takes."""
        limit = self.capacity * self.factor
        self.planned = batch(make_to_order(self.received, self.on_shelf), limit)
        self.feed_need = self.planned / self.conversion
        self.feed_expected = smooth(self.feed_expected, self.feed_need, self.p.demand_smoothing)
        self.feed_spoken = self.feed_need

    def produce(self) -> None:
        """Converts; losses go where those of the process go."""
        used = whole(least(self.feed_need, self.feed))
        made = whole(used * self.conversion)
        self.feed = self.feed - used
        self.stock = self.stock + made
        self.made = made
        self.model.ledger.post("inputs", "finished", made, self.process.lead)
        self.model.ledger.post("inputs", self.process.losses, used - made, self.process.lead)

    def invest(self) -> None:
        """E11: plants outside China grow by the margin over their input."""
        self.started = self.weigh(self.pays + self.toll)
