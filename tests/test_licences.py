"""Export licences in a tiny world: what is applied for, what is permitted, who is freed, and who is treated how."""

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
    STILL,
    US_CARS,
    US_DEFENCE,
    USERS,
    chain_links,
    chain_world,
    equal,
    firm,
    found,
    levers_of,
    licence,
    neutral,
    oxide_flows,
    oxide_world,
    relation,
)  # fmt: skip

from model import ExportBan, ExportLicence, ExportQuota, GeneralLicence, InputError, SupplyShock
from model.policies.regimes import ladder


def test_under_a_licence_nothing_is_asked_for_until_applications_have_waited_then_half_each_month():
    """What is applied for in March is granted from May on: half, then half of the rest and of April's."""
    asked, flow, standing = oxide_flows(oxide_world(licence(minimum_months=2, approval_rate=0.5)), 6)
    assert flow[:2] == pytest.approx(MONTHLY, rel=1e-3)
    assert asked[2] == asked[3] == flow[2] == flow[3] == 0
    march, april = standing[2], standing[3] - standing[2]
    assert march == pytest.approx(MONTHLY, rel=1e-3) and april > march  # stocks fall
    assert flow[4] == pytest.approx(march / 2, abs=1) and flow[5] == pytest.approx(march / 4 + april / 2, abs=1)


def test_after_a_licence_goods_flow_as_they_are_ordered_and_nothing_needs_undoing():
    """Three months without exports leave more than three months of applications, and no goods to follow them."""
    model = oxide_world()
    model.run_until("2024-02").impose(licence(approval_rate=0.0))
    assert [each.name for each in model.in_force()] == ["office"]
    *_, standing = oxide_flows(model, 3)
    assert standing[-1] > 3 * MONTHLY
    assert model.lift("office").name == "office" and model.in_force() == ()
    at = relation(model, REFINER, OXIDE_USER, "oxide_NdPr")
    for _ in range(6):
        owed = model.trade.backlog[at]
        _, (flow,), (left,) = oxide_flows(model, 1)
        assert left == 0 and flow <= model.trade.orders[at] + owed and flow < 1.6 * MONTHLY
    assert neutral(model)


def test_goods_that_may_not_leave_are_not_made_for_long():
    """Two years without a licence: the only customer is abroad, and sales are smoothed over some months."""
    model = oxide_world(licence(approval_rate=0.0)).run_until("2026-02")
    assert firm(model, REFINER).output[OXIDE_NDPR] == 0 and firm(model, REFINER).finished[OXIDE_NDPR, NDPR] < 6 * MONTHLY


def test_what_is_denied_is_applied_for_again_and_never_waits():
    """Decided at once, half granted and half denied: half of each month's orders leaves, nothing stands."""
    _, flow, standing = oxide_flows(oxide_world(licence(approval_rate=0.5, denial_rate=0.5)), 3)
    assert flow[2] == pytest.approx(MONTHLY / 2, rel=1e-3) and standing.tolist() == [0, 0, 0]


def test_a_regime_sets_the_terms_by_destination_and_end_use():
    model = chain_world(ExportLicence(date="2024-07", origin="CHN", goods=CONTROLLED, regime="APR_SLOW"), firms=CHINESE).run_until("2024-07")
    assert levers_of(model, EU_CARS) == (pytest.approx(0.78), 0.15)
    assert levers_of(model, US_CARS) == (pytest.approx(0.78 + 0.22 * 0.88), 0.15)
    assert levers_of(model, US_DEFENCE) == (pytest.approx(0.78 + 0.22 * 0.88), 0.02)
    assert levers_of(model, MAKER, "oxide_Dy", CHINESE[1]) == (0.0, 1.0)  # a sale at home is no export
    home = relation(model, CHINESE[1], MAKER, "oxide_Dy")
    assert model.levers.home_first[home] and not model.levers.home_first[relation(model, MAKER, EU_CARS, "magnet_high")]
    assert firm(model, EU_CARS).severity == 0.8
    assert firm(model, MAKER).severity == model.p.belief_background


