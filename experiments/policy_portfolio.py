"""Policy portfolio: which policy would be regretted least, whatever comes, if all cost the same, and from which chance of restrictions on does each pay?"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from tqdm import tqdm

from experiments import command, ensemble, equal_cost, figures, files, provenance, records, regret
from experiments.accounts import accounts, present
from experiments.caveats import rough
from experiments.figures import policy_portfolio as picture
from experiments.plan import Plan
from experiments.sampling import TOLD, ends, redrawn
from experiments.wording import figure_units, known, readable, sentence_of
from model import Patch
from model.errors import InputError
from model.names import month_index, month_name

EXPERIMENT = "policy_portfolio"
SCENARIOS = ["truce_holds", "restrictions_resume", "october_until_2029"]
PATCHES = ["stockpile", "price_floor", "offtake", "recycling_push", "substitution_push"]
REPLICATES = 6
"""Of each cell by default, in some three minutes; 30 for figures to go by, over night with all storylines and patches."""
PILOT = 6
"""Replicates with which sizes are found, at most."""
ROUNDS = 4
"""Tries at a size."""
TOLERANCE = 0.05
"""Share of the target within which a cost is the same."""
DISCOUNT = 4.0
"""Of all money, % a year."""
MOST_LOSS = 0.5
"""Loss that satisfies, % of what users outside China make."""
MOST_COST = 1.5
"""Cost that satisfies, in costs that all are turned to."""
NONE = "no_policy"
"""No policy: the storyline itself."""
PER_CENT = 100.0
FIGURES = ("cost", "avoided", "net", "regret")
"""Of a cell, billion USD."""


@dataclass(frozen=True)
class Sized:
    """A policy, the factor by which its size is turned, and why it does not cost what all do, if it does not."""

    patch: str
    factor: float = 1.0
    note: str = ""

    @property
    def words(self) -> str:
        """Its name as words, marked if it costs less or more than the others."""
        return readable(self.patch) + " *" * bool(self.note)


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES, more=options), words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--patches", nargs="+", default=PATCHES, metavar="PATCH", help=f"policies that are added to each storyline: names or files (default {' '.join(PATCHES)})")
    parser.add_argument("--weights", nargs="+", default=[], metavar="STORYLINE=WEIGHT", help="weights of storylines in what is expected (default equal)")
    parser.add_argument("--cost", type=float, metavar="BILLION", help="what each policy is turned to cost in expectation, billion USD (default: the middle of what they cost as they are)")
    parser.add_argument("--as-they-are", action="store_true", help="leave every policy at its own size")
    parser.add_argument("--discount", type=float, default=DISCOUNT, metavar="PERCENT", help="discount of costs and losses, %% a year (default %(default)s)")
    parser.add_argument("--pilot", type=int, default=PILOT, help="replicates with which sizes are found, at most (default %(default)s)")
    parser.add_argument("--most-loss", type=float, default=MOST_LOSS, metavar="PERCENT", help="loss that satisfies, %% of the value users outside China add (default %(default)s)")
    parser.add_argument("--most-cost", type=float, metavar="BILLION", help=f"cost that satisfies, billion USD (default {MOST_COST} times the cost all are turned to)")


def run(chosen: command.Options, words: list[str]) -> None:
    """Find the sizes, run every cell, weigh, draw, write; the manifest comes last."""
    plan, out, given = chosen.plan, chosen.out, chosen.given
    weights = weights_of(given.weights, [scenario.name for scenario in plan.scenarios])
    check(given)
    work = Work(plan, known_patches(given.patches, plan), out / "parts", chosen.workers, given.discount / PER_CENT)
    for name in work.patches:
        command.try_out(work.patched(Sized(name)))
    manifest = provenance.started(EXPERIMENT, plan, words) | {"patches": list(work.patches), "weights": dict(zip([each.name for each in plan.scenarios], weights.tolist(), strict=True)), "discount": given.discount}
    with files.claimed(out, manifest):
        sizes, target = sized(work, weights, given.cost, min(given.pilot, plan.replicates), given.as_they_are)
        runs = all_cells(work, sizes)
        limits = given.most_loss / PER_CENT, given.most_cost or MOST_COST * target
        cells, table = by_cell(runs, sizes), by_policy(runs, sizes, weights, limits)
        drawn = {"regret": picture.regrets(cells, table, plan.replicates), "tradeoff": picture.tradeoff(table, plan.replicates, calm(runs), harsh(runs))}
        outputs = [
            records.write_table(table, out / "policies.csv"), records.write_table(cells, out / "cells.csv"), records.write_table(as_rows(runs), out / "runs.csv"),
            *(figures.save(figure, out / f"{name}.png") for name, figure in drawn.items()),
        ]  # fmt: skip
        manifest |= {"cost": target, "factors": {each.patch: each.factor for each in sizes}}
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", sentence(table, target, runs), "", in_words(table), "", *outputs, sep="\n")


# ---- asked


def weights_of(texts: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """(storyline,): weights as given by name, others 1."""
    found = dict.fromkeys(names, 1.0)
    for text in texts:
        name, _, value = text.rpartition("=")
        if name not in found:
            raise InputError(f'--weights: "{text}" does not weigh a storyline of this command; write for example {names[0]}=2')
        try:
            found[name] = float(value)
        except ValueError:
            raise InputError(f'--weights: "{text}" has no number; write for example {names[0]}=2') from None
    weights = np.array(list(found.values()))
    if not (np.isfinite(weights).all() and (weights >= 0.0).all() and weights.sum() > 0.0):
        raise InputError("--weights: weights are 0 or more and not all 0; give other numbers")
    return weights


def check(given: argparse.Namespace) -> None:
    """Refuse numbers that make no sense."""
    for option, value in (("--cost", given.cost), ("--most-cost", given.most_cost), ("--most-loss", given.most_loss)):
        if value is not None and not (np.isfinite(value) and value > 0.0):
            raise InputError(f"{option}: {value:g} is not above 0; give a larger number")
    if not 0.0 <= given.discount <= PER_CENT:
        raise InputError(f"--discount: {given.discount:g} is outside 0 to 100; give % a year")
    if given.pilot < 1:
        raise InputError(f"--pilot: {given.pilot} replicates find no size; use 1 or more")


def known_patches(texts: Sequence[str], plan: Plan) -> dict[str, Patch]:
    """Patches by name, each once."""
    found = [Patch.load(text, plan.world) for text in texts]
    names = [each.called for each in found]
    if len(set(names)) < len(names) or NONE in names:
        raise InputError(f"--patches: {', '.join(names)} are not all different, or one is called {NONE}; name each once")
    return dict(zip(names, found, strict=True))


# ---- run


@dataclass(frozen=True)
class Work:
    """What is laid over which storylines, where cells are run, and at what discount their money is told."""

    plan: Plan
    patches: Mapping[str, Patch]
    folder: Path
    workers: int
    rate: float

    def patched(self, size: Sized, replicates: int | None = None) -> Plan:
        """The storylines with a policy of a size, and of each run only the accounts."""
        scenarios = self.plan.scenarios if size.patch == NONE else tuple(each.patched([self.patches[size.patch].scaled(size.factor)]) for each in self.plan.scenarios)
        return replace(self.plan, scenarios=scenarios, replicates=replicates or self.plan.replicates, course=accounts)

    def allowed(self, patch: str, factor: float) -> bool:
        """Whether a policy of that size is one: a share above 1 is not, and some have no size."""
        try:
            self.patched(Sized(patch, factor))
        except InputError:
            return False
        return True

    def cell(self, size: Sized, replicates: int, bar: bool | tqdm) -> xr.Dataset:
        """Loss, cost and value of a policy in every storyline, (storyline, replicate), billion USD of the first month in which anything can differ."""
        plan = self.patched(size, replicates)
        runs = ensemble.run(plan, self.folder / f"{size.patch}_x{size.factor:.4g}_{replicates}", self.workers, bar)
        start = month_name(month_index(self.plan.world.history_end) + 1)
        loss, value = (present(runs[name], self.rate, start) for name in ("loss", "value"))
        cost = present(total_cost(runs, own_kinds(plan)), self.rate, start)
        found = xr.Dataset({"loss": loss, "cost": cost, "value": value}).rename(scenario="storyline")
        return found.assign_coords(storyline=[each.name for each in self.plan.scenarios])[["loss", "cost", "value"]].reset_coords(drop=True)


def own_kinds(plan: Plan) -> list[str]:
    """Kinds of instruments that a plan's scenarios hold."""
    return sorted({type(event).__name__ for scenario in plan.scenarios for event in scenario.events})


