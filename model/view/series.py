"""The series beside the map: which lines the small charts draw, and their numbers month by month."""

import numpy as np
import xarray as xr

from experiments.wording import NO_MARKET
from model.names import CHINA, DESTINATIONS, GOODS, MARKETS, NONMAGNET, REGIONS, STAGES
from model.view import words

ASKED, REALISED, CHINESE = MARKETS.index("ROW_asked"), MARKETS.index("ROW_realised"), MARKETS.index("CHN")
GAP_GOODS = ("oxide_NdPr", "oxide_Dy", "oxide_Tb", "magnet_high")
QUEUED = ("oxide_NdPr", "oxide_Dy", "oxide_Tb", "metal_NdPr", "magnet_standard", "magnet_high", "magnet_extreme")
TOLD_APART = ("USA", "EU27", "JPN", "KOR", "VNM")
"""Destinations of Chinese magnets with a line of their own."""
SOLID = 6
"""Sectors drawn with solid lines; the others share their colours and are dashed."""
MAGNETS = slice(GOODS.index("magnet_standard"), GOODS.index("magnet_extreme") + 1)
ABROAD = [i for i, region in enumerate(REGIONS) if region != CHINA]


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def price_gap(data: dict[str, np.ndarray]) -> list[tuple]:
    price = data["price"]
    lines = [(words.GOODS[g], f"good:{g}", share(price[:, i, ASKED], price[:, i, CHINESE]), None) for g in GAP_GOODS for i in [GOODS.index(g)]]
    dy = GOODS.index("oxide_Dy")
    return [*lines, ("Dy oxide, realised", "good:oxide_Dy", share(price[:, dy, REALISED], price[:, dy, CHINESE]), [4, 3])]


def unmet_demand(data: dict[str, np.ndarray], sectors: list[str]) -> list[tuple]:
    missing, need = (data[name][:, :, ABROAD].sum(axis=2) for name in ("unmet_demand", "need"))
    users = [(i, s) for i, s in enumerate(sectors) if s not in NONMAGNET]
    return [(words.SECTORS[s], f"series:{i}", share(missing[:, i], need[:, i]), None if i < SOLID else [5, 2]) for i, s in users]


def licence_queue(data: dict[str, np.ndarray]) -> list[tuple]:
    return [(words.GOODS[g], f"good:{g}", data["licence_queue"][:, GOODS.index(g)], None) for g in QUEUED]


def exports(data: dict[str, np.ndarray]) -> list[tuple]:
    magnets = data["china_exports"][:, MAGNETS, :].sum(axis=1)
    told = [DESTINATIONS.index(d) for d in TOLD_APART]
    others = magnets.sum(axis=1) - magnets[:, told].sum(axis=1)
    names = ("United States", "Europe (EU 27)", "Japan", "South Korea", "Vietnam")
    return [*((name, f"series:{n}", magnets[:, i], None) for n, (name, i) in enumerate(zip(names, told, strict=True))), ("Others", "soft", others, [4, 3])]


def china_share(data: dict[str, np.ndarray]) -> list[tuple]:
    return [(words.STAGES[s], f"stage:{s}", data["china_share"][:, i], None) for i, s in enumerate(STAGES)]


def outside_capacity(data: dict[str, np.ndarray]) -> list[tuple]:
    working, building = data["outside_capacity"], data["outside_pipeline"]
    first = np.where(working[:1] > 0, working[:1], 1.0)
    solid = [(words.STAGES[s], f"stage:{s}", (working / first)[:, i], None) for i, s in enumerate(STAGES)]
    return [*solid, *((f"{words.STAGES[s]}, being built", f"stage:{s}", (building / first)[:, i], [4, 3]) for i, s in enumerate(STAGES))]


def sheets(data: dict[str, np.ndarray], sectors: list[str]) -> list[tuple[dict, list[tuple]]]:
    """Every panel with its lines (label, colour, values by month, dash)."""
    return [
        ({"title": "Price gap", "unit": "asked outside China ÷ China", "log": True, "least": 1, "closed": NO_MARKET}, price_gap(data)),
        ({"title": "Unmet demand outside China", "unit": "share of need", "percent": True, "ranked": True, "floor": 0.02}, unmet_demand(data, sectors)),
        ({"title": "Waiting for an export licence", "unit": "t", "ranked": True, "keys": 4, "floor": 10}, licence_queue(data)),
        ({"title": "Chinese magnet exports", "unit": "t a month"}, exports(data)),
        ({"title": "China's share of output", "unit": "share, by stage", "percent": True, "floor": 1}, china_share(data)),
        ({"title": "Capacity outside China", "unit": "January 2024 = 1", "keys": 8}, outside_capacity(data)),
    ]


def panels(sectors: list[str]) -> list[dict]:
    """What the chart widget is told once: panels and, for each line, the row of the matrix that holds its values."""
    row, found = 0, []
    for panel, lines in sheets(blank(sectors), sectors):
        series = [{"label": label, "colour": colour, "row": row + i} | ({"dash": dash} if dash else {}) for i, (label, colour, _, dash) in enumerate(lines)]
        found.append(panel | {"series": series})
        row += len(lines)
    return found


def blank(sectors: list[str]) -> dict[str, np.ndarray]:
    """Results of one month in which nothing happens; enough to name the lines."""
    pairs = dict.fromkeys(("unmet_demand", "need"), np.zeros((1, len(sectors), len(REGIONS))))
    by_stage = dict.fromkeys(("china_share", "outside_capacity", "outside_pipeline"), np.zeros((1, len(STAGES))))
    goods = {"price": np.zeros((1, len(GOODS), len(MARKETS))), "licence_queue": np.zeros((1, len(GOODS)))}
    return pairs | by_stage | goods | {"china_exports": np.zeros((1, len(GOODS), len(DESTINATIONS)))}


def matrix(results: xr.Dataset) -> np.ndarray:
    """float32 (line, month) of the months run so far."""
    data = {str(name): values.values for name, values in results.data_vars.items()}
    lines = [values for _, rows in sheets(data, results.sector.values.tolist()) for _, _, values, _ in rows]
    return np.asarray(lines, np.float32).reshape(len(lines), results.sizes["month"])
