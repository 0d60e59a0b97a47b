"""believe and adapt: what firms think of the threat, of their suppliers and of the wait, and whom they come to know."""

import numpy as np
import pytest
from hands import HANAU, JL, KUANTAN, deal, in_china, month, near, one, put, row, still, two_chains
from vocabulary import MAGNET_HIGH, MAGNET_STANDARD, METAL, OXIDE_DY, OXIDE_NDPR, OXIDE_TB
from worlds import EU_CARS, MAGNETS, US_CARS, US_DEFENCE, firm, licence, relation

from model.trade import NONE, QUALIFIED, SAMPLED

VERBS = ("believe", "adapt")
CALM = {"belief_up": 0.25, "belief_down": 0.04, "belief_background": 0.05, "experience_weight": 0.8}


def test_belief_climbs_a_quarter_of_the_way_while_threatened_and_fades_after():
    """Announced 0.85 for two months: 0.05 + 0.25*0.8 = 0.25, then 0.4; after that 4 % of what exceeds the background fades a month."""
    threat = licence(date="2024-01", until="2024-03", goods=MAGNETS, controlled_share=0.0, announced_severity=0.85, destinations="USA")
    model, believed = in_china(threat, scenario=still(**CALM)), []
    for _ in range(4):
        model.step()
        believed.append([firm(model, name).belief for name in (US_CARS, EU_CARS, JL)])
    assert pytest.approx(np.array([[0.25, 0.4, 0.4 - 0.04 * 0.35, 0.386 - 0.04 * 0.336], [0.05] * 4, [0.05] * 4]), abs=1e-6) == np.array(believed).T


def test_who_gets_half_of_its_chinese_goods_is_alarmed_by_its_own_temper():
    """Half missing, weighed 0.8: 0.4. A temper of 0.2 makes it 0.05 + 0.35*1.2 = 0.47, of -0.2 0.33; a quarter of the way there."""
    model = in_china(scenario=still(**CALM))
    for user, temper in ((EU_CARS, 0.2), (US_CARS, -0.2), (US_DEFENCE, 0.0)):
        put(model, user, fill=0.5, temper=temper)
    put(model, HANAU, fill=1.0, temper=0.9)
    model.step()
    assert [firm(model, name).belief for name in (EU_CARS, US_CARS, US_DEFENCE, HANAU)] == near([0.155, 0.12, 0.1375, 0.05])


# What arrived of what is usually bought in China


def test_fill_follows_what_china_shipped_of_normal_purchases():
    """Usual: half of 800 from China. Shipped 100 of them: a quarter. With a memory of 0.6 the record falls from 1 to 1 - 0.6*0.75."""
    model = two_chains(scenario=still(fill_memory=0.6))

    def set_flows():
        model.trade.flow[:] = 0.0
        put(model, US_CARS, expected=one(MAGNET_STANDARD, 800.0))
        deal(model, JL, US_CARS, "magnet_standard", share=0.5, flow=100.0)
        deal(model, HANAU, US_CARS, "magnet_standard", share=0.5, flow=0.0)  # nothing to do with China

    month(model, adapt=set_flows)
    assert firm(model, US_CARS).fill == near(0.55)
    assert firm(model, HANAU).fill == 1.0  # buys nothing from China


def test_more_than_usual_is_no_more_than_all():
    model = in_china(scenario=still(fill_memory=0.5))
    put(model, EU_CARS, fill=0.4)

    def set_flows():
        for grade in MAGNETS[:2]:
            deal(model, JL, EU_CARS, grade, flow=9e9)

    month(model, adapt=set_flows)
    assert firm(model, EU_CARS).fill == near(0.4 + 0.5 * 0.6)


# Trust and wait


def test_trust_is_lost_with_what_is_missing_and_won_back_slowly():
    """Of 1000 ordered 499 (and one for rounding) came: a quarter of the missing half is lost. Who delivers 950 gains a twentieth of the rest."""
    model = two_chains(scenario=still(trust_gain=0.05, trust_loss=0.25))

    def set_flows():
        deal(model, JL, US_CARS, "magnet_standard", orders=1000.0, flow=499.0, trust=0.8)
        deal(model, HANAU, US_CARS, "magnet_standard", orders=1000.0, flow=950.0, trust=0.8)
        deal(model, JL, US_CARS, "magnet_high", orders=0.0, flow=0.0, trust=0.8)

    month(model, adapt=set_flows)
    trust = {(maker, grade): model.trade.trust[relation(model, maker, US_CARS, grade)] for maker in (JL, HANAU) for grade in MAGNETS[:2]}
    assert [trust[JL, "magnet_standard"], trust[HANAU, "magnet_standard"], trust[JL, "magnet_high"]] == near([0.8 * 0.875, 0.81, 0.81])


def test_the_perceived_wait_is_what_is_applied_for_over_what_leaves():
    """600 applied for, 200 leaving: three months, half believed at once. A queue that hardly moves counts as a twentieth of usual purchases, four months at most."""
    model = in_china(scenario=still())

    def set_queue():
        usual = one(MAGNET_HIGH, 800.0)
        for user, flow, queue in ((EU_CARS, 200.0, 600.0), (US_CARS, 0.0, 100.0), (US_DEFENCE, 0.0, 4000.0)):
            put(model, user, expected=usual)
            at = deal(model, JL, user, "magnet_high", flow=flow, wait=0.0, share=1.0)
            model.licensing.paper.standing[at] = queue

    month(model, adapt=set_queue)
    waits = [model.trade.wait[relation(model, JL, user, "magnet_high")] for user in (EU_CARS, US_CARS, US_DEFENCE)]
    assert waits == near([1.5, 0.5 * 100 / 40, 2.0])


