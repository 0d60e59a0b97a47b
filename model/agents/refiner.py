"""Refiner: separates mixed concentrate into single oxides by solvent extraction."""

from model.agents.firm import Firm
from model.columns import Column, View
from model.names import CONCENTRATE, DY, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, OXIDES, TB
from model.rules.numerics import choose, least, ratio, share_of, smooth, stack, whole
from model.rules.production import batch, joint, make_to_stock, utilisation

ELEMENT_OF_OXIDE = ((OXIDE_NDPR, NDPR), (OXIDE_DY, DY), (OXIDE_TB, TB))


class Refiner(Firm):
    """A separation plant. Joint production: Dy and Tb come only with the NdPr of the same feed, never alone."""

    stage = "refine"
    product = OXIDE_NDPR

    recovery = Column("g/g", "share of an element in the feed that leaves as oxide", shape=(3,), low=0.0, high=1.0)
    blend = Column("g/g", "element in the usual feed per gram of NdPr", shape=(3,), low=0.0)
    heavy_capacity = Column("g/month", "capacity for Dy and Tb oxide", shape=(2,), low=0.0)
    heavy_arriving = Column("g/month", "heavy capacity that starts this month", shape=(2,), low=0.0)
    heavy_started = Column("g/month", "heavy capacity (Dy) whose construction starts this month", low=0.0)
    heavy_weight = Column("1", "share of the firm in heavy circuits built outside China", low=0.0, high=1.0)
    feed = View("g", "concentrate in stock by element", of="inputs", part=CONCENTRATE, shape=(3,))
    feed_need = View("g/month", "feed wanted this month", of="need", part=CONCENTRATE)
    feed_expected = View("g/month", "feed expected to be used", of="expected", part=CONCENTRATE)
    feed_spoken = View("g", "feed this month's batch will take", of="spoken", part=CONCENTRATE)
    oxide_orders = View("g/month", "orders received by oxide", of="demanded", part=OXIDES, shape=(3,))
    oxide_shipped = View("g/month", "shipped last month by oxide", of="shipped", part=OXIDES, shape=(3,))
    oxide_sales = View("g/month", "smoothed shipments by oxide", of="sales", part=OXIDES, shape=(3,))
    oxide_shelf = View("g", "finished oxides", of="shelf", part=OXIDES, shape=(3,))
    oxide_bonded = View("g", "own oxides waiting for a licence", of="bonded", part=OXIDES, shape=(3,))
    oxide_stockhold = View("months", "finished oxide kept, in sales", of="stockhold", part=OXIDES, shape=(3,))
    oxide_output = View("g/month", "output by oxide", of="output", part=OXIDES, shape=(3,))
    ndpr_oxide = View("g", "finished NdPr oxide", of="finished", part=(OXIDE_NDPR, NDPR))
    dy_oxide = View("g", "finished Dy oxide", of="finished", part=(OXIDE_DY, DY))
    tb_oxide = View("g", "finished Tb oxide", of="finished", part=(OXIDE_TB, TB))

    def plan(self) -> None:
        """E7.1 per oxide; the batch follows each oxide's plan by its share in the value of the basket (E5, joint).

        In China sales are what was shipped: orders behind a licence are none. Elsewhere they are orders (E5.1), so that a new plant starts.
        """
        p, market = self.p, self.model.market
        sold = choose(self.abroad, self.oxide_orders, self.oxide_shipped)
        self.oxide_sales = smooth(self.oxide_sales, sold, p.swing_smoothing)
        stock = self.oxide_shelf + self.oxide_bonded
        plans = make_to_stock(self.oxide_sales, self.oxide_stockhold, stock, p.swing_adjustment)
        made = self.recovery * self.blend
        heavy = least(self.heavy_capacity, self.capacity * made[1:])
        value = [made[NDPR] * choose(self.abroad, market.realised[OXIDE_NDPR], market.china[OXIDE_NDPR])]
        for good, element in ELEMENT_OF_OXIDE[1:]:
            price = choose(self.abroad, market.realised[good], market.china[good])
            value.append(choose(heavy[element - 1], made[element] * price, 0.0))
        total = value[0] + value[1] + value[2]
        wanted = joint(plans[0], made[0], ratio(value[0], total)) + joint(plans[1], made[1], ratio(value[1], total))
        wanted = wanted + joint(plans[2], made[2], ratio(value[2], total))
        run = utilisation(market.realised[OXIDE_NDPR], self.unit_cost, p.supply_response, p.utilisation_floor)
        limit = ratio(self.capacity * self.factor * choose(self.abroad, run, 1.0), self.recovery[NDPR])
        self.feed_need = batch(wanted, limit)
        self.feed_expected = smooth(self.feed_expected, self.feed_need, p.demand_smoothing)
        self.feed_spoken = self.feed_need

    def produce(self) -> None:
        """Separates the batch; what is not recovered, or exceeds the heavy circuit, stays in the tailings."""
        feed = self.feed
        used = whole(feed * share_of(self.feed_need, feed[NDPR]))
        light = whole(used[NDPR] * self.recovery[NDPR])
        heavy = whole(least(used[1:] * self.recovery[1:], self.heavy_capacity))
        self.feed = feed - used
        self.ndpr_oxide = self.ndpr_oxide + light
        self.dy_oxide = self.dy_oxide + heavy[0]
        self.tb_oxide = self.tb_oxide + heavy[1]
        made = stack(light, heavy[0], heavy[1])
        self.oxide_output = made
        self.blend = choose(used[NDPR], ratio(used, used[NDPR]), self.blend)
        self.model.ledger.post("inputs", "finished", made)
        self.model.ledger.post("inputs", "tailings", used - made)

    def invest(self) -> None:
        """E11: NdPr lines and heavy circuits outside China, each on its own margin."""
        p, market = self.p, self.model.market
        self.heavy_capacity = self.heavy_capacity + self.heavy_arriving
        self.started = self.start(market.prospects["refine"], choose(self.unit_cost, self.unit_cost, p.cash_cost_light))
        circuits = self.start(market.prospects["heavy"], p.cash_cost_dy)
        self.heavy_started = circuits * ratio(self.heavy_weight, self.build_weight)
