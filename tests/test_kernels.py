"""The loops over relations against worlds of a few relations worked out by hand."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest

from model import kernels
from model.kernels import groups

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
    sizes = {
        "inputs": (9, 3, 1), "finished": (9, 3, 1), "taken": (3, count), "queue": (3, count, AGES), "released": (3, count), "transit": (1, 3, count),
    }  # fmt: skip
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


class Office:
    """A licence office over some relations of one seller of one good; by default it approves nothing and denies nothing."""

    def __init__(self, count=1, **terms):
        self.count, self.months = count, 0
        self.goods = goods(count)
        self.queue, self.finished = self.goods.queue, self.goods.finished
        terms = {"controlled": 1.0, "least_months": 0, "approval": 0.0, "denial": 0.0, "capacity": np.inf, "lapse": 0.15} | terms
        self.terms = groups.Terms(**{name: np.full(count, terms[name]) for name in groups.Terms._fields})
        self.limits, self.lapse = groups.Limits(covers=np.ones((1, count), bool), capacity=np.array([terms["capacity"]])), terms["lapse"]
        self.back, self.entered, self.left = np.zeros(3), np.zeros(3), np.zeros(3)

    def month(self, *grams):
        """One month's allotments, grams of the leading element a relation; returns what leaves."""
        self.goods.taken[0] = grams
        passed, self.bound = kernels.clear(np.arange(self.count), alike(self.count), self.goods, self.terms, self.limits, self.lapse)
        self.entered, self.back, self.left = self.entered + passed.entered, self.back + passed.back, self.left + passed.left
        return self.goods.released[0].tolist()


def test_applications_wait_two_months_and_the_oldest_lapse():
    office = Office(controlled=0.8, least_months=2, approval=0.5)
    left = [office.month(1000.0)[0] for _ in range(6)]
    # 200 of 1000 need no licence. Month 2: half of 800. Month 3: half of 800 and of the 400 left over. Month 4: of those 200 now
    # three months old 30 lapse (15 %), half of 170, 400 and 800. Month 5: of 200 and 85, 42.75 would lapse, 42 do; half of 243.
    assert left == [200, 200, 200 + 400, 200 + 400 + 200, 200 + 400 + 200 + 85, 200 + 400 + 200 + 121]
    assert office.queue[0, 0].tolist() == [800, 800, 400, 200, 122]
    assert office.finished[0, 0, 0] == office.back[0] == 30 + 42
    assert office.entered[0] == 6 * 800 == office.left[0] + office.back[0] + office.queue.sum()


def test_an_office_at_capacity_scales_all_approvals_alike():
    office = Office(count=2, approval=0.5, capacity=1000.0)
    assert office.month(1000.0, 3000.0) == [250, 750]  # 500 and 1500 would be approved; the office manages half of that
    assert office.bound == (1.0, 1.0)
    office = Office(count=2, approval=0.5, capacity=2000.0)
    assert office.month(1000.0, 3000.0) == [500, 1500]
    assert office.bound == (0.0, 1.0)


def test_what_is_not_yet_eligible_takes_up_no_capacity():
    office = Office(least_months=1, approval=0.5, capacity=500.0)
    assert [office.month(1000.0)[0] for _ in range(2)] == [0, 500]
    assert office.bound == (0.0, 1.0)


def test_the_denied_goes_back_to_the_seller():
    office = Office(approval=0.3, denial=0.2)
    assert office.month(1000.0) == [300]
    assert office.queue[0, 0, 0] == 500 and office.finished[0, 0, 0] == 200


def test_no_more_is_denied_than_is_left():
    office = Office(approval=0.9, denial=0.2)
    assert office.month(1000.0) == [900]
    assert office.queue.sum() == 0 and office.finished[0, 0, 0] == 100


