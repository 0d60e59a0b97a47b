"""Whether an instrument reaches any trade or any firm; if not, why, in a line for whoever wrote it."""

from typing import Any

from model.errors import warn
from model.names import EU, EVERY
from model.policies.vocabulary import expand_countries, members


def warn_of(place: str, instrument: Any, why: str) -> None:
    """What is valid and makes no sense, in a line."""
    warn(f'{place}: {type(instrument).__name__} "{instrument.name}": {why}')


def no_trade(measure: Any, levers: Any) -> str:
    """Why a measure on trade touches no relation, and what to name instead."""

    def trade(sellers: frozenset[str], buyers: frozenset[str]) -> bool:
        uses = getattr(measure, "covered_sectors", None)
        return levers.model.trade.between(sellers, buyers, measure.covered_goods, uses).size > 0

    sellers, buyers = measure.sellers, measure.buyers
    abroad = expand_countries([EVERY], measure.words) - sellers
    if not sellers or not buyers:
        why = "a state acts on trade across its border; name a country abroad"
    elif not trade(sellers, abroad):
        why = "nobody there sells these goods abroad for these uses; name other goods or another origin"
    elif buyers & members(measure.words) and trade(sellers, members(measure.words) - sellers):
        why = f"users of the European Union are {EU}; name that"
    else:
        why = "nobody there buys these goods from there; name other goods or countries"
    return f"touches no trade relation; {why}"
