"""Chokepoints: whose loss would cost most, how soon would anybody stop, how long would it last, and how much of it do others make up?"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from experiments import centrality, command, ensemble, figures, files, headline, metrics, provenance, records
from experiments.branches import Branches
from experiments.caveats import rough
from experiments.compare import HIGH, LOW, quantile
from experiments.figures import chokepoints as picture
from experiments.plan import Plan, check_until
from experiments.sampling import error
from experiments.wording import NAMES, figure_units, known, readable, sentence_of, signed, spell, spoken
from model import SupplyShock, TradeModel
from model.agents.firm import Firm
from model.errors import InputError
from model.names import CHINA, MONTHS_A_YEAR, month_index, month_name
from model.world import World

EXPERIMENT = "chokepoints"
SCENARIOS = ["truce_holds"]
REPLICATES = 8
DATE = "2027-01"
DURATIONS = (3, 6, 12)
USUAL = (6,)
"""Months of a loss that are run unless others are asked for."""
AFTER = 30
"""Months that are watched after a loss."""
LARGEST = 30
"""Firms taken away one by one unless all are: those that sell most."""
FIRM, PLACE = KINDS = ("firm", "country and stage")
NONE, NOBODY = "none", -1
"""The case in which nothing is taken away; who stops first where nobody does."""
COUNTED = ("unmet_demand", "need", *metrics.KINDS_OF_LOSS.values())
"""Results that are measured."""
TONNE, MILLION, THOUSAND = 1e6, 1e6, 1e3
MEASURED = {
    "loss": "billion USD", "loss_in_china": "billion USD", "unmet": "t", "survive": "months", "recover": "months", "first_sector": "number", "first_region": "number", "not_made": "million USD", "made_by_others": "million USD",
    "made_by_others_in_all": "million USD",
}  # fmt: skip
"""What is kept of a case in each replicate, and its unit; values of goods are at the prices of the start."""
TOLD = ("loss", "loss_in_china", "unmet", "survive", "recover", "made_up", "made_up_in_all")
"""What the table tells with its spread."""


@dataclass(frozen=True)
class Case:
    """Who is taken away: a firm, or a stage in a country, and for how many months."""

    kind: str
    name: str
    place: str
    """How it reads."""
    country: str
    stage: str
    months: int
    firms: tuple[str, ...]
    """The firms it is made of."""


@dataclass(frozen=True)
class Loss:
    """Firms that make nothing for some months."""

    firms: tuple[str, ...]
    months: int

    def shock(self, date: str) -> SupplyShock:
        """Nothing is left of their capacity from a month on."""
        return SupplyShock(date=date, name="taken away", factor=0.0, months=self.months, entities=self.firms)


@dataclass(frozen=True)
class Losses:
    """What is kept of a replicate: what each loss costs beside the same replicate without it, all from one past."""

    date: str
    losses: tuple[Loss, ...]
    months: int
    """Months watched from the date on."""

    @property
    def runs(self) -> int:
        """Runs a replicate takes."""
        return len(self.losses) + 1

    def __call__(self, plan: Plan, replicate: int) -> xr.Dataset:
        """All losses of a replicate, (case,)."""
        past = Branches(plan, replicate, self.date)
        calm = watched(past.branch(), self.months)
        found = [against(calm, watched(past.branch([loss.shock(self.date)]), self.months), loss, past.model.facts) for loss in self.losses]
        return xr.concat(found, "case").assign_coords(replicate=replicate)


# ---- run


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    words = sys.argv[1:] if arguments is None else arguments
    with command.told():
        run(command.read(EXPERIMENT, __doc__, words, SCENARIOS, replicates=REPLICATES, alone=True, more=options), words)


def options(parser: argparse.ArgumentParser) -> None:
    """What this experiment has of its own."""
    parser.add_argument("--date", default=DATE, metavar="YYYY-MM", help="first month of the loss (default %(default)s)")
    parser.add_argument("--months", nargs="+", type=int, default=[], metavar="MONTHS", help=f"how long it lasts (default {USUAL[0]}; with --all {', '.join(map(str, DURATIONS))})")
    parser.add_argument(
        "--largest", type=int, default=LARGEST, metavar="N", help="so many firms one by one, those that sell most (default %(default)s), beside every stage of every country"
    )
    parser.add_argument("--all", action="store_true", help="every firm that sells anything, and all durations")


def run(chosen: command.Options, words: list[str]) -> None:
    """Find who there is, take each away, tell, draw, write; the manifest comes last."""
    plan, cases, network = prepared(chosen)
    out, watched_for = chosen.out, max(case.months for case in cases) + AFTER
    manifest = provenance.started(EXPERIMENT, plan, words)
    with files.claimed(out, manifest):
        print(f"{len(cases)} losses, each from one past to {plan.until}")
        runs = of_cases(ensemble.run(plan, out / "parts", chosen.workers), cases)
        rows, ranks = table(runs, cases, network, watched_for, plan.world), agreement(runs, cases, network)
        drawn = picture.draw(rows, ranks, heading(rows), plan.replicates, chosen.given.date)
        outputs = [records.write_table(rows, out / "chokepoints.csv"), records.write_table(ranks, out / "measures.csv"), figures.save(drawn, out / "chokepoints.png")]
        files.write_json(out / files.MANIFEST, provenance.completed(manifest, out, outputs))
    print("", sentence(rows, ranks, chosen.given.date), "", in_words(rows), "", *outputs, sep="\n")


def prepared(chosen: command.Options) -> tuple[Plan, tuple[Case, ...], pd.DataFrame]:
    """The plan, who is taken away, and how central each is; what cannot be run is refused."""
    given, plan = chosen.given, chosen.plan
    if len(plan.scenarios) > 1:
        raise InputError(f"--scenarios: {', '.join(each.name for each in plan.scenarios)} are several; name the one in which firms are taken away")
    durations = tuple(sorted(set(given.months))) or (DURATIONS if given.all else USUAL)
    if durations[0] < 1 or given.largest < 0:
        raise InputError(f"--months, --largest: {durations[0]} and {given.largest} cannot be; give 1 month or more, and 0 firms or more")
    check_until(given.date, month_name(plan.world.first + MONTHS_A_YEAR), plan.scenarios[0], "--date")
    months = durations[-1] + AFTER
    until = month_name(month_index(given.date) + months - 1)
    if month_index(until) > month_index(plan.scenarios[0].last_month):
        raise InputError(f"--date: {months} months from {given.date} end after {plan.scenarios[0].name} does, in {plan.scenarios[0].last_month}; give an earlier month")
    alone = replace(plan, until=until, parameters="default")
    before = Branches(alone, 0, given.date)
    cases, network = whom(before.model, durations, None if given.all else given.largest)
    losses = tuple(dict.fromkeys(Loss(case.firms, case.months) for case in cases))
    return replace(plan, until=until, kept=Losses(given.date, losses, months)), cases, network


def whom(model: TradeModel, durations: Sequence[int], largest: int | None) -> tuple[tuple[Case, ...], pd.DataFrame]:
    """Every stage of every country that sold anything in a model's last month, and the firms that sold most; with how central each is, (case,)."""
    prices, makers = at_start(model.facts), {agent.name: agent for agent in model.makers.agents}
    place = {name: f"{agent.stage} in {agent.country}" for name, agent in makers.items()}
    networks = {FIRM: centrality.trade(model.graph, prices), PLACE: centrality.trade(model.graph, prices, place)}
    sold = {kind: centrality.centralities(network) for kind, network in networks.items()}
    firms = sorted((name for name in makers if sold[FIRM]["throughput"].get(name, 0.0) > 0.0), key=lambda name: -sold[FIRM]["throughput"][name])
    members: dict[str, list[str]] = {}
    for name in firms:
        members.setdefault(place[name], []).append(name)
    stages = sorted(members, key=lambda name: -sold[PLACE]["throughput"].get(name, 0.0))
    found = [(PLACE, name, tuple(sorted(members[name]))) for name in stages] + [(FIRM, name, (name,)) for name in firms[:largest]]
    cases = [
        Case(kind, name, spoken_of(kind, names, makers[names[0]], model.facts), makers[names[0]].country, makers[names[0]].stage, months, names)
        for months in durations
        for kind, name, names in found
    ]
    rows = [{measure: sold[kind][measure].get(name, 0.0) for measure in centrality.MEASURES} for months in durations for kind, name, _ in found]
    return tuple(cases), pd.DataFrame(rows)


