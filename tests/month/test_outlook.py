"""look: prices that investors expect and fear, what contracts promise them, and how far plants to come will be used (E11.1 to E11.3)."""

import math

import numpy as np
import pandas as pd
import pytest
from hands import HANAU, KUANTAN, abroad, bill_of, near, one, put, still, two_chains
from vocabulary import CONCENTRATE, MAGNET_EXTREME, MAGNET_HIGH, MAGNET_STANDARD, MAGNETS, METAL, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, SHIPPED
from worlds import ABROAD, CHINESE, US_CARS, firm

from model import Scenario, TradeModel
from model.market import OUTSIDE
from model.names import CHINA, month_name
from model.treasury import COST

VERBS = ("look",)
METALS = ABROAD[2]

# Prices remembered


def test_investors_smooth_what_is_paid_and_remember_what_was_asked():
    """A fifth of the way to the price paid. A crisis remembered at 6 fades by a tenth of what exceeds parity (or what is expected); a higher ask renews it."""
    model = two_chains(scenario=still(price_memory=5.0, crisis_forgetting=0.1))
    outlook, market = model.outlook, model.market
    base = market.base_outside
    outlook.expected[:], outlook.crisis[:] = base, 6 * base
    market.realised[:], market.asked[:], market.china[:] = base, 3 * base, market.base_china
    market.realised[OXIDE_TB], market.china[OXIDE_DY], market.asked[MAGNET_HIGH] = 1.5 * base[OXIDE_TB], 3 * market.base_china[OXIDE_DY], 9 * base[MAGNET_HIGH]
    outlook.look()
    assert outlook.expected[[OXIDE_NDPR, OXIDE_TB]] == near([base[OXIDE_NDPR], 1.1 * base[OXIDE_TB]])
    seen = outlook.crisis[[OXIDE_NDPR, OXIDE_DY, OXIDE_TB, MAGNET_HIGH]] / base[[OXIDE_NDPR, OXIDE_DY, OXIDE_TB, MAGNET_HIGH]]
    assert seen == near([6 - 0.1 * (6 - 1), 6 - 0.1 * (6 - 3), 6 - 0.1 * (6 - 1.1), 9])


def test_the_crises_remembered_at_the_start_are_those_of_the_table_where_the_past_does_not_count():
    model = two_chains(scenario=still(crisis_price_light=200.0, crisis_price_dy=900.0, crisis_price_magnet=500.0, price_history=0.0))
    crisis, base = model.outlook.crisis, model.market.base_outside  # nobody builds by the price of Tb, and its class remembers none
    assert crisis[[OXIDE_NDPR, OXIDE_DY]] == near([200, 900])
    assert crisis[OXIDE_TB] == near(base[OXIDE_TB]) and crisis[METAL] == near(200 / base[OXIDE_NDPR] * base[METAL])
    assert crisis[MAGNETS] == near(500 / base[MAGNET_HIGH] * base[MAGNETS])
    assert (two_chains(scenario=still(crisis_price_light=1.0, price_history=0.0)).outlook.crisis >= base).all()  # never below what is paid


def test_each_goes_by_the_prices_of_its_region_and_a_mine_by_ore_such_as_its_own():
    """A hundred and a good's number in the EU, two hundred and it elsewhere outside, on average three hundred and it."""
    model = two_chains(scenario=still())
    outlook, regions, number = model.outlook, model.market.regions, np.arange(9)
    outlook.expected_in[:], outlook.expected[:], outlook.crisis[:] = 200.0 + number, 300.0 + number, 900.0 + number
    outlook.expected_in[regions.names.index("EU27")] = 100.0 + number
    outlook.survey()
    assert (firm(model, HANAU).expects, firm(model, HANAU).fears) == near((100 + MAGNET_HIGH, 900 + MAGNET_HIGH))
    assert firm(model, KUANTAN).expects == near(200 + OXIDE_NDPR)
    mine = firm(model, ABROAD[0])
    own = mine.base_price / model.market.base_outside[CONCENTRATE]
    assert (mine.expects, mine.fears) == near((200 * own, 900 * own))
    magnets, metals = bill_of(model.market, MAGNET_HIGH)[1], bill_of(model.market, METAL)[1]
    assert firm(model, HANAU).pays == near(sum(magnets[good] * (100 + good) for good in (METAL, OXIDE_DY, OXIDE_TB)))
    assert firm(model, METALS).pays == near(metals[OXIDE_NDPR] * (100 + OXIDE_NDPR)) and firm(model, KUANTAN).pays == near(float(model.outlook.ores["refine"][CONCENTRATE] * (300.0 + CONCENTRATE - model.market.base_outside[CONCENTRATE])))


