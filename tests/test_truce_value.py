"""What a truce is worth by the month it breaks, and what a standard package costs at a date: made-up runs worked by hand, and a package in a run that is known."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from vocabulary import WORLD

from experiments import files, headline, preparedness, truce_value
from experiments.metrics import losses
from experiments.plan import Plan
from experiments.windows import DEPARTURE
from model import InputError, Scenario, TradeModel
from model.names import month_index, month_name
from model.policies.export_measure import ExportMeasure
from model.policies.vocabulary import TRUCE

KEPT, LATE = "truce_holds", "2028-11"
MONTHS = [month_name(at) for at in range(month_index("2025-11"), month_index("2032-10") + 1)]


def plan(until="2035-12"):
    return Plan((Scenario.load(KEPT), Scenario.load("restrictions_resume")), replicates=1, until=until)


@pytest.fixture
def runs():
    """Kept: loss 1 a month. At once: 5 a month from November 2026. Late: 9 from November 2028. Capacity 10; at once 1,000 more from 2028 on and 2,000 t under construction; need 500 t a month."""
    month = np.array(MONTHS)
    loss = np.array([np.ones(month.size), np.where(month >= DEPARTURE, 5.0, 1.0), np.where(month >= LATE, 9.0, 1.0)])
    capacity = np.array([np.full(month.size, 10.0), np.where(month >= "2028-01", 1010.0, 10.0), np.full(month.size, 10.0)])
    pipeline = np.array([np.zeros(month.size), np.full(month.size, 2000.0), np.zeros(month.size)])
    made = {"loss": loss, "capacity": capacity, "pipeline": pipeline, "need": np.full(loss.shape, 500.0)}
    names = [KEPT, f"snapback {DEPARTURE}", f"snapback {LATE}"]
    return xr.Dataset({name: (("scenario", "replicate", "month"), np.repeat(values[:, None], 2, axis=1)) for name, values in made.items()}, {"scenario": names, "replicate": [0, 1], "month": MONTHS})


def found(runs, rate=0.0):
    table = truce_value.by_date(runs, [DEPARTURE, LATE], rate, headline.headline(WORLD))
    return table.set_index(["snapback", "outcome"])["median"].to_dict()


def test_what_a_truce_avoids_and_leaves_unbuilt_by_hand(runs):
    """72 months from November 2026: at once 5 each. Kept 1 each: 4*72 avoided. Late: 24 months of 4 avoided, then 48 of 4 more lost. The three years from it: 36*8, had it come at once 36*4.
    Missing by then 1,000 t of 6,000 t need a year, and 3,000 with what is being built."""
    value = found(runs)
    assert value["never", "avoided"] == 288.0 and value[LATE, "avoided"] == 24 * 4 - 48 * 4 and value[DEPARTURE, "avoided"] == 0.0
    assert value[LATE, "after"] == 36 * 8.0 and value[LATE, "had_it_come_at_once"] == 36 * 4.0 and value[DEPARTURE, "after"] == 36 * 4.0
    assert (value[LATE, "capacity"], value[LATE, "begun"], value[LATE, "begun_share"], value[LATE, "capacity_end"]) == (1.0, 3.0, 50.0, 1.0)
    assert value[DEPARTURE, "capacity"] == 0.0 and ("never", "after") not in value


def test_later_losses_weigh_less(runs):
    """At a discount what is lost late costs less, so that a late snapback avoids more."""
    assert found(runs, 0.1)[LATE, "avoided"] > found(runs)[LATE, "avoided"] and found(runs, 0.1)["never", "avoided"] < 288.0


def test_the_sentence_tells_both_sides_of_a_late_snapback(runs):
    values = truce_value.by_date(runs, [DEPARTURE, LATE], 0.0, headline.headline(WORLD))
    curve = truce_value.by_shock(shocks())
    said = truce_value.sentence(values, curve, headline.headline(WORLD))
    assert "avoids 288 billion USD" in said and "one that breaks in November 2028 -96" in said and "3 thousand t a year of magnet capacity neither built nor begun by then (50 % of need)" in said
    assert "costs 10 billion USD in November 2026 and 20 in November 2028 under “truce holds”, 5 under “restrictions resume”" in said and "rough" in said
    assert "neither built nor begun" in truce_value.in_words(values) and "10" in truce_value.curve_in_words(curve)


def shocks():
    """The package costs 10 then 20 under the truce, 10 then 5 under restrictions, whatever is lost without it."""
    plain = np.array([[1.0, 2.0], [1.0, 40.0]])
    lost = np.stack([plain, plain + np.array([[10.0, 20.0], [10.0, 5.0]])], axis=-1)
    made = xr.Dataset({"loss": (("scenario", "date", "copy"), lost)}, {"scenario": [KEPT, "restrictions_resume"], "date": [DEPARTURE, LATE], "copy": list(preparedness.COPIES)})
    return made.assign(capacity=made.loss.isel(copy=0, drop=True), cover=made.loss.isel(copy=0, drop=True)).expand_dims(replicate=[0, 1])


def test_the_package_is_told_beyond_the_copy_that_stays_under_the_truce():
    curve = truce_value.by_shock(shocks()).set_index(["scenario", "date"])
    assert curve["median"].tolist() == [10.0, 20.0, 10.0, 5.0] and curve.than_first.tolist() == [0.0, 0.0, 0.0, -15.0]


# ---- the package


def test_for_a_year_the_truce_gives_way_to_the_package():
    """Before and after it the very instruments of the truce act; within it those of the restrictions that limit exports, and none of the truce's."""
    truce = Scenario.load(KEPT)
    course = preparedness.course(truce, [LATE])
    events = [*preparedness.interrupted(truce.events, LATE), *(preparedness.dated(each, LATE) for each in course.package)]
    mine = truce.with_events(events)

    def acting(scenario, month):
        return sorted(repr(each.content()) for each in scenario.in_force(month_index(month)))

    assert acting(mine, "2028-10") == acting(truce, "2028-10") and acting(mine, "2029-11") == acting(truce, "2029-11") and acting(mine, "2031-01") == acting(truce, "2031-01")
    for month in (LATE, "2029-10"):
        now = mine.in_force(month_index(month))
        assert not any(each.part_of == TRUCE for each in now) and {repr(each.content()) for each in course.package} <= {repr(each.content()) for each in now}
        resumed = Scenario.load("restrictions_resume").in_force(month_index(month))
        assert {repr(each.content()) for each in now} == {repr(each.content()) for each in resumed if isinstance(each, ExportMeasure)} | {repr(each.content()) for each in now if not isinstance(each, ExportMeasure)}


