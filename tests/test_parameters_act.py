"""No dead figures: every row of parameters.csv is read, and moves results when it is set to an end of its range."""

from functools import cache

import numpy as np
import pytest

from model import FasterPermitting, JointPurchasing, RecyclingMandate, Scenario, StockObligation, Stockpile, SubstitutionProgramme, TechnologyBan, TradeModel, parameters
from model.policies import Instrument

COURSES = tuple((name, 1) for name in ("tit_for_tat", "restrictions_resume", "truce_holds"))
GAMES = tuple((scenario, seed) for seed in range(1, 21) for scenario in ("tit_for_tat", "stochastic_truce", "strategic", "soybeans_unbought"))
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

STOCKPILE = Stockpile(date="2026-06", payer="KOR", country="KOR", goods="oxide_NdPr", months=9.0)
BESIDE_ACTS = {
    "permits_before": FasterPermitting(date="2026-07", country="USA", stage="*", lead_factor=0.5),
    "chinese_technology": TechnologyBan(date="2026-07", origin="CHN", lead_factor=1.5, capex_factor=1.2),
    **dict.fromkeys((each.name for each in parameters.load().values() if each.group == "stocks"), STOCKPILE),
    "joint_recognition": JointPurchasing(date="2024-02", countries="*", goods="*"),
    "programme_haste": SubstitutionProgramme(date="2024-02", payer="USA", countries="*", speed=2.0),
    "obligation_carrying": StockObligation(date="2024-02", country="EU27", goods="*", months=6.0),
    "collection_cost": RecyclingMandate(date="2024-02", country="EU27", share=0.5),
}
"""What acts only beside an instrument that no shipped scenario has."""


def ends(parameter: parameters.Parameter) -> list[float]:
    """Values to try, the likelier to act first: the ends of the range, or of what is admissible for a fixed one."""
    values = [each for each in (parameter.high, parameter.low) if each != parameter.value]
    return values or [each for each in (parameter.maximum, parameter.minimum) if each != parameter.value]


def courses(parameter: parameters.Parameter) -> tuple[tuple[str, int], ...]:
    """Scenarios and seeds in which a parameter may act."""
    return GAMES if parameter.group == "states" else (*COURSES, *ELSEWHERE.get(parameter.name, ()))


def loaded(scenario: str, acts: tuple[Instrument, ...]) -> Scenario:
    """A scenario with what acts beside it."""
    shipped = Scenario.load(scenario)
    return shipped.with_events((*shipped.events, *acts)) if acts else shipped


@cache
def usual(scenario: str, seed: int, beside: tuple[tuple[str, float], ...], acts: tuple[Instrument, ...]) -> dict[str, np.ndarray]:
    """What is recorded of a whole run."""
    return TradeModel(loaded(scenario, acts).with_parameters(dict(beside)), seed=seed).run().recorder.lines


def moves(scenario: str, seed: int, beside: tuple[tuple[str, float], ...], name: str, value: float) -> bool:
    """Whether another value changes anything recorded; stops at the first month that differs."""
    acts = (BESIDE_ACTS[name],) if name in BESIDE_ACTS else ()
    lines = usual(scenario, seed, beside, acts)
    model = TradeModel(loaded(scenario, acts).with_parameters(dict(beside) | {name: value}), seed=seed)
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
    """By the model or, from November 2026, by states that decide by themselves."""
    read = set()

    class Watched(parameters.Values):
        def __getattribute__(self, name):
            read.add(name)
            return super().__getattribute__(name)

    monkeypatch.setattr("model.model.Values", Watched)
    for name in ("tit_for_tat", "soybeans_unbought", "strategic"):
        TradeModel(loaded(name, tuple(set(BESIDE_ACTS.values()))), seed=1).run_until("2030-12")
    assert set(parameters.load()) - read == set()
