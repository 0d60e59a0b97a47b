"""Results on disk: `runs.nc` with every run, and `summary.csv` with what follows from them."""

import json
from pathlib import Path

import pandas as pd
import xarray as xr

from experiments.files import write_text, written
from experiments.horizons import PARTING, first_difference

COMPRESSION = {"zlib": True, "complevel": 3, "shuffle": True}
RESIDUE = 9
"""Decimals kept in tables: what is smaller is left over from sums and is nought."""


def label(runs: xr.Dataset, manifest: dict) -> None:
    """Say in the data set itself where it comes from and in which month its scenarios part."""
    runs.attrs = {
        "title": f"Paired runs of {manifest['experiment']}",
        "version": manifest["version"],
        "commit": manifest["commit"],
        "command": manifest["command"],
        "key": manifest["key"],
        "data_checksums": json.dumps(manifest["data"]),
        PARTING: first_difference(runs),
        "scenarios": json.dumps(manifest["plan"]["scenarios"], ensure_ascii=False),
    }


def write_runs(runs: xr.Dataset, path: Path) -> Path:
    """All runs as netCDF-4, compressed, in one move."""
    with written(path) as draft:
        runs.to_netcdf(draft, engine="h5netcdf", encoding={name: COMPRESSION for name, values in runs.data_vars.items() if values.ndim})
    return path


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """A table as CSV with six significant digits, in one move."""
    numbers = table.select_dtypes("float")
    write_text(path, table.assign(**(numbers.round(RESIDUE) + 0.0)).to_csv(index=False, float_format="%.6g"))
    return path
