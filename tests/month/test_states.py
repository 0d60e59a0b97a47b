"""lift, observe, decide, enact, announce: what states put in force this month, and what it does to each relation and firm."""

import numpy as np
import pytest
from hands import HANAU, JL, deal, in_china, month, near, put, row, still, two_chains
from vocabulary import DY, GOODS, MAGNET_HIGH, MAGNET_STANDARD, NDPR, OXIDE_NDPR, SWARF, TB
from worlds import (
    CHINESE,
    EU_CARS,
    MAGNETS,
    MINE,
    OXIDE_USER,
    REFINER,
    US_CARS,
    US_DEFENCE,
    firm,
    levers_of,
    licence,
    neutral,
    oxide_world,
    relation,
)  # fmt: skip

from model import ExportBan, ExportLicence, ExportQuota, SupplyShock, Tariff, Truce
from model.names import month_name
from model.policies.doctrine import Scheduled

VERBS = ("lift", "observe", "decide", "enact", "announce")
ONE_MONTH = {"date": "2024-08", "until": "2024-09"}


def test_every_lever_is_pulled_for_its_month_and_let_go():
    """Each limit acts in August and in no month before or after."""
    office = licence(approval_rate=0.4, denial_rate=0.1, minimum_months=2, announced_severity=0.7, announced_openness=0.3, capacity_share=1.0, **ONE_MONTH)
    acts = (
        office,
        ExportQuota(origin="CHN", goods="oxide_NdPr", tonnes_per_year=600.0, **ONE_MONTH),
        ExportBan(origin="CHN", goods="oxide_NdPr", share=0.25, **ONE_MONTH),
        Tariff(importer="ROW", origins="CHN", goods="oxide_NdPr", rate=0.3, **ONE_MONTH),
        SupplyShock(date="2024-08", entities=MINE, factor=0.6),
    )
    model = oxide_world(*acts, scenario=still()).run_until("2024-07")
    assert neutral(model)
    model.step()
    at, levers = relation(model, REFINER, OXIDE_USER, "oxide_NdPr"), model.levers
    assert (levers.controlled[at], levers.least_months[at], levers.approval[at], levers.denial[at]) == (1.0, 2, near(0.3), 0.1)  # nothing for the quarter banned
    assert (levers.tariff[at], levers.banned[at], levers.under_office[:, at].tolist(), levers.under_quota[:, at].tolist()) == (0.3, 0.25, [True], [True])
    assert (firm(model, OXIDE_USER).severity, levers.openness[OXIDE_NDPR], firm(model, MINE).factor) == (0.7, 0.3, 0.6)
    assert levers.capacities.tolist() == [near(model.trade.base_flow[at], grams=5)] and levers.open[at] == 0.75 and levers.quotas == [near(model.trade.base_flow[at] / 2, grams=5)]
    model.step()
    assert neutral(model) and firm(model, MINE).factor == 1.0


def test_an_act_is_in_force_from_its_date_to_the_month_before_its_end():
    model, standing = oxide_world(licence(date="2024-03", until="2024-05")), []
    for _ in range(5):
        model.step()
        standing.append(levers_of(model, OXIDE_USER, "oxide_NdPr", REFINER)[0])
    assert standing == [0, 0, 1, 1, 0]


def test_each_state_enacts_its_own():
    """The importer's duty and the exporter's ban, each by its own government, the others idle."""
    duty = Tariff(name="duty", date="2024-01", importer="USA", origins="CHN", goods="*", rate=0.2)
    stop = ExportBan(name="stop", date="2024-01", origin="CHN", goods="magnet_high", destinations="EU27")
    flood = SupplyShock(name="flood", date="2024-01", entities=HANAU, factor=0.5)
    model = in_china(duty, stop, flood)
    model.step()
    chosen = {state.name: [act.name for act in state.chosen] for state in model.states.agents if state.chosen}
    assert chosen == {"USA": ["duty"], "CHN": ["stop"], "DEU": ["flood"]}
    banned, taxed = ({user: lever[relation(model, JL, user, "magnet_high")] for user in (EU_CARS, US_CARS)} for lever in (model.levers.banned, model.levers.tariff))
    assert banned == {EU_CARS: 1.0, US_CARS: 0.0} and taxed == {EU_CARS: 0.0, US_CARS: 0.2}


def test_acts_stand_in_the_order_of_their_dates():
    acts = [Tariff(name=name, date=date, importer="USA", origins="CHN", goods="*", rate=0.1) for name, date in (("b", "2024-01"), ("a", "2024-01"), ("c", "2024-02"))]
    model = in_china(*reversed(acts))
    model.step()
    assert [act.name for act in model.in_force()] == ["a", "b", "c"]


