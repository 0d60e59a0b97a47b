"""How lean products can get, and how long it takes: designs.csv says it by use, each maker goes by the uses its customers of the base year have for a grade; sectors.csv of users themselves."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from model.chain import USE
from model.names import USER
from model.parameters import Values
from model.rules.numerics import in_turn
from model.world import World

if TYPE_CHECKING:
    from model.model import TradeModel


def leanest(world: World, p: Values) -> np.ndarray:
    """(good, element, firm): least share of an element's content at the start that a maker's customers accept in a grade; 1 where designs.csv names no leaner one."""
    found = np.ones((*world.chain.size, world.count))
    for good, element, rows in graded(world):
        least = (1.0 - p.heavy_free_reach * rows["free"]) * rows["least"] / rows["content"]
        found[good, element] = by_maker(world, good, dict(zip(rows["sector"], least, strict=True)), 1.0)
    return found


def months_to_qualify(world: World, p: Values) -> np.ndarray:
    """(good, element, firm): whole months from a leaner design to the first product of it; 0 where there is none."""
    found = np.zeros((*world.chain.size, world.count), np.int64)
    for good, element, rows in graded(world):
        mean = by_maker(world, good, dict(zip(rows["sector"], rows["months"], strict=True)), np.nan)
        found[good, element] = np.maximum(np.rint(mean * p.qualification_scale), 1.0)
    return found * makers(world)


def months_to_redesign(world: World, model: "TradeModel") -> np.ndarray:
    """(good, firm): whole months from a user's new design to the first product of it, of what it uses and can design out; 0 elsewhere."""
    rows, found = model.rows[USE], np.zeros(model.base_need.shape, np.int64)
    months = world.tables["sectors"].set_index("sector")["redesign_months"]
    taken = np.nan_to_num(months[world.entities.sector.iloc[rows]].to_numpy(float)) * model.p.redesign_months_scale
    found[:, rows] = np.maximum(np.rint(taken), 1.0) * ((model.base_need[:, rows] > 0.0) & (model.designable[rows] > 0.0))
    return found


def graded(world: World) -> list[tuple[int, int, pd.DataFrame]]:
    """Rows of designs.csv by good and element, both by number."""
    chain, table = world.chain, world.tables["designs"]
    return [(chain.index(good), chain.elements.index(element), rows) for (good, element), rows in table.groupby(["good", "element"], sort=False)]


def makers(world: World) -> np.ndarray:
    """(good, 1, firm): which firms make a grade."""
    chain, does = world.chain, world.entities.process.to_numpy()
    return np.array([[np.isin(does, [process.name for process in chain.makers(good) if good in process.makes])] for good in range(len(chain.goods))])


def by_maker(world: World, good: int, of_sector: dict[str, float], others: float) -> np.ndarray:
    """(firm,): mean of a figure over the users that bought a good of each firm in the base year, by what they bought; makers without such users have that of all, where nobody bought any the plain mean.

    others: the figure of sectors that are not named; NaN leaves them out.
    """
    entities, rel = world.entities, world.relations
    figure = entities.sector.map(of_sector).fillna(others).to_numpy(float)[rel.buyer]
    bought = world.base_flow * (rel.good == good) * (entities.kind == USER).to_numpy()[rel.buyer] * np.isfinite(figure)
    told = bought * np.nan_to_num(figure)
    total, sold = np.bincount(rel.seller, told, world.count), np.bincount(rel.seller, bought, world.count)
    usual = in_turn(told) / in_turn(bought) if bought.any() else in_turn(np.array(list(of_sector.values()))) / len(of_sector)
    return np.divide(total, sold, out=np.full(world.count, usual), where=sold > 0.0)
