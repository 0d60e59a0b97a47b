"""Who supplied whom in the base year, built from what each made and needed: proportional fitting of known links to new totals.

Final demand leads: what users need decides what makers sell, what those take, and so on up the chain. What a firm makes decides its share. Links that
there are keep their proportions as far as the totals let them; beyond that, and for a firm without any, everybody may supply everybody, sooner in its own country
and bloc.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from model.chain import Chain, Process
from model.errors import warn
from model.folder import Folder
from model.settings import Linking, Settings
from model.sheet import LAYER, refuse

Frames = Mapping[str, pd.DataFrame]
SWEEPS, EXACT = 5000, 1e-10
"""Most sweeps of a fit, and the relative miss at which it is done."""
NEAR, SMALL = 2e-3, 0.05
"""Links balance if sums miss by less than this share, or these tonnes: tables are rounded."""
DECIMALS = 6
DRIVING = ("firms", "outputs", "demand", "mixes", "recipes", "stocks", "goods", "processes")
"""Tables that links follow from."""


class Block(NamedTuple):
    """Goods that are balanced together: tonnes by supplier, and by buyer and good."""

    goods: tuple[str, ...]
    supply: dict[str, float]
    use: dict[tuple[str, str], float]


class Books:
    """What each firm makes and needs in the base year, t; made up from the last goods to the first, so that needs follow from what is sold on."""

    def __init__(self, frames: Frames, chain: Chain) -> None:
        self.frames, self.chain = frames, chain
        self.firms = frames["firms"].set_index("entity")
        goods = frames["goods"].set_index("good")
        self.weight = goods["kg_per_kg_lead"]
        table = frames["recipes"]
        self.recipes = {(row.process, row.role, row.good, row.element): float(row.value) for row in table.itertuples()}
        self.outputs = {(row.entity, row.good): float(row.production_base_t) for row in frames["outputs"].itertuples()}
        self.factor: dict[str, float] = {}
        self.sold: dict[tuple[str, str], float] = {}

    def groups(self) -> list[tuple[int, ...]]:
        """Goods that are balanced together, those of users first; scrap apart, which is a share of what is left over."""
        found: list[tuple[int, ...]] = []
        for name in self.chain.sweep:
            process = self.chain.by_name.get(name)
            for group in ((process.counted, *((good,) for good in process.outputs if good not in process.counted)) if process else ()):
                if group not in found and not set(group) & set(self.chain.scrap):
                    found.append(group)
        return found

    def block(self, group: tuple[int, ...]) -> Block:
        """Supply and use of a group of goods."""
        names = tuple(self.chain.goods[good] for good in group)
        supply: dict[str, float] = {}
        for good in group:
            for process in self.chain.makers(good):
                for firm, tonnes in self.made(process, good, group).items():
                    supply[firm] = supply.get(firm, 0.0) + tonnes
        use = {(buyer, name): tonnes for name in names for buyer, tonnes in self.needed(name).items()}
        for row in self.frames["stocks"].itertuples():
            if row.good in names and row.change_base_t < 0:
                supply[f"{row.holder}@{row.country}"] = -row.change_base_t
        return Block(names, {k: v for k, v in supply.items() if v > 0}, {k: v for k, v in use.items() if v > 0})

    def made(self, process: Process, good: int, group: tuple[int, ...]) -> dict[str, float]:
        """What the firms of a process make of a good; what is counted together is given with the first."""
        table = self.firms[self.firms["process"] == process.name]
        name = self.chain.goods[good]
        listed = {firm: self.outputs[firm, name] for firm in table.index if (firm, name) in self.outputs}
        if process.kind == "Recycler" and any(firm in table.index for firm, _ in self.outputs):
            return listed
        if good == process.main:
            return dict(table["production_base_t"]) | listed
        return listed if good not in process.counted else {}

    def needed(self, name: str) -> dict[str, float]:
        """What each buyer needs of a good."""
        good, found = self.chain.index(name), self.wanted(name)
        for row in self.frames["stocks"].itertuples():
            if row.good == name and row.change_base_t > 0:
                found[f"{row.holder}@{row.country}"] = row.change_base_t
        for process in self.chain.takers(good):
            for firm, row in self.firms[self.firms["process"] == process.name].iterrows():
                tonnes = self.taken(process, good, firm, row) * self.factor.get(firm, 1.0)
                if tonnes > 0:
                    found[firm] = tonnes
        return found

    def wanted(self, name: str) -> dict[str, float]:
        """What end users need of a good."""
        mixes = {(row.mix, row.sector): row.share for row in self.frames["mixes"].itertuples() if row.good == name}
        found = {}
        for row in self.frames["demand"].itertuples():
            share = 1.0 if row.good == name else mixes.get((row.good, row.sector), 0.0)
            if share * row.base_demand_t > 0:
                found[f"{row.sector}@{row.country}"] = share * row.base_demand_t
        return found

    def taken(self, process: Process, good: int, firm: str, row: pd.Series) -> float:
        """What a firm takes of a good, before its output is scaled to what it sells."""
        if process.kind in ("Refiner", "Recycler"):
            return float(np.nan_to_num(row["feed_base_t"])) if process.kind == "Refiner" else 0.0
        if process.kind == "MetalMaker":
            key = (process.name, "yield", self.chain.goods[process.main], self.chain.elements[process.lead])
            return float(row["production_base_t"] * self.weight.iloc[good] / self.recipes[key] / (self.weight.iloc[process.main] or 1.0))
        return self.assembled(process, good, firm, row)

    def assembled(self, process: Process, good: int, firm: str, row: pd.Series) -> float:
        """What goes into finished products of a firm: their content by grade as sold, at its own gross input."""
        element = self.chain.lead[good]
        finished = float(row["production_base_t"])
        if finished <= 0.0:
            return 0.0
        blank = float(row["feed_base_t"]) if row["feed_base_t"] > 0 else finished / float(row["yield"])
        sold = {product: self.sold.get((firm, self.chain.goods[product]), 0.0) for product in process.makes}
        total = sum(sold.values())
        held = sum(amount * self.chain.contents[product, element] for product, amount in sold.items()) / total if total > 0 else 0.0
        toll = self.recipes.get((process.name, "yield", self.chain.goods[good], self.chain.elements[element]), 1.0)
        return held * blank * self.recipes[process.name, "input_per_blank", "", ""] * float(self.weight.iloc[good]) / toll

    def settle(self, links: pd.DataFrame, goods: tuple[str, ...]) -> None:
        """Takes note of what was sold of some goods, so that the needs of their makers follow."""
        mine = links[links["good"].isin(goods)]
        for (firm, good), tonnes in mine.groupby(["supplier", "good"])["tonnes_base"].sum().items():
            self.sold[firm, good] = tonnes
        for process in self.chain.processes:
            if self.chain.goods[process.main] not in goods:
                continue
            for firm, row in self.firms[self.firms["process"] == process.name].iterrows():
                made, sold = float(row["production_base_t"]), sum(self.sold.get((firm, self.chain.goods[good]), 0.0) for good in process.counted)
                if made > 0 and (process.kind != "Recycler" or not self.outputs):
                    self.factor[firm] = sold / made


def misses(links: pd.DataFrame, books: Books) -> list[tuple[str, str, str, float, float]]:
    """Where links do not add up to what is made or needed: (end, name, good, by the tables, by the links), the largest first."""
    found = []
    for group in books.groups():
        block = books.block(group)
        mine = links[links["good"].isin(block.goods)]
        for end, totals, keys in (("supplier", block.supply, ["supplier"]), ("buyer", block.use, ["buyer", "good"])):
            linked = {key if len(keys) > 1 else key[0]: tonnes for key, tonnes in mine.groupby(keys)["tonnes_base"].sum().items()} if len(keys) > 1 else dict(mine.groupby("supplier")["tonnes_base"].sum())
            for key in {**totals, **linked}:
                by_table, by_links = totals.get(key, 0.0), linked.get(key, 0.0)
                if abs(by_table - by_links) > max(SMALL, NEAR * max(by_table, by_links)):
                    name, good = key if isinstance(key, tuple) else (key, " and ".join(block.goods))
                    found.append((end, name, good, by_table, by_links))
        books.settle(mine, block.goods)
        books.factor = {}
    return sorted(found, key=lambda miss: -abs(miss[3] - miss[4]))


def settled(frames: Frames, chain: Chain, folder: Folder) -> pd.DataFrame:
    """The links of a world: those of its table where they add up, else rebuilt if the table is one that was extended, else refused."""
    links = frames["links"]
    found = misses(links, Books(frames, chain))
    if not found:
        return links
    top = max((layer for layer, _ in folder.files("links.csv")), default=0)
    above = [name for name in DRIVING if any(layer > top for layer, _ in folder.files(f"{name}.csv"))]
    end, name, good, by_table, by_links = found[0]
    if not above:
        row = links.index[(links[end] == name)]
        text = f"{name} {'makes' if end == 'supplier' else 'needs'} {by_table:,.6g} t of {good}, the links carry {by_links:,.6g} t; correct either, or rebuild them: python -m model.world balance {folder.path.name}"
        refuse("links.csv", int(row[0]) if len(row) else None, "tonnes_base", text)
    warn(f"links.csv: rebuilt, as {', '.join(f'{each}.csv' for each in above)} of {folder.name} say otherwise than the links it extends ({name}: {by_table:,.6g} t of {good} instead of {by_links:,.6g} t)")
    return rebuilt(frames, chain, Settings.of(folder.settings).ways)


def rebuilt(frames: Frames, chain: Chain, ways: Linking, books: Books | None = None) -> pd.DataFrame:
    """Links that add up: each group of goods fitted to what is made and needed, from the last to the first. books: takes note of what is sold."""
    books, links = books or Books(frames, chain), frames["links"]
    places, blocs = countries_of(frames), dict(zip(frames["countries"]["country"], frames["countries"]["bloc"], strict=True))
    parts = [links[links["good"].isin([chain.goods[good] for good in chain.scrap])]]
    for group in books.groups():
        block = books.block(group)
        scale = sum(block.use.values()) / max(sum(block.supply.values()), SMALL)
        if abs(scale - 1.0) > NEAR and block.supply:
            warn(f"links.csv: {' and '.join(block.goods)}: {sum(block.use.values()):,.0f} t are needed and {sum(block.supply.values()):,.0f} t made; what each makes is scaled by {scale:.4g}")
        part = fitted(block, scale, links[links["good"].isin(block.goods)], places, blocs, ways)
        books.settle(part, block.goods)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    table.index = pd.RangeIndex(len(table)) % LAYER
    return table


def countries_of(frames: Frames) -> dict[str, str]:
    """Country of everyone who buys or sells."""
    demand, stocks = frames["demand"], frames["stocks"]
    found = dict(zip(frames["firms"]["entity"], frames["firms"]["country"], strict=True)) | {row.entity: row.country for row in frames["pipeline"].itertuples()}
    return found | {f"{row.sector}@{row.country}": row.country for row in demand.itertuples()} | {f"{row.holder}@{row.country}": row.country for row in stocks.itertuples()}


def fitted(block: Block, scale: float, links: pd.DataFrame, places: Mapping[str, str], blocs: Mapping[str, str], ways: Linking) -> pd.DataFrame:
    """The links of a block with its totals, in proportion to those there were."""
    sellers, buyers = list(block.supply), list(block.use)
    known = {(row.supplier, (row.buyer, row.good)): row for row in links.itertuples()}
    seed = np.array([[known[a, b].tonnes_base if (a, b) in known else 0.0 for b in buyers] for a in sellers]).reshape(len(sellers), len(buyers))
    rows, columns = np.array(list(block.supply.values())) * scale, np.array(list(block.use.values()))
    pull = np.array([[gravity(seller, buyer, places, blocs, ways) for buyer, _ in buyers] for seller in sellers]).reshape(seed.shape)
    seed = seed + ways.faint * pull * np.outer(rows, columns) / max(columns.sum(), SMALL)
    flow = fit(seed, rows, columns)
    flow[flow < ways.least_share * columns] = 0.0
    flow = fit(flow, rows, columns)
    lines = []
    for j, (buyer, good) in enumerate(buyers):
        for i, seller in enumerate(sellers):
            row = known.get((seller, (buyer, good)))
            tonnes = round(float(flow[i, j]), DECIMALS)
            if tonnes > 0 or row is not None:
                share = tonnes / columns[j]
                contract = int(row.contract) if row is not None and row.tonnes_base > 0 else int(share >= ways.contract_from)
                lines.append((seller, places[seller], buyer, places[buyer], good, share, tonnes, contract if tonnes > 0 else 0, int(tonnes > 0 or (row is not None and row.qualified > 0 and tonnes > 0))))
    names = ["supplier", "supplier_country", "buyer", "buyer_country", "good", "share_of_buyer", "tonnes_base", "contract", "qualified"]
    table = pd.DataFrame(lines, columns=names)
    bought = table.groupby(["buyer", "good"])["tonnes_base"].transform("sum")
    table["share_of_buyer"] = np.where(bought > 0, table["tonnes_base"] / bought.where(bought > 0, 1.0), 0.0)
    made = set(zip(table["supplier"], table["buyer"], table["good"], strict=True))
    idle = links[np.array([key not in made for key in zip(links["supplier"], links["buyer"], links["good"], strict=True)], bool)]
    return pd.concat([table, idle.assign(share_of_buyer=0.0, tonnes_base=0.0, contract=0, qualified=0)[names]], ignore_index=True)


def gravity(seller: str, buyer: str, places: Mapping[str, str], blocs: Mapping[str, str], ways: Linking) -> float:
    """How near a buyer is to a seller, for links nobody knows."""
    here, there = places[seller], places[buyer]
    return ways.home if here == there else ways.bloc if blocs.get(here) == blocs.get(there) else 1.0


def fit(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Proportional fitting to row and column totals; columns, what is needed, hold in the end."""
    flow = seed.astype(float).copy()
    for _ in range(SWEEPS):
        total = flow.sum(axis=1)
        flow *= np.divide(rows, total, out=np.zeros_like(total), where=total > 0)[:, None]
        total = flow.sum(axis=0)
        flow *= np.divide(columns, total, out=np.zeros_like(total), where=total > 0)[None, :]
        if not rows.size or np.abs(flow.sum(axis=1) - rows).max() <= EXACT * max(float(rows.max()), 1.0):
            break
    return flow
