"""Attribution: what each mechanism carries, and which switches there can be."""

import numpy as np
import pandas as pd
import pytest

from experiments import attribution
from model import InputError
from model.folder import Folder
from model.world import World


def test_a_switch_carries_what_is_lost_with_it():
    """With all on 3 and 5, without it 1 and 2: it carries 2 and 3, of a difference of 4."""
    table = attribution.carried({"": pd.DataFrame({"x": [3.0, 5.0]}), "a": pd.DataFrame({"x": [1.0, 2.0]})}, {"a": "something"}).set_index("switch")
    assert (table.carries["a"], table.share["a"], table.on["a"], table.off["a"]) == (2.5, 2.5 / 4, 4.0, 1.5)
    assert table.carries["all on"] == 4.0 and table.share["all on"] == 1.0


@pytest.mark.parametrize("world", ["magnets", "gallium", "germanium"])
def test_every_switch_turns_off_parameters_of_its_world_and_has_words_of_its_own(world):
    facts = World.load(world)
    found = attribution.switches(facts.folder)
    assert len(found) > 10 and len({words for _, words in found.values()}) == len(found)
    assert all(facts.parameters[name].value != value for values, _ in found.values() for name, value in values.items() if facts.parameters[name].group != "contracts")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a/../b,home_first,0,something,S58", 'switches.csv row 2, column switch: "a/../b" is no name for a switch'),
        ("all_on,home_first,0,something,S58", "and not all_on"),
        ("new,home_first,0,contracts,S58", "give each switch words of its own"),
        ("new,home_first,7,something,S58", "column off: home_first: 7.0 is out of range"),
        ("new,nothing,0,something,S58", 'unknown parameter "nothing"'),
    ],
)
def test_a_switch_that_cannot_be_is_refused_in_one_line(tmp_path, row, says):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "world.toml").write_text('name = "mine"\nsentence = "Of my own."\nextends = "magnets"\n')
    (tmp_path / "mine" / "switches.csv").write_text(f"switch,parameter,off,words,source\n{row}\n")
    with pytest.raises(InputError) as refused:
        attribution.switches(Folder.open(tmp_path / "mine"))
    assert says in str(refused.value) and "\n" not in str(refused.value)
