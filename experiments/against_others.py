"""Against others: the same shocks as published studies ran, theirs and ours side by side with what differs in scope, and which of our assumptions moves ours how far towards theirs?"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from experiments import command, compare, ensemble, figures, files, headline, provenance, records
from experiments.attribution import off
from experiments.caveats import rough
from experiments.figures import against_others as picture
from experiments.metrics import YEAR, months_to_extra_recovery
from experiments.plan import Plan
from experiments.sampling import TOLD
from experiments.windows import DEPARTURE, months_from, two
from experiments.wording import after, figure_units, readable
from model import ExportBan, ExportQuota, TradeModel, schema, sheet
from model.errors import InputError, unknown
from model.names import CHINA, DESTINATIONS, EVERY, REGIONS, month_index, month_name
from model.policies.instrument import Instrument
from model.words import spoken
from model.world import World

EXPERIMENT = "against_others"
SCENARIOS = ["truce_holds"]
REPLICATES = 30
LONGEST = 48
"""Months from the shock over which recovery is awaited."""
LOSSES = ("output_loss", "demand_given_up", "redesign_cost")
"""Results that count as a loss, as far as a run records them: stopped lines, need given up for its price, redesign. What is paid more goes to others and is no loss."""
SOFTENERS = ("catch_up", "least_first", "thrift", "price_response", "parts", "hoarding")
"""Switches of what makes a loss smaller here."""
THIN, TOGETHER, LINKED = "stocks as thin as can be", "all of these together", "all of these, and linkages at their largest"
STOCKS, DAYS_A_MONTH = "cover_scale", 365 / 12
LINKAGES = 5.0
"""The largest multiplier on stopped lines for what follows down the chain; the usual is 1 (an assumption from 1 to 5)."""
USUAL = "as the headline"
MILLION = 1000.0  # million USD a billion
DECIMALS = 1e-6
COLUMNS = ["study", "date", "region", "quantity", "value", "low", "high", "unit", "theirs", "our_unit", "shock", "our_shock", *(f"ours{end}" for end in ("", "_from", "_to", "_low", "_high")), "ratio",
           "usd_billion", "our_usd_billion", "scope", "differs", "replicates", "note", "source", "confidence"]  # fmt: skip
"""Of the table: theirs and ours in one unit, the ratio theirs over ours, what differs; a row without `ours` is not compared, and `differs` says why."""


@dataclass(frozen=True)
class Shock:
    """What China lets through of some goods to some destinations for some months from November 2026: nothing (a ban) or a share of the last free year (quotas)."""

    goods: tuple[str, ...]
    destinations: tuple[str, ...]
    factor: float
    months: int

    @property
    def name(self) -> str:
        """A name of its own."""
        return f"{'+'.join(self.goods)} to {'+'.join(self.destinations)} at {self.factor:g} for {self.months}".replace(EVERY, "all")

    @property
    def words(self) -> str:
        """What is run, in words."""
        goods = "all goods" if self.goods == (EVERY,) else ", ".join(self.goods)
        to = "everybody" if self.destinations == (EVERY,) else ", ".join(map(readable, self.destinations))
        let = "nothing" if self.factor == 0.0 else f"{100 * self.factor:g} % of the last free year"
        return f"China lets {let} of {goods} go to {to} for {self.months} months"

    def instruments(self, levers: Any, world: World) -> list[Instrument]:
        """Those that bring it: a ban, or a quota for each good China exports."""
        until = month_name(month_index(DEPARTURE) + self.months)
        common = {"date": DEPARTURE, "until": until, "origin": CHINA, "source": "assumption"}
        with spoken(world.words):
            if self.factor == 0.0:
                return [ExportBan(**common, name=self.name, goods=list(self.goods), destinations=list(self.destinations))]
            goods = [good for good, traded in zip(world.chain.goods, world.chain.traded, strict=True) if traded and (self.goods == (EVERY,) or good in self.goods)]
            quotas = [ExportQuota(**common, name=f"{self.name}, {good}", goods=[good], share_of_reference=self.factor) for good in goods]
            return [each for each in quotas if each.touches(levers)]


@dataclass(frozen=True)
class Compared:
    """A published row that is compared: what is run for it, how ours is measured, and of what."""

    row: Any
    shock: Shock | None

    @property
    def days(self) -> float:
        """Days of stock that users are given; 0 as usual."""
        return float(np.nan_to_num(self.row.our_stock_days))


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES, past=True), words)


def run(chosen: command.Options, words: list[str]) -> None:
    """Run every study's shock, and those of losses again with what softens them switched off; hold ours beside theirs, draw, write."""
    out, plan = chosen.out, replace(chosen.plan, until=month_name(month_index(DEPARTURE) + LONGEST - 1))
    rows = load(plan.world)
    compared = [told for told in map(reading, rows.itertuples()) if told]
    if not compared:
        raise InputError(f"world {plan.world.name}: {schema.PUBLISHED.file} has no row with our_way; say how ours is measured, or name another --world")
    if len(plan.scenarios) > 1:
        raise InputError("--scenarios: the shocks of studies are laid on one scenario; name one")
    if chosen.given.until:
        raise InputError(f"--until: the shocks of studies run to {plan.until}; leave it out")
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        table, explained = side_by_side(plan, rows, compared, out / "parts", chosen.workers)
        outputs = [records.write_table(table, out / "against_others.csv"), records.write_table(explained, out / "explained.csv")]
        outputs.append(figures.save(picture.draw(table, explained, plan.replicates), out / "against_others.png"))
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", in_words(table), "", *orders(table, explained), "", explained_in_words(explained), "", *outputs, sep="\n")


