"""observe, decide and enact of reactive states: tension, what each choice is worth, and which is taken (E0, G1 to G4)."""

from types import SimpleNamespace

import numpy as np
import pytest
from hands import in_china, near, put, still, two_chains
from vocabulary import GAME, GOODS, MAGNETS, OCT, RUNGS
from worlds import EU_CARS, US_CARS, US_DEFENCE, USERS, levers_of, relation

from model import parameters
from model.policies.doctrines import affairs, ladders, strategic
from model.policies.doctrines.ladders import Duties, Licences
from model.policies.doctrines.stakes import expected_losses, mean_belief
from model.policies.doctrines.strategic import TALKS, StrategicExporter, StrategicImporter, View

VERBS = ("observe", "decide", "enact")
NOTHING = dict.fromkeys(parameters.defaults(), 0.0) | {"full_leverage_loss": 1.0, "inertia_power": 0.5, "us_single": 0.5}
LADDER = np.array([0.0, 0.2, 0.4, 0.7, 1.0])
"""Announced severity by rung; as much of exports as it leaves over gets through."""
PLAYED = GAME._replace(severity=LADDER, throughput=1.0 - LADDER)


@pytest.fixture(autouse=True)
def ladder(monkeypatch):
    for module in (affairs, ladders, strategic):
        monkeypatch.setattr(module, "game_of", lambda world: PLAYED)


def only(**weights):
    """Parameters that are nought but for those given."""
    return SimpleNamespace(**NOTHING | weights)


def seen(**changed):
    """A calm month: nothing fought over, nothing lost."""
    calm = {"tension": 0.0, "due": True, "expiry": False, "losses": np.zeros((5, 4)), "belief": 1.0, "rung": 0, "answer": 1, "game": PLAYED}
    return View(**calm | changed)


def china(at=0, weights=None, **facts):
    """What each rung is worth to a China that stands on rung `at`."""
    player = StrategicExporter("CHN", Licences("CHN", PLAYED))
    player.choice = at
    return player.payoffs(only(**weights or {}), seen(**facts)).tolist()


def usa(at=0, weights=None, **facts):
    player = StrategicImporter("USA", Duties("USA", PLAYED))
    player.choice = at
    return player.payoffs(only(**weights or {}), seen(**facts)).tolist()


# China, G2


def test_leverage_is_worth_tension_times_the_weighted_losses_of_others():
    losses = np.outer([0, 1, 2, 3, 4], [0.1, 0.0, 0.0, 0.2])
    weights = {"leverage_weight": 2.0, "leverage_usa": 0.5, "leverage_row": 0.1, "full_leverage_loss": 0.5}
    assert china(weights=weights, losses=losses, tension=0.6) == near(np.arange(5) * 2 * 0.6 * (0.5 * 0.1 + 0.1 * 0.2) / 0.5)


def test_exports_stopped_are_lost():
    assert china(weights={"export_loss_weight": 0.8}) == near(-0.8 * LADDER)


def test_a_surprise_makes_others_diversify_and_what_is_expected_does_not():
    assert china(weights={"diversification_weight": 1.5}, belief=0.3) == near([0, 0, -1.5 * 0.1, -1.5 * 0.4, -1.5 * 0.7])


def test_harm_to_third_countries_counts_by_its_mean():
    losses = np.outer(np.ones(5), [0.9, 0.1, 0.2, 0.6])
    assert china(weights={"third_country_weight": 0.7, "full_leverage_loss": 0.5}, losses=losses) == near([-0.7 * 0.3 / 0.5] * 5)


def test_an_american_duty_is_paid_back_in_proportion():
    assert china(weights={"retaliation_weight": 2.0}, answer=1) == near(LADDER)
    assert china(weights={"retaliation_weight": 2.0}, answer=2) == near(2 * LADDER)


def test_a_truce_is_worth_the_more_the_calmer_and_only_while_both_talk():
    assert china(weights={"truce_value": 1.2}, answer=TALKS, tension=0.25) == near([0.9, 0, 0, 0, 0])
    assert china(weights={"truce_value": 1.2}, answer=1, tension=0.25) == [0] * 5


def test_backing_down_is_a_relief_from_the_october_package_on_while_both_talk():
    assert china(OCT, {"relief_value": 0.6}, answer=TALKS) == near([0.6, 0.6, 0, 0, 0])
    assert china(OCT - 1, {"relief_value": 0.6}, answer=TALKS) == china(OCT, {"relief_value": 0.6}, answer=1) == [0] * 5


def test_an_embargo_costs_and_the_end_of_a_truce_pulls():
    assert china(weights={"embargo_cost": 0.6}) == near([0, 0, 0, 0, -0.6])
    assert china(weights={"expiry_pull": 0.2}, expiry=True) == near([0, 0, 0, 0.2, 0])
    assert china(weights={"expiry_pull": 0.2}) == [0] * 5


