"""Investors: who gains from which future, if what each plant brings in is discounted and paired under the same luck and the same draws?"""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, provenance, records
from experiments.caveats import rough
from experiments.figures import investors as picture
from experiments.windows import departure, longest, pairs, window
from experiments.wording import figure_units, readable, sentence_of, signed, spell, spoken
from model.names import CHINA, MONTHS_A_YEAR
from model.world import World

EXPERIMENT = "investors"
SCENARIOS = ["truce_holds", "restrictions_resume"]
PAIRS = 30
LOW, HIGH = 0.05, 0.95
CERTAIN = 0.9
"""Share of replicates in which a firm must gain, or lose, to be counted as one that does."""
TOLD = 3
"""Firms of each side that the sentence names."""
THOUSAND = 1000.0
"""Millions in a billion."""


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=PAIRS), words)


def run(chosen: command.Options, words: list[str]) -> None:
    """Simulate, value, draw, write; the manifest comes last."""
    plan, out = replace(chosen.plan, firms=True), chosen.out
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        runs = ensemble.run(plan, out / "parts", chosen.workers)
        records.label(runs, manifest, plan.scenarios)
        table = pd.concat([compared(pair, plan.world) for pair in pairs(runs)], ignore_index=True)
        pair = pairs(runs)[0]
        outputs = [records.write_table(table, out / "investors.csv"), figures.save(picture.draw(table[table.alternative == alternative(pair)], plan.replicates, heading(pair, table)), out / "investors.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", *[sentence(pair, table) for pair in pairs(runs)], "", *outputs, sep="\n")


def alternative(pair: xr.Dataset) -> str:
    """Name of the pair's second scenario."""
    return str(pair.scenario.values[1])


def values(pair: xr.Dataset) -> xr.DataArray:
    """(replicate, scenario, firm): what each plant brings in less what is invested in it over the pair's months, discounted to their start, million USD.

    Both futures are discounted at the cost of capital of the first month in the baseline, so that a difference is one of money, not of rates. What a plant is worth after the window is
    not in it, nor are interest and the overhead of companies.
    """
    cut = window(pair, longest(pair))
    rate = cut.firm_cost_of_capital.isel(scenario=0, month=0).astype(float)
    years = xr.DataArray(np.arange(cut.sizes["month"]) / MONTHS_A_YEAR, dims="month", coords={"month": cut.month})
    flows = (cut.firm_income - cut.firm_invested).astype(float)
    return (flows * (1.0 + rate) ** -years).sum("month").transpose("replicate", "scenario", "firm")


def compared(pair: xr.Dataset, world: World) -> pd.DataFrame:
    """A row a firm: its value in both futures and the difference, medians and 5-95 % over replicates, who gains most above."""
    found = values(pair)
    before, then = (found.isel(scenario=at).values for at in (0, 1))
    more = then - before
    low, middle, high = np.quantile(more, [LOW, 0.5, HIGH], axis=0)
    names = found.firm.values.astype(str)
    table = pd.DataFrame({
        "alternative": alternative(pair), "baseline": str(pair.scenario.values[0]), "start": departure(pair), "months": longest(pair), "firm": names,
        "country": world.entities.country[names].to_numpy(), "place": world.countries["name"][world.entities.country[names]].to_numpy(), "process": world.entities.process[names].to_numpy(),
        "baseline_median": np.median(before, axis=0), "alternative_median": np.median(then, axis=0),
        "difference_median": middle, "difference_low": low, "difference_high": high,
        "share_gaining": (more > 0).mean(axis=0), "share_losing": (more < 0).mean(axis=0), "unit": "million USD", "replicates": len(more),
    })  # fmt: skip
    known = table[np.any(before != 0, axis=0) | np.any(then != 0, axis=0)]
    return known.sort_values("difference_median", ascending=False, kind="stable").reset_index(drop=True)


def outside(table: pd.DataFrame) -> pd.DataFrame:
    """Firms outside China: money of those in it is carried by their state and told with its tax (ODD.md, E12)."""
    return table[table.country != CHINA]


def sentence(pair: xr.Dataset, table: pd.DataFrame) -> str:
    """Who gains and who loses, in words."""
    mine = outside(table[table.alternative == alternative(pair)])
    gains, losses = mine[mine.share_gaining >= CERTAIN], mine[mine.share_losing >= CERTAIN]
    baseline, other = readable(str(pair.scenario.values[0])), readable(alternative(pair))
    if not len(gains) and not len(losses):
        return f"“{other}” instead of “{baseline}”: of {len(mine)} firms outside China none gains or loses in nine of ten replicates."
    return (
        f"“{other}” instead of “{baseline}”, over {spell(longest(pair))} from {spoken(departure(pair))}: of {len(mine)} firms outside China {len(gains)} gain and {len(losses)} lose in nine of ten replicates. "
        f"Most gain {named(gains)}; most lose {named(losses[::-1])}.{sentence_of(rough(pair.sizes['replicate']))}"
    )


def named(table: pd.DataFrame) -> str:
    """The first firms of a table with what they gain, million USD."""
    if not len(table):
        return "none"
    return ", ".join(f"{row.firm} ({figure_units(row.difference_median)} million USD, {signed(row.difference_low, row.difference_high)})" for row in table.head(TOLD).itertuples())


def heading(pair: xr.Dataset, table: pd.DataFrame) -> str:
    """What the figure shows, in a line."""
    mine = outside(table[table.alternative == alternative(pair)])
    if not len(mine):
        return "No firm outside China has an account"
    first, last = mine.iloc[0], mine.iloc[-1]
    return f"If “{readable(alternative(pair))}” instead of “{readable(str(pair.scenario.values[0]))}”, {first.firm} gains most and {last.firm} loses most"


if __name__ == "__main__":
    main()
