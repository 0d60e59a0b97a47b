"""Anti-coercion: a state's procedure against what it is hurt by, from the first complaint to duties in answer."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from model.parameters import Values
from model.policies import duty
from model.policies.coercion_case import Case
from model.policies.import_measure import ImportMeasure
from model.policies.vocabulary import Countries, DurationMonths, DutyRate, Share, given

Delay = Annotated[int, Field(strict=True, ge=0, le=60)]


class AntiCoercion(ImportMeasure):
    """A case opens once its users have been short, or threatened, for some months; after a delay a vote, which luck decides, taxes goods of the origins until the hurt has been gone as long."""

    money: ClassVar[bool] = True

    origins: Countries = given("Countries against which it acts", "country", ("CHN",))
    rate: DutyRate = given("Ad valorem duty in answer; 0.25 is 25 %", "1")
    threshold: Share | None = given("Share of its users' need of headline goods unmet in a month beyond which they count as hurt (else coercion_threshold)", "1", None)
    severity: Share | None = given("Announced severity against its users from which they count as hurt (else coercion_severity)", "1", None)
    months: DurationMonths | None = given("Months in a row of hurt that open a case, and without it that end one (else coercion_months)", "months", None)
    delay: Delay | None = given("Months from the opening of a case to the vote and what it brings (else coercion_delay)", "months", None)
    vote: Share | None = given("Chance that the vote carries (else coercion_vote)", "1", None)

    def pull(self, levers: Any) -> None:
        """The case goes a month further; while its duty stands, it is added to what the goods cost on arrival (E15)."""
        case = levers.kept("case", self, Case)
        case.hear(self, levers.model)
        if case.stands:
            duty.levy(levers, levers.relations(self), self.rate)

    def settle(self, model: Any) -> None:
        """The state takes in its duty while that stands."""
        if model.levers.kept("case", self, Case).stands:
            duty.take_in(self, model, model.levers.relations(self), self.rate)

    def term(self, name: str, p: Values) -> float:
        """A term as it says itself, or as the parameters have it."""
        said = getattr(self, name)
        return float(getattr(p, f"coercion_{name}") if said is None else said)

    def idle(self, levers: Any) -> str | None:
        """Why it never taxes anything; None if it may."""
        if self.vote == 0:
            return "taxes nothing with a vote that never carries; give a vote above 0"
        return duty.idle(self, levers, levers.relations(self))
