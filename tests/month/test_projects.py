"""begin: named projects are judged, decided on or dropped, and come up (E11.2 to E11.6)."""

import math

import numpy as np
import pytest
from hands import CREG, HANAU, KUANTAN, near, put, row, still, two_chains
from vocabulary import MAGNET_HIGH, MAGNET_STANDARD, METAL, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, SHIPPED
from worlds import firm

from model import Scenario, TradeModel
from model.names import month_index
from model.outlook import Prospect
from model.projects import NEVER, STATES, WINDOW, Projects, last_known, slip, undecided
from model.world import Project, World

VERBS = ("begin",)
KNOWN = month_index(SHIPPED.said.history_end)
RATES = {"decision_idea": 0.02, "decision_feasibility": 0.04, "decision_financed": 0.06, "cancel_rate": 0.01, "project_spread": 0.5, "new_investment_scale": 1.0}
IDEA, FEASIBILITY, FINANCED, CONSTRUCTION, RAMP, OPERATING, CANCELLED = range(len(STATES))


def line(name="plant", part=None, at=0, good=MAGNET_STANDARD, grams=1200.0, state="feasibility", **said):
    """A project in a state, of so many grams a month, that takes ten months to build; nothing stated of its capital, its income as judged."""
    usual = {"start": KNOWN + 11, "lead_months": 10.0, "probability": 0.5, "decision": KNOWN, "capex": math.nan, "state_money": 0.0, "term": 0.0, "main": True}
    return Project(name=name, part=part or name, row=at, good=good, grams=grams, state=state, **usual | said)


def planned(*lines, known=KNOWN, **parameters):
    """Two chains, and projects of which everything is open after history."""
    model = two_chains(scenario=still(**RATES | {"project_delay": 0.0, "ramp_steepness": 0.0, "new_plant_yield_ramp": 12.0} | parameters))
    model.construction.projects = Projects(model, [each._replace(row=each.row or row(model, HANAU)) for each in lines], known)
    return model, model.construction.projects


def valued(projects, value, threshold=0.0):
    """Judged once and for all."""
    projects.judge = lambda: None  # not anew
    projects.value[:], projects.threshold[:] = value, threshold


def months(model, count):
    """So many months of decisions after history."""
    for _ in range(count):
        model.now += 1
        model.construction.projects.month()


def normal(value):
    """The standard normal distribution."""
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))


# When it is decided on


@pytest.mark.parametrize(("state", "most"), [("idea", 0.02), ("feasibility", 0.04), ("financed", 0.06)])
def test_a_project_is_decided_on_when_its_hazards_exceed_its_patience(state, most):
    """Each month adds f0*Phi((value - waiting)/s) = f0*Phi(1); its patience is -ln(1 - U), U of the site."""
    model, projects = planned(*(line(f"plant {number}", state=state) for number in range(40)), cancel_rate=0.0)
    valued(projects, 0.8, 0.3)
    model.now = KNOWN
    patience = [-math.log(1 - float(model.chance.uniform("decide", 0, model.key_of(name)))) for name in projects.name]
    assert projects.patience == near(patience)
    months(model, 30)
    due = [KNOWN + math.ceil(each / (most * normal(1.0))) for each in patience]
    assert [found if found != NEVER else None for found in projects.decided] == [month if month <= KNOWN + 30 else None for month in due]
    assert 5 < (projects.decided != NEVER).sum() < 40


def test_a_project_is_dropped_when_its_doubts_exceed_its_nerve_whether_or_not_it_is_under_construction():
    """Each month adds k*Phi(-value/s): a worthless one may be dropped, also when it is being built."""
    lines = [line(f"plant {number}") for number in range(60)]
    model, projects = planned(*lines, cancel_rate=0.02, decision_feasibility=0.0)
    valued(projects, -0.5)
    projects.state[:30] = CONSTRUCTION
    projects.opens[:30], projects.starts[:30], model.now = KNOWN + 50, KNOWN + 50.0, KNOWN
    months(model, 40)
    nerve = [-math.log(1 - float(model.chance.uniform("cancel", 0, model.key_of(name)))) for name in projects.name]
    due = [KNOWN + math.ceil(each / (0.02 * normal(1.0))) for each in nerve]
    assert [found if found != NEVER else None for found in projects.dropped] == [month if month <= KNOWN + 40 else None for month in due]
    built = projects.dropped[:30] != NEVER
    assert 5 < built.sum() < 30 and ((projects.state == CANCELLED) == (projects.dropped != NEVER)).all()


