"""Contracts are ordered and served before spot, end and are renewed; home comes first as far as first refusal goes; what cannot be is refused in a line."""

import numpy as np
import pandas as pd
import pytest
from hands import HANAU, still
from vocabulary import WORLD
from worlds import ABROAD, EU_CARS, US_CARS, chain_links, filtered, firm

from model import InputError, Scenario, TradeModel, kernels, schema
from model.kernels import groups
from model.kernels.tiers import serve
from model.rules.sourcing import long_term_share, renewal
from model.start.relations import DOMESTIC, OPEN, RATED
from model.trade import QUALIFIED, SAMPLED
from model.world import World, build
from model.world.workshop import main

COLUMNS = list(schema.TABLES["contracts"].columns)
USUAL = {
    "seller": HANAU, "buyer": EU_CARS, "good": "NdFeB magnet", "via": "", "share_of_output": np.nan, "t_per_year": 300.0, "from": "2024-04", "to": "2024-09",
    "renews": 0, "binding": "binding", "price_formula": "china_index", "customer": "somebody", "source": "test", "confidence": "assumption",
}  # fmt: skip
"""A contract of a magnet maker that sells 1,200 t a year, 400 t of them to each of three users."""


def world(*contracts, preference=(), users=(EU_CARS, US_CARS, "defence_aerospace@USA")):
    """The chain abroad, with no contract of the base year but some contracts, each the usual one but for what is given, and rows of home preference: (country, first refusal, premium)."""
    table = pd.DataFrame([USUAL | given for given in contracts], columns=COLUMNS) if contracts else WORLD.tables["contracts"][:0]
    home = [{"country": country, "good": "NdFeB magnet", "first_refusal": share, "premium_pct": premium} for country, share, premium in preference]
    links = tuple((*ends, tonnes, 0) for *ends, tonnes, _ in chain_links(ABROAD, users))
    frames = filtered(links) | {"contracts": table.fillna({"via": ""})}
    return build(WORLD.words, frames | {"home_preference": pd.DataFrame(home, columns=list(schema.TABLES["home_preference"].columns))})


def run(*contracts, until=None, seed=1, facts=None, **parameters):
    """A run of that world (`facts`: what it is told) in which nothing else happens."""
    model = TradeModel(still(contract_delivery=1.0, **parameters), seed=seed, world=world(*contracts, **(facts or {})))
    return model.run_until(until) if until else model


def tonnes(model, amounts, seller, buyer):
    """Tonnes a year of magnets on the relations of two firms, from leading grams a month."""
    trade = model.trade
    rows = (trade.seller == firm(model, seller).row) & (trade.buyer == firm(model, buyer).row)
    return float((amounts / trade.content)[rows].sum() * 12 / 1e6)


# ---------------------------------------------------------------------- volumes
def test_a_contract_is_ordered_while_it_stands_and_not_before_or_after():
    model = run({"t_per_year": 550.0}, until="2024-03")
    due = []
    for _ in range(9):
        due.append(round(tonnes(model, model.trade.due, HANAU, EU_CARS)))
        model.step()
    assert due == [0] + [550] * 6 + [0, 0]


def test_a_share_of_output_is_of_what_the_seller_usually_makes():
    """Hanau sells 1,200 t in the base year."""
    model = run({"t_per_year": np.nan, "share_of_output": 0.4}, until="2024-04")
    assert tonnes(model, model.contracts.covered, HANAU, EU_CARS) == pytest.approx(0.4 * 1200, rel=1e-3)


def test_a_contract_that_stood_at_the_start_is_for_no_more_than_was_delivered():
    model = run({"t_per_year": 900.0, "from": "2020-01", "to": "2030-12"}, until="2024-01")
    assert tonnes(model, model.contracts.covered, HANAU, EU_CARS) == pytest.approx(400, rel=1e-3)