def total_cost(runs: xr.Dataset, kinds: Sequence[str]) -> xr.DataArray:
    """What states outside China pay and oblige others to spend, less what comes back to them; duties are paid by those who buy, so that they lower no cost."""
    back = [kind for kind in runs.instrument.values if kind in kinds and kind not in DUTIES]
    return (runs.public_cost + runs.obliged_cost).sum("instrument") - runs.public_income.sel(instrument=back).sum("instrument")


DUTIES = ("Tariff", "ExportTax", "OriginRule")
"""Instruments whose income others pay: a transfer and no saving."""


@dataclass
class Pilot:
    """Few replicates in which it is seen what policies cost: expected costs beyond the storylines' own, over their weights."""

    work: Work
    weights: np.ndarray
    replicates: int
    bar: tqdm

    def cost(self, patch: str, factor: float) -> float:
        """Of a policy of a size, billion USD."""
        self.bar.total = max(self.bar.total, self.bar.n + self.runs)
        more = self.cell(Sized(patch, factor)) - self.cell(Sized(NONE))
        return float(regret.expected(more.mean("replicate").values[:, None], self.weights)[0])

    def cell(self, size: Sized) -> xr.DataArray:
        """Cost of a cell, (storyline, replicate)."""
        quiet = size.patch == NONE and self.bar.n > 0
        return self.work.cell(size, self.replicates, False if quiet else self.bar).cost

    @property
    def runs(self) -> int:
        """Of one policy of one size."""
        return len(self.work.plan.scenarios) * self.replicates


