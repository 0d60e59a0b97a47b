"""The loops over relations against worlds of a few relations worked out by hand."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest

from model import kernels
from model.kernels import groups
from model.kernels import paper as paperwork

LEAD = np.zeros(9, np.int64)
AGES = 5
MOST = 7
"""What one function may be given; more belongs together in groups."""


def links(good, seller, buyer, lead=LEAD):
    """Relations by the numbers of what is sold, by whom and to whom."""
    return groups.Links(good=np.array(good), seller=np.array(seller), buyer=np.array(buyer), lead=lead)


def alike(count):
    """Relations of one seller, one buyer and one good."""
    return links(*np.zeros((3, count), np.int64))


def goods(count, **given):
    """Goods of three elements on some relations of one firm: none but those given."""
    sizes = {"inputs": (9, 3, 1), "finished": (9, 3, 1), "taken": (3, count), "transit": (1, 3, count)}
    return groups.Goods(**{name: np.zeros(size) for name, size in sizes.items()} | given)


def functions():
    """Every compiled function of the package, by module and name."""
    modules = [import_module(f"{kernels.__name__}.{each.name}") for each in iter_modules(kernels.__path__)]
    made = [value.py_func for module in modules for value in vars(module).values() if hasattr(value, "py_func")]
    return {f"{each.__module__}.{each.__name__}": each for each in made if each.__module__.startswith(kernels.__name__)}


def test_no_loop_is_given_more_than_a_reader_keeps_apart():
    given = {name: len(inspect.signature(function).parameters) for name, function in functions().items()}
    assert len(given) > 30
    assert {name: count for name, count in given.items() if count > MOST} == {}


# Licences


def paper(book, permit=()):
    """Applications by relation and months waited, and permits in hand; last month's grants and filings are still written there."""
    book = np.array(book, float).reshape(-1, AGES)
    permit = np.array(permit, float) if len(permit) else np.zeros(len(book))
    return groups.Paper(book=book, standing=book.sum(axis=1), permit=permit, granted=np.full(len(book), 9.0))


def terms(count, **given):
    """What licences ask of some relations; unless said otherwise everything needs one, and everyone gets it at once."""
    said = {"controlled": 1.0, "least_months": 0, "approval": 1.0, "denial": 0.0} | given
    return groups.Terms(**{name: np.full(count, value) for name, value in said.items()})


def offices(covers, capacity, place=None, most=None):
    """Licence offices at the start of a month; without places all relations lead to one, of which nobody thinks ill."""
    covers = np.array(covers, bool)
    place = np.zeros(covers.shape[1], np.int64) if place is None else np.array(place)
    most = np.full((len(covers), place.max() + 1), np.inf) if most is None else np.array(most, float)
    return groups.Offices(covers=covers, place=place, left=np.array(capacity, float), places_left=most, asked=np.zeros(len(covers)))


def book_of(order, backlog=0.0):
    """Orders and what is owed from before, nothing asked of sellers yet."""
    order = np.array(order, float)
    return groups.Orders(order=order, backlog=np.full(order.size, backlog), asked=np.zeros(order.size), filled=np.zeros(order.size), record=np.ones(order.size))


def called(count, controlled, open_to=1.0, demanded=0.0):
    return groups.Called(whole=np.zeros(count), controlled=np.full(count, controlled), open=np.full(count, open_to), demanded=np.full((1, 2), demanded))


class Office:
    """A licence office over one relation whose seller ships all that it is asked for; by default it grants nothing and denies nothing."""

    def __init__(self, capacity=np.inf, lapse=0.15, horizon=4.0, **given):
        self.paper, self.rows = paper(np.zeros(AGES)), np.arange(1)
        self.terms, self.lapse, self.filing = terms(1, **{"approval": 0.0} | given), lapse, groups.Filing(horizon)
        self.capacity, self.called = capacity, called(1, self.terms.controlled[0])

    def month(self, order):
        """What leaves of a month's order, grams."""
        book = book_of([order])
        desk = offices([[True]], [self.capacity])
        kernels.turn(self.rows, self.paper, self.called.controlled, self.lapse)
        kernels.decide(self.rows, False, self.paper, self.terms, desk)
        kernels.file(self.rows, book, self.paper, self.terms, self.filing)
        kernels.decide(self.rows, True, self.paper, self.terms, desk)
        kernels.call_off(0, 1, alike(1), book, self.paper, self.called)
        kernels.spend(self.rows, book.asked, self.paper, self.called)
        return float(book.asked[0])


def test_applications_wait_two_months_and_the_oldest_lapse():
    """200 of 1000 need no licence. Of the 800 applied for each month half is granted from the third month on, of the other half again half:
    400, then 400 + 200; then of those 200 now three months old 30 lapse (15 %): 400 + 200 + 85; then of 200 and 85 lapse 42.75."""
    office = Office(controlled=0.8, least_months=2, approval=0.5)
    left = [office.month(1000.0) for _ in range(6)]
    assert left == pytest.approx([200, 200, 200 + 400, 200 + 600, 200 + 685, 200 + 600 + 242.25 / 2])
    assert office.paper.book[0].tolist() == pytest.approx([800, 800, 400, 200, 242.25 / 2])
    assert office.paper.standing.tolist() == [office.paper.book.sum()] and office.paper.permit.tolist() == [pytest.approx(0)]


def test_after_a_licence_no_more_leaves_than_is_ordered_and_all_paper_is_void():
    """For three months nothing left; then nothing is controlled any more."""
    office = Office(controlled=1.0, approval=0.0)
    assert [office.month(1000.0) for _ in range(3)] == [0, 0, 0] and office.paper.standing[0] == 3000
    office.called.controlled[:], office.terms.controlled[:], office.paper.permit[:] = 0.0, 0.0, 50.0
    assert office.month(1000.0) == 1000 and office.month(700.0) == 700
    assert office.paper.book.sum() == office.paper.standing[0] == office.paper.permit[0] == 0


def test_what_needs_no_waiting_leaves_in_the_month_it_is_ordered():
    office = Office(approval=1.0, capacity=600.0)
    assert [office.month(order) for order in (500.0, 1000.0)] == [500, 600]


