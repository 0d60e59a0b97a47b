"""Policies at equal cost: regret, break-even chance, what satisfies and the search for sizes, each worked by hand; and the whole of it, small."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from synthetic import synthetic_results
from vocabulary import WORLD

from experiments import accounts, ensemble, equal_cost, files, headline, policy_portfolio, regret
from experiments.plan import Plan
from experiments.policy_portfolio import Sized
from model import InputError, Scenario
from model.names import CHINA, REGIONS

CALM, HARSH = "truce_holds", "restrictions_resume"


# ---- decisions


def test_regret_is_what_the_best_policy_of_the_storyline_would_have_spared():
    """Totals 0, 3 in calm and 10, 4 in the harsh storyline: none is regretted by 0 and 6, the policy by 3 and 0; the policy has the smaller worst."""
    total = np.array([[0.0, 3.0], [10.0, 4.0]])
    assert regret.regret(total).tolist() == [[0.0, 3.0], [6.0, 0.0]]
    assert regret.worst(regret.regret(total)).tolist() == [6.0, 3.0]


def test_weights_are_shares_whatever_they_sum_to():
    assert regret.expected(np.array([[1.0], [4.0]]), np.array([6.0, 3.0])).tolist() == [2.0]


def test_break_even_is_premium_over_premium_and_payout():
    """2 paid in the calm, 6 brought in the harsh storyline: 2/8. At that chance both weigh the same: 0.75*2 = 0.25*6."""
    chance = regret.break_even(np.array([2.0, -1.0, 2.0, -1.0, 0.0]), np.array([6.0, 6.0, -1.0, -1.0, 0.0]))
    assert chance.tolist() == [0.25, 0.0, np.inf, np.inf, np.inf] and 0.75 * 2.0 == 0.25 * 6.0


def test_an_avoided_dollar_has_no_price_where_none_is_avoided():
    assert regret.per_avoided(np.array([3.0, 3.0, 3.0]), np.array([6.0, 0.0, -1.0])).tolist() == [0.5, np.inf, np.inf]


def test_a_run_satisfies_if_it_loses_and_costs_little_enough():
    assert regret.satisfies(np.array([0.005, 0.006, 0.001]), np.array([1.0, 1.0, 2.1]), 0.005, 2.0).tolist() == [True, False, False]


# ---- equal cost


def test_a_size_whose_cost_is_in_proportion_is_found_at_once():
    """At its own size it costs 2 of 5: two and a half times of it."""
    assert equal_cost.following([(1.0, 2.0)], 5.0) == 2.5 and equal_cost.within([(1.0, 2.0), (2.5, 5.1)], 5.0, 0.05) and not equal_cost.within([(1.0, 2.0)], 5.0, 0.05)


def test_between_a_size_too_cheap_and_one_too_dear_a_power_is_followed():
    """2 at 1 and 32 at 4 is twice the square: 8 at 2. From nothing on it is a line: 5 of 10 halfway between 1 and 3."""
    assert equal_cost.following([(1.0, 2.0), (4.0, 32.0)], 8.0) == pytest.approx(2.0) == equal_cost.following([(4.0, 32.0), (1.0, 2.0)], 8.0)
    assert equal_cost.following([(1.0, 0.0), (3.0, 10.0)], 5.0) == 2.0


def test_no_step_is_wild_and_none_leaves_the_bounds():
    assert equal_cost.following([(1.0, 0.01)], 5.0) == 8.0 == equal_cost.following([(1.0, 0.0)], 5.0)
    assert equal_cost.following([(1.0, 1000.0)], 5.0) == 1 / 8
    assert equal_cost.following([(1.0, 1.0)], 5.0, most=3.0) == 3.0 and equal_cost.following([(1.0, 1.0), (3.0, 3.0)], 5.0, most=3.0) is None


def test_a_cost_that_no_longer_follows_its_size_cannot_be_turned_further():
    assert equal_cost.following([(1.0, 2.0), (2.5, 2.01)], 5.0) is None and equal_cost.following([(1.0, 0.0), (8.0, 0.0)], 5.0) is None
    assert equal_cost.following([(1.0, 2.0), (2.5, 3.0)], 5.0) == pytest.approx(2.5 * 5 / 3)


@pytest.mark.parametrize(
    ("cost", "most", "factor", "note"),
    [
        (lambda x: 2.0 * x, 99.0, 2.5, ""),
        (lambda x: x * x, 99.0, 5.0**0.5, ""),
        (lambda x: 2.0 * min(x, 1.2), 99.0, 2.5, "cannot cost more than 2.4 billion USD"),
        (lambda x: 2.0 * x, 1.7, 1.7, "cannot cost more than 3.4 billion USD"),
        (lambda x: 0.0, 99.0, 1.0, "cannot cost more than 0 billion USD"),
        (lambda x: 20.0 + x, 99.0, 1 / 32, "cannot cost less than 20 billion USD"),
    ],
)  # fmt: skip
def test_every_policy_is_turned_until_it_costs_the_same_or_is_marked(cost, most, factor, note):
    """Target 5 billion USD; `most` is where a share would exceed 1."""
    found = policy_portfolio.search("x", cost(1.0), 5.0, cost, lambda wanted: wanted <= most)
    assert found.note == note and (note or abs(cost(found.factor) / 5.0 - 1) <= policy_portfolio.TOLERANCE)
    assert found.factor == pytest.approx(factor, rel=0.03) and found.words == "x *" * bool(note) + "x" * (not note)


def test_a_policy_without_a_size_stays_as_it_is():
    """Refused at any other size, up or down."""
    for first in (2.0, 50.0):
        assert policy_portfolio.search("x", first, 5.0, lambda _: pytest.fail("was tried"), lambda wanted: wanted == 1.0).factor == 1.0


def test_the_usual_cost_is_the_middle_of_what_policies_cost():
    assert policy_portfolio.middle({"a": 0.0, "b": 2.0, "c": 6.0}) == 4.0
    with pytest.raises(InputError, match="none of them costs anything"):
        policy_portfolio.middle({"a": 0.0})


# ---- money


def test_money_is_worth_less_later_and_only_future_money_counts():
    """At 10 %: 1 now, 1/1.1 a year on; what lies before the start is over."""
    months = ["2026-06", "2026-07", "2027-07"]
    values = xr.DataArray([100.0, 1.0, 1.0], dims="month", coords={"month": months})
    assert float(accounts.present(values, 0.1, "2026-07")) == pytest.approx(1 + 1 / 1.1)
    assert float(accounts.present(values, 0.0, "2026-07")) == 2.0


class Ran:
    """A model whose results are made up."""

    facts = WORLD

    def __init__(self, results):
        self.made = results

    def run_until(self, _):
        return self

    def results(self):
        return self.made


def test_accounts_are_those_of_the_headline_outside_china():
    """Electric cars in Japan need 2 t worth 6,000 USD/kg: 0.012 billion USD; China's cost and loss, and those of users of oxides, are not in it."""
    results = synthetic_results(HARSH, 1, "2026-12")
    for name in ("need", "output_loss", "demand_given_up", "redesign_cost", "public_cost", "public_income", "obliged_cost"):
        results[name][:] = 0.0
    results.need.loc[{"sector": "ev_traction", "region": ["JPN", CHINA]}] = 2.0
    results.need.loc[{"sector": "nonmagnet_dy", "region": "JPN"}] = 50.0
    results.output_loss.loc[{"sector": "ev_traction", "region": ["JPN", CHINA]}] = 40.0
    results.redesign_cost.loc[{"sector": "ev_traction", "region": "JPN"}] = 2.0
    results.public_cost.loc[{"payer": ["USA", CHINA]}] = 5.0
    kept = accounts.accounts(Ran(results), "2026-12")
    assert kept.loss.values == pytest.approx(0.042) and kept.value.values == pytest.approx(0.012) and kept.need.values == pytest.approx(2.0)
    assert kept.public_cost.isel(instrument=0).values == pytest.approx(0.005) and not kept.obliged_cost.any()
    assert set(kept.capacity.dims) == {"month"} and "JPN" in REGIONS and headline.of(kept).sectors == WORLD.headline.sectors


