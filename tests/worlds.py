"""Tiny worlds for tests: a few firms of the shipped tables, their trade rescaled so that they start in balance.

`oxide_world`: a Chinese mine, a Chinese refiner and one user of NdPr oxide abroad. `chain_world`: a whole chain, mine to end
users, outside China or inside. Firms without links stand idle; the model wants one maker of each kind for its averages.
"""

from functools import cache

import numpy as np
import pandas as pd
from vocabulary import WORLD

from model import ExportLicence, Scenario, TradeModel
from model.world import build

MINE, REFINER, OXIDE_USER = "Bayan Obo", "Northern Rare Earth separation (Baotou)", "nonmagnet_ndpr@ROW"
OXIDE_LINKS = (
    (MINE, REFINER, "concentrate", 8000.0, 1),
    (REFINER, OXIDE_USER, "oxide_NdPr", 1200.0, 1),
)
"""Supplier, buyer, good, tonnes a year, contract."""

ABROAD = ("Serra Verde (Pela Ema)", "LAMP Kuantan", "Less Common Metals (Ellesmere Port)", "VACUUMSCHMELZE Hanau")
CHINESE = ("South China ion-adsorption clays", "CREG domestic-quota separation", "CREG metals (Ganzhou, Longnan, Sichuan)", "JL Mag")
USERS = ("auto_other@EU27", "auto_other@USA", "defence_aerospace@USA")
IDLE = ("Mt Weld", "Less Common Metals (Ellesmere Port)", "VACUUMSCHMELZE Hanau", "JL Mag", "Heraeus Remloy (Bitterfeld)")
"""Stand idle in every tiny world that has no trade for them."""

STILL = Scenario.load("balanced")
EU_CARS, US_CARS, US_DEFENCE = USERS
MAKER = CHINESE[-1]
MONTHLY = 100e6 / 1.1770
"""NdPr in 100 t of its oxide, grams, to three digits."""
MAGNETS = ("magnet_standard", "magnet_high", "magnet_extreme")
CONTROLLED = ("oxide_Dy", "oxide_Tb", *MAGNETS)


def chain_links(firms, users):
    """A chain that sells 600 t of standard and 600 t of high-grade magnets a year, in equal parts to each user."""
    mine, refiner, metal, magnet = firms
    sold = [(magnet, user, grade, 600.0 / len(users), int(user == users[0])) for user in users for grade in MAGNETS[:2]]
    inputs = (
        (mine, refiner, "concentrate", 3800.0, 1), (refiner, metal, "oxide_NdPr", 600.0, 1), (metal, magnet, "metal_NdPr", 480.0, 1),
        (refiner, magnet, "oxide_Dy", 17.0, 1), (refiner, magnet, "oxide_Tb", 3.4, 1),
    )  # fmt: skip
    return (*inputs, *sold)


def filtered(links, more=()):
    """The shipped tables cut down to the firms of some links, of `IDLE` and of `more`; what is not sold there is not made."""
    shipped = WORLD.tables
    names = {name for link in links for name in link[:2]} | {*IDLE, *more}
    users = shipped["demand"].sector + "@" + shipped["demand"].country
    sold = {(link[0], link[2]) for link in links}
    outputs = shipped["outputs"][[pair in sold for pair in zip(shipped["outputs"].entity, shipped["outputs"].good, strict=True)]]
    firms = shipped["firms"][shipped["firms"].entity.isin(names)]
    return shipped | {"firms": firms, "outputs": outputs, "demand": shipped["demand"][users.isin(names)], "pipeline": shipped["pipeline"][:0], "contracts": shipped["contracts"][:0], "home_preference": shipped["home_preference"][:0], "stores": shipped["stores"][:0], "links": rows_of(links)}


def rows_of(links):
    """Links as links.csv writes them, each buyer's shares summing to one."""
    makers = WORLD.tables["firms"].set_index("entity").country
    table = pd.DataFrame(links, columns=["supplier", "buyer", "good", "tonnes_base", "contract"])
    bought = table.groupby(["buyer", "good"]).tonnes_base.transform("sum")
    places = {f"{end}_country": [makers.get(name, name.split("@")[-1]) for name in table[end]] for end in ("supplier", "buyer")}
    return table.assign(**places, share_of_buyer=table.tonnes_base / bought, qualified=1)


@cache
def facts(links, more=()):
    """The world of some links, built once."""
    return {"world": build(WORLD.words, filtered(links, more))}


def oxide_world(*events, scenario=STILL, more=(), **choices):
    """Mine and refiner in China, one user of NdPr oxide abroad; 100 t of oxide a month."""
    return found(OXIDE_LINKS, events, scenario, more, choices)


def chain_world(*events, firms=ABROAD, users=USERS, scenario=STILL, more=(), **choices):
    """A whole chain that supplies three end users; 100 t of magnets a month."""
    return found(chain_links(firms, users), events, scenario, more, choices)


def found(links, events, scenario, more, choices):
    if events:
        scenario = scenario.with_events(events)
    return TradeModel(scenario, **facts(links, tuple(more)), **choices)


def relation(model, seller, buyer, good):
    """Number of the relation of two firms for a good."""
    rows = {agent.name: agent.row for agent in model.firms.agents}
    goods = list(model.recorder.coords["good"])
    trade = model.trade
    found = (trade.seller == rows[seller]) & (trade.buyer == rows[buyer]) & (trade.good == goods.index(good))
    return int(found.nonzero()[0][0])


def firm(model, name):
    return next(agent for agent in model.firms.agents if agent.name == name)


def equal(one, other):
    """Two runs' results are the same to the last bit."""
    one, other = one.results(), other.results()
    return all(one[name].identical(other[name]) for name in one.data_vars) and set(one.data_vars) == set(other.data_vars)


def licence(**changed):
    return ExportLicence(**{"date": "2024-03", "origin": "CHN", "goods": "oxide_NdPr", "name": "office"} | changed)


def oxide_flows(model, months):
    """Grams of NdPr that the seller is asked for by the user abroad, that leave, and that stand applied for, month by month."""
    row, lines = relation(model, REFINER, OXIDE_USER, "oxide_NdPr"), []
    for _ in range(months):
        model.step()
        lines.append((model.trade.asked[row], model.trade.flow[row], model.licensing.paper.standing[row]))
    return np.array(lines).T


def levers_of(model, buyer, good="magnet_high", seller=MAKER):
    """Controlled share and approval rate on one relation."""
    row, levers = relation(model, seller, buyer, good), model.levers
    return levers.controlled[row], levers.approval[row]


def neutral(model):
    """No lever is pulled."""
    levers = model.levers
    off = (levers.controlled, levers.denial, levers.least_months, levers.tariff, levers.banned, levers.general, levers.capacities, levers.places, levers.limited)
    on = (levers.approval, levers.open, levers.factor, levers.openness)
    calm = np.full(model.count, model.p.belief_background)
    return (
        all((a == 0).all() for a in off) and all((a == 1).all() for a in on)
        and (levers.severity == calm).all() and not levers.home_first.any() and not levers.under_office.any() and not levers.under_quota.any()
    )  # fmt: skip
