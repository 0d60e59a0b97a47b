"""Programmes: what is each programme of public money worth, and what does it cost, if it alone is taken out of the same future?"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, headline, metrics, provenance, records
from experiments.caveats import rough
from experiments.compare import HIGH, LOW, quantile
from experiments.figures import programmes as picture
from experiments.horizons import DEPARTURE
from experiments.plan import Plan
from experiments.sampling import error, mean_error
from experiments.without import belongs, without
from experiments.wording import figure_units, known, plus, readable, sentence_of, signed, spoken
from model import Scenario, TradeModel
from model.errors import InputError, unknown
from model.names import MONTHS_A_YEAR, REGIONS, month_index
from model.policies.instrument import Instrument
from model.treasury import BOOKS, COST, INCOME

EXPERIMENT = "programmes"
SCENARIOS = ["truce_holds", "restrictions_resume"]
REPLICATES = 8
TAXES = ("Tariff", "ExportTax")
"""Kinds that move money and are no programmes: they take it in."""
NONE, ALL = "", "all of them"
"""What is taken out: nothing, and everything."""
DISCOUNT = "discount"
"""Parameter: the rate by which money of later months counts less."""
BILLION = 1000.0
FREE = 1.0
"""Million USD up to which a programme costs next to nothing, so that nothing is told for a dollar of it."""
WORTH = {"avoided": "billion USD", "soon": "billion USD", "capacity": "t a year", "made": "t a year", "net_cost": "million USD", "all_obliged": "million USD"}
"""What a programme is worth and what it costs in all books, with it less without, and its unit: loss avoided outside China, to the end and in the first months; capacity outside China of the headline's
stage in the last month; what is made there in the last year; all states' cost less income; what others are obliged to spend."""
SOON = 36
"""Months from the parting that are near."""


def programmes(scenario: Scenario) -> list[Instrument]:
    """Events of a scenario that pay somebody; of a framework each part that does, by its own name (a scenario has frameworks as their parts)."""
    return [event for event in scenario.events if type(event).money and type(event).__name__ not in TAXES]


@dataclass(frozen=True)
class Worth:
    """What is kept of a replicate: the course of each scenario with all programmes, without each and without all, as far as they are told."""

    names: tuple[str, ...]
    scenarios: int
    rate: float | None = None

    @property
    def outs(self) -> tuple[tuple[str, ...], ...]:
        """What is taken out of each course: nothing, each programme, all."""
        return (), *((name,) for name in self.names), *([self.names] if len(self.names) > 1 else [])

    @property
    def runs(self) -> int:
        """Runs a replicate takes."""
        return len(self.outs) * self.scenarios

    def __call__(self, plan: Plan, replicate: int) -> xr.Dataset:
        """All courses of a replicate, (scenario, out)."""
        found = [self.of(plan, scenario, replicate) for scenario in plan.scenarios]
        return xr.concat(found, "scenario").assign_coords(replicate=replicate, scenario=[scenario.name for scenario in plan.scenarios], region=list(REGIONS))

    def of(self, plan: Plan, scenario: Scenario, replicate: int) -> xr.Dataset:
        """One scenario: what each course comes to, and what each programme paid in the course that has them all."""
        model, paid = followed(plan, scenario, replicate, self.names)
        rate = float(getattr(model.p, DISCOUNT)) if self.rate is None else self.rate
        whole = told(model, plan, rate)
        there = {event.name for event in scenario.events}
        courses = [whole]
        for out in self.outs[1:]:
            gone = [name for name in out if name in there]
            courses.append(told(ensemble.built(plan, without(scenario, gone), replicate).run_until(plan.until), plan, rate) if gone else whole)
        own = np.einsum("mbpr,m->bpr", paid, discount(len(paid), rate, model.first))
        books = xr.Dataset({book: (("programme", "region"), own[at]) for at, book in enumerate(BOOKS)}, {"programme": list(self.names)})
        return xr.merge([xr.concat(courses, "out"), books], compat="override")


