"""Season: how much of a mean month China sends abroad in each month of the year, holidays minded (E7.7)."""

from typing import TYPE_CHECKING

import numpy as np

from model.names import MONTHS_A_YEAR, month_name

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.tables import Frames


class Season:
    """Factors of calendar.csv by month of the run, as far as the parameter `calendar` goes; 1 throughout in a world without the table."""

    def __init__(self, model: "TradeModel") -> None:
        self.model = model
        months = model.last - model.first + 1
        self.factors = 1.0 + model.p.calendar * (factors(model.facts.tables, model.first, months) - 1.0)
        sent = np.concatenate([[0.0], np.add.accumulate(self.factors - 1.0)])
        self.sent_ahead = sent - sent.min()

    @property
    def factor(self) -> float:
        """This month's. What China has sent is divided by it before fear and prices look at it: a short February alarms nobody."""
        return float(self.factors[self.model.elapsed])

    @property
    def ahead(self) -> float:
        """Months of what is bought in China that have been sent ahead of use by the start of the month, 0 when fewest are: what buyers keep beside their cover."""
        return float(self.sent_ahead[max(self.model.elapsed, 0)])

    def put_by(self) -> float | np.ndarray:
        """(good, firm): what buyers abroad keep for China's short months, leading grams; it is nobody's cover."""
        model = self.model
        return self.ahead * model.exposed * model.expected * model.abroad if self.ahead > 0.0 else 0.0

    def shape(self, first: int, last: int) -> None:
        """What is ordered in China from abroad, on the relations from first to last, is ordered by its calendar: who buys there knows when it works."""
        trade = self.model.trade
        if self.factor != 1.0:
            trade.orders[first:last] *= 1.0 + (self.factor - 1.0) * trade.from_china[first:last]


def factors(tables: "Frames", first: int, months: int) -> np.ndarray:
    """(month,): factor of each month from `first` on, their mean over a usual year being 1; of years the table does not have, the mean of those it has."""
    table = tables["calendar"]
    if not len(table):
        return np.ones(months)
    usual = table[table["kind"] == "month"].assign(at=lambda rows: rows["month"].astype(int)).sort_values("at")["factor"].to_numpy(float)
    feasts = table[table["kind"] == "festival"]
    known = {(line.year, int(line.month)): line.factor for line in feasts.itertuples()}
    years = set(feasts["year"])
    mean = np.array([sum(known.get((year, month), 0.0) for year in sorted(years)) for month in range(1, MONTHS_A_YEAR + 1)]) / max(len(years), 1)
    found = []
    for month in range(first, first + months):
        year, at = month_name(month)[:4], month % MONTHS_A_YEAR
        found.append(usual[at] + (known.get((year, at + 1), 0.0) if year in years else mean[at]))
    return np.array(found) * MONTHS_A_YEAR / (usual + mean).sum()
