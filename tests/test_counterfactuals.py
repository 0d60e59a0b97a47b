"""What is changed while a model runs is a true counterfactual: the same luck, the same past, and nothing but the change."""

import pytest
from worlds import MAGNETS, OXIDE_USER, equal, firm, licence, oxide_world

from model import ExportLicence, InputError, Scenario, SupplyShock, Tariff, TradeModel
from model.view.run import Run

TRUCE, RESUMED = Scenario.load("truce_holds"), Scenario.load("restrictions_resume")
END = "2027-12"
SEED = 4


def run_of(scenario, until):
    """A run of the page, up to a month."""
    run = Run(scenario, seed=SEED)
    run.model.run_until(until)
    return run


@pytest.fixture(scope="module")
def resumed():
    return TradeModel(RESUMED, seed=SEED).run_until(END)


def test_breaking_the_truce_in_october_2026_is_restrictions_resume(resumed):
    run = run_of(TRUCE, "2026-10")
    run.break_truce()
    assert equal(run.model.run_until(END), resumed)
    assert {each.name for each in run.model.in_force()} == {each.name for each in resumed.in_force()}


def test_a_truce_broken_twice_is_broken_once(resumed):
    run = run_of(TRUCE, "2026-10")
    run.break_truce()
    with pytest.raises(InputError, match="none stands in 2026-11"):
        run.break_truce()
    run.model.step()
    with pytest.raises(InputError, match="none stands in 2026-12; take a scenario with one"):
        run.break_truce()
    assert equal(run.model.run_until(END), resumed)


def test_a_change_beyond_the_horizon_changes_nothing(resumed):
    run = run_of(RESUMED, "2026-12")
    package = next(each for each in run.model.in_force() if each.name == "October package in force, magnets")
    run.impose(package.changed(until="2040-01"))
    assert run.steered and equal(run.model.run_until(END), resumed)


def test_a_change_of_nothing_changes_nothing():
    """Also of what a later truce suspends, and of a shock that has run for half its months."""
    shock = SupplyShock(date="2026-01", name="flood", country="CHN", stage="magnet", factor=0.8, months=12)
    scenario = TRUCE.with_events([*TRUCE.events, shock])
    untouched = TradeModel(scenario, seed=SEED).run_until(END)
    run = run_of(scenario, "2026-06")
    for name in ("Dual-use ban on Japan", "flood", "Busan truce"):
        run.impose(run.model.book.instruments[name].changed(note="looked at"))
    assert equal(run.model.run_until(END), untouched)
    assert equal(TradeModel(Scenario.from_toml(run.history().to_toml()), seed=SEED).run_until(END), untouched)


def test_an_announcement_that_was_taken_back_stays_in_the_history():
    run = run_of(TRUCE, "2026-06")
    run.impose(licence(date="2027-03", announced="2026-07", announced_severity=1.0, goods=MAGNETS, name="threat"))
    run.model.run_until("2026-09")
    run.end("threat")
    replayed = TradeModel(Scenario.from_toml(run.history().to_toml()), seed=SEED).run_until(END)
    assert equal(run.model.run_until(END), replayed)
    with pytest.raises(InputError, match="announced: 2025-01 is over"):
        run_of(TRUCE, "2026-06").impose(licence(date="2027-01", announced="2025-01", goods=MAGNETS, name="late"))


def test_what_a_truce_names_may_be_lifted_before_it_is_broken_or_saved():
    run = run_of(TRUCE, "2026-08")
    run.end("Dual-use ban on Japan")
    run.break_truce()
    lifted = TradeModel(TRUCE, seed=SEED).run_until("2027-02")
    lifted.lift("Dual-use ban on Japan")
    lifted.break_truce()
    assert "Dual-use ban on Japan lifted" not in {each.name for each in lifted.book.instruments.values()}
    assert run.history().in_force(40)


def test_a_refused_break_changes_nothing():
    early = licence(date="2024-02", name="early", part_of="truce", controlled_share=0.5)
    model, untouched = (oxide_world(early, scenario=Scenario.load("open_trade")).run_until("2024-02") for _ in range(2))
    with pytest.raises(InputError, match="traded freely for less than 6 months"):
        model.break_truce()
    assert equal(model.run_until("2024-12"), untouched.run_until("2024-12"))


