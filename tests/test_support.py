"""What states pay builders: floors, credits, grants, shares and loans are paid as the books say, stop with their budgets, and build more, never less."""

import math
import pickle

import numpy as np
import pytest
from hands import HANAU, KUANTAN, near, row, still, two_chains
from vocabulary import MAGNET_HIGH, MAGNET_STANDARD, OXIDE_NDPR, SHIPPED
from worlds import STILL, chain_world, equal, firm

from model import Equity, Grant, InputError, Loan, PriceFloor, Scenario, TaxCredit
from model.names import REGIONS
from model.projects import CANCELLED, DECIDED, STATES, Projects
from model.world import Project
from model.world.doubles import refuse_doubles

PAID = STILL.with_parameters({"finance": 1.0})
"""Nothing happens but what money brings."""
OPEN = {"decision_idea": 0.1, "decision_feasibility": 0.2, "decision_financed": 0.3, "cancel_rate": 0.0, "project_spread": 0.5, "new_investment_scale": 1.0, "expansion_rate": 0.0, "entry_rate": 0.0, "project_delay": 0.0, "finance": 1.0}
"""Projects are decided on, and nothing else is built."""


def given(kind, **changed):
    """An instrument of Germany for the magnet maker in Hanau, or of Malaysia for the separator in Kuantan, from March 2024 on."""
    usual = {"date": "2024-03", "payer": "DEU", "entities": [HANAU]}
    if kind is PriceFloor:
        usual |= {"payer": "MYS", "entities": [KUANTAN], "good": "oxide_NdPr"}
    if kind is TaxCredit:
        usual |= {"good": "*"}
    if kind is Loan:
        usual |= {"rate_pct": 0.0, "years": 10.0}
    return kind(**usual | changed)


def cheap(model):
    """The world, its separator paying a fifth for its ore: a floor covers what it costs."""
    model.finance.recipe.bill[:, row(model, KUANTAN)] *= 0.2
    return model


def booked(model, instrument, book="cost"):
    """What stands in the treasury's book for an instrument, million USD."""
    frame = model.treasury.frame()
    return float(frame.million[(frame.name == instrument.name) & (frame.book == book)].sum())


# On what is made


def test_a_floor_is_paid_month_by_month_until_its_budget_is_spent_and_the_last_month_in_part():
    """Oxide is paid less than 90 USD/kg. Two whole months and half of a third: then investors, creditors and the plant go without."""
    floor = given(PriceFloor, floor=90.0)
    free = chain_world(floor, scenario=PAID).run_until("2024-06")
    paid = free.recorder.lines["public_cost"][:6, REGIONS.index("MYS"), free.treasury.place["PriceFloor"]]
    assert paid[:2].sum() == 0.0 and (paid[2:] > 0.0).all()
    budget = float(paid[2] + paid[3] + paid[4] / 2)
    model = chain_world(floor.changed(budget=budget), scenario=PAID).run_until("2024-05")
    agent = firm(model, KUANTAN)
    assert booked(model, floor) == pytest.approx(budget, rel=1e-6) and agent.guarantee * agent.produced / 1e3 == pytest.approx(float(paid[4]) / 2, rel=1e-4)
    assert model.treasury.frame().spent_in.tolist() == ["2024-05"]
    model.run_until("2024-07")
    assert booked(model, floor) == pytest.approx(budget, rel=1e-6) and agent.guarantee == agent.guaranteed == agent.floored == 0.0


def test_what_a_price_is_above_a_floor_goes_in_part_to_its_payer():
    """Three tenths of what is above 30 USD/kg: income of Malaysia, and the plant is paid as much less."""
    floor = given(PriceFloor, floor=30.0, upside=0.3)
    model = chain_world(floor, scenario=PAID).run_until("2024-03")
    agent = firm(model, KUANTAN)
    price = model.market.realised_in[model.finance.place[agent.row], OXIDE_NDPR]
    assert price > 30.0 and agent.guarantee == near(-0.3 * (price - 30.0))
    assert booked(model, floor, "income") == near(0.3 * (price - 30.0) * agent.produced / 1e3) and booked(model, floor) == 0.0


