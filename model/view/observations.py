"""What was observed from 2024 on: Chinese magnet exports and oxide prices, each point with its source."""

import csv
from dataclasses import dataclass
from functools import cache

from model.checked import DATA
from model.names import month_index

MAGNETS = "NdFeB/SmCo magnets (HS 850511)"
PLACES = {"WLD": "the world", "USA": "the United States", "EU27": "Europe (EU 27)", "JPN": "Japan", "KOR": "South Korea"}
MATERIALS = {"NdPr oxide": "oxide_NdPr", "Dy oxide": "oxide_Dy", "Tb oxide": "oxide_Tb"}
MARKETS = {"China domestic": "CHN", "Europe (CIF/in-warehouse Rotterdam)": "ROW_asked", "FOB China / international": "ROW_realised"}


@dataclass(frozen=True)
class Point:
    """An observation of the mean over months first..last (indices from 2024-01): a value, where it stands, its source and confidence."""

    what: str
    first: int
    last: int
    value: float
    source: str
    confidence: str


@cache
def rows(file: str) -> tuple[dict, ...]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def months(period: str) -> tuple[int, int] | None:
    """First and last month of "2025-03" or "2025-01..2025-06"; None for years and for what came before 2024."""
    first, _, last = period.partition("..")
    if len(first) != 7 or first < "2024-01":
        return None
    return month_index(first), month_index(last or first)


def exports(place: str) -> list[Point]:
    """Chinese magnet exports to a place, t a month (a longer period by its mean)."""
    found = []
    for row in rows("trade_flows.csv"):
        span = months(row["period"])
        if span and row["exporter"] == "CHN" and row["product"] == MAGNETS and row["importer"] == place and row["tonnes"]:
            value = float(row["tonnes"]) / (span[1] - span[0] + 1)
            found.append(Point(f"exports to {PLACES[place]}", *span, value, row["source"], row["confidence"]))
    return found


def prices(good: str, market: str) -> list[Point]:
    """Observed price of an oxide on a market, USD/kg."""
    found = []
    for row in rows("prices.csv"):
        span = months(row["date"])
        if span and MATERIALS.get(row["material"]) == good and MARKETS.get(row["market"]) == market:
            found.append(Point(f"{row['material']}, {row['market']}", *span, float(row["price_mid_usd_per_kg"]), row["source"], row["confidence"]))
    return found
