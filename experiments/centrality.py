"""How central a place in the trade network is, by the usual measures of networks: to be held against what its loss really costs."""

from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
from scipy.stats import rankdata

MEASURES = {"throughput": "value it sells", "betweenness": "betweenness", "pagerank": "PageRank of what is bought", "dependants": "buyers it can reach"}
"""Measures and how they read."""
THOUSAND = 1000.0
"""Thousand USD, as a tonne at so many USD/kg costs, in a million."""


def trade(graph: nx.MultiDiGraph, prices: Mapping[str, float], place: Mapping[str, str] | None = None) -> nx.DiGraph:
    """What is traded between places, sellers to buyers: value (million USD a month at given prices, USD/kg) and its inverse, the distance. place: the place of each firm; firms themselves if None."""
    found = nx.DiGraph()
    for seller, buyer, facts in graph.edges(data=True):
        value = facts["flow"] * prices[facts["good"]] / THOUSAND
        one, other = (name if place is None else place.get(name, name) for name in (seller, buyer))
        if value > 0.0 and one != other:
            found.add_edge(one, other, value=value + (found[one][other]["value"] if found.has_edge(one, other) else 0.0))
    for _, _, facts in found.edges(data=True):
        facts["distance"] = 1.0 / facts["value"]
    return found


def centralities(network: nx.DiGraph) -> dict[str, dict[str, float]]:
    """Each measure of each place. PageRank runs from buyers to sellers, in proportion to what they buy from each: it is high where much of what is made in the end goes through."""
    return {
        "throughput": {name: float(value) for name, value in network.out_degree(weight="value")},
        "betweenness": nx.betweenness_centrality(network, weight="distance"),
        "pagerank": nx.pagerank(network.reverse(), weight="value") if len(network) else {},
        "dependants": {name: float(len(nx.descendants(network, name))) for name in network},
    }


def rank_correlation(one: Sequence[float] | np.ndarray, other: Sequence[float] | np.ndarray) -> float:
    """Spearman's, ties at their mean rank; NaN where one of the two does not differ at all."""
    ranks = rankdata(one), rankdata(other)
    if any(np.ptp(each) == 0.0 for each in ranks):
        return np.nan
    return float(np.corrcoef(*ranks)[0, 1])
