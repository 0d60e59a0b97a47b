"""Offtakes: what a state guarantees is ordered, served and paid for, investors count on it, and a budget ends it."""

import numpy as np
import pytest
from hands import HANAU, JL, month, near, row, still, two_chains
from worlds import US_CARS, equal, firm, relation

from model import InputError, Offtake, Scenario, TradeModel
from model.contracts import Contracts
from model.trade import NONE, QUALIFIED, SAMPLED

VERBS = ("pay",)
MAGNETS = ["magnet_standard", "magnet_high", "magnet_extreme"]
KOREAN = "Korean Metals Plant (Ochang)"
"""Makes metal at a quarter of what it could."""


def offtake(**said):
    """The United States guarantee half of what Hanau can make of magnets."""
    return Offtake(**{"date": "2024-02", "name": "guarantee", "payer": "USA", "entities": HANAU, "good": MAGNETS, "share_of_output": 0.5} | said)


def world(*events, **parameters):
    """Two chains that serve American cars alike: Hanau sells 1,200 t a year of the 1,302 it could make."""
    return two_chains(*events, scenario=still(contract_delivery=1.0, **parameters))


def roomy(*events):
    """The same, with room for twice as much at Hanau."""
    model = world(*events)
    model.capacity[row(model, HANAU)] *= 2.0
    return model


def ordered(model, seller=HANAU):
    """Tonnes a year ordered of a maker of magnets, and due under offtakes."""
    rows = np.flatnonzero(model.trade.seller == row(model, seller))
    return [float((values / model.trade.content)[rows].sum() * 12 / 1e6) for values in (model.trade.orders, model.offtakes.covered)]


def use(model, name):
    """Share of its capacity that a plant uses."""
    plant = firm(model, name)
    return float(model.output[list(plant.process.counted), plant.row].sum() / model.capacity[plant.row])


# ---------------------------------------------------------------------- volumes
def test_a_share_is_of_what_the_plant_can_make_and_a_tonnage_is_what_it_says():
    """Half of 1,302 t; 300 t; and of 5,000 t no more than it can make."""
    for said, tonnes in (({}, 651), ({"share_of_output": None, "tonnes_per_year": 300.0}, 300), ({"share_of_output": None, "tonnes_per_year": 5000.0}, 1302)):
        model = world(offtake(**said)).run_until("2024-02")
        assert ordered(model)[1] == pytest.approx(tonnes, rel=2e-3)


def test_nothing_is_due_before_it_stands_nor_once_it_is_lifted_or_over():
    model, due = world(offtake(until="2024-05")), []
    for _ in range(6):
        model.step()
        due.append(round(ordered(model)[1]))
    assert due == [0, 651, 651, 651, 0, 0]
    model = world(offtake()).run_until("2024-03")
    model.lift("guarantee")
    model.step()
    assert ordered(model)[1] == 0 and not model.offtakes.known


def test_what_the_plant_owes_under_contracts_of_the_world_comes_first():
    """A contract for 1,000 t leaves 302 t for the guarantee of 651."""
    model = world(offtake())
    contracts, rows = model.contracts, [relation(model, HANAU, US_CARS, good) for good in MAGNETS[:2]]
    owed = np.bincount(rows, 500e6 / 12 * model.trade.content[rows], model.trade.size)

    def promise():
        contracts.due = lambda: contracts.covered.__setitem__(slice(None), owed) or owed

    month(model)
    month(model, order=promise)
    assert ordered(model)[1] == pytest.approx(302, rel=5e-3)


def test_of_several_for_one_plant_each_gets_its_part_whatever_their_order():
    """600 and 1,000 t of the 1,302 t that it can make."""
    pair = [offtake(name=name, share_of_output=None, tonnes_per_year=tonnes) for name, tonnes in (("one", 600.0), ("two", 1000.0))]
    models = [world(*events).run_until("2024-04") for events in (pair, pair[::-1])]
    assert equal(*models) and ordered(models[0])[1] == pytest.approx(1302, rel=2e-3)
    parts = np.bincount(models[0].offtakes.of[models[0].offtakes.agreed.contract], models[0].offtakes.ordered)
    assert sorted(parts / parts.sum()) == pytest.approx([600 / 1600, 1000 / 1600])


