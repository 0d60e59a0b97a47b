"""The answer in a sentence and a short table, for the terminal and the head of the report."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from experiments import headline, lost_exports, what_lasts
from experiments.caveats import UNMET, rough, standing
from experiments.compare import AT_LEAST, row
from experiments.headline import Headline
from experiments.windows import DEPARTURE, cut, departure, end_month, middle, middle_and_end, pairs, parting
from experiments.wording import between, change, figure_units, in_month, known, plus, readable, sentence_of, spell, spoken, worded

RECOVERY = "months_to_extra_recovery"
"""The metric left out of the short table where no alternative recovers within any horizon."""
NO_NUMBER = {"no market", "no stop", "not yet", "none"}
"""Medians in words, between which there is no difference."""
LONG_RUN = ("china_share", "outside_capacity", "outside_output", "outside_pipeline")
"""Metrics of which the terminal shows the longest horizon."""


def headlines(of: Headline) -> dict[str, str]:
    """Metrics of the short table and how they read."""
    return {
        "unmet_share": f"{of.word} need unmet outside China, %",
        "unmet_share_worst_month": "the same in the worst month, %",
        "output_loss": "output lost outside China, billion USD",
        "demand_given_up": "worth of need given up for its price, billion USD",
        "redesign_cost": "cost of redesign, billion USD",
        "total_loss": "loss in all, these three, billion USD",
        "total_loss_downstream": "the same with linkages down the chain, billion USD",
        "price_bill": "paid more for what is used (no loss), billion USD",
        "months_to_first_extra_stop": "months to the first stop beyond the baseline's",
        stop_of(of): f"the same for {of.readable(of.sector)}",
        RECOVERY: "months until these stops are over",
        "headline_exports": f"{of.word} exports from China, t",
        **({"parts_exports": f"{of.words} leaving China in parts, t"} if of.parts else {}),
        f"asked_gap[{of.price}]": f"{of.readable(of.price)} asked / Chinese price, x",
        f"realised_gap[{of.price}]": f"{of.readable(of.price)} paid / Chinese price, x",
        f"licence_wait[{of.licence}]": f"licence wait, {of.readable(of.licence)}, months",
        f"china_share[{of.stage}]": f"China's share of {of.words}, %",
        f"outside_capacity[{of.stage}]": f"{of.word} capacity outside China, t/year",
        f"outside_output[{of.stage}]": f"{of.words} made there in the last year, t/year",
        f"outside_pipeline[{of.stage}]": f"{of.word} capacity under construction there, t/year",
    }


def stop_of(of: Headline) -> str:
    """The metric that tells when the headline's sector first stops."""
    return f"months_to_first_extra_stop_by_sector[{of.sector}]"


def told(runs: xr.Dataset, table: pd.DataFrame, left: pd.DataFrame | None = None) -> list[str]:
    """What the screen shows, block by block with a blank line between: sentences, what lasts, from when months count, what is left out, the short table."""
    blocks = [*sentences(runs, table, left), lost_exports.sentence(pairs(runs)[0], middle(pairs(runs)[0])), counted(runs) + sentence_of(UNMET), cut_short(runs), in_brief(table, headline.of(runs))]
    return "\n\n".join(filter(None, blocks)).split("\n")


def sentences(runs: xr.Dataset, table: pd.DataFrame, left: pd.DataFrame | None = None) -> list[str]:
    """What each alternative changes against the baseline over its own months, one sentence an alternative; and what lasts once controls end, where that was asked."""
    lasts = [] if left is None or left.empty else [what_lasts.sentence(left, headline.of(runs))]
    return [sentence(pair, table) for pair in pairs(runs)] + lasts


