"""What is valid and makes no sense is refused, or said in one line."""

import pytest
from worlds import CHINESE, EU_CARS, MAGNETS, MAKER, OXIDE_USER, REFINER, chain_world, equal, firm, licence, oxide_world

from model import ExportBan, ExportLicence, InputError, Scenario, SupplyShock, Tariff, TradeModel, Truce
from model.errors import warn
from model.names import month_index

BAN = {"date": "2024-02", "name": "stop", "origin": "CHN", "goods": "oxide_NdPr"}
DUTY = {"date": "2024-02", "name": "duty", "importer": "USA", "origins": "CHN", "goods": "*"}


@pytest.fixture
def said(caplog):
    """The lines said to whoever runs the model."""
    warn.cache_clear()
    return lambda: [record.getMessage() for record in caplog.records]


WARNED = {
    "a ban of nothing": (ExportBan(share=0.0, **BAN), "stops no part of any shipment"),
    "a duty of nothing": (Tariff(rate=0.0, **DUTY), "taxes nothing at a rate of 0"),
    "a duty in per cent": (Tariff(rate=2.5, **DUTY), "is a duty of 250 %; if that is a slip, 0.25 is 25 %"),
    "a licence for nothing": (licence(controlled_share=0.0), "controls nothing and announces nothing"),
    "a shock of nothing": (SupplyShock(date="2024-02", name="calm", country="CHN", stage="magnet", factor=1.0), "leaves all capacity as it is"),
    "a shock on users": (SupplyShock(date="2024-02", name="strike", entities=EU_CARS, factor=0.5), "hits end users, who have no capacity to lose"),
}


@pytest.mark.parametrize("case", WARNED)
def test_it_is_said(said, case):
    instrument, why = WARNED[case]
    chain_world(instrument, firms=CHINESE) if case != "a ban of nothing" else oxide_world(instrument)
    (line,) = said()
    assert f'{type(instrument).__name__} "{instrument.name}": {why}' in line and ";" in line


def test_a_duty_above_500_per_cent_is_refused():
    with pytest.raises(InputError, match=r"rate: .*5"):
        Tariff(rate=5.01, **DUTY)


def test_a_threat_without_control_makes_sense(said):
    oxide_world(licence(controlled_share=0.0, announced_severity=0.9))
    assert said() == []


# Shocks


def test_two_shocks_on_one_firm_compose():
    one, other = (SupplyShock(date="2024-01", name=name, entities=REFINER, factor=factor, months=2) for name, factor in (("a", 0.5), ("b", 0.6)))
    for shocks in ((one, other), (other, one)):
        model = oxide_world(*shocks)
        model.step()
        assert firm(model, REFINER).factor == pytest.approx(0.3)
    longer = oxide_world(one, other.changed(months=3))
    longer.run_until("2024-03")
    assert firm(longer, REFINER).factor == pytest.approx(0.6)


# Truces


def test_a_truce_suspends_no_truce():
    first = {"date": "2024-05", "until": "2024-08"}
    for suspends in ("first", ["second"]):
        with pytest.raises(InputError, match=r'suspends: "(first|second)" is a truce, and a truce suspends measures only'):
            events = (ExportBan(**BAN), Truce(name="first", suspends=suspends, **first), Truce(name="second", date="2024-06", until="2024-09", suspends="stop"))
            Scenario.load("open_trade").with_events(events)
    model = oxide_world(ExportBan(**BAN), Truce(name="first", suspends="stop", **first))
    with pytest.raises(InputError, match='suspends: "first" is a truce'):
        model.impose(Truce(name="second", suspends="first", **first))


def test_a_truce_over_nothing_is_said(said):
    oxide_world(ExportBan(until="2024-04", **BAN), Truce(name="late", date="2024-05", until="2024-08", suspends="stop"))
    (line,) = said()
    assert 'Truce "late": nothing that it suspends is in force while it lasts' in line


# Licences that stand twice


