"""E2 and E4: what end users need, use, and lose."""

import math

from model.rules import helper, rule
from model.rules.numerics import HALF, LEAST, LEAST_RATIO, NEXT_TO_NOTHING, normal_below


@rule
def grow(activity: float, yearly_rate: float, scale: float) -> float:
    """E2.2: activity one month on; yearly_rate is a log growth rate, 1/year."""
    return activity * math.exp(yearly_rate * scale / 12.0)


@rule
def disturb(noise: float, persistence: float, deviation: float, innovation: float) -> float:
    """E2.2: AR(1) demand noise."""
    return persistence * noise + deviation * innovation


@rule
def need(base: float, activity: float, noise: float, saved: float, price_ratio: float, elasticity: float) -> float:
    """E2.1: final demand in grams a month; saved: share designed out; price_ratio: landed price over that of January 2024."""
    if base <= 0.0:
        return 0.0
    return base * activity * max(1.0 + noise, 0.0) * (1.0 - saved) * math.pow(max(price_ratio, LEAST_RATIO), -elasticity)


@rule
def reference(base: float, activity: float, noise: float) -> float:
    """E4.4: need in grams a month at the prices and with the designs of the start."""
    return base * activity * max(1.0 + noise, 0.0)


@rule
def thrift(saved: float, price_ratio: float, belief: float, speed: float, fear: float, deadband: float, ceiling: float, reversal: float, fear_from: float) -> float:
    """E2.3: share that a month's new designs leave out: driven by price and fear, limited, and hardly reversible."""
    dear = max(math.log(max(price_ratio, LEAST_RATIO)) - deadband, 0.0)
    afraid = max(belief - fear_from, 0.0)
    calm = 1.0 if dear <= 0.0 and afraid <= 0.0 else 0.0
    return saved + min(speed * dear + fear * afraid, 1.0) * (ceiling - saved) - reversal * saved * calm


@rule
def sooner(months: float, speed: float, haste: float) -> float:
    """E2.3: months until a new design is made where a programme makes users draw it so many times faster than usual."""
    return max(math.floor(months * math.pow(speed, -haste) + HALF), 1.0)


@rule
def swapped(
    left: float, leanest: float, content: float, other_left: float, other_content: float, price_ratio: float, speed: float, deadband: float, limit: float,
) -> float:  # fmt: skip
    """E2.3: content of an element that a month's new designs hold of another one instead, g/g: the dearer it has become beside the other, the more.

    left, leanest: shares of the content at the start in the newest designs and in the leanest; contents in what does as much as a gram of the element;
    price_ratio: its price over that of the start by the same of the other; limit: largest share of it that the other stands in for.
    """
    if content <= 0.0 or other_content <= 0.0:
        return 0.0
    dearer = max(math.log(max(price_ratio, LEAST_RATIO)) - deadband, 0.0)
    room = limit * content - (other_left - 1.0) * other_content
    return max(min(min(speed * dearer, 1.0) * (left - leanest) * content, room), 0.0)


@rule
def turn(turned: float, belief: float, background: float, fill: float, ceiling: float, months: float) -> float:
    """E2.4: share of need that would be bought in parts a month on: towards a ceiling, as far as restrictions are feared more than in calm times or purchases fail to arrive.

    fill 0..1: share of normal purchases from China that arrived.
    """
    pull = max((belief - background) / max(1.0 - background, LEAST), 1.0 - fill, 0.0)
    return turned + (ceiling * pull - turned) / months


@rule
def to_parts(sought: float, held: float, need: float, cover: float) -> float:
    """E2.4: need met by parts instead, g/month: what is sought, as far as more parts are held than their own need takes and covers (months)."""
    return min(sought, max(held - (1.0 + cover) * need, 0.0))


@helper
def mean_served(cover: float, dispersion: float) -> float:
    """E[min(1, aX)] for a cover a above zero, X log-normal with mean 1."""
    logarithm, half = -math.log(cover), HALF * dispersion * dispersion
    short = normal_below((logarithm - half) / dispersion)
    return cover * short + 1.0 - normal_below((logarithm + half) / dispersion)


@rule
def served(cover: float, dispersion: float) -> float:
    """E4.2: share of need served, E[min(1, aX)], when cover a (months) is log-normally spread over a row's firms."""
    return 0.0 if cover <= NEXT_TO_NOTHING else mean_served(cover, dispersion)


@rule
def shortfall(held: float, need: float, served_normally: float, dispersion: float) -> float:
    """E4.2: share of need lost beyond what is lost at normal cover; zero in normal times.

    served_normally: share of need served at normal cover (`served`).
    """
    if need <= 0.0:
        return 0.0
    cover = max(held / max(need, LEAST), NEXT_TO_NOTHING)
    return min(max(served_normally - mean_served(cover, dispersion), 0.0), 1.0)


@rule
def lost_value(need: float, unmet: float, value_added: float, catch_up: float, triage: float) -> float:
    """E4.3: output lost, US$ million: the most valuable products are served first, part is caught up later.

    need and unmet in grams, value_added in US$ per gram of the element, triage 1 = none.
    """
    if need <= 0.0 or unmet <= 0.0:
        return 0.0
    share = 1.0 - math.pow(max(1.0 - unmet / max(need, LEAST), 0.0), triage)
    return need * share * value_added * (1.0 - catch_up) / 1e6


@rule
def given_up(at_start: float, wanted: float, price_ratio: float, start_price: float) -> float:
    """E4.4: what need given up for its price was worth beyond the price of the start, US$ million: half of rise times fall.

    at_start and wanted: need at the price of the start and at the one paid, grams; start_price in US$ per gram. Below the price of the start more is
    wanted, and the triangle is a gain: it counts below 0, so that what is dearer never costs less.
    """
    return HALF * abs(price_ratio - 1.0) * start_price * (at_start - wanted) / 1e6


@rule
def redesigning(usual: float, saved: float, settled: float, cost: float) -> float:
    """E4.5: cost of designs first made this month, US$ million.

    usual: need at the prices and with the designs of the start, grams a month; saved, settled: share designed out now, and the largest before; cost in
    US$ per gram a month left out.
    """
    return usual * max(saved - settled, 0.0) * cost / 1e6


@rule
def overpaid(used: float, price_ratio: float, start_price: float) -> float:
    """E4.6: paid beyond the price of the start for what was used (grams), US$ million; start_price in US$ per gram."""
    return used * (price_ratio - 1.0) * start_price / 1e6
