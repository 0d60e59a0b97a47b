"""Runs to records: a plan's replicates, computed in parallel, kept in part files as they come, merged into one data set.

A part file holds some replicates of all scenarios. It appears whole or not at all, so an interrupted ensemble goes on where it stopped, and
carries the plan's key, so parts of another plan, of other data or of other code are never mixed in. Neither the number of workers nor the
order in which they finish can change a bit.
"""

import math
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import xarray as xr
from tqdm import tqdm

from experiments import guard, headline, observed
from experiments.files import held, sweep
from experiments.plan import Plan
from experiments.plugins import load_all
from experiments.records import write_runs
from model import Scenario, TradeModel
from model.compiled import announce
from model.errors import InputError
from model.names import DESTINATIONS

if TYPE_CHECKING:  # not every system has both
    from multiprocessing.context import ForkServerContext, SpawnContext

LARGEST_PART = 10
"""Replicates a part file holds at most."""
FEWEST_PARTS = 8
"""Into how many parts even a small ensemble is split, so that all workers have some."""
ATTEMPTS = 4
"""How often workers may die in a row without finishing a part before the ensemble gives up."""
STACK: dict[str, Any] = {"data_vars": "all", "coords": "minimal", "compat": "override", "join": "exact", "combine_attrs": "drop_conflicts"}
"""How runs are put together: every variable gets the new dimension, and coordinates that differ are an error."""


class WorkersLost(RuntimeError):
    """Worker processes keep dying: usually too little memory for so many of them."""


def run(plan: Plan, folder: Path, workers: int = 1, progress: "bool | tqdm" = True) -> xr.Dataset:
    """All runs of the plan, (scenario, replicate, month, ...), or what it keeps of them, from part files in `folder`; those already there are not run again. progress: a bar that several plans share, or whether to show one.

    `InputError` if another process writes to the folder; `SystemExit` if the calling script has no `if __name__ == "__main__":`.
    """
    guard.stop_if_only_read()
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder):
        sweep(folder)
        return gathered(replace(plan), folder, workers, progress)


def gathered(plan: Plan, folder: Path, workers: int, progress: "bool | tqdm") -> xr.Dataset:
    """Compute the parts that are missing and put all together."""
    _ = plan.key, plan.draws  # settled here and handed to the workers with the plan
    missing = [part for part in parts(plan) if not finished(plan, folder, part)]
    if missing and progress is not False:
        announce()
    if not here(missing, workers):
        guard.check(clean_start())
    total, left = plan.replicates * plan.runs, sum(map(len, missing)) * plan.runs
    with bar_of(progress, total, total - left) as bar:
        for part in completed(plan, folder, missing, workers):
            bar.update(len(part) * plan.runs)
    if replace(plan).key != plan.key:
        raise InputError("the model's tables or code were changed while it ran; run the same command again, it starts afresh")
    runs = merged(plan, folder)
    for stale in set(folder.glob("*.nc")) - {part_path(folder, part) for part in parts(plan)}:
        stale.unlink()
    return runs


@contextmanager
def bar_of(progress: "bool | tqdm", total: int, done: int) -> Iterator[tqdm]:
    """A bar over so many runs, of which some are done: the one that several plans share, which stays open, or one of its own."""
    if not isinstance(progress, bool):
        progress.initial, progress.n = progress.initial + done, progress.n + done  # what was there before says nothing of the time left
        progress.refresh()
        yield progress
        return
    with tqdm(total=total, initial=done, unit="run", desc="simulating", disable=not progress) as bar:
        yield bar


def parts(plan: Plan) -> list[range]:
    """The plan's replicates in blocks, one a part file; the same whatever the number of workers."""
    size = min(LARGEST_PART, math.ceil(plan.replicates / FEWEST_PARTS))
    return [range(first, min(first + size, plan.replicates)) for first in range(0, plan.replicates, size)]


def part_path(folder: Path, part: range) -> Path:
    """The file of a block of replicates."""
    return folder / f"replicates_{part[0]:05d}-{part[-1]:05d}.nc"


def finished(plan: Plan, folder: Path, part: range) -> bool:
    """Whether the part is there, whole and of this very plan."""
    try:
        with h5py.File(part_path(folder, part)) as found:
            return found.attrs["key"] == plan.key and found["replicate"].size == len(part)
    except (OSError, KeyError):
        return False


def here(missing: list[range], workers: int) -> bool:
    """Whether this process computes the missing parts itself."""
    return workers == 1 or len(missing) < 2


def completed(plan: Plan, folder: Path, missing: list[range], workers: int) -> Iterator[range]:
    """Compute the missing parts, here or in worker processes, and name each as it is done."""
    if here(missing, workers):
        yield from (compute(plan, folder, part) for part in missing)
        return
    built(plan, plan.scenarios[0], 0).step()  # compiles what is not yet compiled, once, before several workers would
    failures = 0
    while missing:
        before = len(missing)
        try:
            for part in pooled(plan, folder, missing, workers):
                missing = [each for each in missing if each != part]
                yield part
        except BrokenProcessPool:
            failures = failures + 1 if len(missing) == before else 1
            if failures >= ATTEMPTS:
                raise WorkersLost(f"workers were killed {failures} times in a row, {len(missing)} parts are missing") from None


