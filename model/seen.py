"""What was observed, row by row, with the role of each row: whether the model was made or fitted to it, or is compared with it.

A row that begins before the world's first month cannot be expressed, whatever it says: no run has its months.
"""

import re

import pandas as pd

from model import schema, sheet
from model.folder import Folder
from model.names import MONTH
from model.schema import BUILT_IN, COMPARED, FITTED, NOT_EXPRESSIBLE, ROLES
from model.sheet import Table

WHY = {
    BUILT_IN: "empty on a row that is built in; name the cell that makes it so",
    FITTED: "empty on a row that is fitted; name the parameter or the regime's cell that was set on it",
    NOT_EXPRESSIBLE: "empty on a row that is not expressible; say what the model lacks",
}
"""What is said where a role does not say why."""


def load(folder: Folder, table: Table, start: str) -> pd.DataFrame:
    """A table of what was observed, every row with its role; start: the world's first month. InputError, one line, where a role or its reason is missing."""
    rows = sheet.load(folder, table, {})
    first = rows[schema.DATED[table.file]].map(begins)
    before = (first != "") & (first < start)
    rows.loc[before, "role"], rows.loc[before, "why"] = NOT_EXPRESSIBLE, f"before the world's first month, {start}"
    judged = rows["low"].notna() if table is schema.MEASURES else rows["role"].notna()
    for at, role, why in zip(rows.index[judged], rows["role"][judged], rows["why"][judged], strict=True):
        if not role:
            sheet.refuse(table.file, at, "role", f"empty; write {', '.join(ROLES[:-1])} or {ROLES[-1]}")
        if not why and role in WHY:
            sheet.refuse(table.file, at, "why", WHY[role])
        if why and role == COMPARED:
            sheet.refuse(table.file, at, "why", f'"{why}", but a row that is compared has set nothing; empty it, or write {FITTED}')
    return rows


def begins(period: str) -> str:
    """First month "YYYY-MM" of a period: of a month, a day, a year, a half "2025H2", or the first of two with dots between; "" of none."""
    month = period[:7]
    if not period or re.fullmatch(MONTH, month):
        return month
    return f"{period[:4]}-{'07' if period[4:6] == 'H2' else '01'}"


__all__ = ["BUILT_IN", "COMPARED", "FITTED", "NOT_EXPRESSIBLE", "ROLES", "begins", "load"]
