"""open, expand, invest and begin: capacity that comes, and that is decided on (E7.1, E11)."""

import math

import numpy as np
import pytest
from hands import CREG, HANAU, JL, KUANTAN, REMLOY, in_china, month, near, one, put, row, still, two_chains
from vocabulary import OXIDE_DY, OXIDE_NDPR, OXIDE_TB
from worlds import ABROAD, CHINESE, firm, oxide_world

from model import Scenario, TradeModel
from model.construction import Construction
from model.market import Circuits, Prospect
from model.names import month_index
from model.world import Project

VERBS = ("open", "permit", "expand", "invest", "begin", "recycle")
METALS = ABROAD[2]


# What is due


def test_a_project_adds_capacity_in_equal_monthly_steps_from_its_start():
    """1200 g a month from March 2024, ramped up over twelve months; told of when its construction starts, until then unknown."""
    model = with_project(start="2024-03", lead=1, grams=1200.0)
    before, capacity, underway = model.capacity[row(model, KUANTAN)], [], []
    for _ in range(16):
        model.step()
        capacity.append(model.capacity[row(model, KUANTAN)] - before)
        underway.append(model.underway[row(model, KUANTAN)])
    assert capacity == near([0, 0, *np.arange(100.0, 1201.0, 100.0), 1200, 1200], grams=1e-6)
    assert underway == near([0, 1200, *np.arange(1100.0, -1.0, -100.0), 0, 0], grams=1e-6)


def with_project(start="2024-03", lead=1, grams=1200.0, probability=1.0, heavy=(0.0, 0.0), name="Kuantan expansion", firm_name=KUANTAN, **parameters):
    """A chain abroad whose refiner has a project."""
    chosen = still(**{"pipeline_share": 1.0, "new_plant_yield_ramp": 12.0, "project_delay": 0.0} | parameters)
    model = two_chains(scenario=chosen)
    parts = zip((OXIDE_NDPR, OXIDE_DY, OXIDE_TB), (grams, *heavy), strict=True)
    projects = [project(name, row(model, firm_name), month_index(start), lead, probability, size, good) for good, size in parts]
    model.construction = Construction(model, projects)
    return model


def project(name, at, start, lead, probability, grams, good=OXIDE_NDPR):
    """A part of a project: so many grams a month of the plant's main product, or of a secondary one."""
    return Project(name, at, start, lead, probability, grams, good, good == OXIDE_NDPR)


def test_a_project_of_heavies_adds_to_the_circuits():
    model = with_project(start="2024-02", heavy=(120.0, 24.0))
    put(model, KUANTAN, circuit=[7.0, 3.0])
    assert firm(model, KUANTAN).circuit_underway == near(120.0)
    circuits, ahead = [], []
    for _ in range(3):
        model.step()
        circuits.append(firm(model, KUANTAN).circuit.tolist())
        ahead.append(firm(model, KUANTAN).circuit_underway)
    assert np.array(circuits) == near(np.array([[7, 3], [17, 5], [27, 7]])) and ahead == near([120, 110, 100])


def test_circuits_under_way_are_those_of_their_plant():
    model = with_project(heavy=(120.0, 24.0), firm_name=CREG)
    assert (firm(model, KUANTAN).circuit_underway, firm(model, CREG).circuit_underway) == near((0, 120)) and model.construction.secondary.sum() == near(144)


@pytest.mark.parametrize(("probability", "share", "built"), [(1.0, 1.0, True), (0.0, 1.0, False), (0.5, 2.0, True), (0.5, 0.0, False)])
def test_projects_come_true_with_their_probability_times_the_share_that_does(probability, share, built):
    model = two_chains(scenario=still(pipeline_share=min(share, 1.15)))
    model.p.pipeline_share = share
    made = Construction(model, [project("plant", 0, 5, 2, probability, 1200.0)])
    assert (made.due.sum() > 0) == built and (made.news.sum() > 0) == built


