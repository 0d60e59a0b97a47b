"""Parts of a user's own: they act between phases, keep exact books, record, pickle, and are refused in one line where they cannot work."""

import pickle

import numpy as np
import pytest
from worlds import chain_world, equal

from experiments.examples.stockpile import Stockpile
from experiments.examples.trader import Trader
from model import InputError, TradeModel
from model.ledger import LedgerError
from model.parts import Part


class Watcher(Part):
    """Notes when it is called."""

    def __init__(self):
        self.calls = []

    def before_ship(self, model):
        self.calls.append(("before", model.now))

    def after_ship(self, model):
        self.calls.append(("after", model.now))


def parts_of(model):
    return model.parts.members


def test_a_part_acts_before_and_after_its_phase_each_month():
    model = chain_world(parts=[Watcher])
    model.run_until("2024-03")
    (watcher,) = parts_of(model)
    assert watcher.calls == [(when, month) for month in range(3) for when in ("before", "after")]


def test_a_part_that_does_nothing_changes_no_bit():
    assert equal(chain_world(parts=[Part, Watcher]).run_until("2024-12"), chain_world().run_until("2024-12"))


def test_each_model_has_parts_of_its_own():
    given = Watcher()
    for _ in range(2):
        chain_world(parts=[given]).run_until("2024-02")
    assert given.calls == []


@pytest.fixture(scope="module")
def stocked():
    """The usual world to mid 2027 under resumed restrictions, with and without a stockpile and a trader."""
    return {key: TradeModel("restrictions_resume", seed=4, parts=parts).run_until("2027-12") for key, parts in {"none": [], "both": [Stockpile(), Trader]}.items()}


def test_stockpile_and_trader_keep_exact_books(stocked):
    model = stocked["both"]
    assert set(model.ledger.imbalance().values()) == {0.0}
    for part in parts_of(model):
        assert model.ledger.book[part.account].tolist() == part.holdings(model).tolist()


def test_they_record_what_they_hold(stocked):
    results = stocked["both"].results()
    assert results.stockpile.attrs["units"] == "t" and float(results.stockpile.max()) > 100
    assert float(results.traded_on.max()) > 0
    assert set(results.data_vars) - set(stocked["none"].results().data_vars) == {"stockpile", "traded_on"}


def test_a_model_with_parts_goes_on_from_a_pickle():
    model = chain_world(parts=[Stockpile("USA")]).run_until("2024-06")
    copy = pickle.loads(pickle.dumps(model))
    assert equal(copy.run_until("2025-03"), model.run_until("2025-03"))
    assert np.array_equal(parts_of(copy)[0].stock, parts_of(model)[0].stock)


class Misnamed(Part):
    def after_arive(self, model): ...


class Thief(Stockpile):
    def move(self, model, good, grams):
        self.stock[good] += np.abs(grams).sum(axis=1) + 1.0


class Broken(Part):
    def after_order(self, model):
        raise KeyError("magnets")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([Misnamed], ("Misnamed.after_arive", "after_arrive")),
        ([3], ("3", "Part")),
        (Stockpile(), ("no list of parts", "[")),
        ([Stockpile(), Stockpile("JPN")], ("stockpile", "name of its own")),
        (["stockpile"], ("stockpile", "Part")),
    ],
)
def test_what_is_no_part_is_refused_in_one_line(parts, words):
    with pytest.raises(InputError) as refused:
        chain_world(parts=parts)
    assert all(word in str(refused.value) for word in words)


def test_a_part_that_makes_goods_is_found_out_by_the_ledger():
    with pytest.raises(LedgerError, match=r"2024-01: account stockpile.*Thief"):
        chain_world(parts=[Thief()]).run_until("2024-06")


def test_an_error_of_a_part_says_whose_it_is():
    with pytest.raises(KeyError) as raised:
        chain_world(parts=[Broken]).step()
    assert any("Broken.after_order, 2024-01" in note for note in raised.value.__notes__)
