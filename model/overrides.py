"""Overrides: what a user's class changes of the kind of firm it plays."""

from functools import lru_cache
from typing import Any

BEHAVIOURS = frozenset({"believe", "demand", "consume", "appraise", "plan", "order", "produce", "thrift", "expand", "invest", "retire", "seek", "recycle", "turn", "settle", "carry_on"})
"""What the month asks of firms; all else in their classes helps with that."""


@lru_cache
def own_names(kind: type, role: type) -> dict[str, Any]:
    """{public name: what stands for it} in a class and its mixins, as far as they come before the kind of firm it plays."""
    before = kind.__mro__[: kind.__mro__.index(role)]
    return {name: item for base in reversed(before) for name, item in vars(base).items() if not name.startswith("_")}


@lru_cache
def changed(kind: type, role: type) -> frozenset[str]:
    """Behaviours a class carries out in its own way: those it overrides, or all if it overrides what helps with them."""
    overridden = frozenset(name for name in own_names(kind, role) if hasattr(role, name))
    return overridden if overridden <= BEHAVIOURS else overridden | BEHAVIOURS


def acts_alone(kind: type, role: type, behaviour: str) -> bool:
    """Whether a class carries out a behaviour differently from the kind of firm it plays."""
    return kind is not role and behaviour in changed(kind, role)