def test_what_waiting_is_worth_goes_by_how_the_price_moves():
    """At rates of 0.04 and a volatility of 0.2 what it costs once over; a quarter of that counts."""
    model = abroad(scenario=still(discount=0.04, waiting_weight=0.25))
    model.market.volatility[:] = 0.4
    model.market.volatility[MAGNET_HIGH] = 0.2
    model.outlook.survey()
    assert model.outlook.prospects["magnet"].waiting == near(0.25) and model.outlook.prospects["metal"].waiting > 0.35


@pytest.mark.parametrize(("name", "last"), [("truce_holds", "9999-12"), ("open_trade", "2025-03")])
def test_floors_and_contracts_of_the_tables_are_known_to_those_who_have_them(name, last):
    """Share and price of what is sold at a floor, of contracts that stand or begin while a plant begun now is built, worked from the table, of a floor the share of a plant's life it covers; nobody else is promised anything. Where no crisis comes, only what was agreed before the first control, of April 2025."""
    model, table = TradeModel(Scenario.load(name)), SHIPPED.tables["contracts"]
    table = table[(table["from"] <= last) & (table["binding"] != "mou")]
    lag = {"mine": model.p.lag_mine, "refine": model.p.lag_refine, "metal": model.p.lag_magnet, "magnet": model.p.lag_magnet}
    opens = {name: month_name(model.first + math.ceil(lag[model.does[SHIPPED.entities.row[name]]])) for name in table.seller if name in SHIPPED.entities.row.index and model.does[SHIPPED.entities.row[name]] in lag}
    table = table[[name in opens and begins <= opens[name] and ends >= "2024-01" for name, begins, ends in zip(table.seller, table["from"], table["to"], strict=True)]]
    goods, rows = dict(zip(("mine", "refine", "metal", "magnet"), ("concentrate", "oxide_NdPr", "metal_NdPr", "magnet_high"), strict=True)), SHIPPED.entities.row
    stated = table[table.floor_usd_per_kg.notna() & table.seller.isin(rows.index)]
    stated = stated[np.array([goods.get(model.does[rows[seller]]) == good for seller, good in zip(stated.seller, stated.good, strict=True)], bool)]
    wanted = {seller: (min(1.0, mine.share_of_output.sum()), (mine.floor_usd_per_kg * mine.share_of_output).sum() / mine.share_of_output.sum()) for seller, mine in stated.groupby("seller")}
    found = {model.firms.agents[row].name: (model.floored[row], model.floor[row]) for row in np.flatnonzero(model.floored > 0)}
    assert found.keys() == wanted.keys() and bool(found) == (name == "truce_holds")
    assert all(found[name][1] == pytest.approx(wanted[name][1]) and 0.0 < found[name][0] <= wanted[name][0] * (1 + 1e-9) for name in wanted)
    assert model.agreed[rows["MP 10X (Northlake TX)"]] == 0.0 and not model.agreed[model.rows["recycle"]].any() and 0 < model.agreed.max() <= 1
    assert ("LAMP Kuantan" in found) == (last > "2026-03")
    model.step()
    mountain_pass = (model.floored[rows["Mountain Pass Stage II/III"]], model.floor[rows["Mountain Pass Stage II/III"]])
    share, price = mountain_pass  # all it makes, by what its state guarantees, for the part of a plant's life in which it does
    assert price == pytest.approx(110.0 if name == "truce_holds" else 0.0) and (0.5 < share < 1.0 if name == "truce_holds" else share == 0.0)


@pytest.mark.slow
def test_where_no_crisis_comes_nobody_is_guaranteed_a_price_in_a_whole_course():
    """Under the truce the floor for Mountain Pass pays in years in which oxide is cheaper than 110 USD/kg, and no other floor does; what states pay beside it on what is made is credits by law."""
    for name in ("open_trade", "truce_holds"):
        model = TradeModel(Scenario.load(name), seed=1).run_until("2035-12")
        floors = {entry.name for entry, million in model.treasury.entries.items() if entry.kind == "PriceFloor" and entry.book == COST and million > 0.0}
        assert floors == ({"Floor for Mountain Pass"} if name == "truce_holds" else set())
        assert name == "truce_holds" or not model.guarantee.any()


