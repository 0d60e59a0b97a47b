"""Tax credits: a state forgoes tax for what is made, or for what is built to make it."""

from typing import Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

from model.policies.on_output import OnOutput
from model.policies.vocabulary import Price, Share, given


class TaxCredit(OnOutput):
    """A state pays makers of a good by the kilogram, by what making it costs, or by the capital of what they decide on while it is in force."""

    steady: ClassVar[bool] = True

    usd_per_kg: Price | None = given("Paid on each kg made of the good; give this or one of the two shares", "USD/kg", None)
    share_of_cost: Share | None = given("Paid of what making it costs beside inputs", "1", None)
    share_of_capital: Share | None = given("Paid of the capital of projects and lines that are decided on", "1", None)

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if sum(each is not None for each in (self.usd_per_kg, self.share_of_cost, self.share_of_capital)) != 1:
            raise ValueError("does not say once what is paid; give one of usd_per_kg, share_of_cost and share_of_capital")
        return self

    def per_kg(self, cost: np.ndarray) -> np.ndarray:
        """What is paid on a kg, USD, of firms with such costs beside inputs."""
        return np.full(cost.shape, self.usd_per_kg or 0.0) + (self.share_of_cost or 0.0) * cost

    def of_capital(self, million: np.ndarray, given: float) -> np.ndarray:
        """Share it pays of projects that cost so much, whatever it has paid before."""
        return np.full(np.shape(million), self.share_of_capital or 0.0)

    def builders(self, levers: Any) -> np.ndarray:
        """Rows of the firms whose projects and lines it pays for."""
        return np.unique(self.pairs(levers)[1])

    def idle(self, levers: Any) -> str | None:
        """Why nobody is paid by it; None if somebody may be."""
        return super().idle(levers) if self.usd_per_kg or self.share_of_cost or self.share_of_capital else "pays nothing at 0; give one of usd_per_kg, share_of_cost and share_of_capital above 0"


__all__ = ["TaxCredit"]
