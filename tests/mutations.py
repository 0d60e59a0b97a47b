"""Mutations: the small faults that can be put into a source file, each a replacement of a few characters.

Kinds: an operator turned (+ -, * /), a sign lost, a comparison turned, minimum for maximum, a condition or branch swapped, a figure changed,
one thing taken for its like (what is taken for what is made, seller for buyer, China for outside), the wrong index, two arguments of one kind exchanged, a
statement left out. What only words errors, annotates or imports is left alone.
"""

import ast
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import NamedTuple

OPERATORS = {ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*")}
COMPARISONS = {
    ast.Lt: ("<", ">="), ast.LtE: ("<=", ">"), ast.Gt: (">", "<="), ast.GtE: (">=", "<"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
}  # fmt: skip
EXTREMES = (("min", "max"), ("minimum", "maximum"), ("least", "most"), ("whole", "ceiling"), ("floor", "ceil"))
LIKES = (
    ("takes", "makes"), ("makes", "outputs"), ("outputs", "by_products"), ("main", "feed"), ("recovery", "blend"), ("collected", "returned"), ("circuit", "capacity"),
    ("moved", "abroad_moved"), ("seller", "buyer"), ("sellers", "buyers"), ("china", "realised"), ("asked", "realised"), ("expected", "realised"),
    ("base_china", "base_outside"), ("heavy_china", "heavy_outside"), ("home", "outside"), ("home", "abroad"),
    ("momentum", "momentum_china"), ("inputs", "finished"), ("held", "shelf"), ("need", "expected"), ("orders", "flow"), ("orders", "backlog"),
    ("backlog", "pipe"), ("fill", "trust"), ("demanded", "sales"), ("came", "ready"), ("permit", "standing"), ("shipped", "demanded"),
    ("growth_early", "growth_late"), ("arriving", "announced"),
    ("arriving", "started"), ("capacity", "base_capacity"), ("gross", "tolled"), ("approval", "denial"),
    ("controlled", "approval"), ("severity", "openness"), ("rank_calm", "rank_controlled"), ("crisis", "expected"), ("capacities", "quotas"), ("due", "news"),
    ("own", "output"), ("date", "until"), ("taken", "filled"), ("lag", "circuit_lag"), ("circuit_arriving", "circuit_started"),
)  # fmt: skip
"""What a hand may take for one another; only where a file knows both."""
SYMMETRIC = {"min", "max", "minimum", "maximum", "least", "most", "zip", "isinstance", "range", "isin", "concatenate"}
"""Calls whose arguments may be exchanged without harm, or not at all."""
SWAPPED_BRANCHES = {"choose", "where"}
TURNS = (
    "operator", "like", "statement", "operator", "figure", "arguments", "extreme", "operator", "branch", "index", "like", "comparison", "operator", "condition",
    "figure", "sign",
)  # fmt: skip
"""Kinds in the order in which a sample takes one of each: those that a program runs through without stumbling come up more often."""
NEGLIGIBLE = 1e-5
"""Figures below only keep denominators above zero."""
ASIDE = (ast.Raise, ast.Assert, ast.JoinedStr, ast.Import, ast.ImportFrom)


class Mutant(NamedTuple):
    """One fault: bytes `start` to `end` of a file read `after` instead of `before`. `name` tells it from all others, whatever the line."""

    file: str
    place: str
    kind: str
    start: int
    end: int
    before: str
    after: str
    number: int

    @property
    def name(self) -> str:
        words = [re.sub(r"\s+", " ", text) for text in (self.before, self.after)]
        return f"{self.file} {self.place} [{self.kind} {self.number}] {words[0]} -> {words[1]}"

    def applied(self, source: str) -> str:
        """The file with the fault in it."""
        raw = source.encode()
        return (raw[: self.start] + self.after.encode() + raw[self.end :]).decode()


class Finder(ast.NodeVisitor):
    """Walks one file and notes every place where a fault can be put."""

    def __init__(self, file: str, source: str):
        self.file, self.raw, self.places, self.found = file, source.encode(), [], []
        self.lines = [0]
        for line in self.raw.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.words = set(re.findall(r"\w+", source))
        self.parents, tree = {}, ast.parse(source)
        for parent in ast.walk(tree):
            self.parents.update((child, parent) for child in ast.iter_child_nodes(parent))
        self.visit(tree)

    # ------------------------------------------------------------------ where things are
    def start(self, node):
        return self.lines[node.lineno - 1] + node.col_offset

    def end(self, node):
        return self.lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node):
        return self.raw[self.start(node) : self.end(node)].decode()

    def note(self, kind, start, end, after):
        before, place = self.raw[start:end].decode(), ".".join(self.places) or "module"
        number = sum((each.place, each.kind, each.before, each.after) == (place, kind, before, after) for each in self.found)
        self.found.append(Mutant(self.file, place, kind, start, end, before, after, number))

    def replace(self, kind, node, after):
        self.note(kind, self.start(node), self.end(node), after)

    def between(self, kind, left, right, pair):
        """Turns the sign that stands between two operands."""
        start, gap = self.end(left), self.raw[self.end(left) : self.start(right)].decode()
        at = re.search(r"(?<![\w])" + re.escape(pair[0]) + r"(?![\w=])", re.sub(r"#.*", lambda note: " " * len(note[0]), gap))
        if at:
            self.note(kind, start + len(gap[: at.start()].encode()), start + len(gap[: at.end()].encode()), pair[1])

    # ------------------------------------------------------------------ the walk
    def visit(self, node):
        if isinstance(node, ASIDE):
            return
        getattr(self, f"at_{type(node).__name__}", lambda _: None)(node)
        named = isinstance(node, ast.FunctionDef | ast.ClassDef)
        self.places += [node.name] if named else []
        skipped = {id(part) for field in ("annotation", "returns", "decorator_list", "bases") for part in several(getattr(node, field, None))}
        for child in ast.iter_child_nodes(node):
            if id(child) not in skipped:
                self.visit(child)
        self.places = self.places[:-1] if named else self.places

    def at_BinOp(self, node):
        if type(node.op) in OPERATORS and not any(worded(side) for side in (node.left, node.right)):
            self.between("operator", node.left, node.right, OPERATORS[type(node.op)])

    def at_UnaryOp(self, node):
        if isinstance(node.op, ast.Not) or (isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant)):
            self.replace("condition" if isinstance(node.op, ast.Not) else "sign", node, f"({self.text(node.operand)})")

    def at_Compare(self, node):
        if len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
            self.between("comparison", node.left, node.comparators[0], COMPARISONS[type(node.ops[0])])

    def at_BoolOp(self, node):
        pair = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in list(pairwise(node.values))[:1]:
            self.between("condition", left, right, pair)

    def at_If(self, node):
        if not isinstance(node.test, ast.UnaryOp):
            self.replace("condition", node.test, f"not ({self.text(node.test)})")

    def at_IfExp(self, node):
        self.replace("branch", node, f"{self.text(node.orelse)} if {self.text(node.test)} else {self.text(node.body)}")

    def at_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.take_for_its_like(node.id, self.end(node))

    def at_Attribute(self, node):
        if isinstance(node.ctx, ast.Load):
            self.take_for_its_like(node.attr, self.end(node))

    def take_for_its_like(self, word, end):
        for kind, pairs in (("extreme", EXTREMES), ("like", LIKES)):
            for one, other in pairs:
                if word in (one, other) and (kind == "extreme" or {one, other} <= self.words):
                    self.note(kind, end - len(word), end, other if word == one else one)

    def at_Subscript(self, node):
        index = node.slice
        if isinstance(index, ast.Constant) and type(index.value) is int:
            self.replace("index", index, str(index.value - 1 if index.value else 1))

    def at_Constant(self, node):
        parent = self.parents[node]
        if type(node.value) is bool:
            self.replace("figure", node, str(not node.value))
        if type(node.value) not in (int, float) or isinstance(parent, ast.Subscript) or self.shapes(node):
            return
        if node.value == 0 or abs(node.value) >= NEGLIGIBLE:
            self.replace("figure", node, changed(node.value))

    def shapes(self, node):
        """Whether a figure is part of a shape, or counts the names on the left (as in `A, B = range(2)`)."""
        while node in self.parents and not isinstance(node, ast.stmt):
            if isinstance(node, ast.keyword) and node.arg in ("shape", "axis", "part"):
                return True
            node = self.parents[node]
        return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Call)

    def at_Call(self, node):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in SWAPPED_BRANCHES and len(node.args) == 3:
            self.exchange("branch", *node.args[1:])
        elif name not in SYMMETRIC:
            for one, other in pairwise(node.args):
                if alike(one, other) and self.text(one) != self.text(other):
                    self.exchange("arguments", one, other)

    def exchange(self, kind, one, other):
        gap = self.raw[self.end(one) : self.start(other)].decode()
        self.note(kind, self.start(one), self.end(other), self.text(other) + gap + self.text(one))

    def at_AugAssign(self, node):
        if type(node.op) in OPERATORS:
            sign, other = OPERATORS[type(node.op)]
            at = self.raw.index(f"{sign}=".encode(), self.end(node.target))
            self.note("operator", at, at + 1, other)
        self.leave_out(node)

    def at_Assign(self, node):
        if all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
            self.leave_out(node)

    def at_Expr(self, node):
        if isinstance(node.value, ast.Call):
            self.leave_out(node)

    def leave_out(self, node):
        if self.places and self.places[-1] not in ("__init__", "__setstate__"):
            self.replace("statement", node, "pass")


