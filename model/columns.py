"""Columns and cohorts: a behaviour is written once and acts for one firm or for all of them.

A `Column` is one property of a kind of firm, kept for all firms in one array whose last axis is the firm. On an agent it
reads and writes that firm's entry; on a `Cohort` it reads the whole column (read-only: assignment rebinds, `+=` fails).
"""

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from model.chain import Chain, Process
from model.overrides import acts_alone

LARGEST = 2.0**53
"""No number of the model is larger: up to here grams are counted exactly."""
NUMBERS = "biuf"
"""What numpy calls truth values, whole numbers and real ones."""


class Column:
    """One property of a firm: unit, value at the start, and the shape of one firm's entry (`()` a number, `("good",)` one per good of the world, `("age",)` one per age class of products in use).

    low, high: the least and the most an entry may be; whole: only whole numbers. Code of the library keeps to them; that of users
    is held to them (`model.conduct`).
    """

    def __init__(
        self, unit: str, meaning: str, default: float = 0.0, shape: tuple[str, ...] = (), dtype: type = float, low: float = -LARGEST,
        high: float = LARGEST, whole: bool = False,
    ) -> None:  # fmt: skip
        self.unit, self.meaning, self.default, self.shape, self.dtype = unit, meaning, default, shape, dtype
        self.low, self.high, self.whole = low, high, whole

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        entry = agent.columns[self.name][..., agent.row]
        return entry.copy() if self.shape else entry[()]

    def __set__(self, agent: Any, value: Any) -> None:
        agent.columns[self.name][..., agent.row] = self.fitting(agent, value)

    def fitting(self, agent: Any, value: Any) -> np.ndarray:
        """The value as numbers in the shape of an entry, or one number for all of it; `InputError` if it is neither."""
        given = numbers(value)
        if given is None or (given.shape and given.shape != agent.columns[self.name].shape[:-1]):
            raise agent.model.conduct.misfit(agent, self, value)
        return given


def numbers(value: Any) -> np.ndarray | None:
    """What was given as an array, if it is made of real numbers; else None."""
    try:
        given = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return given if given.dtype.kind in NUMBERS else None


class View(Column):
    """A column that is part of another one, such as the feed of a refiner within all input stocks; `part` tells of a process which part."""

    def __init__(self, unit: str, meaning: str, of: str, part: Callable[[Process], Any], shape: tuple[str, ...] = ()) -> None:
        super().__init__(unit, meaning, shape=shape)
        self.of, self.part = of, part


def described(kind: type) -> dict[str, Column]:
    """Every column of a kind of agent, inherited ones included: {name: Column}."""
    return {name: item for base in reversed(kind.__mro__) for name, item in vars(base).items() if isinstance(item, Column)}


class Columns(dict):
    """The arrays of all firms: {what they do (`Firm.does`): {column name: array}}, each array over all firms of the model.

    A column inherited from a common ancestor is one array; a `View` shares memory with the column it is part of.
    """

    def __init__(self, kinds: Mapping[str, type], chain: Chain, count: int, ages: int = 1) -> None:
        super().__init__()
        self.kinds, self.chain = dict(kinds), chain
        sizes = {"good": len(chain.goods), "element": len(chain.elements), "secondary": len(chain.secondary), "age": ages}
        arrays: dict[Column, np.ndarray] = {}
        for does, kind in self.kinds.items():
            found = described(kind)
            for column in found.values():
                if column not in arrays and not isinstance(column, View):
                    arrays[column] = np.full((*(sizes[name] for name in column.shape), count), column.default, dtype=column.dtype)
            self[does] = {name: arrays[column] for name, column in found.items() if column in arrays}
        self.attach_views()

    def attach_views(self) -> None:
        """(Re)makes the columns that are parts of others."""
        for does, arrays in self.items():
            for name, column in described(self.kinds[does]).items():
                if isinstance(column, View):
                    arrays[name] = arrays[column.of][column.part(self.chain.by_name[does])]

    def __reduce__(self) -> tuple[Callable[..., "Columns"], tuple[Any, ...]]:
        whole = {does: {n: a for n, a in arrays.items() if not isinstance(described(self.kinds[does])[n], View)} for does, arrays in self.items()}
        return restored, (whole, self.kinds, self.chain)