def followed(plan: Plan, scenario: Scenario, replicate: int, names: Sequence[str]) -> tuple[TradeModel, np.ndarray]:
    """A run, and what each programme paid, took in and laid on others each month, million USD by payers' region: (month, book, programme, region)."""
    model = ensemble.built(plan, scenario, replicate)
    place, months = {name: at for at, name in enumerate(names)}, []
    while model.now < month_index(plan.until):
        model.step()
        so_far = np.zeros((len(BOOKS), len(names), len(REGIONS)))
        for entry, million in model.treasury.entries.items():
            for name, at in place.items():
                if belongs(entry.name, name):
                    so_far[BOOKS.index(entry.book), at, model.treasury.region[entry.payer]] += million
        months.append(so_far)
    return model, np.diff(np.array(months), axis=0, prepend=0.0)


def told(model: TradeModel, plan: Plan, rate: float) -> xr.Dataset:
    """What a course comes to: loss, capacity, output and all states' books; money discounted to the parting."""
    results = model.results()
    headline.note(results, plan.world)
    worth, of = discount(results.sizes["month"], rate, model.first), headline.of(results)
    lost = metrics.losses(results).sum(["kind", "sector", "region"]).values
    near = np.isin(np.arange(worth.size) + model.first - month_index(DEPARTURE), np.arange(SOON))
    cost, income, obliged = (results[name].sum(["payer", "instrument"]).values.astype(float) for name in ("public_cost", "public_income", "obliged_cost"))
    stage = results.sel(stage=of.stage)
    found = {
        "loss": float(lost @ worth), "loss_soon": float(lost[near] @ worth[near]), "capacity": float(stage.outside_capacity[-1]), "made": float(stage.outside_output[-MONTHS_A_YEAR:].mean()),
        "net_cost": float((cost - income) @ worth), "all_obliged": float(obliged @ worth),
    }  # fmt: skip
    return xr.Dataset({name: ((), value) for name, value in found.items()})


def discount(months: int, rate: float, first: int) -> np.ndarray:
    """What money of each month, from a world's first one on, is worth in the month of the parting; what comes before is worth more."""
    return (1.0 + rate) ** (-(np.arange(months) + first - month_index(DEPARTURE)) / MONTHS_A_YEAR)


# ---- run


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES, alone=True, more=options), words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--programmes", nargs="+", default=[], metavar="NAME", help="those to take out, by the names of their events (default all that pay somebody)")
    parser.add_argument("--rate", type=float, help=f"discount a year (default the parameter {DISCOUNT} of each run)")


