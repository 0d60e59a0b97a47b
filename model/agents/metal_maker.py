"""MetalMaker: reduces NdPr oxide to metal and alloy by molten-salt electrolysis."""

from model.agents.firm import Firm
from model.columns import Column, View
from model.names import METAL, NDPR, OXIDE_NDPR
from model.rules.numerics import least, smooth, whole
from model.rules.production import batch, make_to_order


class MetalMaker(Firm):
    """A metal or alloy maker; it works to order."""

    stage = "metal"
    product = METAL

    metal_yield = Column("g/g", "NdPr in metal per gram of NdPr in oxide", 1.0, low=0.01, high=1.0)
    toll = Column("USD/kg", "conversion cost over oxide", low=0.0)
    oxide = View("g", "NdPr oxide in stock", of="inputs", part=(OXIDE_NDPR, NDPR))
    oxide_need = View("g/month", "oxide wanted", of="need", part=OXIDE_NDPR)
    oxide_expected = View("g/month", "oxide expected to be used", of="expected", part=OXIDE_NDPR)
    oxide_spoken = View("g", "oxide this month's output will take", of="spoken", part=OXIDE_NDPR)
    metal_orders = View("g/month", "orders received", of="demanded", part=METAL)
    metal_shelf = View("g", "finished metal", of="shelf", part=METAL)
    metal_wanted = View("g/month", "output wanted", of="wanted", part=METAL)
    metal_output = View("g/month", "output", of="output", part=METAL)
    metal = View("g", "finished metal", of="finished", part=(METAL, NDPR))

    def plan(self) -> None:
        """Output to order, up to capacity; the oxide it takes."""
        limit = self.capacity * self.factor
        self.metal_wanted = batch(make_to_order(self.metal_orders, self.metal_shelf), limit)
        self.oxide_need = self.metal_wanted / self.metal_yield
        self.oxide_expected = smooth(self.oxide_expected, self.oxide_need, self.p.demand_smoothing)
        self.oxide_spoken = self.oxide_need

    def produce(self) -> None:
        """Electrolysis; losses go to the slag."""
        used = whole(least(self.oxide_need, self.oxide))
        made = whole(used * self.metal_yield)
        self.oxide = self.oxide - used
        self.metal = self.metal + made
        self.metal_output = made
        self.model.ledger.post("inputs", "finished", made, NDPR)
        self.model.ledger.post("inputs", "slag", used - made, NDPR)

    def invest(self) -> None:
        """E11: metal plants outside China follow the premium for safe metal and the room magnet makers leave."""
        cost = self.model.market.oxide_in_metal + self.toll
        self.started = self.start(self.model.market.prospects["metal"], cost)