def test_what_a_truce_suspends_returns_when_it_ends():
    office = licence(name="office", date="2024-01")
    truce = Truce(name="truce", date="2024-02", until="2024-04", suspends="office")
    model, controlled = oxide_world(office, truce), []
    for _ in range(4):
        model.step()
        controlled.append(levers_of(model, OXIDE_USER, "oxide_NdPr", REFINER)[0])
    assert controlled == [1, 0, 0, 1]


# Licences


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_licences_on_one_relation_the_strictest_term_counts(order):
    """Share, wait, approval, denial and office, each from whichever licence is harder."""
    one = licence(name="a", date="2024-07", controlled_share=0.9, minimum_months=1, approval_rate=0.2, denial_rate=0.3, capacity_share=0.5)
    two = licence(name="b", date="2024-07", controlled_share=0.4, minimum_months=3, approval_rate=0.6, denial_rate=0.1, capacity_share=0.2)
    names = ("a", "b")[::order]
    model = oxide_world(*(act.model_copy(update={"name": name}) for act, name in zip((one, two), names, strict=True))).run_until("2024-07")
    at, levers = relation(model, REFINER, OXIDE_USER, "oxide_NdPr"), model.levers
    assert (levers.controlled[at], levers.least_months[at], levers.approval[at], levers.denial[at]) == (0.9, 3, 0.2, 0.3)
    assert levers.under_office[:, at].all() and min(levers.capacities) == near(0.2 * model.trade.base_flow[at], grams=5)


def test_destination_defence_and_part_of_a_month_shape_what_a_licence_controls():
    """Controlled 0.8 for half a month: 0.4. At factor 0.5 half of the other 0.6 is controlled too, for half the month: 0.4 + 0.6*0.5*0.5."""
    terms = {"controlled_share": 0.8, "month_share": 0.5, "approval_rate": 0.6, "defence_approval_rate": 0.05, "destination_factor": {"USA": 0.5}}
    model = in_china(licence(date="2024-07", goods=MAGNETS, **terms), scenario=still(defence_strictness=0.7)).run_until("2024-07")
    assert levers_of(model, EU_CARS) == (near(0.4), 0.6)
    assert levers_of(model, US_CARS) == (near(0.55), 0.6)
    assert levers_of(model, US_DEFENCE) == (near(0.4 + 0.6 * 0.7 * 0.5), 0.05)  # strictness 0.7 is more than the factor's 0.5


@pytest.mark.parametrize(("capacity", "most"), [("none", 1.0), (0.3, 0.45), (2.0, 1.0)])
def test_a_destination_treated_worse_gets_its_part_of_what_the_office_lets_through(capacity, most):
    """Two thirds of the flow goes to the United States. At factor 0.5 they get half of it; all get two thirds of it then, of which a capacity of 0.3 is 0.45."""
    model = in_china(licence(date="2024-07", goods=MAGNETS, capacity_share=capacity, destination_factor={"USA": 0.5})).run_until("2024-07")
    rows, trade = model.levers.relations(model.in_force()[0]), model.trade
    to_usa = rows[np.isin(trade.buyer[rows], [row(model, US_CARS), row(model, US_DEFENCE)])]
    (places,) = model.levers.places
    assert places[trade.at[to_usa[0]]] == pytest.approx(0.5 * most * trade.base_flow[to_usa].sum(), rel=1e-4)
    assert trade.base_flow[to_usa].sum() == pytest.approx(2 / 3 * trade.base_flow[rows].sum(), rel=1e-4)
    assert np.isinf(np.delete(places, trade.at[to_usa[0]])).all()


def test_general_licences_free_a_part_for_civil_customers():
    """Half of the controlled 0.6 is free; at factor 0.8 a fifth of what is free is controlled after all: 0.3 + 0.7*0.2."""
    terms = {"controlled_share": 0.6, "general_licence_share": 0.5, "destination_factor": {"USA": 0.8}}
    model = in_china(licence(date="2024-07", goods=MAGNETS, **terms), scenario=still(defence_strictness=0.0)).run_until("2024-07")
    assert levers_of(model, EU_CARS)[0] == near(0.3)
    assert levers_of(model, US_CARS)[0] == near(0.3 + 0.7 * 0.2)
    assert levers_of(model, US_DEFENCE)[0] == near(0.6 + 0.4 * 0.2)


