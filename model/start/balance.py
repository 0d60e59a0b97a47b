"""The balance at the start: stocks at their targets, pipes filled, shares and prices such that the mean month of the base year repeats."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model import kernels
from model.chain import Chain, Process
from model.rules.numerics import LEAST, NEXT_TO_NOTHING, exponential, in_turn, logarithm
from model.rules.sourcing import utility
from model.start.recipes import GRAMS, Recipes
from model.start.relations import Relations
from model.trade import QUALIFIED
from model.world import World

if TYPE_CHECKING:
    from model.model import TradeModel


def fill_pipes(model: "TradeModel", world: World) -> None:
    """Stocks at their targets and pipes holding a month of flow per month of lag: the first month repeats the base year's mean month."""
    trade, rel, chain, flow = model.trade, world.relations, world.chain, world.base_flow
    count, (size, elements) = world.count, chain.size
    vector = vectors(rel, world.recipes, flow, chain)
    scrap_flow(model, world, vector)
    lead_flow = vector[chain.lead[rel.good], np.arange(trade.size)]
    trade.flow[:], trade.orders[:] = lead_flow, lead_flow
    trade.base_flow = lead_flow.copy()
    for arrival in range(trade.transit.shape[0]):
        trade.transit[arrival] = np.where(arrival < trade.lag, vector, 0.0)
    cell = rel.good * count + rel.buyer
    bought = np.array([np.bincount(cell, vector[e], size * count).reshape(size, count) for e in range(elements)])
    use = np.array([bought[chain.lead[g], g] for g in range(size)])
    sold = np.bincount(rel.good * count + rel.seller, lead_flow, size * count).reshape(size, count)
    model.expected[:], model.sales[:], model.demanded[:], model.shipped[:] = use, sold, sold, sold
    model.expected[list(chain.scrap)] = 0.0
    model.aim[:] = model.cover
    model.output[:] = sold
    from_china = np.array([np.bincount(cell, vector[e] * trade.from_china, size * count).reshape(size, count) for e in range(elements)])
    model.inputs[:] = np.floor(model.cover[:, None, :] * np.swapaxes(bought, 0, 1) + model.season.ahead * np.swapaxes(from_china, 0, 1))
    for process in chain.of_kind("Recycler"):
        rows = model.rows[process.name]
        model.inputs[process.feed, :, rows] = np.floor(model.collected[:, rows])
        if not process.follows:
            model.columns[process.name]["aged"][:, rows] = np.floor(model.collected[:, rows])
    stock_of_makers(model, world, sold)
    stock_of_holders(model, world)


def vectors(rel: Relations, recipes: Recipes, flow: np.ndarray, chain: Chain) -> np.ndarray:
    """(element, relation): whole grams a month on each relation."""
    vector = np.zeros((len(chain.elements), rel.good.size))
    for g in range(len(chain.goods)):
        on = rel.good == g
        if any(process.kind == "Miner" for process in chain.makers(g)):
            vector[:, on] = recipes.basket[:, rel.seller[on]] * flow[on]
        elif chain.composition[g].any():
            vector[:, on] = chain.composition[g][:, None] * flow[on]
        else:
            vector[chain.lead[g], on] = flow[on]
    return np.floor(vector)


def scrap_flow(model: "TradeModel", world: World, vector: np.ndarray) -> None:
    """Scrap on its way to recyclers: what is left over of each maker's output."""
    rel, recipes, chain = world.relations, world.recipes, world.chain
    for process in chain.of_kind("MagnetMaker"):
        goods = list(process.makes)
        sold = [np.bincount(rel.seller[rel.good == g], world.base_flow[rel.good == g], world.count) for g in goods]
        finished = np.einsum("gj,ge->ej", np.array(sold), chain.composition[goods])
        rows = np.isin(rel.good, process.by_products)
        left = finished * (recipes.gross - 1.0)
        vector[:, rows] = np.floor(left[:, rel.seller[rows]] * recipes.scrap_share[rows])


