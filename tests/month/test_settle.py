"""reckon, settle, pool, carry_on, charge and foreclose: what plants earn and owe, when they stop and come back, what guarantees cost and save, and what cannot be."""

import math
from itertools import pairwise

import numpy as np
import pytest
from worlds import ABROAD, STILL, chain_world, equal, firm

from model import InputError, PriceFloor, Scenario, TradeModel
from model.folder import Folder
from model.names import REGIONS
from model.rules import finance as rules
from model.world import World

VERBS = ("reckon", "settle", "pool", "carry_on", "charge", "foreclose")
KUANTAN = ABROAD[1]
PAID = STILL.with_parameters({"finance": 1.0})
"""Nothing happens but what money brings."""
STOPS = PAID.with_parameters({"mothball_grace": 0.0, "guarantee_relief": 0.0})
NEVER = 10**6
MONTHS = 40


# What is reckoned


def test_a_guarantor_adds_what_is_missing_to_its_price_for_its_share_and_takes_its_part_of_what_is_above():
    assert rules.topped_up(70.0, 110.0, 0.5, 0.3) == 20.0 and rules.topped_up(120.0, 110.0, 1.0, 0.0) == 0.0 and rules.topped_up(120.0, 110.0, 0.5, 0.3) == -1.5


def test_a_plant_earns_what_it_is_paid_less_what_it_costs():
    """100 t/month at 10 USD/kg fixed: 1,000 thousand USD, 100 while shut. Paid 5,000, pays 2,000, makes 80 t at 3 of guarantee and 4 of variable cost."""
    assert (rules.kept_up(100.0, 10.0, 1.0, 0.1), rules.kept_up(100.0, 10.0, 0.0, 0.1)) == (1000.0, 100.0)
    assert rules.earned(5000.0, 2000.0, 80.0, 3.0, 4.0, 1000.0) == 5000.0 - 2000.0 - 80.0 - 1000.0


def test_debt_is_served_as_a_loan_is():
    """Paid off in ten years at 6 %: the textbook's 11.1 a month on 1,000; at nothing a 120th."""
    assert rules.annuity(0.06, 10.0) * 1000.0 == pytest.approx(11.102, abs=1e-3) and rules.annuity(0.0, 10.0) == 1.0 / 120.0
    assert rules.bearable(5.0, 100.0, 0.01, 7.0) == 50_000.0 and rules.bearable(-5.0, 100.0, 0.01, 7.0) == 7.0


def test_months_in_a_row_and_mean_ages():
    assert (rules.in_a_row(6.0, 1.0, 3.0), rules.in_a_row(6.0, 0.0, 3.0)) == (9.0, 0.0)
    assert rules.aged(11.0, 100.0, 25.0) == 12.0 * 0.75 and rules.aged(11.0, 0.0, 0.0) == 0.0 and rules.aged(5.0, 10.0, 10.0) == 0.0


def test_investors_ask_less_in_good_times_and_under_a_guarantee_and_more_where_prices_move():
    assert rules.mood(0.0, 0.2, 0.4, 1.5, 0.5, 6.0, 3.0) == pytest.approx(0.25) and rules.mood(0.5, 9.0, 0.0, 1.0, 0.0, 1.0, 3.0) == 1.0
    assert rules.spread(0.0, 0.3, 24.0, 3.0) == pytest.approx(0.03 / 8.0)
    assert rules.asked_return(0.1, 0.5, 0.02, 0.0, 0.0, 0.0, 0.0) == pytest.approx(0.09)
    assert rules.asked_return(0.1, 0.0, 0.0, 0.5, 0.02, 0.03, 0.05) == pytest.approx(0.1 - 0.01 + 0.05 * 0.5 * math.sqrt(0.36))


# One purse


@pytest.fixture(scope="module")
def real():
    """The usual world at its start."""
    return TradeModel("truce_holds", seed=1)


