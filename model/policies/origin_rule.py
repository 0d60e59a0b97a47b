"""Rules of origin: what some users may not buy from some countries, or would rather not."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.names import EVERY
from model.policies.import_measure import ImportMeasure
from model.policies.reach import no_trade
from model.policies.vocabulary import EndUses, Flag, Share, expand_countries, expand_end_uses, given


class OriginRule(ImportMeasure):
    """A state bars users from goods of some origins, or makes these seem dearer to them; with `traced`, goods made elsewhere of inputs from there as well."""

    end_uses: EndUses = given('End uses it covers: civil, defence, dual_use or sectors; "*" is all', "end use", (EVERY,))
    ban: Flag = given("Bar: true where they may not be bought; announced before its date, other suppliers are sampled from then on", "true or false", False)
    premium: Share = given("Share of their cost by which they seem dearer to the buyer than they are; nobody pays it", "1", 0.0)
    traced: Flag = given("Trace one step up: true where goods made elsewhere count by the share of their maker's inputs that comes from the origins", "true or false", False)
    tolerance: Share = given("Share of such inputs up to which a ban lets a maker's goods pass, as lots are kept apart", "1", 0.0)

    @property
    def stays(self) -> bool:
        """What makers' inputs hold differs from month to month; all else is alike."""
        return not self.traced

    def pull(self, levers: Any) -> None:
        """E6.1: what is barred cannot be asked for; what is not wanted seems dearer, by the sum of several."""
        for rows, part in self.reached(levers):
            levers.preference[rows] += self.premium * part
            levers.barred[rows] |= self.ban & (part > self.tolerance)
        self.herald(levers)

    def herald(self, levers: Any) -> None:
        """What will be barred is not sampled any more; others are."""
        for rows, part in self.reached(levers):
            levers.foretold[rows] |= self.ban & (part > self.tolerance)

    def reached(self, levers: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Relations it covers, and the share of what is sold on each that counts as of the origins."""
        rows = levers.relations(self)
        yield rows, np.ones(rows.size)
        if self.traced:
            made = levers.kept("elsewhere", self, lambda: levers.model.trade.between(expand_countries([EVERY], self.words) - self.sellers, self.buyers, self.covered_goods, self.covered_sectors))
            yield made, levers.model.trade.inputs_from(self.sellers)[levers.model.trade.seller[made]]

    def idle(self, levers: Any) -> str | None:
        """Why it changes nothing; None if it does."""
        if not self.ban and self.premium == 0:
            return "neither bars nor slights anything; give ban = true, or a premium above 0"
        return None if any(rows.size for rows, _ in self.reached(levers)) else no_trade(self, levers)

    @property
    def covered_sectors(self) -> frozenset[str] | None:
        """The sectors it covers; None if it asks for no end use at all."""
        return None if EVERY in self.end_uses else expand_end_uses(self.end_uses, self.words)
