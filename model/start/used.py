"""Products in use at the start: what was put into use before it, and how much of what reaches the end of its life was collected."""

from typing import TYPE_CHECKING

import numpy as np

from model.chain import USE, Process
from model.errors import warn
from model.rules.numerics import HALF, exponential, in_turn
from model.start.recipes import GRAMS, MONTHS

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.world import World


def age_classes(spread: float) -> int:
    """E13.1: age classes whose times, exponential each, add up to lifetimes of that standard deviation over their mean (Erlang)."""
    return max(round(1.0 / spread**2), 1)


def put_in_use(model: "TradeModel", world: "World") -> None:
    """E13.2: products in use, as if use had always grown as it does to 2030; none where no lifetime is known."""
    rows, p, sectors = model.rows[USE], model.p, world.tables["sectors"].set_index("sector")
    names = world.entities.sector.iloc[rows]
    life = sectors["lifetime_years"].reindex(names).to_numpy(float) * MONTHS * p.lifetime_scale
    model.collectable[rows] = sectors["collectable"].reindex(names).fillna(0.0).to_numpy(float)
    ages = model.in_use.shape[0]
    ageing = np.where(np.isnan(life), 0.0, np.minimum(ages / np.maximum(life, 1.0), 1.0))
    model.ageing[rows] = ageing
    growth = np.maximum(exponential(model.growth_early[rows] * p.demand_growth_scale / MONTHS), 1.0 - HALF * ageing)
    lasts = ~world.chain.dissipated
    use = np.einsum("gu,ge->eu", model.base_need[lasts][:, rows], world.chain.composition[lasts])
    fades = np.where(ageing > 0.0, growth - 1.0 + ageing, 1.0)
    held = use * growth / fades  # with the use of the first month
    model.in_use[0, :, rows] = np.floor(np.where(ageing > 0.0, held - use, 0.0))
    leaving = held * ageing
    for age in range(1, ages):
        held = leaving / fades
        model.in_use[age, :, rows] = np.floor(held)
        leaving = held * ageing
    model.retired[:, rows] = leaving


def calibrate_gathers(model: "TradeModel", world: "World") -> None:
    """E13.3: recyclers' share of what reaches the end of its life around them, such that they collect what they did in the base year, or all that can be collected if that is less."""
    users, market = model.rows[USE], world.entities.market.to_numpy(str)
    for process in world.chain.of_kind("Recycler"):
        rows = model.rows[process.name]
        for region in dict.fromkeys(market[rows].tolist()) if not process.follows else ():
            calibrate_region(model, world, process, np.arange(rows.start, rows.stop)[market[rows] == region], market[users] == region)


def calibrate_region(model: "TradeModel", world: "World", process: Process, plants: np.ndarray, near: np.ndarray) -> None:
    """The same for the plants of one region; near: which users are of it. What else is in used products than their table reckons with moves recoveries, so that output is that of the base year."""
    columns, users, lead = model.columns[process.name], model.rows[USE], process.lead
    retired, ceiling = model.retired[:, users] * near, model.collectable[users]
    columns["around"][:, plants] = in_turn(retired)[:, None]
    amounts = columns["collected"][lead, plants]
    total = float(in_turn(amounts))
    rate, missing = rate_of(total, retired[lead], ceiling)
    columns["gathers"][plants] = rate * amounts / max(total, 1.0)
    pool = in_turn(retired * np.minimum(ceiling, rate)) * (columns["returned"][:, plants[0]] > 0.0)
    found = pool[:, None] * amounts / max(total, 1.0)
    scrap, reckoned = world.recipes.scrap_taken[:, plants], columns["collected"][:, plants]
    ratio = np.divide(scrap + reckoned, scrap + found, out=np.ones_like(found), where=scrap + found > 0.0)
    columns["recovery"][:, plants] = np.minimum(columns["recovery"][:, plants] * ratio, 1.0)
    columns["collected"][:, plants] = found
    if missing > 1.0:
        said = f"{process.name} in {world.entities.market.iloc[plants[0]]}: {total * MONTHS / GRAMS:.3g} t of {world.chain.elements[lead]} collected, {(total - missing) * MONTHS / GRAMS:.3g} t"
        warn(f"firms.csv: collected_base_t: {said} reach the end of their life and can be; lower it, or correct lifetime_years and collectable of sectors.csv")


def rate_of(amount: float, leaving: np.ndarray, ceiling: np.ndarray) -> tuple[float, float]:
    """The one share of what leaves use, up to each user's ceiling, that makes an amount; and what is missing of it where all that can be collected is less."""
    rest = float(in_turn(leaving))
    for user in np.argsort(ceiling, kind="stable"):
        if amount <= ceiling[user] * rest:
            return (amount / rest if rest > 0.0 else 0.0), 0.0
        amount, rest = amount - ceiling[user] * leaving[user], rest - leaving[user]
    return 1.0, amount
