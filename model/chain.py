"""The chain from the ground to the user: elements, goods, and the processes that make goods of goods. The one place that knows; everything else asks it."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from model.names import HOLDER, KINDS, USER

Part = tuple[int, ...] | slice
HEAVY = "heavy"
"""The group of elements that makers of products save while it is dear (elements.csv)."""
USE, HOLD = "use", "hold"
"""What end users and holders do, beside the processes of makers."""


@dataclass(frozen=True)
class Process:
    """A way of making, as a row of processes.csv; goods and elements by their number.

    `makes` are the products that are planned for, `by_products` what comes with them; the first good made is the main one.
    """

    name: str
    kind: str
    stage: str
    takes: tuple[int, ...]
    makes: tuple[int, ...]
    by_products: tuple[int, ...]
    counted: tuple[int, ...]
    """Goods by which output and capacity are counted."""
    lead: int
    """Element in which capacity is counted: the leading one of the main product."""
    by_product_of: str
    """What it comes with from outside the chain, such as alumina: its supply does not answer to its own price."""
    follows: tuple[str, ...]
    """Sectors whose use brings its feed."""
    losses: str
    """Account its losses go to."""
    investment: "Investment | None"
    """How plants are decided on; None: nothing is decided on, capacity comes from known projects alone."""
    circuits: "Investment | None"
    """How circuits for secondary products are decided on."""
    answers: float
    """By how much of the usual response its use of capacity answers to its own price."""

    @property
    def main(self) -> int:
        """The main product."""
        return self.makes[0]

    @property
    def feed(self) -> int:
        """What it takes most of all."""
        return self.takes[0]

    @property
    def outputs(self) -> tuple[int, ...]:
        """All it makes."""
        return self.makes + self.by_products


@dataclass(frozen=True)
class Investment:
    """What an investor in a process goes by: names of parameters, the good whose price counts, and whose need sizes it."""

    price_good: int
    months_to_build: str
    capex: str
    cash_cost: str
    sized_by: str
    sized_how: str


@dataclass(frozen=True, eq=False)
class Chain:
    """Elements and goods in the order of their tables, processes from the ground up. Arrays are read-only and go by good unless said otherwise."""

    elements: tuple[str, ...]
    groups: tuple[str, ...]
    """Group of each element, such as light and heavy."""
    strength: tuple[str, ...]
    """Parameter that says what a gram of each element does for its group beside a gram of those without one."""
    goods: tuple[str, ...]
    lead: np.ndarray
    """The element whose grams count an order or a flow of a good; the others follow in proportion."""
    price_class: tuple[str, ...]
    office: tuple[str, ...]
    """Goods of which one licence office decides share its luck: the name of the group; that of the price class where none is given."""
    pricing: tuple[str, ...]
    """How a good is priced: quoted, made, cost_plus or follows (model.market)."""
    followed: np.ndarray
    """For goods that follow: the good they follow (-1: none)."""
    incentive: tuple[str, ...]
    words: tuple[str, ...]
    traded: np.ndarray
    dissipated: np.ndarray
    """Goods whose use outside the chain is for good; of others some comes back as scrap."""
    processes: tuple[Process, ...]
    composition: np.ndarray
    """(good, element): gram of element per gram of its leading element in a good of fixed composition; zeros otherwise."""
    contents: np.ndarray
    """(good, element): gram of element per gram of a good of fixed composition; zeros otherwise."""
    number: dict[str, int] = field(default_factory=dict)

    @cached_property
    def heavy(self) -> np.ndarray:
        """Which elements are of the heavy group, whose elements makers design out while they are dear."""
        return np.array([group == HEAVY for group in self.groups])

    @cached_property
    def by_name(self) -> dict[str, Process]:
        """Each process by its name."""
        return {process.name: process for process in self.processes}

    @cached_property
    def by_stage(self) -> dict[str, Process]:
        """The process of each stage; the first where a stage has several."""
        return {process.stage: process for process in reversed(self.processes)}

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """Stages whose plants are decided on, from the ground up."""
        return tuple(dict.fromkeys(process.stage for process in self.processes if process.investment or process.kind != "Recycler"))

    @cached_property
    def sweep(self) -> tuple[str, ...]:
        """Users and processes in the order in which they order: a buyer before everyone who makes what it takes; recyclers, whose feed is collected, do not."""
        ordered, waiting = [USE, HOLD], [process for process in self.processes if process.kind != "Recycler"]
        while waiting:
            taken = {good for process in waiting for good in process.takes}
            ready = [process for process in waiting if not taken.intersection(process.outputs)]
            ordered += [process.name for process in reversed(ready)]
            waiting = [process for process in waiting if process not in ready]
        return tuple(ordered)

    def of_kind(self, *kinds: str) -> tuple[Process, ...]:
        """The processes of some kinds of firms."""
        return tuple(process for process in self.processes if process.kind in kinds)

    def makers(self, good: int) -> tuple[Process, ...]:
        """The processes that make a good."""
        return self.making[good]

    @cached_property
    def making(self) -> tuple[tuple[Process, ...], ...]:
        """The processes that make each good."""
        return tuple(tuple(process for process in self.processes if good in process.outputs) for good in range(len(self.goods)))

    def takers(self, good: int) -> tuple[Process, ...]:
        """The processes that take a good."""
        return tuple(process for process in self.processes if good in process.takes)

    @cached_property
    def scrap(self) -> tuple[int, ...]:
        """Goods that recyclers take: they are collected, not ordered."""
        return tuple(good for process in self.of_kind("Recycler") for good in process.takes)

    @cached_property
    def secondary(self) -> tuple[int, ...]:
        """Products that separators make beside their main one, in circuits of their own."""
        return tuple(dict.fromkeys(good for process in self.of_kind("Refiner") for good in process.outputs[1:]))

    @cached_property
    def last(self) -> tuple[int, ...]:
        """Products that no process takes further."""
        taken = {good for process in self.processes for good in process.takes}
        return tuple(good for good in range(len(self.goods)) if good not in taken and not self.dissipated[good])

    @cached_property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """Parts, each with the product it holds: what a parts maker makes, and what it takes for it."""
        return tuple(pair for process in self.of_kind("PartsMaker") for pair in zip(process.makes, process.takes, strict=True))

    @cached_property
    def held_by(self) -> dict[int, int]:
        """The product that each part holds."""
        return dict(self.parts)

    @cached_property
    def size(self) -> tuple[int, int]:
        """How many goods and elements there are."""
        return len(self.goods), len(self.elements)

    def index(self, good: str) -> int:
        """The number of a good."""
        return self.number[good]


def together(goods: tuple[int, ...]) -> slice:
    """Goods that stand one after another, as a slice."""
    return slice(goods[0], goods[-1] + 1) if goods else slice(0, 0)


def chain_of(elements: pd.DataFrame, goods: pd.DataFrame, processes: pd.DataFrame, recipes: pd.DataFrame, classes: pd.DataFrame) -> Chain:
    """The chain that five checked tables describe."""
    element = {name: at for at, name in enumerate(elements["element"])}
    number = {name: at for at, name in enumerate(goods["good"])}
    content = recipes[recipes["role"] == "content"]
    composition = np.zeros((len(number), len(element)))
    for row in content.itertuples():
        composition[number[row.good], element[row.element]] = row.value
    for row in processes[processes["kind"] == "PartsMaker"].itertuples():
        for part, inside in zip(row.makes.split(";"), row.takes.split(";"), strict=True):
            composition[number[part]] = composition[number[inside]]
    lead = np.array([element[name] for name in goods["lead"]])
    contents, own = composition, composition[np.arange(len(lead)), lead]
    composition = np.divide(composition, own[:, None], out=np.zeros_like(composition), where=own[:, None] > 0)

    def several(cell: str) -> tuple[int, ...]:
        return tuple(number[name] for name in cell.split(";") if name)

    made = tuple(
        Process(
            row.process, row.kind, row.stage, several(row.takes), several(row.makes), several(row.by_products), several(row.counted),
            int(lead[several(row.makes)[0]]), row.by_product_of, tuple(filter(None, row.follows_use_of.split(";"))), row.losses_to, investment(row, number), circuits(row, number), answers(row),
        )
        for row in processes.itertuples()
    )  # fmt: skip
    followed = np.array([number.get(name, -1) for name in goods["follows"]])
    office = {row.price_class: row.office or row.price_class for row in classes.itertuples()}
    chain = Chain(
        tuple(element), tuple(elements["group"]), tuple(elements["strength"]), tuple(number), lead, tuple(goods["price_class"]),
        tuple(office[name] for name in goods["price_class"]), tuple(goods["pricing"]), followed,
        tuple(goods["incentive"]), tuple(goods["words"]), goods["traded"].to_numpy() > 0, (goods["used_as"] == "material").to_numpy(), made, composition, contents, number,
    )  # fmt: skip
    for array in (chain.lead, chain.followed, chain.traded, chain.dissipated, chain.composition, chain.contents):
        array.flags.writeable = False
    return chain


def investment(row: pd.Series, number: dict[str, int]) -> Investment | None:
    """How plants of a row of processes.csv are decided on."""
    if not row.months_to_build:
        return None
    return Investment(number[row.price_good], row.months_to_build, row.capex, row.cash_cost, row.sized_by, row.sized_how)


def circuits(row: pd.Series, number: dict[str, int]) -> Investment | None:
    """How circuits for the secondary products of a row of processes.csv are decided on."""
    if not row.circuit_months:
        return None
    return Investment(number[row.circuit_good], row.circuit_months, row.circuit_capex, row.circuit_cash_cost, row.circuit_sized_by, "usable")


def answers(row: pd.Series) -> float:
    """What a row of processes.csv says of its answer to its own price; where it says nothing, a by-product has none and all else the usual one."""
    return (0.0 if row.by_product_of else 1.0) if np.isnan(row.price_answer) else float(row.price_answer)


def kind_of(process: str, chain: Chain) -> str:
    """The kind of firm of a process, or of what users and holders do."""
    return {USE: USER, HOLD: HOLDER}.get(process) or chain.by_name[process].kind


__all__ = ["HOLD", "KINDS", "USE", "Chain", "Investment", "Process", "chain_of", "kind_of", "together"]
