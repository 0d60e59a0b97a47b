"""Faster permitting: a state lets plants be decided on and built sooner."""

from typing import Annotated, Any, ClassVar

import numpy as np

from model.names import EVERY
from model.policies.instrument import Instrument
from model.policies.vocabulary import SEVERAL, Country, Share, Word, choice, expand_countries, given


class FasterPermitting(Instrument):
    """Permits come sooner in a country: projects and lines decided on meanwhile take less time to their first output, and projects can be decided on earlier as far as permits hold them up."""

    steady: ClassVar[bool] = True

    country: Country = given("Country whose state permits faster; EU27 covers its members", "country")
    stage: Annotated[tuple[Annotated[Word, *choice("stage", every=True)], ...], *SEVERAL] = given('Stage, or stages, whose plants it is for; "*" is all', "stage", (EVERY,))
    lead_factor: Share = given("Months from the decision to first output that are left, as a share of what they would be; 0.7 saves 30 %", "1")

    def pull(self, levers: Any) -> None:
        """E11.6: what is decided on while it is in force is built sooner; E11.4: permits that projects wait for come sooner. Of several each takes its part of what the others leave."""
        rows = self.covered(levers)
        levers.months_to_build[rows] *= self.lead_factor
        levers.permitting[rows] *= self.lead_factor

    def covered(self, levers: Any) -> np.ndarray:
        """Rows of the plants it is for."""
        countries, agents = expand_countries([self.country], self.words), levers.model.firms.agents
        return levers.kept("covered", self, lambda: np.flatnonzero([each.country in countries and each.stage is not None and bool({each.stage, EVERY} & {*self.stage}) for each in agents]))

    def idle(self, levers: Any) -> str | None:
        """Why nothing is built sooner for it; None if it may be."""
        if self.lead_factor == 1:
            return "leaves all as it is at a lead_factor of 1; give one below"
        return None if self.covered(levers).size else f"is for nobody; {self.country} has no plant of stage {', '.join(self.stage)}, name another of either"

    @property
    def actor(self) -> str:
        """The state that permits."""
        return self.country


__all__ = ["FasterPermitting"]
