"""The words of the usual world that tests speak of: its elements, its goods by their number, and the parts of its chain."""

from model.chain import together
from model.policies.doctrine import game_of
from model.world import World

WORLD = World.load()
CHAIN = WORLD.chain
ELEMENTS, GOODS, STAGES = CHAIN.elements, CHAIN.goods, CHAIN.stages
NDPR, DY, TB = range(len(ELEMENTS))
CONCENTRATE, OXIDE_NDPR, OXIDE_DY, OXIDE_TB, METAL, MAGNET_STANDARD, MAGNET_HIGH, MAGNET_EXTREME, SWARF = range(len(GOODS))
OXIDES, HEAVIES, MAGNETS = (together(goods) for goods in (CHAIN.by_name["refine"].makes, CHAIN.secondary, CHAIN.by_name["magnet"].makes))
"""Parts of an array that goes by good."""
PROCESSES = tuple(CHAIN.by_name)
USERS_OF_OXIDE = {row.sector: row.good for row in WORLD.tables["demand"].itertuples() if row.good in GOODS[OXIDES]}
"""Sectors that use oxides outside magnets, and the oxide each buys."""
GAME = game_of(WORLD)
RUNGS, OCT = GAME.rungs, GAME.package
"""The ladder of regimes a reactive China moves on, and the rung of October's package."""
