"""State: a government that observes, decides and enacts instruments."""

import mesa


class State(mesa.Agent):
    """A country's government. Its doctrine decides which instruments it uses; the instruments pull the levers."""

    def __init__(self, model, country, doctrine):
        super().__init__(model)
        self.name = self.country = country
        self.doctrine = doctrine
        self.seen = None
        self.chosen = ()

    @property
    def kind(self):
        return "State"

    def observe(self):
        """Reads last month's published aggregates, as far as its doctrine asks for them."""
        self.seen = self.doctrine.observe(self)

    def decide(self):
        """Chooses the instruments of this month."""
        self.chosen = self.doctrine.decide(self, self.seen)

    def enact(self):
        """The instruments chosen pull this month's levers."""
        for instrument in self.chosen:
            instrument.pull(self.model.levers)
