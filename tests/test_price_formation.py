"""What prices in China return to and what moves them: cost curves, news, chance, and what is remembered from before the start (E10.5, E10.7 to E10.9, E11.1)."""

import math

import numpy as np
import pytest
from hands import in_china, near, still, two_chains
from vocabulary import DY, OXIDE_DY, OXIDE_NDPR, OXIDE_TB, SHIPPED, TB
from worlds import CHINESE, licence, oxide_world, relation

from model import ExportBan, ExportLicence, InputError, Scenario, SupplyShock, TradeModel, kernels
from model.folder import Folder
from model.kernels.groups import Curves
from model.levers import owner_of
from model.names import month_index
from model.rules.investment import remembered
from model.start.past import memories, monthly, past_prices
from model.volatility import Volatility

CALM = Scenario.load("open_trade").with_parameters({"price_volatility": 0.0})
MAGNETS = ("magnet_standard", "magnet_high", "magnet_extreme")
MEASURED = SHIPPED.parameters["price_sd_light"].value
"""Standard deviation of monthly changes of the NdPr quote before 2024, as the parameter's source says how."""


# Cost curves


@pytest.mark.parametrize(("need", "cost"), [(10.0, 40.0), (50.0, 40.0), (100.0, 45.0), (150.0, 50.0), (175.0, 55.0), (200.0, 60.0), (900.0, 60.0)])
def test_the_producer_called_last_sets_the_cost(need, cost):
    """Three producers of 100, 100 and nought, and one of 50 (from 200): 40 up to the middle of the first, 50 at that of the second, 60 at that of the last, 225."""
    curves = Curves(first=np.array([0, 4, 4]), cost=np.array([40.0, 50.0, 55.0, 60.0]))
    found = kernels.marginal(curves, np.array([100.0, 100.0, 0.0, 50.0]), np.array([need, 1.0]))
    assert found == near([cost if need < 175 else 50 + 10 * min((need - 150) / 75, 1.0), 0.0])


def test_at_the_start_costs_are_those_of_the_start_and_a_lone_producer_costs_the_same_at_any_use():
    model = TradeModel(CALM)
    cost, left = model.market.home.curves.read()
    assert (cost == 1.0).all() and (left == 1.0).all() and model.market.home.anchor().tolist() == model.market.base_china[model.market.chinese].tolist()
    lone = in_china(scenario=still())
    lone.sales *= 3.0
    assert (lone.market.home.curves.read()[0] == 1.0).all()


def test_the_dearer_mine_and_plant_are_reached_as_use_grows():
    """Never falling in use, and above one where more is used than at the start."""
    model, found = TradeModel(CALM), []
    sales, use = model.sales.copy(), model.expected.copy()
    for scale in (0.8, 1.0, 1.1, 1.3):
        model.sales[:], model.expected[:] = scale * sales, scale * use
        found.append(model.market.home.curves.read()[0][:3])
    assert (np.diff(found, axis=0) >= 0.0).all() and (found[3] > found[1]).all() and (found[0] < 1.0).all()


def test_a_mine_that_may_not_sell_to_china_is_off_the_curve():
    """Cheap ore gone, the dear one is called; and so much less of the capacity behind the oxide can be used."""
    model = TradeModel(CALM)
    curves = model.market.home.curves
    before, _ = curves.read()
    mine = next(agent.row for agent in model.firms.agents if agent.name == "Mountain Pass")
    model.levers.banned[(model.trade.seller == mine) & (model.abroad[model.trade.buyer] == 0.0)] = 1.0
    cost, left = curves.read()
    assert cost[0] > before[0] and 0.85 < left[0] < 0.99
    ours = (curves.ores.curve == 0) & (curves.ores.row == mine)
    capacity = curves.ores.capacity()
    assert left[0] == near(1 - capacity[ours].sum() / capacity[curves.ores.curve == 0].sum())


# News


def test_news_is_what_tightens_and_only_in_the_month_in_which_it_does():
    """Four tenths of exports of NdPr oxide need a licence from March on: news of 0.4 in March, none in April; opened in May, none."""
    alarmed = still(news_response=0.5, trader_chase=0.0, reserve_response=0.0, held_off_speed=0.5)
    model, found = oxide_world(licence(date="2024-03", until="2024-05", controlled_share=0.4), scenario=alarmed), []
    for _ in range(5):
        model.step()
        found.append(model.market.home.held_off[0])
    assert found == near([0, 0, 0.2, 0.1, 0.05]) and not model.market.home.held_off[1:].any()


def test_a_stopped_plant_at_home_is_news_of_all_that_it_makes():
    shock = SupplyShock(date="2024-02", entities=(CHINESE[1],), factor=0.7, months=2)
    model = two_chains(shock, scenario=still(news_response=0.5, trader_chase=0.0, reserve_response=0.0))
    model.step()
    assert not model.market.home.held_off.any()
    model.step()
    assert model.market.home.held_off == near(np.full(3, 0.5 * 0.3))