def test_the_luck_of_a_project_is_its_own():
    """Of two hundred projects with a chance of 0.3 those fail whose luck is above it."""
    model = two_chains(scenario=still(pipeline_share=1.0))
    names = [f"plant {number}" for number in range(200)]
    built = [Construction(model, [project(name, 0, 5, 2, 0.3, 1200.0)]).due.sum() > 0 for name in names]
    assert built == [float(model.chance.uniform("project", 0, model.key_of(name))) < 0.3 for name in names] and 40 < sum(built) < 80


@pytest.mark.parametrize(("start", "late"), [("2026-06", False), ("2026-07", True)])
def test_what_is_not_yet_built_is_late_by_luck_and_lead_time(start, late):
    """|N| times half its lead time of twenty months."""
    model = with_project(start=start, lead=20, project_delay=0.5)
    luck = abs(float(model.chance.normal("delay", 0, model.key_of("Kuantan expansion"))))
    first = int(np.flatnonzero(model.construction.due[:, row(model, KUANTAN)])[0])
    assert first == month_index(start) + (round(luck * 0.5 * 20) if late else 0)
    told = int(np.flatnonzero(model.construction.news[:, row(model, KUANTAN)])[0])
    assert told == first - 20


def test_construction_begun_before_2024_is_told_of_in_january():
    model = with_project(start="2024-06", lead=30)
    assert model.construction.news[0, row(model, KUANTAN)] == 1200


# Lines in China


def widening(name, capacity, output, permitted=None, **parameters):
    """Lines that a firm adds in a month in which it makes so much of its capacity, as it always did."""
    chosen = still(**{"china_full_use": 0.8, "china_building": 20.0} | parameters)
    model = two_chains(scenario=chosen)

    def set_use():
        put(model, name, capacity=capacity, usual_output=output, output=one(model.facts.chain.by_name[firm(model, name).does].main, output))
        if permitted is not None:
            model.rationing.permit = lambda: put(model, name, permitted=permitted)

    month(model, invest=set_use)
    return firm(model, name).capacity - capacity


def test_a_maker_in_china_adds_lines_where_it_runs_above_full_use():
    """900 made with 1000: at 0.8 full it would take 1125, a twentieth of the way is 6.25; 800 and 440 are no reason to build."""
    assert [widening(JL, 1000.0, output) for output in (900.0, 800.0, 440.0)] == near([6.25, 0.0, 0.0])


def test_a_maker_abroad_adds_none_by_use_alone():
    assert widening(HANAU, 1000.0, 900.0) == 0.0


def test_at_a_full_use_of_one_nothing_is_added():
    assert widening(JL, 1000.0, 1000.0, china_full_use=1.0) == 0.0


def test_a_separator_builds_no_further_than_its_quota_and_its_circuits_grow_with_it():
    """It would add 6.25 and may stand at 1002; circuits grow by two in a thousand."""
    model = two_chains(scenario=still(china_full_use=0.8, china_building=20.0))

    def set_use():
        put(model, CREG, capacity=1000.0, usual_output=900.0, output=one(OXIDE_NDPR, 900.0), circuit=[70.0, 30.0])
        model.rationing.permit = lambda: put(model, CREG, permitted=1002.0)

    month(model, invest=set_use)
    assert firm(model, CREG).capacity == near(1002.0) and firm(model, CREG).circuit == near(np.array([70.14, 30.06]))


def test_a_project_counts_in_china_beside_lines():
    model = in_china(scenario=still())
    base = firm(model, JL).base_capacity
    month(model, invest=lambda: model.construction.due.__setitem__((0, row(model, JL)), 0.5 * base))
    assert firm(model, JL).capacity == near(1.5 * base)


def test_makers_of_china_add_lines_but_for_recyclers_and_deposits_that_run_out():
    model = oxide_world(scenario=still(), more=(CHINESE[0],))
    assert [firm(model, name).widens for name in ("Bayan Obo", "Mt Weld", CHINESE[0], REMLOY, JL)] == [1, 0, 0, 0, 1]
    assert (firm(model, "Bayan Obo").guided, firm(model, "Mt Weld").guided) == (1, 0)


