"""The facts of a world: every table of its folder, checked on its own and against the others."""

from collections.abc import Callable, Collection
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from model import parameters, schema, sheet
from model.chain import HEAVY, HOLD, USE
from model.errors import nearest, unknown
from model.folder import Folder
from model.names import CHINA, EU, EVERY, MONTHS_A_YEAR
from model.settings import Settings
from model.sheet import refuse

TOLERANCE = 1e-5
"""How far shares may miss 1 in sum: the tables write them with six to eight decimals."""
ROUNDED = 1e-3
"""Tonnes by which a share times what is bought may miss the tonnage beside it: links.csv writes them with four decimals."""
DIFFERING = 0.05
"""How far value added a kg may differ from that of the unit it stops: the tables write both with two digits."""
START = "start"
"""Stage of the rows of costs.csv that give prices at the start."""
EVERYWHERE_ELSE = "ROW"
"""How results call the market outside China as a whole (names.MARKETS)."""
HOME_PRICE, OUTSIDE_PRICE = "CHN", "Europe"
"""Places whose prices the two markets start from."""

Frames = dict[str, pd.DataFrame]


def read(folder: Folder, linked: bool = True) -> Frames:
    """Every table of a world by name; InputError, one line naming file, row, column and remedy, at the first thing that cannot be used.

    linked: whether its links must be in order too; if not, those to nobody are left out.
    """
    frames = read_all(folder)
    check_regions(frames["countries"])
    check_chain(frames)
    check_recipes(frames)
    check_mixes(frames)
    check_redesign(frames["sectors"])
    check_values(frames)
    check_designs(frames)
    check_fractions(frames["costs"])
    check_prices(frames)
    check_mines(frames)
    check_plants(frames)
    check_projects(frames, folder)
    check_strictness(frames["strictness"])
    check_calendar(frames["calendar"])
    check_lanes(frames["lanes"], used_countries(frames))
    everyone = traders(frames)
    check_stores(frames["stores"], everyone, frames["countries"])
    if linked:
        check_links(frames["links"], everyone, frames)
    else:
        frames["links"] = usable(frames["links"], everyone, frames)
    return frames


DEFINES: dict[str, Callable[[pd.DataFrame], dict[str, Collection[str]]]] = {
    "countries": lambda table: {"country": tuple(table["country"]), "destination": (*table["country"], EU, EVERY)},
    "elements": lambda table: {"element": tuple(table["element"])},
    "goods": lambda table: {"good": tuple(table["good"])},
    "processes": lambda table: {"process": tuple(table["process"])},
    "deposits": lambda table: {"deposit": tuple(dict.fromkeys(table["deposit"]))},
    "sectors": lambda table: {"sector": tuple(table["sector"])},
}
"""Words that a table defines for those after it."""


def read_all(folder: Folder) -> Frames:
    """Every table by name, each checked on its own, indexed by spreadsheet row."""
    known: dict[str, Collection[str]] = {"parameter": tuple(parameters.load(folder)), "regime": regimes(folder)}
    frames: Frames = {}
    for name, table in schema.TABLES.items():
        frames[name] = sheet.load(folder, table, known)
        if name in DEFINES:
            known |= DEFINES[name](frames[name])
    return frames


def regimes(folder: Folder) -> tuple[str, ...]:
    """Names of the licence regimes; nothing else is checked."""
    return tuple(dict.fromkeys(sheet.read(sheet.needed(folder, "regimes.csv")).cells.get("regime", ())))


def strictness(folder: Folder) -> pd.DataFrame:
    """How regimes treat destinations, checked: regime, destination, low, high."""
    countries = sheet.load(folder, schema.COUNTRIES, {})
    table = sheet.load(folder, schema.STRICTNESS, {"regime": regimes(folder)} | DEFINES["countries"](countries))
    check_strictness(table)
    return table


def check_strictness(table: pd.DataFrame) -> None:
    """What is drawn from has its lower end first."""
    refuse_row(schema.STRICTNESS.file, "low", table["low"] > table["high"], lambda row: f"{table['low'][row]:g} is above high, {table['high'][row]:g}; swap them")


