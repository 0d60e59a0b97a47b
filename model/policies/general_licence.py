"""General licences: named exporters that need not apply for each shipment to their civil customers."""

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BeforeValidator, Field

from model.policies.export_measure import TargetedExportMeasure
from model.policies.vocabulary import Share, Word, given, several


class GeneralLicence(TargetedExportMeasure):
    """A state frees part of what some firms export from its licences, for a time; it counts in no office's capacity. Bans stand."""

    steady: ClassVar[bool] = True

    entities: Annotated[tuple[Word, ...], BeforeValidator(several), Field(min_length=1)] = given("Exporters that hold it, by name", "firm")
    share: Share = given("Share of their controlled exports to civil customers that it frees", "1", 1.0)

    @property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """It limits nothing."""
        return frozenset()

    def pull(self, levers: Any) -> None:
        """The share of what would be controlled that is free."""
        rows = self.freed(levers)
        levers.general[rows] = np.maximum(levers.general[rows], self.share)

    def freed(self, levers: Any) -> np.ndarray:
        """Relations of the holders to customers that are not defence."""
        return levers.kept("freed", self, lambda: levers.of_firms(levers.relations(self), self.entities))

    def touches(self, levers: Any) -> bool:
        """Whether its holders sell any of the goods abroad."""
        return self.freed(levers).size > 0

    def idle(self, levers: Any) -> str | None:
        """Why it frees nothing; None if it does."""
        if self.share == 0:
            return "frees no part of any export; give a share above 0"
        return super().idle(levers)