def test_a_licence_without_terms_holds_everything_and_approves_it_at_once():
    model = oxide_world(licence(date="2024-01"))
    model.step()
    at, levers = relation(model, REFINER, OXIDE_USER, "oxide_NdPr"), model.levers
    assert (levers.controlled[at], levers.approval[at], levers.denial[at], levers.least_months[at]) == (1, 1, 0, 0)
    assert levers.capacities.tolist() == [np.inf] and firm(model, OXIDE_USER).severity == model.p.belief_background


def test_a_term_given_wins_over_the_regimes_and_none_means_no_limit():
    model = in_china(ExportLicence(date="2024-07", origin="CHN", goods=MAGNETS, regime="OCT_FULL", capacity_share="none", approval_rate=0.33)).run_until("2024-07")
    assert levers_of(model, EU_CARS)[1] == 0.33 and model.levers.capacities.tolist() == [np.inf]


def with_flows(until):
    """Flows of 100, 200, ... grams a month from January 2024."""
    model = oxide_world(scenario=still()).run_until(until)
    return model, told(model)


def told(model):
    """Makes the record of flows what it should be; returns the relation."""
    at = relation(model, REFINER, OXIDE_USER, "oxide_NdPr")
    for number, flow in enumerate(model.trade.history):
        flow[:] = 0.0
        flow[at] = 100.0 * (number + 1)
    return at


@pytest.mark.parametrize(("until", "date", "mean"), [("2025-02", "2025-03", 850), ("2024-06", "2024-07", 350)])
def test_a_share_of_past_trade_is_one_of_the_mean_of_the_twelve_months_before(until, date, mean):
    """Before March 2025 flows of 300 to 1400 have a mean of 850; before July 2024 there are six, of 100 to 600."""
    model, _ = with_flows(until)
    model.impose(licence(name="office", date=date, capacity_share=0.4))
    model.impose(ExportQuota(name="quota", date=date, origin="CHN", goods="oxide_NdPr", share_of_reference=0.2))
    model.step()
    assert model.levers.capacities.tolist() == [near(0.4 * mean)] and model.levers.quotas == [near(0.2 * mean)]


def test_a_later_limit_is_measured_from_before_the_first_one():
    """A ban from November 2024: the flows of January to October have a mean of 550, whatever is shipped after."""
    model, _ = with_flows("2024-10")
    model.impose(ExportBan(name="stop", date="2024-11", origin="CHN", goods="oxide_NdPr", share=0.5))
    model.run_until("2025-05")
    told(model)
    model.impose(licence(name="office", date="2025-06", capacity_share=0.4))
    model.step()
    assert model.levers.capacities.tolist() == [near(0.4 * 550)]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_quotas_the_smaller_counts_where_both_apply(order):
    narrow = ExportQuota(name="ab"[::order][0], date="2024-01", origin="CHN", goods="magnet_high", tonnes_per_year=120.0)
    wide = ExportQuota(name="ab"[::order][1], date="2024-01", origin="CHN", goods=MAGNETS, tonnes_per_year=1e6)
    model = in_china(narrow, wide)
    model.step()
    content = 4666666 * 12 / 200e6  # NdPr in a gram of magnet: 200 t a year are 4,666,666 g of NdPr a month
    quota = {good: np.array(model.levers.quotas)[model.levers.under_quota[:, relation(model, JL, EU_CARS, good)]].min() for good in ("magnet_standard", "magnet_high")}
    assert quota == {"magnet_standard": pytest.approx(1e12 / 12 * content, rel=1e-6), "magnet_high": pytest.approx(1e7 * content, rel=1e-6)}


# Announcements


def test_firms_named_hear_the_gravest_threat_and_markets_the_least_openness():
    to_all = licence(name="a", date="2024-01", goods=MAGNETS, controlled_share=0.0, announced_severity=0.3, announced_openness=0.6)
    to_usa = licence(name="b", date="2024-01", goods=MAGNETS, controlled_share=0.0, announced_severity=0.8, announced_openness=0.2, destinations="USA")
    mild = licence(name="c", date="2024-01", goods=MAGNETS, controlled_share=0.0, announced_severity=0.1, announced_openness=0.9)
    model = in_china(to_all, to_usa, mild)
    model.step()
    assert [firm(model, name).severity for name in (US_CARS, US_DEFENCE, EU_CARS, HANAU)] == [0.8, 0.8, 0.3, 0.3]
    assert [firm(model, name).severity for name in CHINESE] == [model.p.belief_background] * 4
    assert {good: model.levers.openness[GOODS.index(good)] for good in (*MAGNETS, "oxide_Dy")} == dict.fromkeys(MAGNETS, 0.6) | {"oxide_Dy": 1.0}


