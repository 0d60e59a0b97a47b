"""Compare: two futures on one clock with the same luck, and the same question asked of many pairs."""

import solara

from model import Scenario
from model.view import fan, pictures, words
from model.view.controls import Controls, Upload
from model.view.ensemble import SIZES, UNTIL, Ensemble
from model.view.playback import Playback
from model.view.run import Frame
from model.view.settings import here
from model.view.words import wording
from model.world import World

PAIR = ("truce_holds", "restrictions_resume")
"""The futures the page opens with, where the world tells them: the question the model was built for."""


def futures(world: World) -> list[Scenario]:
    """The two scenarios the page opens with; a world with fewer than two is compared with itself."""
    told = Scenario.names(world)
    names = [*(name for name in PAIR if name in told), *(name for name in told if name not in PAIR), *told]
    return [Scenario.load(name, world) for name in names[:2]]


@solara.component
def Compare() -> None:
    solara.Title(f"Compare: {wording(here()).network}")
    playback = solara.use_memo(lambda: Playback(futures(here())), [])
    Controls(playback, choices=2)
    if not playback.frames.value:
        return
    with solara.Div(classes=["tn-two"]):
        for place in range(2):
            with solara.Div(classes=["tn-left"]):
                pictures.Map(playback, place, group="compare", titled=True, legend=False)
    pictures.Key(playback, group="compare")
    PairCharts(playback)
    Many(playback)
    Upload(playback, 1, "Use a scenario of your own as scenario B (.toml)")


@solara.component
def PairCharts(playback: Playback) -> None:
    """Both runs in every panel, with the policy events of both."""
    frames, names = playback.frames.value, [scenario.name for scenario in playback.scenarios.value]
    panels, values = fan.pair(playback.world, [frame.results for frame in frames], names)
    pictures.sheet(panels, values, frames[0].length, playback.run.months, decided(frames, names), group="compare")


def decided(frames: tuple[Frame, ...], names: list[str]) -> list[dict]:
    """The policy events of both futures by month; one that only one of them knows says whose it is."""
    common = [event for event in frames[0].events if event in frames[1].events]
    own = [event | {"label": f"{event['label']} ({words.scenario(name)})"} for frame, name in zip(frames, names, strict=True) for event in frame.events if event not in common]
    return sorted(common + own, key=lambda event: event["month"])


@solara.component
def Many(playback: Playback) -> None:
    """The paired ensemble: asked for, watched, cancelled, shown."""
    ensemble = solara.use_memo(Ensemble, [])
    size, choose_size = solara.use_state(SIZES[1])
    until, choose_until = solara.use_state(UNTIL[1])
    solara.use_effect(lambda: ensemble.cancel, [])
    a, b = (words.scenario(scenario.name) for scenario in playback.scenarios.value)
    busy, start = ensemble.busy, lambda: ensemble.start(playback.world, playback.scenarios.value, size, playback.seed.value, until)
    told = f"Replicates of {a} and {b}: each pair shares its luck and its draw of uncertain parameters, so that only policy differs."
    with solara.Div(classes=["tn-card"]):
        solara.HTML(tag="h2", unsafe_innerHTML="Many pairs", classes=["tn-h2"])
        solara.Text(told, classes=["tn-soft"])
        with solara.Div(classes=["tn-controls"]):
            sizes = [str(each) for each in SIZES]
            solara.Select("Replicates", value=str(size), values=sizes, on_value=lambda text: choose_size(int(text)), dense=True, disabled=busy, classes=["tn-speed"])
            solara.Select("Until", value=until, values=list(UNTIL), on_value=choose_until, dense=True, disabled=busy, classes=["tn-speed"])
            with solara.Div(classes=["tn-buttons"]):
                solara.Button("Run ensemble", color="primary", depressed=True, disabled=busy, on_click=start)
                solara.Button("Cancel", outlined=True, disabled=not busy, on_click=ensemble.cancel)
        Progress(ensemble)
    if ensemble.runs.value is not None:
        Fans(ensemble)


@solara.component
def Progress(ensemble: Ensemble) -> None:
    """How far it is, or what went wrong."""
    state, done, total = ensemble.state.value, ensemble.done.value, ensemble.total.value
    if ensemble.busy:
        solara.ProgressLinear(100 * done / total if done else True)
        solara.Text(f"{done} of {total} pairs done.", classes=["tn-soft", "tn-progress"])
    elif state == "failed":
        solara.Error(ensemble.said.value)


@solara.component
def Fans(ensemble: Ensemble) -> None:
    """Medians with bands, and the paired difference."""
    runs = ensemble.runs.value
    names = runs.scenario.values.tolist()
    months = runs.sizes["month"]
    levels, change = solara.use_memo(lambda: (fan.fans(here(), runs), fan.differences(here(), runs)), [id(runs)])
    title = f"{words.scenario(names[1])} less {words.scenario(names[0])}"
    for heading, (panels, values) in (("Both futures: median and 5 to 95 % of replicates", levels), (f"Difference: {title}", change)):
        solara.HTML(tag="h2", unsafe_innerHTML=f"{heading} ({runs.sizes['replicate']} pairs)", classes=["tn-h2"])
        pictures.sheet(panels, values, months, months, start=fan.earliest(here()), group="fans").key(heading)
