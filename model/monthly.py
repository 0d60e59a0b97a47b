"""A Mesa model that runs by the month: Mesa's clock, its seeds, its page and its batches work with it."""

from typing import Any

import mesa
import numpy as np

from model.checked import SHORT
from model.errors import InputError
from model.headlines import Headlines
from model.names import month_name

SEEDS = int(np.iinfo(np.int32).max)
"""Seeds that are drawn are below this, so that every tool and file can hold them."""
USUAL_SEED = 1
"""The seed of a run that is given none."""
SOURCES = np.random.SeedSequence | np.random.BitGenerator | np.random.Generator
"""What a seed can be drawn from."""


def seed_of(seed: object, rng: object = None) -> int:
    """The whole number behind a run's luck: the one given, or one drawn from a source of random numbers (from the system if None).

    rng: what Mesa calls a seed. InputError if both are given, or if what is given is neither a number nor a source.
    """
    if rng is not None and seed not in (None, USUAL_SEED):
        raise InputError(f"TradeModel: rng: {SHORT.repr(rng)} is a second seed beside {SHORT.repr(seed)}; give one of them")
    given = seed if rng is None else rng
    if given is None or isinstance(given, SOURCES):
        return int(np.random.default_rng(given).integers(SEEDS))
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 0:
        raise InputError(f"TradeModel: seed: {SHORT.repr(given)} is not a whole number from 0 up; give one, or None to have one drawn")
    return int(given)


class MonthlyModel(mesa.Model):
    """Runs from month to month. `now` counts the months begun (from the one before the first), `last` is the last to come, `month` names the one that ended last.

    datacollector: the run's headlines by month (`model.headlines`), unless a model sets a collector of its own.
    """

    datacollector = Headlines()

    @property
    def scenario(self) -> Any:
        """Mesa's place for parameters of its own kind, left empty: so Mesa's page makes new models from their arguments alone."""
        raise AttributeError(f"a {type(self).__name__} has no `scenario` in Mesa's sense; the course of events it simulates is `course`")

    @scenario.setter
    def scenario(self, given: object) -> None:
        if "course" in self.__dict__:  # Mesa sets its own before there is a course
            raise AttributeError("the scenario of a model cannot be changed; make a new model, or use impose and lift")

    @property
    def between_months(self) -> bool:
        """Whether no month is half done."""
        return self.month == (month_name(self.now) if self.now >= self.first else None)

    def check_time(self) -> None:
        """InputError unless another month can begin: the one before ended well and was not the last."""
        if not self.between_months:
            raise InputError(f"{self.course.name}: {month_name(self.now)} was broken off by an error; make a new model, or go on from one saved before it")
        if self.now >= self.last:
            raise InputError(f"{self.course.name}: last_month: the scenario ends in {month_name(self.last)}; set last_month later")

    def turn_page(self) -> None:
        """The next month begins."""
        self.check_time()
        self.now += 1

    def name_month(self) -> None:
        """The month is over; `running` is False once it was the last."""
        self.month: str | None = month_name(self.now)  # None before the first is over
        if self.now >= self.last:
            self.running = False

    def _advance_time(self, until: float) -> None:
        """Mesa's clock goes on to a time. An error stops it, and later steps would do nothing in silence: so it is set going again."""
        if self._default_schedule.next_scheduled_time <= self.time:
            self._default_schedule.pause()
            self._default_schedule.resume()
        super()._advance_time(until)
