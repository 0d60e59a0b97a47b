"""The equations and counts of ODD.md and README say what the code does: no bare numbers, symbols that stand in the table beside, true counts."""

import re
from collections import Counter
from pathlib import Path

import pytest

from model import Scenario, TradeModel, parameters
from model.recorder import SHAPES
from model.trade import QUALIFIED

ROOT = Path(__file__).resolve().parents[1]
ODD, README = ((ROOT / name).read_text(encoding="utf-8") for name in ("model/ODD.md", "README.md"))
SECTIONS = {part.split(maxsplit=1)[0]: part for part in re.split(r"^### ", ODD.split("## 8 Submodels")[1].split("\n## 9 ")[0], flags=re.MULTILINE)[1:]}
ALLOWED = {"0", "1", "12", "2024"}
"""Nothing, all, months a year, the year prices are compared with."""
FORMS = {"E0": {"2"}, "E4": {"2", "²"}, "E8": {"5"}, "E10": {"½", "²"}, "E11": {"2", "½", "²", "√"}, "E14": {"½", "²"}}
"""Choices of the form of an equation (ODD.md section 9), the mean of a log-normal distribution, roots of variances and of a quadratic equation."""


def equations(section: str) -> str:
    """The equations of a section, without their numbers."""
    blocks = "\n".join(re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL))
    return re.sub(r"\b[EG]\d+(?:\.\d)?\b", "", blocks)


def bare(text: str) -> set[str]:
    """Numbers of equations that no symbol stands for; those within a symbol (c0, τ_2) are its name."""
    return set(re.findall(r"(?<![\w.'_])\d+(?:\.\d+)?|[½²³√]", text))


def symbols(section: str) -> list[tuple[str, str]]:
    """Symbol and parameter of each row of a section's table."""
    rows = re.findall(r"^\| ([^|]*?) ?\| `(\w+)` \| [-\d.]+ \|", section, re.MULTILINE)
    return [(re.sub(r"\(.*?\)$", "", symbol.strip()).removeprefix("scales "), name) for symbol, name in rows]


@pytest.mark.parametrize("name", SECTIONS)
def test_equations_hold_symbols_not_numbers(name):
    found = bare(equations(SECTIONS[name]))
    assert found <= ALLOWED | FORMS.get(name, set()), f"ODD.md {name}: give {found - ALLOWED - FORMS.get(name, set())} a symbol and a parameter"
    assert FORMS.get(name, set()) <= found, f"ODD.md {name}: strike what is gone from FORMS"


def stands(symbol: str, text: str) -> bool:
    """Whether a symbol stands in a text as a word of its own (Greek letters may touch)."""
    return bool(re.search(rf"(?<![A-Za-z0-9_]){re.escape(symbol)}(?![A-Za-z0-9_])", text))


@pytest.mark.parametrize("name", SECTIONS)
def test_every_symbol_of_a_table_stands_in_an_equation_and_every_other_parameter_in_the_text(name):
    section = SECTIONS[name]
    text = re.sub(r"^\|[^|]*\| `\w+` \| [-\d.]+ \|.*$", "", section, flags=re.MULTILINE)
    absent = [row for row in symbols(section) if not (stands(row[0], equations(section)) if row[0] else stands(row[1], text))]
    assert not absent, f"ODD.md {name}: these stand in the table only: {absent}"


def test_every_parameter_has_one_row():
    listed = [parameter for section in SECTIONS.values() for _, parameter in symbols(section)]
    assert sorted(listed) == sorted(parameters.load())


def test_a_bare_number_is_seen():
    assert bare(equations("```\nθ ← θ + r_b·(b − 0.1)⁺·c0^½ + τ_2 − 3    (E2.3)\n```\nand 7")) == {"0.1", "½", "3"}


def claims(text: str) -> list[tuple[str, float]]:
    """Values that a text gives parameters by name: `name` = 0.5, `name` is 0.5, `name` (0.5)."""
    found = re.findall(r"`(\w+)`(?: =| is| of)? \(?(-?\d+(?:\.\d+)?)", text)
    return [(name, float(value)) for name, value in found if name in parameters.load()]


@pytest.mark.parametrize("path", ["README.md", "model/ODD.md", "model/worlds/SOURCES.md", "experiments/README.md", "results/README.md"])
def test_values_given_in_a_text_are_those_of_the_table(path):
    wrong = [(name, value) for name, value in claims((ROOT / path).read_text(encoding="utf-8")) if value != parameters.load()[name].value]
    assert not wrong, f"{path}: {wrong}"


def test_a_value_given_in_a_text_is_seen():
    assert claims("forgetting is `belief_down` = 0.02, alarm (`belief_up` 0.25); `planning_horizon` (12) months") == [
        ("belief_down", 0.02), ("belief_up", 0.25), ("planning_horizon", 12.0),
    ]  # fmt: skip


def test_results_are_counted_right():
    assert f"gives {len(SHAPES)} variables a month" in ODD and f"# xarray: {len(SHAPES)} variables" in README


def test_entities_are_counted_right():
    model = TradeModel(Scenario.load("balanced"))
    for kind, count in Counter(agent.kind for agent in model.firms.agents).items():
        assert re.search(rf"^\| {kind} \| {count} \|", ODD, re.MULTILINE), f"{kind}: {count}"
    trade, traded = model.trade, model.trade.base_flow > 0.0
    commissioned = int(((trade.status == QUALIFIED) & ~traded).sum())
    assert f"| State | {len(model.states.agents)} |" in ODD
    assert f"| relation | {trade.size:,} | seller, buyer, good; {traded.sum():,} of them traded in 2024, {commissioned:,} are inputs plants to come" in ODD