@pytest.mark.parametrize("volume", [{"share_of_output": 0.25}, {"tonnes_per_year": 0.25}])
def test_a_floor_for_part_of_what_is_made_pays_for_no_more(volume):
    """A quarter, or as many tonnes as a quarter of what is made in March."""
    if "tonnes_per_year" in volume:
        volume = {"tonnes_per_year": 0.25 * 12 * float(firm(chain_world(scenario=PAID).run_until("2024-03"), KUANTAN).produced)}
    model = cheap(chain_world(given(PriceFloor, floor=90.0, **volume), scenario=PAID)).run_until("2024-03")
    agent = firm(model, KUANTAN)
    price = model.market.realised_in[model.finance.place[agent.row], OXIDE_NDPR]
    assert agent.guaranteed == near(0.25) and agent.guarantee == near(0.25 * (90.0 - price))


def test_the_highest_floor_counts_first_and_no_kilogram_is_paid_for_twice():
    """Three quarters at 100 and all at 90: the other quarter at 90. In any order, and whatever they are called."""
    high, low = given(PriceFloor, floor=100.0, share_of_output=0.75, name="a"), given(PriceFloor, floor=90.0, payer="JPN", name="b")
    one = cheap(chain_world(high, low, scenario=PAID)).run_until("2024-05")
    two = cheap(chain_world(low.changed(name="0"), high.changed(name="1"), scenario=PAID)).run_until("2024-05")
    agent = firm(one, KUANTAN)
    price = one.market.realised_in[one.finance.place[agent.row], OXIDE_NDPR]
    assert agent.guarantee == near(0.75 * (100.0 - price) + 0.25 * (90.0 - price)) and agent.guaranteed == 1.0
    assert (agent.floored, agent.floor) == near((1.0, 97.5)) and equal(one, two)


@pytest.mark.parametrize(("credit", "paid"), [({"usd_per_kg": 4.0}, 4.0), ({"share_of_cost": 0.1}, None)])
def test_a_credit_on_output_is_paid_by_the_kilogram_and_is_in_the_margin(credit, paid):
    """4 USD on each kg of magnets of any grade, or a tenth of what making them costs beside inputs; investors count on as much."""
    credit = given(TaxCredit, **credit)
    model, without = (chain_world(*events, scenario=PAID).run_until("2024-03") for events in ((credit,), ()))
    agent, other = firm(model, HANAU), firm(without, HANAU)
    paid = paid or 0.1 * agent.conversion_cost
    assert agent.guarantee == near(paid) == agent.credit and booked(model, credit) == near(paid * agent.produced / 1e3)
    assert agent.margin - other.margin == near(paid / model.p.margin_memory) and agent.income - other.income == near(paid * agent.produced / 1e3)
    assert agent.outlook_margin - other.outlook_margin == near(paid) and not model.guaranteed.any()


@pytest.mark.parametrize(("date", "until", "ages"), [("2024-06", None, (0.0, 20.0)), ("2027-02", None, (0.25, 20.0)), ("2025-01", "2029-11", (0.0, 3.0)), ("2024-06", "2026-11", (0.0, 0.0))])
def test_what_is_announced_is_seen_at_once_for_what_a_plant_begun_now_would_have_of_it(date, until, ages):
    """A magnet plant takes 30 months to build and lives 20 years: begun in May 2024 it stands in November 2026. A floor of February 2027 misses a quarter of its first year, one that ends in November 2029
    holds for three years, one that ends before it stands for none; each for its grade alone. A credit without end is expected whole, and both not a month before they are announced."""
    floor = PriceFloor(date=date, until=until, announced="2024-05", payer="DEU", entities=[HANAU], good="magnet_high", floor=150.0)
    credit = given(TaxCredit, date=date, until=until, announced="2024-05", usd_per_kg=2.0)
    model = chain_world(floor, credit, scenario=PAID.with_parameters({"lag_magnet": 30.0, "plant_life": 20.0})).run_until("2024-04")
    agent = firm(model, HANAU)
    assert (agent.floored, agent.credit) == (0.0, 0.0)
    model.step()
    rate, made = agent.cost_of_capital, model.finance.recipe.mix[:, agent.row]
    lasts = ((1 + rate) ** -ages[0] - (1 + rate) ** -ages[1]) / (1 - (1 + rate) ** -20)
    assert agent.floored == near(lasts * made[MAGNET_HIGH] / made.sum()) and agent.credit == near(2.0 * lasts) and agent.floor == (150.0 if lasts else 0.0)


