"""What instruments for end users share: sectors in countries."""

from functools import cached_property
from typing import Any

import numpy as np

from model.policies.instrument import Instrument
from model.policies.vocabulary import Countries, EndUses, expand_countries, expand_end_uses, given


class EndUsers(Instrument, family=True):
    """It is for the users of some sectors in some countries."""

    countries: Countries = given('Countries whose users it is for; "*" is all, EU27 covers its members', "country")
    sectors: EndUses = given('Their end uses: sectors, or civil, defence, dual_use; "*" is all', "end use", ("*",))

    @cached_property
    def covered_countries(self) -> frozenset[str]:
        """The countries, each by name."""
        return expand_countries(self.countries, self.words)

    @cached_property
    def covered_sectors(self) -> frozenset[str]:
        """The sectors, each by name."""
        return expand_end_uses(self.sectors, self.words)

    @property
    def actor(self) -> str | None:
        """The first of the countries."""
        return first_of(self.countries, self.covered_countries)

    def _derived_name(self) -> str:
        """Kind, actor, month and whom it is for."""
        return " ".join((super()._derived_name(), "+".join(self.sectors), "in", "+".join(self.countries)))

    def users(self, levers: Any) -> np.ndarray:
        """Rows of the users it is for."""
        return levers.firms_in(self.covered_countries, self.covered_sectors)

    def idle(self, levers: Any) -> str | None:
        """Why it reaches nobody; None if it does."""
        return None if self.users(levers).size else f"is for nobody; no user of {', '.join(self.sectors)} is in {', '.join(self.countries)}, name others"


def first_of(named: tuple[str, ...], covered: frozenset[str]) -> str:
    """The country that stands for several: the first that is named, or in the alphabet where all are meant."""
    return named[0] if named[0] in covered else min(covered)