def test_a_month_passes_for_applications_and_permits():
    """Of the two oldest ages, and of permits, 15 % lapse; a relation no longer controlled loses all; what is not on the list stays."""
    sheet = paper([[1000, 800, 600, 400, 200], [1, 2, 3, 4, 5], [7, 0, 0, 0, 0]], permit=[100, 60, 30])
    kernels.turn(np.array([0, 1]), sheet, np.array([0.5, 0.0, 0.5]), 0.15)
    assert sheet.book.tolist() == [[0, 1000, 800, 600, pytest.approx(510)], [0] * 5, [7, 0, 0, 0, 0]]
    assert sheet.permit.tolist() == [pytest.approx(85), 0, 30] and sheet.granted.tolist() == [0, 0, 9]


def test_there_is_paper_where_something_is_controlled_or_was():
    sheet = paper(np.zeros((4, AGES)), permit=[0, 0, 3, 0])
    sheet.standing[:] = [0, 0, 0, 5]
    assert kernels.on_paper(np.array([0.0, 0.5, 0.0, 0.0]), sheet).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("least", "fresh", "book", "granted"),
    [
        (2, False, [100, 200, 160, 320, 0], 600),  # half of 400 and 800 granted, a tenth denied
        (2, True, [100, 200, 400, 800, 0], 0),
        (0, False, [100, 80, 160, 320, 0], 700),
        (0, True, [40, 200, 400, 800, 0], 50),
    ],
)
def test_the_office_decides_on_older_ones_first_and_on_new_ones_only_where_none_has_to_wait(least, fresh, book, granted):
    sheet, desk = paper([100, 200, 400, 800, 0], permit=[7]), offices([[True]], [np.inf])
    sheet.granted[:] = 0.0
    kernels.decide(np.arange(1), fresh, sheet, terms(1, least_months=least, approval=0.5, denial=0.1), desk)
    assert sheet.book[0].tolist() == pytest.approx(book)
    assert sheet.granted.tolist() == desk.asked.tolist() == [granted] and sheet.permit.tolist() == [7 + granted]


def test_no_more_is_denied_than_is_left():
    sheet = paper([0, 1000, 0, 0, 0])
    kernels.decide(np.arange(1), False, sheet, terms(1, approval=0.9, denial=0.2), offices([[True]], [np.inf]))
    assert sheet.permit.tolist() == [900] and sheet.book.sum() == pytest.approx(0)


def test_an_office_at_capacity_scales_all_grants_alike():
    """500 and 1500 would be granted, the office manages half of that. What it does not manage is not denied."""
    sheet, desk = paper([[0, 1000, 0, 0, 0], [0, 3000, 0, 0, 0]]), offices([[True, True]], [1000])
    kernels.decide(np.arange(2), False, sheet, terms(2, approval=0.5, denial=0.1), desk)
    assert sheet.permit.tolist() == [250, 750] and sheet.book[:, 1].tolist() == pytest.approx([650, 1950])
    assert desk.asked.tolist() == [2000] and desk.left.tolist() == [0]


def test_new_applications_get_what_older_ones_left_of_the_capacity():
    sheet, desk = paper([[500, 0, 0, 0, 0], [0, 700, 0, 0, 0]]), offices([[True, True]], [1000])
    kernels.decide(np.arange(2), False, sheet, terms(2), desk)
    assert sheet.permit.tolist() == [0, 700] and desk.left.tolist() == [300]
    kernels.decide(np.arange(2), True, sheet, terms(2), desk)
    assert sheet.permit.tolist() == [300, 700] and desk.left.tolist() == [0] and desk.asked.tolist() == [1200]


def test_a_destination_treated_worse_gets_its_part_and_the_others_what_that_leaves():
    """Of 100, 200 and 100 asked for an office can grant 200; the first destination gets 20 at most, so the others 180 of 300."""
    sheet = paper([[0, 100, 0, 0, 0], [0, 200, 0, 0, 0], [0, 100, 0, 0, 0]])
    desk = offices([[True] * 3], [200], place=[0, 1, 1], most=[[20, np.inf]])
    kernels.decide(np.arange(3), False, sheet, terms(3), desk)
    assert sheet.permit.tolist() == pytest.approx([20, 120, 60])
    assert desk.left.tolist() == [pytest.approx(0)] and desk.places_left.tolist() == [[0, np.inf]]


def test_a_destination_has_one_part_a_month_for_old_and_new():
    sheet, desk = paper([[50, 15, 0, 0, 0]]), offices([[True]], [1000], most=[[20]])
    kernels.decide(np.arange(1), False, sheet, terms(1), desk)
    kernels.decide(np.arange(1), True, sheet, terms(1), desk)
    assert sheet.permit.tolist() == [20] and sheet.book[0].tolist() == [45, 0, 0, 0, 0] and desk.left.tolist() == [980]


def test_an_application_counts_in_each_of_its_offices():
    """100 and 100: the first office halves both; the second, over the latter alone, grants 10 of its 50."""
    sheet, desk = paper([[0, 100, 0, 0, 0]] * 2), offices([[True, True], [False, True]], [100, 10])
    kernels.decide(np.arange(2), False, sheet, terms(2), desk)
    assert sheet.permit.tolist() == pytest.approx([50, 10]) and desk.left.tolist() == pytest.approx([40, 0])


@pytest.mark.parametrize(
    ("asked", "most", "whole", "part"),
    [
        ([100, 100, 100], [np.inf] * 3, 150, [0.5, 0.5, 0.5]),
        ([100, 100, 100], [20, np.inf, 45], 150, [0.2, 0.85, 0.45]),
        ([100, 100, 100], [10, 60, np.inf], 150, [0.1, 0.6, 0.8]),  # half, then 140 of 200, which is too much for the second
        ([100, 300, 0], [np.inf, np.inf, 5], 800, [1, 1, 1]),
        ([100, 300, 100], [np.inf, 60, np.inf], 800, [1, 0.2, 1]),
        ([100, 300], [np.inf, 60], 0, [0, 0]),
        ([100, 300], [0, np.inf], np.inf, [0, 1]),
    ],
)
def test_what_one_place_may_not_have_goes_to_the_others(asked, most, whole, part):
    got = paperwork.shared_out(np.array(asked, float), np.array(most, float), float(whole))
    assert got.tolist() == pytest.approx(part) and (got * asked).sum() <= whole + 1e-9