def test_a_floor_for_part_of_what_is_sold(monkeypatch):
    """Three tenths at 90 and a tenth at 110: four tenths at 95. A contract in tonnes alone, of another good, or a memorandum promises nothing of output."""
    rows = [(0.3, 90.0, "magnet_high", "binding"), (0.1, 110.0, "magnet_high", "binding"), (math.nan, 300.0, "magnet_high", "binding"), (0.2, 500.0, "metal_NdPr", "binding"), (0.2, math.nan, "magnet_standard", "mou")]
    table = pd.DataFrame([{"seller": HANAU, "share_of_output": share, "floor_usd_per_kg": floor, "good": good, "binding": binding, "from": "2024-01", "to": "2035-12"} for share, floor, good, binding in rows])
    model = two_chains(scenario=still())
    monkeypatch.setitem(model.facts.tables, "contracts", table)
    model.outlook.promised = model.outlook.promises()
    model.outlook.recall()
    assert (firm(model, HANAU).floored, firm(model, HANAU).floor, firm(model, HANAU).agreed) == near((0.4, 95.0, 0.4))


# What converters earn


def tight(response, used, works=1000.0):
    """Margin of metal outside China over that of the start, where at first half of a thousand grams a month was in use, and what metal costs at the start's prices over what it did, of its margin."""
    model = abroad(scenario=still(conversion_response=response))
    outlook, market, at = model.outlook, model.market, model.market.converted.goods.tolist().index(METAL)
    cost = [market.cost("converted", side, prices)[at] for side, prices in ((OUTSIDE, market.base_outside), (CHINA, market.base_china))]
    put(model, METALS, capacity=1000.0)
    outlook.loads.clear()
    outlook.made["metal"] = 500.0
    outlook.watch_margins()
    assert market.tight[at] == 1.0
    put(model, METALS, capacity=works)
    outlook.made["metal"] = used
    outlook.watch_margins()
    assert market.cost("converted", CHINA, market.base_china)[at] == near(cost[1])
    return market.tight[at], (market.cost("converted", OUTSIDE, market.base_outside)[at] - cost[0]) / market.rest["converted", OUTSIDE][at]


def test_margins_of_converters_move_with_use():
    """1.44 times as full: 1.2 times the margin at a power of a half; a quarter as full: half of it; at a power of nought nothing moves. Of twice the plant half is full. In China all is as it was."""
    assert [tight(0.5, 720.0), tight(0.5, 125.0), tight(0.0, 720.0)] == [near((1.2, 0.2)), near((0.5, -0.5)), near((1.0, 0.0))]
    assert tight(1.0, 600.0, 2000.0) == near((0.6, -0.4))


def test_where_nothing_stands_margins_stay_as_they_were():
    assert tight(0.5, 720.0, 0.0) == tight(0.5, 0.0) == near((1.0, 0.0))


@pytest.mark.slow
@pytest.mark.parametrize("response", [0.0, 1.0])
def test_margins_of_converters_move_with_use_in_a_whole_course(response):
    """Had plants been six tenths full at the start: what metal fetches outside China over what its oxide costs is below that of the start while they are emptier, and above it once restrictions
    have filled them; fixed at a power of nought."""
    model, seen = TradeModel(Scenario.load("restrictions_resume").with_parameters({"conversion_response": response}), seed=1), set()
    metal, market = model.chain.by_name["metal"], model.market
    at = market.converted.goods.tolist().index(metal.main)
    start, model.outlook.loads["metal"] = market.rest["converted", OUTSIDE][at], 0.6
    while model.now < model.last:
        model.step()
        fuller = model.outlook.made["metal"] / model.outlook.outside(model.capacity, metal) / 0.6
        margin = market.cost("converted", OUTSIDE, market.realised)[at] - market.passed["converted", OUTSIDE][at] * float(market.converted.outside[at] @ market.realised)
        assert response > 0.0 or margin == pytest.approx(start)
        if abs(fuller - 1.0) > 0.02:
            assert response == 0.0 or (margin > start) == (fuller > 1.0)
            seen.add(bool(fuller > 1.0))
    assert seen == {True, False}


# How far plants to come will be used


