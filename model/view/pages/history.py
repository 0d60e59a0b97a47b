"""History: what happened in a world replayed against what was observed, point by point."""

from html import escape

import numpy as np
import solara
import xarray as xr

from model import Scenario
from model.names import month_index, month_name
from model.view import pictures, words
from model.view.controls import Controls
from model.view.observations import PLACES, Observations, Point
from model.view.playback import Playback
from model.view.settings import here, usual
from model.view.words import wording
from model.world import World

TOLD = "history"
"""The scenario that tells what happened; where a world has none, its first."""
MARKET_LOOKS = {
    "CHN": ("China", "series:0", None, "circle"),
    "ROW_asked": ("Europe, asked", "series:1", None, "square"),
    "ROW_realised": ("Abroad, paid", "series:1", [4, 3], "diamond"),
}
"""For each market its words, colour, dash and mark."""
Line = tuple[str, str, list[int] | None, str, np.ndarray, list[Point]]
"""Label, colour, dash, mark, modelled values, observed points."""
Panel = tuple[str, str, bool, list[Line]]
"""Title, unit, whether it is drawn on a logarithmic scale, lines."""


def explained(world: World) -> str:
    """What the page shows."""
    span = f"from {words.month(world.start)} to {words.month(until(world))}"
    return (
        f"The model replays what states did {span}. Lines are the model, marks are what was reported; "
        "every point is in the table below, with its source as numbered in SOURCES.md of the worlds."
    )


def until(world: World) -> str:
    """Last month of which is told what happened; a world that does not say so is played to the end of its scenario."""
    return world.history_end if world.history_end > world.start else Scenario.load(usual(world, TOLD), world).last_month


@solara.component
def History() -> None:
    world = here()
    solara.Title(f"History: {wording(world).network}")
    playback = solara.use_memo(lambda: Playback([Scenario.load(usual(world, TOLD), world)], until=until(world)), [])
    observed = solara.use_memo(lambda: Observations(world), [])
    Controls(playback, choices=0)
    solara.Text(explained(world), classes=["tn-soft"])
    if observed.missing:
        solara.Text(f"This world has no {' and no '.join(observed.missing)}: what they would tell is left out.", classes=["tn-soft"])
    if not playback.frames.value:
        return
    pictures.Map(playback, group="history")
    frame = playback.frames.value[0]
    panels, values = sheet(frame.results, observed)
    pictures.sheet(panels, values, frame.length, playback.run.months, frame.events, group="history")
    Points(playback, observed)


def lines(results: xr.Dataset, observed: Observations) -> list[Panel]:
    """The panels of which something was observed."""
    said, chain = wording(observed.world), observed.world.chain
    shipped = results.china_exports.sel(good=list(said.headline.goods)).sum("good")
    panels: list[Panel] = []
    for place, name in PLACES.items():
        modelled = shipped.sum("destination") if place == "WLD" else shipped.sel(destination=place)
        told: list[Line] = [("Model", "series:0", None, "circle", modelled.values, observed.exports(place))]
        panels.append((f"China's {said.headline.words} to {name}", "t a month", False, told))
    for good in chain.goods:
        price, heavy = results.price.sel(good=good), bool(chain.heavy[chain.lead[chain.index(good)]])
        quoted: list[Line] = [(*look, price.sel(market=market).values, observed.prices(good, market)) for market, look in MARKET_LOOKS.items()]
        panels.append((said.goods[good], "USD/kg", heavy, quoted))
    return [panel for panel in panels if any(line[-1] for line in panel[-1])]


def sheet(results: xr.Dataset, observed: Observations) -> tuple[list[dict], bytes]:
    """What the chart widget draws."""
    panels: list[dict] = []
    rows: list[np.ndarray] = []
    for title, unit, log, told in lines(results, observed):
        series, marks = [], []
        for label, colour, dash, shape, modelled, points in told:
            series.append({"label": label, "colour": colour, "row": len(rows), "width": 2} | ({"dash": dash} if dash else {}))
            rows.append(modelled)
            if points:
                name = "observed" if label == "Model" else f"{label}, observed"
                marks.append({"label": name, "colour": colour, "shape": shape, "points": [(p.first, p.last, p.value, p.source) for p in points]})
        panels.append({"title": title, "unit": unit, "series": series, "marks": marks} | ({"log": True} if log else {}))
    return panels, np.asarray(rows, np.float32).tobytes()


@solara.component
def Points(playback: Playback, observed: Observations) -> None:
    """Every observation beside what the model says for the same months."""
    rows = compared(playback.frames.value[0].results, observed)
    solara.HTML(tag="h2", unsafe_innerHTML="Point by point", classes=["tn-h2"])
    if not rows:
        solara.Text("Press Play: the table fills as the months pass.", classes=["tn-soft"])
        return
    head = "".join(f"<th>{name}</th>" for name in ("What", "When", "Observed", "Model", "Model ÷ observed", "Source", "Confidence"))
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    solara.HTML(tag="div", unsafe_innerHTML=f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>", classes=["tn-table"])


def compared(results: xr.Dataset, observed: Observations) -> list[tuple[str, ...]]:
    """Rows of the table, for observations whose months have passed."""
    rows: list[tuple[str, ...]] = []
    first = month_index(observed.world.start)
    for _, unit, _, told in lines(results, observed):
        for *_, modelled, points in told:
            for p in points:
                if p.last < len(modelled):
                    mine = float(np.mean(modelled[p.first : p.last + 1]))
                    when = month_name(first + p.first) + (f" to {month_name(first + p.last)}" if p.last > p.first else "")
                    rows.append((p.what, when, f"{words.number(p.value)} {unit}", words.number(mine), f"{mine / p.value:.2f}" if p.value else "–", p.source, p.confidence))
    return rows
