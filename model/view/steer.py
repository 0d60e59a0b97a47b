"""Steering: impose, change or lift any instrument of any state while the model runs, and keep the changed history as a scenario."""

from collections.abc import Callable
from typing import Any

import solara

from model.errors import InputError
from model.patches import Patch
from model.policies import INSTRUMENTS, Instrument
from model.view import form, money, news, words
from model.view.playback import Playback
from model.view.run import Run

Draft = tuple[str, dict[str, Any]]
"""An instrument being filled in: its kind, and what was typed so far."""


@solara.component
def Steer(playback: Playback) -> None:
    """The panel: one act for breaking the truce, what is in force, and a form for any instrument."""
    blank: Draft = (next(iter(INSTRUMENTS)), {})
    draft, take_draft = solara.use_state(blank)
    (said, refused), tell = solara.use_state(("", False))
    _, run = playback.frames.value, playback.run
    month = words.month(news.next_month(run.model))

    def say(text: str) -> None:
        tell((text, False))

    def act(deed: Callable[[Run], None], told: str) -> None:
        try:
            playback.steer(deed)
            say(told)
        except InputError as error:
            tell((str(error), True))

    if run.over:
        solara.Text("The scenario is over. Press Reset to steer it anew.", classes=["tn-soft"])
        return
    with solara.Div(classes=["tn-actions"]):
        solara.Button("Break the truce now", color="error", outlined=True, on_click=lambda: act(Run.break_truce, f"The truce breaks in {month}: the restrictions it held back begin, and what answers them."))
    if said:
        (solara.Error if refused else solara.Success)(said, dense=True, classes=["tn-said"])
    InForce(playback, lambda each: take_draft((type(each).__name__, form.filled(each))), lambda name: act(lambda each: each.end(name), f"{name}: ends with {month}."))
    Presets(playback, lambda name: act(lambda each: each.lay(Patch.load(name, playback.world)), f"{words.scenario(name)}: from {month} on."))
    Impose(playback, draft, take_draft, say)
    Save(run)


@solara.component
def Presets(playback: Playback, lay: Callable[[str], None]) -> None:
    """The world's patches, each a portfolio that begins with the coming month, with what it does and who pays."""
    names = {words.scenario(name): name for name in Patch.names(playback.world)}
    chosen, choose = solara.use_state("")
    if not names:
        return
    solara.Text("Lay a portfolio over this future", classes=["tn-h4"])
    solara.Select("Portfolio", value=chosen, values=["", *names], on_value=choose, dense=True)
    if chosen:
        solara.Text(Patch.load(names[chosen], playback.world).sentence, classes=["tn-soft"])
        solara.Button("Begin it", color="primary", outlined=True, on_click=lambda: lay(names[chosen]))


@solara.component
def Impose(playback: Playback, draft: Draft, take_draft: Callable[[Draft], None], say: Callable[[str], None]) -> None:
    """The form for an instrument, new or changed."""
    problem, say_problem = solara.use_state(("", ""))
    (kind, typed), _ = draft, playback.frames.value
    values = {"date": news.next_month(playback.run.model)} | typed
    titles = {form.title(each): each for each in INSTRUMENTS}

    def impose() -> None:
        try:
            instrument = form.read(kind, values, playback.world.words)
            playback.steer(lambda each: each.impose(instrument))
        except InputError as error:
            say_problem(form.culprit(error))
            return
        say_problem(("", ""))
        take_draft((kind, {}))
        remarks = [f"It {why}." for _, why in playback.run.model.book.remarks]
        say(" ".join([f"{instrument.name}: in force.", *remarks]))

    solara.Text("Impose an instrument", classes=["tn-h4"])
    solara.Select("Instrument", value=form.title(kind), values=list(titles), on_value=lambda title: take_draft((titles[title], {})), dense=True)
    Fields(form.split(kind, playback.world.words), kind, values, lambda name, value: take_draft((kind, typed | {name: value})), problem)
    solara.Button("Impose", color="primary", on_click=impose, depressed=True, classes=["tn-impose"])


@solara.component
def InForce(playback: Playback, change: Callable[[Instrument], None], lift: Callable[[str], None]) -> None:
    """Instruments in force in the coming month, each with what can be done to it."""
    solara.Text("In force", classes=["tn-h4"])
    _, standing = playback.frames.value, playback.run.model.in_force()
    for each in standing:
        with solara.Div(classes=["tn-row"]):
            with solara.Div():
                solara.Text(each.name)
                cost = money.so_far(playback.run.model.treasury, each)
                if cost:
                    with solara.Div():
                        solara.Text(cost, classes=["tn-soft"])
            with solara.Div(classes=["tn-deeds"]):
                solara.Button("Change", text=True, small=True, on_click=lambda each=each: change(each), attributes={"aria-label": f"Change {each.name}"})
                solara.Button("Lift", text=True, small=True, on_click=lambda each=each: lift(each.name), attributes={"aria-label": f"Lift {each.name}"})
    if not standing:
        solara.Text("Nothing: trade is free.", classes=["tn-soft"])


@solara.component
def Fields(parts: tuple[list[dict], list[dict]], kind: str, values: dict, change: Callable[[str, Any], None], problem: tuple[str, str]) -> None:
    """The fields of the instrument chosen; the rarer ones behind "More"."""
    more, open_more = solara.use_state(False)
    first, rest = parts
    solara.Text((INSTRUMENTS[kind].__doc__ or "").split("\n")[0], classes=["tn-soft"])
    name, wrong = problem
    if wrong and name not in [field["name"] for field in first + (rest if more else [])]:
        solara.Error(f"{name}: {wrong}" if name else wrong, dense=True)
    for field in first + (rest if more else []):
        key = field["name"]
        form.Field(field, values.get(key), setter(change, key), wrong if key == name else "").key(f"{kind} {key}")
    if rest:
        solara.Button("Fewer fields" if more else f"{len(rest)} more fields", text=True, small=True, on_click=lambda: open_more(not more))


def setter(change: Callable[[str, Any], None], name: str) -> Callable[[Any], None]:
    """What a field does with a value typed into it."""
    return lambda value: change(name, value)


@solara.component
def Save(run: Run) -> None:
    """The history as steered, as a file an experiment can run."""
    solara.Text("Keep this history", classes=["tn-h4"])
    solara.Text("Saved as a scenario, it can be run again here or by python -m experiments.truce_vs_resume --scenarios truce_holds FILE.", classes=["tn-soft"])
    name = f"{run.scenario.name}_steered" if run.steered else run.scenario.name
    solara.FileDownload(lambda: run.history().to_toml().encode(), filename=f"{name}.toml", label="Save scenario (.toml)", mime_type="application/toml")