def test_plants_of_a_company_share_a_purse_and_a_project_is_paid_by_all(real):
    """100 million USD, of which 25 were promised: 40 % of the other 75 is equity, of which new investors put up half and cash the rest; 70 is owed."""
    model, one, other = TradeModel("truce_holds", seed=1), firm(real, "Mountain Pass").row, firm(real, "MP 10X (Northlake TX)").row
    model.committed[[one, other]] = 25.0
    before = model.cash[other]
    model.finance.spend(one, 100.0)
    assert model.cash[other] == pytest.approx(before - 15.0) and model.debt[other] == model.debt[one] == pytest.approx(70.0)
    assert model.committed[other] == 0.0 and model.invested[one] == 100.0 and model.debt[firm(real, "Mt Weld").row] == 0.0


def test_nothing_is_paid_on_a_loan_before_its_plant_is_there():
    model = chain_world(scenario=PAID)
    mine = firm(model, KUANTAN).row
    model.finance.spend(mine, 100.0, months=6)
    owed = [model.debt[mine]]
    for _ in range(7):
        model.step()
        owed.append(model.debt[mine])
    assert all(later > earlier for earlier, later in pairwise(owed[:6])) and owed[-1] < owed[-2]


def test_balances_that_are_known_stand_from_their_month_on():
    model = TradeModel("truce_holds", seed=1)
    row = firm(model, "Nolans refinery").row
    told = model.finance.reports
    arafura = next(each for each in told if each.item == "cash" and each.purse == model.finance.purse[row])
    assert arafura.value == pytest.approx(571 * model.p.usd_per_aud) and arafura.month == 23
    model.finance.take_over(arafura)
    assert model.cash[row] == model.cash[firm(model, "Nolans").row] == arafura.value


def test_plants_outside_china_that_sell_earn_their_keep_at_the_prices_of_the_start(real):
    """All but those whose own tables say that ore costs more to dig than it is paid for."""
    working = (real.abroad > 0) & (real.sales.sum(axis=0) > 0) & (real.able > 0)
    poor = [real.firms.agents[row].name for row in np.flatnonzero(working & (real.margin < 0.0))]
    assert poor == ["Lovozero / Solikamsk"]
    assert (real.fixed_cost <= real.conversion_cost).all() and (real.cash >= 0.0).all()


# Stopping and coming back


def dear(model, name=KUANTAN, cost=60.0, fixed=30.0, **more):
    """A plant that costs more than it brings in, of a company of its own of which no balance is known; all others are carried."""
    agent, finance = firm(model, name), model.finance
    finance.reports.clear()
    finance.purse[:] = np.arange(model.count)
    finance.members[:] = model.supported[:] = 1.0
    agent.conversion_cost, agent.fixed_cost, agent.supported, agent.age = cost, fixed, 0.0, 99.0
    for column, value in more.items():
        setattr(agent, column, value)
    return agent


def months_alive(model, agent, months=MONTHS):
    """Months until a plant stops; all of them if it does not."""
    for month in range(months):
        model.step()
        if agent.running == 0.0:
            return month + 1
    return NEVER


def test_a_plant_that_loses_money_is_shut_makes_nothing_and_is_not_asked():
    """Overdrawn at the first review, and for twelve months at that of December; it would fetch what it cost, so that no creditor steps in."""
    model = chain_world(scenario=STOPS.with_parameters({"resale_value": 1.0}))
    agent = dear(model, cash=0.0, debt=0.0)
    assert months_alive(model, agent) == 12
    shelf = agent.finished.sum()
    for _ in range(2):
        model.step()
    assert agent.produced == 0.0 and agent.ordered.sum() == 0.0 and agent.foreclosed == 0.0 and agent.finished.sum() <= shelf
    mine = model.trade.seller == agent.row
    assert not model.trade.usable[mine].any() and model.recorder.lines["state"][model.elapsed, agent.row] == 2
    assert agent.income == pytest.approx(-0.1 * agent.able * 30.0 / 1e3)  # a tenth of fixed cost is kept up


