"""Founding a run: firms get their columns, relations their traits, stocks and pipes their fill, so that 2024 starts in balance."""

from types import SimpleNamespace

import numpy as np

from model import kernels
from model.agents import Recycler, Refiner
from model.chance import keys
from model.names import CHINA, CONCENTRATE, DEFENCE, DY, GOODS, LEAD, MAGNETS, METAL, NDPR, NONMAGNET, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, OXIDES, SWARF, TB
from model.recipes import basket, deposits, oxide_content
from model.relations import tiers
from model.rules.sourcing import utility
from model.trade import EXPORT, HOME, IMPORT, OUTSIDE, QUALIFIED
from model.world import UNLIMITED, World, unit_costs

GRAMS, MONTHS = 1e6, 12.0


def traits(world: World, tables, model) -> dict[str, np.ndarray]:
    """What a relation is, beyond who and what: where it runs, which price it follows, who is served first."""
    entities, rel = world.entities, world.relations
    country, names = entities.country.to_numpy(), entities.index.to_numpy()
    here, there = country[rel.seller], country[rel.buyer]
    chinese, homeward = here == CHINA, there == CHINA
    quote = np.where(chinese, np.where(homeward, HOME, EXPORT), np.where(homeward, IMPORT, OUTSIDE))
    sector = entities.sector.to_numpy()
    base = np.where(homeward, world.prices["china"][rel.good], world.prices["outside"][rel.good])
    rows = np.arange(rel.seller.size)
    swarf = rows[(rel.good == SWARF) & (world.recipes.swarf_share > 0)]
    return {
        "seller_country": here,
        "outside": 1.0 - chinese,
        "inside": chinese | homeward,
        "from_china": (chinese & ~homeward) * 1.0,
        "export_rows": rows[chinese & ~homeward],
        "outside_rows": rows[~chinese & ~homeward],
        "quote": (quote * len(GOODS) + rel.good).astype(np.int64),
        "base_price": base,
        "content": world.content[rel.good, rel.seller],
        "base_flow": world.base_flow,
        "affinity": affinities(world.countries, here, there),
        "priority": 1.0 / priorities(tables, sector)[rel.buyer],
        "rank_calm": tiers(entities, rel, False),
        "rank_controlled": tiers(entities, rel, True),
        "clock_months": qualification(tables, sector, model.p)[rel.buyer],
        "key": keys(f"{names[s]}|{names[b]}|{GOODS[g]}" for s, b, g in zip(rel.seller, rel.buyer, rel.good, strict=True)),
        "swarf_rows": swarf,
        "swarf_share": world.recipes.swarf_share[swarf],
        "first_row": np.searchsorted(rel.buyer, np.arange(world.count + 1)),
        "seller_known": (rel.tonnes > 0.0),
    }


def affinities(countries, here, there):
    """Political affinity of two countries, -1..1, from how each stands to China and to the United States."""
    china, usa = countries.affinity_to_CHN, countries.affinity_to_USA
    both = [np.asarray(side.reindex(place)) for side in (china, usa) for place in (here, there)]
    return np.clip(0.5 * (both[0] * both[1] + both[2] * both[3]), -1.0, 1.0)


def priorities(tables, sector):
    """Rank in which sectors are served (1 first); makers rank with the first."""
    table = tables.sectors.set_index("sector").allocation_priority
    return np.array([float(table.get(s, 1.0)) for s in sector])


def qualification(tables, sector, p):
    """Months a buyer needs to qualify a new supplier."""
    table = tables.sectors.set_index("sector").qualification_months
    return np.array([float(table[s]) * p.qualification_scale if s in table.index else p.qualification_upstream for s in sector])


# ---------------------------------------------------------------------- firms
def endow(model, world: World, tables) -> None:
    """Columns of all firms at the start of January 2024."""
    entities, recipes = world.entities, world.recipes
    model.key[:] = keys(entities.index)
    model.abroad[:] = (entities.country != CHINA) * 1.0
    model.temper[:] = model.p.belief_spread / max(model.p.belief_background, 0.01) * TEMPER * model.chance.normal("temper", 0, model.key)
    model.belief[:] = model.p.belief_background
    model.severity[:] = model.p.belief_background
    clients = entities.country.isin([CHINA]) | ((entities.bloc == "CLIENT") & (entities.kind == "Miner"))
    model.guided[:] = clients * 1.0
    model.response[:] = np.where(entities.kind == "OEM", model.p.cover_response, model.p.heavy_cover_response)
    model.adjustment[:] = np.where(entities.kind == "OEM", model.p.stock_adjustment, model.p.maker_stock_adjustment)
    model.basket[:], model.blend[:] = recipes.basket, recipes.blend
    for kind in (Refiner, Recycler):
        model.columns[kind]["recovery"][:] = recipes.recovery
    model.metal_yield[:], model.gross[:], model.tolled[:] = recipes.metal_yield, recipes.gross, recipes.tolled[:, None]
    per_lead = recipes.grade / recipes.grade[:, :1]
    model.recipe_dy[:], model.recipe_tb[:] = per_lead[:, DY, None], per_lead[:, TB, None]
    model.old_magnets[:] = recipes.old_magnets
    capacities(model, world, tables)
    costs(model, world, tables)
    end_users(model, world, tables)


