"""Markets: what goods cost inside China and outside, where few tonnes change hands at the ask and most near the contract price."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model import kernels
from model.chain import EARTHS
from model.names import (
    CONCENTRATE,
    HEAVY,
    LIGHT,
    MAGNET,
    MAGNETS,
    METAL,
    OXIDE_DY,
    OXIDE_NDPR,
    OXIDE_TB,
    OXIDES,
    PRICE_CLASS,
    SWARF,
)
from model.rules import pricing
from model.rules.investment import remembered, room
from model.rules.numerics import in_turn, most, power, share_of, smooth

if TYPE_CHECKING:
    from model.model import TradeModel

QUOTED = np.array([OXIDE_NDPR, OXIDE_DY, OXIDE_TB, *range(MAGNETS.start, MAGNETS.stop)])
"""Goods with a price of their own outside China; metal follows oxide, ore follows oxide."""
CHINESE = np.arange(OXIDES.start, OXIDES.stop)
"""Goods with a price of their own in China; metal and magnets are cost-plus there."""
CAPITAL = (LIGHT, HEAVY, MAGNET, "metal")
"""Plants whose capital cost is a parameter (capex_light and so on)."""
CLASS = tuple(PRICE_CLASS[good] for good in QUOTED)
BUILDERS = tuple(process.kind for process in EARTHS.processes if process.months_to_build)
"""Kinds of firms that build plants investors reckon with."""
REPRESENTATIVE = MAGNETS.start + 1
"""The grade investors in magnet plants reckon with."""


class Prospect(NamedTuple):
    """What an investor sees of one stage: USD/kg, and rooms and needs in leading grams a month."""

    expected: float
    crisis: float
    price: float
    charge: float
    scale: float
    rate: float
    room: float
    need: float


class Seen(NamedTuple):
    """What the market sees this month, by good in leading grams: outside China, then in China."""

    stock: np.ndarray
    use: np.ndarray
    target: np.ndarray
    imports: np.ndarray
    landed: np.ndarray
    own: np.ndarray
    held: np.ndarray
    kept: np.ndarray
    sold: np.ndarray
    made: np.ndarray


class Market:
    """Prices by good: china, asked and realised outside China (USD/kg, product weight)."""

    def __init__(self, model: "TradeModel", facts: SimpleNamespace) -> None:
        self.model, p = model, model.p
        self.base_china, self.base_outside = facts.china.copy(), facts.outside.copy()
        self.china, self.asked, self.realised = facts.china.copy(), facts.outside.copy(), facts.outside.copy()
        self.markup = facts.outside / facts.china
        self.bill_china, self.bill_outside = facts.bill_china, facts.bill_outside
        self.metal_per_oxide = facts.metal_per_oxide
        self.response, self.speed, self.ask_weight = self.by_class("price_response"), self.by_class("price_speed"), self.by_class("ask_weight")
        self.charge = {k: getattr(p, f"capex_{k}") * p.capital_recovery * (1.0 + p.overrun) for k in CAPITAL}
        self.incentive = np.array([p.incentive_light, p.incentive_dy, p.incentive_tb])
        self.momentum, self.momentum_china = np.zeros(len(QUOTED)), np.zeros(len(CHINESE))
        self.open, self.active = np.ones(len(QUOTED)), np.ones(len(QUOTED))
        self.passed, self.rest = self.residuals()
        self.expected = self.realised.copy()
        self.crisis = np.maximum(self.crisis_memory(), self.realised)
        self.ore_ratio, self.oxide_ratio, self.dy_ratio_outside, self.dy_ratio_china = 1.0, 1.0, 1.0, 1.0
        self.oxide_in_metal, self.inputs_of_magnet = 0.0, 0.0
        self.clamps = {"forward_cover": 0.0, "squeeze": 0.0, "price_step": 0.0}
        self.own: Any = None  # arrays by good, from the first month watched on
        self.made: Any = None
        self.prospects: dict[str, Prospect] = {}

    def by_class(self, name: str) -> np.ndarray:
        return np.array([getattr(self.model.p, f"{name}_{kind}") for kind in CLASS])

    def crisis_memory(self) -> np.ndarray:
        """Prices remembered from the last crisis, January 2024."""
        p, memory = self.model.p, self.realised.copy()
        memory[OXIDE_NDPR], memory[OXIDE_DY] = p.crisis_price_light, p.crisis_price_dy
        memory[OXIDE_TB] = self.realised[OXIDE_TB] * p.crisis_price_dy / self.realised[OXIDE_DY]
        memory[METAL] = self.realised[METAL] * p.crisis_price_light / self.realised[OXIDE_NDPR]
        memory[MAGNETS] = self.realised[MAGNETS] * p.crisis_price_magnet / self.realised[REPRESENTATIVE]
        memory[REPRESENTATIVE] = p.crisis_price_magnet
        return memory

    def residuals(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What makes metal and magnets cost what they did in January 2024, given the costs of their inputs: the share of those costs
        that is passed on (1, less where the inputs cost more than the product fetched), and the margin on top (USD/kg)."""
        metal = [(prices[METAL], self.metal_per_oxide * prices[OXIDE_NDPR]) for prices in (self.china, self.realised)]
        china, outside = (self.china[MAGNETS], in_turn(self.bill_china * self.china)), (self.realised[MAGNETS], in_turn(self.bill_outside * self.realised))
        pairs = {"china": china, "outside": outside, "metal_china": metal[0], "metal_outside": metal[1]}
        passed = {name: share_of(price, inputs) for name, (price, inputs) in pairs.items()}
        return passed, {name: most(price - inputs, 0.0) for name, (price, inputs) in pairs.items()}

    def cost_plus(self, product: str, inputs: np.ndarray | float) -> Any:
        """What a product of this table costs at what its inputs cost, USD/kg."""
        return self.passed[product] * inputs + self.rest[product]

    # ------------------------------------------------------------------ the month
    def reprice(self) -> None:
        """E10: China first, then the ask and the realised price outside, then what follows from them."""
        seen = self.watch()
        self.price_china(seen)
        self.price_outside(seen)
        self.follow()
        self.remember()
        self.look_ahead()
        self.post_prices()

    def watch(self) -> Seen:
        """What the market sees this month, by good in leading grams: stocks, wants, use, and what came from whom.

        Oxides are needed from China as far as others do not deliver them, magnets as far as their users have not turned elsewhere.
        """
        model, trade = self.model, self.model.trade
        stock = kernels.lead_stock(model.inputs, trade.lead)
        shelf = kernels.lead_stock(model.finished, trade.lead) + model.bonded
        rows = kernels.watch_market(
            stock, shelf, model.expected, model.aim, model.sales, model.stockhold, model.output, model.abroad,
            trade.share, trade.flow, trade.good, trade.buyer, trade.export_rows, trade.outside_rows,
        )  # fmt: skip
        seen = Seen(*rows)
        self.own = seen.own if self.own is None else smooth(self.own, seen.own, model.p.statistics_lag)
        self.made = seen.made if self.made is None else smooth(self.made, seen.made, model.p.statistics_lag)
        seen.imports[OXIDES] = np.maximum(seen.use - self.own, 0.0)[OXIDES]
        return seen

    def price_china(self, seen: Seen) -> None:
        """E10.3 in China: oxides answer to the stocks of their makers around their cost-based price."""
        goods, momentum = CHINESE, self.model.p.price_momentum
        cover, tight = self.scarcity(goods, seen.held, np.minimum(self.made, seen.sold)[goods], seen.kept, seen.sold)
        target = self.base_china[goods] * power(cover, -self.response[: goods.size]) * tight
        self.step(goods, self.china, target, self.base_china, self.momentum_china, np.full(goods.size, momentum))

    def price_outside(self, seen: Seen) -> None:
        """E10.1-E10.4 outside: the ask answers to forward cover; most tonnage clears near parity while licences flow."""
        p, goods = self.model.p, QUOTED
        announced = self.model.levers.openness
        openness = kernels.perceive(
            goods, seen.imports, seen.landed, announced, self.active, self.open, p.activity_memory, p.openness_memory, p.openness_experience
        )
        inflow = np.minimum(self.own, seen.use)[goods] + openness * seen.imports[goods]
        cover, tight = self.scarcity(goods, seen.stock, inflow, seen.target, seen.use)
        parity = self.china * self.markup
        anchor = pricing.anchor(openness, parity[goods], np.concatenate([self.incentive, self.making_outside()]))
        target = anchor * power(cover, -self.response) * tight
        self.step(goods, self.asked, target, self.base_outside, self.momentum, np.where(goods < METAL, p.price_momentum, 0.0))
        kernels.realise(goods, parity, self.asked, self.ask_weight, self.active, p.ask_weight_power, self.realised)

    def making_outside(self) -> np.ndarray:
        """What magnets cost to make outside China at realised input prices, USD/kg by grade."""
        return self.cost_plus("outside", in_turn(self.bill_outside * self.realised))

    def scarcity(self, goods: np.ndarray, stock: np.ndarray, inflow: np.ndarray, target: np.ndarray, use: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Forward cover and squeeze of the goods."""
        p = self.model.p
        cover, tight, self.clamps["forward_cover"], self.clamps["squeeze"] = kernels.scarcity(
            goods, stock, inflow, target, use, p.price_horizon, p.forward_cover_floor, p.forward_cover_ceiling,
            p.squeeze_threshold, p.squeeze_power, p.squeeze_ceiling,
        )  # fmt: skip
        return cover, tight

    def step(self, goods: np.ndarray, price: np.ndarray, target: np.ndarray, base: np.ndarray, momentum: np.ndarray, drift: np.ndarray) -> None:
        """One month's move of prices towards their targets, and their momentum after it."""
        p, speed = self.model.p, self.speed[: goods.size]
        self.clamps["price_step"] = kernels.step(
            goods, price, target, p.price_floor_share * base, speed, momentum, drift, p.momentum_memory, p.price_fall_limit, p.price_rise_limit
        )

    def follow(self) -> None:
        """Metal follows oxide, Chinese magnets their bill of materials, ore and swarf the oxide in them."""
        ratio, p = self.china[OXIDE_NDPR] / self.base_china[OXIDE_NDPR], self.model.p
        self.china[METAL] = self.cost_plus("metal_china", self.metal_per_oxide * self.china[OXIDE_NDPR])
        for prices in (self.asked, self.realised):
            prices[METAL] = self.cost_plus("metal_outside", self.metal_per_oxide * prices[OXIDE_NDPR])
        self.china[MAGNETS] = self.cost_plus("china", in_turn(self.bill_china * self.china))
        self.ore_ratio = 1.0 + p.ore_payability * (ratio - 1.0)
        self.oxide_ratio = self.realised[OXIDE_NDPR] / self.base_outside[OXIDE_NDPR]
        self.dy_ratio_outside = self.realised[OXIDE_DY] / self.base_outside[OXIDE_DY]
        self.dy_ratio_china = self.china[OXIDE_DY] / self.base_china[OXIDE_DY]
        for prices, base in ((self.china, self.base_china), (self.asked, self.base_outside), (self.realised, self.base_outside)):
            prices[CONCENTRATE], prices[SWARF] = base[CONCENTRATE] * self.ore_ratio, base[SWARF] * self.ore_ratio

    def remember(self) -> None:
        """E11.1: expected prices, and what a crisis is remembered to cost."""
        p = self.model.p
        parity = self.china * self.markup
        self.expected = smooth(self.expected, self.realised, p.price_memory)
        self.crisis = remembered(self.crisis, self.asked, np.maximum(parity, self.expected), p.crisis_forgetting)

    # ------------------------------------------------------------------ what investors and buyers see
    def look_ahead(self) -> None:
        """E11.3: prospects of each stage outside China."""
        p, model = self.model.p, self.model
        self.oxide_in_metal = self.metal_per_oxide * self.expected[OXIDE_NDPR]
        self.inputs_of_magnet = float(in_turn(self.bill_outside[1] * self.expected))
        building = (model.capacity + model.underway) * model.abroad
        plan = {kind: float(np.add.reduce(building[rows])) for kind, rows in model.rows.items() if kind in BUILDERS}
        magnets = float(in_turn(model.expected[MAGNETS, model.rows["OEM"]].sum(axis=0) * model.abroad[model.rows["OEM"]]))
        metal = p.usable_capacity * plan["MagnetMaker"] * model.gross_ndpr
        oxide = metal / model.yield_of_metal
        circuits = float(in_turn(model.heavy_capacity[0] * model.abroad)) + model.construction.heavy_underway()
        heavy = p.usable_capacity * plan["MagnetMaker"] * model.dy_per_ndpr
        charge = self.charge
        making = float(self.making_outside()[1])
        scale = p.new_investment_scale
        rows = (
            ("mine", OXIDE_NDPR, charge[LIGHT], p.incentive_light, p.start_rate_ore, plan["Miner"], plan["Refiner"]),
            ("refine", OXIDE_NDPR, charge[LIGHT], p.incentive_light, p.start_rate_light, plan["Refiner"], oxide),
            ("heavy", OXIDE_DY, charge[HEAVY], p.incentive_dy, p.start_rate_heavy, circuits, heavy),
            ("metal", METAL, charge["metal"], self.realised[METAL], p.start_rate_magnet, plan["MetalMaker"], metal),
            ("magnet", REPRESENTATIVE, charge[MAGNET], making + charge[MAGNET], p.start_rate_magnet, plan["MagnetMaker"], magnets),
        )
        expected, crisis, realised = self.expected.tolist(), self.crisis.tolist(), self.realised.tolist()
        rooms = room(np.array([row[-2] for row in rows]), np.array([row[-1] for row in rows]), p.overbuild).tolist()
        for (stage, good, cost, size, rate, _, need), free in zip(rows, rooms, strict=True):
            self.prospects[stage] = Prospect(expected[good], crisis[good], realised[good], cost, size, rate * scale, free, need)

    def post_prices(self) -> None:
        """What offers cost on arrival (E15) against January 2024, what is paid on each relation, and what end users pay.

        Offers compare contract prices: formulas follow the Chinese quote, magnets made outside follow their costs. The ask is
        no offer: a buyer whose licence is stuck does not turn down oxide from elsewhere because its quote has risen.
        """
        model, trade = self.model, self.model.trade
        parity = self.china * self.markup
        home, outside = self.china / self.base_china, parity / self.base_outside
        contract = outside.copy()
        contract[MAGNETS] = self.making_outside() / self.base_outside[MAGNETS]
        abroad, duty = self.realised / self.base_outside, np.zeros(trade.cells)
        offered, paid = np.concatenate([home, outside, contract, home]), np.concatenate([home, abroad, abroad, home])
        kernels.land(
            trade.base_price, trade.freight, model.levers.tariff, offered, paid, trade.quote, trade.share,
            trade.buyer_cell, trade.price, trade.landed_ratio, duty,
        )  # fmt: skip
        kernels.pay(home, abroad, model.abroad, duty, model.paid)
