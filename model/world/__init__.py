"""A world at its start: named firms, what they make of what, and who supplies whom, from the tables of a folder (model.folder)."""

import math
import os
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from model import tables
from model.chain import HOLD, USE, Chain, chain_of, kind_of
from model.errors import InputError
from model.folder import Folder
from model.names import CHINA, markets, month_index
from model.parameters import Parameter
from model.rules.numerics import in_turn
from model.settings import Headline as Said
from model.settings import Settings
from model.start.contracts import Agreements, Base, agreements, check_contracts, lines
from model.start.embedding import embedded
from model.start.finance import check_finance
from model.start.home import Preference, check_home, preference
from model.start.linking import settled
from model.start.past import Past, past_prices
from model.start.recipes import GRAMS, MONTHS, Recipes, baskets, content_table, read_recipes
from model.start.relations import Relations, relations
from model.start.technology import check_technology
from model.switches import Switch
from model.tables import HOME_PRICE, OUTSIDE_PRICE, START, Frames
from model.words import Words, of_shipped

BEGUN = ("construction", "ramp", "operating")
"""States of projects that have been decided on."""
PART = re.compile(r" \(\d\)$")
"""Numbers the parts of a project in pipeline.csv, such as mine and refinery, or phases."""


class Project(NamedTuple):
    """A line of pipeline.csv: grams a month of the main product's leading element, or of a secondary product's (`good`).

    name: of the site, whose parts share their luck; part: of the project; decision: month of the table's decision; capex in million USD, NaN where none is stated;
    state_money: 1 if a state has given or promised some; term: income a year per unit of capital that it counts on and prices do not show (project_terms.csv), NaN where none was fitted;
    fitted: the probability it was fitted to.
    """

    name: str
    part: str
    row: int
    start: int
    lead_months: float
    probability: float
    grams: float
    good: int
    main: bool
    state: str
    decision: int
    capex: float
    state_money: float
    term: float
    fitted: float = np.nan


class Headline(Said):
    """What a world's headlines speak of, nothing left out, and the sectors whose need and loss count."""

    sectors: tuple[str, ...]


