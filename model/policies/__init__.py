"""What states can do: one instrument a file."""

from model.policies.export_ban import ExportBan
from model.policies.export_licence import ExportLicence
from model.policies.export_quota import ExportQuota
from model.policies.faster_permitting import FasterPermitting
from model.policies.general_licence import GeneralLicence
from model.policies.instrument import INSTRUMENTS, Instrument
from model.policies.offtake import Offtake
from model.policies.production_quota import ProductionQuota
from model.policies.regimes import LicenceTerms
from model.policies.supply_shock import SupplyShock
from model.policies.tariff import Tariff
from model.policies.technology_ban import TechnologyBan
from model.policies.truce import Truce, in_force

__all__ = [
    "INSTRUMENTS",
    "ExportBan",
    "ExportLicence",
    "ExportQuota",
    "FasterPermitting",
    "GeneralLicence",
    "Instrument",
    "LicenceTerms",
    "Offtake",
    "ProductionQuota",
    "SupplyShock",
    "Tariff",
    "TechnologyBan",
    "Truce",
    "in_force",
]
