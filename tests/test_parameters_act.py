"""No dead figures: every row of parameters.csv is read, and moves results when it is set to an end of its range."""

from functools import cache

import numpy as np
import pytest

from model import FasterPermitting, Scenario, TechnologyBan, TradeModel, parameters

COURSES = tuple((name, 1) for name in ("tit_for_tat", "restrictions_resume", "truce_holds"))
GAMES = tuple(("tit_for_tat", seed) for seed in range(1, 21))
"""Weights of the players turn a choice now and then: they are looked for under several lucks."""
BESIDE = {
    "utilisation_floor": {"supply_response": 0.8},
    "crisis_price_light": {"price_history": 0.0},
    "crisis_price_dy": {"price_history": 0.0},
    "floored_use": {"most_use": 0.5},
    "restart_cost": {"restart_margin": 1.15},
    "resale_value": {"forbearance_china": 0.0},
    "leverage_jpn": {"planning_horizon": 60.0, "stock_in_reach": 0.1},
    "collectable_scale": {"collection_mandate": 1.0},
}
"""What acts only beside other values of others: bounds out of reach at the defaults, plants with a floor whose stage is used as fully anyway, crisis prices given where the past is remembered, shares of used products of which no more than a part is collected,
a country whose stocks outlast any horizon in range, plants that come back or are taken over."""
ELSEWHERE = {"mou_enters": (("truce_holds", 2),), "floored_use": (("open_trade", 2),)}
"""What acts in another scenario, or under another luck: by seed 1 no memorandum draws a number between the ends; plants with a floor are decided on once there have been controls."""

UNDER = {
    "permits_before": FasterPermitting(date="2026-07", name="permits", country="USA", stage="*", lead_factor=0.5),
    "chinese_technology": TechnologyBan(date="2026-07", name="ban", origin="CHN", lead_factor=1.5, capex_factor=1.2),
}
"""What acts only under an instrument that no shipped scenario has."""


def course(scenario: str, values: dict[str, float], name: str) -> Scenario:
    """A scenario with some parameters, and with the instrument that one of them needs."""
    given = Scenario.load(scenario).with_parameters(values)
    return given.with_events((*given.events, UNDER[name])) if name in UNDER else given


def ends(parameter: parameters.Parameter) -> list[float]:
    """Values to try, the likelier to act first: the ends of the range, or of what is admissible for a fixed one."""
    values = [each for each in (parameter.high, parameter.low) if each != parameter.value]
    return values or [each for each in (parameter.maximum, parameter.minimum) if each != parameter.value]


def courses(parameter: parameters.Parameter) -> tuple[tuple[str, int], ...]:
    """Scenarios and seeds in which a parameter may act."""
    return GAMES if parameter.group == "states" else (*COURSES, *ELSEWHERE.get(parameter.name, ()))


@cache
def usual(scenario: str, seed: int, beside: tuple[tuple[str, float], ...], name: str = "") -> dict[str, np.ndarray]:
    """What is recorded of a whole run."""
    return TradeModel(course(scenario, dict(beside), name), seed=seed).run().recorder.lines


def moves(scenario: str, seed: int, beside: tuple[tuple[str, float], ...], name: str, value: float) -> bool:
    """Whether another value changes anything recorded; stops at the first month that differs."""
    lines = usual(scenario, seed, beside, name if name in UNDER else "")
    model = TradeModel(course(scenario, dict(beside) | {name: value}, name), seed=seed)
    while model.now < model.last:
        model.step()
        if any(not np.array_equal(model.recorder.lines[line][model.now], lines[line][model.now]) for line in lines):
            return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("name", parameters.load())
def test_every_parameter_moves_results(name):
    parameter, beside = parameters.load()[name], tuple(BESIDE.get(name, {}).items())
    tried = ((scenario, seed, value) for scenario, seed in courses(parameter) for value in ends(parameter))
    assert any(moves(scenario, seed, beside, name, value) for scenario, seed, value in tried), f"parameters.csv: {name} does nothing; mend or remove it"


@pytest.mark.slow
@pytest.mark.parametrize("name", BESIDE)
def test_what_needs_company_does_nothing_without(name):
    """As its note in parameters.csv and section 9 of ODD.md say."""
    parameter = parameters.load()[name]
    assert not any(moves(scenario, seed, (), name, value) for scenario, seed in COURSES for value in ends(parameter)), f"{name} acts: say so, and strike it here"


def test_what_needs_company_is_a_parameter_and_stays_in_bounds():
    for name, values in BESIDE.items():
        assert name in parameters.load() and parameters.check(values) == values


def test_every_row_is_read(monkeypatch):
    """By the model or, from November 2026, by the states of the game."""
    read = set()

    class Watched(parameters.Values):
        def __getattribute__(self, name):
            read.add(name)
            return super().__getattribute__(name)

    monkeypatch.setattr("model.model.Values", Watched)
    TradeModel(Scenario.load("tit_for_tat"), seed=1).run_until("2026-12")
    assert set(parameters.load()) - read == set()
