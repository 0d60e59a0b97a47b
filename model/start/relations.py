"""Who trades what with whom: the relations of links.csv, and those that open when a planned plant starts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from model import tables
from model.chain import HOLD, USE, Chain
from model.names import CHINA, EU
from model.schema import TRADER

RATED, DOMESTIC, OPEN = range(3)
"""Ranks of whole orders, first served first (E6.3); open ones are served as far as contracts cover them, then at home, then on the spot (kernels.tiers)."""


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
    sent: np.ndarray
    """Whether goods go over it without being ordered: what public stocks release and traders carry."""


def new_relations(entities: pd.DataFrame, links: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """Relations of plants that are new or outgrow their customers: as sellers to buyers of their bloc, and to be fed.

    As sellers they are unqualified and have to be sampled. Recyclers can have the scrap of the makers of their bloc. As buyers they are commissioned on their inputs: every seller of
    the input outside China and its clients may supply them, recyclers apart, which they have to sample. What is made of one good can be had from China too, by any maker who looks.
    """
    rows = in_want(entities, links, chain)
    buys = set(links["buyer"])
    for plant in entities[entities.growing & (entities.country != CHINA)].itertuples():
        for good in looks_for_customers(plant.process, chain):
            for buyer in buyers_of(good, entities, links, chain).itertuples():
                if buyer.bloc == plant.bloc and buyer.Index != plant.Index:
                    rows.append((plant.Index, buyer.Index, good))
        for good in collects(plant.process, chain):
            for maker in entities[entities.process.isin([made.name for made in chain.makers(chain.index(good))]) & (entities.bloc == plant.bloc)].itertuples():
                rows.append((maker.Index, plant.Index, good))
        for good in orders(plant.process, chain) if plant.Index not in buys else ():
            for seller in entities[entities.process.map(lambda process, good=good: good in commissioned(process, chain))].itertuples():
                if seller.bloc in ("ALLIED", "HEDGE") and seller.Index != plant.Index:
                    rows.append((seller.Index, plant.Index, good))
    found = pd.DataFrame(rows, columns=["supplier", "buyer", "good"]).drop_duplicates()
    known = set(zip(links["supplier"], links["buyer"], links["good"], strict=True))
    return found[[key not in known for key in zip(found["supplier"], found["buyer"], found["good"], strict=True)]]


def looks_for_customers(process: str, chain: Chain) -> tuple[str, ...]:
    """Goods for which a new plant of a process looks for customers: its products, by-products apart."""
    found = chain.by_name.get(process)
    return tuple(chain.goods[good] for good in found.makes) if found else ()


def commissioned(process: str, chain: Chain) -> tuple[str, ...]:
    """Goods for which a new plant counts on the firms of a process from the start: theirs whose plants are decided on, not by-products and what is collected."""
    found = chain.by_name.get(process)
    return tuple(chain.goods[good] for good in found.makes) if found and found.investment else ()


def orders(process: str, chain: Chain) -> tuple[str, ...]:
    """Goods that firms of a process order."""
    found = chain.by_name.get(process)
    return tuple(chain.goods[good] for good in found.takes) if found and found.kind != "Recycler" else ()


def collects(process: str, chain: Chain) -> tuple[str, ...]:
    """Scrap of makers that firms of a process collect."""
    found = chain.by_name.get(process)
    return tuple(chain.goods[good] for good in found.takes) if found and found.kind == "Recycler" else ()


def in_want(entities: pd.DataFrame, links: pd.DataFrame, chain: Chain) -> list[tuple[str, str, str]]:
    """Makers outside China and those in China they can turn to for their main input when others leave them short."""
    country, process = entities.country, entities.process
    return [
        (seller, buyer, chain.goods[made.feed])
        for made in chain.of_kind("MetalMaker", "MagnetMaker")
        for buyer in entities.index[(process == made.name) & (country != CHINA)]
        for seller in links["supplier"][links["good"] == chain.goods[made.feed]].unique()
        if country[seller] == CHINA
    ]


def stored(entities: pd.DataFrame, links: pd.DataFrame, stores: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """Relations of the holders of stores.csv: whoever sells a good to users or makers in the countries a holder serves may sell it to the holder, and it may send it to them (`sent`).

    A trader buys in China what it sends on, and nowhere else.
    """
    country, union, rows = entities.country, entities.group == EU, []
    for line in stores.itertuples():
        name = f"{line.holder}@{line.country}"
        own, all_of = (set(tables.several(cell)) for cell in (line.serves, f"{line.serves};{line.pooled_with}"))
        everyone = [taker for taker in buyers_of(line.good, entities, links, chain).index if entities.process[taker] != HOLD]
        takers, drawing = ([taker for taker in everyone if country[taker] in places or (EU in places and union[taker])] for places in (own, all_of))
        sold = links[(links["good"] == line.good) & (links["tonnes_base"] > 0)]
        sellers = sold["supplier"][sold["supplier"].map(country) == CHINA if line.role == TRADER else sold["buyer"].isin(takers)].unique()
        rows += [(seller, name, line.good, 1, 0) for seller in sellers]
        rows += [(name, taker, line.good, 0, 1) for taker in drawing]
    return pd.DataFrame(rows, columns=["supplier", "buyer", "good", "qualified", "sent"])


def buyers_of(good: str, entities: pd.DataFrame, links: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """Firms that buy a good: makers by their process, end users by what they bought in the base year."""
    makers = entities.process.map(lambda process: good in orders(process, chain))
    users = entities.index.isin(links["buyer"][links["good"] == good]) & (entities.process == USE)
    return entities[makers | users]


def relations(entities: pd.DataFrame, links: pd.DataFrame, lanes: pd.DataFrame, chain: Chain, agreed: pd.DataFrame, stores: pd.DataFrame) -> Relations:
    """All relations as arrays, sorted by buyer, good and seller. agreed: supplier, buyer and good of contracts; a relation that only they open is not qualified at first; scrap needs no qualification."""
    table = pd.concat([links, new_relations(entities, links, chain)], ignore_index=True)
    table = pd.concat([table, agreed.assign(agreed=1)], ignore_index=True).drop_duplicates(["supplier", "buyer", "good"])
    table = pd.concat([table, stored(entities, links, stores, chain)], ignore_index=True)
    table = table.fillna({"tonnes_base": 0.0, "contract": 0, "qualified": 0, "agreed": 0, "sent": 0})
    rows = pd.Series(np.arange(len(entities)), entities.index)
    table = table.assign(s=table["supplier"].map(rows), b=table["buyer"].map(rows), g=table["good"].map(chain.number))
    table = table.sort_values(["b", "g", "s"], kind="stable")
    lane = lanes.set_index(["origin", "destination"])
    path = pd.MultiIndex.from_arrays([table["supplier"].map(entities.country), table["buyer"].map(entities.country)])
    bought = table.groupby(["b", "g"])["tonnes_base"].transform("sum")
    commissioned = (bought == 0.0) & (table["sent"] == 0) & (table["supplier"].map(entities.country) != CHINA) & (table["agreed"] == 0)
    qualified = (table["qualified"] > 0) | commissioned | table["good"].isin([chain.goods[good] for good in chain.scrap])
    return Relations(
        seller=table["s"].to_numpy(np.int64),
        buyer=table["b"].to_numpy(np.int64),
        good=table["g"].to_numpy(np.int64),
        tonnes=table["tonnes_base"].to_numpy(float),
        contract=table["contract"].to_numpy(float) > 0,
        qualified=qualified.to_numpy(),
        lag=lane["months"].reindex(path).to_numpy(np.int64),
        freight=lane["freight_usd_per_kg"].reindex(path).to_numpy(float),
        sent=table["sent"].to_numpy(float) > 0.0,
    )


def ranks(entities: pd.DataFrame, rel: Relations, defence: np.ndarray) -> np.ndarray:
    """E6.3: orders of the defence of a seller's own bloc are rated, others open. defence: which firms' use is defence."""
    bloc = entities["bloc"].to_numpy()
    return np.where(defence[rel.buyer] & (bloc[rel.seller] == bloc[rel.buyer]), RATED, OPEN).astype(np.int64)


def home_first(rank: np.ndarray, home: np.ndarray) -> np.ndarray:
    """E6.2: customers at home come before contracts abroad where a licence asks for it (relations `home`), after rated orders."""
    return np.where(home & (rank != RATED), DOMESTIC, rank)
