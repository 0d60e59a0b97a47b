"""Companies of finance.csv: who belongs together, what is known of their money."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from model.errors import unknown
from model.names import month_index
from model.parameters import Parameter
from model.quantities import HUNDRED
from model.schema import CASH, COMMITTED, COST_OF_CAPITAL, DEBT, FINANCE, FIXED_COST, SUPPORTED
from model.sheet import refuse
from model.tables import Frames, nobody, refuse_row

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.world import World

BETWEEN = "|"
"""Between the names of a cell: names of firms hold commas and semicolons."""
USD, MILLION, A_YEAR = "USD", "million", "per year"
MONEY_ITEMS = (CASH, DEBT, COMMITTED, FIXED_COST)
PLAIN = {COST_OF_CAPITAL: "% per year", SUPPORTED: "1"}
"""Units of what is no money."""


class Report(NamedTuple):
    """What is known of a company from a month on: item of finance.csv and its value, million USD (a year, for costs)."""

    month: int
    item: str
    purse: int
    value: float


# ---------------------------------------------------------------------- what cannot be
def check_finance(frames: Frames, entities: pd.DataFrame, parameters: Mapping[str, Parameter]) -> None:
    """Every company has firms, each firm one company, every amount a unit of its item, and every currency its rate."""
    table = frames["finance"]
    owner: dict[str, str] = {}
    for row, line in table.iterrows():
        check_unit(int(row), line["item"], line["unit"], parameters)
        for name in names(line["entities"]):
            if name not in entities.index:
                refuse(FINANCE.file, int(row), "entities", nobody(name, list(entities.index)))
            if line["item"] != SUPPORTED and owner.setdefault(name, line["company"]) != line["company"]:
                refuse(FINANCE.file, int(row), "entities", f"{name} is of {owner[name]} already; name it under one company")
    owned = {line["company"] for _, line in table.iterrows() if line["entities"]}
    refuse_row(FINANCE.file, "entities", ~table["company"].isin(owned), lambda row: f"{table['item'][row]} of {table['company'][row]}, of which no row names a firm; name its firms, {BETWEEN} between them")


def check_unit(row: int, item: str, unit: str, parameters: Mapping[str, Parameter]) -> None:
    """Amounts are in millions of a currency whose rate is a parameter, costs by year."""
    ending = f" {MILLION} {A_YEAR}" if item == FIXED_COST else f" {MILLION}"
    if item in PLAIN:
        if unit != PLAIN[item]:
            refuse(FINANCE.file, row, "unit", f'"{unit}" of {item}; convert the row and write "{PLAIN[item]}"')
        return
    currency = unit.removesuffix(ending)
    if currency == unit:
        refuse(FINANCE.file, row, "unit", f'"{unit}" of {item}; convert the row and write "{USD}{ending}", or another currency')
    if currency != USD and rate(currency) not in parameters:
        refuse(FINANCE.file, row, "unit", f"{unknown('currency', currency, [USD, *(name.removeprefix(RATE).upper() for name in parameters if name.startswith(RATE))])}, or add a row {rate(currency)} to parameters.csv")


RATE = "usd_per_"
"""How parameters for the rates of currencies begin."""


def rate(currency: str) -> str:
    """Name of the parameter that says what a currency is worth."""
    return f"{RATE}{currency.lower()}"


def names(cell: str) -> list[str]:
    """The firms that a cell names."""
    return [name.strip() for name in cell.split(BETWEEN) if name.strip()]


# ---------------------------------------------------------------------- companies
def companies(world: "World") -> dict[str, list[int]]:
    """Rows of the firms of each company of finance.csv that the world has; firms whose losses are carried are named one by one and are no company."""
    table, found = world.tables["finance"], dict[str, list[int]]()
    for _, line in table[table["item"] != SUPPORTED].iterrows():
        found.setdefault(line["company"], []).extend(int(world.entities.row[name]) for name in names(line["entities"]) if name in world.entities.index)
    return {company: rows for company, rows in found.items() if rows}


def purses(world: "World") -> np.ndarray:
    """(firm,): the purse each firm lives on: that of its company, which goes by the row of its first firm, or its own."""
    found = np.arange(world.count)
    for rows in companies(world).values():
        found[rows] = min(rows)
    return found


def carried(world: "World") -> np.ndarray:
    """(firm,): firms whose losses finance.csv says are carried."""
    table, found = world.tables["finance"], np.zeros(world.count)
    for _, line in table[(table["item"] == SUPPORTED) & (table["value"] > 0.0)].iterrows():
        found[[int(world.entities.row[name]) for name in names(line["entities"]) if name in world.entities.index]] = 1.0
    return found


def reports(model: "TradeModel", world: "World") -> list[Report]:
    """What finance.csv says of companies, in US dollars, in the order of months."""
    table, owned, found = world.tables["finance"], companies(world), list[Report]()
    for _, line in table[table["item"].isin(MONEY_ITEMS) & table["company"].isin(owned)].iterrows():
        currency = line["unit"].split()[0]
        value = line["value"] * (1.0 if currency == USD else getattr(model.p, rate(currency)))
        found.append(Report(max(month_index(line["date"]), world.first), line["item"], min(owned[line["company"]]), value))
    return sorted(found, key=lambda each: each.month)


def returns(world: "World") -> np.ndarray:
    """(firm,): cost of capital that finance.csv gives, 1/year; NaN where it gives none."""
    table, owned, found = world.tables["finance"], companies(world), np.full(world.count, np.nan)
    for _, line in table[(table["item"] == COST_OF_CAPITAL) & table["company"].isin(owned)].iterrows():
        found[owned[line["company"]]] = line["value"] / HUNDRED
    return found
