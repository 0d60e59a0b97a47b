"""The two pictures of the page as widgets: the map of the trade network, and small charts over the same months."""

import json
from functools import cache
from pathlib import Path

import anywidget
import traitlets

ASSETS = Path(__file__).parent / "assets"


def script(*names: str) -> str:
    """One module from its parts, in the order in which they build on one another."""
    return "\n".join((ASSETS / f"{name}.js").read_text(encoding="utf-8") for name in names)


@cache
def land() -> dict:
    """Outlines of countries: {"source", "west", "countries": [{"id", "name", "rings"}]}."""
    return json.loads((ASSETS / "land.json").read_text(encoding="utf-8"))


class Picture(anywidget.AnyWidget):
    """What map and charts share: the theme, and the group whose members follow one another's cursor, camera and filters."""

    _css = (ASSETS / "page.css").read_text(encoding="utf-8")
    dark = traitlets.Bool(False).tag(sync=True)
    group = traitlets.Unicode("page").tag(sync=True)


class TradeMap(Picture):
    """World map; see atlas.Atlas and snapshot.Snapshot for what it is told."""

    _esm = script("palette", "geography", "lanes", "firms", "scene", "map")
    land = traitlets.Dict().tag(sync=True)
    world = traitlets.Dict().tag(sync=True)
    firms = traitlets.Bytes(b"").tag(sync=True)
    flows = traitlets.Bytes(b"").tag(sync=True)
    belief = traitlets.Dict().tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    detail = traitlets.Dict().tag(sync=True)


class Charts(Picture):
    """Small multiples; values is float32 (line, month), length the months in it, total those of the whole axis, start its first month."""

    _esm = script("palette", "chart", "charts")
    panels = traitlets.List().tag(sync=True)
    values = traitlets.Bytes(b"").tag(sync=True)
    length = traitlets.Int(0).tag(sync=True)
    total = traitlets.Int(144).tag(sync=True)
    start = traitlets.Int(0).tag(sync=True)
    events = traitlets.List().tag(sync=True)
    timeline = traitlets.Bool(True).tag(sync=True)
