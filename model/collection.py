"""Collection: products at the end of their life, by market region, and the recyclers there that get them."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.chain import USE
from model.kernels.groups import Collectors, Retired
from model.rules.numerics import in_turn, most, ratio
from model.rules.recycling import share_collected

if TYPE_CHECKING:
    from model.chain import Process
    from model.model import TradeModel


KILO, MILLION = 1e3, 1e6
"""Grams in a kilogram, dollars in a million."""


class Collection:
    """What reaches the end of its life in a region goes to the plants of that region; what nobody collects is lost.

    Products are counted where they were built: goods that cross borders as finished products are not followed. Recyclers fed from outside the books take no part.
    """

    def __init__(self, model: "TradeModel") -> None:
        self.model, place = model, model.market.regions.place
        self.places = model.market.regions.count + 1
        self.place = place % self.places
        self.fed = [process for process in model.chain.of_kind("Recycler") if not process.follows and model.rows[process.name] != slice(0, 0)]
        self.users = model.rows[USE]
        self.member = (self.place[self.users, None] == np.arange(self.places)) * 1.0
        kinds = {process.name: model.columns[process.name]["returned"][:, model.rows[process.name]] for process in self.fed}
        self.takes = {name: (returned.max(axis=1) > 0.0) * 1.0 for name, returned in kinds.items()}
        self.near = np.zeros((model.chain.size[1], self.places))

    def gather(self) -> None:
        """Recyclers see what reaches the end of its life around them, and what their product is worth there."""
        model, market = self.model, self.model.market
        self.near = model.retired[:, self.users] @ self.member
        for process in self.fed:
            rows, columns, good = model.rows[process.name], model.columns[process.name], process.main
            columns["around"][:, rows] = self.near[:, self.place[rows]]
            moved = np.append(market.realised_in[:, good] / market.base_outside[good], market.china[good] / market.base_china[good])
            columns["worth"][rows] = moved[self.place[rows]]

    def share(self) -> None:
        """E13.4: used products are shared out among the plants of each region, up to what they could work up beside the feed they have."""
        model, left = self.model, self.near.copy()
        mandate = model.levers.mandate[self.users]
        ceiling = np.minimum(model.collectable[self.users] * model.p.collectable_scale, 1.0)
        retired = Retired(grams=model.retired[:, self.users], place=self.place[self.users], most=ceiling, mandate=mandate)
        for process in self.fed:
            rows, columns = model.rows[process.name], model.columns[process.name]
            sought, allotted = columns["sought"][rows], columns["allotted"][:, rows]
            if not (mandate.any() or sought.any()):
                allotted.fill(0.0)
                continue
            room = most(model.capacity[rows] - model.inputs[process.feed, process.lead, rows], 0.0)
            plants = Collectors(place=self.place[rows], sought=sought, room=room, given=np.zeros(room.size))
            kernels.collect_used(process.lead, self.takes[process.name], retired, plants, left, allotted)
            self.charge(process, retired, plants, allotted)

    def charge(self, process: "Process", retired: Retired, plants: Collectors, allotted: np.ndarray) -> None:
        """What is collected in each region beyond what price brings costs those who must collect it; of several mandates on a user the first that asks for as much."""
        model, levers = self.model, self.model.levers
        forced = np.bincount(plants.place, most(allotted[process.lead] - np.ceil(plants.given), 0.0), self.places)
        asked = retired.grams[process.lead] * share_collected(retired.most, 0.0, retired.mandate)
        part, taken = ratio(forced, np.bincount(retired.place, asked, self.places)), np.zeros(asked.size, bool)
        for mandate in levers.mandates:
            here = np.zeros(model.count, bool)
            here[levers.firms_in(mandate.home)] = True
            mine = here[self.users] & (retired.mandate <= mandate.share) & ~taken
            taken |= mine
            cost = float(in_turn(asked[mine] * part[retired.place[mine]])) / KILO * model.p.collection_cost / MILLION
            model.treasury.oblige(mandate, cost, mandate.country)

    def near_plants(self, firms: np.ndarray) -> bool:
        """Whether any plant works up used products in the regions of some firms."""
        places = [self.place[self.model.rows[process.name]] for process in self.fed]
        return bool(places) and bool(np.isin(self.place[firms], np.concatenate(places)).any())