def pooled(plan: Plan, folder: Path, missing: list[range], workers: int) -> Iterator[range]:
    """One pool of worker processes over the missing parts; ends with BrokenProcessPool if one of them dies."""
    clean = clean_start()
    ours, theirs = clean.Pipe()
    pool = ProcessPoolExecutor(min(workers, len(missing)), clean, initializer=follow, initargs=(theirs, plan.plugins))
    try:
        with ctrl_c_ignored():
            waiting = {pool.submit(compute, plan, folder, part) for part in missing}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from [future.result() for future in done]
        pool.shutdown(wait=True)
    finally:
        ours.close()  # workers still at it stop at once
        pool.shutdown(wait=True, cancel_futures=True)
        sweep(folder)


def clean_start() -> "ForkServerContext | SpawnContext":
    """Processes that share no thread or lock with this one: forked from a server that has read the model once, or spawned where there is none."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    multiprocessing.set_forkserver_preload([__name__])
    return multiprocessing.get_context("forkserver")


@contextmanager
def ctrl_c_ignored() -> Iterator[None]:
    """Processes started in this block ignore Ctrl-C for good: it is the parent's to hear."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def follow(parent: Connection, plugins: tuple[Path, ...] = ()) -> None:
    """In a worker: know the plugins, leave Ctrl-C to the parent, and end when the line to it is cut, by the parent or by its death."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end_with_parent() -> None:
        parent.poll(None)
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    load_all(plugins)


def compute(plan: Plan, folder: Path, part: range) -> range:
    """Run a block of replicates and write its file in one move."""
    each = plan.kept or replicate_runs
    data = xr.concat([each(plan, replicate) for replicate in part], "replicate", **STACK)
    data.attrs["key"] = plan.key
    write_runs(data, part_path(folder, part))
    return part


def replicate_runs(plan: Plan, replicate: int) -> xr.Dataset:
    """One replicate in every scenario, (scenario, month, ...), with its luck and parameters, and what its headlines speak of."""
    names = [scenario.name for scenario in plan.scenarios]
    runs = [simulate(plan, scenario, replicate) for scenario in plan.scenarios]
    data = xr.concat(runs, "scenario", **STACK).assign_coords(scenario=names)
    draws = plan.draws.loc[replicate]
    data = data.assign_coords(replicate=replicate, parameter=list(draws.index))
    data["model_seed"] = ((), plan.model_seed(replicate), {"units": "1", "long_name": "seed of the replicate's luck"})
    data["parameter_value"] = ("parameter", draws.to_numpy(float), {"units": "see parameters.csv", "long_name": "parameter drawn for the replicate"})
    headline.note(data, plan.world)
    observed.note(data, plan.world)
    return data


def built(plan: Plan, scenario: Scenario, replicate: int) -> TradeModel:
    """The model of a replicate in a scenario, before its first month."""
    return TradeModel(plan.scenario(scenario, replicate), seed=plan.model_seed(replicate), cast=dict(plan.cast), world=plan.world, parts=plan.parts)


def simulate(plan: Plan, scenario: Scenario, replicate: int) -> xr.Dataset:
    """One run, (month, ...) or what its course keeps of it, in single precision, with the licence capacity and the treatment of destinations it drew."""
    model = built(plan, scenario, replicate)
    try:
        results = plan.course(model, plan.until) if plan.course else model.run_until(plan.until).results(plan.firms)
    except Exception as error:
        error.add_note(f"in {scenario.name}, replicate {replicate}, seed {plan.model_seed(replicate)}, month after {model.month}")
        raise
    single = results.map(lambda values: values.astype(np.float32) if values.dtype.kind == "f" else values, keep_attrs=True)
    drawn = {" ".join(map(str, owner)): value for owner, value in model.levers.drawn.items()}
    single["drawn_capacity"] = ((), drawn_capacity(drawn), {"units": "1", "long_name": "licence capacity drawn for the October regime"})
    told = {"units": "1", "long_name": "part of its share of the licence office's throughput drawn for a destination"}
    single["drawn_strictness"] = ("destination", [drawn_strictness(drawn, place) for place in DESTINATIONS], told)
    return single


def drawn_capacity(drawn: dict[str, float]) -> float:
    """The share of normal trade that the October regime's licence office clears in this run; NaN where none was drawn."""
    return next((share for owner, share in drawn.items() if owner.endswith("capacity_share")), np.nan)


def drawn_strictness(drawn: dict[str, float], place: str) -> float:
    """How the first regime that draws it treats a destination in this run; NaN where none was drawn."""
    return next((factor for owner, factor in drawn.items() if owner.endswith(f"strictness {place}")), np.nan)


def merged(plan: Plan, folder: Path) -> xr.Dataset:
    """All parts as one data set, replicates in order."""
    loaded = []
    for part in parts(plan):
        try:
            loaded.append(xr.load_dataset(part_path(folder, part), engine="h5netcdf"))
        except (OSError, ValueError):
            raise InputError(f"{part_path(folder, part)}: cannot be read; delete it and run the same command again") from None
    return xr.concat(loaded, "replicate", **STACK).transpose("scenario", "replicate", "month", ..., missing_dims="ignore")
