"""What is made of what: contents of goods, and each firm's yields, read off what it bought and sold in the base year.

Yields that follow from a firm's own trade in links.csv make the base year close exactly; firms without trade get those of their row, or of recipes.csv.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from model.chain import Chain, Process
from model.errors import InputError, warn
from model.names import CHINA
from model.rules.numerics import LEAST, in_turn
from model.start.relations import Relations
from model.tables import Frames

GRAMS, MONTHS = 1e6, 12.0
"""Grams a tonne, months a year."""
ROUNDING = 1e-9
"""Share by which a sale may exceed what its makings allow without a word: sums are rounded."""


@dataclass
class Recipes:
    """Per firm (last axis): what leaves per gram of what enters."""

    basket: np.ndarray  # (element, firm) element per gram of the leading one in what a mine digs
    recovery: np.ndarray  # (element, firm) share of an element in the feed that leaves in a product of its own
    blend: np.ndarray  # (element, firm) element per gram of the leading one in the usual feed
    conversion: np.ndarray  # (firm,) leading element in the product per gram in the input
    gross: np.ndarray  # (element, firm) element put in per gram in the finished product
    tolled: np.ndarray  # (element, firm) element after a tolled conversion per gram before
    grade: np.ndarray  # (good, element) gram of element per gram of the leading one in products of fixed composition
    scrap_share: np.ndarray  # (relation,) share of a maker's scrap that a recycler takes
    collected: np.ndarray  # (element, firm) grams a month a recycler collected of used products in the base year
    returned: np.ndarray  # (element, firm) element per gram of the leading one in used products that a recycler collects
    scrap_taken: np.ndarray  # (element, firm) grams a month of makers' scrap a recycler took in the base year
    put_in: np.ndarray  # (good,) tonnes of input per tonne of a good made by conversion, losses included; 0 for others


class Ore(NamedTuple):
    """What a deposit holds: share of the ore's mass by element, counted as some good of each."""

    shares: np.ndarray
    counted_as: np.ndarray
    grams: np.ndarray


def baskets(frames: Frames, chain: Chain) -> dict[str, dict[str, Ore]]:
    """{ore: {deposit: what it holds}}: elements in the order of the chain."""
    weight = dict(zip(frames["goods"]["good"], frames["goods"]["kg_per_kg_lead"], strict=True))
    found: dict[str, dict[str, Ore]] = {}
    for (good, deposit), rows in frames["deposits"].groupby(["good", "deposit"], sort=False):
        shares, counted, content = np.zeros(len(chain.elements)), np.zeros(len(chain.elements), int), np.ones(len(chain.elements))
        for row in rows.itertuples():
            at = chain.elements.index(row.element)
            shares[at], counted[at], content[at] = row.share, chain.index(row.counted_as), 1.0 / weight[row.counted_as]
        found.setdefault(str(good), {})[str(deposit)] = Ore(shares, counted, shares * content)
    return found


def figure(frames: Frames, process: str, role: str, good: str = "", element: str = "") -> float | None:
    """One figure of recipes.csv; None if there is none."""
    table = frames["recipes"]
    found = table[(table["process"] == process) & (table["role"] == role) & (table["good"] == good) & (table["element"] == element)]
    return None if found.empty else float(found["value"].iloc[0])


def needed(frames: Frames, process: str, role: str, good: str = "", element: str = "") -> float:
    """One figure of recipes.csv that there must be."""
    found = figure(frames, process, role, good, element)
    if found is None:
        raise InputError(f"recipes.csv: role: no {role} of {' '.join(filter(None, (good, element)))} in {process}; add the row")
    return found


def deposits_of(frames: Frames, process: Process) -> dict[str, str]:
    """Deposit of every firm of a process, planned ones included."""
    tables = (frames["pipeline"].drop_duplicates("entity"), frames["firms"])
    return {row.entity: row.deposit for table in tables for row in table[table["process"] == process.name].itertuples()}


