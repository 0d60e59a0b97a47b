"""Export licences in a tiny world: what waits, what leaves, what goes back, and who is treated how."""

import numpy as np
import pytest
from vocabulary import DY, NDPR, OXIDE_DY, OXIDE_NDPR, SHIPPED, WORLD
from worlds import (
    CHINESE,
    CONTROLLED,
    EU_CARS,
    MAGNETS,
    MAKER,
    MONTHLY,
    OXIDE_USER,
    REFINER,
    US_CARS,
    US_DEFENCE,
    USERS,
    chain_world,
    equal,
    firm,
    levers_of,
    licence,
    neutral,
    oxide_flows,
    oxide_world,
    relation,
)  # fmt: skip

from model import ExportLicence, ExportQuota, InputError, SupplyShock
from model.policies.regimes import ladder


def test_under_a_licence_goods_wait_then_leave_by_half():
    taken, flow, queue = oxide_flows(oxide_world(licence(minimum_months=2, approval_rate=0.5)), 6)
    assert flow[:2] == pytest.approx(MONTHLY, rel=1e-3)
    assert flow[2] == flow[3] == 0
    assert queue[3] == taken[2] + taken[3]
    assert flow[4] == np.floor(taken[2] / 2)
    assert flow[5] == np.floor((taken[2] - flow[4]) / 2) + np.floor(taken[3] / 2)


def test_lifting_a_licence_lets_the_queue_flow_and_nothing_needs_undoing():
    model = oxide_world()
    model.run_until("2024-02").impose(licence(approval_rate=0.0))
    assert [each.name for each in model.in_force()] == ["office"]
    *_, queue = oxide_flows(model, 2)
    assert model.lift("office").name == "office" and model.in_force() == ()
    taken, flow, left = oxide_flows(model, 1)
    assert flow[0] == queue[-1] + taken[0] and left[0] == 0
    assert neutral(model)


def test_what_lapses_goes_back_to_the_seller():
    model = oxide_world(licence(approval_rate=0.0))
    *_, queue = oxide_flows(model, 6)
    shelf, waited = firm(model, REFINER).finished[OXIDE_NDPR, NDPR], queue[-1]
    oldest = model.trade.queue[0, :, 3:].sum()
    taken, flow, queue = oxide_flows(model, 1)
    lapsed = np.floor(oldest * model.p.licence_lapse)
    assert flow[0] == 0 and lapsed > 0
    assert queue[0] == waited + taken[0] - lapsed
    at_home = firm(model, REFINER).output[OXIDE_NDPR] - taken[0] + lapsed
    assert firm(model, REFINER).finished[OXIDE_NDPR, NDPR] == shelf + at_home


def test_what_is_denied_goes_back_to_the_seller():
    taken, flow, queue = oxide_flows(oxide_world(licence(approval_rate=0.5, denial_rate=0.5)), 3)
    assert flow[2] == np.floor(taken[2] / 2)
    assert queue[2] == taken[2] - 2 * np.floor(taken[2] / 2)


def test_a_regime_sets_the_terms_by_destination_and_end_use():
    model = chain_world(ExportLicence(date="2024-07", origin="CHN", goods=CONTROLLED, regime="APR_SLOW"), firms=CHINESE).run_until("2024-07")
    assert levers_of(model, EU_CARS) == (pytest.approx(0.78), 0.15)
    assert levers_of(model, US_CARS) == (pytest.approx(0.78 + 0.22 * 0.88), pytest.approx(0.15 * 0.12))
    assert levers_of(model, US_DEFENCE) == (pytest.approx(0.78 + 0.22 * 0.88), pytest.approx(0.15 * 0.12))
    assert levers_of(model, MAKER, "oxide_Dy", CHINESE[1]) == (0.0, 1.0)  # a sale at home is no export
    home = relation(model, CHINESE[1], MAKER, "oxide_Dy")
    assert model.levers.home_first[home] and not model.levers.home_first[relation(model, MAKER, EU_CARS, "magnet_high")]
    assert firm(model, EU_CARS).severity == 0.8
    assert firm(model, MAKER).severity == model.p.belief_background


def test_the_office_approves_no_more_than_its_share_of_the_mean_flow():
    model = oxide_world(licence(date="2024-09", capacity_share=0.25)).run_until("2024-06")
    _, flow, queue = oxide_flows(model, 4)
    assert model.levers.offices == [pytest.approx(0.25 * MONTHLY, rel=1e-3)]
    assert flow[2:] == pytest.approx(0.25 * MONTHLY, rel=1e-3)
    assert queue[2] == pytest.approx(0.75 * MONTHLY, rel=1e-3)


