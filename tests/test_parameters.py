"""The table of parameters: what it refuses, and what it lets people set."""

import pickle

import pytest

from model import parameters
from model.errors import InputError
from model.folder import Folder

HEADER = "name,value,unit,low,high,minimum,maximum,group,source,note\n"
ROW = "alarm,0.25,1/month,0.1,0.5,0,1,beliefs,assumption,speed of alarm\n"


def table(folder, *rows):
    """A world that has nothing but this table of parameters."""
    (folder / "parameters.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    return Folder((folder,))


def test_a_row_becomes_a_parameter(tmp_path):
    alarm = parameters.load(table(tmp_path, ROW))["alarm"]
    assert (alarm.value, alarm.unit, alarm.low, alarm.high, alarm.maximum) == (0.25, "1/month", 0.1, 0.5, 1.0)


def test_the_shipped_table_gives_every_default():
    assert parameters.defaults() == {name: each.value for name, each in parameters.PARAMETERS.items()}
    assert len(parameters.PARAMETERS) > 50
    assert all(each.unit and each.source for each in parameters.PARAMETERS.values())


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ROW, ROW], 'row 3, column name: "alarm" is there twice'),
        ([ROW.replace("0.25", "0.05")], "row 2: low 0.1 is above value 0.05"),
        ([ROW.replace("0.1,", "0.6,")], "low 0.6 is above value 0.25"),
        ([ROW.replace(",0,1,", ",0.2,1,")], "minimum 0.2 is above low 0.1"),
        ([ROW.replace("0.25", "nan")], "row 2, column value: must be a finite number"),
        ([ROW.replace("0.25", "much")], "row 2, column value: must be a valid number"),
        ([ROW.replace("0.25", "")], "row 2, column value: must be a valid number"),
        ([ROW.replace("1/month", "")], "row 2, column unit: "),
        ([ROW.replace("assumption", " ")], "row 2, column source: "),
        ([ROW.replace("speed of alarm", "speed, of alarm")], "row 2: has more or fewer cells"),
        ([], "has no rows"),
    ],
)
def test_refuses_in_one_line(tmp_path, rows, words):
    with pytest.raises(InputError) as error:
        parameters.load(table(tmp_path, *rows))
    assert str(error.value).startswith("parameters.csv")
    assert words in str(error.value) and "; " in str(error.value) and "\n" not in str(error.value)


def test_refuses_a_missing_column(tmp_path):
    (tmp_path / "parameters.csv").write_text(HEADER.replace("unit,", "") + ROW.replace("1/month,", ""))
    with pytest.raises(InputError, match="row 1, column unit: is missing; add the column"):
        parameters.load(Folder((tmp_path,)))


def test_a_world_gives_its_own_values_over_those_of_the_world_it_extends(tmp_path):
    basic, own = tmp_path / "basic", tmp_path / "own"
    for folder, rows in ((basic, (ROW, ROW.replace("alarm,0.25", "calm,0.3"))), (own, (ROW.replace("0.25", "0.4"), ROW.replace("alarm", "fear")))):
        folder.mkdir()
        table(folder, *rows)
    found = parameters.load(Folder((basic, own)))
    assert {name: each.value for name, each in found.items()} == {"alarm": 0.4, "calm": 0.3, "fear": 0.25}


def test_a_table_that_changes_is_read_again(tmp_path):
    assert parameters.load(table(tmp_path, ROW))["alarm"].value == 0.25
    assert parameters.load(table(tmp_path, ROW.replace("0.25", "0.4")))["alarm"].value == 0.4


def test_check_takes_numbers_and_numbers_with_their_unit():
    assert parameters.check({"belief_down": 0.02}) == {"belief_down": 0.02}
    assert parameters.check({"belief_down": {"value": 0.02, "unit": "1/month"}}) == {"belief_down": 0.02}
    assert parameters.check({"cover_feed": 3}) == {"cover_feed": 3.0}


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("belief_dwn", 1, 'parameters.belief_dwn: unknown parameter "belief_dwn"; did you mean "belief_down"?'),
        ("belief_down", 1.2, "parameters.belief_down: 1.2 is out of range; give 0 to 1 (1/month)"),
        ("belief_down", -0.1, "out of range"),
        ("belief_down", float("nan"), "out of range"),
        ("belief_down", float("inf"), "out of range"),
        ("belief_down", "0.1", "must be a number"),
        ("belief_down", True, "must be a number"),
        ("belief_down", {"value": 0.02, "unit": "1/year"}, 'unit is "1/month", not "1/year"'),
        ("belief_down", {"unit": "1/month"}, "has no value"),
        ("belief_down", {"valeu": 0.02}, 'did you mean "value"?'),
    ],
)
def test_check_refuses_in_one_line(name, given, words):
    with pytest.raises(InputError) as error:
        parameters.check({name: given})
    assert words in str(error.value) and "\n" not in str(error.value)


def test_a_row_that_is_gone_is_named():
    values = parameters.Values(present=1.0)
    assert values.present == 1.0 and pickle.loads(pickle.dumps(values)) == values
    with pytest.raises(InputError, match=r'parameters\.csv: no row is named "absent"; put it back'):
        values.absent
