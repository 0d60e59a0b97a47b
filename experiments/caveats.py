"""What a reader of a result must know: whether controls still stand when it is measured, which figures rest on an assumption, which do not add up."""

from collections.abc import Sequence
from typing import TypeGuard

import pandas as pd
import xarray as xr

from experiments import headline
from experiments.wording import figure_units, spoken
from model import ExportLicence, Scenario
from model.names import month_index, month_name
from model.policies.export_measure import ExportMeasure

ENOUGH = 30
"""Replicates from which on an interval of 5 to 95 % is more than rough."""
UNMET = "need designed out or priced out is not counted as unmet"
PARTS = "medians of parts do not sum to the median of the whole"
OWN_NEED = "percentages are of each one’s own need and do not sum"
LIFTED = "lifted"
"""Coordinate: the first month in which none of the export controls stands that a scenario has and the first has not; "" if it has none."""
STANDING, OPEN = "never", "as the states decide"
"""What it says where they stand in the last month, and where reactive states decide in the run."""
FACTOR = "usa_factor"
"""Coordinate: licences for the United States against those for others, where a scenario assumes it; NaN where it does not."""


def rough(replicates: int) -> str:
    """A warning where too few replicates stand behind an interval; "" where there are enough, or none."""
    return counted(replicates, "replicate") if 0 < replicates < ENOUGH else ""


def counted(replicates: int, name: str) -> str:
    """So many replicates, with a warning where they are too few for an interval."""
    return f"{replicates} {name}{'s' * (replicates != 1)}{': the interval is rough' * (replicates < ENOUGH)}"


# ---- noted in the runs


def note_controls(runs: xr.Dataset, scenarios: tuple[Scenario, ...]) -> None:
    """Write into the runs until when each scenario's own controls stand and which factor it assumes for the United States."""
    first, months = scenarios[0], [month_index(str(month)) for month in runs.month.values]
    runs.coords[LIFTED] = ("scenario", [lifted(first, each, months) for each in scenarios], {"long_name": "first month without the controls the first scenario has not"})
    factors = [usa_factor(first, each, months, headline.of(runs).goods) for each in scenarios]
    runs.coords[FACTOR] = ("scenario", factors, {"units": "1", "long_name": "assumed approvals for the United States against those for others"})


def lifted(first: Scenario, other: Scenario, months: Sequence[int]) -> str:
    """First of the months, given by their numbers, from which on no export control stands that the first scenario has not."""
    if other.doctrines != first.doctrines:
        return OPEN
    own = [month for month in months if controls(other, month).keys() - controls(first, month).keys()]
    return "" if not own else STANDING if own[-1] == months[-1] else month_name(own[-1] + 1)


def controls(scenario: Scenario, month: int) -> dict[tuple, ExportMeasure]:
    """The export controls in force, by what they are: renewals and other offices of one regime are one control."""
    return {kind(each): each for each in scenario.in_force(month) if isinstance(each, ExportMeasure)}


def kind(control: ExportMeasure) -> tuple:
    """A control's kind, state, and regime or own terms, whatever its name and dates."""
    regime = getattr(control, "regime", None)
    terms = regime or repr(sorted(control.model_dump(exclude={"name", "date", "until", "note", "source"}).items()))
    return type(control).__name__, control.origin, terms


def usa_factor(first: Scenario, other: Scenario, months: Sequence[int], goods: Sequence[str]) -> float:
    """The least share of others' approvals that a control of its own assumes for the United States, some goods counting; NaN if none assumes any."""
    own = {name: each for month in months for name, each in controls(other, month).items() if name not in controls(first, month)}
    found = [terms.destination_factor.get("USA", 1.0) for each in own.values() if reaches_usa(each) and assumed(each, goods) for terms in each.terms()]
    return min((factor for factor in found if factor < 1), default=float("nan"))


def reaches_usa(control: ExportMeasure) -> TypeGuard[ExportLicence]:
    """Whether it is a licence that buyers in the United States need."""
    return isinstance(control, ExportLicence) and "USA" in control.buyers


def assumed(control: ExportLicence, goods: Sequence[str]) -> bool:
    """Whether nothing observed stands behind a licence's terms for some goods: an assumed regime of the table, or terms of its own."""
    table = pd.read_csv(control.words.folder.file("regimes.csv"))
    rows = table[table.regime == control.regime]
    mine = rows[[not set(goods).isdisjoint(each.split(";")) for each in rows.goods]]
    return control.regime is None or (mine.confidence == "assumption").any()


# ---- told


def standing(pair: xr.Dataset, month: str) -> str:
    """In which state of the alternative's controls a month's figures are measured; "" if it has none or nothing was noted."""
    until = str(pair[LIFTED].values[1]) if LIFTED in pair.coords else ""
    if until == OPEN:
        return "under whatever controls the states then keep"
    if until == STANDING or until > month:
        return "while the controls still stand"
    return f"the controls gone since {spoken(until)}" if until else ""


def usa(pair: xr.Dataset) -> str:
    """That the part of the United States rests on an assumed factor; "" if it does not or nothing was noted."""
    if LIFTED in pair.coords and pair[LIFTED].values[1] == OPEN:
        return "the USA’s part rests on the factors of regimes.csv, some of them assumed"
    factor = float(pair[FACTOR].values[1]) if FACTOR in pair.coords else float("nan")
    return "" if factor != factor else f"the USA’s part rests on licences assumed at {figure_units(factor)} of others’ (regimes.csv)"
