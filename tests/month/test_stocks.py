"""Public stocks: what they buy and when they do not, whom they serve, what it costs; by hand in tiny worlds, by sign in the shipped one."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hands import still
from small_courses import frozen
from vocabulary import GRADES, MAGNET_HIGH, WORLD
from worlds import CHINESE, EU_CARS, MAKER, US_CARS, chain_links, equal, filtered, firm, relation

from model import ExportBan, ExportLicence, InputError, Pool, Scenario, Stockpile, SupplyShock, SurgeRelease, TradeModel
from model.names import month_name
from model.world import build

VERBS = ("buy", "release", "charge")
PAIR = (US_CARS, EU_CARS)
RESERVE = "National Defense Stockpile@USA"
MONTHLY = 25.0
"""Tonnes of each grade that each of the two users needs a month: 600 t a year of a grade for both."""


@cache
def stored(level=0.0, places=("USA",)):
    """A Chinese chain that serves car makers in the United States and in Europe, and an empty public stock of one grade where they stand."""
    names = {"USA": "National Defense Stockpile", "EU27": "EU stockpile"}
    rows = [(names[place], place, "public", "magnet_high", level, place, ";".join({"USA", "EU27"} - {place}), np.nan, "S58", "assumption", "") for place in places]
    columns = ["holder", "country", "role", "good", "level_base_t", "serves", "pooled_with", "capital_usd_million", "source", "confidence", "notes"]
    return build(WORLD.words, filtered(tuple(chain_links(CHINESE, PAIR))) | {"stores": pd.DataFrame(rows, columns=columns)})


def run(*events, level=0.0, places=("USA",), until="2025-12", **parameters):
    """The chain with a stock of so many tonnes at the start, to a month."""
    calm = still(belief_up=0.0, cover_response=0.0, heavy_cover_response=0.0, thrift_speed=0.0, **parameters)
    return TradeModel(calm.with_events(events), world=stored(level, places), seed=1).run_until(until)


def pile(**changed):
    """A stockpile of the United States, in force from February 2024."""
    return Stockpile(**({"date": "2024-02", "payer": "USA", "country": "USA", "goods": "magnet_high", "months": 2.0, "fill_months": 4.0, "most_share": 1.0} | changed))


STOP = ExportBan(date="2025-01", origin="CHN", goods="magnet_high", name="stop")


def held(model, name=RESERVE):
    """Tonnes in stock."""
    return firm(model, name).inputs[MAGNET_HIGH, 0] / model.measures.content_of_good[MAGNET_HIGH] / 1e6


def unmet(model, region="USA"):
    """(month,): share of need of the high grade unmet, half of what the users need."""
    found = model.results()
    return (found.unmet_demand.sel(region=region).sum("sector") / (found.need.sel(region=region).sum("sector") / 2)).values


def test_a_stock_orders_a_part_of_what_it_lacks_and_pays_for_what_is_shipped():
    """Target 2 months of 25 t, filled in four: first order 50/4 = 12.5 t, paid as shipped at the price of the day with freight."""
    model = run(pile(), until="2024-02")
    row = relation(model, MAKER, RESERVE, "magnet_high")
    tonnes = model.trade.flow[row] / model.trade.content[row] / 1e6
    assert tonnes == pytest.approx(12.5, rel=2e-2)
    price = model.market.realised_in[model.market.regions.place[firm(model, RESERVE).row], MAGNET_HIGH]
    books = model.treasury.frame().set_index("book").million
    assert books["cost"] == pytest.approx(tonnes * price / 1e3 * (1.0 + model.p.stock_carrying / 12), rel=2e-2)


def test_a_stock_comes_to_its_target_and_keeping_it_costs_a_part_of_what_it_cost():
    model = run(pile(fill_months=2.0), until="2025-12")
    assert held(model) == pytest.approx(2 * MONTHLY, rel=0.1)
    row = firm(model, RESERVE).row
    last = float(model.recorder.lines["public_cost"][model.elapsed].sum())
    assert last == pytest.approx(model.stocks.worth[MAGNET_HIGH, row] * model.p.stock_carrying / 12, rel=0.2)


def test_nothing_is_bought_at_a_price_above_the_ceiling_or_under_a_threat_or_while_members_lack():
    assert held(run(pile(price_ceiling=0.5), until="2024-12")) == 0.0
    threat = ExportLicence(date="2024-02", origin="CHN", goods="magnet_high", controlled_share=0.0, announced_severity=0.9, name="threat")
    assert held(run(pile(), threat, until="2024-12")) == 0.0
    short = ExportBan(date="2024-01", until="2024-08", origin="CHN", goods="magnet_high", share=0.5, name="short")
    assert held(run(pile(date="2024-05"), short, until="2024-07")) == 0.0


def test_a_budget_spent_is_a_budget_stopped_and_what_is_in_stock_is_still_released():
    model = run(pile(budget=0.5), STOP)
    costs = model.recorder.lines["public_cost"].sum(axis=(1, 2))
    bought = model.treasury.frame()
    assert 0.0 < held(run(pile(budget=0.5), until="2024-12")) < 0.5 * 2 * MONTHLY
    assert bought.spent_in.max() != "" and costs[:12].sum() < 0.7
    assert held(model) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("months", [2, 4, 6])
def test_a_stock_of_some_months_delays_its_members_first_stop_by_half_of_them_to_one_more(months):
    """A full stop of what is stored; the stock is there at the start, as bought before at the old prices."""
    level = months * MONTHLY
    without, with_it = (unmet(run(*events, STOP, level=stock)) > 0.05 for events, stock in (((), 0.0), ((pile(months=0.0, tonnes=1.0),), level)))
    delay = with_it.argmax() - without.argmax()
    assert without.any() and 0.5 * months <= delay <= months + 1, delay


def test_members_never_lose_by_a_stock_filled_before_and_others_get_nothing_of_it():
    losses = [run(pile(months=0.0, tonnes=0.001), STOP, level=level).results().output_loss.sum(["month", "sector"]) for level in (0.0, 25.0, 50.0, 100.0, 200.0)]
    usa, eu = ([float(each.sel(region=region)) for each in losses] for region in ("USA", "EU27"))
    assert usa == sorted(usa, reverse=True) and usa[0] > 1.2 * usa[-1]
    assert max(eu) == pytest.approx(min(eu), rel=0.01)


def test_a_stock_filled_in_a_shortage_takes_from_users():
    """Without its rules of calm a stock orders beside its own members, and those it serves lose by it until it releases."""
    half = SupplyShock(date="2024-06", months=12, entities=[MAKER], factor=0.03, name="half")
    eager = pile(date="2024-06", months=6.0, fill_months=1.0, price_ceiling=5.0, release_from=1.0)
    losses = [float(run(half, *more, until="2025-03").results().output_loss.sum()) for more in ((), (eager,))]
    assert losses[1] > 1.05 * losses[0]


def test_a_pool_of_two_stocks_loses_no_more_than_the_two_apart():
    """All is in Europe's stock: apart the United States stop at once; together what there is goes by need, and no more is lost in all."""
    both = ("USA", "EU27")
    rules = (pile(months=0.0, tonnes=1.0), Stockpile(date="2024-02", payer="EU27", country="EU27", goods="magnet_high", tonnes=1.0))

    def losses(*more):
        model = run(*rules, STOP, *more, places=both, level=100.0)
        return model.results().output_loss.sum(["month", "sector"]), model

    apart, together = losses()[0], losses(Pool(date="2024-02", lead="USA", members=["USA", "EU27"]))[0]
    assert float(together.sum()) <= float(apart.sum()) * (1 + 1e-9)
    ours = run(rules[0], STOP, Pool(date="2024-02", lead="USA", members=["USA", "EU27"]), places=both, level=100.0)
    assert ours.results().output_loss.sel(region="EU27").sum() < run(rules[0], STOP, places=both, level=100.0).results().output_loss.sel(region="EU27").sum()


