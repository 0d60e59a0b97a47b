"""What supports by what is made of a good share: the good, and who makes it."""

from functools import cached_property
from typing import Any

import numpy as np

from model.names import MONTHS_A_YEAR
from model.policies.public_money import Support
from model.policies.vocabulary import Goods, expand_goods, given
from model.rules.numerics import least, ratio


class OnOutput(Support, family=True):
    """Public money for what firms make of a good, or of each of several."""

    good: Goods = given('Good it is paid on, or goods; "*" is all that a firm makes', "good")

    @cached_property
    def covered_goods(self) -> tuple[str, ...]:
        """The goods it is paid on, each by name."""
        return expand_goods(self.good, self.words)

    def makers(self, levers: Any, good: int) -> np.ndarray:
        """Rows of the firms it is for that make a good."""

        def found() -> np.ndarray:
            does, made = levers.model.does, {process.name for process in levers.model.chain.makers(good)}
            return np.array([row for row in self.receivers(levers) if does[row] in made], np.int64)

        return levers.kept("makers", (self, good), found)

    def pairs(self, levers: Any) -> tuple[np.ndarray, np.ndarray]:
        """Goods it is paid on, and rows of the firms it is for that make them, pair by pair."""

        def found() -> tuple[np.ndarray, np.ndarray]:
            mine = [(good, row) for good in self.numbers(levers) for row in self.makers(levers, good).tolist()]
            goods, rows = np.array(mine, np.int64).reshape(-1, 2).T
            return goods, rows

        return levers.kept("pairs", self, found)

    def numbers(self, levers: Any) -> list[int]:
        """The goods it is paid on, as far as the chain has them."""
        number = levers.model.chain.number
        return [number[good] for good in self.covered_goods if good in number]

    @staticmethod
    def part(tonnes: np.ndarray, most: float | None, share: float) -> np.ndarray:
        """Share of so much that is made a month (t) that so much a year is, or the share that is given."""
        if most is None:
            return np.full(tonnes.shape, share)
        return least(np.where(tonnes > 0.0, ratio(most / MONTHS_A_YEAR, tonnes), 0.0), 1.0)

    def idle(self, levers: Any) -> str | None:
        """Why nobody is paid by it; None if somebody may be."""
        why = super().idle(levers)
        if why is None and not any(self.makers(levers, good).size for good in self.numbers(levers)):
            return f"is for nobody who makes {', '.join(self.good)}; name other firms or another good"
        return why


__all__ = ["OnOutput"]
