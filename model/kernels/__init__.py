"""The loops over trade relations, compiled.

Relations are sorted by buyer and good. A cell is one (good, firm) pair, numbered good * firms + firm. Amounts are whole grams of
contained element held in float64; the leading element of a good counts its orders and flows (`lead[good]`). Whatever is
divided is rounded down and limited to what is left (`rules.numerics.portion`), and the rest stays where it was, so nothing is
made or lost here. What belongs together is handed in together (`model.kernels.groups`).
"""

from model.compiled import kept

with kept():
    from model.kernels.border import announce, restrict, tighten
    from model.kernels.contracts import honour
    from model.kernels.goods import allocate, arrive, claim, collect, send, ship
    from model.kernels.holders import lack, share_among
    from model.kernels.orders import admit, place, qualify, receive, remember, shift_shares, want, watch
    from model.kernels.origin import mix, origins, pass_on_origin
    from model.kernels.paper import call_off, decide, file, on_paper, spend, turn
    from model.kernels.plants import build, come_up
    from model.kernels.prices import arbitrage, land, marginal, pay, perceive, realise, scarcity, step, trailing
    from model.kernels.purses import at_the_gate, gate_prices, takings, worth
    from model.kernels.sums import count_bound, duties, idle, lead_stock, readiness, sum_to, supply_line, survey, tally, watch_firms, watch_trade
    from model.kernels.used import collect_used

__all__ = [
    "admit",
    "allocate",
    "announce",
    "arbitrage",
    "arrive",
    "at_the_gate",
    "build",
    "call_off",
    "claim",
    "collect",
    "collect_used",
    "come_up",
    "count_bound",
    "decide",
    "duties",
    "file",
    "gate_prices",
    "honour",
    "idle",
    "lack",
    "land",
    "lead_stock",
    "marginal",
    "mix",
    "on_paper",
    "origins",
    "pass_on_origin",
    "pay",
    "perceive",
    "place",
    "qualify",
    "readiness",
    "realise",
    "receive",
    "remember",
    "restrict",
    "scarcity",
    "send",
    "share_among",
    "shift_shares",
    "ship",
    "spend",
    "step",
    "sum_to",
    "supply_line",
    "survey",
    "takings",
    "tally",
    "tighten",
    "trailing",
    "turn",
    "want",
    "watch",
    "watch_firms",
    "watch_trade",
    "worth",
]