@pytest.mark.parametrize(
    ("given", "horizon", "held", "filed"),
    [
        ({"least_months": 2, "approval": 0.5}, 6, 0, 800),  # 4 months of 800 are wanted; a month's orders at most are new
        ({"least_months": 2, "approval": 0.5}, 6, 3000, 200),
        ({"least_months": 2, "approval": 0.5}, 3, 2300, 100),
        ({"least_months": 0, "approval": 1.0}, 6, 0, 800),
        ({"least_months": 0, "approval": 1.0}, 6, 790, 10),
        ({"least_months": 0, "approval": 0.0}, 3, 2300, 100),  # nobody gets one: as long as buyers look ahead
    ],
)
def test_buyers_apply_for_what_they_will_call_off_while_the_office_takes_its_time(given, horizon, held, filed):
    """900 ordered and 100 owed, of which 80 % are controlled; half of what is held are permits."""
    sheet = paper([0, held / 2, 0, 0, 0], permit=[held / 2])
    kernels.file(np.arange(1), book_of([900.0], backlog=100.0), sheet, terms(1, controlled=0.8, **given), groups.Filing(horizon))
    assert sheet.book[0, :2].tolist() == pytest.approx([filed, held / 2])


def test_what_stands_beyond_what_is_wanted_is_withdrawn_the_newest_first():
    """100 are wanted, 40 in permits: of 30, 20, 50 and 25 applied for, 65 are too many."""
    sheet = paper([30, 20, 50, 25, 0], permit=[40])
    kernels.file(np.arange(1), book_of([100.0]), sheet, terms(1), groups.Filing(4.0))
    assert sheet.book[0].tolist() == [0, 0, 35, 25, 0] and sheet.permit.tolist() == [40]


@pytest.mark.parametrize(
    ("controlled", "open_to", "permit", "asked"),
    [(0.0, 1.0, 0, 1000), (0.8, 1.0, 300, 500), (0.8, 1.0, 5000, 1000), (0.8, 0.25, 300, 400), (1.0, 0.0, 300, 0)],
)
def test_sellers_are_asked_for_what_is_free_and_what_permits_cover(controlled, open_to, permit, asked):
    """Of 900 ordered and 100 owed; 7 were asked of the seller before, and the second relation is another buyer's."""
    book, calls = book_of([900.0, 500.0], backlog=100.0), called(2, controlled, open_to, demanded=7.0)
    kernels.call_off(0, 1, links([0, 0], [1, 1], [0, 0]), book, paper(np.zeros((2, AGES)), [permit, 1.0]), calls)
    assert book.asked.tolist() == pytest.approx([asked, 0]) and calls.demanded.tolist() == [[7, pytest.approx(7 + asked)]]
    assert calls.whole.tolist() == [1000, 0]


@pytest.mark.parametrize(("shipped", "left"), [(450, 50), (150, 300), (900, 0)])
def test_shipments_use_up_permits_after_the_free_part(shipped, left):
    """200 of 1000 are free; 300 are permitted."""
    sheet, calls = paper([1, 2, 3, 4, 5], permit=[300]), called(1, 0.8)
    calls.whole[:], sheet.standing[:] = 1000.0, 0.0
    kernels.spend(np.arange(1), np.array([float(shipped)]), sheet, calls)
    assert sheet.permit.tolist() == [pytest.approx(left)] and sheet.standing.tolist() == [15]


# Allocation


def allotted(stock, orders, backlog, rank, priority, contract, first_refusal=None, covered=None):
    """One seller of one good, asked for all that is ordered and owed: (grams filled by relation, backlog after, grams handed over by element, stock left)."""
    count = len(orders)
    held = goods(count)
    held.finished[0, :, 0] = stock
    sellers = groups.Sellers(rows=np.arange(count), first=np.array([0, count]))
    owed = np.array(backlog, float)
    standing = groups.Standing(rank=np.array(rank), priority=np.array(priority, float), covered=np.where(contract, orders + owed, 0.0) if covered is None else np.array(covered), first_refusal=np.zeros(count) if first_refusal is None else np.array(first_refusal))
    spot = groups.Spot(price=np.ones(count), duty=np.zeros(count), freight=np.zeros(count), premium=np.zeros(count), netback_weight=1.0)
    book = groups.Orders(order=np.full(count, np.nan), backlog=owed, asked=orders + owed, filled=np.zeros(count), record=np.ones(count))
    kernels.allocate(alike(count), held, sellers, standing, spot, book, 0.15)
    assert (held.taken.sum(axis=1) + held.finished[0, :, 0] == stock).all()
    return book.filled.tolist(), book.backlog.tolist(), held.taken, held.finished[0, :, 0]


@pytest.mark.parametrize("home", [0, 1])
def test_home_gets_first_refusal_whichever_order_is_looked_at_first(home):
    """Of 1000 the home order of 900 has first refusal of 70 %, 700; the 300 left are shared by what is still wanted, 200 and 900: 54 and 245."""
    refusal, orders = np.where(np.arange(2) == home, 0.7, 0.0), [900.0, 900.0]
    filled, *_ = allotted([1000, 0, 0], np.array(orders), [0, 0], [2, 2], [1, 1], [False, False], first_refusal=refusal)
    assert filled[home] == pytest.approx(700 + 300 * 200 / 1100, abs=1) and 999 <= sum(filled) <= 1000


def test_contract_volumes_are_served_in_whole_grams():
    filled, *_ = allotted([50, 0, 0], np.array([40.0, 60.0]), [0, 0], [2, 2], [1, 1], [True, False], covered=[10.5, 0.0])
    assert all(grams == int(grams) for grams in filled) and 49 <= sum(filled) <= 50