# On capital


def site(number, at=0, capex=40.0, **said):
    """A project of Hanau that could be decided on from the first month, of 100 t of magnets a month of NdPr."""
    usual = {"state": "financed", "start": 20, "lead_months": 20.0, "probability": 0.5, "decision": 0, "capex": capex, "state_money": 0.0, "term": 0.2, "main": True}
    return Project(name=f"site {number}", part=f"site {number}", row=at, good=MAGNET_STANDARD, grams=2e7, **usual | said)


def world(*events, count=30, capex=40.0, **parameters):
    """Two chains, and projects in Hanau that differ by their luck alone."""
    model = two_chains(*events, scenario=still(**OPEN | parameters))
    model.construction.projects = Projects(model, [site(number, row(model, HANAU), capex) for number in range(count)], -1)
    model.supported[:] = 1.0
    return model


def decided(*events, months=24, cash=0.0, **parameters):
    """Which projects are decided on in two years."""
    model = world(*events, **parameters)
    mine = model.finance.purse == model.finance.purse[row(model, HANAU)]
    model.finance.reports.clear()
    model.cash[mine], model.committed[mine] = cash, 0.0
    for _ in range(months):
        model.step()
    return {name for name, state in zip(model.construction.projects.name, model.construction.projects.state, strict=True) if STATES[state] in DECIDED}


BUILDS = {
    "grant": given(Grant, share_of_capital=0.4),
    "sum": given(Grant, usd_million=1000.0),
    "credit on capital": given(TaxCredit, share_of_capital=0.4),
    "credit on output": given(TaxCredit, usd_per_kg=15.0),
    "equity": given(Equity, usd_million=1000.0),
    "loan": given(Loan, usd_million=1000.0),
    "floor": PriceFloor(date="2024-03", payer="DEU", entities=[HANAU], good="*", floor=150.0),
}


@pytest.mark.parametrize("name", BUILDS)
def test_money_for_builders_builds_more_and_never_less(name):
    """With the same luck every project that is decided on without it is with it, and others are."""
    without, having = decided(equity_raised=0.25), decided(BUILDS[name], equity_raised=0.25)
    assert without < having and len(without) > 0


@pytest.mark.parametrize("name", ["grant", "credit on output", "equity"])
def test_twice_the_money_never_builds_less(name):
    field = {"grant": "share_of_capital", "credit on output": "usd_per_kg", "equity": "usd_million"}[name]
    found = [decided(BUILDS[name].changed(**{field: part * getattr(BUILDS[name], field)}), equity_raised=0.25) for part in (0.25, 0.5, 1.0)]
    assert found[0] <= found[1] <= found[2]


def building(*events, belief=0.05, **parameters):
    """One project of a company without cash in Hanau, decided on in March; what its company owes for it."""
    model = world(*events, count=1, **{"support_slope": 0.0, "state_support": 0.25, "support_most": 0.8, "overrun": 0.0, "equity_share": 0.4, "equity_raised": 0.5} | parameters)
    model.run_until("2024-03")
    projects, at = model.construction.projects, row(model, HANAU)
    mine = model.finance.purse == model.finance.purse[at]
    projects.state[0] = STATES.index("financed")
    model.cash[mine], model.debt[mine], model.committed[mine] = 100.0, 0.0, model.finance.lending.promised[mine]
    model.finance.rests[mine] = 0.0
    projects.decide(0)
    return model, projects, at