def stock_of_makers(model: "TradeModel", world: World, sold: np.ndarray) -> None:
    """What mines and separators have finished, at its targets."""
    kept, chain = np.floor(model.stockhold * sold), world.chain
    for process in chain.of_kind("Miner"):
        rows = model.rows[process.name]
        model.finished[process.main][:, rows] = np.floor(world.recipes.basket[:, rows] * kept[process.main, rows])
    for process in chain.of_kind("Refiner", "Recycler"):
        rows = model.rows[process.name]
        for good in process.outputs:
            model.finished[good, chain.lead[good], rows] = kept[good, rows]


def stock_of_holders(model: "TradeModel", world: World) -> None:
    """What holders keep at the start, leading element alone: ready for sale where they sell."""
    for line in world.tables["stocks"].itertuples():
        good, row = world.chain.index(line.good), world.entities.row[f"{line.holder}@{line.country}"]
        stock = model.finished if line.change_base_t < 0 else model.inputs
        stock[good, world.chain.lead[good], row] = np.floor(line.level_base_t * world.content[good, row] * GRAMS)
    for line in world.tables["stores"].itertuples():
        good, row = world.chain.index(line.good), world.entities.row[f"{line.holder}@{line.country}"]
        lead = line.level_base_t * world.content[good, row] * GRAMS
        model.inputs[good, :, row] = np.floor(world.chain.composition[good] * lead) if world.chain.composition[good].any() else 0.0
        model.inputs[good, world.chain.lead[good], row] = np.floor(lead)


def share_purchases(model: "TradeModel") -> None:
    """Shares of the base year; where nothing was bought, qualified suppliers share alike, and those of a store as they share what it serves."""
    trade = model.trade
    bought = kernels.sum_to(trade.base_flow, trade.buyer_cell, np.zeros(trade.cells))[trade.buyer_cell]
    members = kernels.sum_to((trade.status == QUALIFIED) * 1.0, trade.buyer_cell, np.zeros(trade.cells))[trade.buyer_cell]
    trade.share[:] = np.where(bought > 0.0, trade.base_flow / np.maximum(bought, NEXT_TO_NOTHING), (trade.status == QUALIFIED) / np.maximum(members, 1.0))
    served = pattern(model)
    trade.share[:] = np.where(served > 0.0, served, np.where(stores(model)[trade.buyer] & (kernels.sum_to(served, trade.buyer_cell, np.zeros(trade.cells))[trade.buyer_cell] > 0.0), 0.0, trade.share))
    trade.history = []


def stores(model: "TradeModel") -> np.ndarray:
    """(firm,): holders of stores.csv."""
    table = model.facts.tables["stores"]
    return np.isin(np.array([agent.name for agent in model.firms.agents]), list(table["holder"] + "@" + table["country"]))


def pattern(model: "TradeModel") -> np.ndarray:
    """(relation,): share of each seller in what the store of a good can buy: its part of what was bought in the base year by those the store serves, or of all that it sold where the store serves none of its customers."""
    trade, found = model.trade, np.zeros(model.trade.size)
    for row in np.flatnonzero(stores(model)):
        for good in np.unique(trade.good[trade.buyer == row]):
            mine = np.flatnonzero((trade.buyer == row) & (trade.good == good))
            takers = trade.buyer[(trade.seller == row) & (trade.good == good)]
            sold = trade.base_flow * (trade.good == good)
            for whose in (np.isin(trade.buyer, takers), np.ones(trade.size, bool)):
                by_seller = np.bincount(trade.seller, sold * whose, model.count)[trade.seller[mine]]
                if by_seller.sum() > 0.0:
                    found[mine] = by_seller / by_seller.sum()
                    break
    return found


def calibrate_sourcing(model: "TradeModel") -> None:
    """Logit constants that reproduce the shares of the base year at what offers cost then; a supplier without sales has those of its like.

    Chinese newcomers to a buyer offer the same and share one's constant.
    """
    trade, p = model.trade, model.p
    offer = trade.offer()
    base = utility(
        offer.landed, 0.0, offer.affinity, offer.trust, offer.outside, offer.country_share, p.belief_background, p.belief_background,
        p.cost_sensitivity, p.delay_cost, p.affinity_weight, p.trust_weight, p.friend_shoring, p.concentration_aversion,
    )  # fmt: skip
    known = trade.share > 0.0
    alike = ~known * trade.from_china
    many = np.maximum(kernels.sum_to(alike, trade.buyer_cell, np.zeros(trade.cells))[trade.buyer_cell] * alike, 1.0)
    constant = logarithm(np.where(known, trade.share, 1.0 / many)) - np.where(known, base, 0.0)
    constant[~known] += of_its_like(model, constant)[~known]
    trade.weight[:] = exponential(constant)


