"""Scenarios and instruments: the shipped ones, inheritance, round trips, and one line for everything that cannot be used."""

import csv
import pickle
import re
from collections import defaultdict
from pathlib import Path

import pytest

from model.checked import _advice
from model.errors import InputError, tell_and_exit, warn
from model.names import month_index, month_name
from model.parameters import Parameter
from model.policies import INSTRUMENTS, ExportBan, ExportLicence, ExportQuota, ProductionQuota, QuotaFreeze, StrategicPricing, SupplyShock, Tariff, Truce, in_force
from model.policies.regimes import RegimeRow
from model.policies.vocabulary import expand_countries, expand_end_uses
from model.scenario import Scenario
from model.words import words_of

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = {
    "april_regime_only",
    "balanced",
    "china_tight",
    "escalation",
    "history",
    "late_snapback_2027",
    "late_snapback_2029",
    "late_snapback_2031",
    "myanmar_shock",
    "october_for_a_year",
    "october_until_2029",
    "october_until_2033",
    "open_trade",
    "price_war",
    "restrictions_resume",
    "soybeans_unbought",
    "stochastic_truce",
    "strategic",
    "targeted_defence",
    "tit_for_tat",
    "truce_holds",
}
WORDS = words_of(None)
FUTURES = ("truce_holds", "restrictions_resume", "april_regime_only", "tit_for_tat", "stochastic_truce", "strategic")
MAGNETS = ("magnet_standard", "magnet_high", "magnet_extreme")

HEAD = 'name = "mine"\nsentence = "Something happens."\n'
DUTY = '[[events]]\ndate = "2026-11"\ninstrument = "Tariff"\nimporter = "USA"\norigins = ["CHN"]\ngoods = ["*"]\nrate = 0.2\n'
SHOCK = '[[events]]\ndate = "2026-11"\ninstrument = "SupplyShock"\nfactor = 0.5\n'
LICENCE = '[[events]]\ndate = "2026-11"\ninstrument = "ExportLicence"\norigin = "CHN"\nregime = "TRUCE"\n'


