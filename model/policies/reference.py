"""The trade a limit is measured against: the last months of free trade, never those another control has already cut.

A renewal inherits the reference of what it renews, and so does each rung of a state that tightens step by step: months under any
control of the same origin and good do not count, and free months between two controls count only where they are enough for a past.
"""

from collections.abc import Collection, Sequence
from typing import Any

from model.errors import InputError
from model.names import month_index, month_name

MONTHS = 12
"""Months of free trade that make a reference, where there are so many."""
FEWEST = 6
"""Months in a row below which there is no past to measure against."""

INSTEAD = {"capacity_share": 'write capacity_share = "none"', "share_of_reference": "give tonnes_per_year", "destination_factor": "write 1 for the destinations, or name a regime that strictness.csv does not"}
"""What to give where there is no past to take a share of."""

Restricted = frozenset[tuple[str, str]]
"""Exporting country and good of every export that is controlled in a month."""


def free_months(restricted: Sequence[Restricted], countries: Collection[str], good: str, month: int) -> list[int]:
    """The last twelve months in a row before `month` without a control of the good in any of the countries, counted from the first; none if fewer than six are in a row."""
    run: list[int] = []
    for past in range(min(month, len(restricted)) - 1, -1, -1):
        if any((country, good) in restricted[past] for country in countries):
            if len(run) >= FEWEST:
                break
            run = []
        elif len(run) < MONTHS:
            run.append(past)
    return run[::-1] if len(run) >= FEWEST else []


def refuse_without_past(measure: Any, field: str, good: str, first: int) -> None:
    """Says that nothing can be measured, and what to do."""
    at = month_index(measure.reference)
    raise InputError(
        f'{type(measure).__name__} "{measure.name}": {field}: {good} from {measure.origin} was traded freely for less than {FEWEST} months '
        f"in a row before {month_name(at)}, so there is no flow to take a share of; begin in {month_name(first + FEWEST)} or later, or {INSTEAD[field]}"
    )
