"""Random tiny worlds: a few firms that trade from single grams to the most a table may hold, with few or many buyers."""

from typing import NamedTuple

from hypothesis import strategies as st
from vocabulary import GOODS, MAGNETS, PROCESSES, USERS_OF_OXIDE, WORLD
from worlds import filtered

from model.world import World, build

TONNES = st.sampled_from([1e-6, 1e-5, 1.2e-4, 1e-3, 1.0, 600.0, 1e5, 1e7]) | st.floats(1e-6, 1e4)
"""A year's trade on a relation; 12 g a year are a gram a month, ten million tonnes the most links.csv may hold."""
STEPS = (
    ("refine", ("concentrate",), "mine"), ("metal", ("oxide_NdPr",), "refine"), ("magnet", ("metal_NdPr",), "metal"),
    ("magnet", ("oxide_Dy", "oxide_Tb"), "refine"), ("recycle", ("swarf",), "magnet"), ("metal", ("oxide_NdPr",), "recycle"),
)  # fmt: skip
"""Buyer's process, goods bought, and the seller's process."""


class Facts(NamedTuple):
    """What a tiny model is founded on."""

    world: World

    def __repr__(self):
        return self.world.tables["links"][["supplier", "buyer", "good", "tonnes_base", "contract"]].to_string(index=False)


def firms(process):
    """Names of a process's firms in the shipped tables."""
    table = WORLD.tables["firms"]
    return sorted(table.entity[table.process == process])


def end_users():
    """Every sector@country of the shipped tables."""
    demand = WORLD.tables["demand"]
    return sorted(demand.sector + "@" + demand.country)


def bought(draw, buyers, good, sellers):
    """Links by which each of the buyers gets a good from some of the sellers."""
    for buyer in buyers:
        for seller in draw(st.lists(st.sampled_from(sellers), min_size=1, unique=True)) if sellers else ():
            yield seller, buyer, good, draw(TONNES), int(draw(st.booleans()))


@st.composite
def small_worlds(draw, most_users=10):
    """A chain of one to three firms a process and some end users, its links of any size."""
    at = {process: draw(st.lists(st.sampled_from(firms(process)), min_size=process != "recycle", max_size=3, unique=True)) for process in PROCESSES}
    links = [link for process, goods, source in STEPS for good in goods for link in bought(draw, at[process], good, at[source])]
    for user in draw(st.lists(st.sampled_from(end_users()), min_size=1, max_size=most_users, unique=True)):
        oxide = USERS_OF_OXIDE.get(user.split("@")[0])
        for good in [oxide] if oxide else draw(st.lists(st.sampled_from(GOODS[MAGNETS]), min_size=1, unique=True)):
            links += bought(draw, [user], good, at["refine"] if oxide else at["magnet"])
    return Facts(build(WORLD.words, filtered(links)))
