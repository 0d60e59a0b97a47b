"""Projects: plants that somebody means to build, from the idea to nameplate or to the drawer (E11)."""

import math
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from model import kernels
from model.names import MONTHS_A_YEAR, month_index, month_name
from model.rules.investment import annuity, cleared, funds, gained, present_value, support
from model.rules.numerics import LEAST, choose, least, most
from model.world import Project

if TYPE_CHECKING:
    from model.model import TradeModel
    from model.policies.public_money import Support

STATES = ("idea", "feasibility", "financed", "construction", "ramp", "operating", "cancelled")
"""What becomes of a project, in order; idle and closed are states of plants, not of projects."""
UNDECIDED, DECIDED = STATES[:3], STATES[3:6]
IDEA, FEASIBILITY, FINANCED, CONSTRUCTION, RAMP, OPERATING, CANCELLED = range(len(STATES))
NEVER = np.iinfo(np.int64).max
"""Month of what has not happened."""
WINDOW = 60
"""Months after the date of the table within which a project is decided on with its `success_probability`."""
KILO, MILLION = 1e3, 1e6
MEAN_SLIP = math.sqrt(2.0 / math.pi)
"""Mean of how far projects slip, in spreads (`slip`)."""
REVIEW = 3
"""Months between reviews of what a project is worth: boards look at it by the quarter."""


