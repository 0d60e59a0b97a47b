"""What programmes of public money are worth and cost: who they are, what is taken out, what is paid for a dollar; worked out by hand, and one in the shipped world."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from vocabulary import SHIPPED

from experiments import programmes
from experiments.plan import Plan
from experiments.programmes import ALL, Worth
from experiments.without import belongs, without
from model import Framework, InputError, Scenario, Stockpile, Tariff
from model.names import REGIONS
from model.treasury import BOOKS

VAULT = Stockpile(date="2024-03", name="Vault", payer="USA", country="USA", holder="Project Vault", goods=["magnet_high", "magnet_standard"], months=2)
SMALL = Stockpile(date="2024-03", name="Small", payer="JPN", country="USA", holder="National Defense Stockpile", goods=["oxide_Dy"], months=1, budget=0.5)
DUTY = Tariff(date="2024-03", name="Duty", importer="USA", origins=["CHN"], goods=["magnet_high"], rate=0.1)
FOUND = {"Vault": VAULT, "Small": SMALL}


def test_programmes_are_what_pays_and_no_tax():
    told = Scenario.load("balanced").with_events([VAULT, SMALL, DUTY])
    assert [event.name for event in programmes.programmes(told)] == ["Vault", "Small"]
    assert Worth(("Vault", "Small"), 2).outs == ((), ("Vault",), ("Small",), ("Vault", "Small")) and Worth(("Vault",), 2).outs == ((), ("Vault",)) and Worth(("Vault", "Small"), 2).runs == 8


def test_of_a_framework_each_part_that_pays_is_a_programme():
    """And it can be taken out by its part's name, or whole by its own."""
    bundle = Framework(date="2024-03", name="Pact", parts=[VAULT, DUTY])
    told = Scenario.load("balanced").with_events([bundle, SMALL])
    assert [event.name for event in programmes.programmes(told)] == ["Pact: Vault", "Small"]
    assert [event.name for event in without(told, {"Pact: Vault"}).events] == ["Pact: Duty", "Small"] and [event.name for event in without(told, {"Pact"}).events] == ["Small"]
    assert belongs("Pact: Vault", "Pact") and not belongs("Pactum: Vault", "Pact") and not belongs("Pact", "Pact: Vault")


def test_money_before_the_parting_is_worth_more_and_after_it_less():
    """At 21 % a year: the month of the parting counts 1, a year before 1.21, a year after 1/1.21. November 2026 is the 35th month of January 2024 on."""
    found = programmes.discount(47, 0.21, 0)
    assert found[[22, 34, 46]] == pytest.approx([1.21, 1.0, 1 / 1.21])


@pytest.fixture
def runs():
    """Two replicates of one future. With both programmes 10 and 12 billion USD are lost, without the vault 13 and 17, without the small one 10 and 12, without both 14 and 17. The vault pays 2,000 million in the United
    States and takes 500 in again; the small one pays a thousandth of a million in Japan."""
    values = {name: np.zeros((1, 4, 2)) for name in ("loss", "loss_soon", "capacity", "made", "net_cost", "all_obliged")}
    values["loss"][0] = [[10.0, 12.0], [13.0, 17.0], [10.0, 12.0], [14.0, 17.0]]
    values["capacity"][0] = [[500.0] * 2, [400.0] * 2, [500.0] * 2, [400.0] * 2]
    books = {book: np.zeros((1, 2, len(REGIONS), 2)) for book in BOOKS}
    books["cost"][0, 0, REGIONS.index("USA")], books["income"][0, 0, REGIONS.index("USA")], books["cost"][0, 1, REGIONS.index("JPN")] = 2000.0, 500.0, 0.001
    return xr.Dataset(
        {name: (("scenario", "out", "replicate"), array) for name, array in values.items()} | {name: (("scenario", "programme", "region", "replicate"), array) for name, array in books.items()},
        {"scenario": ["restrictions_resume"], "programme": list(FOUND), "region": list(REGIONS)},
    )


def test_a_programme_is_worth_what_is_lost_without_it(runs):
    """The vault avoids 3 and 5 billion for 1,500 million: 4,000 over 1,500 a dollar. Together 4 and 5."""
    rows = programmes.table(runs, FOUND).set_index("programme")
    assert rows.index.tolist() == ["Vault", "Small", ALL] and rows.avoided.tolist() == [4.0, 0.0, 4.5] and rows.capacity.tolist() == [100.0, 0.0, 100.0]
    assert rows.cost.tolist() == pytest.approx([1500.0, 0.001, 1500.001]) and rows.per_dollar["Vault"] == pytest.approx(4000.0 / 1500.0) and rows.per_dollar[ALL] == pytest.approx(3.0, rel=1e-5)
    assert rows.per_dollar_from["Vault"] == pytest.approx(2.0) and rows.per_dollar_to["Vault"] == pytest.approx(5000.0 / 1500.0)