def test_a_surge_lets_out_its_share_of_what_is_in_stock():
    """100 t in stock, half of it a month: 50 t leave in the first month although nobody lacks anything, and their users pay what they cost."""
    model = run(SurgeRelease(date="2024-03", until="2024-04", country="USA", share=0.5), level=100.0, until="2024-03")
    assert held(model) == pytest.approx(50.0, abs=1e-4)
    assert model.treasury.frame().set_index("book").million["income"] == pytest.approx(50.0 * model.market.base_outside[MAGNET_HIGH] / 1e3, rel=0.02)


def test_stocks_without_an_instrument_change_nothing_and_neither_does_a_target_of_nothing():
    plain = TradeModel(still(), world=build(WORLD.words, filtered(tuple(chain_links(CHINESE, PAIR)))), seed=1).run_until("2025-06")
    idle = TradeModel(still(), world=stored(), seed=1).run_until("2025-06")
    for name in ("need", "price", "china_exports", "output_loss", "belief"):
        assert np.array_equal(plain.results()[name], idle.results()[name]), name
    aimless = TradeModel(still().with_events([pile(months=0.0)]), world=stored(), seed=1).run_until("2025-06")
    assert equal(idle, aimless)


def test_books_close_and_what_it_does_is_told_to_the_gram():
    model = run(pile(), STOP)
    assert not any(model.ledger.imbalance().values())


