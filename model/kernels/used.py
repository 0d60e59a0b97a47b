"""Used products on their way to recyclers."""

import numpy as np
from numba import njit

from model.kernels.groups import Collectors, Retired
from model.rules import in_kernels, numerics, recycling

portion, share_collected = in_kernels(numerics.portion), in_kernels(recycling.share_collected)


@njit(cache=True)
def collect_used(lead: int, takes: np.ndarray, retired: Retired, plants: Collectors, left: np.ndarray, allotted: np.ndarray) -> None:
    """E13.4: products at the end of their life go to the plants of their region: what these seek, then what a mandate asks for beyond it, as room is there.

    lead: element in which plants count; takes (element,): which elements they take; left (element, place): what nobody has taken yet, lowered; allotted
    (element, plant): grams each gets, set.
    """
    elements, places = left.shape
    for here in range(places):
        there, wanted, room = 0.0, 0.0, 0.0
        for u in range(retired.place.size):
            if retired.place[u] == here:
                there += retired.grams[lead, u]
        for k in range(plants.place.size):
            if plants.place[k] == here:
                wanted += plants.sought[k]
                allotted[:, k] = 0.0
        if there <= 0.0:
            continue
        driven, forced, rate, pool = 0.0, 0.0, min(1.0, wanted / there), np.zeros(elements)
        for u in range(retired.place.size):
            if retired.place[u] == here:
                share = share_collected(retired.most[u], rate, retired.mandate[u])
                driven += retired.grams[lead, u] * share_collected(retired.most[u], rate, 0.0)
                forced += retired.grams[lead, u] * share_collected(retired.most[u], 0.0, retired.mandate[u])
                for e in range(elements):
                    pool[e] += takes[e] * share * retired.grams[e, u]
        for k in range(plants.place.size):
            if plants.place[k] == here:
                plants.given[k] = min(plants.sought[k] * (min(1.0, driven / wanted) if wanted > 0.0 else 0.0), plants.room[k])
                forced -= plants.given[k]
                room += plants.room[k] - plants.given[k]
        more = min(1.0, max(forced, 0.0) / room) if room > 0.0 else 0.0
        for k in range(plants.place.size):
            if plants.place[k] == here and pool[lead] > 0.0:
                given = plants.given[k] + more * (plants.room[k] - plants.given[k])
                for e in range(elements):
                    grams = portion(pool[e], given / pool[lead], left[e, here])
                    allotted[e, k] = grams
                    left[e, here] -= grams
