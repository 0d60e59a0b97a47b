"""Equity: a state buys shares that a company issues."""

from typing import Any, ClassVar

from model.policies.public_money import Money, Support
from model.policies.vocabulary import given


class Equity(Support):
    """A state puts a sum into the cash of companies, once, in its first month in force; in equal parts if they are several."""

    steady: ClassVar[bool] = True

    usd_million: Money = given("Sum that is paid in, once", "million USD")

    def idle(self, levers: Any) -> str | None:
        """Why nothing is paid in; None if something is."""
        return "pays in nothing at 0; give usd_million above 0" if self.usd_million == 0 else super().idle(levers)


__all__ = ["Equity"]
