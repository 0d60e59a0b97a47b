"""TradeModel: a trade network of critical minerals and its month."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Self

import networkx as nx
import numpy as np
import xarray as xr

from model import switches
from model.agents import FIRMS, State
from model.agents.firm import Firm
from model.agents.state import States
from model.casting import check_class, recruit
from model.chain import HOLD, USE, kind_of
from model.chance import Chance, key
from model.charges import Charges
from model.checked import SHORT
from model.collection import Collection
from model.columns import Columns, Group, View, described
from model.conduct import Conduct
from model.construction import Construction
from model.contracts import Contracts
from model.customs import Customs
from model.designs import Designs
from model.errors import InputError
from model.finance import Finance
from model.ledger import Ledger
from model.levers import Levers
from model.licensing import Licensing
from model.market import Market
from model.monthly import USUAL_SEED, MonthlyModel, seed_of
from model.names import DEFENCE, EU, month_index, month_name
from model.network import Network
from model.offtakes import Offtakes
from model.outlook import Outlook
from model.parameters import Values
from model.parts import Parts
from model.policies.book import Book
from model.policies.breaking import broken
from model.policies.doctrine import Doctrine
from model.policies.doctrines import SCHEDULED, doctrine_of
from model.policies.instrument import Instrument
from model.programmes import Programmes
from model.provenance import Provenance
from model.rationing import Rationing
from model.recorder import Recorder
from model.routes import Routes
from model.rules.numerics import in_turn
from model.scenario import Scenario, restrictions
from model.schedule import SCHEDULE
from model.season import Season
from model.start.balance import calibrate_sourcing, fill_pipes, measured, share_purchases
from model.start.endowment import endow
from model.start.plants import UNKNOWN
from model.start.technology import chinese_technology
from model.start.traits import traits
from model.start.used import age_classes
from model.stocks import Stocks
from model.trade import Trade
from model.treasury import Treasury
from model.version import __version__
from model.world import World

LATE_GROWTH_FROM = month_index("2030-01")
"""demand.csv gives one growth rate to 2030 and one from then on."""


class TradeModel(MonthlyModel):
    """One run of a scenario in a world. Firms trade grams of elements; states decide what may cross their borders.

    scenario: a `Scenario`, or the name or path of one; the model calls it `course`; world: the name of a shipped world, the folder of one of your own, or a
    built `World`; parts: what you add to it (`model.parts.Part`), objects or classes; seed: the run's luck, drawn if None; agentwise: every firm acts
    alone, in shuffled order, instead of in cohorts (same bits, slower); cast: {firm name: subclass} for firms that are to behave in a way of their own;
    rng: the seed under the name Mesa gives it.
    """

    version = __version__

    def __init__(
        self, scenario: Scenario | str | Path, seed: object = USUAL_SEED, agentwise: bool = False, cast: dict[str, type[Firm]] | None = None,
        world: World | str | Path | None = None, parts: Iterable[Any] = (), rng: object = None,
    ) -> None:  # fmt: skip
        facts = World.load(world)
        scenario = Scenario.load(scenario, facts.words) if isinstance(scenario, str | Path) else scenario
        self.check_start(scenario, cast)
        scenario = scenario.at_home(facts.words)
        seed = seed_of(seed, rng)
        super().__init__(rng=seed)
        self.course, self.seed, self.agentwise = scenario, seed, agentwise
        self.facts, self.chain = facts, facts.chain
        self.p = Values(**{name: each.value for name, each in facts.parameters.items()} | dict(scenario.parameters))
        switches.turn(self.p, facts.switches.values())
        self.first, self.last = facts.first, month_index(scenario.last_month)
        self.now = self.first - 1
        self.month = None
        self.late_growth_from = LATE_GROWTH_FROM
        self.heavy = self.chain.heavy
        self.headline_goods = np.array([self.chain.index(good) for good in facts.headline.goods])
        self.chance, self.parts = Chance(self.seed), Parts(self, parts)
        self.found_firms(cast or {})
        self.found_trade()
        self.found_states()
        self.recorder = Recorder(self)
        self.timings: dict[str, float] = {}

    @staticmethod
    def check_start(scenario: object, cast: object) -> None:
        """Refuses what is no scenario and no cast."""
        if not isinstance(scenario, Scenario):
            raise InputError(f'TradeModel: scenario: {SHORT.repr(scenario)} is not a Scenario; write "truce_holds" or Scenario.load("truce_holds")')
        if cast is not None and not isinstance(cast, dict):
            raise InputError(f'TradeModel: cast: {SHORT.repr(cast)} is no table of firms; write {{"name of the firm": its class}}')

    # ------------------------------------------------------------------ the month
    def step(self) -> None:
        """One month: the phases of `model.schedule` in their order, each with what parts do before and after it."""
        for phase in SCHEDULE:
            self.parts.act("before", phase["phase"])
            for call in phase["calls"]:
                call(self)
            self.parts.act("after", phase["phase"])

    def announce(self) -> None:
        """What was enacted takes effect; firms and relations learn the limits in force."""
        self.levers.settle()
        self.severity[:], self.vigilance[:] = self.levers.severity, self.levers.vigilance
        self.factor[:] = self.levers.factor * self.finance.running
        self.cost_to_build[:] = self.levers.cost_to_build
        self.shocked[:], self.hastened[:], self.obliged[:] = self.levers.demand, self.levers.redesign_speed, self.levers.obliged
        self.trade.heed()

    def run_until(self, month: str) -> Self:
        """Runs to the end of a month, "YYYY-MM"."""
        try:
            target = month_index(month)
        except (ValueError, AttributeError, TypeError):
            raise InputError(f'run_until: {month!r} is not a month; write "YYYY-MM"') from None
        if target > self.last:
            raise InputError(f"run_until: {month} is after the scenario's last month {month_name(self.last)}; set last_month later")
        if target < self.now:
            raise InputError(f"run_until: {month} is over, the model stands at {self.month}; give a later month or make a new model")
        while self.now < target:
            self.step()
        return self

    def run(self) -> Self:
        """Runs to the scenario's last month."""
        return self.run_until(month_name(self.last))

    # ------------------------------------------------------------------ results and policy from Python
    @property
    def graph(self) -> nx.MultiDiGraph:
        """networkx.MultiDiGraph of the last month: agents with their stocks, relations with their flows."""
        return self.network.graph()

    def results(self, firms: bool = False) -> xr.Dataset:
        """xarray.Dataset over the months run so far; firms: with output, use, price, margin, cash, debt and state of each maker (`firm_...`)."""
        return self.recorder.dataset(firms)

    def impose(self, instrument: Instrument) -> None:
        """Puts an instrument in force from its date on; one of the same name is replaced."""
        self.book.impose(instrument)

    def lift(self, name: str) -> Instrument:
        """Takes an instrument out of force from the next month on, and returns it."""
        return self.book.remove(name)

    def break_truce(self) -> None:
        """Breaks the truce from the coming month on (`Scenario.broken`); `InputError` where none stands, and nothing is changed."""
        self.book.replace(broken(self.book.instruments.values(), month_name(self.now + 1), restrictions(self.facts.words)))

    def in_force(self) -> tuple[Instrument, ...]:
        """Instruments in force in the coming month."""
        return self.book.in_force(min(self.now + 1, self.last))

    @property
    def schedule(self) -> list[dict[str, Any]]:
        """The month in order: what each phase reads and writes, and the seconds it has taken so far when timed."""
        return [dict(phase, seconds=self.timings.get(phase["phase"], 0.0)) for phase in SCHEDULE]

    def timed_step(self) -> None:
        """A step that notes how long each phase takes (see `schedule`)."""
        for phase in SCHEDULE:
            started = perf_counter()
            self.parts.act("before", phase["phase"])
            for call in phase["calls"]:
                call(self)
            self.parts.act("after", phase["phase"])
            self.timings[phase["phase"]] = self.timings.get(phase["phase"], 0.0) + perf_counter() - started

    # ------------------------------------------------------------------ founding
    def found_firms(self, cast: dict[str, type[Firm]]) -> None:
        """Agents in the order of what they do, and their columns."""
        entities = self.facts.entities
        self.count, self.does = len(entities), [str(does) for does in entities.process]
        kinds: dict[str, type[Firm]] = {kind.__name__: kind for kind in FIRMS}
        roles = {does: kinds[kind_of(does, self.chain)] for does in (*self.chain.by_name, USE, HOLD)}
        self.columns, self.conduct = Columns(roles, self.chain, self.count, age_classes(self.p.lifetime_spread)), Conduct(self)
        self.check_cast(cast, entities, kinds)
        known = enumerate(zip(entities.index, entities.kind, entities.country, strict=True))
        made = [recruit(cast.get(name, kinds[kind]), self, name, country, row) for row, (name, kind, country) in known]
        places = {does: at for at, does in enumerate(roles)}
        order = [places[does] for does in self.does]
        self.rows = {does: slice(*np.searchsorted(order, [at, at + 1]).tolist()) for does, at in places.items()}
        self.firms = Group(self, made)
        members = {does: [agent for agent in made if agent.does == does] for does in roles}
        of_kind = {kind: [agent for agent in made if agent.kind == kind] for kind in kinds}
        self.thrifty = Group(self, of_kind["MagnetMaker"] + of_kind["OEM"])
        self.oems, self.recyclers = Group(self, of_kind["OEM"]), Group(self, of_kind["Recycler"])
        self.makers = Group(self, [agent for agent in made if agent.does in self.chain.by_name])
        self.payers = Group(self, [agent for agent in self.makers.agents if agent.kind not in UNKNOWN])
        self.buyers = Group(self, [agent for agent in made if agent.kind != "Miner"])
        self.sweep = [Group(self, members[does]) for does in self.chain.sweep if members[does]]
        self.attach_columns()
        self.sector_names = entities.sector.to_numpy(str)
        self.region_of, self.country_of = entities.group.to_numpy(str), entities.country.to_numpy(str)
        use = self.facts.words.use_of
        self.is_defence = np.array([use.get(sector) == DEFENCE for sector in self.sector_names])
        self.standing_in: dict[frozenset[str], np.ndarray] = {}

    def check_cast(self, cast: dict[str, type[Firm]], entities: Any, kinds: dict[str, type[Firm]]) -> None:
        """A firm can be played only by its own kind."""
        for name, kind in cast.items():
            if name not in entities.index:
                raise InputError(f"cast: {name!r}: no firm or sector@country has this name; see model.agents")
            if not (isinstance(kind, type) and issubclass(kind, kinds[entities.kind[name]])):
                raise InputError(f"cast: {name!r}: {getattr(kind, '__name__', SHORT.repr(kind))} is no {entities.kind[name]}; subclass that")
            check_class(name, kind, kinds[entities.kind[name]])

    def attach_columns(self) -> None:
        """Every column over all firms as an attribute of the model: `model.capacity` has one entry per firm. Those whose name stands for different things
        in different kinds of firms, or for something else of a model (`running`), are reached through `columns` only."""
        found: dict[str, list[np.ndarray]] = {}
        for does, arrays in self.columns.items():
            for name, column in described(self.columns.kinds[does]).items():
                if not isinstance(column, View) and not any(arrays[name] is known for known in found.get(name, ())):
                    found.setdefault(name, []).append(arrays[name])
        self.__dict__.update({name: arrays[0] for name, arrays in found.items() if len(arrays) == 1 and name not in vars(self)})

    def found_trade(self) -> None:
        """Relations, markets, borders and books."""
        facts = self.facts
        self.trade, self.season = Trade(self, facts.relations, traits(facts, self)), Season(self)
        endow(self, facts)
        self.chinese_technology[:] = chinese_technology(facts, self.p)
        fill_pipes(self, facts)
        share_purchases(self)
        self.contracts, self.measures = Contracts(self, facts.agreements), measured(self)
        self.offtakes = Offtakes(self)
        self.designs = Designs(self, facts)
        self.treasury = Treasury(self)
        self.market, self.customs, self.levers = Market(self, facts), Customs(self), Levers(self)
        self.collection, self.charges, self.programmes = Collection(self), Charges(self), Programmes(self)
        self.outlook = Outlook(self)
        self.finance = Finance(self, facts)
        self.construction = Construction(self, facts.projects)
        self.stocks, self.routes = Stocks(self), Routes(self)
        self.levers.reset()
        self.licensing, self.rationing = Licensing(self), Rationing(self)
        self.provenance = Provenance(self)
        self.parts.found()
        self.ledger, self.network = Ledger(self), Network(self)
        self.outlook.survey()
        self.market.post_prices()
        calibrate_sourcing(self)

    def found_states(self) -> None:
        """One government per country, with its doctrine."""
        scenario = self.course
        since = month_index(scenario.doctrines_from or self.facts.start)
        self.book = Book(self, scenario.events)
        countries = [str(c) for c in self.facts.countries.index]
        made = [State(self, country, self.doctrine(country, since)) for country in countries]
        self.states = States(self, made)

    def doctrine(self, country: str, since: int) -> Doctrine:
        """How a state comes to its instruments; `InputError` where it cannot in this world."""
        try:
            return doctrine_of(self, country, self.course.doctrines.get(country, SCHEDULED), since)
        except InputError as error:
            raise InputError(f"doctrines.{country}: {error}") from None

    # ------------------------------------------------------------------ small services
    def shuffled[Actor](self, agents: Sequence[Actor]) -> list[Actor]:
        """The agents in an order that differs from month to month."""
        order = np.random.default_rng((self.seed, self.elapsed)).permutation(len(agents))
        return [agents[i] for i in order]

    @property
    def elapsed(self) -> int:
        """Months since the world's first one."""
        return self.now - self.first

    def use_of(self, sectors: tuple[str, ...]) -> float:
        """Need of some sectors this month over that at the start; 1 where none is named."""
        if not sectors:
            return 1.0
        rows = np.isin(self.sector_names, sectors)
        before = float(in_turn(self.base_need[:, rows].sum(axis=0)))
        return float(in_turn(self.need[:, rows].sum(axis=0))) / before if before > 0.0 else 1.0

    def key_of(self, words: object) -> np.uint64:
        """A key for luck that belongs to a name."""
        return np.uint64(key(words))

    def in_countries(self, countries: Iterable[str]) -> np.ndarray:
        """Which firms stand in some countries; China's own sales at home are never exports."""
        countries = frozenset(countries)
        if countries not in self.standing_in:
            self.standing_in[countries] = np.isin(self.country_of, list(countries))
        return self.standing_in[countries]

    def by_country(self, factors: Mapping[str, float]) -> np.ndarray:
        """A factor per firm from {country or EU27: factor}; 1 where none is given."""
        values = np.ones(self.count)
        for place, factor in sorted(factors.items(), key=lambda each: each[0] != EU):  # a member's own factor wins over the union's
            values[(self.country_of == place) | ((place == EU) & (self.region_of == EU))] = factor
        return values

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.attach_columns()
