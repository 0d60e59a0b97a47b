"""Levers: what instruments pull. Rebuilt every month from neutral, so that nothing ever needs undoing."""

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model import kernels
from model.chain import Chain
from model.errors import InputError
from model.kernels.groups import Licence, Terms
from model.names import EVERY, MONTHS_A_YEAR, month_index
from model.parameters import Values
from model.policies.export_licence import ExportLicence
from model.policies.export_measure import TargetedExportMeasure
from model.policies.export_quota import ExportQuota
from model.policies.instrument import Instrument
from model.policies.offtake import Offtake
from model.policies.production_quota import ProductionQuota
from model.policies.public_money import Support
from model.policies.reference import Restricted, free_months
from model.policies.regimes import LicenceTerms
from model.policies.supply_shock import SupplyShock
from model.policies.tariff import Tariff
from model.rules.numerics import choose, in_turn, share_of
from model.start.relations import home_first

if TYPE_CHECKING:
    from model.model import TradeModel

RELATION, FIRM, GOOD = "relation", "firm", "good"


class Lever(NamedTuple):
    """What instruments can move, one number for each relation, firm or good: its unit, what it means, what it is when nobody pulls (a number, or the parameter that says so), its kind of number."""

    of: str
    unit: str
    words: str
    rest: float | str = 0.0
    dtype: type = float

    def neutral(self, p: Values) -> float:
        """What it is when nobody pulls."""
        return getattr(p, self.rest) if isinstance(self.rest, str) else self.rest


LEVERS: dict[str, Lever] = {
    "controlled": Lever(RELATION, "1", "share of what is sold that needs a licence; what is banned counts"),
    "least_months": Lever(RELATION, "months", "shortest wait for a licence", 0, np.int64),
    "approval": Lever(RELATION, "1/month", "share of eligible applications approved", 1.0),
    "denial": Lever(RELATION, "1/month", "share of eligible applications denied"),
    "tariff": Lever(RELATION, "1", "duties by value that the buyer pays, whoever levies them"),
    "banned": Lever(RELATION, "1", "share of what is sold that may not leave"),
    "general": Lever(RELATION, "1", "share freed by general licences"),
    "home_first": Lever(RELATION, "1", "whether it is at home, under a licence that asks for home to come first", 0, bool),
    "severity": Lever(FIRM, "1", "severity of restrictions announced", "belief_background"),
    "factor": Lever(FIRM, "1", "capacity left by shocks", 1.0),
    "mandate": Lever(FIRM, "1", "share of a user's products at the end of their life that must be collected", "collection_mandate"),
    "months_to_build": Lever(FIRM, "1", "months from the decision to first output, as a multiple of what they would be", 1.0),
    "permitting": Lever(FIRM, "1", "share left of the time that permits take", 1.0),
    "cost_to_build": Lever(FIRM, "1", "capital cost of what is decided on, as a multiple of what it would be", 1.0),
    "openness": Lever(GOOD, "1", "openness of trade announced", 1.0),
}
"""All levers by name: the attribute of `Levers` they are."""

Measure = TargetedExportMeasure | ExportQuota | Tariff
"""What covers trade relations: it has sellers, buyers and goods."""


def owner_of(measure: ExportLicence, goods: Iterable[str], field: str, chain: Chain) -> tuple[str, ...]:
    """To whom the luck of a drawn term belongs: state, kind, origin, groups of goods (`Chain.office`), regime and field; never a name or a date.

    Renamed, dated anew, changed elsewhere or saved and loaded, an instrument keeps its draw; two with one owner share it.
    """
    groups = "+".join(dict.fromkeys(chain.office[chain.index(good)] for good in goods if good in chain.number))
    return measure.actor, type(measure).__name__, measure.origin, groups, measure.regime or "own terms", field


