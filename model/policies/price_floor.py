"""Price floors: contracts for difference between a state and those who make a good."""

from typing import Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

from model.policies.on_output import OnOutput
from model.policies.vocabulary import Price, Share, Tonnes, given


class PriceFloor(OnOutput):
    """A state pays what is missing of a price to a floor, on what is made of a good; above the floor part of the price may be its own."""

    steady: ClassVar[bool] = True

    floor: Price = given("Price that is guaranteed, where the plant stands", "USD/kg")
    share_of_output: Share = given("Share of what is made of the good that it holds for", "1", 1.0)
    tonnes_per_year: Tonnes | None = given("Most that it holds for, of each firm; instead of a share", "t/year", None)
    upside: Share = given("Share of what the price is above the floor that the payer gets", "1", 0.0)

    @model_validator(mode="after")
    def _one_volume(self) -> Self:
        if self.tonnes_per_year is not None and self.share_of_output < 1.0:
            raise ValueError("says twice how much it holds for; give either share_of_output or tonnes_per_year")
        return self

    def share(self, tonnes: np.ndarray) -> np.ndarray:
        """Share it holds for of so much that is made a month, t."""
        return self.part(tonnes, self.tonnes_per_year, self.share_of_output)

    def idle(self, levers: Any) -> str | None:
        """Why nobody is paid by it; None if somebody may be."""
        if self.floor == 0 and self.upside == 0:
            return "guarantees nothing at a floor of 0; give one near what the good costs to make"
        if self.tonnes_per_year == 0 or self.share_of_output == 0:
            return "holds for nothing; give a share_of_output or tonnes_per_year above 0"
        return super().idle(levers)


__all__ = ["PriceFloor"]