def test_what_comes_back_lowers_the_cost_and_duties_do_not():
    """5 paid and 2 laid on others, 1 comes back by the policy's own kind, 3 by duties and 4 by a kind nobody holds: 6."""
    kinds = ["Truce", "Tariff", "ExportBan"]
    money = [[5.0, 0, 0], [1.0, 3.0, 4.0], [2.0, 0, 0]]
    runs = xr.Dataset({name: (("month", "instrument"), [values]) for name, values in zip(accounts.BOOKS, money, strict=True)}, {"instrument": kinds})
    assert policy_portfolio.total_cost(runs, ["Truce", "Tariff"]).values.tolist() == [6.0]


# ---- tables


@pytest.fixture
def runs():
    """Two replicates. No policy loses 0 in the calm and 10 (8, 12) in the harsh storyline. Saver costs 1 and avoids 8 of it; idler costs 2 and avoids nothing."""
    loss = [[[0, 0], [0, 0], [0, 0]], [[8, 12], [1, 3], [8, 12]]]
    cost = [[[0, 0], [1, 1], [2, 2]], [[0, 0], [1, 1], [2, 2]]]
    dims, coords = ("storyline", "policy", "replicate"), {"storyline": [CALM, HARSH], "policy": [policy_portfolio.NONE, "saver", "idler"]}
    made = xr.Dataset({"loss": (dims, np.array(loss, float)), "cost": (dims, np.array(cost, float))}, coords)
    return made.assign(avoided=made.loss.isel(policy=0, drop=True) - made.loss, value=xr.full_like(made.loss, 1000.0)).transpose(*dims)


