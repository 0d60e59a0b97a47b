"""Designs under way: what a maker draws with less of an element is made once its customers have qualified it."""

from typing import TYPE_CHECKING

import numpy as np

from model.start.lean import months_to_qualify

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.world import World


class Designs:
    """A delay line: the share designed out in the designs of each past month, by grade, element of the heavy group and maker."""

    def __init__(self, model: "TradeModel", world: "World") -> None:
        self.model = model
        months = months_to_qualify(world, model.p)
        self.places = np.flatnonzero(months)
        self.months = months.ravel()[self.places]
        self.size = int(self.months.max(initial=1))
        self.past = np.zeros((self.size, self.places.size))

    def advance(self) -> None:
        """This month's designs go to the customers, and those whose months are over are what is made from next month on."""
        model, now = self.model, self.model.elapsed
        if self.places.size:
            self.past[now % self.size] = model.drawn.reshape(-1)[self.places]
            model.saved_heavies.reshape(-1)[self.places] = self.past[(now + 1 - self.months) % self.size, np.arange(self.places.size)]
