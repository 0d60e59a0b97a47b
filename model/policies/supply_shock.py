"""Supply shocks: output lost (or gained) for some months at named firms, or at a stage of a country."""

from typing import Annotated, Any, Self

import numpy as np
from pydantic import BeforeValidator, model_validator

from model.chain import USE
from model.policies.shock import Shock
from model.policies.vocabulary import Country, Factor, Stage, Word, expand_countries, given, several


class SupplyShock(Shock):
    """War, flood, strike or a closed border: the capacity of some firms is multiplied by a factor for some months."""

    factor: Factor = given("Capacity left, as a multiple of what it would be; 0.3 loses 70 %", "1")
    entities: Annotated[tuple[Word, ...], BeforeValidator(several)] = given("Firms hit, by name", "firm", ())
    country: Country | None = given("Country hit; needs a stage, instead of entities", "country", None)
    stage: Stage | None = given("Stage of that country hit", "stage", None)

    @model_validator(mode="after")
    def _someone_is_hit(self) -> Self:
        if self.entities and (self.country or self.stage):
            raise ValueError("says twice who is hit; give either entities, or country and stage, not both")
        if not self.entities and not (self.country and self.stage):
            raise ValueError("does not say who is hit; give either entities, or country and stage")
        return self

    def pull(self, levers: Any) -> None:
        """Capacity of the firms hit is multiplied by the factor; of several shocks each takes its part of what the others leave."""
        levers.factor[self.hit(levers)] *= self.factor

    def hit(self, levers: Any) -> np.ndarray:
        """Rows of the firms hit."""
        return levers.firms(self)

    def idle(self, levers: Any) -> str | None:
        """Why it hits nobody or changes nothing; None if it hits a maker."""
        if self.factor == 1:
            return "leaves all capacity as it is; give a factor below or above 1"
        if not self.hit(levers).size:
            return f"hits nobody; {self.country} has no firm of stage {self.stage}, name another of either"
        users = levers.model.rows[USE]
        if all(users.start <= row < users.stop for row in self.hit(levers)):
            return "hits end users, who have no capacity to lose; name firms that make something"
        return None

    @property
    def actor(self) -> str | None:
        """The country hit; None for named firms."""
        return self.country

    @property
    def covered_countries(self) -> frozenset[str]:
        """Countries whose firms are hit at the stage; empty for named firms."""
        return expand_countries([self.country] if self.country else [], self.words)