def test_nobody_decides_before_its_date_nor_doubts_what_is_not_yet_open():
    model, projects = planned(line("early"), line("late", decision=KNOWN + 20), decision_feasibility=1.0, cancel_rate=0.0)
    valued(projects, 9.0)
    projects.patience[:], model.now = 0.5, KNOWN
    months(model, 30)
    assert dict(zip(projects.name, projects.decided.tolist(), strict=True)) == {"early": KNOWN + 1, "late": KNOWN + 20}


def test_nothing_is_decided_on_nor_dropped_where_only_known_projects_come():
    model, projects = planned(*(line(f"plant {number}") for number in range(20)), new_investment_scale=0.0)
    valued(projects, -1.0)
    model.now = KNOWN
    months(model, 100)
    assert (projects.state == FEASIBILITY).all() and not projects.hope.any() and not projects.doubt.any()


def test_what_is_worth_nothing_more_is_dropped_before_it_is_decided_on():
    """Both fall due in one month."""
    model, projects = planned(line(), decision_feasibility=1.0, cancel_rate=1.0)
    valued(projects, 0.0)
    projects.patience[:] = projects.nerve[:] = 0.4
    model.now = KNOWN
    months(model, 1)
    assert projects.state[0] == CANCELLED and projects.decided[0] == NEVER


# What follows a decision


def test_a_plant_decided_on_opens_after_its_lead_time_and_comes_up_over_the_ramp():
    model, projects = planned(line(), decision_feasibility=1.0, cancel_rate=0.0)
    valued(projects, 9.0)
    projects.patience[:], model.now, at = 0.5, KNOWN, row(model, HANAU)
    due, before = model.construction.due[:, at].copy(), firm(model, HANAU).underway
    months(model, 1)
    assert model.construction.due[:, at] - due == near(np.where((np.arange(len(due)) >= KNOWN + 12) & (np.arange(len(due)) < KNOWN + 24), 100.0, 0.0))
    assert firm(model, HANAU).underway == near(before + 1200) and (projects.opens[0], projects.full[0]) == (KNOWN + 12, KNOWN + 24)
    months(model, 10)
    assert projects.state[0] == CONSTRUCTION
    months(model, 1)
    assert projects.state[0] == RAMP
    months(model, 12)
    assert projects.state[0] == OPERATING


@pytest.mark.parametrize("steepness", [0.0, 6.0])
def test_what_is_broken_off_never_comes(steepness):
    """Lines and circuits, what is due and what is under way: back to the gram."""
    lines = [line(at=2, good=good, grams=grams, main=good == OXIDE_NDPR) for good, grams in ((OXIDE_NDPR, 1200.0), (OXIDE_DY, 130.0), (OXIDE_TB, 17.0))]
    model, projects = planned(*lines, decision_feasibility=1.0, ramp_steepness=steepness)
    projects.row[:], projects.process[:] = row(model, KUANTAN), "refine"
    valued(projects, 9.0)
    projects.patience[:], model.now, at, build = 0.5, KNOWN, row(model, KUANTAN), model.construction
    kept = build.due[:, at].copy(), build.secondary[:, :, at].copy(), firm(model, KUANTAN).underway, firm(model, KUANTAN).circuit_underway
    months(model, 1)
    found = (build.due[:, at] - kept[0]).sum(), (build.secondary[:, :, at] - kept[1]).sum(axis=1), firm(model, KUANTAN).underway - kept[2], firm(model, KUANTAN).circuit_underway - kept[3]
    assert found[0] == near(1200) and found[1] == near([130, 17]) and found[2:] == near((1200, 130))
    projects.nerve[:] = 0.0
    months(model, 1)
    assert projects.state[0] == CANCELLED and (projects.opens[0], projects.full[0]) == (NEVER, NEVER)
    assert build.due[:, at] == near(kept[0], grams=1e-9) and build.secondary[:, :, at] == near(kept[1], grams=1e-9)
    assert (firm(model, KUANTAN).underway, firm(model, KUANTAN).circuit_underway) == near(kept[2:], grams=1e-9)


