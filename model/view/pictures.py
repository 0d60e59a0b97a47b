"""The map and the charts of a playback as page components: they redraw when a frame comes, and nothing else does."""

import solara
from solara.lab import use_dark_effective

from model.view import inspector, words
from model.view.playback import Playback
from model.view.widgets import Charts, TradeMap, land


@solara.component
def Map(playback: Playback, place: int = 0, group: str = "page", titled: bool = False):
    """The world of one run."""
    dark, frame, run = bool(use_dark_effective()), playback.frames.value[place], playback.runs[place]
    selected = playback.selected.value
    detail = inspector.links(run, selected) if selected in run.names else {}
    month = words.month(frame.snapshot.month)
    title = f"{words.scenario(playback.scenarios.value[place].name)}, {month}" if titled else month
    TradeMap.element(
        land=land(), world=run.atlas.world, firms=frame.snapshot.firms, flows=frame.snapshot.flows, belief=frame.snapshot.belief,
        title=title, selected=selected, on_selected=playback.selected.set, detail=detail, dark=dark, group=group,
    )  # fmt: skip


@solara.component
def RunCharts(playback: Playback, group: str = "page"):
    """The small charts of the first run, with the timeline of policy."""
    dark, frame, run = bool(use_dark_effective()), playback.frames.value[0], playback.run
    Charts.element(panels=run.panels, values=frame.values, length=frame.length, total=run.last + 1, events=list(frame.events), dark=dark, group=group)
