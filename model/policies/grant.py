"""Grants: a state pays part of what a project costs when it is decided on."""

from typing import Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

from model.policies.public_money import Money, Support
from model.policies.vocabulary import Share, given
from model.rules.numerics import least, ratio


class Grant(Support):
    """A state pays part of the capital of projects that are decided on while it is in force, a share of each or a sum in all; of one that is broken off it gets back what is not yet spent."""

    steady: ClassVar[bool] = True

    share_of_capital: Share | None = given("Part of the capital of each project, beside what states bear unasked; give this or usd_million", "1", None)
    usd_million: Money | None = given("Sum for its projects together, first come, first served", "million USD", None)

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.share_of_capital is None) == (self.usd_million is None):
            raise ValueError("does not say once what is paid; give either share_of_capital or usd_million")
        return self

    def of_capital(self, million: np.ndarray, given: float) -> np.ndarray:
        """Share it pays of projects that cost so much, million USD, once it has given so much."""
        return np.full(np.shape(million), self.share_of_capital) if self.usd_million is None else least(ratio(max(self.usd_million - given, 0.0), million), 1.0)

    def builders(self, levers: Any) -> np.ndarray:
        """Rows of the firms whose projects it pays for."""
        return self.receivers(levers)

    def idle(self, levers: Any) -> str | None:
        """Why nobody is paid by it; None if somebody may be."""
        return super().idle(levers) if self.share_of_capital or self.usd_million else "pays nothing at 0; give a share_of_capital or usd_million above 0"


__all__ = ["Grant"]
