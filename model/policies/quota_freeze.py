"""Frozen quotas: reviews of production quotas that a state leaves out."""

from typing import Any, ClassVar

from model.names import MONTHS_A_YEAR, month_index
from model.policies.instrument import Instrument
from model.policies.production_quota import ProductionQuota
from model.policies.vocabulary import Country, Month, given


class QuotaFreeze(Instrument):
    """A state does not raise its production quotas: reviews that fall into these months are left out, and not made up for when they are over."""

    steady: ClassVar[bool] = True

    until: Month = given("First month no longer in force: what is put off for ever is a quota of its own", "month YYYY-MM")
    country: Country = given("Country whose state leaves out reviews of its production quotas", "country")

    @property
    def actor(self) -> str:
        """The state that leaves them out."""
        return self.country

    def pull(self, levers: Any) -> None:
        """A January that falls into it is no review (model.rationing)."""
        levers.unreviewed.add(self.country)

    def idle(self, levers: Any) -> str | None:
        """Why it leaves out nothing; None if it does."""
        if not any(isinstance(each, ProductionQuota) and each.country == self.country and each.reviewed for each in levers.model.course.events):
            return f"leaves out nothing; {self.country} has no production quota that is reviewed, name another country"
        if (month_index(self.until) - 1) // MONTHS_A_YEAR == (month_index(self.date) - 1) // MONTHS_A_YEAR:
            return "leaves out nothing; no January, in which quotas are reviewed, falls into it"
        return None
