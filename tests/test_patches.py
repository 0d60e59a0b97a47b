"""Patches: laid over any storyline, in any order, in any size; what contradicts itself is refused in a line."""

import pytest
from worlds import equal

from model import InputError, Patch, Scenario, SupplyShock, Tariff, TradeModel
from model.errors import warn
from model.patches import laid_over, scaled
from model.scenario import LAST_MONTH

DUTY = '''
name = "duty"
sentence = "The United States tax Chinese magnets; buyers pay."
size = "rate"

[[events]]
date = "2027-01"
instrument = "Tariff"
name = "Duty"
importer = "USA"
origins = ["CHN"]
goods = ["*"]
rate = 0.2
'''
FIRE = '''
name = "fire"
sentence = "A plant burns."
size = ["factor", "belief_down"]

[parameters]
belief_down = 0.05

[[events]]
date = "2027-01"
instrument = "SupplyShock"
name = "Duty"
entities = ["JL Mag"]
factor = 0.4
months = 6
'''
BUNDLE = '''
name = "bundle"
sentence = "A duty within a framework."
size = "rate"

[[events]]
date = "2027-03"
instrument = "Framework"
name = "Deal"
parts = [{ instrument = "Tariff", name = "part", importer = "USA", origins = ["CHN"], goods = ["*"], rate = 0.3 }]
'''


@pytest.fixture
def files(tmp_path):
    """Paths of the three, for composing them."""
    for name, text in (("duty", DUTY), ("fire", FIRE), ("bundle", BUNDLE)):
        (tmp_path / f"{name}.toml").write_text(text)
    return {name: str(tmp_path / f"{name}.toml") for name in ("duty", "fire", "bundle")}


def test_a_storyline_and_a_patch_are_both(files):
    plain, both = Scenario.load("truce_holds"), Scenario.load(f"truce_holds+{files['duty']}")
    assert both.name == "truce_holds+duty" and both.sentence == f"{plain.sentence} The United States tax Chinese magnets; buyers pay."
    assert [each for each in both.events if each not in plain.events] == [Tariff(date="2027-01", name="Duty", importer="USA", origins="CHN", goods="*", rate=0.2)]
    assert both.first_difference(plain) == "2027-01" and both.last_month == plain.last_month


def test_in_any_order_patches_give_the_same_course(files):
    names = [files[name] for name in ("duty", "fire", "bundle")]
    courses = [Scenario.load("+".join(order)) for order in (["truce_holds", *names], [names[2], "truce_holds", names[0], names[1]], [*reversed(names), "truce_holds"])]
    assert len({course.name for course in courses}) == 1 and courses[0] == courses[1] == courses[2]
    assert courses[0].name == "truce_holds+bundle+duty+fire"
    one, other = (TradeModel(course.with_parameters({}), seed=2).run_until("2024-03") for course in courses[1:])
    assert equal(one, other)


def test_names_are_kept_apart_by_the_patch_they_come_from(files):
    course = Scenario.load(f"truce_holds+{files['fire']}+{files['duty']}")
    assert {each.name: type(each) for each in course.events if each.name.startswith("Duty")} == {"Duty": Tariff, "Duty (fire)": SupplyShock}


def test_half_a_patch_has_half_of_what_is_its_size(files):
    """A rate of 0.2 becomes 0.1; a factor that leaves 0.4 leaves 1 - (1 - 0.4)/2 = 0.7; a parameter of 0.05 lies halfway to its default."""
    half = scaled(Patch.load(files["duty"]), 0.5)
    assert half.name == "duty*0.5" and half.called == "duty" and [each.rate for each in half.measures] == [0.1]
    assert half == Patch.load(f"{files['duty']}*0.5") and scaled(half, 2).events == Patch.load(files["duty"]).events and scaled(half, 3).name == "duty*1.5"
    fire, usual = scaled(files["fire"], 0.5), Scenario.load("truce_holds").words.parameters["belief_down"].value
    assert fire.events[0].factor == pytest.approx(0.7) and fire.events[0].months == 6 and fire.parameters["belief_down"] == pytest.approx((0.05 + usual) / 2)
    assert scaled(files["bundle"], 0.5).measures[0].rate == pytest.approx(0.15)
    course = Scenario.load(f"truce_holds+{files['duty']}*0.5")
    assert course.name == "truce_holds+duty*0.5" and next(each.rate for each in course.events if each.name == "Duty") == 0.1


def test_none_of_a_patch_is_no_patch(files):
    """A duty of nought moves no bit of the tiny world's month in which it would act."""
    base = Scenario.load("balanced").with_events([])
    assert equal(*(TradeModel(course.changed(last_month="2027-02"), seed=1).run() for course in (base, base.patched([scaled(files["duty"], 0)]))))


