"""What instruments have cost and brought in so far, in words for the page."""

from model.policies import Instrument
from model.treasury import COST, INCOME, OBLIGED, Treasury
from model.view.words import number

TOLD = {COST: "paid by {payer}", INCOME: "taken in by {payer}", OBLIGED: "laid on others in {payer}"}
"""How each book of the treasury reads."""


def so_far(treasury: Treasury, instrument: Instrument) -> str:
    """Money of an instrument so far, by book and payer, and what is left of its budget; empty where none has moved.

    A bundle is told by its parts, each under a name of its own.
    """
    names = treasury.model.facts.countries["name"]
    parts = [
        f"{number(million)} million USD {TOLD[entry.book].format(payer=names[entry.payer])}"
        for entry, million in treasury.entries.items()
        if entry.name == instrument.name and million > 0.0
    ]
    if instrument.budget_usd_million is not None:
        parts.append(f"{number(treasury.left(instrument))} of {number(instrument.budget_usd_million)} million USD left")
    return "; ".join(parts)
