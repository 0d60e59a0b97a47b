"""Facts read from people and files through pydantic models, with errors as one line that names the field."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from reprlib import Repr
from typing import Any, NoReturn, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from model.errors import InputError, unknown

SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60


class Frozen(dict):
    """A table that cannot be changed and is known by what it holds: equal tables have equal hashes."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none, as it can be changed
        return hash(frozenset(self.items()))

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this table is frozen; make a changed copy: dict(table) | {name: value}")

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> tuple[type, tuple[dict]]:
        return type(self), (dict(self),)


class Checked(BaseModel):
    """A fact that cannot be changed once checked; a value that cannot be used raises `InputError` naming class and field."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise InputError(f"{type(self).__name__}{explain(error, type(self))}") from None

    @classmethod
    def read(cls, fields: Mapping[str, Any], place: str) -> Self:
        """The fact made of `fields`; an error says `place` (such as "my.toml: events[3]") instead of the class."""
        try:
            return cls(**fields)
        except InputError as error:
            raise InputError(f"{place}{str(error).removeprefix(cls.__name__)}") from None


def explain(error: ValidationError, cls: type[BaseModel]) -> str:
    """The first problem pydantic found, misspelt fields before all others, as ".field: what is wrong; what to do"."""
    problems = sorted(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    place, problem = _place(problems[0]["loc"]), _problem(problems[0], cls)
    return f"{place}{problem}" if re.match(r"\.|\[\d+\][.:]", problem) else f"{place}: {problem}"  # ".x: ..." and "[0].x: ..." name a part of the field


def _place(location: tuple[int | str, ...]) -> str:
    """Where in the fact: ".goods[0]", ".destination_factor.USA"."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location if step != "[key]")


def _problem(problem: Mapping[str, Any], cls: type[BaseModel]) -> str:
    """What is wrong with one field and what to give instead."""
    kind, location = problem["type"], problem["loc"]
    if kind == "extra_forbidden":
        return unknown("field", location[-1], cls.model_fields)
    if kind == "value_error":
        return str(problem["ctx"]["error"])
    advice = _advice(cls, location)
    if kind == "missing":
        return f"is missing; {advice}"
    if kind == "too_short":
        return f"is empty; {advice}"
    wrong = problem["msg"].replace("Input should", "must").replace("a valid string", "text").split(",")[0]
    return f"{wrong}, not {SHORT.repr(problem['input'])}; {advice}"


def _advice(cls: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """What a field wants, from its own description and unit."""
    field = cls.model_fields.get(str(location[0])) if location else None
    if field is None or not field.description:
        return "correct it"
    extra = field.json_schema_extra
    unit = extra.get("unit") if isinstance(extra, dict) else None
    meaning = re.split(r"[;(]", field.description)[0].strip()
    return f"give the {meaning[0].lower()}{meaning[1:]}" + (f" ({unit})" if unit not in (None, "", "1") else "")


def read_rows[Row: Checked](path: Path, row_class: type[Row]) -> list[Row]:
    """Every row of a CSV table as a checked fact; errors name file, row (the header is row 1, as a spreadsheet shows it) and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_header(path, reader.fieldnames or [], row_class)
            rows = [_row(path, number, cells, row_class) for number, cells in enumerate(reader, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name}: cannot be read ({error}); restore the table") from None
    if not rows:
        raise InputError(f"{path.name}: has no rows; restore the table")
    return rows


def _check_header(path: Path, columns: Sequence[str], row_class: type[Checked]) -> None:
    missing = [name for name, field in row_class.model_fields.items() if field.is_required() and name not in columns]
    if missing:
        raise InputError(f"{path.name} row 1, column {missing[0]}: is missing; add the column")


def _row[Row: Checked](path: Path, number: int, cells: dict[Any, Any], row_class: type[Row]) -> Row:
    """One row; a row with more or fewer cells than the header cannot be trusted at all."""
    place = f"{path.name} row {number}"
    if None in cells or None in cells.values():
        raise InputError(f"{place}: has more or fewer cells than the header; put quotes around commas")
    try:
        return row_class.read(cells, place)
    except InputError as error:
        raise InputError(str(error).replace(f"{place}.", f"{place}, column ", 1)) from None
