"""Results on disk: `runs.nc` with every run, and `summary.csv` with what follows from them."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from experiments import headline, observed
from experiments.caveats import note_controls
from experiments.files import write_bytes, write_text
from experiments.windows import PARTING, note_partings
from model import Scenario

COMPRESSION = {"zlib": True, "complevel": 3, "shuffle": True}
RESIDUE = 9
"""Decimals kept in tables: what is smaller is left over from sums and is nought."""
NEVER = "none in the window"
"""What a note says of a count of months to what never comes; its cell is empty."""


def label(runs: xr.Dataset, manifest: dict, scenarios: tuple[Scenario, ...]) -> None:
    """Say in the data set itself where it comes from, in which month each scenario parts from the first and how long its controls stand.

    What its headlines speak of and what was observed stay in it.
    """
    runs.coords[PARTING] = note_partings(runs)[PARTING]
    note_controls(runs, scenarios)
    kept = {name: runs.attrs[name] for name in (headline.NOTED, observed.NOTED) if name in runs.attrs}
    runs.attrs = kept | {
        "title": f"Paired runs of {manifest['experiment']}",
        "version": manifest["version"],
        "commit": manifest["commit"],
        "command": manifest["command"],
        "key": manifest["key"],
        "world": manifest["world"],
        "data_checksums": json.dumps(manifest["data"]),
        "scenarios": json.dumps(manifest["plan"]["scenarios"], ensure_ascii=False),
    }


def write_runs(runs: xr.Dataset, path: Path) -> Path:
    """All runs as netCDF-4, compressed, in one move: made in memory, as HDF5 does not survive a disk that fills up while it writes."""
    content = BytesIO()
    runs.to_netcdf(content, engine="h5netcdf", encoding={name: COMPRESSION for name, values in runs.data_vars.items() if values.ndim})
    write_bytes(path, content.getvalue())
    return path


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """A table as CSV with six significant digits, in one move; no cell is infinite."""
    kept = finite(table)
    numbers = kept.select_dtypes("float")
    write_text(path, kept.assign(**(numbers.round(RESIDUE) + 0.0)).to_csv(index=False, float_format="%.6g"))
    return path


def finite(table: pd.DataFrame) -> pd.DataFrame:
    """The table with empty cells for months to what never comes; the column `note` says which they are."""
    never = table.select_dtypes("float").apply(np.isinf)
    if not never.any(axis=None):
        return table
    said = [", ".join(never.columns[row]) for row in never.values]
    notes = table["note"] if "note" in table else pd.Series("", table.index)
    joined = ["; ".join(filter(None, [f"{columns}: {NEVER}" if columns else "", note])) for columns, note in zip(said, notes, strict=True)]
    return table.mask(table.isin([np.inf, -np.inf])).assign(note=joined)