class Levers:
    """What holds this month for trade relations, firms and goods: one array for each row of `LEVERS`, and

    by office and quota its grams a month (capacities, quotas), those of each destination it treats worse than others (places; destinations: how many there are), and the
    relations it covers (under_office, under_quota); by state quotas on what its makers produce (production); purchases that states guarantee, in force or announced (offtakes).
    """

    controlled: np.ndarray
    least_months: np.ndarray
    approval: np.ndarray
    denial: np.ndarray
    tariff: np.ndarray
    banned: np.ndarray
    general: np.ndarray
    home_first: np.ndarray
    severity: np.ndarray
    factor: np.ndarray
    mandate: np.ndarray
    months_to_build: np.ndarray
    permitting: np.ndarray
    cost_to_build: np.ndarray
    openness: np.ndarray

    def __init__(self, model: "TradeModel") -> None:
        self.model, n = model, model.trade.size
        size = {RELATION: n, FIRM: model.count, GOOD: len(model.chain.goods)}
        for name, lever in LEVERS.items():
            setattr(self, name, np.full(size[lever.of], lever.neutral(model.p), lever.dtype))
        self.terms = Terms(controlled=self.controlled, least_months=self.least_months, approval=self.approval, denial=self.denial)
        self.rank, self.open, self.destinations = model.trade.rank, np.ones(n), int(model.trade.at.max()) + 1
        self.capacities, self.places = np.zeros(0), np.zeros((0, self.destinations))
        self.quotas: list[float] = []
        self.production: list[ProductionQuota] = []
        self.offtakes: tuple[Offtake, ...] = ()
        self.under_office = self.under_quota = np.zeros((0, n), bool)
        self.limited = np.zeros(0, np.int64)
        self.known: dict[tuple[str, Hashable], Any] = {}
        self.drawn: dict[tuple[str, ...], float] = {}
        self.restricted: list[Restricted] = []
        self.pulled: list[Instrument] = []
        self.standing: list[tuple[Instrument, bool]] | None = None

    def lift(self) -> None:
        """Hands off every lever: they go back to neutral, unless the same hands pull them again (`settle`)."""
        self.pulled = []

    def settle(self) -> None:
        """The instruments enacted pull the levers; while they are those of last month, and steady, the levers stand as they are."""
        acts = [(each, each.in_force(self.model.now)) for each in self.model.treasury.solvent(self.pulled)]
        if acts == self.standing:
            self.restricted.append(self.restricted[-1])
            return
        self.reset()
        for each, stands in acts:
            each.pull(self) if stands else each.herald(self)
        self.stop()
        self.rank = home_first(self.model.trade.rank, self.home_first)
        self.limited = np.flatnonzero(self.under_quota.any(axis=0))
        self.restricted.append(frozenset().union(*(each.restricts for each, stands in acts if stands)))
        self.standing = acts if all(each.steady for each, _ in acts) else None

    def stop(self) -> None:
        """What general licences free is not controlled. A ban is a licence that nobody gets: what is banned is, and of what is applied for nothing is approved for it."""
        self.controlled *= 1.0 - self.general
        self.controlled[:] = np.maximum(self.controlled, self.banned)
        self.open[:] = choose(self.controlled, share_of(self.controlled - self.banned, self.controlled), 1.0)
        self.approval *= self.open

    def reset(self) -> None:
        """Every lever back to neutral."""
        for name, lever in LEVERS.items():
            getattr(self, name).fill(lever.neutral(self.model.p))
        self.capacities, self.places, self.quotas, self.production = np.zeros(0), np.zeros((0, self.destinations)), [], []
        self.offtakes = ()
        self.under_office = self.under_quota = np.zeros((0, self.model.trade.size), bool)

    def licence(self, measure: ExportLicence, terms: LicenceTerms) -> None:
        """An export licence acts on the relations it covers, through an office of its own for each group of goods."""
        if terms.controlled_share <= 0.0:
            return
        rows, share, rate, capacity, places = self.kept("act", (measure, terms.goods), lambda: self.act(measure, terms))
        kernels.tighten(rows, self.terms, Licence(controlled=share, least_months=terms.minimum_months, approval=rate, denial=terms.denial_rate))
        self.capacities, self.places = np.append(self.capacities, capacity), np.concatenate([self.places, places[None]])
        self.under_office = self.with_row(self.under_office, rows)
        self.home_first[self.home(measure, terms.goods)] = True

    def act(self, measure: ExportLicence, terms: LicenceTerms) -> tuple[np.ndarray, np.ndarray, np.ndarray, float, np.ndarray]:
        """What a licence does to each relation: controlled share (E8.3, E8.4) and approval rate; and what the office grants a month, in all and to each destination.

        Destinations treated worse, and defence end users, are controlled more strictly while a regime is in force; a destination treated worse gets at most its
        part of the office's throughput.
        """
        rows = self.relations(measure, terms.goods)
        buyers = self.model.trade.buyer[rows]
        factor = 1.0 - self.model.p.treatment * (1.0 - self.model.by_country(self.strictness(measure, terms))[buyers])
        defence = self.model.is_defence[buyers]
        strict = np.maximum(1.0 - factor, np.where(defence, self.model.p.defence_strictness, 0.0))
        general = np.where(defence, 0.0, terms.general_licence_share)
        controlled = terms.controlled_share * (1.0 - general)
        share = controlled + (terms.controlled_share > 0.0) * (1.0 - controlled) * strict * getattr(measure, "month_share", 1.0)
        rate = np.minimum(terms.approval_rate, np.where(defence, terms.defence_approval_rate, 1.0))
        capacity = self.ceiling(measure, rows, self.draw(measure, terms))
        return rows, share, rate, capacity, self.parts(measure, rows, factor, capacity)

    def parts(self, measure: ExportLicence, rows: np.ndarray, factor: np.ndarray, capacity: float) -> np.ndarray:
        """(place,): what an office grants each destination at most, leading grams a month: its part of the reference flow, weighted by how it is treated; inf for those treated best, who get the rest.

        Members of the European Union count one by one.
        """
        most, place = np.full(self.destinations, np.inf), self.model.trade.at[rows]
        if (factor >= 1.0).all():
            return most
        flow = self.free_flow(measure, rows)
        weighted = max(float(in_turn(flow * factor)), 1.0)
        for at in np.unique(place[factor < 1.0]):
            here = place == at
            most[at] = min(1.0, capacity / weighted) * float(in_turn(flow[here] * factor[here]))
        return most

    def strictness(self, measure: ExportLicence, terms: LicenceTerms) -> dict[str, float]:
        """Factor of each destination: what the licence itself says, else what its regime says of the destination, drawn by the run's luck where it was never seen."""
        found, words = dict(terms.destination_factor), self.model.facts.words
        for place in sorted(measure.buyers):
            said = terms.strictness.get(place, None if place in words.union else terms.strictness.get(EVERY))
            if said and place not in found:
                low, high = said
                found[place] = low if low == high else self.luck(measure, ("strictness", place), low, high)
        return found

    def luck(self, measure: ExportLicence, field: tuple[str, str], low: float, high: float) -> float:
        """A factor that is the same for all goods of a regime: how a state treats another is one fact of a run."""
        owner = (measure.actor, type(measure).__name__, measure.origin, measure.regime or "own terms", *field)
        self.drawn[owner] = low + (high - low) * float(self.model.chance.uniform("strictness", 0, self.model.key_of(owner)))
        return self.drawn[owner]

    def announce(self, measure: ExportLicence, terms: LicenceTerms) -> None:
        """What is announced reaches firms in the countries named, and the markets if it concerns all."""
        told, goods = self.kept("told", (measure, terms.goods), lambda: self.audience(measure, terms))
        kernels.announce(told, terms.announced_severity, self.severity, goods, terms.announced_openness, self.openness)

    def threaten(self, measure: ExportLicence, terms: LicenceTerms) -> None:
        """A threat that is not yet in force reaches firms alone."""
        told, goods = self.kept("told", (measure, terms.goods), lambda: self.audience(measure, terms))
        kernels.announce(told, terms.announced_severity, self.severity, goods[:0], 1.0, self.openness)

    def audience(self, measure: ExportLicence, terms: LicenceTerms) -> tuple[np.ndarray, np.ndarray]:
        """Firms that hear of a licence, and goods whose market does."""
        to_all = "*" in measure.destinations and "*" in measure.end_uses
        known = self.model.chain.number
        goods = [known[good] for good in terms.goods if to_all and good in known]
        return np.flatnonzero(self.model.in_countries(measure.buyers)), np.array(goods, np.int64)

    def terms_of(self, licence: ExportLicence) -> tuple[LicenceTerms, ...]:
        """The terms of a licence by office: one office for each group of goods."""
        return self.kept("terms", licence, licence.terms)

    def home(self, measure: ExportLicence, goods: tuple[str, ...]) -> np.ndarray:
        """Relations at home that come before exports while a licence stands: of its origin and goods."""
        return self.kept("home", (measure.sellers, goods), lambda: self.model.trade.between(measure.sellers, measure.sellers, goods))

    def relations(self, measure: Measure, goods: tuple[str, ...] | None = None) -> np.ndarray:
        """Relations a measure covers, for all its goods or for those given."""
        covered, uses = goods or measure.covered_goods, getattr(measure, "covered_sectors", None)
        return self.kept("relations", (measure, covered), lambda: self.model.trade.between(measure.sellers, measure.buyers, covered, uses))

    def of_firms(self, rows: np.ndarray, sellers: Iterable[str]) -> np.ndarray:
        """Those of some relations on which named firms sell to customers that are not defence."""
        trade, names = self.model.trade, set(sellers)
        chosen = np.array([agent.name in names for agent in self.model.firms.agents])
        return rows[chosen[trade.seller[rows]] & ~self.model.is_defence[trade.buyer[rows]]]

    def firms(self, shock: SupplyShock | Support) -> np.ndarray:
        """Firms a shock hits or a support is for, by name or by country and stage."""
        return self.kept("firms", shock, lambda: self.hit(shock))

    def hit(self, shock: SupplyShock | Support) -> np.ndarray:
        agents = self.model.firms.agents
        unknown = set(shock.entities) - {agent.name for agent in agents}
        if unknown:
            raise InputError(f"{shock.name}: entities: no firm is called {sorted(unknown)[0]!r}; see firms.csv of the world")
        named, countries, stage = shock.entities, shock.covered_countries, shock.stage
        return np.flatnonzero([agent.name in named or (agent.stage == stage and agent.country in countries) for agent in agents])

    def kept[Found](self, what: str, measure: Hashable, found: Callable[[], Found]) -> Found:
        """What follows from the content of a measure is worked out once, however it is called and whenever it stands."""
        if (what, measure) not in self.known:
            self.known[what, measure] = found()
        return self.known[what, measure]

    def leading_grams(self, rows: np.ndarray, tonnes_per_year: float) -> float:
        """A year's product tonnage as leading grams a month, at the content of the goods sold on these relations."""
        content = self.model.trade.content[rows]
        flow = np.maximum(self.model.trade.base_flow[rows], 1.0)
        return tonnes_per_year * 1e6 / MONTHS_A_YEAR * float((content * flow).sum() / flow.sum()) if len(rows) else 0.0

    def draw(self, measure: ExportLicence, terms: LicenceTerms) -> float | None:
        """The office's capacity; one of which several are possible is drawn by the run's luck."""
        share = terms.capacity_share
        if not isinstance(share, tuple):
            return share
        owner = owner_of(measure, terms.goods, "capacity_share", self.model.chain)
        luck = float(self.model.chance.uniform("capacity", 0, self.model.key_of(owner)))
        self.drawn[owner] = share[min(int(luck * len(share)), len(share) - 1)]
        return self.drawn[owner]

    def ceiling(self, measure: ExportLicence | ExportQuota, rows: np.ndarray, share: float | None) -> float:
        """A share of the mean monthly flow in the last months of free trade, leading grams; inf if none."""
        return np.inf if share is None else share * float(in_turn(self.free_flow(measure, rows)))

    def free_flow(self, measure: ExportLicence | ExportQuota, rows: np.ndarray) -> np.ndarray:
        """Mean monthly flow on each of the relations given, each good over its own last months of free trade (policies.reference), leading grams.

        The book refuses instruments without such months; those of a state that reacts from the start go by the flow the world starts with.
        """
        trade, windows = self.model.trade, dict[tuple[int, ...], list[int]]()
        for good in np.unique(trade.good[rows]):
            months = free_months(self.restricted, measure.sellers, self.model.chain.goods[good], month_index(measure.reference) - self.model.first)
            windows.setdefault(tuple(months), []).append(good)
        flow = np.zeros(rows.size)
        for free, goods in windows.items():
            of_these = np.isin(trade.good[rows], goods)
            flow[of_these] = trade.mean_flow(rows[of_these], free)
        return flow

    def limit(self, rows: np.ndarray, grams: float) -> None:
        """A quota: no more than `grams` a month on the relations given; of several each counts all it covers."""
        self.quotas.append(grams)
        self.under_quota = self.with_row(self.under_quota, rows)

    @staticmethod
    def with_row(covers: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Which relations each limit covers, (limit, relation), with one limit more."""
        more = np.zeros((1, covers.shape[1]), bool)
        more[0, rows] = True
        return np.concatenate([covers, more])
