"""How buyers honour their contracts when they place orders."""

import numpy as np
from numba import njit

from model.kernels.groups import Demand, Links, Shares


@njit(cache=True)
def honour(cells: tuple[int, int], links: Links, shares: Shares, order: np.ndarray, due: np.ndarray, demand: Demand) -> None:
    """E6.5: orders under contract are raised to the volume due (relation,), within what each buyer wants of the good in all; what is more comes off its other orders.

    cells: first of buyers and goods, and last + 1. Sellers that may not be asked are not (`shares.usable`).
    """
    first, good, buyer = shares.first, links.good, links.buyer
    for c in range(cells[0], cells[1]):
        placed, bound = 0.0, 0.0
        for i in range(first[c], first[c + 1]):
            placed += order[i]
            bound += due[i] * shares.usable[i]
        if bound <= 0.0:
            continue
        i = first[c]
        wanted = max(placed, demand.ordered[good[i], buyer[i]])
        scale = min(1.0, wanted / bound)
        short, above = 0.0, 0.0
        for i in range(first[c], first[c + 1]):
            miss = due[i] * shares.usable[i] * scale - order[i]
            short += max(miss, 0.0)
            above += max(-miss, 0.0)
        if short <= 0.0:
            continue
        kept = 1.0 - min(1.0, max(short - (wanted - placed), 0.0) / above) if above > 0.0 else 1.0
        for i in range(first[c], first[c + 1]):
            volume = due[i] * shares.usable[i] * scale
            order[i] = volume + max(order[i] - volume, 0.0) * kept
