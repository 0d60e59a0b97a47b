"""Affairs between states: tension, incidents and dates that all of them see, the same for every player of a run."""

from typing import TYPE_CHECKING

from model.names import CHINA, MONTHS_A_YEAR
from model.policies.doctrines.game import game_of

if TYPE_CHECKING:
    from model.model import TradeModel

EXPIRY_MONTH = 10
"""November, when the truces of 2025 and after run out (0 is January)."""


class Affairs:
    """What stands between the states of a run. `tension`: 0 to 1, before the first month of the game None; `incident`: whether something happened this month;
    `expiry`: whether this is a month in which truces run out."""

    def __init__(self, model: "TradeModel") -> None:
        self.model, self.month = model, -1
        self.tension: float | None = None
        self.incident = self.expiry = False

    def advance(self) -> "Affairs":
        """A month further, whoever asks first; the same for all who ask after."""
        if self.month != self.model.now:
            self.month = self.model.now
            self.expiry = self.month % MONTHS_A_YEAR == EXPIRY_MONTH
            self.tension = self.moved()
        return self

    def moved(self) -> float:
        """Tension drifts back to its mean, jumps at incidents, is spent by restrictions and calmed by talks."""
        model, p, now = self.model, self.model.p, self.month
        owner, game = model.key_of("tension"), game_of(model.facts)
        luck = [float(model.chance.uniform(word, now, owner)) for word in ("incident", "size")]
        shock = float(model.chance.normal("tension", now, owner))
        self.incident = luck[0] < p.incident_rate
        before = p.tension_mean if self.tension is None else self.tension
        moved = before + p.tension_return * (p.tension_mean - before) + p.tension_noise * shock + self.incident * luck[1] * p.incident_size
        rung = model.states.choice(CHINA)
        moved -= p.tension_spent * (rung >= game.package) + p.tension_calm * (rung == 0 and model.states.answer() == 0)
        return min(max(moved, 0.0), 1.0)


__all__ = ["EXPIRY_MONTH", "Affairs"]
