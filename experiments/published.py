"""What others published beside what comes out here, each with what it counts: side by side, not added up, as no two count the same.

The figures, and which metric of which region or good stands beside each, are the rows of a world's published.csv.
"""

import pandas as pd

from experiments.compare import row
from experiments.metrics import METRICS, YEAR
from experiments.wording import figure_units, known, readable, signed
from model import schema, sheet
from model.errors import unknown
from model.names import DESTINATIONS, REGIONS
from model.world import World

COLUMNS = ["study", "date", "region", "quantity", "value", "low", "high", "unit", "usd_billion", "shock", "horizon_months", "scope", "source", "confidence",
           "alternative", "metric", "months", "ours", "ours_from", "ours_to", "ours_low", "ours_high", "our_unit", "our_counts", "notes"]  # fmt: skip
"""Of the table: the published figure, then ours."""
OURS = ("ours", "ours_from", "ours_to", "ours_low", "ours_high")
"""Our figure, its sampling error, and its spread over replicates where it is a difference."""
LEVEL = "level"
"""What stands beside: the alternative's own figure, rather than its difference from the baseline."""


def load(world: World) -> pd.DataFrame:
    """The published figures beside which a result stands; `InputError` names a measure, region or good that there is not."""
    rows = sheet.load(world.folder, schema.PUBLISHED, {})
    kept = rows[rows.our_measure != ""]
    known = {"our_measure": [measure.__name__ for measure in METRICS], "our_label": ["", *REGIONS, *world.chain.goods, *world.chain.stages, *world.headline.sectors]}
    for column, words in known.items():
        strange = ~kept[column].isin(words)
        if strange.any():
            at = strange.idxmax()
            sheet.refuse(schema.PUBLISHED.file, at, column, unknown(column, kept[column][at], filter(None, words)))
    for at, each in kept.iterrows():
        wanted = next((names for ending, names in places(world).items() if each.our_measure.endswith(ending)), None)
        if wanted is not None and each.our_label not in wanted:
            sheet.refuse(schema.PUBLISHED.file, at, "our_label", unknown("label", each.our_label, wanted))
    return kept


def places(world: World) -> dict[str, tuple[str, ...]]:
    """What measures of these endings are labelled by."""
    return {"_by_region": REGIONS, "_by_sector": tuple(world.headline.sectors), "_by_destination": DESTINATIONS}


def beside(rows: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """Each published figure beside ours of the first year (or of all there is, where there is less), for every alternative."""
    found = []
    for alternative, mine in summary.groupby("alternative", sort=False):
        months = min(mine.horizon, key=lambda horizon: (abs(horizon - YEAR), horizon))
        for each in rows.itertuples():
            ours = row(summary, f"{each.our_measure}[{each.our_label}]" if each.our_label else each.our_measure, months, alternative)
            level = each.our_figure == LEVEL
            side = "alternative_median" if level else "difference_median"
            figures = (ours[side], ours[f"{side}_from"], ours[f"{side}_to"], *((None, None) if level else (ours.difference_low, ours.difference_high)))
            named = {"alternative": alternative, "metric": ours.metric, "months": months, "our_unit": ours.unit}
            found.append(each._asdict() | named | dict(zip(OURS, figures, strict=True)))
    return pd.DataFrame(found, columns=COLUMNS).astype(dict.fromkeys(OURS, float))


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The same as people read it: theirs, ours, and what each counts."""
    rows = []
    for each in table.itertuples():
        money = "" if pd.isna(each.usd_billion) or "USD" in each.unit else f", some {figure_units(each.usd_billion)} billion USD"
        band = "" if pd.isna(each.ours_low) else f", 5-95 % of runs {signed(each.ours_low, each.ours_high)}"
        rows.append({
            "study": f"{each.study} ({each.date})", "where": readable(each.region), "published": f"{each.quantity}: {figure_units(each.value)} {each.unit}{money}",
            "under": each.shock, "it counts": each.scope, "here": f"{known(figure_units(each.ours), each.ours_from, each.ours_to)} {each.our_unit} {'after' if pd.isna(each.ours_low) else 'in'} {each.months} months{band}",
            "in": readable(each.alternative), "here counts": each.our_counts,
        })  # fmt: skip
    return pd.DataFrame(rows)