# ---------------------------------------------------------------------- use
def test_users_order_what_is_guaranteed_from_the_plant_and_less_elsewhere():
    """Room for 2,604 t, of which it sold 1,200: use goes to the 80 % guaranteed, that of the other maker falls; without the guarantee it stays below half."""
    model, without = (roomy(*events).run_until("2024-08") for events in ((offtake(share_of_output=0.8),), ()))
    assert use(without, HANAU) < 1200 / 2604 and use(model, HANAU) == pytest.approx(0.8, abs=0.02)
    assert use(model, JL) < 0.9 * use(without, JL)


def test_the_more_is_guaranteed_the_more_is_used():
    found = [use(roomy(*([offtake(share_of_output=share)] if share else [])).run_until("2024-08"), HANAU) for share in (0.0, 0.6, 0.7, 0.8)]
    assert found == sorted(found) and len({round(each, 2) for each in found}) == 4


@pytest.mark.slow
def test_an_idle_plant_of_the_real_world_is_used_and_without_the_guarantee_it_is_not():
    """The mean of 2028: a quarter of its capacity without, most of what is guaranteed with."""
    given, found = Scenario.load("truce_holds"), []
    for events in ((), (offtake(date="2027-01", entities=KOREAN, good="metal_NdPr", share_of_output=0.8, buyers="*"),)):
        model = TradeModel(given.with_events((*given.events, *events)), seed=1).run_until("2027-12")
        found.append(np.mean([use(model.run_until(f"2028-{at:02d}"), KOREAN) for at in range(1, 13)]))
    assert found[0] < 0.4 and found[1] > 0.7


def test_buyers_qualify_the_plant_from_the_announcement_on():
    """A relation that nobody has tried: its clock runs from January; nothing can be ordered before it has run."""
    model = world(offtake(date="2024-09", announced="2024-02"))
    at = relation(model, HANAU, US_CARS, "magnet_high")
    model.trade.status[at] = NONE
    months, status = int(model.trade.clock_months[at]), []
    for _ in range(months + 3):
        model.trade.shares.usable[at] = False
        model.step()
        status.append(int(model.trade.status[at]))
    assert status[0] == NONE and status[1 : 1 + months - 1] == [SAMPLED] * (months - 1) and status[1 + months - 1] == QUALIFIED


# ---------------------------------------------------------------------- money
def paid_by_hand(orders, flow, premium, take_or_pay, price=60.0):
    """Million USD for one relation with 100 t due a month, of which so many tonnes are ordered and shipped."""
    model = world(offtake(date="2024-01", premium=premium, take_or_pay=take_or_pay))

    def hold():
        trade, tonne = model.trade, 1e6 * model.trade.content
        at = relation(model, HANAU, US_CARS, "magnet_high")
        trade.price[at] = trade.landed[at] = price + trade.freight[at]
        trade.due[:], trade.orders[:], trade.flow[:] = 0.0, 0.0, 0.0
        trade.due[at], trade.orders[at], trade.flow[at] = 100 * tonne[at], orders * tonne[at], flow * tonne[at]
        model.offtakes.asked[:] = np.where(model.offtakes.agreed.relation == at, 100 * tonne[at], 0.0)

    month(model, settle=hold)
    return model, model.treasury.frame().million.sum()


def test_a_premium_is_paid_on_what_is_delivered_and_a_part_of_the_price_on_what_nobody_ordered():
    """80 t ordered and 70 shipped of 100 due at 60 USD/kg: 70 t x 60 x 0.2 = 0.84 million, 20 t x 60 x 0.5 = 0.60 million."""
    assert paid_by_hand(80, 70, 0.2, 0.0)[1] == near(0.84)
    assert paid_by_hand(80, 70, 0.0, 0.5)[1] == near(0.60)
    assert paid_by_hand(150, 150, 0.2, 0.5)[1] == near(100 * 60 * 0.2 / 1e3)


