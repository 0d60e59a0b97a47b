"""A scenario without some of its events: to see what they are worth."""

from collections.abc import Container

from model import Scenario, Truce
from model.policies.instrument import Instrument


def without(scenario: Scenario, names: Container[str]) -> Scenario:
    """The same scenario without the events of these names; truces suspend what is left of what they suspended, and go where nothing is."""
    kept: list[Instrument] = []
    for event in scenario.events:
        if isinstance(event, Truce) and any(name in names for name in event.suspends):
            left = [name for name in event.suspends if name not in names]
            kept += [event.changed(suspends=left)] if left else []
        elif event.name not in names:
            kept.append(event)
    return scenario.with_events(kept)