# Sampling and qualification


def unknown_suppliers(belief=0.0, fill=1.0, rate=3.0, spare=True):
    """Hanau could buy Chinese metal, the Ellesmere Port metal works Chinese oxide; a Malaysian refiner is unknown to its second customer."""
    model = two_chains(scenario=still(qualify_rate=rate))

    def set_state():
        trade = model.trade
        outside = deal(model, HANAU, US_CARS, "magnet_standard", status=NONE, clock_months=2.0)
        inside = deal(model, JL, US_CARS, "magnet_high", status=NONE, clock_months=1.0)
        trade.fill[trade.buyer_cell == trade.buyer_cell[inside]] = fill
        model.belief[:] = belief
        for maker in (HANAU, JL):
            put(model, maker, capacity=1e9)
        model.shelf[:] = 0.0
        model.output[:] = 0.0 if spare else 1e9
        set_state.rows = outside, inside

    return model, set_state


@pytest.mark.parametrize(("belief", "fill", "sampled"), [(1.0, 1.0, [True, False]), (0.0, 0.0, [False, True]), (0.0, 1.0, [False, False])])
def test_fear_opens_relations_outside_china_and_want_those_inside(belief, fill, sampled):
    """At a rate of three a quarter, whoever is certain of restrictions samples at once, and so does whoever gets nothing."""
    model, set_state = unknown_suppliers(belief=belief, fill=fill)
    month(model, adapt=set_state)
    assert [model.trade.status[at] == SAMPLED for at in set_state.rows] == sampled


def test_the_hazard_is_a_third_of_the_quarterly_rate_times_the_motive():
    """At 0.9 a quarter and a belief of one half, one in 0.15 months of luck is below the hazard."""
    model, set_state = unknown_suppliers(belief=0.5, rate=0.9)
    trials, expected = [], []
    set_state()
    for now in range(300):
        model.now = now
        set_state()
        at = set_state.rows[0]
        expected.append(float(model.chance.uniform("qualify", now, model.trade.key[at])) < 0.15)
        model.trade.sample()
        trials.append(model.trade.status[at] == SAMPLED)
    assert trials == expected and 0.08 < np.mean(trials) < 0.23


def test_a_maker_without_capacity_to_spare_is_not_sampled():
    model, set_state = unknown_suppliers(belief=1.0, fill=0.0, spare=False)
    month(model, adapt=set_state)
    assert [model.trade.status[at] for at in set_state.rows] == [NONE, NONE]


def test_a_sampled_supplier_is_qualified_when_its_clock_has_run():
    model, set_state = unknown_suppliers(belief=1.0)
    month(model, adapt=set_state)
    at, states = set_state.rows[0], []
    for _ in range(3):
        model.belief[:] = 1.0
        month(model)
        states.append(model.trade.status[at])
    assert states == [SAMPLED, QUALIFIED, QUALIFIED]


def spares(model, maker, good, **columns):
    """Whether a maker has some of a good to spare when nothing is on its shelves but what is said."""
    put(model, maker, **{"output": np.zeros(9), "shelf": np.zeros(9), "sales": np.zeros(9), "stockhold": np.ones(9), "factor": 1.0} | columns)
    return bool(model.trade.spare()[good, row(model, maker)])


def test_capacity_to_spare_is_what_shocks_leave_and_output_does_not_take():
    """Full use is 98 %: 970 of 1000 leave some, 985 none, 500 of a halved 1000 none; more on the shelf than it keeps is to spare anyway."""
    model = in_china(scenario=still(full_use=0.98))
    put(model, JL, capacity=1000.0)
    spare = lambda **columns: spares(model, JL, MAGNET_HIGH, **columns)  # noqa: E731
    assert spare(output=one(MAGNET_STANDARD, 970.0)) and not spare(output=one(MAGNET_STANDARD, 985.0))
    assert not spare(output=one(MAGNET_STANDARD, 500.0), factor=0.5)
    kept = {"output": one(MAGNET_HIGH, 1000.0), "sales": one(MAGNET_HIGH, 100.0)}
    assert spare(shelf=one(MAGNET_HIGH, 121.0), **kept) and not spare(shelf=one(MAGNET_HIGH, 119.0), **kept)


def test_heavies_to_spare_are_those_of_the_circuit():
    model = two_chains(scenario=still(full_use=0.98))
    put(model, KUANTAN, capacity=1000.0, circuit=[100.0, 0.0])
    spare = lambda good, **columns: spares(model, KUANTAN, good, **columns)  # noqa: E731
    assert spare(OXIDE_DY, output=one(OXIDE_DY, 97.0)) and not spare(OXIDE_DY, output=one(OXIDE_DY, 99.0))
    assert not spare(OXIDE_TB) and spare(OXIDE_NDPR) and not spare(OXIDE_NDPR, output=one(OXIDE_NDPR, 1000.0))


def test_what_present_suppliers_leave_unfilled_is_wanted():
    """A share of 0.25 from one who fills half, 0.75 from one who fills all: an eighth is wanted."""
    model = two_chains(scenario=still())
    deal(model, JL, US_CARS, "magnet_high", share=0.25, fill=0.5)
    at = deal(model, HANAU, US_CARS, "magnet_high", share=0.75, fill=1.0)
    assert model.trade.want().ravel()[model.trade.buyer_cell[at]] == near(0.125)
    assert model.trade.want()[METAL, row(model, HANAU)] == near(0.0)