def test_a_patch_can_be_made_of_others(tmp_path, files, monkeypatch):
    words = Scenario.load("truce_holds").words
    both = tmp_path / "both.toml"
    both.write_text('name = "both"\nsentence = "Both."\nincludes = ["duty", "fire"]\n')
    monkeypatch.setattr(words, "patches", {name: tmp_path / f"{name}.toml" for name in ("both", "duty", "fire")})
    course, apart = Scenario.load("truce_holds+both"), Scenario.load("truce_holds+duty+fire")
    assert {each.content()[0] for each in course.events} == {each.content()[0] for each in apart.events} and len(course.events) == len(apart.events)
    assert course.first_difference(apart) is None and course.parameters == apart.parameters
    assert [each.rate for each in Patch.load("both*0.5").measures if isinstance(each, Tariff)] == [0.1]
    with pytest.raises(InputError, match="truce_holds: duty is laid over it twice; name it once"):
        Scenario.load("truce_holds+both+duty")
    (tmp_path / "duty.toml").write_text('name = "duty"\nsentence = "Circle."\nincludes = "both"\n')
    with pytest.raises(InputError, match="includes: both includes it in turn; take it out of one of them"):
        Patch.load("both")


REFUSED = {
    "unknown patch": ("truce_holds+nowhere.toml", r"nowhere\.toml: cannot be read"),
    "unknown storyline": ("truce_hold+{duty}", r'unknown scenario "truce_hold"; did you mean "truce_holds"'),
    "twice": ("truce_holds+{duty}+{duty}*2", r"truce_holds: duty is laid over it twice; name it once, duty\*2 is twice as much of it"),
    "no size": ("truce_holds+{duty}*much", r'"much" is no size; write for example .*duty\.toml\*0\.5'),
    "negative": ("truce_holds+{duty}*-1", r'"-1" is no size'),
    "too large": ("truce_holds+{duty}*26", r"duty\*26: Duty\.rate: must be less than or equal to 5, not 5\.2"),
}


@pytest.mark.parametrize("name, line", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_combined_is_refused_in_one_line(name, line, files):
    with pytest.raises(InputError, match=line) as error:
        Scenario.load(name.format(**files))
    assert "\n" not in str(error.value)


WRONG = {
    "a key of scenarios": (DUTY + 'last_month = "2030-01"', r"events\[0\]\.last_month: unknown field"),
    "unknown key": ('nam = "x"\n' + DUTY, r'nam: unknown key "nam"; did you mean "name"'),
    "a size of nothing": (DUTY.replace('size = "rate"', 'size = "rats"'), r'size\[0\]: unknown field "rats"; did you mean "rate"'),
    "no number": (DUTY.replace('size = "rate"', 'size = "importer"'), r"is no number that could be scaled; leave it out of size"),
    "in the past": (DUTY.replace("2027-01", "2026-06"), r"duty: Duty: date: 2026-06 is not after 2026-06, where history ends; a patch changes the future, give a later month"),
    "known in the past": (DUTY + 'announced = "2026-05"', r"date: 2026-05 is not after 2026-06"),
    "unknown parameter": (DUTY.replace("[[events]]", "[parameters]\nbelief_dwn = 1\n[[events]]", 1), r'parameters\.belief_dwn: unknown parameter "belief_dwn"'),
}  # fmt: skip


@pytest.mark.parametrize("text, line", WRONG.values(), ids=WRONG)
def test_a_file_that_is_no_patch_is_refused_in_one_line(text, line, tmp_path):
    (tmp_path / "duty.toml").write_text(text)
    with pytest.raises(InputError, match=line):
        Scenario.load(f"truce_holds+{tmp_path / 'duty.toml'}*0.5")


def test_patches_that_contradict_each_other_are_refused():
    one, other = (Patch(name=name, sentence="A.", parameters={"belief_down": value}) for name, value in (("a", 0.02), ("b", 0.03)))
    with pytest.raises(InputError, match=r"parameters\.belief_down: is 0\.02 in one patch and 0\.03 in another; take one of them"):
        laid_over(Scenario.load("truce_holds"), [other, one])
    with pytest.raises(InputError, match=r"a: has no size to be scaled by; name fields of its events in size"):
        one.scaled(2)
    assert Scenario.load("truce_holds").patched([one]).parameters == {"belief_down": 0.02}


def test_a_patch_that_begins_when_all_is_over_is_said(files, caplog):
    warn.cache_clear()
    Scenario.load(f"history+{files['duty']}")
    assert [record.getMessage() for record in caplog.records] == ["history+duty: duty begins in 2027-01, after the last month 2026-06, so it never acts"]


def test_a_file_whose_name_has_a_plus_is_a_file(tmp_path, files):
    path = tmp_path / "a+b.toml"
    path.write_text(f'name = "mine"\nsentence = "Mine."\nextends = "truce_holds"\nlast_month = "{LAST_MONTH}"\n')
    assert Scenario.load(path).name == "mine"
