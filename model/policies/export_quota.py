"""Export quotas: a ceiling on a year's tonnage."""

from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import model_validator

from model.names import EVERY
from model.policies.export_measure import ExportMeasure
from model.policies.vocabulary import Factor, Tonnes, expand_countries, given


class ExportQuota(ExportMeasure):
    """A state lets no more than a tonnage of the goods leave, all destinations together, a twelfth of it a month."""

    steady: ClassVar[bool] = True

    tonnes_per_year: Tonnes | None = given("Ceiling on exports, product weight", "t/year", None)
    share_of_reference: Factor | None = given(
        "Ceiling as a share of mean exports over the last 12 months of free trade before it began; give this or tonnes_per_year", "1", None
    )

    @property
    def buyers(self) -> frozenset[str]:
        """Every other country."""
        return expand_countries([EVERY], self.words) - self.sellers

    @cached_property
    def share_of_past(self) -> str | None:
        """The ceiling, if it is a share."""
        return None if self.share_of_reference is None else "share_of_reference"

    def pull(self, levers: Any) -> None:
        """A twelfth of the year's tonnage may leave in a month; the rest goes back to its sellers."""
        rows = levers.relations(self)
        if self.share_of_reference is not None:
            grams = levers.kept("ceiling", self, lambda: levers.ceiling(self, rows, self.share_of_reference))
        else:
            grams = levers.leading_grams(rows, self.tonnes_per_year)
        levers.limit(rows, grams)

    @model_validator(mode="after")
    def _one_ceiling(self) -> Self:
        if (self.tonnes_per_year is None) == (self.share_of_reference is None):
            raise ValueError("a quota has one ceiling; give either tonnes_per_year or share_of_reference")
        return self
