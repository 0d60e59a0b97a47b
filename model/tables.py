"""The facts of the rare-earth chain in 2024 and what is planned: every table, checked on its own and against the others."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, product
from pathlib import Path

import pandas as pd

from model import schema, sheet
from model.chain import EARTHS, USER
from model.checked import DATA
from model.errors import nearest
from model.names import GOODS, GRADES
from model.schema import DEPOSIT, STOICHIOMETRY, YIELDS
from model.sheet import refuse

TOLERANCE = 1e-5
"""How far shares may miss 1 in sum: the tables write them with six to eight decimals."""

START_PRICES = (*product(GOODS[1:-1], ("CHN", "Europe")), ("concentrate:bayan_obo", "CHN"), ("swarf", "CHN"))
"""Goods and markets whose prices of January 2024 the model starts from; other ores are paid for by what they hold."""


@dataclass(frozen=True)
class Tables:
    """The tables as data frames in file order, units in the column names or in `model.schema`.

    Only the rare-earth chain: rows of gallium, germanium, antimony and graphite, and plants that crack and leach without
    separating, are left out. Every row keeps its source and confidence (links.csv follows from the other tables).
    """

    mines: pd.DataFrame
    refiners: pd.DataFrame
    metal_makers: pd.DataFrame
    magnet_makers: pd.DataFrame
    recyclers: pd.DataFrame
    demand: pd.DataFrame
    sectors: pd.DataFrame
    grades: pd.DataFrame
    material_balance: pd.DataFrame
    countries: pd.DataFrame
    lanes: pd.DataFrame
    links: pd.DataFrame
    costs: pd.DataFrame
    pipeline: pd.DataFrame

    @classmethod
    def load(cls, folder: str | Path | None = None) -> "Tables":
        """Read and check every table of a folder (default: those that ship with the model).

        Raises InputError, one line naming file, row, column and remedy, at the first thing that cannot be used.
        """
        frames = read_all(Path(folder or DATA))
        check_grade_mix(frames["sectors"])
        check_fractions("material_balance.csv", frames["material_balance"])
        check_balance(frames["material_balance"])
        check_fractions("costs.csv", frames["costs"])
        check_prices(frames["costs"])
        check_new_mines(frames["pipeline"])
        check_lanes(frames["lanes"], frames["countries"])
        check_links(frames["links"], traders(frames))
        return cls(**{name: frame.reset_index(drop=True) for name, frame in frames.items()})

    @classmethod
    @cache
    def shipped(cls) -> "Tables":
        """The tables that ship with the model, read and checked once a process."""
        return cls.load()

    @staticmethod
    def checksums(folder: str | Path | None = None) -> dict[str, str]:
        """SHA-256 of every table in a folder by file name, so that a result can say on which facts it rests."""
        paths = sorted(Path(folder or DATA).glob("*.csv"))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


SCHEMAS = {
    "countries": schema.COUNTRIES,
    "sectors": schema.SECTORS,
    "material_balance": schema.MATERIAL_BALANCE,
    "mines": schema.MINES,
    "refiners": schema.REFINERS,
    "metal_makers": schema.METAL_MAKERS,
    "magnet_makers": schema.MAGNET_MAKERS,
    "recyclers": schema.RECYCLERS,
    "demand": schema.DEMAND,
    "grades": schema.GRADE_RECIPES,
    "lanes": schema.LANES,
    "links": schema.LINKS,
    "costs": schema.COSTS,
    "pipeline": schema.PIPELINE,
}
"""Schema of each table; the first three define the words (countries, sectors, deposit types) that the others use."""
ENTITIES = {"mine": "mines", "refine": "refiners", "metal": "metal_makers", "magnet": "magnet_makers", "recycle": "recyclers"}
"""Table of the entities of each stage."""
DEFINES = {
    "countries": lambda countries: {"country": countries["country"]},
    "sectors": lambda sectors: {"sector": (*sectors["sector"], *EARTHS.uses)},
    "material_balance": lambda balance: {"deposit type": deposits(balance)},
}
"""Words that a table defines for those after it."""


@cache
def firm_names(folder: Path = DATA) -> tuple[str, ...]:
    """Every firm by its name and every end user as sector@country, in the order of the tables; nothing else is checked."""
    makers = [sheet.kept(folder, SCHEMAS[name]).cells["entity"] for name in (*ENTITIES.values(), "pipeline")]
    demand = sheet.kept(folder, SCHEMAS["demand"]).cells
    users = [f"{sector}@{country}" for sector, country in zip(demand["sector"], demand["country"])]
    return tuple(dict.fromkeys(chain(*makers, users)))


def read_all(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table by name, each checked on its own, indexed by spreadsheet row."""
    known: dict[str, Collection[str]] = {}
    frames: dict[str, pd.DataFrame] = {}
    for name, table in SCHEMAS.items():
        frames[name] = sheet.load(folder, table, known)
        if name in DEFINES:
            known |= DEFINES[name](frames[name])
    return frames