def test_a_grant_is_paid_when_a_project_is_decided_on_and_its_company_spends_as_much_less():
    """A fifth of the capital: of the other four fifths two fifths are equity, of which cash pays half, and three fifths are debt."""
    grant = given(Grant, share_of_capital=0.2)
    model, projects, at = building(grant)
    capital = projects.capex[0] / 1e6
    assert booked(model, grant) == near(0.2 * capital) and projects.spent[0] == near(0.8 * capital)
    assert model.cash[at] == near(100.0 - 0.2 * 0.8 * capital) and model.debt[at] == near(0.6 * 0.8 * capital)


def test_of_what_is_broken_off_halfway_half_the_grant_comes_back():
    grant = given(Grant, share_of_capital=0.2)
    model, projects, _ = building(grant)
    whole = projects.starts[0] - (projects.decided[0] - model.first)
    model.now += math.floor(whole / 2)
    projects.drop(0)
    assert projects.state[0] == CANCELLED and booked(model, grant, "income") == near(0.2 * projects.capex[0] / 1e6 * (1 - math.floor(whole / 2) / whole))


def test_programmes_together_bear_no_more_than_states_ever_do_each_by_its_share():
    """Six tenths and three tenths of the capital, of which eight tenths are borne at most: two thirds and one third of them, in any order. A sum of 3 million is no more than that."""
    large, small = given(Grant, share_of_capital=0.6), given(TaxCredit, share_of_capital=0.3)
    for events in ((large, small), (small, large)):
        model, projects, _ = building(*events)
        capital = projects.capex[0] / 1e6
        assert (booked(model, large), booked(model, small)) == near((0.8 * capital * 2 / 3, 0.8 * capital / 3)) and projects.spent[0] == near(0.2 * capital)
    model, _, _ = building(total := given(Grant, usd_million=3.0))
    assert booked(model, total) == near(3.0)
    model, projects, _ = building(short := given(Grant, share_of_capital=0.2, budget=1.0))
    assert booked(model, short) == near(1.0) and projects.spent[0] == near(projects.capex[0] / 1e6 - 1.0)


def test_a_credit_on_capital_pays_for_lines_too():
    """A full plant adds lines; a fifth of what they cost is paid, and as much less leaves its purse."""
    credit = given(TaxCredit, share_of_capital=0.2)
    model = chain_world(credit, scenario=PAID).run_until("2024-03")
    million, at = np.zeros(model.count), firm(model, HANAU).row
    million[at] = 50.0
    before, books = model.cash[at], booked(model, credit)
    model.finance.add_lines(million, np.zeros(model.count), model.credited)
    assert model.credited[at] == 0.2 and booked(model, credit) - books == near(10.0) and before - model.cash[at] == near(model.p.equity_share * 40.0)


# Into purses


def test_shares_are_paid_for_once_whatever_the_purchase_is_called():
    """20 million, in two equal parts, in March; neither renaming nor other instruments nor its budget bring them twice."""
    equity = Equity(date="2024-03", payer="USA", entities=[HANAU, KUANTAN], usd_million=20.0, budget=20.0)
    model, without = chain_world(equity, scenario=PAID), chain_world(scenario=PAID)
    for each in (model, without):
        each.run_until("2024-03")
    gap = model.cash - without.cash
    assert gap[[row(model, HANAU), row(model, KUANTAN)]] == near([10.0, 10.0]) and booked(model, equity) == 20.0
    model.lift(equity.name)
    model.impose(equity.changed(name="another name", budget=500.0))
    model.impose(given(TaxCredit, usd_per_kg=0.5, date="2024-05"))
    model.run_until("2024-06")
    assert booked(model, equity) + booked(model, equity.changed(name="another name")) == 20.0