def chained(metal_used=700.0, **made):
    """A chain abroad beside a Chinese one, of round capacities with a tenth more under way, whose use grows by half a percent a month."""
    model = two_chains(scenario=still(use_memory=12.0, trend_memory=36.0, lag_magnet=20.0, lag_refine=40.0, lag_mine=80.0, most_use=0.95, least_use=0.3))
    for name, grams in zip(ABROAD, (1000.0, 800.0, 600.0, 500.0), strict=True):
        put(model, name, capacity=grams, underway=grams / 10)
    for name in CHINESE:
        put(model, name, capacity=1e6, underway=1e6)
    put(model, "Mt Weld", capacity=0.0)
    put(model, HANAU, expected=one(METAL, metal_used))
    put(model, CHINESE[-1], expected=one(METAL, 1e6))
    model.measures = model.measures._replace(gross_of={"magnet": 1.5}, yield_of={"metal": 0.8}, secondary_per_lead={"magnet": 0.02})
    model.outlook.made = {"mine": 100.0, "refine": 600.0, "metal": 500.0, "magnet": 400.0} | made
    model.outlook.used = {("magnet", 12.0): 300.0 * math.exp(0.12), ("magnet", 36.0): 300.0}
    return model.outlook.expected_use()


def test_each_stage_will_be_used_for_what_plants_decided_on_further_down_will_take():
    """Magnets: 400 grown by e^(0.005*20) of 550. Metal: 1.5 times that of 660, as much as there can be use. Oxide: what 0.95 of 660 of metal takes at a yield of 0.8, of 880. Ore: that of 1100."""
    magnets, oxide = 400 * math.exp(0.1), 0.95 * 660 / 0.8
    assert chained() == near({"magnet": magnets / 550, "metal": 0.95, "refine": oxide / 880, "mine": oxide / 1100}) and 1.5 * magnets > 0.95 * 660


def test_what_is_made_counts_where_it_is_more_than_what_is_planned_further_down():
    """700 of oxide made, grown by e^(0.005*40): more than can be used of 880."""
    assert chained(refine=700.0)["refine"] == 0.95 and chained(refine=0.0)["refine"] == near(0.95 * 660 / 0.8 / 880)


def test_magnets_without_metal_are_not_counted_on():
    """Metal from 660 decided on, and from China what is used beyond the 500 made: (660 + 50)/(1.5*550)."""
    assert chained(magnet=1e3, metal_used=550.0)["magnet"] == near(710 / 825) and chained(magnet=1e3, metal_used=100.0)["magnet"] == near(660 / 825)
    assert chained(magnet=10.0)["magnet"] == 0.3  # the least that anybody reckons with


def test_output_and_use_are_smoothed_and_growth_is_what_the_longer_memory_lags_behind():
    """Use that has grown by a hundredth a month for ever stands, smoothed over n months, at (1/n)/(1 - (1 - 1/n)/1.01) of itself, about n - 1 months back; the start knows of a growth of
    `trend_start` a year."""
    model = abroad(scenario=still(use_memory=10.0, trend_memory=30.0, trend_start=0.06))
    outlook, at = model.outlook, firm(model, US_CARS).row
    magnet = model.chain.by_name["magnet"]
    assert outlook.growth(magnet) == pytest.approx(0.06 / 12, rel=0.05)
    before, level = outlook.made["magnet"], 1e3
    model.output[:], model.expected[:], outlook.used = 0.0, 0.0, {}
    model.output[[MAGNET_STANDARD, MAGNET_EXTREME], firm(model, HANAU).row] = 300.0, 100.0
    outlook.watch_use()
    assert outlook.made["magnet"] == near(0.9 * before + 0.1 * 400)
    for _ in range(400):
        level *= 1.01
        model.expected[MAGNET_STANDARD, at] = level
        outlook.watch_use()
    at_ten, at_thirty = 0.1 / (1 - 0.9 / 1.01), (1 / 30) / (1 - (29 / 30) / 1.01)
    assert outlook.growth(magnet) == pytest.approx(math.log(at_ten / at_thirty) / 20, rel=1e-4) and 0.8 * math.log(1.01) < outlook.growth(magnet) < math.log(1.01)


def test_no_growth_is_seen_where_nothing_is_used():
    model = abroad(scenario=still())
    model.outlook.used = {("magnet", months): 0.0 for months in (model.p.use_memory, model.p.trend_memory)}
    assert model.outlook.growth(model.chain.by_name["magnet"]) == 0.0