def sentence(pair: xr.Dataset, table: pd.DataFrame) -> str:
    """What the alternative changes against the baseline, with 5-95 % intervals."""
    baseline, alternative = map(str, pair.scenario.values)
    if not parting(pair):
        names = f"“{readable(alternative)}” and “{readable(baseline)}”"
        return f"{names} do not differ in any month, to the last bit: what sets the scenarios apart touches nothing in the model."
    (middle, end), of = middle_and_end(pair), headline.of(pair)
    unmet, lost = row(table, "unmet_share", middle, alternative), row(table, "output_loss", middle, alternative)
    return (
        f"“{readable(alternative)}” instead of “{readable(baseline)}”: in the {spell(middle)} from {spoken(departure(pair))}{late(pair)}{between(standing(pair, end_month(pair, middle)))}, "
        f"{change(unmet, 'percentage points')} of {of.word} need outside China goes unmet and {change(lost, 'billion USD')} of output is lost there; "
        f"{first_stop(table, middle, alternative, of)}; by {spoken(end_month(pair, end))}{between(standing(pair, end_month(pair, end)))}, {long_run(table, end, alternative, of)}."
        f"{sentence_of(rough(pair.sizes['replicate']))}"
    )


def late(pair: xr.Dataset) -> str:
    """Why the months are counted from another than November 2026."""
    return ", the first month in which the scenarios differ" if departure(pair) > DEPARTURE else ""


def long_run(table: pd.DataFrame, end: int, alternative: str, of: Headline) -> str:
    """What stands outside China in the end and what is made with it."""
    figures = [name for name in table if name.startswith("difference_")]
    capacity, made = (row(table, f"outside_{name}[{of.stage}]", end, alternative)[figures] / of.scale for name in ("capacity", "output"))
    return f"{change(capacity, of.rate)} {of.word} capacity stands outside China and {change(made, of.rate)} is made there"


def first_stop(table: pd.DataFrame, horizon: int, alternative: str, of: Headline) -> str:
    """When production first stops beyond the baseline's stops, anywhere and in the headline's sector."""
    anywhere = row(table, "months_to_first_extra_stop", horizon, alternative).alternative_median
    if not np.isfinite(anywhere):
        return "production does not stop"
    there = f", at {of.sector_words} {in_month(row(table, stop_of(of), horizon, alternative).alternative_median)}" if of.sector in of.sectors else ""
    return f"production first stops {in_month(anywhere)}{there}"


def counted(runs: xr.Dataset) -> str:
    """From which month on each alternative's windows count, and why."""
    found = pairs(runs)
    if not any(map(parting, found)):
        return "The scenarios do not differ in any month: all differences are nought."
    starts = list({f"from {spoken(departure(pair))}{late(pair)}" for pair in found if parting(pair)})
    if len(starts) > 1:
        starts = [f"from {spoken(departure(pair))} for “{alternative_of(pair)}”" for pair in found if parting(pair)]
    more = ["Those later than November 2026 are the first in which the two differ."] if len(starts) > 1 else []
    apart = [f"“{alternative_of(pair)}” does not differ from the baseline in any month." for pair in found if not parting(pair)]
    return " ".join([f"Months count {', '.join(starts)}.", *more, *apart])


def alternative_of(pair: xr.Dataset) -> str:
    """The alternative's name in words."""
    return readable(str(pair.scenario.values[1]))


