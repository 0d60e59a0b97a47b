"""Each instrument in a tiny world: what moves, what waits, what goes back, and that nothing needs undoing."""

import numpy as np
import pytest
from worlds import CHINESE, CONTROLLED, MAGNETS, MINE, OXIDE_USER, REFINER, STILL, USERS, chain_world, equal, firm, oxide_world, relation

from model import ExportBan, ExportLicence, ExportQuota, InputError, SupplyShock, Tariff, TradeModel, Truce
from model.agents import OEM
from model.names import DY, OXIDE_NDPR

EU_CARS, US_CARS, US_DEFENCE = USERS
MAKER = CHINESE[-1]
MONTHLY = 100e6 / 1.1770
"""NdPr in 100 t of its oxide, grams, to three digits."""


def licence(**changed):
    return ExportLicence(**{"date": "2024-03", "origin": "CHN", "goods": "oxide_NdPr", "name": "office"} | changed)


def oxide_flows(model, months):
    """Taken, shipped and waiting grams of NdPr on the way to the user abroad, month by month."""
    row, lines = relation(model, REFINER, OXIDE_USER, "oxide_NdPr"), []
    for _ in range(months):
        model.step()
        lines.append((model.trade.taken[0, row], model.trade.flow[row], model.trade.queued[row]))
    return np.array(lines).T


def levers_of(model, buyer, good="magnet_high", seller=MAKER):
    """Controlled share and approval rate on one relation."""
    row, levers = relation(model, seller, buyer, good), model.levers
    return levers.controlled[row], levers.approval[row]


def neutral(model):
    """No lever is pulled."""
    levers = model.levers
    off = (levers.controlled, levers.denial, levers.least_months, levers.tariff, levers.banned)
    on = (levers.approval, levers.factor, levers.openness)
    none = (levers.office, levers.quota)
    calm = np.full(model.count, model.p.belief_background)
    return (
        all((a == 0).all() for a in off) and all((a == 1).all() for a in on) and all((a == -1).all() for a in none)
        and (levers.severity == calm).all() and not levers.domestic_first
    )  # fmt: skip


# Export licences


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
    shelf, waited = firm(model, REFINER).ndpr_oxide, queue[-1]
    oldest = model.trade.queue[3:, 0].sum()
    taken, flow, queue = oxide_flows(model, 1)
    lapsed = np.floor(oldest * model.p.licence_lapse)
    assert flow[0] == 0 and lapsed > 0
    assert queue[0] == waited + taken[0] - lapsed
    at_home = firm(model, REFINER).output[OXIDE_NDPR] - taken[0] + lapsed
    assert firm(model, REFINER).ndpr_oxide == shelf + at_home


def test_what_is_denied_goes_back_to_the_seller():
    taken, flow, queue = oxide_flows(oxide_world(licence(approval_rate=0.5, denial_rate=0.5)), 3)
    assert flow[2] == np.floor(taken[2] / 2)
    assert queue[2] == taken[2] - 2 * np.floor(taken[2] / 2)


def test_a_regime_sets_the_terms_by_destination_and_end_use():
    model = chain_world(ExportLicence(date="2024-01", origin="CHN", goods=CONTROLLED, regime="APR_SLOW"), firms=CHINESE)
    model.step()
    assert levers_of(model, EU_CARS) == (pytest.approx(0.78), 0.15)
    assert levers_of(model, US_CARS) == (pytest.approx(0.78 + 0.22 * 0.88), pytest.approx(0.15 * 0.12))
    assert levers_of(model, US_DEFENCE) == (pytest.approx(0.78 + 0.22 * 0.88), pytest.approx(0.15 * 0.12))
    assert levers_of(model, MAKER, "oxide_Dy", CHINESE[1]) == (0.0, 1.0)  # a sale at home is no export
    assert model.levers.domestic_first
    assert firm(model, EU_CARS).severity == 0.8
    assert firm(model, MAKER).severity == model.p.belief_background


def test_the_office_approves_no_more_than_its_share_of_the_mean_flow():
    model = oxide_world(licence(capacity_share=0.25))
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
    event, shares = licence(capacity_share=(0.3, 0.5, 0.7)), []
    for seed in range(1, 13):
        model = oxide_world(event, seed=seed).run_until("2024-03")
        (drawn,) = model.levers.drawn.values()
        assert model.levers.offices == [pytest.approx(drawn * MONTHLY, rel=1e-3)]
        shares.append(drawn)
    assert set(shares) == {0.3, 0.5, 0.7}
    again = oxide_world(event, seed=12).run_until("2024-03")
    assert list(again.levers.drawn.values()) == shares[-1:] and str(shares[-1]) in again.results().drawn


