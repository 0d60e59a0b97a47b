"""How much prices outside China have been moving: by this, those who decide on plants judge how uncertain they are."""

import numpy as np

from model import kernels
from model.names import MONTHS_A_YEAR
from model.rules.numerics import HALF, logarithm

TRAILING = 24
"""Months over which it is measured."""


class Volatility:
    """Annualised standard deviation of the monthly log changes of realised prices over the last `TRAILING` months (E10.9).

    yearly: by good, 1/sqrt(year); prior: standard deviation a month that stands for each month of which no change is known yet.
    """

    def __init__(self, price: np.ndarray, prior: np.ndarray) -> None:
        self.last, self.prior = logarithm(price), prior
        self.moves, self.months = np.zeros((TRAILING, price.size)), 0
        self.yearly = MONTHS_A_YEAR**HALF * prior

    def note(self, price: np.ndarray) -> np.ndarray:
        """Takes note of the prices of a month, USD/kg by good; returns `yearly`."""
        now = logarithm(price)
        self.moves[self.months % TRAILING] = now - self.last
        self.last, self.months = now, self.months + 1
        self.yearly = MONTHS_A_YEAR**HALF * kernels.trailing(self.moves, min(self.months, TRAILING), self.prior)
        return self.yearly
