"""Scenarios: a history of events and a few parameters, read from TOML, checked, and never changed."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import tomli_w
from pydantic import AfterValidator, Field, InstanceOf, PrivateAttr, SerializeAsAny, field_validator, model_validator

from model.checked import Checked, Frozen
from model.errors import InputError, unknown, warn
from model.names import month_index, month_name
from model.patches import Patch, laid_over, terms_of
from model.policies import doctrines as ways
from model.policies.breaking import broken
from model.policies.framework import meant, spread
from model.policies.instrument import Instrument
from model.policies.truce import Truce, in_force, known
from model.policies.vocabulary import RESTRICTIONS, Country, Month, Said, Title, Word
from model.scenario_file import events_of, file_of, known_parameters, parse, refuse_unknown, text_of
from model.words import Words, candidates, current, spoken, words_of

LAST_MONTH = "2035-12"
LATEST = "2050-12"
"""The tables' growth rates run to 2035 and are drawn on until here, no further."""
RESUMED = "restrictions_resume"
"""The scenario that says what comes when the truce breaks."""
BREAKS = "breaks"
"""Key of a file for the month in which the truce of what it extends breaks (`Scenario.broken`)."""
DEEPEST = 10
"""Most scenarios that may extend one another in a row."""


def _foreseen(month: str) -> str:
    if month > LATEST:
        raise ValueError(f"{month} is too late, the tables' growth rates run to 2035; give {LATEST} or earlier")
    return month


LastMonth = Annotated[Month, AfterValidator(_foreseen)]