def test_switched_off_nothing_is_held_off():
    off = {"trader_chase": 0.0, "news_response": 0.0, "reserve_response": 0.0}
    model = TradeModel(Scenario.load("history").with_parameters(off)).run_until("2024-04")
    assert not model.market.home.held_off.any()


# What a stop does


def ratio(acts, until):
    """Chinese prices with some acts over those without, by month and good."""
    runs = [TradeModel(given).run_until(until).results().price.sel(market="CHN") for given in (CALM.with_events(acts), CALM)]
    return (runs[0] / runs[1]).to_pandas()


def test_an_export_stop_makes_heavies_cheaper_at_home():
    """What may not leave is for sale at home. News and traders slow the fall; they do not turn it."""
    stop = ExportBan(date="2024-02", origin="CHN", goods=("oxide_Dy", "oxide_Tb", *MAGNETS), destinations=["*"], name="stop")
    found = ratio([stop], "2024-07")[["oxide_Dy", "oxide_Tb"]]
    assert (found.loc["2024-01"] == 1.0).all() and (found.loc["2024-04"] < 0.97).all() and (found.loc["2024-07"] < 0.9).all()


def test_a_stop_of_a_mines_ore_for_china_makes_the_oxide_dearer_there():
    """By a per cent within a year, as stocks and idle ore last; the quotes of 2025 rose by 40 % in two months of which this stop was one cause."""
    stop = ExportBan(date="2024-02", origin="USA", goods=("concentrate",), destinations=["CHN"], name="stop")
    found = ratio([stop], "2024-12")["oxide_NdPr"]
    assert found["2024-01"] == 1.0 < found["2024-06"] < found["2024-12"] and 1.003 < found["2024-12"] < 1.4


# Chance


def test_disturbances_are_the_same_in_two_courses_of_events_and_none_at_no_volatility():
    """By price class and month: the quote's residual is what luck made of it, whatever states do."""
    free = Scenario.load("open_trade")
    stop = ExportBan(date="2024-02", origin="CHN", goods=("oxide_Dy",), destinations=["*"], name="stop")
    runs = [TradeModel(given, seed=3).run_until("2024-04") for given in (free, free.with_events([stop]))]
    assert runs[0].market.china[SHIPPED.chain.index("oxide_Dy")] != runs[1].market.china[SHIPPED.chain.index("oxide_Dy")]
    first, second = (run.market.home.residual for run in runs)
    assert (first == second).all() and (np.abs(first[:3]) > 1e-3).all()
    assert len(set(first[:3].tolist())) == 3 and first[3] == 0.0  # a luck for each class; of samarium nothing is known
    assert not TradeModel(CALM, seed=3).run_until("2024-02").market.home.residual.any()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_neodymium_moves_in_china_as_it_has_been_seen_to(seed):
    run = TradeModel(Scenario.load("open_trade"), seed=seed).run().results()
    price = np.log(run.price.sel(market="CHN", good="oxide_NdPr", month=slice("2026-01", "2035-12")).values)
    assert 0.5 * MEASURED < np.diff(price).std() < 1.5 * MEASURED


def test_the_volatility_of_two_years_is_that_of_what_is_known_and_of_the_prior_for_the_rest():
    """Of one good the log moves by 0.1 and -0.1 in turn; of another, without prior, not at all."""
    known = Volatility(np.array([1.0, 1.0]), np.array([0.2, 0.0]))
    assert known.yearly == near([0.2 * math.sqrt(12), 0.0])
    prices = [np.array([math.exp(0.1 * (month % 2)), 1.0]) for month in range(1, 31)]
    found = [known.note(price) for price in prices]
    assert found[1] == near([math.sqrt(12 * (2 * 0.1**2 + 22 * 0.2**2) / 24), 0.0])
    assert found[-1] == near([math.sqrt(12) * 0.1, 0.0])


def test_the_market_tells_how_much_prices_outside_move():
    model = TradeModel(Scenario.load("open_trade"), seed=1)
    assert model.market.volatility.shape == (len(SHIPPED.chain.goods),)
    still_known = model.market.volatility[SHIPPED.chain.index("oxide_NdPr")]
    assert still_known == near(MEASURED * math.sqrt(12))
    model.run_until("2024-12")
    assert (model.market.volatility[[SHIPPED.chain.index(good) for good in ("oxide_NdPr", "oxide_Dy", "magnet_high")]] > 0.03).all()
    assert TradeModel(CALM).run_until("2024-01").market.volatility[SHIPPED.chain.index("oxide_NdPr")] < 0.01


# Dy and Tb


