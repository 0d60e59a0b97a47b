"""An agent-based model of the rare-earth trade network: what happens if the truce holds, and what if restrictions resume.

    from model import Scenario, TradeModel, tidy
    model = TradeModel(Scenario.load("truce_holds"), seed=1)
    model.run_until("2027-06")
    tidy(model.results())
"""

from model.errors import InputError
from model.model import TradeModel
from model.patches import Patch
from model.policies import (
    AntiCoercion,
    BrokenCommitment,
    DemandShock,
    EnforcementCampaign,
    EntityListing,
    Equity,
    ExportBan,
    ExportLicence,
    ExportQuota,
    ExportTax,
    FasterPermitting,
    Framework,
    FreightShock,
    GeneralLicence,
    Grant,
    JointPurchasing,
    Loan,
    Offtake,
    OriginRule,
    Pool,
    PriceFloor,
    ProductionQuota,
    QuotaFreeze,
    RecyclingMandate,
    StockObligation,
    Stockpile,
    StrategicPricing,
    SubstitutionProgramme,
    SupplyShock,
    SurgeRelease,
    Tariff,
    TaxCredit,
    TechnologyBan,
    Truce,
    Vigilance,
)
from model.policies.doctrine import Doctrine
from model.scenario import Scenario
from model.tidying import tidy
from model.version import __version__

__all__ = [
    "AntiCoercion",
    "BrokenCommitment",
    "DemandShock",
    "Doctrine",
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
    "InputError",
    "JointPurchasing",
    "Loan",
    "Offtake",
    "OriginRule",
    "Patch",
    "Pool",
    "PriceFloor",
    "ProductionQuota",
    "QuotaFreeze",
    "RecyclingMandate",
    "Scenario",
    "StockObligation",
    "Stockpile",
    "StrategicPricing",
    "SubstitutionProgramme",
    "SupplyShock",
    "SurgeRelease",
    "Tariff",
    "TaxCredit",
    "TechnologyBan",
    "TradeModel",
    "Truce",
    "Vigilance",
    "__version__",
    "tidy",
]