def test_the_office_approves_no_more_than_its_share_of_the_mean_flow():
    model = oxide_world(licence(date="2024-09", capacity_share=0.25)).run_until("2024-06")
    _, flow, standing = oxide_flows(model, 4)
    assert model.levers.capacities.tolist() == [pytest.approx(0.25 * MONTHLY, rel=1e-3)]
    assert flow[2:] == pytest.approx(0.25 * MONTHLY, rel=1e-3)
    assert standing[2] == pytest.approx(0.75 * MONTHLY, rel=1e-3)


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


def test_a_country_treated_worse_gets_its_part_and_the_others_what_that_leaves():
    """Half of the usual flow may leave. The United States, to which two thirds of it go, count half: with Europe two thirds in all, of which a half is three quarters. So they get three quarters of half of what is usual, Europe the rest."""
    event = licence(goods=MAGNETS, date="2024-08", capacity_share=0.5, destination_factor={"USA": 0.5})
    model = chain_world(event, firms=CHINESE).run_until("2024-08")
    rows = {user: [relation(model, MAKER, user, good) for good in MAGNETS[:2]] for user in USERS}
    came = {user: model.trade.flow[at].sum() / model.trade.base_flow[at].sum() for user, at in rows.items()}
    assert came == pytest.approx({EU_CARS: 0.75, US_CARS: 0.375, US_DEFENCE: 0.375}, rel=1e-3)


def test_nobody_is_treated_better_than_all():
    with pytest.raises(InputError, match=r"destination_factor\.EU27: must be less than or equal to 1, not 1\.5"):
        licence(destination_factor={"EU27": 1.5})


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
        assert model.levers.capacities.tolist() == [pytest.approx(drawn * MONTHLY, rel=1e-3)]
        shares.append(drawn)
    assert set(shares) == {0.3, 0.5, 0.7}
    again = oxide_world(event, seed=12).run_until("2024-08")
    assert list(again.levers.drawn.values()) == shares[-1:] and str(shares[-1]) in again.results().drawn