def test_an_announcement_without_control_alarms_and_stops_nothing():
    threat = licence(controlled_share=0.0, announced_severity=0.9, announced_openness=0.5)
    model = oxide_world(threat)
    _, flow, queue = oxide_flows(model, 4)
    assert (queue == 0).all() and flow[2] > 1.05 * MONTHLY  # buyers hurry
    assert firm(model, OXIDE_USER).belief > 0.3
    assert model.levers.openness[OXIDE_NDPR] == 0.5 and model.levers.openness[DY + 1] == 1.0
    assert not model.levers.domestic_first


# Quotas and bans


@pytest.mark.parametrize("ceiling", [{"tonnes_per_year": 600.0}, {"share_of_reference": 0.5}])
def test_a_quota_lets_a_twelfth_leave_each_month_and_the_rest_goes_back(ceiling):
    model = oxide_world(ExportQuota(date="2024-03", until="2024-05", origin="CHN", goods="oxide_NdPr", **ceiling))
    model.run_until("2024-02")
    shelf = firm(model, REFINER).ndpr_oxide
    taken, flow, queue = oxide_flows(model, 2)
    assert flow == pytest.approx(MONTHLY / 2, rel=1e-3) and (queue == 0).all()
    assert firm(model, REFINER).ndpr_oxide > shelf + 0.4 * MONTHLY
    taken, flow, _ = oxide_flows(model, 1)
    assert (flow == taken).all() and neutral(model)


def test_of_two_quotas_the_smaller_counts():
    quota = {"date": "2024-01", "origin": "CHN", "goods": "oxide_NdPr"}
    model = oxide_world(ExportQuota(name="a", tonnes_per_year=300.0, **quota), ExportQuota(name="b", tonnes_per_year=900.0, **quota))
    _, flow, _ = oxide_flows(model, 1)
    assert flow[0] == pytest.approx(MONTHLY / 4, rel=1e-3)


def test_part_of_a_ban_stops_part_of_the_trade():
    model = oxide_world(ExportBan(date="2024-01", origin="CHN", goods="oxide_NdPr", share=0.4))
    taken, flow, queue = oxide_flows(model, 1)
    assert flow[0] == np.floor(taken[0] * 0.6) and queue[0] == 0
    assert firm(model, REFINER).ndpr_oxide == pytest.approx((3 + 0.4) * MONTHLY, rel=1e-3)


def test_a_ban_hits_its_end_use_and_destination_and_ends():
    ban = ExportBan(date="2024-02", until="2024-05", origin="CHN", goods=MAGNETS, destinations="USA", end_uses="civil")
    model = chain_world(ban, firms=CHINESE)
    rows = [relation(model, MAKER, user, "magnet_high") for user in USERS]
    flows = []
    for _ in range(5):
        model.step()
        flows.append(model.trade.flow[rows])
    flows = np.array(flows)
    assert (flows[1:4, 1] == 0).all() and flows[4, 1] > 0
    assert (flows[:, [0, 2]] > 0).all()
    assert neutral(model)


# Tariffs


def test_duties_add_up_and_the_importer_pays():
    duty = {"date": "2024-01", "importer": "USA", "origins": "CHN", "goods": MAGNETS}
    model = chain_world(Tariff(name="first", rate=0.25, **duty), Tariff(name="second", rate=0.1, **duty), firms=CHINESE)
    model.step()
    row = {user: relation(model, MAKER, user, "magnet_high") for user in USERS}
    assert model.levers.tariff[row[US_CARS]] == pytest.approx(0.35) and model.levers.tariff[row[EU_CARS]] == 0
    assert model.trade.landed_ratio[row[US_CARS]] == pytest.approx(1.35, rel=1e-3)
    model.step()
    designed_out = 0.045 * (np.log(1.35) - 0.15) * 0.4
    less = 1.35**-0.2 * (1 - designed_out)
    assert firm(model, US_CARS).need.sum() == pytest.approx(firm(model, US_CARS).base_need.sum() * less, rel=1e-4)
    assert firm(model, EU_CARS).need.sum() == pytest.approx(firm(model, EU_CARS).base_need.sum(), rel=1e-3)


def test_a_duty_ends_with_its_last_month():
    model = chain_world(Tariff(date="2024-01", until="2024-03", importer="USA", origins="CHN", goods="*", rate=0.25), firms=CHINESE)
    duties = []
    for _ in range(3):
        model.step()
        duties.append(model.levers.tariff.max())
    assert duties == [0.25, 0.25, 0] and neutral(model)


def test_a_duty_of_the_european_union_covers_its_members_only():
    model = chain_world(Tariff(date="2024-01", importer="EU27", origins="*", goods="*", rate=0.2), firms=CHINESE)
    model.step()
    assert {model.country_of[buyer] for buyer in model.trade.buyer[model.levers.tariff > 0]} == {"EU27"}


