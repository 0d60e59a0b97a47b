"""Levers: what instruments pull. Rebuilt every month from neutral, so that nothing ever needs undoing."""

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from model import kernels
from model.chain import Chain
from model.content import held_in
from model.errors import InputError
from model.kernels.groups import Licence, Terms
from model.names import EU, EVERY, MONTHS_A_YEAR, month_index
from model.parameters import Values
from model.policies.export_licence import ExportLicence
from model.policies.export_measure import TargetedExportMeasure
from model.policies.export_quota import ExportQuota
from model.policies.instrument import Instrument
from model.policies.offtake import Offtake
from model.policies.origin_rule import OriginRule
from model.policies.pool import Pool
from model.policies.production_quota import ProductionQuota
from model.policies.public_money import Support
from model.policies.recycling_mandate import RecyclingMandate
from model.policies.reference import Restricted, free_months
from model.policies.regimes import LicenceTerms
from model.policies.stock_obligation import StockObligation
from model.policies.stockpile import Stockpile
from model.policies.substitution_programme import SubstitutionProgramme
from model.policies.supply_shock import SupplyShock
from model.policies.surge_release import SurgeRelease
from model.policies.tariff import Tariff
from model.rules.numerics import choose, in_turn, share_of
from model.start.relations import home_first

if TYPE_CHECKING:
    from model.model import TradeModel

RELATION, FIRM, GOOD, CELL = "relation", "firm", "good", "good and firm"


class Lever(NamedTuple):
    """What instruments can move, one number for each relation, firm or good, or for each good and firm: its unit, what it means, what it is when nobody pulls (a number, or the parameter that says so), its kind of number."""

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
    "cut": Lever(RELATION, "1", "share of export parity that a state has its sellers not ask abroad"),
    "home_first": Lever(RELATION, "1", "whether it is at home, under a licence that asks for home to come first", 0, bool),
    "severity": Lever(FIRM, "1", "severity of restrictions announced", "belief_background"),
    "vigilance": Lever(FIRM, "1", "fear by which states support what is built, at least"),
    "factor": Lever(FIRM, "1", "capacity left by shocks", 1.0),
    "mandate": Lever(FIRM, "1", "share of a user's products at the end of their life that must be collected", "collection_mandate"),
    "months_to_build": Lever(FIRM, "1", "months from the decision to first output, as a multiple of what they would be", 1.0),
    "permitting": Lever(FIRM, "1", "share left of the time that permits take", 1.0),
    "cost_to_build": Lever(FIRM, "1", "capital cost of what is decided on, as a multiple of what it would be", 1.0),
    "demand": Lever(FIRM, "1", "what a user needs over what it would need without shocks of demand", 1.0),
    "redesign_speed": Lever(FIRM, "1", "how much faster a user designs goods out than is usual", 1.0),
    "freight": Lever(RELATION, "1", "freight over the usual", 1.0),
    "delay": Lever(RELATION, "months", "time by which what leaves arrives later than usual", 0, np.int64),
    "barred": Lever(RELATION, "1", "whether the buyer may not buy there: rules of origin", 0, bool),
    "foretold": Lever(RELATION, "1", "whether it is barred or known to be going to be", 0, bool),
    "preference": Lever(RELATION, "1", "by how much dearer the goods seem to the buyer than they are: rules of origin"),
    "held_back": Lever(RELATION, "1", "share of scrap that may not leave the country"),
    "obliged": Lever(CELL, "months", "stock that must be aimed at, at least"),
    "enforcement": Lever(GOOD, "1", "how hard customs look for what goes around controls"),
    "openness": Lever(GOOD, "1", "openness of trade announced", 1.0),
}
"""All levers by name: the attribute of `Levers` they are."""