# ---- what is compared


def load(world: World) -> pd.DataFrame:
    """The published figures of a world; `InputError` names a good, place or period that is none, or a way without what it needs."""
    rows = sheet.load(world.folder, schema.PUBLISHED, {})
    for at, row in rows.iterrows():
        for column, allowed in (("our_goods", (EVERY, *world.chain.goods)), ("our_destinations", (EVERY, *DESTINATIONS))):
            for name in filter(None, str(row[column]).split(";")):
                if name not in allowed:
                    sheet.refuse(schema.PUBLISHED.file, at, column, unknown(column, name, allowed))
        if row.our_way in WITH_SHOCK and not (row.our_goods and row.our_destinations and np.isfinite([row.our_factor, row.our_months]).all()):
            sheet.refuse(schema.PUBLISHED.file, at, "our_way", f"{row.our_way} needs our_goods, our_destinations, our_factor and our_months; fill them in")
        if row.our_way in WITH_SHOCK and row.our_factor > 0.0 and row.our_destinations != EVERY:
            sheet.refuse(schema.PUBLISHED.file, at, "our_factor", "a quota holds for all destinations; write 0, a ban, or * for our_destinations")
        if row.our_way in IN_HISTORY and not months_of(row.our_period):
            sheet.refuse(schema.PUBLISHED.file, at, "our_period", f'"{row.our_period}" is no month or two with a colon between; write YYYY-MM or YYYY-MM:YYYY-MM')
        if row.our_way == "loss" and not (row.our_gdp > 0.0 and place_of(row) in REGIONS):
            sheet.refuse(schema.PUBLISHED.file, at, "our_gdp", "a loss needs our_gdp and a region of the model in our_label or region; fill them in")
        if not row.our_way and not row.differs:
            sheet.refuse(schema.PUBLISHED.file, at, "differs", "empty, and the row is not compared; say why not")
    return rows


def reading(row: Any) -> Compared | None:
    """A row that is compared; None if it is not."""
    if not row.our_way:
        return None
    shock = Shock(tuple(row.our_goods.split(";")), tuple(row.our_destinations.split(";")), float(row.our_factor), int(row.our_months)) if row.our_way in WITH_SHOCK else None
    return Compared(row, shock)


def place_of(row: Any) -> str:
    """The model's region that stands beside the study's."""
    return str(row.our_label or row.region)


def months_of(period: str) -> tuple[str, str] | None:
    """First and last month of a period; None if it is none."""
    ends = str(period).split(":")
    if len(ends) > 2 or not all(len(end) == 7 and end[4] == "-" and end.replace("-", "").isdigit() for end in ends):
        return None
    return ends[0], ends[-1]


# ---- runs


