"""Whether instruments make sense beside each other; if not, why, in a line for whoever wrote them."""

from functools import lru_cache
from typing import Any

from model.names import month_index, month_name
from model.policies.truce import Truce, in_force


@lru_cache
def senseless(instruments: tuple[Any, ...], last: int) -> tuple[tuple[Any, str], ...]:
    """Instruments of a book that suspend nothing, or that stand twice over the same exports, and why that is no sense."""
    found = []
    for each in instruments:
        why = suspends_nothing(each, instruments) if isinstance(each, Truce) else stands_twice(each, instruments, last)
        found += [(each, why)] if why else []
    return tuple(found)


def suspends_nothing(truce: Truce, instruments: tuple[Any, ...]) -> str | None:
    """Why a truce does nothing: what it names is never due while it lasts."""
    due = (each for each in instruments if each.name in truce.suspends and overlap(each, truce))
    return None if any(due) else "nothing that it suspends is in force while it lasts; give other months or other names"


def stands_twice(licence: Any, instruments: tuple[Any, ...], last: int) -> str | None:
    """Why a licence is not alone: an earlier one of the same state asks the same exporters to the same buyers for one already."""
    if not licence.restricts or not hasattr(licence, "regime"):
        return None
    for each in instruments:
        if each is not licence and each.date <= licence.date and alike(each, licence):
            for month in range(month_index(licence.date), min(last, each.last_index, licence.last_index) + 1):
                standing = in_force(instruments, month)
                if each in standing and licence in standing:
                    return f'stands beside "{each.name}" over the same exports from {month_name(month)}, and of each term the stricter counts; end one of them if that is not meant'
    return None


def alike(one: Any, other: Any) -> bool:
    """Whether two measures are licences over some of the same exports, to the same destinations and uses."""
    return type(one) is type(other) and bool(one.restricts & other.restricts) and (one.destinations, one.end_uses) == (other.destinations, other.end_uses)


def overlap(one: Any, other: Any) -> bool:
    """Whether there is a month in which both are due."""
    return month_index(one.date) <= other.last_index and month_index(other.date) <= one.last_index
