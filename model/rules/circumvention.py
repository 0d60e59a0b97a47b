"""E9: what traders carry around a control, and what of it is found."""

import math

from model.rules import rule
from model.rules.numerics import HALF, LEAST


@rule
def gain(sold: float, bought: float, cost: float, detected: float, penalty: float) -> float:
    """E9.1: what a trader gains on a unit it carries, as a log: prices where it sells and where it buys, each over that of the start; what the way costs; the share that is found, and what that costs."""
    return math.log(max(sold, LEAST) / max(bought, LEAST)) - cost - penalty * detected


@rule
def carried(now: float, need: float, gained: float, most: float, sensitivity: float, months: float) -> float:
    """E9.1: what is carried a month moves towards what the gain is worth, a share of need and at most `most` of it, g/month."""
    wanted = most * need * (1.0 - math.exp(-max(gained, 0.0) / sensitivity))
    return now + (wanted - now) / months


@rule
def found(enforcement: float, now: float, need: float) -> float:
    """E9.2: share of what is carried that customs find: the more, the harder they look and the larger the way."""
    return 1.0 - math.exp(-enforcement * (HALF + now / max(need, LEAST)))
