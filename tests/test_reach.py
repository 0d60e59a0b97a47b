"""Instruments that can never do anything are let pass, with a line on stderr; what cannot be imposed or cast is refused."""

import logging

import pytest
from worlds import CHINESE, MAGNETS, MAKER, OXIDE_USER, STILL, chain_world, licence, oxide_flows, oxide_world

from model import ExportBan, ExportQuota, InputError, ProductionQuota, Scenario, SupplyShock, Tariff, TradeModel, Truce
from model.errors import warn
from model.licensing import AGES
from model.policies.vocabulary import LONGEST_WAIT

BAN = {"date": "2024-02", "name": "stop", "origin": "CHN", "goods": MAGNETS}
DUTY = {"date": "2024-02", "name": "duty", "goods": MAGNETS, "rate": 0.2}


@pytest.fixture
def said(caplog):
    """The lines said to whoever runs the model."""
    warn.cache_clear()
    return lambda: [record.getMessage() for record in caplog.records]


IDLE = {
    "member of the union": (ExportBan(destinations="DEU", **BAN), "users of the European Union are EU27; name that"),
    "duty of a member": (Tariff(importer="FRA", origins="CHN", **DUTY), "users of the European Union are EU27; name that"),
    "import from oneself": (Tariff(importer="CHN", origins="CHN", **DUTY), "a state acts on trade across its border; name a country abroad"),
    "export to oneself": (ExportBan(destinations="CHN", **BAN), "a state acts on trade across its border"),
    "no seller": (ExportQuota(tonnes_per_year=1, **BAN | {"origin": "BRA"}), "nobody there sells these goods abroad"),
    "no buyer": (ExportBan(destinations="NGA", **BAN), "nobody there buys these goods from there"),
    "no such use": (ExportBan(end_uses="drones_advanced_air", **BAN), "nobody there sells these goods abroad for these uses"),
    "no office": (licence(name="stop", origin="BRA"), "nobody there sells these goods abroad"),
    "no miner": (ProductionQuota(date="2024-02", name="cap", country="CHN", stage="magnet", share_of_base=0.5), "limits nobody; only mines and separators of CHN can be limited"),
    "a mine of others": (ProductionQuota(date="2024-02", name="cap", country="USA", entities=CHINESE[0], share_of_base=0.5), "limits nobody; only mines and separators of USA"),
    "no such firm": (SupplyShock(date="2024-02", name="flood", country="NGA", stage="magnet", factor=0.5), "hits nobody; NGA has no firm of stage magnet"),
}


@pytest.mark.parametrize("case", IDLE)
def test_an_instrument_that_reaches_nobody_is_said_to(said, case):
    instrument, why = IDLE[case]
    chain_world(instrument, firms=CHINESE)
    (line,) = said()
    assert line.startswith(f'balanced: {type(instrument).__name__} "{instrument.name}": ') and why in line and "; " in line


def test_it_is_said_of_what_is_imposed_too_and_once_only(said):
    models = [chain_world(firms=CHINESE) for _ in range(2)]
    for model in models:
        model.impose(ExportBan(destinations="DEU", **BAN))
    assert len(said()) == 1


def test_what_reaches_somebody_passes_in_silence(said):
    shock = SupplyShock(date="2024-02", country="CHN", stage="magnet", factor=0.5)
    acts = (ExportBan(destinations=["DEU", "EU27"], **BAN), Tariff(importer="USA", origins="*", **DUTY), licence(goods="*"), shock)
    chain_world(*acts, Truce(date="2024-03", until="2024-05", suspends="stop"), firms=CHINESE)
    assert said() == []


def test_every_event_of_the_shipped_scenarios_reaches_somebody(said):
    for name in Scenario.names():
        TradeModel(Scenario.load(name))
    assert said() == []


def test_a_person_reads_one_line_on_stderr(tmp_path, monkeypatch, capsys):
    """Where nobody has set up any logging, as in a person's own script."""
    warn.cache_clear()
    event = '[[events]]\ndate = "2024-02"\ninstrument = "ExportBan"\nname = "stop"\norigin = "CHN"\ngoods = ["magnet_high"]\ndestinations = ["DEU"]\n'
    (tmp_path / "late.toml").write_text('name = "late"\nsentence = "Late."\nextends = "balanced"\n' + event)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    for seed in (1, 2):
        TradeModel(Scenario.load(str(tmp_path / "late.toml")), seed=seed)
    assert capsys.readouterr().err == 'late: ExportBan "stop": touches no trade relation; users of the European Union are EU27; name that\n'


# Licences: the longest wait


def test_the_longest_wait_is_the_oldest_age_of_applications():
    assert LONGEST_WAIT == AGES - 1
    _, flow, standing = oxide_flows(oxide_world(licence(minimum_months=LONGEST_WAIT)), 12)
    assert (flow[2:6] == 0).all() and standing[5] > 0
    assert flow[6] > 0 and standing[-1] < standing[5] * 1.5


def test_a_wait_the_queue_cannot_tell_is_refused():
    with pytest.raises(InputError, match=r"^ExportLicence\.minimum_months: must be less than or equal to 4, not 5; give the shortest wait"):
        licence(minimum_months=LONGEST_WAIT + 1)


# What cannot be imposed, and what is no part


@pytest.mark.parametrize("thing", [None, 3, "ban", ExportBan, {"date": "2024-02"}, [BAN]], ids=repr)
def test_only_instruments_can_be_imposed(thing):
    model = oxide_world()
    with pytest.raises(InputError, match=r"^impose: .* is not an instrument; make one with .*ExportBan, .*"):
        model.impose(thing)
    assert model.in_force() == ()


def test_nothing_is_imposed_after_the_end():
    model = oxide_world(scenario=STILL.model_copy(update={"last_month": "2024-06"}))
    with pytest.raises(InputError, match=r'^impose: ExportLicence "office": date: 2024-07 is after the scenario\'s last month 2024-06; give an earlier'):
        model.impose(licence(date="2024-07"))
    model.impose(licence(date="2024-06"))


def test_a_truce_of_nothing_is_not_imposed_but_one_of_what_was_lifted_is():
    model = oxide_world(licence())
    truce = {"name": "truce", "date": "2024-05", "until": "2024-06"}
    with pytest.raises(InputError, match=r'^impose: Truce "truce": suspends: unknown instrument "ofice"; did you mean "office"\?'):
        model.impose(Truce(suspends="ofice", **truce))
    model.lift("office")
    model.impose(Truce(suspends="office", **truce))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"cast": [1]}, "TradeModel: cast: [1] is no table of firms; write"),
        ({"cast": "EU27"}, "TradeModel: cast: 'EU27' is no table of firms; write"),
        ({"cast": {MAKER: 3}}, "cast: 'JL Mag': 3 is no MagnetMaker; subclass that"),
        ({"cast": {OXIDE_USER: "OEM"}}, "is no OEM; subclass that"),
        ({"world": 3}, "world: 3 is no world; give a shipped one's name, the path of a folder, or World.load(...)"),
        ({"world": "magnet"}, 'unknown world "magnet"; did you mean "magnets"?'),
    ],
)
def test_what_a_model_cannot_start_from_is_refused(given, words):
    with pytest.raises(InputError) as error:
        TradeModel(STILL, **given)
    assert words in str(error.value) and "\n" not in str(error.value)