Measure = TargetedExportMeasure | ExportQuota | Tariff | OriginRule
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
    relations it covers (under_office, under_quota); by state quotas on what its makers produce (production), stockpiles, pools of them and surge releases; what supports firms, and whether it is in force or announced (supports); relations on which members of each group buy together (joint);
    instruments that make others pay: mandates to collect, obligations to hold stocks, and programmes that bear part of redesigns (mandates, obligations, redesigns); purchases that states guarantee, in force or announced (offtakes).
    """

    controlled: np.ndarray
    least_months: np.ndarray
    approval: np.ndarray
    denial: np.ndarray
    tariff: np.ndarray
    banned: np.ndarray
    general: np.ndarray
    cut: np.ndarray
    home_first: np.ndarray
    severity: np.ndarray
    vigilance: np.ndarray
    factor: np.ndarray
    mandate: np.ndarray
    months_to_build: np.ndarray
    permitting: np.ndarray
    cost_to_build: np.ndarray
    demand: np.ndarray
    redesign_speed: np.ndarray
    freight: np.ndarray
    delay: np.ndarray
    barred: np.ndarray
    foretold: np.ndarray
    preference: np.ndarray
    held_back: np.ndarray
    obliged: np.ndarray
    enforcement: np.ndarray
    openness: np.ndarray

    def __init__(self, model: "TradeModel") -> None:
        self.model, n = model, model.trade.size
        self.unreviewed: set[str] = set()
        """States that leave out the review of their production quotas."""
        goods = len(model.chain.goods)
        size: dict[str, int | tuple[int, int]] = {RELATION: n, FIRM: model.count, GOOD: goods, CELL: (goods, model.count)}
        for name, lever in LEVERS.items():
            setattr(self, name, np.full(size[lever.of], lever.neutral(model.p), lever.dtype))
        self.terms = Terms(controlled=self.controlled, least_months=self.least_months, approval=self.approval, denial=self.denial)
        self.rank, self.open, self.destinations = model.trade.rank, np.ones(n), int(model.trade.at.max()) + 1
        self.capacities, self.places = np.zeros(0), np.zeros((0, self.destinations))
        self.quotas: list[float] = []
        self.production: list[ProductionQuota] = []
        self.offtakes: tuple[Offtake, ...] = ()
        self.joint: list[np.ndarray] = []
        self.mandates: list[RecyclingMandate] = []
        self.obligations: list[StockObligation] = []
        self.redesigns: list[SubstitutionProgramme] = []
        self.stockpiles: list[Stockpile] = []
        self.pools: list[Pool] = []
        self.surges: list[SurgeRelease] = []
        self.supports: list[tuple[Support, bool]] = []
        self.under_office = self.under_quota = np.zeros((0, n), bool)
        self.limited = np.zeros(0, np.int64)
        self.known: dict[tuple[str, Hashable], Any] = {}
        self.drawn: dict[tuple[str, ...], float] = {}
        self.restricted: list[Restricted] = []
        self.pulled: list[Instrument] = []
        self.standing: list[tuple[Instrument, bool]] | None = None
        self.acting: list[Instrument] = []
        """Instruments in force this month that have money left or need none."""

    def lift(self) -> None:
        """Hands off every lever: they go back to neutral, unless the same hands pull them again (`settle`)."""
        self.pulled = []

    def settle(self) -> None:
        """The instruments enacted pull the levers; while they are those of last month, and steady, the levers stand as they are."""
        acts = [(each, each.in_force(self.model.now)) for each in self.model.treasury.solvent(self.pulled)]
        self.acting = [each for each, stands in acts if stands]
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
        self.standing = acts if all(each.stays for each, _ in acts) else None

    def stop(self) -> None:
        """What general licences free is not controlled. A ban is a licence that nobody gets: what is banned is, and of what is applied for nothing is approved for it."""
        self.controlled *= 1.0 - self.general
        self.controlled[:] = np.maximum(self.controlled, self.banned)
        self.open[:] = choose(self.controlled, share_of(self.controlled - self.banned, self.controlled), 1.0)
        self.approval *= self.open

    def reset(self) -> None:
        """Every lever back to neutral."""
        self.unreviewed = set()
        for name, lever in LEVERS.items():
            getattr(self, name).fill(lever.neutral(self.model.p))
        self.capacities, self.places, self.quotas, self.production = np.zeros(0), np.zeros((0, self.destinations)), [], []
        self.offtakes = ()
        self.stockpiles, self.pools, self.surges, self.supports = [], [], [], []
        self.under_office = self.under_quota = np.zeros((0, self.model.trade.size), bool)
        self.joint, self.mandates, self.obligations, self.redesigns = [], [], [], []

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
        share, rate, factor = self.asked(measure, terms, rows)
        flow, capacity = self.free_flow(measure, rows), self.ceiling(measure, rows, self.draw(measure, terms))
        return rows, share, rate, capacity, self.parts(flow, rows, factor, capacity)

    def asked(self, measure: ExportLicence, terms: LicenceTerms, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """On some relations: the share that needs the licence, the approval rate, and how well the destination is treated."""
        buyers = self.model.trade.buyer[rows]
        factor = 1.0 - self.model.p.treatment * (1.0 - self.model.by_country(self.strictness(measure, terms))[buyers])
        defence = self.model.is_defence[buyers]
        strict = np.maximum(1.0 - factor, np.where(defence, self.model.p.defence_strictness, 0.0))
        general = np.where(defence, 0.0, terms.general_licence_share)
        controlled = terms.controlled_share * (1.0 - general)
        share = controlled + (terms.controlled_share > 0.0) * (1.0 - controlled) * strict * getattr(measure, "month_share", 1.0)
        rate = np.minimum(terms.approval_rate, np.where(defence, terms.defence_approval_rate, 1.0))
        return share, rate, factor

    def licence_abroad(self, measure: ExportLicence, terms: LicenceTerms) -> None:
        """E8.6: what is sold between other countries and holds more than the least of Chinese origin needs the licence as far as its sellers comply; an office of its own grants it."""
        if terms.controlled_share <= 0.0:
            return
        rows, comply, share, rate, factor, flow = self.kept("beyond", (measure, terms.goods), lambda: self.beyond(measure, terms))
        bound = (self.model.provenance.of(rows) > measure.de_minimis) & (comply > 0.0)
        rows, share, flow = rows[bound], (comply * share)[bound], (comply * flow)[bound]
        granted = self.draw(measure, terms)
        capacity = np.inf if granted is None else granted * float(in_turn(flow))
        kernels.tighten(rows, self.terms, Licence(controlled=share, least_months=terms.minimum_months, approval=rate[bound], denial=terms.denial_rate))
        self.capacities, self.places = np.append(self.capacities, capacity), np.concatenate([self.places, self.parts(flow, rows, factor[bound], capacity)[None]])
        self.under_office = self.with_row(self.under_office, rows)

    def beyond(self, measure: ExportLicence, terms: LicenceTerms) -> tuple[np.ndarray, ...]:
        """Relations between other countries that a licence may reach, the share of sellers there that comply, what it asks of them, and what flowed on them while trade was free."""
        model, countries = self.model, np.where(self.model.region_of == EU, EU, self.model.country_of)
        others = [country for country in model.facts.words.countries if country not in measure.sellers]
        rows = model.trade.between(others, measure.buyers, terms.goods, measure.covered_sectors)
        rows = rows[countries[model.trade.seller[rows]] != countries[model.trade.buyer[rows]]]
        table = model.facts.tables["compliance"]
        judged = dict(zip(table["country"], table["complies"], strict=True)) | measure.compliance
        comply = np.array([judged.get(country, 0.0) for country in model.country_of])[model.trade.seller[rows]]
        return rows, comply, *self.asked(measure, terms, rows), self.free_flow(measure, rows)

    def parts(self, flow: np.ndarray, rows: np.ndarray, factor: np.ndarray, capacity: float) -> np.ndarray:
        """(place,): what an office grants each destination at most, leading grams a month: its part of the reference flow, weighted by how it is treated; inf for those treated best, who get the rest.

        Members of the European Union count one by one.
        """
        most, place = np.full(self.destinations, np.inf), self.model.trade.at[rows]
        if (factor >= 1.0).all():
            return most
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

    def with_content(self, tariff: Tariff) -> tuple[np.ndarray, np.ndarray]:
        """Relations with goods a tariff names and with what is made of these, and the part of its rate that counts on each."""
        chain = self.model.chain
        share = held_in(self.model.market, [chain.number[good] for good in tariff.covered_goods if good in chain.number])
        rows = self.relations(tariff, tuple(good for good, part in zip(chain.goods, share, strict=True) if part > 0.0))
        return rows, tariff.rate * share[self.model.trade.good[rows]]

    def abroad(self, sellers: frozenset[str], buyers: frozenset[str], goods: tuple[str, ...]) -> np.ndarray:
        """Relations from some countries to others, for some goods, that leave the country."""

        def found() -> np.ndarray:
            trade, country = self.model.trade, self.model.country_of
            rows = trade.between(sellers, buyers, goods)
            return rows[country[trade.seller[rows]] != country[trade.buyer[rows]]]

        return self.kept("abroad", (sellers, buyers, goods), found)

    def firms_in(self, countries: frozenset[str], sectors: frozenset[str] | None = None) -> np.ndarray:
        """Rows of the firms in some countries, or of the users of some sectors there."""

        def found() -> np.ndarray:
            here = self.model.in_countries(countries)
            return np.flatnonzero(here if sectors is None else here & np.isin(self.model.sector_names, list(sectors)))

        return self.kept("firms in", (countries, sectors), found)

    def numbers(self, goods: tuple[str, ...]) -> np.ndarray:
        """Numbers of the goods that the world has."""
        return np.array([self.model.chain.number[good] for good in goods if good in self.model.chain.number], np.int64)

    def of_goods(self, goods: tuple[str, ...]) -> np.ndarray:
        """Which relations are in some goods."""
        return np.isin(self.model.trade.good, self.numbers(goods))

    def of_firms(self, rows: np.ndarray, sellers: Iterable[str]) -> np.ndarray:
        """Those of some relations on which named firms sell to customers that are not defence."""
        trade, names = self.model.trade, set(sellers)
        chosen = np.array([agent.name in names for agent in self.model.firms.agents])
        return rows[chosen[trade.seller[rows]] & ~self.model.is_defence[trade.buyer[rows]]]

    def to_firms(self, rows: np.ndarray, buyers: Iterable[str]) -> np.ndarray:
        """Those of some relations on which named firms buy."""
        names = set(buyers)
        return rows[np.array([agent.name in names for agent in self.model.firms.agents])[self.model.trade.buyer[rows]]]

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
