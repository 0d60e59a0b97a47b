"""Whose loss costs most: what each is told to cost, when somebody stops and when it is over, what others make up, and what networks would have told; worked out by hand."""

import json

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hands import HANAU, JL, two_chains
from synthetic import synthetic_runs
from vocabulary import WORLD
from worlds import REFINER, oxide_world

from experiments import branches, centrality, chokepoints
from experiments.chokepoints import Case, Loss
from experiments.plan import Plan
from model import InputError, Scenario, TradeModel
from model.names import REGIONS

SECTORS = ("ev_traction", "wind")
GOODS = np.array([2.0, 10.0])
"""Prices of two goods, USD/kg."""


@pytest.fixture
def pair():
    """A calm course and one in which EV makers in Japan lack a tenth of their need in months 3 to 5 and those of the United States a twentieth in months 4 to 8 of 12; a tonne lost is worth 100 million USD."""
    made = xr.zeros_like(synthetic_runs(1, until="2024-12").isel(replicate=0)[list(chokepoints.COUNTED)].astype(float))
    made["need"].loc[{"sector": list(SECTORS)}] = 100.0
    there = {"scenario": "restrictions_resume", "sector": "ev_traction"}
    for place, lost, months in (("JPN", 10.0, slice(2, 5)), ("USA", 5.0, slice(3, 8))):
        spell = made.month.values[months]
        made["unmet_demand"].loc[there | {"region": place, "month": spell}] = lost
        made["output_loss"].loc[there | {"region": place, "month": spell}] = 100.0 * lost
    made["output_loss"].loc[there | {"region": "CHN", "month": "2024-05"}] = 2500.0
    return made


def made(*rows):
    """(month, good, firm) of what three firms make of two goods in two months, t: given for each month and firm, of the first good; the second is made by the last firm."""
    found = np.zeros((2, 2, 3))
    found[:, 0] = rows
    return found


def told(pair, loss=("LAMP Kuantan",), months=1):
    outputs = np.zeros((12, len(WORLD.chain.goods), len(WORLD.entities)))
    return chokepoints.against((pair.isel(scenario=0), outputs), (pair.isel(scenario=1), outputs), Loss(loss, months), WORLD)


def test_somebody_stops_in_the_third_month_and_it_is_over_in_the_ninth(pair):
    """Japan's makers stop in month 3, those of the United States go on to month 8. 3 * 10 and 5 * 5 t at 100 million USD are 5.5 billion; 2.5 in China stand apart."""
    found = told(pair)
    assert (float(found.survive), float(found.recover)) == (3.0, 9.0)
    assert (float(found.loss), float(found.loss_in_china), float(found.unmet)) == pytest.approx((5.5, 2.5, 55.0))
    assert (found.sector.values[int(found.first_sector)], found.region.values[int(found.first_region)]) == ("ev_traction", "JPN")


def test_of_two_that_stop_at_once_the_one_that_goes_without_most_is_first(pair):
    pair["unmet_demand"].loc[{"scenario": "restrictions_resume", "sector": "wind", "region": "EU27", "month": "2024-03"}] = 40.0
    found = told(pair)
    assert (found.sector.values[int(found.first_sector)], found.region.values[int(found.first_region)]) == ("wind", "EU27")


def test_what_stops_in_either_course_is_no_stop_of_the_loss(pair):
    """Nobody stops beyond the baseline's; there is nothing to get over."""
    pair["unmet_demand"][:] = 20.0
    found = told(pair)
    assert np.isinf(float(found.survive)) and float(found.recover) == 0.0 and float(found.first_sector) == chokepoints.NOBODY


def test_others_make_up_all_half_or_none():
    """The first firm's 10 t a month are gone for a month, 20 USD/kg a tonne less: 20,000 USD, 0.02 million. Others make 10, 5 or 0 t more of it meanwhile; what they make of another good does not count."""
    calm = made((10.0, 10.0, 10.0), (10.0, 10.0, 10.0))
    for more, expected in ((10.0, 1.0), (5.0, 0.5), (0.0, 0.0)):
        then = made((0.0, 10.0 + more, 10.0), (10.0, 10.0, 12.0))
        then[:, 1, 2] = 50.0
        found = chokepoints.made_up(calm, then, np.array([0]), 1, GOODS)
        assert found["not_made"] == pytest.approx(0.02) and found["made_by_others"] == pytest.approx(0.02 * expected)
        assert found["made_by_others_in_all"] == pytest.approx(0.02 * expected + 0.004)


def test_a_share_of_nothing_is_none():
    assert chokepoints.share(np.array([1.0, 1.0]), np.array([2.0, 0.0])).tolist() == pytest.approx([0.5, np.nan], nan_ok=True)


