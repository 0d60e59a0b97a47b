"""What restricting brings a country's exports: books of its border, their difference in parts that add up, what stands when, what a cell of the map is; worked out by hand."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hands import in_china, still, two_chains
from synthetic import synthetic_runs
from vocabulary import SHIPPED

from experiments import exports, statecraft
from experiments.exports import AT_HOME, DUTIES, EARNED, SOLD, ExportBooks
from experiments.plan import Plan
from experiments.statecraft import Accounts, Setting
from experiments.without import without
from model import InputError, Scenario, Tariff, TradeModel, Truce
from model.names import CHINA, REGIONS

SCENARIOS = tuple(Scenario.load(name) for name in statecraft.SCENARIOS)
TRUCE, YEAR, UNTIL_2029, RESUMED = SCENARIOS
TAX = Tariff(date="2024-01", name="duty", importer="USA", origins=["CHN"], goods=["magnet_standard", "magnet_high"], rate=0.25)


def books(sold, gross, duties):
    """One good to one region, month by month: t, million USD before duty, and duties."""
    cells = {SOLD: sold, EARNED: np.subtract(gross, duties), DUTIES: duties, AT_HOME: np.multiply(sold, 0.5)}
    return xr.Dataset({name: (("month", "good", "region"), np.array(values, float)[:, None, None]) for name, values in cells.items()})


def test_less_is_sold_dearer_and_the_parts_add_up():
    """10 t at 2 are 20; 6 t at 3 are 18, of which 1 goes as duty. Sold less: -4 at 2.5, -10. Dearer: 1 on 8 t, +8. Duties -1. Together -3, and 17 - 20 is -3."""
    found = exports.split(books([10.0], [20.0], [0.0]), books([6.0], [18.0], [1.0]))
    assert {name: float(values[0]) for name, values in found.items()} == {"lost": -10.0, "rent": 8.0, "duties": -1.0}


def test_where_nothing_is_sold_any_more_all_is_lost_and_nothing_is_rent():
    """And where something is sold for the first time all of it is sold more."""
    found = exports.split(books([10.0, 0.0, 0.0], [20.0, 0.0, 0.0], [0.0, 0.0, 0.0]), books([0.0, 4.0, 0.0], [0.0, 12.0, 0.0], [0.0, 0.0, 0.0]))
    assert found["lost"].tolist() == [-20.0, 12.0, 0.0] and found["rent"].tolist() == [0.0, 0.0, 0.0]


def test_a_border_earns_what_sellers_are_paid_for_what_leaves():
    """A chain in China whose only customers are abroad: what its magnet makers are paid is what the border earns; a duty of the United States is paid on what goes there, and on nothing else."""
    earned = {}
    for name, events in {"free": (), "taxed": (TAX,)}.items():
        model = in_china(scenario=still(finance=1.0).with_events(events), parts=[ExportBooks()])
        for _ in range(6):
            model.step()
        cells = model.results()
        sellers = model.rows["magnet"]
        assert float(cells[EARNED][-1].sum()) == pytest.approx(float(model.takings[sellers].sum()) / 1000.0) and float(cells[SOLD][-1].sum()) > 0.0
        earned[name] = cells
    taxed = earned["taxed"].isel(month=-1)
    assert float(earned["free"][DUTIES].sum()) == 0.0
    assert float(taxed[DUTIES].sel(region="USA").sum()) > 0.0 == float(taxed[DUTIES].sel(region="EU27").sum())


def test_who_sells_at_home_only_has_an_empty_border():
    model = two_chains(parts=[ExportBooks()])
    model.step()
    cells = model.results()
    assert float(cells[SOLD].sel(region=CHINA).sum()) == 0.0


def test_without_an_event_a_truce_suspends_what_is_left():
    """A truce that suspends two measures suspends one of them where the other is gone, and is gone where both are."""
    first, second = (Tariff(date="2026-01", name=name, importer="USA", origins=["CHN"], goods=["magnet_high"], rate=0.1) for name in ("one", "two"))
    calm = Truce(date="2027-01", until="2028-01", name="calm", suspends=["one", "two"])
    told = Scenario.load("balanced").with_events([first, second, calm])
    assert [(event.name, getattr(event, "suspends", None)) for event in without(told, {"one"}).events] == [("two", None), ("calm", ("two",))]
    assert without(told, {"one", "two"}).events == () and without(told, {"nobody"}) == told


def test_the_answer_of_others_is_the_duty_that_comes_with_the_restrictions():
    gone = {event.name for event in RESUMED.events} - {event.name for event in Setting(off=statecraft.NO_ANSWER).told(RESUMED, SHIPPED).events}
    assert gone == {"US answer to the October package"}
    assert Setting(off=statecraft.NO_ANSWER).told(TRUCE, SHIPPED) == TRUCE


def test_controls_stand_while_the_baseline_has_none_of_their_kind():
    """Renewals of the truce with another share of general licences are no controls of the alternative's own."""
    stands = [[statecraft.controls(TRUCE, each, month) for month in (34, 45, 46, 69, 70, 100)] for each in SCENARIOS]
    assert stands == [[False] * 6, [True, True, False, False, False, False], [True, True, True, True, False, False], [True] * 6]


