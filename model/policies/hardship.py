"""Hardship: what users of headline goods in some countries go through, as it is published."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from model.rules.numerics import in_turn

if TYPE_CHECKING:
    from model.model import TradeModel


def region_members(model: "TradeModel", region: str) -> frozenset[str]:
    """Countries of a region of customs, or a country alone."""
    groups = model.facts.countries.import_group
    return frozenset(str(country) for country, group in groups.items() if group == region) or frozenset({region})


def users(model: "TradeModel", countries: Iterable[str]) -> np.ndarray:
    """Which firms use headline goods in some countries."""
    return np.isin(model.sector_names, model.facts.headline.sectors) & model.in_countries(countries)


def loss_now(model: "TradeModel", countries: Iterable[str]) -> float:
    """Share of the need of headline goods in some countries that went unmet last month."""
    rows, goods = users(model, countries), model.headline_goods
    need = float(in_turn(model.need[goods][:, rows].sum(axis=0)))
    return float(in_turn(model.unmet[goods][:, rows].sum(axis=0))) / need if need > 0.0 else 0.0


def hardship(model: "TradeModel", countries: Iterable[str]) -> float:
    """Mean severity announced to users of headline goods in some countries, as they heard it last month; to all firms there where nobody uses any."""
    countries = tuple(countries)
    own = users(model, countries)
    rows = np.flatnonzero(own if own.any() else model.in_countries(countries))
    return float(in_turn(model.severity[rows])) / rows.size if rows.size else 0.0


__all__ = ["hardship", "loss_now", "region_members", "users"]
