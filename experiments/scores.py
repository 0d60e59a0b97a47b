"""How well the past is brought back: each row of what was observed beside the model and the null model, and counts that never mix roles."""

import numpy as np
import pandas as pd
import xarray as xr

from experiments.measures import measured
from experiments.null import Null
from experiments.targets import Target
from model.seen import BUILT_IN, COMPARED, FITTED, NOT_EXPRESSIBLE
from model.sheet import LAYER

WITHIN, OUTSIDE, UNMEASURED = "within", "outside", "not measured"
COUNTED = COMPARED, FITTED, BUILT_IN
"""Roles that are counted, each apart; the first alone says how well the model does."""


def scored(targets: list[Target], past: xr.Dataset, null: Null) -> pd.DataFrame:
    """Every row with its role, the model's median and 5-95 % over replicates, the null model's figure, whether each is accepted, whether the band holds it, and skill."""
    return pd.DataFrame([judged(target, past, null) for target in targets])


def judged(target: Target, past: xr.Dataset, null: Null) -> dict:
    """One row of it."""
    values = measured(past, target.of)
    low, middle, high = (np.nan,) * 3 if values is None else np.quantile(values, [0.05, 0.5, 0.95], method="nearest")
    plain = np.nan if values is None else simple(target, past, null)
    known = values is not None
    return {
        "file": target.file, "row": target.row % LAYER, "quantity": target.quantity, "period": target.period, "unit": target.unit, "role": target.role, "why": target.why,
        "observed": target.observed, "low": target.low, "high": target.high, "model": middle, "model_low": low, "model_high": high, "null": plain,
        "verdict": NOT_EXPRESSIBLE if target.role == NOT_EXPRESSIBLE else verdict(target, middle) or UNMEASURED, "null_verdict": verdict(target, plain),
        "covered": ("yes" if low <= target.observed <= high else "no") if known and np.isfinite(target.observed) else "",
        "skill": skill(middle, plain, target.observed), "source": target.source, "note": "",
    }  # fmt: skip


def simple(target: Target, past: xr.Dataset, null: Null) -> float:
    """The null model's figure; NaN where it says nothing."""
    found = measured(null.past(past, target.of), target.of) if target.of else None
    return np.nan if found is None else float(found[0])


def verdict(target: Target, value: float) -> str:
    """Whether a figure lies in the accepted band; "" if there is none."""
    return "" if np.isnan(value) else WITHIN if target.low <= value <= target.high else OUTSIDE


def skill(model: float, null: float, seen: float) -> float:
    """1 less the model's miss over the null model's: 1 is exact, 0 no better than the null model; NaN where the null model is exact, silent or nothing was observed."""
    miss, plain = abs(model - seen), abs(null - seen)
    if np.isnan(miss + plain) or np.isinf(miss) or np.isclose(null, seen):
        return np.nan
    return 1.0 if np.isinf(plain) else 1.0 - miss / plain


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """For each role by itself: rows that are measured, those the model and the null model have in the accepted band, rows with an observed figure and those the model's
    5-95 % hold, and the median skill."""
    found = {}
    for role in COUNTED:
        rows = table[(table.role == role) & table.verdict.isin([WITHIN, OUTSIDE])]
        found[role] = {
            "rows": len(rows), "within": (rows.verdict == WITHIN).sum(), "null_within": (rows.null_verdict == WITHIN).sum(),
            "seen": (rows.covered != "").sum(), "covered": (rows.covered == "yes").sum(), "skill": rows.skill.median(),
        }  # fmt: skip
    return pd.DataFrame(found).T.astype(dict.fromkeys(("rows", "within", "null_within", "seen", "covered"), int))