# Truces


def test_a_truce_suspends_what_it_names_until_it_ends():
    office = licence(approval_rate=0.0)
    truce = Truce(name="truce", date="2024-05", until="2024-07", suspends="office")
    model = oxide_world(office, truce)
    taken, flow, queue = oxide_flows(model, 8)
    assert (flow[2:4] == 0).all()
    assert flow[4] == queue[3] + taken[4] and (queue[4:6] == 0).all() and flow[5] == taken[5]
    assert (flow[6:] == 0).all() and queue[7] == taken[6] + taken[7]


def test_a_truce_can_be_made_while_the_model_runs():
    model = oxide_world(licence()).run_until("2024-04")
    model.impose(Truce(name="truce", date="2024-05", until="2024-06", suspends="office"))
    assert [each.name for each in model.in_force()] == ["truce"]
    model.step()
    assert [each.name for each in model.in_force()] == ["office"]


# Supply shocks


@pytest.mark.parametrize("who", [{"entities": REFINER}, {"country": "CHN", "stage": "refine"}])
def test_a_shock_stops_those_it_names_and_ends_by_itself(who):
    model = oxide_world(SupplyShock(date="2024-02", months=2, factor=0.0, **who))
    made = []
    for _ in range(4):
        model.step()
        made.append((firm(model, REFINER).output[OXIDE_NDPR], firm(model, MINE).factor))
    assert [output > 0 for output, _ in made] == [True, False, False, True]
    assert all(factor == 1 for _, factor in made)
    assert neutral(model)


def test_of_two_shocks_the_worst_counts():
    shock = {"date": "2024-01", "entities": REFINER}
    model = oxide_world(SupplyShock(name="a", factor=0.2, **shock), SupplyShock(name="b", factor=0.7, **shock))
    model.step()
    assert firm(model, REFINER).factor == 0.2


# Imposing, lifting and errors


def test_imposed_while_running_acts_as_written_beforehand():
    written = oxide_world(licence(minimum_months=1, approval_rate=0.5)).run_until("2024-12")
    imposed = oxide_world().run_until("2024-02")
    imposed.impose(licence(minimum_months=1, approval_rate=0.5))
    assert equal(written, imposed.run_until("2024-12"))


def test_imposing_again_under_the_same_name_replaces():
    model = oxide_world(licence(approval_rate=0.0)).run_until("2024-03")
    model.impose(licence(approval_rate=1.0, controlled_share=0.5))
    assert len(model.in_force()) == 1
    model.step()
    assert levers_of(model, OXIDE_USER, "oxide_NdPr", REFINER) == (0.5, 1.0)


def test_a_licence_that_controls_nothing_is_no_licence():
    open_office = licence(date="2024-01", controlled_share=0.0, announced_severity=0.0)
    assert equal(oxide_world(open_office).run_until("2025-12"), oxide_world().run_until("2025-12"))


def one_line(error):
    text = str(error.value)
    assert "\n" not in text and (";" in text or "did you mean" in text)
    return text


def test_refusals_name_what_is_wrong_in_one_line():
    shock = SupplyShock(date="2024-02", entities="Northern Rare Earth", factor=0.5, name="strike")
    with pytest.raises(InputError) as error:
        oxide_world(shock)
    assert "strike" in one_line(error) and "entities" in one_line(error)
    model = oxide_world()
    with pytest.raises(InputError) as error:
        model.impose(shock)
    assert one_line(error).startswith("strike: entities") and model.in_force() == ()
    with pytest.raises(InputError) as error:
        model.lift("offices")
    assert '"offices"' in one_line(error)


@pytest.mark.parametrize(("month", "said"), [("2036-01", "2035-12"), ("soon", "YYYY-MM"), ("2024-13", "YYYY-MM"), (2027, "YYYY-MM")])
def test_a_run_ends_with_its_scenario(month, said):
    with pytest.raises(InputError) as error:
        oxide_world().run_until(month)
    assert said in one_line(error)


def test_no_step_beyond_the_last_month():
    model = oxide_world(scenario=STILL.model_copy(update={"last_month": "2024-02"})).run()
    with pytest.raises(InputError) as error:
        model.step()
    assert "2024-02" in one_line(error) and model.month == "2024-02"


def test_a_part_is_played_by_its_own_kind_only():
    with pytest.raises(InputError) as error:
        TradeModel(STILL, cast={"nobody@USA": OEM})
    assert "nobody@USA" in one_line(error)
    with pytest.raises(InputError) as error:
        TradeModel(STILL, cast={"JL Mag": OEM})
    assert "JL Mag" in one_line(error) and "MagnetMaker" in one_line(error)
