"""Stock obligations: users and makers must aim at a stock."""

from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from model.names import EVERY
from model.policies.instrument import Instrument
from model.policies.vocabulary import Country, Cover, EndUses, Goods, expand_countries, expand_end_uses, expand_goods, given


class StockObligation(Instrument):
    """Firms of a country must aim at no less than some months of what they buy of some goods, at their own cost."""

    steady: ClassVar[bool] = True
    money: ClassVar[bool] = True

    country: Country = given("Country whose state acts; EU27 covers its members", "country")
    goods: Goods = given('Goods to be held; "*" is all', "good")
    months: Cover = given("Months of use to be aimed at, at least", "months")
    end_uses: EndUses = given('End uses it is for: civil, defence, dual_use or sectors; "*" is all, makers too', "end use", (EVERY,))

    def pull(self, levers: Any) -> None:
        """E3.1: of several obligations the longest counts."""
        cells = self.cells(levers)
        levers.obliged[cells] = np.maximum(levers.obliged[cells], self.months)
        levers.obligations.append(self)

    def cells(self, levers: Any) -> tuple[np.ndarray, ...]:
        """Goods and firms it is for: an index of (good, firm)."""
        rows = levers.firms_in(self.home, None if EVERY in self.end_uses else expand_end_uses(self.end_uses, self.words))
        rows = rows[levers.model.cover[:, rows].any(axis=0)]  # stocks that use nothing are no cover
        return np.ix_(levers.numbers(expand_goods(self.goods, self.words)), rows)

    @cached_property
    def home(self) -> frozenset[str]:
        """The country, or the members of the European Union."""
        return expand_countries([self.country], self.words)

    def idle(self, levers: Any) -> str | None:
        """Why it makes nobody hold more; None if it does."""
        model, cells = levers.model, self.cells(levers)
        cover = model.cover[cells][model.expected[cells] > 0.0]
        if not cover.size:
            return "is for nobody; no such firm of the country buys these goods, name others"
        return None if (cover < self.months).any() else f"asks for no more than is held anyhow; give more than {cover.min():g} months"

    @property
    def actor(self) -> str:
        """The country."""
        return self.country
