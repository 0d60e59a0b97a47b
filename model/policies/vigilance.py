"""Vigilance: support for what is built that does not fade with fear."""

from typing import Any, ClassVar

import numpy as np

from model.policies.end_users import first_of
from model.policies.instrument import Instrument
from model.policies.vocabulary import Countries, Share, expand_countries, given


class Vigilance(Instrument):
    """States support what is built at home as if restrictions within a year were no less likely than this, however calm it is."""

    steady: ClassVar[bool] = True

    countries: Countries = given("Countries whose states do so; EU27 covers its members", "country")
    belief: Share = given("Probability of being restricted within a year that they act on, at least", "1")

    @property
    def actor(self) -> str:
        """The first of them."""
        return first_of(self.countries, expand_countries(self.countries, self.words))

    def pull(self, levers: Any) -> None:
        """E11.2: of several the highest counts; what states bear stands in the books as support."""
        rows = levers.firms_in(expand_countries(self.countries, self.words))
        levers.vigilance[rows] = np.maximum(levers.vigilance[rows], self.belief)

    def idle(self, levers: Any) -> str | None:
        """Why nobody is supported for it; None if somebody may be."""
        background = levers.model.p.belief_background
        if self.belief <= background:
            return f"supports nobody at a belief of {self.belief:g}; give more than what is feared anyhow, {background:g}"
        makers = [agent for agent in levers.model.makers.agents if agent.country in expand_countries(self.countries, self.words)]
        return None if makers else "supports nobody; these countries have no plants, name others"
