"""Results as a table: as many rows as values, real dates, and no more memory than they need."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from synthetic import synthetic_runs
from worlds import CHINESE, chain_world

from experiments import ensemble, records
from experiments.plan import Plan
from model import InputError, Scenario, TradeModel, tidy

MONTHS = ["2024-01", "2024-02", "2024-03"]


@pytest.fixture(scope="module")
def results():
    return chain_world(firms=CHINESE).run_until(MONTHS[-1]).results()


def test_a_row_for_every_value_and_no_product_of_dimensions(results):
    table = tidy(results)
    assert len(table) == sum(values.size for values in results.data_vars.values())
    assert list(table.columns) == ["month", "date", "variable", "unit", "good", "destination", "market", "sector", "region", "origin", "stage", "payer", "instrument", "kind", "element", "scrap", "state", "clamp", "value"]
    counted = table.groupby("variable", observed=True).size()
    assert counted.to_dict() == {name: values.size for name, values in results.data_vars.items()}


@pytest.mark.parametrize("name", ["china_exports", "price", "unmet_demand", "belief", "inventory"])
def test_every_value_stands_beside_its_labels(results, name):
    table = tidy(results)
    mine = table[table.variable == name]
    dims = list(results[name].dims)
    assert mine[[dim for dim in table.columns if dim in results.dims and dim not in dims]].isna().all(axis=None)
    assert set(mine.unit) == {results[name].units}
    back = mine.set_index([mine[dim].astype(str) for dim in dims]).value.to_xarray().reindex_like(results[name])
    assert back.dims == results[name].dims and np.array_equal(back, results[name].astype(np.float32))


def test_one_variable_has_its_own_columns_only(results):
    assert list(tidy(results, "belief").columns) == ["month", "date", "variable", "unit", "region", "value"]
    two = tidy(results, ["price", "licence_wait"])
    assert list(two.columns) == ["month", "date", "variable", "unit", "good", "market", "value"] and set(two.unit) == {"USD/kg", "months"}


def test_numbers_are_single_and_words_are_categories(results):
    types = tidy(results).dtypes
    assert types["value"] == np.float32 and types["date"] == "datetime64[ns]"
    assert all(isinstance(types[name], pd.CategoricalDtype) for name in types.index.drop(["value", "date"]))


def test_months_are_in_order_and_dates_their_first_days(results):
    table = tidy(results, "price")
    assert set(table[table.month >= MONTHS[1]].month) == set(MONTHS[1:])
    assert (table.date.dt.strftime("%Y-%m") == table.month.astype(str)).all() and set(table.date.dt.day) == {1}


def test_results_carry_real_dates(results):
    assert results.month.values.tolist() == MONTHS and results.date.dims == ("month",)
    dated = results.swap_dims({"month": "date"})
    quarter = dated.need.resample(date="QS").sum()
    assert quarter.date.values.tolist() == [np.datetime64("2024-01-01", "ns").astype(int)]
    assert np.array_equal(quarter[0], results.need.sum("month"))
    assert dated.price.sel(date="2024-02").size == results.price.sel(month="2024-02").size
    table = tidy(quarter.to_dataset())
    assert len(table) == quarter.size and set(table.date) == {pd.Timestamp("2024-01-01")} and "month" not in table
    assert table.date.dtype == "datetime64[ns]"


def test_nothing_run_yet_is_an_empty_table():
    table = tidy(chain_world().results())
    assert table.empty and "value" in table and chain_world().results().date.dtype == "datetime64[ns]"


def test_no_cell_is_infinite_or_empty_where_there_is_a_value(results, tmp_path):
    tidy(results).to_csv(tmp_path / "results.csv", index=False)
    read = pd.read_csv(tmp_path / "results.csv")
    assert np.isfinite(read.value).all() and len(read) == len(tidy(results))


def test_runs_on_disk_carry_dates_and_become_a_table(tmp_path):
    plan = Plan(tuple(map(Scenario.load, ("truce_holds", "balanced"))), replicates=2, until="2024-02")
    path = records.write_runs(ensemble.run(plan, tmp_path / "parts", progress=False), tmp_path / "runs.nc")
    with xr.open_dataset(path, engine="h5netcdf") as runs:
        assert runs.date.dims == ("month",) and runs.date.dt.strftime("%Y-%m").values.tolist() == runs.month.values.tolist()
        table = tidy(runs)
        assert list(table.columns[:6]) == ["scenario", "replicate", "month", "date", "variable", "unit"]
        assert len(table) == sum(values.size for values in runs.data_vars.values() if "month" in values.dims)
        one = table[(table.variable == "price") & (table.replicate == 1) & (table.scenario == "balanced")]
        assert np.array_equal(one.value, runs.price.sel(scenario="balanced", replicate=1).values.ravel())
        seeds = tidy(runs, "model_seed")
        assert seeds.value.tolist() == runs.model_seed.values.tolist() and list(seeds.columns) == ["replicate", "variable", "unit", "value"]


def test_many_runs_need_a_few_bytes_a_value():
    runs = synthetic_runs(4, until="2024-12")
    tracemalloc.start()
    table = tidy(runs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert table.memory_usage(deep=True).sum() < 32 * len(table) + 20_000  # value 4, date 8, some 13 categories of a byte or two
    assert peak < 40 * len(table) + 200_000


@pytest.mark.slow
def test_a_whole_run_is_a_table_of_some_twenty_megabytes():
    """Some thirty bytes a value, as names are categories."""
    table = tidy(TradeModel("truce_holds").run().results())
    assert len(table) > 150_000 and table.memory_usage(deep=True).sum() < 31 * len(table) < 25e6


@pytest.mark.parametrize(("given", "said"), [("prise", 'did you mean "price"'), (["price", "x"], '"x"'), ([], "none is named")])
def test_a_variable_that_is_none_is_told_in_a_line(results, given, said):
    with pytest.raises(InputError, match="tidy: variables: ") as error:
        tidy(results, given)
    assert said in str(error.value)


def test_a_table_is_made_of_a_dataset(results):
    with pytest.raises(InputError, match=r"DataArray is no xarray\.Dataset"):
        tidy(results.price)
