"""What each table must hold: the columns the model reads, their unit, bounds and allowed words, written in this one place.

Columns that are not named here (operator, status, notes, published capacities) are kept as text and not checked.
"""

from model.names import GOODS, GRADES, REGIONS
from model.quantities import (
    AS_STATED,
    CAPACITY,
    COST,
    COST_OR_EMPTY,
    COUNTRY,
    DEPOSIT_TYPE,
    ELASTICITY,
    FLAG,
    GROWTH,
    INPUT_RATIO,
    MASS_RATIO,
    MONTH,
    MONTHS,
    PERCENT,
    SHARE,
    TEXT,
    TONNES,
    TONNES_OR_EMPTY,
    YEAR_OR_MONTH,
    YIELD,
    each,
    number,
    ranged,
    unit_by,
    words,
)  # fmt: skip
from model.sheet import Column, Table

CONFIDENCE = ("high", "medium", "low", "unverified", "assumption")
"""How well a row is founded; SOURCES.md says what each word means."""
CHAIN = ("concentrate", "oxide_NdPr", "oxide_Dy", "oxide_Tb", "metal_NdPr", "magnet")
"""Goods of which pipeline.csv adds capacity in the rare-earth chain."""
OTHER_MATERIALS = ("gallium", "germanium", "antimony", "graphite")
"""Materials whose rows stand in some tables beside the rare-earth chain and are left out."""
DEPOSIT = ("ndpr_share_of_reo", "dy_share_of_reo", "tb_share_of_reo", "recovery_ndpr", "recovery_dy_tb")
"""Parameters a deposit type must have in material_balance.csv before a mine may name it."""

PROVENANCE = {"source": TEXT, "confidence": words(*CONFIDENCE)}
ENTITY = {"entity": TEXT, "country": COUNTRY, **PROVENANCE}