def content_table(frames: Frames, chain: Chain, entities: pd.DataFrame) -> np.ndarray:
    """(good, firm): leading grams per gram of product as the firm sells it; differs between firms only for ores."""
    content, weight, ores = np.ones((len(chain.goods), len(entities))), frames["goods"]["kg_per_kg_lead"].to_numpy(float), baskets(frames, chain)
    for at, good in enumerate(chain.goods):
        if good in ores:
            for process in chain.makers(at):
                for firm, deposit in deposits_of(frames, process).items():
                    content[at, entities.row[firm]] = ores[good][deposit].grams[chain.lead[at]]
        elif np.isfinite(weight[at]):
            content[at] = 1.0 / weight[at]
        else:
            content[at] = content_of(frames, chain, at)
    return content


def content_of(frames: Frames, chain: Chain, at: int) -> float:
    """Leading grams per gram of a good of fixed composition; scrap holds what the first product of its makers does, a part what is in it."""
    source = chain.makers(at)[0].main if at in chain.scrap and chain.makers(at) else chain.held_by.get(at, at)
    table = frames["recipes"]
    found = table[(table["role"] == "content") & (table["good"] == chain.goods[source]) & (table["element"] == chain.elements[chain.lead[source]])]
    return 1.0 if found.empty else float(found["value"].iloc[0])


def read_recipes(frames: Frames, chain: Chain, entities: pd.DataFrame, rel: Relations, flow: np.ndarray, content: np.ndarray) -> Recipes:
    """All recipes; `flow` in leading grams a month by relation."""
    count, elements = len(entities), len(chain.elements)
    basket = dug(frames, chain, entities)
    sold, bought = (flows_of(rel, flow, end, count, chain) for end in (rel.seller, rel.buyer))
    recovery, blend = np.zeros((elements, count)), np.zeros((elements, count))
    for process in chain.of_kind("Refiner"):
        separation(frames, chain, process, entities, rel, flow, basket, sold, recovery, blend)
    conversion, gross, tolled = np.ones(count), np.ones((elements, count)), np.ones((elements, count))
    put_in = np.zeros(len(chain.goods))
    for process in chain.of_kind("MetalMaker"):
        rows, usual = rows_of(entities, process), needed(frames, process.name, "yield", chain.goods[process.main], chain.elements[process.lead])
        out, fed = sold[process.main, rows], bought[process.feed, rows]
        made = np.divide(out, fed, out=np.full(out.size, usual), where=(out > 0) & (fed > 0))
        conversion[rows] = no_more_than_fed(made, entities.index[rows])
        put_in[process.main] = frames["goods"]["kg_per_kg_lead"].iloc[process.feed] / usual
    for process in chain.of_kind("MagnetMaker"):
        gross_recipe(frames, chain, process, entities, sold, bought, gross, tolled)
    scrap_share = scrap_shares(frames, chain, entities, rel)
    collected, returned, scrap_taken = (np.zeros((elements, count)) for _ in range(3))
    for process in chain.of_kind("Recycler"):
        recycling(frames, chain, process, entities, rel, sold, gross, scrap_share, recovery, collected, returned, scrap_taken)
    return Recipes(basket, recovery, blend, conversion, gross, tolled, chain.composition, scrap_share, collected, returned, scrap_taken, put_in)


def rows_of(entities: pd.DataFrame, process: Process) -> slice:
    """Rows of the firms of a process."""
    rows = entities.row[entities.process == process.name]
    return slice(int(rows.min()), int(rows.max()) + 1) if len(rows) else slice(0, 0)


def dug(frames: Frames, chain: Chain, entities: pd.DataFrame) -> np.ndarray:
    """(element, firm): element per gram of the leading one in what each mine digs."""
    basket, ores = np.zeros((len(chain.elements), len(entities))), baskets(frames, chain)
    for process in chain.of_kind("Miner"):
        ore = ores.get(chain.goods[process.main])
        for firm, deposit in deposits_of(frames, process).items():
            if ore:
                grams = ore[deposit].grams
                basket[:, entities.row[firm]] = grams / grams[process.lead]
            else:
                basket[process.lead, entities.row[firm]] = 1.0
    return basket


