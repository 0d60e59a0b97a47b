"""Findings: what do policies and firms change that a reader would quote, and does it go when the mechanism named for it is switched off?"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, ensemble, figures, files, headline, provenance, records
from experiments.attribution import off
from experiments.caveats import rough
from experiments.compare import HIGH, LOW, quantile
from experiments.figures import findings as picture
from experiments.metrics import Metric, output_loss, outside_capacity, outside_output, unmet_share_by_region
from experiments.plan import Plan
from experiments.sampling import error
from experiments.windows import departure, middle_and_end, months_from, pairs
from experiments.wording import known, plus, sentence_of, signed, spoken
from model.errors import InputError, unknown

EXPERIMENT = "findings"
REPLICATES = 16
LEFT = 0.1
"""Share of an effect that may be left for it to count as gone."""


@dataclass(frozen=True)
class Outcome:
    """What is compared: its unit (none: the headline's of flows), whether at the longest horizon or the middle one, and how it is measured in a window of months."""

    unit: str
    at_the_end: bool
    measure: Callable[[xr.Dataset, str], xr.DataArray]


def in_headline(window: xr.Dataset, measure: Metric) -> xr.DataArray:
    """A metric of the headline's stage, in its unit of flows."""
    of = headline.of(window)
    return measure(window).sel(stage=of.stage) / of.scale


OUTCOMES = {
    "output_lost": Outcome("billion USD", False, lambda window, region: output_loss(window)),
    "unmet": Outcome("% points of its need", False, lambda window, region: unmet_share_by_region(window).sel(region=region)),
    "capacity": Outcome("", True, lambda window, region: in_headline(window, outside_capacity)),
    "made": Outcome("", True, lambda window, region: in_headline(window, outside_output)),
}
"""Outcomes by name; a region counts where the outcome has one."""


@dataclass(frozen=True)
class Finding:
    """A claim: what one future changes against another, and the switch (switches.csv) without which it should go."""

    name: str
    claim: str
    baseline: str
    alternative: str
    outcome: str
    switch: str
    region: str = ""


FINDINGS = (
    Finding("substitution", "Helping users to design magnets out changes the output lost in three years of restrictions by", "restrictions_resume", "restrictions_resume+substitution_push", "output_lost", "thrift"),
    Finding("traders", "Resumed restrictions leave of the need of the United States unmet", "truce_holds", "restrictions_resume", "unmet", "circumvention", "USA"),
    Finding("contracts", "Resumed restrictions leave of the need of Japan unmet", "truce_holds", "restrictions_resume", "unmet", "contracts", "JPN"),
    Finding("late_break", "Three more years of truce, broken then, change capacity outside China nine years on by", "restrictions_resume", "late_snapback_2029", "capacity", "building"),
    Finding("price_war", "Three years in which China asks 35 % less change what is made outside China, six years after they end, by", "truce_holds", "price_war", "made", "finance"),
)
"""What is asked unless --findings names some."""
NAMED = tuple(dict.fromkeys(name for each in FINDINGS for name in (each.baseline, each.alternative)))


# ---- run


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, list(NAMED), replicates=REPLICATES, more=options), words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--findings", nargs="+", default=[], metavar="NAME", help=f"those to look into, of {', '.join(each.name for each in FINDINGS)} (default all between the scenarios given)")


