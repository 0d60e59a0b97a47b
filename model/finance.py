"""Finance: whose purse a plant lives on, what creditors take, and what investors ask; firms decide what they do about it (E12, E14)."""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model import kernels
from model.errors import InputError
from model.kernels.groups import Accounts, Counters, Recipe
from model.lending import Lending
from model.names import REGIONS, month_name
from model.rules import finance as rules
from model.rules.numerics import choose, in_turn, least, logarithm, most
from model.schema import CASH, COMMITTED, DEBT, FIXED_COST
from model.start.balance import stores
from model.start.finance import Report, carried, purses, reports, returns
from model.start.plants import UNKNOWN, base_output, basket, gates, planned, plants
from model.start.recipes import GRAMS, MONTHS

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.world import World

THOUSAND = 1e3
"""Thousands of USD in a million."""


class Loan(NamedTuple):
    """Debt of a purse of which nothing is paid before its plant is there, million USD."""

    purse: int
    million: float


class Finance:
    """Purses of companies. The columns `cash`, `debt` and `committed` of each plant are those of the whole company it belongs to, million USD.

    sentiment: -1 to 1.
    """

    def __init__(self, model: "TradeModel", world: "World") -> None:
        self.model, p = model, model.p
        self.on, self.reviews = p.finance > 0.0, False
        """Whether money decides anything in this run, and whether owners, creditors and investors look at it this month."""
        self.purse = purses(world)
        self.running: np.ndarray = model.columns[model.does[0]]["running"]
        """(firm,): the column of that name."""
        self.interval = max(round(p.review_months), 1)
        self.members = self.pooled(np.ones(model.count))
        self.main = np.array([agent.product or 0 for agent in model.firms.agents])
        """The good each firm is known by; the first for those who make nothing."""
        found = plants(model)
        self.recipe = Recipe(mix=found.mix, bill=found.bill, conversion=model.conversion_cost, by_cost=found.by_cost)
        self.counters = Counters(netback=model.netback, inputs=model.inputs_cost)
        self.gates, self.accounts = gates(model), Accounts(received=model.takings, paid=model.paid_out)
        self.place = model.market.regions.place % (model.market.regions.count + 1)
        self.per_gram = 1.0 / model.measures.content_of_product / GRAMS
        """Tonnes of the main product of a gram of its leading element, by firm."""
        self.per_tonne = model.measures.product_mask / model.measures.content_of_product / GRAMS
        self.lending, self.reports = Lending(model, self.purse), reports(model, world)
        self.sentiment = 0.0
        self.stores = stores(model)
        """(firm,): public stocks and traders, whose alarm is nobody's mood."""
        self.region = np.array([REGIONS.index(region) for region in model.region_of], np.int64)
        self.overhead = np.zeros(model.count)
        """Fixed cost of each purse that hangs on no plant, million USD a month."""
        self.variance, self.last = np.zeros(len(model.chain.goods)), model.market.realised.copy()
        watched = [process.investment.price_good for process in model.chain.processes if process.investment]
        self.watched = np.array(sorted(set(watched)) or [0])
        """Goods by whose prices investors tell how the market goes."""
        self.rests = np.zeros(model.count)
        """Debt of each purse whose plants are not yet there, million USD: its interest is added to it."""
        self.resting: dict[int, list[Loan]] = {}
        self.collectors = [model.rows[process.name] for process in model.chain.of_kind("Recycler")]
        """Who pays for scrap by what is made of it: collection has no bills."""
        self.endow(world, found.conversion)

    def endow(self, world: "World", conversion: np.ndarray) -> None:
        """What plants have at the start: their costs, cash in months of cost, margins at the prices of then."""
        model, p, chain = self.model, self.model.p, self.model.chain
        model.conversion_cost[:] = conversion
        for process in chain.processes:
            rows = model.rows[process.name]
            if process.kind in UNKNOWN:
                continue
            primary = process.kind in ("Miner", "Refiner", "Recycler")
            whole = choose(model.unit_cost[rows], most(model.unit_cost[rows], conversion[rows]), conversion[rows]) if primary else conversion[rows]
            model.fixed_cost[rows] = least((p.fixed_share_primary if primary else p.fixed_share_making) * whole, conversion[rows])
            if process.investment:
                per_kg = getattr(p, process.investment.capex) / world.content[process.investment.price_good, rows]
                model.replacement[rows] = per_kg * model.measures.content_of_product[rows]
        model.supported[:] = np.maximum(carried(world), (1.0 - model.abroad) * p.forbearance_china)
        self.asked = returns(world)
        self.size()
        future = model.able + planned(model, world)
        model.cash[:] = self.pooled(p.starting_cash * conversion * future / THOUSAND) * self.on
        model.age[:] = np.where(base_output(model) > 0.0, p.mothball_grace, 0.0)
        self.appraise()
        model.margin[:] = (model.netback + model.guarantee - model.inputs_cost - model.conversion_cost) * self.makers()
        self.ask()
        self.interest = self.rate()

    def makers(self) -> np.ndarray:
        """(firm,): 1 for those that make something."""
        return (self.recipe.mix.sum(axis=0) > 0.0) * 1.0

    # ------------------------------------------------------------------ the month
    def reckon(self) -> None:
        """What was paid for what was shipped, prices at the gates, guarantees, and what investors ask."""
        model = self.model
        model.invested[:] = 0.0
        if not self.on:
            return
        self.reviews = (model.elapsed + 1) % self.interval == 0
        kernels.takings(model.trade.links, model.trade.flow, self.gates, self.accounts)
        model.produced[:] = np.add.reduce(model.output * self.per_tonne)
        for rows in self.collectors:
            model.paid_out[rows] = (model.produced * model.inputs_cost)[rows]
        self.size()
        if self.reviews:
            self.look_at_baskets()
            self.ask()
        model.programmes.endow()
        self.appraise()

    def worth(self, rows: np.ndarray) -> np.ndarray:
        """Value of what was shipped this month on some relations, at the price before duties, million USD."""
        return kernels.worth(rows, self.model.trade.links, self.model.trade.flow, self.gates)

    def make_up(self, rows: np.ndarray, million: np.ndarray) -> None:
        """A state pays sellers so much for what they shipped on some relations (million USD): it comes to what they are paid for it."""
        if self.on:
            self.model.takings[:] += np.bincount(self.model.trade.seller[rows], million * THOUSAND, self.model.count)

    def size(self) -> None:
        """Capacities as tonnes of the main product a month."""
        self.model.able[:] = self.model.capacity / self.model.measures.content_of_product / GRAMS

    def look_at_baskets(self) -> None:
        """What separators make beside their main product, with the circuits and the feed they now have."""
        model = self.model
        for process in model.chain.of_kind("Refiner"):
            basket(model, process, model.rows[process.name], self.recipe.mix)

    def appraise(self) -> None:
        """Prices at the gates, and what states add to them."""
        model, market = self.model, self.model.market
        prices = np.vstack([market.realised_in, market.china])
        kernels.at_the_gate(self.recipe, prices, self.place, model.p.maker_margin, self.counters)
        model.bonus[:] = model.offtakes.bonus(self.recipe.mix, prices[self.place].T)
        model.guarantee[:], model.guaranteed[:] = 0.0, 0.0
        model.programmes.add_on_output(prices)

    def pay(self, payer: str, million: float) -> None:
        """The states of a region pay so much this month, million USD."""
        self.model.treasury.bear(million * (np.array(REGIONS) == payer))

    def ask(self) -> None:
        """E14: how the market goes and how far prices move; what investors then ask of each firm."""
        model, p, market = self.model, self.model.p, self.model.market
        step = logarithm(market.realised / self.last)
        self.last = market.realised.copy()
        self.variance = rules.spread(self.variance, step, p.volatility_memory, self.interval)
        trend = float(in_turn(logarithm(market.realised[self.watched] / model.outlook.expected[self.watched]))) / self.watched.size
        heard = model.abroad * ~self.stores
        outside = float(in_turn(heard))
        news = float(in_turn(model.severity * heard)) / outside - p.belief_background if outside > 0.0 else 0.0
        self.sentiment = float(rules.mood(self.sentiment, trend, news, p.sentiment_trend, p.sentiment_news, p.sentiment_memory, self.interval))
        usual = np.where(model.abroad > 0.0, choose(model.able, p.cost_of_capital_producer, p.cost_of_capital_new), p.cost_of_capital_china)
        usual = np.where(np.isnan(self.asked), usual, self.asked)
        reach = p.sentiment_range * model.abroad
        variance = self.variance[self.main]
        model.cost_of_capital[:] = rules.asked_return(usual, self.sentiment, reach, model.guaranteed, p.guarantee_relief, variance, p.volatility_premium * model.abroad)

    # ------------------------------------------------------------------ purses
    def pooled(self, values: np.ndarray) -> np.ndarray:
        """(firm,): the sum over all firms of its company, of numbers by firm."""
        return np.bincount(self.purse, values, self.purse.size)[self.purse]

    def pool(self) -> None:
        """E12.1: what plants brought in goes to their companies, which pay overhead, interest and repayment. Interest on what is not yet built is added to the debt."""
        if not self.on:
            return
        model, p = self.model, self.model.p
        self.report()
        self.awake()
        if self.reviews:
            self.interest = self.rate()
        rate = self.interest
        held = self.held() if model.foreclosed.any() else 0.0
        served = self.served()
        due = (1.0 - held) * served * rules.annuity(rate, p.debt_years)
        interest = (1.0 - held) * served * rate / MONTHS
        added, overdraft = self.rests * rate / MONTHS, most(-model.cash, 0.0) * rate / MONTHS
        model.cash[:] += self.pooled(model.income) - due - overdraft - (1.0 - held) * self.overhead
        model.debt[:] = most(model.debt - (due - interest) + added, 0.0)
        self.rests += added
        self.lending.serve(held)
        self.check()

    def served(self) -> np.ndarray:
        """(firm,): debt of its company that is served as creditors ask, million USD: not what rests, nor what states lend on terms of their own."""
        owed = self.model.debt - self.rests
        return most(owed - self.lending.owed, 0.0) if self.lending.tranches else owed

    def rate(self) -> np.ndarray:
        """(firm,): interest on the debt of its company, 1/year."""
        return self.model.p.debt_cost * self.pooled(self.model.cost_of_capital) / self.members

    def held(self) -> np.ndarray:
        """(firm,): 1 where creditors hold all plants of its company shut: nothing is paid."""
        return ((self.pooled(self.model.foreclosed) > 0.0) & (self.pooled(self.running * self.model.able) <= 0.0)) * 1.0

    def report(self) -> None:
        """Balances that are known of a month stand from then on: shares issued, losses elsewhere and what was spent before are in them."""
        while self.reports and self.reports[0].month <= self.model.now:
            self.take_over(self.reports.pop(0))

    def take_over(self, told: Report) -> None:
        """One figure of finance.csv."""
        model, mine = self.model, self.purse == told.purse
        if told.item in (CASH, DEBT, COMMITTED):
            {CASH: model.cash, DEBT: model.debt, COMMITTED: model.committed}[told.item][mine] = told.value
            if told.item == COMMITTED:
                model.committed[mine] += self.lending.promised[mine]
        elif told.item == FIXED_COST:
            reckoned = float(in_turn((model.able * model.fixed_cost)[mine])) * MONTHS / THOUSAND
            self.overhead[mine] = max(told.value - reckoned, 0.0) / MONTHS
            model.fixed_cost[mine] *= min(1.0, told.value / reckoned) if reckoned > 0.0 else 1.0

    def awake(self) -> None:
        """Debt whose plant is to be there by now is serviced from now on."""
        for loan in self.resting.pop(self.model.now, ()):
            mine = self.purse == loan.purse
            self.rests[mine] = most(self.rests[mine] - loan.million, 0.0)

    def spend(self, row: int, million: float, months: float | None = None, restart: bool = False) -> None:
        """The company of a firm decides on what costs so much (million USD) and is there after so many months (those of its process).

        A share of what no promised funds pay for is equity, of which new investors put up their part (none for a plant that comes back) and the company's cash the rest; all else is debt, of
        which nothing is paid until then. Of what is promised loans of states are drawn first.
        """
        model = self.model
        model.invested[row] += million
        if not self.on:
            return
        mine, there = self.purse == self.purse[row], model.now + max(math.ceil(model.construction.lag[row] if months is None else months), 1)
        lent = self.lending.draw(int(self.purse[row]), million, there)
        drawn = lent + min(float(model.committed[row] - self.lending.promised[row]), million - lent)
        equity = model.p.equity_share * (million - drawn) * (1.0 if restart else 1.0 - model.p.equity_raised)
        debt = drawn + (1.0 - model.p.equity_share) * (million - drawn)
        model.committed[mine] -= drawn - lent
        model.cash[mine] -= equity
        model.debt[mine] += debt
        self.rests[mine] += debt - lent
        self.resting.setdefault(there, []).append(Loan(int(self.purse[row]), debt - lent))
        self.lending.refresh()

    def spare(self, row: int, million: float) -> None:
        """Of a project that is broken off, what it has not yet cost (million USD) is not borrowed: the company's loans for plants to come are that much smaller, the last to fall due first. Equity is lost."""
        model, purse, left = self.model, int(self.purse[row]), million
        mine = self.purse == purse
        for month in sorted(self.resting, reverse=True):
            for at, loan in enumerate(self.resting[month]):
                if loan.purse == purse and left > 0.0:
                    back = min(loan.million, left)
                    self.resting[month][at] = loan._replace(million=loan.million - back)
                    model.debt[mine] = most(model.debt[mine] - back, 0.0)
                    self.rests[mine] = most(self.rests[mine] - back, 0.0)
                    left -= back
        if left > 0.0:
            self.lending.spare(purse, left)

    def add_lines(self, million: np.ndarray, borne: np.ndarray, credited: np.ndarray) -> None:
        """Lines that firms add to plants that work, (firm,) million USD, of which states bear a share and tax credits another: paid at once, in part by debt that is served from now on."""
        if not million.any():
            return
        model, states = self.model, million * borne
        own = million - states - model.programmes.pay_for_lines(million * credited)
        model.invested[:] += own
        if self.on:
            model.cash[:] -= self.pooled(model.p.equity_share * own)
            model.debt[:] += self.pooled((1.0 - model.p.equity_share) * own)
        model.treasury.bear(np.bincount(self.region, states, len(REGIONS)))

    def charge(self) -> None:
        """Plants that come back are paid for: whoever owns them by then covers what is overdrawn."""
        model = self.model
        if not self.reviews or not model.invested.any():
            return
        asked = model.invested.copy()
        model.invested[:] = 0.0  # what is spent is written there again
        for row in np.flatnonzero(asked):
            mine = self.purse == self.purse[row]
            model.cash[mine] = most(model.cash[mine], 0.0)
            self.spend(int(row), float(asked[row]), model.p.restart_months, restart=True)

    def foreclose(self) -> None:
        """E12.2: where a company has long been overdrawn and owes more than its plants bear, its creditors take them over: its owner is out, they are shut, debt is cut to what they bear."""
        if not self.reviews:
            return
        model, p = self.model, self.model.p
        late = (model.overdrawn >= p.mothball_after) & (model.supported <= 0.0)
        if not late.any():
            return
        there = model.able > 0.0
        resale = p.resale_value * model.replacement * model.able * MONTHS
        model.bears[:] = self.pooled(rules.bearable(model.margin, model.able, rules.annuity(self.interest, p.debt_years), resale)) / THOUSAND
        late &= model.debt + most(-model.cash, 0.0) > model.bears
        old = self.pooled((there & (model.age >= p.mothball_grace)) * 1.0) > 0.0
        gone = late & old & (self.pooled(model.supported) <= 0.0)
        model.cash[gone], self.rests[gone], model.overdrawn[gone], model.returning[gone] = 0.0, 0.0, 0.0, 0.0
        for purse in np.unique(self.purse[gone & (model.debt > 0.0)]):
            self.lending.cut(int(purse), float(min(model.bears[purse] / model.debt[purse], 1.0)))
        model.debt[gone] = model.bears[gone]
        model.foreclosed[gone & there] = 1.0
        self.running[gone & there] = 0.0

    def check(self) -> None:
        """Money must be numbers: names the first firm whose is not."""
        model = self.model
        money = model.cash + model.debt + model.committed
        if not np.isfinite(money.sum()):
            wrong = np.flatnonzero(~np.isfinite(money))
            name = model.firms.agents[wrong[0]].name
            raise InputError(f"{name}: cash, debt or funds promised are no numbers in {month_name(model.now)}{model.conduct.hint()}; look at its rows of finance.csv, its costs and its prices")