def test_one_office_decides_on_the_oxides_that_have_prices_apart():
    act = ExportLicence(date="2025-04", origin="CHN", regime="APR_SLOW")
    assert owner_of(act, ("oxide_Dy", "oxide_Tb"), "capacity_share", SHIPPED.chain)[3] == "heavy"
    assert owner_of(act, ("oxide_Tb", "magnet_high"), "capacity_share", SHIPPED.chain)[3] == "heavy+magnet"
    assert SHIPPED.chain.price_class[SHIPPED.chain.index("oxide_Dy")] != SHIPPED.chain.price_class[SHIPPED.chain.index("oxide_Tb")]


@pytest.mark.parametrize(("name", "moved", "other"), [("price_speed_dy", DY, TB), ("price_speed_tb", TB, DY)])
def test_what_is_said_of_one_heavy_moves_its_price_and_not_the_others(name, moved, other):
    usual, found = (two_chains(scenario=still(**given)) for given in ({}, {name: 0.1}))
    for model in (usual, found):
        model.finished[OXIDE_DY : OXIDE_TB + 1] *= 0.0
        model.ledger.open()
        model.step()
    differ = usual.market.china[[OXIDE_NDPR, OXIDE_DY, OXIDE_TB]] != found.market.china[[OXIDE_NDPR, OXIDE_DY, OXIDE_TB]]
    assert differ[moved] and not differ[other] and not differ[0]


# The past


def test_between_quotes_prices_move_evenly_up_to_those_of_the_start():
    assert monthly({0: [0.4], 2: [0.2, 0.0]}, 4) == near(np.exp([0.4, 0.25, 0.1, 0.05, 0.0]))


def test_the_past_is_smoothed_and_its_peak_fades():
    """A price twice that of the start two months before it, smoothed over two months; the peak fades by a tenth of what exceeds what is expected."""
    path = np.array([2.0, math.sqrt(2.0), 1.0])
    found = memories({1: path}, still_parameters(price_memory=2.0, crisis_forgetting=0.1))
    first = 2 + (math.sqrt(2) - 2) / 2
    last = first + (1 - first) / 2
    assert found.expected == near([last]) and found.goods.tolist() == [1]
    assert found.peak == near([float(remembered(float(remembered(2.0, math.sqrt(2), first, 0.1)), 1.0, last, 0.1))])


def still_parameters(**values):
    return two_chains(scenario=still(**values)).p


def test_prices_from_before_the_start_are_rows_that_are_built_in_and_those_after_it_none():
    """NdPr: 2022's record is remembered; no month after the first one, at which they are those of the start."""
    past = past_prices(SHIPPED.folder, SHIPPED.said, SHIPPED.chain, SHIPPED.prices)
    names = {SHIPPED.chain.goods[good] for good in past}
    assert names == {"oxide_NdPr", "oxide_Dy", "oxide_Tb"} and all(path[-1] == 1.0 for path in past.values())
    light = past[SHIPPED.chain.index("oxide_NdPr")]
    assert light[-1 - (month_index("2024-01") - month_index("2022-02"))] == near(173.228 / SHIPPED.prices["china"][SHIPPED.chain.index("oxide_NdPr")])


def test_what_is_expected_at_the_start_is_the_past_as_far_as_it_counts():
    """Half counts: a root of it. Magnets are expected to cost what they would of dearer metal; without a past all is as in the first month."""
    whole, half, none = (TradeModel(CALM.with_parameters({"price_history": share})).outlook for share in (1.0, 0.5, 0.0))
    at = SHIPPED.chain.index("oxide_NdPr")
    rises = [outlook.expected[at] / outlook.market.realised[at] for outlook in (whole, half, none)]
    assert rises[2] == 1.0 and rises[1] == near(math.sqrt(rises[0])) and rises[0] > 1.0
    magnet = SHIPPED.chain.index("magnet_standard")
    assert whole.expected[magnet] > half.expected[magnet] > none.expected[magnet] == none.market.realised[magnet]
    assert none.crisis[at] == SHIPPED.parameters["crisis_price_light"].value and whole.crisis[at] != none.crisis[at]


def test_a_world_whose_quotes_cannot_be_read_is_refused_in_one_line(tmp_path):
    (tmp_path / "world.toml").write_text('name = "mine"\nextends = "magnets"\n', encoding="utf-8")
    (tmp_path / "prices.csv").write_text("material,date,market,basis,price_mid_usd_per_kg,source,confidence,role,why\nDy oxide,2020-06,China domestic,spot,-1,S58,low,built in,expected\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"^prices\.csv row 2, column price_mid_usd_per_kg: -1 is negative; write a number .*$"):
        past_prices(Folder.open(tmp_path), SHIPPED.said, SHIPPED.chain, SHIPPED.prices)


def test_relations_of_the_curve_are_those_of_ore_for_china():
    model = two_chains(scenario=still())
    assert model.market.home.curves.routes.tolist() == [relation(model, CHINESE[0], CHINESE[1], "concentrate")]
