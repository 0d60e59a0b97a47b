"""What states levy, list, cut and reach at borders: by hand in tiny worlds, with their sign in the shipped one; who takes in and pays what."""

from itertools import permutations

import numpy as np
import pytest
from hands import near
from small_courses import CONTROLLED_FROM, HEAVY, course, never_falls, told
from vocabulary import GRADES, WORLD
from worlds import ABROAD, CHINESE, EU_CARS, MAGNETS, MAKER, STILL, US_CARS, US_DEFENCE, USERS, chain_links, chain_world, equal, found, relation

from model import EntityListing, ExportBan, ExportLicence, ExportTax, InputError, Scenario, StrategicPricing, Tariff, TradeModel
from model.content import held_in
from model.names import CHINA
from model.rules.sourcing import mixed

FROM = {"date": "2024-01", "origin": CHINA, "goods": MAGNETS}
TO_USA = {"date": "2024-01", "importer": "USA", "origins": CHINA, "goods": MAGNETS}
GRADE, METAL = "magnet_high", "metal_NdPr"
TAKEN, PAID = "public_income", "public_cost"


def chinese(*events, month="2024-01"):
    """A chain in China that supplies users abroad, under some measures."""
    return chain_world(*events, firms=CHINESE).run_until(month)


def to(model, users, goods=MAGNETS[:2]):
    """Relations on which the Chinese maker sells to some users."""
    return np.array([relation(model, MAKER, user, good) for user in users for good in goods])


def kilograms(model, rows):
    """What was shipped on some relations this month, kg of product."""
    return model.trade.flow[rows] / model.trade.content[rows] / 1e3


def money(model, book, payer, kind):
    """Million USD of the last month in a book."""
    return float(model.results()[book].sel(payer=payer, instrument=kind).isel(month=-1))


def refusal(make):
    """The one line in which something is refused."""
    with pytest.raises(InputError) as error:
        make()
    assert "\n" not in str(error.value)
    return str(error.value)


# ---------------------------------------------------------------------- duties at either end


def test_the_importer_takes_in_its_duty_on_the_price_before_it():
    model = chinese(Tariff(rate=0.25, **TO_USA))
    rows = to(model, (US_CARS, US_DEFENCE))
    assert money(model, TAKEN, "USA", "Tariff") == near(0.25 * (model.trade.price[rows] / 1.25 * kilograms(model, rows)).sum() / 1e6)
    assert money(model, TAKEN, CHINA, "Tariff") == 0.0


def test_a_tax_on_exports_is_a_duty_of_the_other_state():
    """Goods, prices and orders are to the last bit those of the duty; the money goes to the exporter."""
    taxed, dutied = chinese(ExportTax(rate=0.25, destinations="USA", **FROM), month="2024-06"), chinese(Tariff(rate=0.25, **TO_USA), month="2024-06")
    assert (taxed.trade.flow == dutied.trade.flow).all() and (taxed.trade.landed == dutied.trade.landed).all()
    assert money(taxed, TAKEN, CHINA, "ExportTax") == money(dutied, TAKEN, "USA", "Tariff") > 0.0


def test_tax_and_duty_add_up_and_each_state_takes_in_its_own():
    model = chinese(ExportTax(rate=0.2, **FROM), Tariff(rate=0.25, **TO_USA))
    for users, wedge in (((US_CARS, US_DEFENCE), 0.45), ((EU_CARS,), 0.2)):
        assert model.levers.tariff[to(model, users)] == near(wedge)
    american, all_of_it = to(model, (US_CARS, US_DEFENCE)), to(model, USERS)
    worth = model.trade.price * (1.0 / (1.0 + model.levers.tariff))
    assert money(model, TAKEN, "USA", "Tariff") == near(0.25 * (worth[american] * kilograms(model, american)).sum() / 1e6)
    assert money(model, TAKEN, CHINA, "ExportTax") == near(0.2 * (worth[all_of_it] * kilograms(model, all_of_it)).sum() / 1e6)


def test_what_is_taken_in_ends_with_the_duty():
    model = chinese(Tariff(rate=0.25, until="2024-03", **TO_USA), month="2024-04")
    assert (model.results()[TAKEN].sel(instrument="Tariff", payer="USA").values > 0).tolist() == [True, True, False, False]


