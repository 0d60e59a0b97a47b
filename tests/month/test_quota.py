"""count, permit: what production quotas leave of a year, and how far makers may build under them (E7.4)."""

import numpy as np
import pytest
from hands import CREG, in_china, near, still
from vocabulary import NDPR, OXIDE_NDPR
from worlds import CHINESE, MINE, MONTHLY, OXIDE_LINKS, OXIDE_USER, REFINER, equal, firm, found, oxide_world

from model import InputError, ProductionQuota, QuotaFreeze, Scenario, SupplyShock, TradeModel
from model.columns import LARGEST
from model.rules.production import allotted, cut, widen

VERBS = ("count", "permit")
ABROAD_MINE = "Mt Weld"
QUOTA = {"date": "2024-01", "country": "CHN"}


def test_what_is_left_is_carried_on_within_the_year():
    """Ten a month: in the third month 30 were allotted and 18 made; nothing is left of what is overdrawn."""
    assert (allotted(10.0, 3.0, 18.0), allotted(10.0, 1.0, 12.0)) == (12.0, 0.0)


def test_the_cut_is_what_is_left_of_what_is_planned():
    assert (cut(12.0, 16.0), cut(16.0, 12.0), cut(0.0, 0.0), cut(0.0, 5.0)) == (0.75, 1.0, 1.0, 0.0)


def test_lines_go_up_to_what_is_permitted():
    assert (widen(1000.0, 900.0, 0.8, 20.0, 1002.0), widen(1000.0, 900.0, 0.8, 20.0, 900.0), widen(1000.0, 900.0, 0.8, 20.0, LARGEST)) == (2.0, 0.0, 6.25)


def made(model, name, months):
    """What a firm makes of its main product month by month, tonnes."""
    at, lines = firm(model, name).row, []
    for _ in range(months):
        model.step()
        lines.append(float((model.output[:, at] * model.counts[:, at]).sum() * model.rationing.tonnes[at]))
    return lines


@pytest.mark.parametrize("ceiling", [{"tonnes_per_year": 600.0}, {"share_of_base": 0.5}])
def test_a_separator_makes_a_twelfth_of_its_quota_a_month(ceiling):
    """It made 100 t of oxide a month; 600 t a year are 50 t."""
    model = oxide_world(ProductionQuota(stage="refine", **QUOTA, **ceiling))
    assert made(model, REFINER, 6) == pytest.approx([50.0] * 6, rel=1e-6)
    assert firm(model, REFINER).allowed < 1.0


def test_a_mine_keeps_to_its_quota_and_separators_draw_on_what_they_hold():
    """8000 t a year of ore are 666.7 t a month; of half of that 333.3 t may be dug."""
    model = oxide_world(ProductionQuota(entities=MINE, tonnes_per_year=4000.0, **QUOTA))
    assert made(model, MINE, 4) == pytest.approx([4000.0 / 12] * 4, rel=1e-6)


def test_what_is_not_made_early_in_the_year_may_be_made_later_and_not_next_year():
    """From March on 80 t a month in a world of 100: what was made before counts for nothing; a strike in March leaves 160 t for April, and 80 t for January however little was made."""
    model = oxide_world(ProductionQuota(date="2024-03", country="CHN", stage="refine", tonnes_per_year=960.0), SupplyShock(date="2024-03", entities=REFINER, factor=0.0, months=1))
    lines = made(model, REFINER, 13)
    assert lines[2] == 0.0 and 100.0 < lines[3] <= 160.0 and sum(lines[2:12]) == pytest.approx(800.0, rel=1e-6)
    assert lines[12] <= 80.0 * (1 + 1e-9)


