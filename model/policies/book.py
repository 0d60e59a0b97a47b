"""The statute book: every instrument of a run, by the state that acts, and which of them are in force."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from model.checked import SHORT
from model.errors import InputError, unknown
from model.names import month_index, month_name
from model.policies.framework import Framework, bundled, meant, spread, suspending
from model.policies.instrument import INSTRUMENTS, Instrument
from model.policies.reach import warn_of
from model.policies.reference import FEWEST, Restricted, free_months, refuse_without_past
from model.policies.sense import senseless
from model.policies.truce import Truce, in_force, known

if TYPE_CHECKING:
    from model.model import TradeModel


class Book:
    """Instruments from the scenario and those imposed while the model runs."""

    def __init__(self, model: "TradeModel", events: Iterable[Instrument]) -> None:
        self.model = model
        self.instruments: dict[str, Instrument] = {}
        self.known: set[str] = set()
        self.homes: set[str] | None = None
        self.remarks: list[tuple[Instrument, str]] = []
        self.home = {agent.name: agent.country for agent in model.firms.agents}
        for event in events:
            self.add(event)
        self.review(self.instruments.values())
        self.standing: tuple[Instrument, ...] = ()
        self.month: int | None = None
        self.since, self.until = 0.0, 0.0
        self.by_actor: dict[str, list[Instrument]] = {}

    def add(self, instrument: Instrument) -> None:
        """Puts an instrument in the book, a framework by its parts; one of the same name is replaced."""
        if isinstance(instrument, Framework):
            for name in meant(instrument.name, self.instruments):
                self.instruments.pop(name)
            for each in instrument.measures:
                self.add(each)
            return
        instrument = self.fitting(suspending(instrument, self.known) if isinstance(instrument, Truce) else instrument)
        for firm in getattr(instrument, "entities", ()):
            if firm not in self.home:
                raise InputError(f"{instrument.name}: entities: {unknown('firm', firm, self.home)}")
        self.instruments[instrument.name] = instrument
        self.known.add(instrument.name)
        self.month, self.homes = None, None

    def fitting(self, instrument: Instrument) -> Instrument:
        """The instrument in the words of the model's world; `InputError` if it names what that world does not know."""
        try:
            return instrument.at_home(self.model.facts.words)
        except InputError as error:
            raise InputError(f"{instrument.name}: {str(error).split('.', 1)[-1]} (the world is {self.model.facts.name})") from None

    def review(self, instruments: Collection[Instrument]) -> None:
        """Refuses shares of a past that is not there, and says so of instruments that do nothing or stand in each other's way."""
        model, book = self.model, tuple(self.instruments.values())
        for each in instruments:
            if each.share_of_past:
                self.check_past(each)
        remarks = [(each, each.idle(model.levers)) for each in instruments]
        remarks += [(each, why) for each, why in senseless(book, model.last) if each in instruments]
        self.remarks = [(each, why) for each, why in remarks if why]
        for each, why in self.remarks:
            warn_of(model.course.name, each, why)

    def check_past(self, limit: Any) -> None:
        """Refuses a limit that is a share of past trade where there is too little of it before all controls in the book."""
        month, first = month_index(limit.reference), self.model.first
        if month > self.model.last or min(month, self.first_control(limit)) - first >= FEWEST:
            return
        schedule = self.restricted(month - first, limit)
        for _, good in sorted(limit.restricts):
            if good in self.model.chain.number and not free_months(schedule, limit.sellers, good, month - first):
                refuse_without_past(limit, limit.share_of_past, good, first)

    def first_control(self, limit: Any) -> int:
        """Index of the first month in which another instrument limits any of the same exports."""
        others = (each for each in self.instruments.values() if each is not limit and each.restricts & limit.restricts)
        return min((month_index(each.date) for each in others), default=self.model.last)

    def restricted(self, month: int, but: Any) -> list[Restricted]:
        """By month from the first up to one (counted from the first, excluded): the exports that instruments of the book limit; those months that are over, as they were."""
        others = [each for each in self.instruments.values() if each is not but]
        past = self.model.levers.restricted
        return [past[at] if at < len(past) else frozenset().union(*(each.restricts for each in in_force(others, at + self.model.first))) for at in range(month)]

    def check(self, instrument: object) -> None:
        """Refuses to impose what is no instrument, begins after the end, or suspends what there never was."""
        if not isinstance(instrument, Instrument):
            raise InputError(f"impose: {SHORT.repr(instrument)} is not an instrument; make one with {', '.join(INSTRUMENTS)}")
        if isinstance(instrument, Framework):
            for each in instrument.measures:
                self.check(each)
            return
        place = f'impose: {type(instrument).__name__} "{instrument.name}"'
        if month_index(instrument.date) > self.model.last:
            last = month_name(self.model.last)
            raise InputError(f"{place}: date: {instrument.date} is after the scenario's last month {last}; give an earlier month or set last_month later")
        if instrument.last_index <= self.model.now:
            raise InputError(f"{place}: its last month {month_name(int(instrument.last_index))} is over; give a later until, or later dates")
        if instrument.announced is not None and month_index(instrument.announced) <= self.model.now:
            raise InputError(f"{place}: announced: {instrument.announced} is over; give {month_name(self.model.now + 1)} or later, or leave it out")
        if isinstance(instrument, Truce) and any(instrument.name in each.suspends for each in self.instruments.values() if isinstance(each, Truce)):
            raise InputError(f"{place}: name: another truce suspends what has this name; give another")
        for name in instrument.suspends if isinstance(instrument, Truce) else ():
            if not meant(name, self.known):
                raise InputError(f"{place}: suspends: {unknown('instrument', name, self.known)}")
            if name == instrument.name or isinstance(self.instruments.get(name), Truce):
                raise InputError(f'{place}: suspends: "{name}" is a truce, and a truce suspends measures only; lift that one instead')

    def impose(self, instrument: Instrument) -> None:
        """Puts an instrument in the book while the model runs, unless it cannot be used."""
        self.check(instrument)
        with self.whole():
            self.add(instrument)
            self.review([self.instruments[each.name] for each in spread([instrument])])

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Around changes that belong together: if one is refused, none is made."""
        before = dict(self.instruments)
        try:
            yield
        except InputError:
            self.instruments, self.month, self.homes = before, None, None
            raise

    def suspend_too(self, name: str, also: str) -> None:
        """Truces that suspend an instrument suspend what goes on in its place as well."""
        for each in list(self.instruments.values()):
            if isinstance(each, Truce) and name in each.suspends:
                self.add(each.changed(suspends=(*each.suspends, also)))

    def remove(self, name: str) -> Instrument:
        """Takes an instrument out of the book, a framework with all its parts."""
        names = meant(name, self.instruments)
        if not names:
            raise InputError(f"lift: {unknown('instrument', name, self.instruments)}")
        self.month = None
        gone = [self.instruments.pop(each) for each in names]
        return gone[0] if names == (name,) else bundled(name, gone)

    def replace(self, instruments: Iterable[Instrument]) -> None:
        """The book anew: an act that changes more than one instrument."""
        with self.whole():
            before, self.instruments = self.instruments, {}
            for each in instruments:
                self.add(each)
            self.review([each for each in self.instruments.values() if each not in before.values()])

    def in_force(self, month: int) -> tuple[Instrument, ...]:
        """Instruments in force in a month, truces minded, in the order of their dates."""
        if self.month is None or not self.since <= month < self.until:
            self.look_up(month)
        return self.standing

    def look_up(self, month: int) -> None:
        """Works out who does what from this month on, and until when that stays so."""
        ordered = sorted(self.instruments.values(), key=lambda each: each.order)
        heard = known(ordered, month)
        standing = (each for each in heard if each.in_force(month))
        self.standing, self.month = tuple(sorted(standing, key=lambda each: (each.date, each.name))), month
        self.by_actor = {}
        for each in heard:
            self.by_actor.setdefault(self.actor(each), []).append(each)
        changes = {month_index(first) for each in ordered for first in (each.date, each.announced or each.date)} | {each.last_index + 1 for each in ordered}
        self.since = max((change for change in changes if change <= month), default=month)
        self.until = min((change for change in changes if change > month), default=float("inf"))

    def of(self, country: str, month: int) -> tuple[Instrument, ...]:
        """Instruments of one state in force or announced in a month."""
        self.in_force(month)
        return tuple(self.by_actor.get(country, ()))

    def countries(self) -> set[str]:
        """Countries whose states have instruments in the book."""
        if self.homes is None:
            self.homes = {self.actor(each) for each in self.instruments.values()}
        return self.homes

    def actor(self, instrument: Any) -> str:
        """The state that acts; a shock of named firms belongs to the country of the first."""
        return instrument.actor or self.home[instrument.entities[0]]