def test_a_setting_scales_what_is_drawn_and_makers_outside():
    plan = Plan((TRUCE, RESUMED), replicates=3, world=SHIPPED)
    scaled = Setting(1.0, 2.0, 0.5).scaled(plan, 1)
    assert scaled["cover_scale"] == pytest.approx(2.0 * plan.draws.cover_scale[1]) and scaled["new_investment_scale"] == pytest.approx(0.5 * plan.draws.new_investment_scale[1])
    assert Setting().scaled(plan, 1) == {name: plan.draws.loc[1, name] for name in ("cover_scale", "new_investment_scale")}
    assert Setting(1.0, 2.0, 1.0).scaled(Plan((TRUCE, RESUMED), parameters="default", world=SHIPPED), 0) == {"cover_scale": 2.0}
    shock = Setting(2.0).told(TRUCE, SHIPPED).events
    shock = next(event for event in shock if event.name == "More capacity outside China")
    assert shock.factor == 2.0 and "LAMP Kuantan" in shock.entities and "JL Mag" not in shock.entities and Setting().told(TRUCE, SHIPPED) == TRUCE
    assert Setting(off="building").plan(plan).settings == {"building": 0.0} and Setting(off="answer").plan(plan).settings == {}


def test_makers_outside_can_make_twice_as_much():
    """Capacity left of a firm outside is twice, of one in China once."""
    model = TradeModel(Setting(2.0).told(TRUCE, SHIPPED), seed=1)
    model.step()
    names = [agent.name for agent in model.firms.agents]
    assert model.levers.factor[names.index("LAMP Kuantan")] == 2.0 and model.levers.factor[names.index("JL Mag")] == 1.0


@pytest.fixture
def pair():
    """A truce and restrictions to October 2028: China sells 10 t of a good to the United States at 2 million USD a tonne each month, in the other course half at 3 from November 2026 on; users there lose 7 million USD a month, in China 2."""
    made = synthetic_runs(1, until="2028-10").isel(replicate=0).astype(float)
    shape = {"month": made.sizes["month"], "good": made.sizes["good"], "region": len(REGIONS)}
    found = []
    for then in (False, True):
        cells = {name: np.zeros(tuple(shape.values())) for name in exports.BOOKS}
        us, after = REGIONS.index("USA"), (made.month >= "2026-11").values & then
        cells[SOLD][:, 0, us] = np.where(after, 5.0, 10.0)
        cells[EARNED][:, 0, us] = np.where(after, 15.0, 20.0)
        cells[AT_HOME][:, 0, us] = cells[SOLD][:, 0, us]
        course = xr.zeros_like(made.isel(scenario=int(then))).assign({name: (tuple(shape), values) for name, values in cells.items()})
        for region, lost in (("USA", 7.0), ("CHN", 2.0)):
            course["output_loss"].loc[{"sector": "wind", "region": region, "month": made.month.values[after]}] = lost
        found.append(course)
    return found


def test_what_restricting_brings_adds_up_undiscounted(pair):
    """24 months at 15 instead of 20: -120 million, of which sold less -5 * 2.5 * 24 = -300 and dearer 1 * 7.5 * 24 = 180. Beyond the 1 million a tonne in China: 10 a month in either course."""
    found = statecraft.measured(*pair, np.arange(24) < 6, 0.0)
    money = {name: round(1000.0 * float(found[name]), 6) for name in statecraft.MEASURED}
    assert (money["value"], money["lost"], money["rent"], money["duties"], money["tax"]) == (-120.0, -300.0, 180.0, 0.0, 0.0)
    assert (money["during"], money["after"], money["undiscounted"], money["beyond_home"], money["soon"]) == (-30.0, -90.0, -120.0, 0.0, -120.0)
    assert (money["home_loss"], money["outside_loss"]) == (48.0, 168.0)
    assert float(found.monthly.sum()) == pytest.approx(-0.12) and found.monthly.sizes == {"month": 24}