def deposits(balance: pd.DataFrame) -> list[str]:
    """Deposit types whose basket and recoveries are all given."""
    found = balance.loc[balance["parameter"].isin(DEPOSIT), "item"].value_counts(sort=False)
    return list(found.index[found == len(DEPOSIT)])


def refuse_row(file: str, column: str, wrong: pd.Series, text: Callable[[int], str]) -> None:
    """Refuse the first row, by spreadsheet number, where `wrong` holds; `text` says of a row what is wrong and what to do."""
    if wrong.any():
        row = wrong.idxmax()
        refuse(file, row, column, text(row))


def check_grade_mix(sectors: pd.DataFrame) -> None:
    """The grades a sector buys are all it buys."""
    total = sectors[[f"share_{grade}" for grade in GRADES]].sum(axis=1)
    wrong = (total - 1).abs() > TOLERANCE
    text = "shares of the grades sum to {:g}, not 1; mend them"
    refuse_row("sectors.csv", "share_standard", wrong, lambda row: text.format(total[row]))


def check_fractions(file: str, frame: pd.DataFrame) -> None:
    """A figure whose unit is a fraction is at most 1."""
    for column in ("value", "low", "high"):
        wrong = (frame["unit"] == "fraction") & (frame[column] > 1)
        refuse_row(file, column, wrong, partial(too_large, frame[column]))


def too_large(figures: pd.Series, row: int) -> str:
    """The sentence for a fraction above 1."""
    return f"{figures[row]:g} is too large; write a number from 0 to 1 (fraction)"


def check_balance(balance: pd.DataFrame) -> None:
    """Every ore holds NdPr, by which the rest of it is counted, every yield yields something, and an oxide is no lighter than its metal."""
    value, of = balance["value"], balance["parameter"]
    refuse_row("material_balance.csv", "value", of.isin([*YIELDS, DEPOSIT[0]]) & (value <= 0), lambda row: f"{of[row]} is 0; write a number above 0")
    light = (of == STOICHIOMETRY) & (value < 1)
    refuse_row("material_balance.csv", "value", light, lambda row: f"{value[row]:g} kg of oxide hold a kg of metal; write a number from 1 up")


def check_prices(costs: pd.DataFrame) -> None:
    """What is traded has a price, and every price the market starts from is there."""
    priced = costs[(costs["kind"] == "price") & (costs["stage"] == "start")]
    refuse_row("costs.csv", "value", priced["value"] <= 0, lambda row: "0 is no price; write a number above 0")
    absent = [pair for pair in START_PRICES if pair not in set(zip(priced["product"], priced["country_or_market"]))]
    if absent:
        refuse("costs.csv", None, "product", "no starting price of {} in {}; add the row".format(*absent[0]))