SIZES = [Sized("saver", 2.0), Sized("idler", 1.0, "cannot cost more than 2 billion USD")]


def by_policy(runs, weights=(1.0, 1.0), limits=(0.005, 1.5)):
    return policy_portfolio.by_policy(runs, SIZES, np.array(weights), limits).set_index("policy")


def test_the_table_of_policies_is_what_is_worked_out_by_hand(runs):
    """Expected avoided loss 8/2 = 4 at cost 1: a quarter a dollar. Worst regret of none: 10 - (2+1) = 7; saver 1, in the calm; idler 12 - 3 = 9. Premium 1, payout 8 - 1 = 7: 1/8."""
    found = by_policy(runs)
    assert found.avoided.tolist() == [0.0, 4.0, 0.0] and found.cost.tolist() == [0.0, 1.0, 2.0] and found.per_avoided["saver"] == 0.25 and np.isinf(found.per_avoided["idler"])
    assert found.worst_regret.tolist() == [7.0, 1.0, 9.0] and found.worst_in.tolist() == [HARSH, CALM, HARSH]
    assert (found.premium["saver"], found.payout["saver"], found.break_even["saver"]) == (1.0, 7.0, 0.125) and np.isinf(found.break_even["idler"])
    assert found.least_share.to_dict() == {policy_portfolio.NONE: 0.0, "saver": 1.0, "idler": 0.0}
    assert (found.worst_regret_from[policy_portfolio.NONE], found.worst_regret_to[policy_portfolio.NONE]) == (8 - 2, 12 - 4)


def test_what_satisfies_is_a_weighed_share_of_runs(runs):
    """0.5 % of 1000 is 5: saver loses 0, 0, 1, 3 and costs 1: all. None: only the calm half. Idler costs too much. With three quarters on the harsh storyline none satisfies a quarter."""
    assert by_policy(runs).satisfied.tolist() == [0.5, 1.0, 0.0]
    assert by_policy(runs, (1.0, 3.0)).satisfied[policy_portfolio.NONE] == 0.25 and by_policy(runs, (1.0, 3.0)).avoided["saver"] == 6.0
    assert by_policy(runs, limits=(0.002, 1.5)).satisfied["saver"] == 0.75


def test_a_cell_has_its_regret_and_the_chance_from_which_it_pays(runs):
    cells = policy_portfolio.by_cell(runs, SIZES).set_index(["storyline", "policy"])
    assert cells.regret.loc[CALM].tolist() == [0.0, 1.0, 2.0] and cells.regret.loc[HARSH].tolist() == [7.0, 0.0, 9.0]
    assert cells.net[HARSH, "saver"] == 7.0 and cells.break_even[HARSH, "saver"] == 0.125 and np.isnan(cells.break_even[CALM, "saver"])
    assert cells.words[HARSH, "idler"] == "idler *" and "cannot cost more" in cells.note[HARSH, "idler"] and "rough" in cells.note[HARSH, "saver"]


def test_the_sentence_names_the_least_regretted_and_marks_who_costs_less(runs):
    table = policy_portfolio.by_policy(runs, SIZES, np.ones(2), (0.005, 1.5))
    said = policy_portfolio.sentence(table, 1.0, runs)
    assert "saver would be regretted least: 1 billion USD at worst" in said and "saver from 12 (11 to 14) %" in said and "idler" not in said.split("on:")[1].split(".")[0] and "* does not cost the same" in said
    assert "never" in policy_portfolio.in_words(table) and "* idler: cannot cost more than 2 billion USD" in policy_portfolio.in_words(table)