def test_the_higher_a_tax_the_less_is_shipped_to_whom_it_is_aimed_at():
    found_ = [told(*(ExportTax(date=CONTROLLED_FROM, origin=CHINA, goods=GRADES, destinations=["USA"], rate=rate),) * (rate > 0)) for rate in (0.0, 0.25, 0.6, 1.2)]
    assert never_falls([-each.exports["USA"] for each in found_]) and never_falls([-each.of(each.used, "USA") for each in found_])
    assert found_[-1].exports["USA"] < 0.9 * found_[0].exports["USA"]


def test_a_duty_by_content_falls_on_what_is_made_of_the_goods_taxed():
    """Dysprosium's share of a high-grade magnet's price, from its bill of materials; the duty on the magnet is that share of the rate."""
    model = chinese(Tariff(rate=0.5, by_content=True, **TO_USA | {"goods": "oxide_Dy"}))
    market, chain = model.market, model.chain
    bill, dy, at = market.assembled, chain.index("oxide_Dy"), chain.index(GRADE)
    kg = bill.outside[bill.goods.tolist().index(at), dy]
    share = kg * market.base_outside[dy] / market.base_outside[at]
    assert 0.01 < share < 0.5
    rows = to(model, (US_CARS, US_DEFENCE), (GRADE,))
    assert model.levers.tariff[rows] == near(0.5 * share)
    american = to(model, (US_CARS, US_DEFENCE))
    levied = model.levers.tariff[american]
    assert money(model, TAKEN, "USA", "Tariff") == near((levied / (1 + levied) * model.trade.price[american] * kilograms(model, american)).sum() / 1e6)
    assert (model.levers.tariff[to(model, (EU_CARS,))] == 0).all()


def test_parts_hold_their_products_whole_and_ore_holds_nothing_made_of_it():
    model = TradeModel(STILL, seed=1)
    chain, share = model.chain, held_in(model.market, [model.chain.index(good) for good in GRADES])
    assert all(share[part] == share[inside] == 1.0 for part, inside in chain.parts)
    assert share[chain.index("concentrate")] == share[chain.index("oxide_Dy")] == 0.0
    rare = held_in(model.market, [chain.index("oxide_NdPr"), chain.index("oxide_Dy"), chain.index("oxide_Tb")])
    assert 0.2 < rare[chain.index(GRADE)] < 1.0 and rare[chain.index(METAL)] > rare[chain.index(GRADE)]
    duty = Tariff(rate=0.25, by_content=True, **TO_USA | {"goods": GRADES})
    course_ = TradeModel(STILL.with_events([duty]), seed=1).run_until("2024-01")
    taxed = {chain.goods[good] for good in course_.trade.good[course_.levers.tariff > 0]}
    assert taxed == {*GRADES, *(chain.goods[part] for part, _ in chain.parts)}


# ---------------------------------------------------------------------- named buyers


def test_who_is_listed_gets_nothing_and_the_others_what_they_did():
    listed, free = chinese(EntityListing(entities=US_CARS, **FROM), month="2024-04"), chinese(month="2024-04")
    assert (listed.trade.flow[to(listed, (US_CARS,))] == 0).all()
    others = to(free, (EU_CARS, US_DEFENCE))
    assert listed.trade.flow[others] == pytest.approx(free.trade.flow[others], rel=2e-3)  # prices move a little


def test_part_of_a_month_stops_part_of_the_orders():
    model = chinese(EntityListing(entities=US_CARS, share=0.3, **FROM))
    rows = to(model, (US_CARS,))
    assert model.trade.asked[rows] == near(0.7 * model.trade.orders[rows])
    assert model.trade.flow[rows] == pytest.approx(0.7 * model.trade.orders[rows], abs=1)


def test_a_listing_and_a_ban_on_the_only_buyer_of_a_country_are_one():
    assert equal(chinese(EntityListing(entities=EU_CARS, **FROM), month="2024-08"), chinese(ExportBan(destinations="DEU", **FROM), month="2024-08")) is False
    listed = chinese(EntityListing(entities=[US_CARS, US_DEFENCE], **FROM), month="2024-08")
    assert equal(listed, chinese(ExportBan(destinations="USA", **FROM), month="2024-08"))


