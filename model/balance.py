"""The balance of January 2024: stocks at their targets, pipes filled, shares and prices such that 2024's mean month repeats."""

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.chain import EARTHS
from model.names import CHINA, CONCENTRATE, DY, GOODS, LEAD, MAGNETS, METAL, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, OXIDES, SWARF, TB
from model.recipes import Recipes
from model.relations import Relations
from model.rules.numerics import LEAST, NEXT_TO_NOTHING, exponential
from model.rules.sourcing import utility
from model.trade import QUALIFIED
from model.world import World

if TYPE_CHECKING:
    from model.model import TradeModel


def fill_pipes(model: "TradeModel", world: World) -> None:
    """Stocks at their targets and pipes holding a month of flow per month of lag: January 2024 repeats 2024's mean month."""
    trade, rel, recipes, flow = model.trade, world.relations, world.recipes, world.base_flow
    count, size = world.count, len(GOODS)
    vector = vectors(rel, recipes, flow)
    swarf_flow(model, world, vector)
    lead_flow = vector[np.array(LEAD)[rel.good], np.arange(trade.size)]
    trade.flow, trade.orders = lead_flow.copy(), lead_flow.copy()
    trade.base_flow = lead_flow.copy()
    for arrival in range(trade.transit.shape[0]):
        trade.transit[arrival] = np.where(arrival < trade.lag, vector, 0.0)
    cell = rel.good * count + rel.buyer
    bought = np.array([np.bincount(cell, vector[e], size * count).reshape(size, count) for e in range(3)])
    use = np.array([bought[LEAD[g], g] for g in range(size)])
    sold = np.bincount(rel.good * count + rel.seller, lead_flow, size * count).reshape(size, count)
    model.expected[:], model.sales[:], model.demanded[:], model.shipped[:] = use, sold, sold, sold
    model.expected[SWARF] = 0.0
    model.aim[:] = model.cover
    model.output[:] = sold
    model.inputs[:] = np.floor(model.cover[:, None, :] * np.swapaxes(bought, 0, 1))
    model.inputs[SWARF] = np.floor(model.old_magnets)
    stock_of_makers(model, recipes, sold)


def vectors(rel: Relations, recipes: Recipes, flow: np.ndarray) -> np.ndarray:
    """(element, relation): whole grams a month on each relation."""
    vector = np.zeros((3, rel.good.size))
    per_lead = recipes.grade / recipes.grade[:, :1]
    for g in range(len(GOODS)):
        on = rel.good == g
        if g == CONCENTRATE:
            vector[:, on] = recipes.basket[:, rel.seller[on]] * flow[on]
        elif g in range(MAGNETS.start, MAGNETS.stop):
            vector[:, on] = per_lead[g - MAGNETS.start][:, None] * flow[on]
        else:
            vector[LEAD[g], on] = flow[on]
    return np.floor(vector)


def swarf_flow(model: "TradeModel", world: World, vector: np.ndarray) -> None:
    """Swarf on its way to recyclers: what is left over of each maker's output."""
    rel, recipes = world.relations, world.recipes
    per_lead = recipes.grade / recipes.grade[:, :1]
    sold = [np.bincount(rel.seller[rel.good == g], world.base_flow[rel.good == g], world.count) for g in range(MAGNETS.start, MAGNETS.stop)]
    finished = np.einsum("gj,ge->ej", np.array(sold), per_lead)
    rows = rel.good == SWARF
    left = finished * (recipes.gross - 1.0)
    vector[:, rows] = np.floor(left[:, rel.seller[rows]] * recipes.swarf_share[rows])


def stock_of_makers(model: "TradeModel", recipes: Recipes, sold: np.ndarray) -> None:
    """Finished ore and oxides at their targets."""
    kept = np.floor(model.stockhold * sold)
    rows = model.rows["Miner"]
    model.finished[CONCENTRATE][:, rows] = np.floor(recipes.basket[:, rows] * kept[CONCENTRATE, rows])
    for good, element in ((OXIDE_NDPR, NDPR), (OXIDE_DY, DY), (OXIDE_TB, TB)):
        model.finished[good, element] = kept[good]


