"""Products that cross borders inside parts: their makers buy them where users did, and users elsewhere need the parts (embedded.csv).

What the world needs, and what makers of the products sell, stays what it was, grade by grade: only who buys it, and where it is used, moves.
"""

from collections.abc import Mapping

import pandas as pd

from model.chain import Chain
from model.errors import unknown
from model.sheet import refuse

Frames = Mapping[str, pd.DataFrame]
Tonnes = dict[tuple[str, str], float]
FILE = "embedded.csv"
SLACK = 1e-6
"""Tonnes by which sums of links may miss: they are rounded."""


def embedded(frames: Frames, chain: Chain) -> pd.DataFrame:
    """The links of a world with the trade in parts: each row's tonnes leave the purchases of the exporter's sector, at every supplier alike."""
    links, rows = frames["links"], frames["embedded"][frames["embedded"]["part"] == 1]
    if rows.empty:
        return links
    part_of = {chain.goods[inside]: chain.goods[part] for part, inside in chain.parts}
    bought = links[links["good"].isin(part_of)].groupby(["buyer", "good"], sort=False)["tonnes_base"].sum()
    makers, users = makers_of_parts(frames, chain), set(frames["demand"]["sector"] + "@" + frames["demand"]["country"])
    taken: Tonnes = {}
    lines = []
    for row in rows.itertuples():
        seller, user, maker = f"{row.taken_from}@{row.exporter}", f"{row.used_in}@{row.importer}", maker_in(row, makers)
        for column, name in (("taken_from", seller), ("used_in", user)):
            if name not in users:
                refuse(FILE, row.Index, column, unknown("user", name, users))
        needs = bought[seller] if seller in bought.index else pd.Series(dtype=float)
        left = float(needs.sum()) - sum(taken.get((seller, good), 0.0) for good in needs.index)
        if row.tonnes_base > left + SLACK:
            refuse(FILE, row.Index, "tonnes_base", f"{row.tonnes_base:,.6g} t leave {row.exporter} in parts, but {seller} has {max(left, 0.0):,.6g} t to put into them (demand.csv, less the rows above); lower it, or take it from another sector")
        for good, tonnes in needs.items():
            part = row.tonnes_base * tonnes / float(needs.sum())
            taken[seller, good] = taken.get((seller, good), 0.0) + part
            lines.append((maker, row.exporter, user, row.importer, part_of[str(good)], part, 1, 1))
    moved = moves(links, {key: tonnes / bought[key] for key, tonnes in taken.items()}, makers)
    return shares(pd.concat([moved, summed(pd.DataFrame(lines, columns=COLUMNS))], ignore_index=True))


COLUMNS = ["supplier", "supplier_country", "buyer", "buyer_country", "good", "tonnes_base", "contract", "qualified"]


def makers_of_parts(frames: Frames, chain: Chain) -> dict[str, str]:
    """The firm that makes parts in each country."""
    firms = frames["firms"]
    mine = firms[firms["process"].isin([process.name for process in chain.of_kind("PartsMaker")])]
    return dict(zip(mine["country"], mine["entity"], strict=True))


def maker_in(row: pd.Series, makers: Mapping[str, str]) -> str:
    """The maker of parts in the exporting country."""
    if row.exporter not in makers:
        refuse(FILE, row.Index, "exporter", f"nobody in {row.exporter} makes parts; add a maker to firms.csv, or write 0 in part")
    return makers[row.exporter]


def moves(links: pd.DataFrame, share: Mapping[tuple[str, str], float], makers: Mapping[str, str]) -> pd.DataFrame:
    """Links in which a share of what a user bought of a good is bought by the makers of parts of its country."""
    gone = pd.Series([share.get(pair, 0.0) for pair in zip(links["buyer"], links["good"], strict=True)], links.index)
    theirs = links[gone > 0]
    theirs = theirs.assign(buyer=theirs["buyer_country"].map(makers), tonnes_base=theirs["tonnes_base"] * gone[theirs.index])
    return pd.concat([links.assign(tonnes_base=links["tonnes_base"] * (1.0 - gone)), summed(theirs)], ignore_index=True)


def summed(links: pd.DataFrame) -> pd.DataFrame:
    """One link for each supplier, buyer and good; a contract if any part of it was one."""
    terms = {"tonnes_base": "sum", "contract": "max", "qualified": "max"}
    return links.groupby(COLUMNS[:5], sort=False, as_index=False).agg(terms)


def shares(links: pd.DataFrame) -> pd.DataFrame:
    """Links with what each is of its buyer's purchases of the good."""
    bought = links.groupby(["buyer", "good"])["tonnes_base"].transform("sum")
    return links.assign(share_of_buyer=(links["tonnes_base"] / bought.where(bought > 0, 1.0)))
