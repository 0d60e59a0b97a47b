"""Playback: one clock for one run or several, with what a visitor can do to it. Each browser tab has its own."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from threading import Event, RLock

import reacton.core
import solara

from model import Scenario
from model.errors import InputError
from model.view.run import Frame, Run, Stopped
from model.view.settings import here
from model.world import World

SPEEDS = (1, 2, 4, 8, 12, 20)
"""Months a second a visitor can choose from."""
DEFAULT_SPEED = 8
MOST_SEED = 2**32 - 1


class Playback:
    """Runs that share clock and luck. Reactive: frames (one a run), playing, speed, seed, trouble (what went wrong, in words)."""

    def __init__(self, scenarios: Sequence[Scenario], until: str | None = None, world: World | None = None) -> None:
        self.world, self.until, self.lock = world or here(), until, RLock()
        self.page = reacton.core.get_render_context(required=False) or nullcontext()
        self.scenarios = solara.reactive(tuple(scenarios))
        self.storylines: list[Scenario] = list(scenarios)
        self.laid: list[tuple[str, ...]] = [()] * len(scenarios)
        """By place: the storyline chosen, and the patches laid over it."""
        self.seed, self.speed = solara.reactive(1), solara.reactive(DEFAULT_SPEED)
        self.playing, self.trouble = solara.reactive(False), solara.reactive("")
        self.selected = solara.reactive("")
        self.runs: tuple[Run, ...] = ()
        self.frames: solara.Reactive[tuple[Frame, ...]] = solara.reactive(())
        self.reset()

    @property
    def run(self) -> Run:
        return self.runs[0]

    def reset(self) -> None:
        """Every run back to its first month, with the scenario and seed chosen now."""
        self.playing.value = False
        with self.lock:
            try:
                self.runs = tuple(Run(scenario, self.seed.value, self.until, self.world) for scenario in self.scenarios.value)
            except InputError as error:
                self.trouble.value = f"This scenario cannot be run: {error}"
                return
            self.trouble.value = ""
            self.show()

    def show(self) -> None:
        """Publishes the runs' frames; the page redraws once, however many of its parts look on."""
        with self.page:
            self.frames.value = tuple(run.frame for run in self.runs)
            if self.over:
                self.playing.value = False

    def choose(self, place: int, scenario: Scenario) -> None:
        """Another scenario in one place; all runs start again, so that they share the clock."""
        self.storylines[place] = scenario
        self.take(place)

    def lay(self, place: int, patches: Sequence[str]) -> None:
        """Other patches of the world over the storyline in one place."""
        self.laid[place] = tuple(patches)
        self.take(place)

    def take(self, place: int) -> None:
        """A storyline with the patches over it; all runs start again."""
        try:
            scenario = self.storylines[place].patched(self.laid[place])
        except InputError as error:
            self.trouble.value = f"These cannot be combined: {error}"
            return
        self.scenarios.value = (*self.scenarios.value[:place], scenario, *self.scenarios.value[place + 1 :])
        self.reset()

    def reseed(self, text: str) -> None:
        """Another luck; `InputError` if the text is no seed."""
        seed = seed_of(text)
        if seed != self.seed.value:
            self.seed.value = seed
            self.reset()

    def toggle(self) -> None:
        """Play or Pause; a month under way is finished first, so that nothing moves after a pause."""
        with self.lock:
            if not self.over:
                self.playing.value = not self.playing.value

    @property
    def over(self) -> bool:
        return bool(self.runs) and self.runs[0].over

    def step(self) -> None:
        """One month for every run."""
        with self.lock:
            if self.over or self.trouble.value:
                self.playing.value = False
                return
            try:
                for run in self.runs:
                    run.step()
            except Stopped as stopped:
                self.trouble.value, self.playing.value = f"{stopped} Press Reset to start again.", False
                return
            self.show()

    def play(self, cancelled: Event) -> None:
        """Steps at the speed chosen until paused, over, or the tab is gone."""
        due = time.monotonic()
        while self.playing.value and not cancelled.is_set():
            with self.lock:
                if self.playing.value:
                    self.step()
            due = max(due + 1.0 / self.speed.value, time.monotonic())
            cancelled.wait(max(0.0, due - time.monotonic()))

    def steer(self, act: Callable[[Run], None]) -> None:
        """A visitor's act on every run; what is shown follows at once."""
        with self.lock:
            for run in self.runs:
                act(run)
            self.show()


def seed_of(text: str) -> int:
    """A seed as typed."""
    try:
        seed = int(str(text).strip().encode("ascii"))
    except ValueError:
        raise InputError(f"seed: {str(text)[:20]!r} is not a whole number; give one such as 1") from None
    if not 0 <= seed <= MOST_SEED:
        raise InputError(f"seed: {seed} is out of range; give 0 to {MOST_SEED}")
    return seed


@solara.component
def Clock(playback: Playback) -> None:
    """Keeps a playback going while it plays; draws nothing."""
    solara.use_thread(playback.play, dependencies=[playback, playback.playing.value], intrusive_cancel=False)
    solara.Text("", style="display:none")