def test_weights_are_asked_by_name():
    assert policy_portfolio.weights_of([f"{HARSH}=3"], [CALM, HARSH]).tolist() == [1.0, 3.0]
    for text, says in ((f"{HARSH}", "does not weigh"), (f"{HARSH}=much", "has no number"), (f"{HARSH}=-1", "0 or more"), (f"{HARSH}=nan", "0 or more")):
        with pytest.raises(InputError, match=says):
            policy_portfolio.weights_of([text], [CALM, HARSH])


# ---- a course instead of all results


def test_a_plan_with_a_course_keeps_what_it_says_and_has_parts_of_its_own(tmp_path):
    plan = Plan((Scenario.load(CALM), Scenario.load(HARSH)), replicates=1, seed=3, until="2026-12")
    whole = ensemble.run(plan, tmp_path, progress=False)
    kept = ensemble.run(replace(plan, course=accounts.accounts), tmp_path, progress=False)
    assert "price" in whole and "price" not in kept and dict(kept.sizes)["month"] == 36
    outside = [region for region in REGIONS if region != CHINA]
    assert kept.need.values == pytest.approx(whole.need.sel(sector=list(WORLD.headline.sectors), region=outside).sum(["sector", "region"]).values, rel=1e-4)
    assert kept.drawn_capacity.values == pytest.approx(whole.drawn_capacity.values, nan_ok=True)


# ---- the whole of it


STOCK = """
name = "{name}"
sentence = "The United States keep NdPr; they pay."
size = "tonnes"

[[events]]
date = "2026-07"
instrument = "Stockpile"
name = "{name}"
payer = "USA"
country = "USA"
goods = ["oxide_NdPr"]
tonnes = {tonnes}
"""


@pytest.fixture
def stocks(tmp_path):
    """Two patches that differ in size only."""
    for name, tonnes in (("small", 10.0), ("large", 30.0)):
        (tmp_path / f"{name}.toml").write_text(STOCK.format(name=name, tonnes=tonnes))
    return [str(tmp_path / f"{name}.toml") for name in ("small", "large")]


def options(out, *more):
    return ["--scenarios", CALM, HARSH, "--replicates", "1", "--until", "2027-06", "--workers", "1", "--out", str(out), *more]


@pytest.mark.slow
def test_the_whole_of_it_turns_two_stocks_to_one_cost_and_goes_on_where_it_stopped(stocks, tmp_path, capsys, monkeypatch):
    """Both are the same stock, so that at one cost they have one size, one loss and one regret; a second command computes nothing anew."""
    out = tmp_path / "out"
    policy_portfolio.main(options(out, "--patches", *stocks))
    said = capsys.readouterr().out
    table, cells, runs = (pd.read_csv(out / f"{name}.csv") for name in ("policies", "cells", "runs"))
    manifest = files.read_json(out / "manifest.json")
    mine = table.set_index("policy")
    assert mine.cost["small"] == pytest.approx(mine.cost["large"], rel=2 * policy_portfolio.TOLERANCE) and mine.cost["small"] == pytest.approx(manifest["cost"], rel=policy_portfolio.TOLERANCE)
    assert mine.factor["small"] == pytest.approx(3 * mine.factor["large"], rel=0.15) and manifest["factors"]["small"] > 1.0 > manifest["factors"]["large"]
    assert len(runs) == 3 * 2 and len(cells) == 3 * 2 and (cells.groupby("storyline").regret.min() == 0.0).all() and mine.cost[policy_portfolio.NONE] == 0.0
    assert "would be regretted least" in said and manifest["complete"] and {path.name for path in out.glob("*.png")} == {"regret.png", "tradeoff.png"}
    monkeypatch.setattr(ensemble, "replicate_runs", lambda *_: pytest.fail("computed again"))
    policy_portfolio.main(options(out, "--patches", *stocks))
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--patches", "nothing_such"], 'unknown patch "nothing_such"'),
        (["--patches", "{small}", "{small}*2"], "small, small are not all different"),
        (["--cost", "0"], "--cost: 0 is not above 0"),
        (["--discount", "101"], "--discount: 101 is outside 0 to 100"),
        (["--pilot", "0"], "--pilot: 0 replicates find no size"),
        (["--weights", "truce=2"], "does not weigh a storyline"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_a_line(more, says, stocks, tmp_path, capsys):
    words = [word.format(small=stocks[0]) for word in more]
    with pytest.raises(SystemExit) as ended:
        policy_portfolio.main(options(tmp_path / "out", *(words if "--patches" in words else ["--patches", *stocks, *words])))
    line = capsys.readouterr().err
    assert ended.value.code == 2 and says in line and line.count("\n") == 1 and not (tmp_path / "out").exists()
