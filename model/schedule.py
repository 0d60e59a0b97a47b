"""The month: each phase in order, what it does, reads and writes. `TradeModel.step` goes through this list."""

from collections.abc import Callable
from operator import methodcaller
from typing import Any


def _phase(name: str, does: str, reads: str, writes: str, *calls: Callable[[Any], Any]) -> dict[str, Any]:
    return {"phase": name, "does": does, "reads": reads, "writes": writes, "calls": calls}


def _on(part: str, method: str, *arguments: Any) -> Callable[[Any], Any]:
    """A call of one part of the model, such as `model.trade.arrive()`."""
    call = methodcaller(method, *arguments)
    return lambda model: call(getattr(model, part))


SCHEDULE = (
    _phase("lift", "every lever back to neutral", "nothing", "levers", methodcaller("turn_page"), _on("levers", "lift"), _on("treasury", "turn_page")),
    _phase(
        "states", "states observe, decide and enact instruments", "last month's published aggregates", "levers",
        _on("states", "do", "observe"), _on("states", "do", "decide"), _on("states", "do", "enact"), methodcaller("announce"),
    ),
    _phase("believe", "firms judge the threat (E1)", "levers, last month's fill rates", "belief", _on("firms", "do", "believe")),
    _phase("arrive", "shipments due enter input stocks", "transit", "inputs, pipe", _on("trade", "arrive")),
    _phase(
        "consume", "final demand (E2), what states bear of redesigns, use and loss (E4)", "prices of last month, inputs", "need, inputs, unmet, loss",
        _on("oems", "do", "demand"), _on("charges", "share_redesigns"), _on("oems", "do", "consume"),
    ),
    _phase("grant", "licence offices decide on applications (E8)", "applications, levers", "applications, permits", _on("licensing", "grant")),
    _phase(
        "order", "offers appraised, orders placed, applied for and called off, downstream to upstream (E3, E6.1, E8)", "belief, stocks, supply lines, permits",
        "orders, shares, applications, permits, need", _on("stocks", "buy"), _on("routes", "buy"), _on("trade", "order"),
    ),
    _phase("produce", "output from stocks in hand and orders received (E5, E7)", "inputs, orders", "inputs, finished", _on("makers", "do", "produce"), _on("rationing", "count")),
    _phase("allocate", "finished stock among orders in tiers (E6.2)", "finished, orders called off, backlog", "taken, backlog", _on("trade", "allocate")),
    _phase("clear", "quotas (E8), what public stocks release (E12) and traders pass on (E9)", "taken, levers, stocks", "taken, finished", _on("customs", "clear"), _on("stocks", "release"), _on("routes", "pass_on")),
    _phase("ship", "what was allotted and not stopped leaves", "taken", "transit, flow, permits", _on("trade", "ship"), _on("provenance", "note")),
    _phase("reprice", "prices inside and outside China (E10, E15)", "stocks, flows, levers", "prices", _on("market", "reprice")),
    _phase("adapt", "fill rates, waits, trust, qualification, thrift and designs (E1, E2.3, E6, E8.2)", "flow, orders, applications", "fill, wait, trust, status, saved", _on("trade", "adapt"), _on("thrifty", "do", "thrift"), _on("designs", "advance"), _on("oems", "do", "turn")),
    _phase(
        "settle", "stocks held by law are paid for (E3), plants are paid and pay, states take duties and pay what they owe, companies pool it, plants stop and come back, creditors take over (E12, E14)", "flow, prices, capacity", "cash, debt, running, cost of capital",
        _on("charges", "carry_stocks"), _on("finance", "reckon"), _on("offtakes", "pay"), _on("stocks", "charge"), _on("routes", "charge"), _on("treasury", "settle"), _on("payers", "do", "settle"), _on("finance", "pool"), _on("payers", "do", "carry_on"), _on("finance", "charge"), _on("finance", "foreclose"),
    ),
    _phase(
        "invest", "plants arrive, projects and firms decide on new ones (E11)", "prices, belief, use", "prospects, capacity, construction",
        _on("outlook", "look"), _on("construction", "open"), _on("rationing", "permit"), _on("firms", "do", "expand"), _on("makers", "do", "invest"), _on("construction", "begin"),
    ),
    _phase(
        "recycle", "products reach the end of their life; used ones and scrap go to recyclers (E13)", "in_use, prices, finished scrap", "in_use, transit, inputs",
        _on("oems", "do", "retire"), _on("collection", "gather"), _on("recyclers", "do", "seek"), _on("collection", "share"), _on("recyclers", "do", "recycle"), _on("trade", "collect"),
    ),
    _phase("close", "the ledger", "every account", "nothing", _on("ledger", "close")),
    _phase("record", "the recorder", "everything", "results", _on("recorder", "take"), methodcaller("name_month")),
)  # fmt: skip
