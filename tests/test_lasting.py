"""What lasts: pairs that end in identical instruments, what is seen how long after, and how it is told."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from synthetic import synthetic_runs

from experiments import caveats, headline, truce_vs_resume, what_lasts
from experiments.plan import Plan
from experiments.windows import two
from model import InputError, Scenario, TradeModel
from model.names import month_index, month_name
from model.policies.truce import Truce
from model.world import World

TRUCE = "truce_holds"
LIFTED = {"october_until_2029": "2029-11", "october_until_2033": "2033-11"}
LEVERS = ("controlled", "approval", "denial", "least_months", "tariff", "banned", "general", "severity", "factor", "openness", "home_first", "capacities", "places", "quotas", "under_office", "under_quota")


def plan(names=what_lasts.SCENARIOS, until="2035-12", replicates=2, world=None) -> Plan:
    facts = World.load(world)
    return Plan(tuple(Scenario.load(name, facts) for name in names), replicates=replicates, until=until, world=facts)


def acting(scenario: Scenario, month: int) -> list[str]:
    """What acts in a month, whatever it is called and however long it stands; a truce acts by what it leaves out."""
    return sorted(repr(each.content()) for each in scenario.in_force(month) if not isinstance(each, Truce))


# ---- scenarios


@pytest.mark.parametrize("name", LIFTED)
def test_from_the_lifting_on_the_instruments_are_those_of_the_truce(name):
    truce, october, resume = (Scenario.load(each) for each in (TRUCE, name, "restrictions_resume"))
    start, end = month_index(LIFTED[name]), month_index("2035-12")
    assert all(acting(october, month) == acting(truce, month) for month in range(start, end + 1))
    assert all(acting(october, month) == acting(resume, month) != acting(truce, month) for month in range(month_index("2026-11"), start))
    assert caveats.lifted(truce, october, range(end + 1)) == LIFTED[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", LIFTED)
def test_so_are_references_capacities_and_general_licences(name):
    """What instruments do to relations: the same to the last bit from the lifting on, though the trade before it was another."""
    models = [TradeModel(Scenario.load(each), seed=3).run_until(month_name(month_index(LIFTED[name]) - 1)) for each in (TRUCE, name)]
    assert not np.array_equal(models[0].levers.controlled, models[1].levers.controlled)
    for _ in range(14):  # over the next renewal
        for model in models:
            model.step()
        assert all(np.array_equal(*(np.asarray(getattr(model.levers, lever)) for model in models)) for lever in LEVERS)
        assert models[0].levers.restricted[-1] == models[1].levers.restricted[-1]


# ---- measured


def test_it_is_seen_two_and_six_years_after_the_lifting_as_far_as_runs_reach():
    assert what_lasts.moments("2029-11", "2035-12") == [(24, "2031-11"), (72, "2035-11")] and what_lasts.moments("2033-11", "2035-12") == [(24, "2035-11")]
    assert what_lasts.moments("2029-11", "2031-10") == [] == what_lasts.moments(caveats.STANDING, "2035-12")


def test_outcomes_are_those_of_the_year_before_counted_by_hand():
    """The alternative needs half, makes 30 of a capacity of 100 where the baseline makes 20 of 80; months outside the year count for nothing."""
    pair = two(synthetic_runs(2), 1)
    inside = (pair.month > "2034-11") & (pair.month <= "2035-11")
    first = pair.scenario == "truce_holds"
    made, works = (xr.where(inside, xr.where(first, one, other), 1e9) for one, other in ((20.0, 30.0), (80.0, 100.0)))
    pair = pair.assign(
        need=xr.where(first, pair.need.isel(scenario=0), 0.5 * pair.need.isel(scenario=0)).transpose(*pair.need.dims),
        outside_output=xr.ones_like(pair.outside_output) * made, outside_capacity=xr.ones_like(pair.outside_capacity) * works, china_share=xr.ones_like(pair.china_share) * 0.8,
    )  # fmt: skip
    found = what_lasts.outcomes(pair, "2035-11").isel(replicate=0)
    assert found.sel(outcome=what_lasts.NEED_LESS).values.tolist() == pytest.approx([100.0, 50.0])
    for outcome, values in ((what_lasts.MADE, [20, 30]), (what_lasts.CAPACITY, [80, 100]), (what_lasts.IDLE, [60, 70]), (what_lasts.SHARE, [80, 80])):
        assert found.sel(outcome=outcome).values.tolist() == pytest.approx(values)


def values(before, then) -> xr.DataArray:
    """(outcome, scenario, replicate): every outcome the same two rows of replicates."""
    one = np.array([before, then], float)
    return xr.DataArray(np.stack([one] * len(what_lasts.OUTCOMES)), dims=("outcome", "scenario", "replicate"), coords={"outcome": list(what_lasts.OUTCOMES)})


@pytest.fixture
def of():
    return headline.headline(World.load())


@pytest.fixture
def rows(of):
    """Two replicates lie 10 below the truce; without the carrier one does by 4, the other by 2."""
    case = ("october_until_2033", "2033-11", 24)
    return what_lasts.table({"": {case: values([100, 80], [90, 70])}, "thrift": {case: values([100, 80], [96, 78])}, "all": {case: values([100, 80], [99, 77])}}, of)


def test_a_carrier_bears_what_is_gone_without_it(rows):
    whole, thrift, rest = (rows[(rows.off == off) & (rows["name"] == what_lasts.NEED_LESS)].iloc[0] for off in ("", "thrift", "all"))
    assert (whole.difference_median, whole.seen, whole.note) == (-10.0, "2035-11", "2 replicates: the interval is rough") and np.isnan(whole.carried)
    assert (thrift.carried, thrift.carried_from, thrift.carried_to) == (-7.0, -8.0, -6.0)
    assert (rest["mean"], rest["standard_error"]) == (-2.0, pytest.approx(1.0))


def test_the_sentence_says_first_how_much_lower_need_stays(rows, of):
    said = what_lasts.sentence(rows, of)
    assert said.startswith("What lasts. 24 months after the controls end (lifted in November 2033, seen in November 2035) magnet need outside China is 10 % lower than had the truce held; ")
    higher = what_lasts.table({"": {("october_until_2029", "2029-11", 72): values([100, 100], [104, 108])}}, of)
    assert "72 months after" in what_lasts.sentence(higher, of) and "need outside China is 6 (4 to 8) % higher" in what_lasts.sentence(higher, of)


def test_carriers_are_told_with_what_remains_in_standard_errors(rows):
    said = what_lasts.carried_in_words(rows, {"thrift": "designing out", "all": "all of these"})
    assert "-7 (-8 to -6)" in said and "-2 (2)" in said and "do not add up" in said


# ---- what can be asked


@pytest.mark.parametrize(
    ("names", "until", "says"),
    [
        ([TRUCE, "restrictions_resume"], "2035-12", "restrictions_resume lifts no controls that truce_holds has not; name one that does, such as october_until_2029"),
        ([TRUCE, "october_until_2033"], "2035-10", "--until: 2035-10 comes before 2035-11, 24 months after october_until_2033 lifts its controls"),
    ],
)
def test_what_lifts_nothing_or_too_late_is_refused(names, until, says):
    with pytest.raises(InputError) as refused:
        what_lasts.check(plan(names, until))
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_carriers_are_switches_of_the_world():
    usual = plan()
    assert what_lasts.chosen_carriers(usual, None) == {} and list(what_lasts.chosen_carriers(usual, [])) == [*what_lasts.CARRIERS, "all"]
    assert what_lasts.chosen_carriers(usual, ["fear"]) == {"fear": ("fear",)}
    with pytest.raises(InputError, match=r'--carriers: unknown switch "thrifd"; did you mean "thrift"'):
        what_lasts.chosen_carriers(usual, ["thrifd"])


def test_the_usual_question_tells_what_lasts_and_takes_less_than_twice_as_long():
    usual = plan(truce_vs_resume.SCENARIOS, replicates=100)
    more = truce_vs_resume.lasting(usual, what_lasts.REPLICATES)
    assert [each.name for each in more.scenarios] == what_lasts.SCENARIOS and (more.replicates, more.seed) == (40, usual.seed)
    assert more.replicates * len(more.scenarios) < usual.replicates * len(usual.scenarios)
    short = truce_vs_resume.lasting(plan(truce_vs_resume.SCENARIOS, "2032-12"), 1)
    assert [each.name for each in short.scenarios] == [TRUCE, "october_until_2029"]
    others = (plan([TRUCE, "april_regime_only"]), plan(truce_vs_resume.SCENARIOS, "2030-12"), plan(truce_vs_resume.SCENARIOS, world="gallium"))
    assert all(truce_vs_resume.lasting(each, 40) is None for each in others) and truce_vs_resume.lasting(usual, 0) is None
    with pytest.raises(InputError, match="--lasting: -1 is negative"):
        truce_vs_resume.lasting(usual, -1)


@pytest.mark.slow
def test_it_runs_from_the_command_line(tmp_path, capsys):
    what_lasts.main(["--replicates", "2", "--workers", "1", "--carriers", "thrift", "--out", str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert "What lasts. 24 months after the controls end (lifted in November 2033" in said and "What carries it" in said
    rows = pd.read_csv(tmp_path / "out" / "what_lasts.csv", keep_default_na=False)
    need = rows[rows["name"] == "need_share"].reset_index(drop=True)
    lower, without = (need[need.off == off].set_index(["alternative", "months_since"]).difference_median.astype(float) for off in ("", "thrift"))
    assert set(need.off) == {"", "thrift"} and len(lower) == 3 and (lower < without).all(), "need is lower by what is designed out, at each end and horizon"
