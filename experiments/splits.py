"""Results split by the unknowns that matter most: the October regime's licence capacity, how it treats single destinations, and the speed of forgetting.

Nobody has seen the October regime in force, and no long truce has been observed; so results are shown for a range of each.
"""

import numpy as np
import pandas as pd
import xarray as xr

from experiments import headline
from experiments.metrics import output_loss, outside_capacity, unmet_share, unmet_share_by_region
from experiments.sampling import error
from experiments.windows import middle_and_end, window
from experiments.wording import readable

FORGETTING = "belief_down"
MOST_SINGLED_OUT = 2
"""Destinations by whose treatment results are split."""


def groups(pair: xr.Dataset) -> dict[str, np.ndarray]:
    """Names of groups and which replicates fall in them: by the licence capacity the alternative drew, by how it treats destinations, by thirds of the speed of forgetting."""
    everyone = {"all replicates": np.ones(pair.sizes["replicate"], bool)}
    return everyone | capacity_groups(pair) | strictness_groups(pair) | forgetting_groups(pair)


def singled_out(pair: xr.Dataset) -> list[str]:
    """Destinations whose treatment the alternative draws over the widest range seen in the runs, at most so many; none if it draws none."""
    drawn = pair.drawn_strictness.isel(scenario=1)
    spread = (drawn.max("replicate") - drawn.min("replicate")).fillna(0.0)
    order = np.argsort(-spread.values, kind="stable")[:MOST_SINGLED_OUT]
    return [str(drawn.destination.values[at]) for at in order if spread.values[at] > 0.0]


def strictness_groups(pair: xr.Dataset) -> dict[str, np.ndarray]:
    """Thirds of the replicates by the part of its share that a destination gets, for those treated most differently; none if it was not drawn or there are too few replicates."""
    if pair.sizes["replicate"] < 3:
        return {}
    found = {}
    for place in singled_out(pair):
        drawn = pair.drawn_strictness.isel(scenario=1).sel(destination=place).values
        third = np.digitize(drawn, np.quantile(drawn, [1 / 3, 2 / 3]))
        for at in range(3):
            found[f"{readable(place)} gets {drawn[third == at].min():.2f}-{drawn[third == at].max():.2f} of its part"] = third == at
    return found


def capacity_groups(pair: xr.Dataset) -> dict[str, np.ndarray]:
    """Replicates by the drawn licence capacity of the alternative; none if it draws none."""
    drawn = pair.drawn_capacity.isel(scenario=1).values
    return {f"licence capacity {100 * share:.0f} % of normal trade": np.isclose(drawn, share) for share in np.unique(drawn[~np.isnan(drawn)])}


def forgetting_groups(pair: xr.Dataset) -> dict[str, np.ndarray]:
    """Thirds of the replicates by the drawn speed of forgetting; none if it was not drawn or there are too few replicates."""
    if FORGETTING not in pair.get("parameter", xr.DataArray([])).values or pair.sizes["replicate"] < 3:
        return {}
    speed = pair.parameter_value.sel(parameter=FORGETTING).values
    third = np.digitize(speed, np.quantile(speed, [1 / 3, 2 / 3]))
    names = ("slow", "middling", "fast")
    return {f"{name} forgetting ({speed[third == at].min():.3f}-{speed[third == at].max():.3f} a month)": third == at for at, name in enumerate(names)}


def split_table(pair: xr.Dataset) -> pd.DataFrame:
    """For each group: paired differences of the alternative against the baseline (median with its sampling error, low, high) of each outcome."""
    (middle, end), of = middle_and_end(pair), headline.of(pair)
    rate = of.rate.replace(" a ", "/")
    outcomes = {
        f"unmet share of need, {middle} months, % points": unmet_share(window(pair, middle)),
        **{
            f"unmet share of need, {readable(place)}, {middle} months, % points": unmet_share_by_region(window(pair, middle)).sel(region=place, drop=True)
            for place in singled_out(pair)
        },
        f"output lost, {middle} months, billion USD": output_loss(window(pair, middle)),
        f"output lost, {end} months, billion USD": output_loss(window(pair, end)),
        f"{of.word} capacity outside China after {end} months, {rate}": outside_capacity(window(pair, end)).sel(stage=of.stage) / of.scale,
    }
    rows = []
    for group, members in groups(pair).items():
        for outcome, values in outcomes.items():
            difference = (values.isel(scenario=1) - values.isel(scenario=0)).values[members].astype(float)
            low, median, high = np.quantile(difference, [0.05, 0.5, 0.95])
            rows.append({"group": group, "outcome": outcome, "median": median, **dict(zip(("median_from", "median_to"), error(difference), strict=True)), "low": low, "high": high, "replicates": int(members.sum())})
    return pd.DataFrame(rows)
