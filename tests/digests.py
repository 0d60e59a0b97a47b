"""Frozen digests: whether a change moved any result, and if so which, from which month on and by how much.

`digests.json` holds a short hash per scenario, seed, variable and year, over the coordinates that existed when it was frozen: a new variable
adds lines, a new good changes none. A restructuring leaves the file as it is; a change of meaning freezes it anew in its own commit.

    make moved                       what the working tree moves against its last commit (or that commit against its parent)
    make moved ARGS="--freeze"       freeze anew
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xarray as xr

ROOT = Path(__file__).resolve().parent.parent
FROZEN = ROOT / "tests" / "digests.json"
SEEDS = (1, 2, 3, 4, 5)
EVERYDAY_MONTHS = 36
"""Months that the everyday tests compare, with the first seed; the slow ones compare all months and seeds."""
LIBRARIES = ("numpy", "numba", "mesa", "scipy")
RUN = """
import sys
from model import Scenario, TradeModel
name, seed, months, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
model = TradeModel(Scenario.load(name), seed=seed)
for _ in range(min(months, model.last + 1)):
    model.step()
results = model.results()
results.attrs = {}
results.to_netcdf(path, engine="h5netcdf")
"""
"""What a tree of another commit is asked to do; only names that every release has."""


def simulate(name: str, seed: int, months: int) -> xr.Dataset:
    """The first months of a scenario's results."""
    from model import Scenario, TradeModel

    model = TradeModel(Scenario.load(name), seed=seed)
    for _ in range(min(months, model.last + 1)):
        model.step()
    return model.results()


def known(results: xr.Dataset, coordinates: dict[str, list[str]]) -> xr.Dataset:
    """The results over the coordinates that existed before; one that is gone is a KeyError."""
    return results.sel({name: labels for name, labels in coordinates.items() if name in results.dims})


def digests(results: xr.Dataset) -> dict[str, str]:
    """A short hash per year of each variable, as one line of words."""
    years = [str(month)[:4] for month in results.month.values]
    found = {}
    for name, values in results.data_vars.items():
        parts = [values.isel(month=[at for at, of in enumerate(years) if of == year]).values for year in dict.fromkeys(years)]
        found[str(name)] = " ".join(hashlib.sha256(np.ascontiguousarray(part + 0.0).tobytes()).hexdigest()[:8] for part in parts)
    return found


def freeze() -> None:
    """Writes the file anew from the working tree."""
    from model import Scenario

    lines, coordinates = {}, {}
    for name in Scenario.names():
        for seed in SEEDS:
            results = simulate(name, seed, sys.maxsize)
            coordinates |= {str(dim): results[dim].values.tolist() for dim in results.dims if dim != "month"}
            lines |= {f"{name}/{seed}/{variable}": line for variable, line in digests(results).items()}
    content = {"libraries": {name: version(name) for name in LIBRARIES}, "coordinates": coordinates, "digests": lines}
    FROZEN.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")


def differences(name: str, seed: int, months: int) -> list[str]:
    """Which of the frozen variables of a scenario differ, and in which year first."""
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    found = digests(known(simulate(name, seed, months), frozen["coordinates"]))
    moved = []
    for line, before in frozen["digests"].items():
        scenario, number, variable = line.split("/")
        if (scenario, number) == (name, str(seed)):
            pairs = zip(before.split(), found.get(variable, "").split(), strict=False)
            wrong = [at for at, (old, new) in enumerate(pairs) if old != new] if variable in found else [0]
            moved += [f"{line} from {2024 + wrong[0]}"] if wrong else []
    return moved


# ---------------------------------------------------------------------- the parent commit beside
def moved(before: Path, after: Path, scenarios: list[str], seed: int, months: int) -> Iterator[str]:
    """For each scenario and variable that differs between two trees: the first month and the size."""
    for name in scenarios:
        with tempfile.TemporaryDirectory() as folder:
            old, new = (run_in(tree, name, seed, months, Path(folder) / f"{at}.nc") for at, tree in enumerate((before, after)))
            yield from (f"{name}: {line}" for line in compared(old, new))


def run_in(tree: Path, name: str, seed: int, months: int, path: Path) -> xr.Dataset:
    """A scenario's results as the code of a tree makes them."""
    subprocess.run([sys.executable, "-c", RUN, name, str(seed), str(months), str(path)], cwd=tree, check=True)
    return xr.load_dataset(path, engine="h5netcdf")


def compared(old: xr.Dataset, new: xr.Dataset) -> Iterator[str]:
    """A line for each variable that moved, over what both have."""
    for name in old.data_vars:
        if name not in new:
            yield f"{name} is gone"
            continue
        one, other = xr.align(old[name], new[name], join="inner")
        gap = np.abs(np.nan_to_num(other.values) - np.nan_to_num(one.values))
        by_month = gap.reshape(gap.shape[0], -1).max(axis=1) if gap.size else np.zeros(1)
        if by_month.any():
            first, size = str(one.month.values[int((by_month > 0).argmax())]), float(by_month.max())
            yield f"{name} from {first}, by up to {size:.3g} {one.attrs.get('units', '')} (largest value {float(np.abs(one).max()):.3g})"


def command(given: list[str] | None = None) -> None:
    """Freezes anew, or says what moved."""
    options = argparse.ArgumentParser(prog="make moved", description="What a change moves in the results, against the commit before it.")
    options.add_argument("--freeze", action="store_true", help="write tests/digests.json anew from the working tree")
    options.add_argument("--against", help="commit to compare with (default: the last one, or its parent where nothing is changed)")
    options.add_argument("--scenarios", nargs="+", default=["truce_holds", "restrictions_resume", "tit_for_tat"])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--months", type=int, default=144)
    chosen = options.parse_args(given)
    if chosen.freeze:
        freeze()
        return
    changed = subprocess.run(["git", "-C", str(ROOT), "status", "--porcelain", "--", "model"], capture_output=True, text=True, check=True).stdout
    against = chosen.against or ("HEAD" if changed.strip() else "HEAD~1")
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        subprocess.run(["git", "-C", str(ROOT), "worktree", "add", "--quiet", "--detach", str(before), against], check=True)
        try:
            lines = list(moved(before, ROOT, chosen.scenarios, chosen.seed, chosen.months))
        finally:
            subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(before)], check=True)
    print("\n".join(lines) or f"nothing moved against {against} in {', '.join(chosen.scenarios)}")


if __name__ == "__main__":
    command()