def test_what_waits_for_customers_or_is_carried_goes_on():
    waiting, carried = (chain_world(scenario=PAID) for _ in range(2))
    fresh = dear(waiting, cash=0.0)
    fresh.age = 0.0
    assert months_alive(waiting, fresh, 30) == NEVER
    assert months_alive(carried, dear(carried, cash=0.0, debt=900.0), 2) == NEVER
    firm(carried, KUANTAN).supported = 1.0
    assert months_alive(carried, firm(carried, KUANTAN), 20) == NEVER and carried.cash[firm(carried, KUANTAN).row] < 0.0


def test_a_shut_plant_comes_back_when_its_price_has_long_been_high():
    """A year of good prices, nine months of work; the return costs a share of building it anew."""
    model = chain_world(scenario=STOPS)
    agent = dear(model, cash=0.0)
    months_alive(model, agent)
    agent.conversion_cost, agent.fixed_cost = 1.0, 0.5
    model.finance.recipe.bill[:, agent.row] = 0.0
    back, paid = 0, 0.0
    while agent.running == 0.0:
        model.step()
        back, paid = back + 1, paid + agent.invested
    assert back == 12 + 9
    assert paid == pytest.approx(0.15 * agent.replacement * agent.able * 12 / 1e3) and agent.debt > 0.0
    model.step()
    model.step()
    assert agent.produced > 0.0


def falling(model, start=58.0, fall=0.96):
    """Oxide is sold at a price that falls by 4 % a month, whatever the market says."""
    market, oxide = model.market, model.chain.index("oxide_NdPr")
    reprice, sold = market.reprice, model.trade.good == oxide

    def told():
        reprice()
        market.realised_in[:, oxide] = model.trade.price[sold] = start * fall**model.elapsed

    market.reprice = told


def floor(price, **changed):
    """Malaysia guarantees Kuantan a price of NdPr oxide."""
    return PriceFloor(**{"date": "2024-01", "payer": "MYS", "entities": [KUANTAN], "good": "oxide_NdPr", "floor": price} | changed)


def failed(debt, *events):
    """The months a plant with so much debt lives through a falling price, its model, and whether its creditors have it."""
    model = chain_world(*events, scenario=STOPS)
    agent = dear(model, cost=8.0, fixed=4.0, cash=3.0, debt=debt)
    agent.capacity = 1.1 * agent.sales[model.chain.index("oxide_NdPr")]
    model.finance.gates.ore[:] *= 0.2
    model.finance.recipe.bill[:, agent.row] *= 0.2
    agent.margin = agent.earning = 0.0
    falling(model)
    return months_alive(model, agent), model, bool(agent.foreclosed)


def test_a_levered_plant_fails_as_the_price_falls_and_its_creditors_cut_its_debt():
    """The shape of 2011 to 2015: peak, falling price, debt that is no longer borne, plant shut, owner out."""
    months, model, taken = failed(60.0)
    agent = firm(model, KUANTAN)
    assert 12 <= months < MONTHS and taken and agent.debt == pytest.approx(agent.bears) and agent.debt < 60.0 and agent.cash == 0.0
    model.step()
    assert agent.income == 0.0 and agent.cash == 0.0 and model.recorder.lines["state"][model.elapsed, agent.row] == 3


def test_more_debt_never_makes_a_plant_live_longer():
    lives = [failed(debt)[0] for debt in (0.0, 10.0, 30.0, 60.0, 120.0)]
    assert lives == sorted(lives, reverse=True) and lives[0] > lives[-1]


def test_a_floor_above_the_market_keeps_a_levered_entrant_alive_and_costs_what_the_books_say():
    months, model, _ = failed(60.0, floor(90.0))
    assert months == NEVER
    lines, row = model.recorder.lines, firm(model, KUANTAN).row
    added = lines["guarantee"][:MONTHS, row]
    assert added == pytest.approx(90.0 - 58.0 * 0.96 ** np.arange(MONTHS), rel=1e-5)
    made = lines["made"][:MONTHS, row] / model.measures.content_of_product[row] / 1e6
    paid = lines["public_cost"][:MONTHS, REGIONS.index("MYS"), model.treasury.place["PriceFloor"]]
    assert paid == pytest.approx(added * made / 1e3, rel=1e-5) and paid.sum() == pytest.approx(model.treasury.frame().million.sum())
    assert lines["public_cost"][:MONTHS].sum() == pytest.approx((added * made / 1e3).sum(), rel=1e-5)