def run(chosen: command.Options, words: list[str]) -> None:
    """Take out each programme, tell, draw, write; the manifest comes last."""
    plan, found = prepared(chosen)
    out = chosen.out
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        print(f"{len(found)} programmes, {plan.runs} runs a replicate")
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        rows = table(runs, found)
        payers = who_pays(runs, found)
        outputs = [records.write_table(rows, out / "programmes.csv"), records.write_table(payers, out / "payers.csv"), figures.save(picture.draw(rows, payers, heading(rows), plan.replicates), out / "programmes.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", sentence(rows), "", in_words(rows), "", *outputs, sep="\n")


def prepared(chosen: command.Options) -> tuple[Plan, dict[str, Instrument]]:
    """The plan and the programmes it takes out; what cannot be is refused."""
    given, plan = chosen.given, chosen.plan
    there = {event.name: event for scenario in plan.scenarios for event in programmes(scenario)}
    if not there:
        raise InputError(f"--scenarios: {', '.join(each.name for each in plan.scenarios)} have no programme that pays anybody; name a scenario with one, such as a price floor")
    for name in given.programmes:
        if name not in there:
            raise InputError(f"--programmes: {unknown('programme', name, there)}")
    if given.rate is not None and not 0.0 <= given.rate < 1.0:
        raise InputError(f"--rate: {given.rate:g} is no yearly discount; give for example 0.05 for 5 %")
    names = tuple(dict.fromkeys(given.programmes)) or tuple(there)
    return replace(plan, kept=Worth(names, len(plan.scenarios), given.rate)), {name: there[name] for name in names}


# ---- told


def worth(runs: xr.Dataset, at: int) -> dict[str, np.ndarray]:
    """What a course lacks against that with all programmes: with less without, (scenario, replicate), by the names of `WORTH`."""
    with_all, without_it = (runs.isel(out=place).transpose("scenario", "replicate", ...) for place in (0, at))
    return {
        "avoided": (without_it.loss - with_all.loss).values, "soon": (without_it.loss_soon - with_all.loss_soon).values,
        **{name: (with_all[name] - without_it[name]).values for name in ("capacity", "made", "net_cost", "all_obliged")},
    }  # fmt: skip


def own_cost(runs: xr.Dataset, names: Sequence[str]) -> np.ndarray:
    """What some programmes paid less what they brought in again, million USD: (scenario, replicate)."""
    mine = runs.sel(programme=list(names))
    return (mine[COST] - mine[INCOME]).sum(["programme", "region"]).transpose("scenario", "replicate").values


def table(runs: xr.Dataset, found: Mapping[str, Instrument]) -> pd.DataFrame:
    """A row a scenario and programme, the one that avoids most above, all together last: what it avoids, adds and costs, with sampling errors and spread, and what is avoided for each dollar it pays."""
    outs = [*((name,) for name in found), *([tuple(found)] if len(found) > 1 else [])]
    rows = []
    for at, names in enumerate(outs, 1):
        values, cost = worth(runs, at), own_cost(runs, names)
        single = found[names[0]] if len(names) == 1 else None
        for place, scenario in enumerate(map(str, runs.scenario.values)):
            told: dict[str, object] = {"scenario": scenario, "programme": names[0] if single else ALL, "kind": type(single).__name__ if single else "", "payer": str(single.actor) if single else "", "date": single.date if single else ""}
            spreads = {name: values[name][place] for name in WORTH} | {"cost": cost[place]}
            for name, each in spreads.items():
                told |= spread(name, each)
            rows.append(told | per_dollar(values["avoided"][place], cost[place]) | {"replicates": cost.shape[1], "note": notes(values, cost, place)})
    frame = pd.DataFrame(rows)
    hardest = frame[frame.scenario == str(runs.scenario.values[-1])].set_index("programme").avoided
    order = frame.scenario.map({str(name): at for at, name in enumerate(runs.scenario.values)})
    return frame.assign(at=order, last=frame.programme == ALL, rank=-frame.programme.map(hardest)).sort_values(["at", "last", "rank"], kind="stable").drop(columns=["at", "last", "rank"]).reset_index(drop=True)


def spread(name: str, values: np.ndarray) -> dict[str, float]:
    """Median, its sampling error, and 5-95 % over replicates."""
    ends = error(values)
    return {name: quantile(values, 0.5), f"{name}_from": ends[0], f"{name}_to": ends[1], f"{name}_low": quantile(values, LOW), f"{name}_high": quantile(values, HIGH)}


def per_dollar(avoided: np.ndarray, cost: np.ndarray) -> dict[str, float]:
    """Loss avoided for each dollar paid: mean over mean with its bootstrap interval; none where next to nothing is paid in the mean, or more comes back than is paid."""
    million = avoided * BILLION
    if cost.mean() <= FREE:
        return {"per_dollar": np.nan, "per_dollar_from": np.nan, "per_dollar_to": np.nan}
    ends = mean_error(million, cost) if cost.min() > 0.0 else (np.nan, np.nan)
    return {"per_dollar": float(million.mean() / cost.mean()), "per_dollar_from": ends[0], "per_dollar_to": ends[1]}


def notes(values: Mapping[str, np.ndarray], cost: np.ndarray, place: int) -> str:
    """What a reader must know of a row: that nothing differs without it, that it costs nothing, that few replicates stand behind it."""
    same = not any(values[name][place].any() for name in WORTH)
    free = cost[place].mean() <= FREE
    said = ["without it nothing differs" if same else "", ("brings in more than it pays" if cost[place].mean() < -FREE else "pays next to nothing") if free else "", rough(cost.shape[1])]
    return "; ".join(filter(None, said))


def who_pays(runs: xr.Dataset, found: Mapping[str, Instrument]) -> pd.DataFrame:
    """A row a scenario, programme, book and region whose money it is: medians of what was paid, taken in and laid on others, million USD."""
    rows = []
    for name in found:
        for book in BOOKS:
            values = runs[book].sel(programme=name).transpose("scenario", "region", "replicate")
            for place, scenario in enumerate(map(str, runs.scenario.values)):
                for at, region in enumerate(map(str, runs.region.values)):
                    mine = values.values[place, at]
                    if mine.any():
                        rows.append({"scenario": scenario, "programme": name, "kind": type(found[name]).__name__, "book": book, "region": region, **spread("million", mine), "mean": mine.mean(), "replicates": mine.size})
    return pd.DataFrame(rows, columns=["scenario", "programme", "kind", "book", "region", "million", "million_from", "million_to", "million_low", "million_high", "mean", "replicates"])


NOTICED = 0.01
"""Billion USD from which on something is avoided."""


def heading(rows: pd.DataFrame) -> str:
    """What the figure shows, in a line."""
    hard = rows[rows.scenario == rows.scenario.iloc[-1]]
    best = hard[hard.programme != ALL].iloc[0]
    whole = hard[hard.programme == ALL]
    beside = f"; all together avoid {figure_units(whole.iloc[0].avoided)} for {figure_units(whole.iloc[0].cost / BILLION)} paid" if len(whole) else ""
    if abs(best.avoided) < NOTICED:
        return f"If “{readable(best.scenario)}”, no programme by itself moves the loss outside China by {NOTICED:g} billion USD{beside}"
    return f"If “{readable(best.scenario)}”, {best.programme} avoids most: {figure_units(best.avoided)} billion USD{beside}"


def sentence(rows: pd.DataFrame) -> str:
    """What programmes avoid and cost in each future, the first few by name."""
    said = [f"With less without it, same luck; loss outside China and money discounted to {spoken(DEPARTURE)}, to the end of the runs; what is paid per dollar is the programme's own."]
    for scenario in dict.fromkeys(rows.scenario):
        mine = rows[rows.scenario == scenario]
        single, whole = mine[mine.programme != ALL], mine[mine.programme == ALL]
        nothing = int(single.note.str.contains("nothing differs").sum())
        first = ", ".join(f"{row.programme} {known(plus(row.avoided), row.avoided_from, row.avoided_to)} billion USD for {figure_units(row.cost)} million paid" for row in single.head(3).itertuples())
        said.append(f"“{readable(scenario)}”: of {len(single)} programmes most is avoided by {first}; {nothing} change nothing.")
        said += [
            f"All together avoid {known(plus(row.avoided), row.avoided_from, row.avoided_to)} billion USD (5-95 % of runs: {signed(row.avoided_low, row.avoided_high)}) for {known(figure_units(row.cost), row.cost_from, row.cost_to)} million paid, "
            f"and add {known(plus(row.capacity), row.capacity_from, row.capacity_to)} t a year of capacity outside China; one by one they sum to {plus(float(single.avoided.sum()))} billion USD."
            for row in whole.itertuples()
        ]
    return " ".join(said) + sentence_of(rough(int(rows.replicates.iloc[0])))


def in_words(rows: pd.DataFrame) -> str:
    """Programmes down: what each avoids, adds and costs in each future."""
    return pd.DataFrame([
        {
            "scenario": readable(row.scenario), "without": row.programme, "kind": row.kind, "payer": row.payer, "avoided, billion USD": known(plus(row.avoided), row.avoided_from, row.avoided_to),
            f"in {SOON} months": plus(row.soon), "capacity, t/year": plus(row.capacity), "made, t/year": plus(row.made), "paid, million USD": known(figure_units(row.cost), row.cost_from, row.cost_to),
            "all states' net cost": plus(row.net_cost), "avoided per dollar": "" if np.isnan(row.per_dollar) else known(figure_units(row.per_dollar), row.per_dollar_from, row.per_dollar_to), "note": row.note.split("; ")[0] if "replicate" not in row.note.split("; ")[0] else "",
        }
        for row in rows.itertuples()
    ]).to_string(index=False)  # fmt: skip


if __name__ == "__main__":
    main()