def test_what_is_steered_is_kept_by_saving(resumed):
    run = run_of(TRUCE, "2026-10")
    run.break_truce()
    saved = Scenario.from_toml(run.history().to_toml())
    assert saved.first_difference(RESUMED) is None
    assert equal(TradeModel(saved, seed=SEED).run_until(END), resumed)


def test_a_broken_truce_is_not_renewed():
    broken = TRUCE.broken("2028-03")
    late = [each for each in broken.events if each.date >= "2028-03" and each.part_of]  # what is of no package goes on: production credits that run out
    assert {each.part_of for each in late} == {"restrictions"} and {each.date for each in late} == {"2028-03"}
    assert [each.until for each in broken.events if each.name == "Truce renewed, November 2027"] == ["2028-03"]
    lifted = next(each for each in broken.events if each.name == "Dual-use ban on Japan lifted")
    assert lifted.until == "2028-03"
    assert "Dual-use ban on Japan" in {each.name for each in broken.in_force(51)}


def test_restrictions_are_brought_forward_with_their_luck_and_once():
    early = RESUMED.broken("2026-07")
    packages = [each for each in early.events if each.part_of == "restrictions"]
    assert {each.date for each in packages} == {"2026-07"} and len(packages) == 3
    drawn = [TradeModel(each, seed=SEED).run_until("2026-11").levers.drawn for each in (early, RESUMED)]
    assert drawn[0] == drawn[1] != {}


def test_after_a_year_of_restrictions_the_truce_may_break_again():
    again = Scenario.load("october_for_a_year").broken("2029-05")
    packages = [(each.date, each.until) for each in again.events if each.part_of == "restrictions"]
    assert packages == [("2026-11", "2027-11")] * 3 + [("2029-05", None)] * 3
    assert len({each.name for each in again.events}) == len(again.events)


@pytest.mark.parametrize(
    ("scenario", "month", "words"),
    [
        ("open_trade", "2026-11", "none stands in 2026-11; take a scenario with one, such as truce_holds"),
        ("restrictions_resume", "2027-01", "none stands in 2027-01; take a scenario with one"),
        ("truce_holds", "2025-06", "none stands in 2025-06, one begins in 2025-11; break it then"),
        ("october_for_a_year", "2027-03", "none stands in 2027-03, one begins in 2027-11; break it then"),
    ],
)
def test_where_no_truce_stands_none_is_broken(scenario, month, words):
    with pytest.raises(InputError, match=words):
        Scenario.load(scenario).broken(month)


# Announcements


def test_an_announced_licence_threatens_and_stops_nothing_until_it_is_in_force():
    event = licence(date="2024-06", announced="2024-03", announced_severity=0.9, announced_openness=0.4, approval_rate=0.1)
    model, calm = oxide_world(event), oxide_world()
    severity = []
    for month in range(6):
        model.step()
        calm.step()
        severity.append(firm(model, OXIDE_USER).severity)
        if month == 1:
            assert equal(model, calm)
    assert severity == [0.05, 0.05, 0.9, 0.9, 0.9, 0.9]
    assert model.levers.openness.min() == 0.4 and model.licensing.paper.standing.sum() > 0
    assert float(model.results().licence_queue[:5].sum()) == 0


def test_scenarios_part_when_an_agent_could_first_know():
    base = Scenario.load("open_trade")
    package = ExportLicence(date="2027-03", origin="CHN", goods=MAGNETS, name="package", regime="OCT_FULL")
    told = package.changed(announced="2026-12")
    assert base.first_difference(base.with_events([*base.events, package])) == "2027-03"
    assert base.first_difference(base.with_events([*base.events, told])) == "2026-12"
    assert base.with_events([*base.events, package]).first_difference(base.with_events([*base.events, told])) == "2026-12"
    one, other = (TradeModel(base.with_events([*base.events, *events]), seed=2).run_until("2026-11") for events in ([], [told]))
    assert equal(one, other)
    assert not equal(one.run_until("2027-01"), other.run_until("2027-01"))


def test_what_is_in_force_is_known():
    with pytest.raises(InputError, match="announced: 2027-04 is after date 2027-03; what is in force is known"):
        Tariff(date="2027-03", announced="2027-04", importer="USA", origins="CHN", goods="*", rate=0.1)


def test_a_renewal_a_new_name_and_a_new_date_part_no_scenarios():
    base = Scenario.load("truce_holds")
    renamed = base.with_events([each.changed(name=f"{each.name} (as it is called now)") if each.part_of and not hasattr(each, "suspends") else each for each in base.events])
    assert base.first_difference(renamed) is None