def test_more_than_can_be_made_is_cut_memoranda_first_then_captive_then_binding():
    model = run(*({"customer": word, "t_per_year": 900.0, "binding": word} for word in ("mou", "captive", "binding")), until="2024-04", mou_enters=1.0)
    contracts = model.contracts
    part = contracts.within(contracts.grams.copy(), contracts.able())
    able = contracts.able()[0] / contracts.grams[0]
    assert 1.0 < able < 2.0 and part.tolist() == pytest.approx([0.0, able - 1.0, 1.0])


def test_policy_orders_nothing_and_calls_first():
    model = run({"binding": "policy"}, until="2024-04")
    assert tonnes(model, model.trade.due, HANAU, EU_CARS) == 0 and tonnes(model, model.contracts.covered, HANAU, EU_CARS) == pytest.approx(300)


def test_all_of_a_country_is_everybody_who_buys_the_good_there():
    model = run({"buyer": "all@USA"}, until="2024-04")
    shares = [tonnes(model, model.contracts.covered, HANAU, user) for user in (US_CARS, "defence_aerospace@USA", EU_CARS)]
    assert shares == pytest.approx([150, 150, 0])


def test_the_volume_goes_by_the_firm_that_takes_it():
    model = run({"seller": ABROAD[1], "good": "oxide_NdPr", "via": ABROAD[2]}, until="2024-04")
    relation = model.contracts.agreed.relation
    assert model.trade.buyer[relation].tolist() == [firm(model, ABROAD[2]).row]


def test_a_buyer_qualifies_a_seller_in_time_for_the_contract():
    """A relation that only the contract opens."""
    contract = {"seller": ABROAD[1], "buyer": HANAU, "good": "oxide_NdPr", "via": "MP Independence metal/alloy", "from": "2025-03", "to": "2026-12"}
    frames = filtered(chain_links(ABROAD, (EU_CARS,)), ("MP Independence metal/alloy",))
    facts = build(WORLD.words, frames | {"contracts": pd.DataFrame([USUAL | contract], columns=COLUMNS).fillna({"via": ""})})
    model = TradeModel(still(contract_delivery=1.0), seed=1, world=facts).run_until("2024-01")
    (at,) = model.contracts.agreed.relation
    status, months = {}, int(model.trade.clock_months[at])
    while model.month != "2025-03":
        model.step()
        status[model.month] = int(model.trade.status[at])
    begins = model.now - months
    assert status["2025-02"] == QUALIFIED and months > 1
    assert all((status[month] == SAMPLED) == (begins <= model.first + n < model.now - 1) for n, month in enumerate(status, start=1))


# ---------------------------------------------------------------------- orders
def honoured(orders, due, wanted, usable=None):
    """Orders of one buyer after its contracts."""
    count = len(orders)
    links = groups.Links(good=np.zeros(count, np.int64), seller=np.arange(count), buyer=np.zeros(count, np.int64), lead=np.zeros(1, np.int64))
    shares = groups.Shares(np.array([0, count]), np.ones(count), np.ones(count, bool) if usable is None else np.array(usable), np.zeros(count, bool), *np.ones((3, count)))
    order = np.array(orders, float)
    kernels.honour((0, 1), links, shares, order, np.array(due, float), groups.Demand(ordered=np.array([[wanted]], float), expected=np.ones((1, 1))))
    return order.tolist()


def test_what_is_due_is_ordered_and_comes_off_other_orders_in_proportion():
    assert honoured([100, 600, 300], [400, 0, 0], 1000) == pytest.approx([400, 400, 200])


def test_contracts_fill_what_was_not_ordered_first():
    assert honoured([100, 300], [300, 0], 700) == pytest.approx([300, 300])


def test_a_buyer_orders_no_more_than_it_wants():
    assert honoured([100, 100], [900, 300], 200) == pytest.approx([150, 50])


def test_orders_above_what_is_due_stay():
    assert honoured([500, 500], [400, 0], 1000) == [500, 500]


def test_a_seller_that_may_not_be_asked_is_not():
    assert honoured([0, 500], [400, 100], 500, [False, True]) == [0, 500]


