"""What was observed: every row has a role, the null model is what it says, and counts never mix roles."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from synthetic import synthetic_runs

from experiments import compare, hindcast, published, scores
from experiments.measures import Of, measured
from experiments.null import Null
from experiments.observed import Observed
from experiments.targets import Held
from model import ExportLicence, InputError, Scenario, schema, seen
from model.folder import Folder, shipped
from model.world import World

HISTORY = Scenario.load("history")
STANDARD = {"magnet_standard": 1.0}
TABLES = (schema.TRADE_FLOWS, schema.PRICES, schema.TARGETS)


def overlay(folder: Path, file: str, change) -> Folder:
    """The usual world with one of its observed tables changed, rows as text."""
    (folder / "world.toml").write_text('name = "mine"\nextends = "magnets"')
    table = pd.read_csv(World.load().folder.file(file), dtype=str, keep_default_na=False)
    change(table)
    table.to_csv(folder / file, index=False)
    return Folder.open(folder)


# ---- roles


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_every_shipped_row_has_a_role_and_says_why(name, table):
    world = World.load(name)
    rows = seen.load(world.folder, table, world.start)
    assert rows.role.isin(schema.ROLES).all()
    assert ((rows.why == "") == (rows.role == "compared")).all()


@pytest.mark.parametrize(
    ("role", "why", "told"),
    [
        ("fited", "x", 'trade_flows.csv row 4, column role: unknown role "fited"; did you mean "fitted"'),
        ("fitted", "", "trade_flows.csv row 4, column why: empty on a row that is fitted; name the parameter or the regime's cell that was set on it"),
        ("built in", "", "trade_flows.csv row 4, column why: empty on a row that is built in; name the cell"),
        ("not expressible", "", "trade_flows.csv row 4, column why: empty on a row that is not expressible; say what the model lacks"),
        ("", "", "trade_flows.csv row 4, column role: empty; write built in, fitted, compared or not expressible"),
        ("compared", "regimes.csv", 'trade_flows.csv row 4, column why: "regimes.csv", but a row that is compared has set nothing'),
    ],
)
def test_a_slip_in_a_role_is_one_line(tmp_path, role, why, told):
    def change(table):
        table.loc[2, ["role", "why"]] = role, why

    with pytest.raises(InputError) as refused:
        seen.load(overlay(tmp_path, "trade_flows.csv", change), schema.TRADE_FLOWS, "2024-01")
    assert told in str(refused.value)


def test_a_band_without_a_role_is_refused(tmp_path):
    def change(table):
        table.loc[table.low != "", "role"] = ""

    with pytest.raises(InputError, match=r"measures\.csv row \d+, column role: empty"):
        seen.load(overlay(tmp_path, "measures.csv", change), schema.MEASURES, "2024-01")


def test_what_came_before_the_first_month_is_not_expressible_whatever_it_says(tmp_path):
    def change(table):
        table.loc[0, ["period", "role", "why"]] = "2023", "compared", ""

    rows = seen.load(overlay(tmp_path, "trade_flows.csv", change), schema.TRADE_FLOWS, "2024-01")
    assert rows.role.iloc[0] == "not expressible" and rows.why.iloc[0] == "before the world's first month, 2024-01"


@pytest.mark.parametrize(
    ("period", "month"),
    [("2025", "2025-01"), ("2025H2", "2025-07"), ("2025H1", "2025-01"), ("2025-05-01", "2025-05"), ("2009..2011Q3", "2009-01"), ("2026Q1", "2026-01"), ("2025-08..2025-09", "2025-08"), ("", "")],
)
def test_when_a_period_begins(period, month):
    assert seen.begins(period) == month


def test_a_row_to_compare_needs_a_measure(tmp_path):
    def change(table):
        table.loc[table["product"] == "rare earths (compounds+metals)", ["role", "why"]] = "compared", ""

    held = Held.of(World.load(overlay(tmp_path, "trade_flows.csv", change).path), HISTORY)
    with pytest.raises(InputError, match=r"trade_flows\.csv row 58, column role: compared, but \[observed\] of world\.toml does not say"):
        held.targets()


def test_tolerances_are_the_worlds():
    targets = {(each.quantity, each.period): each for each in Held.of(World.load(), HISTORY).targets()}
    year, month = (targets["NdFeB/SmCo magnets (HS 850511), CHN to USA", period] for period in ("2024", "2025-05"))
    assert (year.low, year.high) == pytest.approx((0.9 * 7444, 1.1 * 7444))
    assert month.high - month.observed == pytest.approx(0.05 * 7444 / 12)  # a quarter of 46 t is less
    price = targets["Dy oxide, China domestic", "2025-05"]
    assert price.high == pytest.approx(1.3 * price.observed)
    assert targets["dysprosium, CHN to WLD", "2025-08"].of.goods["oxide_Dy"] == pytest.approx(1 / 1.148)  # told as the element


# ---- the null model


def tiny(*events: ExportLicence) -> Null:
    """A null model of a few figures: 1,200 t of 2024, 130 t in each of the three months before the control, two quotes."""
    exports = pd.DataFrame({"destination": "WLD", "period": ["2024", "2025-01..2025-03", "2025-04"], "tonnes": [1200.0, 390.0, 5.0], "role": "compared", "source": "made"})
    prices = pd.DataFrame({"good": "magnet_standard", "month": ["2024-06", "2025-05"], "market": "CHN", "price": [40.0, 90.0], "role": "compared", "source": "made"})
    scenario = Scenario(name="made", sentence="made", events=events)
    return Null(World.load(), scenario, Observed("2025-04", "2024", exports, prices, tuple(STANDARD)))


def licence(**terms) -> ExportLicence:
    return ExportLicence(**({"date": "2025-04", "origin": "CHN", "goods": ["magnet_standard"], "name": "made"} | terms))


def of(measure: str, period: str, **more) -> Of:
    return Of(measure, period, STANDARD, "2025-04", "2024", **more)


def said(null: Null, what: Of) -> float:
    past = synthetic_runs(1, until="2025-12", scenarios=("history",)).isel(scenario=0)
    return float(measured(null.past(past, what), what)[0])


def test_the_null_model_is_the_licensed_share_of_the_mean_before_the_control():
    null = tiny(licence(controlled_share=0.5, capacity_share=0.4, until="2025-06"))
    mean = (9 * 100 + 3 * 130) / 12  # nine months of 2024 from the year, three observed by themselves; the control's own month is not known to it
    assert said(null, of("exports", "2024-05")) == pytest.approx(100)
    assert said(null, of("exports", "2025-04")) == pytest.approx((1 - 0.5 * 0.6) * mean)
    assert said(null, of("exports", "2025-06")) == pytest.approx(mean)
    assert said(null, of("change", "2025-04")) == pytest.approx(0.7 * mean - 100)
    assert said(null, of("first_stop", "2025")) == np.inf and said(null, of("worst_month", "2025")) == 0


def test_part_months_several_capacities_and_single_destinations_count_in_the_null_model():
    assert said(tiny(licence(capacity_share=0.2, month_share=0.5)), of("exports", "2025-04")) == pytest.approx(0.6 * 107.5)
    assert said(tiny(licence(capacity_share=[0.2, 0.4])), of("exports", "2025-04")) == pytest.approx(0.3 * 107.5)
    abroad = tiny(licence(capacity_share=0.0, destinations=["JPN"]))
    assert said(abroad, of("exports", "2025-04", destination="JPN")) == 0
    assert 0 < said(abroad, of("exports", "2025-04")) < 107.5
    assert said(tiny(licence(capacity_share=0.0, end_uses=["defence"])), of("exports", "2025-04")) == pytest.approx(107.5)


def test_the_null_price_is_the_last_one_observed_before():
    null = tiny()
    assert said(null, of("price", "2025-05", market="CHN")) == 40 and said(null, of("price", "2025-06", market="CHN")) == 90
    assert said(null, of("price", "2024-03", market="CHN")) == pytest.approx(36.96)  # costs.csv
    assert said(null, of("price_change", "2025-05..2025-07", market="CHN")) == 0


# ---- scores


def test_skill_is_measured_against_the_null_model():
    assert scores.skill(10, 14, 10) == 1 and scores.skill(12, 14, 10) == 0.5 and scores.skill(18, 14, 10) == -1
    assert scores.skill(3, np.inf, 3) == 1 and scores.skill(4, np.inf, 3) == 1
    assert np.isnan([scores.skill(12, 10, 10), scores.skill(np.inf, 14, 10), scores.skill(12, np.nan, 10), scores.skill(12, 14, np.nan)]).all()


def made(**columns) -> pd.DataFrame:
    """Eight scored rows, of which each role has its own."""
    roles = ["compared"] * 3 + ["fitted"] * 2 + ["built in", "not expressible", "compared"]
    usual = {
        "file": "trade_flows.csv", "role": roles, "verdict": ["within", "outside", "within", "within", "within", "within", "not expressible", "not measured"],
        "null_verdict": ["outside", "outside", "within", "", "within", "within", "", ""], "covered": ["yes", "no", "", "yes", "yes", "yes", "", ""], "skill": [0.5, -1.0, np.nan, 1, 1, 1, np.nan, np.nan],
    }  # fmt: skip
    return pd.DataFrame(usual | columns)


def test_roles_are_counted_apart():
    found = scores.counts(made())
    assert found.loc["compared"].tolist() == [3, 2, 1, 2, 1, -0.25]
    assert found.loc["fitted", ["rows", "within", "null_within"]].tolist() == [2, 2, 1] and found.loc["built in", "rows"] == 1
    told = hindcast.verdict(made(), 4)
    assert "in 2 of 3 rows, the null model in 1; the 5-95 % over replicates hold 1 of 2" in told and "Fitted, no test: 2 of 2 (null model 1); built in, no test: 1 of 1" in told


def test_other_roles_never_change_the_count_of_what_is_compared():
    better = made(verdict=["within", "outside", "within", "outside", "outside", "outside", "not expressible", "not measured"])
    assert scores.counts(better).loc["compared"].equals(scores.counts(made()).loc["compared"])


# ---- what others published


def test_published_figures_stand_beside_the_metric_they_name():
    runs, world = synthetic_runs(3), World.load()
    table = compare.summary(runs)
    beside = published.beside(published.load(world), table)
    japan = beside[(beside.study == "Daiwa Institute") & (beside.region == "JPN")].iloc[0]
    ours = compare.row(table, "output_loss_by_region[JPN]", 12, "restrictions_resume")
    assert (japan.value, japan.unit, japan.ours, japan.our_unit, japan.months) == (-1.3, "%", ours.difference_median, "billion USD", 12)
    price = beside[beside.metric.str.startswith("asked_gap")].iloc[0]
    assert price.ours == compare.row(table, price.metric, 12, "restrictions_resume").alternative_median and np.isnan(price.ours_low)
    assert (beside.our_counts != "").all() and "GDP: -1.3 %, some 47 billion USD" in set(published.in_words(beside).published)


def test_a_published_figure_beside_no_metric_is_refused(tmp_path):
    def change(table):
        table.loc[0, "our_measure"] = "output_los"

    with pytest.raises(InputError, match=r'published\.csv row 2, column our_measure: unknown our_measure "output_los"; did you mean "output_loss"'):
        published.load(World.load(overlay(tmp_path, "published.csv", change).path))


def test_a_world_without_them_prints_none():
    assert published.load(World.load("gallium")).empty
    assert published.beside(published.load(World.load("gallium")), compare.summary(synthetic_runs(1))).empty
