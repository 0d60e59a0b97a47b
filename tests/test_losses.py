"""What redesign and high prices cost: value a kg and its table, four figures by kind, linkages down the chain, and that physical scarcity costs somebody something."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hands import in_china, put
from synthetic import synthetic_runs
from vocabulary import SHIPPED
from worlds import US_CARS, firm

from experiments import compare, metrics
from experiments.figures import kinds
from model import InputError, Scenario, SupplyShock, TradeModel, tables
from model.world import World


def overlay(tmp_path, **tables):
    """A world that extends the usual one and gives some rows, as CSV text."""
    (tmp_path / "world.toml").write_text('name = "mine"\nextends = "magnets"\n', encoding="utf-8")
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


# Value added a kg


def test_value_added_a_kg_is_that_of_the_unit_that_stops():
    """12,000 USD a car of 2 kg; a gram of the leading element stands for as many grams of magnet as hold it."""
    model = TradeModel("balanced")
    for user, value in (("ev_traction@EU27", 6000.0), ("auto_other@JPN", 40000.0), ("hvac@CHN", 130 / 0.12)):
        row = SHIPPED.entities.row[user]
        assert model.value_added[row] == pytest.approx(value / 1000 / SHIPPED.content[SHIPPED.chain.index("magnet_standard"), 0])


def test_a_value_that_is_not_the_units_is_refused_in_both_tables(tmp_path):
    said = r"column value_added_usd_per_kg: 800 USD/kg, but value_added.csv has 350000 USD and 500 kg a unit, 700 USD/kg; leave the cell empty, or correct either"
    with pytest.raises(InputError, match=f"sectors.csv row 2, {said}"):
        World.load(overlay(tmp_path, sectors="sector,value_added_usd_per_kg\nwind,800\n"))
    (tmp_path / "sectors.csv").unlink()
    with pytest.raises(InputError, match=f"demand.csv row 2, {said}"):
        World.load(overlay(tmp_path, demand="sector,country,value_added_usd_per_kg\nwind,USA,800\n"))


def test_a_value_within_the_tolerance_stands():
    tables.check_values({"value_added": SHIPPED.tables["value_added"], "sectors": pd.DataFrame({"sector": ["wind"], "value_added_usd_per_kg": [720.0]}), "demand": SHIPPED.tables["demand"]})


# The figures


def test_loss_is_stopped_lines_given_up_and_redesign_and_the_bill_is_never_in_it():
    runs = synthetic_runs(3, until="2028-12")
    whole = metrics.output_loss(runs) + metrics.demand_given_up(runs) + metrics.redesign_cost(runs)
    for total in (metrics.total_loss(runs), metrics.total_loss_by_region(runs).sum("region"), metrics.total_loss_by_sector(runs).sum("sector")):
        np.testing.assert_allclose(total, whole, rtol=1e-5)
    dear = runs.assign(price_bill=runs.price_bill * 7)
    assert metrics.total_loss(dear).equals(metrics.total_loss(runs)) and (metrics.price_bill(dear) > metrics.price_bill(runs)).all()


def test_twice_the_multiplier_counts_stopped_lines_twice_beside_the_headline_and_never_in_it():
    """The made-up runs have 2 for every sector."""
    runs = synthetic_runs(3, until="2028-12")
    np.testing.assert_allclose(metrics.total_loss_downstream(runs) - metrics.total_loss(runs), metrics.output_loss(runs), rtol=1e-5)
    table = compare.summary(runs)
    shown = {name: compare.row(table, name, 12, "restrictions_resume").difference_median for name in ("output_loss", "total_loss", "total_loss_downstream", "price_bill")}
    assert shown["total_loss_downstream"] > shown["total_loss"] > shown["output_loss"] > 0 < shown["price_bill"]


def test_a_sectors_multiplier_acts_on_its_stopped_lines_alone():
    """2 for cars, 1 for air conditioning."""
    model = in_china(users=(US_CARS, "hvac@USA"))
    put(model, US_CARS, loss=3.0, downstream=2.0)
    put(model, "hvac@USA", loss=5.0)
    told = model.recorder.losses()
    assert [float(told["downstream"][firm(model, user).row]) for user in (US_CARS, "hvac@USA")] == [6.0, 5.0] and told["loss"].sum() == 8.0


@pytest.mark.slow
def test_the_multiplier_of_a_sector_is_that_of_the_table(tmp_path):
    mine = World.load(overlay(tmp_path, sectors="sector,downstream_multiplier\nwind,2\n"))
    model = TradeModel("balanced", world=mine)
    assert set(model.downstream[np.isin(model.sector_names, ["wind"])]) == {2.0} and set(model.downstream[np.isin(model.sector_names, ["hvac"])]) == {1.0}


def test_the_figure_tells_every_kind_and_the_bill():
    runs = synthetic_runs(4, until="2029-12")
    drawn = kinds.draw(runs)
    words = " ".join(text.get_text() for text in drawn.findobj(lambda each: hasattr(each, "get_text")))
    assert all(kind in words for kind in (*metrics.KINDS_OF_LOSS, kinds.BILL)) and "billion USD more is lost" in words.replace("\n", " ")


# Physical scarcity

CHINA, EVERYWHERE = "CHN", ""


@cache
def lost(scenario, depth, country=EVERYWHERE, seed=1, **parameters):
    """Loss outside China by kind from January 2027 to 2031, billion USD, where refiners (of a country or all) lose a share of their capacity in 2027; what is used there less than at the start's prices and designs, thousand t."""
    entities = SHIPPED.entities
    hit = [name for name in entities.index[entities.process == "refine"] if country in ("", entities.country[name])]
    shock = [SupplyShock(date="2027-01", months=12, name="shock", entities=hit, factor=1 - depth)] if depth else []
    given = Scenario.load(scenario)
    model = TradeModel(given.with_events([*given.events, *shock]).with_parameters(parameters), seed=seed).run_until("2031-12")
    results = model.results()
    window = results.sel(sector=list(SHIPPED.headline.sectors), region=results.region != CHINA, month=slice("2027-01", None))
    return {name: float(window[name].sum()) / 1000 for name in (*metrics.KINDS_OF_LOSS.values(), "price_bill", "shortfall")}


