"""Decisions that nobody can undo: regret, the least of the worst regret, what satisfies, what an avoided dollar costs, and from which chance of restrictions on a policy pays.

Arrays end in (storyline, policy); what stands before is kept. Money is in one unit throughout.
"""

import numpy as np


def regret(total: np.ndarray) -> np.ndarray:
    """What a policy loses and costs in a storyline beyond the policy that is best there."""
    return total - total.min(axis=-1, keepdims=True)


def worst(regrets: np.ndarray) -> np.ndarray:
    """(..., policy): the regret in the storyline in which it is largest."""
    return regrets.max(axis=-2)


def expected(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(..., policy): mean over storylines by their weights."""
    return np.einsum("...sp,s->...p", values, weights / weights.sum())


def satisfies(loss_share: np.ndarray, cost: np.ndarray, most_share: float, most_cost: float) -> np.ndarray:
    """Whether a run loses no more than a share of what users make, and costs no more than so much."""
    return (loss_share <= most_share) & (cost <= most_cost)


def per_avoided(cost: np.ndarray, avoided: np.ndarray) -> np.ndarray:
    """What an avoided dollar costs; infinite where nothing is avoided."""
    return np.where(avoided > 0.0, cost / np.where(avoided > 0.0, avoided, 1.0), np.inf)


def break_even(premium: np.ndarray, payout: np.ndarray) -> np.ndarray:
    """Chance of the harsh storyline from which on a policy pays: premium / (premium + payout).

    premium: what it costs less what it avoids in the calm storyline; payout: what it avoids less what it costs in the harsh one. 0 where it pays in the calm one
    already, infinite where it does not pay in the harsh one.
    """
    pays, asked = payout > 0.0, premium > 0.0
    return np.where(pays, np.where(asked, premium, 0.0) / np.where(pays & asked, premium + payout, 1.0), np.inf)
