"""A closer look at one firm or state: stocks, partners, belief, what binds it, and where what it lacks is stuck."""

from html import escape

import numpy as np
import solara

from model import TradeModel
from model.names import GOODS
from model.policies import Instrument
from model.view import words
from model.view.atlas import TONNE
from model.view.playback import Playback
from model.view.run import Run
from model.view.snapshot import stuck

STATE = "state "
"""How the map names a state: "state CHN"."""
PARTNERS = 6
"""Suppliers and customers listed; the rest is counted."""
LEAST_FLOW = 0.01
"""Tonnes a month below which a relation is not shown."""


def row_of(run: Run, name: str) -> int:
    """The firm's place in the columns."""
    return list(run.names).index(name)


def links(run: Run, name: str) -> dict:
    """The firm's relations for the map: {"id", "links": [{id, good, flow, queue, sells}]}; sells: the other sells to it."""
    model, trade = run.model, run.model.trade
    row, names = row_of(run, name), list(run.names)
    moved = trade.flow if model.month else trade.base_flow
    weight = 1.0 / trade.content / TONNE
    found = []
    for mine, other, sells in ((trade.buyer, trade.seller, True), (trade.seller, trade.buyer, False)):
        for i in np.flatnonzero(mine == row):
            flow, queue = float(moved[i] * weight[i]), float(trade.queued[i] * weight[i])
            if flow >= LEAST_FLOW or queue >= LEAST_FLOW:
                found.append({"id": names[other[i]], "good": GOODS[trade.good[i]], "flow": flow, "queue": queue, "sells": sells})
    return {"id": name, "links": sorted(found, key=lambda link: -link["flow"])}


@solara.component
def Inspector(playback: Playback) -> None:
    """The panel beside the map; says what to click while nothing is selected."""
    selected, _ = playback.selected.value, playback.frames.value
    run = playback.run
    if selected.startswith(STATE):
        State(playback, selected.removeprefix(STATE))
    elif selected in run.names:
        Firm(playback, selected)
    else:
        with solara.Div(classes=["tn-empty"]):
            solara.Text("Click a firm or a country on the map to see its stocks, partners and what binds it. With the keyboard: Tab to the map, arrows, Enter.")


@solara.component
def Firm(playback: Playback, name: str) -> None:
    """A firm, or the firms of one trade in one country."""
    _, run = playback.frames.value, playback.run
    model, row = run.model, row_of(run, name)
    agent = model.firms.agents[row]
    country = model.world_facts.countries.name[agent.country]
    solara.HTML(tag="h3", unsafe_innerHTML=escape(run.names[name]), classes=["tn-h3"])
    solara.Text(f"{words.KINDS[agent.kind]}, {country}", classes=["tn-soft"])
    Stuck(stuck(model, row) if model.month else [])
    Rows("Now", [("Belief that supply will be restricted within a year", f"{float(model.belief[row]):.0%}"), *capacity(run, row)])
    Rows("Stocks", stocks(model, row), "Holds nothing.")
    found = links(run, name)["links"]
    Partners(run, "Suppliers", [link for link in found if link["sells"]], playback)
    Partners(run, "Customers", [link for link in found if not link["sells"]], playback)
    Rows("Bound by", bound(model, row), "No instrument touches its trade.")


@solara.component
def Stuck(lines: list[dict]) -> None:
    """Which input a firm lacks, and where what it ordered is."""
    for line in lines:
        places = {"queue": "in the licence queue", "supplier": "with suppliers who cannot deliver", "transit": "on its way"}
        where = ", ".join(f"{words.number(line[key])} t {text}" for key, text in places.items() if line[key] >= LEAST_FLOW)
        with solara.Div(classes=["tn-stuck"]):
            orders = f"Of its orders: {where}" if where else "Nothing is on order"
            solara.Text(f"Short of {words.GOODS[line['good']].lower()}: {words.number(line['missing'])} t missing. {orders}.")


@solara.component
def Rows(title: str, rows: list[tuple[str, str]], empty: str = "") -> None:
    """A titled list of facts."""
    solara.Text(title, classes=["tn-h4"])
    for label, value in rows:
        with solara.Div(classes=["tn-row"]):
            solara.Text(label)
            solara.HTML(tag="b", unsafe_innerHTML=escape(value))
    if not rows:
        solara.Text(empty, classes=["tn-soft"])


