"""Random tiny worlds: a few firms that trade from single grams to the most a table may hold, with few or many buyers."""

from typing import NamedTuple

from hypothesis import strategies as st
from worlds import MAGNETS, filtered

from model.names import NONMAGNET
from model.tables import ENTITIES, Tables
from model.world import World, build

TONNES = st.sampled_from([1e-6, 1e-5, 1.2e-4, 1e-3, 1.0, 600.0, 1e5, 1e7]) | st.floats(1e-6, 1e4)
"""A year's trade on a relation; 12 g a year are a gram a month, ten million tonnes the most links.csv may hold."""
STEPS = (
    ("refine", ("concentrate",), "mine"), ("metal", ("oxide_NdPr",), "refine"), ("magnet", ("metal_NdPr",), "metal"),
    ("magnet", ("oxide_Dy", "oxide_Tb"), "refine"), ("recycle", ("swarf",), "magnet"), ("metal", ("oxide_NdPr",), "recycle"),
)  # fmt: skip
"""Buyer's stage, goods bought, and the seller's stage."""


class Facts(NamedTuple):
    """What a tiny model is founded on."""

    world: World
    tables: Tables

    def __repr__(self):
        return self.tables.links[["supplier", "buyer", "good", "tonnes_2024", "contract"]].to_string(index=False)


def firms(stage):
    """Names of a stage's firms in the shipped tables."""
    return sorted(getattr(Tables.shipped(), ENTITIES[stage]).entity)


def end_users():
    """Every sector@country of the shipped tables."""
    demand = Tables.shipped().demand
    return sorted(demand.sector + "@" + demand.country)


def bought(draw, buyers, good, sellers):
    """Links by which each of the buyers gets a good from some of the sellers."""
    for buyer in buyers:
        for seller in draw(st.lists(st.sampled_from(sellers), min_size=1, unique=True)) if sellers else ():
            yield seller, buyer, good, draw(TONNES), int(draw(st.booleans()))


@st.composite
def small_worlds(draw, most_users=10):
    """A chain of one to three firms a stage and some end users, its links of any size."""
    at = {stage: draw(st.lists(st.sampled_from(firms(stage)), min_size=stage != "recycle", max_size=3, unique=True)) for stage in ENTITIES}
    links = [link for stage, goods, source in STEPS for good in goods for link in bought(draw, at[stage], good, at[source])]
    for user in draw(st.lists(st.sampled_from(end_users()), min_size=1, max_size=most_users, unique=True)):
        oxide = NONMAGNET.get(user.split("@")[0])
        for good in [oxide] if oxide else draw(st.lists(st.sampled_from(MAGNETS), min_size=1, unique=True)):
            links += bought(draw, [user], good, at["refine"] if oxide else at["magnet"])
    tables = filtered(links)
    return Facts(build(tables), tables)
