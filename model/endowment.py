"""What each firm has at the start of January 2024: capacities, recipes, costs, covers and needs, as columns."""

from typing import TYPE_CHECKING

import numpy as np

from model.agents import Recycler, Refiner
from model.chain import EARTHS
from model.chance import keys
from model.names import CHINA, CONCENTRATE, DEFENCE, DY, GOODS, HEAVIES, MAGNETS, METAL, NDPR, NONMAGNET, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, OXIDES, TB
from model.rules.demand import served
from model.tables import Tables
from model.world import UNLIMITED, World, unit_costs

if TYPE_CHECKING:
    from model.model import TradeModel

GRAMS, MONTHS, PERCENT, KILO = 1e6, 12.0, 100.0, 1e3
"""Grams a tonne, months a year, and what per cent and kilo mean."""


def endow(model: "TradeModel", world: World, tables: Tables) -> None:
    """Columns of all firms at the start of January 2024."""
    entities, recipes = world.entities, world.recipes
    model.key[:] = keys(entities.index)
    model.abroad[:] = (entities.country != CHINA) * 1.0
    model.temper[:] = model.p.belief_spread * model.chance.normal("temper", 0, model.key)
    model.belief[:] = model.p.belief_background
    model.severity[:] = model.p.belief_background
    clients = entities.country.isin([CHINA]) | ((entities.bloc == "CLIENT") & (entities.kind == "Miner"))
    model.guided[:] = clients * 1.0
    model.response[:] = np.where(entities.kind == "OEM", model.p.cover_response, model.p.heavy_cover_response)
    model.adjustment[:] = np.where(entities.kind == "OEM", model.p.stock_adjustment, model.p.maker_stock_adjustment)
    model.basket[:], model.blend[:] = recipes.basket, recipes.blend
    for kind in (Refiner, Recycler):
        model.columns[kind]["recovery"][:] = recipes.recovery
    model.metal_yield[:], model.gross[:], model.tolled[:] = recipes.metal_yield, recipes.gross, recipes.tolled[:, None]
    per_lead = recipes.grade / recipes.grade[:, :1]
    model.recipe_dy[:], model.recipe_tb[:] = per_lead[:, DY, None], per_lead[:, TB, None]
    model.old_magnets[:], model.scrap[:] = recipes.old_magnets, recipes.scrap[:, None]
    capacities(model, world, tables)
    costs(model, world, tables)
    end_users(model, world, tables)
    cover_of_makers(model)


def capacities(model: "TradeModel", world: World, tables: Tables) -> None:
    """Capacity of 2024, leading grams a month; never less than what was made that year."""
    entities, content = world.entities, world.content
    fill = np.zeros(world.count)
    columns = (
        (tables.mines, "capacity_2024_t_per_year", CONCENTRATE),
        (tables.refiners, "capacity_2024_ndpr_oxide_t", OXIDE_NDPR),
        (tables.metal_makers, "capacity_2024_t_per_year", METAL),
        (tables.magnet_makers, "capacity_2024_t_finished_per_year", MAGNETS.start),
    )
    for table, column, good in columns:
        rows = entities.row[table.entity].to_numpy()
        fill[rows] = table[column].to_numpy(float) * content[good, rows] * GRAMS / MONTHS
    fill = np.where((entities.kind == "Recycler").to_numpy(), recycling_capacity(world, tables), fill)
    leading = [GOODS.index(good) for good in EARTHS.counted]
    sold = np.bincount(world.relations.seller, world.base_flow * np.isin(world.relations.good, leading), world.count)
    model.capacity[:] = np.where(fill > 0.0, np.maximum(fill, sold * (1.0 + model.p.capacity_headroom)), fill)
    model.base_capacity[:] = model.capacity
    heavy = np.array([np.bincount(world.relations.seller, world.base_flow * (world.relations.good == g), world.count) for g in (OXIDE_DY, OXIDE_TB)])
    model.heavy_capacity[:] = np.where((heavy > 0.0) & (entities.kind == "Refiner").to_numpy(), UNLIMITED, 0.0)
    planned = np.zeros(world.count)
    for project in world.projects:
        planned[project.row] += project.grams
    mines = model.rows["Miner"]
    model.exposure[mines] = np.minimum(model.p.outage_depth, model.p.largest_outage * model.capacity[mines].sum() / np.maximum(model.capacity[mines], 1.0))
    for kind, rows in model.rows.items():
        size = (model.capacity + planned)[rows] * model.abroad[rows] * (kind not in ("OEM", "Recycler"))
        model.build_weight[rows] = size / size.sum() if size.sum() > 0 else 0.0
    heavies = np.zeros(world.count)
    for project in world.projects:
        heavies[project.row] += project.heavy[0]
    rows = model.rows["Refiner"]
    model.heavy_weight[rows] = heavies[rows] * model.abroad[rows] / max(float((heavies * model.abroad)[rows].sum()), 1.0)


