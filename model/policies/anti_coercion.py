"""Anti-coercion: a state's procedure against what it is hurt by, from the first complaint to duties in answer."""

from typing import Annotated, Any

from pydantic import Field

from model.policies.coercion_case import Case
from model.policies.instrument import Instrument
from model.policies.reach import no_trade
from model.policies.vocabulary import Countries, Country, DurationMonths, DutyRate, Goods, Share, expand_countries, expand_goods, given

Delay = Annotated[int, Field(strict=True, ge=0, le=60)]


class AntiCoercion(Instrument):
    """A case opens once its users have been short, or threatened, for some months; after a delay a vote, which luck decides, taxes goods of the origins until the hurt has been gone as long."""

    country: Country = given("Country whose state acts; EU27 covers its members", "country")
    origins: Countries = given("Countries against which it acts", "country", ("CHN",))
    goods: Goods = given('Goods of theirs that are taxed in answer; "*" is all', "good")
    rate: DutyRate = given("Ad valorem duty in answer; 0.25 is 25 %", "1")
    threshold: Share = given("Share of its users' need of headline goods unmet in a month from which they count as hurt", "1", 0.05)
    severity: Share = given("Announced severity against its users from which they count as hurt", "1", 0.8)
    months: DurationMonths = given("Months in a row of hurt that open a case, and without it that end one", "months", 3)
    delay: Delay = given("Months from the opening of a case to the vote and what it brings", "months", 9)
    vote: Share = given("Chance that the vote carries", "1", 0.55)

    def pull(self, levers: Any) -> None:
        """The case goes a month further; while its duty stands, it is added to what the goods cost on arrival (E15)."""
        case = levers.kept("case", self, Case)
        case.hear(self, levers.model)
        if case.stands:
            levers.tariff[levers.relations(self)] += self.rate

    def idle(self, levers: Any) -> str | None:
        """Why it never taxes anything; None if it may."""
        if self.rate == 0 or self.vote == 0:
            return "taxes nothing at a rate of 0, or with a vote that never carries; give both above 0"
        return None if levers.relations(self).size else no_trade(self, levers)

    @property
    def actor(self) -> str:
        """The state that acts."""
        return self.country

    @property
    def buyers(self) -> frozenset[str]:
        """Countries whose users may be hurt, and whose imports are taxed."""
        return expand_countries([self.country], self.words)

    @property
    def sellers(self) -> frozenset[str]:
        """Countries whose goods are taxed."""
        return expand_countries(self.origins, self.words) - self.buyers

    @property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods taxed, each by name."""
        return expand_goods(self.goods, self.words)
