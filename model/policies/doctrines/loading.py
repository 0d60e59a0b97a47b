"""Doctrines of your own: classes named "my_module:MyDoctrine" or "file.py:MyDoctrine" in a scenario."""

import hashlib
import importlib
import sys
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

from model.errors import InputError, unknown
from model.policies.doctrine import Doctrine

BETWEEN, PYTHON = ":", ".py"
LETTERS = 12
"""Of the path's checksum, in a module's name: two files of one name are two modules."""
PLUGGED: dict[str, ModuleType] = {}
"""Plugins of this process by the name of their file (`--plugin`), whose doctrines a scenario may name by file and class."""


def is_own(doctrine: str) -> bool:
    """Whether a doctrine is named by where its class is written."""
    return BETWEEN in doctrine


def at_home(doctrine: str, folder: Path) -> str:
    """The same doctrine with the whole path of its file where that lies beside the scenario."""
    place, _, name = doctrine.rpartition(BETWEEN)
    path = folder / place
    return f"{path.resolve()}{BETWEEN}{name}" if place.endswith(PYTHON) and path.is_file() else doctrine


def files_of(doctrines: Mapping[str, str]) -> list[Path]:
    """The files in which the doctrines of one's own are written, by country."""
    named = [own(doctrine) for _, doctrine in sorted(doctrines.items()) if is_own(doctrine)]
    return [Path(str(sys.modules[kind.__module__].__file__)) for kind in named]


def own(doctrine: str) -> type[Doctrine]:
    """The class a scenario names; `ValueError` says in a line what is wrong with it."""
    place, _, name = doctrine.rpartition(BETWEEN)
    module = from_file(place) if place.endswith(PYTHON) else from_module(place)
    found = getattr(module, name, None)
    if found is None:
        raise ValueError(f'"{doctrine}": {unknown("class", name, [each for each, kind in vars(module).items() if isinstance(kind, type)])}')
    if not (isinstance(found, type) and issubclass(found, Doctrine)):
        raise ValueError(f'"{doctrine}": {name} is no doctrine; subclass model.Doctrine')
    return found


def from_module(place: str) -> ModuleType:
    """A module by its name, as Python finds it."""
    try:
        return importlib.import_module(place)
    except Exception as error:
        raise ValueError(f'"{place}" cannot be imported ({type(error).__name__}: {error}); name a module Python finds, or a file such as "my_doctrine.py:MyDoctrine"') from None


def from_file(place: str) -> ModuleType:
    """A module by its file, or by the name of a file that was given as a plugin."""
    if place in PLUGGED:
        return PLUGGED[place]
    path = Path(place)
    try:
        text = path.read_bytes()
    except OSError:
        raise ValueError(f'"{place}": no such file beside the scenario, nor given by --plugin; put it there or name its whole path') from None
    name = f"doctrine_{path.stem}_{hashlib.sha256(str(path).encode() + text).hexdigest()[:LETTERS]}"
    return sys.modules.get(name) or imported(name, path)


class Fresh(SourceFileLoader):
    """Reads the file as it is: compiled code kept beside it may be of what it was a moment ago."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def imported(name: str, path: Path) -> ModuleType:
    """The module in a file, run once as long as it stays what it is."""
    spec = spec_from_loader(name, Fresh(name, str(path)))
    if spec is None or spec.loader is None:
        raise ValueError(f'"{path}" cannot be imported; name a Python file')
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ValueError(f'"{path.name}" fails when imported ({type(error).__name__}: {error}); mend it there') from None
    return module


def made(doctrine: str) -> Doctrine:
    """A doctrine of the class a scenario names."""
    try:
        return own(doctrine)()
    except TypeError as error:
        raise InputError(f'doctrines: "{doctrine}" cannot be made ({error}); give its class an __init__ that takes nothing') from None


__all__ = ["BETWEEN", "PLUGGED", "at_home", "files_of", "is_own", "made", "own"]