class Projects:
    """The named projects of pipeline.csv outside China that investors decide on, arrays over projects.

    state: place in `STATES`; decided, opens, full, dropped: months (as `names.month_index`) of the decision, first output, nameplate and cancellation, NEVER before;
    bare, gain: net present value per unit of capital as last judged, without what its term brings, and what a unit of that adds; value: both together, threshold: what
    waiting is worth; hope: cumulated hazard of a decision, doubt: of being dropped.
    """

    def __init__(self, model: "TradeModel", lines: Iterable[Project], known_until: int) -> None:
        self.model, chain, p = model, model.chain, model.p
        sites = [list(group) for _, group in groupby(sorted(lines, key=lambda line: (line.part, line.row)), key=lambda line: (line.part, line.row))]
        self.count, first = len(sites), [next((line for line in site if line.main), site[0]) for site in sites]
        self.name, self.row = [line.part for line in first], np.array([line.row for line in first], np.int64)
        self.grams = np.array([math.fsum(line.grams for line in site if line.main) for site in sites])
        self.circuits = np.zeros((len(chain.secondary), self.count))
        for at, site in enumerate(sites):
            for line in site:
                if not line.main:
                    self.circuits[chain.secondary.index(line.good), at] += line.grams
        self.process = np.array([model.does[row] for row in self.row], object)
        self.of = {process.name: np.flatnonzero(self.process == process.name) for process in chain.processes}
        self.state = np.array([STATES.index(line.state) for line in first], np.int64)
        self.lead = np.array([line.lead_months for line in first])
        self.date = np.array([line.decision for line in first], np.int64)
        self.known_until, self.opening = known_until, np.maximum(self.date, known_until + 1)
        """First month in which it may be decided on."""
        self.borne = p.state_support * np.array([line.state_money for line in first])
        self.table_state = self.state.copy()
        if known_until < month_index(model.facts.history_end):
            self.undo()
        self.began = self.state.copy()
        self.kilograms(first)
        self.luck(first)
        self.terms(first)
        self.decided, self.opens, self.full, self.dropped = (np.full(self.count, NEVER, np.int64) for _ in range(4))
        self.gained = np.zeros(self.count)
        """Months by which faster permits have brought nearer the month in which each may be decided on."""
        self.starts, self.spent = np.zeros(self.count), np.zeros(self.count)
        self.aided: dict[int, list[tuple[Support, float]]] = {}
        """What programmes have paid of those decided on, million USD."""
        self.bare, self.gain, self.value, self.threshold, self.hope, self.doubt = (np.zeros(self.count) for _ in range(6))

    def undo(self) -> None:
        """Where the crisis never comes, nobody has come as far as the table says, and no state has promised money: each is a state further back."""
        self.state = np.maximum(self.state - 1, IDEA)
        self.borne = np.zeros(self.count)

    def kilograms(self, first: list[Project]) -> None:
        """Product a year and capital: million USD of the table, within bounds of what its kind costs if it costs anything."""
        model, p, chain = self.model, self.model.p, self.model.chain
        year = MONTHS_A_YEAR / KILO
        self.main = self.grams * year / model.measures.content_of_product[self.row] if self.count else np.zeros(0)
        content = model.measures.content_of_good[list(chain.secondary)][:, None]
        self.beside = self.circuits * year / content if len(chain.secondary) else np.zeros((0, self.count))
        usual = np.zeros(self.count)
        for process in chain.processes:
            mine = self.process == process.name
            if process.investment:
                usual[mine] += getattr(p, process.investment.capex) * self.main[mine]
            if process.circuits:
                usual[mine] += getattr(p, process.circuits.capex) * in_all_of(self.beside[:, mine])
        stated = spread_over_sites([line.name for line in first], MILLION * np.array([line.capex for line in first]), usual)
        bounded = np.where(usual > 0.0, np.clip(stated, p.capex_least * usual, p.capex_most * usual), stated)
        self.capex = np.where(np.isnan(stated), usual, bounded)

    def luck(self, first: list[Project]) -> None:
        """One site, one luck: phases of a project and its mine and refinery share it; delays and overruns are shared in part by all of a country."""
        model, chance = self.model, self.model.chance
        keys = np.array([model.key_of(line.name) for line in first], np.uint64)
        land = np.array([model.key_of(model.country_of[row]) for row in self.row], np.uint64)
        self.patience = -np.log(1.0 - chance.uniform("decide", 0, keys)) if self.count else np.zeros(0)
        self.nerve = -np.log(1.0 - chance.uniform("cancel", 0, keys)) if self.count else np.zeros(0)
        self.slip = slip(model, keys, land)

    def terms(self, first: list[Project]) -> None:
        """Income a year per unit of capital at full use that a project counts on and prices do not show, such as offtake above the market: fitted where the world has it
        (`project_terms.csv`), moved where the table's probability is not the one it was fitted to, or the mean of those of its state that were; where none was, what lets a plant that is full and just pays be decided on as often as the table says."""
        given = np.array([line.term for line in first])
        if not self.count:
            self.term = given
            return
        own, fitted = np.array([line.probability for line in first]), np.array([line.fitted for line in first])
        usual = np.array([np.nanmean(given[mine]) if (mine := (self.table_state == state) & ~np.isnan(given)).any() else np.nan for state in range(len(STATES))])
        moved = np.nan_to_num(self.reckoned(own) - self.reckoned(np.where(np.isnan(fitted), own, fitted)))
        given = np.where(np.isnan(given), usual[self.table_state], given + moved)
        self.term = np.where(np.isnan(given), self.reckoned(own), given)

    def reckoned(self, probability: np.ndarray) -> np.ndarray:
        """(project,): term with which a plant that is full and just pays is decided on with such a probability within the window, 1/year."""
        p, rate = self.model.p, most(self.rates(self.began), LEAST)
        months = np.maximum(WINDOW - np.maximum(self.opening - self.date, 0), 1)
        needed = np.clip(-np.log(1.0 - np.minimum(probability, 1.0 - 1e-9)) / (rate * months), 1e-3, 1.0 - 1e-3)
        return np.asarray(p.project_spread * ndtri(needed) * annuity(self.model.cost_of_capital[self.row], p.plant_life) / p.expansion_use)

    def rates(self, state: np.ndarray) -> np.ndarray:
        """Largest hazard of a decision by state, 1/month."""
        p = self.model.p
        return np.array([p.decision_idea, p.decision_feasibility, p.decision_financed, *[0.0] * (len(STATES) - len(UNDECIDED))])[state]

    # ------------------------------------------------------------------ the month
    def month(self) -> None:
        """E11.4: each is judged; some are decided on, some dropped, those under way come up."""
        if not self.count:
            return
        now, p = self.model.now, self.model.p
        if self.model.elapsed % REVIEW == 0:
            self.judge()
        self.gained += gained(p.permits_before, self.model.levers.permitting[self.row])
        waits, builds = self.state < CONSTRUCTION, (self.state == CONSTRUCTION) & (now < self.opens)
        ready = waits & (now > self.known_until) & (now + self.gained >= self.date)
        hazard = self.rates(self.state) * p.new_investment_scale * cleared(self.value, self.threshold, p.project_spread) * self.funded()
        doubt = p.cancel_rate * cleared(-self.value, 0.0, p.project_spread)
        self.hope += hazard * ready
        self.doubt += doubt * p.new_investment_scale * (ready | builds)
        for at in np.flatnonzero(ready & (self.doubt >= self.nerve)).tolist():
            self.drop(at)
        for at in np.flatnonzero(builds & (self.doubt >= self.nerve)).tolist():
            self.drop(at)
        for at in np.flatnonzero(ready & (self.hope >= self.patience) & (self.state < CONSTRUCTION)).tolist():
            self.decide(at)
        self.state[(self.state == CONSTRUCTION) & (now >= self.opens)] = RAMP
        self.state[(self.state == RAMP) & (now >= self.full)] = OPERATING

    def judge(self) -> None:
        """E11.2: what each is worth to its firm per unit of capital, and what waiting is worth."""
        model, p, outlook = self.model, self.model.p, self.model.outlook
        for process in outlook.deciding:
            mine = self.of[process.name]
            if not mine.size:
                continue
            rows, prospect = self.row[mine], outlook.prospects[process.name]
            secured = model.secured[rows]
            use = most(most(prospect.use, choose(secured, p.floored_use, 0.0)), least(model.guaranteed_sales[rows], p.most_use))
            income = self.main[mine] * model.outlook_margin[rows]
            for slot, good in enumerate(model.chain.secondary):
                income = income + self.beside[slot, mine] * (outlook.expected[good] * (p.secondary_margin + model.topped[good, rows]))
            rent, dearer = annuity(model.cost_of_capital[rows], p.plant_life), model.cost_to_build[rows]
            aid = self.borne[mine] + model.programmes.of_capital(rows, self.capex[mine] * dearer / MILLION)
            borne = support(most(model.belief, model.vigilance)[rows], p.belief_background, p.support_slope, aid, p.support_most)
            self.bare[mine] = present_value(use * income, self.capex[mine] * dearer, rent, p.overrun, borne) + model.finance.lending.worth(rows, self.capex[mine] * dearer / MILLION)
            self.gain[mine] = use / rent / dearer
            self.threshold[mine] = prospect.waiting * (1.0 - secured)
        self.value = self.bare + self.gain * self.term

    def funded(self) -> np.ndarray:
        """E11.4 (project,): share of the equity it takes beside what programmes pay that its company has, funds promised counted; all where money decides nothing."""
        model, p = self.model, self.model.p
        if p.finance <= 0.0:
            return np.ones(self.count)
        own = self.capex * model.cost_to_build[self.row] / MILLION
        own = own * (1.0 - model.programmes.of_capital(self.row, own))
        return funds(model.cash[self.row], model.committed[self.row], p.equity_share, own, p.equity_raised)

    def decide(self, at: int) -> None:
        """Construction begins: it opens after its lead time, later if it slips, and comes up over the ramp."""
        model, p, row = self.model, self.model.p, self.row[at]
        lead = self.lead[at] * model.levers.months_to_build[row]
        late = self.slip[at] * p.project_delay * lead
        self.pay(at, lead + late)
        self.starts[at] = model.elapsed + 1 + lead + late
        self.state[at], self.decided[at] = CONSTRUCTION, model.now
        self.opens[at] = model.first + math.floor(self.starts[at])
        self.full[at] = model.first + math.ceil(self.starts[at] + p.new_plant_yield_ramp)
        model.underway[row] += self.grams[at]
        self.lay(at, 1.0)
        self.promise(at, 1.0)

    def promise(self, at: int, sign: float) -> None:
        """What it counts on beside prices is paid on what it makes, in proportion to the capacity of its firm (E12.1)."""
        self.model.counted_on[self.row[at]] += sign * self.term[at] * self.capex[at] / MILLION

    def pay(self, at: int, months: float) -> None:
        """Its company takes on what it costs, dearer the later it is; what states bear is theirs."""
        model, p, row = self.model, self.model.p, int(self.row[at])
        million = self.capex[at] * model.cost_to_build[row] / MILLION * (1.0 + p.overrun * self.slip[at] / MEAN_SLIP)
        borne = float(support(max(model.belief[row], model.vigilance[row]), p.belief_background, p.support_slope, self.borne[at], p.support_most))
        self.aided[at] = self.programmes(at, million, borne)
        self.spent[at] = million * (1.0 - borne) - math.fsum(paid for _, paid in self.aided[at])
        model.finance.spend(row, self.spent[at], months)
        model.finance.pay(model.region_of[row], million * borne)

    def programmes(self, at: int, million: float, borne: float) -> list[tuple["Support", float]]:
        """What programmes of states pay of it beside what they bear unasked, with that no more than they ever do."""
        model, p, row = self.model, self.model.p, int(self.row[at])
        aid = self.borne[at] + float(model.programmes.of_capital(np.array([row]), np.array([million]))[0])
        both = float(support(max(model.belief[row], model.vigilance[row]), p.belief_background, p.support_slope, aid, p.support_most))
        return model.programmes.grant(row, million, both - borne) if both > borne else []

    def lay(self, at: int, sign: float) -> None:
        """Puts its capacity into what falls due, or takes it out again."""
        model, p, row, build = self.model, self.model.p, self.row[at], self.model.construction
        kernels.come_up(sign * self.grams[at], self.starts[at], p.new_plant_yield_ramp, p.ramp_steepness, build.due[:, row])
        for slot, grams in enumerate(self.circuits[:, at]):
            if grams:
                kernels.come_up(sign * grams, self.starts[at], p.new_plant_yield_ramp, p.ramp_steepness, build.secondary[slot, :, row])
        counted = build.counted.get(model.does[row])
        if counted is not None:
            model.circuit_underway[row] += sign * self.circuits[counted, at]

    def open_at(self, row: int) -> np.ndarray:
        """Which projects of a firm may yet be decided on."""
        return (self.row == row) & (self.state < CONSTRUCTION)

    def drop(self, at: int) -> None:
        """Nobody builds it any more; what was under construction is broken off."""
        if self.state[at] == CONSTRUCTION:
            row, whole = self.row[at], max(self.starts[at] - (self.decided[at] - self.model.first), 1.0)
            self.lay(at, -1.0)
            self.promise(at, -1.0)
            left = max(1.0 - (self.model.now - self.decided[at]) / whole, 0.0)
            self.model.finance.spare(int(row), self.spent[at] * left)
            self.model.programmes.take_back(self.aided.pop(at, []), left)
            self.model.underway[row] = max(self.model.underway[row] - self.grams[at], 0.0)
        self.state[at], self.dropped[at], self.opens[at], self.full[at] = CANCELLED, self.model.now, NEVER, NEVER

    # ------------------------------------------------------------------ what came of them
    def labels(self) -> list[str]:
        """Name of each: the project, and its firm where two firms have one of that name."""
        firms = [self.model.firms.agents[row].name for row in self.row]
        return [name if self.name.count(name) == 1 else f"{name} ({firm})" for name, firm in zip(self.name, firms, strict=True)]

    def course(self, months: int) -> np.ndarray:
        """(month, project): the state of each (`STATES`) in the first months of the run."""
        month = self.model.first + np.arange(months)[:, None]
        state = np.broadcast_to(self.began, (months, self.count)).astype(float)
        for number, since in ((CONSTRUCTION, self.decided), (RAMP, self.opens), (OPERATING, self.full), (CANCELLED, self.dropped)):
            state = np.where(month >= since, float(number), state)
        return state

    def gone(self, rows: np.ndarray, months: int) -> np.ndarray:
        """(month,): capacity of those of some firms that have been dropped, t/year."""
        month, mine = self.model.first + np.arange(months)[:, None], np.isin(self.row, rows)
        return np.asarray(((month >= self.dropped) * (mine * self.main)).sum(axis=1) / KILO)

    def frame(self) -> pd.DataFrame:
        """One row a project: its firm, process, tonnes a year, capital, state at the start and now, and its months; empty where something has not happened."""
        agents = self.model.firms.agents
        said: dict[str, Any] = {
            "project": self.name, "entity": [agents[row].name for row in self.row], "country": [agents[row].country for row in self.row], "process": list(self.process),
            "t_per_year": self.main / KILO, "capex_usd_million": self.capex / MILLION, "state_at_start": [STATES[at] for at in self.began], "state": [STATES[at] for at in self.state],
        }  # fmt: skip
        said |= {name: [month_name(month) if month != NEVER else "" for month in getattr(self, name)] for name in ("decided", "opens", "full", "dropped")}
        return pd.DataFrame(said)


