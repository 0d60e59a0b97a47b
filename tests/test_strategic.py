"""States that answer each other: payoffs, choices, and a run of the game."""

from types import SimpleNamespace

import numpy as np
import pytest
from vocabulary import GAME, OCT, RUNGS

from model import InputError, Scenario, TradeModel, parameters
from model.policies.doctrines.ladders import Duties, Licences
from model.policies.doctrines.stakes import expected_losses
from model.policies.doctrines.strategic import TALKS, StrategicExporter, StrategicImporter, View

P = SimpleNamespace(**parameters.defaults())
LOSSES = np.linspace(0, 0.4, len(RUNGS))[:, None] * np.ones((1, 4))
"""Expected losses by rung and region: the harsher, the more."""


def china():
    return StrategicExporter("CHN", Licences("CHN", GAME))


def usa():
    return StrategicImporter("USA", Duties("USA", GAME))


def seen(**changed):
    facts = {"tension": 0.4, "due": True, "expiry": False, "losses": LOSSES, "belief": 0.3, "rung": 0, "answer": TALKS, "game": GAME}
    return View(**facts | changed)


def odds(player, **facts):
    """Chance of each choice."""
    payoffs = player.payoffs(P, seen(**facts))
    weight = np.exp((payoffs - payoffs.max()) / player.noise(P))
    return weight / weight.sum()


def restriction(**facts):
    """Chance that a China at truce restricts by the October package or more."""
    return odds(china(), **facts)[OCT:].sum()


def test_tension_makes_restriction_likelier():
    chances = [restriction(tension=tension) for tension in (0.0, 0.3, 0.6, 0.9)]
    assert chances == sorted(chances) and chances[-1] > 2 * chances[0]


def test_leverage_makes_restriction_likelier():
    """Where stocks are thin, losses come sooner and the threat is worth more."""
    assert restriction(tension=0.7, losses=LOSSES) > 1.5 * restriction(tension=0.7, losses=0 * LOSSES)


def test_leverage_counts_the_more_the_tenser():
    player = china()
    full, none = ([player.payoffs(P, seen(tension=t, losses=losses))[OCT] for t in (0.1, 0.9)] for losses in (LOSSES, 0 * LOSSES))
    assert full[1] > full[0] and none[1] == none[0]


def test_american_tariffs_make_restriction_likelier():
    assert restriction(answer=2) > restriction(answer=1) > restriction(answer=TALKS)


def test_the_end_of_a_truce_pulls_towards_the_october_package():
    assert odds(china(), expiry=True)[OCT] > odds(china())[OCT]


def test_a_surprise_costs_more_than_what_is_expected():
    assert restriction(belief=0.9) > restriction(belief=0.1)


def test_the_united_states_answer_when_provoked_and_stop_when_exposed():
    player = usa()
    assert odds(player, rung=OCT)[TALKS] < odds(player, rung=0)[TALKS]
    assert odds(player, rung=OCT, exposed=0.0)[TALKS] < odds(player, rung=OCT, exposed=0.3)[TALKS]
    assert odds(player, tension=0.9)[2] > odds(player, tension=0.1)[2]


def test_changing_course_costs():
    hard, calm = china(), china()
    hard.choice = OCT
    assert odds(hard, answer=1)[OCT] > odds(calm, answer=1)[OCT]


def test_thin_stocks_make_larger_losses():
    full, thin = (TradeModel(Scenario.load("balanced")) for _ in range(2))
    for model in (full, thin):
        model.step()
    thin.held[thin.headline_goods] *= 0.1
    assert (expected_losses(thin, GAME) >= expected_losses(full, GAME)).all()
    assert expected_losses(thin, GAME)[OCT].mean() > expected_losses(full, GAME)[OCT].mean()


def test_a_game_to_2030_closes_its_books_and_is_repeatable():
    runs = [TradeModel(Scenario.load("strategic"), seed=3).run_until("2030-12") for _ in range(2)]
    assert not any(runs[0].ledger.imbalance().values())
    assert runs[0].results().identical(runs[1].results())


@pytest.mark.slow
def test_the_players_differ_by_luck_and_do_move():
    """Over some seeds China leaves the truce at least once, and does not always."""
    rungs = []
    for seed in range(1, 7):
        model = TradeModel(Scenario.load("strategic"), seed=seed).run_until("2026-10")
        chosen = set()
        while model.month < "2029-12":
            model.step()
            chosen.add(model.states.by_country["CHN"].doctrine.choice)
        rungs.append(chosen)
    assert any(max(chosen) >= 1 for chosen in rungs)
    assert all(0 in chosen for chosen in rungs)
    assert len({frozenset(chosen) for chosen in rungs}) > 1


def test_before_it_begins_the_game_is_history():
    game = TradeModel(Scenario.load("strategic"), seed=2).run_until("2026-10").results()
    past = TradeModel(Scenario.load("truce_holds"), seed=2).run_until("2026-10").results()
    assert all(game[name].identical(past[name]) for name in game.data_vars)


def test_a_world_without_a_game_has_no_players():
    scenario = Scenario.load("balanced", "gallium").model_copy(update={"doctrines": {"CHN": "strategic"}})
    with pytest.raises(InputError, match=r"^doctrines\.CHN: world\.toml: game is missing, so no state of gallium can decide by itself; give it, or make"):
        TradeModel(scenario, world="gallium")
