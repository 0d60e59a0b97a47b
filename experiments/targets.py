"""What the model's 2024 and 2025 are held against: the rows of validation_targets.csv it can speak to, and how each is measured in a run.

A measure takes the past of an ensemble (replicate, month, ...) and gives one number a replicate, in the unit of its row.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr

from experiments.metrics import MAGNET_GOODS, STOPPED, monthly_unmet_share, outside
from experiments.observed import DATA, WORLD, magnet_exports

SHOCK, SHARES = "2025 April licence shock", "baseline 2024 structure"
CONTROL = "2025-04"
"""First month of the April licences."""
EXPORTS_TOLERANCE = 10.0
"""Percent by which simulated exports of 2024 may miss the customs figure."""
WORST_LOSS = (0.5, 6.0)
"""Percent of monthly need lost outside China in the worst month of 2025: line stops were local, output was not lost on a large scale (S24, S25)."""
FIRST_STOP = (2, 3)
"""Month, counting April 2025 as the first, in which the first lines stop: mid May to June (S24)."""
STAGE_ROWS = {"CHN share of REE mining": "mine", "CHN share of REE separation": "refine", "CHN share of NdFeB magnets": "magnet"}
Measure = Callable[[xr.Dataset, str], xr.DataArray]


def magnets(past: xr.Dataset, destination: str = WORLD) -> xr.DataArray:
    """Magnet exports from China to a destination, t a month."""
    exports = past.china_exports.sel(good=MAGNET_GOODS).sum("good")
    return exports.sum("destination") if destination == WORLD else exports.sel(destination=destination)


def year(flow: xr.DataArray, name: str) -> xr.DataArray:
    """Sum of the months that begin with a year or are listed."""
    months = [str(month) for month in flow.month.values if str(month).startswith(name)]
    return flow.sel(month=months).sum("month")


def index(destination: str = WORLD) -> Measure:
    """Exports of a month, the mean of 2024 being 100."""
    return lambda past, period: 100 * magnets(past, destination).sel(month=period[:7]) / (year(magnets(past, destination), "2024") / 12)


def change(flow: Callable[[xr.Dataset], xr.DataArray]) -> Measure:
    """Percent by which 2025 differs from 2024."""
    return lambda past, _: 100 * (year(flow(past), "2025") / year(flow(past), "2024") - 1)


def half_year_change(destination: str) -> Measure:
    """Percent by which January to June 2025 differ from the same months of 2024."""

    def measure(past: xr.Dataset, _: str) -> xr.DataArray:
        halves = [magnets(past, destination).sel(month=[f"{of}-{month:02d}" for month in range(1, 7)]).sum("month") for of in (2024, 2025)]
        return 100 * (halves[1] / halves[0] - 1)

    return measure


def gap(good: str) -> Measure:
    """Price asked outside China over the price in China."""
    return lambda past, period: ratio(past.price.sel(good=good, month=period[:7]))


def ratio(price: xr.DataArray) -> xr.DataArray:
    """Asked over Chinese."""
    return price.sel(market="ROW_asked") / price.sel(market="CHN")


def price_change(good: str, market: str) -> Measure:
    """Percent change of a price between the two months of a period, the first taken before the control."""

    def measure(past: xr.Dataset, period: str) -> xr.DataArray:
        first, last = period.split("..")
        before = "2025-03" if first == CONTROL else first
        price = past.price.sel(good=good, market=market)
        return 100 * (price.sel(month=last) / price.sel(month=before) - 1)

    return measure


def trough(past: xr.Dataset, _: str) -> xr.DataArray:
    """Months from the control to the lowest exports."""
    return since_control(past).argmin("month").astype(float)


def recovery(past: xr.Dataset, _: str) -> xr.DataArray:
    """Months from the control until exports exceed those of the same month a year before; inf if they do not by mid 2026."""
    exports = magnets(past)
    months = [str(month) for month in since_control(past).month.values]
    before = exports.sel(month=[f"{int(month[:4]) - 1}{month[4:]}" for month in months]).assign_coords(month=months)
    above = exports.sel(month=months) > before
    return xr.where(above.any("month"), above.argmax("month").astype(float), np.inf)


def since_control(past: xr.Dataset) -> xr.DataArray:
    """Magnet exports of the twelve months from the control on."""
    return magnets(past).sel(month=[str(month) for month in past.month.values if CONTROL <= str(month) < "2026-04"])


def oxide(good: str) -> Callable[[xr.Dataset], xr.DataArray]:
    """Exports of an oxide, t a month."""
    return lambda past: past.china_exports.sel(good=good).sum("destination")


def stage_share(stage: str) -> Measure:
    """China's mean share of a stage in the year, percent."""
    return lambda past, period: 100 * year(past.china_share.sel(stage=stage), period) / 12


