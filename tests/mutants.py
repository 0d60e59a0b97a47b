"""Mutants: would the tests notice if the model said something slightly different?

A fixed sample of small faults (tests/mutations.py) is put one by one into a copy of the tree; each meets the tests of its part of the model and
then the frozen digests (seed 1, 36 months). The first failure kills it. What survives is either a hole in the tests or means the same
(tests/mutants.toml says why). The table goes into tests/README.md.

    make mutants                            all of it, resumable; about an hour on two cores
    make mutants ARGS="--part market"       one part
    make mutants ARGS="--list"              what would be tried
"""

import argparse
import hashlib
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from mutations import Mutant, mutants_of, sample
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
MET, README, REASONS = ROOT / "build" / "mutants.jsonl", ROOT / "tests" / "README.md", ROOT / "tests" / "mutants.toml"
SEED, LIMIT, PATIENCE = 1, 60, 10
"""Of the sample; seconds of processor time a mutant has with its tests, and again with the digests, before it counts as hung; so many times that on the clock."""
BEGIN, END = "<!-- mutants: written by make mutants -->", "<!-- end of mutants -->"
COPIED = ("model", "experiments", "tests", "pyproject.toml")
DIGESTS = ("tests/test_digests.py",)
MONTH = "tests/month"


class Part(NamedTuple):
    """A part of the model: how many mutants of it are tried, its files, the tests that answer for it, and whether it is compiled."""

    count: int
    files: str
    tests: tuple[str, ...]
    compiled: bool = False


PARTS = {
    "rules": Part(25, "model/rules/*.py", ("tests/test_rules.py", "tests/test_numerics.py", MONTH), True),
    "agents": Part(30, "model/agents/*.py", (MONTH, "tests/test_agentwise.py", "tests/test_schedule.py")),
    "policies": Part(
        30, "model/policies/*.py",
        (
            MONTH, "tests/test_licences.py", "tests/test_instruments.py", "tests/test_strategic.py", "tests/test_reach.py", "tests/test_scenario.py",
            "tests/test_reference.py", "tests/test_senseless.py", "tests/test_counterfactuals.py",
        ),
    ),
    "trade": Part(18, "model/trade.py", (MONTH, "tests/test_sourcing.py", "tests/test_licences.py", "tests/test_schedule.py", "tests/test_agentwise.py")),
    "customs": Part(4, "model/customs.py", (MONTH, "tests/test_licences.py", "tests/test_instruments.py")),
    "licensing": Part(12, "model/licensing.py", (MONTH, "tests/test_licences.py", "tests/test_instruments.py")),
    "market": Part(25, "model/market.py", (MONTH, "tests/test_sourcing.py", "tests/test_instruments.py", "tests/test_price_formation.py")),
    "construction": Part(15, "model/construction.py", (MONTH, "tests/test_sourcing.py")),
    "levers": Part(20, "model/levers.py", (MONTH, "tests/test_identity.py", "tests/test_licences.py", "tests/test_instruments.py")),
}  # fmt: skip


class Fate(NamedTuple):
    """What became of a mutant: killed by `tests`, by `digests` alone, by `time`, or `survived`; by which test; seconds it took."""

    how: str
    by: str
    seconds: float


# ---------------------------------------------------------------------- the sample
def mutants(part: str) -> list[Mutant]:
    """The sample of one part."""
    files = sorted(ROOT.glob(PARTS[part].files))
    found = [mutant for file in files for mutant in mutants_of(str(file.relative_to(ROOT)), file.read_text("utf-8"))]
    return sample(found, PARTS[part].count, SEED)


def line_of(mutant: Mutant) -> str:
    """Where it is and what it does, in a line."""
    source = (ROOT / mutant.file).read_bytes()
    return f"{mutant.file}:{source[: mutant.start].count(b'\n') + 1} {mutant.name.split(' ', 1)[1]}"


