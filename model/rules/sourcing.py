"""E6: which suppliers a buyer prefers."""

import math

from model.rules import rule
from model.rules.numerics import LEAST, LEAST_RATIO


@rule
def utility(
    landed: float, wait: float, affinity: float, trust: float, outside: float, country_share: float, belief: float, background: float,
    cost: float, delay: float, affinity_weight: float, trust_weight: float, friend: float, aversion: float,
) -> float:  # fmt: skip
    """E6.1: utility of an offer to a buyer (a log-odds).

    landed: what the offer costs on arrival, USD/kg; wait: licence wait, months; affinity -1..1; trust 0..1; outside: 1
    for suppliers outside China; country_share: share of the supplier's country in this buyer's purchases.
    """
    attraction = -cost * math.log(max(landed, LEAST_RATIO)) - delay * cost * wait
    attraction += affinity_weight * affinity + trust_weight * trust
    return attraction + friend * outside * (belief - background) - aversion * country_share * belief


@rule
def record(fill: float, delivered: float, asked: float, months: float, least: float) -> float:
    """E6.2: a seller's record of filling orders, remembered over some months and never below `least`; grams delivered and asked for."""
    got = min(1.0, (delivered + 1.0) / max(asked, LEAST)) if asked > 0.0 else fill
    return max(fill + (got - fill) / months, least)


@rule
def trust_after(trust: float, fill: float, full: float, gain: float, loss: float) -> float:
    """E6.4: trust in a supplier after a month in which it delivered the share `fill` of what was ordered; from `full` on it gains."""
    if fill >= full:
        return trust + gain * (1.0 - trust)
    return trust * (1.0 - loss * (1.0 - fill))


@rule
def guaranteed(able: float, share: float, volume: float) -> float:
    """E6.6: leading grams a month whose purchase is guaranteed: a share of what a plant is able to make or a volume, and no more than it is able to make."""
    return min(share * able + volume, able)


@rule
def mixed(held: float, stock: float, came: float, chinese: float) -> float:
    """E8.6: share of Chinese origin in a stock (grams) after shipments came, of whose grams some are Chinese; what it was while there is nothing."""
    return min((stock * held + chinese) / max(stock + came, LEAST), 1.0) if stock + came > 0.0 else held


@rule
def renewal(belief: float, base: float, fear: float, most: float) -> float:
    """E6.5: chance that a contract which ends is renewed; it rises with the buyer's belief in restrictions."""
    return min(max(base + fear * belief, 0.0), most)


@rule
def long_term_share(belief: float, volatile: float, base: float, fear: float, jump: float, most: float) -> float:
    """E6.5: share of purchases a buyer wants under contract; volatile: 1 while prices move much."""
    return min(max(base + fear * belief + jump * volatile, 0.0), most)


@rule
def netback(price: float, duty: float, freight: float, premium: float) -> float:
    """E6.3: what a seller keeps of a spot price, USD/kg, with the premium paid at home."""
    return max(price / (1.0 + duty) - freight, LEAST) * (1.0 + premium)


@rule
def as_members(premium: float, own: float, mean: float) -> float:
    """E6.3: premium at which a member of a joint purchase bids what members bid on average; own, mean: netback of its own bid and of theirs, USD/kg."""
    return (1.0 + premium) * mean / max(own, LEAST) - 1.0


@rule
def members_clock(months: float, known: float, recognition: float) -> float:
    """E6.1: months to qualify a supplier; known: 1 where another member of a joint purchase has, of which the share `recognition` need not be done again."""
    return months * (1.0 - known * recognition)


@rule
def spot_weight(priority: float, price: float, duty: float, freight: float, premium: float, netback_weight: float) -> float:
    """E6.3: weight of a spot order: priority, and what the seller keeps of the price (USD/kg), with the premium paid at home."""
    netback = max(price / (1.0 + duty) - freight, LEAST) * (1.0 + premium)
    return priority * math.pow(netback, netback_weight)
