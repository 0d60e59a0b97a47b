"""What makes building sooner or later, cheaper or dearer: faster permits and bans on technology, by hand and with their signs."""

import math

import numpy as np
import pandas as pd
import pytest
from hands import HANAU, KUANTAN, month, near, put, row, still, two_chains
from vocabulary import MAGNET_HIGH, MAGNET_STANDARD, SHIPPED
from worlds import CHINESE, equal, firm

from model import FasterPermitting, InputError, Scenario, TechnologyBan, TradeModel
from model.names import CHINA
from model.outlook import Prospect
from model.projects import NEVER, Projects
from model.start.technology import check_technology
from model.world import Project

TABLE = SHIPPED.tables["technology"]


def permits(**said):
    """Germany halves the time to build magnet plants."""
    return FasterPermitting(**{"date": "2024-01", "name": "permits", "country": "DEU", "stage": "magnet", "lead_factor": 0.5} | said)


def ban(**said):
    """China's technology makes plants that rest on it half as long again to build and a fifth dearer."""
    return TechnologyBan(**{"date": "2024-01", "name": "ban", "origin": CHINA, "lead_factor": 1.5, "capex_factor": 1.2} | said)


def world(*events, technology=0.0, **parameters):
    """Two chains whose plants abroad rest on Chinese technology to this share; a maker of magnets in Germany has a project."""
    chosen = still(**{"project_delay": 0.0, "ramp_steepness": 0.0, "new_plant_yield_ramp": 12.0, "decision_feasibility": 1.0, "new_investment_scale": 1.0, "cancel_rate": 0.0, "capex_magnet": 100.0} | parameters)
    model = two_chains(*events, scenario=chosen)
    model.chinese_technology[:] = technology * model.abroad
    at = row(model, HANAU)
    plant = Project("plant", "plant", at, 20, 10.0, 0.5, 1200.0, MAGNET_STANDARD, True, "financed", 0, math.nan, 0.0, 0.0)
    model.construction.projects = Projects(model, [plant], -1)
    model.construction.projects.patience[:] = 0.5  # one step back from financed, where no crisis is known of: feasibility
    return model


def decided(model, months=1, date=0):
    """The project, worth more than its threshold, after so many months."""
    projects = model.construction.projects
    projects.judge = lambda: None
    projects.value[:], projects.threshold[:], projects.date[:] = 9.0, 0.0, date
    for _ in range(months):
        model.step()
    return projects


def opening(*events, **said):
    """Months from the decision to first output."""
    projects = decided(world(*events, **said))
    return float(projects.starts[0]) - (projects.decided[0] + 1)


# ---------------------------------------------------------------------- months
def test_permits_cut_the_months_from_the_decision_to_first_output():
    """Ten months; half of them; a half of a half where two states of the same union do so."""
    assert opening() == near(10) and opening(permits()) == near(5)
    assert opening(permits(), permits(name="union", country="EU27", stage="*")) == near(2.5)


def test_permits_elsewhere_for_other_stages_or_in_other_months_do_nothing():
    for said in ({"country": "USA"}, {"stage": "mine"}, {"date": "2024-03"}):
        assert opening(permits(**said)) == near(10)


def test_what_is_decided_on_while_they_stand_keeps_its_months_when_they_end():
    model = world(permits(until="2024-02"))
    projects = decided(model, months=3)
    assert projects.decided[0] == 0 and projects.starts[0] == near(6)


def test_a_ban_delays_by_the_share_of_technology_that_is_the_states():
    """Half as long again for a plant that rests on it wholly, a quarter for one that does by half."""
    assert opening(ban(), technology=1.0) == near(15) and opening(ban(), technology=0.5) == near(12.5) and opening(ban()) == near(10)
    assert opening(ban(), permits(), technology=1.0) == near(7.5)


def test_a_ban_that_is_lifted_gives_back_what_it_took():
    """The 15 months of the table were 10 without."""
    assert opening(ban(lifted=True), technology=1.0) == near(10 / 1.5)
    assert opening(ban(lifted=True), ban(name="again"), technology=0.5) == near(10)


