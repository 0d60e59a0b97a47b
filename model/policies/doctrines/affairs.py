"""Affairs between states: tension, incidents, dates and broken commitments that all of them see, the same for every player of a run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.names import CHINA, MONTHS_A_YEAR
from model.policies.broken_commitment import BrokenCommitment
from model.policies.doctrines.game import game_of
from model.policies.truce import Truce

if TYPE_CHECKING:
    from model.model import TradeModel

EXPIRY_MONTH = 10
"""November, when the truces of 2025 and after run out, and in which the United States vote (0 is January)."""
ELECTION = 2
"""Years between elections there."""


class Affairs:
    """What stands between the states of a run. `tension`: 0 to 1, before the first month of the game None; `incident`: whether something happened this month, and `blamed`,
    whether China is held to have begun it; `expiry`: whether this is a month in which truces run out; `broken`: share of what each state promised that it does not keep; `newly`: states that kept their word last month and do not any more."""

    def __init__(self, model: "TradeModel") -> None:
        self.model, self.month = model, -1
        self.tension: float | None = None
        self.incident = self.expiry = self.blamed = False
        self.broken: dict[str, float] = {}
        self.newly: frozenset[str] = frozenset()

    def advance(self) -> "Affairs":
        """A month further, whoever asks first; the same for all who ask after."""
        if self.month != self.model.now:
            self.month = self.model.now
            self.expiry = self.month % MONTHS_A_YEAR == EXPIRY_MONTH
            self.tension = self.moved()
            before, self.broken = self.broken, dict(self.breaches())
            self.newly = frozenset(state for state in self.broken if state not in before)
        return self

    def moved(self) -> float:
        """Tension drifts back to its mean, jumps at incidents, is spent by restrictions and calmed by talks."""
        model, p, now = self.model, self.model.p, self.month
        owner, game = model.key_of("tension"), game_of(model.facts)
        luck = {word: float(model.chance.uniform(word, now, owner)) for word in ("incident", "size", "blame")}
        shock = float(model.chance.normal("tension", now, owner))
        self.incident = luck["incident"] < p.incident_rate
        self.blamed = self.incident and luck["blame"] < p.incident_blame
        before = p.tension_mean if self.tension is None else self.tension
        moved = before + p.tension_return * (p.tension_mean - before) + p.tension_noise * shock + self.incident * luck["size"] * p.incident_size
        rung = model.states.choice(CHINA)
        moved -= p.tension_spent * (rung >= game.package) + p.tension_calm * (rung == 0 and model.states.answer() == 0)
        return min(max(moved, 0.0), 1.0)

    def breaches(self) -> Iterator[tuple[str, float]]:
        """States that do not keep their word, and the largest share of a commitment that each leaves undone, as far as others link it to this trade: events of the scenario, and what commitments.csv records for a year after it was due."""
        promised, standing = self.model.facts.words.commitments, self.model.book.in_force(self.month)
        counted = {name for each in standing if isinstance(each, Truce) for name in each.commitments} or set(promised)
        undone: dict[str, float] = {name: 1.0 - each.kept for name, each in promised.items() if each.kept < 1.0 and each.due <= self.month < each.due + MONTHS_A_YEAR}
        undone |= {each.commitment: each.share for each in standing if isinstance(each, BrokenCommitment)}
        for state in sorted({promised[name].actor for name in undone if name in counted}):
            worst = self.model.p.issue_linkage * max(share for name, share in undone.items() if name in counted and promised[name].actor == state)
            if worst > 0.0:
                yield state, worst

    def broken_by_others(self, state: str) -> float:
        """The largest share of a commitment that any other state leaves undone."""
        return max((share for other, share in self.broken.items() if other != state), default=0.0)

    @property
    def breach(self) -> float:
        """The largest share of a commitment that any state leaves undone."""
        return max(self.broken.values(), default=0.0)

    def months_to_election(self) -> int:
        """Months between this one and the nearest election in the United States, in November of even years (month 0 is January of one)."""
        away = (self.month - EXPIRY_MONTH) % (ELECTION * MONTHS_A_YEAR)
        return min(away, ELECTION * MONTHS_A_YEAR - away)


__all__ = ["ELECTION", "EXPIRY_MONTH", "Affairs"]