TEMPER = 0.05 / 0.08 * 0.5
"""Turns the spread of beliefs (0.08 in absolute terms) into a relative difference of alarm of similar size (judgement)."""


def capacities(model, world, tables):
    """Capacity of 2024, leading grams a month; never less than what was made that year."""
    entities, content = world.entities, world.content
    fill = np.zeros(world.count)
    columns = (
        (tables.mines, "capacity_2024_t_per_year", CONCENTRATE),
        (tables.refiners, "capacity_2024_ndpr_oxide_t", OXIDE_NDPR),
        (tables.metal_makers, "capacity_2024_t_per_year", METAL),
        (tables.magnet_makers, "capacity_2024_t_finished_per_year", MAGNETS.start),
    )
    for table, column, good in columns:
        rows = entities.row[table.entity].to_numpy()
        fill[rows] = table[column].to_numpy(float) * content[good, rows] * GRAMS / MONTHS
    fill = np.where((entities.kind == "Recycler").to_numpy(), recycling_capacity(world, tables), fill)
    sold = np.bincount(world.relations.seller, world.base_flow * np.isin(world.relations.good, LEADING_PRODUCTS), world.count)
    model.capacity[:] = np.where(fill > 0.0, np.maximum(fill, sold * (1.0 + HEADROOM)), fill)
    model.base_capacity[:] = model.capacity
    heavy = np.array([np.bincount(world.relations.seller, world.base_flow * (world.relations.good == g), world.count) for g in (OXIDE_DY, OXIDE_TB)])
    model.heavy_capacity[:] = np.where((heavy > 0.0) & (entities.kind == "Refiner").to_numpy(), UNLIMITED, 0.0)
    planned = np.zeros(world.count)
    for project in world.projects:
        planned[project.row] += project.grams
    for kind, rows in model.rows.items():
        size = (model.capacity + planned)[rows] * model.abroad[rows] * (kind not in ("OEM", "Recycler"))
        model.build_weight[rows] = size / size.sum() if size.sum() > 0 else 0.0
    heavies = np.zeros(world.count)
    for project in world.projects:
        heavies[project.row] += project.heavy[0]
    rows = model.rows["Refiner"]
    model.heavy_weight[rows] = heavies[rows] * model.abroad[rows] / max(float((heavies * model.abroad)[rows].sum()), 1.0)


def recycling_capacity(world, tables):
    """NdPr a recycler can take in, g/month: its feed of 2024 scaled by capacity over output, or magnets' content."""
    capacity = np.zeros(world.count)
    table = tables.recyclers
    fed = table.feed_content_ndpr_t_oxide.to_numpy(float) * world.content[OXIDE_NDPR, 0]
    spare = np.divide(table.capacity_2024_t_per_year, table.output_2024_t, out=np.zeros(len(table)), where=table.output_2024_t.to_numpy() > 0)
    fresh = table.capacity_2024_t_per_year.to_numpy(float) * world.recipes.grade[0, NDPR]
    capacity[world.entities.row[table.entity].to_numpy()] = np.where(fed > 0.0, fed * spare, fresh) * GRAMS / MONTHS
    return capacity


LEADING_PRODUCTS = [CONCENTRATE, OXIDE_NDPR, METAL, *range(MAGNETS.start, MAGNETS.stop)]
HEADROOM = 0.001
"""Capacity is at least the output of 2024 and a thousandth: links.csv rounds."""


def costs(model, world, tables):
    """Cash and conversion costs, USD/kg."""
    entities, p = world.entities, model.p
    model.unit_cost[:] = p.cash_cost_light
    known = tables.refiners.set_index("entity").unit_cost_usd_per_kg.dropna()
    model.unit_cost[entities.row[known.index].to_numpy()] = known.to_numpy()
    toll, conversion = unit_costs(tables, "metal", "metal_NdPr"), unit_costs(tables, "magnet", "magnet_high")
    for name, line in entities[entities.kind.isin(["MetalMaker", "MagnetMaker"])].iterrows():
        table = toll if line.kind == "MetalMaker" else conversion
        target = model.toll if line.kind == "MetalMaker" else model.conversion
        target[line.row] = table.get(line.country, max(table.values()))
    ores = deposit_prices(world, tables)
    for name, (price, cost) in ores.items():
        model.ore_price[entities.row[name]], model.unit_cost[entities.row[name]] = price, cost


