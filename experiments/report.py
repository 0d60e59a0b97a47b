"""The report: one HTML file that stands alone, with the answer, tables, figures, method, limits and sources."""

import base64
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments import answer, splits
from experiments.figures import FIGURES
from experiments.files import write_text
from experiments.horizons import HORIZONS, departure, end_month, horizons, since_departure
from experiments.metrics import RECOVERED_MONTHS, STOPPED
from experiments.wording import NO_MARKET, figure_units, readable, signed, spoken

HERE = Path(__file__).parent
OFTEN = 0.01
"""Share of applications from which on a binding clamp is worth naming."""


def write(runs: xr.Dataset, table: pd.DataFrame, manifest: dict, folder: Path) -> Path:
    """Write `report.html` beside the figures it embeds; returns its path."""
    pages = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = pages.get_template("report.html.j2").render(
        sentence=answer.sentence(runs, table),
        brief=as_html(answer.named_alternative(answer.brief(table))),
        figures=[(heading, embedded(folder / "figures" / f"{name}.png")) for name, (_, heading) in FIGURES.items()],
        splits=as_html(split_cells(splits.split_table(runs))),
        details={months: as_html(answer.named_alternative(answer.in_words(table[table.horizon == months]).drop(columns="months"))) for months in horizons(runs)},
        clamps=as_html(clamps(runs)),
        missing=[months for months in HORIZONS if months not in horizons(runs)],
        departure=spoken(departure(runs)),
        counted=answer.counted(runs),
        last={months: spoken(end_month(runs, months)) for months in horizons(runs)},
        stopped=f"{100 * STOPPED:g} %",
        calm=RECOVERED_MONTHS,
        recovers=np.isfinite(table[table.metric == answer.RECOVERY].alternative_median).any(),
        no_market=f"{NO_MARKET:g}",
        manifest=manifest,
        readable=readable,
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
    """Groups down, outcomes across, median with interval in the cells."""
    cells = [f"{figure_units(row.median)} ({signed(row.low, row.high)})" for row in table.itertuples(name="Row")]
    wide = table.assign(cell=cells).pivot(index=["group", "replicates"], columns="outcome", values="cell")
    order = table.drop_duplicates("group").set_index(["group", "replicates"]).index
    return wide.loc[order, list(dict.fromkeys(table.outcome))].reset_index().rename_axis(columns=None)


def clamps(runs: xr.Dataset) -> pd.DataFrame:
    """Mean share of applications in which each limit of an equation bound, by scenario, from the month the scenarios part; often ones only."""
    shares = since_departure(runs.clamped, runs).mean(["replicate", "month"]).transpose("clamp", "scenario")
    limits = [readable(str(name)) for name in shares.clamp.values]
    table = pd.DataFrame({readable(str(name)): 100 * shares.sel(scenario=name).values for name in runs.scenario.values}, index=limits)
    table = table[(table > 100 * OFTEN).any(axis=1)].map(lambda share: f"{share:.1f} %")
    return table.rename_axis("limit").reset_index()
