"""Export licences: an office through which exports must pass, that takes its time and has a capacity."""

from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from model.checked import SHORT, Frozen
from model.names import CHINA
from model.policies.export_measure import TargetedExportMeasure
from model.policies.regimes import LicenceTerms
from model.policies.vocabulary import (
    Country,
    Factor,
    Goods,
    Month,
    Share,
    Wait,
    Word,
    choice,
    expand_goods,
    given,
    several,
)

NO_LIMIT = "none"


def _capacity(value: Any) -> Any:
    """One share, several of which a run draws one, or the word none."""
    if value is None or value == NO_LIMIT:
        return value
    try:
        shares = TypeAdapter(Annotated[tuple[Factor, ...], Field(min_length=1)]).validate_python(several(value))
    except ValidationError:
        raise ValueError(f'{SHORT.repr(value)} is not a capacity; give a share from 0 to 5, a list of shares, or "none"') from None
    return shares[0] if len(shares) == 1 else shares


Regime = Annotated[Word, *choice("regime")]
Capacity = Annotated[Factor | tuple[float, ...] | Literal["none"] | None, BeforeValidator(_capacity)]


class ExportLicence(TargetedExportMeasure):
    """A state asks for a licence. A regime of regimes.csv sets all terms; a term given here wins over the regime's."""

    steady: ClassVar[bool] = True

    goods: Goods = given('Goods it covers, within those of the regime; "*" is all', "good", ("*",))
    regime: Regime | None = given("Named regime whose terms apply where none are given here", "regime", None)
    controlled_share: Share | None = given("Share of exports that needs a licence (else the regime's, else 1)", "1", None)
    minimum_months: Wait | None = given("Shortest wait for a licence (else the regime's, else 0)", "months", None)
    approval_rate: Share | None = given(
        "Share of eligible applications approved each month (else the regime's, else 1)", "1/month", None
    )
    denial_rate: Share = given("Share of eligible applications denied each month", "1/month", 0.0)
    capacity_share: Capacity = given(
        "Most the office approves a month, as a share of the mean flow of the last 12 months of free trade before the reference month; "
        "several shares: each run draws one; none: no limit (else the regime's)",
        "1",
        None,
    )
    destination_factor: Annotated[dict[Country, Share], AfterValidator(Frozen)] = given(
        "Part of its share of what the office lets through that a country gets at most; it is controlled more strictly too (wins over the regime's)", "1", {}
    )
    defence_approval_rate: Share | None = given(
        "Approval rate for defence end uses (else the regime's, else approval_rate)", "1/month", None
    )
    general_licence_share: Share = given(
        "Share of controlled exports under general licences, which do not wait", "1", 0.0
    )
    announced_openness: Share | None = given("Openness of trade as announced (else the regime's, else 1)", "1", None)
    announced_severity: Share | None = given("Severity of the threat as announced (else the regime's, else 0)", "1", None)
    de_minimis: Share | None = given(
        "Share of Chinese origin in the value of what is sold between other countries above which that needs the licence too; none: only exports do", "1", None
    )
    compliance: Annotated[dict[Country, Share], AfterValidator(Frozen)] = given("Share of a country's sellers that apply for it abroad (wins over compliance.csv)", "1", {})
    month_share: Share = given("Share of the month it was in force; scales the controlled share", "1", 1.0)
    reference_month: Month | None = given(
        "Month before which the last 12 months without any control of these goods give the reference flow; none: the first month in force",
        "month YYYY-MM",
        None,
    )

    def pull(self, levers: Any) -> None:
        """E8: applications wait, are approved within the office's capacity, and firms hear of it."""
        for terms in levers.terms_of(self):
            levers.licence(self, terms)
            if self.de_minimis is not None:
                levers.licence_abroad(self, terms)
            levers.announce(self, terms)

    def idle(self, levers: Any) -> str | None:
        """Why it controls nothing and threatens nobody; None if it does."""
        calm = levers.model.p.belief_background
        if not self.restricts and all(terms.announced_severity <= calm and terms.announced_openness >= 1 for terms in self.terms()):
            return "controls nothing and announces nothing; give a controlled_share above 0, or an announced_severity"
        if self.de_minimis is not None and self.origin != CHINA:
            return f"reaches nothing between other countries: the origin of goods is known for {CHINA} alone; leave de_minimis out"
        return super().idle(levers)

    def herald(self, levers: Any) -> None:
        """E1: firms hear of the threat; markets and flows are as before."""
        for terms in levers.terms_of(self):
            levers.threaten(self, terms)

    def touches(self, levers: Any) -> bool:
        """Whether any of its offices covers a relation."""
        return any(levers.relations(self, terms.goods).size for terms in levers.terms_of(self))

    @property
    def stays(self) -> bool:
        """What is sold between other countries holds more or less of Chinese origin from month to month."""
        return self.de_minimis is None

    @property
    def reference(self) -> str:
        """Month before which the months of free trade give the reference flow."""
        return self.reference_month or self.date

    @cached_property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """Exports of the goods of which some need a licence."""
        goods = [good for terms in self.terms() if terms.controlled_share > 0 for good in terms.goods]
        return frozenset(product(self.sellers, goods))

    @cached_property
    def share_of_past(self) -> str | None:
        """What is measured against past trade: the office's capacity, or what single destinations get."""
        if any(terms.capacity_share is not None for terms in self.terms()):
            return "capacity_share"
        factors = [{place: low for place, (low, _) in terms.strictness.items()} | terms.destination_factor for terms in self.terms()]
        worse = any(factor < 1 for each in factors for factor in each.values())
        return "destination_factor" if worse and self.restricts else None

    def terms(self) -> tuple[LicenceTerms, ...]:
        """What the office does with each group of goods."""
        return tuple(self._over(base) for base in self._groups())

    def _groups(self) -> tuple[LicenceTerms, ...]:
        """The regime's groups as far as the goods are covered; without a regime, one group."""
        covered = set(self.covered_goods)
        if self.regime is None:
            approval = 1.0 if self.approval_rate is None else self.approval_rate
            return (LicenceTerms(goods=expand_goods(covered, self.words), defence_approval_rate=approval),)
        groups = (replace(base, goods=tuple(g for g in base.goods if g in covered)) for base in self.words.terms[self.regime])
        return tuple(base for base in groups if base.goods)

    def _over(self, base: LicenceTerms) -> LicenceTerms:
        """A group's terms with those given here in their place."""
        names = set(LicenceTerms.__dataclass_fields__) - {"goods", "destination_factor", "strictness"}
        said = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        if said.get("capacity_share") == NO_LIMIT:
            said["capacity_share"] = None
        terms = replace(base, **said, destination_factor=Frozen(base.destination_factor | self.destination_factor))
        return replace(terms, controlled_share=terms.controlled_share * self.month_share)

    @model_validator(mode="after")
    def _reference_is_past(self) -> Self:
        if self.reference_month is not None and self.reference_month > self.date:
            raise ValueError(f".reference_month: {self.reference_month} is after date {self.date}, and nobody knows a flow to come; give an earlier month or leave it out")
        return self

    @model_validator(mode="after")
    def _says_what_it_covers(self) -> Self:
        if self.regime is None and "goods" not in self.model_fields_set:
            raise ValueError("does not say what it covers; give goods, a regime, or both")
        if not self._groups():
            raise ValueError(f"regime {self.regime} has no terms for {', '.join(self.goods)}; name other goods")
        return self

    @model_validator(mode="after")
    def _rates_fit(self) -> Self:
        for terms in self.terms():
            if max(terms.approval_rate, terms.defence_approval_rate) + terms.denial_rate > 1:
                raise ValueError("approval and denial rates together exceed 1; lower one of them")
        return self