def test_when_the_licence_ends_the_queue_flows():
    office = Office(approval=0.0)
    for _ in range(3):
        office.month(1000.0)
    office.terms.controlled[:], office.terms.approval[:] = 0.0, 1.0  # neutral levers
    office.limits = groups.Limits(covers=np.zeros((0, 1), bool), capacity=np.zeros(0))
    assert office.month(1000.0) == [4000] and office.queue.sum() == 0


def test_several_elements_wait_together():
    office = Office(controlled=0.5, approval=0.5)
    office.goods.taken[:, 0] = [1000.0, 51.0, 11.0]
    kernels.clear(np.arange(1), alike(1), office.goods, office.terms, office.limits, office.lapse)
    assert office.goods.released[:, 0].tolist() == [500 + 250, 26 + 12, 6 + 2]
    assert office.queue[:, 0, 0].tolist() == [250, 13, 3]


# Allocation


def allotted(stock, orders, backlog, rank, priority, contract):
    """One seller of one good: (grams filled by relation, backlog after, grams handed over by element, stock left)."""
    count = len(orders)
    held = goods(count)
    held.finished[0, :, 0] = stock
    sellers = groups.Sellers(rows=np.arange(count), first=np.array([0, count]))
    standing = groups.Standing(contract=np.array(contract), rank=np.array(rank), priority=np.array(priority, float))
    book = groups.Orders(order=np.array(orders, float), backlog=np.array(backlog, float), filled=np.zeros(count), record=np.ones(count))
    kernels.allocate(alike(count), held, sellers, standing, book, 0.15)
    assert (held.taken.sum(axis=1) + held.finished[0, :, 0] == stock).all()
    return book.filled.tolist(), book.backlog.tolist(), held.taken, held.finished[0, :, 0]


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


# Bans and quotas


def restricted(released, banned, quota, grams):
    """What leaves, and what went back."""
    count = len(released)
    held = goods(count)
    held.released[0] = released
    quotas = groups.Limits(covers=np.array(quota) == np.arange(len(grams))[:, None], capacity=np.array(grams, float))
    left = kernels.restrict(np.arange(count), alike(count), held, np.array(banned, float), quotas)
    return held.released[0].tolist(), held.finished[0, 0, 0], left.tolist()


def test_a_ban_stops_its_share():
    assert restricted([1000, 1000], [0.3, 1.0], [-1, -1], []) == ([700, 0], 1300, [])


def test_a_quota_cuts_all_alike():
    assert restricted([600, 400, 100], [0, 0, 0], [0, 0, -1], [500]) == ([300, 200, 100], 500, [0])
    assert restricted([600, 400], [0, 0], [0, 0], [1500]) == ([600, 400], 0, [500])


# Orders, shares and waits


def placed(share, ready=(1.0, 1.0, 1.0), fill=(1.0, 1.0, 1.0), filled=(0.0, 0.0, 0.0), backlog=(0.0, 0.0, 0.0), usable=(1, 1, 1)):
    """What one buyer of 100 g orders from three suppliers, the last two of one seller; asked of the two sellers, 7 before."""
    demand = groups.Demand(ordered=np.array([[100.0, 0.0]]), demanded=np.array([[7.0, 0.0]]))
    share, ready, fill, filled, backlog = (np.array(each, float) for each in (share, ready, fill, filled, backlog))
    shares = groups.Shares(first=np.array([0, 3]), share=share, usable=np.array(usable, bool), ready=ready)
    book = groups.Orders(order=np.zeros(3), backlog=backlog, filled=filled, record=fill)
    kernels.place((0, 1), links([0, 0, 0], [0, 1, 1], [0, 0, 0]), shares, book, groups.Trial(full=0.95, growth=0.1, least=0.05), demand)
    assert demand.demanded[0].tolist() == pytest.approx([7 + book.order[0], book.order[1] + book.order[2]])
    return pytest.approx(book.order.tolist())


def test_orders_are_split_by_share_and_availability():
    assert placed([0.5, 0.3, 0.2], [1.0, 0.5, 1.0], usable=[1, 1, 0]) == [100 * 0.5 / 0.65, 100 * 0.15 / 0.65, 0]


