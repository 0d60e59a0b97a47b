"""The chain from mine to user: which kind of firm makes what of what. The one place that knows; everything else asks it."""

from dataclasses import dataclass
from functools import cached_property

from model.names import CHAIN_GOODS, NONMAGNET

USER = "magnet user"
"""The factories of a sector, beside the stages of makers."""


@dataclass(frozen=True)
class Process:
    """A way of making: the kind of firm that does it, its stage, the goods it takes and makes, and those by which output and capacity are counted."""

    kind: str
    stage: str
    takes: tuple[str, ...]
    makes: tuple[str, ...]
    counted: tuple[str, ...]
    by_product: tuple[str, ...] = ()
    months_to_build: str | None = None
    """Name of the parameter that says how long a plant decided on by its firm takes; None: nothing is decided on, capacity comes from known projects alone."""


@dataclass(frozen=True)
class Chain:
    """Processes from the ground up, and end uses of a good outside the chain's last one."""

    processes: tuple[Process, ...]
    last: tuple[str, ...]
    uses: dict[str, str]

    @cached_property
    def by_kind(self) -> dict[str, Process]:
        """Each process by its kind of firm."""
        return {process.kind: process for process in self.processes}

    @cached_property
    def by_stage(self) -> dict[str, Process]:
        """Each process by its stage."""
        return {process.stage: process for process in self.processes}

    @cached_property
    def sweep(self) -> tuple[str, ...]:
        """Kinds of firms in the order in which they order: a buyer before everyone who makes what it takes; recyclers, whose feed is collected, do not order."""
        ordered = [process.kind for process in self.processes if process.months_to_build]
        return ("OEM", *ordered[::-1])

    @cached_property
    def sold(self) -> dict[str, tuple[str, ...]]:
        """Goods that leave each stage."""
        return {process.stage: process.makes + process.by_product for process in self.processes}

    @cached_property
    def bought(self) -> dict[str, tuple[str, ...]]:
        """Goods that enter each stage, the factories of users of the last goods (`USER`), and each use outside them."""
        stages = {process.stage: process.takes for process in self.processes if process.takes}
        return stages | {USER: self.last} | {use: (good,) for use, good in self.uses.items()}

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """Goods by which the output of some process is counted, in the order of the chain."""
        return tuple(dict.fromkeys(good for process in self.processes for good in process.counted))

    def makes(self, kind: str) -> tuple[str, ...]:
        """Goods for which a new plant of a kind looks for customers; a kind that only comes with known projects looks for none."""
        process = self.by_kind.get(kind)
        return process.makes if process and process.months_to_build else ()

    def takes(self, kind: str) -> tuple[str, ...]:
        """Goods that firms of a kind order."""
        process = self.by_kind.get(kind)
        return process.takes if process and process.months_to_build else ()


EARTHS = Chain(
    processes=(
        Process("Miner", "mine", (), CHAIN_GOODS["ore"], CHAIN_GOODS["ore"], months_to_build="lag_mine"),
        Process("Refiner", "refine", CHAIN_GOODS["ore"], CHAIN_GOODS["oxides"], CHAIN_GOODS["oxides"][:1], months_to_build="lag_refine"),
        Process("MetalMaker", "metal", CHAIN_GOODS["oxides"][:1], CHAIN_GOODS["metal"], CHAIN_GOODS["metal"], months_to_build="lag_magnet"),
        Process(
            "MagnetMaker", "magnet", CHAIN_GOODS["metal"] + CHAIN_GOODS["oxides"][1:], CHAIN_GOODS["magnets"], CHAIN_GOODS["magnets"],
            by_product=CHAIN_GOODS["scrap"], months_to_build="lag_magnet",
        ),
        Process("Recycler", "recycle", CHAIN_GOODS["scrap"], CHAIN_GOODS["oxides"], CHAIN_GOODS["oxides"][:1]),
    ),
    last=CHAIN_GOODS["magnets"],
    uses=NONMAGNET,
)  # fmt: skip
"""From ore to finished magnets: Dy and Tb oxides go straight to magnet makers, who have them reduced for a fee."""
