"""Explore: one world, watched and steered."""

from html import escape

import solara

from model.view import pictures, words
from model.view.controls import Controls, Upload
from model.view.inspector import Inspector
from model.view.news import Line
from model.view.playback import Playback
from model.view.settings import here, opening
from model.view.steer import Steer
from model.view.words import wording


@solara.component
def Explore() -> None:
    solara.Title(f"Explore: {wording(here()).network}")
    playback = solara.use_memo(lambda: Playback([opening()]), [])
    Controls(playback)
    if not playback.frames.value:
        return
    with solara.Div(classes=["tn-main"]):
        with solara.Div(classes=["tn-left"]):
            pictures.Map(playback)
        Side(playback)
    pictures.RunCharts(playback)


@solara.component
def Side(playback: Playback) -> None:
    """The panel beside the map: the month, the selection, the helm."""
    tab, choose = solara.use_state(0)
    selected = playback.selected.value
    solara.use_effect(lambda: choose(1) if selected else None, [selected])
    with solara.Div(classes=["tn-side"]), solara.lab.Tabs(value=tab, on_value=choose, grow=True, lazy=True):
        with solara.lab.Tab("This month"):
            Month(playback)
        with solara.lab.Tab("Selection"), solara.Div(classes=["tn-panel-body"]):
            Inspector(playback)
        with solara.lab.Tab("Steer"), solara.Div(classes=["tn-panel-body"]):
            Steer(playback)


ICONS = {
    "decided": "mdi-gavel", "stopped": "mdi-alert-circle-outline", "recovered": "mdi-check-circle-outline",
    "opened": "mdi-factory", "waiting": "mdi-timer-sand", "calm": "mdi-information-outline",
}  # fmt: skip


@solara.component
def Month(playback: Playback) -> None:
    """The months in words, the latest first."""
    frame, scenario = playback.frames.value[0], playback.scenarios.value[0]
    with solara.Div(classes=["tn-panel-body"]):
        with solara.Div(classes=["tn-start"], style="display: none" if frame.snapshot.month else ""):  # hidden, not left out: a browser forgets no module, so it is loaded once
            solara.Text("Press Play, or Step for one month at a time.")
            Upload(playback)
        if frame.over:
            solara.Text(f"{words.scenario(scenario.name)} ends here. Press Reset to start again.")
        solara.HTML(tag="div", unsafe_innerHTML="".join(told(*month) for month in frame.told))


def told(month: str | None, lines: tuple[Line, ...]) -> str:
    """A month's sentences as HTML; one piece, since many small ones would slow the page while it plays."""
    items = "".join(f'<div class="tn-line-of-news tn-{line.kind}"><i class="v-icon mdi {ICONS[line.kind]}"></i><span>{escape(line.text)}</span></div>' for line in lines)
    return f'<div class="tn-when">{words.month(month)}</div>{items}'
