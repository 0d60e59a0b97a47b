"""Demand shocks: what users need changes for some months."""

from typing import Any

from model.policies.end_users import EndUsers
from model.policies.shock import Shock
from model.policies.vocabulary import Factor, given


class DemandShock(Shock, EndUsers):
    """A boom or a slump: what users of some sectors in some countries need is multiplied by a factor for some months."""

    factor: Factor = given("Need, as a multiple of what it would be; 1.3 is 30 % more", "1")

    def pull(self, levers: Any) -> None:
        """E2.1: the need of the users it is for is multiplied; so it is by each of several."""
        levers.demand[self.users(levers)] *= self.factor

    def idle(self, levers: Any) -> str | None:
        """Why it changes nothing; None if it does."""
        return "leaves need as it is; give a factor below or above 1" if self.factor == 1 else super().idle(levers)