def test_a_change_costs_with_the_root_of_its_size_and_less_at_expiry():
    assert china(1, {"inertia": 0.3, "expiry_ease": 0.5}) == near([-0.3, 0, -0.3, -0.3 * 2**0.5, -0.3 * 3**0.5])
    assert china(1, {"inertia": 0.3, "expiry_ease": 0.5}, expiry=True)[0] == near(-0.15)


# United States, G3


def test_talks_tariffs_and_double_tariffs():
    """At tension 0.6, two tenths of need lost under the October package, and provoked."""
    assert usa(weights={"us_truce_value": 0.5}) == near([0.5, 0, 0])
    assert usa(weights={"us_escalation": 3.0, "us_double_from": 0.4}, tension=0.6) == near([0, 0.9, 0.6])
    assert usa(weights={"us_restraint": 4.0}, exposed=0.2) == near([0, -0.4, -0.8])
    assert usa(weights={"us_provoked": 0.5, "us_provoked_double": 0.6}, rung=OCT) == near([0, 0.5, 0.6])
    assert usa(weights={"us_provoked": 0.5, "us_provoked_double": 0.6}, rung=OCT - 1) == [0, 0, 0]
    assert usa(2, {"inertia": 0.3}) == near([-0.3, -0.3, 0])


# The choice, G4


def game(**weights):
    """A chain in China, two players who begin in July 2024, and nothing that moves but what is given."""
    quiet = {"tension_noise": 0.0, "incident_rate": 0.0, "tension_calm": 0.0, "tension_spent": 0.0, "tension_return": 0.0}
    scenario = still(**quiet | weights).model_copy(update={"doctrines": {"CHN": "strategic", "USA": "strategic"}, "doctrines_from": "2024-07"})
    model = in_china(scenario=scenario).run_until("2024-06")
    return model, *(model.states.by_country[country] for country in ("CHN", "USA"))


@pytest.mark.parametrize("best", range(5))
def test_without_noise_the_rung_with_the_highest_payoff_is_kept(best, monkeypatch):
    """A doctrine that weighs well takes what is worth most; at much noise it takes anything."""
    model, state, _ = game(choice_noise_china=0.01, incident_rate=1.0)
    payoffs = np.where(np.arange(5) == best, 1.0, 0.0)
    monkeypatch.setattr(StrategicExporter, "payoffs", lambda *_: payoffs)
    model.step()
    assert state.doctrine.choice == best


