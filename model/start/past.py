"""What prices were before a world begins: what is expected and remembered of them at its start (E11.1)."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model import schema, sheet
from model.chain import Chain
from model.folder import Folder
from model.names import month_index
from model.rules.investment import remembered
from model.rules.numerics import exponential, logarithm, smooth
from model.schema import BUILT_IN
from model.settings import Settings

if TYPE_CHECKING:
    from model.parameters import Values

AT_HOME = "China domestic"
"""Market of prices.csv that is China's own; every other one is taken for the market outside."""
MIDDLE = "-06"
"""Month in which a yearly figure stands."""
Past = dict[int, np.ndarray]
"""Prices a month up to the first one of a world, over those at its start, by good."""


class Memories(NamedTuple):
    """Goods with a past, and what is expected and what is remembered as a peak of each at the start, over its price then."""

    goods: np.ndarray
    expected: np.ndarray
    peak: np.ndarray


def past_prices(folder: Folder, said: Settings, chain: Chain, prices: dict[str, np.ndarray]) -> Past:
    """What prices.csv recorded of goods before the world's first month: rows that are built in. Between them prices moved evenly, to those of the start.

    Yearly figures stand in their middle month; several of one month count alike. No rows, no past.
    """
    if said.observed is None or not folder.file(schema.PRICES.file).exists():
        return {}
    first, table = month_index(said.start), sheet.load(folder, schema.PRICES, {})
    found = dict[int, dict[int, list[float]]]()
    for row in table[(table["role"] == BUILT_IN) & (table["date"] < said.start)].itertuples():
        good = chain.number.get(said.observed.prices.get(row.material, ""))
        if good is not None and row.price_mid_usd_per_kg > 0.0:
            start = prices["china" if row.market == AT_HOME else "outside"][good]
            date = row.date if "-" in row.date else row.date + MIDDLE
            found.setdefault(good, {}).setdefault(month_index(date), []).append(float(logarithm(row.price_mid_usd_per_kg / start)))
    return {good: monthly(rows, first) for good, rows in found.items()}


def monthly(rows: dict[int, list[float]], first: int) -> np.ndarray:
    """A price of every month from the first row's up to the world's first, from logs of some."""
    months = sorted(rows)
    known = [sum(rows[month]) / len(rows[month]) for month in months]
    return exponential(np.interp(np.arange(months[0], first + 1), [*months, first], [*known, 0.0]))


def memories(past: Past, p: "Values") -> Memories:
    """What is expected and remembered at the start: E11.1, month by month."""
    goods, found = np.array(sorted(past), np.int64), np.ones((2, len(past)))
    for at, good in enumerate(goods.tolist()):
        expected = peak = float(past[good][0])
        for price in past[good][1:].tolist():
            expected = smooth(expected, price, p.price_memory)
            peak = remembered(peak, price, max(price, expected), p.crisis_forgetting)
        found[:, at] = expected, peak
    return Memories(goods, found[0], found[1])


__all__ = ["Memories", "Past", "memories", "past_prices"]
