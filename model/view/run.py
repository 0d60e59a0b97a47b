"""A run: one visitor's model of one scenario, and what the page may see of it."""

import logging
from dataclasses import dataclass, replace

import xarray as xr

from model import Scenario, TradeModel
from model.errors import InputError
from model.ledger import LedgerError
from model.names import month_index
from model.observe import Observer
from model.patches import Patch
from model.policies import ExportLicence, Instrument
from model.policies.shock import Shock
from model.policies.truce import without_gone
from model.view import news, series
from model.view.atlas import Atlas
from model.view.settings import here
from model.view.snapshot import Snapshot
from model.words import spoken
from model.world import World

REMEMBERED = 18
"""Months whose news stay on the page."""
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Frame:
    """Everything a page draws of one month: map, charts (float32 (line, month)), timeline, the months in words (latest first); over: the end."""

    snapshot: Snapshot
    values: bytes
    length: int
    events: tuple[dict, ...]
    told: tuple[tuple[str | None, tuple[news.Line, ...]], ...]
    results: xr.Dataset
    over: bool = False


class Stopped(RuntimeError):
    """A model that cannot go on, in words for the page."""


class Run:
    """One model with its observer and atlas; `frame` is immutable and replaced as a whole by each step."""

    def __init__(self, scenario: Scenario, seed: int = 1, until: str | None = None, world: World | None = None) -> None:
        self.scenario, self.seed, self.world = scenario, seed, world or here()
        self.model = TradeModel(scenario, seed=seed, world=self.world)
        self.observer = Observer(self.model)
        self.last = min(self.model.last, month_index(until) if until else self.model.last)
        self.months = self.last - self.model.first + 1
        self.atlas = Atlas.of(self.model, self.observer)
        results = self.model.results()
        self.panels = series.panels(self.world, results.sector.values.tolist())
        self.names = {each["id"]: each["name"] for each in self.atlas.world["nodes"]}
        self.steered = False
        opening = (news.Line("calm", scenario.sentence),)
        self.frame = Frame(Snapshot.of(self.model, self.observer, self.atlas, results), b"", 0, tuple(news.timeline(self.model)), ((None, opening),), results)

    @property
    def over(self) -> bool:
        return self.model.now >= self.last

    def step(self) -> Frame:
        """One month; `Stopped` says what went wrong and when."""
        try:
            self.model.step()
        except (InputError, LedgerError) as error:
            raise Stopped(f"The model stopped: {error}") from error
        except Exception as error:
            LOG.exception("a step failed")
            raise Stopped(f"The model stopped after {self.model.month or 'its start'}: {error or type(error).__name__}") from error
        results = self.model.results()
        before, after = self.frame.snapshot, Snapshot.of(self.model, self.observer, self.atlas, results)
        lines = news.tell(self.model, results, self.names, before, after)
        told = ((after.month, lines), *self.frame.told)[:REMEMBERED]
        self.frame = Frame(after, series.matrix(self.world, results).tobytes(), results.sizes["month"], tuple(news.timeline(self.model)), told, results, self.over)
        return self.frame

    # ------------------------------------------------------------------ steering
    def impose(self, instrument: Instrument) -> None:
        """Puts an instrument in force, or changes one from the coming month on; the months in which the old one acted stay in the history."""
        month, known = news.next_month(self.model), self.model.book.instruments
        with spoken(self.world.words), self.model.book.whole():
            if instrument.name in known and known[instrument.name].date < month:
                instrument = self.go_on(known[instrument.name], instrument, month)
            if instrument.date < month:
                raise InputError(f"date: {instrument.date} is over; give {month} or later")
            self.model.impose(instrument)
        self.changed()

    def go_on(self, old: Instrument, new: Instrument, month: str) -> Instrument:
        """The changed instrument from the coming month on, for the rest of its months; the old one ends."""
        left = {"months": new.months - (month_index(month) - month_index(old.date))} if isinstance(new, Shock) else {}
        fresh = new.changed(name=f"{new.name}, changed {month}", date=month, announced=None, **left)
        self.model.book.suspend_too(old.name, fresh.name)
        self.end(old.name)
        return fresh

    def end(self, name: str) -> None:
        """Ends an instrument with the coming month; the months in which it acted stay in the history."""
        instrument, month = self.model.book.instruments[name], news.next_month(self.model)
        self.model.lift(name)
        with spoken(self.world.words):
            if instrument.date < month:
                self.model.book.add(instrument.changed(until=month))
            elif instrument.announced is not None and instrument.announced < month and isinstance(instrument, ExportLicence):
                self.model.book.add(instrument.changed(date=instrument.announced, announced=None, until=month, controlled_share=0.0, announced_openness=1.0))
        self.changed()

    def lay(self, patch: Patch) -> None:
        """All measures of a patch, from the coming month on where they would have begun earlier; refused as a whole if one is."""
        month = news.next_month(self.model)
        if patch.parameters:
            raise InputError(f"{patch.name} changes parameters ({', '.join(patch.parameters)}), which stand from the first month on; lay it over the scenario in Settings")
        with spoken(self.world.words), self.model.book.whole():
            for each in patch.events:
                self.impose(each if each.date >= month else each.changed(date=month, announced=None))

    def break_truce(self) -> None:
        """The truce ends and the restrictions come with the coming month; refused where no truce stands."""
        self.model.break_truce()
        self.changed()

    def changed(self) -> None:
        self.steered = True
        self.frame = replace(self.frame, events=tuple(news.timeline(self.model)))

    def history(self) -> Scenario:
        """The scenario as steered so far, ready for an experiment."""
        name = f"{self.scenario.name}_steered" if self.steered else self.scenario.name
        events = sorted(without_gone(self.model.book.instruments.values()), key=lambda each: each.date)
        with spoken(self.world.words):
            return Scenario(**{key: getattr(self.scenario, key) for key in Scenario.model_fields} | {"name": name, "events": tuple(events)})


