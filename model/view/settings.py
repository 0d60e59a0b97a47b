"""What the command line decides for everybody who opens the page."""

import os
from functools import cache
from pathlib import Path

from model import Scenario
from model.world import World

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"
"""The only folder whose files the page shows."""
WORLD, SCENARIO = "MAGNET_TRADE_WORLD", "MAGNET_TRADE_SCENARIO"
"""Variables by which the command tells the page its world (a shipped name, or a folder) and the scenario Explore opens with (a name of the world, or a file)."""
OPENING = "restrictions_resume"
"""The scenario Explore opens with where none is named and the world tells it; else its first one."""


@cache
def here() -> World:
    """The world of the page, the same for everybody."""
    return World.load(os.environ.get(WORLD) or None)


def opening() -> Scenario:
    """The scenario Explore opens with."""
    return Scenario.load(os.environ.get(SCENARIO) or usual(here(), OPENING), here())


def usual(world: World, *wanted: str) -> str:
    """The first of some scenarios that a world tells; else the first it tells at all."""
    told = Scenario.names(world)
    return next((name for name in (*wanted, *told) if name in told), wanted[0])
