"""A scenario's file: found by name or path, read, and parsed; one line for every file that is none."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.errors import InputError, unknown

LARGEST = 1_000_000
"""Bytes; the longest shipped scenario has some twenty thousand."""


def file_of(name_or_path: str | Path, folder: Path, known: Mapping[str, Path]) -> Path:
    """The file meant: the name of a storyline the world knows, or a path (from `folder` if it is relative)."""
    if str(name_or_path) in known:
        return known[str(name_or_path)]
    path = folder / str(name_or_path).replace("\0", " ")
    if str(name_or_path) and (path.suffix == ".toml" or os.path.exists(path)):
        return path
    raise InputError(f"{unknown('scenario', name_or_path, known)} (the path of a file ends in .toml)")


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
