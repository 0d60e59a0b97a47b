"""The record of programmes: what states have decided on, and which event of history each is, so that nothing is left out and nothing counts twice."""

from itertools import combinations
from typing import Any

from model import schema, sheet
from model.errors import unknown
from model.policies.instrument import INSTRUMENTS, Instrument
from model.policies.sense import overlap
from model.scenario import Scenario
from model.world import World

FILE, HISTORY = schema.PROGRAMMES.file, "history"


def check_programmes(world: World) -> None:
    """Refuses a row of programmes.csv that is an instrument and does not stand in history with its month and figure, one that says no reason, and a measure that stands twice."""
    if not world.folder.files(FILE):
        return
    rows = sheet.load(world.folder, schema.PROGRAMMES, {})
    events = {each.name: each for each in Scenario.load(HISTORY, world).events}
    for at, row in zip(rows.index, rows.to_dict("records"), strict=True):
        if row["as"] == schema.DOCUMENTATION:
            check_reason(at, row)
        else:
            check_event(at, row, events)
    mapped = rows["event"][rows["event"] != ""]
    for at in mapped.index[mapped.duplicated()]:
        sheet.refuse(FILE, at, "event", f'"{mapped[at]}" is another row as well; one measure is one row, make one of them {schema.DOCUMENTATION} and say why')
    for one, other in combinations(events.values(), 2):
        if one.order == other.order and overlap(one, other):
            sheet.refuse(FILE, None, None, f'history has "{one.name}" and "{other.name}", which say the same at the same time; keep one of them')


def check_reason(at: int, row: dict[str, Any]) -> None:
    """What is documentation says why, and is no event."""
    if not row["why"]:
        sheet.refuse(FILE, at, "why", "is empty; say which table holds it, or why nothing does")
    if row["event"]:
        sheet.refuse(FILE, at, "event", f'is "{row["event"]}" and the row {schema.DOCUMENTATION}; leave it empty, or name the kind of instrument in as')


def check_event(at: int, row: dict[str, Any], events: dict[str, Instrument]) -> None:
    """What is an instrument is an event of history of that kind, with that month and that figure."""
    if row["as"] not in INSTRUMENTS:
        sheet.refuse(FILE, at, "as", unknown("instrument", row["as"], (schema.DOCUMENTATION, *INSTRUMENTS)))
    event = events.get(row["event"])
    if event is None:
        sheet.refuse(FILE, at, "event", unknown("event of history", row["event"], events))
    if type(event).__name__ != row["as"]:
        sheet.refuse(FILE, at, "as", f'is {row["as"]}, and "{event.name}" of history is a {type(event).__name__}; correct one of them')
    if event.date != row["date"]:
        sheet.refuse(FILE, at, "date", f'is {row["date"]}, and "{event.name}" of history begins in {event.date}; correct one of them')
    if row["field"] not in type(event).model_fields:
        sheet.refuse(FILE, at, "field", unknown("field", row["field"], type(event).model_fields))
    if written(getattr(event, row["field"])) != row["figure"]:
        sheet.refuse(FILE, at, "figure", f'is {row["figure"]}, and {row["field"]} of "{event.name}" is {written(getattr(event, row["field"]))}; correct one of them')


def written(value: Any) -> str:
    """A field's value as the table writes it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, int | float) else str(value)
