"""Pools: allied stocks that stand together."""

from typing import Any, ClassVar

from model.policies.instrument import Instrument
from model.policies.vocabulary import Countries, Country, Goods, expand_countries, expand_goods, given


class Pool(Instrument):
    """States let users of all members draw on each other's public stocks by what they lack; each stock still belongs to who paid for it."""

    steady: ClassVar[bool] = True

    lead: Country = given("Country that convenes it", "country")
    members: Countries = given("Countries whose stocks and users it joins", "country")
    goods: Goods = given('Goods it covers; "*" is all', "good", ("*",))

    def pull(self, levers: Any) -> None:
        """Members may draw on each other's stocks (`model.stocks`)."""
        levers.pools.append(self)

    def idle(self, levers: Any) -> str | None:
        """Why it joins nothing; None if it joins two stocks or more, or one and others' users."""
        return None if levers.model.stocks.joined(self) > 1 else "joins fewer than two public stocks that may pool with each other; name countries that stores.csv lets pool"

    @property
    def actor(self) -> str:
        """The country that convenes it."""
        return self.lead

    @property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods covered, each by name."""
        return expand_goods(self.goods, self.words)

    @property
    def covered_countries(self) -> frozenset[str]:
        """The members, each by name."""
        return expand_countries(self.members, self.words)
