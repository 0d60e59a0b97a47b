"""Reactive states: rules, not payoffs. Each answers a step up by a step up and relief by relief, in its own time, and stays where it is otherwise."""

from typing import TYPE_CHECKING, NamedTuple

from model.names import CHINA
from model.policies.doctrines.affairs import Affairs
from model.policies.doctrines.ladders import Answers, Ladder, Licences
from model.policies.doctrines.player import Decision, Player
from model.policies.hardship import hardship, loss_now
from model.policies.instrument import Instrument
from model.policies.vocabulary import expand_countries
from model.rules.numerics import exponential, power

if TYPE_CHECKING:
    from model.agents.state import State


class Plan(NamedTuple):
    """A move that is decided on: from which month, by how many rungs, and why."""

    month: int
    step: int
    cause: str


class Reactive(Player):
    """What reactive states share: a plan carried out after a delay, the least time between moves, announced reviews."""

    plan: Plan | None = None

    def observe(self, state: "State") -> Affairs:
        """What stands between states."""
        return state.model.states.affairs.advance()

    def weigh(self, state: "State", seen: Affairs) -> Decision | None:
        """Carries out its plan when the month has come; without one, looks for a reason to move."""
        now = state.model.now
        self.plan = self.plan or self.reason(state, seen)
        if self.plan is None or now < self.plan.month:
            return None
        plan, self.plan = self.plan, None
        return Decision(min(max(self.choice + plan.step, 0), self.ladder.top), plan.cause)

    def reason(self, state: "State", seen: Affairs) -> Plan | None:
        """A move it has a reason for this month, if any."""
        raise NotImplementedError(f"{type(self).__name__} does not say what makes it move")

    def luck(self, state: "State", decision: str) -> float:
        """A number from 0 to 1, of the state, what it decides on and the month."""
        return float(state.model.chance.uniform(f"reactive {decision}", state.model.now, state.model.key_of(state.country)))

    def later(self, state: "State", step: int, cause: str) -> Plan:
        """A move after so many months as luck says, up to the longest delay; relief never in the month itself."""
        wait = int(self.luck(state, "delay") * (int(state.model.p.answer_delay) + 1))
        return Plan(state.model.now + (max(wait, 1) if step < 0 else wait), step, cause)

    def answer(self, state: "State", cause: str, most: float = 1.0) -> Plan | None:
        """Whether it answers a step up: by one rung or by two, or lets it pass."""
        p, luck = state.model.p, self.luck(state, "answer")
        step = 2 if luck < p.answer_two * most else 1 if luck < (p.answer_two + p.answer_one) * most else 0
        return self.later(state, step, cause) if step and self.choice < self.ladder.top else None

    def rested(self, state: "State") -> bool:
        """Whether it has stood where it stands for the least time between moves."""
        return state.model.now - max(self.moved, self.begins) >= state.model.p.least_stay

    def concedes_first(self, state: "State") -> bool:
        """Whether it steps down at a review though the other has not."""
        return self.luck(state, "concession") < state.model.p.first_concession

    def reviews(self, state: "State") -> bool:
        """Whether this is the month of an announced review: every so many months after its last move."""
        since = int(state.model.now - max(self.moved, self.begins))
        return since > 0 and since % int(state.model.p.policy_review_months) == 0


class ReactiveExporter(Reactive):
    """China: after an escalation up the ladder by one or two rungs, aimed at who escalated as long as it is less than the full package; after a concession down again; a review keeps, or goes a rung down; concessions are remembered."""

    def __init__(self, country: str, ladder: Ladder) -> None:
        super().__init__(country, ladder)
        self.others: dict[str, int] = {}
        self.against: tuple[str, ...] = ("*",)
        self.conceded: list[int] = []
        self.kept, self.since_kept = 0, 0

    def reason(self, state: "State", seen: Affairs) -> Plan | None:
        """An escalation, a broken word, an incident laid at others' door; a concession; a truce that runs out; a review."""
        before, self.others = self.others, state.model.states.answers()
        rising = [each for each, rung in self.others.items() if rung > before.get(each, 0)]
        falling = [each for each, rung in self.others.items() if rung < before.get(each, 0)]
        self.conceded += [state.model.now] * bool(falling)
        if rising:
            return self.aim(self.answer(state, "escalation"), rising)
        if seen.newly - {state.country}:
            return self.aim(self.answer(state, "breach", seen.broken_by_others(state.country)), sorted(seen.newly - {state.country}))
        if seen.blamed:
            return self.aim(self.answer(state, "incident", self.patience(state) * float(seen.tension or 0.0)), [each for each in ("USA",) if each in self.others])
        if falling and self.choice > 0:
            return self.later(state, -1, "relief")
        if not self.rested(state):
            return None
        return self.at_expiry(state, seen) if seen.expiry else self.at_review(state) if self.reviews(state) else None

    def aim(self, plan: Plan | None, at: list[str]) -> Plan | None:
        """At whom a plan is aimed."""
        self.against = tuple(at) if plan and at else self.against
        return plan

    def patience(self, state: "State") -> float:
        """Part of its readiness to answer an incident, or to let a truce run out, that concessions of late leave."""
        p, now = state.model.p, state.model.now
        self.conceded = [month for month in self.conceded if now - month < p.concession_memory]
        return float(power(p.concession_weight, len(self.conceded) * 1.0)) if self.conceded else 1.0

    def at_expiry(self, state: "State", seen: Affairs) -> Plan | None:
        """A truce that runs out is not renewed with the hazard of its end, the more the tenser, the less others keep their word and the longer ago they conceded anything; a restriction is let go if the others talk."""
        p = state.model.p
        hazard = self.patience(state) * p.expiry_hazard * float(exponential(p.hazard_tension * (float(seen.tension or 0.0) - p.tension_mean) + p.hazard_breach * seen.broken_by_others(state.country)))
        if self.choice == 0:
            self.against = ("*",) if self.luck(state, "expiry") < hazard else self.against
            return Plan(state.model.now, 1, "expiry") if self.luck(state, "expiry") < hazard else None
        return Plan(state.model.now, -1, "expiry") if self.lets_go(state) else None

    def at_review(self, state: "State") -> Plan | None:
        """At rung 0 general licences grow; above, a rung down if the others talk."""
        if self.choice == 0:
            self.kept, self.since_kept = self.kept + 1, state.model.now
            return None
        return Plan(state.model.now, -1, "review") if self.lets_go(state) else None

    def lets_go(self, state: "State") -> bool:
        """Whether it steps down: while the others talk, and now and then though they do not."""
        return not any(self.others.values()) or self.concedes_first(state)

    def decide(self, state: "State", seen: Affairs) -> tuple[Instrument, ...]:
        """Scheduled instruments and those of its rung: below the full package for whom it is aimed at, from it on for all; at rung 0, general licences by how long it has kept the truce."""
        decision = self.weigh(state, seen)
        if decision is not None:
            self.take(decision, state.model.now)
        model, p, ladder = state.model, state.model.p, self.ladder
        self.kept = self.kept if self.choice == 0 else 0
        scheduled = model.book.of(state.country, model.now)
        if not isinstance(ladder, Licences):
            return (*scheduled, *ladder.instruments(model, self.choice, self.moved))
        share = min(self.kept * p.general_step, p.general_most)
        against = self.against if self.choice < ladder.game.package else ("*",)
        return (*scheduled, *ladder.instruments(model, self.choice, self.moved, against), *ladder.favour(model, share, self.since_kept))


