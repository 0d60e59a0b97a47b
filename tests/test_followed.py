"""Companies that are followed: who is told of, what is told of their plants and projects, and what is refused."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from synthetic import synthetic_runs
from test_losses import overlay
from vocabulary import SHIPPED

from experiments import followed
from experiments.figures import followed as picture
from model import InputError
from model.folder import Folder
from model.projects import CANCELLED, CONSTRUCTION, IDEA, OPERATING, RAMP
from model.recorder import SHUT, WORKS
from model.world import World

COMPANIES = {"Lynas Rare Earths": ["LAMP Kuantan", "Mt Weld"], "Vacuumschmelze": ["VACUUMSCHMELZE Hanau"]}
MONTHS = 48
LINES = pd.DataFrame(
    [("mill", "LAMP Kuantan", "feasibility", "2027-01", 0.5), ("mill", "LAMP Kuantan", "feasibility", "2027-01", 0.5), ("built", "VACUUMSCHMELZE Hanau", "operating", "2024-06", 1.0), ("other", "JL Mag", "idea", "2027-01", 0.1)],
    columns=["project", "entity", "state", "start", "success_probability"],
)
"""Two goods of one project, one of which no investor decides any more, and one of somebody else."""
MADE = SimpleNamespace(tables={"pipeline": LINES, "finance": pd.DataFrame({"entities": ["LAMP Kuantan|Mt Weld", None]})})


@pytest.fixture(scope="module")
def runs():
    """Two replicates of two futures over four years. In the second future Kuantan makes a tonne more a year each month; it is shut at the end in the last replicate, and its mill is decided on; in the first the mill is an idea that one replicate drops."""
    made = synthetic_runs(2, until="2027-12")
    dims, size = ("replicate", "scenario", "month", "firm"), (2, 2, MONTHS, 3)
    output = np.zeros(size, np.float32)
    output[..., 0] = 100.0
    output[:, 1, :, 0] += np.arange(MONTHS)
    output[..., 1:] = 7.0, 5.0
    state = np.full(size, WORKS, np.int8)
    state[1, 1, -1, 0] = SHUT
    course = np.full((2, 2, MONTHS, 1), IDEA, float)
    course[0, 1, 30:40], course[0, 1, 40:44], course[0, 1, 44:] = CONSTRUCTION, RAMP, OPERATING
    course[1, 1, 32:36], course[1, 1, 36:], course[1, 0, 10:] = CONSTRUCTION, CANCELLED, CANCELLED
    return made.assign(
        firm_output=(dims, output), firm_state=(dims, state), firm_cash=(dims, np.full(size, 30.0, np.float32)), project_state=(("replicate", "scenario", "month", "project"), course),
    ).assign_coords(firm=["LAMP Kuantan", "Mt Weld", "VACUUMSCHMELZE Hanau"], project=["mill (LAMP Kuantan)"])  # fmt: skip


def test_who_is_followed_is_said_by_the_table():
    found = followed.load(SHIPPED)
    assert found["MP Materials"] == ["MP Independence", "MP 10X (Northlake TX)"] and {name for mine in found.values() for name in mine} <= set(SHIPPED.entities.index)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("Lynas,LAMP Kuanta,S14,high,\n", 'followed.csv row 2, column entity: unknown firm "LAMP Kuanta"; did you mean "LAMP Kuantan"?'),
        ("Lynas,LAMP Kuantan,S14,high,\n" * 2, 'followed.csv row 3, column company: duplicate of "Lynas, LAMP Kuantan"'),
    ],
)
def test_a_table_that_cannot_be_is_refused_in_one_line(tmp_path, rows, says):
    folder = overlay(tmp_path, followed="company,entity,source,confidence,notes\n" + rows)
    with pytest.raises(InputError) as refused:
        followed.load(SimpleNamespace(name="mine", folder=Folder.open(folder), entities=SHIPPED.entities))
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_world_that_follows_nobody_says_so():
    with pytest.raises(InputError, match=r"^followed\.csv: gallium says nobody who is to be followed; add the table, with company and entity$"):
        followed.load(World.load("gallium"))


def test_a_company_makes_what_its_plants_make_in_the_last_year(runs):
    """107 of both plants; in the second future the mean of 36 to 47 more. Money is told by the company, which has figures of its own or not."""
    table = followed.table(runs, COMPANIES, MADE).set_index(["company", "scenario"])
    assert table.output_t.tolist() == pytest.approx([107.0, 107.0 + 41.5, 5.0, 5.0])
    assert table.plants_work.tolist() == [1.0, 0.5, 1.0, 1.0] and (table.cash_usd_million == 30.0).all() and (table.replicates == 2).all()
    assert table.own_finance.tolist() == [True, True, False, False]


def test_a_project_is_told_of_once_with_when_it_is_decided_on(runs):
    """Decided on in months 30 and 32, dropped in one replicate and at nameplate in the other; what no investor decides on has its table's figures alone."""
    table = followed.decisions(runs, COMPANIES, MADE)
    assert table.project.tolist() == ["mill", "mill", "built", "built"]
    calm, hard, built = table.iloc[0], table.iloc[1], table.iloc[2]
    assert (calm.decided, calm.decided_in, calm.dropped, calm.at_nameplate_in) == (0.0, "", 0.5, "")
    assert (hard.decided, hard.decided_in, hard.dropped) == (1.0, "2026-08", 0.5)
    assert (hard.at_nameplate, hard.at_nameplate_in) == (0.5, "2027-09")
    assert (built.table_state, built.success_probability) == ("operating", 1.0) and pd.isna(built.decided)


def test_the_figure_names_who_makes_more_and_marks_decisions(runs):
    """Kuantan and Mt Weld 41.5 more, Hanau as much as before; a triangle where the mill is decided on, a star at who has no figures of its own."""
    drawn = picture.draw(runs, COMPANIES, followed.decisions(runs, COMPANIES, MADE), followed.told_of(MADE))
    words = " ".join(text.get_text() for text in drawn.findobj(lambda each: hasattr(each, "get_text"))).replace("\n", " ")
    assert "in 2027 Lynas Rare Earths makes 42 t a year more and Vacuumschmelze 0 t" in words and "Vacuumschmelze * VACUUMSCHMELZE Hanau" in words and "100 %" in words
    assert isinstance(runs, xr.Dataset)


@pytest.mark.slow
def test_a_small_run_writes_tables_figure_and_manifest(tmp_path, capsys):
    followed.main(["--replicates", "2", "--until", "2027-12", "--workers", "1", "--out", str(tmp_path / "out")])
    out = tmp_path / "out"
    firms, projects = (pd.read_csv(out / name) for name in ("followed.csv", "projects.csv"))
    assert set(firms.company) == set(followed.load(SHIPPED)) and len(firms) == 2 * firms.company.nunique() and (firms.replicates == 2).all() and (firms.output_t.max() > 0)
    assert set(projects.scenario) == set(followed.SCENARIOS) and projects.decided.notna().any() and (out / "followed.png").stat().st_size > 10_000
    assert json.loads((out / "manifest.json").read_text()) and "Lynas Rare Earths" in capsys.readouterr().out
