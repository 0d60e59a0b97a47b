"""The trade network as a graph: the form in which it is analysed, drawn and exported."""

import networkx as nx

from model.names import GOODS

TONNE, YEAR = 1e6, 12.0


class Network:
    """Builds `networkx.MultiDiGraph` from the arrays when asked, once per month."""

    def __init__(self, model):
        self.model = model
        self.built, self.month = None, None

    def graph(self):
        """Nodes are agents; edges carry good, flow, order, queue (t), price (USD/kg), tariff (1), lag (months)."""
        if self.built is None or self.month != self.model.now:
            self.built, self.month = self.build(), self.model.now
        return self.built

    def build(self):
        graph = nx.MultiDiGraph(month=self.model.month, scenario=self.model.course.name)
        self.add_agents(graph)
        self.add_relations(graph)
        return graph

    def add_agents(self, graph):
        """kind, country, stage; inventories (t by good), capacity (t/year of the main product), price (USD/kg of it)."""
        model = self.model
        tonnes = 1.0 / model.content_of_good / TONNE
        capacity = model.capacity * YEAR / TONNE / model.content_of_product
        for agent in model.firms.agents:
            held = (model.held[:, agent.row] + model.shelf[:, agent.row]) * tonnes
            good = agent.product if agent.product is not None else GOODS.index("magnet_high")
            price = model.market.realised if model.abroad[agent.row] else model.market.china
            graph.add_node(
                agent.name, kind=agent.kind, country=agent.country, stage=agent.stage, capacity=float(capacity[agent.row]),
                inventories={name: float(t) for name, t in zip(GOODS, held, strict=True) if t > 0.0},
                price=float(price[good]),
            )  # fmt: skip
        for state in model.states.agents:
            measures = [instrument.name for instrument in state.chosen]
            graph.add_node(f"state {state.country}", kind="State", country=state.country, stage=None, capacity=0.0, inventories={}, price=None, measures=measures)

    def add_relations(self, graph):
        """One edge per relation over which goods can or did move."""
        model, trade = self.model, self.model.trade
        names = [agent.name for agent in model.firms.agents]
        tonnes = 1.0 / trade.content / TONNE
        flow, order, queue = trade.flow * tonnes, trade.orders * tonnes, trade.queued * tonnes
        for i in range(trade.size):
            graph.add_edge(
                names[trade.seller[i]], names[trade.buyer[i]], good=GOODS[trade.good[i]], flow=float(flow[i]),
                order=float(order[i]), queue=float(queue[i]), price=float(trade.price[i]), lag=int(trade.lag[i]),
                tariff=float(model.levers.tariff[i]), licensed=bool(model.levers.controlled[i] > 0.0),
                qualified=int(trade.status[i]) == 2,
            )  # fmt: skip


