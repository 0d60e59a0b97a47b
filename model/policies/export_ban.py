"""Export bans: goods that may not leave for some destinations or end uses; also a firm's or state's stop of shipments."""

from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from model.policies.export_measure import TargetedExportMeasure
from model.policies.vocabulary import Share, given


class ExportBan(TargetedExportMeasure):
    """A state (or its only exporter) stops shipments: a licence that nobody gets, so that what cannot leave is not made for abroad."""

    steady: ClassVar[bool] = True

    share: Share = given("Share of shipments stopped; less than 1 for a month the ban covered in part", "1", 1.0)

    @cached_property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """What it stops."""
        return super().restricts if self.share > 0 else frozenset()

    def idle(self, levers: Any) -> str | None:
        """Why it stops nothing; None if it does."""
        return super().idle(levers) if self.share > 0 else "stops no part of any shipment; give a share above 0"

    def pull(self, levers: Any) -> None:
        """The share of orders that nobody gets a licence for."""
        rows = levers.relations(self)
        levers.banned[rows] = np.maximum(levers.banned[rows], self.share)
