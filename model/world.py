"""The world in January 2024: named firms, what they make of what, and who supplies whom, from the tables of model/data."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from model.chain import EARTHS
from model.names import CHINA, GOODS, KINDS, OXIDES, SWARF, month_index
from model.recipes import Recipes, basket, content_table, deposits, oxide_content, read_recipes
from model.relations import Relations, relations
from model.tables import Tables

GRAMS = 1e6
MONTHS = 12.0
PART = re.compile(r" \(\d\)$")
"""Numbers the parts of a project in pipeline.csv, such as mine and refinery, or phases."""
UNLIMITED = 1e15
"""Capacity, g/month, of heavy circuits that stood in 2024: their feed limits them, not the circuit (SOURCES.md)."""


class Project(NamedTuple):
    """A project of pipeline.csv: grams a month of leading element, Dy and Tb beside."""

    name: str
    row: int
    start: int
    lead_months: float
    probability: float
    grams: float
    heavy: tuple[float, float]


@dataclass
class World:
    """Facts a run starts from; shared by all runs of a process and never changed."""

    entities: pd.DataFrame
    relations: Relations
    recipes: Recipes
    content: np.ndarray
    base_flow: np.ndarray
    projects: list[Project]
    prices: dict[str, Any]  # by good: china, outside; ore: by deposit type
    countries: pd.DataFrame
    ores: dict[str, tuple[float, float]]

    @property
    def count(self) -> int:
        return len(self.entities)


@cache
def real_world() -> World:
    """The world of the shipped tables, built once a process."""
    return build(Tables.shipped())


def build(tables: Tables) -> World:
    """Firms, relations, recipes and projects from checked tables."""
    entities = all_entities(tables)
    content = content_table(tables, entities)
    planned = projects(tables, entities)
    rel = relations(entities.assign(growing=growing(tables, entities, planned)), tables.links, tables.lanes)
    flow = base_flows(rel, content)
    recipes = read_recipes(tables, entities, rel, flow)
    prices = start_prices(tables)
    countries = tables.countries.set_index("country")
    return World(entities, rel, recipes, content, flow, planned, prices, countries, deposit_prices(tables, prices))


# ---------------------------------------------------------------------- firms
def all_entities(tables: Tables) -> pd.DataFrame:
    """Every firm: those of the tables, those that exist only in the pipeline, and end users as sector@country."""
    parts = [
        part(tables.mines, "Miner"),
        part(tables.refiners, "Refiner"),
        part(tables.metal_makers, "MetalMaker"),
        part(tables.magnet_makers, "MagnetMaker"),
        part(tables.recyclers, "Recycler"),
        users(tables.demand),
    ]
    known = pd.concat(parts, ignore_index=True)
    planned = planned_plants(tables.pipeline, set(known.entity))
    everyone = pd.concat([known.assign(planned=False), planned.assign(planned=True)], ignore_index=True)
    order = everyone.kind.map({kind: i for i, kind in enumerate(KINDS)})
    everyone = everyone.iloc[np.argsort(order.to_numpy(), kind="stable")].set_index("entity")
    bloc = everyone.country.map(tables.countries.set_index("country").bloc)
    group = everyone.country.map(tables.countries.set_index("country").import_group)
    return everyone.assign(bloc=bloc, group=group, row=np.arange(len(everyone)))


def part(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Name, country, source and confidence of the firms of one table."""
    return table[["entity", "country", "source", "confidence"]].assign(kind=kind, sector="")


def users(demand: pd.DataFrame) -> pd.DataFrame:
    names = demand.sector + "@" + demand.country
    return demand[["country", "sector", "source", "confidence"]].assign(entity=names, kind="OEM")


def planned_plants(pipeline: pd.DataFrame, known: set[str]) -> pd.DataFrame:
    """Plants that appear only in the pipeline."""
    fresh = pipeline[~pipeline.entity.isin(known)].drop_duplicates("entity")
    kinds = fresh.stage.map({stage: process.kind for stage, process in EARTHS.by_stage.items()})
    return fresh[["entity", "country", "source", "confidence"]].assign(kind=kinds, sector="")


