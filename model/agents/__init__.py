"""Who decides: firms along the chain, and states."""

from model.agents.firm import Firm
from model.agents.holder import Holder
from model.agents.magnet_maker import MagnetMaker
from model.agents.metal_maker import MetalMaker
from model.agents.miner import Miner
from model.agents.oem import OEM
from model.agents.parts_maker import PartsMaker
from model.agents.recycler import Recycler
from model.agents.refiner import Refiner
from model.agents.state import State

FIRMS = (Miner, Refiner, MetalMaker, MagnetMaker, PartsMaker, Recycler, OEM, Holder)

__all__ = ["FIRMS", "OEM", "Firm", "Holder", "MagnetMaker", "MetalMaker", "Miner", "PartsMaker", "Recycler", "Refiner", "State"]
