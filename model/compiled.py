"""Where compiled code is kept: in a folder named by all it was compiled from, so that an edited rule never runs as it was before.

Numba keys what it keeps by the one file a function stands in, but a kernel takes in rules and constants of other files. Here the folder's name
is a checksum of every source that rules and kernels reach by import, of the compiler's versions and of its settings. The folder stands in the
first place that can be written: under NUMBA_CACHE_DIR where that is set, in the package's `__pycache__`, in the user's cache folder, or else in
a temporary one, which ends with the process.
"""

import atexit
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy

from model.sources import reached

PACKAGE = Path(__file__).resolve().parent
COMPILED = ("rules", "kernels")
"""The parts of the package that Numba compiles."""
OWN = f"magnet-trade-network-{hashlib.sha256(bytes(PACKAGE)).hexdigest()[:8]}"
"""This installation's folder in a place that others use too."""
PREFIX, DIGITS = "compiled-", 16
SPARED = 4
"""Folders of earlier sources that are kept: going back to them costs nothing."""
IN_USE = 3600.0
"""Seconds after its last start in which a folder is left alone: a process may still add to it."""
SETTINGS: Any = numba.config
"""Numba's settings; it names them only when it loads."""
LOG = logging.getLogger("model")


@dataclass(frozen=True)
class Home:
    """The folder compiled code is kept in; `empty` if the loops were not there yet when this process started."""

    folder: Path
    empty: bool


@contextmanager
def kept() -> Iterator[None]:
    """What is defined in this block with `cache=True` is kept in the model's own folder; Numba's setting for others stays as it was."""
    before, SETTINGS.CACHE_DIR = SETTINGS.CACHE_DIR, str(home().folder)
    try:
        yield
    finally:
        SETTINGS.CACHE_DIR = before


@cache
def home() -> Home:
    """The folder for the sources as they are; most folders of earlier sources beside it are removed."""
    name = f"{PREFIX}{checksum()}"
    for place in places():
        if usable(place / name):
            sweep(place)
            return Home(place / name, empty=not any((place / name).glob("kernels_*/*.nbc")))
    return Home(temporary(name), empty=False)


def announce() -> None:
    """Says, once, that a command's first month takes longer because the loops are still to be compiled."""
    if home().empty:
        print("compiling the model, once for these sources (some 20 s) ...", file=sys.stderr, flush=True)


def checksum() -> str:
    """Of all that decides what the compiled code does: sources, versions of compiler and Python, settings of Numba."""
    files = {path.relative_to(PACKAGE).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sources()}
    versions = [numba.__version__, llvmlite.__version__, numpy.__version__, sys.version]
    settings = sorted((name, value) for name, value in os.environ.items() if name.startswith("NUMBA_") and name != "NUMBA_CACHE_DIR")
    return hashlib.sha256(json.dumps([files, versions, settings], sort_keys=True).encode()).hexdigest()[:DIGITS]


def sources() -> list[Path]:
    """Every source file of the model that can reach compiled code."""
    starts = [path for part in COMPILED for path in (PACKAGE / part).rglob("*.py")]
    return reached(starts, PACKAGE.parent)


def places() -> Iterator[Path]:
    """Where the folder may stand, in order."""
    if SETTINGS.CACHE_DIR:
        yield Path(SETTINGS.CACHE_DIR).absolute() / OWN
    yield Path(cache_from_source(__file__)).parent
    caches = (os.environ.get("XDG_CACHE_HOME", ""), os.path.expanduser("~/.cache"))
    yield from (Path(each) / OWN for each in filter(os.path.isabs, caches))


def usable(folder: Path) -> bool:
    """Whether the folder, made if need be, can be written; if so it is marked as used now."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        os.utime(folder)
    except OSError:
        return False
    return True


def temporary(name: str) -> Path:
    """A folder for this process and those it starts, removed when it ends; one line says so."""
    try:
        place = Path(tempfile.mkdtemp(prefix=f"{OWN}-"))
    except OSError:
        raise OSError("compiled code: no folder can be written, not even a temporary one; set NUMBA_CACHE_DIR to one that can") from None
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(place, ignore_errors=True))
    os.environ["NUMBA_CACHE_DIR"] = str(place)  # for the processes started from here
    tried = ", ".join(str(each) for each in places())
    LOG.warning("compiled code: kept in a temporary folder, each start takes some 20 s more; set NUMBA_CACHE_DIR to a folder that can be written (tried %s)", tried)
    (place / OWN / name).mkdir(parents=True)
    return place / OWN / name


def sweep(place: Path) -> None:
    """Removes folders of earlier sources, except the last few and those that a running process may still add to."""
    folders = sorted(place.glob(PREFIX + DIGITS * "[0-9a-f]"), key=last_used, reverse=True)
    for folder in folders[1 + SPARED :]:
        if time.time() - last_used(folder) > IN_USE:
            shutil.rmtree(folder, ignore_errors=True)


def last_used(folder: Path) -> float:
    """When a process last started with this folder; 0 if it is gone."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0
