"""What each table of a world must hold: the columns the model reads, their unit, bounds, allowed words and what they are for.

A figure drives results (the default), is checked against what drives them, or documents (`quantities.noted`). Columns that are not named here
(operator, status, notes) are kept as text and not checked.
"""

from dataclasses import replace

from model.names import KINDS, MONTHS_A_YEAR, REGIONS, USES
from model.quantities import (
    ANY_TEXT,
    AS_STATED,
    CAPACITY,
    COST,
    COUNTRY,
    DEPOSIT,
    ELASTICITY,
    ELEMENT,
    FLAG,
    GOOD,
    GROWTH,
    LIFETIME,
    MASS_RATIO,
    MONTH,
    MONTHS,
    PARAMETER,
    PERCENT,
    PROCESS,
    SECTOR,
    SHARE,
    TEXT,
    TONNES,
    YEAR_OR_MONTH,
    compared,
    each,
    noted,
    number,
    or_empty,
    ranged,
    words,
)
from model.sheet import Column, Table

CONFIDENCE = ("high", "medium", "low", "unverified", "assumption")
"""How well a row is founded; SOURCES.md says what each word means."""
PROVENANCE = {"source": TEXT, "confidence": words(*CONFIDENCE)}
RANGE = each(noted(AS_STATED), "low high")
ROLES = BUILT_IN, FITTED, COMPARED, NOT_EXPRESSIBLE = ("built in", "fitted", "compared", "not expressible")
"""What a row of what was observed is to the model: its tables hold it, a constant was set on it, neither, or it has no such quantity."""
ROLE = {"role": words(*ROLES, may_be_empty=True), "why": ANY_TEXT}
"""The role, and the cell or constant that makes it so or what the model lacks (model.seen says where either must be given)."""