@solara.component
def Partners(run: Run, title: str, found: list[dict], playback: Playback) -> None:
    """Suppliers or customers, the largest first; a click goes there."""
    solara.Text(title, classes=["tn-h4"])
    for link in found[:PARTNERS]:
        with solara.Div(classes=["tn-row", "tn-partner"]):
            solara.Button(run.names[link["id"]], on_click=lambda name=link["id"]: playback.selected.set(name), text=True, classes=["tn-link"])
            waiting = f", {words.number(link['queue'])} t wait for a licence" if link["queue"] >= LEAST_FLOW else ""
            solara.Text(f"{words.GOODS[link['good']]}: {words.number(link['flow'])} t/month{waiting}", classes=["tn-soft"])
    rest = len(found) - PARTNERS
    if rest > 0 or not found:
        solara.Text(f"and {rest} more" if rest > 0 else "None.", classes=["tn-soft"])


@solara.component
def State(playback: Playback, country: str) -> None:
    """A government: doctrine, instruments, and what its country makes and fears."""
    _, run = playback.frames.value, playback.run
    model, facts = run.model, run.model.world_facts.countries
    state = next(each for each in model.states.agents if each.country == country)
    solara.HTML(tag="h3", unsafe_innerHTML=escape(facts.name[country]), classes=["tn-h3"])
    solara.Text(f"State; decides by a {type(state.doctrine).__name__.lower()} doctrine", classes=["tn-soft"])
    mine = [each for each in model.in_force() if model.book.actor(each) == country]
    Rows("Its instruments in force", [(each.name, f"since {words.month(each.date)}") for each in mine], "None.")
    others = [each for each in model.in_force() if model.book.actor(each) != country and country in targets(each)]
    Rows("Instruments aimed at it", [(each.name, facts.name[model.book.actor(each)]) for each in others], "None.")
    Rows("What its firms make", made(run, country), "Nothing in this chain.")


def targets(instrument: Instrument) -> frozenset[str]:
    """Countries an instrument singles out or covers, its own state apart."""
    return frozenset().union(*(getattr(instrument, side, frozenset()) for side in ("buyers", "sellers")))


def made(run: Run, country: str) -> list[tuple[str, str]]:
    """Output by stage, tonnes a month."""
    nodes, table = run.atlas.world["nodes"], np.frombuffer(run.frame.snapshot.firms, np.float32).reshape(len(run.names), -1)
    rows: dict[tuple[str, str], list[float]] = {}
    for i, each in enumerate(nodes):
        if each["country"] == country and each["stage"] != "oem" and table[i, 1] > 0:
            rows.setdefault((each["stage"], each["unit"]), []).append(float(table[i, 1]))
    titles = words.STAGES | {"recycle": "Recycling"}
    return [(titles[stage], f"{words.number(sum(values))} {unit}/month") for (stage, unit), values in rows.items()]


def capacity(run: Run, row: int) -> list[tuple[str, str]]:
    """Capacity, output and cover of a firm."""
    values = np.frombuffer(run.frame.snapshot.firms, np.float32).reshape(len(run.names), -1)[row]
    each = run.atlas.world["nodes"][row]
    lasts = ("Scarcest input lasts", f"{values[3]:.1f} months")
    if each["stage"] == "oem":
        return [("Needs", f"{words.number(values[0] / 12)} t/month"), ("Uses", f"{words.number(values[1])} t/month"), lasts]
    return [("Capacity", f"{words.number(values[0])} {each['unit']}/year"), ("Output", f"{words.number(values[1])} {each['unit']}/month"), lasts]


def stocks(model: TradeModel, row: int) -> list[tuple[str, str]]:
    """Inventories of a firm by good, inputs and finished goods together."""
    held = (model.held[:, row] + model.shelf[:, row]) / model.content_of_good / TONNE
    return [(words.GOODS[good], f"{words.number(float(t))} t") for good, t in zip(GOODS, held, strict=True) if t >= LEAST_FLOW]


def bound(model: TradeModel, row: int) -> list[tuple[str, str]]:
    """Instruments in force that touch a relation of the firm, or name it."""
    name = model.firms.agents[row].name
    hit = [each for each in model.in_force() if name in getattr(each, "entities", ()) or touches(model, row, each)]
    return [(each.name, f"since {words.month(each.date)}") for each in hit]


def touches(model: TradeModel, row: int, measure: Instrument) -> bool:
    """Whether a relation of the firm is among those a measure covers."""
    goods = getattr(measure, "covered_goods", ())
    sellers: frozenset[str] = getattr(measure, "sellers", frozenset())
    buyers = getattr(measure, "buyers", frozenset(model.country_of) - sellers)
    rows = model.trade.between(sellers, buyers, goods, getattr(measure, "covered_sectors", None))
    return bool(((model.trade.buyer[rows] == row) | (model.trade.seller[rows] == row)).any())
