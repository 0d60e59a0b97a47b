"""The trade network as a graph: the form in which it is analysed, drawn and exported."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import networkx as nx

if TYPE_CHECKING:
    from model.model import TradeModel

TONNE, YEAR = 1e6, 12.0
BEFORE = "start"
"""The month a graph is said to be of before the first has ended."""


class Network:
    """Builds `networkx.MultiDiGraph` from the arrays when asked, once per month."""

    def __init__(self, model: "TradeModel") -> None:
        self.model = model
        self.built: nx.MultiDiGraph | None = None
        self.month: int | None = None

    def graph(self) -> nx.MultiDiGraph:
        """The network of the last month, for reading only: change a copy, `graph.copy()`.

        Nodes are agents: kind, country, stage; for firms capacity (t/year of the main product), price (USD/kg of it) and `inventory_GOOD` (t); for states
        measures, the names of their instruments. Edges are relations: good, flow, order, queue (t), price (USD/kg), tariff (1), lag (months), licensed,
        qualified. The graph: month, scenario, seed. Every attribute is a word, a number or a truth, so networkx writes it as GraphML, GEXF or GML.
        """
        if not self.model.between_months:
            return self.build()
        if self.built is None or self.month != self.model.now:
            self.built, self.month = self.build(), self.model.now
        return self.built

    def build(self) -> nx.MultiDiGraph:
        model = self.model
        graph = nx.MultiDiGraph(month=model.month or BEFORE, scenario=model.course.name, seed=model.seed)
        graph.add_nodes_from(self.firms())
        graph.add_nodes_from(self.states())
        graph.add_edges_from(self.relations())
        return sealed(graph)

    def firms(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each firm's name and attributes."""
        model = self.model
        stocks = ((model.held + model.shelf).T / (model.measures.content_of_good * TONNE)).tolist()
        capacity = (model.capacity * YEAR / TONNE / model.measures.content_of_product).tolist()
        for agent, stock in zip(model.firms.agents, stocks, strict=True):
            good = agent.product if agent.product is not None else model.chain.index(model.facts.headline.licence)
            price = model.market.price_where(agent.row)
            facts = {"kind": agent.kind, "country": agent.country, "stage": agent.stage or "", "capacity": capacity[agent.row], "price": float(price[good])}
            yield agent.name, facts | {f"inventory_{name}": tonnes for name, tonnes in zip(model.chain.goods, stock, strict=True)}

    def states(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each state's name and attributes."""
        for state in self.model.states.agents:
            measures = "; ".join(instrument.name for instrument in state.chosen)
            yield f"state {state.country}", {"kind": state.kind, "country": state.country, "stage": "", "measures": measures}

    def relations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Seller, buyer and attributes of each relation over which goods can or did move."""
        trade, levers, goods = self.model.trade, self.model.levers, self.model.chain.goods
        tonnes = 1.0 / trade.content / TONNE
        columns = {
            "flow": trade.flow * tonnes, "order": trade.orders * tonnes, "queue": self.model.licensing.paper.standing * tonnes, "price": trade.price, "lag": trade.lag,
            "tariff": levers.tariff, "licensed": levers.controlled > 0.0, "qualified": trade.status == 2,
        }  # fmt: skip
        names = [agent.name for agent in self.model.firms.agents]
        ends = zip(trade.seller.tolist(), trade.buyer.tolist(), trade.good.tolist(), strict=True)
        for (seller, buyer, good), values in zip(ends, zip(*(column.tolist() for column in columns.values()), strict=True), strict=True):
            yield names[seller], names[buyer], {"good": goods[good], **dict(zip(columns, values, strict=True))}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "built": None}


class Sealed(dict):
    """Attributes that cannot be changed; a copy, a deep copy and a pickle of them can."""

    def refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise nx.NetworkXError("the graph shows the month as it was and cannot be changed; change a copy: model.graph.copy()")

    __setitem__ = __delitem__ = __ior__ = update = setdefault = popitem = clear = refuse

    def pop(self, key: Any, *default: Any) -> Any:
        """networkx's writers take out what may be there, such as an "id"; what is there stays."""
        return self.refuse() if key in self else super().pop(key, *default)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def sealed(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """The graph, from now on for reading only, attributes included (`nx.freeze` leaves those open)."""
    graph.graph = Sealed(graph.graph)
    for name, facts in graph.nodes(data=True):
        graph._node[name] = Sealed(facts)
    for _, buyers in graph.adjacency():
        for relations in buyers.values():
            relations.update({number: Sealed(facts) for number, facts in relations.items()})
    return nx.freeze(graph)
