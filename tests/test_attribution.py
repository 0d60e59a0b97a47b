"""Attribution and switches: what each mechanism carries, how two act on each other, and which switches there can be."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import attribution
from experiments.plan import Plan
from model import InputError, Scenario, TradeModel, parameters, switches
from model.folder import Folder
from model.switches import Switch
from model.world import World

THINGS = {name: Switch(name, f"thing {name}", "S58", {name: 0.0}) for name in "ab"}


def test_a_switch_carries_what_is_lost_with_it():
    """With all on 3 and 5, without it 1 and 2: it carries 2 and 3, of a difference of 4."""
    table = attribution.carried({(): pd.DataFrame({"x": [3.0, 5.0]}), ("a",): pd.DataFrame({"x": [1.0, 2.0]})}, THINGS).set_index("switch")
    assert (table.carries["a"], table.share["a"], table.on["a"], table.off["a"]) == (2.5, 2.5 / 4, 4.0, 1.5)
    assert table.carries["all on"] == 4.0 and table.share["all on"] == 1.0
    assert "they sum to 62 % of the difference" in attribution.in_words(table.reset_index()) and "2 replicates: the interval is rough" in attribution.in_words(table.reset_index())


def test_two_that_carry_the_same_act_on_each_other():
    """Alone each carries 2 of 5, both together 3: one short of the sum, in both replicates."""
    outcomes = {(): [5.0, 6.0], ("a",): [3.0, 4.0], ("b",): [3.0, 4.0], ("a", "b"): [2.0, 3.0]}
    found = attribution.interactions({off: pd.DataFrame({"x": values}) for off, values in outcomes.items()}, THINGS).iloc[0]
    assert (found.one_carries, found.other_carries, found.both_carry, found.interaction, found.low, found.high) == (2.0, 2.0, 3.0, -1.0, -1.0, -1.0)
    assert found.words == "thing a and thing b" and "-1" in attribution.pairs_in_words(pd.DataFrame([found]))


def test_pairs_are_made_of_those_that_carry_most_up_or_down():
    carries = [9.0, -8.0, 0.1, 3.0, -4.0, 5.0, 0.2, 6.0]
    table = pd.DataFrame({"outcome": "x", "switch": list("abcdefgh"), "carries": carries})
    assert attribution.largest(table) == ["a", "b", "h", "f", "e", "d"]


def test_all_on_is_the_headline_to_the_last_bit():
    """The same plan, and the same run where every switch is turned on by name."""
    plan = Plan((Scenario.load("truce_holds"), Scenario.load("restrictions_resume")), replicates=2)
    assert attribution.off(plan, ()).key == plan.key != attribution.off(plan, ("fear",)).key
    usual, on = (TradeModel(Scenario.load("restrictions_resume").with_parameters(values), seed=3).run_until("2027-01") for values in ({}, dict.fromkeys(plan.world.switches, 1.0)))
    assert all(np.array_equal(usual.recorder.lines[name], on.recorder.lines[name]) for name in usual.recorder.lines) and usual.p == on.p


@pytest.mark.parametrize("world", ["magnets", "gallium", "germanium"])
def test_every_switch_is_a_parameter_of_its_group_and_turns_others_of_its_world(world):
    facts = World.load(world)
    known = facts.switches
    assert len(known) > 10 and len({each.words for each in known.values()}) == len(known)
    for name, each in known.items():
        switch = facts.parameters[name]
        assert (switch.value, switch.low, switch.high, switch.minimum, switch.maximum, switch.group) == (1.0, 1.0, 1.0, 0.0, 1.0, "switch")
        assert all(facts.parameters[turned].value != value for turned, value in each.off.items() if facts.parameters[turned].group != "contracts")


def test_a_switch_moves_its_parameters_as_far_as_it_is_turned():
    """Off they have the values of switches.csv, whatever was drawn; half on they lie half way; on they keep every bit."""
    two = Switch("two", "two things", "S58", {"speed": 0.0, "limit": 5.0})
    for on, speed, limit in ((0.0, 0.0, 5.0), (0.5, 0.15, 3.0), (1.0, 0.3, 1.0)):
        values = parameters.Values(two=on, speed=0.3, limit=1.0)
        switches.turn(values, [two])
        assert (values.speed, values.limit) == (speed, limit)
    scenario = Scenario.load("restrictions_resume").with_parameters({"thrift": 0.0, "thrift_speed": 0.05})
    assert TradeModel(scenario, seed=1).p.thrift_speed == 0.0


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a/../b,home_first,0,something,S58", 'switches.csv row 2, column switch: "a/../b" is no name for a switch'),
        ("new,home_first,0,contracts,S58", "give each switch words of its own"),
        ("new,home_first,7,something,S58", "column off: home_first: 7.0 is out of range"),
        ("new,nothing,0,something,S58", 'unknown parameter "nothing"'),
        ("triage,triage,1,something,S58", "triage is a parameter of parameters.csv; give the switch a name of its own"),
    ],
)
def test_a_switch_that_cannot_be_is_refused_in_one_line(tmp_path, row, says):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "world.toml").write_text('name = "mine"\nsentence = "Of my own."\nextends = "magnets"\n')
    (tmp_path / "mine" / "switches.csv").write_text(f"switch,parameter,off,words,source\n{row}\n")
    with pytest.raises(InputError) as refused:
        parameters.switches_of(Folder.open(tmp_path / "mine"))
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_sentence_that_says_why_names_a_switch_that_was_turned_off():
    """Of README and report: "because" stands in a sentence only beside the name of a switch of a world, in backquotes or as code."""
    root, names = Path(__file__).resolve().parents[1], set(World.load().switches)
    texts = [(root / name).read_text(encoding="utf-8") for name in ("README.md", "experiments/README.md", "results/README.md", "experiments/report.html.j2")]
    sentences = [each for text in texts for each in re.split(r"(?<=[.:;])\s", text) if re.search(r"\bbecause\b", each)]
    assert [each for each in sentences if names.isdisjoint(re.findall(r"(?:`|<code>)(\w+)(?:`|</code>)", each))] == []
    told = (root / "README.md").read_text(encoding="utf-8").split("switches each mechanism off in turn")[1].split("![")[0]
    assert {"thrift", "fear", "contracts", "building"} <= names & set(re.findall(r"`(\w+)`", told))
