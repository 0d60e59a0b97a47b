"""Who builds, run by run: how often named projects are decided on, what open trade leaves unbuilt, how long it takes, and whether magnets have their metal (E11)."""

from functools import cache

import numpy as np
import pytest
from hands import month, still, two_chains
from vocabulary import SHIPPED
from worlds import equal

from model import Scenario, TradeModel
from model.names import CHINA, month_index
from model.projects import CONSTRUCTION, DECIDED, NEVER, OPERATING, WINDOW

STAGES = ("mine", "refine", "metal", "magnet")
TRUCE, RESUME, OPEN = "truce_holds", "restrictions_resume", "open_trade"
YEAR, TONNE = 12, 1e6


# Cohorts and single firms


def test_the_same_bits_where_lines_are_added_and_projects_decided_on():
    """Everybody counts as full and entrants come at once: all makers abroad add lines, one by one as together."""
    chosen = still(new_investment_scale=1.0, expansion_rate=0.1, entry_rate=0.1, entry_use=0.0, expansion_use=0.5, circuit_rate=0.1)
    cohorts, alone = (two_chains(scenario=chosen, agentwise=way) for way in (False, True))
    begun = np.zeros(cohorts.count)
    for _ in range(3):
        cohorts.step()
        alone.step()
        begun += cohorts.started
        assert np.array_equal(cohorts.started, alone.started) and np.array_equal(cohorts.circuit_started, alone.circuit_started)
    assert (begun[cohorts.abroad * (cohorts.capacity > 0) * np.isin(cohorts.does, ["refine", "metal", "magnet"]) > 0] > 0).all()
    assert equal(cohorts, alone)


@pytest.mark.slow
def test_the_same_bits_in_the_real_world_while_projects_are_decided_on():
    cohorts, alone = (TradeModel(Scenario.load(RESUME), seed=2, agentwise=way).run_until("2027-12") for way in (False, True))
    assert (cohorts.construction.projects.decided != NEVER).any() and equal(cohorts, alone)
    for name in ("state", "decided", "dropped", "hope", "doubt", "value"):
        assert np.array_equal(getattr(cohorts.construction.projects, name), getattr(alone.construction.projects, name))


# Whole courses


@cache
def run(scenario, seed, **parameters):
    """A whole course."""
    return TradeModel(Scenario.load(scenario).with_parameters(dict(parameters)), seed=seed).run()


def capacity(model, date, stage, what="outside_capacity"):
    """Thousand t a year outside China."""
    return float(model.results()[what].sel(month=date, stage=stage)) / 1e3


def probabilities(projects):
    """What the table says of each."""
    said = {}
    for line in SHIPPED.projects:
        said.setdefault((line.part, line.row), line.probability)
    return np.array([said[name, row] for name, row in zip(projects.name, projects.row, strict=True)])


@pytest.mark.slow
def test_under_the_truce_projects_are_decided_on_as_often_as_their_table_says():
    """Within 60 months of the table's date, over twenty lucks. Phases of a site share theirs, so the mean of so many is not of 20 times 53 independent draws."""
    shares = []
    for seed in range(1, 21):
        projects = run(TRUCE, seed).construction.projects
        shares.append(np.mean((projects.decided != NEVER) & (projects.decided <= projects.date + WINDOW)))
    wanted = probabilities(projects).mean()
    print(f"decided on within {WINDOW} months: {np.mean(shares):.3f} (sd over seeds {np.std(shares):.3f}), table {wanted:.3f}")
    assert np.mean(shares) == pytest.approx(wanted, abs=0.03)


@pytest.mark.slow
def test_open_trade_builds_little_beyond_what_was_decided():
    """Beyond capacity decided on less than six tenths of what the truce adds to its own."""
    added = {name: np.mean([capacity(run(name, seed), "2035-12", "magnet") - capacity(run(name, seed), "2035-12", "magnet", "decided_capacity") for seed in (1, 2, 3)]) for name in (OPEN, TRUCE)}
    print(f"magnets in 2035 beyond what was decided on, thousand t: open trade {added[OPEN]:.1f}, truce {added[TRUCE]:.1f}")
    assert 0 < added[OPEN] < 0.6 * added[TRUCE]


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [OPEN, TRUCE, RESUME])
def test_without_decisions_only_what_is_decided_on_comes(scenario):
    """Deposits that run out and mines that close at rest."""
    results = run(scenario, 1, new_investment_scale=0.0, depletion_kachin=0.0, closures_kachin=0.0).results()
    for stage in STAGES:
        assert results.outside_capacity.sel(stage=stage).values == pytest.approx(results.decided_capacity.sel(stage=stage).values, rel=1e-6)
        assert capacity(run(scenario, 1), "2035-12", stage) > 1.05 * capacity(run(scenario, 1), "2035-12", stage, "decided_capacity")


LATE = "magnets take 44 to 55 months in the median: projects state a lead time of 2.5 years, come up over 12 months and are late by a fifth of their lead time on average"


@pytest.mark.slow
@pytest.mark.parametrize(("process", "least", "most"), [("refine", 48, 96), pytest.param("magnet", 24, 42, marks=pytest.mark.xfail(strict=True, reason=LATE))])
def test_it_takes_years_from_decision_to_nameplate(process, least, most):
    """Median of five lucks, under the truce."""
    months = []
    for seed in range(1, 6):
        projects = run(TRUCE, seed).construction.projects
        mine = (projects.process == process) & (projects.full != NEVER)
        months += (projects.full - projects.decided)[mine].tolist()
    print(f"{process}: {np.median(months):.0f} months, {len(months)} projects")
    assert least <= np.median(months) <= most


