"""Kinds of figure and word a table may hold: each with its unit and with bounds beyond which it can only be a slip.

The bounds keep the books exact too: with tonnages up to ten million the grams of a whole run stay within whole numbers.
"""

from model.sheet import Column


def number(unit: str, low: float, high: float, whole: bool = False, may_be_empty: bool = False) -> Column:
    """Numbers of a unit within bounds."""
    return Column(unit=unit, low=low, high=high, whole=whole, may_be_empty=may_be_empty)


def words(*allowed: str) -> Column:
    """One of a few words."""
    return Column(words=allowed)


def unit_by(other: str, **units: str) -> Column:
    """The unit of a row's figures, which another column settles."""
    return Column(given=(other, units))


def each(column: Column, names: str) -> dict[str, Column]:
    """The same column under several names, given in one string."""
    return dict.fromkeys(names.split(), column)


def ranged(name: str, column: Column, stem: str = "") -> dict[str, Column]:
    """A value and the two ends of its range: `name`, `stem`_low, `stem`_high."""
    stem = stem or name
    return each(column, f"{name} {stem}_low {stem}_high")


TEXT = Column()
COUNTRY, DEPOSIT_TYPE = Column(known="country"), Column(known="deposit type")
MONTH, YEAR_OR_MONTH = Column(pattern="20[0-9]{2}-(0[1-9]|1[0-2])"), Column(pattern="20[0-9]{2}(-(0[1-9]|1[0-2]))?")

TONNES, TONNES_OR_EMPTY = number("t", 0, 1e7), number("t", 0, 1e7, may_be_empty=True)
CAPACITY = number("t/year", 0, 1e7)
COST, COST_OR_EMPTY = number("USD/kg", 0, 1e6), number("USD/kg", 0, 1e6, may_be_empty=True)
SHARE, FLAG = number("share of 1", 0, 1), number("0 no, 1 yes", 0, 1, whole=True)
YIELD = number("share of 1", 0.01, 1)
PERCENT, GROWTH = number("%", 0, 100), number("%/year", -50, 100)
MASS_RATIO, INPUT_RATIO = number("kg/kg", 0, 10), number("kg/kg", 1, 10)
MONTHS, ELASTICITY = number("months", 0, 120), number("dimensionless", -10, 0)
AS_STATED = number("as the row's unit", 0, 1e6)
