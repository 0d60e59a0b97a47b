"""Markets: what goods cost inside China and in each region outside, where few tonnes change hands at the ask and most near the contract price.

goods.csv says how a good is priced. `quoted`: it has a price of its own in every market. `made`: outside it has one, which returns to what it costs to
make there; in China it costs its inputs and a margin. `cost_plus`: so it does everywhere. `follows`: it moves with part of the price of what it holds.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model import kernels
from model.chain import HOLD, Chain
from model.cuts import Cuts
from model.homemarket import HomeMarket
from model.kernels import groups
from model.names import CHINA
from model.offers import Offers
from model.regions import Regions
from model.rules import pricing
from model.rules.numerics import LEAST, in_turn, most, power, share_of, smooth
from model.start.past import Memories
from model.volatility import Volatility

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.trade import Trade
    from model.world import World


class Seen(NamedTuple):
    """What the markets see this month in leading grams: by region outside China and good, then by good in China."""

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


class Bills(NamedTuple):
    """Goods that are priced by their inputs, and what is bought for a tonne of each, tonnes: (good priced, input) in China and outside."""

    goods: np.ndarray
    china: np.ndarray
    outside: np.ndarray


class Market:
    """Prices, USD/kg, product weight: in China by good (china), asked and realised by region outside and good (asked_in, realised_in), and the same of all
    regions together, weighted by use (asked, realised)."""

    def __init__(self, model: "TradeModel", world: "World") -> None:
        self.model, chain = model, world.chain
        china, outside = world.prices["china"], world.prices["outside"]
        self.chain: Chain = chain
        kinds = np.array(chain.pricing)
        self.quoted = np.concatenate([np.flatnonzero(kinds == "quoted"), np.flatnonzero(kinds == "made")])
        """Goods with a price of their own outside China."""
        self.chinese = np.flatnonzero(kinds == "quoted")
        """Goods with a price of their own in China."""
        self.made, self.follows = np.flatnonzero(kinds == "made"), np.flatnonzero(kinds == "follows")
        self.base_china, self.base_outside = china.copy(), outside.copy()
        self.china, self.asked, self.realised = china.copy(), outside.copy(), outside.copy()
        self.regions = Regions(world, model.trade)
        count = self.regions.count
        self.asked_in, self.realised_in = np.tile(outside, (count, 1)), np.tile(outside, (count, 1))
        self.cells = (np.arange(count)[:, None] * len(chain.goods) + self.quoted).ravel()
        """Places of those goods in arrays by region and good."""
        self.markup = outside / china
        self.converted, self.assembled = bills(world, np.flatnonzero(kinds == "cost_plus")), bills(world, self.made)
        terms = world.tables["price_classes"].set_index("price_class")
        of_class = [terms.loc[chain.price_class[good]] for good in self.quoted]
        everywhere = self.regions.everywhere
        self.response, self.speed, self.ask_weight = (everywhere(self.values(row[name] for row in of_class)) for name in ("response", "speed", "ask_weight"))
        self.drift = everywhere(self.values(row["momentum"] for row in of_class))
        speed, placing = (self.values(row[name] for row in of_class) for name in ("arbitrage", "requalification"))
        self.traders = groups.Traders(speed=speed, placing=placing)
        self.incentive = self.values(chain.incentive[good] for good in self.chinese)
        self.momentum, self.momentum_china = np.zeros(self.cells.size), np.zeros(len(self.chinese))
        self.open, self.active = np.ones(self.cells.size), np.ones(self.cells.size)
        self.passed, self.rest = self.residuals()
        self.tight = np.ones(self.converted.goods.size)
        """Margin of converters outside China over that of the start, by good priced by its inputs: it moves with how full they are (`Outlook.watch_margins`)."""
        deviation = np.array([self.values([terms["deviation"][name]])[0] for name in chain.price_class])
        self.home = HomeMarket(model, self.chinese, china[self.chinese], deviation[self.chinese])
        """What moves prices in China beside stocks."""
        self.moving = Volatility(self.realised, self.usual_moves(model.p.price_volatility * deviation))
        self.volatility = self.moving.yearly
        """How much prices outside China have been moving, by good, 1/sqrt(year)."""
        self.moved, self.abroad_moved = np.ones(len(chain.goods)), np.ones(len(chain.goods))
        self.heavy = heavy_goods(chain)
        self.thrifty = chain.lead[self.heavy].tolist()
        """Elements of the heavy group, which makers of products save."""
        self.strength = np.array([getattr(model.p, name) if name else 1.0 for name in chain.strength])
        self.heavy_outside, self.heavy_china = np.ones(len(chain.elements)), np.ones(len(chain.elements))
        self.bought_at = (self.regions.place % (count + 1))[model.trade.buyer] * len(chain.goods) + model.trade.good
        """Place of the price each relation is paid at in prices by region and good, China's last."""
        self.cuts = Cuts(model, self.regions)
        """Part of export parity that China asks where it cuts prices."""
        self.group(model.trade)
        self.offers = Offers(model, self)
        self.clamps = {"forward_cover": 0.0, "squeeze": 0.0, "price_step": 0.0}
        self.own: Any = None  # arrays by region and good, and by good, from the first month watched on
        self.output: Any = None

    def group(self, trade: "Trade") -> None:
        """What belongs together is handed to the loops together. Arrays that stand here are written into, never replaced."""
        p = self.model.p
        self.seems = groups.Openness(active=self.active, open=self.open)
        self.ask = groups.Ask(weight=self.ask_weight, active=self.active, power=p.ask_weight_power)
        self.arrivals = groups.Arrivals(price=trade.price, landed=trade.landed, duty=np.zeros(trade.cells))
        self.memory = groups.Memory(activity=p.activity_memory, openness=p.openness_memory, experience=p.openness_experience)
        self.bounds = groups.Cover(horizon=p.price_horizon, floor=p.forward_cover_floor, ceiling=p.forward_cover_ceiling)
        self.near = groups.Squeeze(threshold=p.squeeze_threshold, power=p.squeeze_power, most=p.squeeze_ceiling)
        self.stride = groups.Stride(memory=p.momentum_memory, fall=p.price_fall_limit, rise=p.price_rise_limit)

    def values(self, names: Iterable[str]) -> np.ndarray:
        """The parameters of these names; 0 where there is none."""
        return np.array([getattr(self.model.p, name) if name else 0.0 for name in names])

    def expectation(self, past: Memories | None) -> np.ndarray:
        """E11.1: prices expected outside China at the start, USD/kg: those of the past where it is known, and what goods made of them would cost at these."""
        prices, p, chain = self.realised.copy(), self.model.p, self.chain
        if past is None or not past.goods.size:
            return prices
        prices[past.goods] *= power(past.expected, p.price_history)
        prices[self.converted.goods] = self.cost("converted", OUTSIDE, prices)
        prices[self.made] = self.cost("assembled", OUTSIDE, prices)
        for good in self.follows:
            prices[good] *= 1.0 + p.ore_payability * (prices[chain.followed[good]] / self.base_outside[chain.followed[good]] - 1.0)
        return prices

    def crisis_memory(self, past: Memories | None) -> np.ndarray:
        """Prices remembered from the last crisis, at the start: of the good its class goes by, from its past or as the class says, and of others in proportion."""
        memory, weight = self.realised.copy(), self.model.p.price_history
        terms = self.model.facts.tables["price_classes"].set_index("price_class")
        peaks = {} if past is None else dict(zip(past.goods.tolist(), past.peak.tolist(), strict=True))
        for good, name in enumerate(self.chain.price_class):
            said, reference = terms["crisis_price"][name], self.chain.number.get(terms["reference"][name], good)
            if (said or reference in peaks) and self.chain.pricing[good] != "follows":
                price = getattr(self.model.p, said) if said else self.realised[reference]
                if reference in peaks:
                    price = price ** (1.0 - weight) * (self.realised[reference] * peaks[reference]) ** weight
                memory[good] = price if good == reference else self.realised[good] * price / self.realised[reference]
        return memory

    def usual_moves(self, deviation: np.ndarray) -> np.ndarray:
        """Standard deviation of the monthly change of the log price of each good that follows from what disturbs quoted ones (deviation), each on its own."""
        moves = np.zeros(deviation.size)
        moves[self.chinese] = deviation[self.chinese]
        for way, bill in (("converted", self.converted), ("assembled", self.assembled)):
            shares = self.passed[way, OUTSIDE][:, None] * bill.outside * self.base_outside / self.base_outside[bill.goods][:, None]
            moves[bill.goods] = np.hypot.reduce(shares * moves, axis=-1)
        for good in self.follows:
            moves[good] = self.model.p.ore_payability * moves[self.chain.followed[good]]
        return moves

    def residuals(self) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """What makes goods cost what they did at the start, given the costs of their inputs: the share of those costs
        that is passed on (1, less where the inputs cost more than the product fetched), and the margin on top (USD/kg)."""
        passed, rest = {}, {}
        for way, bill in (("converted", self.converted), ("assembled", self.assembled)):
            for side, table, prices in ((CHINA, bill.china, self.china), (OUTSIDE, bill.outside, self.realised)):
                inputs = in_turn(table * prices)
                passed[way, side] = share_of(prices[bill.goods], inputs)
                rest[way, side] = most(prices[bill.goods] - inputs, 0.0)
        return passed, rest

    def cost(self, way: str, side: str, prices: np.ndarray) -> np.ndarray:
        """What goods cost at what their inputs cost (good,) or (region, good), USD/kg; way: converted (cost plus) or assembled (made)."""
        bill = self.converted if way == "converted" else self.assembled
        inputs = in_turn((bill.china if side == CHINA else bill.outside) * prices[..., None, :])
        margin = self.rest[way, side] * self.tight if way == "converted" and side == OUTSIDE else self.rest[way, side]
        return self.passed[way, side] * inputs + margin

    @property
    def parity(self) -> np.ndarray:
        """(good,): what China's goods fetch abroad while nothing is cut or short, USD/kg: its price at the markup of the start."""
        return self.china * self.markup

    # ------------------------------------------------------------------ the month
    def reprice(self) -> None:
        """E10: China first, then the ask and the realised price in each region outside, then what follows from them."""
        seen = self.watch()
        self.price_china(seen)
        self.price_outside(seen)
        self.follow(seen.use)
        self.volatility = self.moving.note(self.realised)
        self.post_prices()

    def watch(self) -> Seen:
        """What the markets see this month in leading grams: stocks, wants, use, and what came from whom.

        Quoted goods are needed from China as far as others do not deliver them, others as far as their users have not turned elsewhere.
        """
        model, trade, across = self.model, self.model.trade, self.regions.across
        stock, shelf = kernels.lead_stock(model.inputs, trade.lead), kernels.lead_stock(model.finished, trade.lead)
        stock[:, model.rows[HOLD]] = 0.0  # what holders keep is nobody's cover
        stock = most(stock - model.season.put_by(), 0.0)
        users = groups.Users(stock=stock, expected=model.expected, aim=model.aim)
        outside, china = kernels.watch_firms(across, users, groups.Shelves(shelf=shelf, sales=model.sales, stockhold=model.stockhold), model.output)
        seen = Seen(*outside, *kernels.watch_trade(trade.links, trade.usual, trade.flow, across._replace(export=trade.asked_abroad())), *china)
        seen.landed[:] /= model.season.factor
        self.own = seen.own if self.own is None else smooth(self.own, seen.own, model.p.statistics_lag)
        self.output = seen.made if self.output is None else smooth(self.output, seen.made, model.p.statistics_lag)
        seen.imports[:, self.chinese] = np.maximum(seen.use - self.own, 0.0)[:, self.chinese]
        return seen

    def price_china(self, seen: Seen) -> None:
        """E10.3 in China: quoted goods answer to the stocks of their makers that are for sale around the price that costs and expectations make; then what disturbs them."""
        goods, home, held = self.chinese, self.home, seen.held.copy()
        held[goods] = home.supply(held[goods])
        supply = groups.Supply(stock=held + self.idle_feed(), inflow=np.minimum(self.output, seen.sold)[goods], target=seen.kept, use=seen.sold)
        cover, tight = self.scarcity(goods, supply)
        target = home.anchor() * power(cover, -self.response[: goods.size]) * tight
        self.china[goods] = home.calm(self.china[goods])
        self.step(goods, self.china, target, self.base_china, self.momentum_china)
        self.china[goods] = home.disturb(self.china[goods])
        home.note(self.china[goods])

    def idle_feed(self) -> np.ndarray:
        """(good,): feed in China that mines dig by quota and separators do not use, as the main product it could become, leading grams; so much of it as weighs on the market."""
        model, idle = self.model, np.zeros(len(self.chain.goods))
        for process in self.chain.of_kind("Refiner"):
            rows, feed, lead = model.rows[process.name], process.feed, self.chain.lead[process.feed]
            use = model.expected[feed, rows] * (1.0 - model.abroad[rows])
            unused = model.inputs[feed, lead, rows] * (1.0 - model.abroad[rows]) - model.aim[feed, rows] * use
            unsold = model.guided * (model.finished[feed, lead] - model.stockhold[feed] * model.sales[feed])
            recovery = share_of(float(in_turn(use * model.columns[process.name]["recovery"][lead][rows])), float(in_turn(use)))
            idle[process.main] += model.p.idle_ore_weight * recovery * max(float(in_turn(unused) + in_turn(unsold)), 0.0)
        return idle

    def price_outside(self, seen: Seen) -> None:
        """E10.1-E10.6 outside: each region's ask answers to its forward cover, goods move between regions; most tonnage clears near parity while licences flow."""
        cells, levers, everywhere = self.cells, self.model.levers, self.regions.everywhere
        openness = kernels.perceive(cells, self.arriving(seen), self.seems, self.memory)
        inflow = np.minimum(self.own, seen.use).ravel()[cells] + openness * seen.imports.ravel()[cells]
        supply = groups.Supply(stock=seen.stock.ravel(), inflow=inflow, target=seen.target.ravel(), use=seen.use.ravel())
        cover, tight = self.scarcity(cells, supply)
        parity = everywhere(self.parity) * self.cuts.asked().ravel()
        anchor = pricing.anchor(openness, parity[cells], self.incentives())
        target = anchor * power(cover, -self.response) * tight
        self.step(cells, self.asked_in.ravel(), target, everywhere(self.base_outside), self.momentum)
        momentum = self.momentum.reshape(self.regions.count, -1)
        kernels.arbitrage(self.quoted, self.asked_in, seen.use, self.regions.apart(levers), self.traders, momentum, self.stride.memory)
        kernels.realise(cells, groups.Quotes(parity=parity, asked=self.asked_in.ravel()), self.ask, self.realised_in.ravel())

    def arriving(self, seen: Seen) -> groups.Imports:
        """E10.2: what each region needs from China and what of it ships; the less of its use it needs from there, the more it goes by what reaches all regions."""
        common = self.model.p.openness_common * seen.use
        needed, landed, use = (np.add.reduce(each) for each in (seen.imports, seen.landed, seen.use))
        everyone = np.where(needed > TRACE * use, np.minimum(landed / np.maximum(needed, 1.0), 1.0), 1.0)
        return groups.Imports(
            needed=(seen.imports + common).ravel(), landed=(seen.landed + common * everyone).ravel(), announced=self.regions.everywhere(self.model.levers.openness)
        )

    def incentives(self) -> np.ndarray:
        """What new supply would need in each region, USD/kg: a parameter, or the cost of making there; regions and goods in a row."""
        given = np.tile(self.incentive, (self.regions.count, 1))
        return np.concatenate([given, self.cost("assembled", OUTSIDE, self.realised_in)], axis=1).ravel()

    def scarcity(self, goods: np.ndarray, supply: groups.Supply) -> tuple[np.ndarray, np.ndarray]:
        """Forward cover and squeeze of the goods."""
        cover, tight, self.clamps["forward_cover"], self.clamps["squeeze"] = kernels.scarcity(goods, supply, self.bounds, self.near)
        return cover, tight

    def step(self, goods: np.ndarray, price: np.ndarray, target: np.ndarray, base: np.ndarray, momentum: np.ndarray) -> None:
        """One month's move of prices towards their targets, and their momentum after it."""
        aim = groups.Aim(target=target, least=self.model.p.price_floor_share * base)
        motion = groups.Motion(speed=self.speed[: goods.size], momentum=momentum, drift=self.drift[: goods.size])
        self.clamps["price_step"] = kernels.step(goods, price, aim, motion, self.stride)

    def follow(self, use: np.ndarray) -> None:
        """Goods priced by cost follow their inputs, those made in China their bill of materials, ore and scrap what they hold; use: by region and good."""
        p, chain = self.model.p, self.chain
        self.china[self.converted.goods] = self.cost("converted", CHINA, self.china)
        for prices in (self.asked_in, self.realised_in):
            prices[:, self.converted.goods] = self.cost("converted", OUTSIDE, prices) * self.cuts.part[:, self.converted.goods]
        self.china[self.made] = self.cost("assembled", CHINA, self.china)
        self.draw_together(use)
        self.abroad_moved = self.realised / self.base_outside
        self.moved = self.abroad_moved.copy()
        for good in self.follows:
            ratio = 1.0 + p.ore_payability * (self.china[chain.followed[good]] / self.base_china[chain.followed[good]] - 1.0)
            self.moved[good] = ratio
            self.china[good] = self.base_china[good] * ratio
            for prices in (self.asked, self.realised, self.asked_in, self.realised_in):
                prices[..., good] = self.base_outside[good] * ratio
        self.cheapen(use)
        self.heavy_outside[self.thrifty] = self.realised[self.heavy] / self.base_outside[self.heavy]
        self.heavy_china[self.thrifty] = self.china[self.heavy] / self.base_china[self.heavy]

    def cheapen(self, use: np.ndarray) -> None:
        """Goods that follow others cost as much less abroad as China cuts what it asks for them."""
        if self.cuts.none:
            return
        for whole, prices in ((self.asked, self.asked_in), (self.realised, self.realised_in)):
            prices[:, self.follows] *= self.cuts.part[:, self.follows]
            whole[self.follows] = self.regions.mean(prices, use)[self.follows]

    def draw_together(self, use: np.ndarray) -> None:
        """Prices of all regions together; where nobody uses a good, these stand for a price."""
        for whole, prices in ((self.asked, self.asked_in), (self.realised, self.realised_in)):
            whole[:] = self.regions.mean(prices, use)
            np.copyto(prices, whole, where=use <= 0.0)

    # ------------------------------------------------------------------ what buyers and investors see
    def reckoned_inputs(self) -> dict[str, np.ndarray]:
        """What investors in a process reckon is bought outside China for a tonne of the good whose price counts, by process whose goods are priced by inputs."""
        found = {}
        for process in self.chain.processes:
            good = process.investment.price_good if process.investment else process.main
            for bill in (self.converted, self.assembled):
                if good in bill.goods:
                    found[process.name] = bill.outside[bill.goods.tolist().index(good)]
        return found

    def post_prices(self) -> None:
        """What offers cost on arrival (E15), what is paid on each relation, and what end users pay."""
        self.offers.land(self.arrivals)
        local = np.vstack([self.realised_in / self.base_outside, self.china / self.base_china])
        kernels.pay(local, self.regions.place, self.arrivals.duty, self.model.paid)

    def prices(self) -> np.ndarray:
        """(market, good): every price, USD/kg, in the order of `World.markets`."""
        return np.array([self.china, self.realised, self.asked, *(prices[at] for at in range(self.regions.count) for prices in (self.realised_in, self.asked_in))])

    def price_where(self, row: int) -> np.ndarray:
        """Prices paid where a firm stands, USD/kg by good: those of its region, or of China."""
        place = self.regions.place[row]
        return self.realised_in[place] if place >= 0 else self.china


