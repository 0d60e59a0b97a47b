"""What plants are paid and pay: one pass over relations, one over firms."""

import numpy as np
from numba import njit

from model.kernels.groups import Accounts, Counters, Gates, Links, Recipe

KILO = 1e3
"""Thousands of USD in a million; kilograms in a tonne."""


@njit(cache=True)
def gate_price(ore: float, price: float, landed: float, by_cost: bool, duty: float, freight: float) -> float:
    """What a seller keeps of the price at the buyer's: less duty (a factor) and freight, and no less than it asks where its goods are priced by their cost; ore is paid for by its deposit (above 0). USD/kg.

    It takes numbers, not arrays: handed over for each relation, these would cost ten times as much.
    """
    if ore > 0.0:
        return ore
    gate = price / duty - freight
    if by_cost:
        gate = max(gate, landed / duty - freight)
    return max(gate, 0.0)


@njit(cache=True)
def worth(rows: np.ndarray, links: Links, flow: np.ndarray, gates: Gates) -> np.ndarray:
    """E15: value of what was shipped on some relations, freight included and duties not, million USD."""
    found = np.zeros(rows.size)
    for k in range(rows.size):
        i = rows[k]
        found[k] = flow[i] / gates.content[i] / 1e6 / KILO * (gate_price(gates.ore[i] * gates.moved[links.good[i]], gates.price[i], gates.landed[i], gates.by_cost[i], 1.0 + gates.tariff[i], gates.freight[i]) + gates.freight[i])
    return found


@njit(cache=True)
def takings(links: Links, flow: np.ndarray, gates: Gates, accounts: Accounts) -> None:
    """E12.1: what each firm is paid (`gate_price`), and what it pays, for what was shipped this month, thousand USD."""
    received, paid = accounts.received, accounts.paid
    received[:], paid[:] = 0.0, 0.0
    for i in range(flow.size):
        if flow[i] > 0.0:
            duty, freight = 1.0 + gates.tariff[i], gates.freight[i]
            gate = gate_price(gates.ore[i] * gates.moved[links.good[i]], gates.price[i], gates.landed[i], gates.by_cost[i], duty, freight)
            tonnes = flow[i] / gates.content[i] / 1e6
            received[links.seller[i]] += tonnes * gate
            paid[links.buyer[i]] += tonnes * (gate + freight) * duty


@njit(cache=True)
def gate_prices(rows: np.ndarray, links: Links, gates: Gates) -> np.ndarray:
    """E12.1: what sellers keep of the price on some relations (`gate_price`), USD/kg."""
    found = np.zeros(rows.size)
    for k in range(rows.size):
        i = rows[k]
        found[k] = gate_price(gates.ore[i] * gates.moved[links.good[i]], gates.price[i], gates.landed[i], gates.by_cost[i], 1.0 + gates.tariff[i], gates.freight[i])
    return found


@njit(cache=True)
def at_the_gate(recipe: Recipe, prices: np.ndarray, place: np.ndarray, margin: float, counters: Counters) -> None:
    """E12.1: price of a kg of each firm's main product with what comes with it, and what its inputs cost, USD/kg; prices: (market, good), China's last."""
    mix, bill, netback, inputs = recipe.mix, recipe.bill, counters.netback, counters.inputs
    netback[:], inputs[:] = 0.0, 0.0
    for g in range(mix.shape[0]):
        for j in range(place.size):
            netback[j] += mix[g, j] * prices[place[j], g]
            inputs[j] += bill[g, j] * prices[place[j], g]
    for j in range(place.size):
        if recipe.by_cost[j]:
            netback[j] = max(netback[j], (inputs[j] + recipe.conversion[j]) * (1.0 + margin))