def test_a_floor_below_the_market_changes_nothing():
    """Below what making it costs, it secures no debt either."""
    with_floor, without = chain_world(floor(1.0), scenario=PAID), chain_world(scenario=PAID)
    for model in (with_floor, without):
        model.run_until("2024-09")
    assert equal(with_floor, without) and with_floor.results(firms=True).identical(without.results(firms=True))


def test_money_switched_off_decides_nothing():
    runs = []
    for cost in (60.0, 1.0):
        model = chain_world(scenario=STOPS.with_parameters({"finance": 0.0}))
        agent = dear(model, cost=cost, cash=0.0)
        model.run_until("2025-12")
        assert agent.running == 1.0 and agent.cash == 0.0
        runs.append(model)
    assert equal(*runs)


def test_one_by_one_plants_stop_and_come_back_to_the_same_bits():
    runs = []
    for agentwise in (False, True):
        model = chain_world(scenario=STOPS, agentwise=agentwise)
        agent = dear(model, cash=0.0)
        months_alive(model, agent)
        agent.conversion_cost, agent.fixed_cost = 1.0, 0.5
        runs.append(model.run_until("2026-12"))
    assert equal(*runs) and runs[0].finance.running[firm(runs[0], KUANTAN).row] == 1.0
    assert runs[0].results(firms=True).identical(runs[1].results(firms=True))


def test_sentiment_and_volatility_move_what_investors_ask_outside_china_alone():
    calm, lively = (chain_world(scenario=PAID.with_parameters({"sentiment_range": size, "volatility_premium": 0.0})) for size in (0.0, 0.02))
    for model in (calm, lively):
        model.finance.sentiment = 0.5
        model.severity[:] = 1.0
        model.run_until("2024-03")
    gap = lively.cost_of_capital - calm.cost_of_capital
    assert (gap[lively.abroad > 0] < 0.0).all() and (gap[lively.abroad == 0] == 0.0).all()


# Results


def test_firms_are_told_of_when_asked():
    model = chain_world(scenario=PAID).run_until("2024-06")
    plain, told = model.results(), model.results(firms=True)
    more = set(told.data_vars) - set(plain.data_vars)
    dims = {name: ("month", "project" if name == "project_state" else "firm") for name in more}
    assert "project_state" in more and all((name.startswith("firm_") or name == "project_state") and told[name].dims == dims[name] and told[name].attrs["units"] for name in more) and "firm" not in plain.dims
    mine = told.sel(firm=KUANTAN, month="2024-06")
    agent = firm(model, KUANTAN)
    assert float(mine.firm_cash) == pytest.approx(agent.cash) and float(mine.firm_state) == 1
    assert float(mine.firm_output) == pytest.approx(agent.produced * 12) and float(mine.firm_use) == pytest.approx(agent.produced / agent.able)


def test_shut_and_idle_plants_outside_china_are_counted_by_stage():
    model = chain_world(scenario=STOPS)
    agent = dear(model, cash=0.0)
    months_alive(model, agent)
    model.step()
    now = model.results().isel(month=-1).sel(stage="refine")
    assert float(now.plants_shut) == 1 and float(now.shut_capacity) == pytest.approx(agent.able * 12) and float(now.plants_idle) == 0


# What cannot be

