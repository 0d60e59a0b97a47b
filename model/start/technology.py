"""How far plants rest on Chinese technology and equipment (technology.csv)."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from model.names import CHINA
from model.parameters import Values
from model.tables import Frames, nobody, refuse_row

if TYPE_CHECKING:
    from model.world import World


def chinese_technology(world: "World", p: Values) -> np.ndarray:
    """(firm,): the share that the table says of makers outside China, the usual one of those it does not name; 0 of those in China and of those who make nothing."""
    entities, table = world.entities, world.tables["technology"]
    makes = entities.process.isin(list(world.chain.by_name)) & (entities.country != CHINA)
    known = table.set_index("entity")["chinese_technology"].reindex(entities.index)
    return np.where(makes, known.fillna(p.chinese_technology), 0.0)


def check_technology(frames: Frames, entities: pd.DataFrame) -> None:
    """Only makers outside China have a row."""
    named = frames["technology"]["entity"]
    refuse_row("technology.csv", "entity", ~named.isin(entities.index), lambda row: nobody(named[row], list(entities.index)))
    at_home = named.map(entities.country) == CHINA
    refuse_row("technology.csv", "entity", at_home, lambda row: f"{named[row]} is in China, where its technology is at home; remove the row")
