"""The file of a scenario or of a patch: found by name or path, read, and parsed; one line for every file that is none."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from model import parameters
from model.errors import InputError, unknown
from model.policies.framework import spread
from model.policies.instrument import Instrument, instrument
from model.words import current

LARGEST = 1_000_000
"""Bytes; the longest shipped scenario has some twenty thousand."""


def file_of(name_or_path: str | Path, folder: Path, known: Mapping[str, Path], what: str = "scenario") -> Path:
    """The file meant: the name of a storyline (or of what else is known) in the world, or a path (from `folder` if it is relative)."""
    if str(name_or_path) in known:
        return known[str(name_or_path)]
    path = folder / str(name_or_path).replace("\0", " ")
    if str(name_or_path) and (path.suffix == ".toml" or os.path.exists(path)):
        return path
    raise InputError(f"{unknown(what, name_or_path, known)} (the path of a file ends in .toml)")


def text_of(path: Path) -> str:
    """What is written in a scenario's file."""
    try:
        if os.path.exists(path) and not path.is_file():
            raise InputError(f"{path}: is not a file; give a scenario's .toml file")
        if os.path.getsize(path) > LARGEST:
            raise InputError(f"{path.name}: has more than {LARGEST:,} bytes; a scenario needs a few thousand, leave out the rest")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None


def parse(text: str, file: str) -> dict[str, Any]:
    """The tables of a TOML text."""
    if not isinstance(text, str):
        raise InputError(f"{file}: is not text; give what stands in a .toml file")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise InputError(f"{file}: is not TOML ({error}); correct it there") from None


def refuse_unknown(tables: Mapping[str, Any], known: Iterable[str], file: str) -> None:
    """Refuses a key that nothing is called."""
    for key in tables:
        if key not in known:
            raise InputError(f"{file}: {key}: {unknown('key', key, known)}")


def events_of(written: Any, file: str) -> list[Instrument]:
    """The instruments of a file's [[events]]."""
    if not isinstance(written, list):
        raise InputError(f"{file}: events: is not a list; write [[events]], with double brackets")
    return [event_of(event, f"{file}: events[{number}]") for number, event in enumerate(written)]


def event_of(fields: Any, place: str) -> Instrument:
    """The instrument a table of a file describes; the firms it names are those of the tables."""
    event = instrument(fields, place)
    for firm in (firm for each in spread([event]) for firm in getattr(each, "entities", ())):
        if firm not in current().firms:
            raise InputError(f"{place}.entities: {unknown('firm', firm, current().firms)}")
    return event


def known_parameters(given: Any) -> dict[str, float]:
    """The table of parameters of a file, each one that the world knows and within its bounds."""
    if not isinstance(given, Mapping):
        raise ValueError("is not a table; write [parameters] and name = value below")
    try:
        return parameters.check(dict(given), current().parameters)
    except InputError as error:
        raise ValueError(str(error).removeprefix("parameters")) from None
