"""MagnetMaker: makes products of fixed composition, in several grades, of several inputs."""

from itertools import permutations

import numpy as np

from model.agents.firm import Firm
from model.columns import Column, View
from model.rules.demand import swapped, thrift
from model.rules.numerics import ceiling, choose, in_all, least, ratio, share_out, smooth, whole
from model.rules.production import coverage, make_to_order

products = lambda process: slice(process.makes[0], process.makes[-1] + 1)  # noqa: E731  (a part of a column, as in all views)


class MagnetMaker(Firm):
    """A maker of finished products. Grades that hold none of an input do not stop when it is short.

    The recipe is gross: what blanks lose in pressing and machining leaves as scrap, element by element.
    """

    gross = Column("g/g", "element put in per gram in the finished product", 1.0, shape=("element",), low=1.0)
    tolled = Column("g/g", "element after a tolled conversion per gram before (1 where none is needed)", 1.0, shape=("element",), low=0.01, high=1.0)
    recipe = Column("g/g", "element per gram of the leading one, by product", shape=("good", "element"), low=0.0)
    saved_heavies = Column("1", "share of an element designed out since the start, by product; below 0: it stands in for another", shape=("good", "element"), low=-1e3, high=1.0)
    drawn = Column("1", "the same in the newest designs, which customers have yet to qualify", shape=("good", "element"), low=-1e3, high=1.0)
    leanest = Column("1", "least share of an element's content at the start that customers accept, by product", 1.0, shape=("good", "element"), low=0.0, high=1.0)
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
        recipe, need = self.present(), np.zeros_like(self.need)
        for good in self.process.takes:
            element = self.model.chain.lead[good]
            need[good] = in_all(wanted * recipe[:, element]) * self.gross[element] / self.tolled[element]
        self.need = need
        self.expected = smooth(self.expected, self.need, self.p.demand_smoothing)
        self.spoken = self.need

    def present(self) -> np.ndarray:
        """(product, element, ...): the recipe less what is designed out, element per gram of the leading one."""
        made = products(self.process)
        return self.recipe[made] * (1.0 - self.saved_heavies[made])

    def produce(self) -> None:
        """E5.1: inputs that only some grades hold limit those, the leading one limits all; scrap and conversion losses are what is left over."""
        process, lead, model = self.process, self.process.lead, self.model
        wanted = self.planned * self.share_in_hand()
        main = self.inputs[process.feed, lead]
        made = whole(wanted * coverage(main, in_all(wanted) * self.gross[lead]))
        contained = whole(made[:, None] * self.present())
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
        share, recipe = np.ones_like(self.planned), self.present()
        for good in self.process.takes[1:]:
            element = self.model.chain.lead[good]
            share = choose(recipe[:, element], least(share, coverage(self.inputs[good, element], self.need[good])), share)
        return share

    def thrift(self) -> None:
        """E2.3: new designs hold less of each element of the heavy group while it is dear, and another one of the group instead of one that has become dearer."""
        p, made = self.p, products(self.process)
        drawn, leanest, recipe = self.drawn.copy(), self.leanest[made], self.recipe[made]
        designs = drawn[made]
        for element in self.model.market.thrifty:
            designs[:, element] = thrift(
                designs[:, element], self.dear(element), 0.0, p.heavy_thrift_speed, 0.0, p.heavy_thrift_deadband,
                1.0 - leanest[:, element], p.thrift_reversal, p.thrift_fear_from,
            )  # fmt: skip
        for dear, other in permutations(self.model.market.thrifty, 2):
            strength = self.model.market.strength[other] / self.model.market.strength[dear]
            moved = swapped(
                1.0 - designs[:, dear], leanest[:, dear], recipe[:, dear], 1.0 - designs[:, other], recipe[:, other] * strength,
                ratio(self.dear(dear), self.dear(other)), p.heavy_thrift_speed, p.heavy_thrift_deadband, p.heavy_swap_limit,
            )  # fmt: skip
            designs[:, dear] += ratio(moved, recipe[:, dear])
            designs[:, other] -= ratio(moved, recipe[:, other] * strength)
        self.drawn = drawn

    def dear(self, element: int) -> float | np.ndarray:
        """Price of an element of the heavy group over that of the start, on the maker's side of the border."""
        market = self.model.market
        return choose(self.abroad, market.heavy_outside[element], market.heavy_china[element])

    def invest(self) -> None:
        """E11: new lines outside China at the cost of inputs and conversion there."""
        self.started = self.weigh(self.pays + self.toll)


