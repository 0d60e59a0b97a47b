"""What was observed, from a world's own tables of trade flows and prices, in the terms of `TradeModel.results()`.

Which products of customs statistics and which assessed materials are which goods, from which month the first controls acted and how far a result may miss stands in
the table [observed] of world.toml; what each row is to the model, built in, fitted, compared or not expressible, in the row itself (model.seen).
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from model import schema, seen
from model.names import CHINA, DESTINATIONS, MONTH, month_index, month_name
from model.seen import NOT_EXPRESSIBLE, ROLES
from model.world import World

NOTED = "observed"
"""Table of world.toml, and attribute of the runs that holds what it led to, as JSON."""
FLOWS, PRICES = SEEN = ("trade_flows.csv", "prices.csv")
"""Tables of what was observed."""
EVERYWHERE = "WLD"
"""All destinations, in the words of customs statistics."""
AT_HOME, ASKED, PAID = "CHN", "ROW_asked", "ROW_realised"
MARKETS = {"China domestic": AT_HOME, "Europe (CIF/in-warehouse Rotterdam)": ASKED, "FOB China / international": PAID}
"""Which market of the results a reported price is of."""
SHOCK_MONTHS = 6
"""Months from the first controls on over which the shock is looked at month by month."""


@dataclass(frozen=True)
class Observed:
    """Observed exports of the headline's goods (destination or WLD, period, tonnes, role, source) and prices (good, month, market, USD/kg, role, source)."""

    control: str
    """First month of the first controls."""
    base_year: str
    exports: pd.DataFrame
    prices: pd.DataFrame
    goods: tuple[str, ...]
    """Goods of the world that the customs product of the exports is: those of the headline unless world.toml names others."""

    def monthly(self, destination: str, roles: Collection[str] = ROLES) -> pd.Series:
        """Observed exports to a destination in single months, t, by month "YYYY-MM", of rows of some roles; spans of two are spread evenly."""
        rows = self.exports[self.exports.role.isin(roles)]
        found: dict[str, float] = {}
        for row in rows[rows.destination == destination].itertuples():
            months = span(row.period)
            if 0 < len(months) <= 2:
                found |= dict.fromkeys(months, row.tonnes / len(months))
        return pd.Series(list(found.values()), pd.Index(list(found), dtype=object), dtype=float).sort_index()

    @property
    def base(self) -> pd.DataFrame:
        """Observed exports of the base year, by destination."""
        return self.exports[self.exports.period == self.base_year]

    @property
    def shock(self) -> list[str]:
        """The months after the first controls."""
        first = month_index(self.control)
        return [month_name(first + at) for at in range(SHOCK_MONTHS)]


def missing(world: World, tables: Iterable[str] = SEEN) -> str:
    """What a world lacks of its table of what was observed and of some files; "" if nothing."""
    absent = [] if world.said.observed else [f"[{NOTED}] in world.toml"]
    return ", ".join([*absent, *(name for name in tables if not world.folder.file(name).exists())])


def read(world: World) -> Observed | None:
    """What was observed of a world; None if its folder does not say."""
    said = world.said.observed
    if said is None or missing(world):
        return None
    return Observed(said.control, str(world.said.base_year or world.start[:4]), exports(world, said.exports), prices(world, said.prices), said.goods or world.headline.goods)


def exports(world: World, product: str) -> pd.DataFrame:
    """Observed Chinese exports of a product that results can tell: destination (a region or WLD), period (YYYY, YYYY-MM or a span of months), tonnes, role, source."""
    rows = flows(world)
    return rows[rows["product"] == product][["importer", "period", "tonnes", "role", "source"]].rename(columns={"importer": "destination"})


def flows(world: World) -> pd.DataFrame:
    """The rows of trade_flows.csv that results can tell: tonnes of Chinese exports to a region or to all."""
    rows = seen.load(world.folder, schema.TRADE_FLOWS, world.start)
    told = (rows.exporter == CHINA) & rows.importer.isin([EVERYWHERE, *DESTINATIONS]) & (rows.role != NOT_EXPRESSIBLE)
    return rows[told].dropna(subset=["tonnes"])


def prices(world: World, goods: Mapping[str, str]) -> pd.DataFrame:
    """The rows of prices.csv that results can tell: good, month, market (CHN, ROW_asked or ROW_realised), USD/kg, role, source."""
    rows = seen.load(world.folder, schema.PRICES, world.start)
    rows = rows[rows.material.isin(goods) & rows.market.isin(MARKETS) & (rows.role != NOT_EXPRESSIBLE)]
    named = rows.assign(good=rows.material.map(goods), market=rows.market.map(MARKETS), month=rows.date)
    return named[["good", "month", "market", "price_mid_usd_per_kg", "role", "source"]].rename(columns={"price_mid_usd_per_kg": "price"})


def span(period: str) -> list[str]:
    """The months of "2025", "2025H1", "2025-03" (or a day of it) or "2025-01..2025-06"; none of what is written otherwise."""
    first, _, last = str(period).partition("..")
    if year := re.fullmatch(r"(\d{4})(H[12])?", str(period)):
        start, end = {None: (1, 12), "H1": (1, 6), "H2": (7, 12)}[year[2]]
        return [f"{year[1]}-{month:02d}" for month in range(start, end + 1)]
    ends = [month[:7] for month in (first, last or first)]
    if not all(re.fullmatch(MONTH, month) for month in ends):
        return []
    return [month_name(month) for month in range(month_index(ends[0]), month_index(ends[1]) + 1)]


def note(runs: xr.Dataset, world: World) -> None:
    """Write into the runs what was observed of their world, if anything."""
    if found := read(world):
        tables = {"exports": found.exports.to_dict("list"), "prices": found.prices.to_dict("list")}
        runs.attrs[NOTED] = json.dumps({"control": found.control, "base_year": found.base_year, "goods": found.goods, **tables}, ensure_ascii=False)


def of(runs: xr.Dataset) -> Observed | None:
    """What the runs say was observed."""
    if NOTED not in runs.attrs:
        return None
    said = json.loads(runs.attrs[NOTED])
    return Observed(said["control"], said["base_year"], pd.DataFrame(said["exports"]), pd.DataFrame(said["prices"]), tuple(said["goods"]))
