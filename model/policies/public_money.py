"""What instruments that cost a state money share: a payer and a budget; and those for firms: whom they are for."""

from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from model.policies.instrument import Instrument
from model.policies.vocabulary import Country, Name, NoneOrCountries, Stage, Word, expand_countries, given, several

Money = Annotated[float, Field(strict=True, ge=0, le=1e6, allow_inf_nan=False)]


class PublicMoney(Instrument, family=True):
    """A state pays for it, from an account that may have a budget; when that is spent it stops."""

    money: ClassVar[bool] = True

    payer: Country = given("Country whose state pays", "country")
    budget: Money | None = given("Most that is paid in all; none: without limit", "million USD", None)
    paid_from: Name = given("Account it is paid from; instruments that name one share its budget, which is the least of theirs; empty: an account of its own", "account", "")

    @property
    def actor(self) -> str:
        """The state that pays."""
        return self.payer

    @property
    def account(self) -> str:
        """The account it is paid from."""
        return self.paid_from or self.name

    @property
    def budget_usd_million(self) -> float | None:
        """Most that is paid in all, million USD."""
        return self.budget

    def idle(self, levers: Any) -> str | None:
        """Why it can pay nothing; None if it can."""
        return "pays nothing with a budget of 0; give one above 0, or none" if self.budget == 0 else None


class Support(PublicMoney, family=True):
    """Public money for named firms, or for all firms of a stage in some countries."""

    entities: Annotated[tuple[Word, ...], BeforeValidator(several)] = given("Firms it is for, by name", "firm", ())
    countries: NoneOrCountries = given('Countries whose firms it is for; needs a stage, instead of entities; "*" is all', "country", ())
    stage: Stage | None = given("Stage of the firms it is for in those countries", "stage", None)

    @model_validator(mode="after")
    def _somebody_gets_it(self) -> Self:
        if bool(self.entities) == bool(self.countries or self.stage):
            raise ValueError("does not say once whom it is for; give either entities, or countries and stage")
        if not self.entities and not (self.countries and self.stage):
            raise ValueError("does not say whom it is for; give both countries and stage")
        return self

    @cached_property
    def covered_countries(self) -> frozenset[str]:
        """Countries whose firms of the stage it is for; empty for named firms."""
        return expand_countries(self.countries, self.words) if self.countries else frozenset()

    def pull(self, levers: Any) -> None:
        """Firms are paid as long as it is in force (`model.programmes`)."""
        levers.supports.append((self, True))

    def herald(self, levers: Any) -> None:
        """Investors know of it before it is in force."""
        levers.supports.append((self, False))

    @cached_property
    def identity(self) -> tuple[str, str]:
        """What is paid once is known by what it says and since when, not by its name nor by the account it is paid from."""
        kind, said = self.content()
        return repr((kind, {name: value for name, value in said.items() if name not in ("budget", "paid_from")})), self.date

    def receivers(self, levers: Any) -> np.ndarray:
        """Rows of the firms it is for."""
        return levers.firms(self)

    def idle(self, levers: Any) -> str | None:
        """Why it reaches nobody or pays nothing; None if it does."""
        if not self.receivers(levers).size:
            return f"is for nobody; {', '.join(self.countries)} has no firm of stage {self.stage}, name another of either"
        return super().idle(levers)

    def _derived_name(self) -> str:
        """Kind, payer, month and whom it is for."""
        return " ".join((super()._derived_name(), "+".join(self.entities) or f"{self.stage}@{'+'.join(self.countries)}"))


__all__ = ["Money", "PublicMoney", "Support"]
