"""Shocks: what happens for some months and nobody enacts."""

from typing import ClassVar

from model.names import month_index
from model.policies.instrument import Instrument
from model.policies.vocabulary import DurationMonths, given


class Shock(Instrument, family=True):
    """It ends by itself after some months."""

    steady: ClassVar[bool] = True
    circumstance: ClassVar[frozenset[str]] = Instrument.circumstance | {"months"}

    months: DurationMonths = given("Duration", "months", 1)

    @property
    def last_index(self) -> float:
        """Index of the last month in force: it ends by itself, or earlier if `until` says so."""
        return min(super().last_index, month_index(self.date) + self.months - 1)