def sized(work: Work, weights: np.ndarray, target: float | None, replicates: int, as_they_are: bool) -> tuple[list[Sized], float]:
    """Every policy at the size at which it costs the same in expectation, and that cost, billion USD."""
    with tqdm(total=(1 + len(work.patches)) * len(work.plan.scenarios) * replicates, unit="run", desc="what policies cost") as bar:
        pilot = Pilot(work, weights, replicates, bar)
        first = {patch: pilot.cost(patch, 1.0) for patch in work.patches}
        target = target or middle(first)
        if as_they_are:
            return [Sized(patch) for patch in work.patches], target
        bar.set_description("sizes")
        return [search(patch, cost, target, partial(pilot.cost, patch), partial(work.allowed, patch)) for patch, cost in first.items()], target


def middle(first: dict[str, float]) -> float:
    """The median cost of policies that cost anything, as they are."""
    known = [cost for cost in first.values() if cost > 0.0]
    if not known:
        raise InputError("--patches: none of them costs anything, so that there is no cost to turn them to; name one that does, or give --as-they-are and --cost")
    return float(np.median(known))


def search(patch: str, first: float, target: float, costs: Callable[[float], float], allowed: Callable[[float], bool]) -> Sized:
    """A policy at the size at which it costs the target, or as near to it as it comes, which is noted."""
    tried, most = [(1.0, first)], equal_cost.MOST
    while not equal_cost.within(tried, target, TOLERANCE) and len(tried) <= ROUNDS:
        factor = equal_cost.following(tried, target, most)
        if factor is not None and not allowed(factor):
            factor = largest(tried[-1][0], factor, allowed)
            most = max(factor, tried[-1][0])
        if factor is None or factor == tried[-1][0]:
            break
        tried.append((factor, costs(factor)))
    factor, cost = min(tried, key=lambda each: abs(each[1] - target))
    return Sized(patch, factor, "" if abs(cost / target - 1.0) <= TOLERANCE else f"{'cannot cost more than' if cost < target else 'cannot cost less than'} {figure_units(cost)} billion USD")


def largest(known: float, refused: float, allowed: Callable[[float], bool]) -> float:
    """Factor next to one that is not allowed, from one that is, to a hundredth."""
    while abs(refused - known) > 0.01 * min(known, refused):
        between = (known + refused) / 2
        known, refused = (between, refused) if allowed(between) else (known, between)
    return known