@dataclass
class World:
    """Facts a run starts from; shared by all runs of a process and never changed."""

    words: Words
    headline: Headline
    chain: Chain
    tables: Frames
    entities: pd.DataFrame
    relations: Relations
    recipes: Recipes
    content: np.ndarray
    base_flow: np.ndarray
    projects: list[Project]
    prices: dict[str, Any]  # by good: china, outside; deposit: by good and deposit
    countries: pd.DataFrame
    ores: dict[str, tuple[float, float]]
    agreements: Agreements
    preference: Preference
    past: Past

    @property
    def name(self) -> str:
        """The world's name."""
        return self.words.world

    @property
    def said(self) -> Settings:
        """What its world.toml says."""
        return self.words.said

    @property
    def sentence(self) -> str:
        """What it holds, in a sentence."""
        return self.said.sentence

    @property
    def folder(self) -> Folder:
        """Where its tables lie."""
        return self.words.folder

    @property
    def start(self) -> str:
        """Its first month."""
        return self.words.first

    @property
    def first(self) -> int:
        """The number of its first month."""
        return month_index(self.words.first)

    @property
    def history_end(self) -> str:
        """Last month of which is told what happened."""
        return self.said.history_end or self.start

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Its parameters by name."""
        return self.words.parameters

    @property
    def switches(self) -> dict[str, Switch]:
        """What can be switched off in it, by name."""
        return self.words.switches

    @property
    def market_regions(self) -> tuple[str, ...]:
        """Regions outside China that have prices of their own (countries.csv), in the order of the alphabet."""
        return tuple(sorted(set(self.countries["market_region"]) - {CHINA}))

    @property
    def markets(self) -> tuple[str, ...]:
        """What prices there are: in China, outside as a whole, and in each region outside."""
        return markets(self.market_regions)

    @property
    def count(self) -> int:
        """How many firms there are."""
        return len(self.entities)

    @property
    def names(self) -> dict[str, str]:
        """How code names of goods and sectors read."""
        sectors = self.tables["sectors"]
        return dict(zip(self.chain.goods, self.chain.words, strict=True)) | dict(zip(sectors["sector"], sectors["words"], strict=True))

    @classmethod
    def load(cls, world: "World | str | os.PathLike[str] | None" = None) -> "World":
        """The shipped world of that name, or the one in a folder, built once as long as its tables stay what they are; a built one as it is."""
        if isinstance(world, cls):
            return world
        if world is not None and not isinstance(world, str | os.PathLike):
            raise InputError(f"world: {world!r} is no world; give a shipped one's name, the path of a folder, or World.load(...)")
        words = words_now(world)
        if words.identity not in BUILT:
            BUILT[words.identity] = build(words)
        return BUILT[words.identity]

    def __reduce__(self) -> tuple[Any, ...]:
        if BUILT.get(self.words.identity) is self:
            return World.load, (os.fspath(self.folder.path),)
        return build, (self.words, self.tables)


BUILT: dict[Any, World] = {}
"""Worlds built in this process, by what their tables say."""


def words_now(world: str | os.PathLike[str] | None) -> Words:
    """The words of a world as its folder says now."""
    folder = Folder.open(world)
    kept = of_shipped(folder.name) if folder == Folder.open(folder.name if world is None else world) and world is None else None
    if kept and kept.identity.checksum == folder.checksum():
        return kept
    return Words(folder)


def real_world() -> World:
    """The usual shipped world."""
    return World.load()


def build(words: Words, frames: Frames | None = None) -> World:
    """Firms, relations, recipes and projects from the checked tables of a world (or from tables given in their place)."""
    said = words.said
    given, frames = frames is not None, tables.read(words.folder) if frames is None else frames
    chain = chain_of(frames["elements"], frames["goods"], frames["processes"], frames["recipes"], frames["price_classes"])
    if not given:
        said.check(chain, words.sectors, words.regimes)
        frames["links"] = settled(frames, chain, words.folder)
    links = embedded(frames, chain)
    entities = all_entities(frames, chain)
    content = content_table(frames, chain, entities)
    planned = projects(frames, chain, entities, content, said.history_end or words.first)
    if not given:
        check_contracts(frames, entities)
        check_home(frames, chain)
        check_finance(frames, entities, words.parameters)
        check_technology(frames, entities)
    promised = lines(frames, entities)
    rel = relations(entities.assign(growing=growing(links, entities, planned)), links, frames["lanes"], chain, promised[["supplier", "buyer", "good"]], frames["stores"])
    flow = base_flows(rel, content, chain)
    recipes = read_recipes(frames, chain, entities, rel, flow, content)
    prices = start_prices(frames, chain)
    ores = deposit_prices(frames, chain, prices)
    countries = frames["countries"].set_index("country")
    agreed = agreements(frames, promised, entities, rel, Base(flow, content, month_index(words.first)), chain)
    return World(
        words, headline(said.headline, frames, chain), chain, frames, entities, rel,
        recipes, content, flow, planned, prices, countries, ores, agreed, preference(frames, entities, rel, chain),
        past_prices(words.folder, said, chain, prices),
    )  # fmt: skip


def headline(said: Said, frames: Frames, chain: Chain) -> Headline:
    """What world.toml says of headlines; where it says nothing: all that is used in the end, and the stage that makes it."""
    goods, sectors = said.goods or tuple(chain.goods[good] for good in chain.last), frames["sectors"]
    counted = tuple(sectors["sector"][sectors["headline"] == 1])
    word, sector = said.word or goods[0], said.sector or next(iter(counted), "")
    return Headline(
        goods=goods, sectors=counted, stage=said.stage or chain.makers(chain.index(goods[0]))[0].stage, word=word, words=said.words or word,
        price=said.price or goods[0], licence=said.licence or goods[0], sector=sector, sector_words=said.sector_words or sector or "users",
    )  # fmt: skip


# ---------------------------------------------------------------------- firms
def all_entities(frames: Frames, chain: Chain) -> pd.DataFrame:
    """Every firm: makers by process, working ones and those that exist only in the pipeline, then users as sector@country and holders as holder@country."""
    columns = ["entity", "country", "process", "source", "confidence"]
    makers = frames["firms"][columns].assign(sector="", planned=False)
    pipeline = frames["pipeline"]
    fresh = pipeline[~pipeline["entity"].isin(makers["entity"])].drop_duplicates("entity")[columns].assign(sector="", planned=True)
    demand, stocks = frames["demand"], frames["stocks"].drop_duplicates(["holder", "country"])
    users = demand.assign(entity=demand["sector"] + "@" + demand["country"], process=USE, planned=False)[[*columns, "sector", "planned"]]
    kept = pd.concat([stocks, frames["stores"].drop_duplicates(["holder", "country"])])
    holders = kept.assign(entity=kept["holder"] + "@" + kept["country"], process=HOLD, sector="", planned=False)[[*columns, "sector", "planned"]]
    everyone = pd.concat([makers, users, holders, fresh], ignore_index=True)
    places = {process: at for at, process in enumerate([*chain.by_name, USE, HOLD])}
    order = everyone["process"].map(places)
    everyone = everyone.iloc[np.argsort(order.to_numpy(), kind="stable")].set_index("entity")
    countries = frames["countries"].set_index("country")
    kind = everyone["process"].map({process: kind_of(process, chain) for process in places})
    return everyone.assign(
        kind=kind, bloc=everyone.country.map(countries.bloc), group=everyone.country.map(countries.import_group),
        market=everyone.country.map(countries.market_region), row=np.arange(len(everyone))
    )


def growing(links: pd.DataFrame, entities: pd.DataFrame, planned: list[Project]) -> np.ndarray:
    """Plants that at least double with their projects, or have no customer yet: they will need new ones."""
    added = np.zeros(len(entities))
    for project in planned:
        added[project.row] += project.grams
    sold = links.assign(row=links["supplier"].map(entities.row)).groupby("row")["tonnes_base"].sum()
    had = sold.reindex(range(len(entities)), fill_value=0.0).to_numpy() * GRAMS / MONTHS
    return added > had


# ---------------------------------------------------------------------- flows
def base_flows(rel: Relations, content: np.ndarray, chain: Chain) -> np.ndarray:
    """Mean monthly flow of the base year on each relation, leading grams; scrap is a share of what the maker leaves over."""
    flow = rel.tonnes * GRAMS / MONTHS * content[rel.good, rel.seller]
    return np.where(np.isin(rel.good, chain.scrap), 0.0, flow)


def projects(frames: Frames, chain: Chain, entities: pd.DataFrame, content: np.ndarray, history_end: str) -> list[Project]:
    """Additions of pipeline.csv as leading grams a month."""
    rows, found, told = entities.row, [], month_index(history_end)
    terms = {(line.project, line.entity): (line.term, line.success_probability) for line in frames["project_terms"].itertuples()}
    for line in frames["pipeline"].itertuples():
        process, good, row = chain.by_name[line.process], chain.index(line.good), int(rows[line.entity])
        main = good in process.makes and (good == process.main or good in process.counted)
        grams = line.capacity_t_per_year * content[good, row] * (GRAMS / MONTHS)
        lead, start = line.lead_time_years * MONTHS, month_index(line.start)
        decision = month_index(line.decided) if line.decided else start - math.ceil(lead)
        state = line.state or ("construction" if decision <= told else "feasibility")
        decision = min(decision, told) if state in BEGUN else decision
        term, fitted = terms.get((line.project, line.entity), (np.nan, np.nan))
        found.append(
            Project(
                PART.sub("", line.project), line.project, row, start, lead, line.success_probability, grams, good, main,
                state, decision, line.capex_usd_million, line.state_money, term, fitted,
            )
        )  # fmt: skip
    return found


def start_prices(frames: Frames, chain: Chain) -> dict[str, Any]:
    """Prices at the start, USD/kg: in China (as quoted, with VAT) and in Europe as the market outside; of ores by deposit beside."""
    costs = frames["costs"]
    start = costs[(costs["kind"] == "price") & (costs["stage"] == START)]
    table = {(row.item, row.place): row.value for row in start.itertuples()}
    china = np.array([table[good, HOME_PRICE] for good in chain.goods])
    outside = np.array([table[good, OUTSIDE_PRICE] for good in chain.goods])
    ores = {tuple(item.split(":")): value for (item, _), value in table.items() if ":" in item}
    return {"china": china, "outside": outside, "ore": ores}


def deposit_prices(frames: Frames, chain: Chain, prices: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Price and cash cost of each mine's ore, USD/kg; a deposit without a price is paid for as those listed (median) by what it holds of what it is bought for, by-products apart."""
    listed, costs, found = prices["ore"], frames["costs"], {}
    table = costs[costs["kind"] == "unit_cash_cost"]
    cost = {tuple(row.item.split(":")): row.value for row in table.itertuples() if ":" in row.item}
    for good, ores in baskets(frames, chain).items():
        paid_for = [made for process in chain.takers(chain.index(good)) for made in process.makes]
        worth = {deposit: float(in_turn(ore.shares * prices["china"][ore.counted_as] * np.isin(ore.counted_as, paid_for))) for deposit, ore in ores.items()}
        payable = np.median([listed[good, deposit] / value for deposit, value in worth.items() if (good, deposit) in listed])
        paid = {deposit: listed.get((good, deposit), payable * value) for deposit, value in worth.items()}
        for mine, deposit in mines(frames, chain, good).items():
            found[mine] = paid[deposit], cost.get((good, deposit), paid[deposit])
    return found


def mines(frames: Frames, chain: Chain, good: str) -> dict[str, str]:
    """Deposit of every firm that digs an ore, planned ones included."""
    diggers = {process.name for process in chain.makers(chain.index(good))}
    tables = (frames["pipeline"].drop_duplicates("entity"), frames["firms"])
    return {row.entity: row.deposit for table in tables for row in table[table["process"].isin(diggers)].itertuples()}


def unit_costs(frames: Frames, stage: str, item: str) -> dict[str, float]:
    """Unit cash costs by country, USD/kg."""
    costs = frames["costs"]
    chosen = costs[(costs["kind"] == "unit_cash_cost") & (costs["stage"] == stage) & (costs["item"] == item)]
    return dict(zip(chosen["place"], chosen["value"], strict=True))


__all__ = ["CHINA", "Headline", "Project", "World", "build", "real_world", "unit_costs"]
