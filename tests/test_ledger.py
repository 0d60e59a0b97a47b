"""The books: every gram accounted for every month, and a run that stops when one is not."""

import numpy as np
import pytest
from worlds import CHINESE, CONTROLLED, chain_world, oxide_world

from model import ExportLicence, ExportQuota, Scenario, SupplyShock, TradeModel
from model.ledger import ACCOUNTS, LedgerError

CONTROLS = (
    ExportLicence(date="2024-09", until="2025-07", origin="CHN", goods=CONTROLLED, regime="APR_SLOW"),
    ExportQuota(date="2024-12", origin="CHN", goods="magnet_standard", share_of_reference=0.4),
    SupplyShock(date="2024-11", country="CHN", stage="refine", factor=0.2, months=4),
)


def test_the_books_close_every_month_under_controls():
    model = chain_world(*CONTROLS, firms=CHINESE)
    for _ in range(36):
        model.step()
        assert not any(model.ledger.imbalance().values())
    assert model.results().licence_queue.sum() > 0 == model.licensing.paper.standing.sum()  # paper is in no book


def test_the_books_close_every_month_of_history():
    model = TradeModel(Scenario.load("history"))
    for _ in range(30):
        model.step()
        assert not any(model.ledger.imbalance().values())
    assert model.inputs.min() >= 0 and model.finished.min() >= 0 and model.trade.transit.min() >= 0


def test_amounts_are_whole_grams():
    model = chain_world(*CONTROLS, firms=CHINESE).run_until("2025-12")
    for held in (model.inputs, model.finished, model.trade.transit, *model.ledger.book.values()):
        assert (held == np.floor(held)).all() and held.max() < 2**53


def test_what_was_dug_is_somewhere():
    model = chain_world(*CONTROLS, firms=CHINESE)
    before = sum(held.sum() for held in model.ledger.holdings().values())
    model.run_until("2025-12")
    book = {account: float(model.ledger.book[account].sum()) for account in ACCOUNTS}
    assert book["in_use"] > 0 and book["slag"] > 0 and book["scrap"] > 0 and book["tailings"] > 0 and book["dissipated"] == 0
    assert sum(book.values()) == before  # ground is what left it, below zero


STOCKS = {
    "inputs": lambda model: model.inputs,
    "finished": lambda model: model.finished,
    "transit": lambda model: model.trade.transit,
}


@pytest.mark.parametrize("account", STOCKS)
@pytest.mark.parametrize("grams", [-1.0, 1.0])
def test_a_gram_too_few_or_too_many_stops_the_run(account, grams):
    model = chain_world(*CONTROLS, firms=CHINESE).run_until("2024-11")
    stock = STOCKS[account](model)
    place = np.unravel_index(np.argmax(stock), stock.shape)
    stock[place] += grams
    assert model.ledger.imbalance()["NdPr"] == grams
    with pytest.raises(LedgerError) as error:
        model.step()
    text = str(error.value)
    assert text.startswith("2024-12: account ") and "NdPr is off by" in text


def test_the_account_the_element_and_the_month_are_named():
    model = oxide_world().run_until("2024-03")
    model.finished[model.finished > 0] -= 1
    with pytest.raises(LedgerError, match=r"^2024-03: account finished: NdPr is off by -\d+ g$"):
        model.ledger.close()


def test_a_negative_stock_stops_the_run():
    model = oxide_world().run_until("2024-03")
    firms = np.flatnonzero(model.finished[1, 0] > 0)
    stock = model.finished[1, 0, firms[0]]
    model.finished[1, 0, firms[0]] -= 2 * stock
    model.finished[1, 0, (firms[0] + 1) % model.count] += 2 * stock
    with pytest.raises(LedgerError, match="2024-03: account finished: a stock is negative"):
        model.ledger.close()
