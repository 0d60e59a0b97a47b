"""The month: its phases in the order of the contract, as code and as data."""

import numpy as np
from worlds import ABROAD, CHINESE, CONTROLLED, chain_world, equal, oxide_world, relation

from model import ExportLicence

ORDER = (
    "lift", "states", "believe", "arrive", "consume", "grant", "order", "produce", "allocate",
    "clear", "ship", "reprice", "adapt", "settle", "invest", "recycle", "close", "record",
)  # fmt: skip
LICENCE = ExportLicence(date="2024-08", origin="CHN", goods=CONTROLLED, regime="APR_SLOW")


def test_the_phases_are_those_of_the_paper_in_order():
    schedule = oxide_world().schedule
    assert tuple(phase["phase"] for phase in schedule) == ORDER
    assert all(phase["does"] and phase["reads"] and phase["writes"] and phase["seconds"] == 0 for phase in schedule)


def test_the_list_and_the_code_are_one_month():
    stepped, timed = (chain_world(LICENCE, firms=CHINESE) for _ in range(2))
    for _ in range(12):
        stepped.step()
        timed.timed_step()
    assert stepped.month == timed.month == "2024-12"
    assert equal(stepped, timed)
    assert all(phase["seconds"] > 0 for phase in timed.schedule)


def test_the_code_calls_the_phases_in_the_order_of_the_list(monkeypatch):
    """What a step calls, part by part, is what the schedule lists."""
    model, called = oxide_world(), []
    parts = ("levers", "trade", "licensing", "customs", "market", "construction", "ledger", "recorder")
    for part in parts:
        spy(monkeypatch, getattr(model, part), part, called)
    for name in ("states", "firms", "oems", "makers", "recyclers"):
        spy(monkeypatch, getattr(model, name), name, called)
    model.step()
    stepped = [call for call in called if call in LISTED]
    called.clear()
    model.timed_step()
    assert stepped == [call for call in called if call in LISTED]
    assert [call for call in stepped if call[0] == "trade"] == [("trade", verb) for verb in ("arrive", "order", "allocate", "ship", "adapt", "collect")]


LISTED = {
    ("levers", "lift"), ("licensing", "grant"), ("customs", "clear"), ("market", "reprice"), ("construction", "open"), ("construction", "begin"),
    ("ledger", "close"), ("recorder", "take"),
    *(("trade", verb) for verb in ("arrive", "order", "allocate", "ship", "adapt", "collect")),
    *(("states", verb) for verb in ("observe", "decide", "enact")),
    *(("firms", verb) for verb in ("believe", "invest")), ("oems", "demand"), ("oems", "consume"), ("makers", "produce"), ("recyclers", "recycle"),
}  # fmt: skip


def spy(monkeypatch, part, name, called):
    """Notes every call of a part's listed methods; groups are called as `do(behaviour)`."""
    verbs = ["do"] if hasattr(part, "do") else [verb for owner, verb in LISTED if owner == name]
    for verb in verbs:
        monkeypatch.setattr(part, verb, noting(getattr(part, verb), name, verb, called))


def noting(real, name, verb, called):
    """A method that notes its calls."""

    def noted(*arguments):
        called.append((name, arguments[0] if verb == "do" else verb))
        return real(*arguments)

    return noted


def test_every_shipment_takes_at_least_a_month():
    model = chain_world(firms=ABROAD)
    assert model.trade.lag.min() >= 1
    row = relation(model, ABROAD[-1], "auto_other@USA", "magnet_high")
    lag = int(model.trade.lag[row])
    model.trade.transit[:, :, row] = 0.0
    model.ledger.open()
    shipped, under_way = [], []
    for _ in range(lag + 1):
        model.step()
        shipped.append(model.trade.flow[row])
        under_way.append(model.trade.transit[:, 0, row].sum())
    assert under_way[:lag] == np.cumsum(shipped[:lag]).tolist()  # nothing has arrived yet
    assert under_way[lag] == sum(shipped[1:])  # the first shipment has


def test_published_facts_are_those_of_last_month():
    model = oxide_world()
    assert model.month is None
    model.step()
    assert model.month == "2024-01" and model.results().month.values.tolist() == ["2024-01"]
