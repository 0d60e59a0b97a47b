"""What is made of what: contents of goods, and each firm's yields, read off what it bought and sold in 2024.

Yields that follow from a firm's own trade in links.csv make 2024 close exactly; firms without trade get the table's defaults.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.errors import InputError, warn
from model.names import CONCENTRATE, DY, ELEMENTS, GRADES, MAGNETS, METAL, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, OXIDES, SWARF, TB
from model.relations import Relations
from model.rules.numerics import LEAST, in_turn
from model.tables import Tables

GRAMS, MONTHS = 1e6, 12.0
OXIDE_GOODS = (OXIDE_NDPR, OXIDE_DY, OXIDE_TB)


@dataclass
class Recipes:
    """Per firm (last axis): what leaves per gram of what enters."""

    basket: np.ndarray  # (element, firm) element per gram of NdPr in a mine's ore
    recovery: np.ndarray  # (element, firm) share of an element in the feed that leaves as oxide
    blend: np.ndarray  # (element, firm) element per gram of NdPr in the usual feed
    metal_yield: np.ndarray  # (firm,)
    gross: np.ndarray  # (element, firm) element put in per gram in the finished magnet
    tolled: np.ndarray  # (element,) element in metal per gram in oxide
    grade: np.ndarray  # (grade, element) gram per gram of magnet
    swarf_share: np.ndarray  # (relation,) share of a maker's swarf that a recycler takes
    old_magnets: np.ndarray  # (element, firm) grams a month a recycler collected in 2024
    scrap: np.ndarray  # (element,) element per gram of NdPr in old magnets
    oxide_in_metal: float  # tonnes of oxide per tonne of metal, losses included


def constant(tables: Tables, stage: str, item: str, parameter: str) -> float:
    """One figure of material_balance.csv."""
    balance = tables.material_balance
    found = balance[(balance.stage == stage) & (balance.item == item) & (balance.parameter == parameter)]
    if found.empty:
        raise InputError(f"material_balance.csv: parameter: no {parameter} of {item} ({stage}); add the row")
    return float(found.value.iloc[0])


def oxide_content(tables: Tables) -> np.ndarray:
    """Element per unit mass of its oxide."""
    return np.array([1.0 / constant(tables, "oxide->metal", e, "oxide_per_metal_stoichiometric") for e in ELEMENTS])


def basket(tables: Tables, deposit: str) -> np.ndarray:
    """Grams of contained element per gram of rare-earth oxide in ore of a deposit type."""
    shares = [constant(tables, "ore->oxide", deposit, f"{e.lower()}_share_of_reo") for e in ELEMENTS]
    return np.array(shares) * oxide_content(tables)


def deposits(tables: Tables) -> dict[str, str]:
    """Deposit type of every mine, planned ones included."""
    planned = tables.pipeline[tables.pipeline.stage == "mine"].drop_duplicates("entity")
    return dict(zip(planned.entity, planned.deposit_type)) | dict(zip(tables.mines.entity, tables.mines.deposit_type))


def grade_table(tables: Tables) -> np.ndarray:
    """(grade, element): gram of element per gram of finished magnet."""
    grades = tables.grades.set_index("grade").loc[list(GRADES)]
    return grades[[f"{e.lower()}_kg_per_kg_finished" for e in ELEMENTS]].to_numpy(float)


def content_table(tables: Tables, entities: pd.DataFrame) -> np.ndarray:
    """(good, firm): leading grams per gram of product as the firm sells it; differs between firms only for concentrate."""
    content = np.ones((SWARF + 1, len(entities)))
    content[OXIDES] = oxide_content(tables)[:, None]
    content[MAGNETS] = grade_table(tables)[:, NDPR, None]
    content[SWARF] = grade_table(tables)[0, NDPR]
    for mine, deposit in deposits(tables).items():
        content[CONCENTRATE, entities.row[mine]] = basket(tables, deposit)[NDPR]
    return content


def read_recipes(tables: Tables, entities: pd.DataFrame, rel: Relations, flow: np.ndarray) -> Recipes:
    """All recipes; `flow` in leading grams a month by relation."""
    count = len(entities)
    baskets = np.zeros((3, count))
    for mine, deposit in deposits(tables).items():
        ore = basket(tables, deposit)
        baskets[:, entities.row[mine]] = ore / ore[NDPR]
    sold = flows_of(rel, flow, rel.seller, count)
    bought = flows_of(rel, flow, rel.buyer, count)
    grade = grade_table(tables)
    recovery, blend = separation(tables, entities, rel, flow, baskets, sold)
    tolled = np.array([1.0, *[constant(tables, "oxide->metal", "DyTb", "reduction_yield")] * 2])
    gross = gross_recipe(tables, entities, sold, bought, grade, tolled)
    swarf_share = swarf_shares(tables, entities, rel)
    old, recycled, scrap = recycling(tables, entities, rel, sold, gross, grade, swarf_share)
    recovery = np.where((entities.kind == "Recycler").to_numpy(), recycled, recovery)
    electrolysis = constant(tables, "oxide->metal", "NdPr", "electrolysis_yield")
    made = np.divide(sold[METAL], bought[OXIDE_NDPR], out=np.full(count, electrolysis), where=(sold[METAL] > 0) & (bought[OXIDE_NDPR] > 0))
    made = no_more_than_fed(made, entities)
    per_metal = constant(tables, "oxide->metal", "NdPr", "oxide_per_metal_stoichiometric") / electrolysis
    return Recipes(baskets, recovery, blend, made, gross, tolled, grade, swarf_share, old, scrap, per_metal)


def flows_of(rel: Relations, flow: np.ndarray, end: np.ndarray, count: int) -> np.ndarray:
    """(good, firm): leading grams a month that pass one end of the relations."""
    return np.bincount(rel.good * count + end, flow, (SWARF + 1) * count).reshape(-1, count)


def no_more_than_fed(made: np.ndarray, entities: pd.DataFrame) -> np.ndarray:
    """Yields (..., firm), 1 where a firm sold more than it bought the makings of: nothing is made of nothing. Says whose they are."""
    beyond = (made > 1.0).reshape(-1, made.shape[-1]).any(axis=0)
    for name in entities.index[beyond]:
        warn(f"links.csv: supplier: {name} sells more than it buys the makings of; correct its sales or its purchases")
    return np.minimum(made, 1.0)


def separation(tables: Tables, entities: pd.DataFrame, rel: Relations, flow: np.ndarray, baskets: np.ndarray, sold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Recoveries of refiners from oxide sold over element in the feed bought; defaults where there was no circuit or no trade."""
    count, ore = len(entities), rel.good == CONCENTRATE
    fed = np.array([np.bincount(rel.buyer[ore], flow[ore] * baskets[e, rel.seller[ore]], count) for e in range(3)])
    oxide = np.array([sold[good] for good in OXIDE_GOODS])
    recovery = no_more_than_fed(np.divide(oxide, fed, out=np.zeros((3, count)), where=fed > 0), entities)
    blend = np.divide(fed, fed[NDPR], out=np.zeros((3, count)), where=fed[NDPR] > 0)
    usual = np.median(baskets[:, (entities.kind == "Miner").to_numpy() & (entities.country != "CHN").to_numpy()], axis=1)
    facts, planned = tables.refiners.set_index("entity"), recoveries(tables, "planned_plant")
    for name in entities.index[entities.kind == "Refiner"]:
        row, known = entities.row[name], name in facts.index
        default = (facts.recovery_ndpr[name], facts.recovery_heavy_with_heavy_circuit[name]) if known else planned
        for e in range(3):
            if recovery[e, row] <= 0.0:
                recovery[e, row] = default[0] if e == NDPR else default[1]
        if blend[NDPR, row] <= 0.0:
            blend[:, row] = usual
    return recovery, blend


