"""A trader between two countries: buys from users who are well stocked and sells to those who are short, at a loss of time but not of goods.

    python -m experiments.truce_vs_resume --plugin experiments/examples/trader.py
"""

import numpy as np

from model.parts import Part


class Trader(Part):
    """Moves headline goods from users in one country to those in another while the second have less cover than the first; what it carries arrives a month later."""

    account = "trader"
    results = {"traded_on": (("good",), "t", "goods the trader has under way")}

    def __init__(self, source="VNM", target="USA", share=0.1):
        self.source, self.target, self.share = source, target, share

    def found(self, model):
        uses = np.isin(model.sector_names, model.facts.headline.sectors)
        self.sellers, self.buyers = (np.flatnonzero((model.country_of == country) & uses) for country in (self.source, self.target))
        self.cargo = np.zeros((*model.chain.size, len(self.buyers)))

    def after_arrive(self, model):
        """Last month's cargo lands, and a new one leaves."""
        model.inputs[:, :, self.buyers] += self.cargo
        model.ledger.post(self.account, "inputs", self.cargo.sum(axis=0))
        self.cargo[:] = 0.0
        for good in model.headline_goods:
            cover = [self.cover(model, good, rows) for rows in (self.sellers, self.buyers)]
            if cover[1] < cover[0]:
                taken = np.floor(self.share * model.inputs[good][:, self.sellers])
                weight = model.expected[good, self.buyers] / max(model.expected[good, self.buyers].sum(), 1.0)
                whole = np.floor(taken.sum(axis=1)[:, None] * weight)
                whole[:, 0] += taken.sum(axis=1) - whole.sum(axis=1)
                model.inputs[good][:, self.sellers] -= taken
                self.cargo[good] = whole
                model.ledger.post("inputs", self.account, taken)
        model.held[:] = model.inputs[np.arange(len(model.chain.goods)), model.chain.lead]

    @staticmethod
    def cover(model, good, rows):
        """Months of use that some users hold."""
        return model.held[good, rows].sum() / max(model.expected[good, rows].sum(), 1.0)

    def holdings(self, model):
        return self.cargo.sum(axis=(0, 2))

    def line(self, model):
        return {"traded_on": self.cargo[np.arange(len(model.chain.goods)), model.chain.lead].sum(axis=1) / model.measures.content_of_good / 1e6}


PARTS = [Trader()]