def saved(folder, text, name="mine.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def duty(**changed):
    return Tariff(**{"date": "2026-11", "importer": "USA", "origins": "CHN", "goods": "*", "rate": 0.2} | changed)


# The shipped scenarios


def test_the_shipped_scenarios_load_under_their_own_names():
    assert set(Scenario.names()) == SHIPPED
    for name in SHIPPED:
        scenario = Scenario.load(name)
        assert scenario.name == name and scenario.sentence.endswith(".")
        assert scenario.last_month == ("2026-06" if name == "history" else "2035-12")
        assert all(event.source for event in scenario.events)


@pytest.mark.parametrize("name", FUTURES)
def test_futures_share_history_and_part_in_november_2026(name):
    history, future = Scenario.load("history"), Scenario.load(name)
    assert {event.name for event in history.events} <= {event.name for event in future.events}
    assert history.first_difference(future) == "2026-07"  # history ends there
    others = [other for other in FUTURES if other != name]
    assert {future.first_difference(Scenario.load(other)) for other in others} == {"2026-11"}


def test_balanced_has_no_events_and_open_trade_none_but_quotas_on_what_china_makes():
    assert Scenario.load("balanced").events == () and {type(event) for event in Scenario.load("open_trade").events} == {ProductionQuota}
    assert {name: value for name, value in Scenario.load("balanced").parameters.items() if value} == {"china_full_use": 1.0}
    assert [event.content() for event in Scenario.load("open_trade").events] == [event.content() for event in Scenario.load("history").events if isinstance(event, ProductionQuota) and event.stage]
    assert Scenario.load("open_trade").parameters == {}


def observed(kind, *wanted):
    """Month by month, the rows of history.csv of a kind, origin and target, to June 2026."""
    with (ROOT / "model/worlds/magnets/evidence/history.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["instrument"], row["origin"], row["target"]) == (kind, *wanted):
                end = row["end_month"] or "2026-06"
                for month in range(month_index(row["month"]), month_index(end) + 1):
                    yield month_name(month), row, float(row["share_of_month"]) if month_name(month) == row["month"] else 1.0


def test_history_taxes_magnets_as_the_record_says():
    recorded = defaultdict(float)
    for month, row, share in observed("tariff", "USA", "CHN"):
        recorded[month] += float(row["rate"]) * share
    events = [event for event in Scenario.load("history").events if isinstance(event, Tariff) and event.importer == "USA"]
    for index in range(month_index("2026-06") + 1):
        standing = [event for event in events if event.in_force(index)]
        assert sum(event.rate for event in standing) == pytest.approx(recorded[month_name(index)]), month_name(index)
        assert all(event.goods == MAGNETS for event in standing)


def test_history_licenses_exports_under_the_recorded_regimes():
    recorded = defaultdict(set)
    for month, row, _ in observed("export_control", "CHN", "WLD"):
        recorded[month].add(row["regime"])
    history = Scenario.load("history")
    for index in range(month_index("2025-03"), month_index("2026-06") + 1):
        standing = [event for event in history.in_force(index) if isinstance(event, ExportLicence) and event.regime]
        regimes = {event.regime for event in standing if "*" in event.destinations} or {"OPEN"}
        assert regimes <= recorded[month_name(index)], month_name(index)


def test_history_closes_kachin_by_the_recorded_share_of_output():
    recorded = {month: 1 + float(row["rate"]) * share for month, row, share in observed("supply_shock", "MMR", "CHN")}
    shocks = [event for event in Scenario.load("history").events if isinstance(event, SupplyShock)]
    assert {event.date: pytest.approx(event.factor) for event in shocks} == recorded


def test_the_truce_is_renewed_every_november_and_lifts_the_ban_on_japan():
    truce = Scenario.load("truce_holds")
    for index in range(month_index("2026-11"), month_index("2035-12") + 1):
        licences = [event for event in truce.in_force(index) if isinstance(event, ExportLicence) and event.origin == "CHN"]
        assert sum(event.regime == "TRUCE" for event in licences) == 1
        assert any(event.regime == "EMBARGO" for event in licences) == (index < month_index("2027-01"))


def test_resumed_restrictions_draw_the_capacity_for_magnets():
    events = [event for event in Scenario.load("restrictions_resume").events if event.date == "2026-11"]
    terms = {term.goods: term.capacity_share for event in events if isinstance(event, ExportLicence) for term in event.terms()}
    assert terms[MAGNETS] == (0.3, 0.5, 0.7)
    assert terms[("oxide_Dy", "oxide_Tb")] == 0.25 and not any("oxide_NdPr" in goods for goods in terms)


@pytest.mark.parametrize("year", [2027, 2029, 2031])
def test_a_late_snapback_is_the_truce_broken_in_a_november(year):
    late, truce = Scenario.load(f"late_snapback_{year}"), Scenario.load("truce_holds")
    assert late.events == truce.broken(f"{year}-11").events and late.first_difference(truce) == f"{year}-11"
    later = month_index(f"{year}-12")
    assert {each.order for each in late.in_force(later)} == {each.order for each in Scenario.load("restrictions_resume").in_force(later)}


def test_single_shocks_leave_the_truce_as_it_is():
    truce = Scenario.load("truce_holds")
    for name, kind, month in (("china_tight", QuotaFreeze, "2027-01"), ("myanmar_shock", SupplyShock, "2027-04"), ("targeted_defence", ExportLicence, "2026-11"), ("price_war", StrategicPricing, "2027-01")):
        scenario = Scenario.load(name)
        assert [type(each) for each in scenario.events if each not in truce.events] == [kind] and scenario.first_difference(truce) == month


# Files, inheritance, copies


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_written_out_and_read_again_it_is_the_same(tmp_path, name):
    scenario = Scenario.load(name)
    again = Scenario.load(saved(tmp_path, scenario.to_toml()))
    assert again == scenario.model_copy(update={"extends": None})
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_what_people_write_survives_the_round_trip(tmp_path):
    text = HEAD + '[parameters]\nbelief_down = 0.02\n[doctrines]\nUSA = "reactive"\n' + DUTY
    text += LICENCE.replace('regime = "TRUCE"', 'goods = "*"\ncapacity_share = "none"\ndestination_factor = {JPN = 0.5}')
    scenario = Scenario.load(saved(tmp_path, text))
    assert Scenario.from_toml(scenario.to_toml()) == scenario


def test_a_child_takes_over_its_parents_world_but_not_its_last_month(tmp_path):
    parent = HEAD + 'last_month = "2027-01"\n[parameters]\nbelief_up = 0.3\nbelief_down = 0.02\n' + DUTY
    saved(tmp_path, parent, "parent.toml")
    child = 'extends = "parent.toml"\n' + HEAD + "[parameters]\nbelief_down = 0.05\n" + LICENCE.replace("2026-11", "2025-01")
    scenario = Scenario.load(saved(tmp_path, child))
    assert scenario.parameters == {"belief_up": 0.3, "belief_down": 0.05}
    assert [type(event) for event in scenario.events] == [ExportLicence, Tariff]
    assert scenario.last_month == "2035-12"


@pytest.mark.parametrize("text", ["\ufeff" + HEAD, HEAD.replace("\n", "\r\n")], ids=["byte order mark", "lines of Windows"])
def test_a_file_may_come_from_any_editor(tmp_path, text):
    assert Scenario.load(saved(tmp_path, text)).name == "mine"


def test_with_parameters_makes_another_scenario():
    balanced = Scenario.load("balanced")
    other = balanced.with_parameters({"outage_rate": 0.1})
    assert other.parameters["outage_rate"] == 0.1 and balanced.parameters["outage_rate"] == 0.0
    with pytest.raises(InputError, match=r"Scenario\.parameters\.outage_rat: unknown parameter"):
        balanced.with_parameters({"outage_rat": 0.1})


def test_first_difference_is_the_first_month_that_acts_differently():
    base = Scenario(name="a", sentence="b", events=[duty(name="x")])
    assert base.first_difference(base) is None
    assert base.first_difference(base.with_events([duty(name="x", note="said otherwise")])) is None
    assert base.first_difference(base.with_events([])) == "2026-11"
    assert base.first_difference(base.with_events([duty(name="x", until="2028-03")])) == "2028-03"
    assert base.first_difference(base.with_parameters({"belief_down": 0.02})) == "2024-01"
    shock = SupplyShock(date="2026-01", entities="Mine", factor=0.5, months=2)
    longer = SupplyShock(date="2026-01", entities="Mine", factor=0.5, months=4)
    assert base.with_events([shock]).first_difference(base.with_events([longer])) == "2026-03"


# One line for everything that cannot be used

REFUSED = {
    "misspelt key": (HEAD + "sentense = 3", 'sentense: unknown key "sentense"; did you mean "sentence"?'),
    "no name": ('sentence = "x"', "name: is missing; give the name of the scenario"),
    "blank sentence": ('name = "x"\nsentence = " "', "sentence: is blank"),
    "name not text": ('name = 3\nsentence = "x"', "name: must be text, not 3"),
    "misspelt field": (HEAD + DUTY + "rates = 1", 'events[0].rates: unknown field "rates"; did you mean "rate"?'),
    "missing field": (HEAD + DUTY.replace("rate = 0.2", ""), "events[0].rate: is missing; give the ad valorem duty"),
    "negative share": (HEAD + DUTY + LICENCE + "controlled_share = -0.1", "events[1].controlled_share: must be greater"),
    "share above one": (HEAD + LICENCE + "month_share = 1.1", "events[0].month_share: must be less than or equal to 1, not 1.1"),
    "not a number": (HEAD + DUTY.replace("0.2", "nan"), "events[0].rate: must be a finite number, not nan"),
    "infinite": (HEAD + DUTY.replace("0.2", "inf"), "events[0].rate: must be a finite number"),
    "text for a number": (HEAD + DUTY.replace("0.2", '"0.2"'), "events[0].rate: must be a valid number, not '0.2'"),
    "part of a month": (HEAD + LICENCE + "minimum_months = 1.5", "events[0].minimum_months: must be a valid integer"),
    "impossible month": (HEAD + DUTY.replace("2026-11", "2026-13"), 'events[0].date: "2026-13" is not a month'),
    "before the model": (HEAD + DUTY.replace("2026-11", "2023-12"), "events[0].date: 2023-12 is before the model's first month"),
    "day": (HEAD + DUTY.replace('"2026-11"', "2026-11-10"), "events[0].date: must be text"),
    "ends before it begins": (HEAD + DUTY + 'until = "2026-11"', "events[0].until: 2026-11 is not after date 2026-11"),
    "unknown country": (HEAD + DUTY.replace('["CHN"]', '["CHM"]'), 'events[0].origins[0]: unknown country "CHM"; did you mean "CHN"?'),
    "unknown good": (HEAD + DUTY.replace('["*"]', '"oxide_dy"'), 'unknown good "oxide_dy"; did you mean "oxide_Dy"?'),
    "no goods": (HEAD + DUTY.replace('["*"]', "[]"), "events[0].goods: is empty"),
    "unknown end use": (HEAD + LICENCE + 'end_uses = "defense"', 'unknown end use "defense"; did you mean "defence"?'),
    "unknown regime": (HEAD + LICENCE.replace("TRUCE", "TRUCES"), 'events[0].regime: unknown regime "TRUCES"; did you mean "TRUCE"?'),
    "unknown instrument": (HEAD + DUTY.replace("Tariff", "Tarif"), 'events[0].instrument: unknown instrument "Tarif"; did you'),
    "no instrument": (HEAD + '[[events]]\ndate = "2026-11"', "events[0].instrument: is missing; give its kind"),
    "licence for nothing": (HEAD + LICENCE.replace('regime = "TRUCE"', ""), "events[0]: does not say what it covers"),
    "regime without goods": (HEAD + LICENCE + 'goods = "swarf"', "events[0]: regime TRUCE has no terms for swarf"),
    "capacity": (HEAD + LICENCE + "capacity_share = [0.3, -1]", "events[0].capacity_share: [0.3, -1] is not a capacity"),
    "rates above one": (HEAD + LICENCE + "denial_rate = 0.5", "events[0]: approval and denial rates together exceed 1"),
    "factor for nobody": (HEAD + LICENCE + "destination_factor = {UAS = 1}", 'destination_factor.UAS: unknown country "UAS"'),
    "same name twice": (HEAD + DUTY + DUTY, 'events[1].name: another event is called "Tariff USA 2026-11"'),
    "parent's name again": ('extends = "history"\n' + HEAD + DUTY + 'name = "Busan truce"', "events[0].name: another event"),
    "truce of nothing": (
        HEAD + DUTY + '[[events]]\ninstrument = "Truce"\ndate = "2027-01"\nuntil = "2028-01"\nsuspends = "Tarif USA 2026-11"',
        'events[1].suspends: unknown event "Tarif USA 2026-11"; did you mean "Tariff USA 2026-11"?',
    ),
    "unknown parameter": (HEAD + "[parameters]\nbelief_dwn = 1", 'parameters.belief_dwn: unknown parameter "belief_dwn"; did you'),
    "parameter out of range": (HEAD + "[parameters]\nbelief_down = 7", "parameters.belief_down: 7 is out of range; give 0 to 1"),
    "parameter's unit": (
        HEAD + '[parameters]\nbelief_down = {value = 0.1, unit = "1/year"}',
        'parameters.belief_down: unit is "1/month", not "1/year"; convert the value',
    ),
    "parameters not a table": (HEAD + "parameters = 3", "parameters: is not a table"),
    "unknown doctrine": (HEAD + '[doctrines]\nCHN = "angry"', 'doctrines.CHN: unknown doctrine "angry"; use one of scheduled, reactive, stochastic, strategic (or "my_module:MyDoctrine", "file.py:MyDoctrine")'),
    "doctrine of nobody": (HEAD + '[doctrines]\nCHX = "reactive"', 'doctrines.CHX: unknown country "CHX"'),
    "doctrine that is no word": (HEAD + "[doctrines]\nFRA = 3", "doctrines.FRA: must be text, not 3"),
    "doctrine in a file that is not there": (HEAD + '[doctrines]\nFRA = "gone.py:Hawk"', 'doctrines.FRA: "gone.py": no such file beside the scenario'),
    "shock of nobody": (HEAD + SHOCK + 'entities = ["Bayan Oboe"]', 'events[0].entities: unknown firm "Bayan Oboe"; did you mean "Bayan Obo"?'),
    "shock of too much": (HEAD + SHOCK + 'entities = ["Bayan Obo"]\ncountry = "CHN"\nstage = "mine"', "events[0]: says twice who is hit; give either"),
    "longer than the queue": (HEAD + LICENCE + "minimum_months = 5", "events[0].minimum_months: must be less than or equal to 4, not 5"),
    "an age of digits": (HEAD + LICENCE + f"capacity_share = 1{'0' * 400}", "events[0].capacity_share: 1000"),
    "too far ahead": (HEAD + 'last_month = "2051-01"', "last_month: 2051-01 is too late, the tables' growth rates run to 2035; give 2050-12 or earlier"),
    "endless": (HEAD + 'last_month = "9999-12"', "last_month: 9999-12 is too late"),
    "month of one digit": (HEAD + DUTY.replace("2026-11", "2026-1"), 'events[0].date: "2026-1" is not a month'),
    "year of two digits": (HEAD + DUTY.replace("2026-11", "26-11"), 'events[0].date: "26-11" is not a month'),
    "parameter of many digits": (HEAD + f"[parameters]\nbelief_down = 1{'0' * 400}", "parameters.belief_down: 1000"),
    "key given twice": (HEAD + HEAD, "is not TOML (Cannot overwrite a value"),
    "too long": (HEAD + "#" * 1_000_000, "has more than 1,000,000 bytes; a scenario needs a few thousand"),
    "last month": (HEAD + 'last_month = "2035-00"', 'last_month: "2035-00" is not a month'),
    "events in single brackets": (HEAD + DUTY.replace("[[events]]", "[events]"), "events: is not a list; write [[events]]"),
    "event not a table": (HEAD + "events = [1]", "events[0]: is not a table"),
    "breaks no truce": (HEAD + 'extends = "open_trade"\nbreaks = "2028-11"', "breaks: none stands in 2028-11; take a scenario with one, such as truce_holds"),
    "breaks in no month": (HEAD + 'extends = "truce_holds"\nbreaks = "2028"', "breaks: '2028' is not a month; write \"YYYY-MM\""),
    "breaks nothing": (HEAD + 'breaks = "2028-11"', "breaks: none stands in 2028-11"),
    "extends itself": ('extends = "mine.toml"\n' + HEAD, "is extended by itself"),
    "unknown parent": ('extends = "histori"\n' + HEAD, 'extends: unknown scenario "histori"; did you mean "history"?'),
    "parent not there": ('extends = "nowhere.toml"\n' + HEAD, "nowhere.toml: cannot be read (No such file or directory)"),
    "not TOML": ("name = = 3", "is not TOML (Invalid value (at line 1, column 8)); correct it there"),
    "nested for ever": ("a = " + "[" * 5000, "is not TOML"),
    "empty": ("", "name: is missing"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_in_one_line(tmp_path, case):
    text, words = REFUSED[case]
    with pytest.raises(InputError) as error:
        Scenario.load(saved(tmp_path, text))
    line = str(error.value)
    assert line.startswith("mine.toml: ") and words in line
    assert "; " in line and "\n" not in line and len(line) < 300


def test_refuses_files_that_are_none(tmp_path):
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "Île"'.encode("latin-1"))
    loop, empty = tmp_path / "loop.toml", saved(tmp_path, "", "empty.toml")
    loop.symlink_to(loop)
    for path, words in [
        (latin, "is not UTF-8 text"),
        (tmp_path, "is not a file"),
        (tmp_path / "none.toml", "cannot be read"),
        ("truce_hold", 'unknown scenario "truce_hold"; did you mean "truce_holds"?'),
        ("", 'unknown scenario ""'),
        ("x" * 5000, "unknown scenario"),
        ("\0.toml", "cannot be read"),
        (loop, "cannot be read (Too many levels of symbolic links)"),
        (empty, "name: is missing; give the name of the scenario"),
    ]:
        with pytest.raises(InputError) as error:
            Scenario.load(path)
        assert words in str(error.value) and "\n" not in str(error.value)


def test_circles_of_any_length_are_refused(tmp_path):
    saved(tmp_path, 'extends = "b.toml"\n' + HEAD, "a.toml")
    saved(tmp_path, 'extends = "a.toml"\n' + HEAD, "b.toml")
    with pytest.raises(InputError, match=r"a\.toml: extends: b\.toml: extends: a\.toml: is extended by itself"):
        Scenario.load(tmp_path / "a.toml")


def test_a_chain_of_scenarios_has_an_end(tmp_path):
    for number in range(400):
        saved(tmp_path, f'extends = "{number + 1}.toml"\n{HEAD}', f"{number}.toml")
    saved(tmp_path, HEAD, "400.toml")
    assert Scenario.load(tmp_path / "390.toml").name == "mine"
    with pytest.raises(InputError, match=r"11\.toml: is extended through 11 files; extend at most 10 in a row$"):
        Scenario.load(tmp_path / "0.toml")


@pytest.fixture
def said(caplog):
    """The lines said to whoever loads a scenario."""
    warn.cache_clear()
    return lambda: [record.getMessage() for record in caplog.records]


def test_an_event_after_the_end_is_said_of_a_files_own_events_only(tmp_path, said):
    late = HEAD + 'last_month = "2026-10"\n' + DUTY
    Scenario.load(saved(tmp_path, late))
    line = "mine.toml: events[0].date: 2026-11 is after the last month 2026-10, so it never acts; set last_month later or give an earlier month"
    assert said() == [line]
    Scenario.load(saved(tmp_path, 'extends = "mine.toml"\n' + HEAD, "child.toml"))
    Scenario.load(saved(tmp_path, 'extends = "truce_holds"\nlast_month = "2027-12"\n' + HEAD, "short.toml"))
    for name in Scenario.names():
        Scenario.load(name)
    assert said() == [line]


def test_what_is_no_text_is_no_scenario():
    for thing in (None, 3, b"name = 1"):
        with pytest.raises(InputError, match=r"^scenario: is not text; give"):
            Scenario.from_toml(thing)


def test_a_strangers_text_opens_no_file(tmp_path):
    other = saved(tmp_path, HEAD)
    with pytest.raises(InputError, match=r"upload\.toml: extends: unknown scenario"):
        Scenario.from_toml(f'extends = "{other}"\n{HEAD}', "upload.toml")
    assert Scenario.from_toml('extends = "history"\n' + HEAD).events == Scenario.load("history").events


def test_python_is_refused_as_a_file_is():
    with pytest.raises(InputError, match=r"^Tariff\.rate: must be a finite number"):
        duty(rate=float("nan"))
    with pytest.raises(InputError, match=r"^Scenario\.events\[0\]: must be an instance of Instrument"):
        Scenario(name="a", sentence="b", events=[{"date": "2026-11"}])
    with pytest.raises(ValueError):
        duty().rate = 3


def test_a_command_says_the_line_and_exits_with_2(capsys):
    with pytest.raises(SystemExit) as ended, tell_and_exit():
        Scenario.load("nope")
    said = capsys.readouterr()
    assert ended.value.code == 2 and said.out == ""
    assert said.err.startswith('unknown scenario "nope"') and said.err.count("\n") == 1


# Instruments


def test_licence_terms_are_the_regimes_where_nothing_else_is_said():
    slow = ExportLicence(date="2025-04", origin="CHN", regime="APR_SLOW", month_share=0.5, approval_rate=0.3)
    terms = {term.goods: term for term in slow.terms()}
    magnet = terms[MAGNETS]
    assert ("oxide_Dy", "oxide_Tb") in terms
    assert (magnet.controlled_share, magnet.minimum_months, magnet.capacity_share) == (0.39, 2, 0.15)
    assert (magnet.approval_rate, magnet.defence_approval_rate, magnet.destination_factor) == (0.3, 0.02, {})
    assert magnet.strictness == {"USA": (0.12, 0.12)}


def test_licence_terms_without_a_regime_are_those_given():
    (terms,) = ExportLicence(date="2025-04", origin="CHN", goods="oxide_Dy", approval_rate=0.4).terms()
    assert (terms.goods, terms.controlled_share, terms.minimum_months, terms.capacity_share) == (("oxide_Dy",), 1.0, 0, None)
    assert (terms.approval_rate, terms.defence_approval_rate, terms.announced_severity) == (0.4, 0.4, 0.0)


def test_what_a_licence_says_itself_wins_over_its_regime():
    licence = ExportLicence(
        date="2025-06", origin="CHN", goods=MAGNETS[:1], regime="APR_FAST", capacity_share="none", destination_factor={"JPN": 0.5}
    )
    (terms,) = licence.terms()
    assert terms.goods == MAGNETS[:1] and terms.capacity_share is None
    assert terms.destination_factor == {"JPN": 0.5} and set(terms.strictness) == {"USA"}
    assert licence.reference == "2025-06"


def test_instruments_are_in_force_from_their_month_to_the_one_before_their_end():
    tariff, shock = duty(until="2027-01"), SupplyShock(date="2026-11", country="CHN", stage="mine", factor=0.5, months=2)
    for instrument in (tariff, shock):
        assert [instrument.in_force(month_index(m)) for m in ("2026-10", "2026-11", "2026-12", "2027-01")] == [0, 1, 1, 0]
    assert duty().in_force(10_000)


def test_a_truce_sets_aside_what_it_names_and_gives_it_back():
    tariff = duty(name="duty")
    truce = Truce(date="2027-01", until="2027-03", suspends="duty")
    standing = [[each.name for each in in_force([tariff, truce], month_index(m))] for m in ("2026-12", "2027-02", "2027-03")]
    assert standing == [["duty"], [truce.name], ["duty"]]


def test_who_acts_and_who_is_covered():
    ban = ExportBan(date="2026-01", origin="CHN", goods="oxide_Dy", end_uses="defence")
    assert ban.actor == "CHN" and "CHN" not in ban.buyers and "JPN" in ban.buyers
    assert "defence_aerospace" in ban.covered_sectors == {sector for sector, use in WORDS.use_of.items() if use == "defence"}
    assert duty(importer="EU27").buyers == expand_countries(["EU27"]) > {"EU27", "DEU", "EST"}
    assert ExportQuota(date="2026-01", origin="CHN", goods="oxide_Dy", tonnes_per_year=100).actor == "CHN"
    assert SupplyShock(date="2026-01", entities=["Mine"], factor=0.5).actor is None
    assert Truce(date="2027-01", until="2028-01", suspends="x").actor == "CHN"


def test_civil_defence_and_dual_use_share_out_the_sectors():
    kinds = [expand_end_uses([kind]) for kind in ("civil", "defence", "dual_use")]
    assert sum(len(kind) for kind in kinds) == len(expand_end_uses(["*"])) == len(WORDS.sectors)


@pytest.mark.parametrize(
    "fields",
    [{}, {"tonnes_per_year": 10, "share_of_reference": 0.5}],
)
def test_a_quota_has_one_ceiling(fields):
    with pytest.raises(InputError, match="a quota has one ceiling"):
        ExportQuota(date="2026-01", origin="CHN", goods="*", **fields)


@pytest.mark.parametrize("who", [{}, {"country": "CHN"}, {"stage": "mine"}])
def test_a_shock_hits_firms_or_a_stage_of_a_country(who):
    with pytest.raises(InputError, match="does not say who is hit"):
        SupplyShock(date="2026-01", factor=0.5, **who)


@pytest.mark.parametrize("more", [{"country": "CHN", "stage": "mine"}, {"country": "CHN"}, {"stage": "mine"}])
def test_a_shock_says_once_who_is_hit(more):
    with pytest.raises(InputError, match="says twice who is hit; give either entities, or country and stage, not both"):
        SupplyShock(date="2026-01", factor=0.5, entities="Mine", **more)


@pytest.mark.parametrize("kind", INSTRUMENTS)
def test_every_field_says_what_it_is_in_what_unit(kind):
    fields = {field["name"]: field for field in INSTRUMENTS[kind].fields_for_page()}
    assert {"date", "until", "name"} <= set(fields)
    assert all(field["help"] for field in fields.values())
    texts = {"name", "note", "source"}
    assert all(field["unit"] for name, field in fields.items() if name not in texts)
    for field in fields.values():
        assert field["type"] in {"month", "text", "texts", "number", "integer", "choice", "choices", "map"}
        assert (field["choices"] is not None) == (field["type"] in {"choice", "choices"})
        assert (field["low"] is not None) == (field["type"] in {"number", "integer", "map"}) == (field["high"] is not None)


NUMBERS = ("nan", "inf", "-inf", "-1", "1e30", f"1{'0' * 400}", "true", '"1"', "[nan]", "{USA = nan}", "{USA = 1e30}")
REQUIRED = {
    "AntiCoercion": {"importer": '"EU27"', "goods": '"magnet_high"', "rate": "0.2"},
    "BrokenCommitment": {"commitment": '"soybeans 2027"'},
    "DemandShock": {"countries": '"USA"', "factor": "1.5"},
    "EnforcementCampaign": {"origin": '"CHN"', "goods": '"oxide_Dy"', "strength": "0.5"},
    "EntityListing": {"origin": '"CHN"', "goods": '"oxide_Dy"', "entities": '"MP Independence"'},
    "ExportTax": {"origin": '"CHN"', "destinations": '"*"', "goods": '"oxide_Dy"', "rate": "0.2"},
    "FasterPermitting": {"country": '"USA"', "stage": '"refine"', "lead_factor": "0.7"},
    "Offtake": {"payer": '"USA"', "entities": '"LAMP Kuantan"', "good": '"oxide_NdPr"', "tonnes_per_year": "100.0"},
    "StrategicPricing": {"origin": '"CHN"', "goods": '"oxide_NdPr"', "cut": "0.2"},
    "TechnologyBan": {"origin": '"CHN"', "lead_factor": "1.25", "capex_factor": "1.1"},
    "Equity": {"payer": '"USA"', "entities": '"LAMP Kuantan"', "usd_million": "5.0"},
    "ExportBan": {"origin": '"CHN"', "goods": '"oxide_Dy"'},
    "ExportLicence": {"origin": '"CHN"', "goods": '"oxide_Dy"'},
    "ExportQuota": {"origin": '"CHN"', "goods": '"oxide_Dy"'},
    "FreightShock": {"origins": '"CHN"', "destinations": '"*"'},
    "Framework": {"parts": '[{instrument = "Tariff", importer = "USA", origins = ["CHN"], goods = ["*"], rate = 0.2}]'},
    "GeneralLicence": {"origin": '"CHN"', "goods": '"magnet_high"', "entities": '"JL Mag"'},
    "JointPurchasing": {"countries": '"EU27"', "goods": '"*"'},
    "OriginRule": {"importer": '"USA"', "origins": '"CHN"', "goods": '"*"'},
    "Grant": {"payer": '"USA"', "entities": '"LAMP Kuantan"', "share_of_capital": "0.2"},
    "Loan": {"payer": '"USA"', "entities": '"LAMP Kuantan"', "usd_million": "5.0", "rate_pct": "3.0", "years": "10.0"},
    "Pool": {"lead": '"USA"', "members": '["USA", "JPN"]'},
    "PriceFloor": {"payer": '"USA"', "entities": '"LAMP Kuantan"', "good": '"oxide_NdPr"', "floor": "110.0"},
    "ProductionQuota": {"country": '"CHN"', "stage": '"mine"', "tonnes_per_year": "1.0"},
    "RecyclingMandate": {"country": '"EU27"'},
    "StockObligation": {"country": '"EU27"', "goods": '"*"', "months": "3.0"},
    "QuotaFreeze": {"until": '"2028-01"', "country": '"CHN"'},
    "Stockpile": {"payer": '"USA"', "country": '"USA"', "goods": '"oxide_Dy"'},
    "SubstitutionProgramme": {"payer": '"USA"', "countries": '"USA"'},
    "SurgeRelease": {"country": '"USA"', "share": "0.5"},
    "SupplyShock": {"factor": "0.5", "country": '"CHN"', "stage": '"mine"'},
    "Tariff": {"importer": '"USA"', "origins": '"CHN"', "goods": '"*"', "rate": "0.2"},
    "TaxCredit": {"payer": '"USA"', "entities": '"LAMP Kuantan"', "good": '"oxide_NdPr"', "usd_per_kg": "5.0"},
    "Vigilance": {"countries": '"USA"', "belief": "0.4"},
    "Truce": {"until": '"2028-01"', "suspends": '"duty"'},
}


@pytest.mark.parametrize("kind", INSTRUMENTS)
def test_no_field_takes_what_is_no_number_or_out_of_bounds(tmp_path, kind):
    names = [field["name"] for field in INSTRUMENTS[kind].fields_for_page() if field["type"] in {"number", "integer", "map"}]
    assert names or kind in {"JointPurchasing", "Pool", "QuotaFreeze", "Truce"}
    for name in names:
        for value in NUMBERS:
            fields = {"instrument": f'"{kind}"', "date": '"2026-11"', **REQUIRED[kind], name: value}
            event = "[[events]]\n" + "\n".join(f"{key} = {said}" for key, said in fields.items())
            with pytest.raises(InputError) as error:
                Scenario.load(saved(tmp_path, HEAD + event))
            line = str(error.value)
            assert line.startswith(f"mine.toml: events[0].{name}") and "; " in line and "\n" not in line and len(line) < 300, (name, value)


@pytest.mark.parametrize("kind", [*INSTRUMENTS.values(), Scenario, RegimeRow, Parameter])
def test_what_is_asked_for_reads_as_a_sentence(kind):
    advice = [_advice(kind, (name,)) for name in kind.model_fields]
    assert advice and not [said for said in advice if re.match(r"give the (what|where|how|who|when|whether|the|a|an)\b|correct it", said)]


def test_derived_names_tell_instruments_apart():
    names = {duty().name, duty(goods="oxide_Dy").name, duty(date="2026-12").name, duty(importer="JPN").name}
    assert len(names) == 4
