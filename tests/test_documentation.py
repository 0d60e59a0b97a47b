"""README and ODD say what is there: parameters, columns, schedule, rules and files as they are, and examples that run."""

import re
import tomllib
from pathlib import Path

import pytest

from experiments.figures import FIGURES
from model import Patch, Scenario, parameters
from model.agents import FIRMS
from model.columns import View, described
from model.policies.instrument import INSTRUMENTS
from model.rules import WRAPPERS
from model.scenario_file import events_of
from model.schedule import SCHEDULE

ROOT = Path(__file__).resolve().parents[1]
ODD, README = ((ROOT / name).read_text(encoding="utf-8") for name in ("model/ODD.md", "README.md"))
INTERNAL = {"exponential", "logarithm", "mix", "_uniform_of", "normal_of", "share_of", "ratio", "power", "smooth", "choose"}
"""Arithmetic and random numbers, not equations."""


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def row(parameter):
    """A parameter's row in ODD.md, without its symbol."""
    bounds = "fixed" if parameter.low == parameter.high else f"{parameter.low:g} to {parameter.high:g}"
    return f"| `{parameter.name}` | {parameter.value:g} | {bounds} | {parameter.unit} | {parameter.source} |"


def test_every_parameter_stands_in_the_odd_as_in_the_table():
    missing = [row(each) for each in parameters.load().values() if row(each) not in ODD]
    assert not missing, "ODD.md section 8: write these rows:\n" + "\n".join(missing)
    gone = set(re.findall(r"^\|[^|]*\| `(\w+)` \| [-\d.]+ \| (?:fixed|[-\d.]+ to)", ODD, re.MULTILINE)) - set(parameters.load())
    assert not gone, f"ODD.md section 8: strike the rows of {gone}"


def test_every_column_stands_in_the_odd():
    columns = {column.name: column for kind in FIRMS for column in described(kind).values() if not isinstance(column, View)}
    missing = [name for name, column in columns.items() if not re.search(rf"\| `{name}`.* \| {re.escape(column.meaning)} \|", ODD)]
    assert not missing, f"ODD.md section 3: describe columns {missing}"


def test_the_schedule_is_the_one_in_force():
    assert re.findall(r"^\| (\w+) \|", README.split("## The month")[1].split("## Where")[0], re.MULTILINE)[1:] == [phase["phase"] for phase in SCHEDULE]
    for phase in SCHEDULE:
        assert f"| {phase['phase']} | {phase['does']} | {phase['reads']} | {phase['writes']} |" in ODD


def test_every_rule_and_instrument_is_named():
    rules = {wrapper.__name__ for wrapper in WRAPPERS} - INTERNAL
    missing = [name for name in sorted(rules) + sorted(INSTRUMENTS) if not re.search(rf"\b{name}\b", ODD)]
    assert rules and not missing, f"ODD.md section 8: name {missing}"


def test_the_file_map_is_true():
    tree = re.search(r"^```\n(model/\n.*?)^```", README, re.MULTILINE | re.DOTALL)[1]
    listed, folder = set(), ""
    for line in tree.splitlines():
        name = line.split()[0]
        folder = name if not line.startswith(" ") else folder
        listed.add(ROOT / (name if name == folder else folder + name))
    assert [path for path in listed if not path.exists()] == []
    there = {path for part in ("model", "experiments") for path in (ROOT / part).glob("*.py") if part == "model" or not path.name.startswith("__")}
    assert there - listed == set()


def test_links_lead_somewhere():
    local = [link for link in re.findall(r"(?<!!)\[[^]]+\]\(([^)#]+)\)", README) if "://" not in link]
    assert local and [link for link in local if not (ROOT / link).exists()] == []
    pictures = re.findall(r"!\[[^]]+\]\(results/truce_vs_resume/figures/(\w+)\.png\)", README)
    assert pictures and set(pictures) <= set(FIGURES)


def test_the_scenario_of_the_readme_can_be_loaded():
    text, patch = blocks("toml")
    assert [each.rate for each in Patch(**tomllib.loads(patch) | {"events": events_of(tomllib.loads(patch)["events"], "README")}).scaled(0.5).measures] == [0.1]
    assert [event.date for event in Scenario.from_toml(text).events if event.name == "October package, late"] == ["2029-11"]


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_python_of_the_readme_runs(number, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks("python")[number], "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out
    if "CautiousOEM" in blocks("python")[number]:
        first, second = (float(line.split()[0]) for line in printed.splitlines())
        assert second < 0.8 * first  # the README's claim: the cautious buyer goes short of less
    elif "batch_run" in blocks("python")[number]:
        assert printed.count("restrictions_resume") == printed.count("truce_holds") == 2 and printed.count("2027-04") == 4
        assert all((tmp_path / name).stat().st_size > 1_000_000 for name in ("trade.graphml", "results.csv"))
    elif "Hawk" in blocks("python")[number]:
        assert printed.splitlines() == ["2025-04 CHN Hawk from 0 to 1", "2025-06 CHN Hawk from 1 to 0", "2026-01 CHN Hawk from 0 to 1"]
        assert len(blocks("python")[number].split("model = ")[0].splitlines()) < 30
    elif "Strike" in blocks("python")[number]:
        assert printed == "3.0 months\n"
    elif "WorkStoppage" in blocks("python")[number]:
        plain, stopped = (float(line.split()[0]) for line in printed.splitlines())
        assert 0.0 < stopped < plain and len(blocks("python")[number].split("plain = ")[0].splitlines()) < 40
    else:
        assert "'NdPr': 0.0, 'Dy': 0.0, 'Tb': 0.0" in printed
