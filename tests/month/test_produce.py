"""produce: what each kind of maker makes of what it has, and what is lost on the way, gram by gram."""

import numpy as np
import pytest
from hands import CREG, HANAU, JL, KUANTAN, REMLOY, abroad, heavies, in_china, month, near, one, put, row, saved, still, two_chains
from vocabulary import CONCENTRATE, DY, MAGNET_EXTREME, MAGNET_HIGH, MAGNET_STANDARD, METAL, NDPR, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, SWARF, TB
from worlds import ABROAD, CHINESE, MAKER, firm

VERBS = ("produce",)
METALS = ABROAD[2]
EMPTY = {(good, element): 0.0 for good in range(9) for element in range(3)}


def after(model, name, stocks=(), finished=(), **columns):
    """One maker's production of a month with these inputs and plans, all shelves empty; what left the books' inputs for other accounts, by element."""
    put(model, name, inputs=EMPTY | dict(stocks), finished=EMPTY | dict(finished), **columns)
    book = {account: grams.copy() for account, grams in model.ledger.book.items()}
    firm(model, name).produce()
    return {account: (model.ledger.book[account] - before).tolist() for account, before in book.items() if (model.ledger.book[account] != before).any()}


def left(model, name, account, *cells):
    return [getattr(model, account)[good, element, row(model, name)] for good, element in cells]


# Mines


def test_ore_leaves_the_ground_in_the_proportions_of_the_deposit():
    model = abroad(scenario=still())
    moved = after(model, ABROAD[0], wanted=one(CONCENTRATE, 1000.5), basket=[1.0, 0.06, 0.01])
    assert left(model, ABROAD[0], "finished", (CONCENTRATE, NDPR), (CONCENTRATE, DY), (CONCENTRATE, TB)) == [1000, 60, 10]
    assert firm(model, ABROAD[0]).made == 1000 and moved == {"ground": [-1000, -60, -10], "finished": [1000, 60, 10]}


def test_an_outage_of_depth_d_cuts_a_mines_output_to_one_less_d():
    """Asked for more than it can dig, a mine hit by an outage of depth 0.4 makes 60 % of its capacity that month and all of it after."""
    model = in_china(scenario=still(outage_depth=0.4, largest_outage=1.0))
    mine = CHINESE[0]
    put(model, mine, capacity=1e6, base_capacity=1e6, outage=2.0)
    made = []
    for _ in range(3):
        model.step()
        made.append(firm(model, mine).made)
    assert made == near([600_000, 1_000_000, 1_000_000], grams=2)


def test_no_outage_takes_more_than_its_part_of_the_worlds_mines():
    """Half of a mine, but no more than 3 % of what all mines can dig."""
    model = abroad(scenario=still(outage_depth=0.5, largest_outage=0.03))
    mines, capacity = model.rows["mine"], model.capacity
    assert firm(model, ABROAD[0]).exposure == near(min(0.5, 0.03 * capacity[mines].sum() / firm(model, ABROAD[0]).capacity))


# Refineries


@pytest.mark.parametrize("name", [KUANTAN, CREG])
def test_a_refinery_separates_what_it_planned_and_recovers_its_shares(name):
    """Of 2000 g of feed 1000 are worked up: 900 NdPr; half of 100 Dy; of 20 Tb half, but its circuit takes 7. The rest is tailings."""
    model = two_chains(scenario=still())
    feed = {(CONCENTRATE, NDPR): 2000.0, (CONCENTRATE, DY): 200.0, (CONCENTRATE, TB): 40.0}
    moved = after(model, name, feed, need=one(CONCENTRATE, 1000.0), recovery=[0.9, 0.5, 0.5], circuit=[80.0, 7.0])
    assert left(model, name, "finished", (OXIDE_NDPR, NDPR), (OXIDE_DY, DY), (OXIDE_TB, TB)) == [900, 50, 7]
    assert left(model, name, "inputs", *feed) == [1000, 100, 20]
    assert firm(model, name).made.tolist() == [900, 50, 7] and firm(model, name).blend == near([1, 0.1, 0.02])
    assert moved == {"inputs": [-1000, -100, -20], "finished": [900, 50, 7], "tailings": [100, 50, 13]}


def test_a_refinery_makes_no_more_than_its_feed_yields_and_remembers_the_blend_of_the_last_feed():
    model = two_chains(scenario=still())
    after(model, KUANTAN, {(CONCENTRATE, NDPR): 500.0, (CONCENTRATE, DY): 25.0}, need=one(CONCENTRATE, 1000.0), recovery=[0.9, 0.5, 0.5])
    assert firm(model, KUANTAN).made.tolist()[0] == 450 and firm(model, KUANTAN).blend == near([1, 0.05, 0])
    after(model, KUANTAN, need=one(CONCENTRATE, 1000.0))
    assert firm(model, KUANTAN).made.tolist() == [0, 0, 0] and firm(model, KUANTAN).blend == near([1, 0.05, 0])


