"""Plants in money at the start: what comes with a kg of their main product, what goes into it, what the rest costs, and what is paid on each relation."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model import kernels
from model.chain import Process
from model.kernels.groups import Accounts, Gates
from model.rules.numerics import LEAST, choose, least, most, ratio
from model.start.recipes import GRAMS

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.world import World


class Plants(NamedTuple):
    """What plants make and take for a kg of their main product, kg (good, firm), and what they cost beside their inputs, USD/kg (firm,)."""

    mix: np.ndarray
    bill: np.ndarray
    conversion: np.ndarray
    by_cost: np.ndarray


def plants(model: "TradeModel") -> Plants:
    """Plants of all processes. Where a cost with inputs is known, what is left of it after them is conversion; where none is, a plant earns the usual margin at the prices of the start."""
    chain, size = model.chain, (len(model.chain.goods), model.count)
    mix, bill, conversion, by_cost = np.zeros(size), np.zeros(size), np.zeros(model.count), np.zeros(model.count, bool)
    prices = at_start(model)
    for process in chain.processes:
        rows = model.rows[process.name]
        if rows.start == rows.stop or process.kind in UNKNOWN:
            continue
        MIXES.get(process.kind, main_alone)(model, process, rows, mix)
        BILLS.get(process.kind, nothing)(model, process, rows, mix, bill)
        by_cost[rows] = (np.array(chain.pricing)[process.main] in ("made", "cost_plus")) & (model.abroad[rows] > 0.0)
        worth, inputs = (mix[:, rows] * prices[:, rows]).sum(axis=0), (bill[:, rows] * prices[:, rows]).sum(axis=0)
        known = model.columns[process.name]["toll"][rows] if process.kind in ("MetalMaker", "MagnetMaker") else most(model.unit_cost[rows] - inputs, 0.0)
        told = known if process.kind in ("MetalMaker", "MagnetMaker") else model.unit_cost[rows]
        conversion[rows] = choose(told, known, most(worth / (1.0 + model.p.maker_margin) - inputs, 0.0))
    return Plants(mix, bill, conversion, by_cost)


UNKNOWN = ("PartsMaker",)
"""Kinds of which nothing is known but what they make: the rest of a part is not counted, nor is what it is sold for."""


def at_start(model: "TradeModel") -> np.ndarray:
    """(good, firm): prices at the start where each firm stands, USD/kg."""
    market = model.market
    return np.where(model.abroad > 0.0, market.base_outside[:, None], market.base_china[:, None])


def main_alone(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray) -> None:
    """Its main product and nothing else."""
    mix[process.main, rows] = 1.0


def ore(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray) -> None:
    """Ore counts by what its deposit is paid beside the general price of ore."""
    prices = at_start(model)[process.main, rows]
    mix[process.main, rows] = ratio(model.base_price[rows], prices)


def basket(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray) -> None:
    """What a separator or recycler makes of its usual feed, as far as it has circuits for it."""
    columns, chain, content, main = model.columns[process.name], model.chain, model.facts.content, process.main
    per_feed = columns["recovery"][:, rows] * (columns["blend"] if process.kind == "Refiner" else columns["returned"])[:, rows]
    lead = most(per_feed[process.lead], LEAST)
    for good in process.outputs:
        made = per_feed[chain.lead[good]] / lead
        if process.kind == "Refiner" and good != main:
            made = least(made, ratio(model.circuit[chain.secondary.index(good), rows], model.capacity[rows]))
        mix[good, rows] = made * content[main, rows] / content[good, rows]


def grades(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray) -> None:
    """Grades as sold in the base year; those of its like where it sold none."""
    goods = list(process.counted)
    sold = model.sales[goods, rows] / model.facts.content[goods, rows]
    like = np.where(model.abroad[rows] > 0.0, (sold * model.abroad[rows]).sum(axis=1)[:, None], sold.sum(axis=1)[:, None])
    like = np.where(like.sum(axis=0) > 0.0, like, 1.0)
    weight = np.where(sold.sum(axis=0) > 0.0, sold, like)
    mix[goods, rows] = weight / weight.sum(axis=0)


def nothing(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray, bill: np.ndarray) -> None:
    """It digs."""


def feed(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray, bill: np.ndarray) -> None:
    """Ore by what each separator paid for it in the base year; where it bought none, the usual share of its cost."""
    paid = bought_at_start(model)[rows]
    made = base_output(model)[rows]
    spent = ratio(paid, made)
    share = ratio(spent, model.unit_cost[rows])
    alike = (share > 0.0) & (model.abroad[rows] > 0.0)
    usual = float(np.median(share[alike])) if alike.any() else 0.0
    cost = np.where(spent > 0.0, spent, usual * model.unit_cost[rows])
    bill[process.feed, rows] = cost / at_start(model)[process.feed, rows]


def scrap(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray, bill: np.ndarray) -> None:
    """Scrap by what is recovered of it."""
    content = model.facts.content
    bill[process.feed, rows] = ratio(content[process.main, rows], model.columns[process.name]["recovery"][process.lead, rows]) / content[process.feed, 0]


def converted(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray, bill: np.ndarray) -> None:
    """One good of one other."""
    content = model.facts.content
    bill[process.feed, rows] = content[process.main, rows] / model.columns[process.name]["conversion"][rows] / content[process.feed, 0]


def assembled(model: "TradeModel", process: Process, rows: slice, mix: np.ndarray, bill: np.ndarray) -> None:
    """By grade, with what blanks lose in pressing and machining."""
    chain, columns, content = model.chain, model.columns[process.name], model.facts.content
    for taken in process.takes:
        e = chain.lead[taken]
        held = sum(mix[good, rows] * chain.contents[good, e] for good in process.makes)
        bill[taken, rows] = held * columns["gross"][e, rows] / columns["tolled"][e, rows] / content[taken, 0]


MIXES = {"Miner": ore, "Refiner": basket, "Recycler": basket, "MagnetMaker": grades}
BILLS = {"Refiner": feed, "Recycler": scrap, "MetalMaker": converted, "MagnetMaker": assembled}


def gates(model: "TradeModel") -> Gates:
    """What is paid on each relation; arrays that stand here are written into."""
    trade, chain = model.trade, model.chain
    ore, by_cost = np.zeros(trade.size), np.zeros(trade.size, bool)
    for process in chain.of_kind("Miner"):
        mine = (trade.good == process.main) & (chain.pricing[process.main] == "follows")
        ore[mine] = model.base_price[trade.seller[mine]]
    kinds = np.array(chain.pricing)
    by_cost[:] = np.isin(kinds[trade.good], ("made", "cost_plus")) & (model.abroad[trade.seller] > 0.0)
    return Gates(
        price=trade.price, landed=trade.landed, ore=ore, freight=trade.freight, tariff=model.levers.tariff, content=trade.content, by_cost=by_cost, moved=model.market.moved,
    )  # fmt: skip


def bought_at_start(model: "TradeModel") -> np.ndarray:
    """(firm,): what each firm paid for goods in a mean month of the base year, thousand USD."""
    accounts = Accounts(np.zeros(model.count), np.zeros(model.count))
    kernels.takings(model.trade.links, model.trade.base_flow, gates(model), accounts)
    return accounts.paid


def base_output(model: "TradeModel") -> np.ndarray:
    """(firm,): tonnes of the main product sold in a mean month of the base year."""
    measures = model.measures
    return (model.sales * measures.product_mask).sum(axis=0) / measures.content_of_product / GRAMS


def planned(model: "TradeModel", world: "World") -> np.ndarray:
    """(firm,): capacity of the main product that known projects would bring by their tables' months: (month, t/month) summed, whatever becomes of them."""
    found = np.zeros(world.count)
    for project in world.projects:
        found[project.row] += project.grams * project.main
    return found / model.measures.content_of_product / GRAMS
