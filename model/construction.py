"""Construction: capacity on its way, from the projects known today and from new decisions."""

import math

import numpy as np

from model.names import DY, TB, month_index
from model.rules.numerics import share_of

BEYOND = 260
"""Months kept beyond the last one for what is still being built."""
KNOWN_UNTIL = "2026-06"
"""Projects that were to start by then are taken as they were reported; later ones may slip."""
MONTHS_A_YEAR = 12


class Construction:
    """Capacity by the month in which it starts to produce; a plant ramps up in equal monthly steps."""

    def __init__(self, model, projects):
        self.model = model
        months = model.last + BEYOND
        self.due = np.zeros((months, model.count))
        self.heavy_due = np.zeros((months, 2, model.count))
        self.news = np.zeros((months, model.count))
        for project in projects:
            self.schedule(project)
        self.quota_growth = 1.0
        self.heavy_ahead = float((self.heavy_due[:, 0] @ model.abroad).sum())

    def schedule(self, project):
        """A project of pipeline.csv: it may fail, and what is not yet built may be late; parts of a project share their luck."""
        p, chance, key = self.model.p, self.model.chance, self.model.key_of(project.name)
        if chance.uniform("project", 0, key) >= project.probability * p.pipeline_share:
            return
        late = 0
        if project.start > month_index(KNOWN_UNTIL):
            late = round(abs(float(chance.normal("delay", 0, key))) * p.project_delay * project.lead_months)
        start = project.start + late
        steps = min(int(p.new_plant_yield_ramp), max(self.due.shape[0] - start, 0))
        if steps <= 0:
            return
        self.due[start : start + steps, project.row] += project.grams / steps
        self.heavy_due[start : start + steps, :, project.row] += np.array(project.heavy) / steps
        self.news[max(start - project.lead_months, 0), project.row] += project.grams

    def open(self):
        """Tells firms what starts to produce, and what construction starts, this month."""
        model, now = self.model, self.model.now
        model.arriving[:] = self.due[now]
        model.heavy_arriving[:] = self.heavy_due[now]
        model.announced[:] = self.news[now]
        self.heavy_ahead -= float(self.heavy_due[now, 0] @ model.abroad)
        self.quota_growth = math.pow(1.0 + model.p.china_capacity_growth, now / MONTHS_A_YEAR)

    def begin(self):
        """Decisions taken this month become capacity after their construction time."""
        model, p = self.model, self.model.p
        for kind, lag in (("Miner", p.lag_mine), ("Refiner", p.lag_refine), ("MetalMaker", p.lag_magnet), ("MagnetMaker", p.lag_magnet)):
            rows, start, steps = model.rows[kind], model.now + round(lag), round(p.new_plant_yield_ramp)
            started = model.started[rows]
            self.due[start : start + steps, rows] += started / steps
            model.underway[rows] += started
        self.begin_heavy(model.rows["Refiner"], model.now + round(p.lag_heavy), round(p.new_plant_yield_ramp))

    def begin_heavy(self, rows, start, steps):
        """A heavy circuit is built for the Dy and Tb of the plant's feed."""
        model = self.model
        started = model.heavy_started[rows]
        self.heavy_ahead += float(started @ model.abroad[rows])
        tb = started * share_of(model.blend[TB, rows], model.blend[DY, rows])
        self.heavy_due[start : start + steps, 0, rows] += started / steps
        self.heavy_due[start : start + steps, 1, rows] += tb / steps

    def heavy_underway(self):
        """Dy capacity outside China still to come, grams a month."""
        return self.heavy_ahead


