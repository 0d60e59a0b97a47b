"""Findings: what a switch does to an effect, by hand on made-up runs; which findings can be asked of which futures."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import synthetic_runs

from experiments import findings
from experiments.findings import FINDINGS, Finding
from experiments.windows import pairs
from model import InputError, Scenario
from model.world import World

MADE = Finding("made", "What is made changes by", "truce_holds", "restrictions_resume", "made", "finance")


@pytest.mark.parametrize(
    ("on", "off", "word"),
    [
        ([4.0, 5.0, 6.0], [0.0, 0.2, 0.3], "gone without it"),  # 0.2 of 5 is less than a tenth
        ([4.0, 5.0, 6.0], [2.0, 3.0, 4.0], "smaller without it"),
        ([4.0, 5.0, 6.0], [8.0, 9.0, 10.0], "larger without it"),
        ([4.0, 5.0, 6.0], [-3.0, -2.0, -4.0], "turned round without it"),
        ([4.0, 5.0, 6.0], [3.9, 5.2, 6.1], "no part of it told"),
        ([-1.0, 0.0, 1.0], [4.0, 5.0, 6.0], "not told from nought"),
    ],
)
def test_an_effect_goes_shrinks_grows_turns_or_stays(on, off, word):
    assert findings.verdict(np.array(on), np.array(off)) == word


def test_both_runs_of_a_finding_are_compared_over_the_same_months_and_in_the_same_unit():
    """All on, 3 thousand t a year more are made in the alternative; without the switch 1: it carries 2. The window is that of all on, wherever the other pair parts."""
    on = pairs(synthetic_runs(3))[0]
    without = on.copy(deep=True)
    stage = findings.headline.of(on).stage
    for pair, more in ((on, 3000.0), (without, 1000.0)):
        made = pair.outside_output.copy(deep=True)
        made.loc[{"scenario": "restrictions_resume"}] = made.sel(scenario="truce_holds").values
        made.loc[{"scenario": "restrictions_resume", "stage": stage}] += more
        pair["outside_output"] = made
    row = findings.told([MADE], {("truce_holds", "restrictions_resume", ""): on, ("truce_holds", "restrictions_resume", "finance"): without}).iloc[0]
    assert (row.on, row.off, row.carries) == pytest.approx((3.0, 1.0, 2.0), rel=1e-5) and row.unit == "thousand t a year"
    assert (row.start, row.months, row.verdict) == ("2026-11", 108, "smaller without it")
    said = findings.sentence(findings.told([MADE], {("truce_holds", "restrictions_resume", ""): on, ("truce_holds", "restrictions_resume", "finance"): without}))
    assert "What is made changes by +3 thousand t a year" in said and "with `finance` off +1" in said and "3 replicates: the interval is rough" in said


def test_every_finding_names_futures_switches_and_regions_there_are():
    world = World.load()
    for each in FINDINGS:
        assert each.switch in world.switches and each.outcome in findings.OUTCOMES and (each.region != "") == (each.outcome == "unmet")
        assert [Scenario.load(name).name for name in (each.baseline, each.alternative)] == [each.baseline, each.alternative]
    assert len({each.name for each in FINDINGS}) == len(FINDINGS)


def test_findings_are_those_between_the_futures_given():
    assert findings.wanted([], findings.NAMED) == FINDINGS
    assert {each.name for each in findings.wanted([], ["truce_holds", "restrictions_resume"])} == {"traders", "contracts"}
    assert findings.wanted(["price_war"], findings.NAMED) == tuple(each for each in FINDINGS if each.name == "price_war")
    with pytest.raises(InputError, match=r'--findings: unknown finding "trader"; did you mean "traders"'):
        findings.wanted(["trader"], findings.NAMED)
    with pytest.raises(InputError, match=r"--scenarios: price_war need price_war as well"):
        findings.wanted(["price_war"], ["truce_holds", "restrictions_resume"])


def test_the_figure_has_a_row_for_each_finding_with_both_values_written():
    on = pairs(synthetic_runs(3))[0]
    rows = findings.told([MADE, replace(MADE, name="again")], {("truce_holds", "restrictions_resume", switch): on for switch in ("", "finance")})
    figure = findings.picture.draw(rows)
    assert len(figure.axes) == 2 and {text.get_text().split(":")[0] for text in figure.axes[0].texts} == {"all on", "finance off"}
