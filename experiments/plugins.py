"""Plugins: files of one's own that give firms other behaviour (CAST), the model parts it does not have (PARTS), and states doctrines that scenarios name, for every run of an experiment.

Each process that runs a model imports the same file by its path, under the same name, so that what it defines finds its way from one to the other.
"""

import hashlib
import sys
from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from experiments.files import checksum
from model.errors import InputError
from model.policies.doctrine import Doctrine
from model.policies.doctrines import loading

CAST, PARTS = "CAST", "PARTS"
OPTION = "--plugin"
LETTERS = 12
"""Of the path's checksum, in a module's name: two files of one name are two modules."""


class Plugins(NamedTuple):
    """What plugins add: classes by firm, parts, and the files they came from."""

    cast: dict[str, type]
    parts: tuple[Any, ...]
    files: tuple[Path, ...]


def gathered(paths: Iterable[Path]) -> Plugins:
    """All that some plugins add; `InputError` names the file that cannot be used."""
    files = tuple(dict.fromkeys(path.resolve() for path in paths))
    cast: dict[str, type] = {}
    parts: list[Any] = []
    for path in files:
        module = load(path)
        mine = cast_of(module, path)
        for firm in mine.keys() & cast.keys():
            raise InputError(f"{OPTION}: {path}: {firm} is played by another plugin, too; leave it to one of them")
        cast |= mine
        parts += parts_of(module, path)
    return Plugins(cast, tuple(parts), files)


def load_all(paths: Iterable[Path]) -> None:
    """Import plugins, so that what they define can be unpickled in this process."""
    for path in paths:
        load(path)


def load(path: Path) -> ModuleType:
    """A plugin as a module, imported once as long as the file stays what it is."""
    name = f"plugin_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:LETTERS]}"
    try:
        now = checksum(path)
    except OSError as error:
        raise InputError(f"{OPTION}: {path}: cannot be read ({error.strerror}); name a Python file") from None
    known = sys.modules.get(name)
    if known and known.__dict__["__checksum__"] == now:
        return known
    return imported(name, path, now)


def imported(name: str, path: Path, now: str) -> ModuleType:
    """The module in a file, run afresh."""
    spec = spec_from_loader(name, SourceFileLoader(name, str(path)))
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[name] = module
    module.__dict__["__checksum__"] = now
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise InputError(f"{OPTION}: {path}: fails when imported ({type(error).__name__}: {error}); mend it there") from None
    if not (hasattr(module, CAST) or hasattr(module, PARTS) or doctrines_of(module)):
        raise InputError(f"{OPTION}: {path}: defines neither {CAST} nor {PARTS} nor a doctrine; write {CAST} = {{firm: class}}, {PARTS} = [part, ...] or a subclass of model.Doctrine")
    loading.PLUGGED[path.name] = module
    return module


def cast_of(module: ModuleType, path: Path) -> dict[str, type]:
    """The classes a plugin gives firms; the model checks that they fit."""
    found = getattr(module, CAST, {})
    if not isinstance(found, dict):
        raise InputError(f"{OPTION}: {path}: {CAST} is no table of firms; write {CAST} = {{firm: class}}")
    return found


def doctrines_of(module: ModuleType) -> list[type[Doctrine]]:
    """The doctrines a plugin defines, which scenarios name as file.py:Class."""
    return [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Doctrine) and each.__module__ == module.__name__]


def parts_of(module: ModuleType, path: Path) -> list[Any]:
    """The parts a plugin adds; the model checks that they are some."""
    found = getattr(module, PARTS, [])
    if not isinstance(found, list | tuple):
        raise InputError(f"{OPTION}: {path}: {PARTS} is no list; write {PARTS} = [part, ...]")
    return list(found)
