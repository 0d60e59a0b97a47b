"""Programmes: how the money of states reaches those who build and make: on what is made, on capital, into purses (E11, E12)."""

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.names import month_index
from model.policies.equity import Equity
from model.policies.grant import Grant
from model.policies.loan import Loan
from model.policies.price_floor import PriceFloor
from model.policies.public_money import Support
from model.policies.tax_credit import TaxCredit
from model.rules.finance import topped_up
from model.rules.investment import lasting
from model.rules.numerics import in_turn, least, most, ratio
from model.start.recipes import MONTHS

if TYPE_CHECKING:
    from model.model import TradeModel

THOUSAND = 1e3
"""Thousands of USD in a million."""


Held = tuple[PriceFloor, int, np.ndarray, np.ndarray]
"""A floor, a good, firms, and the share of what each makes of it that the floor holds for."""


class Floor(NamedTuple):
    """A price that a state guarantees a firm for a share of what it makes of a good: USD/kg, and the share of what is above it that the state gets."""

    row: int
    good: int
    floor: float
    share: float
    upside: float


class Programmes:
    """What instruments that support firms do.

    given: what each has paid so far of what is paid once or as a sum, million USD, by what it says and since when; lag: months that a plant takes to build, by firm; mines: which firms are mines.
    """

    def __init__(self, model: "TradeModel") -> None:
        self.model = model
        self.given: dict[tuple[str, str], float] = {}
        self.lag, self.mines = np.zeros(model.count, np.int64), np.zeros(model.count, bool)
        for process in model.chain.processes:
            rows = model.rows[process.name]
            self.mines[rows] = process.kind == "Miner"
            if process.investment:
                self.lag[rows] = math.ceil(getattr(model.p, process.investment.months_to_build))

    def heard[Kind: Support](self, kind: type[Kind], acting: bool = True) -> list[Kind]:
        """Supports of a kind that can still pay: those in force, or also those that are announced."""
        supports, treasury = self.model.levers.supports, self.model.treasury
        return [each for each, stands in supports if isinstance(each, kind) and (stands or not acting) and treasury.left(each) > 0.0]

    def among(self, rows: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Which of some firms are among others."""
        found = np.zeros(self.model.count, bool)
        found[chosen] = True
        return found[rows]

    # ------------------------------------------------------------------ on what is made
    def floors(self, supports: Iterable[PriceFloor], tonnes: np.ndarray, ahead: bool = False) -> Iterator[Held]:
        """Floors: good, firms, and the share of what each makes (tonnes of its main product a month) that they hold for now, or in the life of a plant begun now. The highest counts first, the next for what it leaves."""
        left: dict[int, np.ndarray] = {}
        for each in sorted(supports, key=lambda each: (-each.floor, each.upside, each.order)):
            for good in each.numbers(self.model.levers):
                rows = each.makers(self.model.levers, good)
                free = left.setdefault(good, np.ones(self.model.count))
                share = least(each.share(self.kilograms(good, rows) * tonnes[rows]) * (self.lasts(each, rows) if ahead else 1.0), free[rows])
                free[rows] -= share
                yield each, good, rows, share

    def kilograms(self, good: int | np.ndarray, rows: np.ndarray) -> np.ndarray:
        """What firms make of a good with a kg of their main product, kg; the mix of mines is by value, as ore is paid for by its deposit."""
        mix = self.model.finance.recipe.mix[good, rows]
        return np.where(self.mines[rows], (mix > 0.0) * 1.0, mix)

    def missing(self, floor: PriceFloor, good: int, rows: np.ndarray, share: np.ndarray, prices: np.ndarray) -> np.ndarray:
        """What a floor adds to a kg of the main product at such prices of the good, USD."""
        kilograms = self.kilograms(good, rows)
        own = prices * ratio(self.model.finance.recipe.mix[good, rows], kilograms)
        return topped_up(own, floor.floor, share, floor.upside) * kilograms

    def covered(self, floor: PriceFloor, good: int, rows: np.ndarray, prices: np.ndarray) -> np.ndarray:
        """Whether a firm that got no more than the floor for a good, and such prices for all else, would be paid its cash cost: if not, it secures nothing."""
        model, mix = self.model, self.model.finance.recipe.mix[good, rows]
        worst = model.netback[rows] - mix * prices + self.kilograms(good, rows) * floor.floor
        return (worst >= model.inputs_cost[rows] + model.conversion_cost[rows]) * 1.0

    def credits(self, credit: TaxCredit, goods: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """What a tax credit on goods adds to a kg of the main product of the firms beside them, USD."""
        made = self.model.finance.recipe.mix[:, rows].sum(axis=0)
        return credit.per_kg(ratio(self.model.conversion_cost[rows], made)) * self.kilograms(goods, rows)

    def add_on_output(self, prices: np.ndarray) -> None:
        """What is paid this month on what is made, at the prices (place, good) where plants stand; a budget that does not reach is shared by all that it is for."""
        if not self.model.levers.supports:
            return
        model, place = self.model, self.model.finance.place
        tonnes = np.where(model.produced > 0.0, model.produced, model.able)
        for each, good, rows, share in self.floors(self.heard(PriceFloor), tonnes):
            price = prices[place[rows], good]
            self.pay(each, rows, self.missing(each, good, rows, share, price))
            model.guaranteed[rows] = least(model.guaranteed[rows] + share * self.covered(each, good, rows, price), 1.0)
        for credit in self.heard(TaxCredit):
            goods, rows = credit.pairs(model.levers)
            self.pay(credit, rows, self.credits(credit, goods, rows))

    def pay(self, support: Support, rows: np.ndarray, per_kg: np.ndarray) -> None:
        """So much is paid on each kg of the main product that firms have made this month, USD; what is below nought they pay."""
        model = self.model
        million = per_kg * model.produced[rows] / THOUSAND
        owed, back = float(in_turn(most(million, 0.0))), float(in_turn(most(-million, 0.0)))
        paid = model.treasury.pay(support, owed) if owed > 0.0 else owed
        if back > 0.0:
            model.treasury.take_in(support, back)
        np.add.at(model.guarantee, rows, per_kg if paid >= owed else np.where(per_kg > 0.0, per_kg * (paid / owed), per_kg))

    # ------------------------------------------------------------------ what investors count on
    def promised(self, ahead: Iterable[Held]) -> list[Floor]:
        """Floors of the goods by whose prices investors go."""
        return [Floor(int(row), good, each.floor, float(part), each.upside) for each, good, rows, share in ahead for row, part in zip(rows, self.counts(good, rows) * share, strict=True) if part > 0.0]

    def ahead(self) -> list[Held]:
        """Floors in force or announced, for what firms make or mean to make, as far as a plant begun now would have them."""
        return list(self.floors(self.heard(PriceFloor, acting=False), self.sizes(), ahead=True)) if self.model.levers.supports else []

    def lasts(self, support: Support, rows: np.ndarray) -> np.ndarray:
        """Share of what plants begun now by some firms would earn in their life, discounted, while a support is in force."""
        model = self.model
        begins, ends = ((month - model.now - self.lag[rows]) / MONTHS for month in (month_index(support.date), support.last_index + 1))
        return lasting(begins, ends, model.cost_of_capital[rows], model.p.plant_life)

    def sizes(self) -> np.ndarray:
        """(firm,): capacity, standing and under way; of those who have none that of their projects; t/month."""
        model, projects = self.model, self.model.construction.projects
        stands = model.able + model.underway * self.model.finance.per_gram
        return np.where(stands > 0.0, stands, np.bincount(projects.row, projects.main / THOUSAND / MONTHS, model.count) if projects.count else 0.0)

    def counts(self, good: int, rows: np.ndarray) -> np.ndarray:
        """Part of what each firm makes of its main products that is a good, where investors go by its price; else 0."""
        chain, does = self.model.chain, self.model.does
        terms = [chain.by_name[does[row]] for row in rows]
        mix = self.model.finance.recipe.mix[:, rows]
        whole = np.array([mix[list(process.counted), at].sum() for at, process in enumerate(terms)])
        return ratio(mix[good], whole) * [process.investment is not None and process.investment.price_good == good for process in terms]

    def foresee(self, ahead: Iterable[Held]) -> None:
        """What investors count on beside prices: tax credits, and floors of what they do not go by the price of; and what is paid of the lines they begin."""
        model, outlook = self.model, self.model.outlook
        model.credit[:], model.credited[:] = 0.0, 0.0
        if not model.levers.supports:
            return
        place = model.market.regions.place
        for floor, good, rows, share in ahead:
            here = np.where(place[rows] >= 0, outlook.expected_in[np.maximum(place[rows], 0), good], outlook.expected[good])
            model.credit[rows] += self.missing(floor, good, rows, share, here) * (self.counts(good, rows) <= 0.0)
        for credit in self.heard(TaxCredit, acting=False):
            goods, rows = credit.pairs(model.levers)
            np.add.at(model.credit, rows, self.credits(credit, goods, rows) * self.lasts(credit, rows))
        for credit in self.on_capital():
            model.credited[credit.builders(model.levers)] += credit.share_of_capital or 0.0

    # ------------------------------------------------------------------ on capital
    def of_capital(self, rows: np.ndarray, million: np.ndarray) -> np.ndarray:
        """Share that states would pay of projects of some firms that cost so much, decided on now."""
        found = np.zeros(rows.size)
        for _, share in self.shares(rows, million):
            found = found + share
        return found

    def on_capital(self) -> list[TaxCredit]:
        """Tax credits that pay for capital."""
        return [each for each in self.heard(TaxCredit) if each.share_of_capital]

    def shares(self, rows: np.ndarray, million: np.ndarray) -> list[tuple[Support, np.ndarray]]:
        """The same by what pays, as far as its money goes."""
        levers, treasury = self.model.levers, self.model.treasury
        payers: tuple[Grant | TaxCredit, ...] = (*self.heard(Grant), *self.on_capital())
        return [(each, least(each.of_capital(million, self.given.get(each.identity, 0.0)), ratio(treasury.left(each), million)) * self.among(rows, each.builders(levers))) for each in payers]

    def grant(self, row: int, million: float, part: float) -> list[tuple[Support, float]]:
        """A firm decides on what costs so much, of which states pay a part by their programmes, each by its share; what each pays, million USD."""
        found = [(each, float(share[0])) for each, share in self.shares(np.array([row]), np.array([million]))]
        whole = math.fsum(share for _, share in found)
        paid = [(each, self.model.treasury.pay(each, million * part * share / whole)) for each, share in found if share > 0.0]
        for each, sum_paid in paid:
            self.given[each.identity] = self.given.get(each.identity, 0.0) + sum_paid
        return paid

    def take_back(self, paid: Iterable[tuple[Support, float]], part: float) -> None:
        """What is built with it is broken off: states get back a part."""
        for each, million in paid:
            self.model.treasury.take_in(each, million * part)

    def pay_for_lines(self, million: np.ndarray) -> np.ndarray:
        """(firm,): what states pay by tax credits of what lines cost, of which they owe so much, million USD."""
        model, found = self.model, np.zeros(self.model.count)
        for each in self.on_capital():
            mine = self.among(np.arange(model.count), each.builders(model.levers)) * (each.share_of_capital or 0.0)
            owed = million * ratio(mine, model.credited)
            whole = float(in_turn(owed))
            if whole > 0.0:
                found += owed * (model.treasury.pay(each, whole) / whole)
        return found

    # ------------------------------------------------------------------ into purses
    def endow(self) -> None:
        """Shares that states buy are paid for once, whatever the purchase is called; loans are promised."""
        model, finance = self.model, self.model.finance
        for each in self.heard(Equity):
            if each.identity not in self.given:
                purses = np.unique(finance.purse[each.receivers(model.levers)])
                self.given[each.identity] = paid = model.treasury.pay(each, each.usd_million)
                for purse in purses:
                    model.cash[finance.purse == purse] += paid / purses.size
        finance.lending.promise(self.heard(Loan))


__all__ = ["Floor", "Programmes"]
