"""The words an instrument may use: months, countries, goods and end uses, with what each covers; and its bounded numbers."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from model.errors import unknown
from model.names import EU, EVERY, LONGEST_WAIT, MONTH, USES
from model.words import candidates, current, spoken

if TYPE_CHECKING:
    from model.words import Words



def countries() -> tuple[str, ...]:
    """Countries and country groups of countries.csv."""
    return current().countries


def members(words: "Words | None" = None) -> frozenset[str]:
    """The countries of the European Union that have firms of their own, and EU27 for what is left undivided."""
    return (words or current()).union | {EU}


def sectors() -> tuple[str, ...]:
    """Sectors that use goods of the chain, of sectors.csv."""
    return current().sectors


def goods() -> tuple[str, ...]:
    """Goods that are traded."""
    return current().goods


def end_uses() -> tuple[str, ...]:
    """Kinds of end use, then sectors."""
    return USES + sectors()


def stages() -> tuple[str, ...]:
    """Stages of the chain that have firms."""
    return current().stages


def regimes() -> tuple[str, ...]:
    """Named regimes of the ladder."""
    return current().regimes


def commitments() -> tuple[str, ...]:
    """What states have promised each other, of commitments.csv."""
    return tuple(current().commitments)


TRUCE, RESTRICTIONS = "truce", "restrictions"


def bundles() -> tuple[str, ...]:
    """Packages whose parts come and go together: breaking the truce takes out one and brings in the other."""
    return TRUCE, RESTRICTIONS


VOCABULARIES: dict[str, Callable[[], tuple[str, ...]]] = {
    "country": countries,
    "good": goods,
    "end use": end_uses,
    "stage": stages,
    "regime": regimes,
    "bundle": bundles,
    "commitment": commitments,
}


def expand_countries(names: Iterable[str], words: "Words | None" = None) -> frozenset[str]:
    """The countries meant: "*" is all, EU27 its members and itself (undivided European supply and demand)."""
    names = frozenset(names)
    return frozenset((words or current()).countries) if EVERY in names else names | (members(words) if EU in names else frozenset())


def expand_goods(names: Iterable[str], words: "Words | None" = None) -> tuple[str, ...]:
    """The goods meant, in the order of the chain."""
    names = set(names)
    return tuple(good for good in (words or current()).goods if good in names or EVERY in names)


def expand_end_uses(names: Iterable[str], words: "Words | None" = None) -> frozenset[str]:
    """The sectors meant: defence, dual use and civil are those that sectors.csv says are."""
    names = set(names)
    return frozenset(each for each, use in (words or current()).use_of.items() if names & {EVERY, each, use})


def _known(what: str, every: bool = False) -> AfterValidator:
    """Refuses a word outside its vocabulary ("*" passes where it may mean all); where no world is spoken of, that of any shipped one will do."""

    def check(word: str) -> str:
        if every and word == EVERY:
            return word
        for words in candidates():
            with spoken(words):
                if word in VOCABULARIES[what]():
                    return word
        raise ValueError(unknown(what, word, VOCABULARIES[what]()))

    return AfterValidator(check)


def _month(text: str) -> str:
    if not re.fullmatch(MONTH, text):
        raise ValueError(f'"{text}" is not a month; give YYYY-MM, such as 2026-11')
    if not any(text >= words.first for words in candidates()):
        first = min(words.first for words in candidates())
        raise ValueError(f"{text} is before the model's first month; give {first} or later")
    return text


def plain(text: str) -> str:
    """Refuses letters that cannot be seen or look like others: a name is matched letter by letter."""
    hidden = next((letter for letter in text if unicodedata.category(letter) in UNSEEN), None)
    if hidden is not None:
        raise ValueError(f"{text!a} holds an invisible character (U+{ord(hidden):04X}); write it without")
    if text != text.strip():
        raise ValueError(f"{text!r} begins or ends with a blank; write it without")
    usual = unicodedata.normalize("NFKC", text)
    if usual != text:
        raise ValueError(f'"{text}" holds characters that look like others; write "{usual}"')
    for word in text.split():
        scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()} & ALIKE
        if len(scripts) > 1:
            raise ValueError(f'"{word}" mixes letters of {" and ".join(sorted(each.capitalize() for each in scripts))} that look alike; write it in one script')
    return text


ALIKE = {"LATIN", "CYRILLIC", "GREEK"}
"""Scripts whose letters are taken for each other."""
UNSEEN = ("Cf", "Cc", "Co", "Cn", "Cs", "Zl", "Zp")
"""Unicode categories of characters that leave no mark: format, control, private, unassigned, surrogates, line and paragraph separators."""


def several(value: Any) -> Any:
    """A single thing where several may be given."""
    return (value,) if isinstance(value, str | int | float) else tuple(value) if isinstance(value, list) else value


Word = Annotated[str, Field(strict=True)]
Name = Annotated[Word, AfterValidator(plain)]


def said(words: str) -> str:
    """Refuses what says nothing."""
    if not words.strip():
        raise ValueError("is blank; say it in words")
    return words


Said = Annotated[Word, AfterValidator(said)]
Title = Annotated[Name, AfterValidator(said)]
Month = Annotated[Word, AfterValidator(_month), Field(json_schema_extra={"type": "month"})]


def choice(what: str, every: bool = False) -> tuple[Any, ...]:
    """What makes a word one of a vocabulary."""
    return _known(what, every), Field(json_schema_extra={"vocabulary": what, "every": every})


SEVERAL = BeforeValidator(several), Field(min_length=1)
"""A single word may be given for a list of one; an empty list is refused."""

Country = Annotated[Word, *choice("country")]
Stage = Annotated[Word, *choice("stage")]
Commitment = Annotated[Word, *choice("commitment")]
Bundle = Annotated[Word, *choice("bundle")]
Countries = Annotated[tuple[Annotated[Word, *choice("country", every=True)], ...], *SEVERAL]
NoneOrCountries = Annotated[tuple[Annotated[Word, *choice("country", every=True)], ...], BeforeValidator(several)]
Goods = Annotated[tuple[Annotated[Word, *choice("good", every=True)], ...], *SEVERAL]
EndUses = Annotated[tuple[Annotated[Word, *choice("end use", every=True)], ...], *SEVERAL]

Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Factor = Annotated[float, Field(strict=True, ge=0, le=5, allow_inf_nan=False)]
Hindrance = Annotated[float, Field(strict=True, ge=1, le=5, allow_inf_nan=False)]
MOST_CUT = 0.9
"""Most of a price that can go unasked: goods given away have none."""
Cut = Annotated[float, Field(strict=True, ge=0, le=MOST_CUT, allow_inf_nan=False)]
DutyRate = Annotated[float, Field(strict=True, ge=0, le=5, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Tonnes = Annotated[float, Field(strict=True, ge=0, le=1e9, allow_inf_nan=False)]
Price = Annotated[float, Field(strict=True, ge=0, le=1e6, allow_inf_nan=False)]
Years = Annotated[float, Field(strict=True, ge=1, le=50, allow_inf_nan=False)]
Interest = Annotated[float, Field(strict=True, ge=0, le=30, allow_inf_nan=False)]
Wait = Annotated[int, Field(strict=True, ge=0, le=LONGEST_WAIT)]
Freight = Annotated[float, Field(strict=True, ge=0, le=20, allow_inf_nan=False)]
Speed = Annotated[float, Field(strict=True, ge=1, le=10, allow_inf_nan=False)]
Cover = Annotated[float, Field(strict=True, ge=0, le=60, allow_inf_nan=False)]
Delay = Annotated[int, Field(strict=True, ge=0, le=24)]
DurationMonths = Annotated[int, Field(strict=True, ge=1, le=240)]


def given(help: str, unit: str = "", default: Any = ...) -> Any:
    """A field of an instrument: what it means in the world, its unit, its default (none: it must be given)."""
    return Field(default, description=help, json_schema_extra={"unit": unit})