def deposit_prices(world, tables):
    """Concentrate price and cash cost of each mine, USD/kg REO; a deposit without a price gets a part of its oxides' value."""
    listed, value = world.prices["ore"], world.prices["china"][OXIDES]
    table = tables.costs[(tables.costs.kind == "unit_cash_cost") & (tables.costs.stage == "mine")]
    cost = {row.product.split(":")[1]: row.value for row in table.itertuples()}
    found = {}
    for mine, deposit in deposits(tables).items():
        contained = float((basket(tables, deposit) / oxide_content(tables)) @ value)
        price = listed.get(deposit, ORE_PAYABLE * contained)
        found[mine] = (price, cost.get(deposit, price))
    return found


ORE_PAYABLE = 0.6
"""Price of concentrate as a share of the oxides in it where costs.csv lists none (median of those listed)."""


def end_users(model, world, tables):
    """Need, growth, cover, value and elasticity of end users."""
    entities, rel, p = world.entities, world.relations, model.p
    rows = model.rows["OEM"]
    need = np.bincount(rel.good * world.count + rel.buyer, world.base_flow, len(GOODS) * world.count).reshape(-1, world.count)
    model.base_need[:, rows] = need[:, rows]
    demand = tables.demand.assign(name=tables.demand.sector + "@" + tables.demand.country).set_index("name")
    sectors = tables.sectors.set_index("sector")
    grade = world.recipes.grade[0, NDPR]
    for name in entities.index[rows]:
        line, row = demand.loc[name], entities.row[name]
        model.growth_early[row] = np.log1p(line.growth_2024_2030_pct_per_year / 100.0)
        model.growth_late[row] = np.log1p(line.growth_2030_2035_pct_per_year / 100.0)
        if line.sector in NONMAGNET:
            model.cover[:, row], model.elasticity[row] = p.cover_nonmagnet, p.price_elasticity
            continue
        facts = sectors.loc[line.sector]
        model.cover[:, row] = facts.cover_months * p.cover_scale
        model.elasticity[row] = p.price_elasticity_defence if line.sector == DEFENCE else p.price_elasticity
        model.value_added[row] = facts.value_added_usd_per_kg_magnet / 1e3 / grade
        model.redesigns[row] = 1.0
        model.catch_up[row] = 0.0 if facts.essential > 0 else p.catch_up
    model.normal[:] = model.cover + 1.0


def cover_of_makers(model):
    """Normal cover of inputs and of finished stocks, months."""
    p, rows, abroad = model.p, model.rows, model.abroad
    model.cover[CONCENTRATE, rows["Refiner"]] = p.cover_feed
    model.cover[OXIDE_NDPR, rows["MetalMaker"]] = p.cover_oxide
    model.cover[METAL, rows["MagnetMaker"]] = p.cover_metal
    heavy = np.where(abroad[rows["MagnetMaker"]] > 0, p.cover_heavy_outside, p.cover_heavy_china)
    model.cover[OXIDE_DY : OXIDE_TB + 1, rows["MagnetMaker"]] = heavy
    model.stockhold[CONCENTRATE, rows["Miner"]] = p.cover_finished_ore
    for kind in ("Refiner", "Recycler"):
        home = abroad[rows[kind]] == 0
        model.stockhold[OXIDES, rows[kind]] = np.where(home, p.cover_finished_oxide, p.cover_finished_outside)


# ---------------------------------------------------------------------- stocks and flows in balance
def fill_pipes(model, world):
    """Stocks at their targets and pipes holding a month of flow per month of lag: January 2024 repeats 2024's mean month."""
    trade, rel, recipes, flow = model.trade, world.relations, world.recipes, world.base_flow
    count, size = world.count, len(GOODS)
    vector = vectors(rel, recipes, flow)
    swarf_flow(model, world, vector)
    lead_flow = vector[np.array(LEAD)[rel.good], np.arange(trade.size)]
    trade.flow, trade.orders = lead_flow.copy(), lead_flow.copy()
    trade.base_flow = lead_flow.copy()
    for arrival in range(trade.transit.shape[0]):
        trade.transit[arrival] = np.where(arrival < trade.lag, vector, 0.0)
    cell = rel.good * count + rel.buyer
    bought = np.array([np.bincount(cell, vector[e], size * count).reshape(size, count) for e in range(3)])
    use = np.array([bought[LEAD[g], g] for g in range(size)])
    sold = np.bincount(rel.good * count + rel.seller, lead_flow, size * count).reshape(size, count)
    model.expected[:], model.sales[:], model.demanded[:], model.shipped[:] = use, sold, sold, sold
    model.expected[SWARF] = 0.0
    model.aim[:] = model.cover
    model.output[:] = sold
    model.inputs[:] = np.floor(model.cover[:, None, :] * np.swapaxes(bought, 0, 1))
    model.inputs[SWARF] = np.floor(model.old_magnets)
    stock_of_makers(model, recipes, sold)


