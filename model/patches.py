"""Patches: measures and parameters that are laid over any storyline, each with one size by which it can be scaled."""

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, PrivateAttr, SerializeAsAny, field_validator, model_validator

from model.checked import Checked, Frozen
from model.errors import InputError, unknown, warn
from model.policies.framework import Framework, spread
from model.policies.instrument import Instrument
from model.policies.vocabulary import Said, Title, Word, several
from model.scenario_file import events_of, file_of, known_parameters, parse, refuse_unknown, text_of
from model.words import Words, candidates, current, spoken, words_of

if TYPE_CHECKING:
    from model.scenario import Scenario

PLUS, TIMES = "+", "*"
"""Between a storyline and the patches laid over it; between a patch and its size."""
AT_REST = {"factor": 1.0, "speed": 1.0}
"""What fields whose name ends in a word are when they do nothing: multiples of the usual; all others nought."""


class Patch(Checked):
    """Something states could do in any storyline from a month of the future on: events, parameters, and other patches it is made of."""

    name: Title = Field(description="Name of the patch")
    sentence: Said = Field(description="Sentence that says what it does, and who pays what")
    size: Annotated[tuple[Word, ...], BeforeValidator(several)] = Field((), description="Fields of its events, and parameters, that are its size: half of it has half of each")
    includes: Annotated[tuple[Word, ...], BeforeValidator(several)] = Field((), description="Other patches it is made of, by name; their events and parameters are its own")
    parameters: Annotated[dict[str, float], AfterValidator(Frozen)] = Field({}, description="Parameters that differ from parameters.csv")
    events: tuple[SerializeAsAny[InstanceOf[Instrument]], ...] = Field((), description="Instruments")

    _words: Words = PrivateAttr()
    """The words of the world it is told in."""

    def model_post_init(self, _: Any) -> None:
        self._words = next(iter(candidates()))

    @classmethod
    def names(cls, world: Any = None) -> tuple[str, ...]:
        """The patches a world ships; those of the usual world if none is named."""
        return tuple(words_of(world).patches)

    @classmethod
    def load(cls, name_or_path: str | Path, world: Any = None) -> Self:
        """The patch of that name in a world, or the one in a file, "NAME*0.5" half of it; `InputError` names file and field."""
        with spoken(words_of(world)) as words:
            term = term_of(str(name_or_path))
            return cls.read_file(file_of(term.name, Path(), words.patches, "patch")).scaled(term.size)

    @classmethod
    def read_file(cls, path: Path, within: tuple[str, ...] = ()) -> Self:
        """The patch in a file; within: the patches that include it."""
        tables = parse(text_of(path), path.name)
        refuse_unknown(tables, cls.model_fields, path.name)
        own = events_of(tables.get("events", []), path.name)
        try:
            patch = cls(**tables | {"events": own})
            return patch.whole((*within, patch.name))
        except ValueError as error:
            raise InputError(f"{path.name}: {str(error).removeprefix(cls.__name__).lstrip('.: ')}") from None

    def whole(self, within: tuple[str, ...]) -> Self:
        """The same patch with all that it includes."""
        for name in self.includes:
            if name not in current().patches:
                raise InputError(f"includes: {unknown('patch', name, current().patches)}")
            if name in within:
                raise InputError(f"includes: {name} includes it in turn; take it out of one of them")
        parts = [type(self).read_file(current().patches[name], within) for name in sorted(set(self.includes))]
        included = dict.fromkeys(name for part in parts for name in (part.name, *part.includes))
        events = reduce(added, parts, self.events)
        size = dict.fromkeys((*self.size, *(field for part in parts for field in part.size)))
        values = agreed(parts)
        return type(self)(name=self.name, sentence=self.sentence, size=tuple(size), includes=tuple(included), parameters=values | self.parameters, events=events)

    @property
    def called(self) -> str:
        """Its name without its size."""
        return term_of(self.name).name

    @property
    def measures(self) -> tuple[Instrument, ...]:
        """Its events, frameworks by their parts."""
        return spread(self.events)

    def scaled(self, factor: float) -> Self:
        """The same patch in another size: each field of its size this many times as far from doing nothing; `InputError` where a field cannot be that large."""
        if factor == 1:
            return self
        if not self.size:
            raise InputError(f"{self.called}: has no size to be scaled by; name fields of its events in size, or take it as it is")
        name, usual = f"{self.called}{TIMES}{factor * term_of(self.name).size:.6g}", self._words.parameters
        values = {key: value if key not in self.size else usual[key].value + factor * (value - usual[key].value) for key, value in self.parameters.items()}
        try:
            with spoken(self._words):
                events = tuple(resized(each, self.size, factor) for each in self.events) if factor else ()
                return type(self)(name=name, sentence=self.sentence, size=self.size if factor else (), includes=self.includes, parameters=values if factor else {}, events=events)
        except InputError as error:
            raise InputError(f"{name}: {str(error).removeprefix(type(self).__name__).lstrip('.: ')}") from None

    @field_validator("parameters", mode="before")
    @classmethod
    def _known_parameters(cls, given: Any) -> dict[str, float]:
        return known_parameters(given)

    @model_validator(mode="after")
    def _can_be_scaled(self) -> Self:
        scalable = {*self.parameters, *(name for each in self.events for part in with_parts(each) for name in type(part).model_fields)}
        for number, field in enumerate(self.size):
            if field not in scalable:
                raise ValueError(f".size[{number}]: {unknown('field', field, sorted(scalable))}")
        return self


