"""What each firm has at the start: capacities, recipes, costs, covers and needs, as columns."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from model.chain import HOLD, USE, Chain, Process
from model.chance import keys
from model.names import CHINA, USER
from model.rules.demand import served
from model.start.lean import leanest
from model.start.recipes import GRAMS, MONTHS
from model.start.used import calibrate_gathers, put_in_use
from model.tables import value_per_kg
from model.world import World, mines, unit_costs

if TYPE_CHECKING:
    from model.model import TradeModel

PERCENT, KILO = 100.0, 1e3
"""What per cent and kilo mean."""


OWN_RECIPES = {
    "Miner": ("basket",), "Refiner": ("recovery", "blend"), "MetalMaker": ("conversion",), "MagnetMaker": ("gross", "tolled"),
    "Recycler": ("recovery", "collected", "returned"),
}  # fmt: skip
"""Columns that hold each kind's own recipe (model.start.recipes.Recipes)."""


def endow(model: "TradeModel", world: World) -> None:
    """Columns of all firms at the start."""
    entities, recipes, chain, p = world.entities, world.recipes, world.chain, model.p
    users = (entities.kind == USER).to_numpy()
    model.key[:] = keys(entities.index)
    model.abroad[:] = (entities.country != CHINA) * 1.0
    model.temper[:] = p.belief_spread * model.chance.normal("temper", 0, model.key)
    model.belief[:] = p.belief_background
    model.severity[:] = p.belief_background
    digs = entities.process.isin([process.name for process in chain.of_kind("Miner") if not process.by_product_of])
    model.guided[:] = (entities.country.isin([CHINA]) | ((entities.bloc == "CLIENT") & digs)) * 1.0
    for process in chain.processes:
        rows = model.rows[process.name]
        model.counts[list(process.counted), rows] = 1.0
        if process.kind not in ("PartsMaker", "Recycler"):
            model.widens[rows] = 1.0 - model.abroad[rows]
        if process.kind == "PartsMaker":
            model.guided[rows] = 0.0
    model.response[:] = np.where(users, p.cover_response, p.heavy_cover_response)
    model.adjustment[:] = np.where(users, p.stock_adjustment, p.maker_stock_adjustment)
    lean = leanest(world, p)
    for process in chain.processes:
        columns, rows = model.columns[process.name], model.rows[process.name]
        for name in OWN_RECIPES.get(process.kind, ()):
            columns[name][..., rows] = getattr(recipes, name)[..., rows]
        if process.kind in ("Miner", "Refiner"):
            columns["answer"][rows] = p.supply_response * process.answers
        if process.kind == "MagnetMaker":
            columns["recipe"][..., rows] = chain.composition[:, :, None]
            columns["leanest"][..., rows] = lean[..., rows]
    capacities(model, world)
    deposits(model, world)
    costs(model, world)
    end_users(model, world)
    holders(model, world)
    cover_of_makers(model, world)
    put_in_use(model, world)
    calibrate_gathers(model, world)


def capacities(model: "TradeModel", world: World) -> None:
    """Capacity of the base year, leading grams a month; never less than what was made that year."""
    entities, content, chain, firms, p = world.entities, world.content, world.chain, world.tables["firms"], model.p
    fill, rel = np.zeros(world.count), world.relations
    for process in chain.processes:
        table = firms[firms["process"] == process.name]
        rows = entities.row[table["entity"]].to_numpy()
        if process.kind == "Recycler":
            fill[rows] = takes_in(world, process, table) * GRAMS / MONTHS
        else:
            fill[rows] = table["capacity_base_t_per_year"].to_numpy(float) * content[process.counted[0], rows] * GRAMS / MONTHS
    leading = list(dict.fromkeys(good for process in chain.processes for good in process.counted))
    sold = np.bincount(rel.seller, world.base_flow * np.isin(rel.good, leading), world.count)
    sellers = model.rows[HOLD]
    fill[sellers] = np.bincount(rel.seller, world.base_flow, world.count)[sellers]
    model.capacity[:] = np.where(fill > 0.0, np.maximum(fill, sold * (1.0 + p.capacity_headroom)), fill)
    for process in chain.of_kind("PartsMaker"):
        rows = model.rows[process.name]
        model.capacity[rows] = np.maximum(fill[rows], sold[rows] * (1.0 + p.parts_headroom))
    model.base_capacity[:], model.usual_output[:] = model.capacity, sold
    for slot, good in enumerate(chain.secondary):
        made = np.bincount(rel.seller, world.base_flow * (rel.good == good), world.count)
        model.circuit[slot] = np.maximum(standing_circuits(world, good), made * (1.0 + p.capacity_headroom)) * np.isin(entities.kind, ["Refiner"])
    for process in chain.of_kind("Miner"):
        mines = model.rows[process.name]
        model.exposure[mines] = np.minimum(p.outage_depth, p.largest_outage * model.capacity[mines].sum() / np.maximum(model.capacity[mines], 1.0))
    model.busy[:] = np.minimum(np.divide(sold, model.capacity, out=np.zeros(world.count), where=model.capacity > 0), 1.0)