def test_stock_goes_tier_by_tier_then_by_priority_then_pro_rata():
    filled, backlog, taken, rest = allotted(
        stock=[1024, 512, 0], orders=[304, 300, 400, 500], backlog=[0, 100, 0, 0],
        rank=[0, 2, 2, 3], priority=[1, 1, 0.5, 1], contract=[True, True, True, False],
    )  # fmt: skip
    # 304 to the rated order leave 720 for contracts of 400 and 400. By priority 480, so all 400, and 240; of the 80 left over the
    # second still misses 160. Nothing is left for the spot order, which is cancelled; 80 under contract are owed, 15 % lapse.
    assert filled == [304, 400, 240 + 80, 0]
    assert backlog == [0, 0, pytest.approx(80 * 0.85), 0]
    assert taken[1].tolist() == pytest.approx([152, 200, 160, 0], abs=1)
    assert rest[0] == 0


def test_with_enough_stock_everyone_is_served_and_nothing_is_owed():
    filled, backlog, _, rest = allotted([5000, 0, 0], [300, 500.4], [100, 0], [2, 3], [1, 1], [True, False])
    assert filled == [400, 500] and backlog == [0, 0] and rest[0] == 4100


def test_equals_share_alike():
    filled, *_ = allotted([600, 0, 0], [400, 800], [0, 0], [3, 3], [1, 1], [False, False])
    assert filled == [200, 400]


# Quotas


def restricted(taken, quota, grams):
    """What leaves, what went back, and what is left of each quota."""
    count = len(taken)
    held = goods(count)
    held.taken[0] = taken
    quotas = groups.Limits(covers=np.array(quota) == np.arange(len(grams))[:, None], capacity=np.array(grams, float))
    left = kernels.restrict(np.arange(count), alike(count), held, quotas)
    return held.taken[0].tolist(), held.finished[0, 0, 0], left.tolist()


def test_a_quota_cuts_all_alike():
    assert restricted([600, 400, 100], [0, 0, -1], [500]) == ([300, 200, 100], 500, [0])
    assert restricted([600, 400], [0, 0], [1500]) == ([600, 400], 0, [500])


def test_a_quota_of_nothing_stops_everything():
    assert restricted([600, 400], [0, -1], [0]) == ([0, 400], 600, [0])


# Orders, shares and waits

SHARE = (0.5, 0.3, 0.2)


def shares_of(share, usable=None, **given):
    """Three suppliers of one buyer (or as many as there are shares), who may all be asked and who deliver everything."""
    share = np.array(share, float)
    count = share.size
    said = {"barred": np.zeros(count, bool), "ready": np.ones(count), "came": np.ones(count), "proven": np.zeros(count)} | {name: np.array(value, bool if name == "barred" else float) for name, value in given.items()}
    usable = np.ones(count, bool) if usable is None else np.array(usable, bool)
    return groups.Shares(first=np.array([0, count]), share=share, usable=usable, **said)


def placed(shares, wanted=100.0, growth=0.1, restocking=0.3):
    """What one buyer that uses 100 g a month orders from each supplier."""
    order, demand = np.zeros(3), groups.Demand(ordered=np.array([[wanted]]), expected=np.array([[100.0]]))
    proof = groups.Proof(months=np.full(3, 6.0), growth=growth, restocking=restocking, forgotten=36.0, full=1.0)
    kernels.place((0, 1), links([0, 0, 0], [0, 1, 1], [0, 0, 0]), shares, order, demand, proof)
    return order.tolist()


def test_orders_are_split_by_share_among_those_that_may_be_asked():
    assert placed(shares_of(SHARE, usable=[1, 1, 0])) == pytest.approx([62.5, 37.5, 0])
    assert placed(shares_of(SHARE, usable=[0, 0, 0])) == [0, 0, 0]


def test_nothing_switches_beyond_the_qualified_volume():
    """The first delivers 20 of its 50. Of the 30 the others can take a tenth more than their shares: 3 and 2. The first itself,
    asked for no more than it sells anyway, keeps the rest."""
    assert placed(shares_of(SHARE, came=[0.4, 1, 1])) == pytest.approx([45, 33, 22])


def test_what_is_missing_goes_to_suppliers_qualified_for_it_in_proportion():
    """30 are missing, 70 are sound: 3/7 more of each, 60/7 of it again from the first, as far as all are qualified for it."""
    assert placed(shares_of(SHARE, came=[0.4, 1, 1], proven=[0, 1, 1])) == pytest.approx([200 / 7, 300 / 7, 200 / 7])


def test_the_part_of_a_banned_supplier_stays_unfilled_where_nobody_is_qualified():
    """Nothing leaves at the first: its 50 are ordered there still, but for 30 that the second is qualified for."""
    assert placed(shares_of(SHARE, came=[0, 1, 1]), growth=0.0) == pytest.approx([50, 30, 20])
    assert placed(shares_of(SHARE, came=[0, 1, 1], proven=[0, 0.8, 0]), growth=0.0) == pytest.approx([20, 60, 20])


def test_who_has_little_stock_cannot_be_counted_on_either():
    """Half of what the first sells has been coming, its stock promises 40 %: the worse counts."""
    assert placed(shares_of(SHARE, came=[0.5, 1, 1], ready=[0.4, 1, 1])) == pytest.approx([45, 33, 22])


def test_where_nobody_can_be_counted_on_all_are_asked():
    assert placed(shares_of(SHARE, came=[0, 0, 0])) == pytest.approx([50, 30, 20])
    assert placed(shares_of(SHARE, came=[0.4, 0.4, 0.4])) == pytest.approx([50, 30, 20])


def test_stocks_are_made_up_at_each_suppliers_own_share():
    """400 ordered of a use of 100: nobody's own part is capped by what it is qualified for."""
    assert placed(shares_of(SHARE), wanted=400.0) == pytest.approx([200, 120, 80])


def test_a_qualified_volume_is_a_part_of_use_and_not_of_stocks_made_up():
    """The others are qualified for all of a use of 100, a third more while stocks are made up: 130 each, of 120 and 80 ordered anyway."""
    assert placed(shares_of(SHARE, came=[0, 1, 1], proven=[0, 1, 1]), wanted=400.0, growth=0.0) == pytest.approx([140, 130, 130])


