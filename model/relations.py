"""Who trades what with whom: the relations of links.csv, and those that open when a planned plant starts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.chain import EARTHS
from model.names import CHINA, DEFENCE, GOODS

RATED, DOMESTIC, CONTRACT, SPOT = range(4)
"""Tiers of E6.2, first served first."""


@dataclass
class Relations:
    """Arrays over relations, sorted by buyer and good; see `model.trade.Trade` for what is done with them."""

    seller: np.ndarray
    buyer: np.ndarray
    good: np.ndarray
    tonnes: np.ndarray
    contract: np.ndarray
    qualified: np.ndarray
    lag: np.ndarray
    freight: np.ndarray


def new_relations(entities: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Relations of plants that are new or outgrow their customers: as sellers to buyers of their bloc, and to be fed.

    As sellers they are unqualified and have to be sampled. As buyers they are commissioned on their inputs: every seller of
    the input outside China and its clients may supply them. Light oxide and metal can be had from China too, by any maker who looks.
    """
    rows = in_want(entities, links)
    buys = set(links.buyer)
    for plant in entities[entities.growing & (entities.country != CHINA)].itertuples():
        for good in EARTHS.makes(plant.kind):
            for buyer in buyers_of(good, entities, links).itertuples():
                if buyer.bloc == plant.bloc and buyer.Index != plant.Index:
                    rows.append((plant.Index, buyer.Index, good))
        for good in EARTHS.takes(plant.kind) if plant.Index not in buys else ():
            for seller in entities[entities.kind.map(lambda kind, good=good: good in EARTHS.makes(kind))].itertuples():
                if seller.bloc in ("ALLIED", "HEDGE") and seller.Index != plant.Index:
                    rows.append((seller.Index, plant.Index, good))
    found = pd.DataFrame(rows, columns=["supplier", "buyer", "good"]).drop_duplicates()
    known = set(zip(links.supplier, links.buyer, links.good))
    return found[[key not in known for key in zip(found.supplier, found.buyer, found.good)]]


def in_want(entities: pd.DataFrame, links: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Makers outside China and those in China they can turn to for light oxide and metal when others leave them short."""
    country, kind = entities.country, entities.kind
    return [
        (seller, buyer, good)
        for buyer_kind, good in (("MetalMaker", "oxide_NdPr"), ("MagnetMaker", "metal_NdPr"))
        for buyer in entities.index[(kind == buyer_kind) & (country != CHINA)]
        for seller in links.supplier[links.good == good].unique()
        if country[seller] == CHINA
    ]


def buyers_of(good: str, entities: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Firms that buy a good: makers by their kind, end users by what they bought in 2024."""
    makers = entities.kind.map(lambda kind: good in EARTHS.takes(kind))
    users = entities.index.isin(links.buyer[links.good == good]) & (entities.kind == "OEM")
    return entities[makers | users]


def relations(entities: pd.DataFrame, links: pd.DataFrame, lanes: pd.DataFrame) -> Relations:
    """All relations as arrays, sorted by buyer, good and seller."""
    table = pd.concat([links, new_relations(entities, links)], ignore_index=True)
    table = table.fillna({"tonnes_2024": 0.0, "contract": 0, "qualified": 0})
    rows = pd.Series(np.arange(len(entities)), entities.index)
    table = table.assign(
        s=table.supplier.map(rows), b=table.buyer.map(rows), g=table.good.map({good: i for i, good in enumerate(GOODS)})
    )
    table = table.sort_values(["b", "g", "s"], kind="stable")
    lane = lanes.set_index(["origin", "destination"])
    path = pd.MultiIndex.from_arrays([table.supplier.map(entities.country), table.buyer.map(entities.country)])
    bought = table.groupby(["b", "g"]).tonnes_2024.transform("sum")
    commissioned = (bought == 0.0) & (table.supplier.map(entities.country) != CHINA)
    qualified = (table.qualified > 0) | commissioned
    return Relations(
        seller=table.s.to_numpy(np.int64),
        buyer=table.b.to_numpy(np.int64),
        good=table.g.to_numpy(np.int64),
        tonnes=table.tonnes_2024.to_numpy(float),
        contract=table.contract.to_numpy(float) > 0,
        qualified=qualified.to_numpy(),
        lag=lane.months.reindex(path).to_numpy(np.int64),
        freight=lane.freight_usd_per_kg.reindex(path).to_numpy(float),
    )


def tiers(entities: pd.DataFrame, rel: Relations) -> np.ndarray:
    """E6.2: rated defence orders, then contracts, then the spot market."""
    bloc, sector = (entities[c].to_numpy() for c in ("bloc", "sector"))
    rank = np.where(rel.contract, CONTRACT, SPOT)
    rated = (sector[rel.buyer] == DEFENCE) & (bloc[rel.seller] == bloc[rel.buyer])
    return np.where(rated, RATED, rank).astype(np.int64)


def home_first(rank: np.ndarray, home: np.ndarray) -> np.ndarray:
    """E6.2: customers at home come before contracts abroad where a licence asks for it (relations `home`), after rated orders."""
    return np.where(home & (rank != RATED), DOMESTIC, rank)
