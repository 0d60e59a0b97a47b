"""Switches: each mechanism and each assumption that can be switched off, a parameter of its own: 1 on, 0 off (switches.csv of a world and of what it extends).

A switch stands for the parameters that carry a mechanism and the values at which they carry nothing. On, it leaves them as they are, to the last bit; in between, they lie as far in between.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from model import schema, sheet
from model.folder import Folder

GROUP = "switch"
"""The group of parameters that are switches."""
FILE = schema.SWITCHES.file


@dataclass(frozen=True)
class Switch:
    """One switch: its name as a parameter, what it is in words, the equation it is of, and the values of other parameters when it is off."""

    name: str
    words: str
    source: str
    off: Mapping[str, float]

    @property
    def is_its_parameter(self) -> bool:
        """Whether the mechanism itself asks the switch, rather than parameters that it turns."""
        return list(self.off) == [self.name]

    def turn(self, values: Any) -> None:
        """Where it is not fully on, the parameters it stands for move to their values when off."""
        on = getattr(values, self.name)
        if self.is_its_parameter or on == 1.0:
            return
        for name, off in self.off.items():
            setattr(values, name, off + on * (getattr(values, name) - off))


def load(folder: Folder, known: Mapping[str, Any]) -> dict[str, Switch]:
    """The switches of a world by name, given the rows of its parameters.csv; `InputError` names a row that cannot be."""
    rows = sheet.load(folder, schema.SWITCHES, {"parameter": tuple(known)})
    for at, row in rows.iterrows():
        try:
            known[row.parameter].check(float(row.off))
        except ValueError as error:
            sheet.refuse(FILE, at, "off", f"{row.parameter}: {error}")
        if not re.fullmatch("[a-z_]+", row.switch):
            sheet.refuse(FILE, at, "switch", f'"{row.switch}" is no name for a switch; use small letters and _')
        named = known.get(row.switch)
        if named and (named.group != GROUP or row.parameter != row.switch or row.off != 0.0):
            sheet.refuse(FILE, at, "switch", f"{row.switch} is a parameter of parameters.csv; give the switch a name of its own, or let its one row be that parameter, of group {GROUP}, off at 0")
        same = rows[(rows["switch"] == row.switch) != (rows["words"] == row.words)]
        if len(same):
            sheet.refuse(FILE, at, "words", f'"{row.words}" and {row.switch} do not go together in every row; give each switch words of its own')
    found = {}
    for name, mine in rows.groupby("switch", sort=False):
        found[str(name)] = Switch(str(name), str(mine["words"].iloc[0]), str(mine["source"].iloc[0]), dict(zip(mine["parameter"], mine["off"].astype(float), strict=True)))
    return found


def turn(values: Any, switches: Iterable[Switch]) -> None:
    """The parameters of a run as its switches leave them."""
    for switch in switches:
        switch.turn(values)