def several(part):
    return part if isinstance(part, list) else [part]


def worded(node):
    """Whether an operand is text or a list, whose sum is no arithmetic."""
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def alike(one, other):
    """Whether two arguments are of one kind: two names, two attributes of one thing, two parts of one thing."""
    if isinstance(one, ast.Name) and isinstance(other, ast.Name):
        return "self" not in (one.id, other.id)
    return isinstance(one, ast.Attribute | ast.Subscript) and type(one) is type(other) and ast.dump(one.value) == ast.dump(other.value)


def changed(value):
    """A tenth more of a figure, one more of a count, something where there was nothing."""
    if isinstance(value, int):
        return str(value + 1)
    return "1.0" if value == 0.0 else repr(value * 1.1)


def mutants_of(file: str, source: str) -> list[Mutant]:
    """Every fault that can be put into one file."""
    return [mutant for mutant in Finder(file, source).found if mutant.before != mutant.after]


def sample(mutants: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many of them, the kinds by turns. Each mutant's place follows from seed and name: what is added or edited elsewhere changes little."""
    by_kind: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.name}".encode()).digest(), reverse=True):
        by_kind[mutant.kind].append(mutant)
    return list(islice(by_turns(by_kind), count))


def by_turns(by_kind: dict[str, list[Mutant]]) -> Iterator[Mutant]:
    """One of each kind in the order of `TURNS`, as long as there are any."""
    while any(by_kind.values()):
        yield from (by_kind[kind].pop() for kind in TURNS if by_kind[kind])
