"""How results read: names as words, numbers with the digits a reader needs, differences as so much more or less."""

import numpy as np
import pandas as pd

NO_MARKET = 15.0
"""Asked over Chinese price from which on there is no market outside China rather than a price: the price rule nears its clamp of about 20."""
NAMES = {
    "ev_traction": "EV traction", "auto_other": "other car parts", "hvac": "air conditioning", "industrial_robots_motors": "robots, industry",
    "elevators_appliances_tools": "lifts, appliances", "medical_separation_other": "medical, other", "defence_aerospace": "defence, aerospace",
    "drones_advanced_air": "drones, air taxis", "two_wheelers": "two-wheelers", "nonmagnet_ndpr": "NdPr outside magnets",
    "nonmagnet_dy": "Dy outside magnets", "nonmagnet_tb": "Tb outside magnets", "oxide_NdPr": "NdPr oxide", "oxide_Dy": "Dy oxide",
    "oxide_Tb": "Tb oxide", "magnet_standard": "standard magnets", "magnet_high": "high-grade magnets", "magnet_extreme": "extreme-grade magnets",
    "EU27": "EU", "KOR": "South Korea", "JPN": "Japan", "VNM": "Vietnam", "THA": "Thailand", "IND": "India", "MEX": "Mexico", "TWN": "Taiwan",
    "MYS": "Malaysia", "ROW": "other countries", "CHN": "China",
}  # fmt: skip
"""How code names read in figures and tables; others only lose their underscores."""


def readable(name: str) -> str:
    """A code name as words."""
    return NAMES.get(name, name.replace("_", " "))


def heading(text: str) -> str:
    """A title begins with a capital."""
    return text[:1].upper() + text[1:]


def figure_units(value: float, digits: int = 2) -> str:
    """A number with as many digits as a reader needs."""
    if not np.isfinite(value):
        return "none"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return np.format_float_positional(value, precision=max(digits, len(f"{abs(value):.0f}")), fractional=False, trim="-")


def spell(months: int) -> str:
    """A number of months."""
    return "month" if months == 1 else f"{months} months"


def change(found: pd.Series, unit: str) -> str:
    """A difference as so much more or less, with its interval in the same sense."""
    sign, word = (1, "more") if found.difference_median >= 0 else (-1, "less")
    return f"{figure_units(sign * found.difference_median)} {unit} {word} (5-95 %: {signed(sign * found.difference_low, sign * found.difference_high)})"


def signed(one: float, other: float) -> str:
    """Both ends of an interval, the lower first."""
    low, high = sorted((one, other))
    return f"{figure_units(low)} to {figure_units(high)}"


def in_month(stop: float) -> str:
    """A number of months as a date, or never."""
    return f"in month {stop:.0f}" if np.isfinite(stop) else "not at all"


def worded(metric: str, value: float) -> str:
    """A median as people read it: a gap at its clamp is no market, a stop that never comes is none."""
    if "_gap" in metric and value >= NO_MARKET:
        return "no market"
    if "recovery" in metric:
        return "not yet" if np.isinf(value) else "no stop" if value == 0 else figure_units(value)
    return figure_units(value)


def multiple(ratio: float) -> str:
    """A price ratio in words; one near its clamp is no price."""
    return "no market at all" if np.isnan(ratio) or ratio >= NO_MARKET else f"{ratio:.1f} times the Chinese price"
