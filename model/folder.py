"""World folders: where the tables of a world lie, and what an overlay adds to the world it extends.

A world is a folder with a world.toml. One that `extends` another holds only the tables, and of these only the rows, that differ: a row with the
key of one below takes its place, others are added. Everything that reads a world's facts reads them here.
"""

import hashlib
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from model.errors import InputError, unknown

SHIPPED = Path(__file__).parent / "worlds"
"""The worlds the model ships with."""
USUAL = "magnets"
"""The world that is meant where none is named."""
SETTINGS = "world.toml"
DEEPEST = 8
"""Most worlds that may extend one another in a row."""
LARGEST_TABLE = 50_000_000
"""Bytes of the largest table that is read."""


def shipped() -> tuple[str, ...]:
    """Names of the worlds the model ships with that can be run, the usual one first."""
    names = [path.parent.name for path in SHIPPED.glob(f"*/{SETTINGS}") if "start" in settings_of(path.parent)]
    return tuple(sorted(names, key=lambda name: (name != USUAL, name)))


def settings_of(path: Path) -> dict[str, Any]:
    """What stands in a folder's world.toml."""
    file = path / SETTINGS
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: no {SETTINGS} in it, so it is no world; name a folder that has one, or make one: python -m model.world new {path.name}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error}); mend it") from None


@dataclass(frozen=True)
class Folder:
    """The folders a world is made of, the most basic first."""

    layers: tuple[Path, ...]

    @classmethod
    def open(cls, name: str | os.PathLike[str] | None = None) -> "Folder":
        """The shipped world of that name, or the one in a folder; the usual one if none is named."""
        found = found_folder(USUAL if name is None else name, Path())
        layers = [found]
        while "extends" in (said := settings_of(layers[0])):
            if len(layers) > DEEPEST:
                raise InputError(f"{found.name}/{SETTINGS}: extends: more than {DEEPEST} worlds in a row, or a circle; let one of them extend nothing")
            try:
                layers.insert(0, found_folder(said["extends"], layers[0].parent))
            except InputError as error:
                raise InputError(f"{layers[0].name}/{SETTINGS}: extends: {error}") from None
        return cls(tuple(path.resolve() for path in layers))

    @property
    def path(self) -> Path:
        """The folder that was named."""
        return self.layers[-1]

    @property
    def name(self) -> str:
        """The world's name: what world.toml says, else the folder's."""
        return str(self.settings.get("name") or self.path.name)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What world.toml says, over what the worlds it extends say; tables in it are joined key by key."""
        joined: dict[str, Any] = {}
        for layer in self.layers:
            said = settings_of(layer)
            for key, value in said.items():
                joined[key] = joined[key] | value if isinstance(value, dict) and isinstance(joined.get(key), dict) else value
        joined["name"] = settings_of(self.path).get("name") or self.path.name
        return joined

    def files(self, name: str) -> list[tuple[int, Path]]:
        """(layer, path) of a file wherever it is given, the most basic first."""
        return [(at, layer / name) for at, layer in enumerate(self.layers) if (layer / name).exists()]

    def file(self, name: str) -> Path:
        """The topmost file of that name; where there is none, the place where it should be."""
        return ([path for _, path in self.files(name)] or [self.path / name])[-1]

    def scenarios(self) -> dict[str, Path]:
        """Files of the storylines told in this world, by name."""
        found = [path for layer in self.layers for path in sorted((layer / "scenarios").glob("*.toml"))]
        return dict(sorted((path.stem, path) for path in found))

    def patches(self) -> dict[str, Path]:
        """Files of what can be laid over any storyline of this world, by name."""
        found = [path for layer in self.layers for path in sorted((layer / "patches").glob("*.toml"))]
        return dict(sorted((path.stem, path) for path in found))

    def contents(self) -> Iterator[Path]:
        """Every file that can change a result."""
        for layer in self.layers:
            yield from sorted(path for pattern in (SETTINGS, "*.csv", "scenarios/*.toml", "patches/*.toml") for path in layer.glob(pattern))

    def checksums(self) -> dict[str, str]:
        """SHA-256 of every file by layer and name, so that a result can say on which facts it rests."""
        return {f"{path.parent.name if path.parent in self.layers else path.parent.parent.name}/{path.name}": digest(path) for path in self.contents()}

    def checksum(self) -> str:
        """One checksum of all of them: what the world says, wherever it lies."""
        return hashlib.sha256("".join(f"{path.name}{digest(path)}" for path in self.contents()).encode()).hexdigest()


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def found_folder(name: str | os.PathLike[str], beside: Path) -> Path:
    """The folder meant: a shipped world's name, or a path (from `beside` if it is relative)."""
    text = os.fspath(name) if isinstance(name, str | os.PathLike) else ""
    if text and (SHIPPED / text / SETTINGS).is_file() and not os.path.dirname(text):
        return SHIPPED / text
    for path in (Path(text), beside / text) if text else ():
        if path.is_dir():
            return path
    raise InputError(f"{unknown('world', text or name, shipped())} (or give the path of a folder with a {SETTINGS})")