# ---------------------------------------------------------------------- tiers
def served(available, want, rank, covered=None, refusal=None, premium=None, price=None, power=2.0, priority=None):
    """What each order gets of a seller's stock, and what is left."""
    count = len(want)
    given = [np.array(each if each is not None else [usual] * count, float) for each, usual in ((covered, 0), (refusal, 0), (premium, 0), (price, 100), (priority, 1))]
    covered, refusal, premium, price, priority = given
    bids = groups.Bids(np.array(want, float), *np.zeros((5, count)))
    standing = groups.Standing(rank=np.array(rank), priority=priority, covered=covered, first_refusal=refusal)
    spot = groups.Spot(price=price, duty=np.zeros(count), freight=np.zeros(count), premium=premium, netback_weight=power)
    left = serve(float(available), np.arange(count), standing, spot, bids)
    return bids.filled.tolist(), left


def test_contract_volume_comes_before_spot_and_the_rest_of_the_order_with_it():
    assert served(900, [800, 800], [OPEN, OPEN], covered=[600, 0]) == ([600 + 60, 240], 0)  # 300 left for orders of 200 and 800


def test_rated_orders_and_home_by_law_come_before_contracts():
    assert served(700, [300, 300, 300], [OPEN, DOMESTIC, RATED], covered=[300, 0, 0])[0] == [100, 300, 300]


def test_first_refusal_is_a_share_of_what_is_left_after_contracts():
    """600 after contracts, 360 at home first, the other 240 for 140 still wanted at home and 500 abroad."""
    filled, left = served(800, [500, 500, 200], [OPEN] * 3, covered=[0, 0, 200], refusal=[0.6, 0, 0])
    assert filled == pytest.approx([360 + 52, 188, 200], abs=1) and left <= 1


@pytest.mark.parametrize("home", [100, 400, 900])
def test_with_full_first_refusal_home_is_filled_before_anything_goes_abroad(home):
    filled, _ = served(600, [home, 700], [OPEN, OPEN], refusal=[1, 0])
    assert filled == [min(home, 600), max(600 - home, 0)]


def test_home_orders_take_no_more_than_they_want():
    assert served(1000, [100, 2000], [OPEN, OPEN], refusal=[0.9, 0])[0] == [100, 900]


def test_who_leaves_the_seller_more_gets_more_of_a_spot_market():
    plain, dear = (served(500, [1000, 1000], [OPEN, OPEN], price=[100, 200], power=power)[0] for power in (0.0, 2.0))
    assert plain == [250, 250] and dear == [100, 400]


def test_a_premium_counts_at_home():
    filled, _ = served(410, [1000, 1000], [OPEN, OPEN], premium=[0.25, 0])
    assert filled == [250, 160]  # 1.25 squared to 1


# ---------------------------------------------------------------------- in a run
def short(first_refusal, *contracts):
    """Hanau works at a quarter of its capacity: what two users get of it in half a year, tonnes."""
    users = EU_CARS, US_CARS
    model = run(*contracts, until="2024-03", facts={"users": users, "preference": [("DEU", first_refusal, 0.0)]})
    maker, total = firm(model, HANAU).row, np.zeros(2)
    for _ in range(6):
        model.capacity[maker] = 0.25 * model.base_capacity[maker]
        model.step()
        total += [tonnes(model, model.trade.flow, HANAU, user) / 12 for user in users]
    return total


def test_who_has_a_contract_is_served_when_others_are_not():
    free, bound = short(0.0), short(0.0, {"from": "2024-02", "to": "2030-12", "buyer": US_CARS, "t_per_year": 300.0})
    assert free[0] == pytest.approx(free[1], rel=0.15) and bound[1] > 1.3 * free[1] and bound[0] < 0.7 * free[0]


def test_who_lives_where_the_plant_is_gets_first_refusal():
    alike, half, home = short(0.0), short(0.5), short(1.0)
    assert home[0] > 1.2 * half[0] > 1.4 * alike[0] and home[1] < half[1] < alike[1]