def check_calendar(table: pd.DataFrame) -> None:
    """Every month of the year has a factor, a festival has its year, and nobody sends less than nothing."""
    file, months = schema.CALENDAR.file, table[table["kind"] == "month"]
    dated = table["year"].str.fullmatch("20[0-9]{2}")
    refuse_row(file, "year", (table["year"] != "").where(table["kind"] != "festival", ~dated.astype(bool)), lambda row: f'"{table["year"][row]}", but a festival has a year, such as 2026, and a month of every year none; give it, or leave it out')
    lacking = sorted({str(month) for month in range(1, MONTHS_A_YEAR + 1)} - set(months["month"]), key=int)
    if len(table) and lacking:
        refuse(file, None, "month", f"no row of kind month for month {lacking[0]}; give all twelve")
    usual = table["month"].map(dict(zip(months["month"], months["factor"], strict=True)))
    least = table["factor"] + usual * (table["kind"] == "festival")
    refuse_row(file, "factor", least < 0.0, lambda row: f"leaves {least[row]:g} of a mean month; give a factor that leaves 0 or more")


def firm_names(folder: Folder) -> tuple[str, ...]:
    """Every firm by its name and every end user as sector@country, in the order of the tables; nothing else is checked."""
    def cells(name: str, *columns: str) -> list[list[str]]:
        found = sheet.joined(folder, schema.TABLES[name])
        return [list(found.cells[column]) if found else [] for column in columns]

    ends = (("demand", "sector", "country"), ("stocks", "holder", "country"), ("stores", "holder", "country"))
    at_places = ["@".join(pair) for each in ends for pair in zip(*cells(*each), strict=True)]
    return tuple(dict.fromkeys([*cells("firms", "entity")[0], *cells("pipeline", "entity")[0], *at_places]))


def refuse_row(file: str, column: str, wrong: pd.Series, text: Callable[[int], str]) -> None:
    """Refuse the first row, by spreadsheet number, where `wrong` holds; `text` says of a row what is wrong and what to do."""
    if wrong.any():
        row = wrong.idxmax()
        refuse(file, row, column, text(row))


def several(cell: str) -> list[str]:
    """The words of a cell, separated by semicolons."""
    return [word for word in cell.split(";") if word]


def check_regions(countries: pd.DataFrame) -> None:
    """China is a market of its own, and no region outside is called as the whole outside is."""
    region, chinese = countries["market_region"], countries["country"] == CHINA
    refuse_row("countries.csv", "market_region", chinese & (region != CHINA), lambda row: f'"{region[row]}", but China is a market of its own; write "{CHINA}"')
    refuse_row("countries.csv", "market_region", ~chinese & (region == CHINA), lambda row: f'"{CHINA}", which is China\'s own market; name a region outside China')
    refuse_row("countries.csv", "market_region", region == EVERYWHERE_ELSE, lambda row: f'"{EVERYWHERE_ELSE}" stands for all regions outside China together; name one of them, such as "rest"')


# ---------------------------------------------------------------------- the chain
def check_chain(frames: Frames) -> None:
    """Every good is made of something, every process makes what there is, and the chain has a beginning and no circle."""
    goods, processes, classes = frames["goods"], frames["processes"], frames["price_classes"]
    names = list(goods["good"])
    for column in ("takes", "makes", "by_products", "counted"):
        for row, cell in processes[column].items():
            strange = [word for word in several(cell) if word not in names]
            if strange:
                refuse("processes.csv", row, column, unknown("good", strange[0], names))
            places = [names.index(word) for word in several(cell)]
            if column in ("makes",) and places != list(range(places[0], places[0] + len(places))):
                refuse("processes.csv", row, column, "goods that are made together must stand one after another in goods.csv, in the same order; move their rows there")
    for row, name in goods["good"].items():
        if not any(name in several(f"{made};{by}") for made, by in zip(processes["makes"], processes["by_products"], strict=True)) and not collected(name, frames):
            refuse("goods.csv", row, "good", f"{name} is made by no process; add one to processes.csv, or remove the good")
    refuse_row("goods.csv", "price_class", ~goods["price_class"].isin(classes["price_class"]), lambda row: unknown("class", goods["price_class"][row], classes["price_class"]))
    follows = goods["pricing"] == "follows"
    refuse_row("goods.csv", "follows", follows & ~goods["follows"].isin(names), lambda row: unknown("good", goods["follows"][row], names))
    for row, group in frames["elements"]["element"].items():
        if group not in set(goods["lead"]):
            refuse("elements.csv", row, "element", f"{group} leads no good, so nobody counts it; add a good that it leads, or remove the element")
    for row, made in processes["makes"].items():
        kind, lead = processes["kind"][row], dict(zip(goods["good"], goods["lead"], strict=True))
        if kind in ("MetalMaker",) and (len(several(made)) != 1 or len(several(processes["takes"][row])) != 1):
            refuse("processes.csv", row, "makes", "a MetalMaker makes one good of one; name one in takes and one in makes, or choose another kind")
        if kind == "PartsMaker":
            check_parts(row, processes, names, lead)
        if kind == "Miner" and processes["takes"][row]:
            refuse("processes.csv", row, "takes", "a Miner takes nothing, what it sells comes from the ground; leave the cell empty, or choose another kind")
        if kind in ("Refiner", "Recycler") and len(several(processes["takes"][row])) != 1:
            refuse("processes.csv", row, "takes", f"a {kind} takes one good; name one")
        if kind in ("Refiner", "Recycler") and len({lead[good] for good in several(made)}) < len(several(made)):
            refuse("processes.csv", row, "makes", f"two goods of one element; a {kind} makes one good of each element")
    check_named(frames)
    check_circle(processes)


