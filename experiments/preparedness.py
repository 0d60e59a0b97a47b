"""Preparedness: what a standard package of controls costs if it comes at a date, in the world as each storyline has made it by then.

A run is stopped the month before and copied twice. One copy goes on under the truce; in the other the truce gives way to the package for a year and then returns. So a storyline
under controls is tested like one under the truce: by what it has built, stocked, designed out and learnt, and not by what still stands.
"""

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from experiments import headline
from experiments.metrics import last, losses, outside, sector_cover
from model import Scenario, TradeModel
from model.errors import InputError
from model.names import month_index, month_name
from model.policies.export_measure import ExportMeasure
from model.policies.instrument import Instrument
from model.policies.vocabulary import TRUCE
from model.scenario import restrictions
from model.words import Words

PACKAGE_MONTHS, WATCHED = 12, 24
"""How long the package stands, and over how many months from its first its loss is counted."""
NAME = "standard package"
PLAIN, SHOCKED = COPIES = ("plain", "shocked")


@dataclass(frozen=True)
class Preparedness:
    """Course of a run: to each date, and from there both copies; kept is what they lose, billion USD, and what there was the month before."""

    dates: tuple[str, ...]
    truce: tuple[Instrument, ...]
    package: tuple[Instrument, ...]

    def __call__(self, model: TradeModel, until: str) -> xr.Dataset:
        """(date, copy) loss, billion USD; (date,) capacity outside China over need there, and months of cover, the month before."""
        found = []
        for date in self.dates:
            model.run_until(month_name(month_index(date) - 1))
            put_away = pickle.dumps(model)
            lost = [self.lost(pickle.loads(put_away), date, self.package if copy == SHOCKED else ()) for copy in COPIES]
            found.append(before(model).assign(loss=("copy", lost, {"units": "billion USD"})))
        return xr.concat(found, "date", coords="minimal", compat="override", combine_attrs="drop_conflicts").assign_coords(date=list(self.dates), copy=list(COPIES))

    def lost(self, model: TradeModel, date: str, package: Sequence[Instrument]) -> float:
        """What a copy loses from a date on, under the truce or with a package for a year first, billion USD."""
        kept = self.under_truce(model)
        model.book.replace([*interrupted(kept, date), *(dated(each, date) for each in package)] if package else kept)
        results = model.run_until(month_name(month_index(date) + WATCHED - 1)).results().sel(month=slice(date, None))
        headline.note(results, model.facts)
        return float(losses(results).sum())

    def under_truce(self, model: TradeModel) -> list[Instrument]:
        """The truce's course of events, and what the run's own has beside truce and restrictions."""
        names = {each.name for each in self.truce}
        return [*self.truce, *(each for each in model.course.events if each.part_of is None and each.name not in names)]


def interrupted(events: Iterable[Instrument], date: str) -> list[Instrument]:
    """The same events, but what belongs to the truce pauses for as long as the package stands."""
    back, found = month_name(month_index(date) + PACKAGE_MONTHS), []
    for each in events:
        lasts = each.until is None or each.until > back
        if each.part_of != TRUCE or (each.until is not None and each.until <= date) or each.date >= back:
            found.append(each)
            continue
        if each.date < date:
            found.append(each.changed(until=date))
        if lasts:
            found.append(each.changed(date=back, announced=None, name=f"{each.name}, back"))
    return found


def dated(instrument: Instrument, date: str) -> Instrument:
    """A part of the package, in force for a year from a date on."""
    return instrument.changed(date=date, until=month_name(month_index(date) + PACKAGE_MONTHS), announced=None, part_of=None, name=f"{NAME}: {instrument.name}")


def package_of(words: Words) -> tuple[Instrument, ...]:
    """The export controls of a world's restrictions; `InputError` where it has none."""
    found = tuple(each for each in restrictions(words) if isinstance(each, ExportMeasure))
    if not found:
        raise InputError(f"the restrictions of {words.world} limit no export, so that there is no package to try; take a world that has one")
    return found


def course(truce: Scenario, dates: Iterable[str]) -> Preparedness:
    """The course of a plan whose first scenario keeps the truce."""
    return Preparedness(tuple(dates), truce.events, package_of(truce.words))


def before(model: TradeModel) -> xr.Dataset:
    """What there is to meet a package with: capacity outside China over need there, and months of cover."""
    results = model.results().isel(month=slice(-12, None))
    headline.note(results, model.facts)
    need, cover = outside(results, "need"), sector_cover(results.isel(month=[-1])).isel(month=0, drop=True)
    weight = need.isel(month=-1, drop=True).sum("region")
    capacity = last(results.outside_capacity).sel(stage=headline.of(results).stage, drop=True) / need.sum()
    return xr.Dataset({
        "capacity": capacity.assign_attrs(units="1", long_name="working capacity outside China over need there"),
        "cover": ((cover * weight).sum() / weight.sum()).assign_attrs(units="months", long_name="cover of users outside China"),
    }, attrs=results.attrs).reset_coords(drop=True)  # fmt: skip


def months(first: str, last: str, every: int) -> list[str]:
    """Dates from one month on, so many months apart, whose loss can still be counted before the last month is over."""
    end = month_index(last) - WATCHED + 1
    return [month_name(int(at)) for at in np.arange(month_index(first), end + 1, every)]
