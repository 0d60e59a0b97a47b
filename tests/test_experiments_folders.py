"""A result folder belongs to one process at a time, and neither a full disk nor a missing guard costs what was computed."""

import errno
import os
import resource
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from experiments import ensemble, files, records, truce_vs_resume
from experiments.plan import ROOT, Plan
from model import Scenario
from model.errors import InputError

HOLDER = "import sys; from filelock import SoftFileLock\nwith SoftFileLock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
SMALL = ["--replicates", "4", "--until", "2026-11", "--parameters", "default", "--workers", "1"]
LARGEST = 100_000
"""Bytes no file may grow beyond where the disk is to be full."""


def plan() -> Plan:
    """Two parts of one short run."""
    return Plan((Scenario.load("truce_holds"),), replicates=2, until="2024-02", parameters="default")


@pytest.fixture
def holder(tmp_path):
    """Another process that writes to the folder."""
    running = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / files.LOCK)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "held\n"
    yield running
    running.kill()
    running.wait()


def script(folder: Path, text: str) -> subprocess.CompletedProcess:
    """What becomes of a user's script."""
    path = folder / "study.py"
    path.write_text(textwrap.dedent(text))
    return subprocess.run([sys.executable, str(path)], env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False)


# ---- one writer at a time


def test_a_second_run_into_a_folder_is_refused_in_one_line_and_touches_nothing(holder, tmp_path, capsys):
    (tmp_path / ".summary.csv.99.draft").write_text("the first run's")
    files.write_json(tmp_path / files.MANIFEST, {"experiment": "truce_vs_resume"})
    with pytest.raises(SystemExit) as ended:
        truce_vs_resume.main([*SMALL, "--out", str(tmp_path)])
    said = capsys.readouterr()
    assert ended.value.code == 2 and not said.out and said.err.count("\n") == 1
    assert f"{tmp_path} is being written by process {holder.pid} since 20" in said.err and "wait or name another --out" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", ".summary.csv.99.draft", "manifest.json"]
    assert files.read_json(tmp_path / files.MANIFEST) == {"experiment": "truce_vs_resume"}


def test_parts_under_way_elsewhere_are_left_alone(holder, tmp_path):
    (tmp_path / ".replicates_00000-00000.nc.99.draft").write_text("the first run's")
    with pytest.raises(InputError, match=f"is being written by process {holder.pid}"):
        ensemble.run(plan(), tmp_path, progress=False)
    assert (tmp_path / ".replicates_00000-00000.nc.99.draft").exists()


def test_the_lock_of_a_dead_process_is_taken_over_and_its_drafts_are_swept(holder, tmp_path):
    (tmp_path / ".replicates_00000-00000.nc.99.draft").write_text("half")
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert (tmp_path / files.LOCK).exists()
    ensemble.run(plan(), tmp_path, progress=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["replicates_00000-00000.nc", "replicates_00001-00001.nc"]


def test_a_folder_is_free_again_whatever_ended_the_run(tmp_path):
    with pytest.raises(KeyboardInterrupt), files.held(tmp_path):
        raise KeyboardInterrupt
    with files.held(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


# ---- a full disk


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_the_same_command_goes_on(tmp_path, monkeypatch, capsys):
    room = [2]  # parts

    def write(path, content, real=files.write_bytes):
        if path.suffix == ".nc":
            if not room[0]:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            room[0] -= 1
        real(path, content)

    monkeypatch.setattr("experiments.records.write_bytes", write)
    monkeypatch.setattr("experiments.figures.draw_all", lambda runs, folder: [])
    monkeypatch.setattr("experiments.report.write", lambda *given: tmp_path / "out" / "summary.csv")
    command = [*SMALL, "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as ended:
        truce_vs_resume.main(command)
    line = capsys.readouterr().err.splitlines()[-1]
    assert ended.value.code == 2 and "No space left on device; make room or choose another --out" in line and "the same command goes on from there" in line
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nc")}
    assert len(kept) == 2 and not list(tmp_path.rglob(".*"))
    room[0] = 10
    truce_vs_resume.main(command)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept and len(list(tmp_path.rglob("replicates_*.nc"))) == 4


def test_writing_runs_to_a_disk_that_fills_up_ends_in_an_error_and_leaves_no_draft(tmp_path, limit):
    """HDF5 itself complains in many lines and crashes there."""
    noise = xr.Dataset({"noise": ("x", np.random.default_rng(1).random(LARGEST))})
    limit(LARGEST)
    with pytest.raises(OSError) as full:
        records.write_runs(noise, tmp_path / "runs.nc")
    assert full.value.errno == errno.EFBIG and not list(tmp_path.iterdir())


@pytest.fixture
def limit():
    """Lets no file grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda most: resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


# ---- a script without a guard

UNGUARDED = {
    "the ensemble": """
        from pathlib import Path
        from experiments import ensemble
        from experiments.plan import Plan
        from model import Scenario
        ensemble.run(Plan((Scenario.load("truce_holds"),), replicates=2, until="2024-02"), Path(__file__).parent / "parts", workers=2)
    """,
    "the experiment": """
        from pathlib import Path
        from experiments import truce_vs_resume
        truce_vs_resume.main(["--replicates", "2", "--until", "2026-11", "--workers", "2", "--out", str(Path(__file__).parent / "out")])
    """,
}


@pytest.mark.parametrize("text", [pytest.param(UNGUARDED["the ensemble"], marks=pytest.mark.slow), pytest.param(UNGUARDED["the experiment"], marks=pytest.mark.slow)], ids=UNGUARDED)
def test_a_script_without_a_guard_is_told_so_in_one_line(text, tmp_path):
    ended = script(tmp_path, text)
    assert ended.returncode == 2 and ended.stderr.count("\n") == 1 and "Traceback" not in ended.stderr
    assert 'put the calls of study.py under if __name__ == "__main__":' in ended.stderr
    assert not list(tmp_path.rglob("*.nc"))


@pytest.mark.slow
def test_a_script_with_a_guard_runs(tmp_path):
    lines = textwrap.dedent(UNGUARDED["the ensemble"]).strip().splitlines()
    ended = script(tmp_path, "\n".join([*lines[:-1], 'if __name__ == "__main__":', f"    {lines[-1]}"]))
    assert ended.returncode == 0, ended.stderr
    assert len(list(tmp_path.rglob("*.nc"))) == 2
