"""The map and the charts of a playback as page components: they redraw when a frame comes, and nothing else does."""

import json
from collections.abc import Sequence

import solara

from model.view import inspector, words
from model.view.playback import Playback
from model.view.settings import here
from model.view.widgets import Charts, Legend, TradeMap


@solara.component
def Map(playback: Playback, place: int = 0, group: str = "page", titled: bool = False, legend: bool = True) -> None:
    """The world of one run."""
    frame, run = playback.frames.value[place], playback.runs[place]
    selected = playback.selected.value
    detail = inspector.shown(run, selected) if selected in run.names else {}
    month = words.month(frame.snapshot.month)
    title = f"{words.scenario(playback.scenarios.value[place].name)}, {month}" if titled else month
    world = solara.use_memo(lambda: json.dumps(run.atlas.world), [run])
    TradeMap.element(
        world=world, firms=frame.snapshot.firms, flows=frame.snapshot.flows, belief=json.dumps(frame.snapshot.belief),
        title=title, selected=selected, on_selected=playback.selected.set, detail=json.dumps(detail), group=group, legend=legend,
    )  # fmt: skip


@solara.component
def Key(playback: Playback, group: str) -> None:
    """One legend for the maps of a group."""
    run = playback.run
    Legend.element(world=solara.use_memo(lambda: json.dumps(run.atlas.world), [run]), group=group)


def sheet(panels: list[dict], values: bytes, length: int, total: int, events: Sequence[dict] | None = None, start: int = 0, group: str = "page") -> solara.Element:
    """Small charts, with the timeline of policy if events are given."""
    return Charts.element(
        panels=json.dumps(panels), values=values, length=length, total=total, events=json.dumps(events or ()), start=start,
        timeline=events is not None, group=group, origin=here().start,
    )  # fmt: skip


@solara.component
def RunCharts(playback: Playback, group: str = "page") -> None:
    """The small charts of the first run."""
    frame, run = playback.frames.value[0], playback.run
    sheet(run.panels, frame.values, frame.length, run.months, frame.events, group=group)