# Metal


@pytest.mark.parametrize(("held", "used", "made"), [(2000.0, 1000, 975), (400.5, 400, 390)])
def test_metal_is_made_of_the_oxide_in_hand_and_the_rest_is_slag(held, used, made):
    model = abroad(scenario=still())
    moved = after(model, METALS, {(OXIDE_NDPR, NDPR): held}, need=one(OXIDE_NDPR, 1000.0), conversion=0.975)
    assert left(model, METALS, "finished", (METAL, NDPR)) == [made] and left(model, METALS, "inputs", (OXIDE_NDPR, NDPR)) == [held - used]
    assert firm(model, METALS).made == made
    assert moved == {"inputs": [-used, 0, 0], "finished": [made, 0, 0], "slag": [used - made, 0, 0]}


# Magnets


PLENTY = {(METAL, NDPR): 1e6, (OXIDE_DY, DY): 1e5, (OXIDE_TB, TB): 1e5}
LINE = {
    "recipe": heavies([0.0, 0.05, 0.2], [0.0, 0.01, 0.04]), "gross": [1.25, 1.6, 1.5], "tolled": [1.0, 0.5, 0.75], "saved_heavies": saved(0.0),
    "wanted": one(MAGNET_STANDARD, 400.0) + one(MAGNET_HIGH, 1000.0) + one(MAGNET_EXTREME, 500.0), "need": one(METAL, 2375.0) + one(OXIDE_DY, 480.0) + one(OXIDE_TB, 60.0),
}  # fmt: skip
"""A line whose high grade takes 50 Dy and 10 Tb for 1000 NdPr, its extreme grade 100 and 20 for 500; half of oxide Dy is lost in reduction, a quarter of Tb."""
CELLS = [(grade, element) for grade in (MAGNET_STANDARD, MAGNET_HIGH, MAGNET_EXTREME) for element in (NDPR, DY, TB)]


def test_magnets_take_their_gross_recipe_and_leave_swarf_and_slag():
    """1900 NdPr take 2375 of metal; 150 Dy take 240, before reduction 480; 30 Tb take 45, before reduction 60. What was put in and is not in magnets is swarf."""
    model = abroad(scenario=still())
    moved = after(model, HANAU, PLENTY, **LINE)
    assert left(model, HANAU, "finished", *CELLS) == [400, 0, 0, 1000, 50, 10, 500, 100, 20]
    assert left(model, HANAU, "inputs", *PLENTY) == [1e6 - 2375, 1e5 - 480, 1e5 - 60]
    assert left(model, HANAU, "finished", (SWARF, NDPR), (SWARF, DY), (SWARF, TB)) == [475, 240 - 150, 45 - 30]
    assert firm(model, HANAU).made.tolist() == [400, 1000, 500]
    assert moved == {"inputs": [-2375, -480, -60], "finished": [2375, 240, 45], "slag": [0, 240, 15]}


def test_dysprosium_saved_cuts_the_dysprosium_put_into_a_magnet():
    """A fifth saved: 40 and 80 Dy, 8 and 16 Tb instead of 50 and 100, 10 and 20. NdPr stays."""
    model = abroad(scenario=still())
    after(model, HANAU, PLENTY, **LINE | {"saved_heavies": saved(0.2), "need": one(METAL, 2375.0) + one(OXIDE_DY, 384.0) + one(OXIDE_TB, 48.0)})
    assert left(model, HANAU, "finished", *CELLS) == [400, 0, 0, 1000, 40, 8, 500, 80, 16]
    assert left(model, HANAU, "inputs", *PLENTY) == [1e6 - 2375, 1e5 - 384, 1e5 - 48]


@pytest.mark.parametrize("scarce", [OXIDE_DY, OXIDE_TB])
def test_scarce_heavies_stop_the_high_grades_only(scarce):
    """A fifth of the Dy (or Tb) needed is there: a fifth of the high grades is made, all of the standard one."""
    model, held = abroad(scenario=still()), {OXIDE_DY: (DY, 96.0), OXIDE_TB: (TB, 12.0)}[scarce]
    after(model, HANAU, PLENTY | {(scarce, held[0]): held[1]}, **LINE)
    assert firm(model, HANAU).made == pytest.approx([400, 200, 100], abs=1)
    assert firm(model, HANAU).made[0] == 400


