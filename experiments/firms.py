"""What becomes of each firm: a tidy table of the last month of every year, over replicates, from runs made with --firms."""

import numpy as np
import pandas as pd
import xarray as xr

from experiments.metrics import YEAR
from model.world import World

OPTION = "--firms"
"""How a command line asks for what is told of each firm."""
LOW, HIGH = 0.05, 0.95
DECEMBER = "-12"
PREFIX = "firm_"


def output(runs: xr.Dataset, entities: list[str]) -> xr.DataArray:
    """(replicate, scenario, month): what some plants make together, t of product a year, mean of twelve months."""
    return runs.firm_output.sel(firm=entities).sum("firm").rolling(month=YEAR, min_periods=1).mean().transpose("replicate", "scenario", "month").astype(float)


def told(runs: xr.Dataset) -> list[str]:
    """Variables that go by firm; none where they were not asked for."""
    return [str(name) for name in runs.data_vars if "firm" in runs[name].dims]


def table(runs: xr.Dataset, world: World) -> pd.DataFrame:
    """One row a value: scenario, firm, country, process, month, variable, unit; median and 5-95 % over replicates. Of the state of a plant, the share of replicates in each."""
    yearly = runs[told(runs)].sel(month=[month for month in runs.month.values if str(month).endswith(DECEMBER)])
    found = []
    for name in told(runs):
        if name == "firm_state":
            continue
        low, middle, high = np.quantile(yearly[name].transpose("replicate", "scenario", "firm", "month").values.astype(float), [LOW, 0.5, HIGH], axis=0)
        found.append(rows(yearly, name.removeprefix(PREFIX), runs[name].attrs["units"], {"median": middle, "low": low, "high": high}))
    state = yearly["firm_state"].transpose("replicate", "scenario", "firm", "month").values
    for number, word in enumerate(STATES):
        found.append(rows(yearly, f"share {word}", "share of replicates", {"median": (state == number).mean(axis=0)}))
    places = world.entities[["country", "process"]]
    return pd.concat(found, ignore_index=True).join(places, on="firm")[["scenario", "firm", "country", "process", "month", "variable", "unit", "median", "low", "high"]]


STATES = ("not there", "at work", "mothballed", "held by creditors", "coming back")
"""States of a plant in words, by their number (model.recorder)."""


def rows(runs: xr.Dataset, variable: str, unit: str, values: dict[str, np.ndarray]) -> pd.DataFrame:
    """Values (scenario, firm, month) as rows."""
    labels = pd.MultiIndex.from_product([runs[dim].values.astype(str) for dim in ("scenario", "firm", "month")], names=["scenario", "firm", "month"])
    return pd.DataFrame({name: array.ravel() for name, array in values.items()}, index=labels).reset_index().assign(variable=variable, unit=unit)