def test_lines_and_circuits_come_sooner_or_later_too():
    """A thousand grams of lines begun in the month, at a lag of 30 months: after 15, or after 45."""
    for events, technology, first in (((permits(stage="*"),), 0.0, 15), ((ban(),), 1.0, 45), ((), 0.0, 30)):
        model = world(*events, technology=technology, lag_magnet=30.0)
        model.step()
        model.construction.due[:] = 0.0
        at = row(model, HANAU)
        model.started[:] = 0.0
        model.started[at] = 1000.0
        model.construction.projects.state[:] = 6
        model.construction.begin()
        assert np.flatnonzero(model.construction.due[:, at])[0] == first and model.construction.due[:, at].sum() == near(1000)
    model = world(ban(), technology=1.0, lag_heavy=20.0)
    model.step()
    model.construction.secondary[:], model.circuit_started[:] = 0.0, 0.0
    model.circuit_started[row(model, KUANTAN)] = 100.0
    model.construction.begin()
    assert np.flatnonzero(model.construction.secondary[0, :, row(model, KUANTAN)])[0] == 30


# ---------------------------------------------------------------------- the wait before the decision
def test_permits_bring_the_month_nearer_in_which_a_project_may_be_decided_on():
    """Twelve months to wait. Half of the wait is for permits, and these take half: three quarters, the tenth month (counted from 0, nine have been waited)."""
    assert decided(world(permits_before=0.5), 14, date=12).decided[0] == 12
    assert decided(world(permits(), permits_before=0.5), 14, date=12).decided[0] == 9
    assert decided(world(permits(), permits_before=0.0), 14, date=12).decided[0] == 12
    assert decided(world(permits(lead_factor=0.0), permits_before=1.0), 14, date=12).decided[0] == 0


def test_shorter_is_never_later():
    found = [decided(world(*([permits(lead_factor=left)] if left < 1 else [])), 14, date=12) for left in (1.0, 0.8, 0.5, 0.2)]
    opens = [float(each.starts[0]) for each in found]
    assert all(each.decided[0] != NEVER for each in found) and opens == sorted(opens, reverse=True) and len(set(opens)) == 4


# ---------------------------------------------------------------------- capital
def judged(*events, technology=1.0, term=0.0):
    """A million kg a year at 20 over cost, eight tenths in use, for 100 million USD."""
    model = world(*events, technology=technology, overrun=0.2, plant_life=20.0, belief_background=0.0, support_slope=0.0)
    model.step()
    projects = model.construction.projects
    projects.main[:], projects.capex[:], projects.term[:] = 1e6, 1e8, term
    put(model, HANAU, belief=0.0, cost_of_capital=0.1, outlook_margin=20.0, floored=0.0)
    model.outlook.prospects = {name: Prospect(MAGNET_HIGH, 100.0, 0.8, 0.0) for name in ("mine", "refine", "metal", "magnet")}
    projects.judge()
    return projects


def test_a_ban_makes_plants_dearer_and_they_are_worth_less_for_it():
    """16 million USD a year for 100 million and a fifth more, or for 120; what they count on beside prices stays as many dollars."""
    rent = 0.1 / (1 - 1.1**-20)
    free, banned = judged(term=0.05), judged(ban(), term=0.05)
    assert free.bare[0] == near(16 / rent / 100 - 1.2) and banned.bare[0] == near(16 / rent / 120 - 1.2)
    assert free.gain[0] == near(0.8 / rent) and banned.value[0] == near(banned.bare[0] + 0.05 * 0.8 / rent / 1.2)
    assert judged(ban(), technology=0.0).value[0] == judged(technology=0.0).value[0] and judged(ban(lifted=True)).value[0] > free.bare[0]


def test_what_is_decided_on_costs_its_company_so_much_more():
    spent = [float(decided(world(*events, technology=1.0)).spent[0]) for events in ((), (ban(),))]
    assert spent[1] == near(1.2 * spent[0]) and spent[0] > 0


