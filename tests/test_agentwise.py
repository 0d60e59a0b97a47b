"""One firm or all of them: firms acting alone in shuffled order give the same bits as cohorts, and overrides only change what they must."""

import numpy as np
import pytest
from worlds import CHINESE, CONTROLLED, USERS, chain_world, equal, firm

from model import ExportLicence, Scenario, TradeModel
from model.agents import OEM, MagnetMaker
from model.rules.ordering import order_up_to, target_cover

EARLY = ExportLicence(date="2024-07", origin="CHN", goods=CONTROLLED, regime="APR_SLOW", name="early")
HISTORY = Scenario.load("history")
EU_CARS, US_CARS, _ = USERS


class PlainOEM(OEM):
    """Orders as its parent does, in its own words."""

    def order(self):
        p = self.p
        self.aim = target_cover(self.cover, self.response, self.belief, p.belief_background)
        self.ordered = order_up_to(
            self.expected, self.growth, self.aim, self.held - self.spoken, self.expected * self.reach, self.line,
            self.adjustment, p.supply_line_adjustment, p.supply_line_weight, p.order_ceiling,
        )  # fmt: skip


class CautiousOEM(OEM):
    """Orders half as much again."""

    def order(self):
        super().order()
        self.ordered = 1.5 * self.ordered


class LoyalOEM(OEM):
    """Never minds the price."""

    def appraise(self, offer):
        return 0.0 * offer.landed


def both_ways(build, months):
    cohorts, alone = build(agentwise=False), build(agentwise=True)
    for _ in range(months):
        cohorts.step()
        alone.step()
    return cohorts, alone


def test_the_same_bits_in_a_tiny_world_over_two_years():
    assert equal(*both_ways(lambda **way: chain_world(EARLY, firms=CHINESE, scenario=HISTORY, **way), 24))


def test_the_same_bits_in_the_real_world_under_controls():
    early = HISTORY.with_events((*HISTORY.events, EARLY))
    cohorts, alone = both_ways(lambda **way: TradeModel(early, **way), 8)
    assert float(cohorts.results().licence_queue.max()) > 0
    assert equal(cohorts, alone)


@pytest.mark.slow
def test_the_same_bits_in_the_real_world_over_two_years():
    assert equal(*both_ways(lambda **way: TradeModel(HISTORY, **way), 24))


def test_shuffling_really_changes_the_order():
    model = chain_world(agentwise=True)
    model.step()
    first = [agent.name for agent in model.shuffled(model.firms.agents)]
    model.step()
    assert first != [agent.name for agent in model.shuffled(model.firms.agents)]




@pytest.mark.parametrize("agentwise", [False, True])
def test_an_override_equal_to_its_parents_code_changes_no_bit(agentwise):
    played = chain_world(EARLY, firms=CHINESE, cast={EU_CARS: PlainOEM}, agentwise=agentwise).run_until("2025-06")
    assert type(firm(played, EU_CARS)) is PlainOEM
    assert equal(played, chain_world(EARLY, firms=CHINESE).run_until("2025-06"))


def test_an_override_changes_its_own_orders_first():
    plain, cautious = chain_world(firms=CHINESE), chain_world(firms=CHINESE, cast={EU_CARS: CautiousOEM})
    plain.step()
    cautious.step()
    assert (firm(cautious, EU_CARS).ordered == 1.5 * firm(plain, EU_CARS).ordered).all()
    assert (firm(cautious, US_CARS).ordered == firm(plain, US_CARS).ordered).all()
    assert (cautious.belief == plain.belief).all() and (cautious.used == plain.used).all()


def test_an_override_of_appraisal_acts_on_its_own_offers_only():
    free = HISTORY.with_events(())
    plain, loyal = TradeModel(free), TradeModel(free, cast={"auto_other@USA": LoyalOEM})
    for model in (plain, loyal):
        model.step()
    own = loyal.trade.buyer == firm(loyal, "auto_other@USA").row
    assert own.sum() > 10 and (loyal.trade.utility[own] == 0).all() and (plain.trade.utility[own] != 0).any()
    assert (loyal.trade.utility[~own] == plain.trade.utility[~own]).all()


def test_a_maker_can_be_played_too():
    class Sluggish(MagnetMaker):
        def plan(self):
            super().plan()
            self.planned = 0.5 * self.planned

    plain, slow = chain_world(firms=CHINESE), chain_world(firms=CHINESE, cast={CHINESE[-1]: Sluggish})
    plain.step()
    slow.step()
    made = [firm(model, CHINESE[-1]).made for model in (plain, slow)]
    assert made[1] == pytest.approx(np.floor(made[0] / 2), abs=1)
    assert slow.ledger.imbalance() == {"NdPr": 0, "Dy": 0, "Tb": 0}