def test_general_licences_spare_civil_customers_only():
    event = ExportLicence(date="2024-01", origin="CHN", goods=MAGNETS, controlled_share=0.8, general_licence_share=0.5)
    model = chain_world(event, firms=CHINESE)
    model.step()
    assert levers_of(model, EU_CARS)[0] == pytest.approx(0.4)
    assert levers_of(model, US_DEFENCE)[0] == pytest.approx(0.8 + 0.2 * model.p.defence_strictness)


def test_a_licence_may_single_out_defence_and_one_destination():
    terms = {"date": "2024-01", "goods": MAGNETS}
    defence = licence(name="defence", end_uses="defence", approval_rate=0.0, **terms)
    europe = licence(name="europe", destinations="EU27", approval_rate=0.3, **terms)
    model = chain_world(defence, europe, firms=CHINESE)
    model.step()
    assert levers_of(model, US_DEFENCE) == (1.0, 0.0)
    assert levers_of(model, EU_CARS) == (1.0, 0.3)
    assert levers_of(model, US_CARS) == (0.0, 1.0)


def test_defence_has_an_approval_rate_of_its_own():
    event = ExportLicence(date="2024-01", origin="CHN", goods=MAGNETS, approval_rate=0.6, defence_approval_rate=0.02)
    model = chain_world(event, firms=CHINESE)
    model.step()
    assert levers_of(model, US_CARS)[1] == 0.6 and levers_of(model, US_DEFENCE)[1] == 0.02


def test_a_country_may_be_treated_better_or_worse():
    event = licence(goods=MAGNETS, date="2024-01", approval_rate=0.4, controlled_share=0.5, destination_factor={"USA": 0.5, "EU27": 1.5})
    model = chain_world(event, firms=CHINESE)
    model.step()
    assert levers_of(model, EU_CARS) == (0.5, pytest.approx(0.6))
    assert levers_of(model, US_CARS) == (0.75, 0.2)


def test_of_two_licences_on_one_relation_the_stricter_counts():
    mild = licence(name="mild", approval_rate=0.9, controlled_share=0.5, minimum_months=2)
    strict = licence(name="strict", approval_rate=0.2, controlled_share=0.9)
    model = oxide_world(mild, strict).run_until("2024-03")
    row = relation(model, REFINER, OXIDE_USER, "oxide_NdPr")
    assert levers_of(model, OXIDE_USER, "oxide_NdPr", REFINER) == (0.9, 0.2) and model.levers.least_months[row] == 2


@pytest.mark.parametrize(("controls", "first"), [((), EU_CARS), ((licence(date="2024-01", goods=MAGNETS),), "auto_other@CHN")])
def test_under_controls_scarce_goods_go_to_customers_at_home_first(controls, first):
    """Otherwise to those who hold a contract."""
    shortage = SupplyShock(date="2024-01", entities=MAKER, factor=0.03, months=6)
    users = (EU_CARS, "auto_other@CHN")
    model = chain_world(*controls, shortage, firms=CHINESE, users=users)
    model.step()
    share = {}
    for user in users:
        row = relation(model, MAKER, user, "magnet_high")
        share[user] = model.trade.filled[row] / model.trade.orders[row]
    assert share.pop(first) == pytest.approx(1, abs=1e-6)
    assert max(share.values()) < 0.9


def test_a_capacity_nobody_knows_is_drawn_by_the_runs_luck():
    event, shares = licence(date="2024-08", capacity_share=(0.3, 0.5, 0.7)), []
    for seed in range(1, 13):
        model = oxide_world(event, seed=seed).run_until("2024-08")
        (drawn,) = model.levers.drawn.values()
        assert model.levers.offices == [pytest.approx(drawn * MONTHLY, rel=1e-3)]
        shares.append(drawn)
    assert set(shares) == {0.3, 0.5, 0.7}
    again = oxide_world(event, seed=12).run_until("2024-08")
    assert list(again.levers.drawn.values()) == shares[-1:] and str(shares[-1]) in again.results().drawn


def test_an_announcement_without_control_alarms_and_stops_nothing():
    threat = licence(controlled_share=0.0, announced_severity=0.9, announced_openness=0.5)
    model = oxide_world(threat)
    _, flow, queue = oxide_flows(model, 4)
    assert (queue == 0).all() and flow[2] > 1.05 * MONTHLY  # buyers hurry
    assert firm(model, OXIDE_USER).belief > 0.3
    assert model.levers.openness[OXIDE_NDPR] == 0.5 and model.levers.openness[DY + 1] == 1.0
    assert not model.levers.home_first.any()