def test_what_a_supplier_cannot_deliver_is_ordered_from_those_who_can():
    """The first delivered 20 of what was ordered: it is asked for 22; the others share the rest by what they share anyway."""
    assert placed([0.5, 0.3, 0.2], fill=[0.4, 1, 1], filled=[20, 0, 0]) == [22, 78 * 0.6, 78 * 0.4]


def test_a_backlog_counts_as_asked_and_a_little_is_tried_in_any_case():
    assert placed([0.5, 0.3, 0.2], fill=[0.4, 1, 1], filled=[20, 0, 0], backlog=[12, 0, 0]) == [10, 54, 36]
    assert placed([0.5, 0.3, 0.2], fill=[0.4, 1, 1], filled=[20, 0, 0], backlog=[40, 0, 0]) == [2.5, 97.5 * 0.6, 97.5 * 0.4]
    assert placed([0.5, 0.3, 0.2], fill=[0.0, 1, 1]) == [2.5, 97.5 * 0.6, 97.5 * 0.4]


def test_where_nobody_delivers_in_full_all_are_asked():
    assert placed([0.5, 0.3, 0.2], fill=[0.4, 0.5, 0.6], filled=[20, 10, 10]) == [50, 30, 20]


def test_shares_move_slowly_away_from_and_fast_back_to_china():
    share = np.array([0.5, 0.5])
    shares = groups.Shares(first=np.array([0, 2]), share=share, usable=np.ones(2, bool), ready=np.ones(2))
    kernels.shift_shares(shares, groups.Appeal(weight=np.ones(2), utility=np.log([1.0, 3.0])), np.array([True, False]), groups.Pace(away=14.0, back=7.0))
    moved = np.array([0.5 - 0.25 / 7, 0.5 + 0.25 / 14])  # wanted: a quarter and three quarters
    assert share.tolist() == pytest.approx((moved / moved.sum()).tolist())


def test_a_normal_supply_line_covers_transport_and_the_wait():
    shares = groups.Shares(first=np.array([0, 2]), share=np.array([0.75, 0.25]), usable=np.ones(2, bool), ready=np.ones(2))
    coming = groups.Coming(queued=np.array([20.0, 0.0]), pipe=np.array([10.0, 7.0]), backlog=np.array([0.0, 3.0]))
    line, reach = np.full((1, 2), 9.0), np.full((1, 2), 9.0)
    kernels.supply_line(alike(2), shares, coming, groups.Delay(lag=np.array([2, 1]), wait=np.array([2.0, 0.0])), line, reach)
    assert line.tolist() == [[40, 0]] and reach.tolist() == [[0.75 * (2 - 1 + 2), 0]]


def test_a_seller_with_twice_its_normal_stock_is_readier_and_one_without_a_target_goes_by_its_record():
    ready = np.zeros(3)
    shelves = groups.Shelves(shelf=np.array([[400.0, 25.0, 0.0]]), sales=np.array([[100.0, 100.0, 50.0]]), stockhold=np.array([[2.0, 1.0, 0.0]]))
    kernels.readiness(np.array([0, 1, 2]), np.array([0.5, 1.0, 0.8]), shelves, groups.Range(floor=0.5, ceiling=2.0, power=0.5), ready)
    assert ready.tolist() == [0.5 * 2**0.5, 0.5**0.5, 0.8]


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
    """Of five: sampled for fear, not enough fear, nothing to spare, sampled for lack; and two under way, one of them done."""
    status, clock, rows = np.array([0, 0, 0, 0, 1, 1]), np.array([0.0, 0, 0, 0, 2, 1]), np.arange(6)
    who = links([0] * 6, seller=[0, 0, 1, 0, 0, 0], buyer=[0, 1, 0, 1, 0, 0])
    candidates = groups.Candidates(status=status, clock=clock, months=np.full(6, 6.0), outside=np.array([1.0, 1, 1, 0, 1, 1]))
    motives = groups.Motives(fear=np.array([0.9, 0.1]), lack=np.array([[0.0, 0.8]]), rate=0.2)
    done = kernels.qualify(rows, np.full(6, 0.1), who, candidates, motives, np.array([[True, False]]))
    assert (done, status.tolist(), clock.tolist()) == (1, [1, 0, 0, 1, 1, 2], [6, 0, 0, 6, 1, 0])


