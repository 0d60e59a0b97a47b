"""Firm: whatever buys, makes, uses or keeps goods of the chain. What all kinds of firms have in common."""

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from model.columns import LARGEST, Column
from model.rules.beliefs import alarm, learn
from model.rules.investment import expected_revenue, gate, launch, support, viable
from model.rules.numerics import in_all, most, smooth
from model.rules.ordering import order_up_to, target_cover
from model.rules.production import widen
from model.rules.sourcing import utility

if TYPE_CHECKING:
    from model.market import Prospect
    from model.model import TradeModel
    from model.parameters import Values
    from model.trade import Offer

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
    build_weight = Column("1", "share of the firm in its stage's building outside China", low=0.0, high=1.0)
    unit_cost = Column("USD/kg", "cash cost of the main product, inputs included where they are bought with it", low=0.0)
    factor = Column("1", "share of capacity left by shocks in force", 1.0, low=0.0)

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
        """E3: order up to a cover that rises with the threat, and what China's calendar sends ahead, minding part of what is already on order."""
        p = self.p
        ahead = self.model.season.ahead * self.abroad * self.exposed * self.expected
        self.aim = target_cover(self.cover, self.response * self.exposed, self.belief, p.belief_background)
        self.ordered = order_up_to(
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

    def start_new(self, cost: float | np.ndarray) -> float | np.ndarray:
        """E11.3: capacity of its own process started this month, at a running cost in USD/kg; nothing where only known projects are built."""
        if self.process.investment is None:
            return 0.0 * self.capacity
        return self.start(self.model.market.prospects[self.process.name], cost)

    def usual_cost(self) -> float:
        """Running cost of a new plant of the process, USD/kg; 0 where it is reckoned from its inputs."""
        plan = self.process.investment
        return getattr(self.p, plan.cash_cost) if plan and plan.cash_cost else 0.0

    def start(self, prospect: "Prospect", cost: float | np.ndarray) -> float | np.ndarray:
        """E11.3: capacity started this month, from the margin expected under the perceived risk.

        prospect: what the market offers this stage (model.market.Prospect); cost: running cost, USD/kg.
        """
        p = self.p
        revenue = expected_revenue(self.belief, prospect.expected, prospect.crisis, p.accepted_premium)
        borne = support(self.belief, p.belief_background, p.support_slope)
        promising = viable(revenue, cost, prospect.charge, borne, p.project_dispersion, prospect.scale, p.project_tail)
        open_gate = gate(prospect.price, prospect.expected, p.gate_power)
        return launch(prospect.rate, promising, open_gate, prospect.room, prospect.need, self.build_weight, self.abroad)