def check_parts(row: int, processes: pd.DataFrame, names: list[str], lead: dict[str, str]) -> None:
    """A PartsMaker puts one product into each part, in the same order and of the same leading element."""
    takes, makes = several(processes["takes"][row]), several(processes["makes"][row])
    places = [names.index(word) for word in takes]
    if len(takes) != len(makes) or not takes or places != list(range(places[0], places[0] + len(places))):
        refuse("processes.csv", row, "takes", "a PartsMaker puts one product into each part: name as many in takes as in makes, in the order of goods.csv, where they stand one after another")
    for inside, part in zip(takes, makes, strict=True):
        if lead[inside] != lead[part]:
            refuse("processes.csv", row, "makes", f"{part} is counted by {lead[part]} and holds {inside}, which is counted by {lead[inside]}; give both the same lead in goods.csv")


def check_named(frames: Frames) -> None:
    """Processes and projects name processes, goods, sectors and accounts that there are, and a project makes what its process makes."""
    processes, names = frames["processes"], list(frames["processes"]["process"])
    known = {
        "sized_by": ("process", names), "circuit_sized_by": ("process", names), "price_good": ("good", list(frames["goods"]["good"])),
        "circuit_good": ("good", list(frames["goods"]["good"])), "follows_use_of": ("sector", list(frames["sectors"]["sector"])), "losses_to": ("account", LOSSES),
    }  # fmt: skip
    for column, (what, words) in known.items():
        for row, cell in processes[column].items():
            for word in several(cell):
                if word not in words:
                    refuse("processes.csv", row, column, unknown(what, word, words))
    needs = {"price_good": processes["months_to_build"] != "", "circuit_good": processes["circuit_months"] != "", "circuit_sized_by": processes["circuit_months"] != "",
             "sized_by": (processes["months_to_build"] != "") & (processes["sized_how"] != "use"), "sized_how": processes["months_to_build"] != "", "losses_to": ~processes["kind"].isin(["Miner", "PartsMaker"])}  # fmt: skip
    for column, where in needs.items():
        refuse_row("processes.csv", column, where & (processes[column] == ""), lambda row: f"empty, and {processes['process'][row]} needs it; fill it in (worlds/README.md says with what)")
    made = {name: several(f"{makes};{by}") for name, makes, by in zip(names, processes["makes"], processes["by_products"], strict=True)}
    planned = frames["pipeline"]
    strange = pd.Series([good not in made[process] for good, process in zip(planned["good"], planned["process"], strict=True)], planned.index, dtype=bool)
    refuse_row("pipeline.csv", "good", strange, lambda row: f"{planned['process'][row]} does not make {planned['good'][row]}; name one of {', '.join(made[planned['process'][row]])}")


LOSSES = ("tailings", "slag")
"""Accounts that losses of a process may go to."""


def collected(good: str, frames: Frames) -> bool:
    """Whether a good is scrap that comes back from users, so that nobody makes it."""
    processes = frames["processes"]
    return any(good in several(takes) for takes, kind in zip(processes["takes"], processes["kind"], strict=True) if kind == "Recycler")


def check_circle(processes: pd.DataFrame) -> None:
    """No process takes, by whatever way, what is made of its own products; recyclers, who close circles on purpose, apart."""
    table = processes[processes["kind"] != "Recycler"]
    left = {row: (set(several(takes)), set(several(makes)) | set(several(by))) for row, takes, makes, by in zip(table.index, table["takes"], table["makes"], table["by_products"], strict=True)}
    while left:
        taken = set().union(*(takes for takes, _ in left.values()))
        ready = [row for row, (_, makes) in left.items() if not makes & taken]
        if not ready:
            row = min(left)
            refuse("processes.csv", row, "takes", f"{processes['process'][row]} takes what is made of its own products: a circle; let one of its goods come from elsewhere")
        for row in ready:
            del left[row]


