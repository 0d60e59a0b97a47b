"""Stakes: what players lose by each rung, as they reckon it and as it came."""

from typing import TYPE_CHECKING

import numpy as np

from model.policies.doctrines.game import Game
from model.rules.numerics import in_turn

if TYPE_CHECKING:
    from model.model import TradeModel

VICTIMS = ("USA", "EU27", "JPN", "ROW")
"""Regions that would be hit; their weight in China's leverage are the parameters leverage_usa and so on."""
SLIGHT = 1e-3
"""A shortage below this counts as this when it is asked how long stocks last."""


def mean_belief(model: "TradeModel") -> float:
    """Mean belief of the users of headline goods outside China."""
    rows = np.flatnonzero(np.isin(model.sector_names, model.facts.headline.sectors))
    return float(in_turn(model.belief[rows] * model.abroad[rows]) / max(model.abroad[rows].sum(), 1.0))


def expected_losses(model: "TradeModel", game: Game) -> np.ndarray:
    """G1: share of need lost over the planning horizon, by rung and region, from stocks and dependence on China."""
    return np.array([expected_loss(model, game, model.region_of == region) for region in VICTIMS]).T


def expected_loss(model: "TradeModel", game: Game, firms: np.ndarray) -> np.ndarray:
    """G1 for some firms, by rung."""
    trade, p, goods = model.trade, model.p, model.headline_goods
    use = trade.share * model.expected.ravel()[trade.buyer_cell]
    at = np.isin(trade.good, goods) & firms[trade.buyer]
    need = max(float(in_turn(use[at])), 1.0)
    china = float(in_turn((use * trade.from_china)[at])) / need
    cover = float(in_turn(model.held[goods].sum(axis=0)[firms])) / max(float(in_turn(model.expected[goods].sum(axis=0)[firms])), 1.0)
    short = china * (1.0 - game.throughput)
    stop = p.stock_in_reach * cover / np.maximum(short, SLIGHT)
    return short * np.clip(1.0 - stop / p.planning_horizon, 0.0, 1.0)


__all__ = ["SLIGHT", "VICTIMS", "expected_loss", "expected_losses", "mean_belief"]