def calibrate_sourcing(model: "TradeModel") -> None:
    """Logit weights that reproduce the shares of 2024; a newcomer's weight is its appeal at the prices of that time.

    Chinese newcomers offer the same and have one newcomer's appeal together.
    """
    trade, p = model.trade, model.p
    bought = kernels.sum_to(trade.base_flow, trade.buyer_cell, np.zeros(trade.cells))[trade.buyer_cell]
    members = kernels.sum_to((trade.status == QUALIFIED) * 1.0, trade.buyer_cell, np.zeros(trade.cells))[trade.buyer_cell]
    trade.share = np.where(bought > 0.0, trade.base_flow / np.maximum(bought, NEXT_TO_NOTHING), (trade.status == QUALIFIED) / np.maximum(members, 1.0))
    offer = trade.offer()
    base = utility(
        1.0, 0.0, offer.affinity, offer.trust, offer.outside, offer.country_share, p.belief_background, p.belief_background,
        p.cost_sensitivity, p.delay_cost, p.affinity_weight, p.trust_weight, p.friend_shoring, p.concentration_aversion,
    )  # fmt: skip
    alike = (trade.share <= 0.0) * trade.from_china
    many = np.maximum(kernels.sum_to(alike, trade.buyer_cell, np.zeros(trade.cells))[trade.buyer_cell] * alike, 1.0)
    appeal = np.where(trade.share > 0.0, trade.share, p.newcomer_appeal / many)
    trade.weight = appeal * exponential(-base)
    trade.history = []


def market_facts(world: World) -> SimpleNamespace:
    """Prices of January 2024 and bills of materials (kg of good per kg of magnet, by grade)."""
    recipes, prices, entities = world.recipes, world.prices, world.entities
    return SimpleNamespace(
        china=prices["china"], outside=prices["outside"], metal_per_oxide=recipes.oxide_in_metal,
        bill_china=bill(world, recipes, (entities.country == CHINA).to_numpy()),
        bill_outside=bill(world, recipes, (entities.country != CHINA).to_numpy()),
    )  # fmt: skip


def bill(world: World, recipes: Recipes, members: np.ndarray) -> np.ndarray:
    """(grade, good): kg of metal, Dy and Tb oxide bought per kg of finished magnet."""
    makers = members & (world.entities.kind == "MagnetMaker").to_numpy()
    gross = np.median(recipes.gross[:, makers], axis=1)
    table = np.zeros((3, len(GOODS)))
    oxide = world.content[OXIDES, 0]
    table[:, METAL] = recipes.grade[:, NDPR] * gross[NDPR]
    table[:, OXIDE_DY] = recipes.grade[:, DY] * gross[DY] / recipes.tolled[DY] / oxide[1]
    table[:, OXIDE_TB] = recipes.grade[:, TB] * gross[TB] / recipes.tolled[TB] / oxide[2]
    return table


def measure_contents(model: "TradeModel") -> None:
    """Leading grams per gram of product by good and for each firm's main product; mean recipes outside China."""
    facts, makers = model.world_facts, model.rows["MagnetMaker"]
    content, mines = facts.content, model.rows["Miner"]
    weight = model.sales[CONCENTRATE, mines]
    model.content_of_good = content[:, -1].copy()
    model.content_of_good[CONCENTRATE] = weight.sum() / max((weight / content[CONCENTRATE, mines]).sum(), LEAST) or content[CONCENTRATE].mean()
    model.product_mask, model.content_of_product = np.zeros((len(GOODS), model.count)), np.ones(model.count)
    for process in EARTHS.processes:
        kind, goods = process.kind, [GOODS.index(good) for good in process.counted]
        model.product_mask[goods, model.rows[kind]] = 1.0
        model.content_of_product[model.rows[kind]] = content[goods[0], model.rows[kind]]
    outside = model.abroad[makers] > 0
    model.gross_ndpr = typical(model.gross[NDPR, makers][outside], 1.0)
    model.yield_of_metal = typical(model.metal_yield[model.rows["MetalMaker"]], 1.0)
    sold = model.sales[MAGNETS, makers] * outside
    dy = (sold * model.recipe_dy[:, makers]).sum() / max(sold.sum(), 1.0)
    model.dy_per_ndpr = float(dy * model.gross_ndpr / facts.recipes.tolled[DY])


def typical(values: np.ndarray, otherwise: float) -> float:
    """Median of what firms have, or `otherwise` in a world without such firms."""
    return float(np.median(values)) if len(values) else otherwise