def spoken_of(kind: str, firms: tuple[str, ...], one: Firm, world: World) -> str:
    """A case in words: the firm, or the stage and the country, with the firm where it is the only one."""
    if kind == FIRM:
        return firms[0]
    where = NAMES.get(one.country) or str(world.countries["name"][one.country])
    return f"{STAGES.get(str(one.stage)) or readable(str(one.stage))} in {where}{f' ({firms[0]} alone)' if len(firms) == 1 and len(firms[0]) <= SHORT else ''}"


STAGES = {"mine": "mining", "refine": "separation", "metal": "metal making", "magnet": "magnet making", "recycle": "recycling", "parts": "parts making"}
"""What is done at a stage, in the words of the usual worlds; others lose their underscores."""
SHORT = 24
"""Letters up to which the name of the only firm of a stage is told with it."""


def at_start(world: World) -> dict[str, float]:
    """Prices in China at the start, USD/kg by good: at which goods are added up, so that a shortage does not make what is left worth more."""
    return dict(zip(world.chain.goods, world.prices["china"].tolist(), strict=True))


# ---- measured in a replicate


def watched(model: TradeModel, months: int) -> tuple[xr.Dataset, np.ndarray]:
    """Runs so many months on: the results that are counted, and what every firm made of every good each month, t (month, good, firm)."""
    first, made = model.elapsed + 1, []
    for _ in range(months):
        model.step()
        made.append(model.output / model.measures.content_of_good[:, None] / TONNE)
    results = model.results()[list(COUNTED)].isel(month=slice(first, first + months))
    headline.note(results, model.facts)
    return results, np.array(made)