def test_plants_without_chinese_technology_are_built_as_if_there_were_no_ban():
    """The same bits of every result where nobody rests on it; in China nobody is hindered."""
    models = [world(*events).run_until("2025-12") for events in ((), (ban(),))]
    assert equal(*models)
    model = world(ban(), technology=1.0).run_until("2024-01")
    at_home = [row(model, name) for name in CHINESE]
    assert (model.levers.months_to_build[at_home] == 1.0).all() and model.levers.months_to_build[row(model, HANAU)] == 1.5


# ---------------------------------------------------------------------- what they leave alone, what is refused
def test_instruments_of_no_strength_change_nothing():
    models = [world(*events, technology=1.0).run_until("2025-12") for events in ((), (permits(lead_factor=1.0), ban(lead_factor=1.0, capex_factor=1.0)))]
    assert equal(*models)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (permits(lead_factor=1.0), "leaves all as it is"),
        (permits(country="NGA", stage="magnet"), "is for nobody; NGA has no plant of stage magnet"),
        (ban(lead_factor=1.0, capex_factor=1.0), "changes nothing with both factors at 1"),
        (ban(origin="JPN"), "hinders nobody; no table tells who rests on technology of JPN"),
    ],
)
def test_what_can_never_do_anything_says_why(made, words):
    model = world(technology=0.5)
    assert words in made.idle(model.levers)
    assert permits().idle(model.levers) is None and ban().idle(model.levers) is None


@pytest.mark.parametrize("said", [{"lead_factor": 0.5}, {"capex_factor": 0.9}, {"lead_factor": 6.0}])
def test_a_ban_never_helps_by_its_factors(said):
    with pytest.raises(InputError) as error:
        ban(**said)
    assert next(iter(said)) in str(error.value) and "\n" not in str(error.value)


def test_only_makers_outside_china_have_a_row_of_technology():
    for entity, words in (("Atlantis", "no firm, sector@country or holder@country is called"), (CHINESE[-1], "is in China, where its technology is at home")):
        with pytest.raises(InputError) as error:
            check_technology({"technology": pd.DataFrame({"entity": [entity]}, index=[2])}, SHIPPED.entities)
        assert str(error.value).startswith("technology.csv row 2, column entity: ") and words in str(error.value)


def test_plants_without_a_row_have_the_usual_share_and_users_and_china_none():
    model = TradeModel(Scenario.load("balanced").with_parameters({"chinese_technology": 0.3}), seed=1)
    named = dict(zip(TABLE["entity"], TABLE["chinese_technology"], strict=True))
    for agent in model.firms.agents:
        usual = named.get(agent.name, 0.3) if agent.stage and agent.country != CHINA else 0.0
        assert model.chinese_technology[agent.row] == usual


# ---------------------------------------------------------------------- the world
@pytest.mark.slow
def test_in_the_world_a_ban_delays_those_that_rest_on_it_and_permits_hasten():
    """Every other plant rests on no Chinese technology. Of projects decided on in both futures in the same month, those with a share of Chinese technology open later under a ban, those without in the same month; under faster permits none opens later."""
    given, found = Scenario.load("truce_holds"), []
    for events in ((), (ban(date="2026-07"),), (permits(date="2026-07", country="USA", stage="*"),)):
        model = TradeModel(given.with_events((*given.events, *events)), seed=1)
        model.chinese_technology[::2] = 0.0
        model.run_until("2032-12")
        found.append((model.construction.projects, model))
    (free, model), (banned, _), (fast, _) = found
    share, american = model.chinese_technology[free.row], model.in_countries(["USA"])[free.row]
    alike = (free.decided == banned.decided) & (free.decided != NEVER)
    assert (alike & (share > 0)).any() and (alike & (share == 0)).any()
    assert (banned.starts > free.starts)[alike & (share > 0)].all() and (banned.starts == free.starts)[alike & (share == 0)].all()
    both = american & (free.decided != NEVER) & (fast.decided != NEVER)
    assert both.any() and (fast.starts < free.starts)[both].all()


def test_a_month_with_both_is_whole():
    """Books and bounds of a month in which a plant is begun under both."""
    model = month(world(ban(), permits(), technology=0.5))
    assert not any(model.ledger.imbalance().values()) and firm(model, HANAU).cost_to_build == near(1.1)
