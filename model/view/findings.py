"""What the results folder holds: figures, tables and runs. Nothing outside that folder is ever read."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from model.folder import USUAL
from model.view.settings import RESULTS

OWN = "page"
"""Folder of pictures of the page itself; no results."""
MOST_ROWS = 500
"""Rows of a table shown at once."""
MOST_BYTES = 8 * 1024 * 1024
"""Largest figure or table shown."""


@dataclass(frozen=True)
class Findings:
    """A folder of results: its name as a path below results/, its figures, tables and runs."""

    name: str
    figures: tuple[Path, ...]
    tables: tuple[Path, ...]
    runs: tuple[Path, ...]


def inside(path: Path, folder: Path = RESULTS) -> bool:
    """Whether a file really lies in the folder, links followed."""
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())


def browse(folder: Path = RESULTS) -> list[Findings]:
    """Every folder with something to show, the kept ones before those of runs/; figures/ and tables/ count with the folder they belong to."""
    found: dict[str, dict[str, list[Path]]] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        kind = {".png": "figures", ".csv": "tables", ".nc": "runs"}.get(path.suffix)
        if kind and inside(path, folder) and shown(path, folder):
            home = path.parent.parent if path.parent.name in ("figures", "tables") else path.parent
            name = str(home.relative_to(folder)) if home != folder else "results"
            found.setdefault(name, {"figures": [], "tables": [], "runs": []})[kind].append(path)
    names = sorted(found, key=lambda name: (name.startswith("runs/"), name))
    return [Findings(name, *(tuple(found[name][kind]) for kind in ("figures", "tables", "runs"))) for name in names]


def shown(path: Path, folder: Path) -> bool:
    """Whether a file is a result: not a part of a run under way, nor a picture of the page."""
    return not path.name.startswith("replicates_") and path.relative_to(folder).parts[0] != OWN


def read(path: Path, folder: Path = RESULTS) -> bytes:
    """A file of the folder; refuses what lies outside or is too large."""
    if not inside(path, folder) or path.stat().st_size > MOST_BYTES:
        raise PermissionError(f"{path.name}: is not among the results, or is too large to show")
    return path.read_bytes()


def table(path: Path, folder: Path = RESULTS) -> list[list[str]]:
    """A CSV file as rows of text, the header first."""
    return list(csv.reader(io.StringIO(read(path, folder).decode("utf-8", errors="replace"))))


def scenarios(path: Path, world: str = USUAL, folder: Path = RESULTS) -> list[str]:
    """The scenarios in a file of runs, if these are of the world; runs that name none are of the usual one."""
    if not inside(path, folder):
        return []
    try:
        with xr.open_dataset(path, engine="h5netcdf") as runs:
            whole = {"scenario", "replicate"} <= set(runs.sizes) and runs.attrs.get("world", USUAL) == world
            return runs.scenario.values.tolist() if whole else []
    except (OSError, ValueError, AttributeError):
        return []


def run(path: Path, scenario: str, folder: Path = RESULTS) -> xr.Dataset:
    """The replicates of one scenario, (replicate, month, ...)."""
    if not inside(path, folder):
        raise PermissionError(f"{path.name}: is not among the results")
    with xr.open_dataset(path, engine="h5netcdf") as runs:
        return runs.sel(scenario=scenario).load()