def against(calm: tuple[xr.Dataset, np.ndarray], then: tuple[xr.Dataset, np.ndarray], loss: Loss, world: World) -> xr.Dataset:
    """What a loss costs beside the run without it, measure by measure."""
    pair = xr.concat([calm[0], then[0]], "scenario", coords="minimal", compat="override", combine_attrs="override").astype(float)
    more = {name: metric(pair) for name, metric in {"loss": metrics.total_loss, "unmet": metrics.unmet_demand, "loss_in_china": lost_in_china}.items()}
    found = {name: float(values[1] - values[0]) for name, values in more.items()}
    found |= {"survive": float(metrics.months_to_first_extra_stop(pair)[1]), "recover": float(metrics.months_to_extra_recovery(pair)[1])}
    sector, region = first_to_stop(pair)
    rows = world.entities.index.get_indexer(list(loss.firms))
    found |= {"first_sector": float(sector), "first_region": float(region)} | made_up(calm[1], then[1], rows, loss.months, np.array(list(at_start(world).values())))
    values: dict[str, object] = {name: ((), found[name], {"units": unit}) for name, unit in MEASURED.items()}
    return xr.Dataset(values).assign_coords(sector=pair.sector.values.astype(str), region=pair.region.values.astype(str))


def lost_in_china(pair: xr.Dataset) -> xr.DataArray:
    """The same kinds of loss as outside, of users in China, billion USD."""
    found = [pair[name].sel(sector=headline.counted(pair), region=CHINA) for name in metrics.KINDS_OF_LOSS.values()]
    return sum(found[1:], found[0]).sum(["month", "sector"]) / metrics.BILLION


def first_to_stop(pair: xr.Dataset) -> tuple[int, int]:
    """Numbers of the sector and the region that stop first beyond the baseline; of several in one month the one that goes without most. `NOBODY` twice where none does."""
    outside = pair.sel(sector=headline.counted(pair), region=pair.region != CHINA)
    unmet, need = (outside[name].transpose("scenario", "month", "sector", "region").values for name in ("unmet_demand", "need"))
    more = unmet[1] / np.maximum(need[1], TRACE) - unmet[0] / np.maximum(need[0], TRACE)
    stops = (more > metrics.STOPPED) & (need[1] > TRACE)
    if not stops.any():
        return NOBODY, NOBODY
    month = int(stops.any(axis=(1, 2)).argmax())
    sector, region = np.unravel_index(np.argmax(np.where(stops[month], unmet[1, month] - unmet[0, month], -np.inf)), stops.shape[1:])
    return list(pair.sector.values).index(outside.sector.values[sector]), list(pair.region.values).index(outside.region.values[region])


