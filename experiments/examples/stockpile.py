"""A public stockpile as a part: it takes part of what its users have in calm months and hands it back when they run short, and so may leave them worse off; the instrument `Stockpile` buys from makers instead.

    python -m experiments.truce_vs_resume --plugin experiments/examples/stockpile.py
"""

import numpy as np

from model.parts import Part


class Stockpile(Part):
    """Keeps headline goods for the users of one country: it takes a share of their stock while that is above normal, and gives when it is below half of it."""

    account = "stockpile"
    results = {"stockpile": (("good",), "t", "goods in the public stockpile")}

    def __init__(self, country="USA", months=6.0, share=0.05):
        self.country, self.months, self.share = country, months, share

    def found(self, model):
        self.rows = np.flatnonzero((model.country_of == self.country) & np.isin(model.sector_names, model.facts.headline.sectors))
        self.stock = np.zeros(model.chain.size)

    def after_arrive(self, model):
        """Fills, or hands out, in whole grams, good by good and element by element."""
        for good in model.headline_goods:
            held, normal = model.held[good, self.rows], (model.cover * model.expected)[good, self.rows]
            full = self.stock[good, model.chain.lead[good]] >= self.months * model.expected[good, self.rows].sum()
            if held.sum() > normal.sum() and not full:
                self.move(model, good, np.floor(self.share * model.inputs[good][:, self.rows]))
            elif held.sum() < normal.sum() / 2:
                short = np.maximum(normal / 2 - held, 0.0)
                part = np.minimum(short / max(self.stock[good, model.chain.lead[good]], 1.0), short / max(short.sum(), 1.0))
                self.move(model, good, -np.floor(self.stock[good][:, None] * part))
        model.held[:] = model.inputs[np.arange(len(model.chain.goods)), model.chain.lead]

    def move(self, model, good, grams):
        """Takes grams (element, user) from the users' stock into its own; negative ones go back."""
        model.inputs[good][:, self.rows] -= grams
        self.stock[good] += grams.sum(axis=1)
        model.ledger.post("inputs", self.account, grams)

    def holdings(self, model):
        return self.stock.sum(axis=0)

    def line(self, model):
        return {"stockpile": self.stock[np.arange(len(model.chain.goods)), model.chain.lead] / model.measures.content_of_good / 1e6}


PARTS = [Stockpile()]