def check_recipes(frames: Frames) -> None:
    """No recipe makes mass, and every good of fixed composition holds some of its leading element."""
    recipes, goods = frames["recipes"], frames["goods"].set_index("good")
    content, made = recipes["role"] == "content", recipes["role"] == "yield"
    refuse_row("recipes.csv", "value", made & (recipes["value"] > 1), lambda row: f"{recipes['value'][row]:g} is more than was put in; write a yield from 0 to 1")
    refuse_row("recipes.csv", "value", (recipes["role"] == "finished_per_blank") & ~recipes["value"].between(0.01, 1), lambda row: f"{recipes['value'][row]:g} kg finished of a kg of blank; write a number from 0.01 to 1")
    refuse_row("recipes.csv", "value", (recipes["role"] == "input_per_blank") & (recipes["value"] < 1), lambda row: f"{recipes['value'][row]:g} kg put in for a kg of blank makes mass; write a number from 1 up")
    total = recipes[content].groupby("good")["value"].transform("sum")
    refuse_row("recipes.csv", "value", total > 1, lambda row: f"contents of {recipes['good'][row]} sum to {total[row]:g} kg in a kg; lower them")
    lead = content & (recipes["element"] == recipes["good"].map(goods["lead"]))
    refuse_row("recipes.csv", "value", lead & (recipes["value"] <= 0), lambda row: f"{recipes['good'][row]} holds nothing of its leading element; write a number above 0")
    table = frames["goods"]
    fixed = table["good"].isin(recipes["good"][lead])
    ore = table["good"].isin(frames["deposits"]["good"])
    scrap = table["good"].map(lambda good: collected(good, frames))
    parts = table["good"].isin([good for kind, makes in zip(frames["processes"]["kind"], frames["processes"]["makes"], strict=True) if kind == "PartsMaker" for good in several(makes)])
    refuse_row("goods.csv", "kg_per_kg_lead", parts & (table["kg_per_kg_lead"].notna() | fixed), lambda row: f"{table['good'][row]} is a part and holds what the product in it does; leave the cell empty, and its contents out of recipes.csv")
    refuse_row("goods.csv", "kg_per_kg_lead", table["kg_per_kg_lead"].isna() & ~fixed & ~ore & ~scrap & ~parts, lambda row: f"empty, and neither recipes.csv nor deposits.csv says what {table['good'][row]} holds; write kg of good per kg of {table['lead'][row]}")
    deposits = frames["deposits"]
    leads = deposits["good"].map(goods["lead"]) == deposits["element"]
    refuse_row("deposits.csv", "share", leads & (deposits["share"] <= 0), lambda row: "the leading element's share is 0; write a number above 0")


def check_mixes(frames: Frames) -> None:
    """What a sector buys of a mix is all it buys, and every demand names a good or a mix."""
    mixes, demand = frames["mixes"], frames["demand"]
    total = mixes.groupby(["mix", "sector"])["share"].transform("sum") if len(mixes) else mixes["share"]
    refuse_row("mixes.csv", "share", (total - 1).abs() > TOLERANCE, lambda row: f"shares of {mixes['sector'][row]} sum to {total[row]:g}, not 1; mend them")
    names = [*frames["goods"]["good"], *dict.fromkeys(mixes["mix"])]
    refuse_row("demand.csv", "good", ~demand["good"].isin(names), lambda row: unknown("good or mix", demand["good"][row], names))
    pairs = set(zip(mixes["mix"], mixes["sector"], strict=True))
    bare = demand["good"].isin(mixes["mix"]) & pd.Series([pair not in pairs for pair in zip(demand["good"], demand["sector"], strict=True)], demand.index)
    refuse_row("demand.csv", "good", bare, lambda row: f"mixes.csv does not say what {demand['sector'][row]} buys of {demand['good'][row]}; add its rows")


def check_redesign(sectors: pd.DataFrame) -> None:
    """Who can design goods out says how long it takes and what it costs."""
    for column, what in (("redesign_months", "months until the first product of a new design"), ("redesign_cost_usd_per_kg_year", "USD for each kg a year that it leaves out")):
        refuse_row("sectors.csv", column, (sectors["redesign_ceiling"] > 0) & sectors[column].isna(), partial(unsaid, sectors, what))


def unsaid(sectors: pd.DataFrame, what: str, row: int) -> str:
    """The sentence for a redesign that takes or costs nobody knows what."""
    return f"empty, and {sectors['sector'][row]} can design out {sectors['redesign_ceiling'][row]:g} of its use (redesign_ceiling); write {what}, or 0 there"


def value_per_kg(values: pd.DataFrame) -> dict[str, float]:
    """Value added by sector, USD a kg of what it uses: that of the unit which stops, over the kg in it."""
    return dict(zip(values["sector"], values["value_added_per_unit_usd"] / values["kg_per_unit"], strict=True))