def flows_of(rel: Relations, flow: np.ndarray, end: np.ndarray, count: int, chain: Chain) -> np.ndarray:
    """(good, firm): leading grams a month that pass one end of the relations."""
    return np.bincount(rel.good * count + end, flow, len(chain.goods) * count).reshape(-1, count)


def no_more_than_fed(made: np.ndarray, names: pd.Index) -> np.ndarray:
    """Yields (..., firm), 1 where a firm sold more than it bought the makings of: nothing is made of nothing. Says whose they are."""
    beyond = (made > 1.0 + ROUNDING).reshape(-1, made.shape[-1]).any(axis=0)
    for name in names[beyond]:
        warn(f"links.csv: supplier: {name} sells more than it buys the makings of; correct its sales or its purchases")
    return np.minimum(made, 1.0)


def separation(
    frames: Frames, chain: Chain, process: Process, entities: pd.DataFrame, rel: Relations, flow: np.ndarray, basket: np.ndarray, sold: np.ndarray,
    recovery: np.ndarray, blend: np.ndarray,
) -> None:  # fmt: skip
    """Recoveries from product sold over element in the feed bought; those of the row, or of recipes.csv, where there was no circuit or no trade."""
    count, rows, lead = len(entities), rows_of(entities, process), process.lead
    ore = rel.good == process.feed
    source = basket if any(maker.kind == "Miner" for maker in chain.makers(process.feed)) else alone(chain, process.feed, count)
    fed = np.array([np.bincount(rel.buyer[ore], flow[ore] * source[e, rel.seller[ore]], count) for e in range(len(chain.elements))])[:, rows]
    made = np.zeros_like(fed)
    for good in process.outputs:
        made[chain.lead[good]] = sold[good, rows]
    found = no_more_than_fed(np.divide(made, fed, out=np.zeros_like(fed), where=fed > 0), entities.index[rows])
    usual_blend = np.divide(fed, fed[lead], out=np.zeros_like(fed), where=fed[lead] > 0)
    diggers = np.isin(entities.process, [maker.name for maker in chain.makers(process.feed)]) & (entities.country != CHINA).to_numpy()
    usual = np.median(source[:, diggers], axis=1) if diggers.any() else source[:, 0]
    own = own_yields(frames)
    for at, name in enumerate(entities.index[rows]):
        for good in process.outputs:
            e = chain.lead[good]
            if found[e, at] <= 0.0:
                found[e, at] = own.get((name, chain.goods[good])) if (name, chain.goods[good]) in own else needed(frames, process.name, "yield", chain.goods[good], chain.elements[e])
        if usual_blend[lead, at] <= 0.0:
            usual_blend[:, at] = usual
    recovery[:, rows], blend[:, rows] = found, usual_blend


def alone(chain: Chain, good: int, count: int) -> np.ndarray:
    """(element, firm): a good that holds its leading element alone."""
    table = np.zeros((len(chain.elements), count))
    table[chain.lead[good]] = 1.0
    return table


def own_yields(frames: Frames) -> dict[tuple[str, str], float]:
    """Yields that rows give for a firm: of its main product in firms.csv, of others in outputs.csv."""
    main = dict(zip(frames["processes"]["process"], frames["processes"]["makes"].str.split(";").str[0], strict=True))
    firms = frames["firms"].dropna(subset=["yield"])
    found = {(row.entity, main[row.process]): value for row, value in zip(firms.itertuples(), firms["yield"], strict=True)}
    outputs = frames["outputs"].dropna(subset=["yield"])
    return found | {(row.entity, row.good): value for row, value in zip(outputs.itertuples(), outputs["yield"], strict=True)}


