"""Miner: takes from the ground, or from a stream of some other industry, what it sells."""

from model.agents.firm import Firm
from model.columns import Column, View
from model.rules.numerics import choose, least, most, smooth, whole
from model.rules.production import make_to_stock, utilisation


class Miner(Firm):
    """A mine or a group of mines, or a plant on a by-product stream; its deposit fixes how much of each element comes with each gram of the leading one."""

    basket = Column("g/g", "element dug per gram of the leading one", shape=("element",), low=0.0)
    base_price = Column("USD/kg", "price of what it sells at the start", low=0.0)
    answer = Column("1", "exponent of price over cost in its use of capacity; 0 for a by-product, which does not answer to its own price", low=0.0)
    exposure = Column("1", "share of capacity an unplanned outage takes", low=0.0, high=1.0)
    outage = Column("months", "months an unplanned outage still lasts", low=0.0)
    depletion = Column("1/month", "share of capacity its deposit loses", low=-1.0, high=1.0)
    closures = Column("1/month", "chance that it is closed from outside, as by war", low=0.0, high=1.0)
    closure_months = Column("months", "how long such a closure lasts", 1.0, low=1.0)
    closure_depth = Column("1", "share of capacity such a closure takes", low=0.0, high=1.0)
    closed = Column("months", "months such a closure still lasts", low=0.0)
    received = View("g/month", "orders received", of="demanded", part=lambda process: process.main)
    sold = View("g/month", "smoothed orders", of="sales", part=lambda process: process.main)
    planned = View("g/month", "output wanted", of="wanted", part=lambda process: process.main)
    on_shelf = View("g", "finished product, leading element", of="shelf", part=lambda process: process.main)
    keeps = View("months", "finished product kept, in sales", of="stockhold", part=lambda process: process.main)
    made = View("g/month", "output, leading element", of="output", part=lambda process: process.main)
    stock = View("g", "finished product by element", of="finished", part=lambda process: process.main, shape=("element",))

    def plan(self) -> None:
        """E7.1: keep about a month of sales in stock; capacity in use depends on price, cost (E5.3), outages and closures (E7.6)."""
        p, model = self.p, self.model
        hit = p.outage_rate / 12.0 - model.chance.uniform("outage", model.now, self.key)
        self.outage = choose(hit, p.outage_months, most(self.outage - 1.0, 0.0))
        shut = self.closures * (model.now > model.construction.known_until) - model.chance.uniform("closure", model.now, self.key)
        self.closed = choose(shut, self.closure_months, most(self.closed - 1.0, 0.0))
        self.sold = smooth(self.sold, self.received, p.swing_smoothing)
        price = self.base_price * model.market.moved[self.process.main]
        run = choose(self.abroad, utilisation(price, self.unit_cost, self.answer, p.utilisation_floor), 1.0)
        limit = self.capacity * run * self.factor * (1.0 - self.exposure * least(self.outage, 1.0)) * (1.0 - self.closure_depth * least(self.closed, 1.0))
        called = make_to_stock(self.sold, self.keeps, self.on_shelf, p.swing_adjustment)
        self.planned = least(called, limit)

    def heed(self) -> None:
        """E7.4: it digs what production quotas leave it."""
        self.planned = self.planned * self.allowed

    def order(self) -> None:
        """It comes from the ground: nothing is ordered."""

    def produce(self) -> None:
        """Ore leaves the ground in the proportions of the deposit."""
        extracted = whole(self.planned * self.basket)
        self.stock = self.stock + extracted
        self.made = extracted[self.process.lead]
        self.model.ledger.post("ground", "finished", extracted)

    def invest(self) -> None:
        """E11: mines outside China grow by what their ore brings; deposits run out (E7.5)."""
        self.capacity = self.capacity * (1.0 - self.depletion)
        self.started = self.weigh(self.unit_cost)
