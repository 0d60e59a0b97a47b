"""What each kind of user should expect by horizon: windows, measures and the table by hand, and the whole of it on few months."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from synthetic import synthetic_runs
from vocabulary import WORLD

from experiments import files, headline, horizons
from experiments.windows import months_from
from model import InputError
from model.names import CHINA

OF = headline.headline(WORLD)


def test_a_decade_on_is_the_last_year_and_the_third_horizon_goes_up_to_it():
    """From November 2026 to December 2035 there are 110 months."""
    assert horizons.spans_of("2035-12") == {"0-12 months": (0, 12), "1-3 years": (12, 36), "3+ years": (36, 98), "a decade on": (98, 110)}
    assert horizons.spans_of("2028-04") == {"0-12 months": (0, 12), "1-3 years": (12, 18)} and horizons.spans_of("2030-06") == {"0-12 months": (0, 12), "1-3 years": (12, 36), "3+ years": (36, 44)}
    with pytest.raises(InputError, match="leaves 3 months from 2026-11, and the first horizon has 12"):
        horizons.spans_of("2027-01")


@pytest.fixture
def window():
    """A year from November 2026. Electric cars need 100 t a month in Japan and 300 in Europe; in the first three months Japan misses 4 of them, in the fourth 1; China misses all it needs."""
    made = months_from(synthetic_runs(2, until="2027-10"), "2026-11", 12).copy(deep=True)
    for name in ("need", "unmet_demand", "public_cost", "obliged_cost"):
        made[name][:] = 0.0
    cars = {"sector": "ev_traction"}
    made.need.loc[cars | {"region": ["JPN", CHINA]}] = 100.0
    made.need.loc[cars | {"region": "EU27"}] = 300.0
    made.unmet_demand.loc[cars | {"region": CHINA}] = 100.0
    made.unmet_demand.loc[cars | {"region": "JPN", "month": made.month[:3]}] = 4.0
    made.unmet_demand.loc[cars | {"region": "JPN", "month": made.month[3]}] = 1.0
    made.cover.loc[cars | {"region": "JPN"}] = 1.0
    made.cover.loc[cars | {"region": "EU27"}] = 3.0
    return made


def test_what_users_are_told_by_hand(window):
    """4 of 400 t is 1 %, a stop; 1 of 400 is none: 3 of 12 months. Unmet 13 of 4,800 t. Cover (100*1 + 300*3) / 400 = 2.5 months."""
    cars = ["ev_traction"]
    assert np.all(horizons.stop(window, cars) == 25.0) and horizons.unmet(window, cars).values == pytest.approx(100 * 13 / 4800) and horizons.cover(window, cars).values == pytest.approx(2.5)


def test_what_states_and_investors_are_told_by_hand(window):
    """6 million a month paid and 4 laid on others outside China are 0.12 billion a year; prices are means, capacity that of the last month."""
    window.public_cost.loc[{"payer": ["USA", CHINA], "instrument": "support"}] = 6.0
    window.obliged_cost.loc[{"payer": "JPN", "instrument": "support"}] = 4.0
    window.price.loc[{"good": "oxide_Dy", "market": "ROW_realised"}] = xr.DataArray(np.arange(12.0), dims="month")
    told = {each.name: each.measure(window) for each in horizons.outcomes(OF, WORLD) if each.user in (horizons.INVESTORS, horizons.STATES)}
    assert told["cost"].values == pytest.approx(0.12) and told["price oxide_Dy"].values == pytest.approx(5.5)
    assert told["capacity"].values == pytest.approx(window.outside_capacity.sel(stage="magnet").isel(month=-1).values / 1000)


def test_makers_defence_investors_and_states_are_all_told_of():
    asked = horizons.outcomes(OF, WORLD)
    kinds = {each.kind: [one.user for one in asked if one.kind == each.kind] for each in asked}
    assert list(kinds) == [horizons.MAKERS, horizons.ARMS, horizons.INVESTORS, horizons.STATES]
    assert OF.readable("ev_traction") in kinds[horizons.MAKERS] and {OF.readable("defence_aerospace"), OF.readable("smco_defence")} == set(kinds[horizons.ARMS])
    assert {"oxide_Dy", "oxide_Tb"} <= set(horizons.heavies(OF, WORLD)) and len({(each.user, each.name) for each in asked}) == len(asked)


def test_a_row_tells_median_spread_and_difference():
    """2 and 4 against 5 and 9: medians 3 and 7, differences 3 and 5. A chance is a mean, and has no spread over runs."""
    assert horizons.told(np.array([2.0, 4.0, 9.0]), chance=False)["value"] == 4.0 and horizons.told(np.array([2.0, 4.0, 9.0]), chance=True)["value"] == 5.0
    assert np.isnan(horizons.told(np.array([2.0, 4.0]), chance=True)["low"])
    runs = synthetic_runs(2, until="2027-10")
    values = xr.DataArray([[2.0, 4.0], [5.0, 9.0]], dims=("scenario", "replicate"))
    one = horizons.Outcome("x", horizons.STATES, "x", "x", "t", lambda _: values)
    rows = horizons.table(runs, [one], {"0-12 months": (0, 12)}).set_index("scenario")
    assert rows.value.tolist() == [3.0, 7.0] and rows.difference_value.tolist() == [0.0, 4.0] and rows.start.iloc[0] == "2026-11" and rows.end.iloc[0] == "2027-10"
    assert (rows.difference_value_from.iloc[1], rows.difference_value_to.iloc[1]) == (3.0, 5.0) and "rough" in rows.note.iloc[0]


@pytest.mark.parametrize("world", [pytest.param("magnets", marks=pytest.mark.slow), "gallium"])
def test_the_whole_of_it_on_few_months(world, tmp_path, capsys):
    """Until October 2027 there is one horizon; every kind of user has a line, in any world."""
    out = tmp_path / "out"
    horizons.main(["--world", world, "--replicates", "1", "--until", "2027-10", "--workers", "1", "--out", str(out)])
    said, rows = capsys.readouterr().out, pd.read_csv(out / "horizons.csv")
    assert {horizons.MAKERS, horizons.INVESTORS, horizons.STATES} <= set(rows.kind) and set(rows.horizon) == {"0-12 months"} and rows.value.notna().all()
    assert "investors see" in said and files.read_json(out / "manifest.json")["complete"] and (out / "horizons.png").stat().st_size > 30_000
