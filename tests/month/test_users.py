"""demand, consume, thrift and advance: what end users need, use, lose, pay and design out."""

import math

import numpy as np
import pytest
from hands import HANAU, HEAVY, JL, in_china, month, near, one, put, saved, still, two_chains
from vocabulary import DY, GOODS, MAGNET_EXTREME, MAGNET_HIGH, MAGNET_STANDARD, NDPR, OXIDE_NDPR, TB
from worlds import EU_CARS, OXIDE_USER, US_CARS, US_DEFENCE, firm, oxide_world

VERBS = ("demand", "consume", "thrift", "turn", "advance")
HOME_CARS = "auto_other@CHN"


def set_user(model, name=US_CARS, **columns):
    """A user that needs a thousand grams in magnets of high grade and nothing else, at old prices and without trend or noise."""
    calm = {"base_need": one(MAGNET_HIGH, 1000.0), "activity": 1.0, "noise": 0.0, "saved": np.zeros(9), "paid": np.ones(9), "growth_early": 0.0}
    put(model, name, **calm | columns)


# Demand, E2


def test_need_is_that_of_2024_times_activity_noise_price_and_what_is_not_designed_out():
    """1000 * 1.1 * (1 + 0.9*0.1) * (1 - 0.2) * 4^-0.5."""
    model = in_china(scenario=still(demand_noise_persistence=0.9))
    month(model, consume=lambda: set_user(model, activity=1.1, noise=0.1, saved=np.full(9, 0.2), paid=np.full(9, 4.0), elasticity=0.5))
    assert firm(model, US_CARS).need == near(one(MAGNET_HIGH, 440.0 * 1.09))


def test_activity_grows_at_its_rate_from_the_second_month_and_at_another_later():
    """0.24 a year is 0.02 a month; the late rate of 0.36 is 0.03. Buyers allow for it in their orders."""
    model, need, allowed = in_china(scenario=still(demand_growth_scale=0.5)), [], []
    set_user(model, growth_early=0.48, growth_late=0.72)
    model.late_growth_from = 2
    for _ in range(4):
        model.step()
        need.append(firm(model, US_CARS).activity)
        allowed.append(firm(model, US_CARS).growth)
    assert need == near([1, math.exp(0.02), math.exp(0.05), math.exp(0.08)])
    assert allowed == near([0.02, 0.02, 0.03, 0.03])


def test_the_late_rate_holds_from_january_2030():
    assert in_china().late_growth_from == 12 * 6


def test_demand_wavers_by_luck_that_fades_by_a_tenth_a_month():
    model, wavers = in_china(scenario=still(demand_noise_sd=0.02, demand_noise_persistence=0.9)), []
    set_user(model)
    luck = [float(model.chance.normal("demand", now, firm(model, US_CARS).key)) for now in range(2)]
    for _ in range(2):
        model.step()
        wavers.append(firm(model, US_CARS).noise)
    assert wavers == near([0.02 * luck[0], 0.9 * 0.02 * luck[0] + 0.02 * luck[1]])


# Use and loss, E4


