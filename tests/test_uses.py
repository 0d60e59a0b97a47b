"""Instruments for users: what they may buy and how, what they must hold and give back, what is designed out, and shocks of need and freight; by hand, and with their signs in tiny worlds."""

import pickle

import numpy as np
import pytest
from hands import HANAU, JL, KUANTAN, REMLOY, abroad, deal, month, near, one, put, still, two_chains
from small_courses import never_falls
from test_reach import said  # noqa: F401  (a fixture)
from vocabulary import MAGNET_HIGH, NDPR, SWARF
from worlds import ABROAD, CHINESE, EU_CARS, MAGNETS, US_CARS, US_DEFENCE, USERS, chain_links, chain_world, equal, firm, found, relation

from model import (
    DemandShock,
    ExportBan,
    ExportQuota,
    FreightShock,
    InputError,
    JointPurchasing,
    OriginRule,
    RecyclingMandate,
    Scenario,
    StockObligation,
    SubstitutionProgramme,
    Tariff,
    TradeModel,
)
from model.names import REGIONS, month_name
from model.treasury import OBLIGED

RULE = {"date": "2024-03", "importer": "USA", "origins": "CHN", "goods": MAGNETS, "end_uses": "defence", "name": "rule"}
PROGRAMME = {"date": "2024-02", "payer": "USA", "countries": "USA", "sectors": "civil", "name": "lean"}
OBLIGATION = {"date": "2024-01", "country": "USA", "goods": MAGNETS, "name": "stock"}
BOOM = {"date": "2024-03", "countries": "USA", "sectors": "civil", "months": 8, "name": "boom"}
STRAIT = {"date": "2024-03", "origins": "CHN", "destinations": "*", "months": 6, "name": "strait"}
NOTHING = {
    "a rule that asks nothing": OriginRule(**RULE),
    "goods of a country that sells none": OriginRule(ban=True, **RULE | {"origins": "BRA"}),
    "a union of one": JointPurchasing(date="2024-02", countries="EU27", goods=MAGNETS),
    "a mandate for nothing": RecyclingMandate(date="2024-02", country="EU27", share=0.0),
    "a programme without speed or money": SubstitutionProgramme(**PROGRAMME),
    "less than is held anyhow": StockObligation(months=2.0, **OBLIGATION),
    "as much need as ever": DemandShock(factor=1.0, **BOOM),
    "freight as ever": FreightShock(**STRAIT),
}
"""Instruments of zero strength."""


def course(*events, users=USERS, firms=CHINESE, months=20, scenario=None):
    """Unmet need (kg), loss (million USD) and first month of a stop of more than 10 kg, by user, over some months; and the model."""
    model = chain_world(*events, firms=firms, users=users, scenario=scenario or still())
    unmet, loss, stop = dict.fromkeys(users, 0.0), dict.fromkeys(users, 0.0), dict.fromkeys(users, month_name(months))
    for at in range(months):
        model.step()
        for user in users:
            agent = firm(model, user)
            unmet[user] += agent.unmet.sum() / 1e3
            loss[user] += agent.loss + agent.forgone + agent.redesign
            stop[user] = min(stop[user], month_name(at)) if agent.unmet.sum() > 1e4 else stop[user]
    return unmet, loss, stop, model


def of(found, user):
    """One figure of several courses, for one user."""
    return [each[user] for each in found]