@pytest.mark.slow
def test_magnet_plants_outside_china_have_their_metal():
    """In 2031, restrictions back: output that plants want to make, have the heavies for, and lack metal for, over their capacity. Three lucks."""
    shares = []
    for seed in (1, 2, 3):
        model = TradeModel(Scenario.load(RESUME), seed=seed).run_until("2030-12")
        makers, lacking, standing = [agent for agent in model.firms.agents if agent.does == "magnet" and agent.abroad], [], []

        def look(makers=makers, lacking=lacking, standing=standing):
            lead = makers[0].process.lead
            for agent in makers:
                wanted = float((agent.planned * agent.share_in_hand()).sum())
                there = float(agent.inputs[agent.process.feed, lead] / agent.gross[lead])
                lacking.append(max(wanted - there, 0.0))
                standing.append(float(agent.capacity))

        for _ in range(YEAR):
            month(model, produce=look)
        shares.append(sum(lacking) / sum(standing))
        used = float(model.results().outside_output.sel(stage="magnet", month=slice("2031-01", "2031-12")).mean() / model.results().outside_capacity.sel(stage="magnet", month=slice("2031-01", "2031-12")).mean())
        print(f"seed {seed}: idle for want of metal {shares[-1]:.3f}, in use {used:.3f}")
    assert np.mean(shares) < 0.1


@pytest.mark.slow
def test_china_keeps_most_of_magnets_and_heavy_separation_in_2030_under_the_truce():
    magnets, heavies = [], []
    for seed in (1, 2, 3):
        model = TradeModel(Scenario.load(TRUCE), seed=seed).run_until("2029-12")
        goods, made = [SHIPPED.chain.index(good) for good in ("oxide_Dy", "oxide_Tb")], np.zeros(2)
        rows = np.arange(model.count)
        for _ in range(YEAR):
            model.step()
            output = model.output[goods].sum(axis=0)
            made += (output[rows][model.country_of == CHINA].sum(), output.sum())
        heavies.append(made[0] / made[1])
        magnets.append(float(model.results().china_share.sel(stage="magnet", month=slice("2030-01", "2030-12")).mean()))
    print(f"China's share in 2030: magnets {np.mean(magnets):.3f}, Dy and Tb {np.mean(heavies):.3f}")
    assert 0.78 <= np.mean(magnets) <= 0.90 and 0.80 <= np.mean(heavies) <= 0.95


def named(stage, begun):
    """Tonnes a year of main products outside China of the table's projects times their probability: those begun, or all, that are to start by 2030."""
    total = 0.0
    for line in SHIPPED.projects:
        if line.main and SHIPPED.entities.process.iloc[line.row] == stage and SHIPPED.entities.country.iloc[line.row] != CHINA and line.start <= month_index("2030-12") and (line.state in DECIDED or not begun):
            total += line.probability * line.grams * YEAR / TONNE / SHIPPED.content[line.good, line.row]
    return total


def come(model, stage, last):
    """Tonnes a year of named projects outside China that have come by a month."""
    rows = np.flatnonzero((np.array(model.does) == stage) & (model.abroad > 0))
    due = model.construction.reported[: last + 1 - model.first].sum(axis=0)
    projects = model.construction.projects
    opened = (projects.opens != NEVER) & (projects.full <= last) & (projects.state >= CONSTRUCTION) & (projects.state <= OPERATING)
    np.add.at(due, projects.row[opened], projects.grams[opened])
    return float((due / model.measures.content_of_product)[rows].sum()) * YEAR / TONNE


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
def test_what_comes_of_named_projects_by_2030_lies_between_those_begun_and_all(stage):
    """Tonnes times probability; mean of ten lucks under the truce, and a tenth for their luck and their delays."""
    least, most = named(stage, begun=True), named(stage, begun=False)
    found = np.mean([come(run(TRUCE, seed), stage, month_index("2030-12")) for seed in range(1, 11)])
    print(f"{stage}: {found:,.0f} t a year, begun {least:,.0f}, all {most:,.0f}")
    assert 0.9 * least <= found <= 1.1 * most


STILL_BUILT = "without growth of demand plants outside China that are full and paid add lines all the same, and named projects go by the premium, the memory of crises and their fitted terms: 38 % more when tried"


@pytest.mark.slow
@pytest.mark.xfail(strict=True, reason=STILL_BUILT)
def test_without_growth_of_demand_hardly_more_is_built_than_was_decided_on():
    added = [capacity(run(TRUCE, seed, demand_growth_scale=0.0, trend_start=0.0), "2035-12", "magnet") / capacity(run(TRUCE, seed, demand_growth_scale=0.0, trend_start=0.0), "2035-12", "magnet", "decided_capacity") for seed in (1, 2, 3)]
    print(f"magnets in 2035 over what was decided on: {np.mean(added):.3f}")
    assert np.mean(added) <= 1.2


@pytest.mark.slow
def test_who_is_not_full_adds_nothing_in_a_whole_course():
    """Month by month: lines and entry where a plant is full, entry alone elsewhere, nothing where it has been idle for three years."""
    model = TradeModel(Scenario.load(RESUME), seed=1)
    idle = built = 0
    while model.now < model.last:
        model.step()
        asleep = model.quiet >= model.p.idle_months
        assert not model.started[asleep].any() and not model.started[model.abroad == 0].any()
        idle, built = idle + asleep.sum(), built + (model.started > 0).sum()
    assert idle > 0 and built > 0
