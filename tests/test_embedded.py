"""Magnets inside motors and parts: the world needs what it did, mass closes, measures act on the goods they name, buyers turn to parts and back."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from vocabulary import SHIPPED
from worlds import equal

from model import ExportLicence, InputError, Scenario, Tariff, TradeModel
from model.folder import Folder
from model.rules.demand import to_parts, turn
from model.rules.production import add_lines
from model.world import World, build

CHAIN = SHIPPED.chain
PARTS = tuple(CHAIN.goods[part] for part, _ in CHAIN.parts)
INSIDE = tuple(CHAIN.goods[inside] for _, inside in CHAIN.parts)
ROWS = SHIPPED.tables["embedded"].query("part == 1")
STILL = Scenario.load("balanced")
EMBARGO = {"date": "2024-03", "origin": "CHN", "approval_rate": 0.0, "announced_severity": 0.9}


@cache
def without():
    """The shipped world in which nothing crosses borders in parts."""
    return build(SHIPPED.words, SHIPPED.tables | {"embedded": SHIPPED.tables["embedded"][:0]})


def by(world, goods, end):
    """Tonnes of each of some goods at one end of the relations: (good, firm)."""
    rel = world.relations
    return np.array([np.bincount(getattr(rel, end), rel.tonnes * (rel.good == CHAIN.index(good)), world.count) for good in goods])


def under(*events, last="2024-12", scenario=STILL, seed=1, **parameters):
    return TradeModel(scenario.with_events((*scenario.events, *events)).with_parameters(parameters), seed=seed).run_until(last)


def shipped_abroad(model, goods):
    """Tonnes that left China, month by month."""
    return model.results().china_exports.sel(good=list(goods)).sum(["good", "destination"]).values


# ---------------------------------------------------------------------- who buys what at the start
def test_the_world_needs_what_it_did_grade_by_grade():
    users = (SHIPPED.entities.kind == "OEM").to_numpy()
    before, after = (by(world, INSIDE, "buyer")[:, users].sum(axis=1) for world in (without(), SHIPPED))
    moved = by(SHIPPED, PARTS, "buyer")[:, users].sum(axis=1)
    assert after + moved == pytest.approx(before, rel=1e-9) and moved.sum() == pytest.approx(ROWS.tonnes_base.sum(), rel=1e-9)
    assert (moved > 0.01 * before).all()


def test_makers_of_the_products_sell_what_they_did():
    assert by(SHIPPED, INSIDE, "seller") == pytest.approx(by(without(), INSIDE, "seller"), rel=1e-9, abs=1e-6)


def test_makers_of_parts_buy_what_they_sell():
    rows = (SHIPPED.entities.kind == "PartsMaker").to_numpy()
    bought, sold = by(SHIPPED, INSIDE, "buyer")[:, rows], by(SHIPPED, PARTS, "seller")[:, rows]
    assert bought == pytest.approx(sold, rel=1e-9) and (sold.sum(axis=0) > 0).all()
    assert sold.sum(axis=0) == pytest.approx(ROWS.groupby("exporter").tonnes_base.sum()[SHIPPED.entities.country[rows]].to_numpy(), rel=1e-9)


def test_each_row_leaves_one_user_and_reaches_another():
    change = {name: by(SHIPPED, goods, "buyer").sum(axis=0) for name, goods in (("products", INSIDE), ("parts", PARTS))}
    was = by(without(), INSIDE, "buyer").sum(axis=0)
    for column, place, seen in (("taken_from", "exporter", was - change["products"]), ("used_in", "importer", change["parts"])):
        for (sector, country), tonnes in ROWS.groupby([column, place]).tonnes_base.sum().items():
            assert seen[SHIPPED.entities.row[f"{sector}@{country}"]] == pytest.approx(tonnes, rel=1e-9)


def test_capacity_for_parts_stands_above_what_is_made():
    model = TradeModel(STILL, seed=1)
    rows = model.rows["parts"]
    assert model.capacity[rows] == pytest.approx((1 + model.p.parts_headroom) * model.output[:, rows].sum(axis=0))


def test_nothing_moves_while_nothing_happens():
    results = under(last="2025-06").results()
    assert shipped_abroad(under(last="2025-06"), PARTS) == pytest.approx(ROWS.query("exporter == 'CHN'").tonnes_base.sum() / 12, rel=1e-3)
    assert float(results.unmet_demand.sum()) < 1e-3 * float(results.need.sum())


# ---------------------------------------------------------------------- mass
def test_the_books_close_and_every_element_goes_along():
    model = under(ExportLicence(name="parts", goods=list(PARTS[:2]), **EMBARGO), scenario=Scenario.load("restrictions_resume"), last="2027-06")
    assert not any(model.ledger.imbalance().values())
    heavy = CHAIN.parts[-1][0]
    held = model.finished[heavy] + model.inputs[heavy]
    assert (held[CHAIN.heavy].sum(axis=1)[:2] > 0).all()


def test_firms_alone_and_in_cohorts_do_the_same():
    event = ExportLicence(name="products", goods=list(INSIDE), **EMBARGO)
    one, other = (TradeModel(STILL.with_events([event]), seed=2, agentwise=alone).run_until("2024-09") for alone in (False, True))
    assert one.turned.max() > 0 and equal(one, other)


# ---------------------------------------------------------------------- measures name goods
def test_a_licence_on_products_lets_parts_flow():
    model = under(ExportLicence(name="products", goods=list(INSIDE), **EMBARGO), last="2025-02")
    inside, bare = shipped_abroad(model, PARTS), shipped_abroad(model, INSIDE)
    assert bare[5:].max() < 0.05 * bare[0] and inside[2:].min() > 0.98 * inside[0] and inside[-1] > 1.1 * inside[0]


def test_a_licence_on_parts_stops_them_alone():
    model = under(ExportLicence(name="parts", goods=list(PARTS), **EMBARGO), last="2025-02")
    inside, bare = shipped_abroad(model, PARTS), shipped_abroad(model, INSIDE)
    assert inside[2:].max() < 1e-9 * inside[0] and bare[2:].min() > 0.9 * bare[0]


def test_a_duty_on_parts_is_paid_on_parts_alone():
    duty = Tariff(date="2024-02", importer="USA", origins=["CHN"], goods=list(PARTS), rate=0.25)
    model = under(duty, last="2024-04")
    rows = np.flatnonzero(model.levers.tariff)
    assert rows.size and {CHAIN.goods[good] for good in model.trade.good[rows]} <= set(PARTS)
    assert (model.country_of[model.trade.buyer[rows]] == "USA").all() and (model.country_of[model.trade.seller[rows]] == "CHN").all()


# ---------------------------------------------------------------------- turning to parts
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_the_more_can_turn_the_less_goes_unmet(seed):
    event = ExportLicence(name="products", goods=list(INSIDE), capacity_share=0.5, **EMBARGO | {"date": "2024-09", "approval_rate": 1.0})
    unmet = [float(under(event, last="2026-12", seed=seed, parts_ceiling=ceiling).results().unmet_demand.sum()) for ceiling in (0.0, 0.15, 0.4)]
    assert unmet[0] > 1.02 * unmet[1] > 1.02 * 1.02 * unmet[2]


def test_buyers_of_parts_turn_with_fear_and_back():
    event = ExportLicence(name="products", until="2025-03", goods=list(INSIDE), **EMBARGO)
    early, late = (under(event, last=month, belief_down=0.2) for month in ("2025-02", "2028-12"))
    parts = [part for part, _ in CHAIN.parts]
    buys, turned = early.base_need[parts] > 0, early.turned[parts]
    assert (turned[~buys] == 0).all() and (turned[buys] > 0.1 * early.p.parts_ceiling).all() and np.median(turned[buys]) > 0.4 * early.p.parts_ceiling
    assert turned.max() <= early.p.parts_ceiling and late.turned[parts].max() < 0.1 * turned.max()


def test_need_is_only_moved():
    event = ExportLicence(name="products", goods=list(INSIDE), **EMBARGO)
    one, other = (under(event, last="2024-12", parts_ceiling=ceiling, elasticity_scale=0.0, thrift_speed=0.0, thrift_fear=0.0) for ceiling in (0.0, 0.4))
    place = list(INSIDE + PARTS)
    needs = [model.need[[CHAIN.index(good) for good in place]][:, model.rows["use"]] for model in (one, other)]
    assert needs[0].sum(axis=0) == pytest.approx(needs[1].sum(axis=0), rel=1e-9) and not np.allclose(*needs)


def test_rules_by_hand():
    assert turn(0.0, 0.525, 0.05, 1.0, 0.2, 10.0) == pytest.approx(0.2 * 0.5 / 10) and turn(0.1, 0.05, 0.05, 1.0, 0.2, 10.0) == pytest.approx(0.09)
    assert turn(0.0, 0.525, 0.05, 0.25, 0.2, 10.0) == pytest.approx(0.2 * 0.75 / 10)
    assert to_parts(5.0, 40.0, 10.0, 2.0) == 5.0 and to_parts(5.0, 32.0, 10.0, 2.0) == 2.0 and to_parts(5.0, 20.0, 10.0, 2.0) == 0.0
    assert add_lines(100.0, 100.0, 0.25, 5.0) == 105.0 and add_lines(100.0, 50.0, 0.25, 5.0) == 100.0


# ---------------------------------------------------------------------- own worlds and bad input
def overlay(tmp_path, **tables):
    (tmp_path / "world.toml").write_text('name = "mine"\nextends = "magnets"\n', encoding="utf-8")
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


def row(**cells):
    """The cells of the first row of the shipped table that is a part, with others in some places."""
    keys = ["exporter", "importer", "product", "taken_from"]
    first = ROWS.iloc[0]
    return [dict({key: first[key] for key in keys} | {"used_in": first.used_in, "part": 1, "tonnes_base": 100, "source": "S58", "confidence": "assumption"}, **cells)]


def test_an_own_row_acts(tmp_path):
    world = World.load(overlay(tmp_path, embedded=row(tonnes_base=2000)))
    more = by(world, PARTS, "buyer").sum() - by(SHIPPED, PARTS, "buyer").sum()
    assert more == pytest.approx(2000 - ROWS.iloc[0].tonnes_base, rel=1e-9)
    assert not Folder.open("gallium").files("embedded.csv")


@pytest.mark.parametrize(
    ("cells", "place", "says"),
    [
        ({"tonnes_base": 17000}, "tonnes_base", "17,000 t leave CHN in parts, but industrial_robots_motors@CHN has"),
        ({"exporter": "IND"}, "exporter", "nobody in IND makes parts; add a maker to firms.csv"),
        ({"taken_from": "wind_power"}, "taken_from", 'unknown sector "wind_power"; did you mean'),
        ({"taken_from": "smco_drones"}, "taken_from", 'unknown user "smco_drones"'),
        ({"used_in": "hvac", "importer": "MEX"}, "used_in", 'unknown user "hvac"; '),
        ({"used_in": ""}, "used_in", 'unknown user ""; '),
        ({"taken_from": "nonmagnet_dy"}, "tonnes_base", "nonmagnet_dy@CHN has 0 t to put into them"),
        ({"tonnes_base": -1}, "tonnes_base", "-1 is negative"),
        ({"part": 2}, "part", "2 is too large"),
    ],
)
def test_what_cannot_be_inside_is_refused_in_a_line(tmp_path, cells, place, says):
    with pytest.raises(InputError) as refused:
        World.load(overlay(tmp_path, embedded=row(**cells)))
    line = str(refused.value)
    assert line.startswith("embedded.csv row 2, column " + place) and says in line and "\n" not in line


MAKER = "Chinese makers of motors and parts"
PROCESS = {"process": "parts"}


@pytest.mark.parametrize(
    ("table", "cells", "says"),
    [
        ("firms", {"entity": MAKER, "production_base_t": 5, "capacity_base_t_per_year": 5}, "follows from embedded.csv; write 0"),
        ("firms", {"entity": "Mexican makers of motors and parts", "country": "CHN"}, "a second maker of parts in CHN; keep one"),
        ("processes", PROCESS | {"takes": ";".join(INSIDE[:2])}, "puts one product into each part"),
        ("processes", PROCESS | {"takes": ";".join(INSIDE[::-1])}, "puts one product into each part"),
        ("goods", {"good": PARTS[0], "lead": "Dy"}, "give both the same lead in goods.csv"),
        ("goods", {"good": PARTS[0], "kg_per_kg_lead": 3}, "leave the cell empty"),
    ],
)
def test_parts_that_cannot_be_made_are_refused_in_a_line(tmp_path, table, cells, says):
    with pytest.raises(InputError) as refused:
        World.load(overlay(tmp_path, **{table: [cells]}))
    line = str(refused.value)
    assert ".csv row " in line and ", column " in line and says in line and "\n" not in line