TRACE = 1e-9
"""Tonnes that are none."""


def made_up(calm: np.ndarray, then: np.ndarray, rows: np.ndarray, months: int, prices: np.ndarray) -> dict[str, float]:
    """What those taken away do not make while they are away, and what others make more of these goods meanwhile and over all months watched, million USD at the prices of the start (USD/kg)."""
    other = np.ones(calm.shape[2], bool)
    other[rows] = False
    less = (calm - then)[:months, :, rows].sum(axis=(0, 2))
    theirs = calm[:months, :, rows].sum(axis=(0, 2)) > 0.0
    value = prices * THOUSAND / MILLION * theirs
    more = (then - calm)[:, :, other].sum(axis=2)
    return {"not_made": float(value @ less), "made_by_others": float(value @ more[:months].sum(axis=0)), "made_by_others_in_all": float(value @ more.sum(axis=0))}


# ---- told


def of_cases(runs: xr.Dataset, cases: Sequence[Case]) -> xr.Dataset:
    """What was measured, case by case: a firm alone in its stage and country is one loss and two cases."""
    losses = {loss: at for at, loss in enumerate(dict.fromkeys(Loss(case.firms, case.months) for case in cases))}
    return runs.isel(case=[losses[Loss(case.firms, case.months)] for case in cases])


