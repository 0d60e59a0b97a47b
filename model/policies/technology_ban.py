"""Technology bans: a state keeps know-how and equipment at home."""

from typing import Any, ClassVar

import numpy as np

from model.names import CHINA
from model.policies.instrument import Instrument
from model.policies.vocabulary import Country, Flag, Hindrance, expand_countries, given


class TechnologyBan(Instrument):
    """A state keeps its technology and equipment at home: what is decided on abroad meanwhile is built later and dearer, in proportion to how far the plant rests on them (technology.csv)."""

    steady: ClassVar[bool] = True

    origin: Country = given("Country whose technology and equipment may not leave; technology.csv tells of China's", "country")
    lead_factor: Hindrance = given("Months from the decision to first output of a plant that rests on it wholly, as a multiple of what they would be", "1", 1.0)
    capex_factor: Hindrance = given("Capital cost of such a plant, as a multiple of what it would be", "1", 1.0)
    lifted: Flag = given("Lifting of a ban that has long stood, in whose lead times and costs it is: true where it is taken away, and plants are as much sooner and cheaper as it made them later and dearer", "true or false", False)

    def pull(self, levers: Any) -> None:
        """E11.2, E11.6: months and capital of what is decided on while it is in force; of several each takes its part of what the others leave."""
        rows = self.hindered(levers)
        for lever, factor in ((levers.months_to_build, self.lead_factor), (levers.cost_to_build, self.capex_factor)):
            more = 1.0 + levers.model.chinese_technology[rows] * (factor - 1.0)
            lever[rows] *= 1.0 / more if self.lifted else more

    def hindered(self, levers: Any) -> np.ndarray:
        """Rows of the plants abroad that rest on its technology."""
        if self.origin != CHINA:
            return np.zeros(0, np.int64)
        at_home = levers.model.in_countries(expand_countries([self.origin], self.words))
        return np.flatnonzero(~at_home & (levers.model.chinese_technology > 0.0))

    def idle(self, levers: Any) -> str | None:
        """Why it hinders nobody; None if it does."""
        if self.lead_factor == self.capex_factor == 1:
            return "changes nothing with both factors at 1; give a lead_factor or a capex_factor above 1"
        return None if self.hindered(levers).size else f"hinders nobody; no table tells who rests on technology of {self.origin}, technology.csv tells of China's"

    @property
    def actor(self) -> str:
        """The state that keeps its technology."""
        return self.origin


__all__ = ["TechnologyBan"]