def all_cells(work: Work, sizes: Sequence[Sized]) -> xr.Dataset:
    """Loss, cost and value of every policy and storyline, (policy, storyline, replicate); the first policy is none."""
    everything, storylines, replicates = [Sized(NONE), *sizes], len(work.plan.scenarios), work.plan.replicates
    with tqdm(total=len(everything) * storylines * replicates, unit="run", desc="simulating") as bar:
        cells = []
        for size in everything:
            bar.set_description(readable(size.patch))
            cells.append(work.cell(size, replicates, bar))
    runs = xr.concat(cells, pd.Index([size.patch for size in everything], name="policy"))
    none = runs.isel(policy=0, drop=True)
    return runs.assign(cost=runs.cost - none.cost, avoided=none.loss - runs.loss).transpose("storyline", "policy", "replicate")


# ---- weighed


def calm(runs: xr.Dataset) -> str:
    """The storyline in which premiums are paid: the first."""
    return str(runs.storyline.values[0])


def harsh(runs: xr.Dataset) -> str:
    """The storyline in which policies are to pay out: the one that loses most without any."""
    return str(runs.storyline.values[int(np.argmax(runs.loss.isel(policy=0).mean("replicate").values))])


def means(values: xr.DataArray) -> np.ndarray:
    """Mean over replicates and, after it, over each resample of them: (1 + resample, storyline, policy)."""
    ordered = values.transpose("storyline", "policy", "replicate").values.astype(float)
    drawn = np.moveaxis(ordered[..., redrawn(ordered.shape[-1])].mean(axis=-1), -1, 0)
    return np.concatenate([ordered.mean(axis=-1)[None], drawn])


def told(name: str, values: np.ndarray) -> dict[str, float]:
    """A figure and both ends of its sampling error, of the mean and of the resamples after it."""
    low, high = ends(values[1:])
    return {name: float(values[0]), f"{name}_from": low, f"{name}_to": high}


