"""Where goods come from: shares of Chinese origin follow shipments and recipes."""

import numpy as np
from numba import njit

from model.kernels.groups import Links, Origin, Recipe
from model.rules import in_kernels, numerics, sourcing

mixed, share_of = in_kernels(sourcing.mixed), in_kernels(numerics.share_of)


@njit(cache=True)
def origins(rows: np.ndarray, links: Links, shares: Origin) -> np.ndarray:
    """E8.6: share of Chinese origin in what is sold on each of some relations: who only keeps goods sells them as they came."""
    found, held, sold, keeps = np.zeros(rows.size), shares.held, shares.sold, shares.keeps
    for k in range(rows.size):
        g, seller = links.good[rows[k]], links.seller[rows[k]]
        found[k] = held[g, seller] if keeps[seller] else sold[seller]
    return found


@njit(cache=True)
def mix(links: Links, flow: np.ndarray, stock: np.ndarray, shares: Origin) -> None:
    """E8.6: shipments (relation,) mix into what their buyers had (good, firm), leading grams: sets `shares.held`."""
    came, chinese, held = np.zeros(stock.shape), np.zeros(stock.shape), shares.held
    part = origins(np.arange(flow.size), links, shares)
    for i in range(flow.size):
        came[links.good[i], links.buyer[i]] += flow[i]
        chinese[links.good[i], links.buyer[i]] += flow[i] * part[i]
    for g in range(stock.shape[0]):
        for j in range(stock.shape[1]):
            held[g, j] = mixed(held[g, j], stock[g, j], came[g, j], chinese[g, j])


@njit(cache=True)
def pass_on_origin(recipe: Recipe, prices: np.ndarray, place: np.ndarray, netback: np.ndarray, expected: np.ndarray, least: np.ndarray, shares: Origin) -> None:
    """E8.6: sets `shares.sold`: the share of the value of a kg of what each firm makes that its inputs of Chinese origin cost, and of what is used without a price theirs by amount; no less than `least` (firm,).

    prices: (place, good), USD/kg; place: where each firm buys; netback: what it is paid, USD/kg.
    """
    for j in range(least.size):
        cost, foreign, used, from_there = 0.0, 0.0, 0.0, 0.0
        for g in range(prices.shape[1]):
            worth = recipe.bill[g, j] * prices[place[j], g]
            cost += worth
            foreign += worth * shares.held[g, j]
            used += expected[g, j]
            from_there += expected[g, j] * shares.held[g, j]
        made = share_of(foreign, max(netback[j], cost)) if cost > 0.0 else share_of(from_there, used)
        shares.sold[j] = max(min(made, 1.0), least[j])
