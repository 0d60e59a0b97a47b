"""Strategic states: quantal response to closed-form payoffs, in months of an incident, when truces run out, and every few months."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.names import CHINA
from model.parameters import Values
from model.policies.doctrines.game import Game, game_of
from model.policies.doctrines.player import Decision, Player
from model.policies.doctrines.stakes import VICTIMS, expected_losses, mean_belief
from model.rules.numerics import choose, exponential, in_turn, power

if TYPE_CHECKING:
    from model.agents.state import State

TALKS = 0
"""An importer's rung of no answer."""


class View(NamedTuple):
    """What a strategic state sees: tension, whether this is a moment to decide and what makes it one, and expected losses by rung and region;
    the mean belief abroad, China's rung and the strongest answer to it."""

    tension: float
    due: bool
    expiry: bool
    losses: np.ndarray
    belief: float
    rung: int
    answer: int
    game: Game
    cause: str = "review"


class Strategic(Player):
    """A player of the monthly game: quantal response to what each rung is worth to it."""

    def observe(self, state: "State") -> View:
        """Affairs between states; losses are estimated from stocks and dependence by region."""
        model = state.model
        affairs, game = model.states.affairs.advance(), game_of(model.facts)
        review = model.now % int(model.p.decision_interval) == 0
        due = affairs.incident or affairs.expiry or review
        losses = expected_losses(model, game) if due else np.zeros((len(game.rungs), len(VICTIMS)))
        cause = "incident" if affairs.incident else "expiry" if affairs.expiry else "review"
        return View(float(affairs.tension or 0.0), due, affairs.expiry, losses, mean_belief(model), model.states.choice(CHINA), model.states.answer(), game, cause)

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
        """G4: logit quantal response."""
        luck = float(state.model.chance.uniform("choice", state.model.now, state.model.key_of(state.country)))
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
        value += p.retaliation_weight * seen.answer / 2 * severity
        calm = seen.answer == TALKS
        value[0] += p.truce_value * (1.0 - seen.tension) * calm
        value[:2] += p.relief_value * (self.choice >= seen.game.package and calm)
        value[-1] -= p.embargo_cost
        value[seen.game.package] += p.expiry_pull * seen.expiry
        steps = np.abs(np.arange(len(seen.game.rungs)) - self.choice) * 1.0
        change = choose(steps, power(steps, p.inertia_power), 0.0)
        return value - p.inertia * change * (p.expiry_ease if seen.expiry else 1.0)


class StrategicImporter(Strategic):
    """Answers restrictions in two steps, and returns to talks when its own losses would be large (G3)."""

    def noise(self, p: Values) -> float:
        return p.choice_noise_usa

    def payoffs(self, p: Values, seen: View) -> np.ndarray:
        """Value of talks, of tariffs, of double tariffs."""
        exposed, provoked = seen.losses[seen.game.package, 0], seen.rung >= seen.game.package
        talks = p.us_truce_value
        tariffs = p.us_single * p.us_escalation * seen.tension - p.us_single * p.us_restraint * exposed + p.us_provoked * provoked
        double = p.us_escalation * (seen.tension - p.us_double_from) - p.us_restraint * exposed + p.us_provoked_double * provoked
        change = np.arange(self.ladder.top + 1) != self.choice
        return np.array([talks, tariffs, double]) - p.inertia * change


__all__ = ["TALKS", "Strategic", "StrategicExporter", "StrategicImporter", "View"]