def total(found):
    """The three kinds that are losses."""
    return sum(found[name] for name in metrics.KINDS_OF_LOSS.values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_less_refining_in_all_the_world_costs_the_more_the_deeper_it_goes(seed):
    courses = [lost("open_trade", depth, seed=seed) for depth in (0.0, 0.25, 0.5, 0.75)]
    extra = [total(each) - total(courses[0]) for each in courses]
    assert extra == sorted(extra) and extra[2] > 1.0 and extra[3] > 2 * extra[2], extra


@pytest.mark.slow
def test_scarcity_that_comes_through_prices_is_not_free():
    """Half of the world's refining lost for a year stops hardly a line: what it costs is need given up and redesign, and the bill beside them."""
    calm, halved = lost("open_trade", 0.0), lost("open_trade", 0.5)
    more = {name: halved[name] - calm[name] for name in halved}
    assert more["output_loss"] < 0.1 < min(more["demand_given_up"], more["redesign_cost"]) and more["price_bill"] > more["redesign_cost"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_less_refining_in_china_under_octobers_controls_costs_more_where_prices_drive_no_need_away(seed):
    """With the answer of use to prices and redesign off; with either on, need that leaves at a few dollars a kg spares lines that cost thousands (ODD, choice 37), though less is used."""
    still = {"elasticity_scale": 0.0, "thrift_speed": 0.0, "thrift_fear": 0.0}
    usual, halved = (lost("restrictions_resume", depth, CHINA, seed, **still) for depth in (0.0, 0.5))
    assert total(halved) > total(usual) and halved["shortfall"] > usual["shortfall"]
    usual, halved = (lost("restrictions_resume", depth, CHINA, seed) for depth in (0.0, 0.5))
    assert halved["shortfall"] > usual["shortfall"]
