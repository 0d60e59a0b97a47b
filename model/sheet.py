"""One table on disk: a CSV file read against what it must hold, refused with one line that says where and what to do.

Row numbers are those a spreadsheet shows: the header is row 1.
"""

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite, nan
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd

from model.errors import InputError, nearest, short, unknown
from model.folder import Folder

LAYER = 10**6
"""Rows of an overlay are numbered on from this, those of an overlay over it from twice as much, so that each row of a joined table has a number of its own."""


@dataclass(frozen=True)
class Column:
    """One column: words (unit None) or finite numbers in a unit, and what they may be.

    `known` names a list of words that the tables themselves define (country, sector, good, deposit); `given` is another column
    of the row and, for some of its words, the only word this column may hold.
    """

    unit: str | None = None
    low: float = -inf
    high: float = inf
    whole: bool = False
    words: tuple[str, ...] = ()
    known: str = ""
    given: tuple[str, Mapping[str, str]] | None = None
    pattern: str = ""
    may_be_empty: bool = False
    mark: str = "drives"
    """What a figure is for: it drives results, is checked against what does, or documents."""

    def bounds(self) -> str:
        """The bounds in words."""
        return f"from {self.low:,.10g} to {self.high:,.10g}"


@dataclass(frozen=True)
class Table:
    """One file: its columns, the columns that name a row, and the words that must occur."""

    file: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    complete: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: bool = False
    """Whether a world may do without it."""


def refuse(file: str, row: int | None, column: str | None, text: str) -> NoReturn:
    """Raise the one line: FILE row N, column C: what; what to do."""
    place = ([] if row is None else [f"row {row % LAYER}"]) + [f"column {column}"] * (column is not None)
    raise InputError(f"{file} {', '.join(place)}".strip() + f": {text}")


@dataclass(frozen=True)
class Sheet:
    """The cells of a file as text, by column, and the spreadsheet row each stands in."""

    file: str
    rows: Sequence[int]
    cells: Mapping[str, Sequence[str]]

    def refuse_where(self, column: str, wrong: Sequence[bool] | np.ndarray, text: str) -> None:
        """Refuse the first row where `wrong` holds; `{}` in the text becomes the row's cell."""
        at = np.flatnonzero(wrong)
        if at.size:
            refuse(self.file, self.rows[at[0]], column, text.replace("{}", short(self.cells[column][at[0]])))

    def over(self, below: "Sheet", key: Sequence[str]) -> "Sheet":
        """This sheet's rows over those of the sheet it goes with: a row of the same key takes its place, others are added; cells it does not give stay."""
        mine, theirs = (list(zip(*(sheet.cells[name] for name in key), strict=True)) for sheet in (self, below))
        place = {name: at for at, name in enumerate(mine)}
        names = [*below.cells, *(name for name in self.cells if name not in below.cells)]

        def cell(name: str, own: int | None, other: int | None) -> str:
            if own is not None and name in self.cells:
                return self.cells[name][own]
            return below.cells[name][other] if other is not None and name in below.cells else ""

        pairs = [(place.get(name), at) for at, name in enumerate(theirs)] + [(at, None) for at, name in enumerate(mine) if name not in set(theirs)]
        rows = [self.rows[own] if own is not None else below.rows[other or 0] for own, other in pairs]
        return Sheet(self.file, rows, {name: [cell(name, *pair) for pair in pairs] for name in names})


def read(path: Path) -> Sheet:
    """A CSV file; lines without any cell are passed over."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = {number: line for number, line in enumerate(csv.reader(file, strict=True), start=1) if line}
    except FileNotFoundError:
        refuse(path.name, None, None, f"no such file in {path.parent}; put the table back")
    except UnicodeDecodeError as error:
        refuse(path.name, None, None, f"not UTF-8 text (byte {error.start}); save it as CSV in UTF-8")
    except (OSError, csv.Error) as error:
        refuse(path.name, None, None, f"cannot be read as CSV ({error}); save it again as comma-separated text")
    header = lines.pop(1, [])
    for name in header:
        if header.count(name) > 1:
            refuse(path.name, 1, name, "two columns of this name; remove one or rename it")
    if not lines:
        refuse(path.name, None, None, "the table is empty; give a header in row 1 and at least one row below it")
    for number, line in lines.items():
        if len(line) != len(header):
            refuse(path.name, number, None, f"{len(line)} cells under {len(header)} headings; put cells with commas in quotes")
    return Sheet(path.name, list(lines), dict(zip(header, zip(*lines.values()))))


def joined(folder: Folder, table: Table) -> Sheet | None:
    """The cells of a table of a world: every layer's rows over those below; None for one that a world may do without and has not."""
    found: Sheet | None = None
    for layer, path in folder.files(table.file):
        sheet = read(path)
        sheet = Sheet(sheet.file, [row + layer * LAYER for row in sheet.rows], sheet.cells)
        check_header(sheet, table, tuple(table.columns) if found is None else table.key)
        check_keys(sheet, table)
        found = sheet if found is None else sheet.over(found, table.key)
    if found is None and not table.optional:
        needed(folder, table.file)
    return found


