"""Frameworks: a bundle equals its parts to the last bit, whatever looks at it: book, truces, treasury, files, the page."""

import pytest
from worlds import CHINESE, MAGNETS, US_CARS, chain_world, equal, firm, oxide_world, relation

from model import ExportBan, Framework, InputError, Scenario, SupplyShock, Tariff, Truce
from model.policies.framework import bundled, meant, spread
from model.policies.instrument import INSTRUMENTS
from model.policies.public_money import PublicMoney
from model.view import form
from model.words import words_of

DUTY = {"instrument": "Tariff", "importer": "USA", "origins": "CHN", "goods": MAGNETS, "rate": 0.25}
FIRE = {"instrument": "SupplyShock", "name": "fire", "entities": "JL Mag", "factor": 0.01, "months": 3, "date": "2024-04"}
HEAD = 'name = "mine"\nsentence = "Something happens."\n'
FILE = """
[[events]]
date = "2027-01"
until = "2028-01"
instrument = "Framework"
name = "Deal"
source = "assumption"
members = ["USA", "JPN"]

[[events.parts]]
instrument = "Tariff"
name = "duty"
importer = "USA"
origins = ["CHN"]
goods = ["*"]
rate = 0.2

[[events.parts]]
instrument = "SupplyShock"
date = "2027-06"
entities = ["JL Mag"]
factor = 0.5
"""


def deal(**changed):
    return Framework(**{"date": "2024-02", "until": "2024-06", "name": "Deal", "parts": [DUTY, FIRE]} | changed)


class Paid(PublicMoney, family=True):
    """A million a month for nothing, to see from which account."""

    million: float = 1.0

    def pull(self, levers):
        levers.model.treasury.pay(self, self.million)


def test_a_bundle_equals_its_parts_bit_for_bit():
    """Two models: one knows the framework, the other its two parts written out by hand under other names."""
    duty = Tariff(date="2024-02", until="2024-06", importer="USA", origins="CHN", goods=MAGNETS, rate=0.25)
    fire = SupplyShock(date="2024-04", until="2024-06", entities="JL Mag", factor=0.01, months=3)
    whole = chain_world(deal(), firms=CHINESE).run_until("2024-09")
    parts = chain_world(fire, duty, firms=CHINESE).run_until("2024-09")
    without = chain_world(duty, firms=CHINESE).run_until("2024-09")
    assert equal(whole, parts) and not equal(whole, without)


def test_parts_have_the_months_of_the_framework_unless_they_say_their_own():
    duty, fire = deal(announced="2024-01", part_of="truce", source="S1").measures
    assert (duty.name, duty.date, duty.until, duty.announced, duty.part_of, duty.source) == ("Deal: Tariff USA 2024-02 " + "+".join(MAGNETS), "2024-02", "2024-06", "2024-01", "truce", "S1")
    assert (fire.name, fire.date, fire.until, fire.announced) == ("Deal: fire", "2024-04", "2024-06", None)


def test_an_imposed_framework_stands_by_its_parts_and_is_lifted_whole():
    model = chain_world(firms=CHINESE).run_until("2024-01")
    model.impose(deal(until=None))
    assert set(model.book.instruments) == {each.name for each in deal().measures}
    model.run_until("2024-04")
    row = relation(model, "JL Mag", US_CARS, "magnet_high")
    assert model.levers.tariff[row] == 0.25 and firm(model, "JL Mag").factor == 0.01
    gone = model.lift("Deal")
    model.step()
    assert model.levers.tariff[row] == 0.0 and firm(model, "JL Mag").factor == 1.0 and model.book.instruments == {}
    model.impose(gone)
    model.step()
    assert model.levers.tariff[row] == 0.25 and [each.name for each in gone.measures] == [each.name for each in deal().measures]


def test_one_part_can_be_lifted_alone_and_the_whole_replaced():
    model = chain_world(deal(until=None), firms=CHINESE)
    model.lift("Deal: fire")
    assert [each.split(":")[0] for each in model.book.instruments] == ["Deal"]
    model.impose(deal(parts=[DUTY | {"rate": 0.1, "name": "other"}]))
    assert list(model.book.instruments) == ["Deal: other"]


def test_a_truce_suspends_a_framework_by_its_name():
    truce = Truce(date="2024-03", until="2024-05", name="truce", suspends="Deal")
    model = chain_world(deal(until=None, parts=[DUTY]), truce, firms=CHINESE)
    row, rates = relation(model, "JL Mag", US_CARS, "magnet_high"), []
    for _ in range(5):
        model.step()
        rates.append(model.levers.tariff[row])
    assert rates == [0, 0.25, 0, 0, 0.25]
    late = chain_world(deal(until=None, parts=[DUTY]), firms=CHINESE)
    late.impose(truce)
    late.run_until("2024-05")
    assert equal(late, model)


def test_parts_that_pay_share_the_budget_of_the_framework(monkeypatch):
    """Two parts of 1 million a month each on a budget of 3 million: month 1 pays 1 + 1, month 2 pays 1, and then nothing is left."""
    monkeypatch.setitem(INSTRUMENTS, "Paid", Paid)
    parts = [{"instrument": "Paid", "payer": "USA", "name": name} for name in "ab"]
    model = oxide_world(Framework(date="2024-01", name="Deal", budget=3.0, parts=parts))
    spent = [float(model.step() or sum(model.treasury.spent.values())) for _ in range(3)]
    assert spent == [2.0, 3.0, 3.0] and set(model.treasury.spent) == {"Deal"}
    alone = oxide_world(Framework(date="2024-01", name="Deal", parts=parts)).run_until("2024-03")
    assert alone.treasury.spent == {"Deal: a": 3.0, "Deal: b": 3.0}