ELEMENTS = Table("elements.csv", {"element": TEXT, "group": TEXT, "strength": PARAMETER}, key=("element",))
GOODS = Table(
    "goods.csv",
    {
        "good": TEXT,
        "stage": TEXT,
        "lead": ELEMENT,
        "kg_per_kg_lead": or_empty(number("kg/kg", 1, 1e6)),
        "price_class": TEXT,
        "pricing": words("quoted", "made", "cost_plus", "follows"),
        **each(ANY_TEXT, "follows incentive cover_china cover_outside kept_china kept_outside"),
        "used_as": words("product", "material", may_be_empty=True),
        "traded": noted(FLAG),
        "words": TEXT,
        **PROVENANCE,
    },
    key=("good",),
)
PROCESSES = Table(
    "processes.csv",
    {
        "process": TEXT,
        "kind": words(*KINDS[:-2]),
        "stage": TEXT,
        **each(ANY_TEXT, "takes by_products counted losses_to price_good sized_by by_product_of follows_use_of"),
        **each(TEXT, "makes capacity_counted_in"),
        **each(PARAMETER, "months_to_build capex cash_cost"),
        **each(PARAMETER, "circuit_months circuit_capex circuit_cash_cost"),
        **each(ANY_TEXT, "circuit_good circuit_sized_by"),
        "price_answer": or_empty(SHARE),
        "sized_how": words("capacity", "need", "usable", "use", may_be_empty=True),
        **PROVENANCE,
    },
    key=("process",),
)
RECIPES = Table(
    "recipes.csv",
    {
        "process": PROCESS,
        "good": or_empty(GOOD),
        "element": or_empty(ELEMENT),
        "role": words("content", "yield", "input_per_blank", "finished_per_blank"),
        "value": MASS_RATIO,
        **RANGE,
        **PROVENANCE,
    },
    key=("process", "good", "element", "role"),
)
DEPOSITS = Table(
    "deposits.csv",
    {"deposit": TEXT, "good": GOOD, "element": ELEMENT, "share": SHARE, **RANGE, "counted_as": GOOD, **PROVENANCE},
    key=("deposit", "good", "element"),
    optional=True,
)
MINING = Table(
    "mining.csv",
    {"deposit": Column(known="deposit"), "adds_lines": FLAG, **each(PARAMETER, "depletion closures closure_months closure_depth"), **PROVENANCE},
    key=("deposit",),
    optional=True,
)
PRICE_CLASSES = Table(
    "price_classes.csv",
    {"price_class": TEXT, "reference": GOOD, **each(PARAMETER, "response speed momentum ask_weight crisis_price arbitrage requalification deviation"), "office": ANY_TEXT, **PROVENANCE},
    key=("price_class",),
)
FIRMS = Table(
    "firms.csv",
    {
        "entity": TEXT,
        "country": COUNTRY,
        "process": PROCESS,
        "deposit": DEPOSIT,
        "unit": TEXT,
        "capacity_base_t_per_year": CAPACITY,
        "production_base_t": TONNES,
        "feed_base_t": or_empty(TONNES),
        "collected_base_t": or_empty(TONNES),
        "yield": or_empty(SHARE),
        "unit_cost_usd_per_kg": or_empty(COST),
        **each(noted(TONNES), "production_before_t production_after_t"),
        **each(noted(CAPACITY), "capacity_2026_t_per_year capacity_2030_t_per_year"),
        **PROVENANCE,
    },
    key=("entity",),
)
OUTPUTS = Table(
    "outputs.csv",
    {"entity": TEXT, "good": GOOD, "production_base_t": TONNES, "capacity_base_t_per_year": or_empty(CAPACITY), "yield": or_empty(SHARE), **PROVENANCE},
    key=("entity", "good"),
    optional=True,
)
DEMAND = Table(
    "demand.csv",
    {
        "sector": SECTOR,
        "country": COUNTRY,
        "good": TEXT,
        "base_demand_t": TONNES,
        **each(GROWTH, "growth_pct_per_year growth_late_pct_per_year"),
        "price_elasticity": or_empty(ELASTICITY),
        "cover_months": or_empty(MONTHS),
        "value_added_usd_per_kg": or_empty(COST),
        **PROVENANCE,
    },
    key=("sector", "country"),
)
SECTORS = Table(
    "sectors.csv",
    {
        "sector": TEXT,
        "use": words(*USES),
        "headline": FLAG,
        **ranged("cover_months", or_empty(MONTHS)),
        **ranged("value_added_usd_per_kg", or_empty(COST), "value_added"),
        **ranged("price_elasticity", or_empty(ELASTICITY)),
        **ranged("qualification_months", or_empty(MONTHS)),
        **ranged("allocation_priority", number("rank, 1 first", 1, 100)),
        **ranged("catch_up_share", or_empty(SHARE)),
        "essential": FLAG,
        **ranged("redesign_months", or_empty(MONTHS)),
        **ranged("redesign_ceiling", SHARE),
        **ranged("redesign_cost_usd_per_kg_year", or_empty(number("USD per kg/year", 0, 1e6)), "redesign_cost"),
        **ranged("downstream_multiplier", or_empty(number("dimensionless", 1, 10)), "downstream"),
        **ranged("lifetime_years", or_empty(LIFETIME)),
        **ranged("collectable", or_empty(SHARE)),
        "words": TEXT,
        **PROVENANCE,
    },
    key=("sector",),
)
VALUES = Table(
    "value_added.csv",
    {
        "sector": SECTOR,
        "unit": TEXT,
        **ranged("value_added_per_unit_usd", number("USD", 0, 1e10), "value_added"),
        **ranged("kg_per_unit", number("kg", 1e-6, 1e6), "kg"),
        **PROVENANCE,
    },
    key=("sector",),
    optional=True,
)
MIXES = Table(
    "mixes.csv",
    {"mix": TEXT, "sector": SECTOR, "good": GOOD, "share": SHARE, **RANGE, **PROVENANCE},
    key=("mix", "sector", "good"),
    optional=True,
)
DESIGNS = Table(
    "designs.csv",
    {
        "sector": SECTOR,
        "good": GOOD,
        "element": ELEMENT,
        "content": number("kg/kg", 1e-6, 1),
        **ranged("least", MASS_RATIO),
        **ranged("months", MONTHS),
        "free": SHARE,
        **PROVENANCE,
    },
    key=("sector", "good", "element"),
    optional=True,
)
STOCKS = Table(
    "stocks.csv",
    {"holder": TEXT, "country": COUNTRY, "good": GOOD, "change_base_t": number("t/year", -1e7, 1e7), "level_base_t": TONNES, **PROVENANCE},
    key=("holder", "country", "good"),
    optional=True,
)
PUBLIC, TRADER = HOLDERS = ("public", "trader")
"""What holders of stores.csv are: public stocks, and traders between countries."""
STORES = Table(
    "stores.csv",
    {"holder": TEXT, "country": COUNTRY, "role": words(*HOLDERS), "good": GOOD, "level_base_t": TONNES, "serves": TEXT, "pooled_with": ANY_TEXT, "capital_usd_million": or_empty(number("million USD", 0, 1e6)), **PROVENANCE},
    key=("holder", "country", "good"),
    optional=True,
)
STRICTNESS = Table(
    "strictness.csv",
    {"regime": Column(known="regime"), "destination": Column(known="destination"), **each(SHARE, "low high"), **PROVENANCE},
    key=("regime", "destination"),
    optional=True,
)
COMPLIANCE = Table("compliance.csv", {"country": COUNTRY, "complies": SHARE, **PROVENANCE}, key=("country",), optional=True)
COUNTRIES = Table(
    "countries.csv",
    {
        **each(TEXT, "country name"),
        "bloc": words("CHN", "ALLIED", "HEDGE", "CLIENT"),
        "latitude": noted(number("degrees", -90, 90)),
        "longitude": noted(number("degrees", -180, 180)),
        **each(number("dimensionless", -1, 1), "affinity_to_CHN affinity_to_USA"),
        "import_group": words(*REGIONS),
        "market_region": TEXT,
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
        "distance_km": noted(number("km", 0, 50_000)),
        **PROVENANCE,
    },
    key=("origin", "destination"),
)
LINKS = Table(
    "links.csv",
    {
        **each(TEXT, "supplier buyer"),
        **each(COUNTRY, "supplier_country buyer_country"),
        "good": GOOD,
        "share_of_buyer": compared(SHARE),
        "tonnes_base": compared(TONNES),
        "contract": FLAG,
        "qualified": compared(FLAG),
    },
    key=("supplier", "buyer", "good"),
)
EMBEDDED = Table(
    "embedded.csv",
    {
        **each(COUNTRY, "exporter importer"),
        "product": TEXT,
        **each(or_empty(SECTOR), "taken_from used_in"),
        "part": FLAG,
        "tonnes_base": TONNES,
        **RANGE,
        **PROVENANCE,
    },
    key=("exporter", "importer", "product", "taken_from"),
    optional=True,
)
COSTS = Table(
    "costs.csv",
    {
        "kind": words("unit_cash_cost", "price", "parameter"),
        **each(TEXT, "stage item place"),
        **each(AS_STATED, "value"),
        **RANGE,
        "unit": TEXT,
        "date": YEAR_OR_MONTH,
        **PROVENANCE,
    },
    key=("kind", "stage", "item", "place"),
)
PIPELINE = Table(
    "pipeline.csv",
    {
        **each(TEXT, "project entity"),
        "country": COUNTRY,
        "process": PROCESS,
        "good": GOOD,
        "capacity_t_per_year": CAPACITY,
        "unit": TEXT,
        "deposit": DEPOSIT,
        "start": MONTH,
        "success_probability": SHARE,
        "lead_time_years": number("years", 0, 30),
        "state": words("idea", "feasibility", "financed", "construction", "ramp", "operating", may_be_empty=True),
        "decided": replace(MONTH, may_be_empty=True),
        "state_money": or_empty(FLAG),
        "capex_usd_million": or_empty(number("million USD", 0, 1e6)),
        **PROVENANCE,
    },
    key=("project", "entity", "good"),
)
PROJECT_TERMS = Table(
    "project_terms.csv",
    {**each(TEXT, "project entity"), "term": number("1/year", -20, 20), "success_probability": SHARE, **PROVENANCE},
    key=("project", "entity"),
    optional=True,
)
BINDINGS = ("binding", "captive", "mou", "policy")
"""How a contract binds: those that are ordered, the first scaled down last; then what is served first without an order. What binds money alone is an instrument (PriceFloor)."""
CONTRACTS = Table(
    "contracts.csv",
    {
        **each(TEXT, "seller buyer good"),
        "via": ANY_TEXT,
        **ranged("share_of_output", or_empty(SHARE), "share"),
        **ranged("t_per_year", or_empty(number("t/year", 0, 1e7)), "t"),
        **each(MONTH, "from to"),
        "renews": FLAG,
        "binding": words(*BINDINGS, may_be_empty=True),
        "price_formula": words("china_index", "fixed_plus", "floor", may_be_empty=True),
        "floor_usd_per_kg": or_empty(COST),
        "customer": TEXT,
        **PROVENANCE,
    },
    key=("seller", "buyer", "good", "customer"),
    optional=True,
)
HOME_PREFERENCE = Table(
    "home_preference.csv",
    {
        "country": COUNTRY,
        "good": TEXT,
        "first_refusal": SHARE,
        **RANGE,
        **ranged("premium_pct", number("%", -50, 200), "premium"),
        **PROVENANCE,
    },
    key=("country", "good"),
    optional=True,
)
CASH, DEBT, COMMITTED, FIXED_COST, COST_OF_CAPITAL, SUPPORTED = FINANCES = ("cash", "debt", "committed", "fixed_cost", "cost_of_capital", "supported")
"""What finance.csv says of a company: money it has, owes or was promised, what its plants cost a year even when idle, what its investors ask, and whether a state carries its losses."""
FINANCE = Table(
    "finance.csv",
    {
        "company": TEXT,
        "entities": ANY_TEXT,
        "item": words(*FINANCES),
        **each(AS_STATED, "value"),
        **RANGE,
        "unit": TEXT,
        "date": MONTH,
        **PROVENANCE,
    },
    key=("company", "item"),
    optional=True,
)
CALENDAR = Table(
    "calendar.csv",
    {
        "kind": words("month", "festival"),
        "month": words(*map(str, range(1, MONTHS_A_YEAR + 1))),
        "year": ANY_TEXT,
        "factor": number("share of a mean month", -1, 5),
        **each(noted(number("share of a mean month", -1, 5)), "low high"),
        **PROVENANCE,
    },
    key=("kind", "month", "year"),
    optional=True,
)
TECHNOLOGY = Table("technology.csv", {"entity": TEXT, "chinese_technology": SHARE, **PROVENANCE}, key=("entity",), optional=True)
TABLES: dict[str, Table] = {
    table.file.removesuffix(".csv"): table
    for table in (
        COUNTRIES, LANES, ELEMENTS, GOODS, PROCESSES, RECIPES, DEPOSITS, MINING, PRICE_CLASSES, SECTORS, VALUES, MIXES, DESIGNS, FIRMS, OUTPUTS, DEMAND, STOCKS, STORES, LINKS, EMBEDDED, COSTS,
        PIPELINE, PROJECT_TERMS, STRICTNESS, COMPLIANCE, CONTRACTS, HOME_PREFERENCE, FINANCE, CALENDAR, TECHNOLOGY,
    )
}  # fmt: skip
"""Every table a world is built from, those that define words for others first."""

