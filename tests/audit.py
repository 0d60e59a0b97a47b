"""What must hold in every month of every run, whatever states do, whatever the parameters and however small the firms."""

import warnings

import numpy as np

from model.ledger import COUNTABLE

STOCKS = ("inputs", "finished")
ON_RELATIONS = ("transit", "taken")
FLOWS = ("orders", "backlog", "asked", "filled", "flow", "pipe", "came", "proven", "share", "trust", "wait", "price")
SHARES = ("belief", "fill", "saved", "designed", "settled", "designable", "leanest")
MAY_BE_NEGATIVE = ("depletion", "temper", "growth", "growth_early", "growth_late", "noise", "saved_heavies", "drawn", "forgone", "bill", "outlook_margin", "cash", "income", "earning", "margin", "pays", "counted_on")
"""Columns of firms; nothing else about a firm is below zero."""
PRICES = ("china", "asked", "realised")
OWED = ("ground", "end_of_life")
"""Accounts that may fall below zero: what was dug, and magnets older than 2024 that come back."""


def run_audited(model):
    """Runs a model to its last month under audit; a warning is a fault, and so is a result that is no number."""
    columns = {id(values): (name, values) for kind in model.columns.values() for name, values in kind.items() if values.dtype != np.uint64}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        while model.now < model.last:
            model.step()
            check_books(model)
            check_firms(model, columns.values())
            check_relations(model.trade)
            check_paper(model.licensing.paper)
        results = model.results()
    for name, values in results.data_vars.items():
        assert np.isfinite(values.values).all(), f"{name}: not a number"
    return model


def check_books(model):
    """Stocks are whole grams, none negative, and what was posted."""
    assert not any(model.ledger.imbalance().values())
    held = {name: getattr(model, name) for name in STOCKS} | {name: getattr(model.trade, name) for name in ON_RELATIONS}
    for name, grams in held.items():
        between(name, grams, 0.0, COUNTABLE)
        assert (grams == np.floor(grams)).all(), f"{name}: a part of a gram"
    for account, grams in model.ledger.book.items():
        between(account, grams, -COUNTABLE if account in OWED else 0.0, COUNTABLE)


def check_firms(model, columns):
    """What firms have, do and believe can be in the world."""
    for name, values in columns:
        between(name, values, -np.inf if name in MAY_BE_NEGATIVE else 0.0, 1.0 if name in SHARES else np.inf)
    for name in PRICES:
        between(name, getattr(model.market, name), 0.0, np.inf)


def check_relations(trade):
    """What is ordered, owed, priced and expected on relations can be in the world."""
    for name in FLOWS:
        between(name, getattr(trade, name), 0.0, np.inf)


def check_paper(paper):
    """Nobody has applied for less than nothing, or been granted it."""
    for name, grams in paper._asdict().items():
        between(name, grams, 0.0, np.inf)


def between(name, values, low, high):
    """All values are numbers from low to high; infinity is none."""
    least, most = values.min(initial=np.inf), values.max(initial=-np.inf)
    assert values.size == 0 or (low <= least and most <= high and np.isfinite(least + most)), f"{name}: {least} to {most}"