def test_a_branch_goes_on_to_the_same_bits_as_a_run_from_the_start():
    """And with a loss to those of a scenario that has it from the first month."""
    plan = Plan((Scenario.load("truce_holds"),), replicates=1, until="2024-10")
    past, loss = branches.Branches(plan, 0, "2024-06"), Loss(("JL Mag", "LAMP Kuantan"), 3).shock("2024-06")
    for events in ((), (loss,)):
        straight = TradeModel(plan.scenario(plan.scenarios[0].with_events((*plan.scenarios[0].events, *events)), 0), seed=plan.model_seed(0), world=plan.world).run_until("2024-10")
        went_on = past.branch(events).run_until("2024-10")
        assert all(np.array_equal(straight.recorder.lines[name], went_on.recorder.lines[name]) for name in straight.recorder.lines)


def measured(model, firms, months=3, watched=8):
    """What the loss of some firms costs in a tiny world, after a month."""
    kept = branches.Branches.__new__(branches.Branches)
    model.run_until("2024-01")
    kept.kept = branches.pickle.dumps(model)
    calm, then = (chokepoints.watched(kept.branch(events), watched) for events in ((), [Loss(firms, months).shock("2024-02")]))
    return chokepoints.against(calm, then, Loss(firms, months), model.facts)


def test_who_sells_to_nobody_costs_nothing():
    """In a world of one oxide user JL Mag and Hanau stand idle."""
    found = measured(oxide_world(), (JL, HANAU))
    assert (float(found.loss), float(found.unmet), float(found.not_made), float(found.recover)) == (0.0, 0.0, 0.0, 0.0) and np.isinf(float(found.survive))


def test_the_only_refiner_is_missed_and_nobody_makes_it_up():
    found = measured(oxide_world(), (REFINER,))
    assert float(found.not_made) > 0.0 and float(found.made_by_others) == 0.0


def test_the_other_chain_makes_up_some_of_it():
    """Two chains each serve half: without one maker the other sells more, and users go without something."""
    found = measured(two_chains(), (JL,), months=6, watched=12)
    assert float(found.not_made) > 0.0 and 0.0 < float(found.made_by_others) <= float(found.not_made) and float(found.unmet) > 0.0
    assert float(measured(two_chains(), (JL, HANAU), months=6, watched=12).unmet) > float(found.unmet)


def graph():
    """A mine sells 10 t at 2 USD/kg to a refiner, who sells 5 t at 10 USD/kg to each of two users; a second mine sells nothing."""
    found = nx.MultiDiGraph()
    found.add_edge("mine", "refiner", good="ore", flow=10.0)
    found.add_edge("spare", "refiner", good="ore", flow=0.0)
    for user in ("one", "two"):
        found.add_edge("refiner", user, good="oxide", flow=5.0)
    return found


def test_centralities_of_a_chain_by_hand():
    """The refiner stands on both ways from the mine to users: 2 of the 3 * 2 pairs of others. The mine reaches three, the refiner two. The refiner sells for 0.1 million USD, the mine for 0.02."""
    network = centrality.trade(graph(), {"ore": 2.0, "oxide": 10.0})
    found = centrality.centralities(network)
    assert "spare" not in network and found["throughput"] == pytest.approx({"mine": 0.02, "refiner": 0.1, "one": 0.0, "two": 0.0})
    assert found["betweenness"]["refiner"] == pytest.approx(2 / 6) and found["betweenness"]["mine"] == 0.0
    assert found["dependants"] == {"mine": 3.0, "refiner": 2.0, "one": 0.0, "two": 0.0}
    assert found["pagerank"]["mine"] > found["pagerank"]["refiner"] > found["pagerank"]["one"]


def test_places_hold_the_firms_in_them_and_what_they_sell_each_other_is_no_trade():
    network = centrality.trade(graph(), {"ore": 2.0, "oxide": 10.0}, {"mine": "here", "refiner": "here"})
    assert sorted(network.edges) == [("here", "one"), ("here", "two")]


def test_ranks_agree_fully_not_at_all_or_cannot():
    assert centrality.rank_correlation([1.0, 2.0, 9.0], [0.1, 0.5, 0.6]) == pytest.approx(1.0)
    assert centrality.rank_correlation([1.0, 2.0, 9.0], [3.0, 2.0, 1.0]) == pytest.approx(-1.0)
    assert np.isnan(centrality.rank_correlation([1.0, 1.0], [1.0, 2.0]))


CASES = tuple(Case(chokepoints.PLACE, f"{name} in X", f"{name} in X", "X", name, 6, (f"{name} firm",)) for name in ("magnet", "mine"))


