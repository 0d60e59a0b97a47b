"""grant: licence offices decide on what has waited, buyers apply, and sellers are asked for what permits cover (E8)."""

import pytest
from hands import month, near, put, still
from vocabulary import NDPR, OXIDE_NDPR
from worlds import MONTHLY, OXIDE_USER, REFINER, firm, licence, oxide_world, relation

from model import ExportBan

VERBS = ("grant",)


def at_office(*acts, months=1, ordered=1000.0, shelf=1e9, until=None, **choices):
    """A refiner in China of whose stock a customer abroad orders the same each month: what it is asked for, what leaves and what stands applied for."""
    model = oxide_world(*acts, scenario=still(**choices))
    model = model.run_until(until) if until else model
    at, lines, trade, paper = relation(model, REFINER, OXIDE_USER, "oxide_NdPr"), [], model.trade, model.licensing.paper

    def order():
        trade.orders[:], trade.backlog[:], model.demanded[:] = 0.0, 0.0, 0.0
        trade.orders[at] = ordered
        model.licensing.take(0, trade.size)

    trade.order = order
    for _ in range(months):
        month(
            model, allocate=lambda: put(model, REFINER, finished={(OXIDE_NDPR, NDPR): shelf}),
            reprice=lambda: lines.append((float(trade.asked[at]), float(trade.flow[at]), float(paper.standing[at]))),
        )  # fmt: skip
    return lines, model, at


def test_without_a_licence_everything_ordered_is_asked_for_and_leaves():
    lines, model, _ = at_office()
    assert lines == [(1000, 1000, 0)] and model.licensing.bound == (0, 0)


def test_applications_wait_are_granted_or_denied_and_sellers_are_asked_for_what_is_permitted():
    """800 of 1000 need a licence. Half of what has waited a month is granted, a tenth denied: nothing, then 400 of 800, then 560 of 320 and 800."""
    lines, model, at = at_office(licence(date="2024-01", controlled_share=0.8, minimum_months=1, approval_rate=0.5, denial_rate=0.1), months=3, licence_lapse=0.5)
    assert [asked for asked, *_ in lines] == near([200, 600, 760])
    assert [left for _, left, _ in lines] == pytest.approx([200, 600, 760], abs=1)
    assert [stands for *_, stands in lines] == near([800, 320 + 800, 320 + 128 + 800])
    assert model.licensing.bound == (0, 1) and model.demanded[OXIDE_NDPR, firm(model, REFINER).row] == near(760)
    assert model.licensing.paper.granted[at] == near(560) and model.licensing.paper.book[at, 0] == near(800)


def test_the_oldest_applications_lapse_by_their_share():
    """Nothing is granted: what enters its fourth month of waiting loses half, and half again each month."""
    lines, *_ = at_office(licence(date="2024-01", approval_rate=0.0), months=6, licence_lapse=0.5, filing_horizon=8)
    assert [stands for *_, stands in lines] == near([1000, 2000, 3000, 4000, 4500, 4750])
    assert [left for _, left, _ in lines] == [0] * 6


def test_nobody_applies_for_more_months_than_it_looks_ahead():
    lines, *_ = at_office(licence(date="2024-01", approval_rate=0.0), months=6, licence_lapse=0.5, filing_horizon=3)
    assert [stands for *_, stands in lines] == near([1000, 2000, 3000, 3000, 3000, 3000])


def test_an_office_grants_no_more_than_its_capacity():
    """A quarter of the usual month is its capacity."""
    lines, model, _ = at_office(licence(date="2024-07", capacity_share=0.25), until="2024-06", ordered=1e8)
    assert lines[0][0] == pytest.approx(0.25 * MONTHLY, rel=1e-3) and model.licensing.bound == (1, 1)


def test_a_permit_outlasts_a_month_in_which_the_seller_was_short_but_for_what_lapses():
    """300 of 1000 permitted were there: 700 are left, of which next month half have lapsed, so that 650 are applied for."""
    lines, model, at = at_office(licence(date="2024-01"), months=1, shelf=300.0, licence_lapse=0.5)
    assert lines[0][:2] == (1000, 300) and model.licensing.paper.permit[at] == 700
    month(model, allocate=lambda: put(model, REFINER, finished={(OXIDE_NDPR, NDPR): 1e9}))
    assert model.licensing.paper.granted[at] == near(650) and model.trade.flow[at] == 1000 and model.licensing.paper.permit[at] == near(0)


def test_what_is_banned_is_not_asked_for_and_stays_on_the_shelf():
    """A ban on four tenths: 600 are asked for and leave, and nothing is ever granted for the rest."""
    lines, model, at = at_office(ExportBan(date="2024-01", origin="CHN", goods="oxide_NdPr", share=0.4), months=3, shelf=1000.0)
    assert [line[:2] for line in lines] == [(600, 600)] * 3
    assert firm(model, REFINER).finished[OXIDE_NDPR, NDPR] == 400 and model.licensing.paper.permit[at] == 0


def test_a_ban_stands_within_a_licence():
    """Everything needs a licence, everyone gets one, but for the four tenths that are banned."""
    ban = ExportBan(date="2024-01", origin="CHN", goods="oxide_NdPr", share=0.4)
    lines, *_ = at_office(licence(date="2024-01"), ban, months=2)
    assert [asked for asked, *_ in lines] == near([600, 600])