def test_the_chance_of_a_choice_follows_its_payoff():
    """Payoffs 0 and noise*ln(3): one in four and three in four; the luck of the month decides."""
    model, state, _ = game(choice_noise_china=0.5)
    taken = []
    for model.now in range(10, 4810, 12):
        now = model.now
        luck = float(model.chance.uniform("choice", (now - 10) // 12, model.key_of("CHN")))
        taken.append(state.doctrine.pick(state, np.array([0.0, 0.5 * np.log(3.0)])))
        assert taken[-1] == (luck > 0.25)
    assert np.mean(taken) == pytest.approx(0.75, abs=0.06)


@pytest.mark.parametrize(("rung", "months"), [(1, [7, 10, 11, 13, 16]), (0, [11])])
def test_players_reopen_restrictions_every_third_month_and_a_truce_in_november_alone(rung, months, monkeypatch):
    """Month 7 is the first of the game (6 counted from nought, which 3 divides)."""
    model, state, _ = game()
    asked = []
    state.doctrine.choice = state.rung = rung
    monkeypatch.setattr(StrategicImporter, "payoffs", lambda *_: np.eye(3)[0])
    monkeypatch.setattr(StrategicExporter, "payoffs", lambda *_: asked.append(model.now + 1) or 9.0 * np.eye(5)[rung])
    for _ in range(11):
        model.step()
    assert asked == months and state.doctrine.choice == rung


def test_before_the_game_begins_nobody_plays():
    scenario = still().model_copy(update={"doctrines": {"CHN": "strategic"}, "doctrines_from": "2024-03"})
    model = in_china(scenario=scenario)
    model.step()
    state = model.states.by_country["CHN"]
    assert state.seen is None and model.states.affairs.tension is None
    model.run_until("2024-03")
    assert state.seen is not None and state.seen.expiry is False


# Tension


def look(model, state, tension=None):
    """What a state sees when the month begins anew, at a tension."""
    affairs = model.states.affairs
    affairs.month, affairs.tension = None, tension
    return state.doctrine.observe(state)


def test_tension_returns_to_its_mean_and_is_spent_or_calmed():
    model, state, other = game(tension_return=0.1, tension_mean=0.4, tension_calm=0.012, tension_spent=0.05)
    model.now, moves = 6, []
    for rung, answer in ((0, TALKS), (OCT, TALKS), (OCT - 1, TALKS), (0, 1)):
        state.rung, other.rung = rung, answer
        moves.append(look(model, state, 0.6).tension)
    assert moves == near([0.58 - 0.012, 0.58 - 0.05, 0.58, 0.58])


def test_tension_starts_at_its_mean_and_an_incident_adds_to_it():
    model, state, _ = game(tension_mean=0.4, incident_rate=1.0, incident_size=0.5)
    model.now = 7
    view = look(model, state)
    assert view.tension == near(0.4 + 0.5 * float(model.chance.uniform("size", 7, model.key_of("tension"))))
    assert view.due and not view.expiry and view.losses.shape == (5, 4)


def test_tension_wavers_by_luck_and_stays_between_nought_and_one():
    model, state, _ = game(tension_mean=0.4, tension_noise=0.05)
    model.now = 7
    assert look(model, state).tension == near(0.4 + 0.05 * float(model.chance.normal("tension", 7, model.key_of("tension"))))
    assert look(model, state).due is False
    for start, end in ((-3.0, 0.0), (7.0, 1.0)):
        assert look(model, state, start).tension == end


# What is at stake, G1


def test_losses_are_what_stocks_do_not_bridge_of_what_comes_from_china():
    """The United States buy half from China and hold three months: rung 0.4 stops a fifth, which stocks bridge for 0.8*3/0.2 = 12 months."""
    model = two_chains(scenario=still(planning_horizon=12.0, stock_in_reach=0.8))
    put(model, US_CARS, expected=np.where(np.isin(np.arange(len(GOODS)), range(9)[MAGNETS]), 100.0, 0.0), held=np.where(np.isin(np.arange(len(GOODS)), range(9)[MAGNETS]), 300.0, 0.0))
    model.held[MAGNETS, model.rows["use"].start] = 300.0
    losses = expected_losses(model, PLAYED)
    assert losses[:, 0] == near([0, 0, 0, 0.35 * (1 - 2.4 / 0.35 / 12), 0.5 * (1 - 2.4 / 0.5 / 12)])
    assert (losses[:, 1:] == 0).all()


def test_belief_is_the_mean_of_end_users_abroad():
    model = in_china(users=(*USERS, "auto_other@CHN"))
    for user, belief in ((EU_CARS, 0.2), (US_CARS, 0.4), (US_DEFENCE, 0.9), ("auto_other@CHN", 1.0)):
        put(model, user, belief=belief)
    assert mean_belief(model) == near(0.5)


# What a choice puts in force


def test_china_enforces_the_regime_of_its_rung_from_the_month_it_takes_it(monkeypatch):
    model, state, _ = game(choice_noise_china=0.01, incident_rate=1.0)
    want = {"rung": 2}
    monkeypatch.setattr(StrategicExporter, "payoffs", lambda *_: np.eye(5)[want["rung"]])
    model.step()
    (act,) = state.chosen
    assert (act.regime, act.date, act.origin) == (RUNGS[2], "2024-07", "CHN")
    model.run_until("2024-09")
    assert state.chosen == (act,) and levers_of(model, EU_CARS)[0] > 0
    want["rung"] = OCT
    model.step()
    assert (state.chosen[0].regime, state.chosen[0].date) == (RUNGS[OCT], "2024-10")
    want["rung"] = 0
    model.run_until("2025-01")
    assert state.chosen == () and levers_of(model, EU_CARS) == (0.0, 1.0)


@pytest.mark.parametrize(("answer", "duty"), [(0, 0.0), (1, 0.3), (2, 0.6)])
def test_the_united_states_answer_by_duties_on_chinese_magnets(answer, duty, monkeypatch):
    model, *_ = game(incident_rate=1.0, choice_noise_usa=0.01, choice_noise_china=0.01, us_answer_tariff=0.3)
    monkeypatch.setattr(StrategicImporter, "payoffs", lambda *_: np.eye(3)[answer])
    monkeypatch.setattr(StrategicExporter, "payoffs", lambda *_: np.eye(5)[0])
    model.step()
    rows = {user: relation(model, "JL Mag", user, "magnet_high") for user in (US_CARS, EU_CARS)}
    assert model.levers.tariff[rows[US_CARS]] == near(duty) and model.levers.tariff[rows[EU_CARS]] == 0


def test_each_player_has_its_own_noise():
    assert StrategicExporter("CHN", Licences("CHN", PLAYED)).noise(only(choice_noise_china=0.3)) == 0.3 and StrategicImporter("USA", Duties("USA", PLAYED)).noise(only(choice_noise_usa=0.2)) == 0.2


def test_an_incident_comes_by_its_own_luck_and_is_as_large_as_another_draw_says():
    model, state, _ = game(incident_rate=0.3, incident_size=0.5, tension_mean=0.2)
    jumps = []
    for model.now in range(6, 60):
        luck = {word: float(model.chance.uniform(word, model.now, model.key_of("tension"))) for word in ("incident", "size")}
        jumps.append(look(model, state, 0.2).tension == near(0.2 + (luck["incident"] < 0.3) * luck["size"] * 0.5))
    assert all(jumps)