def test_what_changes_nothing_and_what_costs_nothing_is_said(runs):
    rows = programmes.table(runs, FOUND).set_index("programme")
    assert rows.note["Small"] == "without it nothing differs; pays next to nothing; 2 replicates: the interval is rough" and np.isnan(rows.per_dollar["Small"])
    said = programmes.sentence(rows.reset_index())
    assert "of 2 programmes most is avoided by Vault +4 (3 to 5) billion USD for 1,500 million paid" in said and "1 change nothing" in said and "one by one they sum to +4 billion USD" in said


def test_payers_are_told_by_region_and_book(runs):
    found = programmes.who_pays(runs, FOUND).set_index(["programme", "book", "region"]).million
    assert found.to_dict() == {("Vault", "cost", "USA"): 2000.0, ("Vault", "income", "USA"): 500.0, ("Small", "cost", "JPN"): 0.001}


def test_what_a_programme_paid_is_that_of_its_own_account():
    """In the shipped world the vault's payments are those of the treasury's frame, and the small one stops at its budget; months add up to it."""
    told = Scenario.load("history").with_events([*Scenario.load("history").events, VAULT, SMALL])
    plan = Plan((told,), replicates=1, until="2024-12", parameters="default", world=SHIPPED)
    model, paid = programmes.followed(plan, told, 0, ("Vault", "Small"))
    frame = model.treasury.frame()
    cost = frame[frame.book == "cost"].groupby("name").million.sum()
    assert paid.shape == (12, 3, 2, len(REGIONS)) and paid[:2].sum() == 0.0
    assert paid[:, 0, 0].sum() == pytest.approx(cost["Vault"]) and cost["Vault"] > 0.0 and paid[:, 0, 0, REGIONS.index("USA")].sum() == pytest.approx(cost["Vault"])
    assert paid[:, 0, 1].sum() == pytest.approx(cost.get("Small", 0.0)) and paid[:, 0, 1].sum() <= 0.5 + 1e-9


def test_what_a_part_of_a_framework_pays_is_the_frameworks():
    """The vault alone, and in a pact: the same payments, under the pact's name."""
    paid = []
    for event in (VAULT, Framework(date="2024-03", name="Pact", parts=[VAULT])):
        told = Scenario.load("history").with_events([*Scenario.load("history").events, event])
        plan = Plan((told,), replicates=1, until="2024-09", parameters="default", world=SHIPPED)
        paid.append(programmes.followed(plan, told, 0, (event.name,))[1])
    assert paid[0].sum() > 0.0 and np.array_equal(*paid)


def test_without_any_programme_there_is_nothing_to_do(tmp_path):
    with pytest.raises(InputError) as refused:
        programmes.prepared(programmes.command.read("programmes", "?", ["--scenarios", "open_trade", "--out", str(tmp_path)], programmes.SCENARIOS, 1, alone=True, more=programmes.options))
    assert str(refused.value) == "--scenarios: open_trade have no programme that pays anybody; name a scenario with one, such as a price floor"


FILE = """
name = "with_vault"
sentence = "A vault of magnets."
extends = "history"
last_month = "2027-03"

[[events]]
date = "2024-03"
instrument = "Stockpile"
name = "Vault"
payer = "USA"
country = "USA"
holder = "Project Vault"
goods = ["magnet_high", "magnet_standard"]
months = 2
"""


@pytest.mark.slow
def test_from_the_command_line_to_the_figure(tmp_path, capsys):
    (tmp_path / "with_vault.toml").write_text(FILE)
    programmes.main(["--replicates", "2", "--workers", "1", "--scenarios", str(tmp_path / "with_vault.toml"), "--programmes", "Vault", "--parameters", "default", "--out", str(tmp_path / "out")])
    told = capsys.readouterr().out
    rows = pd.read_csv(tmp_path / "out" / "programmes.csv")
    assert "“with vault”: of 1 programmes" in told and rows.programme.tolist() == ["Vault"] and rows.cost[0] > 0.0 and (tmp_path / "out" / "programmes.png").stat().st_size > 10_000
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["complete"]
