"""Recycling as a stock-flow: what was put into use comes back a lifetime later, as far as it is collected (E13)."""

import numpy as np
import pandas as pd
import pytest
from hands import abroad, near, still
from vocabulary import SHIPPED, WORLD
from worlds import ABROAD, EU_CARS, US_CARS, USERS, chain_links, filtered, firm

from experiments import recycling
from experiments.recycling import PlantsForAll
from model import Scenario, TradeModel, kernels
from model.kernels.groups import Collectors, Retired
from model.start.used import age_classes, rate_of
from model.world import build

RECYCLERS = SHIPPED.tables["firms"].query("process in ('recycle', 'recycle_sm')").set_index("entity")
TONNES = 12e-6
"""A year's tonnes of a gram a month."""


def used(growth, scale, ages, months=4000):
    """What reaches the end of its life in a month over what is put to use in it, after use has grown at that rate for ages: the months of the past, one by one."""
    classes, use = np.zeros(ages), 1.0
    for _ in range(months):
        classes[0] += use
        moved = classes * min(ages / (12 * 15 * scale), 1.0)
        classes -= moved
        classes[1:] += moved[:-1]
        use *= np.exp(growth / 12)
    return moved[-1] * np.exp(growth / 12) / use


@pytest.mark.parametrize(("growth", "scale", "spread"), [(0.0, 1.0, 0.35), (0.1, 1.0, 0.35), (0.1, 1.25, 0.5), (-0.03, 0.8, 1.0)])
def test_the_past_before_the_start_is_that_of_steady_growth(growth, scale, spread):
    """Cars last fifteen years; the first month's end of life is that of a past reckoned month by month."""
    model = grown(growth, lifetime_scale=scale, lifetime_spread=spread)
    model.step()
    user = firm(model, EU_CARS)
    assert user.retired[0] / user.entered[0] == pytest.approx(used(growth, scale, age_classes(spread)), rel=2e-3)


def grown(growth, **parameters):
    """A chain abroad whose users' need has grown at one rate."""
    frames = filtered(chain_links(ABROAD, USERS))
    frames = frames | {"demand": frames["demand"].assign(growth_pct_per_year=100 * np.expm1(growth))}
    return TradeModel(still(demand_growth_scale=1.0, **parameters), world=build(WORLD.words, frames))


def test_the_fields_usual_spreads_are_eight_classes_more_or_less():
    """A Weibull lifetime of shape 3 has a standard deviation of 0.36 of its mean, one of 2 0.52, one of 4.5 0.25."""
    assert [age_classes(spread) for spread in (0.25, 0.35, 0.5, 1.0)] == [16, 8, 4, 1]


def test_without_growth_as_much_comes_out_of_use_as_goes_in_from_the_first_month_on_and_again_after_a_new_start():
    model = abroad(scenario=still())
    model.step()
    user = firm(model, US_CARS)
    assert user.retired == pytest.approx(user.entered, rel=1e-4)
    model = abroad(scenario=still(lifetime_scale=0.2))
    model.in_use[:] = 0.0
    model.ledger.open()
    seen = []
    for _ in range(110):
        model.step()
        seen.append(firm(model, US_CARS).retired[0] / firm(model, US_CARS).entered[0])
    assert seen[3] < 0.01 and 0.4 < seen[36] < 0.7 and seen[-1] == pytest.approx(1.0, abs=2e-3)


def test_longer_lifetimes_put_the_end_off():
    """With growth less reaches it; a model that starts empty sees it later."""
    early, late = (TradeModel(Scenario.load("truce_holds").with_parameters({"lifetime_scale": scale})).retired.sum() for scale in (0.8, 1.25))
    assert 0.6 * early < late < 0.95 * early


@pytest.fixture(scope="module")
def start():
    """The shipped world after its first month."""
    model = TradeModel(Scenario.load("truce_holds"), seed=1)
    model.step()
    return model


def test_recyclers_collect_what_they_did_in_the_base_year(start):
    """As the table has it, in tonnes of NdPr: 1419 and 40 t of magnets."""
    content = SHIPPED.tables["recipes"].query("role == 'content' and good == 'magnet_standard' and element == 'NdPr'").value.iloc[0]
    for agent in start.recyclers.agents:
        table = RECYCLERS.collected_base_t.fillna(0.0).get(agent.name, 0.0)
        assert agent.allotted[start.chain.lead[agent.product]] * TONNES == pytest.approx(table * content, rel=2e-3)


def test_the_shares_collected_in_the_base_year_are_small(start):
    """A fiftieth in China and a three-hundredth in the rest of the world: no table contradicts another."""
    shares = {agent.name: agent.gathers for agent in start.recyclers.agents if agent.gathers > 0}
    assert len(shares) == 2 and all(0.001 < share < 0.03 for share in shares.values())


def test_the_one_rate_that_makes_an_amount_minds_each_ceiling():
    """Of 100 and 300, of which 0.1 and 0.5 can be collected: 30 is 0.075 of both, 100 all of the first's tenth and 0.3 of the second, 200 is 40 more than can be."""
    leaving, ceiling = np.array([100.0, 300.0]), np.array([0.1, 0.5])
    assert rate_of(30.0, leaving, ceiling) == near((0.075, 0.0)) and rate_of(100.0, leaving, ceiling) == near((0.3, 0.0)) and rate_of(200.0, leaving, ceiling) == near((1.0, 40.0))


