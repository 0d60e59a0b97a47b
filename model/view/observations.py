"""What was observed since a world's first month: Chinese exports of what its headlines speak of, and prices, each point with its source."""

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from model.names import CHINA, month_index
from model.world import World

FLOWS, PRICES = "trade_flows.csv", "prices.csv"
PLACES = {"WLD": "the world", "USA": "the United States", "EU27": "Europe (EU 27)", "JPN": "Japan", "KOR": "South Korea"}
MARKETS = {"China domestic": "CHN", "Europe (CIF/in-warehouse Rotterdam)": "ROW_asked", "FOB China / international": "ROW_realised"}
"""Which of the model's markets a reported price is of."""


@dataclass(frozen=True)
class Point:
    """An observation of the mean over months first..last (counted from the world's first): a value, where it stands, its source and confidence."""

    what: str
    first: int
    last: int
    value: float
    source: str
    confidence: str


class Observations:
    """The observed tables of a world; a world may have none."""

    def __init__(self, world: World) -> None:
        self.world, self.start = world, world.first

    @property
    def missing(self) -> tuple[str, ...]:
        """Tables the world does not have."""
        return tuple(name for name in (FLOWS, PRICES) if not self.world.folder.file(name).exists())

    def rows(self, file: str) -> list[dict[str, str]]:
        """The rows of a table; none where it is missing."""
        path = self.world.folder.file(file)
        if not path.exists():
            return []
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))

    @cached_property
    def flows(self) -> list[dict[str, str]]:
        """Chinese exports of what headlines speak of, by the table's good or product; of several products the one most often reported."""
        mine = [row for row in self.rows(FLOWS) if row["exporter"] == CHINA and self.spoken_of(row)]
        often = Counter(row["product"] for row in mine).most_common(1)
        return [row for row in mine if row["product"] == often[0][0]]

    def spoken_of(self, row: dict[str, str]) -> bool:
        """Whether a row is of a good that makes headlines, or where it names none, of a product whose name speaks of them."""
        said = self.world.headline
        return row["good"] in said.goods if row.get("good") else said.words.lower() in row["product"].lower()

    @cached_property
    def quotes(self) -> list[dict[str, str]]:
        """Reported prices."""
        return self.rows(PRICES)

    def months(self, period: str) -> tuple[int, int] | None:
        """First and last month of "2025-03" or "2025-01..2025-06"; None for years and for what came before the world begins."""
        first, _, last = period.partition("..")
        if len(first) != len("2025-03") or first < self.world.start:
            return None
        return month_index(first) - self.start, month_index(last or first) - self.start

    def exports(self, place: str) -> list[Point]:
        """Chinese exports to a place, t a month (a longer period by its mean)."""
        found = []
        for row in self.flows:
            span = self.months(row["period"])
            if span and row["importer"] == place and row["tonnes"]:
                value = float(row["tonnes"]) / (span[1] - span[0] + 1)
                found.append(Point(f"exports to {PLACES[place]}", *span, value, row["source"], row["confidence"]))
        return found

    def material(self, row: dict[str, str]) -> str:
        """What a price is of, in words."""
        return self.world.names.get(row["material"], row["material"])

    def prices(self, good: str, market: str) -> list[Point]:
        """Observed price of a good on a market, USD/kg; in the table a good goes by its name or its words."""
        found, names = [], (good.lower(), self.world.names[good].lower())
        for row in self.quotes:
            span = self.months(row["date"])
            if span and row["material"].lower() in names and MARKETS.get(row["market"]) == market:
                found.append(Point(f"{self.material(row)}, {row['market']}", *span, float(row["price_mid_usd_per_kg"]), row["source"], row["confidence"]))
        return found