MINES = Table(
    "mines.csv",
    {
        "material": words("REE", *OTHER_MATERIALS),
        **ENTITY,
        "stage": words("mine"),
        "tonnage_basis": unit_by("stage", mine="t REO"),
        "deposit_type": DEPOSIT_TYPE,
        **each(TONNES, "production_2024_t capacity_2024_t_per_year"),
        **each(TONNES_OR_EMPTY, "production_2023_t production_2025_t"),
        "unit_cost_usd_per_kg": COST_OR_EMPTY,
    },
    key=("entity",),
    keep={"material": ("REE",)},
)
REFINERS_BASIS = (
    "throughput: t REO leaving in separated or residual products (quota basis in CHN); feed and capacity: t REO in feed"
)
REFINERS = Table(
    "refiners.csv",
    {
        "material": words("REE", *OTHER_MATERIALS),
        "stage": words("refine", "crack_leach"),
        **ENTITY,
        "tonnage_basis": unit_by("stage", refine=REFINERS_BASIS),
        **each(TONNES, "throughput_2024_t feed_2024_t_reo capacity_2024_t_per_year"),
        **each(TONNES, "ndpr_oxide_2024_t dy_oxide_2024_t tb_oxide_2024_t"),
        **each(TONNES, "capacity_2024_ndpr_oxide_t capacity_2024_dy_oxide_t capacity_2024_tb_oxide_t"),
        **each(TONNES_OR_EMPTY, "ndpr_oxide_2023_t ndpr_oxide_2025_t feed_content_ndpr_t feed_content_dy_t feed_content_tb_t"),
        **each(SHARE, "recovery_ndpr recovery_heavy recovery_heavy_with_heavy_circuit"),
        "unit_cost_usd_per_kg": COST_OR_EMPTY,
    },
    key=("entity",),
    keep={"material": ("REE",), "stage": ("refine",)},
)
METAL_MAKERS = Table(
    "metal_makers.csv",
    {
        **ENTITY,
        "stage": words("metal"),
        "tonnage_basis": unit_by("stage", metal="t NdPr metal (alloy makers in NdPr content)"),
        **each(TONNES, "production_2024_t capacity_2024_t_per_year"),
        "unit_cost_usd_per_kg": COST,
    },
    key=("entity",),
)
MAGNET_MAKERS = Table(
    "magnet_makers.csv",
    {
        **ENTITY,
        "stage": words("magnet"),
        "tonnage_basis": unit_by("stage", magnet="t NdFeB blank and t finished"),
        **each(TONNES, "production_2024_t_blank production_2024_t_finished"),
        **each(TONNES, "capacity_2024_t_blank_per_year capacity_2024_t_finished_per_year"),
        "finished_per_blank": YIELD,
        "relative_cost_vs_china_1": number("China = 1", 0, 10),
        "uses_hree": FLAG,
    },
    key=("entity",),
)
RECYCLERS = Table(
    "recycling.csv",
    {
        **ENTITY,
        "tonnage_basis": words("t REO", "t magnet", "t powder", "t magnet-equivalent"),
        **each(TONNES, "output_2023_t output_2024_t capacity_2024_t_per_year"),
        **each(TONNES, "ndpr_oxide_2024_t dy_oxide_2024_t tb_oxide_2024_t"),
        **each(TONNES, "feed_swarf_own_country_t feed_swarf_imported_t feed_eol_magnets_t"),
        **each(TONNES, "feed_content_ndpr_t_oxide feed_content_dy_t_oxide feed_content_tb_t_oxide"),
        "recovery_ree": SHARE,
    },
    key=("entity",),
)
DEMANDED = ("NdFeB magnet", "NdPr oxide", "Dy oxide", "Tb oxide")
DEMAND = Table(
    "demand.csv",
    {
        "material": words(*DEMANDED, *OTHER_MATERIALS),
        "sector": Column(known="sector"),
        "country": COUNTRY,
        "base_demand_2024_t_finished": TONNES,
        **each(GROWTH, "growth_2024_2030_pct_per_year growth_2030_2035_pct_per_year"),
        **each(PERCENT, "dy_content_pct_of_magnet tb_content_pct_of_magnet"),
        **each(ELASTICITY, "price_elasticity_short_run price_elasticity_long_run"),
        "buffer_stock_months": MONTHS,
        **PROVENANCE,
    },
    key=("sector", "country"),
    keep={"material": DEMANDED},
)
SECTORS = Table(
    "sectors.csv",
    {
        "sector": TEXT,
        **ranged("cover_months", MONTHS),
        **ranged("value_added_usd_per_kg_magnet", COST, "value_added"),
        **ranged("price_elasticity", ELASTICITY),
        **ranged("qualification_months", MONTHS),
        **ranged("allocation_priority", number("rank, 1 first", 1, 100)),
        **ranged("catch_up_share", SHARE),
        "essential": FLAG,
        **ranged("share_standard", SHARE),
        **ranged("share_high", SHARE),
        **ranged("share_extreme", SHARE),
        **PROVENANCE,
    },
    key=("sector",),
)
GRADE_RECIPES = Table(
    "grades.csv",
    {
        "grade": words(*GRADES),
        **ranged("ndpr_kg_per_kg_finished", YIELD, "ndpr"),
        **ranged("dy_kg_per_kg_finished", SHARE, "dy"),
        **ranged("tb_kg_per_kg_finished", SHARE, "tb"),
        **ranged("gross_input_kg_per_kg_blank", INPUT_RATIO, "gross_input"),
        **each(MASS_RATIO, "gross_ndpr_kg_per_kg_blank gross_dy_kg_per_kg_blank gross_tb_kg_per_kg_blank"),
        **ranged("machining_yield_chn", YIELD),
        **ranged("machining_yield_row", YIELD),
        "machining_yield_bonded": number("share of 1", 0, 1, may_be_empty=True),
        **each(MASS_RATIO, "swarf_kg_per_kg_finished_chn swarf_kg_per_kg_finished_row"),
        **ranged("swarf_recovery", SHARE),
        **PROVENANCE,
    },
    key=("grade",),
    complete={"grade": GRADES},
)
YIELDS = ("electrolysis_yield", "reduction_yield")
STOICHIOMETRY = "oxide_per_metal_stoichiometric"
MATERIAL_BALANCE = Table(
    "material_balance.csv",
    {
        **each(TEXT, "stage item parameter"),
        "unit": unit_by("parameter", **dict.fromkeys((*DEPOSIT, *YIELDS), "fraction"), **{STOICHIOMETRY: "kg/kg"}),
        **each(AS_STATED, "value low high"),
        **PROVENANCE,
    },
    key=("stage", "item", "parameter"),
    complete={"parameter": (*DEPOSIT, *YIELDS, STOICHIOMETRY)},
)
COUNTRIES = Table(
    "countries.csv",
    {
        **each(TEXT, "country name"),
        "bloc": words("CHN", "ALLIED", "HEDGE", "CLIENT"),
        "latitude": number("degrees", -90, 90),
        "longitude": number("degrees", -180, 180),
        **each(number("dimensionless", -1, 1), "affinity_to_CHN affinity_to_USA"),
        "import_group": words(*REGIONS),
        "member_of_EU27": FLAG,
        **PROVENANCE,
    },
    key=("country",),
    complete={"import_group": REGIONS},
)
LANES = Table(
    "lanes.csv",
    {
        **each(COUNTRY, "origin destination"),
        "months": number("months", 1, 12, whole=True),
        **ranged("freight_usd_per_kg", COST, "freight"),
        "distance_km": number("km", 0, 50_000),
        **PROVENANCE,
    },
    key=("origin", "destination"),
)
LINKS = Table(
    "links.csv",
    {
        **each(TEXT, "supplier buyer"),
        **each(COUNTRY, "supplier_country buyer_country"),
        "good": words(*GOODS),
        "weight_2024": SHARE,
        "tonnes_2024": TONNES,
        **each(FLAG, "contract qualified"),
    },
    key=("supplier", "buyer", "good"),
    complete={"good": GOODS},
)
COST_UNITS = {
    "mine": "USD/kg REO in concentrate",
    "metal": "USD/kg metal, tolling margin over oxide",
    "magnet": "USD/kg finished, conversion only (metals bought separately)",
    "recycle": "USD/kg NdPr oxide, conversion only",
    "tax": "fraction",
}
REFINING_UNITS = ("USD/kg NdPr oxide, conversion only (feed bought separately)", "USD/kg oxide, conversion only")
PRICE_UNITS = ("USD/kg REO", "USD/kg, incl. 13 % VAT as quoted", "USD/kg, no VAT", "USD/kg swarf")
COSTS = Table(
    "costs.csv",
    {
        "kind": words("unit_cash_cost", "price", "parameter"),
        "stage": words("mine", "refine", "metal", "magnet", "recycle", "start", "tax"),
        **each(TEXT, "product country_or_market"),
        **each(AS_STATED, "value low high"),
        "unit": Column(words=(*COST_UNITS.values(), *REFINING_UNITS, *PRICE_UNITS), given=("stage", COST_UNITS)),
        "date": YEAR_OR_MONTH,
        **PROVENANCE,
    },
    key=("kind", "stage", "product", "country_or_market"),
    complete={"product": GOODS[1:]},
)
OXIDE_BASIS = "t NdPr oxide (Dy and Tb oxide in dy_t, tb_t)"
CAPACITY_BASIS = {
    "mine": "t REO contained in concentrate",
    "refine": OXIDE_BASIS,
    "recycle": OXIDE_BASIS,
    "metal": "t NdPr metal",
    "magnet": "t finished magnet",
}
PIPELINE = Table(
    "pipeline.csv",
    {
        "good": words(*CHAIN, *OTHER_MATERIALS, "graphite_anode"),
        **each(TEXT, "project entity"),
        "country": COUNTRY,
        "stage": words(*CAPACITY_BASIS),
        **each(CAPACITY, "capacity_t_per_year_good dy_t tb_t"),
        "capacity_basis": unit_by("stage", **CAPACITY_BASIS),
        "deposit_type": Column(known="deposit type", may_be_empty=True),
        "start": MONTH,
        "success_probability": SHARE,
        "lead_time_years_from_fid": number("years", 0, 30),
        "capex_usd_million": number("million USD", 0, 1e6, may_be_empty=True),
        **PROVENANCE,
    },
    key=("project", "entity", "good"),
    keep={"good": CHAIN},
)
