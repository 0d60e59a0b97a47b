"""A share of past trade is a share of free trade: a limit never tightens itself, and where there is no past it is refused."""

import pytest
from vocabulary import OCT, WORLD
from worlds import MONTHLY, OXIDE_USER, REFINER, equal, levers_of, licence, oxide_flows, oxide_world

from model import ExportBan, ExportQuota, InputError, Scenario, TradeModel
from model.policies.doctrine import Scheduled
from model.policies.doctrines.strategic import StrategicExporter
from model.policies.reference import free_months

HALF = {"capacity_share": 0.5, "until": None}
FREE, CONTROLLED = frozenset(), frozenset({("CHN", "oxide_NdPr")})


def test_the_last_twelve_free_months_in_a_row_count():
    def months(*runs):
        return free_months([state for state, length in runs for _ in range(length)], {"CHN"}, "oxide_NdPr", sum(length for _, length in runs))

    assert months((FREE, 15)) == list(range(3, 15))
    assert months((FREE, 15), (CONTROLLED, 30)) == list(range(3, 15))
    assert months((FREE, 15), (CONTROLLED, 30), (FREE, 5)) == list(range(3, 15)), "too short a break to be a past"
    assert months((FREE, 15), (CONTROLLED, 30), (FREE, 8)) == list(range(45, 53)), "long enough to be one"
    assert months((FREE, 5)) == months((FREE, 5), (CONTROLLED, 30)) == []
    assert free_months([CONTROLLED] * 9, {"CHN"}, "oxide_Dy", 9) == list(range(9)), "another good is not controlled"
    assert free_months([CONTROLLED] * 9, {"USA"}, "oxide_NdPr", 9) == list(range(9)), "another country controls nothing"


def test_a_renewal_on_equal_terms_changes_no_bit():
    whole = oxide_world(licence(date="2024-09", **HALF)).run_until("2027-12")
    years = [licence(name=f"year {year}", date=f"{year}-09", capacity_share=0.5, until=f"{year + 1}-09") for year in range(2024, 2028)]
    renewed = oxide_world(*years).run_until("2027-12")
    assert whole.licensing.paper.standing.sum() > 0
    assert equal(whole, renewed)


def test_a_state_that_answers_before_there_is_a_past_measures_by_the_mean_month_of_2024(monkeypatch):
    monkeypatch.setattr(StrategicExporter, "pick", lambda self, state, payoffs: OCT)
    scenario = Scenario.load("balanced")
    model = TradeModel(type(scenario)(**dict(scenario) | {"doctrines": {"CHN": "strategic"}}))
    model.run_until("2024-05")
    trade, magnets = model.trade, ("magnet_standard", "magnet_high", "magnet_extreme")
    abroad = set(model.country_of) - {"CHN"}
    share = next(terms.capacity_share for terms in WORLD.words.terms["OCT_FULL"] if terms.goods == magnets)
    assert pytest.approx(share * trade.base_flow[trade.between({"CHN"}, abroad, magnets)].sum()) in model.levers.capacities.tolist()


@pytest.mark.slow
def test_a_renewed_package_stays_as_it_was_in_the_real_world():
    """Yearly renewals of the October package: the same exports as of the one that stays."""
    resumed = Scenario.load("restrictions_resume")
    events = []
    for event in resumed.events:
        if event.date == "2026-11" and type(event).__name__ == "ExportLicence":
            fields = {name: getattr(event, name) for name in type(event).model_fields if name not in ("name", "until", "date")}
            events += [type(event)(name=f"{event.name} {year}", date=f"{year}-11", until=f"{year + 1}-11", **fields) for year in range(2026, 2029)]
        else:
            events.append(event)
    assert equal(TradeModel(resumed).run_until("2029-10"), TradeModel(resumed.with_events(events)).run_until("2029-10"))


