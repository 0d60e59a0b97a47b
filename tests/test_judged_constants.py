"""Judged constants (a headroom, a share) do what their row in parameters.csv or a table says."""

import pandas as pd
import pytest
from vocabulary import DY, NDPR, SHIPPED, WORLD
from worlds import ABROAD, STILL, USERS, chain_links, chain_world, filtered

from model.errors import InputError
from model.start.traits import affinities
from model.world import build


def still(**values):
    """A chain outside China in balance, some parameters changed."""
    return chain_world(scenario=STILL.with_parameters(values))


@pytest.mark.parametrize(("weight", "expected"), [(0.5, 0.5 * (-0.8 * 0.5 + 1.0 * 0.2)), (0.25, 0.25 * -0.4 + 0.75 * 0.2), (1.0, -0.4)])
def test_affinity_weighs_both_great_powers(weight, expected):
    countries = pd.DataFrame({"affinity_to_CHN": [-0.8, 0.5], "affinity_to_USA": [1.0, 0.2]}, index=["AAA", "BBB"])
    assert affinities(countries, ["AAA"], ["BBB"], weight) == pytest.approx([expected])


def test_a_plant_that_ran_full_has_the_headroom_given():
    narrow, wide = still(capacity_headroom=0.0), still(capacity_headroom=0.02)
    row = next(agent.row for agent in narrow.firms.agents if agent.name == ABROAD[0])
    sold = narrow.sales[:, row].sum()
    listed = filtered(chain_links(ABROAD, USERS))["firms"].set_index("entity").capacity_base_t_per_year[ABROAD[0]]
    assert listed * 1e6 / 12 * narrow.measures.content_of_product[row] < sold  # the tiny world sells more than the mine's capacity of 2024
    assert narrow.capacity[row] == pytest.approx(sold, rel=1e-6) and wide.capacity[row] == pytest.approx(1.02 * sold, rel=1e-6)


def test_metal_makers_reckon_with_the_capital_given():
    assert [still(capex_metal=capital).outlook.prospects["metal"].capex for capital in (0.0, 40.0)] == [0.0, 40.0]


def recovery(value=None):
    """Frames in which plants known only from pipeline.csv recover that much NdPr; without such a row if None."""
    recipes = WORLD.tables["recipes"]
    usual = (recipes["role"] == "yield") & (recipes["process"] == "refine") & (recipes["element"] == "NdPr")
    return WORLD.tables | {"recipes": recipes[~usual] if value is None else recipes.assign(value=recipes["value"].mask(usual, value))}


def test_planned_plants_recover_what_the_table_says():
    usual, poor = WORLD, build(WORLD.words, recovery(0.5))
    row = usual.entities.row["Nolans refinery"]
    assert usual.recipes.recovery[[NDPR, DY], row].tolist() == [0.92, 0.85] and poor.recipes.recovery[NDPR, row] == 0.5
    moved = (usual.recipes.recovery != poor.recipes.recovery).any(axis=0)
    assert moved.any() and usual.entities.planned.to_numpy()[moved].all()


def test_a_table_without_planned_plants_is_refused_in_one_line():
    with pytest.raises(InputError, match=r"^recipes\.csv: role: no yield of oxide_NdPr NdPr in refine; add the row$"):
        build(WORLD.words, recovery())


def test_every_project_says_how_long_it_takes():
    assert (SHIPPED.tables["pipeline"].lead_time_years > 0).all()