def vectors(rel, recipes, flow):
    """(element, relation): whole grams a month on each relation."""
    vector = np.zeros((3, rel.good.size))
    per_lead = recipes.grade / recipes.grade[:, :1]
    for g in range(len(GOODS)):
        on = rel.good == g
        if g == CONCENTRATE:
            vector[:, on] = recipes.basket[:, rel.seller[on]] * flow[on]
        elif g in range(MAGNETS.start, MAGNETS.stop):
            vector[:, on] = per_lead[g - MAGNETS.start][:, None] * flow[on]
        else:
            vector[LEAD[g], on] = flow[on]
    return np.floor(vector)


def swarf_flow(model, world, vector):
    """Swarf on its way to recyclers: what is left over of each maker's output."""
    rel, recipes = world.relations, world.recipes
    per_lead = recipes.grade / recipes.grade[:, :1]
    sold = [np.bincount(rel.seller[rel.good == g], world.base_flow[rel.good == g], world.count) for g in range(MAGNETS.start, MAGNETS.stop)]
    finished = np.einsum("gj,ge->ej", np.array(sold), per_lead)
    rows = rel.good == SWARF
    left = finished * (recipes.gross - 1.0)
    vector[:, rows] = np.floor(left[:, rel.seller[rows]] * recipes.swarf_share[rows])


def stock_of_makers(model, recipes, sold):
    """Finished ore and oxides at their targets."""
    kept = np.floor(model.stockhold * sold)
    rows = model.rows["Miner"]
    model.finished[CONCENTRATE][:, rows] = np.floor(recipes.basket[:, rows] * kept[CONCENTRATE, rows])
    for good, element in ((OXIDE_NDPR, NDPR), (OXIDE_DY, DY), (OXIDE_TB, TB)):
        model.finished[good, element] = kept[good]


def calibrate_sourcing(model):
    """Logit weights that reproduce the shares of 2024; a newcomer's weight is its appeal at the prices of that time."""
    trade, p = model.trade, model.p
    bought = kernels.sum_to(trade.base_flow, trade.buyer_cell, trade.cells)[trade.buyer_cell]
    members = kernels.sum_to((trade.status == QUALIFIED) * 1.0, trade.buyer_cell, trade.cells)[trade.buyer_cell]
    trade.share = np.where(bought > 0.0, trade.base_flow / np.maximum(bought, 1e-9), (trade.status == QUALIFIED) / np.maximum(members, 1.0))
    offer = trade.offer()
    base = utility(
        1.0, 0.0, offer.affinity, offer.trust, offer.outside, offer.country_share, p.belief_background, p.belief_background,
        p.cost_sensitivity, p.delay_cost, p.affinity_weight, p.trust_weight, p.friend_shoring, p.concentration_aversion,
    )  # fmt: skip
    appeal = np.where(trade.share > 0.0, trade.share, p.newcomer_appeal)
    trade.weight = appeal * np.exp(-base)
    trade.history = []


def market_facts(world: World):
    """Prices of January 2024 and bills of materials (kg of good per kg of magnet, by grade)."""
    recipes, prices, entities = world.recipes, world.prices, world.entities
    return SimpleNamespace(
        china=prices["china"], outside=prices["outside"], metal_per_oxide=recipes.oxide_in_metal,
        bill_china=bill(world, recipes, (entities.country == CHINA).to_numpy()),
        bill_outside=bill(world, recipes, (entities.country != CHINA).to_numpy()),
    )  # fmt: skip


def bill(world, recipes, members):
    """(grade, good): kg of metal, Dy and Tb oxide bought per kg of finished magnet."""
    makers = members & (world.entities.kind == "MagnetMaker").to_numpy()
    gross = np.median(recipes.gross[:, makers], axis=1)
    table = np.zeros((3, len(GOODS)))
    oxide = world.content[OXIDES, 0]
    table[:, METAL] = recipes.grade[:, NDPR] * gross[NDPR]
    table[:, OXIDE_DY] = recipes.grade[:, DY] * gross[DY] / recipes.tolled[DY] / oxide[1]
    table[:, OXIDE_TB] = recipes.grade[:, TB] * gross[TB] / recipes.tolled[TB] / oxide[2]
    return table
