"""Export bans: goods that may not leave for some destinations or end uses; also a firm's or state's stop of shipments."""

from typing import Any, ClassVar

import numpy as np

from model.policies.export_measure import TargetedExportMeasure
from model.policies.vocabulary import Share, given


class ExportBan(TargetedExportMeasure):
    """A state (or its only exporter) stops shipments; what is not shipped stays with the seller."""

    steady: ClassVar[bool] = True

    share: Share = given("Share of shipments stopped; less than 1 for a month the ban covered in part", "1", 1.0)

    @property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """What it stops."""
        return super().restricts if self.share > 0 else frozenset()

    def pull(self, levers: Any) -> None:
        """What is stopped at the border goes back to its seller."""
        rows = levers.relations(self)
        levers.banned[rows] = np.maximum(levers.banned[rows], self.share)
