"""What headlines speak of, written into the runs themselves, so that saved runs can be measured and drawn wherever they are opened."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import xarray as xr

from experiments.wording import readable
from model.errors import InputError
from model.world import World

NOTED = "headline"
"""Attribute of the runs that holds it, as JSON."""
LONGEST_WAIT = "wait_ceiling"
"""Parameter: the longest wait for a licence that buyers reckon with, months."""


@dataclass(frozen=True)
class Headline:
    """What a world's headlines speak of: goods and sectors whose need and loss count, the stage that makes the goods, and how all are called."""

    world: str
    sentence: str
    start: str
    history_end: str
    goods: tuple[str, ...]
    sectors: tuple[str, ...]
    stage: str
    word: str
    words: str
    price: str
    licence: str
    sector: str
    sector_words: str
    traded: tuple[str, ...]
    licensed: tuple[str, ...]
    longest_wait: float
    names: dict[str, str]

    def readable(self, name: str) -> str:
        """A good, a sector or any other code name as words."""
        return self.names.get(name) or readable(name)

    @property
    def makings(self) -> list[str]:
        """Traded goods that go into those of the headline, or beside them."""
        return [good for good in self.traded if good not in self.goods]


def headline(world: World) -> Headline:
    """What a world's headlines speak of."""
    said, chain = world.headline, world.chain
    traded = tuple(good for good, is_traded in zip(chain.goods, chain.traded, strict=True) if is_traded)
    licensed = tuple(world.game.get("licensed", traded))
    return Headline(
        world.name, world.sentence, world.start, world.history_end, said.goods, said.sectors, said.stage, said.word, said.words, said.price, said.licence, said.sector,
        said.sector_words, traded, licensed, world.parameters[LONGEST_WAIT].value, world.names,
    )  # fmt: skip


def note(runs: xr.Dataset, world: World) -> None:
    """Write into the runs what their headlines speak of."""
    runs.attrs[NOTED] = json.dumps(asdict(headline(world)), ensure_ascii=False)


def of(runs: xr.Dataset) -> Headline:
    """What the headlines of runs speak of."""
    if NOTED not in runs.attrs:
        raise InputError(f"runs: they do not say what their headlines speak of (attribute {NOTED}); make them with experiments.ensemble.run, and keep attributes in what you compute")
    return told(runs.attrs[NOTED])


@lru_cache
def told(text: str) -> Headline:
    """The same, read from its JSON."""
    return Headline(**{name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(text).items()})


def counted(runs: xr.Dataset) -> np.ndarray:
    """Which sectors' need and loss count in the headlines."""
    return np.isin(runs.sector, of(runs).sectors)