def test_ionic_clays_lose_their_share_in_a_year():
    """Four per cent a year: of 1000 there are 960 after twelve months."""
    model = oxide_world(scenario=still(depletion_clay=0.04), more=(CHINESE[0],))
    put(model, CHINESE[0], capacity=1000.0)
    for _ in range(12):
        model.step()
    assert firm(model, CHINESE[0]).capacity == near(960.0) and firm(model, "Bayan Obo").capacity == firm(model, "Bayan Obo").base_capacity


# Decisions


OFFER = {"expected": 60.0, "crisis": 100.0, "price": 54.0, "charge": 20.0, "scale": 50.0, "rate": 0.02, "room": 0.5, "need": 1e6}
"""A price expected of 60, of 100 in a crisis, 54 paid now; half of a need of a tonne a month is open."""
WEIGH = {"accepted_premium": 0.5, "support_slope": 0.4, "belief_background": 0.05, "project_dispersion": 0.2, "gate_power": 2.0, "cash_cost_light": 45.0, "cash_cost_dy": 47.0}


def started(cost, weight, belief=0.25):
    """E11.3 by hand: what a firm starts of `OFFER`.

    It expects 0.75*60*(1 + 0.5*0.25) + 0.25*100 = 75.625; the state bears 0.4*0.2 of the charge of 20; the gate is (54/60) squared.
    """
    revenue = (1 - belief) * 60 * (1 + 0.5 * belief) + belief * 100
    margin = (revenue - cost - 20 * (1 - 0.4 * (belief - 0.05))) / (0.2 * 50)
    promising = max(0.5 * (1 + math.erf(margin / math.sqrt(2))) - 0.03, 0.0)
    return 0.02 * promising * 0.9**2 * 0.5 * 1e6 * weight


STAGES = {"mine": ABROAD[0], "refine": KUANTAN, "metal": METALS, "magnet": HANAU}


def deciding(only, **columns):
    """A chain abroad in which one stage sees `OFFER` and the others an offer not worth taking."""
    model = two_chains(scenario=still(**WEIGH))
    poor = Prospect(**OFFER | {"expected": 1.0, "crisis": 1.0, "price": 0.0})

    def set_offer():
        seen = dict.fromkeys(("mine", "refine", "heavy", "metal", "magnet"), poor) | {only: Prospect(**OFFER)}
        model.market.circuits = {"refine": Circuits(seen.pop("heavy"), model.p.cash_cost_dy, OXIDE_DY)}
        model.market.prospects = seen
        model.market.inputs_of["metal"], model.market.inputs_of["magnet"] = 40.0, 41.0
        model.columns["metal"]["toll"][:], model.columns["magnet"]["toll"][:], model.circuit_weight[:] = 8.0, 9.0, 0.1
        for name in (*STAGES.values(), *CHINESE):
            put(model, name, belief=0.25, build_weight=0.2, unit_cost=50.0)
        put(model, KUANTAN, **columns)

    return month(model, invest=set_offer)


RICH = {"blend": [1.0, 0.05, 0.01], "recovery": [0.8, 0.5, 0.5], "capacity": 1e6, "underway": 0.0, "circuit": [0.0, 0.0], "circuit_underway": 0.0}
"""A plant whose feed holds more Dy than anybody would build circuits for."""


@pytest.mark.parametrize(("stage", "cost"), [("mine", 45.0), ("refine", 50.0), ("metal", 40 + 8.0), ("magnet", 41 + 9.0)])
def test_a_plant_is_begun_for_the_margin_expected_under_the_perceived_risk(stage, cost):
    """Each stage at its running cost: mine and plant together, the plant's own, oxide and toll, inputs and conversion."""
    model = deciding(stage)
    assert {name: firm(model, name).started for name in STAGES.values()} == near({name: started(cost, 0.2) * (name == STAGES[stage]) for name in STAGES.values()})
    assert 1000 < started(cost, 0.2) < 2000 and firm(model, STAGES[stage]).underway == near(started(cost, 0.2))


