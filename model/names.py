"""Words that every world shares: months, markets, regions, China."""

import re
from collections.abc import Iterable
from functools import cache

KINDS = ("Miner", "Refiner", "MetalMaker", "MagnetMaker", "PartsMaker", "Recycler", "OEM", "Holder")
"""Kinds of firms: each a class of behaviour (model.agents)."""
USER, HOLDER = "OEM", "Holder"
"""The kinds that make nothing: end users, and those who hold stocks."""
MARKETS = ("CHN", "ROW_realised", "ROW_asked")
"""Prices every world has: in China, and realised and asked outside as a whole, where they are those of its market regions weighted by use."""
REGIONS = ("CHN", "USA", "EU27", "JPN", "KOR", "VNM", "THA", "IND", "MEX", "TWN", "MYS", "ROW")
DESTINATIONS = REGIONS[1:]
"""Import groups of countries.csv: what customs statistics tell apart; China is never a destination of its own exports."""

CHINA = "CHN"
EU = "EU27"
"""The European Union, one place to customs and licence offices."""
EVERY = "*"
"""All goods, countries or uses, in an instrument or a table."""
CIVIL, DEFENCE, DUAL_USE = USES = ("civil", "defence", "dual_use")
"""Kinds of end use a control may single out; sectors.csv says which is whose."""

LONGEST_WAIT = 4
"""Months: the oldest age of applications for a licence that is told apart (E8.1)."""
MONTHS_A_YEAR = 12
MONTH = "[0-9]{4}-(0[1-9]|1[0-2])"
"""How a month is written, in plain digits."""
ORIGIN = 2024
"""Months are numbered from January of this year, earlier ones below 0, in every world alike."""


def markets(regions: Iterable[str]) -> tuple[str, ...]:
    """Prices by name: those every world has, then realised and asked in each market region outside China."""
    return (*MARKETS, *(f"{region}_{price}" for region in regions for price in ("realised", "asked")))


@cache
def month_index(month: str) -> int:
    """Number of "YYYY-MM" (0 is January 2024); ValueError if it is none."""
    if not re.fullmatch(MONTH, month):
        raise ValueError(f"{month} is not a month")
    return (int(month[:4]) - ORIGIN) * MONTHS_A_YEAR + int(month[5:]) - 1


def month_name(index: int) -> str:
    """"YYYY-MM" of a month's number."""
    return f"{ORIGIN + index // MONTHS_A_YEAR:04d}-{index % MONTHS_A_YEAR + 1:02d}"
