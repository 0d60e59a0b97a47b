"""Import tariffs."""

from typing import Any, ClassVar

from model.policies.instrument import Instrument
from model.policies.reach import no_trade
from model.policies.vocabulary import Countries, Country, DutyRate, Goods, expand_countries, expand_goods, given

UNUSUAL_RATE = 1.5
"""The highest duty of the trade war was 145 %; above that a rate is more often per cent than a share."""


class Tariff(Instrument):
    """A state taxes imports by value; duties of several tariffs on the same trade add up, the importer pays."""

    steady: ClassVar[bool] = True

    importer: Country = given("Importing country whose state acts; EU27 covers its members", "country")
    origins: Countries = given('Countries whose goods are taxed; "*" is every other', "country")
    goods: Goods = given('Goods taxed; "*" is all', "good")
    rate: DutyRate = given("Ad valorem duty, added to other duties; 0.25 is 25 %", "1")

    def pull(self, levers: Any) -> None:
        """E15: the duty is added to what these goods cost on arrival."""
        rows = levers.relations(self)
        levers.tariff[rows] += self.rate

    def idle(self, levers: Any) -> str | None:
        """Why it taxes nothing, or so much that it may be a slip; None if it is neither."""
        if self.rate == 0:
            return "taxes nothing at a rate of 0; give a rate such as 0.25 for 25 %"
        if self.rate > UNUSUAL_RATE:
            return f"is a duty of {100 * self.rate:g} %; if that is a slip, 0.25 is 25 %"
        return None if levers.relations(self).size else no_trade(self, levers)

    @property
    def actor(self) -> str:
        """The importing country."""
        return self.importer

    @property
    def buyers(self) -> frozenset[str]:
        """Countries whose imports it taxes."""
        return expand_countries([self.importer], self.words)

    @property
    def sellers(self) -> frozenset[str]:
        """Countries whose goods it taxes; goods from home never are."""
        return expand_countries(self.origins, self.words) - self.buyers

    @property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods taxed, each by name."""
        return expand_goods(self.goods, self.words)