def test_a_new_refinery_without_a_cost_of_its_own_reckons_with_the_usual_one():
    model = two_chains(scenario=still(**WEIGH))
    model.market.prospects = {"refine": Prospect(**OFFER)}
    put(model, KUANTAN, belief=0.25, build_weight=0.2, unit_cost=0.0)
    firm(model, KUANTAN).invest()
    assert firm(model, KUANTAN).started == near(started(45.0, 0.2))


def test_heavy_circuits_are_begun_by_their_own_share_and_for_terbium_too():
    """Begun at a share of 0.1 instead of 0.2; due after their lag in twelve steps, terbium as the plant's feed holds it: a fifth of its Dy."""
    model = deciding("heavy", **RICH)
    dy, at = started(47.0, 0.1), row(model, KUANTAN)
    assert firm(model, KUANTAN).circuit_started == near(dy) and firm(model, KUANTAN).started == 0
    lag, due = round(model.p.lag_heavy), model.construction.secondary[0, :, at]
    assert due[lag : lag + 12] == near([dy / 12] * 12) and due.sum() == near(dy)
    assert model.construction.secondary[1, :, at].sum() == near(dy / 5) and firm(model, KUANTAN).circuit_underway == near(dy)


def test_nobody_builds_a_circuit_for_what_the_feed_does_not_hold():
    """At full use (40 000 of NdPr at a recovery of 0.8) the feed yields 40 000/0.8*0.5*0.05 = 1250 Dy; 900 of circuit stand and 300 are to come."""
    few = RICH | {"capacity": 30000.0, "underway": 10000.0, "circuit": [900.0, 0.0], "circuit_underway": 300.0}
    model = deciding("heavy", **few)
    assert firm(model, KUANTAN).circuit_started == near(50.0) and started(47.0, 0.1) > 50
    assert firm(deciding("heavy", **few | {"circuit": [950.0, 0.0]}), KUANTAN).circuit_started == 0


@pytest.mark.parametrize(("stage", "lag"), [("mine", "lag_mine"), ("refine", "lag_refine"), ("metal", "lag_magnet"), ("magnet", "lag_magnet")])
def test_what_is_begun_produces_after_its_lag_in_equal_steps(stage, lag):
    model = deciding(stage)
    grams, at = firm(model, STAGES[stage]).started, row(model, STAGES[stage])
    due, first = model.construction.due[:, at], round(getattr(model.p, lag))
    assert due[first : first + 12] == near([grams / 12] * 12) and due.sum() == near(grams) and grams > 1000


def test_nobody_in_china_builds_but_by_quota():
    """Though the same is on offer there."""
    for stage, name in zip(("mine", "refine", "metal", "magnet"), CHINESE, strict=True):
        assert firm(deciding(stage), name).started == 0


def test_shares_in_building_follow_size_abroad_projects_included():
    """Mt Weld and Serra Verde split what mines start by their capacity; Chinese firms have no part; recyclers and users none."""
    model = two_chains(scenario=still())
    mines = [firm(model, name) for name in (ABROAD[0], "Mt Weld")]
    assert mines[0].build_weight / mines[1].build_weight == near(mines[0].capacity / mines[1].capacity)
    weights = {does: float(model.build_weight[rows].sum()) for does, rows in model.rows.items()}
    assert weights == near({"mine": 1, "refine": 1, "metal": 1, "magnet": 1, "recycle": 0, "use": 0, "hold": 0})
    assert [firm(model, name).build_weight for name in CHINESE] == [0] * 4


# Projects


def test_a_plant_of_the_pipeline_is_built_in_the_run_of_its_world():
    """The shipped projects fall due month by month as the schedule says, and nothing is lost on the way."""
    model = TradeModel(Scenario.load("open_trade").with_parameters({"new_investment_scale": 0.0, "china_full_use": 1.0, "depletion_clay": 0.0}), seed=1)
    start, due = model.capacity.copy(), model.construction.due[:30].sum(axis=0)
    model.run_until("2026-06")
    built = np.setdiff1d(np.arange(model.count), np.r_[model.rows["parts"]])  # makers of parts follow their orders
    assert model.capacity[built] == pytest.approx((start + due)[built], rel=1e-9) and due.sum() > 0