class Scenario(Checked):
    """What happens in one course of the world, parents' events included. In errors, events[0] is the first of a file."""

    name: Title = Field(description="Name of the scenario")
    sentence: Said = Field(description="Sentence that says what happens in it")
    extends: Word | None = Field(None, description="Scenario whose parameters, events and doctrines it takes over")
    parameters: Annotated[dict[str, float], AfterValidator(Frozen)] = Field({}, description="Parameters that differ from parameters.csv")
    events: tuple[SerializeAsAny[InstanceOf[Instrument]], ...] = Field((), description="Instruments in the order of their dates")
    doctrines: Annotated[dict[Country, Word], AfterValidator(Frozen)] = Field({}, description="Doctrine by which a state decides, by name, or as module:Class or file.py:Class")
    doctrines_from: Month | None = Field(None, description="Month from which the doctrines guide their states; none: from the first")
    last_month: LastMonth = Field(LAST_MONTH, description="Last month simulated")
    _words: Words = PrivateAttr()
    """The words of the world it is told in."""

    def model_post_init(self, _: Any) -> None:
        self._words = next(iter(candidates()))

    @classmethod
    def names(cls, world: Any = None) -> tuple[str, ...]:
        """The storylines that a world's folder tells; those of the usual world if none is named."""
        return tuple(words_of(world).scenarios)

    @classmethod
    def load(cls, name_or_path: str | Path, world: Any = None) -> Self:
        """The storyline of that name in a world, or the one in a file, with what patches add: "truce_holds+stockpile*0.5". `InputError` names file and field.

        world: a name, a folder, a `World`; the usual one if none.
        """
        with spoken(words_of(world)) as words:
            storyline, patches = terms_of(str(name_or_path), words)
            return cls._from_file(file_of(storyline, Path(), words.scenarios), ()).patched(patches)

    @classmethod
    def from_toml(cls, text: str, file: str = "scenario", world: Any = None) -> Self:
        """The scenario in a text. It may extend the world's own scenarios only: a text from a stranger opens no other file."""
        with spoken(words_of(world)):
            return cls._resolve(parse(text, file), file, None, ())

    @property
    def words(self) -> Words:
        """The words of the world it is told in."""
        return self._words

    def at_home(self, words: Words) -> Self:
        """The same scenario in the words of a world; `InputError` if it names what that world does not know."""
        if self._words == words and all(event.words == words for event in self.events):
            return self
        with spoken(words):
            return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | {"events": tuple(self.told_in(event, words) for event in self.events)})

    def told_in(self, event: Instrument, words: Words) -> Instrument:
        """One of its events in the words of a world."""
        try:
            return event.at_home(words)
        except InputError as error:
            raise InputError(f"{self.name}: {event.name}: {error} (the world is {words.world})") from None

    def with_parameters(self, values: Mapping[str, Any]) -> Self:
        """The same scenario with other values of some parameters."""
        return self.changed(parameters=self.parameters | dict(values))

    def with_events(self, events: Iterable[Instrument]) -> Self:
        """The same scenario with another course of events."""
        return self.changed(events=tuple(events))

    def patched(self, patches: Iterable[Patch | str]) -> Self:
        """The same scenario with patches laid over it, given or by name, in whatever order they come."""
        chosen = [each if isinstance(each, Patch) else Patch.load(each, self._words) for each in patches]
        return laid_over(self, chosen) if chosen else self

    def changed(self, **changed: Any) -> Self:
        """The same scenario with other fields, checked."""
        with spoken(self._words):
            return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changed)

    def broken(self, month: str) -> Self:
        """The same scenario, but its truce breaks in a month "YYYY-MM": the restrictions of `restrictions_resume` begin then."""
        return self.with_events(broken(self.events, month, restrictions(self._words)))

    def in_force(self, month: int) -> tuple[Instrument, ...]:
        """The instruments in force in the month of this index, those a truce suspends left out."""
        return in_force(self.events, month)

    def first_difference(self, other: "Scenario") -> str | None:
        """The first month in which the two can differ; None if never."""
        if self.parameters != other.parameters:
            return self._words.first
        shorter, longer = sorted((month_index(self.last_month), month_index(other.last_month)))
        for month in range(month_index(self._words.first), shorter + 1):
            if self._state(month) != other._state(month):
                return month_name(month)
        return month_name(shorter + 1) if longer > shorter else None

    def _state(self, month: int) -> tuple[Any, Any]:
        """What acts or is known to come in a month: instruments in a fixed order, and doctrines that are not the usual."""
        instruments = sorted(((each.content(), each.in_force(month)) for each in known(self.events, month)), key=repr)
        reactive = {country: doctrine for country, doctrine in self.doctrines.items() if doctrine != ways.SCHEDULED}
        return instruments, reactive if month >= month_index(self.doctrines_from or self._words.first) else {}

    def to_toml(self) -> str:
        """The whole scenario as a file that stands alone: parents' events are written out, nothing is extended."""
        keys = ("name", "sentence", "last_month", "doctrines_from", "parameters", "doctrines")
        fields = {key: getattr(self, key) for key in keys if getattr(self, key)}
        return tomli_w.dumps(fields | {"events": [event.to_fields() for event in self.events]})

    @field_validator("parameters", mode="before")
    @classmethod
    def _known_parameters(cls, given: Any) -> dict[str, float]:
        return known_parameters(given)

    @field_validator("doctrines")
    @classmethod
    def _players(cls, doctrines: dict[str, str]) -> dict[str, str]:
        for country, doctrine in doctrines.items():
            try:
                ways.check(doctrine)
            except ValueError as error:
                raise ValueError(f".{country}: {error}") from None
        return doctrines

    @field_validator("events")
    @classmethod
    def _in_order(cls, events: tuple[Instrument, ...]) -> tuple[Instrument, ...]:
        return tuple(sorted(spread(events), key=lambda event: event.date))

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        _check_names(self.events, 0)
        return self

    @classmethod
    def _from_file(cls, path: Path, children: tuple[str, ...]) -> Self:
        """The scenario in a file; `children` are the files that led here by extending one another."""
        if os.path.realpath(path) in children:
            raise InputError(f"{path.name}: is extended by itself; let one scenario of the circle extend nothing")
        if len(children) > DEEPEST:
            raise InputError(f"{path.name}: is extended through {len(children)} files; extend at most {DEEPEST} in a row")
        return cls._resolve(parse(text_of(path), path.name), path.name, path, children)

    @classmethod
    def _resolve(cls, tables: dict[str, Any], file: str, path: Path | None, children: tuple[str, ...]) -> Self:
        """The scenario a file's tables describe, joined with its parent's."""
        refuse_unknown(tables, (*cls.model_fields, BREAKS), file)
        fields = dict(tables)
        breaks = fields.pop(BREAKS, None)
        own = events_of(fields.pop("events", []), file)
        if "extends" in fields:
            fields = _joined(cls._parent(fields["extends"], file, path, children), fields)
        if breaks is not None:
            fields["events"] = _broken(fields.get("events", ()), breaks, file)
        events = (*fields.pop("events", ()), *own)
        if isinstance(fields.get("doctrines"), Mapping):
            fields["doctrines"] = {country: _own(name, path, f"{file}: doctrines.{country}") for country, name in fields["doctrines"].items()}
        try:
            _check_names(events, len(events) - len(own))
            scenario = cls(**fields, events=events)
        except ValueError as error:
            raise InputError(f"{file}: {str(error).removeprefix(cls.__name__).lstrip('.: ')}") from None
        if not children and (path is None or path not in current().scenarios.values()):
            _warn_of_late(own, scenario.last_month, file)
        return scenario

    @classmethod
    def _parent(cls, name: Any, file: str, path: Path | None, children: tuple[str, ...]) -> Self:
        """The scenario that is extended."""
        known = current().scenarios
        if not isinstance(name, str) or (path is None and name not in known):
            raise InputError(f"{file}: extends: {unknown('scenario', name, known)}")
        try:
            parent = file_of(name, path.parent if path else Path(), known)
            return cls._from_file(parent, (*children, os.path.realpath(path)) if path else children)
        except InputError as error:
            raise InputError(f"{file}: extends: {error}") from None