def table(runs: xr.Dataset, cases: Sequence[Case], network: pd.DataFrame, watched_for: int, world: World) -> pd.DataFrame:
    """A row a case, the dearest of its kind above: each measure's median with its sampling error and its spread over replicates, who stops first, and how central it is."""
    measured = runs.transpose("case", "replicate", ...)
    shares = {"made_up": share(measured.made_by_others.values, measured.not_made.values), "made_up_in_all": share(measured.made_by_others_in_all.values, measured.not_made.values)}
    rows = []
    for at, case in enumerate(cases):
        found: dict[str, object] = {
            "kind": case.kind,
            "name": case.name,
            "place": case.place,
            "country": case.country,
            "stage": case.stage,
            "months": case.months,
            "watched": watched_for,
            "firms": len(case.firms),
        }
        for name in TOLD:
            values = shares[name][at] if name in shares else measured[name].values[at].astype(float)
            found |= spread(name, values[~np.isnan(values)])
        found |= {"not_made": float(np.median(measured.not_made.values[at]))}
        found |= who(measured.isel(case=at), world) | network.iloc[at].to_dict() | {"replicates": measured.sizes["replicate"], "note": rough(measured.sizes["replicate"])}
        rows.append(found)
    return pd.DataFrame(rows).sort_values(["months", "kind", "loss"], ascending=[True, True, False], kind="stable").reset_index(drop=True)


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part of a whole; NaN where there is none."""
    return np.where(whole > TRACE, part / np.where(whole > TRACE, whole, 1.0), np.nan)


def spread(name: str, values: np.ndarray) -> dict[str, float]:
    """Median, its sampling error, and 5-95 % over replicates."""
    ends = error(values)
    return {name: quantile(values, 0.5), f"{name}_from": ends[0], f"{name}_to": ends[1], f"{name}_low": quantile(values, LOW), f"{name}_high": quantile(values, HIGH)}


def who(case: xr.Dataset, world: World) -> dict[str, object]:
    """Who stops first most often, and in which share of replicates; and in which share anybody stops."""
    pairs = pd.Series(list(zip(case.first_sector.values.astype(int).tolist(), case.first_region.values.astype(int).tolist(), strict=True)))
    stopped = pairs[pairs != (NOBODY, NOBODY)]
    if stopped.empty:
        return {"first": "", "first_sector": "", "first_region": "", "first_share": 0.0, "anybody_stops": 0.0}
    (sector, region), count = stopped.value_counts().index[0], int(stopped.value_counts().iloc[0])
    names = str(case.sector.values[sector]), str(case.region.values[region])
    words = f"{world.names.get(names[0]) or readable(names[0])}, {readable(names[1])}"
    return {"first": words, "first_sector": names[0], "first_region": names[1], "first_share": count / len(pairs), "anybody_stops": len(stopped) / len(pairs)}


def agreement(runs: xr.Dataset, cases: Sequence[Case], network: pd.DataFrame) -> pd.DataFrame:
    """How well each measure of networks, and what others do not make up, tells whose loss costs most: rank correlation with the loss over the cases of a kind and duration, median and spread over replicates."""
    measured = runs.transpose("case", "replicate", ...)
    kinds = list(dict.fromkeys((case.kind, case.months) for case in cases))
    taken = measured.not_made.values
    others = {
        "value not made and not made up": taken - np.clip(measured.made_by_others.values, 0.0, np.maximum(taken, 0.0)),
        "share not made up": 1.0 - np.nan_to_num(share(measured.made_by_others.values, taken), nan=1.0),
    }
    rows = []
    for kind, months in kinds:
        mine = np.array([(case.kind, case.months) == (kind, months) for case in cases])
        signals = {words: np.repeat(network[name].to_numpy()[:, None], taken.shape[1], axis=1) for name, words in centrality.MEASURES.items()} | others
        for words, values in signals.items():
            found = np.array([centrality.rank_correlation(values[mine, at], measured.loss.values[mine, at]) for at in range(taken.shape[1])])
            rows.append(
                {"kind": kind, "months": months, "measure": words, "cases": int(mine.sum())} | spread("rank_correlation", found[~np.isnan(found)]) | {"replicates": taken.shape[1]}
            )
    return pd.DataFrame(rows)


def heading(rows: pd.DataFrame) -> str:
    """What the figure shows, in a line."""
    top = rows[rows.kind == PLACE].iloc[0]
    mine = rows[(rows.kind == FIRM) & (rows.months == top.months)]
    beside = f"; of single firms {mine.iloc[0]['name']} costs most, {figure_units(mine.iloc[0].loss)}" if len(mine) else ""
    return f"{spell(int(top.months))} without {top.place} cost users outside China {figure_units(top.loss)} billion USD{beside}"


def sentence(rows: pd.DataFrame, ranks: pd.DataFrame, date: str) -> str:
    """Whose loss costs most, how soon, how long, what others make up, and how well centrality would have told."""
    told = []
    for months in dict.fromkeys(rows.months):
        stages, firms = (rows[(rows.months == months) & (rows.kind == kind)] for kind in (PLACE, FIRM))
        top = stages.iloc[0]
        told.append(
            f"{spell(months).capitalize()} without {top.place}, from {spoken(date)}, cost users outside China {known(figure_units(top.loss), top.loss_from, top.loss_to)} billion USD "
            f"(5-95 % of runs: {signed(top.loss_low, top.loss_high)}); first to stop: {top['first'] or 'nobody'} in month {figure_units(top.survive)}; others make up {figure_units(100 * top.made_up)} %. "
            f"Next: {', '.join(f'{row.place} ({figure_units(row.loss)})' for _, row in stages.iloc[1:4].iterrows())}."
        )
        if len(firms):
            told.append(
                f"Of {len(firms)} firms beside them: {', '.join(f'{row.place} ({figure_units(row.loss)}; others make up {figure_units(100 * row.made_up)} %)' for _, row in firms.head(3).iterrows())}."
            )
        mine = ranks[(ranks.months == months) & (ranks.kind == PLACE)].set_index("measure").rank_correlation
        told.append(f"Rank correlation with the loss over {len(stages)} stages of countries: {', '.join(f'{words} {figure_units(value)}' for words, value in mine.items())}.")
    return " ".join(told) + sentence_of(rough(int(rows.replicates.iloc[0])))


def in_words(rows: pd.DataFrame, shown: int = 15) -> str:
    """The first of each kind and duration, as a table for people."""
    kept = pd.concat([mine.head(shown) for _, mine in rows.groupby(["months", "kind"], sort=False)])
    return pd.DataFrame([
        {
            "without": row.place, "months": row.months, "loss, billion USD": f"{known(figure_units(row.loss), row.loss_from, row.loss_to)}", "in China": figure_units(row.loss_in_china), "stops in month": figure_units(row.survive),
            "over in month": "no stop" if row.recover == 0 else "not yet" if np.isinf(row.recover) else figure_units(row.recover), "first": f"{row['first']} ({100 * row.first_share:.0f} %)" if row["first"] else "nobody", "made up by others, %": figure_units(100 * row.made_up),
        }
        for _, row in kept.iterrows()
    ]).to_string(index=False)  # fmt: skip


if __name__ == "__main__":
    main()
