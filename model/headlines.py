"""A run's headlines as Mesa collects them, so that its batches and its page show a model as it is."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import xarray as xr
from mesa import DataCollector

from model.names import CHINA

HEADLINES = ("month", "need", "unmet_demand", "output_loss", "exports", "output", "china_share")


def headlines(model: Any) -> DataCollector:
    """One line for each month run so far, none of it computed before it is asked for.

    Outside China: headline goods of the world needed, not had and made (`need`, `unmet_demand`, t; `output`, t/year), output lost for want of them (`output_loss`,
    million USD); what China exports of them (`exports`, t) and its share of those made (`china_share`); beside them scenario, seed and month.
    """
    run = {"scenario": model.course.name, "seed": model.seed}
    collector = DataCollector({name: name for name in (*run, *HEADLINES)})
    for number, line in enumerate(lines(model.results(), model.facts.headline), start=1):
        collector.collect(SimpleNamespace(time=float(number), **run, **dict(zip(HEADLINES, line, strict=True))))
    return collector


def lines(results: xr.Dataset, headline: Any) -> Iterator[tuple]:
    """The values of `HEADLINES`, month by month."""
    sectors = [name for name in results.sector.values.tolist() if name in headline.sectors]
    abroad = results.sel(region=results.region != CHINA, sector=sectors)
    users = [abroad[name].sum(["sector", "region"]) for name in ("need", "unmet_demand", "output_loss")]
    exports = results.china_exports.sel(good=list(headline.goods)).sum(["good", "destination"])
    makers = [results[name].sel(stage=headline.stage) for name in ("outside_output", "china_share")]
    return zip(*(values.values.tolist() for values in (results.month, *users, exports, *makers)), strict=True)


class Headlines:
    """`model.datacollector` of a model that has set none."""

    def __get__(self, model: Any, owner: type | None = None) -> Any:
        return self if model is None else headlines(model)
