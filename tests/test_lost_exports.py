"""What becomes of lost exports: made-up runs of which each part is known, and parts that add up."""

import numpy as np
import pytest
from synthetic import synthetic_runs

from experiments import headline, lost_exports, splits
from experiments.windows import note_partings, pairs
from model.names import CHINA

MONTHS = 12


@pytest.fixture
def pair():
    """Two replicates in which both scenarios are alike but for what a test changes, with need, designs and supply from November 2026 on as numbers."""
    runs = note_partings(synthetic_runs(2, until="2027-12"))
    found = pairs(runs)[0]
    for name in ("need_ref", "need", "redesigned", "unmet_demand", "supply", "supply_in_parts"):
        found[name].values[:] = {"need_ref": 10.0, "need": 8.0, "redesigned": 1.0, "unmet_demand": 0.0, "supply": 2.0, "supply_in_parts": 1.0}[name]
    return found


def changed(pair, name, amount, **where):
    """The alternative's values of one variable, moved from the parting on."""
    pair[name].loc[{"scenario": pair.scenario.values[1], **where}] += amount
    return pair


def part(pair, name, region):
    found = lost_exports.table(pair, MONTHS).set_index(["region", "part"]).mean_t
    return found[region, name]


def test_each_part_is_what_was_changed(pair):
    sector = headline.of(pair).sectors[0]
    changed(pair, "supply", -2.0, origin=CHINA, region="JPN")
    changed(pair, "supply", 0.5, origin="USA", region="JPN")
    changed(pair, "supply_in_parts", 0.125, origin=CHINA, region="JPN")
    changed(pair, "unmet_demand", 0.25, sector=sector, region="JPN")
    changed(pair, "redesigned", 0.375, sector=sector, region="JPN")
    changed(pair, "need", -0.5, sector=sector, region="JPN")
    found = {name: part(pair, name, "JPN") / MONTHS for name in (lost_exports.LOST, *lost_exports.PARTS)}
    assert found == {
        lost_exports.LOST: 2.0, lost_exports.ELSEWHERE: 0.5, lost_exports.UNMET: 0.25, lost_exports.REDESIGNED: 0.375,
        lost_exports.FOREGONE: 0.125, lost_exports.INSIDE: 0.125, lost_exports.STOCK: 0.625,
    }  # fmt: skip
    assert part(pair, lost_exports.LOST, "USA") == 0 and part(pair, lost_exports.LOST, "all") == 2.0 * MONTHS


def test_parts_add_up_to_what_is_lost_in_every_replicate_and_region():
    found = lost_exports.divided(pairs(note_partings(synthetic_runs(3, until="2028-12")))[0], MONTHS)
    assert np.allclose(found.sel(part=list(lost_exports.PARTS)).sum("part"), found.sel(part=lost_exports.LOST))
    assert CHINA not in found.region.values


def test_nothing_lost_is_said_to_be_nothing(pair):
    assert lost_exports.sentence(pair, MONTHS) == "No supply from China is lost."


def test_replicates_are_split_by_how_destinations_were_treated():
    pair = pairs(note_partings(synthetic_runs(9, until="2027-12")))[0]
    assert sorted(splits.singled_out(pair)) == ["JPN", "USA"]
    found = splits.strictness_groups(pair)
    assert len(found) == 6 and all(members.sum() == 3 for members in found.values())
    drawn = pair.drawn_strictness.isel(scenario=1).sel(destination="USA").values
    mildest = found[next(name for name in reversed(found) if name.startswith("USA"))]
    assert drawn[mildest].min() > drawn[~mildest].max()
