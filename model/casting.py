"""Casting: firms played by a user's class, and whether the class can play them at all."""

from typing import Any

import numpy as np

from model.agents.firm import Firm
from model.columns import Column, described
from model.errors import InputError, warn
from model.overrides import BEHAVIOURS, changed, own_names


def check_class(firm: str, kind: type, role: type) -> None:
    """Refuses a class that hides a column of the kind of firm it plays or adds one; warns of one of which nothing is ever asked."""
    own, columns = own_names(kind, role), described(role)
    for name, item in own.items():
        place = f"cast: {firm!r}: {kind.__name__}.{name}"
        if name in columns:
            raise InputError(f"{place}: hides the column {name} of {role.__name__}; set it in a method, as self.{name} = ...")
        if isinstance(item, Column):
            raise InputError(f"{place}: is a column {role.__name__} does not have; keep it as a plain attribute, self.{name} = ...")
    able = {name for name in BEHAVIOURS if hasattr(role, name)}
    for name in sorted(BEHAVIOURS.intersection(own) - able):
        warn(f"cast: {kind.__name__}.{name}: is never asked of a firm of kind {role.__name__}; override one of {', '.join(sorted(able))}")
    if kind is not role and not changed(kind, role):
        warn(f"cast: {kind.__name__}: changes nothing of {role.__name__}, so it acts like any other; override one of {', '.join(sorted(able))}")


def recruit(kind: type[Firm], model: Any, name: str, country: str, row: int) -> Firm:
    """A firm played by a class; `InputError` where a user's `__init__` does not make it one."""
    if kind.shipped_kind() is kind:
        return kind(model, name, country, row)
    place = f"{kind.__name__}.__init__: {name}"
    try:
        agent = kind(model, name, country, row)
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
    except Exception as error:
        error.add_note(f"in {place}")
        raise
    if (getattr(agent, "name", None), getattr(agent, "row", None)) != (name, row):
        raise InputError(f"{place}: has not become that firm; call super().__init__(model, name, country, row)")
    for column, array in agent.columns.items():
        if np.any(array[..., row] != getattr(agent.role, column).default):
            raise InputError(f"{place}: sets {column}, which the tables fill afterwards; set it in a method instead")
    return agent