def _broken(events: tuple[Instrument, ...], month: Any, file: str) -> tuple[Instrument, ...]:
    """A parent's events with its truce broken in a month."""
    try:
        return broken(events, month, restrictions())
    except InputError as error:
        raise InputError(f"{file}: {BREAKS}: {str(error).removeprefix('break the truce: ')}") from None


def restrictions(words: Words | None = None) -> tuple[Instrument, ...]:
    """What comes when the truce of a world breaks."""
    return tuple(each for each in Scenario.load(RESUMED, words or current()).events if each.part_of == RESTRICTIONS)


def _own(doctrine: Any, path: Path | None, place: str) -> Any:
    """A doctrine of one's own by the whole path of its file; a text from a stranger names none, as it would run code."""
    if not isinstance(doctrine, str) or not ways.loading.is_own(doctrine):
        return doctrine
    if path is None:
        raise InputError(f'{place}: "{doctrine}" names code, and a scenario that is no file of yours runs none; save it as a file')
    return ways.loading.at_home(doctrine, path.parent)


def _warn_of_late(own: list[Instrument], last_month: str, file: str) -> None:
    """A file's own events that begin when it is over; inherited ones may, and those the shipped history knows to be announced."""
    for number, event in enumerate(own):
        if event.date > last_month:
            warn(f"{file}: events[{number}].date: {event.date} is after the last month {last_month}, so it never acts; set last_month later or give an earlier month")


def _check_names(events: tuple[Instrument, ...], inherited: int) -> None:
    """Refuses a name used twice and a truce of nothing; a file's own events are counted after those it inherits."""
    measures, taken = {each.name: each for each in spread(events)}, set()
    for number, event in enumerate(events):
        place = f"events[{number - inherited}]"
        for each in spread([event]):
            if each.name in taken:
                raise ValueError(f'{place}.name: another event is called "{each.name}"; give this one a name of its own')
            taken.add(each.name)
            if isinstance(each, Truce):
                _check_truce(each, measures, place)


def _check_truce(truce: Truce, events: Mapping[str, Instrument], place: str) -> None:
    """A truce suspends measures that there are, and never a truce, itself included."""
    for suspended in truce.suspends:
        named = meant(suspended, events)
        if not named:
            raise ValueError(f"{place}.suspends: {unknown('event', suspended, events)}")
        if any(isinstance(events[each], Truce) for each in named):
            raise ValueError(f'{place}.suspends: "{suspended}" is a truce, and a truce suspends measures only; let that one end earlier by its until')


def _joined(parent: Scenario, own: dict[str, Any]) -> dict[str, Any]:
    """A child's fields over its parent's; the last month, name and sentence are its own."""
    inherited: dict[str, Any] = {"doctrines_from": parent.doctrines_from, "events": parent.events}
    for table in ("parameters", "doctrines"):
        if isinstance(own.get(table, {}), dict):
            inherited[table] = getattr(parent, table) | own.get(table, {})
    return own | inherited | {key: own[key] for key in ("doctrines_from",) if key in own}