TRADE_FLOWS = Table(
    "trade_flows.csv",
    {**each(TEXT, "exporter importer product period"), "tonnes": or_empty(TONNES), **PROVENANCE, **ROLE},
    key=("exporter", "importer", "product", "period"),
    optional=True,
)
PRICES = Table(
    "prices.csv",
    {**each(TEXT, "material market"), "basis": ANY_TEXT, "date": YEAR_OR_MONTH, "price_mid_usd_per_kg": COST, **PROVENANCE, **ROLE},
    key=("material", "date", "market", "basis"),
    optional=True,
)
TARGETS = Table(
    "validation_targets.csv",
    {**each(TEXT, "episode quantity period unit"), **each(number("as the row's unit", -1e9, 1e9), "observed_value tolerance"), **PROVENANCE, **ROLE},
    key=("episode", "quantity", "period"),
    optional=True,
)
MEASURES = Table(
    "measures.csv",
    {
        **each(TEXT, "quantity measure"),
        **each(ANY_TEXT, "good destination market stage period unit"),
        **each(or_empty(number("as the row's unit", -1e9, 1e9)), "low high"),
        "source": ANY_TEXT,
        **ROLE,
    },
    key=("quantity",),
    optional=True,
)
SEEN: dict[str, Table] = {table.file.removesuffix(".csv"): table for table in (TRADE_FLOWS, PRICES, TARGETS, MEASURES)}
"""Tables of what was observed: the hindcast and the figures of the past read them, and a run no more than the prices from before its start (model.start.past)."""
FOLLOWED = Table("followed.csv", {**each(TEXT, "company entity"), **PROVENANCE}, key=("company", "entity"), optional=True)
"""Companies whose plants `experiments.followed` tells of; no run reads it."""
DOCUMENTATION = "documentation"
PROGRAMMES = Table(
    "programmes.csv",
    {
        **each(TEXT, "country name as"),
        **each(ANY_TEXT, "event field figure why"),
        "date": replace(MONTH, may_be_empty=True),
        **each(ANY_TEXT, "goods beneficiaries terms unit from to conditions notes"),
        **each(or_empty(number("as the row's unit", -1e9, 1e9)), "value low high"),
        "budget_usd_million": or_empty(number("million USD", 0, 1e6)),
        **PROVENANCE,
    },
    key=("country", "name"),
    optional=True,
)
"""Programmes of states: which event of history each is (`as`: its kind), or why it is documentation (`model.world.record`); no run reads it."""
COMMITMENTS = Table(
    "commitments.csv",
    {
        "commitment": TEXT,
        "date": MONTH,
        **each(COUNTRY, "actor towards"),
        "item": TEXT,
        "amount": noted(AS_STATED),
        "unit": ANY_TEXT,
        "due": Column(pattern="20[0-9]{2}-(0[1-9]|1[0-2])", may_be_empty=True),
        "kept_share": or_empty(SHARE),
        **PROVENANCE,
    },
    key=("commitment",),
    optional=True,
)
"""What states promised each other beside what this model trades; states that decide by themselves count what is broken."""
WAYS = ("loss", "substitution", "supply", "recovery", "asked", "approved")
"""How what is compared with a published figure is measured here (`experiments.against_others`)."""
PUBLISHED = Table(
    "published.csv",
    {
        **each(TEXT, "study date region quantity unit shock scope"),
        **each(or_empty(number("as the row's unit", -1e9, 1e9)), "value low high"),
        "usd_billion": or_empty(number("billion USD a year, a loss above 0", 0, 1e6)),
        "horizon_months": or_empty(number("months", 0, 1200)),
        **each(ANY_TEXT, "our_measure our_label our_counts"),
        "our_figure": words("difference", "level", may_be_empty=True),
        "our_way": words(*WAYS, may_be_empty=True),
        **each(ANY_TEXT, "our_goods our_destinations our_period differs"),
        "our_factor": or_empty(number("share let through", 0, 1)),
        "our_months": or_empty(number("months", 1, 120)),
        "our_stock_days": or_empty(number("days", 1, 365)),
        "our_gdp": or_empty(number("billion USD", 0.001, 1e6)),
        **PROVENANCE,
    },
    key=("study", "region", "quantity"),
    optional=True,
)
"""Figures that others published, and which result stands beside each (empty: none): the experiments' report prints both."""
SWITCHES = Table(
    "switches.csv",
    {"switch": TEXT, "parameter": Column(known="parameter"), "off": noted(number("as the parameter's unit", -1e9, 1e9)), "words": TEXT, "source": TEXT},
    key=("switch", "parameter"),
    optional=True,
)
"""Mechanisms and assumptions that can be switched off, each by the values its parameters then have (`model.switches`)."""
DATED = {TRADE_FLOWS.file: "period", PRICES.file: "date", TARGETS.file: "period", MEASURES.file: "period"}
"""Where each says of when it is."""


def marks() -> dict[tuple[str, str], str]:
    """What each figure is for, by table and column: drives, checked or documents."""
    return {(name, column): given.mark for name, table in TABLES.items() for column, given in table.columns.items() if given.unit is not None}


__all__ = ["PERCENT", "SEEN", "TABLES", "Column", "marks"]
