"""What states can do: one instrument a file."""

from model.policies.anti_coercion import AntiCoercion
from model.policies.broken_commitment import BrokenCommitment
from model.policies.demand_shock import DemandShock
from model.policies.enforcement_campaign import EnforcementCampaign
from model.policies.entity_listing import EntityListing
from model.policies.equity import Equity
from model.policies.export_ban import ExportBan
from model.policies.export_licence import ExportLicence
from model.policies.export_quota import ExportQuota
from model.policies.export_tax import ExportTax
from model.policies.faster_permitting import FasterPermitting
from model.policies.framework import Framework
from model.policies.freight_shock import FreightShock
from model.policies.general_licence import GeneralLicence
from model.policies.grant import Grant
from model.policies.instrument import INSTRUMENTS, Instrument
from model.policies.joint_purchasing import JointPurchasing
from model.policies.loan import Loan
from model.policies.offtake import Offtake
from model.policies.origin_rule import OriginRule
from model.policies.pool import Pool
from model.policies.price_floor import PriceFloor
from model.policies.production_quota import ProductionQuota
from model.policies.quota_freeze import QuotaFreeze
from model.policies.recycling_mandate import RecyclingMandate
from model.policies.regimes import LicenceTerms
from model.policies.stock_obligation import StockObligation
from model.policies.stockpile import Stockpile
from model.policies.strategic_pricing import StrategicPricing
from model.policies.substitution_programme import SubstitutionProgramme
from model.policies.supply_shock import SupplyShock
from model.policies.surge_release import SurgeRelease
from model.policies.tariff import Tariff
from model.policies.tax_credit import TaxCredit
from model.policies.technology_ban import TechnologyBan
from model.policies.truce import Truce, in_force
from model.policies.vigilance import Vigilance

__all__ = [
    "INSTRUMENTS",
    "AntiCoercion",
    "BrokenCommitment",
    "DemandShock",
    "EnforcementCampaign",
    "EntityListing",
    "Equity",
    "ExportBan",
    "ExportLicence",
    "ExportQuota",
    "ExportTax",
    "FasterPermitting",
    "Framework",
    "FreightShock",
    "GeneralLicence",
    "Grant",
    "Instrument",
    "JointPurchasing",
    "LicenceTerms",
    "Loan",
    "Offtake",
    "OriginRule",
    "Pool",
    "PriceFloor",
    "ProductionQuota",
    "QuotaFreeze",
    "RecyclingMandate",
    "StockObligation",
    "Stockpile",
    "StrategicPricing",
    "SubstitutionProgramme",
    "SupplyShock",
    "SurgeRelease",
    "Tariff",
    "TaxCredit",
    "TechnologyBan",
    "Truce",
    "Vigilance",
    "in_force",
]
