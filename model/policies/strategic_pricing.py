"""Strategic pricing: exports sold below what they would fetch, so that those who make them elsewhere earn less."""

from typing import Any, ClassVar

import numpy as np

from model.kernels.purses import KILO
from model.names import CHINA
from model.policies.export_measure import TargetedExportMeasure
from model.policies.vocabulary import MOST_CUT, Cut, given
from model.rules.numerics import in_turn
from model.start.recipes import GRAMS


class StrategicPricing(TargetedExportMeasure):
    """China has its sellers ask less abroad than export parity and makes up for it. At home prices stay their own: a cut there would be paid by its own mines and is what quotas do."""

    steady: ClassVar[bool] = True
    money: ClassVar[bool] = True

    cut: Cut = given("Share of export parity that is not asked; several cuts add up", "1")

    @property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """It limits nothing."""
        return frozenset()

    def pull(self, levers: Any) -> None:
        """E10: the price asked in the countries aimed at, and with it export parity there."""
        levers.cut[self.cheapened(levers)] += self.cut

    def settle(self, model: Any) -> None:
        """The state makes up to its sellers what they did not ask for what they shipped: cut, times the price without it, times exports."""
        rows, trade = self.cheapened(model.levers), model.trade
        part = self.cut * np.minimum(MOST_CUT / np.maximum(model.levers.cut[rows], MOST_CUT), 1.0)
        million = part * model.market.parity[trade.good[rows]] * trade.flow[rows] / trade.content[rows] / GRAMS / KILO
        model.treasury.pay(self, float(in_turn(million)))
        model.finance.make_up(rows, million)

    def cheapened(self, levers: Any) -> np.ndarray:
        """Relations on which less is asked."""
        return levers.relations(self) if self.origin == CHINA else np.zeros(0, np.int64)

    def idle(self, levers: Any) -> str | None:
        """Why it makes nothing cheaper; None if it does."""
        if self.origin != CHINA:
            return f"makes nothing cheaper: prices abroad follow those of {CHINA} alone; name that as origin"
        return super().idle(levers) if self.cut > 0 else "cuts no price; give a cut above 0"