def test_a_plant_that_has_opened_is_not_broken_off():
    """Its first tonnes come in the month in which its nerve fails."""
    model, projects = planned(line(), decision_feasibility=1.0, cancel_rate=0.0)
    valued(projects, 9.0)
    projects.patience[:], model.now = 0.5, KNOWN
    months(model, 11)
    projects.nerve[:] = 0.0
    months(model, 1)
    assert projects.state[0] == RAMP and model.construction.due[:, row(model, HANAU)].sum() == near(1200)


# Luck


def test_phases_of_a_site_share_their_luck():
    _, projects = planned(line("mill", "mill (1)"), line("mill", "mill (2)", grams=100.0), line("other"), project_delay=0.25)
    luck = np.array([projects.patience, projects.nerve, projects.slip]).T
    assert projects.name == ["mill (1)", "mill (2)", "other"] and luck[0].tolist() == luck[1].tolist() and (luck[0] != luck[2]).all()


def test_parts_of_one_project_are_one():
    """A line of a plant and its circuits, which are decided on together."""
    _, projects = planned(line(good=OXIDE_NDPR), line(good=OXIDE_DY, grams=60.0, main=False))
    assert projects.count == 1 and projects.grams.tolist() == [1200] and projects.circuits[:, 0].tolist() == [60, 0]


