"""What breaking the truce means: all that is part of the truce ends, and the restrictions come in its place, once."""

from collections.abc import Iterable

from model.errors import InputError
from model.names import month_index, month_name
from model.policies.instrument import Instrument
from model.policies.truce import without_gone
from model.policies.vocabulary import RESTRICTIONS, TRUCE


def broken(events: Iterable[Instrument], month: str, restrictions: Iterable[Instrument]) -> tuple[Instrument, ...]:
    """The same course of events, but in `month` the truce ends and `restrictions` begin; what either was still to bring is gone.

    A restriction brought forward keeps its luck and its length. `InputError` where no truce stands in that month.
    """
    events = tuple(events)
    checked_month(month)
    if not any(each.part_of == TRUCE and each.in_force(month_index(month)) for each in events):
        raise InputError(f"break the truce: none stands in {month}{until_when(events, month)}")
    past = without_gone(ended(each, month) if each.part_of else each for each in events if each.part_of is None or each.date < month)
    names = {each.name for each in past}
    return (*past, *(renamed(each, names, month) for each in brought_to(restrictions, month)))


def checked_month(month: str) -> None:
    """Refuses what is no month."""
    try:
        month_index(month)
    except (ValueError, TypeError):
        raise InputError(f'break the truce: {month!r} is not a month; write "YYYY-MM"') from None


def until_when(events: tuple[Instrument, ...], month: str) -> str:
    """When there will be one, or what to do where there never is."""
    later = sorted(each.date for each in events if each.part_of == TRUCE and each.date > month)
    return f", one begins in {later[0]}; break it then" if later else "; take a scenario with one, such as truce_holds"


def ended(instrument: Instrument, month: str) -> Instrument:
    """The same instrument, no longer in force from a month on."""
    return instrument if instrument.until and instrument.until <= month else instrument.changed(until=month)


def brought_to(restrictions: Iterable[Instrument], month: str) -> list[Instrument]:
    """The restrictions in their order and for as long as they were to last, the first of them in `month`."""
    restrictions = [each for each in restrictions if each.part_of == RESTRICTIONS]
    delay = month_index(month) - month_index(min(each.date for each in restrictions))

    def moved(text: str | None) -> str | None:
        return text and month_name(month_index(text) + delay)

    return [each if delay == 0 else each.changed(date=moved(each.date), until=moved(each.until), announced=None) for each in restrictions]


def renamed(instrument: Instrument, taken: set[str], month: str) -> Instrument:
    """The same instrument under a name that no earlier one has."""
    ways = (instrument.name, f"{instrument.name}, {month}", *(f"{instrument.name}, {month} ({number})" for number in range(2, len(taken) + 2)))
    free = next(name for name in ways if name not in taken)
    return instrument if free == instrument.name else instrument.changed(name=free)
