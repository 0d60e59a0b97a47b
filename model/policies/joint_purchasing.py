"""Joint purchasing: buyers of several countries as one."""

from typing import Any, ClassVar

import numpy as np

from model.policies.end_users import first_of
from model.policies.instrument import Instrument
from model.policies.vocabulary import Countries, Goods, expand_countries, expand_goods, given


class JointPurchasing(Instrument):
    """Members buy together: they do not outbid each other, and a supplier that one has qualified is sooner qualified by the others."""

    steady: ClassVar[bool] = True

    countries: Countries = given("Members; EU27 covers its members", "country")
    goods: Goods = given('Goods bought together; "*" is all', "good")

    def pull(self, levers: Any) -> None:
        """E6.1, E6.3: read where suppliers are sampled and where spot orders are served."""
        levers.joint.append(self.purchases(levers))

    def purchases(self, levers: Any) -> np.ndarray:
        """Relations on which members buy the goods, wherever from."""
        members = expand_countries(self.countries, self.words)
        return levers.kept("joint", self, lambda: np.flatnonzero(levers.model.in_countries(members)[levers.model.trade.buyer] & levers.of_goods(expand_goods(self.goods, self.words))))

    def idle(self, levers: Any) -> str | None:
        """Why nobody buys with anybody; None if somebody does."""
        buyers = np.unique(levers.model.trade.buyer[self.purchases(levers)])
        return None if buyers.size > 1 else "joins nobody to anybody; name more countries or goods"

    @property
    def actor(self) -> str:
        """The first member."""
        return first_of(self.countries, expand_countries(self.countries, self.words))
