"""The calendar of Chinese exports (E7.7): what it says, what it does, what it leaves alone."""

import csv

import numpy as np
import pytest
from vocabulary import WORLD
from worlds import CHINESE, chain_world

from model import InputError, Scenario, TradeModel
from model.folder import Folder
from model.names import month_index
from model.season import factors
from model.tables import check_calendar

MAGNETS = ["magnet_standard", "magnet_high", "magnet_extreme"]
EVIDENCE = Folder.open().path / "evidence" / "calendar.csv"


def evidence(kind):
    """Rows of a kind of the sheet the table was drawn from."""
    with EVIDENCE.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == kind]


def year_of(year):
    """Factors of a year's months by the world's table."""
    return factors(WORLD.tables, month_index(f"{year}-01"), 12)


def test_the_table_gives_the_months_of_2024_as_they_were_observed():
    assert year_of(2024) == pytest.approx([float(row["factor"]) for row in evidence("month")], abs=2e-3)


@pytest.mark.parametrize("year", range(2024, 2036))
def test_every_year_has_twelve_mean_months(year):
    assert year_of(year).mean() == pytest.approx(1.0, abs=1e-9)


def test_the_festival_moves_and_years_beyond_the_table_take_the_mean():
    """In 2026 it falls into February and March, in 2025 into January and February; 2040 has the mean of 2023 to 2035."""
    assert year_of(2026)[2] < year_of(2024)[2] and year_of(2025)[0] < year_of(2024)[0]
    usual = np.array([float(row["factor_without_festival"]) for row in evidence("month")])
    feasts = np.array([sum(float(row["factor"]) for row in evidence("festival") if row["month"] == str(month)) / 13 for month in range(1, 13)])
    assert year_of(2040) == pytest.approx(usual + feasts, abs=1e-9)


def test_rows_of_2023_say_how_far_one_year_goes():
    """Half years, last quarter and December of 2023, over their year: the figures follow from the tonnes beside them; by the calendar they miss by a tenth, which is that year's trend."""
    rows, year = {row["month"]: row for row in evidence("check")}, 52865.0
    first, second = (float(part) for part in rows["H1/H2"]["tonnes"].split(";"))
    assert first + second == year and first / second == pytest.approx(float(rows["H1/H2"]["factor"]), abs=1e-3)
    assert float(rows["Oct-Dec"]["tonnes"]) / year * 4 == pytest.approx(float(rows["Oct-Dec"]["factor"]), abs=1e-3)
    assert float(rows["Dec"]["tonnes"]) / year * 12 == pytest.approx(float(rows["Dec"]["factor"]), abs=1e-3)
    said = year_of(2023)
    found = said[:6].sum() / said[6:].sum(), said[9:].mean(), said[11]
    assert found == pytest.approx([float(rows[name]["factor"]) for name in ("H1/H2", "Oct-Dec", "Dec")], abs=0.11)


def exports(**parameters):
    """Magnets China sends abroad by month of 2024, t."""
    results = TradeModel(Scenario.load("open_trade").with_parameters(parameters), seed=1).run_until("2024-12").results()
    return results.china_exports.sel(good=MAGNETS).sum(["good", "destination"]).values


@pytest.fixture(scope="module")
def with_and_without():
    return exports(), exports(calendar=0.0)


def test_february_2024_falls_short_as_observed_and_every_month_has_its_factor(with_and_without):
    seen, level = with_and_without
    assert seen / level == pytest.approx(year_of(2024), abs=0.03) and (seen / level).argmin() == 1


def test_the_year_as_a_whole_hardly_changes(with_and_without):
    seen, level = with_and_without
    assert seen.sum() == pytest.approx(level.sum(), rel=0.005)


def test_a_short_february_alarms_nobody_and_hardly_moves_prices():
    model = TradeModel(Scenario.load("open_trade"), seed=1).run_until("2024-03")
    plain = TradeModel(Scenario.load("open_trade").with_parameters({"calendar": 0.0}), seed=1).run_until("2024-03")
    assert np.abs(model.belief - plain.belief).max() < 1e-3
    assert model.market.realised == pytest.approx(plain.market.realised, rel=0.02)


def test_a_half_of_it_is_half_of_it():
    whole, half, none = (chain_world(firms=CHINESE, scenario=Scenario.load("balanced").with_parameters({"calendar": share})).season for share in (1.0, 0.5, 0.0))
    assert half.factors - 1 == pytest.approx((whole.factors - 1) / 2) and (none.factors == 1).all() and (none.sent_ahead == 0).all()
    assert whole.sent_ahead.min() == 0.0 and whole.sent_ahead.max() < 0.5


def test_what_is_ordered_abroad_follows_the_calendar_and_nothing_else_does():
    """February's orders of all relations: those from abroad in China are 0.714 of what they would be, all others as they were."""
    model = TradeModel(Scenario.load("balanced").with_parameters({"calendar": 1.0})).run_until("2024-02")
    model.trade.orders[:] = 1000.0
    model.season.shape(0, model.trade.size)
    assert model.trade.orders[model.trade.from_china > 0] == pytest.approx(1000 * year_of(2024)[1]) and (model.trade.orders[model.trade.from_china == 0] == 1000).all()


def test_a_world_without_the_table_has_months_alike():
    model = TradeModel(Scenario.load("open_trade", "gallium"), world="gallium")
    assert (model.season.factors == 1).all()


CHANGES = {
    "a festival without a year": (("festival", "2", "2024"), {"year": ""}, 'column year: "", but a festival has a year'),
    "a month with a year": (("month", "2", ""), {"year": "2024"}, 'column year: "2024", but a festival has a year, such as 2026, and a month of every year none'),
    "a month that is missing": (("month", "7", ""), {"month": "6"}, "no row of kind month for month 7; give all twelve"),
    "less than nothing": (("festival", "2", "2024"), {"factor": -1.5}, "leaves -0.486 of a mean month; give a factor that leaves 0 or more"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_calendar_that_cannot_be_is_refused_in_a_line(case):
    place, change, words = CHANGES[case]
    table = WORLD.tables["calendar"].copy()
    at = table[(table["kind"] == place[0]) & (table["month"] == place[1]) & (table["year"] == place[2])].index[0]
    for column, value in change.items():
        table.loc[at, column] = value
    with pytest.raises(InputError) as error:
        check_calendar(table)
    assert str(error.value).startswith("calendar.csv") and words in str(error.value) and "\n" not in str(error.value)
