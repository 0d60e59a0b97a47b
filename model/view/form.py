"""A form for one instrument, built from what the instrument says of its own fields; new instruments and fields appear by themselves."""

import re
from collections.abc import Callable
from typing import Any

import solara

from model.errors import InputError
from model.policies import INSTRUMENTS, Instrument
from model.policies.instrument import FLAGS
from model.words import Words, spoken

ALWAYS = ("name", "date", "until")
"""Fields every instrument shows first; those it requires and these are open, the others folded away."""
HIDDEN = ("note", "source", "reference_month", "part_of")
"""Fields a form does not show; one that is changed keeps them."""
USUAL = (
    "rate", "regime", "controlled_share", "capacity_share", "approval_rate", "destinations", "goods", "tonnes_per_year",
    "share_of_reference", "share_of_base", "factor", "months", "entities", "country", "stage", "suspends",
)  # fmt: skip
"""Fields people reach for; open when an instrument has them."""


def title(kind: str) -> str:
    """ "ExportLicence" as "Export licence"."""
    return re.sub(r"(?<!^)([A-Z])", r" \1", kind).capitalize()


def fields_of(kind: str, words: Words) -> list[dict]:
    """What an instrument says of its fields; choices are those of a world."""
    with spoken(words):
        return INSTRUMENTS[kind].fields_for_page()


def split(kind: str, words: Words) -> tuple[list[dict], list[dict]]:
    """The fields of an instrument: those shown at once, and those behind "More"."""
    fields = [field for field in fields_of(kind, words) if field["name"] not in HIDDEN]
    first = [field for field in fields if field["required"] or field["name"] in ALWAYS or field["name"] in USUAL]
    return first, [field for field in fields if field not in first]


def typed(fields: list[dict], values: dict[str, Any]) -> dict[str, Any]:
    """Values as typed in the form, as the instrument reads them; fields left empty are left out."""
    found = {}
    for field in fields:
        value = values.get(field["name"])
        if value not in (None, "", [], ()):
            found[field["name"]] = parsed(field, value)
    return found


def parsed(field: dict, value: Any) -> Any:
    """One value: numbers and lists may be typed as text."""
    if not isinstance(value, str):
        return value
    if field["choices"] == list(FLAGS):
        return FLAGS[value]
    if field["type"] in ("number", "integer"):
        return number(field["name"], value, int if field["type"] == "integer" else float)
    if field["type"] == "array" or field["type"] == "texts":
        return [part.strip() for part in value.split(";") if part.strip()]
    if field["type"] == "map":
        return dict(pair(field["name"], part) for part in value.split(",") if part.strip())
    return value.strip()


def number(name: str, text: str, kind: type) -> float:
    try:
        return kind(text.strip())
    except ValueError:
        raise InputError(f"{name}: {text.strip()[:30]!r} is not a number; write it like {'3' if kind is int else '0.25'}") from None


def pair(name: str, text: str) -> tuple[str, float]:
    """ "USA = 0.12" """
    key, _, value = text.partition("=")
    return key.strip(), number(name, value, float)


def read(kind: str, values: dict[str, Any], words: Words) -> Instrument:
    """The instrument of a world that a filled form describes; `InputError` names the field."""
    with spoken(words):
        return INSTRUMENTS[kind].read(typed(fields_of(kind, words), values), "")


def culprit(error: InputError) -> tuple[str, str]:
    """The field an error is about ("" if none) and what is wrong with it."""
    found = re.match(r"\.?([a-z_]+)((?:\[\d+\]|\.\w+)*): (.*)", str(error))
    return (found[1], found[3]) if found else ("", str(error))


def filled(instrument: Instrument) -> dict[str, Any]:
    """The form's values for an instrument that is there already."""
    values = instrument.model_dump(mode="json", exclude_none=True)
    return {name: shown(value) for name, value in values.items()}


def shown(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {number}" for key, number in value.items())
    if isinstance(value, int | float):
        return str(value).lower()
    return value


@solara.component
def Field(field: dict, value: Any, change: Callable[[Any], None], problem: str = "") -> None:
    """One control, with its unit, its help and what is wrong with what was typed."""
    name = field["name"].replace("_", " ").capitalize()
    unit = "" if field["unit"] in ("", "1") or field["unit"].startswith("month ") else field["unit"]
    label = f"{name} ({unit})" if unit else name
    with solara.Div(classes=["tn-field"]):
        if field["type"] == "choices":
            solara.SelectMultiple(label, values=list(value or []), all_values=list(field["choices"]), on_value=change, dense=True)
        elif field["type"] == "choice":
            solara.Select(label, value=value or "", values=["", *field["choices"]], on_value=change, dense=True)
        else:
            solara.InputText(label, value=written(value), on_value=change, error=problem or False, message=None if problem else advice(field), dense=True)
        if problem and field["type"] in ("choices", "choice"):
            solara.Text(problem, classes=["tn-problem"])


def written(value: Any) -> str:
    """A value as the text of a field."""
    return "" if value is None else "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def advice(field: dict) -> str:
    """What a field means, and what it is if left empty."""
    usual = field["default"]
    return field["help"] + ("" if field["required"] or usual in (None, "", [], {}) else f" (usually {usual})")
