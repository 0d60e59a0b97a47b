"""MagnetMaker: makes products of fixed composition, in several grades, of several inputs."""

import numpy as np

from model.agents.firm import Firm
from model.columns import Column, View
from model.rules.demand import thrift
from model.rules.numerics import ceiling, choose, in_all, least, share_out, smooth, whole
from model.rules.production import coverage, make_to_order

products = lambda process: slice(process.makes[0], process.makes[-1] + 1)  # noqa: E731  (a part of a column, as in all views)


class MagnetMaker(Firm):
    """A maker of finished products. Grades that hold none of an input do not stop when it is short.

    The recipe is gross: what blanks lose in pressing and machining leaves as scrap, element by element.
    """

    gross = Column("g/g", "element put in per gram in the finished product", 1.0, shape=("element",), low=1.0)
    tolled = Column("g/g", "element after a tolled conversion per gram before (1 where none is needed)", 1.0, shape=("element",), low=0.01, high=1.0)
    recipe = Column("g/g", "element per gram of the leading one, by product", shape=("good", "element"), low=0.0)
    saved_heavies = Column("1", "share of the heavy group designed out since the start", low=0.0, high=1.0)
    toll = Column("USD/kg", "conversion cost", low=0.0)
    received = View("g/month", "orders received by product", of="demanded", part=products, shape=("good",))
    on_shelf = View("g", "finished products, leading element", of="shelf", part=products, shape=("good",))
    planned = View("g/month", "output wanted by product", of="wanted", part=products, shape=("good",))
    made = View("g/month", "output by product, leading element", of="output", part=products, shape=("good",))
    stock = View("g", "finished products by product and element", of="finished", part=products, shape=("good", "element"))

    def plan(self) -> None:
        """Output to order, up to capacity; the inputs it takes (gross recipe)."""
        wanted = make_to_order(self.received, self.on_shelf)
        wanted = wanted * coverage(self.capacity * self.factor, in_all(wanted))
        self.planned = wanted
        recipe, left = self.recipe[products(self.process)], self.left()
        need = np.zeros_like(self.need)
        for good in self.process.takes:
            element = self.model.chain.lead[good]
            need[good] = in_all(wanted * recipe[:, element]) * left[element] * self.gross[element] / self.tolled[element]
        self.need = need
        self.expected = smooth(self.expected, self.need, self.p.demand_smoothing)
        self.spoken = self.need

    def left(self) -> np.ndarray:
        """(element, ...): share of the recipe that is left, the heavy group less what is designed out."""
        return np.array([1.0 - self.saved_heavies if heavy else 1.0 + 0.0 * self.saved_heavies for heavy in self.model.heavy])

    def produce(self) -> None:
        """E5.1: inputs that only some grades hold limit those, the leading one limits all; scrap and conversion losses are what is left over."""
        process, lead, model = self.process, self.process.lead, self.model
        wanted = self.planned * self.share_in_hand()
        main = self.inputs[process.feed, lead]
        made = whole(wanted * coverage(main, in_all(wanted) * self.gross[lead]))
        contained = whole(made[:, None] * self.recipe[products(process)] * self.left())
        reduced, lost = np.zeros_like(self.gross), np.zeros_like(self.gross)
        for good in process.takes:
            element = model.chain.lead[good]
            held = self.inputs[good, element]
            used = least(ceiling(in_all(contained[:, element]) * self.gross[element] / self.tolled[element]), held)
            reduced[element] = whole(used * self.tolled[element])
            lost[element] = used - reduced[element]
            contained[:, element] = list(share_out(reduced[element], contained[:, element]))
            self.add("inputs", (good, element), -used)
        self.stock = self.stock + contained
        self.made = contained[:, lead]
        for good in process.by_products:
            self.add("finished", (good, slice(None)), reduced - np.add.reduce(contained))
        model.ledger.post("inputs", "finished", reduced)
        model.ledger.post("inputs", process.losses, lost)

    def share_in_hand(self) -> np.ndarray:
        """(product, ...): share of the output wanted for which the inputs beside the main one are in hand, 1 for products that hold none of them."""
        share = np.ones_like(self.planned)
        recipe = self.recipe[products(self.process)]
        for good in self.process.takes[1:]:
            element = self.model.chain.lead[good]
            share = choose(recipe[:, element], least(share, coverage(self.inputs[good, element], self.need[good])), share)
        return share

    def thrift(self) -> None:
        """E2.3: the heavy group is saved (grain-boundary diffusion, cooler motors) while it is dear."""
        p, market = self.p, self.model.market
        price = choose(self.abroad, market.heavy_outside, market.heavy_china)
        self.saved_heavies = thrift(
            self.saved_heavies, price, 0.0, p.heavy_thrift_speed, 0.0, p.heavy_thrift_deadband,
            p.heavy_thrift_ceiling, p.thrift_reversal, p.thrift_fear_from,
        )  # fmt: skip

    def invest(self) -> None:
        """E11: new lines outside China at the cost of inputs and conversion there."""
        self.started = self.start_new(self.model.market.inputs_of[self.process.name] + self.toll)


