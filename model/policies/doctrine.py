"""Doctrines: how a state comes to its instruments. Scheduled states follow dated events; reactive ones weigh the others' moves."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.errors import InputError
from model.names import CHINA, MONTHS_A_YEAR, month_name
from model.parameters import Values
from model.policies.export_licence import ExportLicence
from model.policies.instrument import Instrument
from model.policies.tariff import Tariff
from model.rules.numerics import choose, exponential, in_turn, power
from model.words import spoken

if TYPE_CHECKING:
    from model.agents.state import State
    from model.model import TradeModel
    from model.world import World

VICTIMS = ("USA", "EU27", "JPN", "ROW")
"""Regions that would be hit; their weight in China's leverage are the parameters leverage_usa and so on."""
ANSWERS = ("talks", "duties", "double duties")
"""What the United States can choose."""
TALKS = ANSWERS.index("talks")
EXPIRY_MONTH = 10
"""November, when the truces of 2025 and after run out (0 is January)."""
SLIGHT = 1e-3
"""A shortage below this counts as this when it is asked how long stocks last."""


class Game(NamedTuple):
    """What the players of a world move on ([game] in its world.toml): the ladder of regimes, the rung that counts as the full package,
    what China licenses and the United States taxes in answer; severity and throughput of each rung, as announced and as perceived."""

    rungs: tuple[str, ...]
    package: int
    licensed: tuple[str, ...]
    taxed: tuple[str, ...]
    severity: np.ndarray
    throughput: np.ndarray


def game_of(world: "World") -> Game:
    """The game of a world; `InputError` where it has none."""
    said, words = world.said.game, world.words
    if said is None:
        raise InputError(f"world.toml: game is missing, so nobody can be reactive in {world.name}; give it, or make its states scheduled")
    severity = np.array([words.terms[rung][0].announced_severity for rung in said.rungs])
    return Game(said.rungs, said.rungs.index(said.package), said.licensed, said.taxed, severity, np.array([words.perceived[rung] for rung in said.rungs]))


class Scheduled:
    """The state does what its dated events say."""

    plays = False
    """Whether it must be asked each month, even where nothing is scheduled: so is every doctrine that is more than this one."""

    def __init_subclass__(cls) -> None:
        cls.plays = True

    def observe(self, state: "State") -> "View | None":
        """Nothing needs to be seen."""

    def decide(self, state: "State", seen: "View | None") -> tuple[Instrument, ...]:
        """The instruments in force this month."""
        return state.model.book.of(state.country, state.model.now)


class View(NamedTuple):
    """What a reactive state sees: tension, whether this is a moment to decide, and expected losses by rung and region."""

    tension: float
    due: bool
    expiry: bool
    losses: np.ndarray
    belief: float
    rung: int
    answer: int
    game: Game


class Reactive(Scheduled):
    """A player of the monthly game: quantal response to closed-form payoffs (model specification 4.3 and 4.4)."""

    def __init__(self, since: int) -> None:
        self.since = since
        self.tension: float | None = None
        self.choice, self.months = 0, 0

    def observe(self, state: "State") -> "View | None":
        """Tension drifts, jumps at incidents; losses are estimated from stocks and dependence by region."""
        model, p = state.model, state.model.p
        if model.now < self.since:
            return None
        luck = [float(model.chance.uniform(word, model.now, model.key_of("tension"))) for word in ("incident", "size")]
        shock = float(model.chance.normal("tension", model.now, model.key_of("tension")))
        incident = luck[0] < p.incident_rate
        before = p.tension_mean if self.tension is None else self.tension
        moved = before + p.tension_return * (p.tension_mean - before) + p.tension_noise * shock + incident * luck[1] * p.incident_size
        rung, answer = (choice_of(model, country) for country in (CHINA, "USA"))
        game = game_of(model.facts)
        moved -= p.tension_spent * (rung >= game.package) + p.tension_calm * (rung == 0 and answer == TALKS)
        self.tension = tension = min(max(moved, 0.0), 1.0)
        expiry = model.now % MONTHS_A_YEAR == EXPIRY_MONTH
        due = incident or expiry or model.now % int(p.decision_interval) == 0
        losses = expected_losses(model, game) if due else np.zeros((len(game.rungs), len(VICTIMS)))
        return View(tension, due, expiry, losses, mean_belief(model), rung, answer, game)

    def decide(self, state: "State", seen: "View | None") -> tuple[Instrument, ...]:
        """Scheduled instruments, and the one this doctrine chose."""
        standing = super().decide(state, seen)
        if seen is None:
            return standing
        if seen.due:
            payoffs = self.payoffs(state.model.p, seen)
            self.choice = self.pick(state, payoffs)
        return (*standing, *self.instruments(state.model))

    def noise(self, p: Values) -> float:
        """How far from the best choice the player may stray (T of G4)."""
        raise NotImplementedError(f"{type(self).__name__} does not say how steady it is")

    def payoffs(self, p: Values, seen: View) -> np.ndarray:
        """Value of each choice."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its choices are worth")

    def instruments(self, model: "TradeModel") -> tuple[Instrument, ...]:
        """What its choice means."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it does")

    def pick(self, state: "State", payoffs: np.ndarray) -> int:
        """G4: logit quantal response."""
        luck = float(state.model.chance.uniform("choice", state.model.now, state.model.key_of(state.country)))
        odds = exponential((payoffs - payoffs.max()) / self.noise(state.model.p))
        return min(int((luck > np.cumsum(odds / odds.sum())).sum()), len(payoffs) - 1)


