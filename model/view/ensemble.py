"""A paired ensemble in the background: many replicates of two scenarios, in processes of their own, with progress and cancel."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import solara
import xarray as xr

from model import Scenario
from model.errors import InputError
from model.world import World

if TYPE_CHECKING:  # not needed to look at one world
    from experiments.plan import Plan

LOG = logging.getLogger(__name__)
WORKERS = 2
HEARING = 0.2
"""Seconds after which a cancelled ensemble has heard it."""
SIZES = (10, 20, 50, 100)
"""Numbers of replicates a visitor can ask for."""
UNTIL = ("2028-12", "2030-12", "2035-12")


class Ensemble:
    """Reactive: state (idle, running, done, failed), done and total (replicates), runs (the data set), said (what went wrong)."""

    def __init__(self) -> None:
        self.state, self.said = solara.reactive("idle"), solara.reactive("")
        self.done, self.total = solara.reactive(0), solara.reactive(0)
        self.runs: solara.Reactive[Any] = solara.reactive(None)  # a data set once there is one
        self.cancelled = threading.Event()

    @property
    def busy(self) -> bool:
        return self.state.value == "running"

    def start(self, world: World, scenarios: tuple[Scenario, ...], replicates: int, seed: int, until: str) -> None:
        """Begins an ensemble; at most one at a time."""
        from experiments.plan import Plan, check  # the experiments are not needed to look at one world

        if self.busy:
            return
        try:
            plan = check(Plan(scenarios, replicates, seed, until, world=world))
        except InputError as error:
            self.state.value, self.said.value = "failed", str(error).removeprefix("--")
            return
        self.cancelled = threading.Event()
        self.done.value, self.total.value, self.said.value, self.state.value = 0, replicates, "", "running"
        threading.Thread(target=self.work, args=(plan, self.cancelled), daemon=True).start()

    def cancel(self) -> None:
        """Gives it up at once; its workers end by themselves."""
        if self.busy:
            self.cancelled.set()
            self.state.value = "idle"

    def work(self, plan: "Plan", cancelled: threading.Event) -> None:
        try:
            runs = self.compute(plan, cancelled)
        except Exception as error:
            if not cancelled.is_set():
                LOG.exception("an ensemble failed")
                self.state.value, self.said.value = "failed", f"The ensemble stopped: {error or type(error).__name__}"
            return
        if not cancelled.is_set():
            self.runs.value, self.state.value = runs, "done"

    def compute(self, plan: "Plan", cancelled: threading.Event) -> xr.Dataset | None:
        """All runs, (scenario, replicate, month, ...), or None if cancelled."""
        from experiments import ensemble

        _ = plan.key, plan.draws  # settled here and handed to the workers with the plan
        with workers() as pool:
            asked = [pool.submit(ensemble.replicate_runs, plan, replicate) for replicate in range(plan.replicates)]
            left = set(asked)
            while left and not cancelled.is_set():
                _, left = wait(left, HEARING, FIRST_COMPLETED)
                if not cancelled.is_set():
                    self.done.value = len(asked) - len(left)
            if left:
                return None
            pairs = [each.result() for each in asked]
        return xr.concat(pairs, "replicate", **ensemble.STACK).transpose("scenario", "replicate", "month", ...)


@contextmanager
def workers() -> Iterator[ProcessPoolExecutor]:
    """Processes of an ensemble's own; they end with the block, whatever they are at."""
    from experiments import ensemble

    clean = ensemble.clean_start()
    ours, theirs = clean.Pipe()
    pool = ProcessPoolExecutor(WORKERS, clean, initializer=ensemble.follow, initargs=(theirs,))
    try:
        yield pool
    finally:
        ours.close()
        pool.shutdown(wait=True, cancel_futures=True)
