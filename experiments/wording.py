"""How results read: names as words, numbers with the digits a reader needs, differences as so much more or less."""

import calendar

import numpy as np
import pandas as pd
import xarray as xr

NO_MARKET = 15.0
"""Asked over Chinese price from which on there is no market outside China rather than a price: the price rule nears its clamp of about 20."""
NAMES = {
    "october_for_a_year": "October for a year", "october_until_2029": "October until 2029", "october_until_2033": "October until 2033",
    "EU27": "EU", "DEU": "Germany", "KOR": "South Korea", "JPN": "Japan", "VNM": "Vietnam", "THA": "Thailand", "IND": "India",
    "MEX": "Mexico", "TWN": "Taiwan", "MYS": "Malaysia", "ROW": "other countries", "CHN": "China",
    "JPN-KOR-TWN": "Japan, Korea, Taiwan", "rest": "other regions",
}  # fmt: skip
"""How code names read in figures and tables; goods and sectors are called what their world says (experiments.headline), others only lose their underscores."""


def readable(name: str) -> str:
    """A code name as words."""
    return NAMES.get(name, name.replace("_", " "))


def heading(text: str) -> str:
    """A title begins with a capital."""
    return text[:1].upper() + text[1:]


def sentence_of(text: str) -> str:
    """Words as a sentence of their own after another; nothing of nothing."""
    return f" {heading(text)}." if text else ""


def between(text: str) -> str:
    """Words set apart within a sentence; nothing of nothing."""
    return f", {text}" if text else ""


def after(text: str) -> str:
    """Words added to what was said; nothing of nothing."""
    return f"; {text}" if text else ""


def spoken(month: str, short: bool = False) -> str:
    """A month "YYYY-MM" as people say it: November 2026, or Nov 2026."""
    year, number = month.split("-")
    return f"{(calendar.month_abbr if short else calendar.month_name)[int(number)]} {year}"


def figure_units(value: float, digits: int = 2) -> str:
    """A number as a reader needs it: two significant digits (or as many as given), all digits before the point, at most as many after it."""
    if not np.isfinite(value):
        return "none"
    whole = len(f"{abs(value):.0f}")
    rounded = round(float(f"{value:.{max(digits, whole)}g}"), digits) + 0.0  # no minus before a nought
    return f"{rounded:,.0f}" if rounded == round(rounded) else f"{rounded:.{digits}f}".rstrip("0")


def plus(value: float) -> str:
    """A difference with its sign."""
    text = figure_units(value)
    return f"+{text}" if value > 0 and text != "0" else text


def spell(months: int) -> str:
    """A number of months."""
    return "month" if months == 1 else f"{months} months"


def span(window: xr.Dataset) -> str:
    """A window in words: 36 months from November 2026."""
    return f"{spell(window.sizes['month'])} from {spoken(str(window.month.values[0]))}"


def change(found: pd.Series, unit: str) -> str:
    """A difference as so much more or less, with its sampling error and its spread over runs in the same sense."""
    sign, word = (1, "more") if found.difference_median >= 0 else (-1, "less")
    error, spread = ((sign * found[f"difference_{one}"], sign * found[f"difference_{other}"]) for one, other in (("median_from", "median_to"), ("low", "high")))
    return f"{known(figure_units(sign * found.difference_median), *error)} {unit} {word} (5-95 % of runs: {signed(*spread)})"


def known(text: str, one: float, other: float) -> str:
    """A figure with its sampling error in brackets: 13 (11 to 15); alone where it has none to speak of."""
    low, high = figure_units(min(one, other)), figure_units(max(one, other))
    return text if low == high or not np.isfinite([one, other]).all() else f"{text} ({low} to {high})"


def signed(one: float, other: float) -> str:
    """Both ends of an interval, the lower first."""
    low, high = sorted((one, other))
    return f"{figure_units(low)} to {figure_units(high)}"


def in_month(stop: float) -> str:
    """A number of months as a date, or never."""
    return f"in month {figure_units(stop)}" if np.isfinite(stop) else "not at all"


def worded(metric: str, value: float, gap: float = 0.0) -> str:
    """A median as people read it: an asked price is none where the gap is at its limits, a stop that never comes is none."""
    if metric.startswith("asked_") and gap >= NO_MARKET:
        return "no market"
    if "recovery" in metric:
        return "not yet" if np.isinf(value) else "no stop" if value == 0 else figure_units(value)
    return figure_units(value)


def multiple(ratio: float) -> str:
    """A price ratio in words; one near its clamp is no price."""
    return "no market at all" if np.isnan(ratio) or ratio >= NO_MARKET else f"{figure_units(ratio)} times the Chinese price"
