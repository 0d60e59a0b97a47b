"""Recycling mandates: what must be collected of products at the end of their life."""

from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from model.policies.instrument import Instrument
from model.policies.vocabulary import Country, Share, expand_countries, given


class RecyclingMandate(Instrument):
    """A state asks that a share of products at the end of their life be collected, at the cost of those who must, and may hold scrap back from export."""

    steady: ClassVar[bool] = True
    money: ClassVar[bool] = True

    country: Country = given("Country whose state acts; EU27 covers its members", "country")
    share: Share = given("Share of products at the end of their life that must be collected", "1", 0.0)
    holds_scrap: Share = given("Share of makers' scrap bound for abroad that may not leave", "1", 0.0)

    def pull(self, levers: Any) -> None:
        """E13.4, E13.5: of several mandates the highest counts, of what is held back the most."""
        users, scrap = levers.firms_in(self.home), self.scrap(levers)
        levers.mandate[users] = np.maximum(levers.mandate[users], self.share)
        levers.held_back[scrap] = np.maximum(levers.held_back[scrap], self.holds_scrap)
        levers.mandates.append(self)

    def scrap(self, levers: Any) -> np.ndarray:
        """Relations on which scrap leaves the country."""
        model = levers.model
        return levers.kept("scrap", self, lambda: model.trade.scrap_rows[model.in_countries(self.home)[model.trade.seller[model.trade.scrap_rows]] & ~model.in_countries(self.home)[model.trade.buyer[model.trade.scrap_rows]]])

    @cached_property
    def home(self) -> frozenset[str]:
        """The country, or the members of the European Union."""
        return expand_countries([self.country], self.words)

    def idle(self, levers: Any) -> str | None:
        """Why it moves nothing; None if it does."""
        if self.share == 0 and self.holds_scrap == 0:
            return "asks for nothing and holds nothing back; give a share above 0"
        if self.share > 0 and levers.model.collection.near_plants(levers.firms_in(self.home)):
            return None
        return None if self.holds_scrap > 0 and self.scrap(levers).size else "moves nothing; no plant works up used products around there, and no scrap is held back"

    @property
    def actor(self) -> str:
        """The country."""
        return self.country