@pytest.mark.parametrize("case", NOTHING)
def test_an_instrument_of_no_strength_changes_no_bit_and_is_said_to(said, case):  # noqa: F811
    usual, idle = (chain_world(*events, firms=CHINESE).run_until("2024-12") for events in ((), (NOTHING[case],)))
    assert equal(usual, idle) and len(said()) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (FreightShock, STRAIT | {"delay_months": 25}, "delay_months"),
        (DemandShock, BOOM | {"factor": -0.1}, "factor"),
        (DemandShock, BOOM | {"sectors": "cars"}, "sectors"),
        (StockObligation, OBLIGATION | {"months": -1.0}, "months"),
        (SubstitutionProgramme, PROGRAMME | {"speed": 0.5}, "speed"),
        (RecyclingMandate, {"date": "2024-02", "country": "EU27", "share": 1.1}, "share"),
        (OriginRule, RULE | {"premium": 2.0}, "premium"),
        (JointPurchasing, {"date": "2024-02", "countries": [], "goods": MAGNETS}, "countries"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(kind, fields, words):
    with pytest.raises(InputError, match=words):
        kind(**fields)


# ---- shocks of need


def test_a_boom_multiplies_what_its_users_need_while_it_lasts_and_two_are_multiplied():
    """Need of US cars over that without a shock: 1.5 from March to October, 3 from May to June; nobody else's."""
    boom, other = DemandShock(factor=1.5, **BOOM), DemandShock(factor=2.0, **BOOM | {"date": "2024-05", "months": 2, "name": "more"})
    usual, model = chain_world(firms=CHINESE, scenario=still()), chain_world(boom, other, firms=CHINESE, scenario=still(elasticity_scale=0.0))
    ratios = {user: [] for user in USERS}
    for _ in range(11):
        usual.step(), model.step()
        for user in USERS:
            ratios[user].append(firm(model, user).need[MAGNET_HIGH] / firm(usual, user).need[MAGNET_HIGH])
    assert ratios[US_CARS] == pytest.approx([1, 1, 1.5, 1.5, 3, 3, 1.5, 1.5, 1.5, 1.5, 1], rel=1e-3)
    assert ratios[US_DEFENCE] == pytest.approx([1] * 11, rel=1e-3)


def test_the_greater_a_boom_the_more_is_lost_by_those_who_have_it_and_by_others_and_a_slump_hurts_when_it_ends():
    found = [course(DemandShock(factor=factor, **BOOM), months=14)[1] for factor in (1.0, 1.5, 3.0)]
    assert all(never_falls(of(found, user)) for user in USERS)
    assert found[2][US_CARS] > found[1][US_CARS] > 0 == round(found[0][US_CARS], 3) and found[2][EU_CARS] > found[0][EU_CARS]
    assert course(DemandShock(factor=0.5, **BOOM), months=14)[1][US_CARS] > 0


# ---- shocks of freight


def test_what_leaves_in_a_freight_shock_arrives_so_many_months_later_whole():
    """A lane of one month and a delay of two: what leaves in March arrives in June; what left in February came in March."""
    model = chain_world(FreightShock(delay_months=2, **STRAIT | {"months": 1}), firms=CHINESE, scenario=still())
    at = relation(model, JL, EU_CARS, "magnet_high")
    lag, flows, came = int(model.trade.lag[at]), [], []
    for _ in range(9):
        before = [firm(model, EU_CARS).inputs[MAGNET_HIGH, NDPR]]
        month(model, consume=lambda before=before: before.append(firm(model, EU_CARS).inputs[MAGNET_HIGH, NDPR]))
        flows.append(model.trade.flow[at])
        came.append(before[1] - before[0])
    late = [sum(flows[sent] for sent in range(9) if sent + lag + 2 * (sent == 2) == now) for now in range(9)]
    assert came[lag:] == late[lag:] and came[2 + lag] == 0.0 and came[4 + lag] == flows[2] + flows[4] > 0


def test_the_longer_goods_are_under_way_the_more_every_region_loses_and_none_the_sooner_stops():
    found = [course(FreightShock(delay_months=delay, **STRAIT), months=18) for delay in (0, 1, 3, 5)]
    for user in (EU_CARS, US_CARS, US_DEFENCE):
        assert never_falls(of([each[1] for each in found], user))
    assert found[3][1][US_DEFENCE] > 1 and found[1][1][EU_CARS] > 1
    assert all(each[3].trade.transit.shape[0] >= int(each[3].trade.lag.max()) + 1 for each in found)


def test_shipments_under_way_keep_their_months_when_room_is_made_for_later_ones():
    model = two_chains(scenario=still()).run_until("2024-04")
    trade, now = model.trade, model.elapsed
    due = [trade.transit[(now + ahead) % trade.transit.shape[0]].sum() for ahead in range(1, trade.transit.shape[0] + 1)]
    model.now += 1
    trade.make_room(9)
    assert trade.transit.shape[0] == 9 and [trade.transit[(now + ahead) % 9].sum() for ahead in range(1, 10)] == due + [0.0] * (9 - len(due))


def test_dearer_freight_moves_what_offers_cost_on_arrival_and_costs_their_sellers():
    """Offers of JL come to the price at its gate and three (ten) times the freight, with a duty of a quarter on both; HANAU's stay."""
    taken = []
    for factor in (1.0, 3.0, 10.0):
        duty = Tariff(date="2024-01", importer="USA", origins="CHN", goods=MAGNETS, rate=0.25, name="duty")
        model = two_chains(FreightShock(factor=factor, **STRAIT), duty, scenario=still(finance=1.0)).run_until("2024-03")
        at, other = (relation(model, seller, US_CARS, "magnet_high") for seller in (JL, HANAU))
        usual = model.trade.usual_freight[at]
        gate = model.trade.landed[at] / 1.25 - factor * usual
        assert usual > 0 and model.trade.freight[at] == pytest.approx(factor * usual)
        taken.append((gate, model.trade.landed[other], sum(firm(model, JL).takings for _ in range(6) if model.step() is None)))
        assert model.trade.freight[at] == usual
    assert taken[0][0] == pytest.approx(taken[1][0]) == pytest.approx(taken[2][0]) and taken[0][1] == pytest.approx(taken[2][1])
    assert taken[0][2] > taken[1][2] > taken[2][2]


# ---- rules of origin


def under_rule(users=(US_CARS, US_DEFENCE), until="2024-03", **fields):
    """Two chains, each of which supplies half of what cars and defence of the United States need."""
    return two_chains(OriginRule(**RULE | fields), users=users, scenario=still()).run_until(until)


def bought(model, user=US_DEFENCE):
    """What leaves for a user from China and from elsewhere, g."""
    return [float(model.trade.flow[relation(model, seller, user, "magnet_high")]) for seller in (JL, HANAU)]


def test_what_is_barred_is_not_bought_and_others_make_up_for_it_as_far_as_they_are_qualified_for():
    """Half of 14 t from each. In March JL is barred and ships nothing; a fourteenth of its share moves to HANAU, which is asked for a tenth more than that: 1.1·(1/2 + 1/28)·14 t. Cars, which come after defence, get hardly less."""
    free, barred = under_rule(until="2024-02"), under_rule(ban=True)
    assert bought(barred)[0] == 0.0 and bought(barred)[1] == pytest.approx(1.1 * (1 / 2 + 1 / 28) * 14e6, rel=1e-3) and bought(free) == pytest.approx([7e6, 7e6], rel=1e-3)
    assert bought(barred, US_CARS) == pytest.approx(bought(free, US_CARS), rel=0.02)
    assert barred.fill[firm(barred, US_DEFENCE).row] == pytest.approx(1.0)  # its own state's rule is no restriction of China's
    at = relation(barred, JL, US_DEFENCE, "magnet_high")
    assert barred.trade.backlog[at] == 0.0 == barred.trade.due[at] * barred.trade.usable[at]
    later = under_rule(ban=True, until="2025-06")
    assert bought(later)[0] == 0.0 and bought(later)[1] > 1.8 * bought(free)[1]
    over = two_chains(OriginRule(ban=True, until="2024-06", **RULE), users=(US_CARS, US_DEFENCE), scenario=still()).run_until("2024-06")
    assert bought(over)[0] > 0


def test_where_nobody_else_sells_a_bar_starves_its_users():
    unmet = course(OriginRule(ban=True, **RULE), months=12)[0]
    assert unmet[US_DEFENCE] > 10_000 and unmet[EU_CARS] < 10 and unmet[US_CARS] < 10


def test_a_slight_turns_its_buyers_to_others_the_more_the_larger_it_is_and_nobody_pays_it():
    found = [under_rule(premium=premium, until="2024-12") for premium in (0.0, 0.1, 0.3, 1.0)]
    shares = [model.trade.share[relation(model, JL, US_DEFENCE, "magnet_high")] for model in found]
    assert never_falls([-share for share in shares]) and shares[0] == pytest.approx(0.5, abs=1e-3) and shares[3] < 0.4
    plain, slighted = (under_rule(premium=premium).trade.landed[relation(found[0], JL, US_DEFENCE, "magnet_high")] for premium in (0.0, 1.0))
    assert slighted == pytest.approx(plain, rel=2e-3)


def of_chinese_metal(**fields):
    """Half of the magnets come from Hanau, which makes them of Chinese metal and Malaysian heavies."""
    links = [(*ends, good, tonnes / 2 if good.startswith("magnet") else tonnes, 1) for *ends, good, tonnes, _ in chain_links(CHINESE, (US_CARS, US_DEFENCE))]
    links += [(HANAU, user, good, tonnes, 1) for _, user, good, tonnes, _ in links if good.startswith("magnet")]
    links += [(CHINESE[2], HANAU, "metal_NdPr", 240.0, 1), (KUANTAN, HANAU, "oxide_Dy", 9.0, 1), (KUANTAN, HANAU, "oxide_Tb", 2.0, 1), (ABROAD[0], KUANTAN, "concentrate", 300.0, 1)]
    return found(tuple(links), (OriginRule(**RULE | {"ban": True} | fields),), still(), (), {}).run_until("2024-03")


@pytest.mark.parametrize(("fields", "barred"), [({}, False), ({"traced": True}, True), ({"traced": True, "tolerance": 0.97}, False), ({"traced": True, "tolerance": 0.9}, True)])
def test_traced_one_step_up_magnets_of_chinese_metal_count_as_chinese(fields, barred):
    """Metal is 96 % of what Hanau uses."""
    model = of_chinese_metal(**fields)
    at = relation(model, HANAU, US_DEFENCE, "magnet_high")
    assert model.trade.inputs_from({"CHN"})[firm(model, HANAU).row] == pytest.approx(0.962, abs=2e-3)
    assert bool(model.levers.barred[at]) == barred == (bought(model)[1] == 0.0) and bought(model, US_CARS)[1] > 0


def test_a_traced_slight_is_as_large_as_the_share_of_such_inputs():
    model = of_chinese_metal(ban=False, premium=0.5, traced=True)
    slights = [model.levers.preference[relation(model, seller, US_DEFENCE, "magnet_high")] for seller in (JL, HANAU)]
    assert slights == pytest.approx([0.5, 0.5 * 0.962], abs=2e-3)


def test_what_is_announced_to_be_barred_is_replaced_ahead():
    """Defence buys all from JL, Hanau could be qualified: from the announcement on it is sampled at the full rate, whatever is feared; unannounced it is not, before the date."""
    sampled = []
    for fields in ({"date": "2025-06"}, {"date": "2025-06", "announced": "2024-02"}):
        rule = OriginRule(ban=True, **RULE | fields)
        model = two_chains(rule, users=(US_CARS, US_DEFENCE), scenario=still(qualify_rate=3.0, belief_background=0.0)).run_until("2024-01")
        trade, at = model.trade, deal(model, HANAU, US_DEFENCE, "magnet_high", status=0, share=0.0)
        deal(model, JL, US_DEFENCE, "magnet_high", share=1.0)
        for _ in range(3):
            month(model, adapt=lambda model=model: put(model, HANAU, capacity=1e9))
        sampled.append((int(trade.status[at]), float(trade.clock_months[at] - trade.clock[at])))
    assert sampled[0][0] == 0 and sampled[1] == (1, 2.0)


# ---- joint purchasing


def bids(*events, duty=1.0):
    """Grams that cars in the European Union and the United States get of 100 at JL when each asks for 100 on the spot and the United States tax it."""
    tariff = Tariff(date="2024-01", importer="USA", origins="CHN", goods=MAGNETS, rate=duty, name="duty")
    model = chain_world(tariff, *events, firms=CHINESE, scenario=still(netback_weight=2.0, contract_delivery=0.0))

    def set_bids():
        trade = model.trade
        trade.asked[:], trade.backlog[:], trade.contract[:] = 0.0, 0.0, 0.0
        model.contracts.covered[:] = 0.0
        put(model, JL, finished={(MAGNET_HIGH, element): grams for element, grams in enumerate((100.0, 0.0, 0.0))})
        for user in (EU_CARS, US_CARS):
            deal(model, JL, user, "magnet_high", asked=100.0, price=90.0)

    month(model, allocate=set_bids)
    return [int(model.trade.filled[relation(model, JL, user, "magnet_high")]) for user in (EU_CARS, US_CARS)]


def test_members_do_not_outbid_each_other():
    """A duty of 100 % leaves the seller half of the price, which weighs a quarter: 80 of 100 g to the European Union. Bought together, each gets 50."""
    eu, us = bids()
    assert eu + us >= 99 and eu == pytest.approx(80, abs=2)
    assert bids(JointPurchasing(date="2024-01", countries=("EU27", "USA"), goods=MAGNETS)) == [50, 50]
    assert bids(JointPurchasing(date="2024-01", countries=("EU27", "USA"), goods="oxide_Dy")) == [eu, us]


def test_a_supplier_that_one_member_has_qualified_is_sooner_qualified_by_the_others():
    """Seven tenths of the months where a member has; all of them where none has, or where it is no member."""
    ratios = []
    for members in (("EU27", "USA"), ("USA", "JPN")):
        union = JointPurchasing(date="2024-01", countries=members, goods=MAGNETS)
        model = two_chains(union, users=(EU_CARS, US_CARS), scenario=still(joint_recognition=0.3, qualify_rate=3.0))
        at = deal(model, HANAU, US_CARS, "magnet_high", status=0)
        month(model, adapt=lambda model=model: (model.belief.fill(1.0), put(model, HANAU, capacity=1e9)))
        assert model.trade.status[at] == 1
        ratios.append(model.trade.clock[at] / model.trade.clock_months[at])
    assert ratios == pytest.approx([0.7, 1.0])


# ---- mandates to recycle


OLD = np.array([10_000.0, 500.0, 111.0])


def retired(*events, share_of_price=0.1):
    """A month in which 10 kg of NdPr in cars of the European Union reach the end of their life, of which Remloy would gather a tenth by price."""
    model = abroad(*events, scenario=still(lifetime_spread=1.0, collection_cost=30.0))

    def set_old():
        for user in (US_CARS, US_DEFENCE):
            put(model, user, ageing=0.0)
        put(model, EU_CARS, ageing=1.0, in_use=OLD[None], collectable=0.8)
        place = model.market.regions.place[firm(model, REMLOY).row]
        model.market.realised_in[place] = model.market.base_outside
        put(model, REMLOY, gathers=share_of_price, capacity=1e5, inputs={(SWARF, element): 0.0 for element in range(3)})

    return month(model, recycle=set_old)


@pytest.mark.parametrize(("share", "collected", "forced"), [(0.05, 1000, 0), (0.3, 3000, 2000), (0.9, 8000, 7000)])
def test_a_mandate_brings_more_at_the_cost_of_those_who_must_collect(share, collected, forced):
    """Price brings 1 kg, and 8 can be collected at most; what is beyond price costs 30 USD a kg of NdPr, laid on the European Union."""
    model = retired(RecyclingMandate(date="2024-01", country="EU27", share=share, name="mandate"))
    assert firm(model, REMLOY).allotted[NDPR] == collected
    frame = model.treasury.frame()
    assert frame[frame.book == OBLIGED].million.sum() == pytest.approx(forced / 1e3 * 30 / 1e6) and set(frame.payer) <= {"EU27"}
    assert model.treasury.month[2, REGIONS.index("EU27")].sum() == pytest.approx(forced / 1e3 * 30 / 1e6)


def test_of_two_mandates_the_higher_counts_and_is_charged_once():
    low, high = (RecyclingMandate(date="2024-01", country="EU27", share=share, name=f"mandate of {share}") for share in (0.2, 0.3))
    frame = retired(low, high).treasury.frame()
    assert frame.million.sum() == pytest.approx(2 * 30 / 1e6) and frame[frame.million > 0].name.tolist() == ["mandate of 0.3"]


def test_a_mandate_of_others_brings_nothing_here():
    assert firm(retired(RecyclingMandate(date="2024-01", country="USA", share=0.9)), REMLOY).allotted[NDPR] == 1000


def test_the_more_must_be_collected_the_more_is():
    found = []
    for share in (0.0, 0.1, 0.3, 0.9):
        model = abroad(RecyclingMandate(date="2024-03", country="EU27", share=share)) if share else abroad()
        found.append(sum(model.columns["recycle"]["allotted"][NDPR].sum() for _ in range(12) if model.step() is None))
    assert never_falls(found) and found[0] == 0 < found[1] < found[2]


def test_scrap_that_is_held_back_does_not_go_abroad():
    """What is not taken by new lines at home is discarded: the shipped world has none in the European Union but for those abroad."""
    held = RecyclingMandate(date="2024-02", country="EU27", holds_scrap=1.0, name="scrap")
    sent = []
    for events in ((), (held,)):
        model = TradeModel(still().with_events(events) if events else still(), seed=1).run_until("2024-02")
        trade = model.trade
        rows = trade.scrap_rows[(model.region_of[trade.seller[trade.scrap_rows]] == "EU27") & (model.country_of[trade.buyer[trade.scrap_rows]] == "CHN")]
        sent.append((trade.flow[rows].sum(), model.ledger.book["scrap"].sum()))
    assert sent[0][0] > 0 == sent[1][0] and sent[1][1] > sent[0][1]


# ---- programmes of substitution


def programme(months=40, **fields):
    """Share that US cars save, month by month, what redesigns cost them and the state, under a duty of 100 % that makes magnets dear."""
    duty = Tariff(date="2024-02", importer="USA", origins="CHN", goods=MAGNETS, rate=1.0, name="duty")
    events = (duty, SubstitutionProgramme(**PROGRAMME | fields)) if fields else (duty,)
    model = chain_world(*events, firms=CHINESE, scenario=still())
    saved, redesign = [], 0.0
    for _ in range(months):
        model.step()
        saved.append(float(firm(model, US_CARS).saved[MAGNET_HIGH]))
        redesign += firm(model, US_CARS).redesign
    return saved, redesign, model


def test_designs_are_drawn_so_many_times_faster_and_made_sooner():
    """Twice the speed, and 18 months of a redesign shortened by the root of 2 to 13; the first design is drawn in February, as dear as it is then."""
    usual, fast = programme(months=1)[2], programme(months=1, speed=2.0)[2]
    for model in (usual, fast):
        month(model, adapt=lambda model=model: put(model, US_CARS, paid=one(MAGNET_HIGH, 2.0)))
    drawn = [firm(model, US_CARS).designed[MAGNET_HIGH] for model in (usual, fast)]
    assert drawn[1] == near(2 * drawn[0]) and drawn[0] > 0
    first = [next(at for at, share in enumerate(programme(months=26, **fields)[0]) if share > 0) for fields in ({}, {"speed": 2.0})]
    assert first[0] - first[1] == 18 - 13


def test_the_faster_the_more_is_saved_at_any_time_and_what_is_made_does_not_go_back_when_it_ends():
    found = [programme()[0], *(programme(speed=speed)[0] for speed in (1.5, 2.0, 4.0))]
    assert never_falls(np.array(found)) and found[0][-1] < found[3][-1]
    ended = np.array(programme(speed=4.0, until="2025-06")[0])
    assert (np.diff(ended) >= -1e-12).all() and ended[-1] < found[3][-1]


# ---- obligations to hold stocks


def test_makers_must_hold_stocks_too_where_all_uses_are_meant():
    model = chain_world(StockObligation(months=5.0, **OBLIGATION | {"country": "CHN", "goods": "metal_NdPr"}), firms=CHINESE, scenario=still()).run_until("2024-01")
    metal = model.chain.index("metal_NdPr")
    assert firm(model, JL).aim[metal] == 5.0 and (firm(model, US_CARS).aim != 5.0).all()


STOP = ExportBan(date="2025-01", until="2025-07", origin="CHN", goods=MAGNETS, name="stop")


def test_a_longer_obligation_filled_before_a_crisis_never_lets_its_users_stop_sooner_nor_lose_more():
    """Filled in 2024. What others lose moves by less than one per cent."""
    found = [course(StockObligation(months=months, **OBLIGATION | {"end_uses": "civil"}), STOP, months=22) for months in (0.0, 3.0, 4.0, 6.0, 9.0)]
    loss, stop = [each[1] for each in found], [each[2] for each in found]
    assert never_falls([-each for each in of(loss, US_CARS)]) and of(stop, US_CARS) == sorted(of(stop, US_CARS)) and stop[-1][US_CARS] > stop[0][US_CARS]
    assert loss[-1][US_CARS] < 0.1 * loss[0][US_CARS]
    assert of(loss, EU_CARS) == pytest.approx([loss[0][EU_CARS]] * 5, rel=0.01)


def test_an_obligation_filled_in_a_shortage_is_paid_for_by_those_who_buy_beside():
    """China lets three quarters of its magnets out from April; an obligation from June draws them to US cars, and those of the European Union lose more the longer it is; US cars less."""
    quota = ExportQuota(date="2024-04", origin="CHN", goods=MAGNETS, tonnes_per_year=900.0, name="quota")
    found = [course(StockObligation(months=months, **OBLIGATION | {"date": "2024-06", "end_uses": "civil"}), quota, months=14)[1] for months in (0.0, 3.0, 6.0)]
    assert never_falls(of(found, EU_CARS)) and of(found, EU_CARS)[2] > 1.05 * of(found, EU_CARS)[0]
    assert never_falls([-loss for loss in of(found, US_CARS)])


# ---- together

ALL = (
    OriginRule(ban=True, announced="2024-02", traced=True, tolerance=0.5, **RULE), OriginRule(premium=0.3, **RULE | {"name": "slight", "end_uses": "civil"}),
    JointPurchasing(date="2024-03", countries=("EU27", "USA"), goods="*"), RecyclingMandate(date="2024-03", country="EU27", share=0.5, holds_scrap=0.5, name="mandate"),
    SubstitutionProgramme(speed=2.0, share_of_redesign=0.5, **PROGRAMME | {"countries": "*"}), StockObligation(months=4.0, **OBLIGATION | {"goods": "*"}),
    DemandShock(factor=1.3, **BOOM), FreightShock(factor=3.0, delay_months=4, **STRAIT), FreightShock(delay_months=1, **STRAIT | {"name": "strike", "date": "2024-05", "destinations": "USA"}),
)  # fmt: skip


def together(**choices):
    return two_chains(*ALL, users=USERS, scenario=still(thrift_deadband=0.0), **choices)


def test_all_of_them_together_give_the_same_bits_one_by_one_and_resumed():
    usual = together().run_until("2025-06")
    assert equal(usual, together(agentwise=True).run_until("2025-06"))
    half = pickle.loads(pickle.dumps(together().run_until("2024-06")))
    assert equal(usual, half.run_until("2025-06"))
    assert usual.trade.transit.shape[0] > int(usual.trade.lag.max()) + 5


def test_in_the_whole_world_the_books_close_with_all_of_them():
    """The ledger stops a run whose books do not close."""
    shipped = Scenario.load("restrictions_resume")
    model = TradeModel(shipped.with_events((*shipped.events, *ALL)), seed=2).run_until("2025-03")
    money = model.treasury.frame().groupby("kind").million.sum()
    assert money["StockObligation"] > 1 and money["RecyclingMandate"] > 0 and (model.treasury.frame().million >= 0).all()


def test_what_is_either_so_or_not_is_a_choice_on_the_page():
    fields = {field["name"]: field for field in OriginRule.fields_for_page()}
    assert (fields["ban"]["type"], fields["ban"]["choices"], fields["ban"]["default"]) == ("choice", ["true", "false"], False)
    form = pytest.importorskip("model.view.form")
    typed = form.filled(OriginRule(**RULE, ban=True))
    assert typed["ban"] == "true" and form.read("OriginRule", typed | {"traced": "true"}, OriginRule(**RULE).words) == OriginRule(**RULE, ban=True, traced=True)
