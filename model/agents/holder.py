"""Holder: who keeps a stock and uses nothing: producers' and traders' stocks, public stockpiles."""

from model.agents.firm import Firm
from model.columns import Column
from model.rules.numerics import smooth


class Holder(Firm):
    """A stock that is filled at a steady rate and kept: it buys `buys` a month, or sells what its stock of the base year is drawn down by. What else it does with it is for parts to say."""

    buys = Column("g/month", "what it adds to its stock a month, by good", shape=("good",), low=0.0)

    def plan(self) -> None:
        """It wants what it adds to its stock."""
        self.expected = smooth(self.expected, self.buys, self.p.demand_smoothing)

    def order(self) -> None:
        """It orders what it adds, whatever it already holds."""
        self.ordered = self.buys
