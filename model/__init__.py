"""An agent-based model of the rare-earth trade network: what happens if the truce holds, and what if restrictions resume.

    from model import TradeModel, Scenario
    model = TradeModel(Scenario.load("truce_holds"), seed=1)
    model.run_until("2027-06")
    model.results()
"""

from model.errors import InputError
from model.model import TradeModel
from model.policies import ExportBan, ExportLicence, ExportQuota, SupplyShock, Tariff, Truce
from model.scenario import Scenario
from model.version import __version__

__all__ = [
    "ExportBan",
    "ExportLicence",
    "ExportQuota",
    "InputError",
    "Scenario",
    "SupplyShock",
    "Tariff",
    "TradeModel",
    "Truce",
    "__version__",
]
