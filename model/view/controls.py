"""The controls of a playback: Play, Pause, Step, Reset, speed, seed and scenario, after Mesa's own model controller."""

import json

import solara

from model import Patch, Scenario
from model.errors import InputError
from model.view import words
from model.view.playback import SPEEDS, Clock, Playback
from model.view.widgets import FilePicker
from model.world import World

MOST_BYTES = 64 * 1024
"""Largest scenario file a visitor may bring."""


@solara.component
def Controls(playback: Playback, choices: int = 1) -> None:
    """The strip above the map; choices: how many scenarios can be chosen."""
    Clock(playback)
    with solara.Div(classes=["tn-controls"]):
        Buttons(playback)
        Speed(playback)
        Seed(playback)
        for place in range(choices):
            ScenarioChoice(playback, place, "Scenario" if choices == 1 else f"Scenario {'AB'[place]}")
    Trouble(playback)


@solara.component
def Buttons(playback: Playback) -> None:
    playing, frames = playback.playing.value, playback.frames.value
    over, broken = bool(frames) and frames[0].over, bool(playback.trouble.value)
    with solara.Div(classes=["tn-buttons"]):
        label, icon = ("Pause", "mdi-pause") if playing else ("Play", "mdi-play")
        solara.Button(label, icon_name=icon, on_click=playback.toggle, color="primary", disabled=over or broken, depressed=True)
        solara.Button("Step", icon_name="mdi-skip-next", on_click=playback.step, disabled=playing or over or broken, outlined=True)
        solara.Button("Reset", icon_name="mdi-restore", on_click=playback.reset, outlined=True)


@solara.component
def Speed(playback: Playback) -> None:
    def choose(text: str) -> None:
        playback.speed.value = int(text.split()[0])

    values = [f"{speed} months/s" for speed in SPEEDS]
    solara.Select("Speed", value=f"{playback.speed.value} months/s", values=values, on_value=choose, dense=True, classes=["tn-speed"])


@solara.component
def Seed(playback: Playback) -> None:
    """The run's luck; a seed that is none is refused beside the field and changes nothing."""
    text, say_text = solara.use_state(str(playback.seed.value))
    problem, say_problem = solara.use_state("")

    def take(typed: str) -> None:
        say_text(typed)
        try:
            playback.reseed(typed)
            say_problem("")
        except InputError as error:
            say_problem(str(error).removeprefix("seed: "))

    solara.InputText("Seed", value=text, on_value=take, error=problem or False, dense=True, classes=["tn-seed"])


@solara.component
def ScenarioChoice(playback: Playback, place: int, label: str) -> None:
    """One of the world's scenarios, or one the visitor brought, and what is laid over it."""
    _, current = playback.scenarios.value, playback.storylines[place]
    names = {words.scenario(name): name for name in Scenario.names(playback.world)}
    own = {f"{words.scenario(current.name)} (yours)": None} if current.name not in names.values() else {}

    def choose(title: str) -> None:
        if names.get(title):
            playback.choose(place, Scenario.load(names[title], playback.world))

    shown = next((title for title, name in names.items() if name == current.name), next(iter(own), ""))
    solara.Select(label, value=shown, values=[*names, *own], on_value=choose, dense=True, classes=["tn-scenario"])
    if patches := {words.scenario(name): name for name in Patch.names(playback.world)}:
        laid = [title for title, name in patches.items() if name in playback.laid[place]]
        solara.SelectMultiple(f"Patches{label.removeprefix('Scenario')}", values=laid, all_values=list(patches), on_value=lambda titles: playback.lay(place, [patches[each] for each in titles]), dense=True, classes=["tn-scenario"])


@solara.component
def Trouble(playback: Playback) -> None:
    """What went wrong with the model, in words."""
    if playback.trouble.value:
        solara.Error(playback.trouble.value, classes=["tn-trouble"])


@solara.component
def Upload(playback: Playback, place: int = 0, label: str = "Use a scenario of your own (.toml)") -> None:
    """A visitor's scenario: read as data, at most 64 kB, refused with one line."""
    problem, say_problem = solara.use_state("")

    def read(picked: str) -> None:
        try:
            playback.choose(place, uploaded(json.loads(picked), playback.world))
            say_problem("")
        except InputError as error:
            say_problem(str(error))

    FilePicker.element(label=label, limit=MOST_BYTES, picked="", on_picked=read)
    if problem:
        solara.Error(problem, classes=["tn-upload-problem"])


def uploaded(file: dict, world: World) -> Scenario:
    """The scenario in a file from outside; it can extend the world's own scenarios only and open no other file."""
    name, size = str(file["name"])[:80], max(int(file["size"]), len(file["text"]))
    if size > MOST_BYTES:
        raise InputError(f"{name}: has {size:,} bytes; bring a scenario of at most {MOST_BYTES:,}")
    return Scenario.from_toml(file["text"], name, world)
