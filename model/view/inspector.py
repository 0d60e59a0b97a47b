"""A closer look at one firm or state: stocks, partners, belief, what binds it, and where what it lacks is stuck."""

from html import escape

import solara

from model.names import HOLDER, USER
from model.observe import MONTHS, Partner, Shortfall
from model.policies import Instrument
from model.view import words
from model.view.playback import Playback
from model.view.run import Run
from model.view.snapshot import CAPACITY, COVER, OUTPUT, STOCK
from model.view.words import Wording, wording

STATE = "state "
"""How the map names a state: "state CHN"."""
PARTNERS = 6
"""Suppliers and customers listed; the rest is counted."""
LEAST_FLOW = 0.01
"""Tonnes a month below which a relation is not shown."""


def links(run: Run, name: str) -> list[Partner]:
    """The firm's suppliers and customers that matter, the largest first."""
    return [each for each in run.observer.partners(name) if each.flow >= LEAST_FLOW or each.queue >= LEAST_FLOW]


def shown(run: Run, name: str) -> dict:
    """The firm's relations for the map: {"id", "links": [{id, good (its colour), flow, queue, sells}]}; sells: the other sells to it."""
    said = wording(run.world)
    found = [{"id": each.name, "good": said.good_colour(each.good), "flow": each.flow, "queue": each.queue, "sells": each.sells} for each in links(run, name)]
    return {"id": name, "links": found}


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
    observer, said, row = run.observer, wording(run.world), run.observer.row[name]
    agent = run.model.firms.agents[row]
    country = run.world.countries.name[agent.country]
    solara.HTML(tag="h3", unsafe_innerHTML=escape(run.names[name]), classes=["tn-h3"])
    solara.Text(f"{said.trades[agent.does].one}, {country}", classes=["tn-soft"])
    Stuck(observer.shortfalls(name), said)
    Rows("Now", [("Belief that supply will be restricted within a year", f"{observer.belief(name):.0%}"), *capacity(run, row)])
    Rows("Stocks", stocks(run, name), "Holds nothing.")
    found = links(run, name)
    Partners(run, "Suppliers", [link for link in found if link.sells], playback)
    Partners(run, "Customers", [link for link in found if not link.sells], playback)
    Rows("Bound by", [(each.name, f"since {words.month(each.date)}") for each in observer.bound(name)], "No instrument touches its trade.")


@solara.component
def Stuck(lines: list[Shortfall], said: Wording) -> None:
    """Which input a firm lacks, and where what it ordered is."""
    for line in lines:
        places = {"queue": "in the licence queue", "supplier": "with suppliers who cannot deliver", "transit": "on its way"}
        where = ", ".join(f"{words.number(getattr(line, key))} t {text}" for key, text in places.items() if getattr(line, key) >= LEAST_FLOW)
        with solara.Div(classes=["tn-stuck"]):
            orders = f"Of its orders: {where}" if where else "Nothing is on order"
            solara.Text(f"Short of {said.world.names[line.good]}: {words.number(line.missing)} t missing. {orders}.")


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
def Partners(run: Run, title: str, found: list[Partner], playback: Playback) -> None:
    """Suppliers or customers, the largest first; a click goes there."""
    said = wording(run.world)
    solara.Text(title, classes=["tn-h4"])
    for link in found[:PARTNERS]:
        with solara.Div(classes=["tn-row", "tn-partner"]):
            solara.Button(run.names[link.name], on_click=lambda name=link.name: playback.selected.set(name), text=True, classes=["tn-link"])
            waiting = f", {words.number(link.queue)} t wait for a licence" if link.queue >= LEAST_FLOW else ""
            solara.Text(f"{said.goods[link.good]}: {words.number(link.flow)} t/month{waiting}", classes=["tn-soft"])
    rest = len(found) - PARTNERS
    if rest > 0 or not found:
        solara.Text(f"and {rest} more" if rest > 0 else "None.", classes=["tn-soft"])


@solara.component
def State(playback: Playback, country: str) -> None:
    """A government: doctrine, instruments, and what its country makes and fears."""
    _, run = playback.frames.value, playback.run
    model, facts = run.model, run.world.countries
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
    """Output by process, tonnes a month."""
    output, said = run.frame.snapshot.table()[:, OUTPUT], wording(run.world)
    sums: dict[str, float] = {}
    for agent, tonnes in zip(run.model.firms.agents, output.tolist(), strict=True):
        if agent.country == country and agent.process and tonnes > 0:
            sums[agent.does] = sums.get(agent.does, 0.0) + tonnes
    return [(said.stage(run.model.chain.by_name[does]), f"{words.number(tonnes)} {said.trades[does].unit}/month") for does, tonnes in sums.items()]


def capacity(run: Run, row: int) -> list[tuple[str, str]]:
    """Capacity, output and cover of a firm."""
    values, agent, unit = run.frame.snapshot.firm(row), run.model.firms.agents[row], run.atlas.world["nodes"][row]["unit"]
    lasts = ("Scarcest input lasts", f"{values[COVER]:.1f} months")
    if agent.kind == USER:
        return [("Needs", f"{words.number(values[CAPACITY] / MONTHS)} t/month"), ("Uses", f"{words.number(values[OUTPUT])} t/month"), lasts]
    if agent.kind == HOLDER:
        return [("Holds", f"{words.number(values[STOCK])} t")]
    return [("Capacity", f"{words.number(values[CAPACITY])} {unit}/year"), ("Output", f"{words.number(values[OUTPUT])} {unit}/month"), lasts]


def stocks(run: Run, name: str) -> list[tuple[str, str]]:
    """Inventories of a firm by good, inputs and finished goods together."""
    said = wording(run.world)
    return [(said.goods[good], f"{words.number(tonnes)} t") for good, tonnes in run.observer.stocks(name).items() if tonnes >= LEAST_FLOW]