@pytest.fixture(scope="module")
def shortage():
    """Some months after restrictions, month by month: the model as it allots."""
    model, seen = TradeModel(Scenario.load("restrictions_resume"), seed=1).run_until("2027-02"), []
    allot = model.trade.allocate

    def watched():
        covered, shelf = model.trade.covered(), kernels.lead_stock(model.finished, model.trade.lead)
        allot()
        seen.append((covered, shelf, model.trade.asked.copy(), model.trade.filled.copy()))

    model.trade.allocate = watched
    model.run_until("2027-08")
    return model, seen


def test_home_gets_at_least_first_refusal_of_what_contracts_leave(shortage):
    """At every plant that is short: orders at home, less what contracts cover, are filled up to first refusal of what is left after contracts and rated orders."""
    model, seen = shortage
    trade, plants = model.trade, 0
    for covered, shelf, asked, filled in seen:
        for cell in np.unique(trade.seller_cell[trade.first_refusal > 0]):
            rows = np.flatnonzero(trade.seller_cell == cell)
            open_to = model.levers.rank[rows] > DOMESTIC
            home = trade.first_refusal[rows] > 0
            want = np.floor(asked[rows])
            bound = np.minimum(want, np.floor(covered[rows])) * open_to
            first = (want * ~open_to).sum() + bound.sum()
            left = np.floor(max(shelf.ravel()[cell] - first, 0.0))
            offered = np.floor(left * trade.first_refusal[rows].max())
            got = (filled[rows] - np.minimum(filled[rows], bound))[home & open_to].sum()
            assert got >= min(offered, ((want - bound) * (home & open_to)).sum()) - rows.size
            plants += 0 < left < ((want - bound) * open_to).sum()
    assert plants > 5


def test_contracts_are_served_before_anything_is_sold_on_the_spot(shortage):
    model, seen = shortage
    trade = model.trade
    for covered, _, asked, filled in seen:
        want = np.floor(asked)
        bound = np.minimum(want, np.floor(covered)) * (model.levers.rank > DOMESTIC)
        short = np.zeros(trade.cells, bool)
        short[trade.seller_cell[bound - filled > 2]] = True
        spot = (filled > bound + 2) & (model.levers.rank > DOMESTIC) & short[trade.seller_cell]
        assert not spot.any()


# ---------------------------------------------------------------------- renewal and luck
def test_renewal_and_the_share_bound_rise_with_fear_within_bounds():
    assert renewal(0.1, 0.5, 0.4, 0.95) == pytest.approx(0.54) and renewal(1.0, 0.7, 0.6, 0.95) == 0.95
    assert long_term_share(0.2, 0.0, 0.4, 0.5, 0.2, 0.9) == pytest.approx(0.5) and long_term_share(0.9, 1.0, 0.4, 0.5, 0.2, 0.9) == 0.9


@pytest.mark.parametrize(("chance", "renews", "kept"), [(1.0, 1, 0.425), (0.0, 1, 0.0), (1.0, 0, 0.0)])
def test_a_contract_ends_and_is_renewed_or_not(chance, renews, kept):
    """Without fear 0.4 of it is bound again, and half of the belief of 0.05."""
    model = run({"renews": renews}, until="2024-10", contract_renewal=chance, contract_renewal_most=chance, contract_renewal_fear=0.0)
    assert model.contracts.kept == pytest.approx(kept, abs=0.02)
    assert tonnes(model, model.contracts.covered, HANAU, EU_CARS) == pytest.approx(300 * kept, abs=5)
    assert set(model.contracts.end) == {model.first + 8 + 6}


def test_memoranda_are_drawn_once_a_run_for_each_pair_and_good():
    one, other = (world({"binding": "mou", **changed}) for changed in ({}, {"customer": "another name", "t_per_year": 7.0}))
    entered, again = ([bool(TradeModel(still(contract_delivery=1.0), seed=seed, world=facts).contracts.enters[0]) for seed in range(30)] for facts in (one, other))
    assert 0.2 < np.mean(entered) < 0.6 and entered == again


def test_no_contract_stands_where_nothing_is_delivered_on_any():
    model = TradeModel(still(contract_delivery=0.0), seed=1, world=world({})).run_until("2024-05")
    assert not model.contracts.covered.any()