def growing(tables: Tables, entities: pd.DataFrame, planned: list[Project]) -> np.ndarray:
    """Plants that at least double with their projects, or have no customer yet: they will need new ones."""
    added = np.zeros(len(entities))
    for project in planned:
        added[project.row] += project.grams + sum(project.heavy)
    sold = tables.links.assign(row=tables.links.supplier.map(entities.row)).groupby("row").tonnes_2024.sum()
    had = sold.reindex(range(len(entities)), fill_value=0.0).to_numpy() * GRAMS / MONTHS
    return added > had


# ---------------------------------------------------------------------- flows
def base_flows(rel: Relations, content: np.ndarray) -> np.ndarray:
    """Mean monthly flow of 2024 on each relation, leading grams; swarf is a share of what the maker leaves over."""
    flow = rel.tonnes * GRAMS / MONTHS * content[rel.good, rel.seller]
    return np.where(rel.good == SWARF, 0.0, flow)


def projects(tables: Tables, entities: pd.DataFrame) -> list[Project]:
    """Additions of pipeline.csv as leading grams a month."""
    rows, found = entities.row, []
    oxide = oxide_content(tables)
    for line in tables.pipeline.itertuples():
        kind = entities.kind[line.entity]
        ore = basket(tables, line.deposit_type)[0] if kind == "Miner" else 0.0
        grade = tables.grades.ndpr_kg_per_kg_finished.iloc[0]
        content = {"Miner": ore, "Refiner": oxide[0], "Recycler": oxide[0], "MetalMaker": 1.0, "MagnetMaker": grade}[kind]
        per_month = GRAMS / MONTHS
        heavy = (line.dy_t * oxide[1] * per_month, line.tb_t * oxide[2] * per_month)
        grams = line.capacity_t_per_year_good * content * per_month
        lead = line.lead_time_years_from_fid * MONTHS
        found.append(Project(PART.sub("", line.project), int(rows[line.entity]), month_index(line.start), lead, line.success_probability, grams, heavy))
    return found


def start_prices(tables: Tables) -> dict[str, Any]:
    """Prices of January 2024, USD/kg: in China (as quoted, with VAT) and in Europe as the market outside."""
    costs = tables.costs[(tables.costs.kind == "price") & (tables.costs.stage == "start")]
    table = {(row.product, row.country_or_market): row.value for row in costs.itertuples()}
    china = np.array([table.get((good, CHINA), np.nan) for good in GOODS])
    outside = np.array([table.get((good, "Europe"), np.nan) for good in GOODS])
    ore = table[("concentrate:bayan_obo", CHINA)]
    china[0] = outside[0] = ore
    china[SWARF] = outside[SWARF] = table[("swarf", CHINA)]
    return {"china": china, "outside": outside, "ore": {k[0].split(":")[1]: v for k, v in table.items() if k[0].startswith("concentrate:")}}


def deposit_prices(tables: Tables, prices: dict) -> dict[str, tuple[float, float]]:
    """Concentrate price and cash cost of each mine, USD/kg REO; a deposit without a price is paid for as those listed (median)."""
    listed, value, oxide = prices["ore"], prices["china"][OXIDES], oxide_content(tables)
    table = tables.costs[(tables.costs.kind == "unit_cash_cost") & (tables.costs.stage == "mine")]
    cost = {row.product.split(":")[1]: row.value for row in table.itertuples()}
    contained = {deposit: float((basket(tables, deposit) / oxide) @ value) for deposit in deposits(tables).values()}
    payable = np.median([listed[deposit] / worth for deposit, worth in contained.items() if deposit in listed])
    paid = {deposit: listed.get(deposit, payable * worth) for deposit, worth in contained.items()}
    return {mine: (paid[deposit], cost.get(deposit, paid[deposit])) for mine, deposit in deposits(tables).items()}


def unit_costs(tables: Tables, stage: str, product: str) -> dict[str, float]:
    """Unit cash costs by country, USD/kg."""
    costs = tables.costs
    chosen = costs[(costs.kind == "unit_cash_cost") & (costs.stage == stage) & (costs["product"] == product)]
    return dict(zip(chosen.country_or_market, chosen.value, strict=True))