def recoveries(tables: Tables, kind: str) -> tuple[float, float]:
    """Shares of NdPr and of heavies in the feed that leave as oxide, for a kind of ore or plant of material_balance.csv."""
    return constant(tables, "ore->oxide", kind, "recovery_ndpr"), constant(tables, "ore->oxide", kind, "recovery_dy_tb")


def gross_recipe(tables: Tables, entities: pd.DataFrame, sold: np.ndarray, bought: np.ndarray, grade: np.ndarray, tolled: np.ndarray) -> np.ndarray:
    """Element put in per gram in the finished magnet, from each maker's own purchases and sales."""
    count = len(entities)
    per_lead = grade / grade[:, NDPR : NDPR + 1]
    finished = np.einsum("gj,ge->ej", sold[MAGNETS], per_lead)
    put_in = np.array([bought[METAL], bought[OXIDE_DY] * tolled[DY], bought[OXIDE_TB] * tolled[TB]])
    facts = tables.magnet_makers.set_index("entity")
    input_ratio = float(tables.grades.gross_input_kg_per_kg_blank.iloc[0])
    default = np.ones(count)
    for name in entities.index[entities.kind == "MagnetMaker"]:
        blank = facts.finished_per_blank[name] if name in facts.index else float(tables.grades.machining_yield_row.iloc[0])
        default[entities.row[name]] = input_ratio / blank
    own = (finished > 0) & (put_in > finished)
    return np.where(own, np.divide(put_in, finished, out=np.ones((3, count)), where=own), default)


def swarf_shares(tables: Tables, entities: pd.DataFrame, rel: Relations) -> np.ndarray:
    """Share of a maker's swarf that each recycler takes: tonnes of the relation over gross input less finished."""
    facts = tables.magnet_makers.set_index("entity").reindex(entities.index)
    ratio = float(tables.grades.gross_input_kg_per_kg_blank.iloc[0])
    left = (facts.production_2024_t_blank * ratio - facts.production_2024_t_finished).to_numpy()[rel.seller]
    swarf = (rel.good == SWARF) & (rel.tonnes > 0)
    return np.where(swarf, np.minimum(np.divide(rel.tonnes, left, out=np.zeros(left.size), where=left > 0), 1.0), 0.0)


def recycling(tables: Tables, entities: pd.DataFrame, rel: Relations, sold: np.ndarray, gross: np.ndarray, grade: np.ndarray, swarf_share: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Old magnets collected by recyclers in 2024, what they recover of all their feed, and what is in old magnets, per element."""
    count = len(entities)
    per_lead = grade / grade[:, NDPR : NDPR + 1]
    finished = np.einsum("gj,ge->ej", sold[MAGNETS], per_lead)
    swarf = finished * (gross - 1.0)
    old, facts = np.zeros((3, count)), tables.recyclers.set_index("entity")
    mean = in_turn(finished) / max(in_turn(finished[NDPR]), 1.0) * grade[0, NDPR]
    for name in facts.index:
        old[:, entities.row[name]] = facts.feed_eol_magnets_t[name] * mean * GRAMS / MONTHS
    taken = np.array([np.bincount(rel.buyer, swarf[e, rel.seller] * swarf_share, count) for e in range(3)]) + old
    oxide = np.array([sold[good] for good in OXIDE_GOODS])
    usual = constant(tables, "metal->magnet", "NdFeB", "swarf_recovery_ree")
    trades = oxide[NDPR] > 0.0
    recovery = np.where(trades, 0.0, np.full((3, count), usual))
    recovery = no_more_than_fed(np.divide(oxide, taken, out=recovery, where=(taken > 0) & (oxide > 0)), entities)
    return old, recovery, mean / max(mean[NDPR], LEAST)
