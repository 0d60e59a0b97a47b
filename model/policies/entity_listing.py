"""Entity lists: named firms abroad that may not be supplied."""

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BeforeValidator, Field

from model.policies.export_measure import ExportMeasure
from model.policies.vocabulary import Share, Word, expand_countries, given, several


class EntityListing(ExportMeasure):
    """A state cuts named buyers abroad off from some goods of its country: nobody there gets a licence to supply them. Makers abroad may still supply them."""

    steady: ClassVar[bool] = True

    entities: Annotated[tuple[Word, ...], BeforeValidator(several), Field(min_length=1)] = given("Firms, or users as sector@country, that are cut off, by name", "firm")
    share: Share = given("Share of what they order that is stopped; less than 1 for a month the listing covered in part", "1", 1.0)

    @property
    def buyers(self) -> frozenset[str]:
        """Every other country: nobody is cut off at home."""
        return expand_countries(["*"], self.words) - self.sellers

    @property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """It limits single firms; what the others buy is a measure of trade."""
        return frozenset()

    def pull(self, levers: Any) -> None:
        """The share of the orders of those listed that nobody gets a licence for."""
        rows = self.listed(levers)
        levers.banned[rows] = np.maximum(levers.banned[rows], self.share)

    def listed(self, levers: Any) -> np.ndarray:
        """Relations on which those listed buy."""
        return levers.kept("listed", self, lambda: levers.to_firms(levers.relations(self), self.entities))

    def touches(self, levers: Any) -> bool:
        """Whether those listed could buy any of the goods from there."""
        return self.listed(levers).size > 0

    def idle(self, levers: Any) -> str | None:
        """Why it cuts nobody off; None if it does."""
        if self.share == 0:
            return "stops no part of any order; give a share above 0"
        return None if self.touches(levers) else f"none of those listed buys these goods from {self.origin}; name other firms or goods"