def test_two_licences_over_the_same_exports_are_said(said):
    first, second = licence(name="first", until="2025-01"), licence(name="second", date="2024-09", goods="*")
    oxide_world(first, second)
    (line,) = said()
    assert 'ExportLicence "second": stands beside "first" over the same exports from 2024-09, and of each term the stricter counts' in line


def test_a_licence_imposed_on_another_is_said(said):
    model = oxide_world(licence(name="first")).run_until("2024-04")
    model.impose(licence(name="second", date="2024-05"))
    assert len(said()) == 1


def test_renewals_narrower_licences_and_suspended_ones_stand_alone(said):
    first = licence(name="first", until="2024-09")
    renewed, narrow = licence(name="renewed", date="2024-09"), licence(name="narrow", destinations="USA", date="2024-05")
    chain_world(first, renewed, narrow.changed(goods=MAGNETS, end_uses=("defence",)), firms=CHINESE)
    truce = Truce(name="truce", date="2024-05", until="2030-01", suspends="first")
    oxide_world(licence(name="first"), licence(name="second", date="2024-05", until="2025-01"), truce)
    assert said() == []


def test_shipped_scenarios_make_sense(said):
    for name in Scenario.names():
        TradeModel(Scenario.load(name))
    assert said() == []


# Months


def test_what_is_over_is_not_run_again():
    model = oxide_world().run_until("2024-06")
    assert model.run_until("2024-06").month == "2024-06"
    with pytest.raises(InputError, match="run_until: 2024-03 is over, the model stands at 2024-06; give a later month"):
        model.run_until("2024-03")


def test_what_was_to_end_already_is_not_imposed():
    model = oxide_world().run_until("2024-06")
    with pytest.raises(InputError, match="its last month 2024-05 is over; give a later until"):
        model.impose(licence(until="2024-06"))
    assert model.in_force() == ()


@pytest.mark.parametrize("month", ["２０２６-11", "2026-１１", "2026-1", "2026-13", "2026/11", "2026-11 ", ""])
def test_months_are_written_in_plain_digits(month):
    with pytest.raises(ValueError, match="month"):
        month_index(month)
    with pytest.raises(InputError, match="month"):
        licence(date=month)


def test_nothing_unknown_is_lifted():
    with pytest.raises(InputError, match=r'lift: unknown instrument "ofice"; did you mean "office"\?'):
        oxide_world(licence()).lift("ofice")


# Names


@pytest.mark.parametrize(
    ("name", "words"),
    [("Bus\u200ban truce", "invisible character .U.200B.; write it without"), ("Package ５５", 'look like others; write "Package 55"'), ("a\nb", "invisible character .U.000A.")],
)
def test_names_that_look_like_others_are_refused(name, words):
    with pytest.raises(InputError, match=f"name: .*{words}"):
        licence(name=name)
    with pytest.raises(InputError, match=f"name: .*{words}"):
        Scenario(name=name, sentence="s")


def test_names_in_any_script_are_names():
    assert licence(name="对日稀土出口管制").name == "对日稀土出口管制"


def test_a_refused_instrument_leaves_the_book_as_it_was():
    model, untouched = oxide_world(licence(name="first", approval_rate=0.5)), oxide_world(licence(name="first", approval_rate=0.5))
    with pytest.raises(InputError, match="less than 6 months"):
        model.impose(ExportLicence(date="2024-03", name="first", origin="CHN", goods="oxide_NdPr", capacity_share=0.2))
    with pytest.raises(InputError, match="less than 6 months"):
        model.impose(ExportLicence(date="2024-03", name="new", origin="CHN", goods="oxide_NdPr", capacity_share=0.2))
    assert [each.name for each in model.book.instruments.values()] == ["first"]
    assert equal(model.run_until("2024-08"), untouched.run_until("2024-08"))


def test_makers_and_users_together_are_hit(said):
    oxide_world(SupplyShock(date="2024-02", name="flood", entities=[REFINER, OXIDE_USER], factor=0.5))
    chain_world(SupplyShock(date="2024-02", name="fire", entities=MAKER, factor=1.5), firms=CHINESE)
    assert said() == []