def deposits(model: "TradeModel", world: World) -> None:
    """What mines of some deposits go through: whether they add lines, what they lose, how they are closed (mining.csv names the parameters)."""
    rows, table = world.entities.row, world.tables["mining"].set_index("deposit")
    found = {mine: deposit for process in world.chain.of_kind("Miner") for mine, deposit in mines(world.tables, world.chain, world.chain.goods[process.main]).items()}
    for mine, deposit in found.items():
        if deposit in table.index:
            line, row = table.loc[deposit], rows[mine]
            said = {name: getattr(model.p, line[name]) for name in ("depletion", "closures", "closure_months", "closure_depth") if line[name]}
            model.widens[row] *= line["adds_lines"]
            model.depletion[row] = 1.0 - (1.0 - said.get("depletion", 0.0)) ** (1.0 / MONTHS)
            model.closures[row] = said.get("closures", 0.0) / MONTHS
            model.closure_months[row], model.closure_depth[row] = said.get("closure_months", 1.0), said.get("closure_depth", 0.0)


def standing_circuits(world: World, good: int) -> np.ndarray:
    """Capacity for a secondary product by firm, leading grams a month (outputs.csv)."""
    table, found = world.tables["outputs"], np.zeros(world.count)
    for line in table[table["good"] == world.chain.goods[good]].itertuples():
        row = world.entities.row[line.entity]
        found[row] = np.nan_to_num(line.capacity_base_t_per_year) * world.content[good, row] * GRAMS / MONTHS
    return found


def takes_in(world: World, process: Process, table: pd.DataFrame) -> np.ndarray:
    """What recyclers can take in, t/year of the leading element: their feed of the base year scaled by capacity over output, or the content of products."""
    fed = table["feed_base_t"].fillna(0.0).to_numpy(float) * world.content[process.main, 0]
    made, capacity = (table[name].to_numpy(float) for name in ("production_base_t", "capacity_base_t_per_year"))
    spare = np.divide(capacity, made, out=np.zeros(len(table)), where=made > 0)
    fresh = capacity * world.content[process.feed, 0]
    return np.where(fed > 0.0, fed * spare, fresh)


def costs(model: "TradeModel", world: World) -> None:
    """Cash and conversion costs and prices at the start, USD/kg."""
    entities, frames, chain = world.entities, world.tables, world.chain
    known = frames["firms"].set_index("entity")["unit_cost_usd_per_kg"].dropna()
    for process in chain.of_kind("Miner", "Refiner"):
        rows = model.rows[process.name]
        plan = process.investment
        model.unit_cost[rows] = getattr(model.p, plan.cash_cost) if plan and plan.cash_cost else 0.0
        ours = known[known.index.isin(entities.index[rows])]
        model.unit_cost[entities.row[ours.index].to_numpy()] = ours.to_numpy()
    for process in chain.of_kind("Miner"):
        model.base_price[model.rows[process.name]] = np.where(model.abroad > 0, world.prices["outside"][process.main], world.prices["china"][process.main])[model.rows[process.name]]
    for process in chain.of_kind("MetalMaker", "MagnetMaker"):
        good = process.investment.price_good if process.investment else process.main
        table = unit_costs(frames, process.stage, chain.goods[good])
        usual = max(table.values(), default=0.0)
        for name in entities.index[model.rows[process.name]]:
            model.columns[process.name]["toll"][entities.row[name]] = table.get(entities.country[name], usual)
    for name, (price, cost) in world.ores.items():
        model.base_price[entities.row[name]], model.unit_cost[entities.row[name]] = price, cost


