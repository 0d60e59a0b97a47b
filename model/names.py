"""The vocabulary of the rare-earth trade network: the words every table, agent and result shares."""

import re
from functools import cache

ELEMENTS = ("NdPr", "Dy", "Tb")
NDPR, DY, TB = range(3)
ELEMENT_COUNT = len(ELEMENTS)

GOODS: tuple[str, ...] = (
    "concentrate",
    "oxide_NdPr",
    "oxide_Dy",
    "oxide_Tb",
    "metal_NdPr",
    "magnet_standard",
    "magnet_high",
    "magnet_extreme",
    "swarf",
)
CONCENTRATE, OXIDE_NDPR, OXIDE_DY, OXIDE_TB, METAL, MAGNET_STANDARD, MAGNET_HIGH, MAGNET_EXTREME, SWARF = range(9)
OXIDES = slice(OXIDE_NDPR, OXIDE_TB + 1)
HEAVIES = slice(OXIDE_DY, OXIDE_TB + 1)
MAGNETS = slice(MAGNET_STANDARD, MAGNET_EXTREME + 1)
GRADES = ("standard", "high", "extreme")

CHAIN_GOODS: dict[str, tuple[str, ...]] = {"ore": GOODS[:OXIDE_NDPR], "oxides": GOODS[OXIDES], "metal": GOODS[METAL:MAGNET_STANDARD], "magnets": GOODS[MAGNETS], "scrap": GOODS[SWARF:]}
"""Goods by the part they play in the chain (model.chain)."""

LEAD = (NDPR, NDPR, DY, TB, NDPR, NDPR, NDPR, NDPR, NDPR)
"""The element whose grams count an order or a flow of a good; the others follow in proportion."""

LIGHT, HEAVY, MAGNET = "light", "heavy", "magnet"
PRICE_CLASS = (LIGHT, LIGHT, HEAVY, HEAVY, LIGHT, MAGNET, MAGNET, MAGNET, LIGHT)
"""Class of each good: goods of a class share the parameters of their prices, and the luck of a licence office."""

STAGES = ("mine", "refine", "metal", "magnet")
KINDS = ("Miner", "Refiner", "MetalMaker", "MagnetMaker", "Recycler", "OEM")
MARKETS = ("CHN", "ROW_realised", "ROW_asked")
REGIONS = ("CHN", "USA", "EU27", "JPN", "KOR", "VNM", "THA", "IND", "MEX", "TWN", "MYS", "ROW")
DESTINATIONS = REGIONS[1:]
"""Import groups of countries.csv: what customs statistics tell apart; China is never a destination of its own exports."""

CHINA = "CHN"
NONMAGNET = {"nonmagnet_ndpr": "oxide_NdPr", "nonmagnet_dy": "oxide_Dy", "nonmagnet_tb": "oxide_Tb"}
"""Uses of oxides outside magnets (catalysts, glass, ceramics, phosphors) and the oxide each buys."""
DUAL_USE = ("drones_advanced_air",)
"""Sectors whose civil goods count as dual use."""
DEFENCE = "defence_aerospace"

LONGEST_WAIT = 4
"""Months: the oldest age of applications for a licence that is told apart (E8.1)."""
BASE_MONTH = "2024-01"
MONTHS_A_YEAR = 12
MONTH = "[0-9]{4}-(0[1-9]|1[0-2])"
"""How a month is written, in plain digits."""


@cache
def month_index(month: str) -> int:
    """Months since January 2024 of "YYYY-MM"; ValueError if it is none."""
    if not re.fullmatch(MONTH, month):
        raise ValueError(f"{month} is not a month")
    return (int(month[:4]) - 2024) * 12 + int(month[5:]) - 1


def month_name(index: int) -> str:
    """"YYYY-MM" of a number of months since January 2024."""
    return f"{2024 + index // 12:04d}-{index % 12 + 1:02d}"
