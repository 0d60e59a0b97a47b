"""The statute book: every instrument of a run, by the state that acts, and which of them are in force."""

from model.checked import SHORT
from model.errors import InputError, unknown
from model.names import month_index, month_name
from model.policies.instrument import INSTRUMENTS, Instrument
from model.policies.reach import warn_of_idleness
from model.policies.truce import Truce, in_force


class Book:
    """Instruments from the scenario and those imposed while the model runs."""

    def __init__(self, model, events):
        self.model = model
        self.instruments, self.known, self.homes = {}, set(), None
        self.home = {agent.name: agent.country for agent in model.firms.agents}
        for event in events:
            self.add(event)
        self.standing, self.month, self.since, self.until, self.by_actor = (), None, 0, 0, {}

    def add(self, instrument):
        """Puts an instrument in the book; one of the same name is replaced."""
        for firm in getattr(instrument, "entities", ()):
            if firm not in self.home:
                raise InputError(f"{instrument.name}: entities: {unknown('firm', firm, self.home)}")
        self.instruments[instrument.name] = instrument
        self.known.add(instrument.name)
        self.month, self.homes = None, None
        warn_of_idleness(self.model.course.name, instrument, self.model.levers)

    def check(self, instrument):
        """Refuses to impose what is no instrument, begins after the end, or suspends what there never was."""
        if not isinstance(instrument, Instrument):
            raise InputError(f"impose: {SHORT.repr(instrument)} is not an instrument; make one with {', '.join(INSTRUMENTS)}")
        place = f'impose: {type(instrument).__name__} "{instrument.name}"'
        if month_index(instrument.date) > self.model.last:
            last = month_name(self.model.last)
            raise InputError(f"{place}: date: {instrument.date} is after the scenario's last month {last}; give an earlier month or set last_month later")
        for name in instrument.suspends if isinstance(instrument, Truce) else ():
            if name not in self.known:
                raise InputError(f"{place}: suspends: {unknown('instrument', name, self.known)}")

    def remove(self, name):
        """Takes an instrument out of the book."""
        if name not in self.instruments:
            raise InputError(f"lift: {unknown('instrument', name, self.instruments)}")
        self.month = None
        return self.instruments.pop(name)

    def in_force(self, month):
        """Instruments in force in a month, truces minded, in the order of their dates."""
        if self.month is None or not self.since <= month < self.until:
            self.look_up(month)
        return self.standing

    def look_up(self, month):
        """Works out who does what from this month on, and until when that stays so."""
        ordered = sorted(self.instruments.values(), key=lambda each: (each.date, each.name))
        self.standing, self.month = in_force(ordered, month), month
        self.by_actor = {}
        for each in self.standing:
            self.by_actor.setdefault(self.actor(each), []).append(each)
        changes = {month_index(each.date) for each in ordered} | {each.last_index + 1 for each in ordered}
        self.since = max((change for change in changes if change <= month), default=month)
        self.until = min((change for change in changes if change > month), default=float("inf"))

    def of(self, country, month):
        """Instruments of one state in force in a month."""
        self.in_force(month)
        return tuple(self.by_actor.get(country, ()))

    def countries(self):
        """Countries whose states have instruments in the book."""
        if self.homes is None:
            self.homes = {self.actor(each) for each in self.instruments.values()}
        return self.homes

    def actor(self, instrument):
        """The state that acts; a shock of named firms belongs to the country of the first."""
        return instrument.actor or self.home[instrument.entities[0]]
