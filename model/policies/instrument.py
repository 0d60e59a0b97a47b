"""What every act of a state has in common: a name, the months it is in force, who acts, and the facts a control panel needs."""

from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import PrivateAttr, ValidationInfo, field_validator

from model.checked import Checked
from model.errors import InputError, unknown
from model.names import EVERY, month_index
from model.policies.vocabulary import VOCABULARIES, Bundle, Month, Name, Word, given, several
from model.words import Words, candidates, spoken

INSTRUMENTS: dict[str, type["Instrument"]] = {}
"""Every kind of instrument by its name; a new kind joins by being defined."""


class Instrument(Checked):
    """An act of a state (or of nature) between two months; acts in full from the customs clearing of its first month.

    Errors: `InputError` naming the field.
    """

    steady: ClassVar[bool] = False
    """Whether it pulls the levers alike in every month in force; if not, it acts anew each month."""
    money: ClassVar[bool] = False
    """Whether it makes anybody pay or take in money (`model.treasury`)."""
    halts: ClassVar[bool] = True
    """Whether it ceases to act when its budget is spent."""
    circumstance: ClassVar[frozenset[str]] = frozenset({"date", "until", "announced", "name", "part_of", "note", "source"})
    """Fields that say since when, how long, how it is called and why: not what it does."""

    date: Month = given("First month in force", "month YYYY-MM")
    until: Month | None = given("First month no longer in force; none: it stays", "month YYYY-MM", None)
    name: Name = given("Name by which it is lifted or suspended, unlike any other; derived if not given", default="")
    announced: Month | None = given("Month in which it becomes known: a licence threatens from then on; none: with its first month in force", "month YYYY-MM", None)
    part_of: Bundle | None = given("Package it belongs to; breaking the truce ends all of one and brings all of the other", "bundle", None)
    note: Word = given("Remark for the reader", default="")
    source: Word = given("Publication it rests on, or the word assumption", default="")

    _words: Words = PrivateAttr()
    """The words of the world it belongs to: the one spoken of when it was made, or the first shipped one that knows what it names."""

    def __init_subclass__(cls, family: bool = False, **_: Any) -> None:
        if not family:  # a family is what several instruments share, not one that can be imposed
            INSTRUMENTS[cls.__name__] = cls

    @field_validator("until")
    @classmethod
    def _after_date(cls, until: str | None, others: ValidationInfo) -> str | None:
        date = others.data.get("date")
        if until is not None and date is not None and until <= date:
            raise ValueError(f"{until} is not after date {date}; give a later month or leave it out")
        return until

    @field_validator("announced")
    @classmethod
    def _known_before(cls, announced: str | None, others: ValidationInfo) -> str | None:
        date = others.data.get("date")
        if announced is not None and date is not None and announced > date:
            raise ValueError(f"{announced} is after date {date}; what is in force is known, give an earlier month or leave it out")
        return announced

    def model_post_init(self, _: Any) -> None:
        self._words = next((words for words in candidates() if self.fits(words)), None) or next(iter(candidates()))
        if not self.name.strip():
            object.__setattr__(self, "name", self._derived_name())

    @property
    def words(self) -> Words:
        """The words of the world it belongs to."""
        return self._words

    def fits(self, words: Words) -> bool:
        """Whether a world knows all that it names."""
        named = {*self._goods()} - {EVERY}
        regime = getattr(self, "regime", None)
        return named <= set(words.goods) and (regime is None or regime in words.terms)

    def at_home(self, words: Words) -> Self:
        """The same instrument in a world's words; `InputError` if it names what that world does not know."""
        if self._words == words:
            return self
        with spoken(words):
            return self.changed()

    def _derived_name(self) -> str:
        """Kind, actor, month and goods: what tells it from its likes."""
        goods = [good for good in self._goods() if good != EVERY]
        return " ".join(filter(None, (type(self).__name__, self.actor, self.date, "+".join(goods))))

    def _goods(self) -> tuple[str, ...]:
        """Goods it names, whether one or several may be."""
        return (*getattr(self, "goods", ()), *several(getattr(self, "good", ())))

    @property
    def actor(self) -> str | None:
        """The country whose state acts; None where no state does."""
        raise NotImplementedError(f"{type(self).__name__} does not say who acts")

    @property
    def last_index(self) -> float:
        """Index of the last month in force; infinite if it stays."""
        return float("inf") if self.until is None else month_index(self.until) - 1

    @property
    def stays(self) -> bool:
        """Whether it pulls this month as it did last month, all else being as it was."""
        return self.steady

    @property
    def account(self) -> str:
        """The account it is paid from: its own, by its name; several that name one account share its budget."""
        return self.name

    @property
    def budget_usd_million(self) -> float | None:
        """What may be paid for it in all, million USD; None without limit."""
        return None

    def in_force(self, month: int) -> bool:
        """Whether it is in force in the month of this index (0 is 2024-01)."""
        return month_index(self.date) <= month <= self.last_index

    def heralded(self, month: int) -> bool:
        """Whether it is known and not yet in force in the month of this index."""
        return self.announced is not None and month_index(self.announced) <= month < month_index(self.date)

    def herald(self, levers: Any) -> None:
        """What its announcement does before it is in force."""

    def pull(self, levers: Any) -> None:
        """Acts on this month's levers (`model.levers.Levers`); a truce acts by what it suspends."""

    def settle(self, model: Any) -> None:
        """What it makes states and firms pay or take in for the month, once goods have left and are paid for."""

    @cached_property
    def restricts(self) -> frozenset[tuple[str, str]]:
        """Exporting country and good of every export it limits while in force; months under a limit are no measure of trade."""
        return frozenset()

    @cached_property
    def share_of_past(self) -> str | None:
        """The field, if any, that is a share of past trade; None if nothing is."""
        return None

    def idle(self, levers: Any) -> str | None:
        """Why it can never do anything; None if it can."""
        return None

    def content(self) -> tuple[str, dict[str, Any]]:
        """What it does, without since when, how long and how it is called and documented: equal contents act alike in a month."""
        return type(self).__name__, self.model_dump(exclude=set(self.circumstance))

    @cached_property
    def order(self) -> str:
        """By what it says and not by its name or date: the order in which instruments act, so that sums come out the same whatever they are called."""
        return repr(self.content())

    def changed(self, **fields: Any) -> Self:
        """The same instrument with other fields, checked."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set | {"name"}} | fields)

    def to_fields(self) -> dict[str, Any]:
        """The keys of its table in a scenario file."""
        said = self.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        return {"date": self.date, "instrument": type(self).__name__, "name": self.name} | said

    @classmethod
    def fields_for_page(cls) -> list[dict[str, Any]]:
        """For each field: name, type, unit, default, low, high, choices, help, required; enough to build a control from.

        Types: month, text, number, integer, choice, choices (several), texts (several), map (country to number).
        """
        schema = cls.model_json_schema()
        return [_page_field(name, field, schema) for name, field in schema["properties"].items()]


def instrument(fields: Any, place: str) -> Instrument:
    """The instrument a table of a scenario file describes; `place` is named in errors."""
    if not isinstance(fields, dict):
        raise InputError(f"{place}: is not a table; write [[events]] and its fields below")
    if "instrument" not in fields:
        raise InputError(f"{place}.instrument: is missing; give its kind, such as ExportBan or Tariff (README lists all)")
    kind = fields["instrument"]
    if not isinstance(kind, str) or kind not in INSTRUMENTS:
        raise InputError(f"{place}.instrument: {unknown('instrument', kind, INSTRUMENTS)}")
    return INSTRUMENTS[kind].read({key: value for key, value in fields.items() if key != "instrument"}, place)


FLAGS = {"true": True, "false": False}
"""What is either so or not, as a choice."""


def _page_field(name: str, field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """One field in the page's words; of several ways to give it, the simplest."""
    shape = field | next((way for way in field.get("anyOf", ()) if way.get("type") != "null"), {})
    item = shape.get("items", shape)
    choices = list(VOCABULARIES[item["vocabulary"]]()) if "vocabulary" in item else list(FLAGS) if shape.get("type") == "boolean" else item.get("enum")
    bounded = shape["additionalProperties"] if isinstance(shape.get("additionalProperties"), dict) else item
    return {
        "name": name,
        "type": _page_type(shape, choices),
        "unit": field.get("unit", ""),
        "default": field.get("default"),
        "low": bounded.get("minimum"),
        "high": bounded.get("maximum"),
        "choices": ([EVERY] if item.get("every") else []) + choices if choices else None,
        "help": field["description"],
        "required": name in schema["required"],
    }


def _page_type(shape: dict[str, Any], choices: list[str] | None) -> str:
    if shape["type"] == "array":
        return "choices" if choices else "texts"
    if choices:
        return "choice"
    return {"object": "map", "string": "text"}.get(shape["type"], shape["type"])