def test_a_loan_is_drawn_when_something_is_built_and_repaid_with_interest():
    """60 million at 6 % over two years. Of a plant of 100 that is there in five months 60 are drawn; then 24 equal payments repay what is owed with the interest of the months of building."""
    loan = given(Loan, usd_million=60.0, rate_pct=6.0, years=2.0)
    model = chain_world(loan, scenario=PAID).run_until("2024-03")
    at, lending = row(model, HANAU), model.finance.lending
    model.cash[at], model.debt[at] = 1000.0, 0.0
    assert model.committed[at] == lending.promised[at] == 60.0
    model.finance.spend(at, 100.0, months=5)
    owed_to_creditors = 0.6 * 40.0
    assert model.committed[at] == 0.0 and model.debt[at] == near(60.0 + owed_to_creditors) and booked(model, loan) == 60.0
    for _ in range(5 + 24 - 1):
        model.step()
        assert model.debt[at] >= lending.owed[at] >= 0.0
    factor = 1.005
    payment = 60.0 * factor**4 * 0.005 / (1 - factor**-24)
    assert booked(model, loan, "income") == near(24 * payment) and lending.owed[at] == pytest.approx(0.0, abs=1e-9) and not lending.tranches


def test_money_that_leaves_the_treasury_is_in_the_purse():
    """Cash less debt of the company moves by what the treasury paid less what it took in, and by interest on the loan, beyond what it does without."""
    equity, loan = given(Equity, usd_million=30.0), given(Loan, usd_million=60.0, rate_pct=6.0, years=2.0)
    model, without = chain_world(equity, loan, scenario=PAID), chain_world(scenario=PAID)
    at, wealth = row(model, HANAU), []
    for each in (model, without):
        each.run_until("2024-03")
        each.debt[at] = 0.0
        each.finance.rests[at] = 0.0
    for each in (model, without):
        each.finance.spend(at, 150.0, months=2)
        wealth.append(each.cash[at] - each.debt[at])
    assert wealth[0] - wealth[1] == near(30.0 + 0.5 * 0.4 * 60.0 - (60.0 + 0.6 * 90.0 - 0.6 * 150.0))  # what is lent is not asked of owners


@pytest.mark.parametrize("part", [0.25, 1.0])
def test_creditors_who_take_over_cut_loans_of_states_with_the_rest(part):
    loan = given(Loan, usd_million=60.0, rate_pct=6.0, years=2.0)
    model = chain_world(loan, scenario=PAID).run_until("2024-03")
    at, lending = row(model, HANAU), model.finance.lending
    model.finance.spend(at, 100.0, months=1)
    lending.cut(int(model.finance.purse[at]), part)
    assert lending.owed[at] == near(60.0 * part) and lending.tranches[0].owed == near(60.0 * part)


def test_of_a_project_broken_off_what_creditors_need_not_lend_goes_first_and_the_rest_back_to_the_state():
    """A plant of 100: 60 from the state, of the other 40 three fifths from creditors. 30 need not be spent: 24 of creditors, 6 of the state."""
    loan = given(Loan, usd_million=60.0)
    model = chain_world(loan, scenario=PAID).run_until("2024-03")
    at = row(model, HANAU)
    model.debt[at] = 0.0
    model.finance.spend(at, 100.0, months=12)
    model.finance.spare(at, 30.0)
    assert booked(model, loan, "income") == near(6.0) and model.debt[at] == near(54.0) == model.finance.lending.owed[at] and model.finance.rests[at] == near(0.0)


# What does nothing, and what cannot be

NOTHING = {
    "floor": given(PriceFloor, floor=110.0, share_of_output=0.0),
    "floor of nought": given(PriceFloor, floor=0.0),
    "credit": given(TaxCredit, usd_per_kg=0.0),
    "credit on capital": given(TaxCredit, share_of_capital=0.0),
    "grant": given(Grant, share_of_capital=0.0),
    "equity": given(Equity, usd_million=0.0),
    "loan": given(Loan, usd_million=0.0),
    "no budget": given(PriceFloor, floor=110.0, budget=0.0),
}


@pytest.mark.parametrize("name", NOTHING)
def test_no_strength_moves_no_bit_and_is_said(name):
    """Where projects are decided on and lines are added."""
    runs = [world(*events, expansion_rate=0.02, entry_rate=0.005).run_until("2025-06") for events in ((NOTHING[name],), ())]
    assert equal(*runs) and runs[0].results(firms=True).drop_vars("scenario", errors="ignore").identical(runs[1].results(firms=True))
    assert [each.name for each, _ in runs[0].book.remarks] == [NOTHING[name].name]


