"""What a world's past is held against: every row of trade_flows.csv, prices.csv and validation_targets.csv from its first month on, and the bands of measures.csv.

measures.csv names the measure of a quantity of validation_targets.csv and of what it is taken: good (empty: those of the headline), destination (empty: all), market
or stage. A row of it that has `low` and `high` is a target of its own, a band without an observed figure. Rows of trade_flows.csv are measured as exports, those of
prices.csv as prices; how far they may miss stands in the world's [observed.tolerance].
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments import headline, observed
from experiments.measures import KNOWN, Of
from experiments.null import Null
from experiments.observed import EVERYWHERE, MARKETS, SEEN, Observed, span
from model import Scenario, schema, seen, sheet
from model.errors import InputError, unknown
from model.names import CHINA, DESTINATIONS
from model.seen import COMPARED, NOT_EXPRESSIBLE
from model.settings import Seen as Said
from model.sheet import Table
from model.world import World


@dataclass(frozen=True)
class Target:
    """A row of what was observed: where it stands, its role, the figure with what is accepted, and how it is measured (None: not at all)."""

    file: str
    row: int
    quantity: str
    period: str
    unit: str
    role: str
    why: str
    observed: float
    low: float
    high: float
    of: Of | None
    source: str


@dataclass(frozen=True)
class Held:
    """A world with what was observed of it, how its quantities are measured, and the null model of what is run in it."""

    world: World
    seen: Observed
    how: pd.DataFrame
    null: Null

    @classmethod
    def of(cls, world: World, scenario: Scenario) -> "Held":
        """`InputError`, one line, if its folder does not say what was observed."""
        lacks, found = observed.missing(world, SEEN), observed.read(world)
        if lacks or not found:
            raise InputError(f"world {world.name}: it cannot be held against what was observed without {lacks}; add what is missing, or name another --world")
        return cls(world, found, measures(world), Null(world, scenario, found))

    def targets(self) -> list[Target]:
        """Every row from the world's first month on; `InputError` names one that is to be compared and has no measure."""
        found = [*self.flows(), *self.prices(), *self.told(), *self.bands()]
        for each in found:
            if each.role == COMPARED and each.of is None:
                advice = "measures.csv has no row of that quantity" if each.file == schema.TARGETS.file else "[observed] of world.toml does not say which goods or which market that is"
                sheet.refuse(each.file, each.row, "role", f"{COMPARED}, but {advice}; add it, or write {NOT_EXPRESSIBLE} and why")
        return found

    @property
    def said(self) -> Said:
        """What world.toml says of it."""
        found = self.world.said.observed
        if found is None:
            raise InputError(f"world {self.world.name}: without [observed] in world.toml nothing is known of its past; add the table")
        return found

    def rows(self, table: Table) -> Iterator[Any]:
        """The rows of a table from the world's first month on."""
        rows = seen.load(self.world.folder, table, self.world.start)
        first = rows[schema.DATED[table.file]].map(seen.begins)
        return rows[(first == "") | (first >= self.world.start)].itertuples()

    def taken(self, measure: str, period: str, goods: dict[str, float], **more: str) -> Of:
        """What a measure is taken of, in this world."""
        return Of(measure, period, goods, self.seen.control, self.seen.base_year, **more)

    # ------------------------------------------------------------------ flows
    def flows(self) -> Iterator[Target]:
        """The rows of trade_flows.csv."""
        said = self.said
        for row in self.rows(schema.TRADE_FLOWS):
            goods = self.counted(row.product)
            told = row.exporter == CHINA and row.importer in (EVERYWHERE, *DESTINATIONS) and span(row.period) and pd.notna(row.tonnes)
            of = self.taken("exports", row.period, goods, destination=row.importer) if goods and told and row.role != NOT_EXPRESSIBLE else None
            share = said.tolerance.base if row.period == self.seen.base_year else said.tolerance.flows
            least = said.tolerance.least * len(span(row.period)) * self.null.base(of) if of else 0.0
            miss = max(share * row.tonnes, least)
            unit = "t contained" if row.product in said.contained else "t"
            yield self.target(schema.TRADE_FLOWS, row, f"{row.product}, {row.exporter} to {row.importer}", row.period, unit, row.tonnes, miss, of)

    def counted(self, product: str) -> dict[str, float]:
        """Goods that a product of customs statistics is, and what counts of a tonne of each; none if the world does not say."""
        if product == self.said.exports:
            return dict.fromkeys(self.seen.goods, 1.0)
        held = self.world.tables["goods"].set_index("good")["kg_per_kg_lead"]
        return {good: 1.0 / held[good] for good in self.said.contained.get(product, ())}

    # ----------------------------------------------------------------- prices
    def prices(self) -> Iterator[Target]:
        """The rows of prices.csv."""
        said = self.said
        for row in self.rows(schema.PRICES):
            good, market, seen_at = said.prices.get(row.material), MARKETS.get(row.market), row.price_mid_usd_per_kg
            of = self.taken("price", row.date, {good: 1.0}, market=market) if good and market and row.role != NOT_EXPRESSIBLE else None
            yield self.target(schema.PRICES, row, f"{row.material}, {row.market}", row.date, "USD/kg", seen_at, said.tolerance.prices * seen_at, of)

    # -------------------------------------------------- validation_targets.csv
    def told(self) -> Iterator[Target]:
        """The rows of validation_targets.csv, each with its own tolerance."""
        named = {row.quantity: row for row in self.how.itertuples()}
        for row in self.rows(schema.TARGETS):
            how = named.get(row.quantity)
            of = None if how is None or row.role == NOT_EXPRESSIBLE else self.by_row(how, row.period)
            yield self.target(schema.TARGETS, row, row.quantity, row.period, row.unit, row.observed_value, row.tolerance, of)

    def bands(self) -> Iterator[Target]:
        """The rows of measures.csv that bring a band of their own."""
        for row in self.how[self.how.low.notna()].itertuples():
            of = self.by_row(row, row.period)
            yield Target(schema.MEASURES.file, row.Index, row.quantity, row.period, row.unit, row.role, row.why, np.nan, row.low, row.high, of, row.source)

    def by_row(self, how: Any, period: str) -> Of:
        """What a row of measures.csv measures in a period."""
        goods = dict.fromkeys([how.good] if how.good else headline.headline(self.world).goods, 1.0)
        return self.taken(how.measure, period, goods, destination=how.destination or EVERYWHERE, market=how.market, stage=how.stage)

    def target(self, table: Table, row: Any, quantity: str, period: str, unit: str, value: float, miss: float, of: Of | None) -> Target:
        """A row with what is accepted around its figure."""
        return Target(table.file, row.Index, quantity, period, unit, row.role, row.why, value, value - miss, value + miss, of, row.source)


def measures(world: World) -> pd.DataFrame:
    """How the quantities of validation_targets.csv are measured in a world; those not named need what the model does not have."""
    table = seen.load(world.folder, schema.MEASURES, world.start)
    allowed = {
        "measure": tuple(KNOWN), "good": ("", *world.chain.goods), "destination": ("", EVERYWHERE, *DESTINATIONS), "market": ("", *world.markets), "stage": ("", *world.chain.stages),
    }  # fmt: skip
    for column, words in allowed.items():
        strange = ~table[column].isin(words)
        if strange.any():
            row = strange.idxmax()
            sheet.refuse(schema.MEASURES.file, row, column, unknown(column, table[column][row], filter(None, words)))
    return table
