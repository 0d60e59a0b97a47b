"""open, expand, invest and begin: capacity that comes, and that is decided on (E7.1, E11)."""

import math

import numpy as np
import pytest
from hands import CREG, HANAU, JL, KUANTAN, REMLOY, in_china, month, near, one, put, row, still, two_chains
from vocabulary import MAGNET_STANDARD, OXIDE_DY, OXIDE_NDPR, OXIDE_TB
from worlds import ABROAD, CHINESE, firm, oxide_world

from model import Scenario, TradeModel
from model.construction import Construction
from model.names import month_index
from model.outlook import Prospect
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
    chosen = still(**{"pipeline_share": 1.0, "new_plant_yield_ramp": 12.0, "ramp_steepness": 0.0, "project_delay": 0.0} | parameters)
    model = two_chains(scenario=chosen)
    parts = zip((OXIDE_NDPR, OXIDE_DY, OXIDE_TB), (grams, *heavy), strict=True)
    projects = [project(name, row(model, firm_name), month_index(start), lead, probability, size, good) for good, size in parts]
    model.construction = Construction(model, projects)
    return model


def project(name, at, start, lead, probability, grams, good=OXIDE_NDPR):
    """A part of a project decided on long ago: so many grams a month of the plant's main product, or of a secondary one."""
    return Project(name, name, at, start, lead, probability, grams, good, good == OXIDE_NDPR, "construction", -60, math.nan, 0.0, math.nan)


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
    """|N| times half its lead time of twenty months; 0.36 of the variance of N is its country's luck."""
    model = with_project(start=start, lead=20, project_delay=0.5, delay_correlation=0.36)
    own, shared = (float(model.chance.normal(of, 0, model.key_of(key))) for of, key in (("delay", "Kuantan expansion"), ("delay of a country", "MYS")))
    luck = abs(0.8 * own + 0.6 * shared)
    first = int(np.flatnonzero(model.construction.due[:, row(model, KUANTAN)])[0])
    assert first == month_index(start) + (math.floor(luck * 0.5 * 20) if late else 0)
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


WEIGH = {
    "accepted_premium": 0.5, "support_slope": 0.4, "support_most": 0.8, "belief_background": 0.05, "project_spread": 0.5, "overrun": 0.2, "plant_life": 20.0, "cost_of_capital_new": 0.15,
    "brownfield": 0.6, "expansion_use": 0.9, "most_use": 0.95, "least_use": 0.3, "use_memory": 1.0, "idle_use": 0.2, "idle_months": 36.0, "entry_use": 0.5, "expansion_rate": 0.02,
    "expansion_ahead": 0.5, "entry_rate": 0.005, "circuit_rate": 0.01, "cash_cost_light": 45.0, "cash_cost_dy": 40.0, "capex_heavy": 200.0, "new_investment_scale": 1.0,
}  # fmt: skip
STAGES = {"mine": ABROAD[0], "refine": KUANTAN, "metal": METALS, "magnet": HANAU}
COSTS = {"mine": 50.0, "refine": 50.0, "metal": 40 + 8.0, "magnet": 41 + 9.0}
"""A mine's and a refinery's own running cost; inputs and toll of the others."""


def annuity(rate):
    """Share of a loan of twenty years paid back each year."""
    return rate / (1 - (1 + rate) ** -20)


def normal(value):
    """The standard normal distribution."""
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))


def margin(cost, agreed=1.0):
    """What is left over cost of 0.75*60*(1 + 0.5*0.25) + 0.25*100 = 75.625 where all is sold under contract."""
    return 0.75 * 60 * (1 + 0.5 * 0.25 * agreed) + 0.25 * 100 - cost


