"""Import tariffs."""

from typing import Any, ClassVar

import numpy as np

from model.policies import duty
from model.policies.instrument import Instrument
from model.policies.vocabulary import Countries, Country, DutyRate, Flag, Goods, expand_countries, expand_goods, given


class Tariff(Instrument):
    """A state taxes imports by value and takes in the duty; duties of several tariffs on the same trade add up, the importer pays."""

    steady: ClassVar[bool] = True
    money: ClassVar[bool] = True

    importer: Country = given("Importing country whose state acts; EU27 covers its members", "country")
    origins: Countries = given('Countries whose goods are taxed; "*" is every other', "country")
    goods: Goods = given('Goods taxed; "*" is all', "good")
    rate: DutyRate = given("Ad valorem duty, added to other duties; 0.25 is 25 %", "1")
    by_content: Flag = given("Reach into goods made of those taxed: true where these are taxed too, by the share of their value that goods taxed make up at the prices of the start", "true or false", False)

    def pull(self, levers: Any) -> None:
        """E15: the duty is added to what these goods cost on arrival."""
        duty.levy(levers, *self.taxed(levers))

    def settle(self, model: Any) -> None:
        """The importer's state takes in the duty."""
        duty.take_in(self, model, *self.taxed(model.levers))

    def taxed(self, levers: Any) -> tuple[np.ndarray, float | np.ndarray]:
        """Relations on which it is levied, and at what rate."""
        if not self.by_content:
            return levers.relations(self), self.rate
        return levers.kept("taxed", self, lambda: levers.with_content(self))

    def idle(self, levers: Any) -> str | None:
        """Why it taxes nothing, or so much that it may be a slip; None if it is neither."""
        return duty.idle(self, levers, self.taxed(levers)[0])

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
