"""The small faults that `make mutants` puts into the model: what they are, that each is one, and that one that matters is met by a failing test."""

import mutants
import pytest
from mutations import Mutant, mutants_of, sample

SOURCE = '''\
"""A file with one of everything."""
from model.names import takes, makes
LIMIT = 2.0

class Thing:
    def act(self, p, price: float = 1.0):
        """Does + and -."""
        self.stock = min(p.high, p.low) + price * self.rows[0]
        if not price:
            raise ValueError("price - 1")
        if price > 3 and p.free:
            self.stock -= self.made[takes]
        self.order(p.high, p.low)
        return choose(price, self.a, -self.b) if makes else 0
'''
FAULTS = {
    "figure": ["2.0 -> 2.2", "1.0 -> 1.1", "3 -> 4", "0 -> 1"],
    "statement": [
        "self.stock = min(p.high, p.low) + price * self.rows[0] -> pass", "self.stock -= self.made[takes] -> pass", "self.order(p.high, p.low) -> pass",
    ],
    "operator": ["+ -> -", "* -> /", "- -> +"],
    "extreme": ["min -> max"],
    "index": ["0 -> 1"],
    "condition": ["not price -> (price)", "price > 3 and p.free -> not (price > 3 and p.free)", "and -> or"],
    "comparison": ["> -> <="],
    "like": ["takes -> makes", "makes -> takes"],
    "arguments": ["p.high, p.low -> p.low, p.high"],
    "branch": ["self.a, -self.b -> -self.b, self.a", "choose(price, self.a, -self.b) if makes else 0 -> 0 if makes else choose(price, self.a, -self.b)"],
    "sign": ["-self.b -> (self.b)"],
}  # fmt: skip


def test_every_kind_of_fault_is_found_where_it_can_be_put():
    found: dict[str, list[str]] = {}
    for mutant in mutants_of("thing.py", SOURCE):
        found.setdefault(mutant.kind, []).append(mutant.name.split("] ", 1)[1])
    assert {kind: sorted(faults) for kind, faults in found.items()} == {kind: sorted(faults) for kind, faults in FAULTS.items()}


def test_a_fault_changes_its_few_characters_and_no_others():
    by_name = {mutant.name: mutant for mutant in mutants_of("thing.py", SOURCE)}
    changed = by_name["thing.py Thing.act [operator 0] * -> /"].applied(SOURCE)
    assert changed == SOURCE.replace("price * self", "price / self")
    assert by_name["thing.py Thing.act [like 0] takes -> makes"].applied(SOURCE) == SOURCE.replace("self.made[takes]", "self.made[makes]")


@pytest.mark.parametrize("part", mutants.PARTS)
def test_the_sample_is_fixed_and_each_of_it_is_another_program(part):
    chosen = mutants.mutants(part)
    assert len(chosen) == mutants.PARTS[part].count == len({mutant.name for mutant in chosen})
    assert chosen == mutants.mutants(part)
    for mutant in chosen:
        source = (mutants.ROOT / mutant.file).read_text("utf-8")
        assert mutant.applied(source) != source
        compile(mutant.applied(source), mutant.file, "exec")


def test_an_edit_elsewhere_leaves_most_of_the_sample_as_it_was():
    before = sample(mutants_of("thing.py", SOURCE), 8, 1)
    after = sample(mutants_of("thing.py", SOURCE.replace("class Thing", "OTHER = 5\n\n\nclass Thing")), 8, 1)
    assert len({mutant.name for mutant in before} & {mutant.name for mutant in after}) >= 7


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A project of one rule and one test, in place of the model."""
    (tmp_path / "model").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "model" / "rule.py").write_text("def double(x):\n    return x * 2\n\n\ndef spare(x):\n    return x + 0\n")
    (tmp_path / "tests" / "test_rule.py").write_text("import sys\nsys.path.insert(0, '.')\nfrom model.rule import double\n\n\ndef test_double():\n    assert double(3) == 6\n")
    (tmp_path / "tests" / "test_digests.py").write_text("def test_nothing():\n    pass\n")
    (tmp_path / "copy").mkdir()
    for name in ("experiments", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    return tmp_path


def test_a_mutant_dies_by_the_first_failing_test_or_survives_or_hangs(place):
    part = mutants.Part(3, "model/rule.py", ("tests/test_rule.py",))
    source = (place / "model" / "rule.py").read_text()
    found = {mutant.before: mutant for mutant in mutants_of("model/rule.py", source) if mutant.kind == "operator"}
    tree = mutants.Tree(str(place / "copy"), place)
    killed, survived = (tree.meet(part, found[sign], 20) for sign in "*+")
    assert (killed.how, killed.by) == ("tests", "tests/test_rule.py::test_double") and survived.how == "survived"
    at = source.index("return x * 2")
    hung = tree.meet(part, Mutant("model/rule.py", "double", "statement", at, at, "", "while True: pass\n    ", 0), 2)
    assert hung.how == "time"
    assert (place / "copy" / "model" / "rule.py").read_text() == source


def test_the_table_counts_by_part_and_leaves_out_what_means_the_same():
    fate = {"a": ("tests", "t"), "b": ("digests", "d"), "c": ("time", "time"), "d": ("survived", ""), "e": ("survived", "")}
    met = [(name, mutants.Fate(*how, 1.0)) for name, how in fate.items()]
    assert mutants.row("trade", met, {"e": "the same"}) == "| trade | 4 | 1 | 1 | 1 | 1 | 1 | 75 % | 50 % |"
