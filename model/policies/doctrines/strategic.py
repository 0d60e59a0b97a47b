"""Strategic states: quantal response to closed-form payoffs, in months of an incident, when truces run out, and every few months."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.names import CHINA, MONTHS_A_YEAR
from model.parameters import Values
from model.policies.anti_coercion import AntiCoercion
from model.policies.doctrines.affairs import EXPIRY_MONTH, Affairs
from model.policies.doctrines.game import Game, game_of
from model.policies.doctrines.ladders import Ladder, Licences
from model.policies.doctrines.player import Decision, Player
from model.policies.doctrines.stakes import SLIGHT, VICTIMS, expected_loss, expected_losses, mean_belief
from model.policies.hardship import loss_now, region_members
from model.rules.numerics import choose, exponential, in_turn, power

if TYPE_CHECKING:
    from model.agents.state import State
    from model.model import TradeModel

TALKS, HIGHEST = 0, 2
"""An importer's rungs of no answer and of double duties."""


class View(NamedTuple):
    """What a strategic state sees: tension, whether this is a moment to decide and what makes it one; expected losses by rung and region, corrected by what came of earlier ones, and its own
    under the full package; the mean belief abroad, China's rung and the strongest answer to it; what breaking the truce would cost it today (share of the cost of a breach); whether a procedure against coercion is open to others."""

    tension: float
    due: bool
    expiry: bool
    losses: np.ndarray
    belief: float
    rung: int
    answer: float
    game: Game
    cause: str = "review"
    exposed: float = 0.0
    contract: float = 0.0
    coercion: bool = False


class Strategic(Player):
    """A player of the monthly game: quantal response to what each rung is worth to it. `realised`: by victim, what losses came to over what was expected of them, as it has learnt."""

    def __init__(self, country: str, ladder: Ladder) -> None:
        super().__init__(country, ladder)
        self.realised = np.ones(len(VICTIMS))

    def observe(self, state: "State") -> View:
        """Affairs between states; losses are estimated from stocks and dependence by region, and from what earlier restrictions brought."""
        model = state.model
        affairs, game, rung = model.states.affairs.advance(), game_of(model.facts), model.states.choice(CHINA)
        review = model.now % int(model.p.decision_interval) == 0 and (rung > 0 or model.states.answer() > 0)
        due = affairs.incident or affairs.expiry or bool(affairs.newly) or review
        losses = expected_losses(model, game) if due or rung > 0 else np.zeros((len(game.rungs), len(VICTIMS)))
        self.learn(model, losses[min(rung, len(losses) - 1)] if rung > 0 else np.zeros(len(VICTIMS)))
        losses = losses * self.realised if due else 0.0 * losses
        cause = "incident" if affairs.incident else "expiry" if affairs.expiry else "breach" if affairs.newly else "review"
        exposed = self.exposed(model, game) if due else 0.0
        coercion = any(isinstance(each, AntiCoercion) for other in model.states.agents for each in other.chosen)
        return View(float(affairs.tension or 0.0), due, affairs.expiry, losses, mean_belief(model), rung, float(model.states.answer()), game, cause, exposed, self.contract(state, affairs, game), coercion)

    def learn(self, model: "TradeModel", expected: np.ndarray) -> None:
        """G7: while restrictions stand, what was expected of them is corrected by what they bring."""
        speed = model.p.loss_learning
        for at in np.flatnonzero(expected > SLIGHT):
            came = loss_now(model, region_members(model, VICTIMS[at])) / expected[at]
            self.realised[at] += speed * (came - self.realised[at])

    def exposed(self, model: "TradeModel", game: Game) -> float:
        """G1 for its own users under the full package, corrected by what came of earlier losses where it is a region of its own."""
        learnt = float(self.realised[VICTIMS.index(self.country)]) if self.country in VICTIMS else 1.0
        return float(expected_loss(model, game, model.in_countries(region_members(model, self.country)))[game.package]) * learnt

    def contract(self, state: "State", affairs: Affairs, game: Game) -> float:
        """G7: a truce is a contract with a term: what is left of it until it runs out, as a share of a year, while it stands; void as far as the others break their word."""
        stands = state.model.states.choice(CHINA) < game.package and state.model.states.answer() == 0
        left = (EXPIRY_MONTH - state.model.now) % MONTHS_A_YEAR / MONTHS_A_YEAR
        return stands * left * (1.0 - affairs.broken_by_others(state.country))

    def weigh(self, state: "State", seen: View) -> Decision | None:
        """G4, where it is due."""
        return Decision(self.pick(state, self.payoffs(state.model.p, seen)), seen.cause) if seen.due else None

    def noise(self, p: Values) -> float:
        """How far from the best choice the player may stray (T of G4)."""
        raise NotImplementedError(f"{type(self).__name__} does not say how steady it is")

    def payoffs(self, p: Values, seen: View) -> np.ndarray:
        """Value of each rung."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its rungs are worth")

    def pick(self, state: "State", payoffs: np.ndarray) -> int:
        """G4: logit quantal response. Its luck is that of the term from one expiry to the next: what it made of things in spring it still makes of them in summer, unless they change."""
        term = (state.model.now - EXPIRY_MONTH) // MONTHS_A_YEAR
        luck = float(state.model.chance.uniform("choice", term, state.model.key_of(state.country)))
        odds = exponential((payoffs - payoffs.max()) / self.noise(state.model.p))
        return min(int((luck > np.cumsum(odds / odds.sum())).sum()), len(payoffs) - 1)


class StrategicExporter(Strategic):
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
        value += p.retaliation_weight * seen.answer / HIGHEST * severity
        value -= p.coercion_cost * seen.coercion * (1.0 - seen.game.throughput)
        value[seen.game.package :] -= p.breach_cost * seen.contract
        calm = seen.answer == TALKS
        value[0] += p.truce_value * (1.0 - seen.tension) * calm
        value[:2] += p.relief_value * (self.choice >= seen.game.package and calm)
        value[-1] -= p.embargo_cost
        value[seen.game.package] += p.expiry_pull * seen.expiry
        steps = np.abs(np.arange(len(seen.game.rungs)) - self.choice) * 1.0
        change = choose(steps, power(steps, p.inertia_power), 0.0)
        return value - p.inertia * change * (p.expiry_ease if seen.expiry else 1.0)


class StrategicImporter(Strategic):
    """Answers restrictions in two steps (or in one, where it has no other), and returns to talks when its own losses would be large (G3)."""

    def noise(self, p: Values) -> float:
        return p.choice_noise_usa

    def payoffs(self, p: Values, seen: View) -> np.ndarray:
        """Value of talks, of an answer, of a double answer."""
        exposed, provoked = seen.exposed, seen.rung >= seen.game.package
        talks = p.us_truce_value
        single = p.us_single * p.us_escalation * seen.tension - p.us_single * p.us_restraint * exposed + p.us_provoked * provoked
        double = p.us_escalation * (seen.tension - p.us_double_from) - p.us_restraint * exposed + p.us_provoked_double * provoked
        value = np.array([talks, *[single] * min(self.ladder.top, 1), *[double] * (self.ladder.top - 1)])
        value[1:] -= p.breach_cost * seen.contract
        return value - p.inertia * (np.arange(len(value)) != self.choice)


def strategic(country: str, ladder: Ladder) -> Player:
    """A strategic state, by what it can do."""
    return StrategicExporter(country, ladder) if isinstance(ladder, Licences) else StrategicImporter(country, ladder)


__all__ = ["TALKS", "Strategic", "StrategicExporter", "StrategicImporter", "View", "strategic"]
