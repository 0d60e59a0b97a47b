"""Enforcement campaigns: a state looks harder for what goes around its controls."""

from typing import Any, ClassVar

import numpy as np

from model.policies.export_measure import ExportMeasure
from model.policies.vocabulary import Factor, expand_countries, given


class EnforcementCampaign(ExportMeasure):
    """A state traces its goods and those who pass them on: more of what traders and smugglers carry is found, and they carry less."""

    steady: ClassVar[bool] = True

    strength: Factor = given("Rate at which it finds: of a small flow the share 1 - exp(-strength/2)", "1")

    def pull(self, levers: Any) -> None:
        """E9.2: the share that is found."""
        goods = [levers.model.chain.number[good] for good in self.covered_goods if good in levers.model.chain.number]
        levers.enforcement[goods] = np.maximum(levers.enforcement[goods], self.strength)

    @property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """It limits no declared trade."""
        return frozenset()

    @property
    def buyers(self) -> frozenset[str]:
        """Every other country."""
        return expand_countries(["*"], self.words) - self.sellers

    def idle(self, levers: Any) -> str | None:
        """Why it finds nothing; None if it may."""
        routes, numbers = levers.model.routes, levers.model.chain.number
        carried = {good for goods in routes.goods.values() for good in goods}
        if self.strength == 0:
            return "looks for nothing; give a strength above 0"
        if self.origin not in routes.origins or not carried & {numbers.get(good) for good in self.covered_goods}:
            return f"finds nothing; no trader of stores.csv carries these goods out of {self.origin}"
        return None