TRACE = 1e-5
"""Share of use that is none: what whole grams leave over."""
OUTSIDE = "outside"
"""The side of the border that is not China's, in tables of both."""


def heavy_goods(chain: Chain) -> np.ndarray:
    """The good whose price tells how dear each element of the heavy group is: the first that it leads."""
    return np.array([chain.lead.tolist().index(element) for element in np.flatnonzero(chain.heavy)], int)


def bills(world: "World", goods: np.ndarray) -> Bills:
    """What is bought for a unit mass of each of some goods."""
    china = (world.entities.country == CHINA).to_numpy()
    tables = [np.array([bill(world, good, side) for good in goods.tolist()]).reshape(len(goods), len(world.chain.goods)) for side in (china, ~china)]
    return Bills(goods, *tables)


def bill(world: "World", good: int, members: np.ndarray) -> np.ndarray:
    """(good,): kg of each input bought per kg of a good by the makers given."""
    chain, recipes, process = world.chain, world.recipes, world.chain.makers(good)[0]
    table = np.zeros(len(chain.goods))
    if process.kind == "MagnetMaker":
        makers = members & (world.entities.process == process.name).to_numpy()
        among = makers if makers.any() else (world.entities.process == process.name).to_numpy()
        gross = np.median(recipes.gross[:, among], axis=1)
        tolled = np.median(recipes.tolled[:, among], axis=1)
        for taken in process.takes:
            e = chain.lead[taken]
            table[taken] = chain.contents[good, e] * gross[e] / tolled[e] / world.content[taken, 0]
    elif process.kind == "MetalMaker":
        table[process.feed] = recipes.put_in[good]
    else:
        e = chain.lead[good]
        makers = members & (world.entities.process == process.name).to_numpy()
        among = makers if makers.any() else (world.entities.process == process.name).to_numpy()
        for taken in process.takes:
            table[taken] = world.content[good, 0] / max(float(np.median(recipes.recovery[e, among])), LEAST) / world.content[taken, 0]
    return table
