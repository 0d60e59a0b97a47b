"""Results name the version and commit of the code that ran, not those of the repository they were made in."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from synthetic import synthetic_runs

from experiments import provenance, windows
from experiments.commit import NOTE
from experiments.plan import ROOT
from model import __version__

NAMED = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
ASK = "import sys; sys.path.insert(0, sys.argv[1]); from experiments.commit import commit; print(commit('0.1.0'))"


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *NAMED, *words], capture_output=True, text=True, check=True).stdout.strip()


def said(package: Path) -> str:
    """The commit a package says it is at."""
    return subprocess.run([sys.executable, "-IB", "-c", ASK, str(package)], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def package(tmp_path) -> Path:
    """The package's files as installed inside somebody's repository."""
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "mine")
    site = tmp_path / ".venv" / "site-packages"
    for name in ("model/version.py", "experiments/__init__.py", "experiments/commit.py"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, site / name)
    return site


def test_an_installed_package_is_not_at_the_commit_of_the_repository_around_it(package):
    assert said(package) == "unknown (installed, version 0.1.0)"


def test_an_installed_package_names_the_commit_it_was_built_from(package):
    (package / "experiments" / NOTE).write_text("0123abc\n")
    assert said(package) == "0123abc"


def test_tracked_code_names_its_commit_and_its_changes(package):
    git(package, "add", "-A")
    git(package, "commit", "-q", "-m", "theirs is mine now")
    assert said(package) == git(package, "rev-parse", "HEAD")
    (package / "model" / "version.py").write_text("changed = True\n")
    assert said(package) == git(package, "rev-parse", "HEAD") + "+changes"


def test_the_version_is_that_of_the_code_and_of_the_package():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__


def test_the_manifest_says_over_which_months_each_alternative_was_measured():
    runs = windows.note_partings(synthetic_runs(1, until="2030-12"))
    assert provenance.windows(runs) == {
        "restrictions_resume": {"parts": "2024-02", "from": "2026-11", "until": {"12": "2027-10", "36": "2029-10"}, "left_out": [108]},
    }