def test_an_announcement_without_control_alarms_and_stops_nothing():
    threat = licence(controlled_share=0.0, announced_severity=0.9, announced_openness=0.5)
    model = oxide_world(threat)
    _, flow, standing = oxide_flows(model, 4)
    assert (standing == 0).all() and flow[2] > 1.05 * MONTHLY  # buyers hurry
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
    """An application counts in each of its offices."""
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
    models = [chain_world(licence(date="2024-07", goods=MAGNETS, destination_factor=dict(order)), firms=CHINESE).run_until("2024-09")
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


# General licences


def general(**changed):
    return GeneralLicence(**{"date": "2024-01", "origin": "CHN", "goods": MAGNETS, "entities": MAKER, "name": "general"} | changed)


CARS = (EU_CARS, US_CARS)
OFFICE = {"date": "2024-08", "goods": MAGNETS, "controlled_share": 0.8, "capacity_share": 0.2, "minimum_months": 1}


def test_a_general_licence_of_everything_is_free_trade_and_one_of_nothing_is_none():
    """To the last bit, for customers that are not defence."""
    free, shut, none, all_ = (chain_world(*acts, firms=CHINESE, users=CARS).run_until("2025-06") for acts in (
        (), (licence(**OFFICE),), (licence(**OFFICE), general(share=0.0)), (licence(**OFFICE), general(share=1.0)),
    ))  # fmt: skip
    assert equal(none, shut) and equal(all_, free) and not equal(shut, free)


def test_a_general_licence_frees_its_part_for_civil_customers_and_takes_no_capacity():
    model = chain_world(licence(**OFFICE), general(share=0.25), firms=CHINESE).run_until("2024-08")
    assert levers_of(model, EU_CARS)[0] == pytest.approx(0.6)
    assert levers_of(model, US_DEFENCE)[0] == pytest.approx(0.8 + 0.2 * model.p.defence_strictness)
    at = relation(model, MAKER, EU_CARS, "magnet_high")
    assert model.trade.asked[at] == pytest.approx(0.4 * model.trade.orders[at])  # nothing is granted in the first month
    assert model.licensing.paper.book[at, 0] == pytest.approx(0.6 * model.trade.orders[at])


def test_of_two_general_licences_the_wider_counts_and_they_end():
    model = chain_world(licence(**OFFICE), general(share=0.25), general(name="wide", share=0.5, until="2024-09"), firms=CHINESE).run_until("2024-08")
    assert levers_of(model, EU_CARS)[0] == pytest.approx(0.4)
    model.step()
    assert levers_of(model, EU_CARS)[0] == pytest.approx(0.6)


def test_a_general_licence_lifts_no_ban_and_frees_nobody_else():
    other = "Ningbo Yunsheng"
    links = (*chain_links(CHINESE, USERS), (other, EU_CARS, "magnet_high", 100.0, 0))
    ban = ExportBan(date="2024-08", origin="CHN", goods=MAGNETS, destinations="USA", share=0.5)
    model = found(links, (licence(**OFFICE), ban, general()), STILL, (), {}).run_until("2024-08")
    assert levers_of(model, EU_CARS) == (0.0, 1.0)
    assert levers_of(model, EU_CARS, seller=other) == (pytest.approx(0.8), 1.0)
    assert levers_of(model, US_CARS) == (0.5, 0.0)


def test_a_general_licence_of_nobody_is_refused_and_of_a_firm_that_sells_none_of_it_is_said(caplog):
    with pytest.raises(InputError, match="entities"):
        general(entities=[])
    with pytest.raises(InputError, match='general: entities: unknown firm "JL Mga"; did you mean "JL Mag"'):
        chain_world(general(entities="JL Mga"), firms=CHINESE)
    chain_world(licence(**OFFICE), general(entities=CHINESE[1]), firms=CHINESE)
    assert "touches no trade relation" in caplog.text


# How destinations are treated where it was never seen


def treated(regime="OCT_FULL", seed=1, **changed):
    """Factor of each destination, by group of goods of a licence."""
    measure = ExportLicence(**{"date": "2024-08", "origin": "CHN", "goods": CONTROLLED, "regime": regime} | changed)
    model = chain_world(firms=CHINESE, seed=seed)
    return [model.levers.strictness(measure, terms) for terms in measure.terms()]


def test_how_a_destination_is_treated_is_one_draw_a_run_for_all_goods():
    heavy, magnet = treated()
    assert heavy == magnet and 0.15 < heavy["USA"] < 1 and 0.1 < heavy["JPN"] < 1 and 0.5 < heavy["EU27"] < 1
    assert len({heavy[place] for place in ("USA", "JPN", "EU27", "KOR")}) == 4  # each by itself


def test_the_draw_belongs_to_regime_and_destination_and_to_no_name_date_or_other_term():
    (first, *_), (again, *_) = treated(), treated(name="renewed", date="2025-11", until="2026-11", goods=MAGNETS, capacity_share=0.3, approval_rate=0.2)
    assert first == again
    embargo, *_ = treated("EMBARGO")
    assert embargo["USA"] != first["USA"] and embargo["EU27"] != first["EU27"]


def test_draws_fill_their_range_over_runs():
    """Of twenty runs a quarter at least lies in each half between 0.15 and 1."""
    drawn = [treated(seed=seed)[0]["USA"] for seed in range(1, 21)]
    assert len(set(drawn)) == 20 and 0.15 <= min(drawn) < max(drawn) <= 1 and 5 <= sum(each < 0.575 for each in drawn) <= 15


def test_what_was_seen_is_not_drawn_and_what_a_licence_says_wins():
    assert treated("APR_SLOW") == [{"USA": 0.12}] * 2 and treated("TRUCE") == [{}] * 3
    said, *_ = treated(destination_factor={"USA": 0.4})
    assert said == treated()[0] | {"USA": 0.4}


def test_draws_of_how_destinations_are_treated_act_and_are_written_down():
    event = ExportLicence(date="2024-08", origin="CHN", goods=MAGNETS, regime="OCT_FULL")
    model = chain_world(event, firms=CHINESE).run_until("2024-08")
    factor = treated()[0]["USA"]
    assert levers_of(model, US_CARS)[0] == pytest.approx(0.95 + 0.05 * (1 - factor))
    at = model.trade.at[relation(model, MAKER, US_CARS, "magnet_high")]
    europe, flow = (sum(model.trade.base_flow[relation(model, MAKER, user, good)] for user in users for good in MAGNETS[:2]) for users in (USERS[:1], USERS[1:]))
    weighted = factor * flow + treated()[0]["EU27"] * europe
    assert model.levers.places[0, at] == pytest.approx(factor * flow * min(1.0, 0.5 * (flow + europe) / weighted), rel=1e-3)
    assert str(factor) in model.results().drawn
