"""What suppliers ask: the price of each offer in levels, which buyers compare as it arrives (E6.1, E15)."""

from typing import TYPE_CHECKING

import numpy as np

from model import kernels
from model.kernels import groups
from model.rules.investment import annuity
from model.rules.numerics import choose, in_turn, most, ratio

if TYPE_CHECKING:
    from model.market import Market
    from model.model import TradeModel


class Offers:
    """Prices at the seller's gate, USD/kg of product, by relation.

    China's makers ask the Chinese quote at home and export parity abroad. Others sell what is quoted by formulas that follow the Chinese quote; for what is priced
    by its cost they ask the inputs at the prices of their region, their conversion, a margin, and the capital charge of what they have built since the start.
    What spot sellers ask is no offer: a buyer whose licence is stuck does not turn down oxide from elsewhere because its quote has risen.
    """

    def __init__(self, model: "TradeModel", market: "Market") -> None:
        self.model, self.market = model, market
        trade, chain, regions = model.trade, model.chain, market.regions
        place, home = regions.place[trade.seller], model.abroad[trade.buyer] == 0.0
        self.own, self.charge = np.zeros(trade.size), np.zeros(trade.size)
        """Conversion with its margin, and the yearly charge on a unit of new capacity, USD/kg, by relation; nothing for what has a quote."""
        by_cost = np.zeros(trade.size, bool)
        for good in self.billed():
            process = chain.makers(good)[0]
            rows = np.flatnonzero((trade.good == good) & (place >= 0) & makes(model, process.name)[trade.seller])
            terms, spent = process.investment, model.columns[process.name].get("toll", model.unit_cost)
            by_cost[rows] = True
            self.own[rows] = spent[trade.seller[rows]] * (1.0 + model.p.maker_margin)
            self.charge[rows] = self.yearly(terms.capex) if terms and terms.capex else 0.0
        count = regions.count
        row = np.where(by_cost, place, np.where((place < 0) & home, count, count + 1))
        self.follow = (row == count + 1) & (place >= 0) & ~home
        """Offers from outside China, abroad from there, at export parity."""
        self.quote = row * len(chain.goods) + trade.good
        """Place of the price each offer starts from: inputs by region and good, then in China, then as China exports."""

    def yearly(self, capex: str) -> float:
        """Yearly charge on a unit of capacity of a firm that earns, USD/kg; capex: name of the parameter for its cost."""
        p = self.model.p
        return getattr(p, capex) * float(annuity(p.cost_of_capital_producer, p.plant_life)) * (1.0 + p.overrun)

    def billed(self) -> list[int]:
        """Goods that are priced by their inputs outside China."""
        return [*self.market.converted.goods.tolist(), *self.market.assembled.goods.tolist()]

    def quotes(self) -> np.ndarray:
        """Prices that offers start from, in the order of `quote`."""
        market = self.market
        inputs = np.zeros_like(market.realised_in)
        for bill in (market.converted, market.assembled):
            inputs[:, bill.goods] = in_turn(bill.outside * market.realised_in[:, None, :])
        return np.vstack([inputs * (1.0 + self.model.p.maker_margin), market.china, market.parity]).ravel()

    def added(self) -> np.ndarray:
        """What each offer adds to that: conversion, and the charge on the share of the maker's capacity that is new."""
        model = self.model
        new = choose(model.base_capacity, most(1.0 - ratio(model.base_capacity, model.capacity), 0.0), 1.0)
        return self.own + self.charge * new[model.trade.seller]

    def land(self, arrivals: groups.Arrivals) -> None:
        """What each offer costs on arrival at the freight and the duties of the day."""
        model, trade, market = self.model, self.model.trade, self.market
        carriage = groups.Carriage(added=self.added(), asked=market.cuts.of_offers(self.follow), freight=trade.freight, tariff=model.levers.tariff, quote=self.quote, place=market.bought_at)
        moves = groups.Moves(offered=self.quotes(), paid=np.vstack([self.market.realised_in, self.market.china]).ravel())
        kernels.land(carriage, moves, trade.share, trade.buyer_cell, arrivals)


def makes(model: "TradeModel", process: str) -> np.ndarray:
    """Which firms are of a process: (firm,)."""
    found = np.zeros(model.count, bool)
    found[model.rows[process]] = True
    return found
