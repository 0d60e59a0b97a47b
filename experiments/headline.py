"""What headlines speak of, written into the runs themselves, so that saved runs can be measured and drawn wherever they are opened."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from experiments.wording import readable
from model.chain import Chain
from model.errors import InputError
from model.world import World

NOTED = "headline"
"""Attribute of the runs that holds it, as JSON."""
THOUSAND, LARGE = 1000.0, 10_000.0
"""Tonnes are told by the thousand where the base year's use is of ten thousand or more."""
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
    stages: tuple[str, ...]
    """Those on the way to the headline's goods, from the ground up."""
    word: str
    words: str
    price: str
    licence: str
    sector: str
    sector_words: str
    traded: tuple[str, ...]
    licensed: tuple[str, ...]
    longest_wait: float
    use: float
    """What the headline's sectors use in the base year, t."""
    names: dict[str, str]
    parts: tuple[str, ...]
    """Goods that hold the headline's goods and cross borders with them."""

    def readable(self, name: str) -> str:
        """A good, a sector or any other code name as words."""
        return self.names.get(name) or readable(name)

    @property
    def scale(self) -> float:
        """Tonnes in the unit in which capacity and output are told."""
        return THOUSAND if self.use >= LARGE else 1.0

    @property
    def rate(self) -> str:
        """That unit, a year."""
        return "thousand t a year" if self.scale == THOUSAND else "t a year"

    @property
    def makings(self) -> list[str]:
        """Traded goods that go into those of the headline, or beside them."""
        return [good for good in self.traded if good not in self.goods + self.parts]


def headline(world: World) -> Headline:
    """What a world's headlines speak of."""
    said, chain = world.headline, world.chain
    traded = tuple(good for good, is_traded in zip(chain.goods, chain.traded, strict=True) if is_traded)
    demand = world.tables["demand"]
    use = float(demand["base_demand_t"][demand["sector"].isin(said.sectors)].sum())
    parts = tuple(chain.goods[part] for part, inside in chain.parts if chain.goods[inside] in said.goods)
    licensed = world.said.game.licensed if world.said.game else traded
    return Headline(
        world.name, world.sentence, world.start, world.history_end, said.goods, said.sectors, said.stage, stages(chain, said.goods), said.word, said.words, said.price, said.licence, said.sector,
        said.sector_words, traded, licensed, world.parameters[LONGEST_WAIT].value, use, world.names, parts,
    )  # fmt: skip


def stages(chain: Chain, goods: Iterable[str]) -> tuple[str, ...]:
    """The stages on the way to some goods, from the ground up; recycling apart."""
    needed, found = {chain.index(good) for good in goods}, set()
    while fresh := [process for process in chain.processes if process.kind != "Recycler" and process.name not in found and needed.intersection(process.outputs)]:
        for process in fresh:
            found.add(process.name)
            needed |= set(process.takes)
    return tuple(stage for stage in chain.stages if chain.by_stage[stage].name in found)


def note(runs: xr.Dataset, world: World) -> None:
    """Write into the runs what their headlines speak of."""
    runs.attrs[NOTED] = json.dumps(asdict(headline(world)), ensure_ascii=False)


def of(runs: xr.Dataset) -> Headline:
    """What the headlines of runs speak of."""
    if NOTED not in runs.attrs:
        raise InputError(f"runs: they do not say what their headlines speak of (attribute {NOTED}); make them with experiments.ensemble.run and keep attributes")
    return told(runs.attrs[NOTED])


@lru_cache
def told(text: str) -> Headline:
    """The same, read from its JSON."""
    said: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(text).items()}
    return Headline(**said)


def counted(runs: xr.Dataset) -> np.ndarray:
    """Which sectors' need and loss count in the headlines."""
    return np.isin(runs.sector, of(runs).sectors)
