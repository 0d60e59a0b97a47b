"""Offtakes: what users order on account of purchases that states guarantee, and what is paid to the plants for it (E6.6)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.contracts import Contracts
from model.names import MONTHS_A_YEAR, month_index
from model.policies.offtake import Offtake
from model.rules.numerics import choose, least, most, share_of
from model.rules.sourcing import guaranteed
from model.schema import BINDINGS
from model.start.contracts import ORDERED, Agreements, parts
from model.start.recipes import GRAMS
from model.trade import NONE, SAMPLED

if TYPE_CHECKING:
    from model.model import TradeModel

FOREVER = np.iinfo(np.int64).max
"""Last month of what stands until it is lifted."""
THOUSAND = 1e3
"""Thousands of USD in a million, kilograms in a tonne."""
MAIN = -1
"""Pool of the goods that a plant makes with the same capacity; any other good is a pool of its own."""


class Offtakes(Contracts):
    """Contracts that states make plants and users sign, as long as the instrument stands: one for each plant and each of its pools of goods.

    known: the instruments in force or announced; of (contract,): the place of its instrument among them; paid: thousand USD this month by firm.
    """

    def __init__(self, model: "TradeModel") -> None:
        self.model, self.known = model, tuple[Offtake, ...]()
        self.of, self.goods = np.zeros(0, np.int64), list[tuple[int, ...]]()
        self.found: dict[Offtake, np.ndarray] = {}
        self.paid, self.asked = np.zeros(model.count), np.zeros(0)
        super().__init__(model, self.agreement())

    # ------------------------------------------------------------------ who is bound to whom
    def lines(self, offtake: Offtake) -> np.ndarray:
        """Relations of the world on which its buyers can have its goods from its plants."""
        if offtake not in self.found:
            levers, trade = self.model.levers, self.model.trade
            receivers, everywhere = offtake.receivers(levers), set(self.model.country_of)
            rows = trade.between(everywhere, offtake.covered_buyers, offtake.covered_goods)
            self.found[offtake] = rows[np.isin(trade.seller[rows], receivers) & ~np.isin(trade.good[rows], self.model.chain.scrap)]
        return self.found[offtake]

    def pool_of(self, relation: int) -> int:
        """Pool of what is sold on a relation: `MAIN`, or the number of the good."""
        trade, chain = self.model.trade, self.model.chain
        process, good = chain.by_name.get(self.model.does[trade.seller[relation]]), int(trade.good[relation])
        return MAIN if process and process.kind != "Recycler" and good in process.counted else good

    def agreement(self) -> Agreements:
        """The lines of all instruments known, as contracts."""
        trade = self.model.trade
        signed = [(at, int(trade.seller[row]), self.pool_of(row), int(row)) for at, each in enumerate(self.known) for row in self.lines(each)]
        of = {ends: number for number, ends in enumerate(dict.fromkeys(line[:3] for line in signed))}
        contract, relation = np.array([of[line[:3]] for line in signed], np.int64), np.array([line[3] for line in signed], np.int64)
        self.of = np.array([ends[0] for ends in of], np.int64)
        self.goods = [tuple(dict.fromkeys(trade.good[relation[contract == number]].tolist())) for number in range(len(of))]
        none = np.full(len(of), np.nan)
        return Agreements(
            seller=np.array([ends[1] for ends in of], np.int64), good=np.array([goods[0] for goods in self.goods], np.int64), binding=np.full(len(of), BINDINGS.index(ORDERED[0])),
            key=np.zeros(len(of), np.uint64), grams=none, share=none, start=np.array([month_index(self.known[at].date) for at in self.of], np.int64), end=np.full(len(of), FOREVER),
            renews=np.zeros(len(of)), contract=contract, relation=relation, part=np.zeros(contract.size), carried=np.zeros(contract.size),
        )  # fmt: skip

    def base_year(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What is agreed on does not hang on the base year."""
        return np.ones(self.of.size), self.agreed.grams, self.agreed.share

    def take_up(self) -> None:
        """Instruments that come or go bring or take their contracts."""
        if self.known != self.model.levers.offtakes:
            self.known = self.model.levers.offtakes
            self.agree(self.agreement())
            self.asked, self.covered = np.zeros(self.agreed.contract.size), np.zeros(self.size)

    # ------------------------------------------------------------------ what is ordered
    def due(self) -> np.ndarray:
        """(relation,): what is to be ordered on account of offtakes this month, as far as sellers have been delivering."""
        self.take_up()
        if not self.given:
            return self.covered
        self.spread()
        due = super().due()
        self.asked = self.ordered * self.model.trade.came[self.agreed.relation]
        return due

    def begin(self, now: int) -> None:
        """Buyers begin to qualify plants as soon as they know; it takes its time."""
        trade, relation = self.model.trade, self.agreed.relation
        fresh = relation[trade.status[relation] == NONE]
        trade.clock[fresh], trade.status[fresh] = trade.clock_months[fresh], SAMPLED

    def spread(self) -> None:
        """A contract goes over its lines by what buyers use, those first that have qualified the plant."""
        trade, contract, relation, many = self.model.trade, self.agreed.contract, self.agreed.relation, self.of.size
        used = self.model.expected[trade.good[relation], trade.buyer[relation]]
        ready = used * trade.usable[relation]
        some = np.bincount(contract, ready, many)[contract] > 0.0
        self.agreed = self.agreed._replace(part=parts(contract, np.where(some, ready, used), many))

    def volumes(self, able: np.ndarray) -> np.ndarray:
        """E6.6 (contract,): leading grams a month guaranteed where plants are able to make so much: a tonnage is that of all its plants together."""
        content = 1.0 / np.bincount(self.agreed.contract, self.agreed.part / self.model.trade.content[self.agreed.relation], self.of.size)
        share = np.array([each.share_of_output or 0.0 for each in self.known])[self.of]
        grams = np.array([each.tonnes_per_year or 0.0 for each in self.known])[self.of] * GRAMS / MONTHS_A_YEAR * content
        whole = np.bincount(self.of, able / content, len(self.known))[self.of]
        return guaranteed(able, share, choose(whole, share_of(able / content, whole), 0.0) * grams)

    def within(self, asked: np.ndarray, able: np.ndarray) -> np.ndarray:
        """(contract,): the part of what is guaranteed that a seller can make beside what it owes under contracts of the world."""
        return super().within(asked, most(able - self.bound_before(), 0.0))

    def bound_before(self) -> np.ndarray:
        """(contract,): leading grams a month of the same pool that contracts of the world cover."""
        trade, covered = self.model.trade, self.model.contracts.covered
        by_seller = np.bincount(trade.seller_cell, covered, trade.cells).reshape(-1, trade.count)
        return np.array([sum(float(by_seller[good, seller]) for good in self.pooled(at)) for at, seller in enumerate(self.agreed.seller.tolist())])

    def pooled(self, at: int) -> tuple[int, ...]:
        """Goods that share the capacity a contract is about."""
        process = self.model.chain.by_name.get(self.model.does[self.agreed.seller[at]])
        return process.counted if process and self.agreed.good[at] in process.counted and process.kind != "Recycler" else self.goods[at]

    # ------------------------------------------------------------------ what is paid
    def pay(self) -> None:
        """E6.6: payers add their premium to what was delivered and pay for what was not called, as far as their budgets go; plants get it with what they are paid for goods."""
        self.paid.fill(0.0)
        if not self.given:
            return
        model, relation = self.model, self.agreed.relation
        owed = self.owed()
        for at, each in enumerate(self.known):
            mine = self.of[self.agreed.contract] == at
            million = float(owed[mine].sum()) / THOUSAND
            if million > 0.0:
                owed[mine] *= model.treasury.pay(each, million) / million
        self.paid += np.bincount(model.trade.seller[relation], owed, model.count)
        if model.finance.on:
            model.takings += self.paid

    def owed(self) -> np.ndarray:
        """(line,): what payers owe this month, thousand USD, by what was ordered and delivered beyond what contracts of the world were due."""
        trade, relation, which = self.model.trade, self.agreed.relation, self.of[self.agreed.contract]
        due = np.bincount(relation, self.asked, self.size)
        before, part = (trade.due - due)[relation], share_of(self.asked, due[relation])
        called, came = (least(most(amount[relation] - before, 0.0), due[relation]) for amount in (trade.orders, trade.flow))
        premium, missed = (np.array([getattr(each, name) for each in self.known])[which] for name in ("premium", "take_or_pay"))
        tonnes = part * (premium * came + missed * (due[relation] - called)) / trade.content[relation] / GRAMS
        return tonnes * kernels.gate_prices(relation, trade.links, self.model.finance.gates)

    # ------------------------------------------------------------------ what is counted on
    def promised(self) -> tuple[np.ndarray, np.ndarray]:
        """E11.1: what those who invest now count on: share of what a plant and its projects can make that is sold (firm,), and what payers add to the price of each good, as a share of it (good, firm)."""
        model, sold = self.model, np.zeros(self.model.count)
        added = np.zeros((len(model.chain.goods), model.count))
        if self.given:
            seller, plan = self.agreed.seller, self.plans()
            share = least(share_of(self.volumes(plan), plan), 1.0) * (self.agreed.start - model.construction.lag[seller] <= model.now)
            sold += np.bincount(seller, share * (self.slot < 0), model.count)
            np.add.at(added, (self.agreed.good, seller), share * self.premium())
        return least(sold, 1.0), added

    def plans(self) -> np.ndarray:
        """(contract,): what each seller could make once all it builds, and may yet decide on, stands, leading grams a month."""
        build = self.model.construction
        on_the_way = [build.coming(seller, slot) for seller, slot in zip(self.agreed.seller.tolist(), self.slot.tolist(), strict=True)]
        return self.stands() + np.array(on_the_way) * self.yields

    def premium(self) -> np.ndarray:
        """(contract,): share of the price that its payer adds."""
        return np.array([each.premium for each in self.known])[self.of]

    def bonus(self, mix: np.ndarray, prices: np.ndarray) -> np.ndarray:
        """E12.1 (firm,): what payers add to the price of a kg of each firm's main product, of all it can make, USD/kg. mix: kg by good and firm, prices: by good and firm, USD/kg."""
        found = np.zeros(self.model.count)
        if self.given:
            stands, standing = self.stands(), self.agreed.start <= self.model.now
            share = least(share_of(self.volumes(stands), stands), 1.0) * standing * self.premium()
            for at, seller in enumerate(self.agreed.seller.tolist()):
                goods = list(self.pooled(at))
                found[seller] += share[at] * float((mix[goods, seller] * prices[goods, seller]).sum())
        return found


__all__ = ["Offtakes"]