class Rungs(Scheduled):
    """Each month a stricter licence under another name."""

    plays = True

    def decide(self, state, seen):
        now = state.model.now
        return (licence(name=f"rung {now}", date="2024-09", capacity_share=1.0 - 0.05 * now),) if now >= 8 else ()


def test_the_rungs_of_a_state_that_tightens_share_one_reference():
    model = oxide_world()
    model.states.by_country["CHN"].doctrine = Rungs()
    shares = []
    model.run_until("2024-08")
    for _ in range(6):
        model.step()
        shares.append(model.levers.capacities[0] / MONTHLY)
    assert shares == pytest.approx([1.0 - 0.05 * now for now in range(8, 14)], rel=1e-3)


def test_a_quota_is_no_share_of_what_another_control_left():
    ban = ExportBan(date="2024-08", until="2025-08", origin="CHN", goods="oxide_NdPr", share=0.9)
    model = oxide_world(ban, ExportQuota(date="2025-08", origin="CHN", goods="oxide_NdPr", share_of_reference=0.5)).run_until("2025-07")
    _, flow, _ = oxide_flows(model, 1)
    assert flow[0] == pytest.approx(MONTHLY / 2, rel=1e-3)


def test_a_month_to_come_is_no_reference():
    with pytest.raises(InputError, match="reference_month: 2035-01 is after date 2026-12, and nobody knows a flow to come; give an earlier month"):
        licence(date="2026-12", capacity_share=0.3, reference_month="2035-01")


def test_a_reference_month_under_control_stands_for_the_free_months_before():
    early, late = (licence(date="2025-03", name="second", capacity_share=0.5, reference_month=month) for month in ("2024-09", "2025-02"))
    first = licence(name="first", date="2024-09", until="2025-03", approval_rate=0.5)
    models = [oxide_world(first, second).run_until("2025-03") for second in (early, late)]
    assert models[0].levers.capacities.tolist() == models[1].levers.capacities.tolist() == [pytest.approx(0.5 * MONTHLY, rel=1e-3)]


WITHOUT_PAST = {
    "a licence": licence(date="2024-06", capacity_share=0.3),
    "a quota": ExportQuota(date="2024-03", name="office", origin="CHN", goods="oxide_NdPr", share_of_reference=0.5),
}


@pytest.mark.parametrize("case", ["a licence", "a quota"])
def test_where_there_is_no_past_there_is_no_share_of_it(case):
    line = '"office": (capacity_share|share_of_reference): oxide_NdPr from CHN was traded freely for less than 6 months in a row before 2024-0.*; begin in 2024-07 or later, or '
    with pytest.raises(InputError, match=line):
        oxide_world(WITHOUT_PAST[case])
    with pytest.raises(InputError, match=line):
        oxide_world().impose(WITHOUT_PAST[case])


def test_a_control_from_the_start_leaves_no_past_later():
    early = licence(name="early", date="2024-03", approval_rate=0.9)
    with pytest.raises(InputError, match="less than 6 months in a row before 2026-01"):
        oxide_world(early, licence(date="2026-01", capacity_share=0.3))
    oxide_world(early, licence(date="2026-01", capacity_share="none"))


def test_what_a_destination_gets_is_measured_against_the_past_too():
    line = '"office": destination_factor: oxide_NdPr from CHN was traded freely for less than 6 months in a row before 2024-02.*; begin in 2024-07 or later, or '
    with pytest.raises(InputError, match=line):
        oxide_world(licence(date="2024-02", destination_factor={"USA": 0.5}))
    with pytest.raises(InputError, match=line):
        oxide_world(licence(date="2024-02", regime="EMBARGO"))  # strictness.csv treats some worse
    oxide_world(licence(date="2024-02", destination_factor={"USA": 1.0}))


def test_without_a_limit_no_past_is_needed():
    model = oxide_world(licence(date="2024-02", capacity_share="none", approval_rate=0.5)).run_until("2024-03")
    assert levers_of(model, OXIDE_USER, "oxide_NdPr", REFINER)[0] == 1.0
