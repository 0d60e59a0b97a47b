"""What a reader of a result must know: whether controls still stand when it is measured, which figures rest on an assumption, which do not add up."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from experiments.wording import figure_units, spoken
from model import Scenario
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
USA = "USA"


def rough(replicates: int) -> str:
    """A warning where too few replicates stand behind an interval; "" where there are enough, or none."""
    return counted(replicates, "replicate") if 0 < replicates < ENOUGH else ""


def counted(replicates: int, name: str) -> str:
    """So many replicates, with a warning where they are too few for an interval."""
    return f"{replicates} {name}{'s' * (replicates != 1)}{': the interval is rough' * (replicates < ENOUGH)}"


# ---- noted in the runs


def note_controls(runs: xr.Dataset, scenarios: tuple[Scenario, ...]) -> None:
    """Write into the runs until when each scenario's own controls stand."""
    first, months = scenarios[0], [month_index(str(month)) for month in runs.month.values]
    runs.coords[LIFTED] = ("scenario", [lifted(first, each, months) for each in scenarios], {"long_name": "first month without the controls the first scenario has not"})


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
    """That the part of the United States rests on a drawn treatment; "" if none was drawn."""
    drawn = pair.drawn_strictness.isel(scenario=1).sel(destination=USA).values if "drawn_strictness" in pair else np.array([np.nan])
    if np.isnan(drawn).all():
        return ""
    least, most = (figure_units(float(end(drawn))) for end in (np.nanmin, np.nanmax))
    return f"the USA’s part rests on a treatment nobody has seen, drawn between {least} and {most} of its part of the licences (strictness.csv)"
