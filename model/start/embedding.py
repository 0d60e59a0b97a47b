"""Products that cross borders inside parts: their makers buy them where users did, and users elsewhere need the parts (embedded.csv).

What the world needs, and what makers of the products sell, stays what it was, grade by grade: only who buys it, and where it is used, moves.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.chain import Chain
from model.errors import unknown
from model.sheet import refuse

Frames = Mapping[str, pd.DataFrame]
Tonnes = dict[tuple[str, str], float]
"""Tonnes by buyer and good."""
FILE = "embedded.csv"
SLACK = 1e-3
"""Tonnes by which what leaves in parts may exceed what there is: links are rounded."""
COLUMNS = ["supplier", "supplier_country", "buyer", "buyer_country", "good", "tonnes_base", "contract", "qualified"]


def embedded(frames: Frames, chain: Chain) -> pd.DataFrame:
    """The links of a world with the trade in parts: each row's tonnes leave the purchases of the exporter's sector, at every supplier alike."""
    links, rows = frames["links"], frames["embedded"][frames["embedded"]["part"] == 1]
    if rows.empty:
        return links
    part_of = {chain.goods[inside]: chain.goods[part] for part, inside in chain.parts}
    makers, bought = makers_of_parts(frames, chain), bought_of(links, part_of)
    taken: Tonnes = {}
    lines = []
    for row in rows.itertuples():
        check_ends(row, frames["demand"], makers)
        for good, tonnes in put_in(row, bought, taken).items():
            taken[source(row), good] = taken.get((source(row), good), 0.0) + tonnes
            lines.append((makers[row.exporter], row.exporter, f"{row.used_in}@{row.importer}", row.importer, part_of[good], tonnes, 1, 1))
    gone = {key: min(tonnes / bought[key[0]][key[1]], 1.0) for key, tonnes in taken.items()}
    return pd.concat([moved(links, gone, makers), summed(pd.DataFrame(lines, columns=COLUMNS))], ignore_index=True)


def source(row: Any) -> str:
    """The user whose purchases a row's tonnes leave."""
    return f"{row.taken_from}@{row.exporter}"


def makers_of_parts(frames: Frames, chain: Chain) -> dict[str, str]:
    """The firm that makes parts in each country."""
    firms = frames["firms"]
    mine = firms[firms["process"].isin([process.name for process in chain.of_kind("PartsMaker")])]
    return dict(zip(mine["country"], mine["entity"], strict=True))


def bought_of(links: pd.DataFrame, goods: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Tonnes that each buyer buys of some goods."""
    found: dict[str, dict[str, float]] = {}
    for (buyer, good), tonnes in links[links["good"].isin(goods)].groupby(["buyer", "good"], sort=False)["tonnes_base"].sum().items():
        if tonnes > 0:
            found.setdefault(buyer, {})[good] = float(tonnes)
    return found


def check_ends(row: Any, demand: pd.DataFrame, makers: Mapping[str, str]) -> None:
    """Somebody in the exporting country makes parts, and both sectors are users there."""
    if row.exporter not in makers:
        refuse(FILE, row.Index, "exporter", f"nobody in {row.exporter} makes parts; add a maker to firms.csv, or write 0 in part")
    for column, country in (("taken_from", row.exporter), ("used_in", row.importer)):
        there = list(demand["sector"][demand["country"] == country])
        if getattr(row, column) not in there:
            refuse(FILE, row.Index, column, f"{unknown('user', getattr(row, column), there)}; users in {country} are those of demand.csv")


def put_in(row: Any, bought: Mapping[str, Mapping[str, float]], taken: Tonnes) -> dict[str, float]:
    """A row's tonnes by the good in the parts, in the proportions in which the exporter's sector buys them; refuses more than it has."""
    needs, user = bought.get(source(row), {}), source(row)
    total = sum(needs.values())
    left = max(total - sum(taken.get((user, good), 0.0) for good in needs), 0.0)
    if row.tonnes_base > left + SLACK:
        text = f"{row.tonnes_base:,.6g} t leave {row.exporter} in parts, but {user} has {left:,.6g} t to put into them (demand.csv, less the rows above); lower it, or take it from another sector"
        refuse(FILE, row.Index, "tonnes_base", text)
    return {good: row.tonnes_base * tonnes / total for good, tonnes in needs.items()}


def moved(links: pd.DataFrame, gone: Mapping[tuple[str, str], float], makers: Mapping[str, str]) -> pd.DataFrame:
    """Links in which a share of what a user bought of a good is bought by the maker of parts in its country."""
    share = np.array([gone.get(pair, 0.0) for pair in zip(links["buyer"], links["good"], strict=True)])
    theirs = links.assign(tonnes_base=links["tonnes_base"] * share, buyer=links["buyer_country"].map(makers))[share > 0]
    return pd.concat([links.assign(tonnes_base=links["tonnes_base"] * (1.0 - share)), summed(theirs)], ignore_index=True)


def summed(links: pd.DataFrame) -> pd.DataFrame:
    """One link for each supplier, buyer and good; a contract if any of them was one."""
    return links.groupby(COLUMNS[:5], sort=False, as_index=False).agg({"tonnes_base": "sum", "contract": "max", "qualified": "max"})