def test_senseless_stocks_are_refused_or_said():
    with pytest.raises(InputError, match="two targets"):
        pile(tonnes=5.0)
    for senseless, said in (
        (pile(goods="oxide_Dy"), "no public stock of oxide_Dy in USA"), (pile(months=0.0), "aims at nothing and holds nothing"),
        (Pool(date="2024-02", lead="USA", members=["USA", "JPN"]), "joins fewer than two public stocks"), (SurgeRelease(date="2024-02", country="JPN", share=0.5), "no public stock of these goods in JPN"),
    ):  # fmt: skip
        ((_, why),) = run(senseless, until="2024-01").book.remarks
        assert said in why


@pytest.mark.parametrize(("country", "holder"), [("USA", "National Defense Stockpile"), ("JPN", "JOGMEC"), ("EU27", "EU stockpile"), ("KOR", "KOMIR and PPS")])
def test_the_larger_a_stock_the_less_its_country_and_the_world_lose_in_a_full_stop(country, holder):
    stop = ExportBan(date="2025-10", origin="CHN", goods="*", name="stop")
    losses = []
    for months in (0.0, 1.0, 3.0, 6.0):
        kept = [] if months == 0.0 else [Stockpile(date="2024-02", payer=country, country=country, holder=holder, goods=GRADES, months=months, fill_months=8.0, most_share=1.0, price_ceiling=5.0)]
        found = TradeModel(Scenario.load("open_trade").with_events([stop, *kept]).with_parameters(frozen()), seed=1).run_until(month_name(35)).results().output_loss
        losses.append([float(found.sel(region=country).sum()), float(found.sum())])
    assert (np.diff(losses, axis=0) <= 0).all(), losses


def test_keeping_a_stock_is_paid_once_by_those_alike_that_mean_to_have_any():
    """100 t stand there from the start: two stockpiles of as many months pay half each of what one alone pays; a third that means to have nothing pays nothing."""
    alone, both = (run(*(pile(name=name, months=1.0) for name in names), pile(name="nothing", months=0.0), level=100.0, until="2024-06") for names in (("one",), ("one", "other")))

    def paid(model):
        return {entry.name: float(million) for entry, million in model.treasury.entries.items() if entry.kind == "Stockpile" and entry.book == "cost"}

    assert paid(alone)["one"] > 0.0 and paid(alone).get("nothing", 0.0) == paid(both).get("nothing", 0.0) == 0.0
    assert paid(both)["one"] == paid(both)["other"] == pytest.approx(0.5 * paid(alone)["one"], rel=1e-9)


def test_goods_of_one_budget_are_cut_alike_and_none_sees_it_whole():
    """Two goods are wished for that cost three times the budget together: a third of each is ordered, and all of each where it reaches."""
    model = run(until="2024-02")
    store = firm(model, RESERVE).row
    goods = [MAGNET_HIGH, MAGNET_HIGH + 1]
    wishes = {(store, good): 9e8 for good in goods}
    worth = sum(model.stocks.tonnes_of(good, 9e8) * float(model.market.price_where(store)[good]) / 1e3 for good in goods)
    for budget, part in ((worth / 3.0, 1 / 3), (2.0 * worth, 1.0)):
        model.stocks.meant = {}
        model.stocks.means_to_add(pile(name="both", budget=budget), wishes)
        assert [model.stocks.meant[good, store]["both"] for good in goods] == pytest.approx([part * 9e8] * 2, rel=1e-9)