def recycling_capacity(world: World, tables: Tables) -> np.ndarray:
    """NdPr a recycler can take in, g/month: its feed of 2024 scaled by capacity over output, or magnets' content."""
    capacity = np.zeros(world.count)
    table = tables.recyclers
    fed = table.feed_content_ndpr_t_oxide.to_numpy(float) * world.content[OXIDE_NDPR, 0]
    spare = np.divide(table.capacity_2024_t_per_year, table.output_2024_t, out=np.zeros(len(table)), where=table.output_2024_t.to_numpy() > 0)
    fresh = table.capacity_2024_t_per_year.to_numpy(float) * world.recipes.grade[0, NDPR]
    capacity[world.entities.row[table.entity].to_numpy()] = np.where(fed > 0.0, fed * spare, fresh) * GRAMS / MONTHS
    return capacity




def costs(model: "TradeModel", world: World, tables: Tables) -> None:
    """Cash and conversion costs, USD/kg."""
    entities, p = world.entities, model.p
    model.unit_cost[:] = p.cash_cost_light
    known = tables.refiners.set_index("entity").unit_cost_usd_per_kg.dropna()
    model.unit_cost[entities.row[known.index].to_numpy()] = known.to_numpy()
    toll, conversion = unit_costs(tables, "metal", "metal_NdPr"), unit_costs(tables, "magnet", "magnet_high")
    for _, line in entities[entities.kind.isin(["MetalMaker", "MagnetMaker"])].iterrows():
        table = toll if line.kind == "MetalMaker" else conversion
        target = model.toll if line.kind == "MetalMaker" else model.conversion
        target[line.row] = table.get(line.country, max(table.values()))
    for name, (price, cost) in world.ores.items():
        model.ore_price[entities.row[name]], model.unit_cost[entities.row[name]] = price, cost


def end_users(model: "TradeModel", world: World, tables: Tables) -> None:
    """Need, growth, cover, value and elasticity of end users."""
    entities, rel, p = world.entities, world.relations, model.p
    rows = model.rows["OEM"]
    need = np.bincount(rel.good * world.count + rel.buyer, world.base_flow, len(GOODS) * world.count).reshape(-1, world.count)
    model.base_need[:, rows] = need[:, rows]
    demand = tables.demand.assign(name=tables.demand.sector + "@" + tables.demand.country).set_index("name")
    sectors = tables.sectors.set_index("sector")
    grade = world.recipes.grade[0, NDPR]
    for name in entities.index[rows]:
        line, row = demand.loc[name], entities.row[name]
        model.growth_early[row] = np.log1p(line.growth_2024_2030_pct_per_year / PERCENT)
        model.growth_late[row] = np.log1p(line.growth_2030_2035_pct_per_year / PERCENT)
        if line.sector in NONMAGNET:
            model.cover[:, row], model.elasticity[row] = p.cover_nonmagnet, p.price_elasticity
            continue
        facts = sectors.loc[line.sector]
        model.cover[:, row] = facts.cover_months * p.cover_scale
        model.elasticity[row] = p.price_elasticity_defence if line.sector == DEFENCE else p.price_elasticity
        model.value_added[row] = facts.value_added_usd_per_kg_magnet / KILO / grade
        model.redesigns[row] = 1.0
        model.catch_up[row] = 0.0 if facts.essential > 0 else p.catch_up
    model.served_normally[:] = served(model.cover + 1.0, p.cover_dispersion)


def cover_of_makers(model: "TradeModel") -> None:
    """Normal cover of inputs and of finished stocks, months."""
    p, rows, abroad = model.p, model.rows, model.abroad
    model.cover[CONCENTRATE, rows["Refiner"]] = p.cover_feed
    model.cover[OXIDE_NDPR, rows["MetalMaker"]] = p.cover_oxide
    model.cover[METAL, rows["MagnetMaker"]] = p.cover_metal
    heavy = np.where(abroad[rows["MagnetMaker"]] > 0, p.cover_heavy_outside, p.cover_heavy_china)
    model.cover[HEAVIES, rows["MagnetMaker"]] = heavy
    model.stockhold[CONCENTRATE, rows["Miner"]] = p.cover_finished_ore
    for kind in ("Refiner", "Recycler"):
        home = abroad[rows[kind]] == 0
        model.stockhold[OXIDES, rows[kind]] = np.where(home, p.cover_finished_oxide, p.cover_finished_outside)