def begun(cost, busy=0.95, use=0.6, underway=1e5, agreed=1.0, waits=0.1, capex=100.0, own=0.1):
    """E11.5 by hand, for a million grams a month that stand: what lines beside them add, and entrants."""
    borne = 0.4 * (0.25 - 0.05)
    beside = (min(busy, 0.95) * margin(cost, agreed) / annuity(own) - 0.6 * capex * 1.2 * (1 - borne)) / (0.6 * capex)
    fresh = (use * margin(cost, agreed) / annuity(0.15) - capex * 1.2 * (1 - borne)) / capex
    lines, entry = 0.02 * (busy > 0.9) * normal((beside - waits) / 0.5), 0.005 * (use > 0.5) * normal((fresh - waits) / 0.5)
    return (lines + entry) * max(1e6 - underway / 0.5, 0.0)


def deciding(use=0.6, made=0.95, finance=0.0, **columns):
    """Two chains whose makers decide once: a million grams a month stand everywhere and a tenth of that is under way."""
    model = two_chains(scenario=still(**WEIGH, finance=finance))
    goods = {process.name: process.investment.price_good for process in model.chain.processes if process.investment}
    model.outlook.prospects = {stage: Prospect(good, 100.0, use, 0.1) for stage, good in goods.items()}
    model.output[:] = 0.0
    for name in (*STAGES.values(), *CHINESE):
        agent = firm(model, name)
        usual = {"belief": 0.25, "capacity": 1e6, "underway": 1e5, "cost_of_capital": 0.1, "agreed": 1.0, "expects": 60.0, "fears": 100.0, "pays": 0.0, "unit_cost": 50.0, "busy": 0.0}
        put(model, name, **usual | columns)
        model.output[agent.process.counted[0], agent.row] = made * 1e6
    for stage, (pays, toll) in {"metal": (40.0, 8.0), "magnet": (41.0, 9.0)}.items():
        model.pays[model.rows[stage]], model.columns[stage]["toll"][:] = pays, toll
    model.makers.do("invest")
    return model


@pytest.mark.parametrize("stage", STAGES)
def test_who_is_full_and_paid_adds_lines_and_others_enter(stage):
    """Each stage at its running cost and under the perceived risk."""
    found = firm(deciding(), STAGES[stage]).started
    assert found == near(begun(COSTS[stage])) and 0.01 * 8e5 < found < 0.025 * 8e5


def test_who_is_not_full_adds_no_lines_and_where_plants_stand_empty_nobody_enters():
    assert firm(deciding(made=0.85), HANAU).started == near(begun(50.0, busy=0.85)) and begun(50.0, busy=0.85) > 0
    assert firm(deciding(use=0.45), HANAU).started == near(begun(50.0, use=0.45)) and begun(50.0, use=0.45) > 0
    assert firm(deciding(made=0.85, use=0.45), HANAU).started == 0


@pytest.mark.parametrize("broke", [{"cash": 0.0}, {"running": 0.0}])
def test_who_has_no_money_or_is_shut_adds_no_lines_and_others_enter_beside_it(broke):
    """Entry alone; where money decides nothing no cash is needed."""
    entry = begun(50.0, busy=0.85)
    assert firm(deciding(finance=1.0, **{"cash": 5.0} | broke), HANAU).started == near(entry)
    assert firm(deciding(finance=1.0, cash=5.0), HANAU).started == near(begun(50.0)) == firm(deciding(cash=0.0), HANAU).started and begun(50.0) > entry > 0


def test_entrants_ask_what_developers_do_whatever_the_plant_beside_them_pays():
    """At a cost of capital of its own of one half no line pays; entry is as before."""
    assert firm(deciding(cost_of_capital=0.5), HANAU).started == near(begun(50.0, own=0.5)) and begun(50.0, own=0.5) < begun(50.0)


def test_who_is_not_paid_adds_next_to_nothing():
    """A price expected to be 20 below the cost of making."""
    assert firm(deciding(expects=20.0, fears=20.0), HANAU).started < 1e-3 * begun(50.0)


