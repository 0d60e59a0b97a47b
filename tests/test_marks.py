"""No dead figures: every figure of the tables drives results, is checked against what does, or says that it documents (model.schema)."""

import logging

import numpy as np
import pandas as pd
import pytest

from model import ExportLicence, InputError, RecyclingMandate, Scenario, TechnologyBan, TradeModel, schema, sheet
from model.folder import Folder
from model.world import World

DOCUMENTS = {
    ("firms", "production_before_t"), ("firms", "production_after_t"), ("firms", "capacity_2026_t_per_year"), ("firms", "capacity_2030_t_per_year"),
    ("countries", "latitude"), ("countries", "longitude"), ("lanes", "distance_km"), ("goods", "traded"),
}  # fmt: skip
"""What documents, beside the ranges of figures; capital costs of projects until something uses them."""
EVERYDAY = [("recipes", "value"), ("sectors", "price_elasticity"), ("pipeline", "capacity_t_per_year"), ("firms", "capacity_2030_t_per_year"), ("links", "tonnes_base")]  # fmt: skip
LAST = "2031-12"
"""After the growth rates change."""


def columns():
    """Every figure of the tables that the usual world has."""
    folder = Folder.open()
    found = []
    for name, table in schema.TABLES.items():
        cells = sheet.joined(folder, table)
        found += [(name, column) for column, given in table.columns.items() if given.unit is not None and cells and any(map(str.strip, cells.cells.get(column, ())))]
    return found


def scenario(world=None):
    """The past and resumed restrictions, with a measure aimed at the European Union so that its members matter and, as it reaches beyond the border, who complies, a ban so that it matters whose technology plants use, and a mandate so that it matters how much of what is used up can be collected."""
    given = Scenario.load("restrictions_resume", world)
    aimed = ExportLicence(date="2025-01", until="2025-04", origin="CHN", goods="*", destinations=["EU27"], approval_rate=0.5, de_minimis=0.001, name="aimed at the union")
    ban = TechnologyBan(date="2025-01", origin="CHN", lead_factor=1.5, capex_factor=1.5, name="ban")
    mandate = RecyclingMandate(date="2025-01", country="EU27", share=1.0, name="mandate")
    return given.with_events((*given.events, aimed, ban, mandate))


def digest(world, last):
    model = TradeModel(scenario(world), seed=1, world=world).run_until(last)
    return {name: np.nan_to_num(values.values) for name, values in model.results().data_vars.items()}


@pytest.fixture(scope="module")
def usual():
    """Results of the usual world, by last month."""
    kept = {}

    def results(last):
        if last not in kept:
            kept[last] = digest(World.load(), last)
        return kept[last]

    return results


def spoiled(tmp_path, name, column):
    """An overlay of the usual world in which every third figure of a column (of those that are not 0) is another."""
    table = schema.TABLES[name]
    cells, given = sheet.joined(Folder.open(), table).cells, table.columns[column]
    step = 1 if column == "floor_usd_per_kg" else 3  # of floors those count that investors go by the price of
    rows = [at for at, cell in enumerate(cells[column]) if cell.strip() and float(cell) != 0][::step] or [at for at, cell in enumerate(cells[column]) if cell.strip()][::3]
    smaller = column not in ("capacity_base_t_per_year", "content") and (name, column) != ("strictness", "high")  # else a table that contradicts itself, which is refused
    values = [changed(float(cells[column][at]), given, smaller) for at in rows]
    frame = pd.DataFrame({**{key: [cells[key][at] for at in rows] for key in table.key}, column: values})
    if (name, column) == ("mixes", "share"):
        frame = pd.DataFrame([("NdFeB magnet", "ev_traction", "magnet_standard", 0.4), ("NdFeB magnet", "ev_traction", "magnet_high", 0.54)], columns=["mix", "sector", "good", "share"])
    frame.to_csv(tmp_path / table.file, index=False)
    (tmp_path / "world.toml").write_text('name = "spoiled"\nextends = "magnets"\n', encoding="utf-8")
    return tmp_path


def changed(value, column, smaller=True):
    """Another figure within the column's bounds."""
    if column.whole:
        return value + 1 if value + 1 <= column.high else value - 1
    return next(other for other in (0.7 * value if smaller else 1.5 * value, 1.1 * value, value + 0.1, value - 0.1) if column.low <= other <= column.high and other != value)


def verdict(folder, usual, last):
    """What a spoiled world does: drives, nothing, or refused."""
    try:
        found = digest(World.load(folder), last)
    except InputError as error:
        assert sum(letter.isdigit() for letter in str(error)) > 0
        return "refused"
    before = usual(last)
    return "nothing" if all(np.array_equal(found[name], before[name]) for name in before) else "drives"


@pytest.fixture
def quiet():
    """No word on what is unusual in tables that are spoiled on purpose; afterwards all is told as before."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    yield
    logging.disable(before)


MEANS = {"drives": "drives", "documents": "nothing", "checked": "refused"}


@pytest.mark.parametrize(("name", "column"), EVERYDAY)
def test_a_figure_does_what_its_mark_says(tmp_path, usual, quiet, name, column):
    assert verdict(spoiled(tmp_path, name, column), usual, "2026-12") == MEANS[schema.TABLES[name].columns[column].mark]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "column"), columns())
def test_every_figure_does_what_its_mark_says(tmp_path, usual, quiet, name, column):
    assert verdict(spoiled(tmp_path, name, column), usual, LAST) == MEANS[schema.TABLES[name].columns[column].mark]


def test_what_documents_is_known_by_name():
    """Ranges, and this list: nothing joins it unseen."""
    noted = {key for key, mark in schema.marks().items() if mark == "documents" and not key[1].endswith(("_low", "_high")) and key[1] not in ("low", "high")}
    assert noted == DOCUMENTS