# ---------------------------------------------------------------------- bad input
ROW = {"share_low": "", "share_high": "", "t_low": "", "t_high": "", "floor_usd_per_kg": ""}
WRONG = {
    "unknown seller": ({"seller": "VACUUMSCHMELZE Hanover"}, 'column seller: no firm, sector@country or holder@country is called "VACUUMSCHMELZE Hanover"; did you mean "VACUUMSCHMELZE Hanau"?'),
    "unknown buyer": ({"buyer": "auto_other@EU28"}, 'column buyer: no firm, sector@country or holder@country is called "auto_other@EU28"; did you mean "auto_other@EU27"?'),
    "unknown good": ({"good": "NdFeB magnets"}, 'column good: unknown good or mix "NdFeB magnets"; did you mean "NdFeB magnet"?'),
    "good the seller does not make": ({"good": "oxide_NdPr"}, f"column good: {HANAU} does not make oxide_NdPr; name one of magnet_extreme, magnet_high, magnet_standard, swarf"),
    "good the buyer does not buy": ({"buyer": ABROAD[1]}, f"column buyer: {ABROAD[1]} does not buy NdFeB magnet; name in via the firm that takes it for it"),
    "ends before it begins": ({"to": "2024-01"}, "column to: 2024-01 is before 2024-04, when it begins; correct either"),
    "for nothing": ({"t_per_year": ""}, "column share_of_output: empty, and t_per_year too; give either"),
    "no month": ({"from": "April"}, 'column from: "April" is not a month; write YYYY-MM, such as 2026-11'),
    "a share above 1": ({"share_of_output": 1.2}, "column share_of_output: 1.2 is too large; write a number from 0 to 1 (share of 1)"),
    "a binding nobody knows": ({"binding": "binded"}, 'column binding: unknown binding "binded"; did you mean "binding"?'),
}  # fmt: skip


def overlay(folder, name, *rows):
    """A world that extends the usual one by rows of a table."""
    folder.mkdir(exist_ok=True)
    (folder / "world.toml").write_text('name = "mine"\nextends = "magnets"\n', encoding="utf-8")
    pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.mark.parametrize("case", WRONG)
def test_a_contract_that_cannot_be_is_refused_in_one_line(tmp_path, case):
    changed, text = WRONG[case]
    with pytest.raises(InputError) as refused:
        World.load(overlay(tmp_path / "mine", "contracts", {**ROW, **USUAL, "share_of_output": "", **changed}))
    assert str(refused.value) == f"contracts.csv row 2, {text}"


def test_promises_beyond_all_output_need_a_rank(tmp_path):
    bare = {**ROW, **USUAL, "t_per_year": "", "share_of_output": 0.7, "binding": ""}
    with pytest.raises(InputError, match=r"contracts.csv row 2, column binding: empty, and what VACUUMSCHMELZE Hanau has promised in 2024-04 comes to 1.85 of its output; say which"):
        World.load(overlay(tmp_path / "mine", "contracts", bare, {**bare, "customer": "another", "binding": "mou"}))


@pytest.mark.parametrize(("row", "text"), [
    ({"first_refusal": 1.1}, "column first_refusal: 1.1 is too large; write a number from 0 to 1 (share of 1)"),
    ({"good": "magnet"}, 'column good: unknown good or mix "magnet"'),
    ({"country": "XYZ"}, 'column country: unknown country "XYZ"'),
])  # fmt: skip
def test_a_preference_that_cannot_be_is_refused_in_one_line(tmp_path, row, text, capsys):
    usual = {"country": "USA", "good": "NdFeB magnet", "first_refusal": 0.5, "low": "", "high": "", "premium_pct": 0, "premium_low": "", "premium_high": "", "source": "test", "confidence": "low"}
    folder = overlay(tmp_path / "mine", "home_preference", usual | row)
    with pytest.raises(SystemExit) as end:
        main(["check", str(folder)])
    said = capsys.readouterr().err
    assert end.value.code == 2 and said.count("\n") == 1 and said.startswith(f"home_preference.csv row 2, {text}")
