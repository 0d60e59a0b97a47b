"""Hindcast and benchmark, as a user meets them."""

import pandas as pd
import pytest

from experiments import benchmark, hindcast
from experiments.scores import counts
from experiments.wording import figure_units, in_month, plus
from model.world import World


@pytest.mark.slow
def test_the_hindcast_holds_the_model_against_what_was_observed(tmp_path, capsys):
    hindcast.main(["--replicates", "1", "--workers", "1", "--parameters", "default", "--out", str(tmp_path / "out")])
    said = capsys.readouterr().out
    table = pd.read_csv(tmp_path / "out" / "hindcast.csv").set_index(["quantity", "period"])
    total = table.loc[("NdFeB/SmCo magnets (HS 850511), CHN to WLD", "2024")]
    assert total.observed == 58152 and total.low < total.model < total.high and (total.verdict, total.role) == ("within", "built in")
    assert table.loc[("months from control to export trough", "2025-04..2025-05"), "verdict"] == "within"
    told = counts(table)
    assert f"in {told.within['compared']} of {told.rows['compared']} rows, the null model in {told.null_within['compared']}" in said
    assert f"itted, no test: {told.within['fitted']} of {told.rows['fitted']}" in said
    assert {"compared", "fitted", "built in", "not expressible"} == set(table.role)
    assert (tmp_path / "out" / "hindcast.png").read_bytes().startswith(b"\x89PNG")


def test_the_benchmark_says_where_the_time_goes():
    measured = benchmark.measure(World.load(), repetitions=1, agentwise_months=2)
    assert measured["months"] == 144 and measured["agentwise_ratio"] > 1
    spent = sum(measured["phases_seconds"].values())
    assert {"order", "clear", "reprice"} <= set(measured["phases_seconds"])
    assert 0.5 * measured["run_seconds"] < spent < 3 * measured["run_seconds"]
    assert "warm run of 144 months" in benchmark.table(measured)


def test_figures_keep_the_digits_a_reader_needs():
    assert [figure_units(value) for value in (0, 0.00853, -0.634, 12.6, 99.8, 999.7, 58152.4, float("inf"))] == [
        "0", "0.01", "-0.63", "13", "99.8", "999.7", "58,152", "none",
    ]  # fmt: skip
    assert [figure_units(value) for value in (1.47e-11, -0.001, 4.04, 0.0387)] == ["0", "0", "4", "0.04"]
    assert in_month(2.5) == "in month 2.5" and in_month(3.0) == "in month 3"  # as in the table
    assert [plus(value) for value in (0.001, 2.0, -2.0)] == ["0", "+2", "-2"]