def test_instruments_on_one_plant_compose_in_any_order():
    """By name, by date of the file, and by who is first in the book."""
    events = [*BUILDS.values(), given(PriceFloor, entities=[HANAU], good="magnet_high", floor=120.0, payer="JPN")]
    runs = [world(*(each.changed(name=f"{name} {at}") for at, each in enumerate(order)), equity_raised=0.25).run_until("2025-06") for name, order in (("x", events), ("y", events[::-1]))]
    assert equal(*runs) and runs[0].treasury.month.tolist() == runs[1].treasury.month.tolist()


REFUSED = {
    "no volume twice": (PriceFloor, {"floor": 90.0, "share_of_output": 0.5, "tonnes_per_year": 100.0}, "says twice how much it holds for; give either share_of_output or tonnes_per_year"),
    "no credit": (TaxCredit, {}, "does not say once what is paid; give one of usd_per_kg, share_of_cost and share_of_capital"),
    "two credits": (TaxCredit, {"usd_per_kg": 1.0, "share_of_cost": 0.1}, "does not say once what is paid"),
    "no grant": (Grant, {}, "does not say once what is paid; give either share_of_capital or usd_million"),
    "nobody": (Equity, {"usd_million": 1.0, "entities": []}, "does not say once whom it is for; give either entities, or countries and stage"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_said_once_is_refused_in_one_line(name):
    kind, fields, why = REFUSED[name]
    with pytest.raises(InputError) as error:
        given(kind, **fields)
    assert why in str(error.value) and "\n" not in str(error.value)


def test_a_floor_for_who_does_not_make_the_good_does_nothing_and_says_so():
    model = chain_world(given(PriceFloor, floor=90.0, good="metal_NdPr"), scenario=PAID)
    assert "is for nobody who makes metal_NdPr; name other firms or another good" in model.book.remarks[0][1]


def test_a_floor_that_contracts_hold_already_is_refused_by_check():
    """Kuantan sells 0.73 of its NdPr at a floor of 110 USD/kg from April 2026 on: a guarantee of all it makes would count it twice, one of a quarter does not."""
    scenario = Scenario.load("truce_holds")
    for share, name in ((1.0, "all"), (0.25, "a quarter")):
        event = PriceFloor(date="2026-01", payer="JPN", entities=[KUANTAN], good="oxide_NdPr", floor=110.0, share_of_output=share, name=name)
        if share == 1.0:
            with pytest.raises(InputError, match=r'PriceFloor "all": contracts.csv promises LAMP Kuantan a floor for 0.7 of its oxide_NdPr from 2026-03 on; strike floor_usd_per_kg there, or lower share_of_output'):
                refuse_doubles(scenario.with_events((*scenario.events, event)), SHIPPED)
        else:
            refuse_doubles(scenario.with_events((*scenario.events, event)), SHIPPED)


def test_mountain_pass_is_guaranteed_its_price_where_history_happened_alone():
    """All it makes at 110 USD/kg from October 2025, paid by the United States."""
    events = {name: [event for event in Scenario.load(name).events if isinstance(event, PriceFloor)] for name in ("truce_holds", "open_trade", "balanced")}
    (floor,) = events["truce_holds"]
    assert (floor.date, floor.payer, floor.floor, floor.share_of_output, floor.entities) == ("2025-10", "USA", 110.0, 1.0, ("Mountain Pass Stage II/III",)) and not events["open_trade"] and not events["balanced"]


def test_a_model_with_loans_and_floors_goes_on_after_pickling_to_the_same_bits():
    model = world(*(each.changed(name=name) for name, each in BUILDS.items()), equity_raised=0.25).run_until("2024-09")
    again = pickle.loads(pickle.dumps(model))
    assert equal(model.run_until("2025-03"), again.run_until("2025-03")) and len(model.treasury.frame()) > 3
