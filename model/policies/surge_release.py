"""Surge releases: a state opens its stock at once, whatever its rule says."""

from typing import Any, ClassVar

from model.policies.instrument import Instrument
from model.policies.vocabulary import Country, Goods, Share, expand_goods, given


class SurgeRelease(Instrument):
    """A state lets out a share of its public stocks each month it is in force, to whoever lacks goods, then by use."""

    steady: ClassVar[bool] = True
    money: ClassVar[bool] = True

    country: Country = given("Country whose public stocks are opened", "country")
    goods: Goods = given('Goods released; "*" is all', "good", ("*",))
    share: Share = given("Share of what is in stock that leaves a month", "1")

    def pull(self, levers: Any) -> None:
        """The share that leaves (`model.stocks`)."""
        levers.surges.append(self)

    def idle(self, levers: Any) -> str | None:
        """Why it opens nothing; None if it does."""
        if self.share == 0:
            return "releases nothing; give a share above 0"
        return None if levers.model.stocks.of(self.country, self.covered_goods) else f"opens nothing; stores.csv has no public stock of these goods in {self.country}"

    @property
    def actor(self) -> str:
        """The state that opens its stocks."""
        return self.country

    @property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods released, each by name."""
        return expand_goods(self.goods, self.words)
