"""The network as a graph: agents and relations of the last month."""

import networkx as nx
import numpy as np
import pytest
from worlds import CHINESE, MAGNETS, USERS, chain_world, firm, relation

from model import ExportLicence, Scenario, Tariff, TradeModel

EVENTS = (
    ExportLicence(date="2024-02", origin="CHN", goods=MAGNETS, approval_rate=0.5, name="office"),
    Tariff(date="2024-02", importer="USA", origins="CHN", goods=MAGNETS, rate=0.25, name="duty"),
)


@pytest.fixture(scope="module")
def model():
    return chain_world(*EVENTS, firms=CHINESE).run_until("2024-04")


def test_agents_are_nodes_and_relations_are_edges(model):
    graph = model.graph
    assert isinstance(graph, nx.MultiDiGraph) and graph.graph["month"] == "2024-04"
    firms = {name for name, node in graph.nodes(data=True) if node["kind"] != "State"}
    assert firms == {agent.name for agent in model.firms.agents}
    assert graph.number_of_edges() == model.trade.size
    assert {key: graph.nodes["JL Mag"][key] for key in ("kind", "country", "stage")} == {"kind": "MagnetMaker", "country": "CHN", "stage": "magnet"}
    assert set(graph.nodes["state CHN"]["measures"]) == {"office"} and set(graph.nodes["state USA"]["measures"]) == {"duty"}


def edge(model, seller, buyer, good):
    return next(data for *_, data in model.graph.out_edges(seller, data=True) if data["good"] == good and _[1] == buyer)


def test_an_edge_carries_the_trade_of_the_month(model):
    row = relation(model, "JL Mag", USERS[1], "magnet_high")
    data, trade = edge(model, "JL Mag", USERS[1], "magnet_high"), model.trade
    per_tonne = trade.content[row] * 1e6
    assert data["flow"] == pytest.approx(trade.flow[row] / per_tonne)
    assert data["order"] == pytest.approx(trade.orders[row] / per_tonne)
    assert data["queue"] == pytest.approx(trade.queued[row] / per_tonne) and data["queue"] > 0
    assert data["tariff"] == 0.25 and data["lag"] == trade.lag[row]


def test_a_node_carries_its_stocks(model):
    held = model.graph.nodes[USERS[0]]["inventories"]
    assert set(held) == set(MAGNETS[:2])
    agent = firm(model, USERS[0])
    assert sum(held.values()) == pytest.approx(agent.held[5:8].sum() / 0.28 / 1e6)


def test_the_graph_is_that_of_the_last_month(model):
    before = model.graph
    assert model.graph is before
    model.step()
    assert model.graph is not before and model.graph.graph["month"] == "2024-05"


def test_exports_of_the_graph_are_those_of_the_results():
    model = TradeModel(Scenario.load("history")).run_until("2024-06")
    country = nx.get_node_attributes(model.graph, "country")
    shipped = sum(
        data["flow"] for seller, buyer, data in model.graph.edges(data=True)
        if country[seller] == "CHN" != country[buyer] and data["good"] in MAGNETS
    )  # fmt: skip
    exports = model.results().china_exports.sel(month="2024-06", good=list(MAGNETS))
    assert shipped == pytest.approx(float(exports.sum()))


def test_who_would_be_left_without_china():
    """A question the graph answers in a line: suppliers of end users, upstream."""
    model = chain_world(firms=CHINESE)
    model.step()
    upstream = nx.ancestors(model.graph, USERS[0])
    assert upstream == set(CHINESE)
    assert np.isfinite([data["price"] for *_, data in model.graph.edges(data=True)]).all()
