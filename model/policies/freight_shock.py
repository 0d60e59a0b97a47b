"""Freight shocks: routes become dearer and longer for some months."""

from typing import Any

import numpy as np

from model.policies.end_users import first_of
from model.policies.shock import Shock
from model.policies.vocabulary import Countries, Delay, Freight, Goods, expand_countries, expand_goods, given


class FreightShock(Shock):
    """A strait shut, a strike in ports: what leaves for abroad on some routes costs a multiple of the usual freight and arrives months later."""

    origins: Countries = given('Countries it leaves from; "*" is all, EU27 covers its members', "country")
    destinations: Countries = given('Countries it is bound for; "*" is all', "country")
    goods: Goods = given('Goods it carries; "*" is all', "good", ("*",))
    factor: Freight = given("Freight, as a multiple of the usual", "1", 1.0)
    delay_months: Delay = given("Months by which what leaves while it lasts arrives later", "months", 0)

    def pull(self, levers: Any) -> None:
        """E15: freight of several is multiplied, delays add up."""
        rows = self.routes(levers)
        levers.freight[rows] *= self.factor
        levers.delay[rows] += self.delay_months

    def routes(self, levers: Any) -> np.ndarray:
        """Relations it is on: what stays in a country is not."""
        return levers.abroad(*(expand_countries(ends, self.words) for ends in (self.origins, self.destinations)), expand_goods(self.goods, self.words))

    def idle(self, levers: Any) -> str | None:
        """Why it changes nothing; None if it does."""
        if self.factor == 1 and not self.delay_months:
            return "leaves freight as it is; give a factor other than 1, or delay_months"
        return None if self.routes(levers).size else "is on no route; name other countries or goods"

    def _derived_name(self) -> str:
        """Kind, actor, month and routes."""
        return " ".join((super()._derived_name(), "+".join(self.origins), "to", "+".join(self.destinations)))

    @property
    def actor(self) -> str | None:
        """The first of the countries it leaves from."""
        return first_of(self.origins, expand_countries(self.origins, self.words))