# ---------------------------------------------------------------------- meeting them
class Tree:
    """A copy of the checkout in which one mutant at a time lives."""

    def __init__(self, folder: str, source: Path = ROOT):
        self.root, self.edits = Path(folder), 0
        for name in COPIED:
            copy = shutil.copytree if (source / name).is_dir() else shutil.copy2
            copy(source / name, self.root / name)

    def meet(self, part: Part, mutant: Mutant, limit: int) -> Fate:
        """The fate of one mutant."""
        path, started = self.root / mutant.file, monotonic()
        source, written = path.read_text("utf-8"), path.stat()
        with tempfile.TemporaryDirectory() as fresh:
            try:
                path.write_text(mutant.applied(source), "utf-8")
                self.edits += 1
                os.utime(path, (self.edits, self.edits))  # no two edits share bytecode
                for how, tests in (("tests", part.tests), ("digests", DIGESTS)):
                    failed = self.failure(tests, limit, fresh if part.compiled else None)
                    if failed:
                        return Fate("time" if failed == "time" else how, failed, round(monotonic() - started, 1))
                return Fate("survived", "", round(monotonic() - started, 1))
            finally:
                path.write_text(source, "utf-8")
                os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))  # what was compiled of it counts again

    def failure(self, tests: Iterable[str], limit: int, cache: str | None = None) -> str:
        """The first test that fails, "time" if they take too long, nothing if all pass. `cache`: a place of its own for compiled code."""
        pytest = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *tests]
        command = ["sh", "-c", f'ulimit -t {limit:.0f}; exec "$@"', "sh", *pytest]
        own = {"NUMBA_CACHE_DIR": cache} if cache else {}
        inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "NUMBA_CACHE_DIR", "PYTHONDONTWRITEBYTECODE")}
        run = subprocess.Popen(command, cwd=self.root, env=inherited | own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            said, _ = run.communicate(timeout=PATIENCE * limit)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            return "time"
        if run.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "time"
        if run.returncode == 0:
            return ""
        named = re.search(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)
        return named[1] if named else (said.strip().splitlines() or ["no word"])[-1][:120]

    def baseline(self, parts: Iterable[str]) -> None:
        """Without a mutant all tests pass; what they compile is kept."""
        tests = dict.fromkeys(test for part in parts for test in PARTS[part].tests)
        failed = self.failure([*tests, *DIGESTS], 20 * LIMIT)
        if failed:
            sys.exit(f"mutants: {failed}: fails without any mutant; mend it first")


def meet_all(wanted: list[tuple[str, Mutant]], workers: int, limit: int) -> Iterator[tuple[str, Mutant, Fate]]:
    """The fates of the mutants as they are known, with the time left."""
    trees: queue.SimpleQueue[Tree] = queue.SimpleQueue()
    with ExitStack() as kept, ThreadPoolExecutor(workers) as pool:
        folders = [kept.enter_context(tempfile.TemporaryDirectory()) for _ in range(workers)]
        trees.put(first := Tree(folders[0]))
        first.baseline(dict.fromkeys(part for part, _ in wanted))
        for folder in folders[1:]:
            trees.put(Tree(folder, first.root))

        def meet(part: str, mutant: Mutant) -> Fate:
            tree = trees.get()
            try:
                return tree.meet(PARTS[part], mutant, limit)
            finally:
                trees.put(tree)

        coming = {pool.submit(meet, part, mutant): (part, mutant) for part, mutant in wanted}
        for done in tqdm(as_completed(coming), total=len(coming), desc="mutants", smoothing=0.1):
            yield (*coming[done], done.result())


# ---------------------------------------------------------------------- what is known already
def checksum(*patterns: str) -> str:
    """A word for the content of some files."""
    files = sorted({file for pattern in patterns for file in ROOT.glob(pattern) if file.is_file() and "__pycache__" not in file.parts})
    content = hashlib.sha256()
    for file in files:
        content.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return content.hexdigest()[:12]


def state() -> dict[str, str]:
    """What a fate depends on."""
    return {"model": checksum("model/**/*"), "tests": checksum("tests/**/*.py", "tests/digests.json")}


def known(now: dict[str, str]) -> dict[str, Fate]:
    """Fates met before in this model; who survived is met again when tests have changed."""
    lines = [json.loads(line) for line in MET.read_text("utf-8").splitlines()] if MET.exists() else []
    mine = [line for line in lines if line["model"] == now["model"] and (line["how"] != "survived" or line["tests"] == now["tests"])]
    return {line["mutant"]: Fate(line["how"], line["by"], line["seconds"]) for line in mine}


def keep(part: str, mutant: Mutant, fate: Fate, now: dict[str, str]) -> None:
    MET.parent.mkdir(exist_ok=True)
    with MET.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"mutant": mutant.name, "part": part, **fate._asdict(), **now}) + "\n")


