"""The month in words: what was decided, who ran short, who recovered, what opened; and the policy events for the timeline."""

from dataclasses import dataclass
from typing import Any

import xarray as xr

from model import TradeModel
from model.names import month_index, month_name
from model.observe import BUILDING, PLANNED, WORKING
from model.policies import ExportLicence, Instrument, Truce
from model.view import words
from model.view.snapshot import Snapshot
from model.view.words import Wording, wording

SEVERE = 0.5
"""Announced severity from which a licence regime counts as tightening on the timeline."""
LONG_WAIT = 0.5
"""Months of waiting below which a licence queue is not news."""
NOTABLE = 0.1
"""Share by which a licence queue must have changed within the month to be news again."""


@dataclass(frozen=True)
class Line:
    """One sentence of the month; kind: decided, stopped, recovered, opened, waiting or calm."""

    kind: str
    text: str


def tell(model: TradeModel, results: xr.Dataset, names: dict[str, str], before: Snapshot, after: Snapshot) -> tuple[Line, ...]:
    """The month's sentences, decisions first; names: what the page calls each firm."""
    lines = [*decisions(model, after), *shortages(names, before, after), *queues(results, wording(model.facts)), *plants(list(names), before, after)]
    return tuple(lines) or (Line("calm", "Nothing new: no decision, nobody newly short."),)


def decisions(model: TradeModel, after: Snapshot) -> list[Line]:
    """What came into force this month, and what ended without the same state putting another of its kind in its place."""
    book = list(model.book.instruments.values())
    begun = [each for each in book if each.date == after.month]
    kinds = {(type(each), model.book.actor(each)) for each in begun}
    ended = [each for each in book if each.until == after.month and (type(each), model.book.actor(each)) not in kinds]
    said = [(each, each.name) for each in begun] + [(each, f"{each.name} has ended") for each in ended]
    states = dict.fromkeys(country(model, each) for each, _ in said)
    return [Line("decided", f"{state}: {'; '.join(text for each, text in said if country(model, each) == state)}.") for state in states]


def country(model: TradeModel, instrument: Instrument) -> str:
    """The acting state's name."""
    return model.facts.countries.name[model.book.actor(instrument)]


def shortages(names: dict[str, str], before: Snapshot, after: Snapshot) -> list[Line]:
    """Firms and industries newly short of input, and those no longer short."""
    new = sorted((name for name in after.short if name not in before.short), key=lambda name: -after.short[name])
    over = [name for name in before.short if name not in after.short]
    lines = [Line("stopped", f"Short of input: {words.listed([f'{names[n]} ({after.short[n]:.0%})' for n in new])}.")] if new else []
    return lines + ([Line("recovered", f"No longer short: {words.listed([names[n] for n in over])}.")] if over else [])


def queues(results: xr.Dataset, said: Wording) -> list[Line]:
    """What waits at the border, if the wait is worth telling and not what it was a month ago."""
    lines, waits = results["licence_queue"].values, results["licence_wait"].values[-1]
    line, before = lines[-1], lines[-2:][0].sum()
    if abs(line.sum() - before) <= NOTABLE * before:
        return []
    worst = max((i for i in range(line.size) if line[i] >= 1.0), key=lambda i: waits[i], default=None)
    if worst is None or waits[worst] < LONG_WAIT:
        return []
    return [Line("waiting", f"{words.number(float(line.sum()))} t wait for an export licence; {said.goods[results.good.values[worst]]} about {waits[worst]:.1f} months.")]


def plants(names: list[str], before: Snapshot, after: Snapshot) -> list[Line]:
    """Plants that began to produce or to be built."""
    if not before.status:
        return []
    pairs = list(zip(names, before.status, after.status, strict=True))
    opened = [name for name, was, now in pairs if was != WORKING and now == WORKING]
    begun = [name for name, was, now in pairs if was == PLANNED and now == BUILDING]
    lines = [Line("opened", f"Began to produce: {words.listed(opened)}.")] if opened else []
    return lines + ([Line("opened", f"Construction began: {words.listed(begun)}.")] if begun else [])


def timeline(model: TradeModel) -> list[dict[str, Any]]:
    """Policy events in the order of their months, counted from the first: {month, label, weight}; weight 1 tightens, -1 eases, 0 neither."""
    known = [each for each in model.book.instruments.values() if month_index(each.date) <= model.last]
    marks: list[dict[str, Any]] = [{"month": month_index(each.date) - model.first, "label": each.name, "weight": weight(each)} for each in known]
    return sorted(marks, key=lambda mark: mark["month"])


def weight(instrument: Instrument) -> int:
    """Whether an instrument tightens (1) or eases (-1) trade; a licence by the severity it announces."""
    if isinstance(instrument, Truce):
        return -1
    if isinstance(instrument, ExportLicence):
        return 1 if max(terms.announced_severity for terms in instrument.terms()) >= SEVERE else -1
    return 1


def next_month(model: TradeModel) -> str:
    """The month a decision taken now comes into force."""
    return month_name(model.now + 1)
