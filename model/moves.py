"""Moves: what states that decide by themselves did, when, and what made them; how long they stay, how often they switch, what triggers what."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from model.names import CHINA, MONTHS_A_YEAR

CAUSES = ("", "incident", "expiry", "review", "escalation", "relief", "loss", "pressure", "breach", "hazard", "own")
"""What makes a state move: something happened; a truce ran out; an announced review; another's step up, another's step down; its own loss; what is held against its firms;
a commitment broken; the chance of the month; a doctrine of a user's own that does not say."""


Told = Callable[[xr.Dataset, str], pd.DataFrame]
"""What makes a table of results, from a month on."""


class Move(NamedTuple):
    """A state's step from one rung of its ladder to another, what made it, and the instruments it then put in force beside its schedule."""

    month: str
    state: str
    doctrine: str
    before: int
    after: int
    cause: str
    instruments: tuple[str, ...]


def spells(stance: np.ndarray) -> Iterator[tuple[int, int, bool]]:
    """Stays on a rung, month by month: the rung, its months, and whether the stay began and ended within them."""
    edges = np.flatnonzero(np.diff(stance)) + 1
    for first, last in zip([0, *edges], [*edges, len(stance)], strict=True):
        yield int(stance[first]), int(last - first), first > 0 and last < len(stance)


def conduct(results: xr.Dataset, since: str) -> pd.DataFrame:
    """A row a state that ever moved, from a month on, pooled over all runs in the results: moves a year; months of a median stay, of a median truce (rung 0) and of one above; share of months
    above rung 0, share of moves that jump more than a rung, share of runs in which it never moved. Stays that the end of a run cuts off count as they are."""
    rows = []
    for state, stance in moving(results, since):
        stays = [stay for run in stance for stay in spells(run)]
        jumps = np.abs(np.diff(stance, axis=1))
        rows.append({
            "state": state, "moves_a_year": MONTHS_A_YEAR * float((jumps > 0).sum()) / stance.size, "median_stay": median(months for _, months, _ in stays),
            "median_truce": median(months for rung, months, _ in stays if rung == 0), "median_restriction": median(months for rung, months, _ in stays if rung > 0),
            "away": float((stance > 0).mean()), "jumps_of_moves": float(int((jumps > 1).sum()) / max(int((jumps > 0).sum()), 1)), "never_moved": float((stance == stance[:, :1]).all(axis=1).mean()),
        })  # fmt: skip
    return pd.DataFrame(rows)


def median(months: Iterable[int]) -> float:
    """The median of some months; NaN of none."""
    found = list(months)
    return float(np.median(found)) if found else float("nan")


def transitions(results: xr.Dataset, since: str) -> pd.DataFrame:
    """What triggers what: for each state and cause, how many moves up and down it made, over all runs in the results."""
    rows = []
    for state, stance in moving(results, since):
        steps = np.diff(stance, axis=1)
        cause = runs_of(results.moved_by.sel(state=state, month=slice(since, None)))[:, 1:]
        for number in np.unique(cause[steps != 0]):
            made = steps[cause == number]
            rows.append({"state": state, "cause": CAUSES[int(number)], "up": int((made > 0).sum()), "down": int((made < 0).sum())})
    return pd.DataFrame(rows, columns=["state", "cause", "up", "down"])


def survival(results: xr.Dataset, since: str, state: str = CHINA) -> pd.Series:
    """By month from `since`: in which share of runs a state has stood on rung 0 all the while."""
    calm = runs_of(results.stance.sel(state=state, month=slice(since, None))) == 0
    months = results.month.sel(month=slice(since, None)).values
    return pd.Series(np.logical_and.accumulate(calm, axis=1).mean(axis=0), index=months, name="truce_survives")


def moving(results: xr.Dataset, since: str) -> Iterator[tuple[str, np.ndarray]]:
    """States that ever stand above rung 0, with the rung of each run and month, (run, month)."""
    for state in results.state.values:
        stance = runs_of(results.stance.sel(state=state, month=slice(since, None)))
        if stance.any():
            yield str(state), stance


def runs_of(values: xr.DataArray) -> np.ndarray:
    """One row a run, however many there are."""
    return values.transpose(..., "month").values.reshape(-1, values.sizes["month"]).astype(int)


__all__ = ["CAUSES", "Move", "Told", "conduct", "spells", "survival", "transitions"]
