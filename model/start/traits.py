"""What a trade relation is, beyond who and what: where it runs, which price it follows, who is served first."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from model.chance import Chance, keys
from model.names import CHINA, DEFENCE
from model.parameters import Values
from model.rules.numerics import whole
from model.start.relations import ranks
from model.tables import Frames
from model.world import World

if TYPE_CHECKING:
    from model.model import TradeModel


def traits(world: World, model: "TradeModel") -> dict[str, np.ndarray]:
    """What a relation is, beyond who and what: where it runs, which price it follows, who is served first."""
    entities, rel, chain, frames = world.entities, world.relations, world.chain, world.tables
    country, names = entities.country.to_numpy(), entities.index.to_numpy()
    here, there = country[rel.seller], country[rel.buyer]
    chinese, homeward = here == CHINA, there == CHINA
    sector = entities.sector.to_numpy()
    rows = np.arange(rel.seller.size)
    key = keys(f"{names[s]}|{names[b]}|{chain.goods[g]}" for s, b, g in zip(rel.seller, rel.buyer, rel.good, strict=True))
    loose = loose_scrap(world, model.p.loose_scrap)
    scrap = rows[np.isin(rel.good, chain.scrap) & ((world.recipes.scrap_share > 0) | (loose > 0))]
    return {
        "seller_country": here,
        "outside": 1.0 - chinese,
        "inside": chinese | homeward,
        "from_china": (chinese & ~homeward) * 1.0,
        "export_rows": rows[chinese & ~homeward],
        "outside_rows": rows[~chinese & ~homeward],
        "content": world.content[rel.good, rel.seller],
        "base_flow": world.base_flow,
        "affinity": affinities(world.countries, here, there, model.p.affinity_to_china),
        "priority": 1.0 / priorities(frames, sector)[rel.buyer],
        "rank": ranks(entities, rel, defence(frames, sector)),
        "at": np.unique(country, return_inverse=True)[1][rel.buyer],
        "clock_months": clocks(qualification(frames, sector, model.p)[rel.buyer], model.chance, key),
        "key": key,
        "first_refusal": world.preference.first_refusal * model.p.home_first,
        "premium": world.preference.premium.copy(),
        "scrap_rows": scrap,
        "scrap_share": world.recipes.scrap_share[scrap],
        "scrap_loose": loose[scrap],
        "first_row": np.searchsorted(rel.buyer, np.arange(world.count + 1)),
        "seller_known": (rel.tonnes > 0.0),
        "sent": rel.sent,
    }


def loose_scrap(world: World, share: float) -> np.ndarray:
    """(relation,): E13.5: part of a maker's scrap that a recycler with a project may have, of what nobody took in the base year; 0 on other relations."""
    rel, grows = world.relations, np.zeros(world.count, bool)
    grows[[project.row for project in world.projects]] = True
    cell = rel.good * world.count + rel.seller
    taken = np.bincount(cell, world.recipes.scrap_share, len(world.chain.goods) * world.count)[cell]
    fresh = np.isin(rel.good, world.chain.scrap) & (rel.tonnes <= 0.0) & grows[rel.buyer] & (world.entities.country != CHINA).to_numpy()[rel.buyer]
    return np.where(fresh, share * np.maximum(1.0 - taken, 0.0), 0.0)


def affinities(countries: pd.DataFrame, here: np.ndarray, there: np.ndarray, weight: float) -> np.ndarray:
    """Political affinity of two countries, -1..1, from how each stands to China (`weight` of it) and to the United States."""
    china, usa = countries.affinity_to_CHN, countries.affinity_to_USA
    both = [np.asarray(side.reindex(place)) for side in (china, usa) for place in (here, there)]
    return np.clip(weight * (both[0] * both[1]) + (1.0 - weight) * (both[2] * both[3]), -1.0, 1.0)


def priorities(tables: Frames, sector: np.ndarray) -> np.ndarray:
    """Rank in which sectors are served (1 first); makers rank with the first."""
    table = tables["sectors"].set_index("sector")["allocation_priority"]
    return np.array([float(table.get(s, 1.0)) for s in sector])


def defence(tables: Frames, sector: np.ndarray) -> np.ndarray:
    """Whether a firm's use is defence."""
    use = dict(zip(tables["sectors"]["sector"], tables["sectors"]["use"], strict=True))
    return np.array([use.get(name) == DEFENCE for name in sector])


def qualification(tables: Frames, sector: np.ndarray, p: Values) -> np.ndarray:
    """Months a buyer needs to qualify a new supplier."""
    table = tables["sectors"].set_index("sector")["qualification_months"].dropna()
    return np.array([float(table[s]) * p.qualification_scale if s in table.index else p.qualification_upstream for s in sector])


def clocks(months: np.ndarray, chance: Chance, key: np.ndarray) -> np.ndarray:
    """Whole months each relation takes to qualify: a part of a month is the chance of one month more, drawn once a run for each relation."""
    return whole(months + chance.uniform("clock", 0, key))