def restored(whole: dict[str, dict[str, np.ndarray]], kinds: dict[str, type], chain: Chain) -> Columns:
    """Columns from a pickle: the parts are views of the whole again."""
    columns = Columns({}, chain, 0)
    columns.kinds = kinds
    columns.update(whole)
    columns.attach_views()
    return columns


class Cohort:
    """Stands in for `self`: the consecutive rows of one kind of firm, acting together.

    A column is a read-only view of its rows: assignment is the only way to change it. A behaviour must not go on using what
    it read of a column after assigning to that column (on a single agent it would still hold the old number).
    """

    def __init__(self, first: Any, rows: Any) -> None:
        self.__dict__.update(kind=first.kind if isinstance(first, Cohort) else first.role, process=first.process, columns=first.columns, rows=rows, model=first.model, p=first.model.p, places={})

    def __getattr__(self, name: str) -> Any:
        column = self.columns.get(name)
        if column is None:
            found = getattr(self.kind, name)
            value = MethodType(found, self) if isinstance(found, FunctionType) else found
        else:
            value = column[..., self.rows]
            value.flags.writeable = False
        self.__dict__[name] = value
        return value

    def add(self, column: str, part: Any, amount: Any) -> None:
        """Adds to part of a column, such as one good's leading element."""
        self.columns[column][*part, self.rows] += amount

    def __setattr__(self, name: str, value: Any) -> None:
        place = self.places.get(name)
        if place is None:
            place = self.places[name] = self.columns[name][..., self.rows]
        place[...] = value


class Gathered(Cohort):
    """Firms repeated once per trade relation: `self` of a behaviour that judges offers."""

    def __getattr__(self, name: str) -> Any:
        column = self.columns.get(name)
        if column is not None:
            return column.take(self.rows, axis=-1)
        return super().__getattr__(name)


class Group:
    """Firms of one or more kinds that share behaviours; `do` lets each of them act once.

    Consecutive rows that share a behaviour (of their process, where it is the kind's own) act as one cohort; rows of a class that overrides it act one by one and are watched.
    With `agentwise` every firm acts alone, in shuffled order.
    """

    def __init__(self, model: Any, agents: Iterable[Any]) -> None:
        self.model = model
        self.agents = sorted(agents, key=lambda agent: agent.row)
        self.plans: dict[str, list[Any]] = {}

    def do(self, behaviour: str) -> None:
        """Lets every firm of the group carry out the behaviour named."""
        if self.model.agentwise:
            for agent in self.model.shuffled(self.agents):
                self.let(agent, behaviour)
            return
        for actor in self.plans.get(behaviour) or self.plan(behaviour):
            self.let(actor, behaviour)

    def let(self, actor: Any, behaviour: str, *given: Any) -> Any:
        """Lets a cohort or a firm act; what a firm does by code of its own is watched."""
        if isinstance(actor, Cohort) or not acts_alone(type(actor), actor.role, behaviour):
            return getattr(actor, behaviour)(*given)
        return self.model.conduct.act(actor, behaviour, *given)

    def plan(self, behaviour: str) -> list[Any]:
        """Who acts for whom: cohorts for shipped behaviours, single agents for overridden ones."""
        actors, start = [], 0
        while start < len(self.agents):
            first = self.agents[start]
            shipped = first.role
            method, end = getattr(shipped, behaviour), start
            own = behaviour in vars(shipped)
            while end < len(self.agents) and (not own or self.agents[end].does == first.does) and self.shares(self.agents[end], behaviour, method) and self.consecutive(start, end):
                end += 1
            if end == start:
                actors.append(first)
                end = start + 1
            else:
                rows = slice(first.row, self.agents[end - 1].row + 1)
                actors.append(Cohort(first, rows))
            start = end
        self.plans[behaviour] = actors
        return actors

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "plans": {}}

    def consecutive(self, start: int, end: int) -> bool:
        return self.agents[end].row - self.agents[start].row == end - start

    @staticmethod
    def shares(agent: Any, behaviour: str, method: Any) -> bool:
        return getattr(type(agent), behaviour) is method and not acts_alone(type(agent), agent.role, behaviour)
