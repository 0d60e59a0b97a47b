"""Calibrate: what named projects have going for them beside their value, so that under the truce each is decided on as often as its table says."""

import argparse
import math
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr

from experiments import command, files
from model import Scenario, TradeModel
from model.errors import InputError
from model.projects import CONSTRUCTION, WINDOW
from model.world import World

FILE, SCENARIO = "project_terms.csv", "truce_holds"
ROUNDS, SEEDS = 3, 8
FARTHEST = 3.0
"""Terms are sought between minus this and this, 1/year."""
DECIMALS = 3


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    with command.told():
        options = argparse.ArgumentParser(prog="python -m experiments.calibrate", description=__doc__)
        options.add_argument("--world", default=None, help="world whose projects are judged (default: the usual one)")
        options.add_argument("--out", type=Path, default=None, help=f"where the table goes (default: {FILE} of the world)")
        options.add_argument("--seeds", type=int, default=SEEDS, help="runs whose mean counts (default %(default)s)")
        options.add_argument("--rounds", type=int, default=ROUNDS, help="how often runs and terms are brought together (default %(default)s)")
        given = options.parse_args(sys.argv[1:] if arguments is None else arguments)
        for name in ("seeds", "rounds"):
            if getattr(given, name) < 1:
                raise InputError(f"--{name}: {getattr(given, name)} is below 1; give 1 or more")
        world = World.load(given.world)
        if SCENARIO not in Scenario.names(world):
            raise InputError(f"{world.name}: has no scenario {SCENARIO}, under which projects are judged; add it")
        path = given.out or world.folder.path / FILE
        if not path.parent.is_dir():
            raise InputError(f"--out: there is no folder {path.parent}; make it first, or name another")
        table = calibrated(world, given.seeds, given.rounds)
        files.write_text(path, table.drop(columns=["wanted", "reached"]).to_csv(index=False))
        print(f"{path}: {len(table)} projects; wanted {table.wanted.mean():.3f} decided on within {WINDOW} months, reached {table.reached.mean():.3f}")


def calibrated(world: World, seeds: int, rounds: int) -> pd.DataFrame:
    """Terms of all undecided projects: each solved on the mean course of its value, the runs made anew with what was found."""
    terms: dict[tuple[str, str], float] = {}
    table = pd.DataFrame()
    for _ in range(rounds):
        with ProcessPoolExecutor() as pool:
            courses = list(pool.map(course, [(world.folder.path, seed, terms) for seed in range(1, seeds + 1)]))
        table = solved(courses)
        terms = {(row.project, row.entity): row.term for row in table.itertuples()}
    return table


def course(job: tuple[Path, int, dict[tuple[str, str], float]]) -> dict[str, np.ndarray]:
    """One run under the truce: what each project is worth each month, what waiting is worth, and what bounds the hazard, by project."""
    folder, seed, terms = job
    model = TradeModel(SCENARIO, seed=seed, world=folder)
    projects = model.construction.projects
    names = [(name, model.firms.agents[row].name) for name, row in zip(projects.name, projects.row, strict=True)]
    for at, name in enumerate(names):
        projects.term[at] = terms.get(name, projects.term[at])
    bare, gain, threshold, funded = [], [], [], []
    while model.now < model.last:
        model.step()
        bare.append(projects.bare.copy())
        gain.append(projects.gain.copy())
        threshold.append(projects.threshold.copy())
        funded.append(projects.funded())
    wanted = {line.part: line.probability for line in model.facts.projects}
    return {
        "bare": np.array(bare), "gain": np.array(gain), "threshold": np.array(threshold), "funded": np.array(funded), "rate": projects.rates(projects.began), "opening": projects.opening - model.first,
        "date": projects.date - model.first, "wanted": np.array([wanted[name] for name, _ in names]), "names": np.array(names, object), "undecided": projects.began < CONSTRUCTION,
        "spread": np.array(model.p.project_spread), "cancel": np.array(model.p.cancel_rate),
    }  # fmt: skip


def solved(courses: list[dict[str, np.ndarray]]) -> pd.DataFrame:
    """The term of each project by root finding: the chance to be decided on within the window rises with it."""
    first, rows = courses[0], []
    bare, gain, threshold, funded = (np.mean([one[name] for one in courses], axis=0) for name in ("bare", "gain", "threshold", "funded"))
    for at, (project, entity) in enumerate(first["names"]):
        if not first["undecided"][at]:
            continue
        start, end = int(first["opening"][at]), min(int(first["date"][at]) + WINDOW, len(bare) - 1)
        months = slice(start, max(end, start) + 1)
        given = bare[months, at], gain[months, at], threshold[months, at], float(first["rate"][at]) * funded[months, at], float(first["spread"]), float(first["cancel"])
        wanted = float(first["wanted"][at])

        def miss(term: float, given: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float, float] = given, wanted: float = wanted) -> float:
            return decided(term, *given) - wanted

        low, high = miss(-FARTHEST), miss(FARTHEST)
        term = -FARTHEST if low >= 0.0 else FARTHEST if high <= 0.0 else brentq(miss, -FARTHEST, FARTHEST, xtol=10.0**-DECIMALS)
        rows.append({
            "project": project, "entity": entity, "term": round(term, DECIMALS), "success_probability": wanted, "source": f"fitted: decided on within {WINDOW} months with the chance of pipeline.csv", "confidence": "assumption",
            "wanted": wanted, "reached": wanted + miss(term),
        })  # fmt: skip
    return pd.DataFrame(rows)


def decided(term: float, bare: np.ndarray, gain: np.ndarray, threshold: np.ndarray, rate: np.ndarray, spread: float, cancel: float) -> float:
    """Chance that a project is decided on in one of these months before it is dropped."""
    value = bare + gain * term
    hope, doubt = rate * ndtr((value - threshold) / spread), cancel * ndtr(-value / spread)
    alive = np.exp(-np.concatenate([[0.0], np.cumsum(hope + doubt)[:-1]]))
    together = np.maximum(hope + doubt, 1e-300)
    return math.fsum(alive * (1.0 - np.exp(-together)) * hope / together)


if __name__ == "__main__":
    main()
