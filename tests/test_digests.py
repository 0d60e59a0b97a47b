"""No result has moved since the digests were frozen (see tests/digests.py for what to do where one was meant to)."""

import digests
import pytest

from model import Scenario

ADVICE = "results moved; `make moved` says by how much; if it was meant, `make moved ARGS=--freeze` in a commit that says why"


@pytest.mark.parametrize("name", Scenario.names())
def test_results_are_those_frozen(name):
    moved = digests.differences(name, digests.SEEDS[0], digests.EVERYDAY_MONTHS)
    assert not moved, f"{ADVICE}: {', '.join(moved)}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", digests.SEEDS)
@pytest.mark.parametrize("name", Scenario.names())
def test_all_months_of_five_seeds_are_those_frozen(name, seed):
    moved = digests.differences(name, seed, 1000)
    assert not moved, f"{ADVICE}: {', '.join(moved)}"


def test_a_moved_result_is_seen(monkeypatch):
    run = digests.simulate

    def altered(name, seed, months):
        results = run(name, seed, months)
        results.price[5] *= 1 + 1e-15
        return results

    monkeypatch.setattr(digests, "simulate", altered)
    assert digests.differences("history", 1, 12) == ["history/1/price from 2024"]


def test_what_is_new_moves_nothing_and_what_is_gone_is_said(monkeypatch):
    run = digests.simulate
    monkeypatch.setattr(digests, "simulate", lambda *given: run(*given).assign(new=("month", range(12))).drop_vars("need"))
    assert digests.differences("history", 1, 12) == ["history/1/need from 2024"]