HEADER = "company,entities,item,value,low,high,unit,date,source,confidence,notes\n"
REFUSED = {
    "a debt without a firm": ("Mine,,debt,5,,,USD million,2024-01,S58,assumption,\n", 'row 2, column entities: debt of Mine, of which no row names a firm; name its firms'),
    "an unknown firm": ("Mine,Mt Wold,cash,5,,,USD million,2024-01,S58,assumption,\n", 'row 2, column entities: no firm, sector@country or holder@country is called "Mt Wold"; did you mean "Mt Weld"?'),
    "an item twice": ("Mine,Mt Weld,cash,5,,,USD million,2024-01,S58,assumption,\n" * 2, 'row 3, column company: duplicate of "Mine, cash"'),
    "two owners": ("Mine,Mt Weld,cash,5,,,USD million,2024-01,S58,assumption,\nYours,Mt Weld,cash,5,,,USD million,2024-01,S58,assumption,\n", "row 3, column entities: Mt Weld is of Mine already"),
    "a unit of something else": ("Mine,Mt Weld,fixed_cost,5,,,USD million,2024-01,S58,assumption,\n", 'row 2, column unit: "USD million" of fixed_cost; convert the row and write "USD million per year"'),
    "a currency without a rate": ("Mine,Mt Weld,cash,5,,,AUX million,2024-01,S58,assumption,\n", 'row 2, column unit: unknown currency "AUX"; did you mean "AUD"?'),
    "an item that is none": ("Mine,Mt Weld,cashh,5,,,USD million,2024-01,S58,assumption,\n", 'row 2, column item: unknown item "cashh"; did you mean "cash"?'),
}  # fmt: skip


def overlay(folder, rows):
    """The usual world with companies of its own beside those shipped."""
    (folder / "world.toml").write_text('name = "mine"\nextends = "magnets"\n', encoding="utf-8")
    (folder / "finance.csv").write_text(HEADER + rows, encoding="utf-8")
    return folder


@pytest.mark.parametrize("rows, says", REFUSED.values(), ids=REFUSED)
def test_a_company_that_cannot_be_is_refused_in_one_line(tmp_path, monkeypatch, rows, says):
    if "Mt Weld" in rows:  # which is Lynas's in the world below
        monkeypatch.setattr("model.folder.Folder.files", alone(Folder.files, tmp_path))
    with pytest.raises(InputError) as refused:
        World.load(overlay(tmp_path, rows))
    assert str(refused.value).startswith("finance.csv " + says) and "\n" not in str(refused.value)


def alone(files, folder):
    """Of finance.csv the topmost layer alone."""
    return lambda self, name: [(at, path) for at, path in files(self, name) if name != "finance.csv" or path.parent == folder]


def test_money_that_is_no_number_is_named_with_its_firm_and_month():
    model = chain_world(scenario=PAID)
    model.step()
    model.cash[firm(model, KUANTAN).row] = np.nan
    with pytest.raises(InputError, match=r"LAMP Kuantan: cash, debt or funds promised are no numbers in 2024-02; look at its rows of finance\.csv"):
        model.step()


@pytest.mark.xfail(reason="with projects that new firms pay for, seven to nine plants stand shut at once under the truce, most for want of feed or customers", strict=True)
@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_truce_brings_no_wave_of_failures(seed):
    """Few plants outside China stop, and none that makes much."""
    model = TradeModel("truce_holds", seed=seed).run()
    results = model.results()
    assert float(results.plants_shut.sum("stage").max()) <= 3
    assert float((results.shut_capacity / results.outside_capacity.clip(1.0)).sel(stage=["mine", "metal", "magnet"]).max()) < 0.02


def test_what_a_project_broken_off_has_not_cost_leaves_the_companys_other_loans():
    """A loan of 60 of which 40 need not be borrowed, then another one of 60: when the first falls due, the second still rests whole."""
    model = TradeModel("truce_holds", seed=1)
    row, finance = firm(model, "Mt Weld").row, model.finance
    model.committed[row] = 0.0
    whole = 60.0 / (1.0 - model.p.equity_share)
    finance.spend(row, whole, 1.0)
    finance.spare(row, 40.0)
    finance.spend(row, whole, 50.0)
    assert model.debt[row] == pytest.approx(80.0) and finance.rests[row] == pytest.approx(80.0)
    finance.resting[model.now] = finance.resting.pop(model.now + 1)
    finance.awake()
    assert finance.rests[row] == pytest.approx(60.0)


def test_public_money_is_of_its_month_where_money_decides_nothing_too():
    model = TradeModel(Scenario.load("truce_holds").with_parameters({"finance": 0.0}), seed=1)
    model.finance.pay("USA", 5.0)
    model.step()
    assert model.treasury.month[0, REGIONS.index("USA"), 0] < 5.0
