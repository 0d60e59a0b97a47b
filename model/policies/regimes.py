"""The ladder of China's export licence regimes, from open trade to embargo (regimes.csv of a world)."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import BeforeValidator, ConfigDict, Field

from model.checked import Checked, Frozen, read_rows
from model.errors import InputError, unknown
from model.names import LONGEST_WAIT


@dataclass(frozen=True)
class LicenceTerms:
    """What a licence office does with exports of some goods; shares and rates as numbers from 0 to 1 unless said otherwise.

    The defaults are those of a licence that says nothing more: everything needs one, and everyone gets it at once.
    """

    goods: tuple[str, ...]
    controlled_share: float = 1.0  # share of exports that needs a licence
    minimum_months: int = 0  # months an application waits before it can be approved
    approval_rate: float = 1.0  # of eligible applications, per month
    denial_rate: float = 0.0  # of eligible applications, per month
    capacity_share: float | tuple[float, ...] | None = None  # of the reference flow; None: no limit; several: one is drawn
    destination_factor: Frozen = field(default_factory=Frozen)  # part of its share of the throughput that a country gets
    strictness: Frozen = field(default_factory=Frozen)  # the same by the regime: (low, high) by country, drawn between
    defence_approval_rate: float = 1.0  # of eligible applications for defence, per month
    general_licence_share: float = 0.0  # of controlled exports to named civil customers, free of waiting
    announced_openness: float = 1.0  # of trade, as announced
    announced_severity: float = 0.0  # of the threat, as announced


def _number_or_none(cell: Any) -> Any:
    return None if cell == "" else cell


def _goods(cell: Any) -> tuple[str, ...]:
    return tuple(str(cell).split(";"))


Share = Annotated[float, Field(ge=0, le=1)]
ShareOrNone = Annotated[Share | None, BeforeValidator(_number_or_none)]
Capacity = Annotated[Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] | None, BeforeValidator(_number_or_none)]


class RegimeRow(Checked):
    """One regime for one group of goods."""

    model_config = ConfigDict(extra="ignore")  # ranges, confidence and notes stay in the table

    regime: str = Field(min_length=1, description="Name of the regime")
    goods: Annotated[tuple[str, ...], BeforeValidator(_goods)] = Field(description="Goods, separated by semicolons")
    controlled_share: Share = Field(description="Share of exports that needs a licence, 0 to 1")
    minimum_months: int = Field(ge=0, le=LONGEST_WAIT, description=f"Shortest wait in whole months, 0 to {LONGEST_WAIT}")
    monthly_approval_rate: Share = Field(description="Monthly approval rate, 0 to 1")
    capacity_share_of_mean_flow_prior_12_months: Capacity = Field(
        description="Capacity as a share of the mean flow of the 12 months before, 0 to 5; empty: no limit"
    )
    announced_openness: Share = Field(description="Announced openness, 0 to 1")
    announced_severity: Share = Field(description="Announced severity, 0 to 1")
    perceived_throughput: ShareOrNone = Field(None, description="Share of exports players expect to get through, 0 to 1; rows of the game's ladder")
    defence_approval_rate: Share = Field(description="Monthly approval rate for defence, 0 to 1")

    def terms(self) -> LicenceTerms:
        """The row in the words of a licence."""
        return LicenceTerms(
            goods=self.goods,
            controlled_share=self.controlled_share,
            minimum_months=self.minimum_months,
            approval_rate=self.monthly_approval_rate,
            capacity_share=self.capacity_share_of_mean_flow_prior_12_months,
            defence_approval_rate=self.defence_approval_rate,
            announced_openness=self.announced_openness,
            announced_severity=self.announced_severity,
        )


class Ladder(dict):
    """Facts of the regimes by name; one that the table lacks is missed in one line."""

    def __missing__(self, regime: str) -> None:
        raise InputError(f"regimes.csv: {regime} has no row, or no perceived_throughput, that the doctrines can go by; fill it in")


def stricter(terms: "Ladder", strictness: pd.DataFrame) -> "Ladder":
    """Regimes with what strictness.csv says of the destinations they treat worse."""
    found = Ladder(terms)
    for regime, rows in strictness.groupby("regime", sort=False):
        places = Frozen({row.destination: (row.low, row.high) for row in rows.itertuples()})
        dict.update(found, {regime: tuple(replace(group, strictness=places) for group in terms[regime])})
    return found


def ladder(path: Path, goods: Collection[str]) -> tuple[Ladder, Ladder]:
    """Every regime by name: its terms, one for each group of goods; and the share of headline exports each lets through, as the players of the game perceive it."""
    terms, perceived = Ladder(), Ladder()
    for number, row in enumerate(read_rows(path, RegimeRow), start=2):
        place = f"{path.name} row {number}, column goods"
        strange = [good for good in row.goods if good not in goods]
        if strange:
            raise InputError(f"{place}: {unknown('good', strange[0], goods)}")
        twice = {good for said in terms.get(row.regime, ()) for good in said.goods} & set(row.goods)
        if twice:
            raise InputError(f"{place}: {row.regime} has terms for {min(twice)} above; keep one row")
        terms[row.regime] = (*terms.get(row.regime, ()), row.terms())
        if row.perceived_throughput is not None:
            perceived[row.regime] = row.perceived_throughput
    return terms, perceived