def scaled(patch: Patch | str, factor: float, world: Any = None) -> Patch:
    """A patch, or the one of that name in a world, in another size: of twice the size at 2, and nothing at 0."""
    return (patch if isinstance(patch, Patch) else Patch.load(patch, world)).scaled(factor)


def with_parts(instrument: Instrument) -> tuple[Instrument, ...]:
    """An instrument, and the parts of a framework."""
    return (instrument, *instrument.parts) if isinstance(instrument, Framework) else (instrument,)


def resized(instrument: Instrument, size: tuple[str, ...], factor: float) -> Instrument:
    """The same instrument with those fields of the size that it gives scaled, and so those of its parts."""
    fields: dict[str, Any] = {name: resized_value(name, getattr(instrument, name), factor) for name in size if name in instrument.model_fields_set}
    if isinstance(instrument, Framework):
        fields["parts"] = tuple(resized(each, size, factor) for each in instrument.parts)
    try:
        return instrument.changed(**fields) if fields else instrument
    except InputError as error:
        raise InputError(f"{instrument.name}{str(error).removeprefix(type(instrument).__name__)}") from None


def resized_value(field: str, value: Any, factor: float) -> Any:
    """A field's value so many times as far from what it is at rest."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: resized_value(field, each, factor) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(resized_value(field, each, factor) for each in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f".{field}: {value!r} is no number that could be scaled; leave it out of size")
    rest = AT_REST.get(field.rsplit("_", 1)[-1], 0.0)
    return rest + factor * (value - rest)


class Term(NamedTuple):
    """A part of "truce_holds+stockpile*0.5": a name or path, and the size asked for."""

    name: str
    size: float


def term_of(text: str) -> Term:
    """A name with its size; 1 where none is given."""
    name, times, size = text.strip().rpartition(TIMES)
    if not times:
        return Term(text.strip(), 1.0)
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,12})?(e-?[0-9]{1,2})?", size):
        raise InputError(f'patch "{text}": "{size}" is no size; write for example {name or "stockpile"}*0.5')
    return Term(name.strip(), float(size))


def terms_of(text: str, words: Words) -> tuple[str, list[str]]:
    """The storyline of "truce_holds+stockpile*0.5", wherever it stands, and the patches to be laid over it."""
    if PLUS not in text or text in words.scenarios or Path(text).is_file():
        return text, []
    terms = [each.strip() for each in text.split(PLUS)]
    storyline = next((each for each in terms if each in words.scenarios), None) or next((each for each in terms if term_of(each).name not in words.patches), None)
    if storyline is None:
        raise InputError(f"{text}: {', '.join(terms)} are patches; name a storyline beside them, such as {next(iter(words.scenarios), 'one of your own')}")
    terms.remove(storyline)
    return storyline, terms


def laid_over[Course: "Scenario"](scenario: Course, patches: Iterable[Patch]) -> Course:
    """A storyline with patches laid over it, in whatever order they are given: their events beside its own, their parameters over its own."""
    patches = sorted(patches, key=lambda patch: patch.name)
    names = [*(term_of(term).name for term in scenario.name.split(PLUS)[1:]), *(name for each in patches for name in (each.called, *each.includes))]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InputError(f"{scenario.name}: {twice} is laid over it twice; name it once, {twice}*2 is twice as much of it")
    with spoken(scenario.words):
        events = reduce(added, patches, scenario.events)
    for patch in patches:
        check_future(patch, scenario)
    name, sentence = PLUS.join([scenario.name, *(each.name for each in patches)]), " ".join([scenario.sentence, *(each.sentence for each in patches)])
    return scenario.changed(name=name, sentence=sentence, events=events, parameters=scenario.parameters | agreed(patches))


def added(events: tuple[Instrument, ...], patch: Patch) -> tuple[Instrument, ...]:
    """Events with those of a patch; one whose name is taken is called after the patch as well."""
    taken = {each.name for each in spread(events)}

    def free(each: Instrument) -> Instrument:
        own = {part.name for part in spread([each])} | {each.name}
        return each.changed(name=f"{each.name} ({patch.called})") if own & taken else each.at_home(current())

    return (*events, *(free(each) for each in patch.events))


def agreed(patches: Iterable[Patch]) -> dict[str, float]:
    """Parameters of some patches; `InputError` where two contradict each other."""
    found: dict[str, float] = {}
    for name, value in (each for patch in patches for each in patch.parameters.items()):
        if found.setdefault(name, value) != value:
            raise InputError(f"parameters.{name}: is {found[name]:g} in one patch and {value:g} in another; take one of them")
    return found


def check_future(patch: Patch, scenario: "Scenario") -> None:
    """Refuses a patch that would change what has happened, and warns of one that begins when all is over."""
    words = scenario.words
    told = words.said.history_end or words.first
    for each in patch.measures:
        first = min(each.date, each.announced or each.date)
        if first <= told:
            raise InputError(f"{patch.called}: {each.name}: date: {first} is not after {told}, where history ends; a patch changes the future, give a later month")
    begins = min((each.date for each in patch.measures), default=told)
    if begins > scenario.last_month:
        warn(f"{scenario.name}{PLUS}{patch.called}: {patch.called} begins in {begins}, after the last month {scenario.last_month}, so it never acts")


__all__ = ["Patch", "laid_over", "scaled"]
