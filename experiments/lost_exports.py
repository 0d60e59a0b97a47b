"""What becomes of the exports that controls stop: need unmet, use given up for the price, designed out, taken from stock, made elsewhere, brought inside parts.

The parts add up: what end users outside China get less of from China is what they use less, get more of from elsewhere, or take from their stocks and from goods
on their way. Figures are means over replicates, as means of parts add up and medians do not.
"""

import numpy as np
import pandas as pd
import xarray as xr

from experiments import headline
from experiments.metrics import outside
from experiments.sampling import mean_error
from experiments.windows import window
from experiments.wording import figure_units, known
from model.names import CHINA

UNMET, FOREGONE, REDESIGNED, ELSEWHERE, INSIDE, STOCK = PARTS = (
    "unmet", "foregone for its price", "designed out", "from makers elsewhere", "brought inside parts", "from stock and goods on their way",
)  # fmt: skip
"""Into what lost supply from China divides."""
LOST = "lost supply from China"
LOW, HIGH = 0.05, 0.95
LITTLE = 0.02
"""Share of the baseline's supply from China below which what is lost is too little to divide."""
THOUSAND = 1000.0


def divided(pair: xr.Dataset, months: int) -> xr.DataArray:
    """(part, replicate, region), t of the headline's goods over the pair's months: lost supply from China and its parts, the alternative against the baseline."""
    cut = window(pair, months)
    totals = {name: outside(cut, name).sum(["month", "sector"]).astype(float) for name in ("need_ref", "redesigned", "need", "unmet_demand")}
    supply, inside = (cut[name].sel(region=cut.region != CHINA).sum("month").astype(float) for name in ("supply", "supply_in_parts"))
    foregone = totals["need_ref"] - totals["redesigned"] - totals["need"]
    more = {name: values.isel(scenario=1) - values.isel(scenario=0) for name, values in (totals | {"foregone": foregone}).items()}
    change = supply.isel(scenario=1) - supply.isel(scenario=0)
    lost = -change.sel(origin=CHINA, drop=True)
    elsewhere = change.sel(origin=cut.origin != CHINA).sum("origin")
    brought = (inside.isel(scenario=1) - inside.isel(scenario=0)).sum("origin")
    parts = {UNMET: more["unmet_demand"], FOREGONE: more["foregone"], REDESIGNED: more["redesigned"], ELSEWHERE: elsewhere, INSIDE: brought}
    parts[STOCK] = lost - sum(parts.values())
    return xr.concat([lost, *parts.values()], pd.Index([LOST, *PARTS], name="part"), coords="minimal", compat="override").transpose("part", "replicate", "region")


def table(pair: xr.Dataset, months: int) -> pd.DataFrame:
    """For each region and all of them: each part in tonnes, mean with its sampling error and 5-95 % over replicates, and its share of what is lost."""
    parts = divided(pair, months)
    whole = parts.sum("region").expand_dims(region=["all"])
    rows = []
    for values in (*(parts.sel(region=[region]) for region in ordered(parts)), whole):
        lost = float(values.sel(part=LOST).mean())
        for part in parts.part.values:
            mine = values.sel(part=part).values.ravel()
            low, high = np.quantile(mine, [LOW, HIGH])
            shares = mean_error(mine, values.sel(part=LOST).values.ravel()) if lost > 0 else (np.nan, np.nan)
            rows.append({
                "region": str(values.region.values[0]), "part": str(part), "mean_t": mine.mean(), **dict(zip(("mean_from_t", "mean_to_t"), mean_error(mine), strict=True)), "low_t": low, "high_t": high,
                "share_of_lost": mine.mean() / lost if lost > 0 else np.nan, "share_from": shares[0], "share_to": shares[1], "replicates": mine.size,
            })  # fmt: skip
    return pd.DataFrame(rows)


def ordered(parts: xr.DataArray) -> list[str]:
    """Regions by what they lose, the largest first."""
    lost = parts.sel(part=LOST).mean("replicate")
    return [str(lost.region.values[at]) for at in np.argsort(-lost.values, kind="stable")]


def unit(tonnes: float) -> tuple[str, float]:
    """In what an amount is best told, and how many tonnes that is."""
    return ("thousand t", THOUSAND) if abs(tonnes) >= THOUSAND else ("t", 1.0)


def too_little(pair: xr.Dataset, months: int, lost: float) -> bool:
    """Whether so little supply from China is lost (t) that its parts say nothing."""
    cut = window(pair, months).isel(scenario=0)
    return lost <= LITTLE * float(cut.supply.sel(origin=CHINA, region=cut.region != CHINA).sum(["month", "region"]).mean())


def sentence(pair: xr.Dataset, months: int) -> str:
    """Into what the lost supply divides, in words."""
    found = table(pair, months)
    mine = found[found.region == "all"].set_index("part")
    lost, of = mine.mean_t[LOST], headline.of(pair)
    name, size = unit(lost)
    if lost <= 0:
        return "No supply from China is lost."
    if too_little(pair, months, lost):
        return f"Some {figure_units(lost / size)} {name} of {of.words} from China do not come, too little to say what becomes of it."
    told = ", ".join(f"{known(f'{100 * mine.share_of_lost[part]:.0f}', 100 * mine.share_from[part], 100 * mine.share_to[part])} % {part}" for part in PARTS)
    whole = known(figure_units(lost / size), mine.mean_from_t[LOST] / size, mine.mean_to_t[LOST] / size)
    return f"Of {whole} {name} of {of.words} from China that do not come: {told} (means over replicates, in brackets their sampling error; a part below nought goes the other way)."
