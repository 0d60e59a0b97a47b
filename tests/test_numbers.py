"""No number that shapes results stands in code: it is a row of parameters.csv or of a table, and a new one is seen here."""

import ast
from pathlib import Path

import pytest

MODEL = Path(__file__).resolve().parents[1] / "model"
NO_BEHAVIOUR = {
    "rules/numerics.py", "chance.py",  # arithmetic and random numbers
    "names.py", "columns.py", "version.py", "schedule.py",  # words, calendar, machinery
    "checked.py", "errors.py", "folder.py", "parameters.py", "quantities.py", "scenario.py", "scenario_file.py", "schema.py", "sheet.py", "tables.py",
    "policies/regimes.py", "policies/vocabulary.py",  # what input may be at all
    "world/workshop.py",  # what a maker of a world is shown, before there is a world
}  # fmt: skip
EVERYWHERE = (0, 1, 2, 0.0, 1.0, 12.0, 1e6)
"""Nothing, one, a pair; months a year, grams a tonne."""
SIZED = {"range", "zeros", "ones", "full", "empty", "arange"}
"""Calls whose whole numbers count elements, goods or firms."""
TECHNICAL = {
    "construction.py": {"BEYOND"},  # room in an array; unit
    "agents/firm.py": {64, "THOUSAND"}, "finance.py": {"THOUSAND"}, "stocks.py": {"THOUSAND"}, "routes.py": {"THOUSAND"}, "offtakes.py": {"THOUSAND"}, "kernels/purses.py": {"KILO"}, "programmes.py": {"THOUSAND"},  # bits of a key; unit
    "rules/finance.py": {"sqrt"},  # a deviation is the root of a variance
    "agents/magnet_maker.py": {0.01, 1e3}, "agents/metal_maker.py": {0.01}, "agents/oem.py": {10.0}, "conduct.py": {"FARTHEST"},  # beyond which a user's code has slipped
    "compiled.py": {"DIGITS", "IN_USE", "SPARED"},  # where compiled code is kept
    "start/endowment.py": {"PERCENT", "KILO"},  # units
    "ledger.py": {2.0, 53},  # the largest whole number that is counted exactly
    "policies/doctrines/affairs.py": {"EXPIRY_MONTH"}, "policies/doctrines/stakes.py": {"SLIGHT"}, "policies/doctrines/loading.py": {"LETTERS"},  # calendar; keeps a denominator from nought; of a name
    "policies/reference.py": {"MONTHS", "FEWEST"},  # what a past is, as licences define it: it decides what is refused
    "collection.py": {"KILO"}, "rules/ordering.py": {"KILO"},  # units
    "policies/duty.py": {"UNUSUAL_RATE", 100},  # what is warned of; per cent
    "start/linking.py": {"SWEEPS", "EXACT", "NEAR", "SMALL", "DECIMALS"},  # when a fit is done, and how far rounded tables may miss
    "observe.py": {"SHORT", "FULL", "ENDLESS"},  # what an observer calls short, at its limit, for ever: how a run is described
    "market.py": {"TRACE"}, "start/embedding.py": {"SLACK"},  # what whole grams, and rounded tables, leave over
    "start/used.py": {2},  # the square in what classes of one age spread (Erlang)
    "start/recipes.py": {"ROUNDING"},  # what a division may leave over
    "recorder.py": {"WAIT_EDGE", "IDLE"},  # how a result is counted, not what happens
    "outlook.py": {"YEAR"},  # how often investors look at what contracts promise
    "projects.py": {"KILO", "WINDOW", "REVIEW", 1e-3, 1e-9, 2.0, "sqrt"},  # units; what a probability in pipeline.csv means; how often worth is judged anew; keep quotients finite; the mean size of a normal number; a split of variance
    "rules/investment.py": {"sqrt", 2.0},  # the root of a quadratic equation
    "rules/production.py": {"sqrt"},  # an exact power of one half on the way to any power
    "trade.py": {"MONTHS_A_QUARTER"},  # unit
    "volatility.py": {"TRAILING"},  # over how many months it is defined; nothing of a run reads it yet
}


def number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def allowed(node: ast.Constant) -> bool:
    return any(type(node.value) is type(each) and node.value == each for each in EVERYWHERE)


def counting(tree: ast.AST) -> set[ast.AST]:
    """Numbers that index or size an array."""
    parts = []
    for node in ast.walk(tree):
        parts += [node.slice] if isinstance(node, ast.Subscript) else []
        parts += [node.value] if isinstance(node, ast.keyword) and node.arg == "shape" else []
        parts += node.args[:1] if isinstance(node, ast.Call) and called(node) in SIZED else []
    return {inner for part in parts for inner in ast.walk(part) if number(inner) and isinstance(inner.value, int)}


def called(node: ast.Call) -> str:
    """The last word of what is called: zeros of np.zeros."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def names(tree: ast.Module) -> dict[ast.AST, str]:
    """Numbers that a module gives a name in capitals."""
    found = {}
    for line in tree.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else None
        values = getattr(line.value, "elts", [line.value]) if target else []
        for name, value in zip(getattr(target, "elts", [target]), values, strict=False):
            if isinstance(name, ast.Name) and name.id.isupper():
                found[value] = name.id
    return found


def numbers(source: str) -> set[str | float]:
    """What stands in a module's code beside what is allowed everywhere: named numbers by name, bare ones by value, roots by their function."""
    tree = ast.parse(source)
    named, sizes = names(tree), counting(tree)
    bare = {node for node in ast.walk(tree) if number(node) and not allowed(node) and node not in sizes}
    roots = {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)} & {"sqrt", "cbrt", "square"}
    powers = {node.right for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and number(node.right)}
    return {named.get(node, node.value) for node in bare | powers} | roots


FILES = sorted(path for path in MODEL.rglob("*.py") if "view" not in path.parts and path.relative_to(MODEL).as_posix() not in NO_BEHAVIOUR)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(MODEL).as_posix())
def test_no_number_stands_in_code(path):
    name = path.relative_to(MODEL).as_posix()
    expected = TECHNICAL.get(name, set())
    found = numbers(path.read_text(encoding="utf-8"))
    assert not found - expected, f"{name}: move {found - expected} to parameters.csv or a table, with unit, range and source"
    assert not expected - found, f"{name}: strike {expected - found} from the list above"


def test_every_exception_is_a_file():
    named = NO_BEHAVIOUR | set(TECHNICAL)
    assert {name for name in named if not (MODEL / name).is_file()} == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = price * 0.97", {0.97}),
        ("LIMIT = 260\ny = LIMIT", {"LIMIT"}),
        ("GRAMS, SHARE = 1e6, 0.3", {"SHARE"}),
        ("def f(x, slope=0.4):\n    return x + 3", {0.4, 3}),
        ("y = math.sqrt(x) + x ** 2", {"sqrt", 2}),
        ("y = x * 2.0", {2.0}),
        ("y = np.zeros((3, n))[5] + x[:, 7] / 12.0 * 1e6 + Column('g', shape=(9,)) - 1 + range(4)", set()),
        ("y = np.full(4, 0.7)", {0.7}),
    ],
)
def test_a_number_is_seen(source, found):
    assert numbers(source) == found
