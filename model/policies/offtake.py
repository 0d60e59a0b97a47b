"""Offtake: a state guarantees that part of what a plant makes is bought."""

from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import model_validator

from model.policies.public_money import Support
from model.policies.vocabulary import Goods, NoneOrCountries, Share, Tonnes, expand_countries, expand_goods, given


class Offtake(Support):
    """Users in some countries order a volume from a plant on account of a contract; its payer adds to the price of what is delivered under it and pays for what is not called."""

    steady: ClassVar[bool] = True

    good: Goods = given("Good whose purchase is guaranteed, or goods, of which users then order what they use", "good")
    tonnes_per_year: Tonnes | None = given("Volume guaranteed, of all plants together in proportion to what they can make; give this or share_of_output", "t/year", None)
    share_of_output: Share | None = given("Volume guaranteed as a share of what each plant can make", "1", None)
    buyers: NoneOrCountries = given('Countries whose users order it; none: the payer\'s; "*" is all', "country", ())
    premium: Share = given("Part that the payer adds to the price of what is delivered under it, as a share of that at the plant's gate", "1", 0.0)
    take_or_pay: Share = given("Part of the same price that the payer pays the plant for what it could deliver and nobody orders", "1", 0.0)

    @model_validator(mode="after")
    def _one_volume(self) -> Self:
        if (self.tonnes_per_year is None) == (self.share_of_output is None):
            raise ValueError("guarantees one volume; give either tonnes_per_year or share_of_output")
        return self

    @cached_property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods guaranteed, each by name."""
        return expand_goods(self.good, self.words)

    @cached_property
    def covered_buyers(self) -> frozenset[str]:
        """Countries whose users order it."""
        return expand_countries(self.buyers or (self.payer,), self.words)

    @property
    def volume(self) -> float:
        """What it guarantees, t/year or a share of output."""
        return (self.tonnes_per_year or 0.0) + (self.share_of_output or 0.0)

    def pull(self, levers: Any) -> None:
        """Its lines are ordered, served before the spot market and paid for (model.offtakes)."""
        levers.offtakes += (self,) if self.volume > 0.0 else ()

    def herald(self, levers: Any) -> None:
        """Buyers begin to qualify the plants, and investors count on the purchases, once it is announced."""
        self.pull(levers)

    def idle(self, levers: Any) -> str | None:
        """Why nothing is bought for it; None if it is."""
        if self.volume == 0.0:
            return "guarantees nothing at a volume of 0; give one above 0"
        why = super().idle(levers)
        if why or levers.model.offtakes.lines(self).size:
            return why
        return f"finds no buyer; nobody in {', '.join(self.buyers or (self.payer,))} can have {', '.join(self.good)} from there, name other buyers, plants or goods"


__all__ = ["Offtake"]
