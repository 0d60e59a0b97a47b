"""An agent-based model of the rare-earth trade network: what happens if the truce holds, and what if restrictions resume.

    from model import Scenario, TradeModel, tidy
    model = TradeModel(Scenario.load("truce_holds"), seed=1)
    model.run_until("2027-06")
    tidy(model.results())
"""

from model.errors import InputError
from model.model import TradeModel
from model.policies import ExportBan, ExportLicence, ExportQuota, FasterPermitting, GeneralLicence, Offtake, ProductionQuota, SupplyShock, Tariff, TechnologyBan, Truce
from model.scenario import Scenario
from model.tidying import tidy
from model.version import __version__

__all__ = [
    "ExportBan",
    "ExportLicence",
    "ExportQuota",
    "FasterPermitting",
    "GeneralLicence",
    "InputError",
    "Offtake",
    "ProductionQuota",
    "Scenario",
    "SupplyShock",
    "Tariff",
    "TechnologyBan",
    "TradeModel",
    "Truce",
    "__version__",
    "tidy",
]
