"""The atlas: what never changes on the map of one run. Firms with their places, countries, and the lanes goods can take between them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from model import TradeModel
from model.agents import Firm
from model.names import CHINA
from model.observe import Observer
from model.view.words import Wording, wording


@dataclass(frozen=True)
class Atlas:
    """world: what the map widget is told once. lane: the lane of each trade relation, -1 at home. lanes: how many there are. On the map a good goes by its colour."""

    world: dict[str, Any]
    lane: np.ndarray
    lanes: int
    regions: dict[str, str]

    @classmethod
    def of(cls, model: TradeModel, observer: Observer) -> "Atlas":
        facts, said = model.facts.countries, wording(model.facts)
        used = list(dict.fromkeys([CHINA, *model.country_of.tolist()]))
        countries = [{"id": c, "name": facts.name[c], "longitude": float(facts.longitude[c]), "latitude": float(facts.latitude[c])} for c in used]
        lane, pairs = lanes_of(model, observer, used)
        regions = {c: facts.import_group[c] for c in facts.index}
        nodes = [node(said, agent, facts, float(size)) for agent, size in zip(model.firms.agents, observer.largest(), strict=True)]
        made = [{"from": a, "to": b, "good": said.good_colour(model.chain.goods[g])} for a, b, g in pairs]
        goods = {said.good_colour(good): text for good, text in said.goods.items()}
        there = {each["trade"] for each in nodes}
        trades = {name: trade._asdict() for name, trade in said.trades.items() if name in there}
        told = {"nodes": nodes, "countries": countries, "lanes": made, "goods": goods, "trades": trades, "outlines": members(facts), "states": list(facts.index)}
        return cls(told, lane, len(made), regions)


def lanes_of(model: TradeModel, observer: Observer, countries: list[str]) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """The lane of each relation that crosses a border, and each lane as (from, to, good)."""
    place = np.array([countries.index(c) for c in model.country_of])
    seller, buyer, good = observer.relations()
    ends = np.stack([place[seller], place[buyer], good], axis=1)
    abroad = ends[:, 0] != ends[:, 1]
    pairs, numbers = np.unique(ends[abroad], axis=0, return_inverse=True)
    lane = np.full(len(ends), -1)
    lane[abroad] = numbers.ravel()
    return lane, [tuple(pair) for pair in pairs.tolist()]


def node(said: Wording, agent: Firm, facts: pd.DataFrame, size: float) -> dict[str, Any]:
    """A firm as the map draws it; size: its largest capacity, planned plants included (unit a year)."""
    trade, country = said.trades[agent.does], facts.loc[agent.country]
    return {
        "id": agent.name, "name": said.place(agent.name, country["name"]), "trade": agent.does, "what": trade.one, "shape": trade.shape, "colour": trade.colour,
        "country": agent.country, "place": country["name"], "longitude": float(country.longitude), "latitude": float(country.latitude), "capacity": size, "unit": trade.unit,
    }  # fmt: skip


def members(facts: pd.DataFrame) -> dict[str, str]:
    """Which outline belongs to which import group: {country of the world: region}, Europe by its members."""
    return {country: facts.import_group[country] for country in facts.index} | dict.fromkeys(europe(), "EU27")


@cache
def europe() -> tuple[str, ...]:
    """The 27 members of the European Union (Treaty on European Union, Article 52, as of 2020)."""
    return ("AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL", "ITA", "LVA", "LTU", "LUX", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE")
