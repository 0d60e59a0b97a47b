"""The recorder: what a run is asked about, month by month, as a labelled dataset."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from model import kernels
from model.chain import USE
from model.kernels.groups import Exports
from model.moves import CAUSES
from model.names import DESTINATIONS, KINDS, REGIONS, month_name
from model.projects import STATES
from model.rules.numerics import LEAST, in_turn

if TYPE_CHECKING:
    from model.model import TradeModel

TONNE, MONTHS = 1e6, 12.0
SHAPES = {
    "china_exports": (("good", "destination"), "t", "Chinese exports as declared, product weight"),
    "china_exports_arrived": (("good", "destination"), "t", "the same by where they end up: what traders pass on and smuggle counts there, what they buy does not"),
    "seized": (("good",), "t", "taken by customs from traders"),
    "price": (("good", "market"), "USD/kg", "price, product weight"),
    "need": (("sector", "region"), "t", "final demand for the month"),
    "unmet_demand": (("sector", "region"), "t", "demand not met"),
    "need_ref": (("sector", "region"), "t", "demand at the prices and with the designs of the start"),
    "redesigned": (("sector", "region"), "t", "demand designed out since the start"),
    "shortfall": (("sector", "region"), "t", "demand at the prices and with the designs of the start, less use"),
    "output_loss": (("sector", "region"), "million USD", "output lost on stopped lines, after triage and catch-up"),
    "output_loss_downstream": (("sector", "region"), "million USD", "the same with linkages down the chain"),
    "demand_given_up": (("sector", "region"), "million USD", "what demand given up for its price was worth beyond the price of the start"),
    "redesign_cost": (("sector", "region"), "million USD", "cost of designs first made in the month"),
    "price_bill": (("sector", "region"), "million USD", "paid beyond the prices of the start for what is used, a transfer"),
    "cover": (("sector", "region"), "months", "stock held by end users in months of expected use"),
    "orders": (("sector", "region"), "t", "orders placed by end users"),
    "belief": (("region",), "1", "mean belief of end users that supply will be restricted within a year"),
    "supply": (("origin", "region"), "t", "goods of the headline shipped to end users, as such"),
    "supply_in_parts": (("origin", "region"), "t", "goods of the headline shipped to end users inside parts"),
    "licence_approved": (("good",), "1", "share of the applications for export licences standing or filed in the month that was approved"),
    "licence_queue": (("good",), "t", "exports applied for and not decided on"),
    "licence_wait": (("good",), "months", "perceived wait for an export licence, weighted by use"),
    "china_share": (("stage",), "1", "China's share of world output"),
    "outside_capacity": (("stage",), "t/year", "working capacity outside China"),
    "decided_capacity": (("stage",), "t/year", "capacity outside China that stood at the start or was decided on by the last month known"),
    "outside_output": (("stage",), "t/year", "output outside China"),
    "outside_pipeline": (("stage",), "t/year", "capacity under construction outside China"),
    "dropped_projects": (("stage",), "t/year", "capacity of projects outside China that have been dropped"),
    "plants_idle": (("stage",), "1", "plants outside China that are open and make next to nothing"),
    "idle_capacity": (("stage",), "t/year", "what plants outside China could make that are open and make next to nothing"),
    "plants_shut": (("stage",), "1", "plants outside China that are mothballed, those of creditors included"),
    "shut_capacity": (("stage",), "t/year", "what plants outside China could make that are mothballed"),
    "public_cost": (("payer", "instrument"), "million USD", "paid out by states"),
    "public_income": (("payer", "instrument"), "million USD", "taken in by states"),
    "obliged_cost": (("payer", "instrument"), "million USD", "spent by others because a state obliges them"),
    "inventory": (("kind", "good"), "t", "input and finished stocks"),
    "put_in_use": (("element", "region"), "t", "elements that go into end products"),
    "end_of_life": (("element", "region"), "t", "elements in end products that reach the end of their life"),
    "collected": (("element", "region"), "t", "elements collected for recyclers beside makers' scrap"),
    "recycled": (("scrap", "element", "region"), "t", "elements that recyclers return: from used products (old) and from other scrap (new)"),
    "stance": (("state",), "1", "rung on which a state that decides by itself stands, 0 the calmest"),
    "moved_by": (("state",), "1", "what made a state move this month: " + ", ".join(f"{at} {word or 'no move'}" for at, word in enumerate(CAUSES))),
    "clamped": (("clamp",), "1", "share of applications in which a clamp bound"),
}
FIRM_SHAPES = {
    "firm_output": (("firm",), "t/year", "output of the main product"),
    "firm_use": (("firm",), "1", "share of capacity in use"),
    "firm_price": (("firm",), "USD/kg", "price at the gate of the main product and what comes with it, guarantee included"),
    "firm_margin": (("firm",), "USD/kg", "smoothed price at the gate less cash cost"),
    "firm_income": (("firm",), "million USD", "cash brought in this month, before interest and what is invested"),
    "firm_invested": (("firm",), "million USD", "cost of what was decided on this month"),
    "firm_cash": (("firm",), "million USD", "cash of its company"),
    "firm_debt": (("firm",), "million USD", "debt of its company"),
    "firm_committed": (("firm",), "million USD", "funds promised to its company and not drawn"),
    "firm_cost_of_capital": (("firm",), "1/year", "what investors ask"),
    "firm_state": (("firm",), "1", "state of the plant: 0 nothing stands, 1 works, 2 mothballed, 3 held by creditors, 4 coming back"),
    "project_state": (("project",), "1", "state of the project: " + ", ".join(f"{at} {word}" for at, word in enumerate(STATES))),
}
"""What is told of each maker and project when it is asked for (`TradeModel.results(firms=True)`)."""
NOTHING_STANDS, WORKS, SHUT, FORECLOSED, COMES_BACK = range(5)
"""States of a plant, in the order of their numbers."""
OLD, NEW = SCRAP = ("old", "new")
"""Scrap by where it comes from: used products, and what makers and others leave over."""
CLAMPS = ("forward_cover", "squeeze", "price_step", "order_ceiling", "licence_capacity", "licence_wait")
MONEY_BOOKS = ("public_cost", "public_income", "obliged_cost")
"""Results of the books of the treasury, in their order (`treasury.BOOKS`)."""
DIRECT = ("china_exports", "china_exports_arrived", "seized", "price", "supply", "supply_in_parts", "licence_approved", "licence_queue", "licence_wait", "inventory", "stance", "moved_by", "clamped", *MONEY_BOOKS)
"""Results that are recorded as they are; the others are summed over firms when asked for."""
LOSSES = {"loss": "output_loss", "downstream": "output_loss_downstream", "forgone": "demand_given_up", "redesign": "redesign_cost", "bill": "price_bill"}
"""What end users lose and pay more: lines of the recorder, and the results they are summed to."""


class Recorder:
    """Takes a line per month; sums over firms are left to `dataset`, so that a month costs little."""

    def __init__(self, model: "TradeModel") -> None:
        self.model, trade = model, model.trade
        oem, rows, chain = model.rows[USE], trade.export_rows, model.chain
        self.coords = {
            "good": list(chain.goods), "destination": list(DESTINATIONS), "market": list(model.facts.markets), "region": list(REGIONS), "origin": list(REGIONS),
            "sector": list(dict.fromkeys(model.sector_names[oem])), "stage": list(chain.stages), "element": list(chain.elements), "scrap": list(SCRAP), "payer": list(REGIONS), "instrument": model.treasury.kinds, "state": [str(country) for country in model.facts.countries.index],
            "kind": [kind for kind in KINDS if any(agent.kind == kind for agent in model.firms.agents)], "clamp": list(CLAMPS),
        }  # fmt: skip
        size = {name: len(values) for name, values in self.coords.items()}
        months, users, firms = model.last - model.first + 1, oem.stop - oem.start, model.count
        self.lines = {name: np.zeros((months, *[size[d] for d in SHAPES[name][0]])) for name in DIRECT}
        self.lines |= {name: np.zeros((months, users)) for name in ("need", "unmet", "reference", "redesigned", "short", "ordered", "held", "expected", "belief", *LOSSES)}
        self.lines |= {name: np.zeros((months, firms)) for name in ("made", "works", "builds")}
        makers = model.makers.agents[-1].row + 1
        self.lines |= {name: np.zeros((months, makers), np.float32) for name in MONEY}
        self.lines["state"] = np.zeros((months, makers), np.int8)
        self.recyclers = np.concatenate([np.arange(firms)[:0], *(np.arange(firms)[model.rows[process.name]] for process in chain.of_kind("Recycler"))])
        self.of_recyclers = list(dict.fromkeys(good for process in chain.of_kind("Recycler") for good in process.outputs))
        elements = size["element"]
        self.lines |= {name: np.zeros((months, elements, users)) for name in ("entered", "retired")}
        self.lines |= {name: np.zeros((months, elements, self.recyclers.size)) for name in ("allotted", "reclaimed", "returned")}
        self.lines |= {name: np.zeros((months, *[size[d] for d in dims])) for name, (dims, _, _) in model.parts.recorded().items()}
        rows = rows[~trade.sent[rows]]
        to = {name: i for i, name in enumerate(DESTINATIONS)}
        place = np.array([to.get(model.region_of[b], -1) for b in trade.buyer[rows]], int)
        self.exports = Exports(rows=rows, cell=trade.good[rows] * len(DESTINATIONS) + place, weight=(1.0 / trade.content / TONNE)[rows])
        carriers = np.isin(np.arange(firms), model.routes.rows)
        passed = np.flatnonzero(trade.sent & carriers[trade.seller])
        ends = np.concatenate([rows[~carriers[trade.buyer[rows]]], passed])
        there = np.array([to.get(model.region_of[b], -1) for b in trade.buyer[ends]], int)
        self.arrived = ends, trade.good[ends] * len(DESTINATIONS) + there
        self.to_users = rows[~model.finance.stores[trade.buyer[rows]]]
        """Exports to all but public stocks and traders, who wait for nothing while they buy nothing."""
        inside = [part for part, product in chain.parts if product in model.headline_goods]
        self.served = {"supply": self.shipments(model.headline_goods), "supply_in_parts": self.shipments(inside)}
        self.per_tonne = 1.0 / model.measures.content_of_good / TONNE
        self.kind = np.array([self.coords["kind"].index(agent.kind) for agent in model.firms.agents])

    def take(self) -> None:
        """Writes the month that has just been closed."""
        now, lines = self.model.elapsed, self.lines
        for part in (self.trade_line(), self.users_line(), self.firms_line(), self.recycling_line(), self.model.parts.lines()):
            for name, values in part.items():
                lines[name][now] = values

    def trade_line(self) -> dict[str, np.ndarray]:
        """Exports, queues, waits and prices."""
        model, trade = self.model, self.model.trade
        exports, queue, wait = kernels.tally(self.exports, len(DESTINATIONS), trade.links, trade.usual, trade.this_month(), trade.wait)
        price = model.market.prices().T
        return {
            "china_exports": exports, "china_exports_arrived": self.ends(), "seized": model.routes.seized * self.per_tonne, "licence_queue": queue, "licence_wait": wait, "price": price,
            "licence_approved": self.approved(), **self.supply(),
        }  # fmt: skip

    def ends(self) -> np.ndarray:
        """(good, destination): exports by where they end up, t."""
        trade, (rows, cell) = self.model.trade, self.arrived
        tonnes = np.bincount(cell, trade.flow[rows] / trade.content[rows] / TONNE, len(trade.lead) * len(DESTINATIONS))
        return tonnes.reshape(len(trade.lead), len(DESTINATIONS))

    def shipments(self, goods: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
        """Relations on which end users buy some goods, and the cell of origin and region of each."""
        model, trade, users = self.model, self.model.trade, self.model.rows[USE]
        rows = np.flatnonzero(np.isin(trade.good, list(goods)) & (trade.buyer >= users.start) & (trade.buyer < users.stop))
        at = np.array([REGIONS.index(region) for region in model.region_of])
        return rows, at[trade.seller[rows]] * len(REGIONS) + at[trade.buyer[rows]]

    def supply(self) -> dict[str, np.ndarray]:
        """(origin, region): who is served by whom, t, with goods as such and inside parts."""
        trade, size = self.model.trade, len(REGIONS)
        return {name: np.bincount(cell, trade.flow[rows] / trade.content[rows] / TONNE, size * size).reshape(size, size) for name, (rows, cell) in self.served.items()}

    def approved(self) -> np.ndarray:
        """(good,): share of the applications standing or filed this month that was approved; 0 where there was none."""
        paper, rows, goods = self.model.licensing.paper, self.exports.rows, len(self.model.chain.goods)
        good = self.model.trade.good[rows]
        granted, standing = (np.bincount(good, paper_of[rows], goods) for paper_of in (paper.granted, paper.standing))
        return granted / np.maximum(granted + standing, 1.0)

    def users_line(self) -> dict[str, np.ndarray]:
        """What each end user needed, missed, ordered, held, expects to use (t), lost and paid more (million USD) and believes."""
        model, rows, tonnes = self.model, self.model.rows[USE], self.per_tonne
        reference = model.base_need * (model.activity * np.maximum(1.0 + model.noise, 0.0))
        amounts = {"need": model.need, "unmet": model.unmet, "reference": reference, "redesigned": reference * model.saved, "ordered": model.ordered, "held": model.held, "expected": model.expected}
        line = {name: (tonnes[:, None] * values[:, rows]).sum(axis=0) for name, values in amounts.items()}
        short = np.maximum(line["reference"] - line["need"] + line["unmet"], 0.0)
        return line | {"short": short, "belief": model.belief[rows]} | {name: values[rows] for name, values in self.losses().items()}

    def losses(self) -> dict[str, np.ndarray]:
        """What each end user lost this month and paid more, million USD."""
        model = self.model
        return {"loss": model.loss, "downstream": model.loss * model.downstream, "forgone": model.forgone, "redesign": model.redesign, "bill": model.bill}

    def firms_line(self) -> dict[str, Any]:
        """Output and capacity of each firm's main product (leading grams a month), stocks by kind, and clamps."""
        model = self.model
        held, made = kernels.survey(model.trade.goods, model.trade.lead, self.kind, len(self.coords["kind"]), model.output, model.measures.product_mask)
        return {
            "made": made, "works": model.capacity, "builds": model.underway, **dict(zip(MONEY_BOOKS, model.treasury.month, strict=True)), **self.money(),
            "inventory": held * self.per_tonne, "clamped": self.clamps(), **self.states_line(),
        }  # fmt: skip

    def money(self) -> dict[str, np.ndarray]:
        """What each maker earns, has and owes, and whether its plant works; makers come first among firms."""
        model, makers = self.model, self.lines["state"].shape[1]
        shut = np.where(model.foreclosed > 0.0, FORECLOSED, np.where(model.returning > 0.0, COMES_BACK, SHUT))
        state = np.where(model.able > 0.0, np.where(model.finance.running > 0.0, WORKS, shut), NOTHING_STANDS)
        return {"state": state[:makers], **{name: getattr(model, name)[:makers] for name in MONEY}}

    def states_line(self) -> dict[str, list[float]]:
        """Where each state stands, and what moved it this month."""
        agents = self.model.states.agents
        return {"stance": [agent.rung for agent in agents], "moved_by": [CAUSES.index(agent.cause) if agent.cause in CAUSES else CAUSES.index("own") for agent in agents]}

    def recycling_line(self) -> dict[str, np.ndarray]:
        """What each user put into use and what reached the end of its life; what each recycler collected and returned (grams by element)."""
        model, rows, recyclers = self.model, self.model.rows[USE], self.recyclers
        returned = np.zeros((len(model.chain.elements), recyclers.size))
        for good in self.of_recyclers:
            returned[model.chain.lead[good]] += model.output[good, recyclers]
        found = {"entered": model.entered[:, rows], "retired": model.retired[:, rows], "returned": returned}
        return found | ({"allotted": model.allotted[:, recyclers], "reclaimed": model.reclaimed[:, recyclers]} if recyclers.size else {})

    def clamps(self) -> list[float]:
        """Share of this month's applications in which each clamp bound."""
        model, p, trade = self.model, self.model.p, self.model.trade
        rows, longest, clamps = self.to_users, p.wait_ceiling - WAIT_EDGE, model.market.clamps
        at_ceiling, buying, waits = kernels.count_bound(model.ordered, model.expected, p.order_ceiling, rows, trade.wait, longest)
        bound, counted = model.licensing.bound
        orders = at_ceiling / max(buying, 1), bound / max(counted, 1.0), waits / max(rows.size, 1)
        return [clamps["forward_cover"], clamps["squeeze"], clamps["price_step"], *orders]

    def dataset(self, firms: bool = False) -> xr.Dataset:
        """Everything recorded so far, with units, long names and what drew the run; each month by name and, beside it, as a date. firms: what is told of each maker too."""
        model = self.model
        months = 0 if model.month is None else model.elapsed + 1
        data = {name: line[:months].copy() for name, line in self.lines.items() if name in DIRECT}
        data |= self.by_sector(months) | self.by_stage(months) | self.by_element(months) | (self.by_firm(months) if firms else {})
        shapes = SHAPES | (FIRM_SHAPES if firms else {}) | model.parts.recorded()
        data |= {name: self.lines[name][:months].copy() for name in model.parts.recorded()}
        names = [month_name(model.first + i) for i in range(months)]
        dates = ("month", np.array(names, "datetime64[ns]"), {"long_name": "first day of the month"})
        coords = {"month": names, "date": dates, **self.coords}
        if firms:
            coords["project"] = model.construction.projects.labels()
            coords["firm"] = [agent.name for agent in model.firms.agents[: self.lines["state"].shape[1]]]
        variables = {name: (("month", *dims), data[name], {"units": unit, "long_name": text}) for name, (dims, unit, text) in shapes.items()}
        scenario = model.course
        drawn = {" ".join(map(str, key)): value for key, value in model.levers.drawn.items()}
        attributes = {
            "world": model.facts.name, "scenario": scenario.name, "sentence": scenario.sentence, "seed": model.seed, "version": model.version,
            "parameters": json.dumps(dict(scenario.parameters)), "drawn": json.dumps(drawn),
        }  # fmt: skip
        return xr.Dataset(variables, coords, attributes)

    def by_sector(self, months: int) -> dict[str, np.ndarray]:
        """End users' lines summed over sectors and regions."""
        model, rows, lines = self.model, self.model.rows[USE], self.lines
        sectors, regions = self.coords["sector"], list(REGIONS)
        user = [sectors.index(s) * len(regions) + regions.index(r) for s, r in zip(model.sector_names[rows], model.region_of[rows], strict=True)]

        def table(name: str) -> np.ndarray:
            total = np.zeros((months, len(sectors) * len(regions)))
            for column, place in enumerate(user):
                total[:, place] += lines[name][:months, column]
            return total.reshape(months, len(sectors), len(regions))

        held, use = table("held"), table("expected")
        share = (lines["expected"] * np.array([bool(s in model.facts.headline.sectors) for s in model.sector_names[rows]]))[:months]
        feared, all_use = (self.by_region(values, user) for values in (share * lines["belief"][:months], share))
        belief = feared / np.maximum(all_use, LEAST)
        return {
            "need": table("need"), "unmet_demand": table("unmet"), "need_ref": table("reference"), "redesigned": table("redesigned"), "shortfall": table("short"),
            "orders": table("ordered"), **{result: table(line) for line, result in LOSSES.items()},
            "cover": held / np.maximum(use, LEAST), "belief": belief,
        }  # fmt: skip

    @staticmethod
    def by_region(values: np.ndarray, user: list[int]) -> np.ndarray:
        """Users' lines (month, user) summed over regions."""
        total = np.zeros((len(values), len(REGIONS)))
        for column, place in enumerate(user):
            total[:, place % len(REGIONS)] += values[:, column]
        return total

    def by_element(self, months: int) -> dict[str, np.ndarray]:
        """Elements put into use, at the end of their life, collected and returned, t by region."""

        def by_region(name: str, firms: np.ndarray) -> np.ndarray:
            """(month, element, region)."""
            lines = self.lines[name][:months]
            total = np.zeros((*lines.shape[:2], len(REGIONS)))
            for column, region in enumerate(self.model.region_of[firms].tolist()):
                total[..., REGIONS.index(region)] += lines[..., column]
            return total / TONNE

        users = np.arange(self.model.count)[self.model.rows[USE]]
        old, whole = by_region("reclaimed", self.recyclers), by_region("returned", self.recyclers)
        return {
            "put_in_use": by_region("entered", users), "end_of_life": by_region("retired", users),
            "collected": by_region("allotted", self.recyclers), "recycled": np.stack([old, np.maximum(whole - old, 0.0)], axis=1),
        }  # fmt: skip

    def by_stage(self, months: int) -> dict[str, np.ndarray]:
        """China's share of output, and output and capacity outside China, by stage."""
        model = self.model
        weight = MONTHS / TONNE / model.measures.content_of_product
        found: dict[str, list[np.ndarray]] = {name: [] for name in BY_STAGE}
        decided = model.base_capacity + np.add.accumulate(model.construction.reported[:months])
        for stage in self.coords["stage"]:
            rows = np.flatnonzero([agent.stage == stage for agent in model.firms.agents])
            size, abroad = weight[rows], (weight * model.abroad)[rows]
            made = self.lines["made"][:months, rows]
            found["china_share"].append(in_turn(made * (size - abroad)) / np.maximum(in_turn(made * size), LEAST))
            found["outside_output"].append(in_turn(made * abroad))
            found["outside_capacity"].append(in_turn(self.lines["works"][:months, rows] * abroad))
            found["decided_capacity"].append(in_turn(decided[:, rows] * abroad))
            found["outside_pipeline"].append(in_turn(self.lines["builds"][:months, rows] * abroad))
            found["dropped_projects"].append(model.construction.projects.gone(rows, months))
            works, state = self.lines["works"][:months, rows], self.lines["state"][:months, rows]
            idle = (state <= WORKS) & (works > 0.0) & (made <= IDLE * works) & (abroad > 0.0)
            shut = (state > WORKS) & (abroad > 0.0)
            found["plants_idle"].append(idle.sum(axis=1) * 1.0)
            found["plants_shut"].append(shut.sum(axis=1) * 1.0)
            found["idle_capacity"].append(in_turn(works * abroad * idle))
            found["shut_capacity"].append(in_turn(works * abroad * shut))
        return {name: np.array(values).T.reshape(months, len(self.coords["stage"])) for name, values in found.items()}


    def by_firm(self, months: int) -> dict[str, np.ndarray]:
        """What is told of each maker, (month, firm), and of each project, (month, project)."""
        lines, makers = self.lines, self.lines["state"].shape[1]
        weight = MONTHS / TONNE / self.model.measures.content_of_product[:makers]
        made, works = (lines[name][:months, :makers] for name in ("made", "works"))
        told = {f"firm_{name}": lines[name][:months].copy() for name in ("margin", "income", "invested", "cash", "debt", "committed", "cost_of_capital", "state")}
        use = np.divide(made, works, out=np.zeros_like(made), where=works > 0.0)
        told["project_state"] = self.model.construction.projects.course(months)
        return told | {"firm_output": made * weight, "firm_use": use, "firm_price": lines["netback"][:months] + lines["guarantee"][:months]}


MONEY = ("cash", "debt", "committed", "margin", "income", "invested", "netback", "guarantee", "cost_of_capital")
"""Columns of makers that are recorded."""
BY_STAGE = ("china_share", "outside_output", "outside_capacity", "outside_pipeline", "decided_capacity", "dropped_projects", "plants_idle", "plants_shut", "idle_capacity", "shut_capacity")
"""Results by stage."""
IDLE = 0.05
"""Share of capacity in use up to which an open plant counts as idle."""
WAIT_EDGE = 0.05
"""Months below the ceiling at which a wait counts as clamped."""
