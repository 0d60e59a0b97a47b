"""Figures that are lower bounds: where a limit of an equation binds at a window's end, what it limits is at least what is printed."""

import xarray as xr

from experiments.metrics import asked_gap, asked_price_by_region, china_price, last, licence_queue, licence_wait, traded
from experiments.wording import NO_MARKET

BINDING = 0.1
"""Share of applications from which on a limit that binds makes what it limits a lower bound."""
PRICES = ("asked_price", "asked_gap", "realised_price", "realised_gap")
"""Metrics that follow the asked price of their good."""
BY_REGION = ("asked_price_by_region", "realised_price_by_region")
"""Metrics that follow the asked price of their good in a region."""
LIMITED = {licence_wait: "licence_wait", licence_queue: "order_ceiling"}
"""Measures, and the limit each is held down by: the longest wait buyers reckon with, and the most they order."""


def at_least(window: xr.Dataset, scenario: str) -> set[str]:
    """The rows of the summary, "metric[good]", whose median in a scenario is a lower bound in the window's last month."""
    run = window.sel(scenario=[scenario])
    return beyond_the_market(run) | held_down(run)


def beyond_the_market(run: xr.Dataset) -> set[str]:
    """Prices of the goods asked at a multiple of the Chinese price near which the price rule has its limits."""
    gaps = asked_gap(run).median("replicate").squeeze("scenario")
    there = (asked_price_by_region(run) / china_price(run)).median("replicate").squeeze("scenario").stack(place=["good", "region"])
    whole = {f"{metric}[{good}]" for metric in PRICES for good in gaps.good.values[gaps.values >= NO_MARKET]}
    return whole | {f"{metric}[{good}, {region}]" for metric in BY_REGION for good, region in there.place.values[there.values >= NO_MARKET]}


def held_down(run: xr.Dataset) -> set[str]:
    """Waits and queues while their limit binds."""
    bound = last(run.clamped).median("replicate").squeeze("scenario")
    held = [measure for measure, limit in LIMITED.items() if limit in bound.clamp and bound.sel(clamp=limit) >= BINDING]
    medians = {measure.__name__: measure(run).median("replicate").squeeze("scenario") for measure in held}
    return {f"{name}[{good}]" for name, values in medians.items() for good in traded(run) if values.sel(good=good) > 0}
