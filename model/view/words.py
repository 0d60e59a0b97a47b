"""What the page calls things: plain words, units, shapes and colours for the goods and trades of a world; months and numbers as people read them."""

from collections import Counter
from functools import cached_property
from typing import NamedTuple

from model.chain import HOLD, USE, Process
from model.words import Words
from model.world import World

KINDS = {"Miner": ("Mine", "Mines"), "Refiner": ("Refinery", "Refineries"), "Recycler": ("Recycler", "Recyclers")}
"""What firms of a kind are called, one and several; all others are makers."""
STAGES = {"Miner": "Mines", "Refiner": "Refining", "Recycler": "Recycling"}
"""What the stage of such firms is called, where one process alone is of that kind."""
FAMILIES = {"Miner": "ore", "Refiner": "separated", "MetalMaker": "metal", "MagnetMaker": "product", "PartsMaker": "part"}
"""Family of colours of what firms of a kind make (assets/palette.js); what recyclers take is of the family of scrap."""
SHAPES = {"Miner": "triangle", "Refiner": "diamond", "MetalMaker": "square", "MagnetMaker": "circle", "PartsMaker": "wedge", "Recycler": "hexagon"}
"""How firms of a kind are drawn, so that colour is never the only sign."""
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


class Trade(NamedTuple):
    """How firms of one process, end users or holders read and look: one and several of them, the unit of their output, shape and colour on the map."""

    one: str
    many: str
    unit: str
    shape: str
    colour: str


class Wording:
    """The words of one world."""

    def __init__(self, world: World) -> None:
        self.world, self.chain, self.headline = world, world.chain, world.headline

    @cached_property
    def network(self) -> str:
        """What the page is about."""
        return f"{self.headline.word} trade network"

    @cached_property
    def goods(self) -> dict[str, str]:
        """Each good as a title."""
        return {good: heading(self.world.names[good]) for good in self.chain.goods}

    @cached_property
    def sectors(self) -> dict[str, str]:
        """Each sector as a title."""
        return {sector: heading(self.world.names[sector]) for sector in self.world.words.sectors}

    @cached_property
    def stages(self) -> dict[str, str]:
        """Each stage as a title."""
        return {stage: self.stage(process) for stage, process in self.chain.by_stage.items()}

    def stage(self, process: Process) -> str:
        """A stage by the process that stands for it."""
        if process.stage == self.headline.stage:
            return heading(self.headline.words)
        return STAGES[process.kind] if self.plain(process) else self.goods[self.known_by(process)]

    def known_by(self, process: Process) -> str:
        """The good by which a process is told from its likes: recyclers by what they take, others by what they make."""
        return self.chain.goods[process.feed if process.kind == "Recycler" else process.main]

    def plain(self, process: Process) -> bool:
        """Whether its kind says enough: no other process is of that kind, and it is no by-product of something else."""
        return process.kind in KINDS and len(self.chain.of_kind(process.kind)) == 1 and not process.by_product_of

    @cached_property
    def trades(self) -> dict[str, Trade]:
        """Every process, then end users and holders."""
        counted = self.world.tables["processes"].set_index("process")["capacity_counted_in"]
        made = {name: self.trade(process, counted[name].partition(" in ")[0]) for name, process in self.chain.by_name.items()}
        return made | {USE: Trade("Industry", "Industries", "t", "square", "soft"), HOLD: Trade("Stockholder", "Stockholders", "t", "pentagon", "soft")}

    def trade(self, process: Process, unit: str) -> Trade:
        """Makers of one process; they wear the colour of what they make, recyclers of what they take."""
        licensed = self.chain.index(self.headline.licence)
        emblem = licensed if licensed in process.makes else process.feed if process.kind == "Recycler" else process.main
        return Trade(*self.makers(process), unit, SHAPES[process.kind], self.good_colour(self.chain.goods[emblem]))

    def makers(self, process: Process) -> tuple[str, str]:
        """What firms of a process are called, one and several."""
        if process.by_product_of:
            return (f"By-product of {process.by_product_of}",) * 2
        if self.plain(process):
            return KINDS[process.kind]
        if process.stage == self.headline.stage:
            return f"{heading(self.headline.word)} maker", f"{heading(self.headline.word)} makers"
        (one, many), good = KINDS.get(process.kind, ("Maker", "Makers")), self.world.names[self.known_by(process)]
        return f"{one} of {good}", f"{many} of {good}"

    def good_colour(self, good: str) -> str:
        """The colour of a good, such as "metal:0": a shade of the family of what its makers make."""
        return self.colours[good]

    @cached_property
    def colours(self) -> dict[str, str]:
        """Every good's colour; within a family goods take its shades in the order of their table."""
        worn: Counter[str] = Counter()
        found = {}
        for number, good in enumerate(self.chain.goods):
            family = self.family(number)
            found[good] = f"{family}:{worn[family]}"
            worn[family] += 1
        return found

    def family(self, good: int) -> str:
        """The family of colours of a good."""
        makers = self.chain.makers(good)
        return "scrap" if good in self.chain.scrap or not makers else FAMILIES.get(makers[0].kind, "scrap")

    def stage_colour(self, stage: str) -> str:
        """The colour of a stage."""
        return self.trades[self.chain.by_stage[stage].name].colour

    def place(self, name: str, country: str) -> str:
        """A firm's name, or "Wind in Japan" for a sector or holder in a region."""
        who, at, _ = name.partition("@")
        return f"{self.sectors.get(who, heading(who))} in {country}" if at else name


SPOKEN: dict[Words, Wording] = {}
"""Wordings made so far."""


def wording(world: World) -> Wording:
    """How a world's things read."""
    return SPOKEN.setdefault(world.words, Wording(world))


def heading(text: str) -> str:
    """Words as a title: they begin with a capital; of code names the underscores go."""
    plain = text.replace("_", " ")
    return plain[:1].upper() + plain[1:]


def month(text: str | None) -> str:
    """ "2026-11" as "November 2026"."""
    if text is None:
        return "Before the first month"
    year, number = text.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def scenario(name: str) -> str:
    """A scenario's name as a title."""
    return name.replace("_", " ").capitalize()


def listed(names: list[str], most: int = 3) -> str:
    """ "a; b; c and 4 more"."""
    return "; ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def number(value: float) -> str:
    """Three figures are enough for a reader."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