def of_its_like(model: "TradeModel", constant: np.ndarray) -> np.ndarray:
    """(relation,): mean constant, by tonnes, of those who sold the good in the base year from the seller's bloc, or, where none did, of all outside China."""
    trade, bloc = model.trade, model.facts.entities["bloc"].to_numpy()[model.trade.seller]
    sold, found = trade.base_flow > 0.0, np.zeros(trade.size)
    for good in np.unique(trade.good):
        mine = trade.good == good
        for name in np.unique(bloc[mine]):
            ours = mine & (bloc == name)
            like = next((rows for rows in (ours & sold, mine & sold & (trade.outside > 0.0), mine & sold) if rows.any()), ours)
            weight = np.maximum(trade.base_flow[like], 1.0)
            found[ours] = float(in_turn(constant[like] * weight)) / float(in_turn(weight))
    return found


class Measures(NamedTuple):
    """What the start says of goods and processes as a whole, for those who turn grams into tonnes and plants into needs."""

    content_of_good: np.ndarray
    """(good,): leading grams per gram of product, ores weighted by what is sold."""
    content_of_product: np.ndarray
    """(firm,): the same of each firm's main product."""
    product_mask: np.ndarray
    """(good, firm): 1 for the goods by which a firm's output is counted."""
    gross_of: dict[str, float]
    """Leading grams put in per gram in the finished product outside China, by process that assembles."""
    yield_of: dict[str, float]
    """Leading grams made per gram put in, by process that converts."""
    secondary_per_lead: dict[str, float]
    """Grams of the secondary product by which circuits are counted per leading gram of what a process assembles outside China."""


def measured(model: "TradeModel") -> Measures:
    """Contents of goods and mean recipes."""
    world, chain = model.facts, model.chain
    content = world.content
    content_of_good = content[:, -1].copy()
    for process in chain.of_kind("Miner"):
        rows, good = model.rows[process.name], process.main
        weight = model.sales[good, rows]
        content_of_good[good] = weight.sum() / max((weight / content[good, rows]).sum(), LEAST) or content[good].mean()
    mask, content_of_product = np.zeros((len(chain.goods), model.count)), np.ones(model.count)
    for process in chain.processes:
        mask[list(process.counted), model.rows[process.name]] = 1.0
        content_of_product[model.rows[process.name]] = content[process.counted[0], model.rows[process.name]]
    yields = {process.name: typical(model.conversion[model.rows[process.name]], 1.0) for process in chain.of_kind("MetalMaker")}
    gross, secondary = {}, {}
    for process in chain.of_kind("MagnetMaker"):
        rows = model.rows[process.name]
        gross[process.name] = typical(model.gross[process.lead, rows][model.abroad[rows] > 0], 1.0)
        for separator in chain.of_kind("Refiner"):
            if separator.circuits is not None and separator.circuits.sized_by == process.name:
                secondary[process.name] = held_outside(model, process, int(chain.lead[separator.circuits.price_good])) * gross[process.name]
    return Measures(content_of_good, content_of_product, mask, gross, yields, secondary)


def held_outside(model: "TradeModel", process: Process, element: int) -> float:
    """Grams of an element put in per leading gram in what a process sells outside China, before its own losses."""
    rows, goods = model.rows[process.name], list(process.makes)
    sold = model.sales[goods, rows] * (model.abroad[rows] > 0)
    held = (sold * model.recipe[goods, element, rows]).sum() / max(sold.sum(), 1.0)
    return float(held / typical(model.tolled[element, rows], 1.0))


def typical(values: np.ndarray, otherwise: float) -> float:
    """Median of what firms have, or `otherwise` in a world without such firms."""
    return float(np.median(values)) if len(values) else otherwise