def test_nobody_pays_for_safe_supply_who_is_not_bound_to_it():
    """The premium is paid on what is sold under contract."""
    assert firm(deciding(agreed=0.0), HANAU).started == near(begun(50.0, agreed=0.0)) and begun(50.0, agreed=0.0) < begun(50.0)


def test_the_more_is_under_way_the_less_is_begun():
    assert firm(deciding(underway=4e5), HANAU).started == near(begun(50.0, underway=4e5)) and firm(deciding(underway=5e5), HANAU).started == 0


def test_a_floor_is_income_one_can_count_on():
    """Half of what is sold brings 90 at least, and what waiting is worth halves for lines beside the plant; entrants have no such promise."""
    floored = 0.5 * 90 + 0.5 * (margin(50.0) + 50) - 50
    beside = (0.95 * floored / annuity(0.1) - 60 * 1.2 * 0.92) / 60
    fresh = (0.6 * floored / annuity(0.15) - 100 * 1.2 * 0.92) / 100
    wanted = (0.02 * normal((beside - 0.05) / 0.5) + 0.005 * normal((fresh - 0.1) / 0.5)) * 8e5
    model = deciding(floor=90.0, floored=0.5)
    assert firm(model, HANAU).started == near(wanted) and firm(model, HANAU).outlook_margin == near(floored)


def test_a_new_refinery_without_a_cost_of_its_own_reckons_with_the_usual_one():
    assert firm(deciding(unit_cost=0.0), KUANTAN).started == near(begun(45.0))


def test_a_plant_that_has_been_idle_for_three_years_adds_nothing():
    """Counted while less than a fifth of it is used, anew after a month of use; a firm without a plant is not idle."""
    assert firm(deciding(made=0.19, quiet=34.0), HANAU).started == near(begun(50.0, busy=0.19)) and begun(50.0, busy=0.19) > 0
    idle, woken = firm(deciding(made=0.19, quiet=35.0), HANAU), firm(deciding(made=0.21, quiet=35.0), HANAU)
    assert (idle.started, idle.quiet) == (0, 36) and (woken.started, woken.quiet) == (near(begun(50.0, busy=0.21)), 0)
    assert firm(deciding(made=0.0, capacity=0.0, quiet=35.0), HANAU).quiet == 0


def test_use_is_smoothed():
    """A quarter of the way from 0.5 to 0.9; more than all that stands is not used."""
    model = deciding()
    model.p.use_memory = 4.0
    put(model, HANAU, busy=0.5)
    for made, busy in ((0.9e6, 0.6), (2e6, 0.7)):
        model.output[MAGNET_STANDARD, row(model, HANAU)] = made
        firm(model, HANAU).invest()
        assert firm(model, HANAU).busy == near(busy)


def test_nothing_new_is_begun_where_only_known_projects_come():
    model = deciding()
    model.p.new_investment_scale = 0.0
    model.makers.do("invest")
    assert not model.started.any() and not model.circuit_started.any()


RICH = {"blend": [1.0, 0.05, 0.01], "recovery": [0.8, 0.5, 0.5], "circuit": [900.0, 0.0], "circuit_underway": 300.0}
"""A plant of a million whose feed gives 1.1e6/0.8*0.5*0.05 = 34 375 of Dy at full use, lines under way too, and circuits for 1200."""


def separating(**columns):
    """The refiner abroad decides on circuits for Dy, of which the price is expected to be 300 and 900 in a crisis."""
    model = deciding()
    put(model, KUANTAN, **RICH | columns)
    model.outlook.expected[OXIDE_DY], model.outlook.crisis[OXIDE_DY], model.market.volatility[OXIDE_DY] = 60.0, 100.0, 0.2
    model.p.discount, model.p.waiting_weight = 0.04, 0.25
    firm(model, KUANTAN).invest()
    return model