class ReactiveChina(Reactive):
    """Restricts in answer to tariffs and curbs while leverage is worth more than lost exports (G2)."""

    def noise(self, p: Values) -> float:
        return p.choice_noise_china

    def payoffs(self, p: Values, seen: View) -> np.ndarray:
        """Value of each rung."""
        severity, losses = seen.game.severity, seen.losses / p.full_leverage_loss
        leverage = in_turn(losses * np.array([getattr(p, f"leverage_{region.lower()}") for region in VICTIMS]))
        surprise = np.maximum(severity - seen.belief, 0.0)
        value = p.leverage_weight * seen.tension * leverage - p.export_loss_weight * (1.0 - seen.game.throughput)
        value -= p.diversification_weight * surprise + p.third_country_weight * losses[:, 1:].mean(axis=1)
        value += p.retaliation_weight * seen.answer / (len(ANSWERS) - 1) * severity
        calm = seen.answer == TALKS
        value[0] += p.truce_value * (1.0 - seen.tension) * calm
        value[:2] += p.relief_value * (self.choice >= seen.game.package and calm)
        value[-1] -= p.embargo_cost
        value[seen.game.package] += p.expiry_pull * seen.expiry
        steps = np.abs(np.arange(len(seen.game.rungs)) - self.choice) * 1.0
        change = choose(steps, power(steps, p.inertia_power), 0.0)
        return value - p.inertia * change * (p.expiry_ease if seen.expiry else 1.0)

    def instruments(self, model: "TradeModel") -> tuple[Instrument, ...]:
        """The regime of the rung it stands on; the scenario's own licences are the floor."""
        if self.choice == 0:
            return ()
        self.months = self.months if getattr(self, "held", None) == self.choice else model.now
        self.held = self.choice
        game = game_of(model.facts)
        regime, since = game.rungs[self.choice], month_name(self.months)
        name = f"{regime} in answer, {since}"
        with spoken(model.facts.words):
            return (ExportLicence(date=since, name=name, origin=CHINA, goods=game.licensed, regime=regime, source="assumption"),)


class ReactiveUSA(Reactive):
    """Answers restrictions with tariffs in two steps, and returns to talks when its own losses would be large (G3)."""

    def noise(self, p: Values) -> float:
        return p.choice_noise_usa

    def payoffs(self, p: Values, seen: View) -> np.ndarray:
        """Value of talks, of tariffs, of double tariffs."""
        exposed, provoked = seen.losses[seen.game.package, 0], seen.rung >= seen.game.package
        talks = p.us_truce_value
        tariffs = p.us_single * p.us_escalation * seen.tension - p.us_single * p.us_restraint * exposed + p.us_provoked * provoked
        double = p.us_escalation * (seen.tension - p.us_double_from) - p.us_restraint * exposed + p.us_provoked_double * provoked
        change = np.arange(len(ANSWERS)) != self.choice
        return np.array([talks, tariffs, double]) - p.inertia * change

    def instruments(self, model: "TradeModel") -> tuple[Instrument, ...]:
        """Duties on Chinese goods on top of those scheduled."""
        if self.choice == TALKS:
            return ()
        rate, since = self.choice * model.p.us_answer_tariff, month_name(self.since)
        goods = game_of(model.facts).taxed
        with spoken(model.facts.words):
            return (Tariff(date=since, name=f"Answering duty {rate:.2f}", importer="USA", origins=(CHINA,), goods=goods, rate=rate, source="assumption"),)


REACTIVE = {CHINA: ReactiveChina, "USA": ReactiveUSA}
"""States that can be given the reactive doctrine."""


def choice_of(model: "TradeModel", country: str) -> int:
    """The other side's last choice, as published; 0 for a state that only follows its schedule."""
    doctrine = model.states.by_country[country].doctrine
    return getattr(doctrine, "choice", 0)


def mean_belief(model: "TradeModel") -> float:
    """Mean belief of the users of headline goods outside China."""
    rows = np.flatnonzero(np.isin(model.sector_names, model.facts.headline.sectors))
    return float(in_turn(model.belief[rows] * model.abroad[rows]) / max(model.abroad[rows].sum(), 1.0))


def expected_losses(model: "TradeModel", game: Game) -> np.ndarray:
    """G1: share of need lost over the planning horizon, by rung and region, from stocks and dependence on China."""
    trade, p = model.trade, model.p
    goods = model.headline_goods
    counts = np.isin(trade.good, goods)
    use = trade.share * model.expected.ravel()[trade.buyer_cell]
    group = model.region_of[trade.buyer]
    table = []
    for region in VICTIMS:
        at = counts & (group == region)
        need = max(float(in_turn(use[at])), 1.0)
        china = float(in_turn((use * trade.from_china)[at])) / need
        firms = model.region_of == region
        cover = float(in_turn(model.held[goods].sum(axis=0)[firms])) / max(float(in_turn(model.expected[goods].sum(axis=0)[firms])), 1.0)
        short = china * (1.0 - game.throughput)
        stop = p.stock_in_reach * cover / np.maximum(short, SLIGHT)
        table.append(short * np.clip(1.0 - stop / p.planning_horizon, 0.0, 1.0))
    return np.array(table).T
