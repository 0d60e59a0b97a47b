"""Whatever is written down as world, scenario and parameters: the books close, stocks are whole grams and none is negative."""

import pytest
from audit import run_audited
from courses import Stage, scenarios
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from small_worlds import small_worlds

from model import TradeModel
from model.policies.vocabulary import countries
from model.words import words_of

STATES = ("CHN", "USA", "EU27", "JPN", "MYS", "AUS", "VNM", "MMR")
FIRMS = ("JL Mag", "Heraeus Remloy (Bitterfeld)")
"""States that act in tiny worlds, and firms that every one of them has."""
LUCK = st.integers(0, 10**6)


def examples(count):
    """The same examples on every machine and in every run."""
    return settings(max_examples=count, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def tiny(months):
    """Tiny worlds, what happens in them, their luck, and whether firms act one by one."""
    return given(facts=small_worlds(), scenario=scenarios(Stage(months, STATES, FIRMS, 4)), seed=LUCK, agentwise=st.booleans())


def real(months):
    """Courses of events in the real world, and their luck."""
    return given(scenario=scenarios(Stage(months, ("CHN", "CHN", "USA", "EU27", *countries()), words_of(None).firms, 14)), seed=LUCK)


@examples(15)
@tiny(months=18)
def test_books_hold_in_tiny_worlds(facts, scenario, seed, agentwise):
    hold_in_a_tiny_world(facts, scenario, seed, agentwise)


@examples(4)
@real(months=24)
def test_books_hold_in_the_real_world(scenario, seed):
    hold(scenario, seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_books_hold_in_two_thousand_tiny_worlds(part):
    run_part(part, 250, tiny(months=36), hold_in_a_tiny_world)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_books_hold_through_three_hundred_courses_of_the_real_world(part):
    run_part(part, 50, real(months=144), hold)


def hold_in_a_tiny_world(facts, scenario, seed, agentwise):
    run_audited(TradeModel(scenario, seed, agentwise, **facts._asdict()))


def hold(scenario, seed):
    run_audited(TradeModel(scenario, seed))


def run_part(part, count, drawn, check):
    """Some of many examples, others in every part and the same on every machine; in parts, so that each ends in minutes and says how far it came."""
    seed(part)(settings(examples(count), derandomize=False)(drawn(check)))()