def test_volumes_are_qualified_in_the_time_it_takes_and_forgotten_unused():
    """3/7 more is wanted of each, a sixth of that is qualified in a month; a volume that is not used is forgotten over 36 months, never below the share."""
    shares = shares_of(SHARE, came=[0.4, 1, 1], proven=[0, 0, 0.8])
    placed(shares)
    assert shares.proven.tolist() == pytest.approx([0.5, 0.3 + (0.3 / 0.7 - 0.3) / 6, 0.8 - (0.8 - 0.2 / 0.7) / 36])


def test_what_left_of_what_was_ordered_is_remembered():
    """Half came of the first order; of the second more than that month's; nothing was ordered; nothing has been coming for long."""
    came = np.array([1.0, 0.7, 0.4, 0.02])
    kernels.remember(np.array([100.0, 100, 0, 100]), np.array([49.0, 150, 0, 0]), came, 3.0, 0.02)  # a gram is given for rounding
    assert came.tolist() == pytest.approx([1 - 0.5 / 3, 0.7 + 0.3 / 3, 0.4, 0.02])


def shifted(share, odds, inside, usable=None):
    """Shares after a month in which they move towards some odds."""
    shares = shares_of(share, usable)
    appeal = groups.Appeal(weight=np.ones(len(share)), utility=np.log(odds))
    kernels.shift_shares(shares, appeal, np.array(inside), groups.Pace(away=14.0, back=7.0))
    return shares.share.tolist()


def test_shares_move_slowly_away_from_and_fast_back_to_china():
    assert shifted([0.5, 0.5], [1.0, 3.0], [True, False]) == pytest.approx([0.5 - 0.25 / 14, 0.5 + 0.25 / 14])
    assert shifted([0.5, 0.5], [3.0, 1.0], [True, False]) == pytest.approx([0.5 + 0.25 / 7, 0.5 - 0.25 / 7])


def test_shares_keep_their_sum_even_where_it_is_not_one():
    assert sum(shifted([0.3, 0.2], [1.0, 3.0], [True, False])) == pytest.approx(0.5)


def test_who_loses_share_loses_only_what_others_gain_in_proportion():
    """Wanted 0.2, 0.3 and 0.5: the last gains 0.3/14, which the others lose two to one. One that may not be asked loses no faster."""
    assert shifted([0.4, 0.4, 0.2], [2.0, 3.0, 5.0], [True, True, False]) == pytest.approx([0.4 - 0.2 / 14, 0.4 - 0.1 / 14, 0.2 + 0.3 / 14])
    assert shifted([0.5, 0.25, 0.25], [9.0, 1.0, 1.0], [True, True, False], [0, 1, 1]) == pytest.approx([0.5 - 0.25 / 7 - 0.25 / 14, 0.25 + 0.25 / 7, 0.25 + 0.25 / 14])
    assert shifted([0.5, 0.5], [1.0, 1.0], [True, False], [0, 0]) == [0.5, 0.5]


def test_a_normal_supply_line_covers_transport_and_holds_no_paper():
    coming = groups.Coming(pipe=np.array([10.0, 7.0]), backlog=np.array([0.0, 3.0]))
    line, reach = np.full((1, 2), 9.0), np.full((1, 2), 9.0)
    kernels.supply_line(alike(2), shares_of([0.75, 0.25]), coming, np.array([3, 1]), line, reach)
    assert line.tolist() == [[20, 0]] and reach.tolist() == [[0.75 * (3 - 1), 0]]


def test_a_seller_short_of_stock_is_less_ready_and_one_without_a_target_goes_by_its_record():
    """Twice the normal stock makes nobody readier than its record; half of it counts by its root, less than half as half."""
    ready = np.zeros(4)
    shelves = groups.Shelves(shelf=np.array([[400.0, 25.0, 64.0, 0.0]]), sales=np.array([[100.0, 100.0, 100.0, 50.0]]), stockhold=np.array([[2.0, 1.0, 1.0, 0.0]]))
    kernels.readiness(np.arange(4), np.array([0.5, 1.0, 1.0, 0.8]), shelves, groups.Thin(floor=0.5, power=0.5), ready)
    assert ready.tolist() == pytest.approx([0.5, 0.5**0.5, 0.8, 0.8])


def watched(order, flow, queued, trust, wait, from_china):
    """After a month's deliveries to one buyer: trust, wait, and what it usually buys in China and what of it came."""
    order, flow, queued, trust, wait, from_china = (np.array(each, float) for each in (order, flow, queued, trust, wait, from_china))
    count = order.size
    usual = groups.Usual(share=np.full(count, 1 / count), expected=np.full((1, 1), 100.0 * count))
    lessons, patience = groups.Lessons(full=0.95, gain=0.05, loss=0.25), groups.Patience(newest=0.5, trickle=0.05, longest=4.0)
    kernels.watch(alike(count), usual, groups.Month(order=order, flow=flow, queued=queued), groups.Opinion(trust=trust, wait=wait), lessons, patience)
    bought, shipped = kernels.receive(np.flatnonzero(from_china), alike(count), usual, flow)
    return trust.tolist(), wait.tolist(), bought[0], shipped[0]


def test_the_perceived_wait_follows_queue_over_shipments():
    """Three months; 900 over a twentieth of the usual 100, at most 4; hardly anything waits any more; nothing ever did."""
    _, wait, *_ = watched([100] * 4, [100, 0, 50, 50], [300, 900, 0, 0], [1] * 4, [0, 2, 1, 0], [1] * 4)
    assert wait == [1.5, 3.0, 0.5, 0.0]


def test_trust_follows_deliveries_and_fill_counts_china_only():
    trust, _, bought, shipped = watched([100, 100, 0], [100, 49, 0], [0, 0, 0], [0.8, 0.8, 0.8], [0, 0, 0], [1, 1, 0])
    assert trust == pytest.approx([0.81, 0.8 * (1 - 0.25 * 0.5), 0.81])  # a gram is given for rounding
    assert (bought, shipped) == (pytest.approx(200), 149)


