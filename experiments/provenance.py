"""Where results come from: version, commit, command, checksums of the tables, and what ran them."""

import platform
import shlex
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import xarray as xr

from experiments.commit import commit
from experiments.files import checksum
from experiments.plan import Plan
from experiments.windows import cut, departure, end_month, horizons, pairs, parting
from model import __version__

LIBRARIES = ("mesa", "numpy", "numba", "scipy", "pandas", "xarray", "networkx")


def started(experiment: str, plan: Plan, arguments: list[str]) -> dict:
    """A manifest as far as it is known before the runs."""
    return {
        "experiment": experiment,
        "complete": False,
        "command": shlex.join(["python", "-m", f"experiments.{experiment}", *arguments]),
        "version": __version__,
        "commit": commit(__version__),
        "key": plan.key,
        "plan": {
            "scenarios": {scenario.name: scenario.sentence for scenario in plan.scenarios},
            "replicates": plan.replicates, "seed": plan.seed, "until": plan.until, "parameters": plan.parameters, "settings": dict(plan.settings),
        },
        "world": plan.world.name,
        "data": plan.world.folder.checksums(),
        "plugins": plan.checksums,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "started": now(),
    }  # fmt: skip


def windows(runs: xr.Dataset) -> dict[str, dict]:
    """Over which months each alternative was measured: when it parts from the baseline ("" never), and first and last month of each horizon; those the runs cut."""
    return {
        str(pair.scenario.values[1]): {
            "parts": parting(pair), "from": departure(pair), "until": {str(months): end_month(pair, months) for months in horizons(pair)}, "left_out": cut(pair),
        }
        for pair in pairs(runs)
    }  # fmt: skip


def completed(manifest: dict, folder: Path, outputs: list[Path]) -> dict:
    """The manifest of a finished experiment: with the checksum of each file it wrote."""
    written = {str(path.relative_to(folder)): checksum(path) for path in outputs}
    return manifest | {"complete": True, "finished": now(), "outputs": written}


def now() -> str:
    """The time of day in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
