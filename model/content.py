"""What goods hold of others by value: the share of a good's price at the start that goes into buying others, through all stages between."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.rules.numerics import in_turn

if TYPE_CHECKING:
    from model.market import Market


def held_in(market: "Market", goods: Sequence[int]) -> np.ndarray:
    """(good,): share of its price outside China at the start that some goods make up, themselves (1), and what they went into; a part counts the product in it and nothing else."""
    share, chain, price = np.zeros(len(market.base_outside)), market.chain, market.base_outside
    share[list(goods)] = 1.0
    for _ in chain.stages:
        for bill in (market.converted, market.assembled):
            worth = in_turn(bill.outside * price * share) / price[bill.goods]
            share[bill.goods] = np.maximum(share[bill.goods], np.minimum(worth, 1.0))
        for part, inside in chain.parts:
            share[part] = max(share[part], share[inside])
    return share