def test_qualification_takes_its_time():
    """Of six: sampled for fear, not enough fear, nothing to spare, sampled for lack; and two under way, one of them done, for a first volume."""
    status, clock, rows = np.array([0, 0, 0, 0, 1, 1]), np.array([0.0, 0, 0, 0, 2, 1]), np.arange(6)
    who = links([0] * 6, seller=[0, 0, 1, 0, 0, 0], buyer=[0, 1, 0, 1, 0, 0])
    candidates = groups.Candidates(status=status, clock=clock, months=np.full(6, 6.0), outside=np.array([1.0, 1, 1, 0, 1, 1]))
    motives, proven = groups.Motives(fear=np.array([0.9, 0.1]), lack=np.array([[0.0, 0.8]]), lost=np.zeros((1, 2)), rate=0.2, first=0.05), np.zeros(6)
    done = kernels.qualify(rows, np.full(6, 0.1), who, candidates, motives, np.array([[True, False]]), proven)
    assert (done, status.tolist(), clock.tolist()) == (1, [1, 0, 0, 1, 1, 2], [6, 0, 0, 6, 1, 0])
    assert proven.tolist() == [0, 0, 0, 0, 0, 0.05]


def test_want_is_the_share_of_orders_left_unfilled():
    shares = shares_of([0.75, 0.25, 1.0])._replace(first=np.array([0, 2, 3]))
    lack = np.full((1, 3), 9.0)
    kernels.want(links([0] * 3, [0] * 3, buyer=[0, 0, 1]), shares, np.array([0.4, 1.0, 1.0]), lack)
    assert lack[0].tolist() == pytest.approx([0.45, 0.0, 0.0])


def test_goods_arrive_when_due_and_are_counted():
    transit = np.zeros((3, 3, 2))
    transit[1, 0], transit[2, 0] = [5.0, 7.0], [11.0, 13.0]
    held, pipe = goods(2, transit=transit), np.zeros(2)
    moved = kernels.arrive(alike(2), held, 1, pipe)
    assert moved.tolist() == [12, 0, 0] and held.inputs[0, 0, 0] == 12 and pipe.tolist() == [11, 13]


def test_the_gravest_threat_and_the_least_openness_count():
    severity, openness = np.array([0.9, 0.1, 0.2]), np.array([0.5, 1.0])
    kernels.announce(np.array([0, 1]), 0.4, severity, np.array([0, 1]), 0.8, openness)
    assert severity.tolist() == [0.9, 0.4, 0.2] and openness.tolist() == [0.5, 0.8]


def test_exports_and_queues_are_tallied_in_tonnes_and_waits_by_use():
    """Three relations, of which the last two are exports of good 1 to two places; a gram weighs 2 and 4 here."""
    sent = groups.Exports(rows=np.array([1, 2]), cell=np.array([2, 3]), weight=np.array([2.0, 4.0]))
    month = groups.Month(order=np.zeros(3), flow=np.array([7.0, 10.0, 5.0]), queued=np.array([9.0, 3.0, 2.0]))
    usual, wait = groups.Usual(share=np.array([1.0, 0.75, 0.25]), expected=np.array([[9.0], [100.0]])), np.array([4.0, 1.0, 3.0])
    exports, waiting, months = kernels.tally(sent, 2, links([0, 1, 1], [0] * 3, [0] * 3, lead=LEAD[:2]), usual, month, wait)
    assert exports.tolist() == [[0.0, 0.0], [20.0, 20.0]] and waiting.tolist() == [0.0, 14.0]
    assert months.tolist() == [0.0, 0.75 * 1 + 0.25 * 3]


def test_orders_go_to_qualified_sellers_that_operate():
    seller, status = np.array([0, 0, 0, 1]), np.array([2, 1, 0, 2])
    usable = np.zeros(4, bool)
    kernels.admit(seller, np.array([10.0, 0.0]), status, np.zeros(4, bool), usable)
    assert usable.tolist() == [True, False, False, False]
    kernels.admit(seller, np.array([10.0, 10.0]), status, np.array([True, False, False, False]), usable)
    assert usable.tolist() == [False, False, False, True]


def test_what_is_barred_is_ordered_from_others_as_far_as_they_are_qualified_and_else_not_at_all():
    """Half is barred. The second, qualified for 0.3, takes up to 0.33 of its 0.18 more that would be its part; the third likewise up to 0.22."""
    assert placed(shares_of(SHARE, usable=[False, True, True], barred=[True, False, False])) == pytest.approx([0.0, 33.0, 22.0])
    assert placed(shares_of(SHARE, usable=[False, True, True], barred=[True, False, False], proven=[0.5, 0.9, 0.0])) == pytest.approx([0.0, 60.0, 22.0])
    assert placed(shares_of(SHARE, usable=[False, False, False], barred=[True, False, False])) == [0.0, 0.0, 0.0]


def test_orders_lost_to_a_rule_of_origin_are_a_reason_to_sample():
    """Nothing feared and nothing short: of two the one whose buyer loses four fifths of its orders, at a rate of 0.2, by a number of 0.1."""
    status, clock = np.array([0, 0]), np.zeros(2)
    candidates = groups.Candidates(status=status, clock=clock, months=np.full(2, 6.0), outside=np.array([1.0, 0.0]))
    motives = groups.Motives(fear=np.zeros(2), lack=np.zeros((1, 2)), lost=np.array([[0.4, 0.8]]), rate=0.2, first=0.05)
    kernels.qualify(np.arange(2), np.full(2, 0.1), links([0] * 2, seller=[0, 0], buyer=[0, 1]), candidates, motives, np.ones((1, 2), bool), np.zeros(2))
    assert status.tolist() == [0, 1]


