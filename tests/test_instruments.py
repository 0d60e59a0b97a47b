"""Quotas, bans, tariffs, truces and shocks in a tiny world; imposing and lifting; that nothing needs undoing."""

from typing import ClassVar

import numpy as np
import pytest
from vocabulary import NDPR, OXIDE_NDPR
from worlds import (
    CHINESE,
    EU_CARS,
    MAGNETS,
    MAKER,
    MINE,
    MONTHLY,
    OXIDE_USER,
    REFINER,
    STILL,
    US_CARS,
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

from model import ExportBan, ExportQuota, InputError, SupplyShock, Tariff, TradeModel, Truce
from model.agents import OEM

# Quotas and bans


@pytest.mark.parametrize("ceiling", [{"tonnes_per_year": 600.0}, {"share_of_reference": 0.5}])
def test_a_quota_lets_a_twelfth_leave_each_month_and_the_rest_goes_back(ceiling):
    model = oxide_world(ExportQuota(date="2024-08", until="2024-10", origin="CHN", goods="oxide_NdPr", **ceiling))
    model.run_until("2024-07")
    shelf = firm(model, REFINER).finished[OXIDE_NDPR, NDPR]
    _, flow, standing = oxide_flows(model, 2)
    assert flow == pytest.approx(MONTHLY / 2, rel=1e-3) and (standing == 0).all()
    assert firm(model, REFINER).finished[OXIDE_NDPR, NDPR] > shelf + 0.4 * MONTHLY
    asked, flow, _ = oxide_flows(model, 1)
    assert (flow == np.floor(asked)).all() and neutral(model)


def test_of_two_quotas_the_smaller_counts():
    quota = {"date": "2024-01", "origin": "CHN", "goods": "oxide_NdPr"}
    model = oxide_world(ExportQuota(name="a", tonnes_per_year=300.0, **quota), ExportQuota(name="b", tonnes_per_year=900.0, **quota))
    _, flow, _ = oxide_flows(model, 1)
    assert flow[0] == pytest.approx(MONTHLY / 4, rel=1e-3)


def test_of_what_is_banned_in_part_the_rest_is_asked_for_and_leaves():
    model = oxide_world(ExportBan(date="2024-01", origin="CHN", goods="oxide_NdPr", share=0.4))
    asked, flow, standing = oxide_flows(model, 1)
    ordered = model.trade.orders[relation(model, REFINER, OXIDE_USER, "oxide_NdPr")]
    assert asked[0] == pytest.approx(0.6 * ordered) and flow[0] == np.floor(asked[0]) and standing[0] == pytest.approx(0.4 * ordered)
    assert firm(model, REFINER).finished[OXIDE_NDPR, NDPR] == pytest.approx((3 + 0.4) * MONTHLY, rel=1e-3)


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
    gate = {user: model.trade.landed[at] / (1 + model.levers.tariff[at]) - model.trade.freight[at] for user, at in row.items()}
    assert gate[US_CARS] == pytest.approx(gate[EU_CARS], rel=1e-9)
    model.step()
    assert firm(model, US_CARS).saved.max() == 0 < firm(model, US_CARS).designed.max()  # what is drawn is made in 18 months
    elasticity = 0.05 * model.p.elasticity_scale  # of car parts, sectors.csv
    less = 1.35**-elasticity
    assert firm(model, US_CARS).need.sum() == pytest.approx(firm(model, US_CARS).base_need.sum() * less, rel=1e-4)
    assert firm(model, EU_CARS).need.sum() == pytest.approx(firm(model, EU_CARS).base_need.sum(), rel=1e-3)


def test_a_duty_ends_with_its_last_month():
    model = chain_world(Tariff(date="2024-01", until="2024-03", importer="USA", origins="CHN", goods="*", rate=0.25), firms=CHINESE)
    duties = []
    for _ in range(3):
        model.step()
        duties.append(model.levers.tariff.max())
    assert duties == [0.25, 0.25, 0] and neutral(model)


def test_steady_duties_pull_once_and_moving_ones_every_month():
    pulls = []

    class Counted(Tariff, family=True):
        def pull(self, levers):
            pulls.append((self.name, levers.model.now))
            super().pull(levers)

    class Rising(Counted, family=True):
        steady: ClassVar[bool] = False

        def pull(self, levers):
            super().pull(levers)
            levers.tariff *= levers.model.now

    duty = {"importer": "USA", "origins": "CHN", "goods": "*", "rate": 0.25}
    model = chain_world(firms=CHINESE)
    model.impose(Counted(date="2024-02", until="2024-06", name="steady", **duty))
    model.impose(Rising(date="2024-05", until="2024-07", name="rising", **duty))
    duties = []
    for _ in range(7):
        model.step()
        duties.append(model.levers.tariff.max())
    assert duties == [0, 0.25, 0.25, 0.25, 4 * 0.5, 5 * 0.25, 0] and neutral(model)
    assert pulls == [("steady", 1), ("steady", 4), ("rising", 4), ("rising", 5)]


def test_a_duty_of_the_european_union_covers_its_members_only():
    model = chain_world(Tariff(date="2024-01", importer="EU27", origins="*", goods="*", rate=0.2), firms=CHINESE)
    model.step()
    assert {model.region_of[buyer] for buyer in model.trade.buyer[model.levers.tariff > 0]} == {"EU27"}


# Truces


def test_a_truce_suspends_what_it_names_until_it_ends():
    office = licence(approval_rate=0.0)
    truce = Truce(name="truce", date="2024-05", until="2024-07", suspends="office")
    model = oxide_world(office, truce)
    asked, flow, standing = oxide_flows(model, 8)
    assert (flow[2:4] == 0).all() and standing[3] > standing[2] > 0
    assert (flow[4:6] == np.floor(asked[4:6])).all() and (flow[4:6] > MONTHLY).all() and (standing[4:6] == 0).all()
    assert (flow[6:] == 0).all() and 0 < standing[6] < 1.6 * MONTHLY and standing[7] > standing[6]  # applied for anew


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


def test_of_two_shocks_each_takes_its_part_of_what_the_other_leaves():
    shock = {"date": "2024-01", "entities": REFINER}
    model = oxide_world(SupplyShock(name="a", factor=0.2, **shock), SupplyShock(name="b", factor=0.7, **shock))
    model.step()
    assert firm(model, REFINER).factor == pytest.approx(0.2 * 0.7)


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
