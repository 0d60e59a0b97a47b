"""Ensembles: results that are whole, resumable and the same every time, whatever becomes of the workers."""

import os
import signal
import threading
import time
from multiprocessing import active_children

import numpy as np
import pytest
import xarray as xr

from experiments import ensemble, files
from experiments.plan import Plan
from model import Scenario

SCENARIOS = ("truce_holds", "restrictions_resume")


def plan(**changes) -> Plan:
    """A small plan over the first months after the scenarios part."""
    return Plan(tuple(Scenario.load(name) for name in SCENARIOS), **({"replicates": 2, "seed": 3, "until": "2026-12"} | changes))


@pytest.fixture(scope="module")
def straight(tmp_path_factory) -> tuple[xr.Dataset, dict[str, bytes]]:
    """The small plan run without interruption in one process: data and bytes of its parts."""
    folder = tmp_path_factory.mktemp("straight")
    runs = ensemble.run(plan(), folder, workers=1, progress=False)
    return runs, {path.name: path.read_bytes() for path in folder.glob("*.nc")}



def test_parts_cover_every_replicate_once():
    for replicates in (1, 7, 8, 9, 100, 333):
        blocks = ensemble.parts(plan(replicates=replicates))
        assert [each for block in blocks for each in block] == list(range(replicates))
        assert max(map(len, blocks)) <= 10 and len(blocks) >= min(replicates, 5)


def test_an_interrupted_ensemble_goes_on_where_it_stopped(straight, tmp_path, monkeypatch):
    runs, parts = straight
    kept, lost = sorted(parts)
    (tmp_path / kept).write_bytes(parts[kept])
    (tmp_path / lost).write_bytes(parts[lost][:2000])  # cut short
    computed = []
    monkeypatch.setattr(ensemble, "replicate_runs", lambda *which, real=ensemble.replicate_runs: computed.append(which[1]) or real(*which))
    xr.testing.assert_identical(ensemble.run(plan(), tmp_path, workers=1, progress=False), runs)
    assert computed == [1]


def test_parts_of_another_plan_are_never_used(straight, tmp_path):
    runs, parts = straight
    for name, content in parts.items():
        (tmp_path / name).write_bytes(content)
    other = ensemble.run(plan(seed=4), tmp_path, workers=1, progress=False)
    assert not np.array_equal(other.model_seed, runs.model_seed)


@pytest.mark.slow
def test_two_workers_give_the_same_bits_as_one_even_if_one_is_killed(straight, tmp_path):
    killed = []

    def kill_the_first():
        while not killed:
            for worker in active_children()[:1]:
                os.kill(worker.pid, signal.SIGKILL)
                killed.append(worker.pid)
            time.sleep(0.01)

    killer = threading.Thread(target=kill_the_first)
    killer.start()
    runs = ensemble.run(plan(), tmp_path, workers=2, progress=False)
    killer.join()
    assert killed
    xr.testing.assert_identical(runs, straight[0])
    assert all(runs[name].values.tobytes() == straight[0][name].values.tobytes() for name in runs.data_vars if runs[name].dtype.kind == "f")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(straight[1])


def test_workers_that_keep_dying_end_in_a_clear_error(tmp_path, monkeypatch):
    def always_broken(*_):
        raise ensemble.BrokenProcessPool
        yield

    monkeypatch.setattr(ensemble, "pooled", always_broken)
    with pytest.raises(ensemble.WorkersLost, match="killed 4 times in a row, 2 parts are missing"):
        ensemble.run(plan(), tmp_path, workers=2, progress=False)


def test_an_error_in_a_run_says_which(tmp_path, monkeypatch):
    def fail(self, month):
        raise ArithmeticError("Dy: 3 g too many")

    monkeypatch.setattr(ensemble.TradeModel, "run_until", fail)
    with pytest.raises(ArithmeticError) as caught:
        ensemble.run(plan(), tmp_path, workers=1, progress=False)
    assert "truce_holds, replicate 0" in caught.value.__notes__[0]
    assert not list(tmp_path.iterdir())


# ---- files


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    files.write_text(tmp_path / "kept.txt", "old")
    with pytest.raises(RuntimeError), files.written(tmp_path / "kept.txt") as draft:
        draft.write_text("half")
        raise RuntimeError
    assert (tmp_path / "kept.txt").read_text() == "old" and len(list(tmp_path.iterdir())) == 1