def run(chosen: command.Options, words: list[str]) -> None:
    """Run both futures of each finding with all on and with its switch off, tell, draw, write; the manifest comes last."""
    out, asked = chosen.out, wanted(chosen.given.findings, chosen.given.scenarios)
    plan = replace(chosen.plan, scenarios=tuple(scenario for name, scenario in zip(chosen.given.scenarios, chosen.plan.scenarios, strict=True) if name in involved(asked)))
    known_as = dict(zip(chosen.given.scenarios, chosen.plan.scenarios, strict=True))
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        kept: dict[tuple[str, str, str], xr.Dataset] = {}
        for at, each in enumerate(asked, 1):
            couple = replace(plan, scenarios=(known_as[each.baseline], known_as[each.alternative]))
            for switch in ("", each.switch):
                key = each.baseline, each.alternative, switch
                if key not in kept:
                    print(f"{at} of {len(asked)}: {each.name}, " + (f"`{switch}` off" if switch else "all on"))
                    kept[key] = simulated(couple, switch, out / "parts" / "-".join(filter(None, key)), chosen.workers)
        table = told(asked, kept)
        outputs = [records.write_table(table, out / "findings.csv"), figures.save(picture.draw(table), out / "findings.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", sentence(table), "", in_words(table), "", *outputs, sep="\n")


def wanted(names: Sequence[str], scenarios: Sequence[str]) -> tuple[Finding, ...]:
    """The findings named, or all between the scenarios given."""
    by_name = {each.name: each for each in FINDINGS}
    for name in names:
        if name not in by_name:
            raise InputError(f"--findings: {unknown('finding', name, by_name)}")
    found = tuple(each for each in FINDINGS if not names or each.name in names)
    possible = tuple(each for each in found if {each.baseline, each.alternative} <= set(scenarios))
    if not possible or (names and len(possible) < len(found)):
        lacking = sorted(involved(found) - set(scenarios))
        raise InputError(f"--scenarios: {', '.join(each.name for each in found if each not in possible)} need {', '.join(lacking)} as well; add them, or leave --scenarios out")
    return possible


def involved(asked: Sequence[Finding]) -> set[str]:
    """Names of the futures that findings compare."""
    return {name for each in asked for name in (each.baseline, each.alternative)}


def simulated(plan: Plan, switch: str, parts: Path, workers: int) -> xr.Dataset:
    """The runs of a pair with a switch off, or with all on; what stood on disk is removed."""
    pair = pairs(ensemble.run(off(plan, [switch] if switch else []), parts, workers))[0].load()
    for path in parts.glob("*.nc"):
        path.unlink()
    return pair


# ---- told


def differences(each: Finding, pair: xr.Dataset, start: str, months: int) -> np.ndarray:
    """What the alternative changes in so many months from a month on, by replicate."""
    outcome = OUTCOMES[each.outcome]
    values = outcome.measure(months_from(pair, start, months), each.region)
    return np.asarray((values.isel(scenario=1) - values.isel(scenario=0)).values, float)


def told(asked: Sequence[Finding], kept: Mapping[tuple[str, str, str], xr.Dataset]) -> pd.DataFrame:
    """A row a finding: the paired difference with all on and with its switch off over the same months, and what the switch carries (on less off, replicate by replicate): medians with sampling errors, 5-95 %."""
    rows = []
    for each in asked:
        on, without = (kept[each.baseline, each.alternative, switch] for switch in ("", each.switch))
        months = middle_and_end(on)[OUTCOMES[each.outcome].at_the_end]
        start = departure(on)
        with_it, without_it = (differences(each, pair, start, months) for pair in (on, without))
        spreads = {"on": with_it, "off": without_it, "carries": with_it - without_it}
        row: dict[str, object] = {"finding": each.name, "claim": each.claim, "baseline": each.baseline, "alternative": each.alternative, "outcome": each.outcome, "region": each.region, "unit": OUTCOMES[each.outcome].unit or headline.of(on).rate, "switch": each.switch, "start": start, "months": months}
        for name, values in spreads.items():
            low, high = error(values)
            row |= {name: quantile(values, 0.5), f"{name}_from": low, f"{name}_to": high, f"{name}_low": quantile(values, LOW), f"{name}_high": quantile(values, HIGH)}
        rows.append(row | {"verdict": verdict(with_it, without_it), "replicates": with_it.size, "note": rough(with_it.size)})
    return pd.DataFrame(rows)


def verdict(on: np.ndarray, without: np.ndarray) -> str:
    """Whether an effect is told from nought, and whether it goes, shrinks, grows or stays without its switch."""
    (low, high), (least, most) = error(on), error(on - without)
    if low <= 0.0 <= high:
        return "not told from nought"
    middle, left = float(np.median(on)), float(np.median(without))
    if abs(left) <= LEFT * abs(middle):
        return "gone without it"
    if least <= 0.0 <= most:
        return "no part of it told"
    return "smaller without it" if abs(left) < abs(middle) and left * middle > 0.0 else "turned round without it" if left * middle < 0.0 else "larger without it"


def said(row: object, name: str) -> str:
    """A median with its sign and sampling error."""
    value, low, high = (float(getattr(row, f"{name}{end}")) for end in ("", "_from", "_to"))
    return known(plus(value), low, high)


def sentence(table: pd.DataFrame) -> str:
    """Each finding with its switch-off run beside it."""
    rows = [f"{row.claim} {said(row, 'on')} {row.unit} (5-95 % of runs: {signed(row.on_low, row.on_high)}); with `{row.switch}` off {said(row, 'off')}: {row.verdict}." for row in table.itertuples()]
    return "\n".join(rows) + sentence_of(rough(int(table.replicates.min())))


def in_words(table: pd.DataFrame) -> str:
    """Findings down: with all on, with the switch off, what it carries."""
    return pd.DataFrame([
        {"finding": row.finding, "months": f"{row.months} from {spoken(row.start)}", "unit": row.unit, "all on": said(row, "on"), "switch": row.switch, "off": said(row, "off"), "carries": said(row, "carries"), "verdict": row.verdict}
        for row in table.itertuples()
    ]).to_string(index=False)  # fmt: skip


if __name__ == "__main__":
    main()
