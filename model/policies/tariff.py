"""Import tariffs."""

from typing import Any, ClassVar

import numpy as np

from model.policies import duty
from model.policies.import_measure import ImportMeasure
from model.policies.vocabulary import DutyRate, Flag, given


class Tariff(ImportMeasure):
    """A state taxes imports by value and takes in the duty; duties of several tariffs on the same trade add up, the importer pays."""

    steady: ClassVar[bool] = True
    money: ClassVar[bool] = True

    rate: DutyRate = given("Ad valorem duty, added to other duties; 0.25 is 25 %", "1")
    by_content: Flag = given("Reach into goods made of those taxed: true where these are taxed too, by the share of their value that goods taxed make up at the prices of the start", "true or false", False)

    def pull(self, levers: Any) -> None:
        """E15: the duty is added to what these goods cost on arrival."""
        duty.levy(levers, *self.taxed(levers))

    def settle(self, model: Any) -> None:
        """The importer's state takes in the duty."""
        duty.take_in(self, model, *self.taxed(model.levers))

    def taxed(self, levers: Any) -> tuple[np.ndarray, float | np.ndarray]:
        """Relations on which it is levied, and at what rate."""
        if not self.by_content:
            return levers.relations(self), self.rate
        return levers.kept("taxed", self, lambda: levers.with_content(self))

    def idle(self, levers: Any) -> str | None:
        """Why it taxes nothing, or so much that it may be a slip; None if it is neither."""
        return duty.idle(self, levers, self.taxed(levers)[0])
