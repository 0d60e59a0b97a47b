"""MagnetMaker: turns metal and heavy oxides into finished NdFeB magnets of three grades."""

from typing import Any

import numpy as np

from model.agents.firm import Firm
from model.columns import Column, View
from model.names import DY, MAGNETS, METAL, NDPR, OXIDE_DY, OXIDE_TB, SWARF, TB
from model.rules.demand import thrift
from model.rules.numerics import ceiling, choose, least, share_out, smooth, stack, whole
from model.rules.production import coverage, make_to_order

STANDARD, HIGH, EXTREME = range(3)


class MagnetMaker(Firm):
    """A maker of finished magnets. Standard grades hold no heavies, so a heavy-oxide shortage stops only the others.

    The recipe is gross: what blanks lose in pressing and machining leaves as swarf, element by element.
    """

    stage = "magnet"
    product = MAGNETS.start + HIGH

    gross = Column("g/g", "element put in per gram in the finished magnet", 1.0, shape=(3,), low=1.0)
    tolled = Column("g/g", "element in metal per gram in oxide after tolled reduction (1 for NdPr bought as metal)", 1.0, shape=(3,), low=0.01, high=1.0)
    recipe_dy = Column("g/g", "Dy per gram of NdPr by grade", shape=(3,), low=0.0)
    recipe_tb = Column("g/g", "Tb per gram of NdPr by grade", shape=(3,), low=0.0)
    saved_heavies = Column("1", "share of Dy and Tb designed out since January 2024", low=0.0, high=1.0)
    conversion = Column("USD/kg", "conversion cost of a high-grade magnet", low=0.0)
    metal = View("g", "NdPr metal in stock", of="inputs", part=(METAL, NDPR))
    dysprosium = View("g", "Dy oxide in stock", of="inputs", part=(OXIDE_DY, DY))
    terbium = View("g", "Tb oxide in stock", of="inputs", part=(OXIDE_TB, TB))
    metal_need = View("g/month", "metal wanted", of="need", part=METAL)
    dy_need = View("g/month", "Dy oxide wanted", of="need", part=OXIDE_DY)
    tb_need = View("g/month", "Tb oxide wanted", of="need", part=OXIDE_TB)
    magnet_orders = View("g/month", "orders received by grade", of="demanded", part=MAGNETS, shape=(3,))
    magnet_shelf = View("g", "finished magnets by grade, NdPr content", of="shelf", part=MAGNETS, shape=(3,))
    magnet_wanted = View("g/month", "output wanted by grade", of="wanted", part=MAGNETS, shape=(3,))
    magnet_output = View("g/month", "output by grade, NdPr content", of="output", part=MAGNETS, shape=(3,))
    magnets = View("g", "finished magnets by grade and element", of="finished", part=MAGNETS, shape=(3, 3))
    swarf = View("g", "swarf by element", of="finished", part=SWARF, shape=(3,))

    def plan(self) -> None:
        """Output to order, up to capacity; the metal and heavy oxides it takes (gross recipe)."""
        wanted = make_to_order(self.magnet_orders, self.magnet_shelf)
        total = wanted[STANDARD] + wanted[HIGH] + wanted[EXTREME]
        wanted = wanted * coverage(self.capacity * self.factor, total)
        left = 1.0 - self.saved_heavies
        heavy_dy = (wanted[HIGH] * self.recipe_dy[HIGH] + wanted[EXTREME] * self.recipe_dy[EXTREME]) * left
        heavy_tb = (wanted[HIGH] * self.recipe_tb[HIGH] + wanted[EXTREME] * self.recipe_tb[EXTREME]) * left
        gross, tolled = self.gross, self.tolled
        self.magnet_wanted = wanted
        self.metal_need = (wanted[STANDARD] + wanted[HIGH] + wanted[EXTREME]) * gross[NDPR]
        self.dy_need = heavy_dy * gross[DY] / tolled[DY]
        self.tb_need = heavy_tb * gross[TB] / tolled[TB]
        self.expected = smooth(self.expected, self.need, self.p.demand_smoothing)
        self.spoken = self.need

    def produce(self) -> None:
        """E5.1: heavies limit the high grades, metal limits all; swarf and reduction losses are what is left over."""
        heavy = least(coverage(self.dysprosium, self.dy_need), coverage(self.terbium, self.tb_need))
        wanted = self.magnet_wanted
        standard, high, extreme = wanted[STANDARD], wanted[HIGH] * heavy, wanted[EXTREME] * heavy
        metal = coverage(self.metal, (standard + high + extreme) * self.gross[NDPR])
        standard, high, extreme = whole(standard * metal), whole(high * metal), whole(extreme * metal)
        left = 1.0 - self.saved_heavies
        dy = whole(high * self.recipe_dy[HIGH] * left), whole(extreme * self.recipe_dy[EXTREME] * left)
        tb = whole(high * self.recipe_tb[HIGH] * left), whole(extreme * self.recipe_tb[EXTREME] * left)
        used_metal = least(ceiling((standard + high + extreme) * self.gross[NDPR]), self.metal)
        used_dy = least(ceiling((dy[0] + dy[1]) * self.gross[DY] / self.tolled[DY]), self.dysprosium)
        used_tb = least(ceiling((tb[0] + tb[1]) * self.gross[TB] / self.tolled[TB]), self.terbium)
        reduced = stack(used_metal, whole(used_dy * self.tolled[DY]), whole(used_tb * self.tolled[TB]))
        (standard, high, extreme), dy, tb = (tuple(share_out(*pair)) for pair in zip(reduced, ((standard, high, extreme), dy, tb), strict=True))
        self.take(used_metal, used_dy, used_tb)
        self.make((standard, high, extreme), dy, tb)
        finished = stack(standard + high + extreme, dy[0] + dy[1], tb[0] + tb[1])
        self.swarf = self.swarf + (reduced - finished)
        self.model.ledger.post("inputs", "finished", reduced)
        self.model.ledger.post("inputs", "slag", stack(0.0 * used_metal, used_dy - reduced[DY], used_tb - reduced[TB]))

    def thrift(self) -> None:
        """E2.3: heavies are saved (grain-boundary diffusion, cooler motors) while they are dear."""
        p, market = self.p, self.model.market
        price = choose(self.abroad, market.dy_ratio_outside, market.dy_ratio_china)
        self.saved_heavies = thrift(
            self.saved_heavies, price, 0.0, p.heavy_thrift_speed, 0.0, p.heavy_thrift_deadband,
            p.heavy_thrift_ceiling, p.thrift_reversal, p.thrift_fear_from,
        )  # fmt: skip

    def take(self, metal: float | np.ndarray, dysprosium: float | np.ndarray, terbium: float | np.ndarray) -> None:
        """Inputs leave the store."""
        self.metal = self.metal - metal
        self.dysprosium = self.dysprosium - dysprosium
        self.terbium = self.terbium - terbium

    def make(self, ndpr: tuple[Any, Any, Any], dy: tuple[Any, Any], tb: tuple[Any, Any]) -> None:
        """Finished magnets go on the shelf, grade by grade."""
        none = 0.0 * ndpr[0]
        made = stack(stack(ndpr[0], none, none), stack(ndpr[1], dy[0], tb[0]), stack(ndpr[2], dy[1], tb[1]))
        self.magnets = self.magnets + made
        self.magnet_output = stack(ndpr[0], ndpr[1], ndpr[2])

    def invest(self) -> None:
        """E11: new lines outside China at the cost of inputs and conversion there."""
        cost = self.model.market.inputs_of_magnet + self.conversion
        self.started = self.start(self.model.market.prospects["magnet"], cost)
