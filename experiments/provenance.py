"""Where results come from: version, commit, command, checksums of the tables, and what ran them."""

import platform
import shlex
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from experiments.files import checksum
from experiments.plan import ROOT, Plan
from model.tables import Tables

LIBRARIES = ("mesa", "numpy", "numba", "scipy", "pandas", "xarray", "networkx")


def started(experiment: str, plan: Plan, arguments: list[str]) -> dict:
    """A manifest as far as it is known before the runs."""
    return {
        "experiment": experiment,
        "complete": False,
        "command": shlex.join(["python", "-m", f"experiments.{experiment}", *arguments]),
        "version": program_version(),
        "commit": commit(),
        "key": plan.key,
        "plan": {
            "scenarios": {scenario.name: scenario.sentence for scenario in plan.scenarios},
            "replicates": plan.replicates, "seed": plan.seed, "until": plan.until, "parameters": plan.parameters, "settings": dict(plan.settings),
        },
        "data": Tables.checksums(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "started": now(),
    }  # fmt: skip


def completed(manifest: dict, folder: Path, outputs: list[Path]) -> dict:
    """The manifest of a finished experiment: with the checksum of each file it wrote."""
    written = {str(path.relative_to(folder)): checksum(path) for path in outputs}
    return manifest | {"complete": True, "finished": now(), "outputs": written}


def now() -> str:
    """The time of day in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def program_version() -> str:
    """The version in pyproject.toml."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines() if (ROOT / "pyproject.toml").exists() else []
    return next((line.split('"')[1] for line in lines if line.startswith("version")), "unknown")


def commit() -> str:
    """The commit checked out, marked if model or experiments differ from it; "unknown" outside a git checkout."""
    try:
        name = git("rev-parse", "HEAD")
        changed = git("status", "--porcelain", "--", "model", "experiments")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{name}+changes" if changed else name


def git(*words: str) -> str:
    """What git answers in the program's folder."""
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True).stdout.strip()
