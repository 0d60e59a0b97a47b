"""The report: one HTML file that stands alone, with the answer, tables, figures, method, limits and sources."""

import base64
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments import answer, caveats, headline, lost_exports, published, sampling, splits, what_lasts
from experiments.figures import FIGURES, left_out
from experiments.files import write_text
from experiments.metrics import RECOVERED_MONTHS, STOPPED
from experiments.windows import departure, end_month, horizons, longest, middle, pairs, since_departure
from experiments.wording import NO_MARKET, figure_units, heading, known, readable, signed, spoken

HERE = Path(__file__).parent
OFTEN = 0.01
"""Share of applications from which on a binding clamp is worth naming."""


def write(runs: xr.Dataset, table: pd.DataFrame, left: pd.DataFrame, beside: pd.DataFrame, manifest: dict, folder: Path) -> Path:
    """Write `report.html` beside the figures it embeds, with the summary's table, what lasts (empty: not asked) and what others published; returns its path."""
    pages = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = pages.get_template("report.html.j2").render(
        sentences=[*answer.sentences(runs, table, left), lost_exports.sentence(pairs(runs)[0], middle(pairs(runs)[0]))],
        brief=as_html(answer.for_readers(answer.brief(table, headline.of(runs)))),
        figures=[(heading, embedded(folder / "figures" / f"{name}.png")) for name, (_, heading) in FIGURES.items() if name not in left_out(runs)],
        left_out=list(left_out(runs).values()),
        lasts=as_html(what_lasts.as_read(left)) if len(left) else "",
        lasting=int(left.replicates.max()) if len(left) else 0,
        published=as_html(published.in_words(beside)) if len(beside) else "",
        splits=as_html(split_cells(splits.split_table(pairs(runs)[0]))),
        details=[(told, as_html(rows)) for told, rows in details(runs, table)],
        clamps=as_html(clamps(runs)),
        counted=answer.counted(runs),
        cut_short=answer.cut_short(runs),
        cautions=cautions(runs),
        enough=caveats.ENOUGH,
        sampling=sampling.TOLD,
        stopped=f"{100 * STOPPED:g} %",
        calm=RECOVERED_MONTHS,
        recovers=np.isfinite(table[table.metric == answer.RECOVERY].alternative_median).any(),
        no_market=f"{NO_MARKET:g}",
        manifest=manifest,
        readable=readable,
        spoken=spoken,
        of=headline.of(runs),
    )
    path = folder / "report.html"
    write_text(path, text)
    return path


def embedded(path: Path) -> str:
    """A PNG as the address of its own bytes."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def as_html(table: pd.DataFrame) -> Markup:
    """A table of text and rounded numbers; the first column heads the row."""
    return Markup(table.to_html(index=False, border=0, justify="left", na_rep="-"))


def split_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Groups down, outcomes across; in the cells the median with its sampling error, and the interval over runs."""
    cells = [f"{known(figure_units(row.median), row.median_from, row.median_to)}; {signed(row.low, row.high)}" for row in table.itertuples(name="Row")]
    wide = table.assign(cell=cells).pivot(index=["group", "replicates"], columns="outcome", values="cell")
    order = table.drop_duplicates("group").set_index(["group", "replicates"]).index
    return wide.loc[order, list(dict.fromkeys(table.outcome))].reset_index().rename_axis(columns=None)


def details(runs: xr.Dataset, table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Every metric of a pair over one of its windows, with what heads it."""
    found = []
    for pair in pairs(runs):
        for months in horizons(pair):
            rows = answer.in_words(table[(table.horizon == months) & (table.alternative == str(pair.scenario.values[1]))])
            told = f"“{answer.alternative_of(pair)}”, {months} months from {spoken(departure(pair))} (to {spoken(end_month(pair, months))})"
            found.append((told, answer.for_readers(rows.drop(columns="months"))))
    return found


def cautions(runs: xr.Dataset) -> list[str]:
    """What to know before using a figure: few replicates, controls that stand at the end, an assumed factor, what unmet leaves out, what does not add up."""
    found = [caveats.rough(runs.sizes["replicate"])]
    for pair in pairs(runs):
        end = end_month(pair, longest(pair))
        state = caveats.standing(pair, end)
        found.append(f"“{answer.alternative_of(pair)}” in {spoken(end)}: measured {state}" if state else "")
        found.append(caveats.usa(pair))
    found += [caveats.UNMET, caveats.PARTS, caveats.OWN_NEED]
    return [heading(each) for each in dict.fromkeys(found) if each]


def clamps(runs: xr.Dataset) -> pd.DataFrame:
    """Mean share of applications in which each limit of an equation bound, by scenario, from the month its pair is compared; often ones only."""
    first, *others = [since_departure(pair.clamped, pair).mean(["replicate", "month"]) for pair in pairs(runs)]
    shares = [first.isel(scenario=0), *(each.isel(scenario=1) for each in (first, *others))]
    limits = [readable(str(name)) for name in runs.clamp.values]
    table = pd.DataFrame({readable(str(each.scenario.values)): 100 * each.values for each in shares}, index=limits)
    table = table[(table > 100 * OFTEN).any(axis=1)].map(lambda share: f"{share:.1f} %")
    return table.rename_axis("limit").reset_index()
