"""Designs under way: what is drawn with less of an element, or of a good, is made once it is qualified."""

from typing import TYPE_CHECKING

import numpy as np

from model.rules.demand import sooner
from model.start.lean import months_to_qualify, months_to_redesign

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.world import World


class Queue:
    """A delay line: the share designed out in the designs of each past month (column `drawn` of firms), wherever it takes months until they are made (column `made`)."""

    def __init__(self, drawn: str, made: str, months: np.ndarray) -> None:
        self.drawn, self.made = drawn, made
        self.places = np.flatnonzero(months)
        self.months = months.ravel()[self.places]
        self.size = int(self.months.max(initial=1))
        self.past = np.zeros((self.size, self.places.size))
        self.newest = np.full(self.places.size, -self.size)
        """Month, counted from the first, of the newest designs that are made; where a haste is over, no older ones come back."""

    def advance(self, model: "TradeModel", months: np.ndarray) -> None:
        """This month's designs are noted; those whose months are over (months, by place) are what is made from next month on."""
        if self.places.size:
            now = model.elapsed
            self.past[now % self.size] = getattr(model, self.drawn).reshape(-1)[self.places]
            self.newest = np.maximum(self.newest, now + 1 - months)
            getattr(model, self.made).reshape(-1)[self.places] = self.past[self.newest % self.size, np.arange(self.places.size)]


class Designs:
    """The queues of makers (by grade, element of the heavy group and maker), whose customers qualify what they draw, and of users (by good and user), who redesign what they make of it."""

    def __init__(self, model: "TradeModel", world: "World") -> None:
        self.model = model
        self.makers = Queue("drawn", "saved_heavies", months_to_qualify(world, model.p))
        self.users = Queue("designed", "saved", months_to_redesign(world, model))

    def advance(self) -> None:
        """A month's designs go into the queues, and what comes out is made from next month on."""
        self.makers.advance(self.model, self.makers.months)
        self.users.advance(self.model, self.hastened())

    def hastened(self) -> np.ndarray:
        """E2.3: months that users' designs of today take, fewer in programmes of states."""
        months, speed = self.users.months, self.model.hastened[self.users.places % self.model.count]
        return sooner(months, speed, self.model.p.programme_haste).astype(np.int64) if (speed > 1.0).any() else months
