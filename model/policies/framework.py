"""Frameworks: several instruments under one name, with months and a budget in common. One does what its parts do, and no more."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, InstanceOf, SerializeAsAny, ValidationInfo, WithJsonSchema, field_validator, model_validator

from model.policies.instrument import INSTRUMENTS, Instrument, instrument
from model.policies.public_money import Money
from model.policies.truce import Truce
from model.policies.vocabulary import Country, given, several
from model.words import spoken

INHERITED = ("date", "until", "announced", "part_of", "source")
"""What a part has of its framework unless it says its own."""
PART = ": "
"""Between the name of a framework and that of a part of it."""


class Framework(Instrument):
    """An agreement or act made of several instruments, which share its months, its members and its budget."""

    members: Annotated[tuple[Country, ...], BeforeValidator(several)] = given("Countries that take part: those that parts mean which have members or countries and name none", "country", ())
    budget: Money | None = given("Most that is paid for all its parts, from one account; none: each has its own", "million USD", None)
    parts: Annotated[
        tuple[SerializeAsAny[InstanceOf[Instrument]], ...], Field(min_length=1), WithJsonSchema({"type": "array", "items": {"type": "string"}})
    ] = given('Instruments it is made of, each a table, or as text: instrument = "Tariff", importer = "USA", ...', "instrument")

    @field_validator("parts", mode="before")
    @classmethod
    def _made(cls, tables: Any, others: ValidationInfo) -> Any:
        if not isinstance(tables, list | tuple):
            raise ValueError("is not a list of tables; write [[events.parts]] and the fields of an instrument below")
        return tuple(part(table, others.data, f"[{number}]") for number, table in enumerate(tables)) if "date" in others.data else ()

    @model_validator(mode="after")
    def _one_account(self) -> Self:
        for number, each in enumerate(self.parts):
            if isinstance(each, Framework):
                raise ValueError(f".parts[{number}]: is a framework itself; list its parts here")
            if self.budget is not None and {"budget", "paid_from"} & each.model_fields_set:
                raise ValueError(f".parts[{number}]: has a budget of its own beside that of the framework; leave out one of them")
            if each.name in [other.name for other in self.parts[:number]]:
                raise ValueError(f'.parts[{number}].name: another part is called "{each.name}"; give this one a name of its own')
        if self.budget is not None and not any(map(pays, self.parts)):
            raise ValueError(".budget: nothing is paid for any of its parts; leave it out")
        return self

    @property
    def actor(self) -> str | None:
        """Who acts first in it."""
        return self.parts[0].actor

    @cached_property
    def measures(self) -> tuple[Instrument, ...]:
        """Its parts as instruments of their own, each called FRAMEWORK: PART; under a budget those that pay are paid from its account."""
        account = {} if self.budget is None else {"budget": self.budget, "paid_from": self.name}
        with spoken(self.words):
            return tuple(each.changed(name=f"{self.name}{PART}{each.name}", **(account if pays(each) else {})) for each in self.parts)

    def to_fields(self) -> dict[str, Any]:
        """The keys of its table in a scenario file, those of its parts in tables of their own."""
        return super().to_fields() | {"parts": [each.to_fields() for each in self.parts]}


def part(table: Any, framework: Mapping[str, Any], place: str) -> Instrument:
    """One part as an instrument, with what it has of its framework."""
    if isinstance(table, Instrument):
        return table
    if isinstance(table, str):
        try:
            table = tomllib.loads(f"part = {{{table}}}")["part"]
        except tomllib.TOMLDecodeError:
            raise ValueError(f'{place}: cannot be read; write it like instrument = "Tariff", importer = "USA", origins = ["CHN"], goods = ["*"], rate = 0.25') from None
    return instrument(inherited(framework, table) | table if isinstance(table, dict) else table, place)


def inherited(framework: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """What a part has of its framework: months (no announcement, if it begins in a month of its own), package, source, and the members where it names none."""
    fields = INSTRUMENTS[table["instrument"]].model_fields if table.get("instrument") in INSTRUMENTS else {}
    found = {name: framework.get(name) for name in INHERITED if framework.get(name) and not (name == "announced" and "date" in table)}
    open_to = [name for name in ("members", "countries") if name in fields and not {name, "entities"} & set(table)]
    return found | dict.fromkeys(open_to[:1] if framework.get("members") else (), framework.get("members"))


def pays(each: Instrument) -> bool:
    """Whether a part is public money."""
    return "paid_from" in type(each).model_fields


def spread(instruments: Iterable[Instrument]) -> tuple[Instrument, ...]:
    """The same instruments with parts in the place of frameworks, for truces that suspend one as well."""
    found = tuple(each for one in instruments for each in (one.measures if isinstance(one, Framework) else (one,)))
    names = {each.name: None for each in found}
    return tuple(suspending(each, names) if isinstance(each, Truce) else each for each in found)


def suspending(truce: Truce, names: Collection[str]) -> Truce:
    """The same truce, its names of frameworks replaced by those of their parts."""
    several = tuple(each for name in truce.suspends for each in meant(name, names) or (name,))
    if several == truce.suspends:
        return truce
    with spoken(truce.words):
        return truce.changed(suspends=several)


def meant(name: str, names: Collection[str]) -> tuple[str, ...]:
    """What a name means: the instrument of that name, or all parts of the framework of that name."""
    return (name,) if name in names else tuple(each for each in names if each.startswith(name + PART))


def bundled(name: str, parts: Iterable[Instrument]) -> Framework:
    """The framework of that name with these parts, taken out of a book."""
    parts = tuple(each.changed(name=each.name.removeprefix(name + PART)) for each in parts)
    return Framework(date=min(each.date for each in parts), name=name, parts=parts)
