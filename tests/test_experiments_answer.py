"""What the experiment says: from which month it counts, what it calls a market, and figures that say what the summary says."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.text import Text
from synthetic import synthetic_runs

from experiments import answer, caveats, compare, metrics, records, truce_vs_resume, windows
from experiments.figures import capacity, difference, fans, hindcast, losses, prices, shares
from experiments.headline import of as headline_of
from experiments.wording import figure_units, signed
from model import Scenario

ALTERNATIVE = "restrictions_resume"


def parted(month: str, replicates: int = 3) -> xr.Dataset:
    """Made-up runs whose two scenarios are the same before a month."""
    runs = synthetic_runs(replicates)
    before = runs.month < month
    return runs.map(lambda values: values.where(~before, values.isel(scenario=0)) if "month" in values.dims else values, keep_attrs=True)


@pytest.fixture(scope="module")
def runs() -> xr.Dataset:
    return synthetic_runs(6)


@pytest.fixture(scope="module")
def table(runs) -> pd.DataFrame:
    return compare.summary(runs)


def words(figure) -> list[str]:
    """All that is written in a figure."""
    return [text.get_text().strip() for text in figure.findobj(Text) if text.get_text()]


def headline(figure) -> str:
    """A figure's title on one line."""
    return figure.texts[0].get_text().replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")


# ---- from when


def test_windows_begin_when_the_scenarios_part_if_that_is_later_than_november_2026():
    late = parted("2029-11")
    assert windows.departure(late) == "2029-11" and windows.horizons(late) == [12, 36] and windows.end_month(late, 36) == "2032-10"
    found = compare.summary(late)
    months = (late.month >= "2029-11") & (late.month <= "2032-10")
    unmet = metrics.outside(late.sel(scenario=ALTERNATIVE).isel(month=months), "unmet_demand").sum(["month", "sector", "region"]).median()
    assert compare.row(found, "unmet_demand", 36, ALTERNATIVE).alternative_median == pytest.approx(float(unmet), rel=1e-5)
    assert set(found.start) == {"2029-11"}
    assert "in the 36 months from November 2029, the first month in which the scenarios differ, " in answer.sentence(late, found)
    assert answer.counted(late) == "Months count from November 2029, the first month in which the scenarios differ."
    drawn = fans.draw(late)
    assert "Nov 2029" in words(drawn) and "from November 2029" in headline(drawn)
    assert "October 2032" in headline(difference.draw(late))


def test_windows_never_begin_before_november_2026(runs, table):
    assert windows.first_difference(runs) == "2024-02" and windows.departure(runs) == "2026-11"
    assert set(table.start) == {"2026-11"} and answer.counted(runs) == "Months count from November 2026."


def test_one_grain_in_one_replicate_is_a_difference():
    same = parted("2036-01")
    assert windows.first_difference(same) == ""
    same.licence_queue.loc[{"scenario": ALTERNATIVE, "replicate": 2, "month": "2032-05", "good": "oxide_Dy"}] += 0.001
    assert windows.first_difference(same) == "2032-05"


def test_scenarios_that_do_not_differ_are_said_not_to():
    same = parted("2036-01")
    found = compare.summary(same)
    assert "“restrictions resume” and “truce holds” do not differ in any month" in answer.sentence(same, found)
    assert "do not differ" in answer.counted(same) and "do not differ" in headline(difference.draw(same))
    assert headline(losses.draw(same)) == "Under “restrictions resume” no more output is lost"


def test_the_month_of_parting_is_noted_in_the_results():
    late = parted("2029-11")
    manifest = {"experiment": "truce_vs_resume", "version": "0", "commit": "", "command": "", "key": "", "world": "magnets", "data": {}, "plan": {"scenarios": {}}}
    records.label(late, manifest, tuple(map(Scenario.load, late.scenario.values)))
    assert late.parting.values.tolist() == ["", "2029-11"] and windows.departure(windows.window(late, 12)) == "2029-11"
    assert late.lifted.values.tolist() == ["", caveats.STANDING]


# ---- how much


def test_output_is_that_of_the_windows_last_year_and_use_its_part_of_capacity():
    window = xr.Dataset({
        "outside_output": (("scenario", "replicate", "month", "stage"), np.r_[[90.0] * 12, [10.0] * 6, [30.0] * 6].reshape(1, 1, 24, 1)),
        "outside_capacity": (("scenario", "replicate", "month", "stage"), np.r_[[999.0] * 12, [40.0] * 12].reshape(1, 1, 24, 1)),
    })  # fmt: skip
    assert metrics.outside_output(window).item() == 20 and metrics.outside_use(window).item() == 50


def test_output_stands_beside_capacity_in_sentence_and_table(runs, table):
    made = compare.row(table, "outside_output[magnet]", 108, ALTERNATIVE).difference_median / 1000
    assert f"and {figure_units(made)} (" in answer.sentence(runs, table) and "is made there" in answer.sentence(runs, table)
    assert "magnets made there in the last year, t/year" in answer.in_brief(table, headline_of(runs))


def test_an_asked_price_beyond_the_limit_is_no_market_and_has_no_difference(table):
    shut = table.copy()
    shut.loc[shut.metric.isin(["asked_gap[oxide_Tb]"]), "alternative_median"] = 15.0
    found = answer.in_words(shut[shut.horizon == 36]).set_index("metric")
    for metric in ("asked_gap[oxide_Tb]", "asked_price[oxide_Tb]"):
        assert tuple(found.loc[metric, ["then", "difference", "5-95 %"]]) == ("no market", "-", "-")
    assert found.loc["asked_price[oxide_Dy]", "then"] != "no market" != found.loc["realised_price[oxide_Tb]", "then"]


