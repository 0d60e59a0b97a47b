"""State: a government that observes, decides and enacts instruments."""

import mesa
import numpy as np

from model.agents.firm import Firm
from model.columns import described

COLUMNS = frozenset(described(Firm))
"""What every firm has and no state."""


class State(mesa.Agent):
    """A country's government. Its doctrine decides which instruments it uses; the instruments pull the levers."""

    stage = None

    def __init__(self, model, country, doctrine):
        super().__init__(model)
        self.name = self.country = country
        self.doctrine = doctrine
        self.seen = None
        self.chosen = ()

    @property
    def kind(self):
        return "State"

    def __getattr__(self, name):
        """What all firms have is NaN for a state, so that Mesa's agent reporters can ask every agent for it."""
        if name in COLUMNS:
            return np.nan
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def observe(self):
        """Reads last month's published aggregates, as far as its doctrine asks for them."""
        self.seen = self.doctrine.observe(self)

    def decide(self):
        """Chooses the instruments of this month."""
        self.chosen = self.doctrine.decide(self, self.seen)

    def enact(self):
        """The instruments chosen will pull this month's levers."""
        self.model.levers.pulled.extend(self.chosen)


class States:
    """Governments; each acts in turn, in the order of countries.csv."""

    def __init__(self, model, agents):
        self.model, self.agents = model, agents
        self.by_country = {agent.country: agent for agent in agents}
        self.acting = []

    def do(self, behaviour):
        """Every state that has something to do acts: those with a doctrine of their own, and those in the statute book."""
        if behaviour == "observe":
            home = self.model.book.countries()
            self.acting = [agent for agent in self.agents if agent.country in home or agent.doctrine.plays]
        for agent in self.acting:
            getattr(agent, behaviour)()
