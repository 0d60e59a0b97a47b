"""Contracts of contracts.csv: who is bound to whom, on which relations of the world, and for how much."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from model import tables
from model.chain import Chain
from model.chance import keys
from model.errors import unknown
from model.names import EU, month_index
from model.rules.numerics import LEAST
from model.schema import BINDINGS
from model.sheet import refuse
from model.start.recipes import GRAMS, MONTHS
from model.start.relations import Relations
from model.tables import TOLERANCE, Frames, nobody, refuse_row

ANYBODY = "all@"
"""Before a country (or EU27): whoever buys the good there."""
ORDERED = ("binding", "captive", "mou")
"""Contracts on whose account goods are ordered; where a seller has promised too much, the last are cut first."""
MOU = BINDINGS.index("mou")


class Agreements(NamedTuple):
    """Contracts (contract,) and the relations they are about, their lines (line,)."""

    seller: np.ndarray
    """Row of the firm that sells."""
    good: np.ndarray
    """Number of the good; of a mix, its first."""
    binding: np.ndarray
    """Place in `schema.BINDINGS`."""
    key: np.ndarray
    """Key of its luck: seller, buyer and good."""
    grams: np.ndarray
    """Leading grams a month agreed on; NaN where a share is."""
    share: np.ndarray
    """Share of the seller's output agreed on; NaN where grams are."""
    start: np.ndarray
    """First month, as `names.month_index` counts."""
    end: np.ndarray
    """Last month."""
    renews: np.ndarray
    """1 if it may be renewed."""
    contract: np.ndarray
    """Number of the contract of each line."""
    relation: np.ndarray
    """Number of the relation of each line."""
    part: np.ndarray
    """Part of the contract that goes over each line: by what the buyer used of the good in the base year, or by what the relation carried for contracts that stood then."""
    carried: np.ndarray
    """Leading grams a month that the relation of each line carried in the base year."""


# ---------------------------------------------------------------------- who is meant
def goods_of(frames: Frames, name: str) -> tuple[str, ...]:
    """The good, or those of the mix, of that name; none if neither is called so."""
    mixes = frames["mixes"]
    return (name,) if name in set(frames["goods"]["good"]) else tuple(dict.fromkeys(mixes["good"][mixes["mix"] == name]))


