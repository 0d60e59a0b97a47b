"""The words that tests speak of: the part of the usual world's chain that leads to NdFeB magnets, its elements and goods by their number.

`WORLD` is the shipped world without elements, goods and parts beyond these, so that worlds cut from it stay what they are whatever else is added to it; `SHIPPED`
is the whole one.
"""

from model.chain import together
from model.policies.doctrines.game import game_of
from model.world import World, build

SHIPPED = World.load()
ELEMENTS = ("NdPr", "Dy", "Tb")
SEVERAL = ("takes", "makes", "by_products", "counted")
"""Columns of processes.csv that list goods."""


def part_of(frames, elements):
    """The tables of a world without all that is not of some elements, and without parts."""
    processes = frames["processes"]
    parts = {good for cell in processes.makes[processes.kind == "PartsMaker"] for good in cell.split(";")}
    goods = frames["goods"][frames["goods"].lead.isin(elements) & ~frames["goods"].good.isin(parts)]
    named = set(goods.good)
    processes = processes.assign(**{column: [";".join(good for good in cell.split(";") if good in named) for cell in processes[column]] for column in SEVERAL})
    processes = processes[processes.makes != ""]
    recipes, firms, demand = frames["recipes"], frames["firms"], frames["demand"]
    cut = {
        "elements": frames["elements"][frames["elements"].element.isin(elements)],
        "goods": goods,
        "processes": processes,
        "recipes": recipes[recipes.process.isin(processes.process) & recipes.good.isin({*named, ""}) & recipes.element.isin({*elements, ""})],
        "deposits": frames["deposits"][frames["deposits"].element.isin(elements)],
        "price_classes": frames["price_classes"][frames["price_classes"].price_class.isin(goods.price_class)],
        "embedded": frames["embedded"][:0],
        "firms": firms[firms.process.isin(processes.process)],
        "demand": demand[demand.good.isin({*named, *frames["mixes"].mix})],
        "designs": frames["designs"][frames["designs"].good.isin(named) & frames["designs"].element.isin(elements)],
        "pipeline": frames["pipeline"][frames["pipeline"].process.isin(processes.process) & frames["pipeline"].good.isin(named)],
    }
    return frames | cut | {table: frames[table][frames[table].good.isin(named)] for table in ("outputs", "links", "mixes", "stocks", "stores")}


WORLD = build(SHIPPED.words, part_of(SHIPPED.tables, ELEMENTS))
CHAIN = WORLD.chain
GOODS, STAGES, PROCESSES = CHAIN.goods, CHAIN.stages, tuple(CHAIN.by_name)
NDPR, DY, TB = range(len(ELEMENTS))
CONCENTRATE, OXIDE_NDPR, OXIDE_DY, OXIDE_TB, METAL, MAGNET_STANDARD, MAGNET_HIGH, MAGNET_EXTREME, SWARF = range(len(GOODS))
OXIDES, HEAVIES, MAGNETS = (together(goods) for goods in (CHAIN.by_name["refine"].makes, CHAIN.secondary, CHAIN.by_name["magnet"].makes))
"""Parts of an array that goes by good."""
GRADES = GOODS[MAGNETS]
USERS_OF_OXIDE = {row.sector: row.good for row in WORLD.tables["demand"].itertuples() if row.good in GOODS[OXIDES]}
"""Sectors that use oxides outside magnets, and the oxide each buys."""
GAME = game_of(WORLD)
RUNGS, OCT = GAME.rungs, GAME.package
"""The ladder of regimes a China that decides by itself moves on, and the rung of October's package."""