def test_a_licence_that_controls_nothing_is_no_licence():
    open_office = licence(date="2024-01", controlled_share=0.0, announced_severity=0.0)
    assert equal(oxide_world(open_office).run_until("2025-12"), oxide_world().run_until("2025-12"))


def test_a_licence_ranks_only_sales_at_home_of_its_own_origin_and_goods():
    """A Malaysian licence re-ranks no Chinese sale, and a Chinese one on heavies no sale of magnets."""
    model = chain_world(
        licence(date="2024-01", name="abroad", origin="MYS", goods=["oxide_NdPr"]), licence(date="2024-01", name="heavies", goods=["oxide_Dy"]),
        firms=CHINESE, users=(EU_CARS, "auto_other@CHN"),
    )  # fmt: skip
    model.step()
    ranked = {(model.country_of[model.trade.seller[row]], model.trade.good[row]) for row in np.flatnonzero(model.levers.home_first)}
    assert ranked == {("CHN", OXIDE_DY)}
    assert (model.levers.rank != model.trade.rank).sum() == model.levers.home_first.sum()


STRICT = {"date": "2024-08", "goods": MAGNETS, "capacity_share": 0.2, "name": "strict"}
BESIDE = {
    "to one destination": {"destinations": "USA", "capacity_share": 0.9},
    "for one good": {"goods": "magnet_high", "capacity_share": 0.3},
    "for defence": {"end_uses": "defence", "approval_rate": 0.1, "capacity_share": "none"},
    "for all": {"capacity_share": 0.25},
}


@pytest.mark.parametrize("case", BESIDE)
def test_another_licence_beside_a_strict_one_lets_no_more_through(case):
    """An application counts in each of its offices, and the one with the least room for it decides."""
    alone, both = (chain_world(*events, firms=CHINESE).run_until("2024-07") for events in (
        [licence(**STRICT)], [licence(**STRICT), licence(**STRICT | {"name": "beside"} | BESIDE[case])]
    ))  # fmt: skip
    rows = [relation(alone, MAKER, user, good) for user in USERS for good in MAGNETS[:2]]
    for _ in range(4):
        alone.step()
        both.step()
        assert both.trade.flow[rows].sum() <= alone.trade.flow[rows].sum() + len(rows)


def test_another_quota_beside_a_tight_one_lets_no_more_through():
    tight, loose = (ExportQuota(date="2024-02", name=name, origin="CHN", goods=goods, tonnes_per_year=tonnes)
                    for name, goods, tonnes in (("tight", MAGNETS, 600.0), ("loose", "magnet_high", 550.0)))  # fmt: skip
    alone, both = (chain_world(*quotas, firms=CHINESE).run_until("2024-02") for quotas in ([tight], [tight, loose]))
    assert 0 < both.trade.flow[both.trade.export_rows].sum() <= alone.trade.flow[alone.trade.export_rows].sum()


def test_a_licence_of_no_strength_does_nothing_but_announce():
    idle = licence(date="2024-01", controlled_share=0.0, approval_rate=0.0, capacity_share="none", minimum_months=4)
    real = licence(date="2024-03", name="real", approval_rate=0.5)
    assert equal(oxide_world(idle, real).run_until("2024-12"), oxide_world(real).run_until("2024-12"))


def test_a_members_own_factor_wins_over_the_unions_in_any_order():
    factors = {"EU27": 0.5, "DEU": 0.1}
    models = [chain_world(licence(date="2024-01", goods=MAGNETS, destination_factor=dict(order)), firms=CHINESE).run_until("2024-03")
              for order in (factors.items(), reversed(factors.items()))]  # fmt: skip
    assert models[0].by_country(factors).min() == 0.1 and equal(*models)


def test_a_regime_with_a_rate_above_one_is_refused(tmp_path):
    table = WORLD.folder.file("regimes.csv").read_text(encoding="utf-8").splitlines()
    cells = table[1].split(",")
    cells[table[0].split(",").index("monthly_approval_rate")] = "1.5"
    changed = tmp_path / "regimes.csv"
    changed.write_text("\n".join([table[0], ",".join(cells), *table[2:]]), encoding="utf-8")
    with pytest.raises(InputError, match=r"regimes\.csv row 2, column monthly_approval_rate: .*1"):
        ladder(changed, SHIPPED.chain.goods)