def needed(folder: Folder, file: str) -> Path:
    """Where the topmost file of that name lies, which no world can do without."""
    path = folder.file(file)
    if not path.exists():
        refuse(file, None, None, f"no such file in {folder.path.name}; put the table there, or let world.toml extend a world that has it")
    return path


def load(folder: Folder, table: Table, known: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """A table's rows, checked and typed, in file order and indexed by spreadsheet row (`LAYER`).

    `known` gives the words that other tables define, by the name `Column.known` calls them.
    """
    sheet = joined(folder, table)
    if sheet is None:
        return pd.DataFrame({name: pd.Series(dtype=float if column.unit else object) for name, column in table.columns.items()})
    typed = {name: check(sheet, name, column, known) for name, column in table.columns.items()}
    check_rows(sheet, table)
    return pd.DataFrame({**sheet.cells, **typed}, index=sheet.rows)


def check_header(sheet: Sheet, table: Table, needed: Sequence[str]) -> None:
    """Every column that is needed is there; `optional` figures and those that document may be left out."""
    for name in needed:
        column = table.columns[name]
        if name not in sheet.cells and not column.may_be_empty:
            similar = nearest(name, set(sheet.cells) - set(table.columns))
            foreign = len(set(sheet.cells) & set(table.columns)) < len(table.key)
            advice = f"this looks like a table of another kind; its columns must be {', '.join(table.columns)}" if foreign else f'rename "{similar}" if that is it' if similar else "add it"
            refuse(sheet.file, 1, name, f"missing; {advice}")


def check(sheet: Sheet, name: str, column: Column, known: Mapping[str, Collection[str]]) -> Sequence[str] | np.ndarray:
    """One column, typed, every cell of it as the schema wants it."""
    cells = sheet.cells.get(name) or [""] * len(sheet.rows)
    if not column.may_be_empty:
        sheet.refuse_where(name, [not cell.strip() for cell in cells], "empty; fill it in")
    if column.unit is not None:
        return check_numbers(Sheet(sheet.file, sheet.rows, {name: cells}), name, column)
    if column.given:
        check_given(sheet, name, *column.given)
    allowed = known.get(column.known, column.words)
    if len(allowed) or column.known in known:
        check_words(Sheet(sheet.file, sheet.rows, {name: cells}), name, [*allowed, ""] if column.may_be_empty else allowed, column.known or name)
    if column.pattern:
        wrong = [not re.fullmatch(column.pattern, cell) and bool(cell or not column.may_be_empty) for cell in cells]
        sheet.refuse_where(name, wrong, '"{}" is not a month; write YYYY-MM, such as 2026-11')
    return cells


def as_number(cell: str) -> float:
    """The number in a cell: NaN if it is empty, infinite if it holds anything but a finite number."""
    try:
        value = float(cell) if cell.isascii() and "_" not in cell else inf
    except ValueError:
        return inf if cell else nan
    return value if isfinite(value) else inf


def check_numbers(sheet: Sheet, name: str, column: Column) -> np.ndarray:
    """Finite numbers within the column's bounds; whole ones as integers; empty cells, where allowed, as NaN, and as 0 among whole ones."""
    values = np.array([as_number(cell) for cell in sheet.cells[name]])
    advice = f"; write a number {column.bounds()} ({column.unit})"
    sheet.refuse_where(name, np.isinf(values), f'"{{}}" is not a number; write one such as 12.5 ({column.unit})')
    sheet.refuse_where(name, values < column.low, ("{} is negative" if column.low == 0 else "{} is too small") + advice)
    sheet.refuse_where(name, values > column.high, "{} is too large" + advice)
    if not column.whole:
        return values
    sheet.refuse_where(name, (values % 1 != 0) & ~np.isnan(values), "{} is not a whole number; round it")
    return np.nan_to_num(values).astype(np.int64)


def check_words(sheet: Sheet, name: str, allowed: Collection[str], what: str) -> None:
    """Every cell one of the allowed words."""
    strange = set(sheet.cells[name]) - set(allowed)
    if strange:
        at, cell = next((at, cell) for at, cell in enumerate(sheet.cells[name]) if cell in strange)
        refuse(sheet.file, sheet.rows[at], name, unknown(what, cell, allowed))


def check_given(sheet: Sheet, name: str, other: str, wanted: Mapping[str, str]) -> None:
    """A column that another one of the same row settles, such as a unit."""
    for row, cell, because in zip(sheet.rows, sheet.cells[name], sheet.cells[other]):
        if cell != wanted.get(because, cell):
            text = f'"{short(cell)}" where {other} is {because}; convert the row and write "{wanted[because]}"'
            refuse(sheet.file, row, name, text)


def check_keys(sheet: Sheet, table: Table) -> None:
    """No row twice under one name in one file."""
    seen: set[tuple[str, ...]] = set()
    for row, key in zip(sheet.rows, zip(*(sheet.cells[name] for name in table.key))):
        if key in seen:
            refuse(sheet.file, row, table.key[0], f'duplicate of "{short(", ".join(key))}"; remove one or rename it')
        seen.add(key)


def check_rows(sheet: Sheet, table: Table) -> None:
    """None of the necessary words absent."""
    for name, words in table.complete.items():
        absent = [word for word in words if word not in sheet.cells[name]]
        if absent:
            refuse(sheet.file, None, name, f"no row for {', '.join(absent)}; add one")