MEASURES: dict[str, Measure] = {
    "CHN magnet exports, index 2024 monthly mean (4846 t)=100": index(),
    "CHN magnet exports to USA, index 2024 monthly mean (620 t)=100": index("USA"),
    "CHN magnet exports to EU27, index 2024 monthly mean (1833 t)=100": index("EU27"),
    "months from control to export trough": trough,
    "months from control to recovery above prior-year level": recovery,
    "2025 full-year magnet exports vs 2024": change(magnets),
    "2025 exports to USA vs 2024": change(lambda past: magnets(past, "USA")),
    "H1 2025 exports to EU vs H1 2024": half_year_change("EU27"),
    "Dy exports 2025 vs 2024": change(oxide("oxide_Dy")),
    "Tb exports 2025 vs 2024": change(oxide("oxide_Tb")),
    "Europe/China Dy oxide price ratio": gap("oxide_Dy"),
    "Europe/China Tb oxide price ratio": gap("oxide_Tb"),
    "Europe Dy oxide price change within one month": price_change("oxide_Dy", "ROW_asked"),
    "China domestic Dy oxide change over same month": price_change("oxide_Dy", "CHN"),
    "NdPr China price rise after MP stop (early Jul -> 26 Aug)": price_change("oxide_NdPr", "CHN"),
    "Dy exports CHN (t/month)": lambda past, period: oxide("oxide_Dy")(past).sel(month=period),
    "China domestic NdPr oxide change Mar -> end Apr": price_change("oxide_NdPr", "CHN"),
    **{quantity: stage_share(stage) for quantity, stage in STAGE_ROWS.items()},
}
"""How the quantities of validation_targets.csv are measured; those not named need what the model does not have yet."""


def compared(past: xr.Dataset) -> pd.DataFrame:
    """Every target with the model's median and 5-95 % and the verdict: within, outside or not measured."""
    rows = [*table_targets(past), *export_targets(past), *shape_targets(past)]
    return pd.DataFrame(rows, columns=["quantity", "period", "unit", "observed", "low", "high", "model", "model_low", "model_high", "verdict", "source", "note"])


def table_targets(past: xr.Dataset) -> list[dict]:
    """Targets of the table, with their absolute tolerance."""
    targets = pd.read_csv(DATA / "validation_targets.csv")
    rows = []
    for target in targets[targets.episode.isin([SHOCK, SHARES])].itertuples():
        measure = MEASURES.get(target.quantity)
        values = measure(past, str(target.period)) if measure else None
        band = target.observed_value - target.tolerance, target.observed_value + target.tolerance
        rows.append(judged(target.quantity, target.period, target.unit, target.observed_value, band, values, target.source))
    return rows


def export_targets(past: xr.Dataset) -> list[dict]:
    """Magnet exports of 2024 in total and by destination."""
    rows = []
    for flow in magnet_exports()[magnet_exports().period == "2024"].itertuples():
        band = flow.tonnes * (1 - EXPORTS_TOLERANCE / 100), flow.tonnes * (1 + EXPORTS_TOLERANCE / 100)
        rows.append(judged(f"magnet exports to {flow.destination}", "2024", "t", flow.tonnes, band, year(magnets(past, flow.destination), "2024"), flow.source))
    return rows


def shape_targets(past: xr.Dataset) -> list[dict]:
    """When the first lines stop and how bad the worst month of 2025 is."""
    months = [str(month) for month in past.month.values if CONTROL <= str(month) <= "2025-12"]
    shock = past.sel(month=months)
    worst = 100 * monthly_unmet_share(shock).max("month")
    used_to = regional_stops(past.sel(month=[str(month) for month in past.month.values if str(month) < CONTROL])).any("month")
    stopped = (regional_stops(shock) & ~used_to).any(["sector", "region"])
    first = xr.where(stopped.any("month"), stopped.argmax("month") + 1.0, np.inf)
    return [
        judged("need lost outside China, worst month", "2025-04..2025-12", "%", np.nan, WORST_LOSS, worst, "S24; S25"),
        judged("first stop where there was none before, April 2025 = 1", "2025", "month", np.nan, FIRST_STOP, first, "S24"),
    ]


def regional_stops(window: xr.Dataset) -> xr.DataArray:
    """Whether a sector in a region outside China loses more than 0.5 % of its need, (replicate, month, sector, region)."""
    return outside(window.unmet_demand) > STOPPED * outside(window.need)


def judged(quantity: str, period: str, unit: str, observed: float, band: tuple[float, float], values: xr.DataArray | None, source: str) -> dict:
    """A row of the comparison; the verdict is on the median."""
    low, middle, high = (np.nan,) * 3 if values is None else np.quantile(values.values.astype(float), [0.05, 0.5, 0.95], method="nearest")
    verdict = "not measured" if values is None else "within" if band[0] <= middle <= band[1] else "outside"
    return {
        "quantity": quantity, "period": period, "unit": unit, "observed": observed, "low": band[0], "high": band[1],
        "model": middle, "model_low": low, "model_high": high, "verdict": verdict, "source": source, "note": "",
    }  # fmt: skip