def test_it_sees_no_trade_and_no_sense_of_its_parts(caplog):
    """What never can do anything is said of the part, by its name."""
    chain_world(deal(parts=[DUTY | {"origins": "VNM", "name": "nobody"}]), firms=CHINESE)
    assert [record.getMessage() for record in caplog.records] == ['balanced: Tariff "Deal: nobody": touches no trade relation; nobody there sells these goods abroad for these uses; name other goods or another origin']
    ban = ExportBan(date="2024-03", origin="CHN", goods=MAGNETS, destinations="USA")
    assert spread([Framework(date="2024-03", parts=[ban])])[0].restricts == ban.restricts


def test_it_is_read_from_a_file_and_written_out_as_its_parts():
    scenario = Scenario.from_toml(HEAD + FILE)
    assert [(each.name, each.date, each.until, each.source) for each in scenario.events] == [
        ("Deal: duty", "2027-01", "2028-01", "assumption"), ("Deal: SupplyShock 2027-06", "2027-06", "2028-01", "assumption"),
    ]  # fmt: skip
    again = Scenario.from_toml(scenario.to_toml())
    assert again.events == scenario.events and again.first_difference(scenario) is None


def test_members_are_those_of_parts_that_name_none(monkeypatch):
    class Shared(PublicMoney, family=True):
        members: tuple[str, ...] = ()

    monkeypatch.setitem(INSTRUMENTS, "Shared", Shared)
    parts = [{"instrument": "Shared", "payer": "USA"}, {"instrument": "Shared", "payer": "JPN", "members": ["KOR"]}]
    assert [each.members for each in deal(members=["USA", "JPN"], parts=parts).measures] == [("USA", "JPN"), ("KOR",)]


def test_the_pages_form_takes_parts_as_text():
    words = words_of(None)
    values = {"date": "2027-01", "name": "Deal", "parts": 'instrument = "Tariff", importer = "USA", origins = ["CHN"], goods = ["*"], rate = 0.2; instrument = "SupplyShock", entities = ["JL Mag"], factor = 0.5'}
    made = form.read("Framework", values, words)
    assert [type(each) for each in made.parts] == [Tariff, SupplyShock]


REFUSED = {
    "no list": ({"parts": 3}, r"parts: is not a list of tables; write \[\[events\.parts\]\]"),
    "no parts": ({"parts": []}, r"parts: is empty; give the instruments it is made of"),
    "unknown part": ({"parts": [{"instrument": "Tarif"}]}, r'parts\[0\]\.instrument: unknown instrument "Tarif"; did you mean "Tariff"\?'),
    "a fault within": ({"parts": [DUTY, DUTY | {"rate": 9.0}]}, r"parts\[1\]\.rate: must be less than or equal to 5, not 9\.0"),
    "two of one name": ({"parts": [DUTY, DUTY]}, r'parts\[1\]\.name: another part is called "Tariff USA 2024-02'),
    "within itself": ({"parts": [{"instrument": "Framework", "parts": [DUTY]}]}, r"parts\[0\]: is a framework itself; list its parts here"),
    "nothing to pay": ({"budget": 5.0}, r"budget: nothing is paid for any of its parts; leave it out"),
    "two budgets": ({"budget": 5.0, "parts": [Paid(date="2024-02", payer="USA", budget=1.0)]}, r"parts\[0\]: has a budget of its own beside that of the framework"),
    "unreadable": ({"parts": ["instrument = Tariff"]}, r"parts\[0\]: cannot be read; write it like"),
}


@pytest.mark.parametrize("changed, line", REFUSED.values(), ids=REFUSED)
def test_what_is_no_framework_is_refused_in_one_line(changed, line):
    with pytest.raises(InputError, match=rf"^Framework\.{line}"):
        deal(**changed)


def test_firms_of_parts_must_be_known_and_names_free():
    with pytest.raises(InputError, match=r'events\[0\]\.entities: unknown firm "JL Magg"; did you mean "JL Mag"'):
        Scenario.from_toml(HEAD + FILE.replace("JL Mag", "JL Magg"))
    twice = '[[events]]\ndate = "2027-01"\ninstrument = "Tariff"\nname = "Deal: duty"\nimporter = "USA"\norigins = ["CHN"]\ngoods = ["*"]\nrate = 0.2\n'
    with pytest.raises(InputError, match=r'events\[1\]\.name: another event is called "Deal: duty"'):
        Scenario.from_toml(HEAD + FILE + twice)


def test_a_name_means_an_instrument_before_it_means_a_framework():
    names = ["Deal", "Deal: a", "Deal: b", "Dealing: c"]
    assert meant("Deal", names) == ("Deal",) and meant("Deal", names[1:]) == ("Deal: a", "Deal: b") and meant("De", names) == ()
    parts = deal().measures
    assert [each.name for each in bundled("Deal", parts).measures] == [each.name for each in parts]
