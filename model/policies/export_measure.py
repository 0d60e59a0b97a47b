"""What licences, quotas and bans share: a state that stands between its sellers and buyers abroad."""

from functools import cached_property
from itertools import product
from typing import Any

from model.policies.instrument import Instrument
from model.policies.reach import no_trade
from model.policies.vocabulary import (
    Countries,
    Country,
    EndUses,
    Goods,
    expand_countries,
    expand_end_uses,
    expand_goods,
    given,
)


class ExportMeasure(Instrument, family=True):
    """A state limits what leaves its country."""

    origin: Country = given("Exporting country whose state acts", "country")
    goods: Goods = given('Goods it covers; "*" is all', "good")

    def idle(self, levers: Any) -> str | None:
        """Why it limits no export; None if it does."""
        return None if self.touches(levers) else no_trade(self, levers)

    @cached_property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """Exports of its goods from its country."""
        return frozenset(product(self.sellers, self.covered_goods))

    @property
    def reference(self) -> str:
        """Month before which the months of free trade count against which a share of past trade is measured."""
        return self.date

    def touches(self, levers: Any) -> bool:
        """Whether it covers any relation."""
        return levers.relations(self).size > 0

    @property
    def actor(self) -> str:
        """The exporting country."""
        return self.origin

    @property
    def sellers(self) -> frozenset[str]:
        """Countries whose exports it covers."""
        return expand_countries([self.origin], self.words)

    @property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods it covers, each by name."""
        return expand_goods(self.goods, self.words)


class TargetedExportMeasure(ExportMeasure, family=True):
    """An export measure that can single out destinations and end uses."""

    destinations: Countries = given('Countries of destination; "*" is every other, EU27 covers its members', "country", ("*",))
    end_uses: EndUses = given(
        'End uses it covers: civil, defence, dual_use or sectors; "*" is all. A use behind a maker abroad is not seen',
        "end use",
        ("*",),
    )

    @property
    def buyers(self) -> frozenset[str]:
        """Countries of destination; sales at home are never exports."""
        return expand_countries(self.destinations, self.words) - self.sellers

    @property
    def covered_sectors(self) -> frozenset[str] | None:
        """The sectors it covers; None if it asks for no end use at all."""
        return None if "*" in self.end_uses else expand_end_uses(self.end_uses, self.words)