def phi(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def served(cover, sigma=0.5):
    """E[min(1, cover*X)], X log-normal of mean one."""
    up, down = (-math.log(cover) - sigma**2 / 2) / sigma, (-math.log(cover) + sigma**2 / 2) / sigma
    return cover * phi(up) + 1 - phi(down)


def stock(grams):
    """High-grade magnets with so much NdPr, a twentieth of it Dy, a hundredth Tb."""
    return {(MAGNET_HIGH, NDPR): grams, (MAGNET_HIGH, DY): grams / 20, (MAGNET_HIGH, TB): grams / 100}


EMPTY = {(good, element): 0.0 for good in range(5, 8) for element in range(3)}


def consumed(grams, **columns):
    """The user after a month with so much in stock; what it put to use, by element."""
    model = in_china(scenario=still(cover_dispersion=0.5, triage=0.7))
    for other in (EU_CARS, US_DEFENCE):
        set_user(model, other, base_need=np.zeros(9))
    before = []

    def set_stock():
        set_user(model, **columns)
        put(model, US_CARS, inputs=EMPTY | stock(grams))
        before.append(put_to_use(model))

    month(model, consume=set_stock)
    return firm(model, US_CARS), put_to_use(model) - before[0]


def put_to_use(model):
    """Grams of each element in end products, whether still in use or at the end of their life."""
    return model.ledger.book["in_use"] + model.ledger.book["end_of_life"]


def test_at_normal_cover_all_is_served():
    user, gone = consumed(4000.0)
    assert user.used == near(one(MAGNET_HIGH, 1000.0)) and user.unmet.sum() == 0 and user.loss == 0
    assert gone.tolist() == [1000, 50, 10]


def test_a_month_of_stock_leaves_some_firms_short():
    """In a row of firms whose stocks differ, one month of use on average serves 80 %."""
    user, gone = consumed(1000.0, value_added=30.0, catch_up=0.35)
    cover = user.cover[MAGNET_HIGH]
    used = 1000 * (1 - (served(cover + 1) - served(1.0)))
    assert 780 < used < 830
    assert user.used[MAGNET_HIGH] == near(used) and user.unmet[MAGNET_HIGH] == math.floor(1000 - used)
    assert gone.tolist() == [math.floor(used), math.floor(used / 20), math.floor(used / 100)]
    missing = math.floor(1000 - used) / 1000
    assert user.loss == near(1000 * (1 - (1 - missing) ** 0.7) * 30 * 0.65 / 1e6)


def test_without_stock_nothing_is_used_and_all_is_lost():
    user, gone = consumed(0.0, value_added=30.0, catch_up=0.0)
    assert user.used.sum() == 0 and user.unmet == near(one(MAGNET_HIGH, 1000.0)) and gone.sum() == 0
    assert user.loss == near(1000 * 30 / 1e6)


def test_all_three_grades_count_towards_what_is_lost():
    """300 of each grade, none in stock but the high one's: two thirds of all is missing."""
    need = np.where(np.isin(np.arange(len(GOODS)), (5, 6, 7)), 300.0, 0.0)
    user, _ = consumed(9000.0, base_need=need, value_added=10.0, catch_up=0.0)
    assert user.unmet[MAGNET_STANDARD] == user.unmet[MAGNET_EXTREME] == 300 and user.unmet[MAGNET_HIGH] == 0
    assert user.loss == near(900 * (1 - (1 / 3) ** 0.7) * 10 / 1e6)


def test_what_is_used_leaves_the_stock_seen_by_the_months_orders():
    user, _ = consumed(4000.0)
    assert user.held[MAGNET_HIGH] == near(3000.0)


def test_oxides_go_into_other_uses_and_their_shortage_costs_no_magnet_output():
    model, before = oxide_world(scenario=still()), []

    def set_stock():
        put(model, OXIDE_USER, inputs={(OXIDE_NDPR, NDPR): 5000.0})
        set_user(model, OXIDE_USER, base_need=one(OXIDE_NDPR, 2000.0), value_added=30.0)
        before.append(model.ledger.book["dissipated"].copy())

    month(model, consume=set_stock)
    missed = served(3.0) - served(2.5)
    used = firm(model, OXIDE_USER).used[OXIDE_NDPR]
    assert used == near(2000 * (1 - missed)) and firm(model, OXIDE_USER).loss == 0
    assert (model.ledger.book["dissipated"] - before[0]).tolist() == [math.floor(used), 0, 0]


# Thrift, E2.3

THRIFT = {
    "thrift_speed": 0.05, "thrift_fear": 0.002, "thrift_deadband": 0.15, "thrift_reversal": 0.01, "thrift_fear_from": 0.1,
    "heavy_thrift_speed": 0.04, "heavy_thrift_deadband": 0.2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("log_price", "belief", "abroad", "home"),
    [
        (0.35, 0.05, 0.1 + 0.05 * 0.2 * 0.3, 0.1 + 0.05 * 0.2 * 0.3),  # dear by 0.2 beyond the deadband
        (0.0, 0.6, 0.1 + 0.002 * 0.5 * 0.3, 0.1),  # feared by 0.5 beyond what is not minded; fear does not save at home
        (0.35, 0.6, 0.1 + (0.05 * 0.2 + 0.002 * 0.5) * 0.3, 0.1 + 0.05 * 0.2 * 0.3),
        (0.1, 0.05, 0.1 - 0.01 * 0.1, 0.1 - 0.01 * 0.1),  # neither: a hundredth of it is undone
    ],
)
def test_users_design_magnets_out_while_they_are_dear_or_feared(log_price, belief, abroad, home):
    model = in_china(scenario=still(**THRIFT), users=(US_CARS, HOME_CARS))

    def set_prices():
        for user in (US_CARS, HOME_CARS):
            put(model, user, designed=np.full(9, 0.1), designable=0.4, paid=np.full(9, math.exp(log_price)), belief=belief)

    month(model, adapt=set_prices)
    assert [firm(model, user).designed[MAGNET_HIGH] for user in (US_CARS, HOME_CARS)] == near([abroad, home])


def test_users_of_oxides_save_nothing():
    model = oxide_world(scenario=still(**THRIFT))
    month(model, adapt=lambda: put(model, OXIDE_USER, paid=np.full(9, 9.0), belief=1.0))
    assert (firm(model, OXIDE_USER).designed == 0).all()


def drawn(maker, thrift=None, **columns):
    """Dy and Tb that a maker draws out of its high grade in a month, after the prices of both, over those of the start, outside China and in it."""
    outside, china = columns.pop("outside"), columns.pop("china")
    model = two_chains(scenario=still(**THRIFT | (thrift or {})))

    def set_prices():
        model.market.heavy_outside[:], model.market.heavy_china[:] = (1.0, *outside), (1.0, *china)
        put(model, maker, belief=1.0, **{"drawn": saved(0.1), "leanest": 0.4 + np.zeros((9, 3))} | columns)

    return firm(month(model, adapt=set_prices), maker).drawn[MAGNET_HIGH, HEAVY]


def test_makers_draw_designs_with_less_of_each_heavy_by_its_price_on_their_side_of_the_border():
    """Dy is dear by 0.5 beyond what is put up with, Tb by 0.3: 0.1 + 0.04*0.5*(0.6 - 0.1). In China by 0.1 and not. Fear draws none."""
    prices = {"outside": (math.exp(0.7), math.exp(0.5)), "china": (math.exp(0.3), math.exp(0.2))}
    assert drawn(HANAU, **prices) == near([0.11, 0.106])
    assert drawn(JL, **prices) == near([0.102, 0.099])  # a hundredth of what is saved of Tb is undone


def test_a_grade_at_its_leanest_saves_no_more():
    assert drawn(HANAU, outside=(9.0, 9.0), china=(1.0, 1.0), leanest=0.9 + np.zeros((9, 3))) == near([0.1, 0.1])


def test_terbium_stands_in_for_dysprosium_that_has_become_dearer():
    """Dy is dearer by 0.7, Tb is not: 0.04*0.5 of the half that is left above the leanest, 0.01 of the content of Dy, as Tb that does 1.8 times as much a gram."""
    dearer = {"outside": (math.exp(0.7), 1.0), "china": (1.0, 1.0), "drawn": saved(0.0)}
    dy = 0.04 * 0.5 * 0.6
    left = 0.04 * 0.5 * (0.6 - dy)
    assert drawn(HANAU, **dearer) == near([dy + left, -left * (0.015 / 0.0028) / 1.8])
    assert drawn(HANAU, thrift={"heavy_swap_limit": 0.0}, **dearer) == near([dy, 0.0])


def test_dysprosium_stands_in_for_terbium_that_has_become_dearer():
    dy, tb = drawn(HANAU, outside=(1.0, math.exp(0.7)), china=(1.0, 1.0), drawn=saved(0.0))
    assert dy < 0 < tb and -dy * 0.015 == near((tb - 0.04 * 0.5 * 0.6) * 0.0028 * 1.8)


def test_one_heavy_stands_in_for_so_much_of_another_at_the_most():
    """Whatever the price, for a tenth of the content of Dy: 0.1*0.015/1.8 g of Tb a gram, 0.3 of its own content."""
    beyond_price = {"outside": (1e9, 1e-9), "china": (1.0, 1.0), "drawn": saved(0.0), "leanest": np.zeros((9, 3))}
    assert drawn(HANAU, thrift={"heavy_swap_limit": 0.1}, **beyond_price)[1] == near(-0.1 * 0.015 / 1.8 / 0.0028)
    assert drawn(HANAU, thrift={"heavy_swap_limit": 0.1}, **beyond_price | {"drawn": saved([0.0, -0.3])})[1] == near(-0.1 * 0.015 / 1.8 / 0.0028)


def test_designs_are_made_when_their_customers_have_qualified_them():
    """What is drawn in a month is what is made as many months later, and not before."""
    model = two_chains(scenario=still(heavy_thrift_speed=0.0, thrift_reversal=0.0))
    maker, places = firm(model, HANAU), model.designs.makers.places
    mine = np.flatnonzero(places == np.ravel_multi_index((MAGNET_HIGH, DY, maker.row), model.drawn.shape))
    model.designs.makers.months[mine] = 3
    for at, share in enumerate((0.1, 0.2, 0.3, 0.3, 0.3)):
        month(model, adapt=lambda share=share: put(model, HANAU, drawn=saved(share)))
        assert maker.saved_heavies[MAGNET_HIGH, DY] == near((0.0, 0.0, 0.1, 0.2, 0.3)[at])


def test_users_make_their_designs_when_the_months_of_a_redesign_are_over_and_pay_for_each_once():
    """18 months for car parts, here 3; what is dropped and comes back is not paid for again. 1000 g a month at half a dollar a gram a month."""
    model = in_china(scenario=still(thrift_speed=0.0, thrift_fear=0.0, thrift_reversal=0.0))
    user, queue = firm(model, US_CARS), model.designs.users
    mine = np.flatnonzero(queue.places == np.ravel_multi_index((MAGNET_HIGH, user.row), model.saved.shape))
    assert queue.months[mine].tolist() == [18]
    queue.months[mine] = 3
    made, cost = [], []
    for share in (0.1, 0.2, 0.1, 0.2, 0.3, 0.3, 0.3, 0.3):
        month(model, consume=lambda: set_user(model, redesign_cost=0.5, **kept(user)), adapt=lambda share=share: put(model, US_CARS, designed=np.full(9, share)))
        made.append(user.saved[MAGNET_HIGH])
        cost.append(user.redesign)
    assert made == near([0.0, 0.0, 0.1, 0.2, 0.1, 0.2, 0.3, 0.3])
    assert cost == near([1000 * share * 0.5 / 1e6 for share in (0.0, 0.0, 0.0, 0.1, 0.1, 0.0, 0.0, 0.1)])


def kept(user):
    """What a user has designed out, as it stands."""
    return {"saved": user.saved, "settled": user.settled}


def test_a_sector_designs_out_no_more_than_it_can():
    """Prices without bound: car parts draw three tenths, defence a fiftieth, users of oxides nothing; twice the scale, twice as much."""
    for scale in (1.0, 2.0):
        model = in_china(scenario=still(**THRIFT | {"thrift_speed": 1.0, "redesign_ceiling_scale": scale}), users=(US_CARS, US_DEFENCE))
        month(model, adapt=lambda model=model: [put(model, user, paid=np.full(9, 1e6)) for user in (US_CARS, US_DEFENCE)])
        assert [firm(model, user).designed[MAGNET_HIGH] for user in (US_CARS, US_DEFENCE)] == near([0.3 * scale, 0.02 * scale])


# What prices cost, E4.4 and E4.6


def at_price(ratio, **columns):
    """A user that buys at so many times the price of the start, 0.2 USD a gram, with enough in stock."""
    model = in_china(scenario=still())

    def set_price():
        set_user(model, paid=np.full(9, ratio), elasticity=0.5, start_price=np.full(9, 0.2), **columns)
        put(model, US_CARS, inputs=EMPTY | stock(9000.0))

    return firm(month(model, consume=set_price), US_CARS)


def test_need_given_up_for_its_price_costs_half_of_rise_times_fall():
    """At four times the price half of the need goes: 0.5 * 0.6 * 500 USD; of what is designed out nothing is given up. The bill is what the other half pays more."""
    user = at_price(4.0)
    assert user.forgone == near(0.5 * 0.6 * 500 / 1e6) and user.bill == near(0.6 * 500 / 1e6)
    assert at_price(4.0, saved=np.full(9, 0.2)).forgone == near(0.5 * 0.6 * 400 / 1e6)


def test_prices_below_those_of_the_start_win_need_and_save_money():
    """At a quarter of the price need doubles: a gain of 0.5 * 0.15 * 1000 USD, and 2000 g cost 300 USD less."""
    user = at_price(0.25)
    assert user.forgone == near(-0.5 * 0.15 * 1000 / 1e6) and user.bill == near(-0.15 * 2000 / 1e6)


def test_at_the_prices_of_the_start_nothing_is_given_up_nor_paid_more():
    user = at_price(1.0, saved=np.full(9, 0.2))
    assert (user.forgone, user.bill) == (0.0, 0.0)


def test_what_is_dearer_never_costs_less():
    worth = [at_price(ratio).forgone for ratio in (0.25, 0.5, 0.9, 1.0, 1.1, 2.0, 4.0, 20.0)]
    assert worth == sorted(worth) and len(set(worth)) == len(worth)


# Turning to parts, E2.4 (with parts: tests/test_embedded.py)


def test_who_bought_no_parts_turns_to_none_however_it_fears():
    model = in_china()
    month(model, believe=lambda: put(model, US_CARS, belief=0.9))
    assert firm(model, US_CARS).belief > 0.8 and not firm(model, US_CARS).turned.any()
