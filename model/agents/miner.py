"""Miner: digs ore and sells concentrate."""

from model.agents.firm import Firm
from model.columns import Column, View
from model.names import CONCENTRATE, NDPR
from model.rules.numerics import choose, least, most, smooth, whole
from model.rules.production import make_to_stock, utilisation


class Miner(Firm):
    """A mine or a group of mines; its deposit fixes how much Dy and Tb come with each gram of NdPr."""

    stage = "mine"
    product = CONCENTRATE

    basket = Column("g/g", "element in ore per gram of NdPr", shape=(3,), low=0.0)
    ore_price = Column("USD/kg REO", "concentrate price in January 2024", low=0.0)
    exposure = Column("1", "share of capacity an unplanned outage takes", low=0.0, high=1.0)
    outage = Column("months", "months an unplanned outage still lasts", low=0.0)
    ore_orders = View("g/month", "orders received", of="demanded", part=CONCENTRATE)
    ore_sales = View("g/month", "smoothed orders", of="sales", part=CONCENTRATE)
    ore_wanted = View("g/month", "output wanted", of="wanted", part=CONCENTRATE)
    ore_shelf = View("g", "finished concentrate, NdPr content", of="shelf", part=CONCENTRATE)
    ore_output = View("g/month", "output, NdPr content", of="output", part=CONCENTRATE)
    concentrate = View("g", "finished concentrate by element", of="finished", part=CONCENTRATE, shape=(3,))

    def plan(self) -> None:
        """E7.1: keep about a month of sales in stock; capacity in use depends on price, cost (E5.3) and outages."""
        p, model = self.p, self.model
        hit = p.outage_rate / 12.0 - model.chance.uniform("outage", model.now, self.key)
        self.outage = choose(hit, p.outage_months, most(self.outage - 1.0, 0.0))
        self.ore_sales = smooth(self.ore_sales, self.ore_orders, p.swing_smoothing)
        price = self.ore_price * model.market.ore_ratio
        run = choose(self.abroad, utilisation(price, self.unit_cost, p.supply_response, p.utilisation_floor), 1.0)
        limit = self.capacity * run * self.factor * (1.0 - self.exposure * least(self.outage, 1.0))
        called = make_to_stock(self.ore_sales, p.cover_finished_ore, self.ore_shelf, p.swing_adjustment)
        self.ore_wanted = least(called, limit)

    def order(self) -> None:
        """Ore comes from the ground: nothing is ordered."""

    def produce(self) -> None:
        """Ore leaves the ground in the proportions of the deposit."""
        extracted = whole(self.ore_wanted * self.basket)
        self.concentrate = self.concentrate + extracted
        self.ore_output = extracted[NDPR]
        self.model.ledger.post("ground", "finished", extracted)

    def invest(self) -> None:
        """Mines outside China are opened when the oxide they carry pays for mine and plant together."""
        self.started = self.start(self.model.market.prospects["mine"], self.p.cash_cost_light)