def widened(open_feed, busy=0.95):
    """E11.5 by hand: a hundredth of what the feed yields and circuits do not take; waiting is worth a quarter (Dixit and Pindyck: twice its cost at these figures)."""
    worth = (max(busy, 0.3) * margin(40.0) / annuity(0.1) - 200 * 1.2 * 0.92) / 200
    return 0.01 * normal((worth - 0.25) / 0.5) * open_feed


def test_circuits_are_begun_for_what_the_feed_yields_and_they_do_not_take():
    found = firm(separating(), KUANTAN).circuit_started
    assert found == near(widened(34375.0 - 1200.0)) and found > 100
    assert firm(separating(circuit=[34075.0, 0.0]), KUANTAN).circuit_started == 0


def test_circuits_come_for_terbium_too_after_their_lag():
    """Terbium as the plant's feed holds it: a fifth of its Dy."""
    model = separating()
    model.construction.secondary[:], dy, at = 0.0, firm(model, KUANTAN).circuit_started, row(model, KUANTAN)
    model.construction.begin()
    first, due = model.elapsed + round(model.p.lag_heavy), model.construction.secondary[:, :, at]
    assert due[0].sum() == near(dy) and due[1].sum() == near(dy / 5) and firm(model, KUANTAN).circuit_underway == near(300 + dy)
    assert np.flatnonzero(due[0]).tolist() == list(range(first, first + round(model.p.new_plant_yield_ramp)))


@pytest.mark.parametrize(("stage", "lag"), [("mine", "lag_mine"), ("refine", "lag_refine"), ("metal", "lag_magnet"), ("magnet", "lag_magnet")])
def test_what_is_begun_produces_after_its_lag_slowly_at_first_and_at_last(stage, lag):
    model = deciding()
    model.construction.due[:], model.p.new_plant_yield_ramp = 0.0, 12.0
    grams, at = firm(model, STAGES[stage]).started, row(model, STAGES[stage])
    model.construction.begin()
    due, first = model.construction.due[:, at], model.elapsed + round(getattr(model.p, lag))
    steps = due[first : first + 12]
    assert due.sum() == near(grams) and steps.sum() == near(grams) and grams > 1000 and firm(model, STAGES[stage]).underway == near(1e5 + grams)
    assert steps == near(steps[::-1]) and (np.diff(steps)[:5] > 0).all()


def test_nobody_in_china_builds_but_by_quota():
    """Though the same is on offer there."""
    model = deciding()
    assert [firm(model, name).started for name in CHINESE] == [0] * 4


def test_capital_is_cheaper_for_who_has_a_plant():
    """At the start, outside China, a producer's rate where a plant stands, a developer's where none does; what is a Chinese group's in China. No mood, no company of which finance.csv says more."""
    model = two_chains(scenario=still(cost_of_capital_producer=0.09, cost_of_capital_new=0.16, cost_of_capital_china=0.06, sentiment_range=0.0))
    assert firm(model, HANAU).cost_of_capital == 0.09 and firm(model, JL).cost_of_capital == 0.06
    told, stands = np.isnan(model.finance.asked), model.able > 0
    assert np.array_equal(model.cost_of_capital[told], np.where(model.abroad > 0, np.where(stands, 0.09, 0.16), 0.06)[told]) and set(model.cost_of_capital[told].tolist()) == {0.09, 0.16, 0.06}


# Projects


def test_a_plant_of_the_pipeline_is_built_in_the_run_of_its_world():
    """What is decided on of the shipped projects falls due month by month as the schedule says, and nothing is lost on the way."""
    model = TradeModel(Scenario.load("open_trade").with_parameters({"new_investment_scale": 0.0, "china_full_use": 1.0, "depletion_clay": 0.0}), seed=1)
    start, due = model.capacity.copy(), model.construction.due[:30].sum(axis=0)
    model.run_until("2026-06")
    built = np.setdiff1d(np.arange(model.count), np.r_[model.rows["parts"]])  # makers of parts follow their orders
    assert model.capacity[built] == pytest.approx((start + due)[built], rel=1e-9) and due.sum() > 0
