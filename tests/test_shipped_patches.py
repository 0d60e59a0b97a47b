"""The shipped patches and programmes: each goes with each storyline, moves something, costs something, and can be scaled; each programme is an event of history or says why not."""

import shutil

import pytest

from model import Framework, InputError, Patch, Scenario, TradeModel
from model.errors import warn
from model.patches import scaled
from model.words import words_of
from model.world import World
from model.world.record import check_programmes

PATCHES = (
    "all_of_them", "allied_pool", "crma_2030", "distributed_hubs", "extraterritorial", "fast_permitting", "home_processing", "malaysia_model", "offtake", "one_hub", "price_floor",
    "recycling_push", "stock_obligation", "stockpile", "substitution_push", "technology_tightened", "vault", "vigilance",
)  # fmt: skip
TIGHTER = {"extraterritorial", "technology_tightened"}
"""What China adds to its controls; no state pays for it."""
WITHOUT_MONEY = {"fast_permitting"} | TIGHTER
"""Permits cost nothing here; what is built sooner does, and is seen elsewhere."""
LATER = TIGHTER | {"fast_permitting", "malaysia_model", "price_floor", "vigilance"}
"""They act on what is decided on, which is nothing in the first months."""
WHOLE = [name for name in PATCHES if name != "all_of_them"]
LAST, LATE = "2026-10", "2028-12"


def test_these_are_shipped_and_say_what_they_do_and_who_pays():
    assert Patch.names() == PATCHES
    for name in PATCHES:
        patch = Patch.load(name)
        assert patch.name == name and patch.sentence.endswith(".") and patch.size and all(each.source for each in patch.measures)
        assert {each.date for each in patch.measures} <= ({"2026-11", "2026-12"} if name in TIGHTER else {"2026-07"}), "the first month after history, or that in which controls come"


def test_each_goes_with_each_storyline():
    patches = [Patch.load(name) for name in PATCHES]
    for name in Scenario.names():
        scenario = Scenario.load(name)
        for patch in patches:
            both = scenario.patched([patch])
            assert len(both.events) == len(scenario.events) + len(patch.measures) and both.name == f"{name}+{patch.name}"


def test_half_of_each_is_half_of_it_and_none_of_it_nothing():
    for name in WHOLE:
        patch, half = Patch.load(name), scaled(name, 0.5)
        for field in patch.size:
            for whole, part in zip(patch.measures, half.measures, strict=True):
                if field in whole.model_fields_set and getattr(whole, field) is not None:
                    rest = 1.0 if field.endswith(("factor", "speed")) else 0.0
                    assert getattr(part, field) - rest == pytest.approx(0.5 * (getattr(whole, field) - rest)), (name, field)


def test_none_of_a_patch_is_nothing_and_none_is_laid_over_twice():
    """Instruments without a size of their own, and threats, go with the rest."""
    for name in PATCHES:
        nothing = scaled(name, 0.0)
        assert not nothing.events and not nothing.parameters, name
    with pytest.raises(InputError, match="stockpile is laid over it twice"):
        Scenario.load("restrictions_resume+stockpile*0.5").patched(["stockpile"])


def test_all_of_them_is_made_of_the_others():
    everything = {each.order for each in Patch.load("all_of_them").measures}
    for name in Patch.load("all_of_them").includes:
        accounts = {each.paid_from for each in Patch.load(name).measures if getattr(each, "paid_from", "")}
        assert accounts or {each.order for each in Patch.load(name).measures} <= everything, name
    assert {*Patch.load("all_of_them").includes} == {*WHOLE} - TIGHTER - {"home_processing", "one_hub"}


def test_hubs_have_equal_money():
    budgets = {name: sum(each.budget for each in Patch.load(name).events if isinstance(each, Framework)) for name in ("home_processing", "one_hub", "distributed_hubs")}
    assert set(budgets.values()) == {4000.0}


