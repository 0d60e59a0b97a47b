"""Stochastic states: a truce is a survival time. It breaks with a hazard, restrictions end with another, and luck says how hard the break is (model specification 4.3)."""

from typing import TYPE_CHECKING

from model.policies.doctrines.affairs import Affairs
from model.policies.doctrines.ladders import Licences
from model.policies.doctrines.player import Decision, Player
from model.policies.doctrines.stakes import expected_loss
from model.policies.vocabulary import expand_countries
from model.rules.numerics import exponential

if TYPE_CHECKING:
    from model.agents.state import State


class Stochastic(Player):
    """A state whose truce breaks by chance."""

    def observe(self, state: "State") -> Affairs:
        """What stands between states."""
        return state.model.states.affairs.advance()

    def weigh(self, state: "State", seen: Affairs) -> Decision | None:
        """On rung 0 the hazard of a break, above it that of a return to the truce."""
        luck = {word: float(state.model.chance.uniform(f"hazard {word}", state.model.now, state.model.key_of(state.country))) for word in ("move", "depth")}
        if self.choice > 0:
            return Decision(0, "hazard") if luck["move"] < state.model.p.restoration else None
        hazard = self.hazard(state, seen)
        cause = "breach" if luck["move"] >= self.hazard(state, seen, breach=0.0) else "expiry" if seen.expiry else "hazard"
        return Decision(self.depth(state, luck["depth"]), cause) if luck["move"] < hazard else None

    def hazard(self, state: "State", seen: Affairs, breach: float | None = None) -> float:
        """G5: chance that the truce breaks this month."""
        p = state.model.p
        broken = seen.breach if breach is None else breach
        election = float(seen.months_to_election() <= p.election_months)
        weighed = p.hazard_tension * (float(seen.tension or 0.0) - p.tension_mean) + p.hazard_breach * broken + p.hazard_election * election
        return min(p.hazard_base * float(exponential(weighed - p.hazard_vulnerability * self.vulnerable(state))) + p.expiry_hazard * seen.expiry, 1.0)

    def vulnerable(self, state: "State") -> float:
        """What the United States would lose by the full package, as a share of the loss at which leverage counts in full: it has as much to lose by a break as China has to gain."""
        game = self.ladder.game if isinstance(self.ladder, Licences) else None
        if game is None:
            return 0.0
        home = state.model.in_countries(expand_countries(["USA"], state.model.facts.words))
        return float(expected_loss(state.model, game, home)[game.package]) / state.model.p.full_leverage_loss

    def depth(self, state: "State", luck: float) -> int:
        """The rung that a break leads to: targeted, as in April 2025, the full package, or beyond."""
        p, top = state.model.p, self.ladder.top
        package = self.ladder.game.package if isinstance(self.ladder, Licences) else top
        bounds = (p.break_targeted, p.break_targeted + p.break_april, p.break_targeted + p.break_april + p.break_package)
        rungs = (1, max(package - 1, 1), package, top)
        return min(rungs[sum(luck >= bound for bound in bounds)], top)


__all__ = ["Stochastic"]
