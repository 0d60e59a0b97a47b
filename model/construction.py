"""Construction: capacity on its way, from the projects known today and from new decisions."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.chain import Process
from model.names import MONTHS_A_YEAR, month_index
from model.projects import KILO, Projects, last_known, slip, undecided
from model.rules.investment import support
from model.rules.numerics import in_turn, most, share_of
from model.start.recipes import GRAMS
from model.world import Project

if TYPE_CHECKING:
    from model.model import TradeModel

BEYOND = 260
"""Months kept beyond the last one for what is still being built."""
AT_ONCE, EVEN = 1.0, 0.0
"""Ramp of what happens at one moment, and how steep it is: a moment within a month falls partly in the next."""


class Construction:
    """Capacity by the month in which it starts to produce; a plant ramps up evenly, and part of a month counts as its part.

    Arrays begin with the world's first month: due and news (month, firm), secondary (product, month, firm).
    """

    def __init__(self, model: "TradeModel", projects: Iterable[Project]) -> None:
        self.model, chain, p = model, model.chain, model.p
        months = model.last - model.first + BEYOND
        self.due, self.news = np.zeros((months, model.count)), np.zeros((months, model.count))
        self.secondary = np.zeros((len(chain.secondary), months, model.count))
        self.known_until = month_index(model.facts.history_end)
        self.separators = [process for process in chain.of_kind("Refiner") if process.circuits]
        self.deciding = [process for process in chain.processes if process.investment]
        self.counted = {process.name: self.slot(process) for process in self.separators}
        """Place, among secondary products, of the one by which circuits are counted, by process."""
        known, still = undecided(model, projects, last_known(model))
        self.costs: dict[int, list[tuple[int, float, float]]] = {}
        """What known projects cost their firms: month, then firm, million USD and months to build."""
        for project in sorted(known, key=lambda each: (each.part, each.row, each.good)):
            self.schedule(project)
        self.reported = self.due.copy()
        """The part of `due` that is decided on and reported."""
        self.projects = Projects(model, still, last_known(model))
        self.lag, self.circuit_lag = np.zeros(model.count), np.zeros(model.count)
        for process in chain.processes:
            if process.investment:
                self.lag[model.rows[process.name]] = getattr(p, process.investment.months_to_build)
            if process.circuits:
                self.circuit_lag[model.rows[process.name]] = getattr(p, process.circuits.months_to_build)
        for process in self.separators:
            rows = model.rows[process.name]
            model.circuit_underway[rows] = in_turn(self.secondary[self.slot(process)].T)[rows]

    def slot(self, process: Process) -> int:
        """Place, among secondary products, of the one by which a process's circuits are counted."""
        return self.model.chain.secondary.index(process.circuits.price_good) if process.circuits else 0

    def schedule(self, project: Project) -> None:
        """A project of pipeline.csv whose course is known: it may fail, and what is not yet built may be late; parts of a project share their luck."""
        model, p, key = self.model, self.model.p, np.array([self.model.key_of(project.name)], np.uint64)
        if model.chance.uniform("project", 0, key)[0] >= project.probability * p.pipeline_share:
            return
        slips = project.start > self.known_until
        land = np.array([model.key_of(model.country_of[project.row])], np.uint64)
        late = float(slip(model, key, land)[0]) * p.project_delay * project.lead_months if slips else 0.0
        start, ramp, steep, row = project.start - model.first + late, p.new_plant_yield_ramp, p.ramp_steepness, project.row
        if start + ramp <= 0.0:
            return
        if not project.main:
            if project.good in model.chain.secondary:
                kernels.come_up(project.grams, start, ramp, steep, self.secondary[model.chain.secondary.index(project.good), :, row])
            return
        kernels.come_up(project.grams, start, ramp, steep, self.due[:, row])
        kernels.come_up(project.grams, max(start - project.lead_months, 0.0), AT_ONCE, EVEN, self.news[:, row])
        begun = math.floor(start - project.lead_months)
        if project.capex > 0.0 and begun >= 0 and model.abroad[row] > 0.0:
            self.costs.setdefault(begun, []).append((row, project.capex * (1.0 - p.state_support * project.state_money), project.lead_months))

    def coming(self, row: int, slot: int = -1) -> float:
        """Capacity a firm has on its way or may yet decide on, leading grams a month: for its main product, or in the circuit of that place among secondary products."""
        due, projects = self.due if slot < 0 else self.secondary[slot], self.projects
        return float(in_turn(due[self.model.elapsed + 1 :, row])) + float(in_turn((projects.grams if slot < 0 else projects.circuits[slot])[projects.open_at(row)]))

    def open(self) -> None:
        """Tells firms what starts to produce, and what construction starts, this month."""
        model, now = self.model, self.model.elapsed
        model.arriving[:] = self.due[now]
        if len(self.secondary):
            model.circuit_arriving[:] = self.secondary[:, now]
        model.announced[:] = self.news[now]
        for row, million, months in self.costs.pop(now, ()):
            model.finance.spend(row, million, months)
        for process in self.separators:
            rows = model.rows[process.name]
            model.circuit_underway[rows] = most(model.circuit_underway - self.secondary[self.slot(process), now], 0.0)[rows]

    def begin(self) -> None:
        """Projects are judged, and decisions taken this month become capacity after their construction time."""
        model, p = self.model, self.model.p
        self.projects.month()
        self.pay_for_lines()
        kernels.build(model.started, self.lag * model.levers.months_to_build, model.elapsed, p.new_plant_yield_ramp, p.ramp_steepness, self.due)
        for process in model.chain.processes:
            rows = model.rows[process.name]
            if process.kind != "Recycler":
                model.underway[rows] += model.started[rows]
        for process in self.separators:
            self.begin_circuits(process, model.rows[process.name])

    def pay_for_lines(self) -> None:
        """Firms pay for the lines they add; entrants have purses of their own."""
        model, p, million = self.model, self.model.p, np.zeros(self.model.count)
        for process in self.deciding:
            rows = model.rows[process.name]
            per_gram = self.model.outlook.prospects[process.name].capex * p.brownfield * MONTHS_A_YEAR / GRAMS / KILO
            million[rows] = (model.adds * model.cost_to_build / model.measures.content_of_product)[rows] * per_gram
        alert = most(model.belief, model.vigilance)
        borne, both = (support(alert, p.belief_background, p.support_slope, aid, p.support_most) for aid in (0.0, model.credited))
        model.finance.add_lines(million, borne, both - borne)

    def begin_circuits(self, process: Process, rows: slice) -> None:
        """Circuits are built for the secondary products of the plant's feed, in its proportions."""
        model, p, first = self.model, self.model.p, self.model.circuit_started
        model.circuit_underway[rows] += first[rows]
        lead, counted = model.chain.lead, model.chain.secondary[self.slot(process)]
        for slot, good in enumerate(model.chain.secondary):
            if good in process.makes:
                of_good = first if good == counted else first * share_of(model.blend[lead[good]], model.blend[lead[counted]])
                kernels.build(of_good, self.circuit_lag * model.levers.months_to_build, model.elapsed, p.new_plant_yield_ramp, p.ramp_steepness, self.secondary[slot])