def check_values(frames: Frames) -> None:
    """Value added a kg, where a sector or a user gives one of its own, is that of the unit which stops."""
    units = frames["value_added"].set_index("sector")
    worth = value_per_kg(frames["value_added"])
    for name in ("sectors", "demand"):
        table, column = frames[name], "value_added_usd_per_kg"
        off = (table[column] / table["sector"].map(worth).astype(float) - 1).abs() > DIFFERING
        refuse_row(f"{name}.csv", column, off, partial(other_value, table, units))


def other_value(table: pd.DataFrame, units: pd.DataFrame, row: int) -> str:
    """The sentence for value added a kg that contradicts the unit's."""
    made, held = units.loc[table["sector"][row], ["value_added_per_unit_usd", "kg_per_unit"]]
    return f"{table['value_added_usd_per_kg'][row]:g} USD/kg, but value_added.csv has {made:g} USD and {held:g} kg a unit, {made / held:.6g} USD/kg; leave the cell empty, or correct either"


def check_designs(frames: Frames) -> None:
    """A lean design holds no more than today's, of an element of the heavy group that the grade holds, for a sector that buys the grade."""
    designs, recipes, group = frames["designs"], frames["recipes"], frames["elements"].set_index("element")["group"]
    over = designs["least"] > designs["content"]
    text = "{:g} kg in a kg of {} is more than the {:g} that it holds (content); lower it, or raise content"
    refuse_row("designs.csv", "least", over, lambda row: text.format(designs["least"][row], designs["good"][row], designs["content"][row]))
    light = designs["element"].map(group) != HEAVY
    refuse_row("designs.csv", "element", light, lambda row: f"{designs['element'][row]} is not of the group {HEAVY} (elements.csv), and makers save no other; remove the row")
    holds = recipes[(recipes["role"] == "content") & (recipes["value"] > 0)]
    bare = without(designs, ("good", "element"), holds)
    refuse_row("designs.csv", "good", bare, lambda row: f"{designs['good'][row]} holds no {designs['element'][row]} (recipes.csv); remove the row")
    demand, mixes = frames["demand"], frames["mixes"]
    bought = pd.concat([demand[["sector", "good"]], mixes[mixes["share"] > 0][["sector", "good"]]])
    idle = without(designs, ("sector", "good"), bought)
    refuse_row("designs.csv", "good", idle, lambda row: f"{designs['sector'][row]} buys no {designs['good'][row]} (demand.csv, mixes.csv); remove the row")


def without(table: pd.DataFrame, columns: tuple[str, str], known: pd.DataFrame) -> pd.Series:
    """Rows of a table whose words in two columns stand together nowhere among what is known."""
    pairs = set(zip(*(known[column] for column in columns), strict=True))
    return pd.Series([pair not in pairs for pair in zip(*(table[column] for column in columns), strict=True)], table.index, dtype=bool)


def check_fractions(costs: pd.DataFrame) -> None:
    """A figure whose unit is a fraction is at most 1."""
    for column in ("value", "low", "high"):
        wrong = (costs["unit"] == "fraction") & (costs[column] > 1)
        refuse_row("costs.csv", column, wrong, partial(too_large, costs[column]))


def too_large(figures: pd.Series, row: int) -> str:
    """The sentence for a fraction above 1."""
    return f"{figures[row]:g} is too large; write a number from 0 to 1 (fraction)"


def check_prices(frames: Frames) -> None:
    """What is traded has a price, and every price the market starts from is there."""
    costs, goods = frames["costs"], frames["goods"]
    priced = costs[(costs["kind"] == "price") & (costs["stage"] == START)]
    refuse_row("costs.csv", "value", priced["value"] <= 0, lambda row: "0 is no price; write a number above 0")
    there = set(zip(priced["item"], priced["place"], strict=True))
    absent = [pair for pair in product(goods["good"], (HOME_PRICE, OUTSIDE_PRICE)) if pair not in there]
    if absent:
        refuse("costs.csv", None, "item", "no starting price of {} in {}; add the row".format(*absent[0]))


def check_mines(frames: Frames) -> None:
    """A mine says what kind of ore it digs, where ores differ."""
    deposits, kinds = frames["deposits"], frames["processes"].set_index("process")
    ores = set(deposits["good"])
    needs = [process for process in kinds.index if kinds["kind"][process] == "Miner" and ores.intersection(several(kinds["makes"][process]))]
    for name, what in (("firms", "a mine"), ("pipeline", "a mine to come")):
        table, text = frames[name], f"empty for {what}; name a deposit of deposits.csv"
        refuse_row(f"{name}.csv", "deposit", table["process"].isin(needs) & (table["deposit"] == ""), partial(str.format, text))


