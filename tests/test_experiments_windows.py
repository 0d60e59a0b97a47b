"""Each alternative is measured over months of its own, named in its rows, and everything that speaks of them agrees."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.text import Text
from synthetic import synthetic_runs

from experiments import answer, compare, metrics, report, windows
from experiments.figures import assumptions, capacity, difference, fans, licences, prices, sectors, shares
from experiments.headline import of as headline_of
from model.view import findings

BASELINE, SOON, LATE, SAME = "truce_holds", "restrictions_resume", "late_snapback", "the_same"
PARTS = "2029-11"


def four(replicates: int = 3, until: str = "2035-12") -> xr.Dataset:
    """Made-up runs: one alternative that parts at once, the same from November 2029 only, and one that never does."""
    runs = synthetic_runs(replicates, until).isel(scenario=[0, 1, 1, 0]).assign_coords(scenario=[BASELINE, SOON, LATE, SAME])
    shared = (runs.month < PARTS) & (runs.scenario == LATE)
    return runs.map(lambda values: values.where(~shared, values.isel(scenario=0, drop=True)) if "month" in values.dims else values, keep_attrs=True)


@pytest.fixture(scope="module")
def runs() -> xr.Dataset:
    return windows.note_partings(four())


@pytest.fixture(scope="module")
def table(runs) -> pd.DataFrame:
    return compare.summary(runs)


def words(figure) -> str:
    """All that is written in a figure."""
    return " ".join(text.get_text().replace("\n", " ") for text in figure.findobj(Text))


# ---- rows


@pytest.mark.parametrize("alternative", [SOON, LATE, SAME])
def test_an_alternative_is_measured_as_if_it_were_alone(alternative, runs, table):
    alone = compare.summary(four().sel(scenario=[BASELINE, alternative]))
    beside = table[table.alternative == alternative].reset_index(drop=True)
    pd.testing.assert_frame_equal(beside, alone)


def test_every_row_names_its_pair_and_its_months(table):
    windows = table.drop_duplicates(["alternative", "horizon"])[["baseline", "alternative", "horizon", "start", "end"]]
    assert windows.values.tolist() == [
        [BASELINE, SOON, 12, "2026-11", "2027-10"], [BASELINE, SOON, 36, "2026-11", "2029-10"], [BASELINE, SOON, 108, "2026-11", "2035-10"],
        [BASELINE, LATE, 12, "2029-11", "2030-10"], [BASELINE, LATE, 36, "2029-11", "2032-10"],
        [BASELINE, SAME, 12, "2026-11", "2027-10"], [BASELINE, SAME, 36, "2026-11", "2029-10"], [BASELINE, SAME, 108, "2026-11", "2035-10"],
    ]  # fmt: skip


def test_the_baseline_is_measured_over_the_alternatives_months(runs, table):
    months = runs.sel(scenario=BASELINE).isel(month=(runs.month >= PARTS) & (runs.month <= "2032-10"))
    exports = months.china_exports.sel(good=["magnet_standard", "magnet_high", "magnet_extreme"]).sum(["month", "good", "destination"]).median()
    assert compare.row(table, "headline_exports", 36, LATE).baseline_median == pytest.approx(float(exports), rel=1e-5)
    assert compare.row(table, "headline_exports", 36, LATE).baseline_median != compare.row(table, "headline_exports", 36, SOON).baseline_median


def test_a_pair_that_never_differs_is_said_to_in_every_row_and_in_words(runs, table):
    assert table[table.alternative == SAME].note.str.contains(compare.SAME).all() and not table[table.alternative != SAME].note.str.contains(compare.SAME).any()
    assert "“the same” and “truce holds” do not differ in any month" in answer.sentences(runs, table)[2]
    assert "“the same” does not differ from the baseline in any month." in answer.counted(runs)


def test_a_window_of_three_scenarios_is_refused():
    with pytest.raises(ValueError):
        windows.departure(four(1))


# ---- windows the runs do not reach


def test_a_window_the_runs_do_not_reach_is_said(runs):
    assert answer.cut_short(runs) == "The runs end in December 2035, so these windows are left out: 108 months from November 2029 (“late snapback”)."
    assert answer.cut_short(four(1).sel(scenario=[BASELINE, SOON])) == ""
    short = four(1, until="2030-06")
    assert answer.cut_short(short) == (
        "The runs end in June 2030, so these windows are left out: 108 months from November 2026 (“restrictions resume”, “the same”); "
        "12, 36, 108 months from November 2029 (“late snapback”)."
    )
    assert set(compare.summary(short).query("alternative == @LATE").horizon) == {8}


def test_screen_and_report_say_what_is_left_out(runs, table):
    screen = answer.told(runs, table)
    assert answer.cut_short(runs) in screen and answer.counted(runs) in " ".join(screen)
    assert [told for told, _ in report.details(runs, table)] == [
        "“restrictions resume”, 12 months from November 2026 (to October 2027)", "“restrictions resume”, 36 months from November 2026 (to October 2029)",
        "“restrictions resume”, 108 months from November 2026 (to October 2035)", "“late snapback”, 12 months from November 2029 (to October 2030)",
        "“late snapback”, 36 months from November 2029 (to October 2032)", "“the same”, 12 months from November 2026 (to October 2027)",
        "“the same”, 36 months from November 2026 (to October 2029)", "“the same”, 108 months from November 2026 (to October 2035)",
    ]  # fmt: skip
    assert sum(len(rows) for _, rows in report.details(runs, table)) == len(table)


# ---- words


def test_sentences_speak_of_each_alternatives_own_months(runs, table):
    soon, late, _ = answer.sentences(runs, table)
    assert "in the 36 months from November 2026, " in soon and "by October 2035" in soon
    assert "in the 36 months from November 2029, the first month in which the scenarios differ, " in late and "by October 2032" in late
    assert "from November 2026 for “restrictions resume”, from November 2029 for “late snapback”" in answer.counted(runs)


def test_the_short_table_shows_each_alternative_over_its_own_horizons(runs, table):
    lines = answer.in_brief(table, headline_of(runs)).splitlines()
    assert lines[0].split()[:3] == ["outcome", "months", "from"]
    capacity_lines = [line for line in lines if line.startswith("magnet capacity outside China")]
    assert [line.split("t/year")[1].split()[:3] for line in capacity_lines] == [["108", "Nov", "2026"], ["36", "Nov", "2029"], ["108", "Nov", "2026"]]
    alone = table[table.alternative == SOON]
    assert answer.in_brief(alone, headline_of(runs)).splitlines()[0].split()[:3] == ["outcome", "months", "truce"]  # one start only: said above the table


# ---- figures


def test_titles_name_every_window(runs):
    said = words(fans.draw(runs))
    assert "in the 36 months from November 2026: " in said and "in the 36 months from November 2029: " in said
    assert said.count("Nov 2026") == said.count("Nov 2029") == 1
    for module in (prices, capacity):
        title = module.title(runs)
        assert title.index("“restrictions resume”") < title.index("in October 2032") < title.index("“late snapback”")
    assert licences.title(runs).endswith("“late snapback” from November 2029 on")


def test_bars_of_another_window_stand_beside_the_baseline_over_that_window(runs, table):
    found = {each.name: each for each in shares.measured(runs)}
    assert list(found) == [f"{name}, 36 months from November {year}" for name, year in (
        ("truce holds", 2026), ("restrictions resume", 2026), ("the same", 2026), ("truce holds", 2029), ("late snapback", 2029))]  # fmt: skip
    for name, alternative in (("restrictions resume, 36 months from November 2026", SOON), ("late snapback, 36 months from November 2029", LATE)):
        drawn = float(found[name].regions.sel(region="JPN").median("replicate"))
        assert drawn == pytest.approx(compare.row(table, "unmet_share_by_region[JPN]", 36, alternative).alternative_median, rel=1e-5)
    said = words(shares.draw(runs))
    assert all(name in said for name in found)


def test_losses_add_up_from_each_pairs_own_month(runs):
    late = windows.pairs(runs)[1]
    late = late.assign(output_loss=late.output_loss + 1)  # something is lost before, too
    summed = difference.lost(late)
    assert not summed.sel(month=summed.month < PARTS).any()
    np.testing.assert_allclose(summed.sel(month="2032-10"), metrics.output_loss(windows.window(late, 36)), rtol=1e-4)


def test_figures_of_the_first_alternative_keep_to_its_months(runs, table):
    first = runs.isel(scenario=[0, 2, 1])  # the late one first
    assert "36 months from November 2029" in words(sectors.draw(first)) and "months from November 2029" in words(assumptions.draw(first))
    assert "October 2032" in difference.title(windows.pairs(first)[0])
    wind = float(sectors.ranking(windows.pairs(first)[0]).sel(sector="wind"))
    assert wind == pytest.approx(compare.row(table, "unmet_share_by_sector[wind]", 36, LATE).alternative_median, rel=1e-5)


def test_the_page_reads_every_row_of_a_long_summary(table, tmp_path):
    longest = pd.concat([table] * 2)
    assert len(longest) > findings.MOST_ROWS
    longest.to_csv(tmp_path / "summary.csv", index=False)
    head, *rows = findings.table(tmp_path / "summary.csv", tmp_path)
    assert head == compare.COLUMNS and len(rows) == len(longest)