def gross_recipe(
    frames: Frames, chain: Chain, process: Process, entities: pd.DataFrame, sold: np.ndarray, bought: np.ndarray, gross: np.ndarray, tolled: np.ndarray
) -> None:
    """Element put in per gram in the finished product, from each maker's own purchases and sales."""
    rows, elements, count = rows_of(entities, process), len(chain.elements), len(entities)
    for good in process.takes:
        e = chain.lead[good]
        tolled[e, rows] = figure(frames, process.name, "yield", chain.goods[good], chain.elements[e]) or 1.0
    finished = np.einsum("gj,ge->ej", sold[list(process.makes)], chain.composition[list(process.makes)])
    put_in = np.zeros((elements, count))
    for good in process.takes:
        put_in[chain.lead[good]] = bought[good] * tolled[chain.lead[good]]
    facts = frames["firms"].set_index("entity")["yield"]
    ratio, usual = needed(frames, process.name, "input_per_blank"), needed(frames, process.name, "finished_per_blank")
    default = np.ones(count)
    for name in entities.index[rows]:
        default[entities.row[name]] = ratio / (facts[name] if name in facts.index else usual)
    own = (finished > 0) & (put_in > finished)
    found = np.where(own, np.divide(put_in, finished, out=np.ones((elements, count)), where=own), default)
    gross[:, rows] = found[:, rows]


def scrap_shares(frames: Frames, chain: Chain, entities: pd.DataFrame, rel: Relations) -> np.ndarray:
    """Share of a maker's scrap that each recycler takes: tonnes of the relation over gross input less finished."""
    facts, shares = frames["firms"].set_index("entity").reindex(entities.index), np.zeros(rel.good.size)
    for process in chain.of_kind("MagnetMaker"):
        ratio = needed(frames, process.name, "input_per_blank")
        left = (facts["feed_base_t"] * ratio - facts["production_base_t"]).to_numpy()[rel.seller]
        rows = np.isin(rel.good, process.by_products) & (rel.tonnes > 0) & (entities.process.to_numpy()[rel.seller] == process.name)
        shares = np.where(rows, np.minimum(np.divide(rel.tonnes, left, out=np.zeros(left.size), where=left > 0), 1.0), shares)
    return shares


def recycling(
    frames: Frames, chain: Chain, process: Process, entities: pd.DataFrame, rel: Relations, sold: np.ndarray, gross: np.ndarray, scrap_share: np.ndarray,
    recovery: np.ndarray, collected: np.ndarray, returned: np.ndarray, scrap_taken: np.ndarray,
) -> None:  # fmt: skip
    """Used products collected in the base year, what is recovered of all feed, and what is in used products, per element."""
    count, elements, lead, rows = len(entities), len(chain.elements), process.lead, rows_of(entities, process)
    makers = [maker for maker in chain.makers(process.feed) if maker.kind == "MagnetMaker"]
    old = np.zeros((elements, count))
    if makers:
        goods = [good for maker in makers for good in maker.makes]
        finished = np.einsum("gj,ge->ej", sold[goods], chain.composition[goods])
        left_over = finished * (gross - 1.0)
        mean = in_turn(finished) / max(in_turn(finished[lead]), 1.0) * content_of(frames, chain, process.feed)
    else:
        left_over, mean = np.zeros((elements, count)), np.eye(elements)[lead]
    facts = frames["firms"][frames["firms"]["process"] == process.name].set_index("entity")
    for name in facts.index:
        old[:, entities.row[name]] = facts["collected_base_t"].fillna(0.0)[name] * mean * GRAMS / MONTHS
    mine = rel.good == process.feed
    fresh = np.array([np.bincount(rel.buyer[mine], (left_over[e, rel.seller] * scrap_share)[mine], count) for e in range(elements)])
    taken = fresh + old
    made = np.zeros((elements, count))
    for good in process.outputs:
        made[chain.lead[good]] = sold[good]
    found = np.zeros((elements, count))
    for good in process.outputs:
        found[chain.lead[good]] = needed(frames, process.name, "yield", chain.goods[good], chain.elements[chain.lead[good]])
    found = np.where(made[lead] > 0.0, 0.0, found)
    found = np.divide(made, taken, out=found, where=(taken > 0) & (made > 0))
    recovery[:, rows] = no_more_than_fed(found[:, rows], entities.index[rows])
    scrap_taken[:, rows] = fresh[:, rows]
    collected[:, rows], returned[:, rows] = old[:, rows], (mean / max(mean[lead], LEAST))[:, None]
