"""Loans: a state lends what a company builds with."""

from typing import Any, ClassVar

from model.policies.public_money import Money, Support
from model.policies.vocabulary import Interest, Years, given


class Loan(Support):
    """A state promises companies a loan, in equal parts if they are several. They draw it when they build while it is in force, and repay it with interest over some years once their plant is there."""

    steady: ClassVar[bool] = True

    usd_million: Money = given("Sum that is promised in all", "million USD")
    rate_pct: Interest = given("Interest, in place of what creditors ask", "% a year")
    years: Years = given("Years over which it is repaid, from when the plant is there", "years")

    def idle(self, levers: Any) -> str | None:
        """Why nothing is lent; None if something may be."""
        return "lends nothing at 0; give usd_million above 0" if self.usd_million == 0 else super().idle(levers)


__all__ = ["Loan"]
