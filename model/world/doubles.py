"""Measures that stand twice: a floor that contracts.csv promises and a scenario too."""

from model.errors import InputError
from model.policies.price_floor import PriceFloor
from model.scenario import Scenario
from model.schema import BINDINGS
from model.start.contracts import MOU
from model.tables import TOLERANCE
from model.world import World


def refuse_doubles(scenario: Scenario, world: World) -> None:
    """Refuses a price floor for a firm named whose contracts hold floors for the same good and months, if both come to more than all it makes."""
    table = world.tables["contracts"]
    floors = table[table["floor_usd_per_kg"].notna() & table["share_of_output"].notna() & (table["binding"] != BINDINGS[MOU])]
    for event in (event for event in scenario.events if isinstance(event, PriceFloor)):
        for seller in event.entities:
            for good in event.covered_goods:
                of_good = floors[(floors["seller"] == seller) & (floors["good"] == good)]
                for month in sorted({max(begins, event.date) for begins in of_good["from"]}):
                    if event.until is None or month < event.until:
                        promised = of_good["share_of_output"][(of_good["from"] <= month) & (of_good["to"] >= month)].sum()
                        if promised > 0.0 and promised + event.share_of_output > 1.0 + TOLERANCE:
                            raise InputError(
                                f'{scenario.name}: PriceFloor "{event.name}": contracts.csv promises {seller} a floor for {promised:g} of its {good} from {month} on; '
                                "strike floor_usd_per_kg there, or lower share_of_output here so that both are at most 1"
                            )


__all__ = ["refuse_doubles"]