def test_a_review_left_out_is_not_made_up_for():
    """50 t a month that grow by a tenth each January: with that of 2025 left out 50 in 2025 and 55 in 2026, where 60.5 would stand; a freeze without a January leaves out nothing."""
    quota = ProductionQuota(stage="refine", tonnes_per_year=600.0, reviewed=1.0, **QUOTA)
    ceilings = {}
    for date, until in (("2024-06", "2025-02"), ("2025-01", "2027-01"), ("2025-02", "2026-01")):
        model = oxide_world(quota, QuotaFreeze(date=date, until=until, country="CHN"), scenario=still(quota_growth=0.1)).run_until("2025-06")
        ceilings[date] = [model.rationing.monthly(model.rationing.limits()[0]), model.run_until("2026-03").rationing.monthly(model.rationing.limits()[0])]
    assert ceilings["2024-06"] == [pytest.approx(50.0), pytest.approx(55.0)]
    assert ceilings["2025-01"] == [pytest.approx(50.0), pytest.approx(50.0)]
    assert ceilings["2025-02"] == [pytest.approx(55.0), pytest.approx(60.5)]


def test_a_freeze_that_leaves_out_nothing_says_so():
    quota = ProductionQuota(stage="refine", tonnes_per_year=600.0, reviewed=1.0, **QUOTA)
    model = oxide_world(quota)
    assert "no January" in QuotaFreeze(date="2025-02", until="2026-01", country="CHN").idle(model.levers)
    assert QuotaFreeze(date="2025-02", until="2026-02", country="CHN").idle(model.levers) is None
    assert "USA has no production quota that is reviewed" in QuotaFreeze(date="2025-02", until="2026-02", country="USA").idle(model.levers)


def test_a_quota_that_is_reviewed_grows_every_january():
    """By half of ten per cent a year: 50 t a month, 52.5 t in the next year."""
    model = oxide_world(ProductionQuota(stage="refine", tonnes_per_year=600.0, reviewed=0.5, **QUOTA), scenario=still(quota_growth=0.1))
    lines = made(model, REFINER, 13)
    assert (lines[11], lines[12]) == pytest.approx((50.0, 52.5), rel=1e-6)


def half_imported(*events):
    """The separator in China buys half of its ore in China and half abroad."""
    links = tuple((*pair, good, tonnes / 2, bound) for *pair, good, tonnes, bound in OXIDE_LINKS[:1])
    return found((*links, (ABROAD_MINE, REFINER, "concentrate", 4000.0, 1), *OXIDE_LINKS[1:]), events, still(), (), {})


@pytest.mark.parametrize("imported", [0.0, 0.5, 1.0])
def test_imported_ore_counts_as_far_as_the_quota_says(imported):
    """Half of what counted in the base year may be made. Chinese ore holds 20.5 % of NdPr, that of Mt Weld 23.3: 46.8 t of the 100 t of oxide are of Chinese ore, so that
    23.4 t go where imported ore does not count, 50 t where all of it does."""
    model = half_imported(ProductionQuota(stage="refine", share_of_base=0.5, imported=imported, **QUOTA))
    home = 20.5 / (20.5 + 23.3)
    counted = home + imported * (1 - home)
    assert made(model, REFINER, 1) == pytest.approx([100.0 * (1 - counted / 2)], rel=1e-4)


def test_tighter_quotas_never_raise_what_a_year_brings():
    """Of ten shares from none to all more than was made: sums of a year never fall, and above use they are those without a quota."""
    sums = [sum(made(oxide_world(ProductionQuota(stage="refine", share_of_base=share, **QUOTA)), REFINER, 12)) for share in np.linspace(0.0, 1.25, 6)]
    assert sums == sorted(sums) and sums[0] == 0.0 and sums[-1] == pytest.approx(1200.0, rel=1e-5)


def test_a_quota_looser_than_use_changes_no_bit():
    plain, loose = oxide_world(), oxide_world(ProductionQuota(stage="refine", share_of_base=1.5, imported=1.0, **QUOTA), ProductionQuota(stage="mine", tonnes_per_year=1e5, **QUOTA))
    assert equal(plain.run_until("2025-06"), loose.run_until("2025-06"))


def test_a_quota_on_nobody_changes_no_bit():
    nobody = ProductionQuota(date="2024-01", country="NGA", stage="refine", tonnes_per_year=1.0)
    assert equal(oxide_world().run_until("2024-06"), oxide_world(nobody).run_until("2024-06"))


