"""Luck that belongs to its owner: every decision draws numbers keyed by (seed, decision, month, name).

Two runs with one seed meet the same luck wherever they do not differ; adding an idle firm, or another order or number of
workers, changes nobody's draws. Mixing follows SplitMix64 (Steele, Lea and Flood 2014).
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from model.rules.numerics import mix, normal_of, uniform_of


def key(*words: object) -> int:
    """A 64-bit number that stands for the words given."""
    text = "\x1f".join(str(word) for word in words)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def keys(words: Iterable[object]) -> np.ndarray:
    """One key per name, shape (n,)."""
    return np.array([key(word) for word in words], dtype=np.uint64)


class Chance:
    """The luck of one run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.streams: dict[str, int] = {}

    def stream(self, decision: str) -> int:
        if decision not in self.streams:
            self.streams[decision] = key(self.seed, decision)
        return self.streams[decision]

    def uniform(self, decision: str, month: int, owners: np.ndarray | np.uint64) -> Any:
        """Numbers in (0, 1), one per owner; `owners` are keys of names."""
        return uniform_of(mix(self.salt(decision, month), owners))

    def normal(self, decision: str, month: int, owners: np.ndarray | np.uint64) -> Any:
        """Standard normal numbers, one per owner."""
        bits = mix(self.salt(decision, month), owners)
        return normal_of(uniform_of(bits), uniform_of(mix(bits, owners)))

    def salt(self, decision: str, month: int) -> np.uint64:
        return np.uint64((self.stream(decision) + 0x9E3779B97F4A7C15 * (month + 1)) & 0xFFFFFFFFFFFFFFFF)