def check_plants(frames: Frames) -> None:
    """Every nameplate is counted on the basis of its process, and no plant makes more than its nameplate."""
    processes = frames["processes"].set_index("process")
    basis, counted = processes["capacity_counted_in"], processes["counted"].map(several)
    for name in ("firms", "pipeline"):
        table = frames[name]
        want = table["process"].map(basis)
        if name == "pipeline":  # of products beside the counted ones, the first row says the basis
            beside = pd.Series([good not in counted[process] for good, process in zip(table["good"], table["process"], strict=True)], table.index, dtype=bool)
            want = want.where(~beside, table.groupby(["process", "good"])["unit"].transform("first"))
        refuse_row(f"{name}.csv", "unit", table["unit"] != want, partial(other_basis, table, want))
    firms = frames["firms"]
    embeds = firms["process"].isin(processes.index[processes["kind"] == "PartsMaker"])
    refuse_row("firms.csv", "production_base_t", embeds & (firms["production_base_t"] > 0), lambda row: f"what {firms['entity'][row]} makes follows from embedded.csv; write 0")
    refuse_row("firms.csv", "country", embeds & firms.duplicated(["process", "country"]), lambda row: f"a second maker of parts in {firms['country'][row]}; keep one")
    made, plate = firms["production_base_t"], firms["capacity_base_t_per_year"]
    refuse_row("firms.csv", "production_base_t", made > plate * (1 + TOLERANCE), lambda row: f"{made[row]:,.10g} t made by a plant of {plate[row]:,.10g} t a year (capacity_base_t_per_year); correct either")


def other_basis(table: pd.DataFrame, want: pd.Series, row: int) -> str:
    """The sentence for a nameplate on another basis."""
    return f'"{table["unit"][row]}", but capacity of {table["process"][row]} is counted in "{want[row]}"; convert the figure, and write that'


# ---------------------------------------------------------------------- projects
UNDECIDED, BEGUN = ("idea", "feasibility", "financed"), ("construction", "ramp", "operating")
"""States of projects before and after the decision to build."""


def check_projects(frames: Frames, folder: Folder) -> None:
    """A project is decided on before it starts, what has started is decided on, what investors judge has a cost, and terms are those of a project."""
    planned, terms, said = frames["pipeline"], frames["project_terms"], Settings.of(folder.settings)
    told = said.history_end or said.start
    decided, start, state = planned["decided"], planned["start"], planned["state"]
    refuse_row("pipeline.csv", "decided", (decided != "") & (decided > start), lambda row: f"{decided[row]} is after start, {start[row]}; correct either")
    begun = state.isin(UNDECIDED) & (start <= told)
    refuse_row("pipeline.csv", "state", begun, lambda row: f'"{state[row]}", but it starts in {start[row]}, and history is told to {told}; write "construction" or a later start')
    bare = free_of_charge(frames, folder) & (planned["country"] != CHINA) & ~state.isin(BEGUN)
    text = "empty, and processes.csv names no capital cost of {} above 0 ({}); write million USD, or a cost"
    refuse_row("pipeline.csv", "capex_usd_million", bare, lambda row: text.format(planned["good"][row], charge_of(frames, row)[0]))
    strange = without(terms, ("project", "entity"), planned)
    refuse_row("project_terms.csv", "project", strange, lambda row: f"pipeline.csv has no {terms['project'][row]} of {terms['entity'][row]}; remove the row, or: python -m experiments.calibrate")


def charge_of(frames: Frames, row: int) -> tuple[str, str, bool]:
    """Of a row of pipeline.csv: the column of processes.csv that names its capital cost, the parameter it names, and whether investors decide on such capacity."""
    good, process = frames["pipeline"]["good"][row], frames["pipeline"]["process"][row]
    line = frames["processes"].set_index("process").loc[process]
    makes, counted = several(line["makes"]), several(line["counted"])
    if good == makes[0] or good in counted:
        return "capex", line["capex"], line["months_to_build"] != ""
    return "circuit_capex", line["circuit_capex"], line["months_to_build"] != "" and good in makes and line["kind"] == "Refiner"


def free_of_charge(frames: Frames, folder: Folder) -> pd.Series:
    """Rows of pipeline.csv that add capacity of a kind that costs nothing, in projects that say nothing of their cost either."""
    planned, known = frames["pipeline"], parameters.load(folder)
    silent = planned["capex_usd_million"].isna().groupby([planned["project"], planned["entity"]]).transform("all")
    charges = [charge_of(frames, row) for row in planned.index]
    free = [judged and not (name in known and known[name].value > 0.0) for _, name, judged in charges]
    return pd.Series(free, planned.index, dtype=bool) & silent.astype(bool) & (planned["capacity_t_per_year"] > 0.0)


