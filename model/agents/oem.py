"""OEM: all makers of one kind of end product in one country, and users of materials outside the chain."""

import numpy as np

from model.agents.firm import Firm
from model.columns import Column
from model.rules.demand import disturb, given_up, grow, lost_value, need, overpaid, redesigning, reference, shortfall, thrift, to_parts, turn
from model.rules.numerics import choose, in_all, least, most, share_of, smooth, whole

PER_GOOD = ("good",)


class OEM(Firm):
    """A sector in a region: many firms whose stocks differ, so a shortage shows before the average stock is gone (E4.2)."""

    base_need = Column("g/month", "need at the start", shape=PER_GOOD, low=0.0)
    activity = Column("1", "activity over that of the start", 1.0, low=0.0)
    growth_early = Column("1/year", "log growth rate to 2030", low=-1.0, high=1.0)
    growth_late = Column("1/year", "log growth rate after 2030", low=-1.0, high=1.0)
    shocked = Column("1", "need over what it would be without shocks of demand", 1.0, low=0.0)
    hastened = Column("1", "how much faster than usual it designs goods out, in programmes of states", 1.0, low=1.0)
    noise = Column("1", "deviation of demand from trend")
    saved = Column("1", "share of use designed out since the start, by good", shape=PER_GOOD, low=0.0, high=1.0)
    designed = Column("1", "the same in the newest designs, which take their months until they are made", shape=PER_GOOD, low=0.0, high=1.0)
    settled = Column("1", "largest share of use designed out so far, whose redesign is paid for", shape=PER_GOOD, low=0.0, high=1.0)
    designable = Column("1", "share of use that can ever be designed out", low=0.0, high=1.0)
    turned = Column("1", "share of need that would be bought in parts, by the part", shape=PER_GOOD, low=0.0, high=1.0)
    awaited = Column("g/month", "parts wanted in place of what they hold and not there yet", shape=PER_GOOD, low=0.0)
    elasticity = Column("1", "own-price elasticity", low=0.0, high=10.0)
    paid = Column("1", "landed price over that of the start", 1.0, shape=PER_GOOD, low=0.0)
    served_normally = Column("1", "share of need served at normal cover", 1.0, shape=PER_GOOD, low=0.0, high=1.0)
    start_price = Column("USD/g", "price of the start where it stands, per gram of leading element", shape=PER_GOOD, low=0.0)
    redesign_cost = Column("USD per g/month", "cost of a redesign per gram a month of leading element that it leaves out", low=0.0)
    value_added = Column("USD/g", "output per gram of leading element in what it uses", low=0.0)
    catch_up = Column("1", "share of lost output recovered later", low=0.0, high=1.0)
    used = Column("g/month", "used this month", shape=PER_GOOD, low=0.0)
    unmet = Column("g/month", "needed and not used", shape=PER_GOOD, low=0.0)
    loss = Column("million USD", "output lost this month", low=0.0)
    downstream = Column("1", "output lost down the chain for each output lost here, this one included", 1.0, low=1.0)
    forgone = Column("million USD", "what need given up for its price was worth this month; below 0: need won by prices below those of the start")
    redesign = Column("million USD", "cost of designs first made this month", low=0.0)
    bill = Column("million USD", "paid beyond the prices of the start for what was used this month; below 0: less")
    in_use = Column("g", "end products in use, by age class and element", shape=("age", "element"), low=0.0, whole=True)
    entered = Column("g/month", "what went into end products this month, by element", shape=("element",), low=0.0)
    ageing = Column("1/month", "share of an age class that moves on to the next; 0 where no lifetime is known", low=0.0, high=1.0)
    retired = Column("g/month", "products that reached the end of their life this month, by element", shape=("element",), low=0.0)
    collectable = Column("1", "largest share of products at the end of their life that can be collected", low=0.0, high=1.0)

    def demand(self) -> None:
        """E2: activity grows, wavers, and answers to the landed price."""
        p, model = self.p, self.model
        rate = self.growth_early if model.now < model.late_growth_from else self.growth_late
        first = 0.0 if model.now == model.first else 1.0
        self.activity = grow(self.activity, rate, p.demand_growth_scale * first)
        innovation = model.chance.normal("demand", model.now, self.key)
        self.noise = disturb(self.noise, p.demand_noise_persistence, p.demand_noise_sd, innovation)
        self.growth = rate * p.demand_growth_scale / 12.0
        wanted = need(self.base_need, self.activity * self.shocked, self.noise, self.saved, self.paid, self.elasticity)
        self.cost_of_answers(wanted)
        self.need = self.in_parts(wanted)

    def cost_of_answers(self, wanted: np.ndarray) -> None:
        """E4.4-E4.5: what need given up for its price was worth, and what designs first made this month cost; wanted: need (good, ...) at the prices paid."""
        usual = reference(self.base_need, self.activity * self.shocked, self.noise)
        self.forgone = in_all(given_up(usual * (1.0 - self.saved), wanted, self.paid, self.start_price))
        self.redesign = in_all(redesigning(usual, self.saved, self.settled, self.redesign_cost))
        self.settled = most(self.settled, self.saved)

    def in_parts(self, wanted: np.ndarray) -> np.ndarray:
        """E2.4: need (good, ...) after what moves to parts, as far as parts came beyond those of normal times; the rest of them is waited for."""
        awaited = np.zeros_like(wanted)
        for part, inside in self.model.chain.parts:
            sought = wanted[inside] * self.turned[part]
            moved = to_parts(sought, self.held[part], wanted[part], self.cover[part])
            awaited[part] = sought - moved
            wanted[inside] -= moved
            wanted[part] += moved
        self.awaited = awaited
        return wanted

    def consume(self) -> None:
        """E4.2, E4.3 and E4.6: use, unmet need, the value of output lost, and what is paid more for what is used."""
        wanted, held = self.need, self.held
        missed = shortfall(held, wanted, self.served_normally, self.p.cover_dispersion)
        share = share_of(least(wanted * (1.0 - missed), held), held)
        self.use_up(share)
        used = held * share
        self.used = used
        self.unmet = whole(most(wanted - used, 0.0))
        self.loss = lost_value(self.in_products(wanted), self.in_products(self.unmet), self.value_added, self.catch_up, self.p.triage)
        self.bill = in_all(overpaid(used, self.paid, self.start_price))
        self.held = held - used

    def in_products(self, amounts: np.ndarray) -> float | np.ndarray:
        """What goes into products of all goods (good, ...), whose lack stops lines; materials that are used up apart."""
        return in_all(amounts[~self.model.chain.dissipated])

    def use_up(self, share: np.ndarray) -> None:
        """Goods go into products in use, from which some of it comes back, or are used up for good."""
        gone = whole(self.inputs * share[:, None])
        self.inputs = self.inputs - gone
        lasts = ~self.model.chain.dissipated
        entered = np.add.reduce(gone[lasts])
        self.entered = entered
        self.add("in_use", (0, slice(None)), entered)
        self.model.ledger.post("inputs", "in_use", entered)
        self.model.ledger.post("inputs", "dissipated", np.add.reduce(gone[~lasts]))

    def retire(self) -> None:
        """E13.1: products in use grow older by one age class after the other, and reach the end of their life from the last."""
        moved = whole(self.in_use * self.ageing)
        left = self.in_use - moved
        left[1:] += moved[:-1]
        self.in_use = left
        self.retired = moved[-1]
        self.model.ledger.post("in_use", "end_of_life", moved[-1])

    def thrift(self) -> None:
        """E2.3: new designs leave goods out while they are dear or supply is feared, as far as the sector can."""
        p = self.p
        self.designed = thrift(
            self.designed, self.paid, self.belief, p.thrift_speed * self.hastened, p.thrift_fear * self.abroad * self.hastened, p.thrift_deadband,
            self.designable, p.thrift_reversal, p.thrift_fear_from,
        )  # fmt: skip

    def turn(self) -> None:
        """E2.4: who buys parts anyhow turns to them while supply is feared or fails to arrive, and back when all is well."""
        p, turned = self.p, np.zeros_like(self.turned)
        for part, _ in self.model.chain.parts:
            ceiling = choose(self.base_need[part], p.parts_ceiling, 0.0)
            turned[part] = turn(self.turned[part], self.belief, p.belief_background, self.fill, ceiling, p.parts_turning)
        self.turned = turned

    def plan(self) -> None:
        """E3: expected use follows need, and what is waited for."""
        self.expected = smooth(self.expected, self.need + self.awaited, self.p.demand_smoothing)
