"""Results as a tidy table: one row a value, the form in which pandas, spreadsheets and R read them."""

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd
import xarray as xr

from model.errors import InputError, unknown

FIRST = ("scenario", "replicate", "month", "date", "variable", "unit")
"""Columns that come first; labels such as good and region follow, and the value ends the row."""


def tidy(results: xr.Dataset, variables: str | Iterable[str] | None = None) -> pd.DataFrame:
    """A row for each value of some variables of `TradeModel.results()` or `runs.nc`, by default of all that go by month.

    Columns: scenario and replicate where there are several, month (in order) and date (its first day), variable, unit, a column for each further dimension
    of the variables (categories; empty where a variable does not have it), value (in single precision). Each variable has as many rows as it has values.
    """
    chosen = chosen_variables(results, variables)
    sizes = [results[name].size for name in chosen]
    dims = dict.fromkeys(dim for name in chosen for dim in results[name].dims)
    columns = {dim: labelled(results, dim, np.concatenate([places(results[name], dim) for name in chosen])) for dim in dims}
    if "month" in columns:
        months = columns["month"]
        columns["date"] = pd.DatetimeIndex(months.categories.to_numpy("datetime64[ns]")).take(months.codes, fill_value=pd.NaT)
    columns["variable"] = repeated(chosen, sizes)
    columns["unit"] = repeated([results[name].attrs.get("units", "") for name in chosen], sizes)
    columns["value"] = np.concatenate([single(results[name].to_numpy().ravel()) for name in chosen])
    order = [name for name in FIRST if name in columns] + [name for name in columns if name not in (*FIRST, "value")]
    return pd.DataFrame({name: columns[name] for name in [*order, "value"]}, copy=False)


def chosen_variables(results: xr.Dataset, variables: str | Iterable[str] | None) -> list[str]:
    """The variables named; all that go by month if none is."""
    if not isinstance(results, xr.Dataset):
        raise InputError(f"tidy: {type(results).__name__} is no xarray.Dataset; give model.results() or an opened runs.nc")
    known = [str(name) for name in results.data_vars]
    if variables is None:
        return [name for name in known if {"month", "date"} & set(results[name].dims)]
    chosen = [variables] if isinstance(variables, str) else list(dict.fromkeys(variables))
    if not chosen:
        raise InputError(f"tidy: variables: none is named; name some of {', '.join(known)}, or leave it out for all by month")
    for name in chosen:
        if name not in known:
            raise InputError(f"tidy: variables: {unknown('variable', name, known)}")
    return chosen


def places(values: xr.DataArray, dim: Hashable) -> np.ndarray:
    """For each value its place along a dimension, in as few bytes as will do; -1 where the variable does not have it."""
    if dim not in values.dims:
        return np.full(values.size, -1, np.int8)
    count, axis = values.sizes[dim], values.dims.index(dim)
    places = np.arange(count, dtype=np.min_scalar_type(-count))
    return np.broadcast_to(places.reshape(-1, *[1] * (values.ndim - axis - 1)), values.shape).ravel()


def labelled(results: xr.Dataset, dim: Hashable, places: np.ndarray) -> pd.Categorical | pd.DatetimeIndex:
    """The labels at some places of a dimension; dates as dates, everything else as categories."""
    labels = results[dim].to_index()
    if isinstance(labels, pd.DatetimeIndex):
        return labels.take(places, fill_value=pd.NaT)
    return pd.Categorical.from_codes(places, labels, ordered=dim == "month")


def repeated(words: list[str], times: list[int]) -> pd.Categorical:
    """Each word as often as said."""
    kinds = list(dict.fromkeys(words))
    places = np.array([kinds.index(word) for word in words], np.min_scalar_type(-len(kinds)))
    return pd.Categorical.from_codes(np.repeat(places, times), kinds)


def single(values: np.ndarray) -> np.ndarray:
    """In single precision if they are fractions at all."""
    return values.astype(np.float32, copy=False) if values.dtype.kind == "f" else values