def used_countries(frames: Frames) -> list[str]:
    """Countries with firms, users or stocks."""
    return sorted({country for name in ("firms", "demand", "pipeline", "stocks") for country in frames[name]["country"]})


def check_lanes(lanes: pd.DataFrame, countries: Collection[str]) -> None:
    """A lane from every country with firms to every other, itself included."""
    absent = set(product(countries, repeat=2)) - set(zip(lanes["origin"], lanes["destination"], strict=True))
    if absent:
        refuse("lanes.csv", None, "destination", "no lane from {} to {}; add the row, or: python -m model.world balance DIR".format(*min(absent)))


# ---------------------------------------------------------------------- links
def traders(frames: Frames) -> pd.DataFrame:
    """Everyone a link may join, by name: process and country. Refuses a name that stands in two tables, and a site in another country than its row."""
    firms, planned = frames["firms"], frames["pipeline"]
    home = firms.set_index("entity")["country"]
    known = planned["entity"].isin(home.index)
    refuse_row("pipeline.csv", "country", known & (planned["entity"].map(home) != planned["country"]), lambda row: f"{planned['entity'][row]} is in {home[planned['entity'][row]]} (firms.csv); write that, or name the new site as a firm of its own")
    first = planned.drop_duplicates("entity").set_index("entity")["country"]
    refuse_row("pipeline.csv", "country", planned["entity"].map(first) != planned["country"], lambda row: f"{planned['entity'][row]} stands in {first[planned['entity'][row]]} above; one entity has one site")
    outputs = frames["outputs"]
    refuse_row("outputs.csv", "entity", ~outputs["entity"].isin(home.index), lambda row: nobody(outputs["entity"][row], firms["entity"]))
    demand, stocks = frames["demand"], frames["stocks"]
    users = demand.assign(entity=demand["sector"] + "@" + demand["country"], process=USE)
    holders = stocks.assign(entity=stocks["holder"] + "@" + stocks["country"], process=HOLD)
    everyone = pd.concat([firms, planned.drop_duplicates("entity"), users, holders.drop_duplicates("entity")])[["entity", "process", "country"]]
    return everyone.drop_duplicates("entity").set_index("entity")


def check_stores(stores: pd.DataFrame, everyone: pd.DataFrame, countries: pd.DataFrame) -> None:
    """Nobody of stores.csv stands in another table, each has one role and serves one set of countries, and these are known."""
    file, known = schema.STORES.file, set(countries["country"])
    names = stores["holder"] + "@" + stores["country"]
    refuse_row(file, "holder", names.isin(everyone.index), lambda row: f"{names[row]} stands in another table; give it another name")
    for column in ("role", "serves", "pooled_with"):
        first = stores.groupby(["holder", "country"])[column].transform("first")
        refuse_row(file, column, stores[column] != first, partial(other_above, stores[column], first))
    check_capital(stores)
    for column in ("serves", "pooled_with"):
        strange = [next((place for place in several(cell) if place not in known), "") for cell in stores[column]]
        for row, place in zip(stores.index, strange, strict=True):
            if place:
                refuse(file, row, column, unknown("country", place, known))


def check_capital(stores: pd.DataFrame) -> None:
    """Traders have capital and serve countries abroad; public stocks have none: states pay for them."""
    file, trades, own = schema.STORES.file, stores["role"] == schema.TRADER, stores["capital_usd_million"]
    refuse_row(file, "capital_usd_million", trades & own.isna(), lambda row: f"is empty for {stores['holder'][row]}; a trader needs some, give it")
    refuse_row(file, "serves", trades & stores["serves"].map(lambda cell: CHINA in several(cell)), lambda row: f"{stores['holder'][row]} serves {CHINA}, where Chinese goods need no way around anything; name countries abroad")
    refuse_row(file, "capital_usd_million", ~trades & own.notna(), lambda row: f"is given for {stores['holder'][row]}, a public stock, which states pay for by a Stockpile; leave it empty")


def other_above(said: pd.Series, first: pd.Series, row: int) -> str:
    """The sentence for what stands otherwise above."""
    return f'"{said[row]}", but "{first[row]}" above; a holder has one, write the same'


def nobody(name: str, everyone: Collection[str]) -> str:
    """The sentence for a name that no table has."""
    guess = nearest(name, everyone)
    advice = f'did you mean "{guess}"?' if guess else "add it to its table or remove the row"
    return f'no firm, sector@country or holder@country is called "{name}"; {advice}'