def test_money_of_a_year_later_counts_less(pair):
    """At 21 % a year the 13th month's -5 counts 1/1.21."""
    monthly = statecraft.measured(*pair, np.ones(24, bool), 0.21).monthly.values
    assert monthly[[0, 12]] == pytest.approx([-0.005, -0.005 / 1.21])


def test_an_export_tax_is_chinas_own_and_no_duty_of_others(pair):
    """Of the 15 a month, 3 are taken as tax and stand among duties: sellers keep 12, the state has 3, and others' duties take nothing."""
    pair[1][EARNED].loc[{"month": pair[1].month >= "2026-11"}] *= 0.8
    pair[1][DUTIES].loc[{"month": pair[1].month >= "2026-11"}] += 0.25 * pair[1][EARNED].sel(month=pair[1].month >= "2026-11")
    pair[1]["public_income"].loc[{"payer": CHINA, "instrument": "ExportTax", "month": pair[1].month >= "2026-11"}] = 3.0
    money = {name: round(1000.0 * float(values), 6) for name, values in statecraft.measured(*pair, np.ones(24, bool), 0.0)[["value", "duties", "tax", "state", "rent"]].items()}
    assert money == {"value": -120.0, "duties": 0.0, "tax": 72.0, "state": 72.0, "rent": 180.0}


KEPT = Accounts((Setting(), Setting(off="answer"), Setting(1.0, 2.0, 1.0)), ("restrictions_resume",), ((True,),))


@pytest.fixture
def runs():
    """Two replicates: restricting brings -2 and -4; without the answer of others -1 and -1; with twice the stocks 3 and -1."""
    values = {name: np.zeros((3, 1, 2)) for name in (*statecraft.MEASURED, *statecraft.MORE)}
    values["value"][:, 0] = [[-2.0, -4.0], [-1.0, -1.0], [3.0, -1.0]]
    cells = {name: np.ones((3, 2)) for name in statecraft.BEFORE}
    return xr.Dataset({name: (("setting", "alternative", "replicate"), array) for name, array in values.items()} | {name: (("setting", "replicate"), array) for name, array in cells.items()}, {"alternative": ["restrictions_resume"]})


def test_the_map_tells_where_it_pays(runs):
    rows = statecraft.table(runs, KEPT)
    cells = statecraft.paying(rows)
    assert cells["median"].tolist() == [-3.0, 1.0] and cells.pays.tolist() == [0.0, 0.5] and statecraft.usual(rows).groupby("outcome")["median"].first()["value"] == -3.0
    assert statecraft.heading(rows).endswith("-3 (restrictions resume); it pays at the median in 1 of 2 cells")


def test_an_answer_carries_what_is_lost_with_it(runs):
    """-2 + 1 and -4 + 1: it carries -1 and -3, -2 at the median."""
    found = statecraft.carried(runs, KEPT, SHIPPED)
    assert found["median"].tolist() == [-2.0] and found["words"].tolist() == ["the answer of others (duties)"] and found.without.tolist() == [-1.0]
    assert "the answer of others (duties) -2 (-3 to -1)" in statecraft.sentence(statecraft.table(runs, KEPT), found)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--stocks", "0"], "--stocks: 0 are not all above 0 and up to 4; give multiples such as 0.5 1 2"),
        (["--rate", "5"], "--rate: 5 is no yearly discount; give for example 0.05 for 5 %"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(words, says, tmp_path):
    with pytest.raises(InputError) as refused:
        statecraft.prepared(statecraft.command.read("statecraft", "?", [*words, "--out", str(tmp_path)], statecraft.SCENARIOS, 1, more=statecraft.options))
    assert str(refused.value) == says


@pytest.mark.slow
def test_from_the_command_line_to_the_figure(tmp_path, capsys):
    words = ["--replicates", "1", "--workers", "1", "--until", "2027-12", "--capacity", "1", "--stocks", "1", "2", "--speed", "1", "--parameters", "default", "--no-switches", "--scenarios", "truce_holds", "restrictions_resume"]
    statecraft.main([*words, "--out", str(tmp_path)])
    rows = pd.read_csv(tmp_path / "statecraft.csv")
    parts = statecraft.usual(rows.assign(off="")).set_index("outcome")["median"]
    assert "Counted: what China's sellers keep" in capsys.readouterr().out and (tmp_path / "statecraft.png").stat().st_size > 20_000
    assert parts["value"] == pytest.approx(parts["lost"] + parts["rent"] + parts["duties"], rel=1e-4) and parts["lost"] < 0.0 < parts["rent"]
    assert json.loads((tmp_path / "manifest.json").read_text())["complete"]