def test_what_the_payer_pays_the_plant_gets():
    """Thousand USD; the books of the state say who paid."""
    model, million = paid_by_hand(80, 70, 0.2, 0.5)
    assert model.offtakes.paid[row(model, HANAU)] == near(1e3 * million) and million == near(1.44)
    frame = model.treasury.frame()
    assert frame[["payer", "kind", "book"]].drop_duplicates().values.tolist() == [["USA", "Offtake", "cost"]]
    assert float(model.results().public_cost.sel(payer="USA", instrument="Offtake").sum()) == pytest.approx(million)


def test_what_the_plant_is_paid_rises_by_it():
    plain, model = (world(offtake(premium=premium), finance=1.0).run_until("2024-02") for premium in (0.0, 0.25))
    more = model.takings - plain.takings
    assert more[row(model, HANAU)] == near(float(model.offtakes.paid.sum())) and more.max() > 0.0


def test_a_spent_budget_ends_it():
    model = world(offtake(premium=0.5, budget=0.1)).run_until("2024-04")
    frame = model.treasury.frame()
    assert frame.million.tolist() == near([0.1]) and frame.spent_in.tolist() == ["2024-02"]
    assert ordered(model)[1] == 0


def test_without_premium_or_pay_it_costs_the_state_nothing():
    assert world(offtake()).run_until("2024-06").treasury.frame().empty


# ---------------------------------------------------------------------- investors
def test_investors_count_it_as_sold_and_its_premium_as_price():
    """Half of the plant, sold at a quarter more: an eighth more is expected of the price. Known from the announcement on."""
    model, without = (world(*events).run_until("2024-03") for events in ((offtake(date="2025-01", announced="2024-03", premium=0.25),), ()))
    at = row(model, HANAU)
    assert model.agreed[at] == near(0.5) and without.agreed[at] == 0.0 and model.guaranteed_sales[at] == near(0.5)
    assert model.topped[:, at].sum() == near(0.125)
    more, less = (each.outlook_margin[at] for each in (model, without))
    assert more > less


def test_a_plant_that_is_shut_reckons_with_the_premium():
    """Half of what it makes at a fifth more: a tenth of its price."""
    model = world(offtake(premium=0.2), finance=1.0).run_until("2024-02")
    at = row(model, HANAU)
    magnets = list(firm(model, HANAU).process.counted)
    price = model.market.realised_in[model.market.regions.place[at]]
    assert model.bonus[at] == pytest.approx(0.1 * (model.finance.recipe.mix[magnets, at] * price[magnets]).sum(), rel=2e-3)


# ---------------------------------------------------------------------- what it leaves alone, what is refused
def test_a_guarantee_of_nothing_changes_nothing():
    models = [world(*events).run_until("2024-12") for events in ((), (offtake(share_of_output=0.0, premium=1.0, take_or_pay=1.0),))]
    assert equal(*models)


def test_cohorts_and_single_firms_do_the_same():
    models = [two_chains(offtake(premium=0.2, take_or_pay=0.5), agentwise=way).run_until("2024-06") for way in (False, True)]
    assert equal(*models)


def test_contracts_of_the_world_are_as_they_were():
    model = world(offtake())
    assert type(model.contracts) is Contracts and not model.contracts.given


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"share_of_output": None}, "guarantees one volume; give either tonnes_per_year or share_of_output"),
        ({"tonnes_per_year": 5.0}, "guarantees one volume; give either tonnes_per_year or share_of_output"),
        ({"premium": 1.5}, "premium"),
        ({"good": "gold"}, "good"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(said, words):
    with pytest.raises(InputError) as error:
        offtake(**said)
    assert words in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"share_of_output": 0.0}, "guarantees nothing at a volume of 0"),
        ({"buyers": "JPN"}, "finds no buyer"),
        ({"good": "oxide_NdPr"}, "finds no buyer"),
        ({"budget": 0}, "pays nothing with a budget of 0"),
    ],
)
def test_what_can_never_do_anything_says_why(said, words):
    model = world()
    assert words in offtake(**said).idle(model.levers)
    assert offtake().idle(model.levers) is None