def cut_short(runs: xr.Dataset) -> str:
    """One line that names the windows the runs do not reach; "" if they reach all."""
    left_out: dict[tuple[str, str], list[str]] = {}
    for pair in pairs(runs):
        if months := cut(pair):
            left_out.setdefault((f"{', '.join(map(str, months))} months", departure(pair)), []).append(f"“{alternative_of(pair)}”")
    if not left_out:
        return ""
    told = [f"{months} from {spoken(start)} ({', '.join(names)})" for (months, start), names in left_out.items()]
    return f"The runs end in {spoken(str(runs.month.values[-1]))}, so these windows are left out: {'; '.join(told)}."


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The summary's figures as people read them: metric, unit, horizon, start, alternative, both medians, difference and interval, each with its sampling error in brackets."""
    same = {(found.metric, found.horizon, found.alternative): found for found in table.itertuples()}
    rows = []
    for found in table.itertuples():
        gap = same.get((found.metric.replace("asked_price", "asked_gap"), found.horizon, found.alternative), found)
        before, then = (figure(found, gap, side) for side in ("baseline", "alternative"))
        none = found.replicates == 0 or not NO_NUMBER.isdisjoint((before, then)) or (bound(found, "baseline") and bound(found, "alternative"))
        rows.append({
            "metric": found.metric, "unit": found.unit, "months": found.horizon, "from": spoken(found.start, short=True), "alternative": readable(found.alternative),
            readable(found.baseline): sized(found, "baseline_median", before), "then": sized(found, "alternative_median", then),
            "difference": "-" if none else sized(found, "difference_median", limited(found) + plus(found.difference_median)),
            "5-95 %": "-" if none else " to ".join(sized(found, end, figure_units(getattr(found, end))) for end in ("difference_low", "difference_high")),
        })  # fmt: skip
    return pd.DataFrame(rows)


def sized(found: Any, name: str, text: str) -> str:
    """A figure of the summary in words with its sampling error in brackets; words alone have none."""
    return text if text in NO_NUMBER else known(text, getattr(found, f"{name}_from"), getattr(found, f"{name}_to"))


def figure(found: Any, gap: Any, side: str) -> str:
    """The median of one side in words; one that a limit holds down is at least so much."""
    text = worded(found.metric, getattr(found, f"{side}_median"), getattr(gap, f"{side}_median"))
    return f"{AT_LEAST} {text}" if bound(found, side) and text not in NO_NUMBER else text


def bound(found: Any, side: str) -> bool:
    """Whether the summary notes a side's median as a lower bound."""
    return f"{side} {AT_LEAST}" in found.note


def limited(found: Any) -> str:
    """What a lower bound on one side makes of the difference."""
    return f"{AT_LEAST} " if bound(found, "alternative") else "at most " if bound(found, "baseline") else ""


def brief(table: pd.DataFrame, of: Headline) -> pd.DataFrame:
    """The headline metrics at every horizon, in words and rounded."""
    told = headlines(of)
    shown = [name for name in told if name != RECOVERY or np.isfinite(table[table.metric == RECOVERY].alternative_median).any()]
    kept = in_words(table[table.metric.isin(shown)])
    kept = kept.sort_values("metric", key=lambda names: names.map(shown.index), kind="stable").drop(columns="unit")
    return kept.assign(metric=kept.metric.map(told)).rename(columns={"metric": "outcome"}).reset_index(drop=True)


def for_readers(shown: pd.DataFrame) -> pd.DataFrame:
    """A table without what is the same in every row: the month from which all count, and a lone alternative, whose name heads its figures."""
    kept = shown if shown["from"].nunique() > 1 else shown.drop(columns="from")
    if shown["alternative"].nunique() > 1:
        return kept
    return kept.rename(columns={"then": shown["alternative"].iloc[0]}).drop(columns="alternative")


def in_brief(table: pd.DataFrame, of: Headline) -> str:
    """The short table as text: flows and prices over each alternative's middle horizon, what is left in the long run over its longest."""
    lengths = table.groupby("alternative").horizon.agg(lambda months: sorted(set(months)))
    middle, longest = (table.alternative.map(lengths.map(pick)) for pick in (lambda months: months[:2][-1], lambda months: months[-1]))
    lasting = table.metric.str.partition("[")[0].isin(LONG_RUN)
    shown = for_readers(brief(table[table.horizon == longest.where(lasting, middle)], of))
    widths = {name: max(shown[name].astype(str).str.len().max(), len(name)) for name in shown}
    cells = [dict(zip(shown, shown, strict=True)), *shown.astype(str).to_dict("records")]
    return "\n".join("  ".join(f"{row[name]:<{width}}" if name == "outcome" else f"{row[name]:>{width}}" for name, width in widths.items()) for row in cells)