def test_the_more_of_its_orders_is_stopped_the_less_a_listed_user_gets():
    user = ("ev_traction@USA", "auto_other@USA")
    found_ = [told(EntityListing(date=CONTROLLED_FROM, origin=CHINA, goods=GRADES, entities=user, share=share)) for share in (0.1, 0.4, 0.7, 1.0)]
    assert never_falls([-each.exports["USA"] for each in found_]) and never_falls([each.of(each.shortfall, "USA") for each in found_])
    assert found_[-1].of(found_[-1].used, "USA") < found_[0].of(found_[0].used, "USA") - 1


def test_nobody_is_listed_at_home_and_nobody_who_is_not_there(capsys):
    model = TradeModel(STILL.with_events([EntityListing(date="2024-01", origin=CHINA, goods="*", entities="JL Mag", name="own")]), seed=1)
    assert any("none of those listed buys" in why for _, why in model.book.remarks)
    assert "entities" in refusal(lambda: TradeModel(STILL.with_events([EntityListing(date="2024-01", origin=CHINA, goods="*", entities="MP Mag", name="slip")]), seed=1))
    assert "entities" in refusal(lambda: EntityListing.read({"date": "2024-01", "origin": CHINA, "goods": "*", "entities": []}, "here"))


# ---------------------------------------------------------------------- prices cut on purpose


def test_a_cut_is_asked_abroad_alone_and_the_state_makes_up_for_it():
    cut, free = (chinese(*events, month="2024-12") for events in ((StrategicPricing(cut=0.35, **FROM),), ()))
    at = [cut.chain.index(good) for good in MAGNETS[:2]]
    abroad, at_home = (getattr(cut.market, name)[at] / getattr(free.market, name)[at] for name in ("realised", "china"))
    assert abroad / at_home == pytest.approx(0.65, rel=0.01) and at_home == pytest.approx(1.0, rel=0.05)
    rows = to(cut, USERS)
    asked = cut.trade.landed[rows] - cut.trade.freight[rows]
    assert asked == near(0.65 * cut.market.parity[cut.trade.good[rows]])
    price = cut.market.china * cut.market.base_outside / cut.market.base_china
    forgone = 0.35 * (price[cut.trade.good[rows]] * kilograms(cut, rows)).sum() / 1e6
    assert money(cut, PAID, CHINA, "StrategicPricing") == near(forgone)


def test_its_sellers_earn_what_they_did():
    cut, free = (chinese(*events) for events in ((StrategicPricing(cut=0.35, **FROM),), ()))
    maker = next(agent.row for agent in cut.firms.agents if agent.name == MAKER)
    assert cut.takings[maker] == pytest.approx(free.takings[maker], rel=0.03)


def test_cuts_add_up_in_any_order_and_leave_a_price():
    one, other = (StrategicPricing(name=name, cut=cut, **FROM) for name, cut in (("a", 0.5), ("b", 0.7)))
    model = chinese(one, other)
    rows = to(model, USERS)
    assert model.trade.landed[rows] - model.trade.freight[rows] == near(0.1 * model.market.parity[model.trade.good[rows]])
    worth = 0.9 * (model.market.parity[model.trade.good[rows]] * kilograms(model, rows)).sum() / 1e6
    assert money(model, PAID, CHINA, "StrategicPricing") == near(worth)
    assert equal(model, chinese(other, one))


def test_a_cut_aimed_at_one_region_lowers_prices_there():
    """Where it is aimed at they fall; elsewhere as far as goods move on, and in China they do not."""
    runs = [course((StrategicPricing(date=CONTROLLED_FROM, origin=CHINA, goods=GRADES, destinations="USA", cut=cut),) * (cut > 0)) for cut in (0.0, 0.2, 0.4)]
    price = [run.results().price.sel(good=GRADE).sel(month=slice("2025-07", None)).mean("month") for run in runs]
    moved = [each / price[0] for each in price[1:]]
    usa = next(market for market in price[0].market.values if "USA" in market and "ask" not in market)
    assert moved[1].sel(market=usa) < moved[0].sel(market=usa) < 0.9
    assert float(moved[1].sel(market=CHINA)) > 0.95


