"""Published figures under the shock of each study: what is run, how ours is measured, what is refused, and what is not compared."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from synthetic import synthetic_runs
from test_roles import overlay

from experiments import against_others, compare
from experiments.against_others import Compared, Shock
from experiments.plan import Plan
from experiments.windows import DEPARTURE
from model import ExportBan, ExportQuota, InputError, Scenario, TradeModel
from model.world import World

ALL = Shock(("*",), ("*",), 0.2, 12)
JAPAN = Shock(("*",), ("JPN",), 0.0, 3)


@pytest.fixture(scope="module")
def world() -> World:
    return World.load()


@pytest.fixture(scope="module")
def levers(world):
    return TradeModel("truce_holds", seed=0).levers


def row(**said) -> Compared:
    """A published row by hand, of the shock that is 2026-11 to 2027-01 for Japan unless said otherwise."""
    usual = {"study": "somebody", "region": "JPN", "quantity": "GDP", "our_way": "loss", "our_label": "JPN", "our_gdp": 200.0, "value": -2.0, "unit": "%", "usd_billion": np.nan,
             "our_period": "", "our_stock_days": np.nan}  # fmt: skip
    return Compared(SimpleNamespace(**usual | said), JAPAN)


def shocked_runs(shock: Shock = JAPAN):
    """Made-up runs of which the second is called as a shock."""
    return synthetic_runs(3).assign_coords(scenario=["truce_holds", shock.name])


# ---- shocks


def test_a_share_let_through_is_a_quota_on_every_good_china_exports(world, levers):
    found = ALL.instruments(levers, world)
    assert all(isinstance(each, ExportQuota) and each.share_of_reference == 0.2 and (each.date, each.until) == (DEPARTURE, "2027-11") for each in found)
    goods = [good for each in found for good in each.goods]
    assert len(set(goods)) == len(goods) and {"oxide_Dy", "magnet_high", "part_high"} <= set(goods)


def test_nothing_let_through_is_a_ban_on_the_destinations(world, levers):
    (ban,) = JAPAN.instruments(levers, world)
    assert isinstance(ban, ExportBan) and ban.destinations == ("JPN",) and (ban.date, ban.until, ban.share) == (DEPARTURE, "2027-02", 1.0)
    assert JAPAN.words == "China lets nothing of all goods go to Japan for 3 months"


@pytest.mark.slow
def test_no_magnet_reaches_japan_under_its_ban_and_a_fifth_leaves_under_the_quotas(world, levers):
    base = Scenario.load("truce_holds")
    for shock in (ALL, JAPAN):
        run = TradeModel(base.with_events((*base.events, *shock.instruments(levers, world))), seed=1).run_until("2026-12").results()
        exports = run.china_exports.sel(good=["magnet_standard", "magnet_high", "magnet_extreme"])
        now, free = exports.sel(month="2026-12"), exports.sel(month=[f"2024-{number:02d}" for number in range(4, 13)]).mean("month")
        if shock is JAPAN:
            assert now.sel(destination="JPN").sum() == 0.0 < now.sel(destination="USA").sum()
        else:
            assert 0.0 < float(now.sum() / free.sum()) <= 0.21


# ---- measured


def test_a_loss_is_that_of_all_users_of_the_region_in_the_months_of_the_shock():
    runs = shocked_runs()
    window = sum(runs[name].sel(region="JPN", month=["2026-11", "2026-12", "2027-01"]).sum(["month", "sector"]).astype(float) for name in ("output_loss", "demand_given_up", "redesign_cost"))
    unit, theirs, ours = against_others.loss(runs, row())
    assert unit == "% of GDP" and theirs == 2.0
    np.testing.assert_allclose(ours, (window.isel(scenario=1) - window.isel(scenario=0)) / 1000 / 200 * 100)
    assert against_others.loss(runs, row(unit="trillion yen", usd_billion=1.0))[1] == 0.5


def test_every_kind_of_loss_a_run_records_counts_and_a_transfer_does_not():
    runs = shocked_runs()
    stopped = runs.assign(redesign_cost=0 * runs.output_loss, demand_given_up=0 * runs.output_loss)
    more = runs.assign(redesign_cost=2 * runs.output_loss, demand_given_up=runs.output_loss, price_bill=1e9 * runs.output_loss)
    np.testing.assert_allclose(against_others.loss(more, row())[2], 4 * against_others.loss(stopped, row())[2], rtol=1e-6)


def test_linkages_multiply_stopped_lines_alone():
    runs = shocked_runs()
    runs = runs.assign(redesign_cost=runs.output_loss, demand_given_up=0 * runs.output_loss)
    plain, linked = (next(iter(against_others.ratios([row()], "x", runs, times))) for times in (1.0, against_others.LINKAGES))
    assert linked["ours"] == pytest.approx(3.0 * plain["ours"]) and linked["ratio"] == pytest.approx(plain["ratio"] / 3.0)  # (5 + 1) / (1 + 1)


def test_asks_and_approvals_are_those_of_the_past():
    runs = shocked_runs()
    gap = runs.price.isel(scenario=0).sel(good="magnet_high", month=["2025-04", "2025-05"])
    found = against_others.asked(runs, row(our_way="asked", region="EU27", our_label="magnet_high", our_period="2025-04:2025-05", value=6.0))
    np.testing.assert_allclose(found[2], (gap.sel(market="EU27_asked") / gap.sel(market="CHN")).max("month"), rtol=1e-6)
    share = runs.licence_approved.isel(scenario=0).sel(month="2025-06", good=["magnet_standard", "magnet_high", "magnet_extreme"]).mean("good")
    np.testing.assert_allclose(against_others.approved(runs, row(our_way="approved", our_period="2025-06"))[2], 100 * share, rtol=1e-6)


def test_what_never_recovers_is_told_as_none():
    found = against_others.endless(np.array([24.0, np.inf, np.inf]))
    assert found["difference_median"] == np.inf and np.isnan(found["difference_median_from"]) and np.isnan(against_others.over(24.0, np.inf))


def test_the_order_of_regions_and_which_variant_has_theirs():
    rows = pd.DataFrame({"study": "IMF", "variant": ["as the headline"] * 2 + ["without fear"] * 2, "region": ["JPN", "USA"] * 2, "theirs": [2.0, 1.0] * 2, "ours": [0.1, 0.3, 0.4, 0.3]})
    assert against_others.orders(rows, rows) == ["IMF, by share of GDP: theirs Japan > USA; ours USA > Japan; the same without fear."]


def test_stocks_are_scaled_to_the_days_a_study_gives_them():
    runs = synthetic_runs(3)
    before = runs.isel(scenario=0).sel(month="2026-10", region="JPN")
    days = 365 / 12 * (before.cover * before.need).sum("sector") / before.need.sum("sector")
    plan = Plan((Scenario.load("truce_holds"),), replicates=3, parameters="default")
    found = against_others.scale_of(plan, runs, 60.0, "JPN")
    known = plan.world.parameters["cover_scale"]
    assert found == pytest.approx(float(np.clip(60.0 / np.median(days), known.minimum, known.maximum)))


# ---- rows


def test_every_published_figure_is_compared_or_says_why_not(world):
    rows = against_others.load(world)
    compared = [each for each in map(against_others.reading, rows.itertuples()) if each]
    assert len(compared) >= 14 and (rows.differs != "").all()
    assert set(against_others.MEASURES) == {each.row.our_way for each in compared}
    table = pd.DataFrame([against_others.told(each, None) for each in rows[rows.our_way == ""].itertuples()], columns=against_others.COLUMNS)
    assert (table.note == "not compared").all() and "IEA, world, lead time of a separation project: lead times are an input here" in against_others.in_words(table)


def test_switches_of_the_explanation_are_those_of_the_world(world):
    plan = Plan((Scenario.load("truce_holds"),), replicates=2)
    found = against_others.variants(plan)
    assert set(against_others.SOFTENERS) <= set(world.switches) and len(found) == len(against_others.SOFTENERS) + 2
    assert found[against_others.TOGETHER].settings == dict.fromkeys(against_others.SOFTENERS, 0.0) | {"cover_scale": 0.3}


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("our_goods", "oxide_Dyy", 'row 2, column our_goods: unknown our_goods "oxide_Dyy"; did you mean "oxide_Dy"'),
        ("our_destinations", "JPN", "row 2, column our_factor: a quota holds for all destinations"),
        ("our_months", "", "row 2, column our_way: loss needs our_goods, our_destinations, our_factor and our_months"),
        ("our_gdp", "", "row 2, column our_gdp: a loss needs our_gdp and a region"),
        ("our_way", "losses", "our_way"),
    ],
)
def test_a_row_that_cannot_be_compared_is_refused_in_one_line(world, tmp_path, column, value, says):
    def change(table):
        table[column] = table[column].astype(object)
        table.loc[0, column] = value

    with pytest.raises(InputError) as refused:
        against_others.load(SimpleNamespace(folder=overlay(tmp_path, "published.csv", change), chain=world.chain))
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_world_without_rows_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        against_others.main(["--world", "gallium", "--replicates", "1", "--out", str(tmp_path / "out")])
    assert ended.value.code == 2 and "published.csv has no row with our_way" in capsys.readouterr().err and not (tmp_path / "out").exists()


@pytest.mark.parametrize(("words", "says"), [(["--until", "2027-06"], "--until: the shocks of studies run to 2030-10"), (["--scenarios", "truce_holds", "restrictions_resume"], "name one")])
def test_other_months_or_scenarios_are_refused(tmp_path, capsys, words, says):
    with pytest.raises(SystemExit) as ended:
        against_others.main([*words, "--replicates", "1", "--out", str(tmp_path / "out")])
    assert ended.value.code == 2 and says in capsys.readouterr().err and not (tmp_path / "out").exists()


@pytest.mark.slow
def test_it_runs_from_the_command_line(tmp_path, capsys):
    against_others.main(["--replicates", "1", "--workers", "1", "--out", str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert "by share of GDP: theirs Japan > USA > Germany; ours " in said and "Not compared:" in said
    table, explained = (pd.read_csv(tmp_path / "out" / name) for name in ("against_others.csv", "explained.csv"))
    assert table.ours.notna().sum() >= 13 and {path.name for path in (tmp_path / "out").iterdir()} >= {"against_others.png", "manifest.json"}
    first = explained[(explained.study == "Daiwa Institute")].set_index("variant").ours
    assert first["all of these together"] > first["as the headline"] and first["all of these, and linkages at their largest"] > first["all of these together"]


def test_ours_beside_theirs_has_an_error_and_a_spread():
    found = against_others.measured(shocked_runs(), row())
    assert found["ours_from"] <= found["ours"] <= found["ours_to"] and found["ours_low"] <= found["ours"] <= found["ours_high"] and found["note"] == "3 replicates: the interval is rough"
    assert found["our_usd_billion"] == pytest.approx(found["ours"] * 2.0) and found["ratio"] == pytest.approx(2.0 / found["ours"])
    assert compare.LOW == 0.05