def check_new_mines(pipeline: pd.DataFrame) -> None:
    """A mine to come says what kind of ore it digs."""
    wrong = (pipeline["stage"] == "mine") & (pipeline["deposit_type"] == "")
    text = "empty for a mine; name a deposit type of material_balance.csv"
    refuse_row("pipeline.csv", "deposit_type", wrong, lambda row: text)


def check_lanes(lanes: pd.DataFrame, countries: pd.DataFrame) -> None:
    """A lane from every country to every country, itself included."""
    absent = set(product(countries["country"], repeat=2)) - set(zip(lanes["origin"], lanes["destination"]))
    if absent:
        refuse("lanes.csv", None, "destination", "no lane from {} to {}; add the row".format(*min(absent)))


def traders(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Everyone a link may join, by name: their stage and country. Refuses a name that stands in two tables."""
    parts = [frames[name].assign(stage=stage, file=SCHEMAS[name].file) for stage, name in ENTITIES.items()]
    everyone = pd.concat([part[["entity", "stage", "country", "file"]] for part in parts])
    again = everyone["entity"].duplicated().to_numpy()
    if again.any():
        twin, row = everyone[again].iloc[0], everyone.index[again][0]
        refuse(twin.file, row, "entity", f'duplicate of "{twin.entity}" in another table; rename one of them')
    demand, planned = frames["demand"], frames["pipeline"]
    use = demand["sector"].where(demand["sector"].isin(list(EARTHS.uses)), USER)
    users = demand.assign(entity=demand["sector"] + "@" + demand["country"], stage=use)
    return pd.concat([everyone, planned, users])[["entity", "stage", "country"]].drop_duplicates("entity").set_index("entity")


def nobody(name: str, everyone: pd.Index) -> str:
    """The sentence for a name that no table has."""
    guess = nearest(name, everyone)
    advice = f'did you mean "{guess}"?' if guess else "add it to its table or remove the link"
    return f'no entity or sector@country is called "{name}"; {advice}'


def check_links(links: pd.DataFrame, everyone: pd.DataFrame) -> None:
    """Both ends exist, stand in the country given and deal in the good; a buyer's shares of a good sum to 1."""
    check_end(links, everyone, "supplier", EARTHS.sold)
    check_end(links, everyone, "buyer", EARTHS.bought)
    check_weights(links)


def check_end(links: pd.DataFrame, everyone: pd.DataFrame, end: str, goods: Mapping[str, Collection[str]]) -> None:
    """One end of every link exists, stands in the country given and deals in the good."""
    name, good, place = links[end], links["good"], f"{end}_country"
    country, stage = name.map(everyone["country"]), name.map(everyone["stage"])
    refuse_row("links.csv", end, country.isna(), lambda row: nobody(name[row], everyone.index))
    elsewhere = links[place] != country
    refuse_row("links.csv", place, elsewhere, lambda row: f"{name[row]} is in {country[row]}; write that")
    deals = {(kind, dealt) for kind, several in goods.items() for dealt in several}
    wrong = pd.Series([pair not in deals for pair in zip(stage, good)], links.index)
    text = "a {} of kind {} does not deal in {}; correct either"
    refuse_row("links.csv", "good", wrong, lambda row: text.format(end, stage[row], good[row]))


def check_weights(links: pd.DataFrame) -> None:
    """What a buyer bought of a good in 2024 is split wholly among its qualified suppliers, and only among them."""
    stray = (links["qualified"] == 0) & (links["weight_2024"] > 0)
    refuse_row("links.csv", "qualified", stray, lambda row: "0 on a link that has a weight; write 1, or 0 for weight and tonnes")
    bought = links[links["qualified"] == 1]
    total = bought.groupby(["buyer", "good"], sort=False)["weight_2024"].transform("sum")
    wrong = (total - 1).abs() > TOLERANCE
    buyer, good = bought["buyer"], bought["good"]
    text = "weights of {} for {} sum to {:.6g}, not 1; rescale them"
    refuse_row("links.csv", "weight_2024", wrong, lambda row: text.format(buyer[row], good[row], total[row]))