def test_swarf_is_shared_out_in_whole_grams_and_the_rest_discarded():
    swarf, transit, flow = np.array([[101.0, 0.0], [7.0, 0.0], [3.0, 0.0]]), np.zeros((2, 3, 3)), np.full(3, 9.0)
    takers = groups.Takers(rows=np.array([0, 2]), part=np.array([0.5, 0.25]), loose=np.zeros(2))
    gone, left = kernels.collect(0, takers, alike(3), goods(3, finished=swarf[None], transit=transit), np.array([0, 0, 1]), flow)
    assert flow.tolist() == [50, 9, 25] and swarf.sum() == 0
    assert transit[0, :, 0].tolist() == [50, 3, 1] and transit[1, :, 2].tolist() == [25, 1, 0] and transit.sum() == 80
    assert gone.tolist() == [75, 4, 1] and left.tolist() == [26, 3, 2]


def test_plants_fall_due_in_equal_steps_after_their_lag_until_the_last_month():
    due = np.ones((6, 3))
    kernels.build(np.array([90.0, 60.0, 30.0]), np.array([1.0, 3, 0]), 1, 3.0, 0.0, due)
    assert due.T.tolist() == [pytest.approx([1, 1, 31, 31, 31, 1]), pytest.approx([1, 1, 1, 1, 21, 21]), [1] * 6]


@pytest.mark.parametrize("steepness", [0.0, 2.0, 6.0, 50.0])
@pytest.mark.parametrize(("start", "ramp"), [(1.0, 12.0), (2.7, 12.5), (0.3, 1.0), (4.0, 0.5)])
def test_all_of_an_amount_falls_due_over_its_ramp(start, ramp, steepness):
    due = np.zeros(30)
    kernels.come_up(1200.0, start, ramp, steepness, due)
    assert due.sum() == pytest.approx(1200.0) and (due >= 0).all() and not due[: int(start)].any() and not due[int(np.ceil(start + ramp)) :].any()


def test_stocks_are_surveyed_by_kind_and_output_by_firm():
    inputs, finished = np.zeros((2, 3, 3)), np.zeros((2, 3, 3))
    inputs[0, 0], inputs[1, 1], finished[0, 0], inputs[0, 2] = [1, 2, 4], [8, 16, 32], [64, 0, 0], [500, 500, 500]
    kind, output, counts = np.array([0, 1, 1]), np.array([[5.0, 6, 7], [1, 2, 3]]), np.array([[1.0, 0, 0], [1, 1, 0]])
    held, made = kernels.survey(goods(0, inputs=inputs, finished=finished), np.array([0, 1]), kind, 2, output, counts)
    assert held.tolist() == [[65, 8], [6, 48]] and made.tolist() == [6, 2, 0]


def test_orders_at_the_ceiling_and_the_longest_waits_are_counted():
    ordered, expected = np.array([[300.0, 10.0, 0.0]]), np.array([[100.0, 100.0, 0.0]])
    assert kernels.count_bound(ordered, expected, 3.0, np.array([0, 2]), np.array([9.0, 9.0, 1.0]), 8.99) == (1, 2, 1)


# Prices

ONE = np.array([1])
"""The one good quoted, of two."""


def pair(value):
    return np.array([np.nan, value])


@pytest.mark.parametrize(("imports", "landed", "came"), [(200.0, 50.0, 0.25), (200.0, 300.0, 1.0), (0.5, 0.0, 1.0)])
def test_trade_seems_as_open_as_announced_and_as_it_ships(imports, landed, came):
    active, seeming = np.array([0.5]), np.array([0.6])
    seen, memory = groups.Imports(needed=pair(imports), landed=pair(landed), announced=pair(0.4)), groups.Memory(activity=0.2, openness=0.3, experience=0.25)
    openness = kernels.perceive(ONE, seen, groups.Openness(active=active, open=seeming), memory)
    assert active.tolist() == [pytest.approx(0.5 + 0.2 * (came - 0.5))]
    assert seeming.tolist() == [pytest.approx(0.6 + 0.3 * (0.25 * came + 0.75 * 0.4 - 0.6))]
    assert openness.tolist() == [min(seeming[0], 0.4)]


def scarce(stock):
    """Cover and squeeze of a good of which 200 are wanted and 100 used a month, half of that coming in; whether each is bound."""
    supply = groups.Supply(stock=pair(stock), inflow=np.array([50.0]), target=pair(200.0), use=pair(100.0))
    near = groups.Squeeze(threshold=0.5, power=0.5, most=4.0)
    cover, tight, *bound = kernels.scarcity(ONE, supply, groups.Cover(horizon=2.0, floor=0.3, ceiling=4.0), near)
    return cover[0], tight[0], bound


def test_scarcity_is_forward_cover_and_squeeze_within_bounds():
    assert scarce(300.0) == (1.0, 1.0, [0, 0])
    assert scarce(50.0) == (pytest.approx(150 / 400), pytest.approx(2**0.5), [0, 0])
    assert scarce(10.0) == (0.3, 2.0, [1, 1])
    assert scarce(5000.0) == (4.0, 1.0, [1, 0])


@pytest.mark.parametrize(("target", "move", "bound"), [(200.0, 0.5 * np.log(2) + 0.02, 0), (1.0, 0.5 * np.log(0.6) + 0.02, 0), (1e4, 0.9, 1)])
def test_a_price_steps_towards_its_target_but_never_aims_below_the_floor(target, move, bound):
    price, momentum = pair(100.0), np.array([0.1])
    motion, stride = groups.Motion(speed=np.array([0.5]), momentum=momentum, drift=np.array([0.2])), groups.Stride(memory=0.3, fall=0.35, rise=0.9)
    assert kernels.step(ONE, price, groups.Aim(target=np.array([target]), least=pair(60.0)), motion, stride) == bound
    assert price[1] == pytest.approx(100 * np.exp(move)) and momentum[0] == pytest.approx(0.1 + 0.3 * (move - 0.1))


def test_little_is_bought_at_the_ask_while_trade_flows_and_all_of_it_when_it_stops():
    def realised(least, arriving, power):
        paid = pair(0.0)
        ask = groups.Ask(weight=np.array([least]), active=np.array([arriving]), power=power)
        kernels.realise(ONE, groups.Quotes(parity=pair(50.0), asked=pair(200.0)), ask, paid)
        return pytest.approx(paid[1])

    assert realised(0.25, 1.0, 2.0) == 50**0.75 * 200**0.25
    assert realised(0.25, 0.0, 2.0) == 200
    assert realised(0.2, 0.5, 3.0) == 50**0.7 * 200**0.3  # 0.2 and an eighth of the other 0.8


