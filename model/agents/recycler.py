"""Recycler: returns swarf and old magnets to single oxides."""

from model.agents.firm import Firm
from model.columns import Column, View
from model.names import DY, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, OXIDES, SWARF, TB
from model.rules.numerics import least, power, ratio, share_of, smooth, whole


class Recycler(Firm):
    """A recycling plant. It runs on what is collected: swarf from magnet makers, and some magnets at the end of life."""

    product = OXIDE_NDPR

    recovery = Column("g/g", "share of an element in the feed that leaves as oxide", shape=(3,), low=0.0, high=1.0)
    old_magnets = Column("g/month", "old magnets collected at the prices of January 2024, by element", shape=(3,), low=0.0)
    scrap = Column("g/g", "element in old magnets per gram of NdPr", shape=(3,), low=0.0)
    feed = View("g", "swarf and old magnets in stock by element", of="inputs", part=SWARF, shape=(3,))
    oxide_shipped = View("g/month", "shipped last month by oxide", of="shipped", part=OXIDES, shape=(3,))
    oxide_sales = View("g/month", "smoothed shipments by oxide", of="sales", part=OXIDES, shape=(3,))
    oxide_output = View("g/month", "output by oxide", of="output", part=OXIDES, shape=(3,))
    ndpr_oxide = View("g", "finished NdPr oxide", of="finished", part=(OXIDE_NDPR, NDPR))
    dy_oxide = View("g", "finished Dy oxide", of="finished", part=(OXIDE_DY, DY))
    tb_oxide = View("g", "finished Tb oxide", of="finished", part=(OXIDE_TB, TB))

    def produce(self) -> None:
        """Works up the feed, as far as capacity goes."""
        feed = self.feed
        used = whole(feed * share_of(self.capacity * self.factor, feed[NDPR]))
        made = whole(used * self.recovery)
        self.oxide_sales = smooth(self.oxide_sales, self.oxide_shipped, self.p.swing_smoothing)
        self.feed = feed - used
        self.ndpr_oxide = self.ndpr_oxide + made[NDPR]
        self.dy_oxide = self.dy_oxide + made[DY]
        self.tb_oxide = self.tb_oxide + made[TB]
        self.oxide_output = made
        self.model.ledger.post("inputs", "finished", made)
        self.model.ledger.post("inputs", "slag", used - made)

    def recycle(self) -> None:
        """E13 in simple form: collection of old magnets answers to price, up to what the plant could work up in a month."""
        response, most_of_it = power(self.model.market.oxide_ratio, self.p.recycling_response), ratio(self.capacity, self.old_magnets[NDPR])
        collected = whole(self.old_magnets * least(response, most_of_it))
        self.feed = self.feed + collected
        self.model.ledger.post("in_use", "inputs", collected)

    def invest(self) -> None:
        """Recycling capacity comes from the projects known today: nothing is started. A new line comes with collection for part of it."""
        self.old_magnets = self.old_magnets + self.p.collection * self.arriving * self.scrap
