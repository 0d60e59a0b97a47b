"""Explore: one world, watched and steered."""

import solara

from model import Scenario
from model.view import pictures, words
from model.view.controls import Controls, Upload
from model.view.inspector import Inspector
from model.view.playback import Playback
from model.view.settings import SETTINGS
from model.view.steer import Steer


@solara.component
def Explore():
    solara.Title("Explore: magnet trade network")
    playback = solara.use_memo(lambda: Playback([Scenario.load(SETTINGS.scenario)]), [])
    Controls(playback)
    if not playback.frames.value:
        return
    with solara.Div(classes=["tn-main"]):
        with solara.Div(classes=["tn-left"]):
            pictures.Map(playback)
        Side(playback)
    pictures.RunCharts(playback)


@solara.component
def Side(playback: Playback):
    """The panel beside the map: the month, the selection, the helm."""
    tab, choose = solara.use_state(0)
    selected = playback.selected.value
    solara.use_effect(lambda: choose(1) if selected else None, [selected])
    with solara.Div(classes=["tn-side"]):
        with solara.lab.Tabs(value=tab, on_value=choose, grow=True, lazy=True):
            with solara.lab.Tab("This month"):
                Month(playback)
            with solara.lab.Tab("Selection"):
                with solara.Div(classes=["tn-panel-body"]):
                    Inspector(playback)
            with solara.lab.Tab("Steer"):
                with solara.Div(classes=["tn-panel-body"]):
                    Steer(playback)


ICONS = {"decided": "mdi-gavel", "stopped": "mdi-alert-circle-outline", "recovered": "mdi-check-circle-outline", "opened": "mdi-factory", "waiting": "mdi-timer-sand", "calm": "mdi-information-outline"}


@solara.component
def Month(playback: Playback):
    """The months in words, the latest first."""
    frame, scenario = playback.frames.value[0], playback.scenarios.value[0]
    with solara.Div(classes=["tn-panel-body"]):
        if frame.snapshot.month is None:
            solara.Text("Press Play, or Step for one month at a time.")
            Upload(playback)
        elif frame.over:
            solara.Text(f"{words.scenario(scenario.name)} ends here. Press Reset to start again.")
        for month, lines in frame.told:
            solara.Text(words.month(month), classes=["tn-when"])
            for line in lines:
                with solara.Div(classes=["tn-line-of-news", f"tn-{line.kind}"]):
                    solara.v.Icon(children=[ICONS[line.kind]], small=True)
                    solara.Text(line.text)
