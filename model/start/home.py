"""What firms sell at home first, of what is under no contract, and what buyers pay more for at home (home_preference.csv)."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from model.chain import Chain
from model.errors import unknown
from model.names import CHINA, EU, REGIONS
from model.quantities import HUNDRED
from model.start.contracts import goods_of
from model.start.relations import Relations
from model.tables import Frames, refuse_row

ELSEWHERE = REGIONS[-1]
"""The country whose row of home_preference.csv holds for all that have none of their own."""


class Preference(NamedTuple):
    """By relation, 0 on those that leave the home region (the country; the European Union as one)."""

    first_refusal: np.ndarray
    """Share of what its seller has left after contracts that is offered at home first."""
    premium: np.ndarray
    """What the buyer pays more at home, a share of the price."""


def check_home(frames: Frames, chain: Chain) -> None:
    """Every row is about a good or a mix that there is."""
    table = frames["home_preference"]
    names = [*chain.goods, *dict.fromkeys(frames["mixes"]["mix"])]
    refuse_row("home_preference.csv", "good", ~table["good"].isin(names), lambda row: unknown("good or mix", table["good"][row], names))


def preference(frames: Frames, entities: pd.DataFrame, rel: Relations, chain: Chain) -> Preference:
    """First refusal and premium of every relation: of the seller's own country, of its region, or of those without a row.

    Of a good that has no row at all, firms outside China offer everything at home first.
    """
    table, chosen = frames["home_preference"], np.zeros((2, rel.good.size))
    country, group = entities.country.to_numpy(str), entities.group.to_numpy(str)
    at_home = (country[rel.seller] == country[rel.buyer]) | ((group[rel.seller] == EU) & (group[rel.buyer] == EU))
    named = [chain.number[good] for name in dict.fromkeys(table["good"]) for good in goods_of(frames, name)]
    chosen[0] = at_home & (country[rel.seller] != CHINA) & ~np.isin(rel.good, named)
    for place in (ELSEWHERE, EU, *sorted(set(table["country"]) - {ELSEWHERE, EU})):
        lives = (country == place) | ((group == EU) & (place == EU)) | (place == ELSEWHERE)
        for _, line in table[table["country"] == place].iterrows():
            goods = [chain.number[good] for good in goods_of(frames, line["good"])]
            rows = at_home & lives[rel.seller] & np.isin(rel.good, goods)
            chosen[:, rows] = [[line["first_refusal"]], [line["premium_pct"] / HUNDRED]]
    return Preference(*chosen)
