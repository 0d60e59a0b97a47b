"""What was observed in 2024-2026, from the model's own tables of trade flows and prices, in the terms of `TradeModel.results()`."""

from functools import cache
from pathlib import Path

import pandas as pd

import model
from model.names import DESTINATIONS

DATA = Path(model.__path__[0]) / "data"
MAGNETS_OF_CUSTOMS = "NdFeB/SmCo magnets (HS 850511)"
WORLD = "WLD"


@cache
def magnet_exports() -> pd.DataFrame:
    """Observed Chinese magnet exports: destination (a region or WLD), period (YYYY, YYYY-MM or a span of months), tonnes, source."""
    flows = pd.read_csv(DATA / "trade_flows.csv")
    mine = flows[(flows.exporter == "CHN") & (flows["product"] == MAGNETS_OF_CUSTOMS) & flows.importer.isin([WORLD, *DESTINATIONS])]
    return mine.dropna(subset=["tonnes"])[["importer", "period", "tonnes", "source", "confidence"]].rename(columns={"importer": "destination"})


def monthly(destination: str) -> pd.Series:
    """Observed magnet exports to a destination in single months, t, by month "YYYY-MM"; spans are spread evenly."""
    rows = magnet_exports()
    found: dict[str, float] = {}
    for row in rows[rows.destination == destination].itertuples():
        months = span(row.period)
        if 0 < len(months) <= 2:
            found |= dict.fromkeys(months, row.tonnes / len(months))
    return pd.Series(found, dtype=float).sort_index()


def span(period: str) -> list[str]:
    """The months of "2025-03" or "2025-01..2025-06"; none for a whole year."""
    first, _, last = str(period).partition("..")
    if len(first) != 7:
        return []
    return [str(month) for month in pd.period_range(first, last or first, freq="M")]


@cache
def prices() -> pd.DataFrame:
    """Observed oxide prices from 2024 on: good, month, market (CHN or ROW_asked), USD/kg, source."""
    rows = pd.read_csv(DATA / "prices.csv")
    goods = {"NdPr oxide": "oxide_NdPr", "Dy oxide": "oxide_Dy", "Tb oxide": "oxide_Tb"}
    rows = rows[rows.material.isin(goods) & (rows.date >= "2024")]
    market = rows.market.map(lambda name: "CHN" if name.startswith("China") else "ROW_asked" if name.startswith("Europe") else None)
    named = rows.assign(good=rows.material.map(goods), market=market, month=rows.date).dropna(subset=["market"])
    return named[["good", "month", "market", "price_mid_usd_per_kg", "source", "confidence"]].rename(columns={"price_mid_usd_per_kg": "price"})
