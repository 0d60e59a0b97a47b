"""Traders and smugglers: what they carry, what customs find, whose goods end up where; by hand in a tiny world, by sign in it too."""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hands import near, still
from vocabulary import MAGNET_HIGH, WORLD
from worlds import CHINESE, EU_CARS, US_CARS, chain_links, filtered, firm

from model import EnforcementCampaign, ExportBan, TradeModel
from model.rules.circumvention import carried, found, gain
from model.world import build

VERBS = ("buy", "pass_on", "charge")
ABROAD, AT_HOME = "Traders@KOR", "Smugglers@CHN"
BAN = ExportBan(date="2024-06", origin="CHN", goods="magnet_high", destinations="USA", name="ban")


def test_a_gain_is_the_price_ratio_less_the_way_less_what_is_found():
    """Prices have doubled where it sells and stand where it buys: ln 2 less 0.15, less 3 times 0.1."""
    assert gain(2.0, 1.0, 0.15, 0.1, 3.0) == near(math.log(2.0) - 0.15 - 0.3)


def test_what_is_carried_moves_towards_what_the_gain_is_worth():
    """From 10 of a need of 100 at a gain of 0.45: towards 1.3*100*(1 - 1/e) in 2.5 months; at a loss towards nothing."""
    wanted = 130.0 * (1.0 - math.exp(-1.0))
    assert carried(10.0, 100.0, 0.45, 1.3, 0.45, 2.5) == near(10.0 + (wanted - 10.0) / 2.5)
    assert carried(10.0, 100.0, -0.2, 1.3, 0.45, 2.5) == near(6.0)


def test_more_is_found_of_more_and_where_customs_look_harder():
    assert found(0.4, 50.0, 100.0) == near(1.0 - math.exp(-0.4))
    assert found(0.0, 50.0, 100.0) == 0.0


@cache
def carrying(capital, country):
    """A Chinese chain that serves car makers in the United States and in Europe, and a trader with so much capital that serves the first."""
    name = (ABROAD if country == "KOR" else AT_HOME).split("@")[0]
    columns = ["holder", "country", "role", "good", "level_base_t", "serves", "pooled_with", "capital_usd_million", "source", "confidence", "notes"]
    rows = pd.DataFrame([(name, country, "trader", "magnet_high", 0.0, "USA", "", capital, "S58", "assumption", "")], columns=columns)
    return build(WORLD.words, filtered(tuple(chain_links(CHINESE, (US_CARS, EU_CARS)))) | {"stores": rows})


def run(*events, capital=50.0, country="KOR", until="2025-12", **parameters):
    """The chain, with what was banned dear in the United States."""
    return TradeModel(still(belief_up=0.0, thrift_speed=0.0, **parameters).with_events(events), world=carrying(capital, country), seed=1).run_until(until)


def served(model):
    """Tonnes of the high grade that end up in the United States from the ban on, and those declared for it."""
    results = model.results().sel(good="magnet_high", destination="USA", month=slice("2024-06", None))
    return float(results.china_exports_arrived.sum()), float(results.china_exports.sum())


@pytest.mark.parametrize(("country", "least"), [("KOR", 50.0), ("CHN", 5.0)])
def test_what_may_not_leave_for_one_country_comes_by_another_or_past_the_customs(country, least):
    """Banned for the United States alone: declared nothing, arrived something, and less goes unmet than without traders; the books close."""
    with_them, without = run(BAN, country=country), run(BAN, country=country, circumvention=0.0)
    arrived, declared = served(with_them)
    assert arrived > declared + least and served(without)[0] == near(served(without)[1], 1e-6)
    unmet = [float(model.results().unmet_demand.sel(region="USA").sum()) for model in (with_them, without)]
    assert unmet[0] < unmet[1] - least / 2
    assert not any(with_them.ledger.imbalance().values())


def test_customs_take_what_they_find_and_the_trader_pays_for_it():
    model = run(BAN, EnforcementCampaign(date="2024-12", origin="CHN", goods="magnet_high", strength=1.0))
    results = model.results()
    taken = float(results.seized.sel(good="magnet_high").sum())
    content = model.measures.content_of_good[MAGNET_HIGH]
    assert taken > 1.0 and model.ledger.book["seized"][0] == pytest.approx(taken * content * 1e6, rel=1e-9)
    assert model.routes.capital[firm(model, ABROAD).row] < run(BAN).routes.capital[firm(model, ABROAD).row]


def test_the_harder_customs_look_the_less_arrives_and_the_less_capital_the_less_is_carried():
    looks = [served(run(BAN, *([EnforcementCampaign(date="2024-06", origin="CHN", goods="magnet_high", strength=each)] if each else [])))[0] for each in (0.0, 0.2, 0.6, 2.0)]
    assert looks == sorted(looks, reverse=True) and looks[0] > 1.2 * looks[-1]
    means = [served(run(BAN, capital=each))[0] for each in (0.0, 0.2, 1.0, 50.0)]
    assert means == sorted(means) and means[0] < 0.5 * means[-1]


def test_a_control_on_all_alike_leaves_traders_abroad_nothing():
    everywhere = BAN.changed(destinations=("*",), name="all")
    arrived, _ = served(run(everywhere))
    assert arrived == near(0.0, 1e-6)


def test_where_nothing_is_dear_nothing_is_carried_and_no_bit_moves():
    one, other = (run(until="2025-06", circumvention=on, price_volatility=0.0) for on in (1.0, 0.0))
    for name in ("need", "price", "china_exports", "output_loss"):
        assert np.array_equal(one.results()[name], other.results()[name]), name


def test_senseless_campaigns_say_why():
    for campaign, said in ((EnforcementCampaign(date="2024-02", origin="CHN", goods="oxide_Dy", strength=0.5), "finds nothing"), (EnforcementCampaign(date="2024-02", origin="CHN", goods="magnet_high", strength=0.0), "looks for nothing")):
        ((_, why),) = run(campaign, until="2024-01").book.remarks
        assert said in why
