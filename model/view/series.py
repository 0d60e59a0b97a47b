"""The series beside the map: which lines the small charts draw, and their numbers month by month."""

import numpy as np
import xarray as xr

from experiments.wording import NO_MARKET, readable
from model.names import CHINA, DESTINATIONS, MARKETS, REGIONS
from model.view import words
from model.view.words import Wording, heading, wording
from model.world import World

ASKED, REALISED, CHINESE = MARKETS.index("ROW_asked"), MARKETS.index("ROW_realised"), MARKETS.index("CHN")
TOLD_APART = {"USA": "United States", "EU27": "Europe (EU 27)", "JPN": "Japan", "KOR": "South Korea", "VNM": "Vietnam"}
"""Destinations of Chinese exports with a line of their own."""
SOLID = 6
"""Sectors drawn with solid lines; the others share their colours and are dashed."""
ABROAD = [i for i, region in enumerate(REGIONS) if region != CHINA]
Line = tuple[str, str, np.ndarray, list[int] | None]
"""Label, colour, values by month, dash."""
Data = dict[str, np.ndarray]
"""Results by name, months first."""


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def price_gap(data: Data, said: Wording) -> list[Line]:
    """Goods with a price of their own in both markets, the one licences are told by, and what is really paid for the one whose price makes headlines."""
    price, chain, head = data["price"], said.chain, said.headline
    goods = list(dict.fromkeys([*(good for good, kind in zip(chain.goods, chain.pricing, strict=True) if kind == "quoted"), head.licence]))
    lines: list[Line] = [(said.goods[g], said.good_colour(g), share(price[:, i, ASKED], price[:, i, CHINESE]), None) for g in goods for i in [chain.index(g)]]
    told = chain.index(head.price)
    return [*lines, (f"{said.goods[head.price]}, realised", said.good_colour(head.price), share(price[:, told, REALISED], price[:, told, CHINESE]), [4, 3])]


def regional_gap(data: Data, said: Wording) -> list[Line]:
    """The good licences are told by, paid for in each market region outside China against the price in China."""
    price, good = data["price"], said.chain.index(said.headline.licence)
    paid = [(region, said.world.markets.index(f"{region}_realised")) for region in said.world.market_regions]
    return [(heading(readable(region)), f"series:{n}", share(price[:, good, at], price[:, good, CHINESE]), None) for n, (region, at) in enumerate(paid)]


def unmet_demand(data: Data, said: Wording, sectors: list[str]) -> list[Line]:
    missing, need = (data[name][:, :, ABROAD].sum(axis=2) for name in ("unmet_demand", "need"))
    users = [(i, s) for i, s in enumerate(sectors) if s in said.headline.sectors]
    return [(said.sectors[s], f"series:{i}", share(missing[:, i], need[:, i]), None if i < SOLID else [5, 2]) for i, s in users]


def licence_queue(data: Data, said: Wording) -> list[Line]:
    """Goods whose price does not just follow another's."""
    goods = [good for good, kind in zip(said.chain.goods, said.chain.pricing, strict=True) if kind != "follows"]
    return [(said.goods[g], said.good_colour(g), data["licence_queue"][:, said.chain.index(g)], None) for g in goods]


def exports(data: Data, said: Wording) -> list[Line]:
    shipped = data["china_exports"][:, [said.chain.index(good) for good in said.headline.goods], :].sum(axis=1)
    told = [DESTINATIONS.index(d) for d in TOLD_APART]
    others = shipped.sum(axis=1) - shipped[:, told].sum(axis=1)
    return [*((name, f"series:{n}", shipped[:, i], None) for n, (name, i) in enumerate(zip(TOLD_APART.values(), told, strict=True))), ("Others", "soft", others, [4, 3])]


def china_share(data: Data, said: Wording) -> list[Line]:
    return [(said.stages[s], said.stage_colour(s), data["china_share"][:, i], None) for i, s in enumerate(said.chain.stages)]


def outside_capacity(data: Data, said: Wording) -> list[Line]:
    working, building, stages = data["outside_capacity"], data["outside_pipeline"], said.chain.stages
    first = np.where(working[:1] > 0, working[:1], 1.0)
    solid: list[Line] = [(said.stages[s], said.stage_colour(s), (working / first)[:, i], None) for i, s in enumerate(stages)]
    return [*solid, *((f"{said.stages[s]}, being built", said.stage_colour(s), (building / first)[:, i], [4, 3]) for i, s in enumerate(stages))]


def sheets(data: Data, said: Wording, sectors: list[str]) -> list[tuple[dict, list[Line]]]:
    """Every panel with its lines."""
    return [
        ({"title": "Price gap", "unit": "asked outside China ÷ China", "log": True, "least": 1, "closed": NO_MARKET}, price_gap(data, said)),
        ({"title": f"{said.goods[said.headline.licence]} by region", "unit": "paid in each region ÷ China", "log": True, "least": 1}, regional_gap(data, said)),
        ({"title": "Unmet demand outside China", "unit": "share of need", "percent": True, "ranked": True, "floor": 0.02}, unmet_demand(data, said, sectors)),
        ({"title": "Waiting for an export licence", "unit": "t", "ranked": True, "keys": 4, "floor": 10}, licence_queue(data, said)),
        ({"title": f"Chinese {said.headline.word} exports", "unit": "t a month"}, exports(data, said)),
        ({"title": "China's share of output", "unit": "share, by stage", "percent": True, "floor": 1}, china_share(data, said)),
        ({"title": "Capacity outside China", "unit": f"{words.month(said.world.start)} = 1", "keys": 8}, outside_capacity(data, said)),
    ]


def panels(world: World, sectors: list[str]) -> list[dict]:
    """What the chart widget is told once: panels and, for each line, the row of the matrix that holds its values."""
    row, found = 0, []
    for panel, lines in sheets(blank(world, sectors), wording(world), sectors):
        series = [{"label": label, "colour": colour, "row": row + i} | ({"dash": dash} if dash else {}) for i, (label, colour, _, dash) in enumerate(lines)]
        found.append(panel | {"series": series})
        row += len(lines)
    return found


def blank(world: World, sectors: list[str]) -> Data:
    """Results of one month in which nothing happens; enough to name the lines."""
    number, stages = len(world.chain.goods), len(world.chain.stages)
    pairs = dict.fromkeys(("unmet_demand", "need"), np.zeros((1, len(sectors), len(REGIONS))))
    by_stage = dict.fromkeys(("china_share", "outside_capacity", "outside_pipeline"), np.zeros((1, stages)))
    goods = {"price": np.zeros((1, number, len(world.markets))), "licence_queue": np.zeros((1, number))}
    return pairs | by_stage | goods | {"china_exports": np.zeros((1, number, len(DESTINATIONS)))}


def matrix(world: World, results: xr.Dataset) -> np.ndarray:
    """float32 (line, month) of the months run so far."""
    data = {str(name): values.values for name, values in results.data_vars.items()}
    lines = [values for _, rows in sheets(data, wording(world), results.sector.values.tolist()) for _, _, values, _ in rows]
    return np.asarray(lines, np.float32).reshape(len(lines), results.sizes["month"])
