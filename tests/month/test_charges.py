"""share_redesigns and carry_stocks: what programmes and obligations cost, and whom (E3.3, E4.5)."""

import pytest
from hands import month, one, put, still
from test_uses import OBLIGATION, PROGRAMME, programme
from vocabulary import MAGNET_HIGH, MAGNET_STANDARD, NDPR
from worlds import CHINESE, MAGNETS, US_CARS, US_DEFENCE, chain_world, firm

from model import StockObligation, SubstitutionProgramme, Tariff
from model.treasury import COST, OBLIGED

VERBS = ("share_redesigns", "carry_stocks")


def test_the_state_pays_its_share_of_redesigns_up_to_its_budget_and_the_total_stays():
    total = programme()[1]
    for fields, paid in (({"share_of_redesign": 0.4}, 0.4 * total), ({"share_of_redesign": 1.0}, total), ({"share_of_redesign": 0.4, "budget": 1.0}, 1.0)):
        _, borne, model = programme(**fields)
        frame = model.treasury.frame()
        assert frame[frame.book == COST].million.sum() == pytest.approx(paid) and borne == pytest.approx(total - paid) and total > 4


def test_of_two_programmes_each_pays_its_share_of_what_the_other_leaves():
    duty = Tariff(date="2024-02", importer="USA", origins="CHN", goods=MAGNETS, rate=1.0, name="duty")
    two = [SubstitutionProgramme(share_of_redesign=0.5, **PROGRAMME | {"name": name, "payer": payer}) for name, payer in (("a", "USA"), ("b", "JPN"))]
    model = chain_world(duty, *two, firms=CHINESE, scenario=still())
    borne = sum(firm(model, US_CARS).redesign for _ in range(40) if model.step() is None)
    total = programme()[1]
    frame = model.treasury.frame()
    assert sorted(frame[frame.book == COST].million) == pytest.approx([total / 4, total / 2]) and borne == pytest.approx(total / 4)


def test_who_must_hold_a_stock_aims_at_it_and_pays_for_what_is_beyond_usual_cover():
    """Cover of 2.2 months, 6 asked for: of 5000 g held at a use of 1000 a month, 2800 are beyond it; at 0.2 USD a gram of NdPr and 12 % a year 5.6 USD a month. Of 7000 g no more than the 6000."""
    obligation = StockObligation(months=6.0, end_uses="civil", **OBLIGATION)
    for held, beyond in ((5000.0, 2800.0), (7000.0, 3800.0), (2000.0, 0.0)):
        model = chain_world(obligation, firms=CHINESE, scenario=still(obligation_carrying=0.12))

        def set_stock(model=model, held=held):
            put(model, US_CARS, expected=one(MAGNET_HIGH, 1000.0), inputs={(MAGNET_HIGH, NDPR): held, (MAGNET_STANDARD, NDPR): 0.0})
            model.market.realised_in[:, MAGNET_HIGH] = 200.0 * model.measures.content_of_good[MAGNET_HIGH]

        month(model, settle=set_stock)
        assert firm(model, US_CARS).aim[[MAGNET_HIGH, MAGNET_STANDARD]].tolist() == [6.0, 6.0] and firm(model, US_DEFENCE).aim[MAGNET_HIGH] == pytest.approx(model.cover[MAGNET_HIGH, firm(model, US_DEFENCE).row])
        frame = model.treasury.frame()
        assert frame.million.sum() == pytest.approx(beyond * 0.2 * 0.01 / 1e6) and frame.payer.tolist() == ["USA"] and set(frame.book) == {OBLIGED}


def test_of_two_obligations_the_longer_counts_and_is_charged_once():
    two = [StockObligation(months=months, **OBLIGATION | {"name": str(months)}) for months in (4.0, 6.0)]
    both, alone = chain_world(*two, firms=CHINESE, scenario=still()).run_until("2024-09"), chain_world(two[1], firms=CHINESE, scenario=still()).run_until("2024-09")
    assert both.treasury.frame().million.sum() == pytest.approx(alone.treasury.frame().million.sum()) and firm(both, US_CARS).aim[MAGNET_HIGH] == 6.0