def in_all_of(values: np.ndarray) -> np.ndarray:
    """Sums over the first axis; noughts where there is nothing to add."""
    return np.add.reduce(values) if len(values) else np.zeros(values.shape[1:])


def spread_over_sites(sites: list[str], stated: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """(project,): capital stated for some parts of a site is that of all its parts, such as mine and refinery, in proportion to what is usual; NaN where none is."""
    found, names = stated.copy(), np.array(sites, object)
    for site in dict.fromkeys(sites):
        mine = names == site
        if mine.sum() > 1 and np.isnan(stated[mine]).any() and not np.isnan(stated[mine]).all() and usual[mine].sum() > 0.0:
            found[mine] = np.nansum(stated[mine]) * usual[mine] / usual[mine].sum()
    return found


def slip(model: "TradeModel", keys: np.ndarray, land: np.ndarray) -> np.ndarray:
    """How far each slips, in spreads: its own luck and that of its country."""
    if not keys.size:
        return np.zeros(0)
    own, shared, together = model.chance.normal("delay", 0, keys), model.chance.normal("delay of a country", 0, land), model.p.delay_correlation
    return np.abs(math.sqrt(1.0 - together) * own + math.sqrt(together) * shared)


def undecided(model: "TradeModel", lines: Iterable[Project], known_until: int) -> tuple[list[Project], list[Project]]:
    """Lines of pipeline.csv whose course is known, and those that investors have still to decide on.

    Known is what is in China, what no investor decides on (a process without capital cost), and what is decided on by the last month known.
    """
    chain, known, still = model.chain, [], []
    for line in lines:
        process = chain.by_name[model.does[line.row]]
        judged = process.investment is not None and model.abroad[line.row] > 0.0 and (line.main or (line.good in chain.secondary and line.good in process.makes))
        if not judged or (line.state in DECIDED and line.decision <= known_until):
            known.append(line)
        else:
            still.append(line._replace(state="financed") if line.state in DECIDED else line)
    return known, still


def last_known(model: "TradeModel") -> int:
    """Last month up to which decisions are as reported: the end of history, or the month before the first control where a course controls no export in all that time."""
    end, control = month_index(model.facts.history_end), model.facts.said.observed.control if model.facts.said.observed else None
    if control and not any(event.restricts and event.date <= model.facts.history_end for event in model.course.events):
        return min(end, month_index(control) - 1)
    return end


__all__ = ["DECIDED", "NEVER", "STATES", "UNDECIDED", "Projects", "last_known", "undecided"]
