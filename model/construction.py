"""Construction: capacity on its way, from the projects known today and from new decisions."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.chain import EARTHS
from model.names import DY, MONTHS_A_YEAR, TB, month_index
from model.rules.numerics import in_turn, share_of
from model.world import Project

if TYPE_CHECKING:
    from model.model import TradeModel

BEYOND = 260
"""Months kept beyond the last one for what is still being built."""
KNOWN_UNTIL = "2026-06"
"""Projects that were to start by then are taken as they were reported; later ones may slip."""
AT_ONCE = 1.0
"""Ramp of what happens at one moment: a moment within a month falls partly in the next."""


class Construction:
    """Capacity by the month in which it starts to produce; a plant ramps up evenly, and part of a month counts as its part."""

    def __init__(self, model: "TradeModel", projects: Iterable[Project]) -> None:
        self.model = model
        months = model.last + BEYOND
        self.due = np.zeros((months, model.count))
        self.heavy_due = np.zeros((2, months, model.count))
        self.news = np.zeros((months, model.count))
        for project in projects:
            self.schedule(project)
        p, self.quota_growth = model.p, 1.0
        self.lag = self.lags(**{process.kind: getattr(p, process.months_to_build) for process in EARTHS.processes if process.months_to_build})
        self.heavy_lag, self.builders = self.lags(Refiner=p.lag_heavy), slice(model.rows["Miner"].start, model.rows["MagnetMaker"].stop)
        self.heavy_ahead = float(in_turn(in_turn(self.heavy_due[0] * model.abroad)))

    def lags(self, **months: float) -> np.ndarray:
        """Months from the decision to build to the first output, by firm; 0 for kinds that build nothing."""
        lag = np.zeros(self.model.count)
        for kind, value in months.items():
            lag[self.model.rows[kind]] = value
        return lag

    def schedule(self, project: Project) -> None:
        """A project of pipeline.csv: it may fail, and what is not yet built may be late; parts of a project share their luck."""
        p, chance, key = self.model.p, self.model.chance, self.model.key_of(project.name)
        if chance.uniform("project", 0, key) >= project.probability * p.pipeline_share:
            return
        slips = project.start > month_index(KNOWN_UNTIL)
        late = abs(float(chance.normal("delay", 0, key))) * p.project_delay * project.lead_months if slips else 0.0
        start, ramp, row = project.start + late, p.new_plant_yield_ramp, project.row
        kernels.come_up(project.grams, start, ramp, self.due[:, row])
        for circuit, grams in zip(self.heavy_due, project.heavy, strict=True):
            kernels.come_up(grams, start, ramp, circuit[:, row])
        kernels.come_up(project.grams, max(start - project.lead_months, 0.0), AT_ONCE, self.news[:, row])

    def open(self) -> None:
        """Tells firms what starts to produce, and what construction starts, this month."""
        model, now = self.model, self.model.now
        model.arriving[:] = self.due[now]
        model.heavy_arriving[:] = self.heavy_due[:, now]
        model.announced[:] = self.news[now]
        self.heavy_ahead -= float(in_turn(self.heavy_due[0, now] * model.abroad))
        self.quota_growth = math.pow(1.0 + model.p.china_capacity_growth, now / MONTHS_A_YEAR)

    def begin(self) -> None:
        """Decisions taken this month become capacity after their construction time."""
        model, ramp = self.model, self.model.p.new_plant_yield_ramp
        kernels.build(model.started, self.lag, model.now, ramp, self.due)
        model.underway[self.builders] += model.started[self.builders]
        self.begin_heavy(model.rows["Refiner"], ramp)

    def begin_heavy(self, rows: slice, ramp: float) -> None:
        """A heavy circuit is built for the Dy and Tb of the plant's feed."""
        model, dy = self.model, self.model.heavy_started
        self.heavy_ahead += float(in_turn(dy[rows] * model.abroad[rows]))
        tb = dy * share_of(model.blend[TB], model.blend[DY])
        kernels.build(dy, self.heavy_lag, model.now, ramp, self.heavy_due[0])
        kernels.build(tb, self.heavy_lag, model.now, ramp, self.heavy_due[1])

    def heavy_underway(self) -> float:
        """Dy capacity outside China still to come, grams a month."""
        return self.heavy_ahead