def test_what_is_said_of_one_end_use_moves_no_market():
    said = licence(date="2024-01", goods=MAGNETS, controlled_share=0.0, announced_openness=0.5, end_uses="defence")
    model = in_china(said)
    model.step()
    assert (model.levers.openness == 1).all()


def test_a_threat_announced_ahead_alarms_firms_and_binds_nothing_yet():
    """Announced in February for April: firms hear at once; goods, markets and offices are as before."""
    threat = licence(date="2024-04", announced="2024-02", announced_severity=0.8, announced_openness=0.3)
    model, heard = oxide_world(threat), []
    for _ in range(4):
        model.step()
        heard.append((firm(model, OXIDE_USER).severity, model.levers.openness[OXIDE_NDPR], levers_of(model, OXIDE_USER, "oxide_NdPr", REFINER)[0]))
    calm = model.p.belief_background
    assert heard == [(calm, 1.0, 0.0), (0.8, 1.0, 0.0), (0.8, 1.0, 0.0), (0.8, 0.3, 1.0)]


# Shocks


def test_a_shock_takes_its_share_of_a_stages_capacity_in_one_country():
    """Half the capacity of Chinese magnet makers: JL Mag makes half of what it could, Hanau all it is asked for."""
    model, made = two_chains(SupplyShock(date="2024-02", country="CHN", stage="magnet", factor=0.5, months=2)), []
    capacity = model.sales[MAGNET_STANDARD:SWARF].sum(axis=0)
    for maker in (JL, HANAU):
        put(model, maker, capacity=capacity[row(model, maker)], base_capacity=capacity[row(model, maker)])
    for _ in range(4):
        model.step()
        made.append([firm(model, name).made.sum() / capacity[row(model, name)] for name in (JL, HANAU)])
    assert np.array(made) == pytest.approx(np.array([[1, 1], [0.5, 1], [0.5, 1], [1, 1]]), abs=1e-5)


def test_a_windfall_adds_capacity_as_given():
    model = oxide_world(SupplyShock(date="2024-01", entities=(MINE, REFINER), factor=1.5))
    model.step()
    assert [firm(model, name).factor for name in (MINE, REFINER, OXIDE_USER)] == [1.5, 1.5, 1.0]


def test_a_shock_ends_by_itself_or_when_lifted_before():
    model = oxide_world(SupplyShock(name="strike", date="2024-02", entities=MINE, factor=0.5, months=3)).run_until("2024-01")
    months = [[act.name for act in model.book.in_force(month)] for month in range(6)]
    assert months == [[], ["strike"], ["strike"], ["strike"], [], []]
    cut = SupplyShock(name="strike", date="2024-02", until="2024-03", entities=MINE, factor=0.5, months=3)
    model.impose(cut)
    assert [[act.name for act in model.book.in_force(month)] for month in (1, 2)] == [["strike"], []]


def test_under_controls_the_home_market_comes_first():
    """Only a licence that controls something puts customers at home first (E6.2)."""
    deals = []
    for share in (0.0, 0.5):
        model = in_china(licence(date="2024-01", goods=MAGNETS, controlled_share=share), users=(EU_CARS, "auto_other@CHN"))
        month(model, allocate=lambda model=model: short(model))
        deals.append([model.trade.filled[relation(model, JL, user, "magnet_high")] for user in (EU_CARS, "auto_other@CHN")])
    assert deals == [[1000, 0], [0, 1000]]


def short(model):
    """A thousand grams on the shelf, a thousand asked for by each of the two customers; the one abroad has the contract."""
    put(model, JL, finished={(MAGNET_HIGH, NDPR): 1000.0, (MAGNET_HIGH, DY): 0.0, (MAGNET_HIGH, TB): 0.0})
    for user in (EU_CARS, "auto_other@CHN"):
        deal(model, JL, user, "magnet_high", orders=1000.0, backlog=0.0)


def test_a_month_has_its_name_when_it_is_over():
    model = oxide_world()
    for number in range(3):
        model.step()
        assert model.month == month_name(number)


class Watching(Scheduled):
    """Notes the months in which it looks."""

    def observe(self, state):
        self.months = [*getattr(self, "months", ()), state.model.now]

    def decide(self, state, seen):
        return ()


def test_a_state_looks_before_it_decides_from_the_first_month_on():
    model = oxide_world()
    watching = model.states.by_country["CHN"].doctrine = Watching()
    watching.plays = True
    model.run_until("2024-03")
    assert watching.months == [0, 1, 2]