@pytest.fixture(scope="module")
def truce():
    """The truce until the end of 2028."""
    return TradeModel("truce_holds", seed=1).run_until(LATE).results()


@pytest.mark.slow
@pytest.mark.parametrize("name", PATCHES)
def test_each_moves_something_costs_something_and_leaves_nothing_idle(name, truce, caplog):
    warn.cache_clear()
    model = TradeModel(f"truce_holds+{name}", seed=1)
    told = [*(text for _, text in model.book.remarks), *(record.message for record in caplog.records)]
    assert all("of each term the stricter counts" in each for each in told) if name == "extraterritorial" else not told, "a licence beyond the border stands beside that at it"
    results = model.run_until(LATE if name in LATER else LAST).results()
    truce = truce.isel(month=slice(results.month.size))
    parted = {str(key) for key in results.data_vars if not results[key].identical(truce[key])}
    money = sum(float((results[book] - truce[book]).sum()) for book in ("public_cost", "obliged_cost"))
    assert parted - {"public_cost", "public_income", "obliged_cost"}, "it moves no more than money"
    assert money > 0.0 or name in WITHOUT_MONEY
    past = slice("2024-01", "2026-06")
    assert all(results[key].sel(month=past).identical(truce[key].sel(month=past)) for key in results.data_vars), "the past is not the patch's to change"


# Programmes


def overlay(tmp_path, change):
    """A world whose programmes.csv differs."""
    (tmp_path / "world.toml").write_text('name = "mine"\nsentence = "Mine."\nextends = "magnets"\n')
    source = words_of(None).folder.file("programmes.csv")
    shutil.copy(source, tmp_path)
    text = (tmp_path / "programmes.csv").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "programmes.csv").write_text(text.replace(*change), encoding="utf-8")
    return World.load(tmp_path)


def test_every_programme_is_an_event_of_history_or_says_why_not():
    check_programmes(World.load())


WRONG = {
    "no such event": (("Section 301 duty on magnets,Tariff,US Section 301 duty on magnets", "Section 301 duty on magnets,Tariff,US Section 302 duty"), r"column event: unknown event of history \"US Section 302 duty\"; did you mean"),
    "another kind": (("Section 301 duty on magnets,Tariff", "Section 301 duty on magnets,ExportTax"), r"column as: is ExportTax, and \"US Section 301 duty on magnets\" of history is a Tariff"),
    "no kind": (("Section 301 duty on magnets,Tariff", "Section 301 duty on magnets,Tarif"), r"column as: unknown instrument \"Tarif\"; did you mean \"Tariff\""),
    "another month": (("US Section 301 duty on magnets,2026-01", "US Section 301 duty on magnets,2026-02"), r"column date: is 2026-02, and \"US Section 301 duty on magnets\" of history begins in 2026-01"),
    "another figure": (("2026-01,rate,0.25", "2026-01,rate,0.3"), r"column figure: is 0\.3, and rate of \"US Section 301 duty on magnets\" is 0\.25; correct one of them"),
    "another field": (("2026-01,rate,0.25", "2026-01,rat,0.25"), r"column field: unknown field \"rat\"; did you mean \"rate\""),
    "twice": (("48C advanced energy credit,documentation,,,,", "48C advanced energy credit,Tariff,US Section 301 duty on magnets,2026-01,rate,0.25"), r"column event: \"US Section 301 duty on magnets\" is another row as well; one measure is one row"),
    "no reason": (("documentation,,,,,no volumes", "documentation,,,,,"), r"column why: is empty; say which table holds it"),
}  # fmt: skip


@pytest.mark.parametrize("change, line", WRONG.values(), ids=WRONG)
def test_a_programme_that_history_does_not_have_is_refused_in_one_line(change, line, tmp_path):
    with pytest.raises(InputError, match=rf"^programmes\.csv row \d+, {line}") as error:
        check_programmes(overlay(tmp_path, change))
    assert "\n" not in str(error.value)