@pytest.mark.parametrize(("together", "correlation"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_projects_of_a_country_share_part_of_their_delays(together, correlation):
    """Over 300 seeds, two projects in Germany and one in Malaysia; a slip is the size of a normal number."""
    model, _ = planned(line("one"), line("two"), line("three", at=1), delay_correlation=together)
    keys = np.array([model.key_of(name) for name in ("one", "two", "three")], np.uint64)
    land = np.array([model.key_of(country) for country in ("DEU", "DEU", "MYS")], np.uint64)
    drawn = []
    for seed in range(300):
        model.chance.seed = seed
        model.chance.streams.clear()
        drawn.append(slip(model, keys, land))
    one, two, three = np.array(drawn).T ** 2  # squares of correlated normal numbers correlate by the square of it
    assert np.corrcoef(one, two)[0, 1] == pytest.approx(correlation**2, abs=0.2) and abs(np.corrcoef(one, three)[0, 1]) < 0.2
    assert np.mean([one, two, three]) == pytest.approx(1.0, abs=0.15) and (drawn[0] >= 0).all()


def test_luck_does_not_depend_on_the_place_in_the_table_nor_on_other_rows():
    names = [f"plant {number}" for number in range(9)]

    def luck(chosen):
        _, projects = planned(*(line(name, state="idea") for name in chosen), project_delay=0.25)
        return dict(zip(projects.name, zip(projects.patience, projects.nerve, projects.slip, strict=True), strict=True))

    whole, turned, few = luck(names), luck(names[::-1]), luck(names[3:5])
    assert whole == turned and few == {name: whole[name] for name in names[3:5]} and len(set(whole.values())) == 9


# What it is worth


def judged(price=60.0, volatility=0.2, floor=(0.0, 0.0), term=0.0, use=0.8, money=0.0, belief=0.05, capital=0.1, capex=math.nan, **parameters):
    """A project of a thousand tonnes of magnets a year as a developer at this cost of capital judges it; making costs 40 USD/kg."""
    worth = {"capex_magnet": 100.0, "overrun": 0.2, "plant_life": 20.0, "discount": 0.04, "waiting_weight": 0.5, "floored_use": 0.9, "state_support": 0.25, "support_slope": 0.4}
    model, projects = planned(line(term=term, state_money=money, capex=capex, grams=1e9 / 12), **worth | {"belief_background": 0.05} | parameters)
    projects.main[:] = 1e6  # kg a year
    usual = 1e8 if math.isnan(capex) else min(max(capex * 1e6, 0.5e8), 2e8)
    projects.capex[:] = usual
    put(model, HANAU, belief=belief, cost_of_capital=capital, expects=price, fears=price, pays=40.0, toll=0.0, floor=floor[0], floored=floor[1])
    model.outlook.prospects = {name: Prospect(MAGNET_HIGH, 100.0, use, 0.0) for name in ("mine", "refine", "metal", "magnet")}
    model.market.volatility[:] = volatility
    model.outlook.prospects["magnet"] = model.outlook.prospect(model.chain.by_name["magnet"], use)
    firm(model, HANAU).invest()
    projects.judge()
    return projects


def annuity(rate):
    return rate / (1 - (1 + rate) ** -20)


def test_a_project_is_worth_its_income_at_the_use_it_expects_less_its_capital():
    """A million kg at 20 over cost and eight tenths in use, for 100 million and a fifth more; waiting is worth half of once the cost."""
    projects = judged()
    assert projects.bare[0] == near((0.8 * 20e6 / annuity(0.1) - 1.2e8) / 1e8) and projects.threshold[0] == near(0.5)
    assert projects.value[0] == projects.bare[0]


def test_what_it_counts_on_beside_prices_is_income_too():
    projects = judged(term=0.05)
    assert projects.gain[0] == near(0.8 / annuity(0.1)) and projects.value[0] == near(projects.bare[0] + 0.05 * 0.8 / annuity(0.1))


def test_a_state_that_has_promised_money_bears_its_part():
    """A quarter, and four tenths of the fear above the usual."""
    value = 0.8 * 20e6 / annuity(0.1)
    assert judged(money=1.0).bare[0] == near((value - 1.2e8 * 0.75) / 1e8)
    assert judged(money=1.0, belief=0.3).bare[0] == near((value - 1.2e8 * 0.65) / 1e8)


def test_a_floor_above_the_price_is_worth_something_and_shortens_waiting():
    """Half of the output at 80 instead of 60; use of nine tenths is reckoned with; half of the value of waiting is left."""
    floored, free, low = judged(floor=(80.0, 0.5)), judged(), judged(floor=(50.0, 0.5))
    assert floored.bare[0] == near((0.9 * 30e6 / annuity(0.1) - 1.2e8) / 1e8) and floored.threshold[0] == near(0.25)
    assert floored.bare[0] > low.bare[0] > free.bare[0] and low.threshold[0] < free.threshold[0]  # one below it brings use, and security


@pytest.mark.parametrize(
    ("better", "worse"),
    [({"price": 66.0}, {"price": 60.0}), ({"capital": 0.08}, {"capital": 0.12}), ({"overrun": 0.1}, {"overrun": 0.4}), ({"volatility": 0.1}, {"volatility": 0.4}), ({"use": 0.9}, {"use": 0.5})],
    ids=lambda given: next(iter(given)),
)
def test_a_better_world_is_decided_in_sooner_with_the_same_luck(better, worse):
    """Never later, and for some sooner: hazards are higher."""
    found = []
    for given in (better, worse):
        projects = judged(**given)
        hazard = 0.04 * normal((projects.value[0] - projects.threshold[0]) / 0.5)
        found.append((hazard, math.ceil(projects.patience[0] / hazard)))
    assert found[0][0] > 1.01 * found[1][0] and found[0][1] < found[1][1]


def test_capital_is_that_of_the_table_within_bounds_of_its_kind():
    """Magnets for 100 USD per kg a year: 1.2 t a year cost 120 000 USD; a table may say from half to twice as much. Circuits count with lines."""
    usual = projects_tonnes() / 1e6
    for stated, wanted in ((math.nan, 1.0), (0.9, 0.9), (0.3, 0.5), (9.0, 2.0)):
        _, projects = planned(line(capex=stated * usual), capex_magnet=100.0, capex_least=0.5, capex_most=2.0)
        assert projects.capex[0] / (100.0 * projects.main[0]) == near(wanted)


def test_what_its_kind_costs_bounds_nothing_where_its_kind_costs_nothing():
    _, projects = planned(line(capex=3.0), capex_magnet=1.0)
    assert projects.capex[0] == near(2.0 * projects.main[0])
    model = two_chains(scenario=still(capex_metal=0.0))
    metal = line(at=firm(model, "Less Common Metals (Ellesmere Port)").row, good=METAL, capex=3.0)
    assert Projects(model, [metal], KNOWN).capex.tolist() == [3e6]


def projects_tonnes():
    """USD that the usual project of these tests costs at 100 per kg a year."""
    _, projects = planned(line(), capex_magnet=100.0)
    return 100.0 * float(projects.main[0])


def test_income_from_secondary_products_counts():
    """A plant's Dy at the price expected, of which six tenths are left after separating it."""
    model, projects = planned(line(at=2, good=OXIDE_NDPR), line(at=2, good=OXIDE_DY, grams=60.0, main=False), secondary_margin=0.6, capex_light=100.0, capex_heavy=900.0)
    projects.row[:], projects.process[:] = row(model, KUANTAN), "refine"
    model.outlook.prospects = {name: Prospect(OXIDE_NDPR, 100.0, 0.8, 0.0) for name in ("mine", "refine", "metal", "magnet")}
    model.outlook.expected[OXIDE_DY] = 300.0
    put(model, KUANTAN, outlook_margin=0.0, cost_of_capital=0.1, belief=0.05)
    projects.capex[:] = 1e3
    projects.judge()
    kilos = 60.0 * 12 / 1e3 / model.measures.content_of_good[OXIDE_DY]
    assert projects.bare[0] == near((0.8 * kilos * 300 * 0.6 / (0.1 / (1 - 1.1**-20)) - 1e3 * (1 + model.p.overrun)) / 1e3)


# Which are open


def test_what_is_decided_on_is_known_and_so_is_what_no_investor_judges():
    model, _ = planned()
    abroad, chinese, recycler = row(model, HANAU), row(model, CREG), model.rows["recycle"].start
    lines = [
        line("built", at=abroad, state="construction", decision=KNOWN), line("to come", at=abroad, state="construction", decision=KNOWN + 1), line("idea", at=abroad, state="idea"),
        line("in China", at=chinese, good=OXIDE_NDPR), line("recycler", at=recycler, good=OXIDE_NDPR),
    ]  # fmt: skip
    known, still_open = undecided(model, lines, KNOWN)
    assert [each.name for each in known] == ["built", "in China", "recycler"]
    assert {each.name: each.state for each in still_open} == {"to come": "financed", "idea": "idea"}


def test_where_nothing_is_ever_restricted_decisions_after_the_first_control_are_open_and_a_step_back():
    """Known is what was decided on before April 2025; no state has promised money. Under the truce it is what was decided on in history."""
    free, truce = (TradeModel(Scenario.load(name)) for name in ("open_trade", "truce_holds"))
    control = month_index(SHIPPED.said.observed.control)
    assert (last_known(free), last_known(truce)) == (control - 1, KNOWN) and (free.construction.projects.borne == 0).all() and truce.construction.projects.borne.any()
    part = {(each.part, model.firms.agents[each.row].name): each for model in (free,) for each in SHIPPED.projects if each.main or each.good in model.chain.secondary}
    named = {model: {(name, model.firms.agents[at].name): (state, opening) for name, at, state, opening in zip(projects.name, projects.row, projects.began, projects.opening, strict=True)}
             for model, projects in ((free, free.construction.projects), (truce, truce.construction.projects))}
    assert named[truce].keys() < named[free].keys()
    for name, (state, opening) in named[free].items():
        said = part[name]
        told = FINANCED if said.state in STATES[3:6] else STATES.index(said.state)
        assert state == max(told - 1, IDEA) and opening >= control and (said.state not in STATES[3:6] or said.decision >= control)
        assert name not in named[truce] or named[truce][name] == (told, max(said.decision, KNOWN + 1))


# Terms that were not fitted


def test_what_has_no_term_of_its_own_takes_the_mean_of_those_of_its_state():
    """0.1 and 0.3 of two whose feasibility is looked into: 0.2 for a third. No idea has one: it needs half of the largest hazard over the 59 months left of 60 to be decided on with a chance of a half, as one that just pays has."""
    given = [("one", "feasibility", 0.1), ("two", "feasibility", 0.3), ("three", "feasibility", math.nan), ("four", "financed", -0.4), ("five", "financed", math.nan), ("six", "idea", math.nan)]
    _, projects = planned(*(line(name, state=state, term=term) for name, state, term in given), decision_idea=math.log(2) / 59 / 0.5)
    found = dict(zip(projects.name, projects.term, strict=True))
    assert found == {"one": 0.1, "two": 0.3, "three": near(0.2), "four": -0.4, "five": -0.4, "six": near(0.0, grams=1e-9)}


def test_reopened_projects_take_the_mean_of_the_state_of_their_table_though_all_stand_a_state_back():
    """What was decided on since the crisis counts as financed, and where none comes it is looked into again."""
    model, _ = planned()
    lines = [line("built", at=row(model, HANAU), state="construction", decision=KNOWN, term=math.nan), line("financed", at=row(model, HANAU), state="financed", term=0.06), line("looked into", at=row(model, HANAU), term=0.9)]
    known, still_open = undecided(model, lines, KNOWN - 1)
    projects = Projects(model, still_open, KNOWN - 1)
    states = dict(zip(projects.name, zip(projects.began, projects.term, strict=True), strict=True))
    assert not known and states == {"built": (FEASIBILITY, near(0.06)), "financed": (FEASIBILITY, 0.06), "looked into": (IDEA, 0.9)}


@pytest.mark.slow
def test_reopened_projects_of_the_shipped_world_are_decided_on_by_the_terms_of_their_state():
    """Of those that open trade opens again some are decided on by 2030: more with a term larger by one, none with one so much smaller."""
    shares = []
    for more in (-1.0, 0.0, 1.0):
        model = TradeModel(Scenario.load("open_trade"), seed=1)
        projects, table = model.construction.projects, {(each.part, each.row): each for each in reversed(SHIPPED.projects)}
        given = np.array([table[key].term for key in zip(projects.name, projects.row.tolist(), strict=True)])
        again = np.isnan(given)
        for state in np.unique(projects.table_state[again]):
            mine = projects.table_state == state
            assert projects.term[mine & again] == near(np.full((mine & again).sum(), np.nanmean(given[mine])))
        projects.term[again] += more
        model.run_until("2030-12")
        shares.append((projects.decided[again] != NEVER).mean())
    print(f"reopened: {again.sum()}, decided on {shares}")
    assert 0.0 == shares[0] < shares[1] < shares[2]


# Worlds without fitted terms


def test_a_plant_that_is_full_and_just_pays_is_decided_on_about_as_often_as_its_table_says():
    """Of 1000 projects with a chance of 0.4 within the window; nothing but what they count on beside prices has a value."""
    model, projects = planned(*(line(f"plant {number}", probability=0.4, term=math.nan, decision=KNOWN + 1) for number in range(1000)), cancel_rate=0.0)
    valued(projects, model.p.expansion_use / annuity(1e-9 + model.cost_of_capital[projects.row[0]]) * projects.term)
    model.now = KNOWN
    months(model, WINDOW)
    assert (projects.decided != NEVER).mean() == pytest.approx(0.4, abs=0.04)


@pytest.mark.parametrize("name", ["gallium", "germanium"])
def test_worlds_without_fitted_terms_have_them_from_the_closed_form(name):
    world = World.load(name)
    model = TradeModel(Scenario.names(world)[0], world=name)
    projects = model.construction.projects
    assert projects.count > 0 and np.isfinite(projects.term).all() and np.isnan([each.term for each in model.facts.projects]).all()
    for _ in range(6):
        model.step()
    assert np.isfinite(projects.value).all() and not any(model.ledger.imbalance().values())
