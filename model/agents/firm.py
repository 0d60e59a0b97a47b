"""Firm: whatever buys, makes, uses or keeps goods of the chain. What all kinds of firms have in common."""

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from model.columns import LARGEST, Column
from model.names import MONTHS_A_YEAR
from model.rules.beliefs import alarm, learn
from model.rules.finance import aged, earned, in_a_row, kept_up
from model.rules.investment import annuity, cleared, expansion, expected_revenue, floored, present_value, support
from model.rules.numerics import choose, in_all, least, most, ratio, smooth
from model.rules.ordering import order_up_to, target_cover
from model.rules.production import widen
from model.rules.sourcing import utility

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.parameters import Values
    from model.trade import Offer

THOUSAND = 1e3
"""Thousands of USD in a million."""
PER_GOOD = ("good",)
STOCK = ("good", "element")


class Firm(mesa.Agent):
    """A named firm, or the firms of one trade in one country.

    Amounts are grams of contained element; a good's orders and flows are counted in its leading element.
    """

    key = Column("", "name as a 64-bit key for luck", 0, dtype=np.uint64, low=0, high=2**64)
    abroad = Column("1", "1 outside China, 0 in China", 1.0, low=0.0, high=1.0)
    guided = Column("1", "1 for firms in China and mines of its client states, whose unsold ore weighs on China's prices", low=0.0, high=1.0)
    widens = Column("1", "1 if it adds lines where it runs full, as makers in China do", low=0.0, high=1.0)
    severity = Column("1", "severity of restrictions announced for the firm's country", low=0.0, high=1.0)
    vigilance = Column("1", "fear by which states support what it builds, at least", low=0.0, high=1.0)
    temper = Column("1", "how much more (or less) alarmed than others this firm gets")
    fill = Column("1", "share of normal purchases from China that has been arriving", 1.0, low=0.0, high=1.0)
    belief = Column("1", "belief that purchases will be restricted within twelve months", low=0.0, high=1.0)
    inputs = Column("g", "input stock by good and element", shape=STOCK, low=0.0, whole=True)
    finished = Column("g", "finished stock by good and element", shape=STOCK, low=0.0, whole=True)
    held = Column("g", "input stock, leading element", shape=PER_GOOD, low=0.0)
    shelf = Column("g", "finished stock, leading element", shape=PER_GOOD, low=0.0)
    shipped = Column("g/month", "goods shipped last month, leading element", shape=PER_GOOD, low=0.0)
    need = Column("g/month", "use this month if nothing is short", shape=PER_GOOD, low=0.0)
    expected = Column("g/month", "expected use", shape=PER_GOOD, low=0.0)
    spoken = Column("g", "input stock this month's production will take", shape=PER_GOOD, low=0.0)
    cover = Column("months", "normal cover of inputs", shape=PER_GOOD, low=0.0)
    aim = Column("months", "cover aimed at under the present belief", shape=PER_GOOD, low=0.0)
    obliged = Column("months", "cover that it must aim at, at least", shape=PER_GOOD, low=0.0)
    exposed = Column("1", "share of purchases that comes from China", shape=PER_GOOD, low=0.0, high=1.0)
    line = Column("g", "goods ordered and not yet arrived", shape=PER_GOOD, low=0.0)
    reach = Column("months", "months of use a normal supply line holds", shape=PER_GOOD, low=0.0)
    ordered = Column("g/month", "orders placed", shape=PER_GOOD, low=0.0)
    demanded = Column("g/month", "orders received, backlog included", shape=PER_GOOD, low=0.0)
    sales = Column("g/month", "smoothed shipments", shape=PER_GOOD, low=0.0)
    stockhold = Column("months", "finished stock a producer keeps, in months of sales", shape=PER_GOOD, low=0.0)
    output = Column("g/month", "output, leading element", shape=PER_GOOD, low=0.0)
    wanted = Column("g/month", "output wanted, leading element", shape=PER_GOOD, low=0.0)
    growth = Column("1/month", "growth a buyer allows for in its orders", low=-1.0, high=1.0)
    response = Column("1", "rise of target cover per unit of belief", low=0.0)
    adjustment = Column("months", "time to close a stock gap", 1.0, low=1.0)
    capacity = Column("g/month", "capacity for the main product, leading element", low=0.0)
    base_capacity = Column("g/month", "capacity at the start", low=0.0)
    counts = Column("1", "1 for goods by which its output and capacity are counted", shape=PER_GOOD, low=0.0, high=1.0)
    usual_output = Column("g/month", "smoothed output of what is counted, leading element", low=0.0)
    widened = Column("g/month", "capacity of lines added this month", low=0.0)
    permitted = Column("g/month", "capacity up to which production quotas let it add lines, the largest number where there is none", LARGEST, low=0.0)
    allowed = Column("1", "share of the output planned that production quotas leave", 1.0, low=0.0, high=1.0)
    underway = Column("g/month", "capacity under construction", low=0.0)
    announced = Column("g/month", "capacity of known projects whose construction starts this month", low=0.0)
    arriving = Column("g/month", "capacity that starts to produce this month", low=0.0)
    started = Column("g/month", "capacity whose construction starts this month", low=0.0)
    adds = Column("g/month", "capacity it adds to its own plant this month", low=0.0)
    busy = Column("1", "share of capacity in use, smoothed", low=0.0, high=1.0)
    quiet = Column("months", "months in a row in which it has hardly used its capacity", low=0.0)
    expects = Column("USD/kg", "price it expects of the good by which investors in its process go, where it stands", low=0.0)
    fears = Column("USD/kg", "the same in a crisis, as remembered", low=0.0)
    pays = Column("USD/kg", "what it expects the inputs to cost that are bought for a kg of it; of separators, what ore costs beyond the prices of the start")
    agreed = Column("1", "share of what it can make that it sells under contract", low=0.0, high=1.0)
    guaranteed_sales = Column("1", "share of what it can make, its projects too, whose purchase states guarantee", low=0.0, high=1.0)
    topped = Column("1", "what payers of such purchases add to the price of each good, of all it can make of it", shape=PER_GOOD, low=0.0)
    bonus = Column("USD/kg", "the same of all that its plant can make, of the price of its main product and what comes with it", low=0.0)
    floor = Column("USD/kg", "price it is promised at least", low=0.0)
    floored = Column("1", "share of output for which that is promised", low=0.0, high=1.0)
    secured = Column("1", "the same as far as that covers its cash cost", low=0.0, high=1.0)
    upside = Column("1", "share of what the price is above it that goes to who promises it", low=0.0, high=1.0)
    credit = Column("USD/kg", "what programmes of states are expected to add to it beside that")
    credited = Column("1", "share that tax credits pay of the capital of lines begun this month", low=0.0)
    outlook_margin = Column("USD/kg", "what it expects to earn over cash cost on a kg of the good by which investors go")
    unit_cost = Column("USD/kg", "cash cost of the main product, inputs included where they are bought with it", low=0.0)
    factor = Column("1", "share of capacity left by shocks in force and by its owner: a plant that is shut has none", 1.0, low=0.0)
    chinese_technology = Column("1", "share of its technology and equipment, and of what is built there, that is Chinese", low=0.0, high=1.0)
    cost_to_build = Column("1", "capital cost of what it decides on this month, as a multiple of what it would be", 1.0, low=0.0)
    running = Column("1", "1 if the plant works, 0 if it is shut: mothballed, or not yet back", 1.0, low=0.0, high=1.0)
    cash = Column("million USD", "cash of the company it belongs to, below 0 what it is overdrawn")
    debt = Column("million USD", "debt of the company it belongs to", low=0.0)
    committed = Column("million USD", "funds promised to its company and not drawn", low=0.0)
    bears = Column("million USD", "debt that the plants of its company bear, as its creditors last reckoned", low=0.0)
    invested = Column("million USD", "what it decided on this month to build or to come back costs", low=0.0)
    income = Column("million USD", "cash it brought in this month, before interest and what it invests")
    earning = Column("million USD/month", "the same, smoothed")
    takings = Column("thousand USD", "what it is paid for what it ships this month", low=0.0)
    paid_out = Column("thousand USD", "what it pays for what is shipped to it this month", low=0.0)
    produced = Column("t", "its main product made this month", low=0.0)
    able = Column("t/month", "capacity for the main product, mothballed or not", low=0.0)
    netback = Column("USD/kg", "price at its gate of its main product and what comes with it", low=0.0)
    inputs_cost = Column("USD/kg", "what the inputs of its main product cost", low=0.0)
    conversion_cost = Column("USD/kg", "cash cost beside them at full use", low=0.0)
    fixed_cost = Column("USD/kg", "the part of that which is spent whether it works or not, of capacity", low=0.0)
    counted_on = Column("million USD/year", "what its projects count on beside prices, at full use of its capacity")
    guarantee = Column("USD/kg", "what states add to its price, of all it makes; below 0 what they take above a floor")
    guaranteed = Column("1", "share of what it makes whose price is guaranteed, at what covers its cash cost", low=0.0, high=1.0)
    margin = Column("USD/kg", "smoothed price at its gate, guarantee included, less cash cost, of its main product")
    cost_of_capital = Column("1/year", "what its investors ask on what they put in", low=0.0)
    replacement = Column("USD", "what building its capacity anew would cost per kg/year", low=0.0)
    supported = Column("1", "1 if its losses are carried: by a state, or as it stands for many firms", low=0.0, high=1.0)
    age = Column("months", "mean age of its capacity", low=0.0)
    overdrawn = Column("months", "months in a row in which its company's cash has been below 0", low=0.0)
    worthwhile = Column("months", "months in a row in which its price has been high enough to come back", low=0.0)
    returning = Column("months", "months until it works again", low=0.0)
    foreclosed = Column("1", "1 if its creditors have taken it over", low=0.0, high=1.0)

    def __init__(self, model: "TradeModel", name: str, country: str, row: int) -> None:
        super().__init__(model)
        self.name, self.country, self.row = name, country, row
        self.role = self.shipped_kind()
        self.does = model.does[row]

    @property
    def columns(self) -> dict[str, np.ndarray]:
        return self.model.columns[self.does]

    @property
    def process(self) -> Any:
        """What a maker does; None for those who make nothing."""
        return self.model.chain.by_name.get(self.does)

    @property
    def stage(self) -> str | None:
        """Stage of the chain; None for those who make nothing."""
        return self.process.stage if self.process else None

    @property
    def product(self) -> int | None:
        """Number of the good it is known by: the one whose price investors in its process go by, or its main one; None for those who make nothing."""
        made = self.process
        if made is None:
            return None
        return made.investment.price_good if made.investment and made.investment.price_good in made.makes else made.main

    def add(self, column: str, part: Any, amount: Any) -> None:
        """Adds to part of a column, such as one good's leading element."""
        self.columns[column][*part, self.row] += amount

    @property
    def p(self) -> "Values":
        return self.model.p

    @classmethod
    def shipped_kind(cls) -> type["Firm"]:
        """The class of this library a firm belongs to; a user's subclass keeps its parent's."""
        return next(kind for kind in cls.__mro__ if kind.__module__.startswith("model.agents"))

    @property
    def kind(self) -> str:
        """Miner, Refiner, MetalMaker, MagnetMaker, PartsMaker, Recycler, OEM or Holder."""
        return self.role.__name__

    def believe(self) -> None:
        """E1: how likely are restrictions? From announcements and from one's own unfilled purchases."""
        p = self.p
        observed = alarm(self.severity, self.fill, p.experience_weight, p.belief_background, self.temper)
        self.belief = learn(self.belief, observed, p.belief_up, p.belief_down)

    def appraise(self, offer: "Offer") -> np.ndarray:
        """E6.1: utility of each offer; `self` stands once per trade relation."""
        p = self.p
        return utility(
            offer.landed, offer.wait, offer.affinity, offer.trust, offer.outside, offer.country_share,
            self.belief, p.belief_background, p.cost_sensitivity, p.delay_cost, p.affinity_weight,
            p.trust_weight, p.friend_shoring, p.concentration_aversion,
        )  # fmt: skip

    def order(self) -> None:
        """E3: order up to a cover that rises with the threat, no less than it is obliged to, and what China's calendar sends ahead, minding part of what is already on order; a plant that is shut buys nothing."""
        p = self.p
        ahead = self.model.season.ahead * self.abroad * self.exposed * self.expected
        self.aim = most(target_cover(self.cover, self.response * self.exposed, self.belief, p.belief_background), self.obliged)
        self.ordered = self.running * order_up_to(
            self.expected, self.growth, self.aim, self.held - self.spoken - ahead, self.expected * self.reach, self.line,
            self.adjustment, p.supply_line_adjustment, p.supply_line_weight, p.order_ceiling,
        )  # fmt: skip

    def expand(self) -> None:
        """Capacity that arrives this month, and lines that makers in China add where they run full, as far as production quotas go (E7.2)."""
        p = self.p
        self.usual_output = smooth(self.usual_output, in_all(self.output * self.counts), p.swing_smoothing)
        stands = self.capacity + self.arriving
        self.widened = self.widens * widen(stands, self.usual_output, p.china_full_use, p.china_building, self.permitted)
        self.capacity = stands + self.widened
        self.underway = most(self.underway + self.announced - self.arriving, 0.0)

    def settle(self) -> None:
        """E12.1: what the plant brought in this month, and the margin it reckons with; what creditors hold shut is theirs to gain and to pay."""
        p = self.p
        if p.finance <= 0.0:
            return
        lost = self.foreclosed * (1.0 - self.running)
        fixed = kept_up(self.able, self.fixed_cost, self.running, p.mothball_cost)
        beside = self.counted_on / MONTHS_A_YEAR * ratio(self.produced, self.able)
        income = earned(self.takings, self.paid_out, self.produced, self.guarantee, self.conversion_cost - self.fixed_cost, fixed) * (1.0 - lost) / THOUSAND + beside
        self.income = income
        self.earning = smooth(self.earning, income, p.margin_memory)
        self.margin = smooth(self.margin, self.netback + self.guarantee + self.bonus - self.inputs_cost - self.conversion_cost, p.margin_memory)
        self.age = aged(self.age, self.capacity, self.arriving)

    def carry_on(self) -> None:
        """E12.2, at each review: a plant that loses money, of a company that has long been overdrawn, is shut; it comes back when its price has long been high enough.

        What waits for its first customers is not shut, nor what a state carries. Whoever owns it by then pays for the return.
        """
        if not self.model.finance.reviews:
            return
        p, running, returning = self.p, self.running, self.returning
        overdrawn = in_a_row(self.overdrawn, -self.cash, p.review_months)
        saved = self.able * self.fixed_cost * p.mothball_cost / THOUSAND
        shut = running * (1.0 - self.supported) * (overdrawn >= p.mothball_after) * (self.age >= p.mothball_grace) * (self.earning + saved < 0.0)
        pays = self.netback + self.guarantee + self.bonus - p.restart_margin * (self.inputs_cost + self.conversion_cost)
        worthwhile = in_a_row(self.worthwhile, choose(running + returning, 0.0, pays), p.review_months)
        back = (worthwhile >= p.restart_after) * 1.0
        left = most(returning - p.review_months, 0.0)
        again = (returning > 0.0) * (left <= 0.0)
        self.overdrawn = overdrawn
        self.worthwhile = worthwhile * (1.0 - back)
        self.returning = choose(back, p.restart_months, left)
        self.invested = back * p.restart_cost * self.replacement * self.able * MONTHS_A_YEAR / THOUSAND
        self.running = choose(again, 1.0, running * (1.0 - shut))
        self.foreclosed = choose(again, 0.0, self.foreclosed)
        self.age = choose(again, 0.0, self.age)

    def weigh(self, cost: float | np.ndarray) -> float | np.ndarray:
        """E11.1, E11.5: judges its trade at a running cost in USD/kg, and begins what capacity is added to its kind, g/month; nothing where only known projects are built.

        Customers pay a premium for safe supply as far as they are bound to it by contract.
        """
        if self.process.investment is None:
            return 0.0 * self.capacity
        p = self.p
        used = least(ratio(in_all(self.output[list(self.process.counted)]), self.capacity), 1.0)
        self.busy = smooth(self.busy, used, p.use_memory)
        self.quiet = choose(p.idle_use - used, self.quiet + 1.0, 0.0) * choose(self.capacity, 1.0, 0.0)
        revenue = expected_revenue(self.belief, self.expects, self.fears, p.accepted_premium * self.agreed) * (1.0 + in_all(self.topped[list(self.process.counted)]))
        self.secured = choose(cost - self.floor, 0.0, self.floored)
        self.outlook_margin = floored(revenue, self.floor, self.floored, self.upside) - cost + self.credit
        room = expansion(self.capacity, self.underway, p.new_investment_scale, p.expansion_ahead) * self.abroad * choose(p.idle_months - self.quiet, 1.0, 0.0)
        self.adds = room * self.grow()
        return self.adds + room * self.enter()

    def grow(self) -> float | np.ndarray:
        """E11.5: share of its capacity that a firm adds a month, once it is full, solvent and paid for it; a plant that stands idle adds nothing."""
        p, prospect = self.p, self.model.outlook.prospects[self.process.name]
        rent = annuity(self.cost_of_capital, p.plant_life)
        value = present_value(least(self.busy, p.most_use) * self.outlook_margin, prospect.capex * p.brownfield * self.cost_to_build, rent, p.overrun, self.borne(self.credited))
        ready = choose(self.busy - p.expansion_use, 1.0, 0.0) * (self.running * choose(self.cash, 1.0, 1.0 - p.finance))
        return p.expansion_rate * ready * cleared(value, prospect.waiting * (1.0 - self.secured), p.project_spread)

    def enter(self) -> float | np.ndarray:
        """E11.5: the same of entrants without names beside it, where plants to come will be used."""
        p, prospect = self.p, self.model.outlook.prospects[self.process.name]
        rent = annuity(p.cost_of_capital_new, p.plant_life)
        value = present_value(prospect.use * self.outlook_margin, prospect.capex * self.cost_to_build, rent, p.overrun, self.borne(0.0))
        return p.entry_rate * choose(prospect.use - p.entry_use, 1.0, 0.0) * cleared(value, prospect.waiting, p.project_spread)

    def borne(self, given: float | np.ndarray) -> float | np.ndarray:
        """E11.2: share of the capital of lines and entrants that states bear: what they have given, and more for fear of restrictions."""
        p = self.p
        return support(most(self.belief, self.vigilance), p.belief_background, p.support_slope, given, p.support_most)

    def usual_cost(self) -> float:
        """Running cost of a new plant of the process, USD/kg; 0 where it is reckoned from its inputs."""
        plan = self.process.investment
        return getattr(self.p, plan.cash_cost) if plan and plan.cash_cost else 0.0