def test_without_the_switch_there_are_no_quotas():
    tight = ProductionQuota(stage="refine", share_of_base=0.5, **QUOTA)
    off, plain = oxide_world(tight, scenario=still(production_quotas=0.0)), oxide_world(scenario=still(production_quotas=0.0))
    assert equal(off.run_until("2024-12"), plain.run_until("2024-12"))


def test_a_quota_renewed_on_equal_terms_goes_on_whatever_it_is_called():
    terms = {"country": "CHN", "stage": "refine", "share_of_base": 0.9}
    once = oxide_world(ProductionQuota(date="2024-01", name="a", **terms))
    again = oxide_world(ProductionQuota(date="2024-01", until="2024-06", name="b", **terms), ProductionQuota(date="2024-06", name="c", **terms))
    assert equal(once.run_until("2025-03"), again.run_until("2025-03"))


def test_alone_as_in_cohorts():
    quota = ProductionQuota(stage="refine", share_of_base=0.7, **QUOTA), ProductionQuota(date="2024-02", country="CHN", stage="mine", share_of_base=0.9)
    assert equal(oxide_world(*quota).run_until("2024-12"), oxide_world(*quota, agentwise=True).run_until("2024-12"))


def test_makers_may_build_as_long_as_all_stand_below_the_quota():
    """A quota of half of what was made: nobody may build; of four times as much: up to the factor that the quota is of capacity."""
    tight, wide = (in_china(ProductionQuota(stage="refine", share_of_base=share, **QUOTA)) for share in (0.5, 4.0))
    for model in (tight, wide):
        model.step()
    assert firm(tight, CREG).permitted < firm(tight, CREG).capacity
    base = float(tight.rationing.base[firm(wide, CREG).row] / tight.rationing.tonnes[firm(wide, CREG).row])
    assert firm(wide, CREG).permitted == near(4.0 * base) and firm(wide, CHINESE[0]).permitted == LARGEST


def test_the_books_close_under_a_quota_and_expected_use_follows_it():
    model = oxide_world(ProductionQuota(stage="refine", share_of_base=0.5, **QUOTA)).run_until("2025-12")
    used = firm(model, REFINER).feed_expected
    assert used == pytest.approx(0.5 * model.facts.content[0, firm(model, MINE).row] * 8000e6 / 12, rel=2e-2)
    assert model.finished[OXIDE_NDPR, NDPR, firm(model, OXIDE_USER).row] == 0.0 and MONTHLY > 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": "mine"}, "a quota has one ceiling; give either tonnes_per_year or share_of_base"),
        ({"stage": "mine", "tonnes_per_year": 1.0, "share_of_base": 1.0}, "a quota has one ceiling"),
        ({"tonnes_per_year": 1.0}, "does not say once who is limited; give either stage or entities"),
        ({"stage": "mine", "entities": MINE, "tonnes_per_year": 1.0}, "does not say once who is limited"),
        ({"stage": "mine", "tonnes_per_year": -1.0}, "tonnes_per_year"),
        ({"stage": "mine", "share_of_base": 1.0, "imported": 2.0}, "imported"),
        ({"stage": "smelting", "share_of_base": 1.0}, 'unknown stage "smelting"'),
    ],
)
def test_a_quota_that_says_too_little_or_too_much_is_refused(fields, words):
    with pytest.raises(InputError, match=words):
        ProductionQuota(**QUOTA, **fields)


def test_the_quotas_of_2024_are_what_was_dug_and_separated():
    """270,000 t REO are what the tables say China's mines dug; the separation quota covers the two groups that separate Chinese ore, and none of what others separate."""
    model = TradeModel(Scenario.load("history"))
    dug = model.rationing.base[model.rows["mine"]] * (1 - model.abroad[model.rows["mine"]])
    assert dug.sum() * 12 == pytest.approx(270_000, rel=1e-6)
    model.step()
    limits = {limit.quota.name: limit for limit in model.rationing.limits()}
    weights = model.rationing.counted(limits["Separation quota"], model.trade.base_flow)
    counting = {model.firms.agents[row].name for row, weight in zip(limits["Separation quota"].rows, weights, strict=True) if weight > 0.99}
    assert counting == {REFINER, CREG} and limits["Separation quota"].tonnes * 12 == pytest.approx(34850 + 14820, rel=2e-3)
