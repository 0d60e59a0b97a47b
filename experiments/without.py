"""A scenario without some of its events: to see what they are worth."""

from collections.abc import Collection

from model import Scenario, Truce
from model.policies.framework import PART
from model.policies.instrument import Instrument


def without(scenario: Scenario, names: Collection[str]) -> Scenario:
    """The same scenario without the events of these names, a framework's parts by its name; truces suspend what is left of what they suspended, and go where nothing is."""
    kept: list[Instrument] = []
    for event in scenario.events:
        if isinstance(event, Truce) and not gone(event.name, names) and any(gone(name, names) for name in event.suspends):
            left = [name for name in event.suspends if not gone(name, names)]
            kept += [event.changed(suspends=left)] if left else []
        elif not gone(event.name, names):
            kept.append(event)
    return scenario.with_events(kept)


def gone(name: str, names: Collection[str]) -> bool:
    """Whether an instrument goes with the events of some names."""
    return any(belongs(name, each) for each in names)


def belongs(name: str, event: str) -> bool:
    """Whether an instrument is an event of this name, or a part of the framework of this name."""
    return name == event or name.startswith(event + PART)
