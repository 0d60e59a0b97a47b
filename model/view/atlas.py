"""The atlas: what never changes on the map of one run. Firms with their places, countries, and the lanes goods can take between them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from model import TradeModel
from model.agents import Firm
from model.names import CHINA, GOODS
from model.view import words

TONNE, MONTHS = 1e6, 12.0  # grams; months a year


@dataclass(frozen=True)
class Atlas:
    """world: what the map widget is told once. lane: the lane of each trade relation, -1 at home. lanes: how many there are."""

    world: dict[str, Any]
    lane: np.ndarray
    lanes: int
    regions: dict[str, str]

    @classmethod
    def of(cls, model: TradeModel) -> "Atlas":
        facts = model.world_facts.countries
        used = list(dict.fromkeys([CHINA, *model.country_of.tolist()]))
        countries = [{"id": c, "name": facts.name[c], "longitude": float(facts.longitude[c]), "latitude": float(facts.latitude[c])} for c in used]
        lane, pairs = lanes_of(model, used)
        regions = {c: facts.import_group[c] for c in facts.index}
        nodes = [node(model, agent, facts, float(size)) for agent, size in zip(model.firms.agents, largest(model), strict=True)]
        made = [dict(zip(("from", "to", "good"), (int(a), int(b), GOODS[g]), strict=True)) for a, b, g in pairs]
        return cls({"nodes": nodes, "countries": countries, "lanes": made, "goods": words.GOODS, "outlines": members(facts), "states": list(facts.index)}, lane, len(made), regions)


def lanes_of(model: TradeModel, countries: list[str]) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """The lane of each relation that crosses a border, and each lane as (from, to, good)."""
    place = np.array([countries.index(c) for c in model.country_of])
    trade = model.trade
    ends = np.stack([place[trade.seller], place[trade.buyer], trade.good], axis=1)
    abroad = ends[:, 0] != ends[:, 1]
    pairs, numbers = np.unique(ends[abroad], axis=0, return_inverse=True)
    lane = np.full(trade.size, -1)
    lane[abroad] = numbers.ravel()
    return lane, [tuple(pair) for pair in pairs.tolist()]


def node(model: TradeModel, agent: Firm, facts: pd.DataFrame, size: float) -> dict[str, Any]:
    """A firm as the map draws it; size: its largest capacity, planned plants included (unit a year)."""
    stage = agent.stage or ("oem" if agent.kind == "OEM" else "recycle")
    country = facts.loc[agent.country]
    return {
        "id": agent.name, "name": words.place(agent.name, country["name"]), "kind": agent.kind, "stage": stage, "country": agent.country, "place": country["name"],
        "longitude": float(country.longitude), "latitude": float(country.latitude), "capacity": size, "unit": words.STAGE_UNITS[stage],
    }  # fmt: skip


def largest(model: TradeModel) -> np.ndarray:
    """The most each firm will be able to make with the projects under way; end users by what they need (unit a year)."""
    grams = model.base_capacity + model.construction.due.sum(axis=0)
    need = (model.expected / model.content_of_good[:, None]).sum(axis=0)
    users = np.arange(model.count) >= model.rows["OEM"].start
    return np.where(users, need, grams / model.content_of_product) * MONTHS / TONNE


def members(facts: pd.DataFrame) -> dict[str, str]:
    """Which outline belongs to which import group: {country of the world: region}, Europe by its members."""
    return {country: facts.import_group[country] for country in facts.index} | dict.fromkeys(europe(), "EU27")


@cache
def europe() -> tuple[str, ...]:
    """The 27 members of the European Union (Treaty on European Union, Article 52, as of 2020)."""
    return ("AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL", "ITA", "LVA", "LTU", "LUX", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE")