def test_want_is_the_share_of_orders_left_unfilled():
    shares = groups.Shares(first=np.array([0, 2, 3]), share=np.array([0.75, 0.25, 1.0]), usable=np.ones(3, bool), ready=np.ones(3))
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


def test_goods_go_through_the_office_when_controlled_or_already_waiting():
    rows = kernels.under_licence(np.array([0.0, 0.5, 0.5, 0.0]), np.array([9.0, 9.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.0, 3.0]))
    assert rows.tolist() == [1, 3]


def test_orders_go_to_qualified_sellers_that_operate_and_are_not_banned():
    seller, status, banned = np.array([0, 0, 0, 1]), np.array([2, 1, 2, 2]), np.array([0.5, 0.0, 1.0, 0.0])
    usable = np.zeros(4, bool)
    kernels.admit(seller, np.array([10.0, 0.0]), status, banned, usable)
    assert usable.tolist() == [True, False, False, False]


def test_swarf_is_shared_out_in_whole_grams_and_the_rest_discarded():
    swarf, transit, flow = np.array([[101.0, 0.0], [7.0, 0.0], [3.0, 0.0]]), np.zeros((2, 3, 3)), np.full(3, 9.0)
    takers = groups.Takers(rows=np.array([0, 2]), part=np.array([0.5, 0.25]))
    gone, left = kernels.collect(0, takers, alike(3), goods(3, finished=swarf[None], transit=transit), np.array([0, 0, 1]), flow)
    assert flow.tolist() == [50, 9, 25] and swarf.sum() == 0
    assert transit[0, :, 0].tolist() == [50, 3, 1] and transit[1, :, 2].tolist() == [25, 1, 0] and transit.sum() == 80
    assert gone.tolist() == [75, 4, 1] and left.tolist() == [26, 3, 2]


def test_plants_fall_due_in_equal_steps_after_their_lag_until_the_last_month():
    due = np.ones((6, 3))
    kernels.build(np.array([90.0, 60.0, 30.0]), np.array([1, 3, 0]), 1, 3, due)
    assert due.T.tolist() == [[1, 1, 31, 31, 31, 1], [1, 1, 1, 1, 21, 21], [1] * 6]


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
    carriage = groups.Carriage(added=np.array([8.0, 0.0]), freight=np.array([2.0, 0.5]), tariff=np.array([0.25, 0.5]), quote=np.array([0, 1]), place=np.array([1, 0]))
    arrivals = groups.Arrivals(price=np.zeros(2), landed=np.zeros(2), duty=np.array([9.0, 9.0]))
    kernels.land(carriage, groups.Moves(offered=np.array([30.0, 20.0]), paid=np.array([25.0, 40.0])), np.array([0.75, 0.25]), np.array([1, 1]), arrivals)
    assert arrivals.price.tolist() == [40.0, 25.0]
    assert arrivals.landed.tolist() == [40.0 * 1.25, 20.5 * 1.5]
    assert arrivals.duty.tolist() == [0.0, 0.75 * 0.25 + 0.25 * 0.5]


def test_end_users_pay_the_price_of_their_market_and_duty():
    paid = np.zeros((2, 2))
    kernels.pay(np.array([[2.0, 3.0], [1.0, 1.5]]), np.array([-1, 0]), np.array([0.0, 0.1, 0.0, 0.5]), paid)
    assert paid.tolist() == [[1.0, pytest.approx(2.2)], [1.5, 4.5]]