@pytest.mark.slow
def test_a_table_that_collects_more_than_there_is_is_told(tmp_path, caplog):
    """Ten thousand times the old magnets of the table in China are more than its users have to give: all that can be collected is, and a line says so."""
    (tmp_path / "world.toml").write_text('name = "mine"\nsentence = "Of my own."\nextends = "magnets"\n')
    rows = pd.read_csv(SHIPPED.folder.file("firms.csv"), dtype=str, keep_default_na=False).query("entity.str.startswith('China NdFeB scrap')")
    rows.assign(collected_base_t="400000").to_csv(tmp_path / "firms.csv", index=False)
    model = TradeModel("balanced", world=tmp_path)
    (line,) = [record.getMessage() for record in caplog.records if "collected_base_t" in record.getMessage()]
    assert line.startswith("firms.csv: collected_base_t: recycle in CHN: 1.12e+05 t of NdPr collected, ") and "lower it, or correct lifetime_years" in line
    assert model.gathers.max() == 1.0


def shared_out(mandate, sought, room, grams, most):
    """What plants of two regions get of what reaches the end of its life, by element and plant."""
    users, plants = grams.shape[1], len(sought)
    place, at = np.arange(users) % 2, np.arange(plants) % 2
    left = np.array([grams[:, place == region].sum(axis=1) for region in range(2)]).T.copy()
    allotted = np.full((3, plants + 1), 7.0)[:, 1:]
    retired = Retired(grams=grams, place=place, most=most, mandate=np.full(users, mandate))
    kernels.collect_used(0, np.array([1.0, 1.0, 0.0]), retired, Collectors(place=at, sought=sought, room=room, given=np.zeros(plants)), left.copy(), allotted)
    return allotted, left, at


def test_a_mandate_never_lowers_what_is_collected_and_nobody_gets_what_is_not_there():
    luck = np.random.default_rng(1)
    for _ in range(200):
        grams = np.floor(luck.exponential(10.0 ** luck.integers(0, 9), (3, 7)))[:, 1:]
        sought, room, most = luck.exponential(grams[0].sum(), 4) * luck.integers(0, 2, 4), luck.exponential(grams[0].sum(), 4), luck.random(6)
        before = -1.0
        for mandate in (0.0, 0.2, 0.5, 1.0):
            allotted, left, at = shared_out(mandate, sought, room, grams, most)
            assert (allotted == np.floor(allotted)).all() and (allotted >= 0).all() and (allotted[2] == 0).all()
            assert (allotted[0] <= room + 1e-6).all()
            assert all((allotted[:, at == region].sum(axis=1) <= left[:, region]).all() for region in range(2))
            assert allotted[0].sum() >= before - len(at)  # but for grams rounded down
            before = allotted[0].sum()


def collected(months="2025-03", **parameters):
    """Grams of NdPr collected up to a month of the truce."""
    model = TradeModel(Scenario.load("truce_holds").with_parameters(parameters), seed=1).run_until(months)
    assert not any(model.ledger.imbalance().values())
    results = model.results()
    assert (results.collected <= results.end_of_life.sum("region") + 1e-6).all()
    return float(results.collected.sel(element="NdPr").sum())


@pytest.fixture(scope="module")
def usual():
    return collected()


@pytest.mark.parametrize(("name", "value", "more"), [("collection_mandate", 0.3, True), ("collectable_scale", 0.0, False), ("lifetime_scale", 1.25, False)])
def test_more_is_collected_under_a_mandate_and_none_where_none_can_be(usual, name, value, more):
    found = collected(**{name: value})
    assert found > 2 * usual if more else found < usual
    assert found == 0.0 or name != "collectable_scale"


def test_old_and_new_scrap_add_up_to_what_recyclers_make(start):
    results, made = start.results(), start.output
    for element, name in enumerate(start.chain.elements):
        goods = [good for process in start.chain.of_kind("Recycler") for good in process.outputs if start.chain.lead[good] == element]
        whole = sum(made[good, start.recorder.recyclers].sum() for good in goods) / 1e6
        assert float(results.recycled.sel(element=name).sum()) == pytest.approx(whole)
    assert (results.recycled >= 0).all() and 0 < float(results.recycled.sel(scrap="old").sum()) < 0.05 * float(results.recycled.sum())


def test_where_no_lifetimes_are_given_scrap_comes_from_outside_the_books():
    model = TradeModel("history", seed=1, world="gallium").run_until("2022-06")
    assert model.retired.sum() == 0 and model.ledger.book["end_of_life"] < 0 and model.ledger.book["in_use"] == model.in_use.sum()
    assert float(model.results().collected.sum()) > 0 and float(model.results().recycled.sel(scrap="old").sum()) == 0


def test_with_plants_for_all_what_must_be_collected_is_the_limit():
    """A mandate of a tenth, below every sector's ceiling: a tenth of what reaches the end of its life outside China is collected where there is a recycler, and all regions have one."""
    course = Scenario.load("truce_holds").with_parameters({"collection_mandate": 0.1})
    few, many = (TradeModel(course, seed=1, parts=parts).run_until("2024-02").results().isel(month=-1) for parts in ((), [PlantsForAll()]))
    shares = [float(each.collected.sel(element="NdPr", region=each.region != "CHN").sum() / each.end_of_life.sel(element="NdPr", region=each.region != "CHN").sum()) for each in (few, many)]
    assert shares[0] < 0.095 and shares[1] == pytest.approx(0.1, rel=1e-3)


def test_a_mandate_beyond_all_is_refused_in_one_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        recycling.main(["--mandates", "0.3", "30", "--replicates", "1", "--until", "2026-12", "--out", str(tmp_path / "out")])
    assert ended.value.code == 2 and capsys.readouterr().err == "--mandates: 30 is no share; give numbers from 0 to 1\n"