def test_scarce_metal_stops_all_grades_alike():
    model = abroad(scenario=still())
    after(model, HANAU, PLENTY | {(METAL, NDPR): 2375.0 / 5}, **LINE)
    assert firm(model, HANAU).made.tolist() == [80, 200, 100]


def test_metal_is_shared_out_after_heavies_have_cut_the_high_grades():
    """Without Dy only 400 of standard are wanted, and 500 of metal are enough for them."""
    model = abroad(scenario=still())
    after(model, HANAU, {(METAL, NDPR): 500.0, (OXIDE_TB, TB): 60.0}, **LINE)
    assert firm(model, HANAU).made.tolist() == [400, 0, 0] and left(model, HANAU, "inputs", (METAL, NDPR), (OXIDE_TB, TB)) == [0, 60]


def test_whole_grams_are_made_and_no_less_is_put_in_than_they_take():
    """7.9 and 5.9 wanted: 7 and 5 made. 12 NdPr take 15.6 of metal, so 16; the whole gram of Dy in them 3.22 of oxide, so 4."""
    model = abroad(scenario=still())
    wanted = {"wanted": one(MAGNET_STANDARD, 7.9) + one(MAGNET_HIGH, 5.9), "need": one(METAL, 13.8 * 1.3) + one(OXIDE_DY, 1.0) + one(OXIDE_TB, 0.2)}
    moved = after(model, HANAU, PLENTY, **LINE | wanted | {"gross": [1.3, 1.61, 1.5], "recipe": heavies([0.0, 0.3, 0.0], [0.0, 0.0, 0.0])})
    assert firm(model, HANAU).made.tolist() == [7, 5, 0]
    assert left(model, HANAU, "finished", (MAGNET_HIGH, DY)) == [1]  # of 1.5
    assert moved["inputs"] == [-16, -4, 0]  # 15.6 of metal, 1.61/0.5 = 3.22 of Dy


def test_what_was_on_the_shelf_stays_there():
    model = abroad(scenario=still())
    after(model, HANAU, PLENTY, {(MAGNET_HIGH, NDPR): 7.0, (MAGNET_EXTREME, DY): 3.0, (SWARF, TB): 2.0}, **LINE)
    assert left(model, HANAU, "finished", (MAGNET_HIGH, NDPR), (MAGNET_EXTREME, DY), (SWARF, TB)) == [1007, 103, 17]


# Recycling


def test_a_recycler_works_up_its_feed_as_far_as_capacity_goes():
    """A capacity of 500 cut to 400 of 1000 g: four tenths of all elements; 0.9, 0.5 and 0.25 of them become oxide."""
    model = abroad(scenario=still(swing_smoothing=4.0))
    feed = {(SWARF, NDPR): 1000.0, (SWARF, DY): 100.0, (SWARF, TB): 40.0}
    moved = after(
        model, REMLOY, feed, capacity=500.0, factor=0.8, recovery=[0.9, 0.5, 0.25], sales=one(OXIDE_NDPR, 100.0), shipped=one(OXIDE_NDPR, 140.0) + one(OXIDE_DY, 8.0)
    )
    assert left(model, REMLOY, "finished", (OXIDE_NDPR, NDPR), (OXIDE_DY, DY), (OXIDE_TB, TB)) == [360, 20, 4]
    assert left(model, REMLOY, "inputs", *feed) == [600, 60, 24] and firm(model, REMLOY).made.tolist() == [360, 20, 4]
    assert firm(model, REMLOY).sold == near([110, 2, 0])
    assert moved == {"inputs": [-400, -40, -16], "finished": [360, 20, 4], "slag": [40, 20, 12]}


def test_with_capacity_to_spare_all_of_the_feed_is_worked_up():
    model = abroad(scenario=still())
    after(model, REMLOY, {(SWARF, NDPR): 1000.0, (SWARF, DY): 100.0}, capacity=1e6, factor=1.0, recovery=[1.0, 1.0, 1.0])
    assert firm(model, REMLOY).made.tolist() == [1000, 100, 0] and left(model, REMLOY, "inputs", (SWARF, NDPR)) == [0]


def test_a_months_output_is_made_of_the_months_orders():
    """The plan of a month's ordering is what is made of stocks in hand: JL Mag makes what it was asked for that month."""
    model = in_china(scenario=still())
    asked = []
    month(model, produce=lambda: asked.append(model.wanted[:, row(model, MAKER)].copy()))
    assert model.output[5:8, row(model, JL)] == near(np.floor(asked[0][5:8]), grams=1) and asked[0][5:8].sum() > 1e6