def side_by_side(plan: Plan, rows: pd.DataFrame, compared: list[Compared], parts: Path, workers: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of all rows, and that of losses with what softens them switched off."""
    shocks = list(dict.fromkeys(each.shock for each in compared if each.shock and not each.days))
    print(f"{len(shocks)} shocks of {len({each.row.study for each in compared})} studies")
    runs = shocked(plan, shocks, parts / "usual", workers)
    found = {each.row.Index: measured(runs, each) for each in compared if not each.days}
    for days in sorted({each.days for each in compared if each.days}):
        mine = [each for each in compared if each.days == days]
        thinner = list(dict.fromkeys(each.shock for each in mine if each.shock))
        print(f"with {days:g} days of stock")
        stocked = replace(plan, settings={**plan.settings, STOCKS: scale_of(plan, runs, days, place_of(mine[0].row))})
        theirs = shocked(stocked, thinner, parts / f"days_{days:g}", workers)
        found |= {each.row.Index: measured(theirs, each) for each in mine}
    table = pd.DataFrame([told(row, found.get(row.Index)) for row in rows.itertuples()], columns=COLUMNS)
    return table, explanation(plan, [each for each in compared if each.row.our_way == "loss" and not each.days], runs, parts, workers)


def shocked(plan: Plan, shocks: list[Shock], folder: Path, workers: int) -> xr.Dataset:
    """Runs of the plan's scenario and of it with each shock, (scenario, replicate, month, ...), the former first."""
    base = plan.scenarios[0]
    levers = TradeModel(base, seed=0, world=plan.world).levers
    added = [base.with_events((*base.events, *shock.instruments(levers, plan.world))).model_copy(update={"name": shock.name, "sentence": shock.words}) for shock in shocks]
    runs = ensemble.run(replace(plan, scenarios=(base, *added)), folder, workers)
    for path in folder.glob("*.nc"):
        path.unlink()
    return runs


def scale_of(plan: Plan, runs: xr.Dataset, days: float, region: str) -> float:
    """The scale of usual cover at which users of a region hold so many days of use when the shock comes; within what the parameter allows."""
    month = runs.isel(scenario=0).sel(month=month_name(month_index(DEPARTURE) - 1), region=region)
    cover = DAYS_A_MONTH * (month.cover * month.need).sum("sector") / month.need.sum("sector")
    parameter = plan.world.parameters[STOCKS]
    drawn = plan.draws[STOCKS].to_numpy() if STOCKS in plan.draws and STOCKS not in plan.settings else plan.settings.get(STOCKS, parameter.value)
    return float(np.clip(days / np.median(cover.values / drawn), parameter.minimum, parameter.maximum))


def explanation(plan: Plan, losses: list[Compared], usual: xr.Dataset, parts: Path, workers: int) -> pd.DataFrame:
    """For each loss: ours as it is, with each softener switched off, and with all of them; the ratio theirs over ours beside it."""
    rows = list(ratios(losses, USUAL, usual))
    wanted = list(dict.fromkeys(each.shock for each in losses if each.shock))
    short = replace(plan, until=month_name(month_index(DEPARTURE) + max((shock.months for shock in wanted), default=YEAR) - 1))
    for name, variant in variants(short).items():
        print(name)
        runs = shocked(variant, wanted, parts / name.replace(" ", "_"), workers)
        rows += ratios(losses, name, runs)
    return pd.DataFrame([*rows, *ratios(losses, LINKED, runs, LINKAGES)])


def variants(plan: Plan) -> dict[str, Plan]:
    """The same plan without each of what makes a loss smaller, and without all of it."""
    switches = {name: plan.world.switches[name] for name in SOFTENERS if name in plan.world.switches}
    thin = {**plan.settings, STOCKS: plan.world.parameters[STOCKS].minimum}
    return {f"without {each.words}": off(plan, [name]) for name, each in switches.items()} | {THIN: replace(plan, settings=thin), TOGETHER: off(replace(plan, settings=thin), switches)}


def ratios(losses: list[Compared], name: str, runs: xr.Dataset, times: float = 1.0) -> Iterator[dict]:
    """One variant's row for each loss."""
    for each in losses:
        whole = percent(runs, each)[1] + (times - 1.0) * percent(runs, each, LOSSES[:1])[1]
        ours = compare.paired(np.zeros_like(whole), whole)
        theirs = theirs_in_percent(each.row)
        yield {
            "variant": name, "study": each.row.study, "region": each.row.region, "quantity": each.row.quantity, "theirs": theirs, "ours": ours["difference_median"],
            "ours_from": ours["difference_median_from"], "ours_to": ours["difference_median_to"], "unit": "% of GDP", "ratio": over(theirs, ours["difference_median"]), "replicates": ours["replicates"],
        }  # fmt: skip


# ---- measured: each way gives (our unit, theirs in it, ours by replicate)


def measured(runs: xr.Dataset, each: Compared) -> dict:
    """Ours of a row, with its sampling error and spread, in a unit that theirs has, too."""
    unit, theirs, values = MEASURES[each.row.our_way](runs, each)
    ours = compare.paired(np.zeros(values.size), values) if np.isfinite(values).all() else endless(values)
    ends = {"": "median", "_from": "median_from", "_to": "median_to", "_low": "low", "_high": "high"}
    money = {"our_usd_billion": ours["difference_median"] / 100.0 * each.row.our_gdp} if each.row.our_way == "loss" else {}
    return {f"ours{end}": ours[f"difference_{name}"] for end, name in ends.items()} | money | {
        "our_unit": unit, "theirs": theirs, "ratio": over(theirs, ours["difference_median"]), "replicates": values.size, "our_shock": each.shock.words if each.shock else f"history, {each.row.our_period}",
        "note": rough(values.size),
    }  # fmt: skip


def endless(values: np.ndarray) -> dict:
    """The same where some never come: medians of months of which some are infinite."""
    taken = compare.paired(np.zeros(values.size), np.where(np.isfinite(values), values, 0.0))
    low, high = (compare.quantile(values, at) for at in (compare.LOW, compare.HIGH))
    return taken | {"difference_median": compare.quantile(values, 0.5), "difference_median_from": np.nan, "difference_median_to": np.nan, "difference_low": low, "difference_high": high}


def over(theirs: float, ours: float) -> float:
    """Theirs over ours; NaN where ours is nought or none."""
    return theirs / ours if np.isfinite(ours) and abs(ours) > DECIMALS else np.nan


def pair_of(runs: xr.Dataset, each: Compared) -> xr.Dataset:
    """The run as it is and the one with a row's shock."""
    names = [str(name) for name in runs.scenario.values]
    return two(runs, names.index(each.shock.name)) if each.shock else runs.isel(scenario=[0])


def percent(runs: xr.Dataset, each: Compared, kinds: tuple[str, ...] = LOSSES) -> tuple[str, np.ndarray]:
    """Loss of all users in a region over the shock's months, % of the region's GDP of a year."""
    pair = months_from(pair_of(runs, each), DEPARTURE, each.shock.months if each.shock else YEAR)
    whole = pair[[name for name in kinds if name in pair]].to_dataarray().sel(region=place_of(each.row)).sum(["variable", "month", "sector"]).astype(float)
    return "% of GDP", ((whole.isel(scenario=1) - whole.isel(scenario=0)) / MILLION / each.row.our_gdp * 100.0).values


def theirs_in_percent(row: Any) -> float:
    """A published loss as % of GDP, above nought; by its dollars where it is in money."""
    return float(abs(row.value) if row.unit == "%" else 100.0 * row.usd_billion / row.our_gdp)


def loss(runs: xr.Dataset, each: Compared) -> tuple[str, float, np.ndarray]:
    """A loss."""
    unit, values = percent(runs, each)
    return unit, theirs_in_percent(each.row), values


def substitution(runs: xr.Dataset, each: Compared) -> tuple[str, float, np.ndarray]:
    """What is designed out outside China in the first year of the shock, % of need at the start's prices and designs."""
    pair = months_from(pair_of(runs, each), DEPARTURE, YEAR).isel(month=[0, -1])
    counts = headline.counted(pair)
    saved, need = (pair[name].sel(sector=counts, region=pair.region != CHINA).sum(["sector", "region"]).astype(float) for name in ("redesigned", "need_ref"))
    rise = (100.0 * saved / need).diff("month").isel(month=0, drop=True)
    return "% of need a year", abs(each.row.value), (rise.isel(scenario=1) - rise.isel(scenario=0)).values


def supply(runs: xr.Dataset, each: Compared) -> tuple[str, float, np.ndarray]:
    """What mines outside China make more of, in two years from the shock, % of the world's output a year."""
    pair = months_from(pair_of(runs, each), DEPARTURE, 2 * YEAR).sel(stage=headline.of(runs).stages[0]).isel(month=slice(-YEAR, None))
    made = pair.outside_output.mean("month").astype(float)
    world = made.isel(scenario=0) / (1.0 - pair.china_share.isel(scenario=0).mean("month").astype(float))
    return "% of the market a year", abs(each.row.value), (100.0 * (made.isel(scenario=1) - made.isel(scenario=0)) / world / 2.0).values


def recovery(runs: xr.Dataset, each: Compared) -> tuple[str, float, np.ndarray]:
    """Months from the shock until no sector outside China stops beyond the baseline, three months in a row."""
    pair = months_from(pair_of(runs, each), DEPARTURE, LONGEST)
    return "months", abs(each.row.value), months_to_extra_recovery(pair).isel(scenario=1).values.astype(float)


def history(runs: xr.Dataset, each: Compared) -> xr.Dataset:
    """The run as it is, in a row's months of the past."""
    first, last = months_of(each.row.our_period) or ("", "")
    return runs.isel(scenario=0, month=(runs.month >= first) & (runs.month <= last))


def asked(runs: xr.Dataset, each: Compared) -> tuple[str, float, np.ndarray]:
    """The highest month of a good's ask in a region over its price in China."""
    price = history(runs, each).price.sel(good=each.row.our_label).astype(float)
    return "x", abs(each.row.value), (price.sel(market=f"{each.row.region}_asked") / price.sel(market=CHINA)).max("month").values


def approved(runs: xr.Dataset, each: Compared) -> tuple[str, float, np.ndarray]:
    """Share of the applications standing or filed in a month that was approved, mean of the headline's goods, %."""
    goods = list(headline.of(runs).goods)
    return "% of applications", abs(each.row.value), 100.0 * history(runs, each).licence_approved.sel(good=goods).mean(["month", "good"]).values.astype(float)


Measure = Callable[[xr.Dataset, Compared], tuple[str, float, np.ndarray]]
MEASURES: dict[str, Measure] = {"loss": loss, "substitution": substitution, "supply": supply, "recovery": recovery, "asked": asked, "approved": approved}
IN_HISTORY = ("asked", "approved")
WITH_SHOCK = tuple(way for way in MEASURES if way not in IN_HISTORY)


# ---- told


def told(row: Any, ours: Mapping[str, Any] | None) -> dict:
    """A row of the table; without ours it is not compared."""
    found = {name: getattr(row, name) for name in COLUMNS if hasattr(row, name)}
    return found | (dict(ours) if ours else {"note": "not compared"})


def in_words(table: pd.DataFrame) -> str:
    """Theirs and ours side by side with what differs, then what is not compared, and why."""
    lines, before = [f"Theirs and ours side by side (ours: median, {TOLD}; 5-95 % of runs); no two count the same{after(rough(int(table.replicates.fillna(0).max())))}\n"], ""
    for row in table[table.our_unit.notna()].itertuples():
        ratio = f", {figure_units(row.ratio)} times ours" if np.isfinite(row.ratio) else ""
        lines += [
            f"{row.study}, {readable(row.region)}, {row.quantity} ({row.shock}): {small(row.theirs)} {row.our_unit}{ratio}",
            f"    ours: {sized(row)} {row.our_unit}; {small(row.ours_low)} to {small(row.ours_high)} ({row.our_shock})",
            *([f"    what differs: {row.differs}"] if row.differs != before else []),
        ]
        before = row.differs
    lines.append("\nNot compared:")
    lines += [f"{row.study}, {readable(row.region)}, {row.quantity}: {row.differs}" for row in table[table.our_unit.isna()].itertuples()]
    return "\n".join(lines)


def small(value: float) -> str:
    """A number with two significant digits, however small."""
    return figure_units(value) if not 0.0 < abs(value) < 0.1 else f"{value:.2g}"


def sized(row: Any) -> str:
    """Ours with its sampling error."""
    return small(row.ours) + (f" ({small(row.ours_from)} to {small(row.ours_to)})" if np.isfinite([row.ours_from, row.ours_to]).all() else "")


def orders(table: pd.DataFrame, explained: pd.DataFrame) -> list[str]:
    """Of each study that tells several regions: in which order they lose, theirs and ours, and whether any variant has theirs."""
    said = []
    for study, rows in explained.groupby("study", sort=False):
        usual = rows[rows.variant == USUAL]
        if usual.region.nunique() < 2:
            continue
        theirs = order(usual, "theirs")
        same = [str(name) for name, mine in rows.groupby("variant", sort=False) if order(mine, "ours") == theirs]
        said.append(f"{study}, by share of GDP: theirs {' > '.join(map(readable, theirs))}; ours {' > '.join(map(readable, order(usual, 'ours')))}; the same {' and '.join(same) or 'in no variant'}.")
    return said


def order(rows: pd.DataFrame, column: str) -> list[str]:
    """Regions by what they lose, the most first."""
    return rows.sort_values(column, ascending=False, kind="stable").region.tolist()


def explained_in_words(explained: pd.DataFrame) -> str:
    """Variants down, losses across: theirs over ours, with ours in % of GDP."""
    cells = explained.assign(
        cell=[f"{figure_units(row.ratio)} ({small(row.ours)} %)" for row in explained.itertuples()],
        loss=[f"{row.study}, {readable(row.region)}, {row.quantity}" for row in explained.itertuples()],
    )
    wide = cells.pivot(index="variant", columns="loss", values="cell").loc[list(dict.fromkeys(cells.variant)), list(dict.fromkeys(cells.loss))]
    return "How many times ours theirs is (ours, % of GDP), with what softens a loss switched off\n\n" + wide.rename_axis(columns=None).to_string()


if __name__ == "__main__":
    main()