def test_the_package_is_tried_on_copies_and_leaves_the_run_alone():
    """The copy under the truce loses what the run itself goes on to lose; the other loses more; the run is the same to the last bit as one that nobody tried anything on."""
    truce = Scenario.load(KEPT)
    course = preparedness.course(truce, [DEPARTURE])
    tried, untouched = (TradeModel(truce, seed=3) for _ in range(2))
    kept = course(tried, "2035-12")
    assert tried.month == "2026-10"
    results, expected = (each.run_until("2028-10").results() for each in (tried, untouched))
    xr.testing.assert_identical(results, expected)
    headline.note(results, WORLD)
    plain, shocked = kept.loss.sel(date=DEPARTURE).values
    assert plain == pytest.approx(float(losses(results.sel(month=slice(DEPARTURE, None))).sum())) and shocked > plain + 1.0
    assert 0.1 < float(kept.capacity[0]) < 1.0 and 0.5 < float(kept.cover[0]) < 12.0


def test_under_standing_restrictions_the_copies_return_to_the_truce():
    """Twelve months into the restrictions, the copy under the truce loses less in the next two years than the run in which they stay."""
    truce, resume = (Scenario.load(name) for name in (KEPT, "restrictions_resume"))
    model = TradeModel(resume, seed=3)
    kept = preparedness.course(truce, ["2027-11"])(model, "2035-12")
    stays = model.run_until("2029-10").results().sel(month=slice("2027-11", None))
    headline.note(stays, WORLD)
    plain, shocked = kept.loss.values[0]
    assert plain < float(losses(stays).sum()) and plain < shocked


# ---- asked


def test_dates_leave_room_for_what_is_counted():
    assert preparedness.months("2026-11", "2030-12", 12) == ["2026-11", "2027-11", "2028-11"] and preparedness.months("2026-11", "2028-09", 12) == []
    assert truce_value.months_of(["2031-11", "2027-11", "2031-11"], plan()) == ["2027-11", "2031-11"]
    for text, says in (("2031", "is not a month"), ("2026-11", "is not after 2026-11"), ("2034-01", "and by 2033-01, 36 months before the runs end")):
        with pytest.raises(InputError, match=says):
            truce_value.months_of([text], plan())
    with pytest.raises(InputError, match="leaves no 24 months"):
        truce_value.dates_of(12, plan("2028-01"))


def test_broken_at_once_the_truce_is_restrictions_resume():
    """The same instruments act in every month; each snapback leaves the months before it alone."""
    now, late = (truce_value.snapback(Scenario.load(KEPT), month) for month in (DEPARTURE, LATE))
    assert now.first_difference(Scenario.load("restrictions_resume")) is None and late.first_difference(Scenario.load(KEPT)) == LATE
    assert (now.name, late.name) == ("snapback 2026-11", "snapback 2028-11") and "until restrictions take effect in November 2028" in late.sentence


@pytest.mark.slow
def test_the_whole_of_it_on_few_months(tmp_path, capsys):
    """One replicate, one date of snapback and one of the package: at that date all storylines are still one."""
    out = tmp_path / "out"
    truce_value.main(["--scenarios", KEPT, "restrictions_resume", "--replicates", "1", "--until", "2030-10", "--snapbacks", "2027-11", "--every", "36", "--workers", "1", "--out", str(out)])
    said = capsys.readouterr().out
    values, curve = (pd.read_csv(out / f"{name}.csv") for name in ("truce_value", "preparedness"))
    assert list(values.snapback.unique()) == [DEPARTURE, "2027-11", "never"] and curve.date.tolist() == [DEPARTURE, DEPARTURE] and curve["median"].nunique() == 1
    avoided = values[values.outcome == "avoided"].set_index("snapback")["median"]
    assert avoided[DEPARTURE] == 0.0 < avoided["2027-11"] < avoided["never"] and (out / "truce_value.png").stat().st_size > 30_000
    assert "The standard package of 12 months costs" in said and files.read_json(out / "manifest.json")["complete"]