@pytest.fixture
def runs():
    """Two replicates of two cases: magnets cost 4 and 6 billion USD, nobody makes them up; mines cost 1 and 1, others make up half."""
    values = {
        "loss": [[4.0, 6.0], [1.0, 1.0]], "loss_in_china": [[0.0, 0.0]] * 2, "unmet": [[5.0, 5.0]] * 2, "survive": [[2.0, 4.0], [np.inf] * 2], "recover": [[9.0, 11.0], [0.0, 0.0]],
        "first_sector": [[0.0, 0.0], [-1.0] * 2], "first_region": [[0.0, 1.0], [-1.0] * 2], "not_made": [[10.0, 10.0], [8.0, 8.0]], "made_by_others": [[0.0, 0.0], [4.0, 4.0]], "made_by_others_in_all": [[1.0, 1.0], [8.0, 8.0]],
    }  # fmt: skip
    return xr.Dataset(
        {name: (("case", "replicate"), np.array(array)) for name, array in values.items()}, {"replicate": [0, 1], "sector": ["ev_traction", "wind"], "region": list(REGIONS)}
    )


NETWORK = pd.DataFrame({name: [1.0, 2.0] for name in centrality.MEASURES})


def test_the_table_ranks_and_tells_medians(runs):
    rows = chokepoints.table(runs, CASES, NETWORK, 36, WORLD).set_index("stage")
    assert rows.index.tolist() == ["magnet", "mine"] and rows.loss.tolist() == [5.0, 1.0] and rows.made_up.tolist() == [0.0, 0.5] and rows.made_up_in_all.tolist() == [0.1, 1.0]
    assert (rows.survive["magnet"], rows.recover["magnet"], rows.first_share["magnet"], rows.anybody_stops["magnet"]) == (3.0, 10.0, 0.5, 1.0)
    assert rows["first"]["mine"] == "" and np.isinf(rows.survive["mine"]) and rows.recover["mine"] == 0.0 and (rows.note == "2 replicates: the interval is rough").all()


def test_measures_of_networks_are_held_against_the_loss(runs):
    """They rank mines above magnets, the loss the other way round; what is not made up ranks as the loss does."""
    found = chokepoints.agreement(runs, CASES, NETWORK).set_index("measure").rank_correlation
    assert found["betweenness"] == pytest.approx(-1.0) and found["value not made and not made up"] == pytest.approx(1.0) and found["share not made up"] == pytest.approx(1.0)


def test_the_sentence_tells_the_dearest_first(runs):
    rows = chokepoints.table(runs, CASES, NETWORK, 36, WORLD)
    said = chokepoints.sentence(rows, chokepoints.agreement(runs, CASES, NETWORK), "2027-01")
    assert (
        "6 months without magnet in X, from January 2027, cost users outside China 5 (4 to 6) billion USD (5-95 % of runs: 4.1 to 5.9)" in said
        and "Next: mine in X (1)." in said
        and "2 replicates: the interval is rough" in said
    )


def test_a_firm_alone_in_its_place_is_one_loss_and_two_cases(runs):
    alone = Case(chokepoints.FIRM, "mine firm", "mine firm", "X", "mine", 6, ("mine firm",))
    assert chokepoints.of_cases(runs, (*CASES, alone)).loss.values.tolist() == [[4.0, 6.0], [1.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--date", "2035-01"], "--date: 36 months from 2035-01 end after truce_holds does, in 2035-12; give an earlier month"),
        (["--date", "soon"], '--date: "soon" is not a month; write it like 2030-06'),
        (["--months", "0"], "--months, --largest: 0 and 30 cannot be; give 1 month or more, and 0 firms or more"),
        (["--scenarios", "truce_holds", "open_trade"], "--scenarios: truce_holds, open_trade are several; name the one in which firms are taken away"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(words, says, tmp_path):
    with pytest.raises(InputError) as refused:
        chokepoints.prepared(chokepoints.command.read("chokepoints", "?", [*words, "--out", str(tmp_path)], chokepoints.SCENARIOS, 1, alone=True, more=chokepoints.options))
    assert str(refused.value) == says


@pytest.mark.slow
def test_from_the_command_line_to_the_figure(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(chokepoints, "AFTER", 4)
    real = chokepoints.whom

    def few(*given):
        cases, network = real(*given)
        kept = [at for at, case in enumerate(cases) if case.name in ("magnet in CHN", "parts in MEX", "LAMP Kuantan")]
        return tuple(cases[at] for at in kept), network.iloc[kept].reset_index(drop=True)

    monkeypatch.setattr(chokepoints, "whom", few)
    chokepoints.main(["--replicates", "2", "--workers", "1", "--date", "2025-02", "--months", "2", "4", "--parameters", "default", "--out", str(tmp_path)])
    told = capsys.readouterr().out
    rows = pd.read_csv(tmp_path / "chokepoints.csv")
    assert "2 months without magnet making in China" in told and "4 months without" in told and (tmp_path / "chokepoints.png").stat().st_size > 20_000
    china = rows[rows["name"] == "magnet in CHN"].set_index("months")
    assert china.loss[4] > china.loss[2] > 0.0 and json.loads((tmp_path / "manifest.json").read_text())["complete"]