def premium_and_payout(runs: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """What each policy costs net in the calm storyline, and brings net in every storyline, (1 + resample, ..., policy)."""
    net = means(runs.avoided) - means(runs.cost)
    return -net[:, 0], net


def by_cell(runs: xr.Dataset, sizes: Sequence[Sized]) -> pd.DataFrame:
    """A row a storyline and policy: loss, cost, avoided loss, what is left of it, regret, and the break-even chance of the storyline against the first; means with their sampling error."""
    loss, cost, avoided = (means(runs[name]) for name in ("loss", "cost", "avoided"))
    found = dict(zip(FIGURES, (cost, avoided, avoided - cost, regret.regret(loss + cost)), strict=True)) | {"loss": loss}
    premium, payout = premium_and_payout(runs)
    rows = []
    for at, storyline in enumerate(runs.storyline.values):
        for of, size in enumerate([Sized(NONE), *sizes]):
            row = {"storyline": str(storyline), "policy": size.patch, "words": size.words, "factor": size.factor}
            row |= {key: value for name, values in found.items() for key, value in told(name, values[:, at, of]).items()}
            chance = told("break_even", regret.break_even(premium[:, of], payout[:, at, of])) if at and of else dict.fromkeys(("break_even", "break_even_from", "break_even_to"), np.nan)
            rows.append(row | chance | {"unit": "billion USD, discounted", "replicates": runs.sizes["replicate"], "note": "; ".join(filter(None, [size.note, rough(runs.sizes["replicate"])]))})
    return pd.DataFrame(rows)


def by_policy(runs: xr.Dataset, sizes: Sequence[Sized], weights: np.ndarray, limits: tuple[float, float]) -> pd.DataFrame:
    """A row a policy: expected cost and avoided loss, cost of an avoided dollar, worst regret and where, how often it is the least, share of runs that satisfy, and premium, payout and
    break-even chance between the calm and the harsh storyline."""
    loss, cost, avoided = (means(runs[name]) for name in ("loss", "cost", "avoided"))
    regrets = regret.regret(loss + cost)
    worst, spent, saved = regret.worst(regrets), regret.expected(cost, weights), regret.expected(avoided, weights)
    satisfied = regret.expected(means(runs.cost.copy(data=regret.satisfies((runs.loss / runs.value).values, runs.cost.values, *limits))), weights)
    premium, payout = premium_and_payout(runs)
    at = list(runs.storyline.values).index(harsh(runs))
    least = np.bincount(worst[1:].argmin(axis=-1), minlength=worst.shape[-1]) / (len(worst) - 1)
    rows = []
    for of, size in enumerate([Sized(NONE), *sizes]):
        figures_of = {
            "cost": spent, "avoided": saved, "net": saved - spent, "per_avoided": regret.per_avoided(spent, saved), "worst_regret": worst, "satisfied": satisfied,
            "premium": premium, "payout": payout[:, at], "break_even": regret.break_even(premium, payout[:, at]),
        }  # fmt: skip
        row = {"policy": size.patch, "words": size.words, "factor": size.factor} | {key: value for name, values in figures_of.items() for key, value in told(name, values[:, of]).items()}
        if not of:
            row |= {f"{name}{end}": np.nan for name in ("per_avoided", "break_even") for end in ("", "_from", "_to")}
        row |= {"worst_in": str(runs.storyline.values[int(regrets[0, :, of].argmax())]), "least_share": float(least[of]), "replicates": runs.sizes["replicate"]}
        rows.append(row | {"note": "; ".join(filter(None, [size.note, rough(runs.sizes["replicate"])]))})
    return pd.DataFrame(rows)


def as_rows(runs: xr.Dataset) -> pd.DataFrame:
    """Every run: loss, cost beyond the storyline's own, avoided loss and what users make, billion USD discounted."""
    return runs[["loss", "cost", "avoided", "value"]].to_dataframe().reset_index()


# ---- told


def sentence(table: pd.DataFrame, target: float, runs: xr.Dataset) -> str:
    """Which policy is regretted least, which saves most for its money, and from which chance on."""
    best, policies = table.loc[table.worst_regret.idxmin()], table[table.policy != NONE]
    cheap = policies.loc[policies.per_avoided.idxmin()]
    pays = policies[np.isfinite(policies.break_even)].sort_values("break_even")
    chances = "; ".join(f"{row.words} from {percent(row, 'break_even')} %" for row in pays.itertuples())
    count = len(policies)
    return (
        f"Of {count} {'policies' if count > 1 else 'policy'} at an expected cost of {figure_units(target)} billion USD each and of none at all, {best.words} would be regretted least: {money(best, 'worst_regret')} billion USD at worst, "
        f"under “{readable(best.worst_in)}” (least in {PER_CENT * best.least_share:.0f} % of resamples). An avoided dollar costs least with {cheap.words}: {money(cheap, 'per_avoided')}. "
        f"Against “{readable(calm(runs))}” a policy pays from this chance of “{readable(harsh(runs))}” on: {chances or 'none ever does'}."
        f"{sentence_of('* does not cost the same' if policies.note.str.contains('cost').any() else '')}{sentence_of(rough(runs.sizes['replicate']))}"
    )


def money(row: Any, name: str) -> str:
    """A figure with its sampling error."""
    return known(figure_units(getattr(row, name)), getattr(row, f"{name}_from"), getattr(row, f"{name}_to"))


def percent(row: Any, name: str) -> str:
    """A share in per cent with its sampling error; "never" where it is infinite."""
    middle, low, high = (PER_CENT * getattr(row, f"{name}{end}") for end in ("", "_from", "_to"))
    return "never" if np.isinf(middle) else "" if np.isnan(middle) else known(figure_units(middle), low, high)


def in_words(table: pd.DataFrame) -> str:
    """The table for people; brackets: sampling error."""
    shown = pd.DataFrame([
        {
            "policy": row.words, "size": f"x {figure_units(row.factor)}" if row.policy != NONE else "", "expected cost": money(row, "cost"), "loss avoided": money(row, "avoided"),
            "cost of an avoided dollar": "" if row.policy == NONE else money(row, "per_avoided"), "worst regret": money(row, "worst_regret"), "satisfies, % of runs": percent(row, "satisfied"),
            "pays from a chance of, %": percent(row, "break_even"),
        }
        for row in table.itertuples()
    ])  # fmt: skip
    notes = [f"* {row.words.removesuffix(' *')}: {row.note.partition(';')[0]}" for row in table.itertuples() if row.words.endswith("*")]
    return "\n".join([f"Billion USD, discounted; in brackets the {TOLD} over replicates", "", shown.to_string(index=False), *notes])


if __name__ == "__main__":
    main()
