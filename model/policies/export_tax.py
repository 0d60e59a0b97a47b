"""Export taxes."""

from typing import Any, ClassVar

from model.policies import duty
from model.policies.export_measure import TargetedExportMeasure
from model.policies.vocabulary import DutyRate, given


class ExportTax(TargetedExportMeasure):
    """A state taxes what leaves its country by value and takes in the tax; it adds to the duties of importers, and the buyer pays both."""

    steady: ClassVar[bool] = True
    money: ClassVar[bool] = True

    rate: DutyRate = given("Ad valorem tax on exports, added to other duties; 0.25 is 25 %", "1")

    @property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """It limits nothing: who pays gets the goods."""
        return frozenset()

    def pull(self, levers: Any) -> None:
        """E15: the tax is added to what these goods cost on arrival."""
        duty.levy(levers, levers.relations(self), self.rate)

    def settle(self, model: Any) -> None:
        """The exporter's state takes in the tax."""
        duty.take_in(self, model, model.levers.relations(self), self.rate)

    def idle(self, levers: Any) -> str | None:
        """Why it taxes nothing, or so much that it may be a slip; None if it is neither."""
        return duty.idle(self, levers, levers.relations(self))
