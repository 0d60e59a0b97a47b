"""The pictures of the page as widgets: the map of the trade network, its legend, and small charts over the same months; and a picker of files.

Structures travel as JSON text: the page's renderer looks into every list and dictionary it is given, each time, and text is opaque to it.
"""

from pathlib import Path

import anywidget
import traitlets

ASSETS = Path(__file__).parent / "assets"


def script(*names: str) -> str:
    """One module from its parts, in the order in which they build on one another."""
    return "\n".join((ASSETS / f"{name}.js").read_text(encoding="utf-8") for name in names)


def land() -> str:
    """Outlines of countries, as a constant of the map's module (source and licence are in land.json)."""
    return f"const LAND = {(ASSETS / 'land.json').read_text(encoding='utf-8')};"


class Picture(anywidget.AnyWidget):
    """What map and charts share: their style, and the group whose members follow one another's cursor, camera and filters."""

    _css = (ASSETS / "page.css").read_text(encoding="utf-8")
    group = traitlets.Unicode("page").tag(sync=True)


class TradeMap(Picture):
    """World map; see atlas.Atlas, snapshot.Snapshot and inspector.links for what it is told."""

    _esm = land() + script("palette", "geography", "lanes", "firms", "scene", "legend", "map")
    world = traitlets.Unicode("{}", help="JSON").tag(sync=True)
    firms = traitlets.Bytes(b"").tag(sync=True)
    flows = traitlets.Bytes(b"").tag(sync=True)
    belief = traitlets.Unicode("{}", help="JSON").tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    detail = traitlets.Unicode("{}", help="JSON").tag(sync=True)
    legend = traitlets.Bool(True).tag(sync=True)


class Legend(Picture):
    """The legend of maps that share one."""

    _esm = script("palette", "lanes", "firms", "legend", "key")
    world = traitlets.Unicode("{}", help="JSON").tag(sync=True)


class Charts(Picture):
    """Small multiples; values is float32 (line, month), length the months in it, total those of the whole axis, start its first month; origin: the month 0, "2024-01"."""

    _esm = script("palette", "chart", "charts")
    panels = traitlets.Unicode("[]", help="JSON").tag(sync=True)
    values = traitlets.Bytes(b"").tag(sync=True)
    length = traitlets.Int(0).tag(sync=True)
    total = traitlets.Int(144).tag(sync=True)
    start = traitlets.Int(0).tag(sync=True)
    origin = traitlets.Unicode("2024-01").tag(sync=True)
    events = traitlets.Unicode("[]", help="JSON").tag(sync=True)
    timeline = traitlets.Bool(True).tag(sync=True)


class FilePicker(anywidget.AnyWidget):
    """A button that takes one small text file; picked is JSON: {"name", "size" (bytes), "text"}."""

    _esm = script("palette", "picker")
    label = traitlets.Unicode("Choose a file").tag(sync=True)
    limit = traitlets.Int(65536).tag(sync=True)
    picked = traitlets.Unicode("").tag(sync=True)
