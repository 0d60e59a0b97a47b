"""E12 and E14: what plants earn and owe, when they stop, and what their investors ask."""

import math

from model.rules import rule
from model.rules.numerics import LEAST


@rule
def topped_up(price: float, floor: float, share: float, upside: float) -> float:
    """E12.1: what a guarantor adds to a price, USD/kg of all that is made; floor: price guaranteed, share: of what is made, upside: share of what the price is above the floor that it takes."""
    return share * (max(floor - price, 0.0) - upside * max(price - floor, 0.0))


@rule
def kept_up(capacity: float, fixed: float, running: float, kept: float) -> float:
    """E12.1: fixed cash cost a month, thousand USD; capacity t/month, fixed USD/kg of it; kept: share of it that a plant costs while it is shut."""
    return capacity * fixed * (running + (1.0 - running) * kept)


@rule
def earned(received: float, paid: float, made: float, guarantee: float, variable: float, fixed: float) -> float:
    """E12.1: cash a plant brings in a month, thousand USD: what it is paid for goods and pays for goods, what is made (t) at guarantee less variable cost (USD/kg), fixed cost."""
    return received - paid + made * (guarantee - variable) - fixed


@rule
def annuity(rate: float, years: float) -> float:
    """E12.1: what is paid a month on each unit of debt, interest and repayment; rate 1/year."""
    monthly = rate / 12.0
    if monthly <= LEAST:  # as good as no interest: the powers below would be 1
        return 1.0 / (12.0 * years)
    return monthly / (1.0 - math.pow(1.0 + monthly, -12.0 * years))


@rule
def bearable(margin: float, capacity: float, serviced: float, resale: float) -> float:
    """E12.2: debt a plant bears, thousand USD: what its margin (USD/kg) at full use (t/month) can serve (`annuity`), and no less than what it can be sold for."""
    return max(max(margin, 0.0) * capacity / serviced, resale)


@rule
def in_a_row(months: float, holds: float, since: float) -> float:
    """E12.2: months in a row for which something has held (a positive number); since: months since it was last looked at."""
    return months + since if holds > 0.0 else 0.0


@rule
def aged(age: float, capacity: float, arriving: float) -> float:
    """E12.2: mean age of a plant's capacity a month on, months; what arrives is new."""
    return 0.0 if capacity <= 0.0 else (age + 1.0) * max(1.0 - arriving / max(capacity, LEAST), 0.0)


@rule
def mood(sentiment: float, trend: float, news: float, trend_weight: float, news_weight: float, months: float, since: float) -> float:
    """E14: sentiment -1 to 1, so many months since it was last looked at: towards where prices go (trend, log) and what is announced (news), in `months`."""
    pull = min(max(trend_weight * trend + news_weight * news, -1.0), 1.0)
    return sentiment + (pull - sentiment) * min(since / months, 1.0)


@rule
def spread(variance: float, step: float, months: float, since: float) -> float:
    """E14: variance of a month's change of the log price, smoothed over so many months; step: its change since it was last looked at."""
    return variance + (step * step / since - variance) * min(since / months, 1.0)


@rule
def asked_return(usual: float, sentiment: float, reach: float, guaranteed: float, relief: float, variance: float, premium: float) -> float:
    """E12.3, E14: cost of capital, 1/year: the usual one, less in good times and where a price is guaranteed for a share of output, more where what is left to the market moves."""
    return max(usual - reach * sentiment - relief * guaranteed + premium * (1.0 - guaranteed) * math.sqrt(12.0 * variance), 0.0)
