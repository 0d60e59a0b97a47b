"""Results split by the two unknowns that matter most: the October regime's licence capacity and the speed of forgetting.

Nobody has seen the October regime in force, and no long truce has been observed; so results are shown for a range of both.
"""

import numpy as np
import pandas as pd
import xarray as xr

from experiments import headline
from experiments.horizons import middle_and_end, window
from experiments.metrics import output_loss, outside_capacity, unmet_share

FORGETTING = "belief_down"


def groups(pair: xr.Dataset) -> dict[str, np.ndarray]:
    """Names of groups and which replicates fall in them: by the licence capacity the alternative drew, and by thirds of the speed of forgetting."""
    everyone = {"all replicates": np.ones(pair.sizes["replicate"], bool)}
    return everyone | capacity_groups(pair) | forgetting_groups(pair)


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
    """For each group: paired differences of the alternative against the baseline (median, low, high) of four outcomes."""
    (middle, end), of = middle_and_end(pair), headline.of(pair)
    rate = of.rate.replace(" a ", "/")
    outcomes = {
        f"unmet share of need, {middle} months, % points": unmet_share(window(pair, middle)),
        f"output lost, {middle} months, billion USD": output_loss(window(pair, middle)),
        f"output lost, {end} months, billion USD": output_loss(window(pair, end)),
        f"{of.word} capacity outside China after {end} months, {rate}": outside_capacity(window(pair, end)).sel(stage=of.stage) / of.scale,
    }
    rows = []
    for group, members in groups(pair).items():
        for outcome, values in outcomes.items():
            difference = (values.isel(scenario=1) - values.isel(scenario=0)).values[members].astype(float)
            low, median, high = np.quantile(difference, [0.05, 0.5, 0.95])
            rows.append({"group": group, "outcome": outcome, "median": median, "low": low, "high": high, "replicates": int(members.sum())})
    return pd.DataFrame(rows)
