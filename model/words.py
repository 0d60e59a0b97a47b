"""The words of a world: what instruments, scenarios and commands may name in it. They are read without building the world itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from model import parameters, schema, sheet, tables
from model.folder import Folder, shipped
from model.names import month_index
from model.policies.regimes import Ladder, LicenceTerms, ladder, stricter
from model.settings import Settings


class Identity(NamedTuple):
    """By which words are told apart: the world's name and the checksum of its tables."""

    world: str
    checksum: str


class Commitment(NamedTuple):
    """What a state promised another: who, from which month to which it is owed (infinite: without end), and the share of it that was kept (NaN: not known yet)."""

    actor: str
    towards: str
    begins: int
    due: float
    kept: float


def promised(rows: pd.DataFrame) -> dict[str, Commitment]:
    """The rows of commitments.csv by their name."""
    last = [month_index(due) if due else float("inf") for due in rows["due"]]
    return {row.commitment: Commitment(row.actor, row.towards, month_index(row.date), due, row.kept_share) for row, due in zip(rows.itertuples(), last, strict=True)}


class Words:
    """What may be named in a world: countries, goods, stages, sectors and their kind of use, firms, regimes, parameters, switches, storylines, patches; what states promised each other."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.identity = Identity(folder.name, folder.checksum())
        self.said = Settings.of(folder.settings)
        self.first = self.said.start
        countries = sheet.load(folder, schema.COUNTRIES, {})
        self.countries = tuple(countries["country"])
        self.union = frozenset(countries["country"][countries["member_of_EU27"] == 1])
        known: dict[str, Any] = {"element": tuple(sheet.load(folder, schema.ELEMENTS, {})["element"])}
        self.goods = tuple(sheet.load(folder, schema.GOODS, known)["good"])
        self.parameters, self.switches = parameters.load(folder), parameters.switches_of(folder)
        processes = sheet.load(folder, schema.PROCESSES, {"parameter": tuple(self.parameters)})
        self.stages = tuple(dict.fromkeys(processes["stage"]))
        sectors = sheet.load(folder, schema.SECTORS, {})
        self.use_of = dict(zip(sectors["sector"], sectors["use"], strict=True))
        self.sectors = tuple(self.use_of)
        self.firms = tables.firm_names(folder)
        self.commitments = promised(sheet.load(folder, schema.COMMITMENTS, {"country": self.countries}))
        self.terms: Mapping[str, tuple[LicenceTerms, ...]]
        self.perceived: Ladder
        terms, self.perceived = ladder(sheet.needed(folder, "regimes.csv"), self.goods)
        self.terms = stricter(terms, tables.strictness(folder))
        self.scenarios, self.patches = folder.scenarios(), folder.patches()

    @property
    def world(self) -> str:
        """The world's name."""
        return self.identity.world

    @property
    def regimes(self) -> tuple[str, ...]:
        """Named regimes, from open to closed as the table lists them."""
        return tuple(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


CURRENT: ContextVar[Words | None] = ContextVar("words", default=None)


@contextmanager
def spoken(words: Words) -> Iterator[Words]:
    """Within this block, words are those of one world."""
    token = CURRENT.set(words)
    try:
        yield words
    finally:
        CURRENT.reset(token)


@cache
def of_shipped(name: str) -> Words:
    """The words of a shipped world, read once a process."""
    return Words(Folder.open(name))


def current() -> Words:
    """The words of the world that is spoken of; those of the usual one where none is."""
    return CURRENT.get() or of_shipped(shipped()[0])


def candidates() -> Iterator[Words]:
    """The worlds a word may be of: the one spoken of, or, where none is, the shipped ones, the usual one first."""
    if CURRENT.get() is not None:
        yield current()
        return
    for name in shipped():
        yield of_shipped(name)


def words_of(world: Any) -> Words:
    """The words of a world given by name, by folder or as `World` or `Words`."""
    if isinstance(world, Words):
        return world
    if hasattr(world, "words"):
        return world.words
    if world is None or (isinstance(world, str) and world in shipped() and not Path(world).is_dir()):
        return of_shipped(world or shipped()[0])
    return Words(Folder.open(world))
