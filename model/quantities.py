"""Kinds of figure and word a table may hold: each with its unit and with bounds beyond which it can only be a slip.

The bounds keep the books exact too: with tonnages up to ten million the grams of a whole run stay within whole numbers.
"""

from dataclasses import replace

from model.sheet import Column


def number(unit: str, low: float, high: float, whole: bool = False, may_be_empty: bool = False) -> Column:
    """Numbers of a unit within bounds."""
    return Column(unit=unit, low=low, high=high, whole=whole, may_be_empty=may_be_empty)


def words(*allowed: str, may_be_empty: bool = False) -> Column:
    """One of a few words."""
    return Column(words=allowed, may_be_empty=may_be_empty)


def each(column: Column, names: str) -> dict[str, Column]:
    """The same column under several names, given in one string."""
    return dict.fromkeys(names.split(), column)


def or_empty(column: Column) -> Column:
    """The same, and it may be left empty."""
    return replace(column, may_be_empty=True)


def noted(column: Column) -> Column:
    """The same as documentation: it is read and checked, and moves no result."""
    return replace(column, mark="documents", may_be_empty=True)


def compared(column: Column) -> Column:
    """The same as evidence: it is compared with what drives the model, and a mismatch is refused."""
    return replace(column, mark="checked")


def ranged(name: str, column: Column, stem: str = "") -> dict[str, Column]:
    """A value and the two ends of its range (documentation): `name`, `stem`_low, `stem`_high."""
    stem = stem or name
    return {name: column, **each(noted(column), f"{stem}_low {stem}_high")}


TEXT, ANY_TEXT = Column(), Column(may_be_empty=True)
COUNTRY, SECTOR, GOOD, ELEMENT = (Column(known=what) for what in ("country", "sector", "good", "element"))
PROCESS, DEPOSIT, PARAMETER = Column(known="process"), Column(known="deposit", may_be_empty=True), Column(known="parameter", may_be_empty=True)
MONTH, YEAR_OR_MONTH = Column(pattern="20[0-9]{2}-(0[1-9]|1[0-2])"), Column(pattern="20[0-9]{2}(-(0[1-9]|1[0-2]))?")

TONNES = number("t", 0, 1e7)
CAPACITY = number("t/year", 0, 1e7)
COST = number("USD/kg", 0, 1e6)
SHARE, FLAG = number("share of 1", 0, 1), number("0 no, 1 yes", 0, 1, whole=True)
YIELD = number("share of 1", 0.01, 1)
HUNDRED = 100.0
"""What per cent is of."""
PERCENT, GROWTH = number("%", 0, 100), number("%/year", -50, 100)
MASS_RATIO = number("kg/kg", 0, 10)
LIFETIME = number("years", 1, 100)
MONTHS, ELASTICITY = number("months", 0, 120), number("dimensionless", -10, 0)
AS_STATED = number("as the row's unit", 0, 1e6)