def test_recovery_is_told_only_where_some_alternative_recovers(runs, table):
    never = table.copy()
    never.loc[never.metric == answer.RECOVERY, "alternative_median"] = np.inf
    of = headline_of(runs)
    name = answer.headlines(of)[answer.RECOVERY]
    assert name in set(answer.brief(table, of).outcome) and name not in set(answer.brief(never, of).outcome)


def test_what_sums_leave_over_is_nought(tmp_path):
    records.write_table(pd.DataFrame({"metric": ["outside_pipeline"], "median": [1.47e-11], "low": [-3e-12], "high": [0.04]}), tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text().splitlines()[1] == "outside_pipeline,0,0,0.04"


# ---- figures


def test_titles_say_what_the_summary_says(runs, table):
    at_end = {name: compare.row(table, f"outside_{name}[magnet]", 108, ALTERNATIVE) for name in ("capacity", "output")}
    stands = figure_units(at_end["capacity"].difference_median / 1000)
    said = headline(difference.draw(runs))
    assert said.startswith(f"{stands} (") and "in October 2035" in said
    could, made = (figure_units(found.alternative_median / 1000) for found in at_end.values())
    assert f"{could} if “restrictions resume”, of which {made} are made" in headline(capacity.draw(runs))
    whole = compare.row(table, "output_loss", 36, ALTERNATIVE).difference_median
    most = float(losses.extra_loss(runs, 36).max())
    assert f"{figure_units(most)} of {figure_units(whole)} billion USD ({100 * most / whole:.0f} %)" in headline(losses.draw(runs))
    gap = compare.row(table, "asked_gap[oxide_Dy]", 36, ALTERNATIVE).alternative_median
    said = headline(prices.draw(runs))
    assert said.startswith("Dy oxide outside China in October 2029: asked at ")
    assert f"{figure_units(gap)} times the Chinese price if “restrictions resume”" in said


def test_who_goes_without_how_much_is_written_beside_each_bar(runs, table):
    said = words(shares.draw(runs))
    window = windows.window(runs, 36).sel(scenario=ALTERNATIVE)
    for metric, values in {
        "unmet_share_by_region[JPN]": metrics.unmet_share_by_region(window).sel(region="JPN"),
        "unmet_share_by_sector[wind]": metrics.unmet_share_by_sector(window).sel(sector="wind"),
    }.items():
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        assert f"{figure_units(middle)} ({signed(low, high)})" in said
        assert middle == pytest.approx(compare.row(table, metric, 36, ALTERNATIVE).alternative_median, rel=1e-5)
    assert {"Japan", "Wind", "truce holds", "restrictions resume"} <= set(said) and "China" not in said


def test_asked_prices_stop_where_there_is_no_market(runs):
    dear = runs.copy(deep=True)
    years = (dear.month >= "2030-01") & (dear.month <= "2031-12")
    dear["price"] = dear.price.where(~(years & (dear.good == "oxide_NdPr") & (dear.market == "ROW_asked")), 100 * dear.price)
    figure = prices.draw(dear)
    asked = figure.axes[0].lines[0].get_ydata()
    assert np.isnan(asked[years.values]).all() and np.isfinite(asked[~years.values]).all()
    assert "no market" in [text.get_text() for text in figure.axes[0].texts]
    for below in figure.axes[len(prices.shown(headline_of(runs))) :]:
        lid = max(below.patches, key=lambda patch: patch.zorder)
        assert lid.zorder > max(line.zorder for line in below.lines) and lid.get_y() == 15 and lid.get_facecolor() == (1, 1, 1, 1)
        assert lid.get_y() + lid.get_height() >= below.get_ylim()[1]


def test_axes_set_thousands_apart(runs):
    axis = fans.draw(runs).axes[0].yaxis
    assert axis.get_major_formatter()(12000, 0) == "12,000" and axis.get_major_formatter()(2.5, 0) == "2.5"


def test_the_price_panel_of_the_past_names_its_lines(runs):
    assert {"asked outside", "in China"} <= set(words(hindcast.draw(runs)))


# ---- a restriction that ends


@pytest.mark.slow
def test_after_a_year_of_october_little_more_goes_unmet(tmp_path, capsys):
    scenarios = ["truce_holds", "restrictions_resume", "october_for_a_year"]
    truce_vs_resume.main(["--scenarios", *scenarios, "--replicates", "1", "--parameters", "default", "--until", "2029-12", "--workers", "1", "--out", str(tmp_path / "out")])
    found = pd.read_csv(tmp_path / "out" / "summary.csv")
    lasting = compare.row(found, answer.RECOVERY, 36, scenarios[1])
    assert np.isnan(lasting.alternative_median) and lasting.note.startswith("alternative_median") and "none in the window" in lasting.note
    first, whole = (compare.row(found, "unmet_demand", months, scenarios[2]).difference_median for months in (12, 36))
    assert first <= whole < 1.5 * first  # what goes unmet in the two years after it is less than half of what does in it
    year = [compare.row(found, "unmet_share", 12, name).alternative_median for name in scenarios[1:]]
    assert year[0] == year[1] > 0.1  # the same office for a year, and the same luck
    assert "October for a year" in capsys.readouterr().out
    assert "loses more than 0.5 % of its need" in (tmp_path / "out" / "report.html").read_text().replace("\n", " ")
