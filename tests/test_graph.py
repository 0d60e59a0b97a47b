"""The network as a graph: agents and relations of the last month."""

import copy
import pickle
import re

import networkx as nx
import numpy as np
import pytest
from vocabulary import GOODS
from worlds import CHINESE, MAGNETS, USERS, chain_world, firm, relation

from model import ExportLicence, Scenario, Tariff, TradeModel
from model.agents import OEM

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
    assert graph.nodes["state CHN"]["measures"] == "office" and graph.nodes["state USA"]["measures"] == "duty"


def edge(model, seller, buyer, good):
    return next(data for *_, data in model.graph.out_edges(seller, data=True) if data["good"] == good and _[1] == buyer)


def test_an_edge_carries_the_trade_of_the_month(model):
    row = relation(model, "JL Mag", USERS[1], "magnet_high")
    data, trade = edge(model, "JL Mag", USERS[1], "magnet_high"), model.trade
    per_tonne = trade.content[row] * 1e6
    assert data["flow"] == pytest.approx(trade.flow[row] / per_tonne)
    assert data["order"] == pytest.approx(trade.orders[row] / per_tonne)
    assert data["queue"] == pytest.approx(model.licensing.paper.standing[row] / per_tonne) and data["queue"] > 0
    assert data["tariff"] == 0.25 and data["lag"] == trade.lag[row]


def test_a_node_carries_its_stocks(model):
    node, agent = model.graph.nodes[USERS[0]], firm(model, USERS[0])
    held = {good: node[f"inventory_{good}"] for good in GOODS}
    assert {good for good, tonnes in held.items() if tonnes > 0} == set(MAGNETS[:2])
    assert sum(held.values()) == pytest.approx(agent.held[5:8].sum() / 0.28 / 1e6)


def test_the_graph_is_that_of_the_last_month(model):
    before = model.graph
    assert model.graph is before
    model.step()
    assert model.graph is not before and model.graph.graph["month"] == "2024-05"


@pytest.fixture(scope="module")
def real():
    """Every fifth relation of the shipped world, whose names have commas, ampersands and brackets."""
    whole = TradeModel("history").run_until("2024-02").graph
    return whole.edge_subgraph(list(whole.edges(keys=True))[::5])


FORMATS = {
    "graphml": (nx.write_graphml, nx.read_graphml),
    "gexf": (nx.write_gexf, nx.read_gexf),
    "gml": (nx.write_gml, nx.read_gml),
}


def relations(graph):
    """Attributes of each relation; no two share seller, buyer and good."""
    return {(seller, buyer, data["good"]): data for seller, buyer, data in graph.edges(data=True)}


@pytest.mark.parametrize("form", FORMATS)
def test_a_written_graph_reads_back_with_the_same_numbers(form, model, real, tmp_path):
    write, read = FORMATS[form]
    for written in (model.graph, real):
        write(written, tmp_path / f"trade.{form}")
        back = read(tmp_path / f"trade.{form}")
        nodes, edges = dict(back.nodes(data=True)), relations(back)
        assert {name: {key: nodes[name][key] for key in data} for name, data in written.nodes(data=True)} == dict(written.nodes(data=True))
        assert {ends: {key: edges[ends][key] for key in data} for ends, data in relations(written).items()} == relations(written)
        assert form == "gexf" or {key: back.graph[key] for key in written.graph} == written.graph  # GEXF has no place for them


@pytest.mark.parametrize("form", FORMATS)
def test_a_graph_is_written_before_the_first_month(form, tmp_path):
    FORMATS[form][0](chain_world().graph, tmp_path / f"trade.{form}")


def test_every_attribute_is_a_word_a_number_or_a_truth_under_a_plain_name(model):
    graph = model.graph
    attributes = [graph.graph, *(data for _, data in graph.nodes(data=True)), *(data for *_, data in graph.edges(data=True))]
    assert {type(value) for each in attributes for value in each.values()} == {str, int, float, bool}
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9_]*", key) for each in attributes for key in each)


def test_the_graph_shown_cannot_be_changed(model):
    graph = model.graph
    maker = graph.nodes["JL Mag"]
    trade = next(data for *_, data in graph.edges(data=True))
    edits = [
        lambda: graph.remove_node("JL Mag"), lambda: graph.add_edge("JL Mag", USERS[0]), lambda: maker.update(capacity=0.0),
        lambda: nx.set_node_attributes(graph, 1.0, "rank"), lambda: trade.pop("flow"), graph.graph.clear,
    ]  # fmt: skip
    before = pickle.dumps(graph)
    for edit in edits:
        with pytest.raises(nx.NetworkXError):
            edit()
    assert pickle.dumps(model.graph) == before


def test_the_graph_of_a_pickled_run_cannot_be_changed_either(model):
    shown = model.graph
    again = pickle.loads(pickle.dumps(model))
    assert nx.utils.graphs_equal(again.graph, shown)
    with pytest.raises(nx.NetworkXError, match="change a copy"):
        again.graph.nodes["JL Mag"]["capacity"] = 0.0


@pytest.mark.parametrize("copied", [nx.MultiDiGraph.copy, lambda graph: nx.MultiDiGraph(nx.to_directed(graph.to_undirected())), nx.MultiDiGraph])
def test_a_copy_can_be_changed_and_changes_nothing_else(model, copied):
    shown = copy.deepcopy(dict(model.graph.nodes(data=True)))
    graph = copied(model.graph)
    nx.set_node_attributes(graph, nx.degree_centrality(graph), "rank")
    graph.graph["month"] = "never"
    graph.remove_node("JL Mag")
    copy.deepcopy(model.graph.nodes["JL Mag"])["rank"] = 1.0
    assert dict(model.graph.nodes(data=True)) == shown and model.graph.graph["month"] != "never"


class Onlooker(OEM):
    """Looks at the network in the middle of the month."""

    def consume(self):
        self.model.graph
        super().consume()


def test_a_look_in_the_middle_of_the_month_is_not_kept():
    plain, watched = chain_world(firms=CHINESE), chain_world(firms=CHINESE, cast={USERS[0]: Onlooker})
    for model in (plain, watched):
        model.step()
    assert nx.utils.graphs_equal(plain.graph, watched.graph)


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