def test_an_offer_comes_to_its_quote_what_is_added_freight_and_duty():
    """Two quotes, and two markets; both relations of one buyer and good."""
    carriage = groups.Carriage(added=np.array([8.0, 0.0]), asked=np.ones(2), freight=np.array([2.0, 0.5]), tariff=np.array([0.25, 0.5]), quote=np.array([0, 1]), place=np.array([1, 0]))
    arrivals = groups.Arrivals(price=np.zeros(2), landed=np.zeros(2), duty=np.array([9.0, 9.0]))
    kernels.land(carriage, groups.Moves(offered=np.array([30.0, 20.0]), paid=np.array([25.0, 40.0])), np.array([0.75, 0.25]), np.array([1, 1]), arrivals)
    assert arrivals.price.tolist() == [40.0, 25.0]
    assert arrivals.landed.tolist() == [40.0 * 1.25, 20.5 * 1.5]
    assert arrivals.duty.tolist() == [0.0, 0.75 * 0.25 + 0.25 * 0.5]


def test_end_users_pay_the_price_of_their_market_and_duty():
    paid = np.zeros((2, 2))
    kernels.pay(np.array([[2.0, 3.0], [1.0, 1.5]]), np.array([-1, 0]), np.array([0.0, 0.1, 0.0, 0.5]), paid)
    assert paid.tolist() == [[1.0, pytest.approx(2.2)], [1.5, 4.5]]


# Holders of stocks


def served(expected, cover=0.0, priority=1.0):
    """Two users of one good, at the end of two relations of one holder (firm 2)."""
    return groups.Served(np.array([[*expected, 0.0]]), np.full((1, 3), cover), np.broadcast_to(np.asarray(priority, float), 2).copy())


TO_TWO = links([0, 0], [2, 2], [0, 1], lead=np.zeros(1, np.int64))


@pytest.mark.parametrize(("leaving", "lack"), [(False, [100.0, 130.0]), (True, [80.0, 130.0])])
def test_who_lacks_a_months_use_and_part_of_its_cover_beside_what_it_has_and_what_comes(leaving, lack):
    """A month of 200 and a quarter of two months' cover make 300: the first has 50, 150 under way and 20 leaving for it; the second 170 of its 300."""
    stocks = groups.Goods(np.array([[[50.0, 170.0, 900.0]]]), np.zeros((1, 1, 3)), np.array([[20.0, 0.0]]), np.zeros((1, 1, 2)))
    found = kernels.lack(TO_TWO, stocks, served([200.0, 200.0], cover=2.0), np.array([150.0, 0.0]), leaving, 0.25)
    assert found.tolist() == [[*lack, 0.0]]


@pytest.mark.parametrize(
    ("most", "priority", "forced", "sent"),
    [
        (40.0, (1.0, 1.0), False, [10.0, 30.0]),  # by lack
        (40.0, (3.0, 1.0), False, [20.0, 20.0]),  # by priority and lack: 3*20 to 60
        (500.0, (3.0, 1.0), False, [20.0, 60.0]),  # no more than they lack
        (120.0, (1.0, 1.0), True, [50.0, 70.0]),  # what must go beyond that by use: 40 as 3 to 1
    ],
)
def test_a_holder_shares_by_priority_and_lack_and_what_must_go_by_use(most, priority, forced, sent):
    found = kernels.share_among(np.array([0, 1]), TO_TWO, served([30.0, 10.0], priority=priority), np.array([[20.0, 60.0, 0.0]]), most, forced)
    assert found.tolist() == sent


def test_whoever_is_sent_goods_lacks_so_much_less_and_other_elements_go_along():
    """Of 100 g of the leading element and 11 of another, 30 and 20 are sent: of the other 3 and 2 in whole grams. The second lacked less than it gets."""
    stock = groups.Goods(np.array([[[0.0, 0.0, 100.0], [0.0, 0.0, 11.0]]]), np.zeros((1, 2, 3)), np.zeros((2, 2)), np.zeros((1, 2, 2)))
    lack = np.array([[50.0, 15.0, 0.0]])
    moved = kernels.send(np.array([0, 1]), np.array([30.0, 20.0]), TO_TWO, stock, lack)
    assert (moved.tolist(), lack.tolist()) == ([50.0, 5.0], [[20.0, 0.0, 0.0]])
    assert stock.inputs[0, :, 2].tolist() == [50.0, 6.0] and stock.taken.tolist() == [[30.0, 20.0], [3.0, 2.0]]


# Where goods come from


def test_shipments_mix_into_what_buyers_have_and_makers_pass_on_what_their_inputs_are_worth():
    """The first buyer has 100 g, three tenths Chinese, and gets 100 g of a holder that keeps half Chinese goods: (30 + 50)/200. Its product costs 4 USD of that input and fetches 8: a fifth of it."""
    two = links([0, 0], [2, 2], [0, 1], lead=np.zeros(1, np.int64))
    shares = groups.Origin(np.array([[0.3, 0.0, 0.5]]), np.zeros(3), np.array([False, False, True]))
    kernels.mix(two, np.array([100.0, 0.0]), np.array([[100.0, 0.0, 0.0]]), shares)
    assert shares.held[0].tolist() == pytest.approx([0.4, 0.0, 0.5]) and kernels.origins(np.array([0]), two, shares).tolist() == [0.5]
    recipe = groups.Recipe(np.ones((1, 3)), np.array([[2.0, 0.0, 0.0]]), np.zeros(3), np.zeros(3, bool))
    kernels.pass_on_origin(recipe, np.array([[2.0]]), np.zeros(3, np.int64), np.array([8.0, 0.0, 0.0]), np.zeros((1, 3)), np.array([0.0, 1.0, 0.0]), shares)
    assert shares.sold.tolist() == pytest.approx([0.2, 1.0, 0.0])
