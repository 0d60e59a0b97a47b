"""Production quotas: a ceiling on what a state's mines or separators make in a year."""

from collections.abc import Collection
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import BeforeValidator, model_validator

from model.names import MONTHS_A_YEAR, month_index
from model.policies.instrument import Instrument
from model.policies.vocabulary import Country, Factor, Share, Stage, Tonnes, Word, expand_countries, given, several


class ProductionQuota(Instrument):
    """A state allots its mines or separators a year's output, a twelfth of it a month; what is left over within a year may be made later in it."""

    steady: ClassVar[bool] = True

    country: Country = given("Country whose state limits its makers", "country")
    stage: Stage | None = given("Stage whose mines or separators are limited together; give this or entities", "stage", None)
    entities: Annotated[tuple[Word, ...], BeforeValidator(several)] = given("Mines or separators limited together, by name", "firm", ())
    tonnes_per_year: Tonnes | None = given("Ceiling on output of the main product, in the unit capacity of the stage is counted in", "t/year", None)
    share_of_base: Factor | None = given("Ceiling as a share of what they made in the base year, counted alike; give this or tonnes_per_year", "1", None)
    imported: Share = given("Share that counts of what separators make of imported ore: 0 none, 1 all", "1", 0.0)
    reviewed: Factor = given("Part of quota_growth by which the ceiling rises every January after its first year (if a share of the base year's output: after that year)", "1", 0.0)

    @model_validator(mode="after")
    def _one_ceiling(self) -> Self:
        if (self.tonnes_per_year is None) == (self.share_of_base is None):
            raise ValueError("a quota has one ceiling; give either tonnes_per_year or share_of_base")
        if bool(self.stage) == bool(self.entities):
            raise ValueError("does not say once who is limited; give either stage or entities")
        return self

    def pull(self, levers: Any) -> None:
        """What those it covers may make is limited (model.rationing)."""
        levers.production.append(self)

    def covered(self, model: Any) -> np.ndarray:
        """Rows of the mines and separators of the country that it limits."""
        agents, countries = model.firms.agents, expand_countries([self.country], self.words)
        named = (agent.name in self.entities or (self.stage is not None and agent.stage == self.stage) for agent in agents)
        return np.flatnonzero([chosen and agent.country in countries and agent.kind in LIMITED for chosen, agent in zip(named, agents, strict=True)])

    def years(self, month: int, first: int, missed: Collection[int] = ()) -> int:
        """Reviews up to a month, in a world that begins in the month `first`; missed: Januaries in which there was none."""
        since = (first if self.tonnes_per_year is None else month_index(self.date)) // MONTHS_A_YEAR
        return month // MONTHS_A_YEAR - since - sum(january // MONTHS_A_YEAR > since for january in missed)

    def idle(self, levers: Any) -> str | None:
        """Why it limits nobody; None if it limits a mine or a separator."""
        if not self.covered(levers.model).size:
            return f"limits nobody; only mines and separators of {self.country} can be limited, name a stage or firms of these"
        return None

    def _derived_name(self) -> str:
        """Kind, country, month and whom it limits."""
        return " ".join((super()._derived_name(), self.stage or "+".join(self.entities)))

    @property
    def actor(self) -> str:
        """The state that sets it."""
        return self.country


LIMITED = ("Miner", "Refiner")
"""Kinds of firms that produce under quotas."""
