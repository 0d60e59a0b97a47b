"""History: 2024 to mid-2026 replayed against what was observed, point by point."""

import numpy as np
import solara
import xarray as xr

from model import Scenario
from model.names import GOODS, MAGNETS, month_name
from model.view import observations, pictures, words
from model.view.controls import Controls
from model.view.playback import Playback

LAST = "2026-06"
"""Last month of what was known when the tables were made."""
OXIDES = ("oxide_NdPr", "oxide_Dy", "oxide_Tb")
MARKET_LOOKS = {
    "CHN": ("China", "series:0", None, "circle"),
    "ROW_asked": ("Europe, asked", "series:1", None, "square"),
    "ROW_realised": ("Abroad, paid", "series:1", [4, 3], "diamond"),
}
"""For each market its words, colour, dash and mark."""
EXPLAINED = (
    "The model replays what states did from January 2024 to June 2026. Lines are the model, marks are what was reported; "
    "every point is in the table below, with its source as numbered in model/data/SOURCES.md."
)


@solara.component
def History() -> None:
    solara.Title("History: magnet trade network")
    playback = solara.use_memo(lambda: Playback([Scenario.load("history")], until=LAST), [])
    Controls(playback, choices=0)
    solara.Text(EXPLAINED, classes=["tn-soft"])
    if not playback.frames.value:
        return
    pictures.Map(playback, group="history")
    frame = playback.frames.value[0]
    panels, values = sheet(frame.results)
    pictures.sheet(panels, values, frame.length, playback.run.last + 1, frame.events, group="history")
    Points(playback)


def lines(results: xr.Dataset) -> list[tuple[str, str, list[tuple]]]:
    """Panels: title, unit, and lines (label, colour, dash, shape, modelled values, observed points)."""
    magnets = results.china_exports.sel(good=list(GOODS[MAGNETS])).sum("good")
    panels: list[tuple[str, str, list[tuple]]] = []
    for place, name in observations.PLACES.items():
        modelled = magnets.sum("destination") if place == "WLD" else magnets.sel(destination=place)
        panels.append((f"China's magnets to {name}", "t a month", [("Model", "series:0", None, "circle", modelled.values, observations.exports(place))]))
    for good in OXIDES:
        price = results.price.sel(good=good)
        told = [(*look, price.sel(market=market).values, observations.prices(good, market)) for market, look in MARKET_LOOKS.items()]
        panels.append((words.GOODS[good], "USD/kg", told))
    return [panel for panel in panels if any(line[-1] for line in panel[2])]


def sheet(results: xr.Dataset) -> tuple[list[dict], bytes]:
    """What the chart widget draws."""
    panels: list[dict] = []
    rows: list[np.ndarray] = []
    for title, unit, told in lines(results):
        series, marks = [], []
        for label, colour, dash, shape, modelled, points in told:
            series.append({"label": label, "colour": colour, "row": len(rows), "width": 2} | ({"dash": dash} if dash else {}))
            rows.append(modelled)
            if points:
                name = "observed" if label == "Model" else f"{label}, observed"
                marks.append({"label": name, "colour": colour, "shape": shape, "points": [(p.first, p.last, p.value, p.source) for p in points]})
        panels.append({"title": title, "unit": unit, "series": series, "marks": marks} | ({"log": True} if unit == "USD/kg" and "NdPr" not in title else {}))
    return panels, np.asarray(rows, np.float32).tobytes()


@solara.component
def Points(playback: Playback) -> None:
    """Every observation beside what the model says for the same months."""
    rows = compared(playback.frames.value[0].results)
    solara.HTML(tag="h2", unsafe_innerHTML="Point by point", classes=["tn-h2"])
    if not rows:
        solara.Text("Press Play: the table fills as the months pass.", classes=["tn-soft"])
        return
    head = "".join(f"<th>{name}</th>" for name in ("What", "When", "Observed", "Model", "Model ÷ observed", "Source", "Confidence"))
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    solara.HTML(tag="div", unsafe_innerHTML=f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>", classes=["tn-table"])


def compared(results: xr.Dataset) -> list[tuple[str, ...]]:
    """Rows of the table, for observations whose months have passed."""
    rows: list[tuple[str, ...]] = []
    for _, unit, told in lines(results):
        for *_, modelled, points in told:
            for p in points:
                if p.last < len(modelled):
                    mine = float(np.mean(modelled[p.first : p.last + 1]))
                    when = month_name(p.first) + (f" to {month_name(p.last)}" if p.last > p.first else "")
                    rows.append((p.what, when, f"{words.number(p.value)} {unit}", words.number(mine), f"{mine / p.value:.2f}", p.source, p.confidence))
    return rows