# ---------------------------------------------------------------------- the table
def reasons() -> dict[str, dict[str, str]]:
    """Why a mutant means the same as the model (`same`), or survives though it does not (`survived`)."""
    return tomllib.loads(REASONS.read_text("utf-8"))


def table(fates: dict[str, dict[str, Fate]]) -> Iterator[str]:
    """A line for each part, and what survived."""
    given = reasons()
    yield "| part | mutants | killed by tests | by digests only | out of time | survived | mean the same | killed | killed without digests |"
    yield "|---|---|---|---|---|---|---|---|---|"
    total: list[tuple[str, Fate]] = []
    for part, met in fates.items():
        yield row(part, list(met.items()), given["same"])
        total += met.items()
    yield row("**all**", total, given["same"])
    left = [name for name, fate in total if fate.how == "survived" and name not in given["same"]]
    yield from ["", "Survived:", ""] if left else []
    yield from (f"- `{name}`: {given['survived'].get(name, 'not yet looked into')}" for name in left)


def row(part: str, met: list[tuple[str, Fate]], same: dict[str, str]) -> str:
    count = {how: sum(fate.how == how for _, fate in met) for how in ("tests", "digests", "time")}
    alike = sum(fate.how == "survived" and name in same for name, fate in met)
    counted = len(met) - alike
    survived = counted - sum(count.values())
    shares = [f"{100 * part / max(counted, 1):.0f} %" for part in (counted - survived, count["tests"] + count["time"])]
    return "| " + " | ".join(map(str, (part, counted, *count.values(), survived, alike, *shares))) + " |"


def write(lines: Iterable[str]) -> None:
    """Puts the table between its marks in tests/README.md."""
    before, rest = README.read_text("utf-8").split(BEGIN)
    README.write_text(before + "\n".join([BEGIN, "", *lines, "", END]) + rest.split(END)[1], "utf-8")


def command() -> None:
    """Meets what has not been met yet and writes the table."""
    options = argparse.ArgumentParser(prog="make mutants", description="Whether the tests notice small faults in the model.")
    options.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS), help="only these parts")
    options.add_argument("--first", type=int, help="only the first so many of each part")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--limit", type=int, default=LIMIT, help="seconds of processor time a mutant has")
    options.add_argument("--list", action="store_true", help="name them only")
    options.add_argument("--fresh", action="store_true", help="forget what was met before")
    chosen = options.parse_args()
    wanted = {part: mutants(part)[: chosen.first] for part in chosen.part}
    if chosen.list:
        print("\n".join(f"{part}: {line_of(mutant)}" for part, found in wanted.items() for mutant in found))
        return
    if chosen.fresh:
        MET.unlink(missing_ok=True)
    now = state()
    fates = known(now)
    ahead = [(part, mutant) for part, found in wanted.items() for mutant in found if mutant.name not in fates]
    for part, mutant, fate in meet_all(ahead, chosen.workers, chosen.limit) if ahead else ():
        fates[mutant.name] = fate
        keep(part, mutant, fate, now)
        if fate.how == "survived":
            tqdm.write(f"survived: {line_of(mutant)}")
    lines = list(table({part: {mutant.name: fates[mutant.name] for mutant in found} for part, found in wanted.items()}))
    print("\n".join(lines))
    if wanted.keys() == PARTS.keys() and not chosen.first:
        write(lines)


if __name__ == "__main__":
    command()