def check_links(links: pd.DataFrame, everyone: pd.DataFrame, frames: Frames) -> None:
    """Both ends exist, stand in the country given and deal in the good; a buyer's shares of a good sum to 1."""
    deals = deal(frames)
    check_end(links, everyone, "supplier", deals["sold"])
    check_end(links, everyone, "buyer", deals["bought"])
    check_weights(links)


def deal(frames: Frames) -> dict[str, Callable[[str, str], Collection[str]]]:
    """What each may sell and buy, by name and process: makers by their process, users and holders by their rows."""
    processes = frames["processes"].set_index("process")
    demand, mixes, stocks = frames["demand"], frames["mixes"], frames["stocks"]
    kept = (stocks["holder"] + "@" + stocks["country"]).groupby(stocks["good"]).agg(set).to_dict() if len(stocks) else {}
    parts = mixes.groupby(["mix", "sector"])["good"].agg(set).to_dict() if len(mixes) else {}
    wanted = {f"{sector}@{country}": parts.get((good, sector), {good}) for sector, country, good in zip(demand["sector"], demand["country"], demand["good"], strict=True)}

    def sold(name: str, process: str) -> Collection[str]:
        if process == HOLD:
            return {good for good, names in kept.items() if name in names}
        return several(f"{processes['makes'][process]};{processes['by_products'][process]}") if process in processes.index else ()

    def bought(name: str, process: str) -> Collection[str]:
        if process == HOLD:
            return sold(name, process)
        return wanted.get(name, ()) if process == USE else several(processes["takes"][process])

    return {"sold": sold, "bought": bought}


def usable(links: pd.DataFrame, everyone: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """The links whose two ends exist, stand where they say and deal in the good."""
    deals, kept = deal(frames), pd.Series(True, links.index)
    for end, side in (("supplier", "sold"), ("buyer", "bought")):
        country, process = links[end].map(everyone["country"]), links[end].map(everyone["process"])
        wanted = {who: frozenset(deals[side](who, does)) for who, does in zip(links[end], process, strict=True) if isinstance(does, str)}
        kept &= (country == links[f"{end}_country"]) & pd.Series([good in wanted.get(who, ()) for who, good in zip(links[end], links["good"], strict=True)], links.index)
    return links[kept]


def check_end(links: pd.DataFrame, everyone: pd.DataFrame, end: str, goods: Callable[[str, str], Collection[str]]) -> None:
    """One end of every link exists, stands in the country given and deals in the good."""
    name, good, place = links[end], links["good"], f"{end}_country"
    country, process = name.map(everyone["country"]), name.map(everyone["process"])
    refuse_row("links.csv", end, country.isna(), lambda row: nobody(name[row], everyone.index))
    elsewhere = links[place] != country
    refuse_row("links.csv", place, elsewhere, lambda row: f"{name[row]} is in {country[row]}; write that")
    wanted = {who: frozenset(goods(who, does)) for who, does in zip(name, process, strict=True)}
    wrong = pd.Series([what not in wanted[who] for who, what in zip(name, good, strict=True)], links.index)
    refuse_row("links.csv", "good", wrong, lambda row: f"a {end} of process {process[row]} does not deal in {good[row]}; correct either")


def check_weights(links: pd.DataFrame) -> None:
    """What a buyer bought of a good in the base year is split wholly among its qualified suppliers, and only among them."""
    share = links["share_of_buyer"]
    stray = (links["qualified"] == 0) & (share > 0)
    refuse_row("links.csv", "qualified", stray, lambda row: "0 on a link that has a share; write 1, or 0 for share and tonnes")
    bought = links[links["qualified"] == 1]
    keys = [bought["buyer"], bought["good"]]
    total = share[bought.index].groupby(keys, sort=False).transform("sum")
    buyer, good = bought["buyer"], bought["good"]
    text = "shares of {} for {} sum to {:.6g}, not 1; rescale them, or rebuild the links: python -m model.world balance"
    refuse_row("links.csv", "share_of_buyer", (total - 1).abs() > TOLERANCE, lambda row: text.format(buyer[row], good[row], total[row]))
    whole = bought["tonnes_base"].groupby(keys, sort=False).transform("sum").replace(0.0, np.nan)
    tonnes = bought["tonnes_base"] / whole
    off = (tonnes - share[bought.index]).abs() * whole > ROUNDED
    refuse_row("links.csv", "share_of_buyer", off, lambda row: f"{share[row]:g} of what {buyer[row]} buys of {good[row]}, but its tonnes_base are {tonnes[row]:.6g} of them; correct either")