def test_cheaper_goods_are_shipped_more_and_others_make_less():
    found_ = [told(*(StrategicPricing(date=CONTROLLED_FROM, origin=CHINA, goods=GRADES, cut=cut),) * (cut > 0)) for cut in (0.0, 0.2, 0.4)]
    assert never_falls([sum(each.exports.values()) for each in found_])
    assert sum(found_[-1].exports.values()) > 1.01 * sum(found_[0].exports.values())


def test_only_china_sets_prices_abroad():
    model = TradeModel(STILL.with_events([StrategicPricing(date="2024-01", origin="AUS", goods="*", cut=0.3, name="own")]), seed=1)
    assert any("CHN alone" in why for _, why in model.book.remarks)
    assert equal(model.run_until("2024-03"), TradeModel(STILL, seed=1).run_until("2024-03"))
    assert "cut" in refusal(lambda: StrategicPricing.read({"date": "2024-01", "origin": CHINA, "goods": "*", "cut": 0.95}, "here"))


# ---------------------------------------------------------------------- what is sold between other countries

MINE_ABROAD, REFINER_ABROAD, METAL_ABROAD, HANAU = ABROAD
METALS = CHINESE[2]


def mixed_chain(*events, part=0.5, month="2024-01"):
    """A chain abroad whose magnet maker in Germany buys a part of its metal in China and supplies cars in Germany's union and in the United States."""
    links = []
    for seller, buyer, good, tonnes, contract in chain_links(ABROAD, USERS):
        own = tonnes * (1 - part) if good in ("concentrate", "oxide_NdPr", METAL) else tonnes
        links.append((seller, buyer, good, own, contract))
    links += [(seller, HANAU if good == METAL else buyer, good, tonnes * part, contract) for seller, buyer, good, tonnes, contract in chain_links(CHINESE, USERS) if good in ("concentrate", "oxide_NdPr", METAL)]
    return found(tuple(links), events, STILL, (), {}).run_until(month)


def reach(**changed):
    """A licence on magnets that reaches what is sold between other countries."""
    return ExportLicence(**{**FROM, "name": "reach", "controlled_share": 0.8, "approval_rate": 0.5, "de_minimis": 0.01, "compliance": {"DEU": 0.4}} | changed)


def test_what_comes_mixes_into_what_is_there():
    assert mixed(0.5, 100.0, 50.0, 50.0) == near((50.0 + 50.0) / 150.0)
    assert mixed(0.3, 0.0, 0.0, 0.0) == 0.3 and mixed(0.3, 0.0, 10.0, 4.0) == near(0.4)


def test_origin_is_the_value_of_what_was_bought_in_china_over_that_of_the_product():
    model = mixed_chain(month="2024-02")
    row = next(agent.row for agent in model.firms.agents if agent.name == HANAU)
    metal = model.chain.index(METAL)
    assert model.provenance.held[metal, row] == pytest.approx(0.5, rel=1e-3)
    bill, place = model.finance.recipe.bill[metal, row], model.finance.place[row]
    paid = bill * model.market.realised_in[place, metal]
    assert model.provenance.sold[row] == pytest.approx(0.5 * paid / max(model.netback[row], model.inputs_cost[row]), rel=0.02)
    seller = next(agent.row for agent in model.firms.agents if agent.name == METALS)
    assert model.provenance.sold[seller] == 1.0


def test_a_licence_reaches_them_as_far_as_sellers_comply():
    model = mixed_chain(reach())
    american, at_home = relation(model, HANAU, US_CARS, GRADE), relation(model, HANAU, EU_CARS, GRADE)
    assert model.levers.controlled[american] == near(0.4 * 0.8) and model.levers.approval[american] == 0.5
    assert model.levers.controlled[at_home] == 0.0  # within the union nothing crosses a border
    assert mixed_chain(reach(compliance={})).levers.controlled[american] == near(0.2 * 0.8)  # compliance.csv