def takers(row: Mapping[str, str], goods: tuple[str, ...], entities: pd.DataFrame, bought: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """Who takes which of the goods under a contract: the firm it goes by (`via`), or the buyer, or whoever buys them in the buyer's country."""
    who = row["via"] or row["buyer"]
    place = who.removeprefix(ANYBODY)
    names = entities.index[(entities.country == place) | ((place == EU) & (entities.group == EU))] if who.startswith(ANYBODY) else [who]
    return [(name, good) for name in names for good in goods if good in bought.get(name, ())]


def dealings(frames: Frames, entities: pd.DataFrame, side: str) -> dict[str, frozenset[str]]:
    """What everybody may sell (`sold`) or buy (`bought`), by name."""
    of = tables.deal(frames)[side]
    return {name: frozenset(of(name, process)) for name, process in entities.process.items()}


def lines(frames: Frames, entities: pd.DataFrame) -> pd.DataFrame:
    """Relations that contracts are about: the row of the contract, supplier, buyer and good. Of firms that the world does not have there are none."""
    table, found = frames["contracts"], []
    bought = dealings(frames, entities, "bought") if len(table) else {}
    for row, line in table.iterrows():
        if line["seller"] in entities.index:
            found += [(row, line["seller"], name, good) for name, good in takers(line, goods_of(frames, line["good"]), entities, bought) if name != line["seller"]]
    return pd.DataFrame(found, columns=["row", "supplier", "buyer", "good"])


# ---------------------------------------------------------------------- what cannot be
def check_contracts(frames: Frames, entities: pd.DataFrame) -> None:
    """Both ends exist and deal in the good, a contract ends after it begins and is for something, and what is promised twice has a rank to be cut by."""
    table = frames["contracts"]
    if not len(table):
        return
    meant = [*entities.index, *(f"{ANYBODY}{country}" for country in dict.fromkeys(frames["countries"]["country"]))]
    for column, known in {"seller": list(entities.index), "buyer": meant, "via": [*meant, ""]}.items():
        refuse_row("contracts.csv", column, ~table[column].isin(known), partial(no_party, table[column], known))
    sold, bought = (dealings(frames, entities, side) for side in ("sold", "bought"))
    names = [*frames["goods"]["good"], *dict.fromkeys(frames["mixes"]["mix"])]
    for row, line in table.iterrows():
        goods, seller = goods_of(frames, line["good"]), line["seller"]
        if not goods:
            refuse("contracts.csv", row, "good", unknown("good or mix", line["good"], names))
        if not sold[seller].issuperset(goods):
            refuse("contracts.csv", row, "good", f"{seller} does not make {line['good']}; name one of {', '.join(sorted(sold[seller])) or 'the goods of another firm'}")
        if not takers(line, goods, entities, bought):
            refuse("contracts.csv", row, "via" if line["via"] else "buyer", f"{line['via'] or line['buyer']} does not buy {line['good']}; name in via the firm that takes it for it")
    late = table["from"] > table["to"]
    refuse_row("contracts.csv", "to", late, lambda row: f"{table['to'][row]} is before {table['from'][row]}, when it begins; correct either")
    empty = table["share_of_output"].isna() & table["t_per_year"].isna()
    refuse_row("contracts.csv", "share_of_output", empty, lambda row: "empty, and t_per_year too; give either")
    check_ranks(table)


def no_party(names: pd.Series, known: Collection[str], row: int) -> str:
    """The sentence for a party that no table has."""
    return nobody(names[row], known)


def check_ranks(table: pd.DataFrame) -> None:
    """Where shares of a seller's output come to more than all of it, each says how it binds."""
    counted = table[table["share_of_output"].notna() & table["binding"].isin([*ORDERED, ""])]
    for _, rows in counted.groupby(["seller", "good"], sort=False):
        for month in rows["from"]:
            standing = rows[(rows["from"] <= month) & (rows["to"] >= month)]
            total, bare = standing["share_of_output"].sum(), standing.index[standing["binding"] == ""]
            if total > 1 + TOLERANCE and len(bare):
                text = f"empty, and what {standing['seller'].iloc[0]} has promised in {month} comes to {total:g} of its output; say which gives way first: {', '.join(ORDERED)}, or lower the shares"
                refuse("contracts.csv", int(bare[0]), "binding", text)


# ---------------------------------------------------------------------- in the numbers of the world
class Base(NamedTuple):
    """What contracts are held against: leading grams a month of the base year (relation,), contents (good, firm), and the number of the first month."""

    flow: np.ndarray
    content: np.ndarray
    first: int


def agreements(frames: Frames, agreed: pd.DataFrame, entities: pd.DataFrame, rel: Relations, base: Base, chain: Chain) -> Agreements:
    """The contracts that are about some relation, in the world's numbers. agreed: `lines`."""
    table = frames["contracts"].loc[agreed["row"].unique()] if len(agreed) else frames["contracts"][:0]
    count, place = len(entities), {row: at for at, row in enumerate(table.index)}
    triple = (rel.good * count + rel.seller) * count + rel.buyer
    order = np.argsort(triple)
    rows = entities.row
    good, seller, buyer = agreed["good"].map(chain.number).to_numpy(np.int64), agreed["supplier"].map(rows).to_numpy(np.int64), agreed["buyer"].map(rows).to_numpy(np.int64)
    relation = order[np.searchsorted(triple, (good * count + seller) * count + buyer, sorter=order)]
    contract = agreed["row"].map(place).to_numpy(np.int64)
    start, end = (np.array([month_index(month) for month in table[side]], np.int64) for side in ("from", "to"))
    used = np.bincount(rel.good * count + rel.buyer, base.flow, len(chain.goods) * count)[good * count + buyer]
    weight = np.where((start <= base.first)[contract], base.flow[relation], used)
    part = parts(contract, weight, len(table))
    held = 1.0 / np.maximum(np.bincount(contract, part / base.content[good, seller], len(table)), LEAST)
    lead = np.unique(contract, return_index=True)[1]
    return Agreements(
        seller=seller[lead],
        good=good[lead],
        binding=np.array([BINDINGS.index(word or ORDERED[0]) for word in table["binding"]], np.int64),
        key=keys(f"{line['seller']}|{line['buyer']}|{line['good']}" for _, line in table.iterrows()),
        grams=table["t_per_year"].to_numpy(float) * GRAMS / MONTHS * held,
        share=table["share_of_output"].to_numpy(float),
        start=start, end=end, renews=table["renews"].to_numpy(float),
        contract=contract, relation=relation, part=part, carried=base.flow[relation],
    )  # fmt: skip


def parts(contract: np.ndarray, weight: np.ndarray, many: int) -> np.ndarray:
    """Part of its contract that goes over each line, by weight; alike where none has any."""
    total = np.bincount(contract, weight, many)[contract]
    bare = 1.0 / np.maximum(np.bincount(contract, minlength=many), 1)[contract]
    return np.where(total > 0.0, weight / np.where(total > 0.0, total, 1.0), bare)