def end_users(model: "TradeModel", world: World) -> None:
    """Need, growth, cover, value and elasticity of end users."""
    entities, rel, p, chain = world.entities, world.relations, model.p, world.chain
    rows = model.rows[USE]
    need = np.bincount(rel.good * world.count + rel.buyer, world.base_flow, len(chain.goods) * world.count).reshape(-1, world.count)
    model.base_need[:, rows] = need[:, rows]
    demand = world.tables["demand"].assign(name=world.tables["demand"]["sector"] + "@" + world.tables["demand"]["country"]).set_index("name")
    sectors, worth = world.tables["sectors"].set_index("sector"), value_per_kg(world.tables["value_added"])
    for name in entities.index[rows]:
        line, row, facts = demand.loc[name], entities.row[name], sectors.loc[demand.loc[name].sector]
        model.growth_early[row] = np.log1p(line.growth_pct_per_year / PERCENT)
        model.growth_late[row] = np.log1p(line.growth_late_pct_per_year / PERCENT)
        cover, value = first_given(line.cover_months, facts.cover_months), first_given(line.value_added_usd_per_kg, worth.get(line.sector, np.nan), facts.value_added_usd_per_kg)
        model.cover[:, row] = cover * p.cover_scale
        model.elasticity[row] = -p.elasticity_scale * first_given(line.price_elasticity, facts.price_elasticity, 0.0)
        held = world.content[main_good(need[:, row], chain), 0]
        model.value_added[row] = 0.0 if np.isnan(value) else value / KILO / held
        model.designable[row] = min(facts.redesign_ceiling * p.redesign_ceiling_scale, 1.0)
        model.redesign_cost[row] = p.redesign_cost_scale * first_given(facts.redesign_cost_usd_per_kg_year, 0.0) * MONTHS / KILO / held
        model.downstream[row] = first_given(facts.downstream_multiplier, 1.0)
        model.catch_up[row] = 0.0 if facts.essential > 0 else p.catch_up_scale * first_given(facts.catch_up_share, 0.0)
    used = np.flatnonzero(need[:, rows].any(axis=1))
    prices = np.where(model.abroad[rows] > 0, world.prices["outside"][used, None], world.prices["china"][used, None])
    model.start_price[used, rows] = prices / KILO / world.content[used, :1]
    model.served_normally[:] = served(model.cover + 1.0, p.cover_dispersion)


def first_given(*figures: float) -> float:
    """The first figure that is given; NaN if none is."""
    return next((figure for figure in figures if not np.isnan(figure)), np.nan)


def main_good(need: np.ndarray, chain: Chain) -> int:
    """The good in whose leading element a user's value is counted: the first it uses."""
    used = np.flatnonzero(need > 0)
    return int(used[0]) if used.size else int(chain.last[0])


def holders(model: "TradeModel", world: World) -> None:
    """What holders keep and add to it a month."""
    rel, rows = world.relations, model.rows[HOLD]
    bought = np.bincount(rel.good * world.count + rel.buyer, world.base_flow, len(world.chain.goods) * world.count).reshape(-1, world.count)
    if rows.stop > rows.start:
        model.buys[:, rows] = bought[:, rows]


def cover_of_makers(model: "TradeModel", world: World) -> None:
    """Normal cover of inputs and of finished stocks, months: parameters that goods.csv names."""
    goods, chain = world.tables["goods"], world.chain

    def months(column: str, good: int) -> float:
        name = goods[column].iloc[good]
        return getattr(model.p, name) if name else 0.0

    for process in chain.processes:
        rows = model.rows[process.name]
        outside = model.abroad[rows] > 0
        for good in process.takes if process.kind != "Recycler" else ():
            model.cover[good, rows] = np.where(outside, months("cover_outside", good), months("cover_china", good))
        for good in process.outputs if process.kind in ("Miner", "Refiner", "Recycler") else ():
            model.stockhold[good, rows] = np.where(outside, months("kept_outside", good), months("kept_china", good))