def test_nothing_is_reached_that_holds_no_more_than_the_least():
    model = mixed_chain(reach())
    origin = float(model.provenance.of(np.array([relation(model, HANAU, US_CARS, GRADE)]))[0])
    assert not mixed_chain(reach(de_minimis=min(origin * 1.2, 1.0))).levers.controlled.any()
    assert mixed_chain(reach(de_minimis=origin * 0.8)).levers.controlled.any()
    assert equal(mixed_chain(reach(de_minimis=1.0), month="2024-06"), mixed_chain(reach(de_minimis=None), month="2024-06"))
    assert equal(mixed_chain(reach(compliance={"DEU": 0.0}), month="2024-06"), mixed_chain(reach(de_minimis=None), month="2024-06"))


def abroad(least, complies=1.0):
    """A licence of October's kind in the shipped world, whose reach differs from case to case."""
    places = [place for place in WORLD.words.countries if place != CHINA]
    return ExportLicence(
        date=CONTROLLED_FROM, origin=CHINA, goods=(*GRADES, *HEAVY), controlled_share=0.95, minimum_months=2, approval_rate=0.45, capacity_share=0.3, name="office",
        de_minimis=least, compliance=dict.fromkeys(places, complies),
    )  # fmt: skip


def third(model):
    """Tonnes of magnets sold between countries other than China over the controlled months."""
    trade, country = model.trade, model.country_of
    rows = (model.abroad[trade.seller] > 0) & (model.abroad[trade.buyer] > 0) & (country[trade.seller] != country[trade.buyer]) & np.isin(trade.good, [model.chain.index(good) for good in GRADES])
    return sum(float((flow[rows] / trade.content[rows]).sum()) for flow in trade.history[12:]) / 1e6


def test_the_farther_a_licence_reaches_the_less_is_sold_between_others():
    by_least = [third(course((abroad(least),))) for least in (0.5, 0.1, 0.001)]
    by_comply = [third(course((abroad(0.001, complies),))) for complies in (0.0, 0.3, 1.0)]
    assert never_falls(-np.array(by_least)) and never_falls(-np.array(by_comply))
    assert by_least[-1] < 0.9 * by_least[0] and by_comply[-1] < 0.9 * by_comply[0]


# ---------------------------------------------------------------------- what holds for all of them

MEASURES = (
    ExportTax(rate=0.2, name="tax", **FROM), Tariff(rate=0.25, name="duty", **TO_USA), EntityListing(entities=US_CARS, share=0.5, name="list", **FROM),
    StrategicPricing(cut=0.2, name="cut", **FROM), ExportBan(share=0.3, name="ban", **FROM),
)  # fmt: skip


@pytest.mark.parametrize(
    "nothing",
    [ExportTax(rate=0.0, **FROM), Tariff(rate=0.0, **TO_USA), Tariff(rate=0.0, by_content=True, **TO_USA), EntityListing(entities=US_CARS, share=0.0, **FROM), StrategicPricing(cut=0.0, **FROM)],
)
def test_no_strength_moves_no_bit_and_is_said_to_do_nothing(nothing):
    model = chinese(nothing, month="2024-06")
    assert equal(model, chinese(month="2024-06")) and len(model.book.remarks) == 1


def test_two_on_one_relation_give_the_same_bits_in_any_order():
    for one, other in permutations(MEASURES, 2):
        assert equal(chinese(one, other, month="2024-03"), chinese(other, one.changed(name="z " + one.name), month="2024-03")), (one.name, other.name)


def test_trade_at_home_is_untouched():
    """In the shipped world no measure at the border pulls a lever on what is sold within a country that acts."""
    events = [each.changed(goods="*") for each in MEASURES if not isinstance(each, EntityListing)]
    events += [EntityListing(date="2024-01", origin=CHINA, goods="*", entities=["ev_traction@CHN", "JL Mag", "ev_traction@USA"]), reach(goods="*", compliance={})]
    model = TradeModel(Scenario.load("open_trade").with_events(events), seed=1).run_until("2024-02")
    trade, levers = model.trade, model.levers
    home = model.country_of[trade.seller] == model.country_of[trade.buyer]
    for name in ("controlled", "tariff", "banned", "cut", "denial", "least_months"):
        lever = getattr(levers, name)
        assert not lever[home].any(), name
    assert levers.controlled[~home].any() and levers.tariff[~home].any() and levers.cut[~home].any()