class ReactiveImporter(Reactive):
    """Who answers China: a step up when what it announces weighs on its own firms, a step down when China steps down, when its own users go short, or at a review once it is calm. One with duties may also begin, by an incident laid at its door."""

    def __init__(self, country: str, ladder: Ladder) -> None:
        super().__init__(country, ladder)
        self.pressed = self.hurt = self.china = 0
        self.felt, self.answered = 0.0, False

    def reason(self, state: "State", seen: Affairs) -> Plan | None:
        """China's moves, an incident, a broken word, its own loss, a review."""
        model, p = state.model, state.model.p
        home = expand_countries([state.country], model.facts.words)
        before, self.china = self.china, model.states.choice(CHINA)
        pressure = hardship(model, home)
        self.pressed = self.pressed + 1 if pressure >= p.pressure_answered else 0
        self.hurt = self.hurt + 1 if loss_now(model, home) >= p.loss_felt else 0
        self.answered = self.answered and pressure > p.pressure_gone
        worse, self.felt = pressure > self.felt, pressure
        if self.choice > 0 and self.hurt >= p.patience_months and self.gives_way and self.rested(state):
            return self.later(state, -1, "loss")
        if self.choice > 0 and self.china < before:
            return self.later(state, -1, "relief")
        if self.pressed and not self.answered and self.hurt < p.patience_months and (self.gives_way or self.pressed >= p.patience_months):
            self.answered = True
            return self.answer(state, "pressure") if self.gives_way else self.later(state, 1, "pressure")
        if self.gives_way and self.china > before and worse:
            return self.answer(state, "escalation")
        if CHINA in seen.newly:
            return self.answer(state, "breach", seen.broken[CHINA])
        if self.gives_way and seen.incident and not seen.blamed and self.choice == 0:
            return self.answer(state, "incident", float(seen.tension or 0.0))
        if self.choice > 0 and self.rested(state) and self.reviews(state) and (pressure <= p.pressure_gone or (self.gives_way and self.concedes_first(state))):
            return Plan(model.now, -1, "review")
        return None

    @property
    def gives_way(self) -> bool:
        """Whether its answer hurts its own users, so that it may begin, and gives way when they go short: duties do, support and procedures do not."""
        return not isinstance(self.ladder, Answers)


class ReactiveResource(Reactive):
    """A state that keeps its ore at home while it is dear abroad: it looks at each announced review, and lets go once it is cheap again."""

    def reason(self, state: "State", seen: Affairs) -> Plan | None:
        """The price of its ore abroad over that of the start, at a review."""
        model, p = state.model, state.model.p
        if not self.reviews(state) or not isinstance(self.ladder, Answers):
            return None
        goods = [model.chain.index(good) for good in self.ladder.goods]
        dear = max(float(model.market.realised[good] / model.market.base_outside[good]) for good in goods)
        if dear >= p.ore_dear and self.choice < self.ladder.top:
            return Plan(model.now, 1, "pressure")
        return Plan(model.now, -1, "review") if dear <= p.ore_cheap and self.choice > 0 and self.rested(state) else None


def reactive(country: str, ladder: Ladder) -> Player:
    """A reactive state, by what it can do."""
    if isinstance(ladder, Licences):
        return ReactiveExporter(country, ladder)
    return ReactiveResource(country, ladder) if isinstance(ladder, Answers) and ladder.keeps else ReactiveImporter(country, ladder)


__all__ = ["Plan", "Reactive", "ReactiveExporter", "ReactiveImporter", "ReactiveResource", "reactive"]
