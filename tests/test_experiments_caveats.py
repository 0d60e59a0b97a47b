"""What is printed is no more certain than it is: lower bounds, few replicates, standing controls, assumed factors, parts that do not add up."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.text import Text
from synthetic import synthetic_runs

from experiments import answer, bounds, caveats, compare, records, report, windows
from experiments.figures import FIGURES, capacity, difference, fans, licences, losses, prices
from experiments.plan import ROOT
from experiments.wording import figure_units
from model import ExportLicence, Scenario
from model.world import World

BASELINE, ALTERNATIVE = SCENARIOS = ("truce_holds", "restrictions_resume")
GOODS = World.load().headline.goods
OCTOBER = {"origin": "CHN", "goods": ["magnet_high"], "regime": "OCT_FULL"}


def noted(replicates: int = 6) -> xr.Dataset:
    """Made-up runs with what is known of their scenarios, the limits on waits and orders binding where restrictions resume."""
    runs = windows.note_partings(synthetic_runs(replicates)).assign_coords(clamp=["licence_wait", "order_ceiling"])
    runs["clamped"] = runs.clamped.where(runs.scenario == BASELINE, 0.7) * (runs.scenario == ALTERNATIVE)
    caveats.note_controls(runs, tuple(map(Scenario.load, SCENARIOS)))
    return runs


@pytest.fixture(scope="module")
def runs() -> xr.Dataset:
    return noted()


@pytest.fixture(scope="module")
def table(runs) -> pd.DataFrame:
    return compare.summary(runs)


def words(figure) -> str:
    """All that is written in a figure, which is let go of."""
    plt.close(figure)
    return " ".join(text.get_text().replace("\n", " ") for text in figure.findobj(Text))


@pytest.fixture(scope="module")
def drawn(runs) -> dict[str, str]:
    """What is written in each figure."""
    return {name: words(module.draw(runs)) for name, (module, _) in FIGURES.items()}


def scenario(*events: ExportLicence) -> Scenario:
    """The truce, and more."""
    truce = Scenario.load(BASELINE)
    return truce.with_events([*truce.events, *events])


# ---- whether controls stand


@pytest.mark.parametrize(
    ("name", "until"),
    [(ALTERNATIVE, caveats.STANDING), ("october_for_a_year", "2027-11"), ("tit_for_tat", caveats.OPEN), ("truce_holds", "")],
)
def test_how_long_a_scenarios_own_controls_stand(name, until):
    assert caveats.lifted(Scenario.load(BASELINE), Scenario.load(name), range(144)) == until


def test_a_renewal_of_a_regime_is_no_control_of_its_own():
    again = ExportLicence(date="2030-01", name="another", origin="CHN", goods=["magnet_high"], regime="TRUCE")
    other = ExportLicence(date="2030-01", until="2031-01", name="for a year", **OCTOBER)
    assert caveats.lifted(scenario(), scenario(again), range(144)) == "" and caveats.lifted(scenario(), scenario(other), range(144)) == "2031-01"


@pytest.mark.parametrize(
    ("lifted", "says"),
    [("", ""), (caveats.STANDING, "while the controls still stand"), ("2036-01", "while the controls still stand"),
     ("2031-11", "the controls gone since November 2031"), (caveats.OPEN, "under whatever controls the states then keep")],
)  # fmt: skip
def test_in_which_state_the_long_run_is_measured(runs, lifted, says):
    pair = runs.assign_coords({caveats.LIFTED: ("scenario", ["", lifted])})
    assert caveats.standing(pair, "2035-10") == says


def test_sentence_report_and_titles_say_that_controls_stand(runs, table):
    assert "by October 2035, while the controls still stand, " in answer.sentence(runs, table)
    assert "“restrictions resume” in October 2035: measured while the controls still stand" in report.cautions(runs)
    assert "in October 2035, while the controls still stand, under “restrictions resume”" in difference.title(runs)
    assert re.search(r"“restrictions resume”, while the controls still stand, of which", capacity.title(runs))


# ---- what was drawn


@pytest.mark.slow
def test_figures_by_region_say_what_the_part_of_the_united_states_rests_on(runs, drawn):
    factors = runs.drawn_strictness.isel(scenario=1).sel(destination="USA").values
    said = f"the USA’s part rests on a treatment nobody has seen, drawn between {figure_units(float(factors.min()))} and {figure_units(float(factors.max()))} of its part of the licences"
    assert 0.15 <= factors.min() < factors.max() <= 1.0
    assert said in drawn["shares"] and said in drawn["losses"]
    assert any(said in each.replace("The USA", "the USA") for each in report.cautions(runs))
    assert caveats.usa(runs.drop_vars("drawn_strictness")) == ""  # nothing drawn, nothing claimed


# ---- what unmet leaves out, what does not add up


@pytest.mark.slow
def test_unmet_never_stands_without_what_it_leaves_out(runs, table, drawn):
    assert all(caveats.UNMET in drawn[name].replace("Need", "need") for name in ("fans", "sectors", "shares", "assumptions"))
    assert caveats.UNMET in " ".join(answer.told(runs, table)).replace("Need", "need")
    assert "Need designed out or priced out is not counted as unmet" in report.cautions(runs)


@pytest.mark.slow
def test_parts_that_do_not_add_up_say_so(drawn):
    assert "Medians of parts do not sum to the median of the whole." in drawn["losses"]
    assert all("Percentages are of each one’s own need and do not sum." in drawn[name] for name in ("shares", "sectors"))


# ---- few replicates


@pytest.mark.parametrize(("replicates", "told"), [(29, True), (30, False)])
def test_fewer_than_thirty_replicates_are_said_to_be_few(replicates, told):
    many = synthetic_runs(replicates, until="2027-12")
    found = compare.summary(many)
    said = f"{replicates} replicates: the interval is rough"
    assert (said in answer.sentence(many, found)) == told
    assert (said in report.cautions(many)) == told
    assert found[found.metric == "output_loss"].note.str.contains(said).all() == told
    assert (f"{replicates} paired replicates: the interval is rough" in words(fans.draw(many))) == told


@pytest.mark.slow
def test_every_figure_says_how_many_replicates_stand_behind_it(drawn):
    assert [name for name, said in drawn.items() if "6 paired replicates: the interval is rough" not in said] == []


# ---- lower bounds


def test_what_a_limit_holds_down_is_at_least_so_much(runs, table):
    found = table[table.horizon == 36].set_index("metric").note
    assert "alternative at least" in found["licence_wait[magnet_high]"] and "alternative at least" in found["licence_queue[magnet_high]"]
    assert "baseline at least" not in found["licence_wait[magnet_high]"]  # nothing binds there
    assert "at least" not in found["licence_wait[oxide_NdPr]"]  # nobody waits for it
    assert not found[~found.index.str.startswith("licence_")].str.contains("at least").any()
    seldom = windows.window(runs.assign(clamped=0.9 * bounds.BINDING * (runs.clamped > 0)), 36)
    assert not bounds.at_least(seldom, ALTERNATIVE)
    row = answer.in_words(table[table.horizon == 36]).set_index("metric").loc["licence_wait[magnet_high]"]
    assert row["then"].startswith("at least ") and row["difference"].startswith("at least +") and not row["truce holds"].startswith("at least")


def test_prices_near_the_limits_of_their_rule_are_at_least_so_much(runs):
    dear = runs.copy(deep=True)
    far = (dear.good == "oxide_Dy") & (dear.market == "ROW_asked") & (dear.scenario == ALTERNATIVE) & (dear.month > "2027-01")
    dear["price"] = dear.price.where(~far, 100 * dear.price)
    cut = windows.window(dear, 36)
    assert {name for name in bounds.at_least(cut, ALTERNATIVE) if "oxide" in name and "licence" not in name} == {f"{name}[oxide_Dy]" for name in bounds.PRICES}
    assert not bounds.at_least(cut, BASELINE)
    found = answer.in_words(compare.summary(dear).query("horizon == 36")).set_index("metric")
    assert found.loc["realised_gap[oxide_Dy]", "then"].startswith("at least ") and found.loc["asked_gap[oxide_Dy]", "then"] == "no market"
    assert "what is paid then is at least so much" in words(prices.draw(dear))


def test_two_lower_bounds_have_no_difference(table):
    both = table[(table.horizon == 36) & (table.metric == "licence_wait[magnet_high]")].assign(note="baseline at least; alternative at least")
    assert answer.in_words(both).iloc[0][["difference", "5-95 %"]].tolist() == ["-", "-"]
    below = answer.in_words(both.assign(note="baseline at least")).iloc[0]
    assert below["difference"].startswith("at most ") and below["truce holds"].startswith("at least ")


def test_the_wait_in_the_title_is_at_least_so_much(runs):
    assert re.search(r"on average [\d.]+ months if “truce holds”, at least [\d.]+ months if “restrictions resume”", licences.title(runs))


# ---- losses


def test_signs_for_none_for_very_little_and_for_no_makers_differ(runs):
    assert [losses.sign(value, True) for value in (0.0, 0.004, -0.004, 0.2)] == ["0", "<0.01", "-<0.01", "0.2"]
    assert losses.sign(0.0, False) == "·"
    small = runs.copy(deep=True)
    small["output_loss"] = small.output_loss * 1e-9
    small["need"] = small.need.where(small.region != "JPN", 0)
    said = words(losses.draw(small))
    assert "<0.01" in said and "·" in said
    there = losses.makers(windows.pairs(small)[0], losses.extra_loss(small, 36))
    assert not there[losses.extra_loss(small, 36).region.values.tolist().index("JPN")].any() and there.any()


# ---- tables on disk


def test_no_cell_of_a_table_is_infinite_and_a_note_says_which_never_came(table, tmp_path):
    endless = table.head(3).assign(alternative_median=[np.inf, 1.0, -np.inf], difference_low=[np.nan, np.inf, 2.0], note=["", "few", ""])
    text = records.write_table(endless, tmp_path / "summary.csv").read_text()
    found = pd.read_csv(tmp_path / "summary.csv", keep_default_na=False)
    assert "inf" not in text and found.alternative_median.tolist()[::2] == ["", ""] and found.difference_low.tolist()[1] == ""
    assert found.note.tolist() == ["alternative_median: none in the window", "difference_low: none in the window; few", "alternative_median: none in the window"]


def test_words_on_the_screen_keep_none(table):
    never = table[(table.metric == "months_to_first_extra_stop") & (table.horizon == 36)]
    assert np.isinf(never.baseline_median).all() and answer.in_words(never)["truce holds"].tolist() == ["none"]


@pytest.mark.slow
def test_nothing_said_or_drawn_gives_a_cause(runs, table, drawn):
    said = [*answer.told(runs, table), *report.cautions(runs), *drawn.values(), (ROOT / "experiments" / "report.html.j2").read_text()]
    assert not [each for each in said if "because" in each.lower()]
