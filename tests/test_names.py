"""The code names no material: what elements, goods and grades there are stands in the tables of worlds, and code speaks of roles."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from model import sheet
from model.folder import Folder, shipped
from model.schema import ELEMENTS, GOODS

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for part in ("model", "experiments") for path in (ROOT / part).rglob("*.py"))
ALSO_WORDS = {"high"}
"""Grades that are said of other things too, such as the upper end of a range."""
ENGLISH = {"As", "At", "Be", "He", "I", "In", "No"}
"""Elements whose symbols are words."""


def cells(table, column):
    """What the tables of all shipped worlds list."""
    return {cell for world in shipped() for cell in sheet.joined(Folder.open(world), table).cells[column]}


def grades(goods, elements):
    """Last words of goods of one stem that are no elements, such as standard of magnet_standard."""
    stems = defaultdict(set)
    for good in goods:
        stem, _, grade = good.rpartition("_")
        stems[stem].add(grade)
    return {grade for stem, ends in stems.items() if stem and len(ends) > 1 for grade in ends} - elements - ALSO_WORDS


@cache
def named():
    """The expression that finds an element or good as a word of its own or within a name, or a grade at the end of a name."""
    elements, goods = cells(ELEMENTS, "element"), cells(GOODS, "good")
    words = sorted(elements - ENGLISH | goods | {symbol.upper() for symbol in elements if len(symbol) > 2}, key=len, reverse=True)
    ends = sorted(grades(goods, elements))
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, words))})(?![A-Za-z])" + (rf"|(?<=[a-z])_(?:{'|'.join(ends)})\b" if ends else ""))


def found(text):
    """(line, word) of every material that a text names."""
    return [(number, match[0]) for number, line in enumerate(text.splitlines(), start=1) for match in named().finditer(line)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_of_code_names_a_material(path):
    lines = [f"{path.relative_to(ROOT)}:{number}: {word}" for number, word in found(path.read_text(encoding="utf-8"))]
    assert not lines, "say it by its role (leading element, heavy group, stage, headline), or let the world's tables say it: " + ", ".join(lines)


@pytest.mark.parametrize("text", ['"oxide_Dy"', "the price of NdPr", "NDPR = 0", "# swarf is collected", "x_extreme = 1", "of Dy and of others", "price_Tb"])
def test_a_material_is_seen(text):
    assert found(text)


@pytest.mark.parametrize("text", ["value_added_high", "a standard error", "Dynamics of Tbilisi", "concentrated", "the extreme case"])
def test_other_words_are_left_alone(text):
    assert not found(text)
