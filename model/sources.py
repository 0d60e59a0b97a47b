"""Which source files a part of the program is made of: its own and, followed from import to import, all it takes anything from."""

import ast
from collections.abc import Iterable, Iterator
from importlib.util import resolve_name
from pathlib import Path


def reached(starts: Iterable[Path], root: Path) -> list[Path]:
    """The files given and every file under `root` they import from, directly or through others, in order of path.

    Imports are read from the text wherever they stand, in a function too. A module imported by a computed name is not seen.
    """
    found, waiting = set(), set(starts)
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting |= imported(path, root) - found
    return sorted(found)


def imported(path: Path, root: Path) -> set[Path]:
    """The files under `root` that one file imports from."""
    package = ".".join(path.relative_to(root).parent.parts)
    tree = ast.parse(path.read_bytes(), filename=str(path))
    names = {name for node in ast.walk(tree) for name in modules(node, package)}
    return {file for name in names for file in candidates(root / name.replace(".", "/")) if file.is_file()}


def modules(node: ast.AST, package: str) -> Iterator[str]:
    """Names an import statement gives that may be modules: of `from a import b`, both a and a.b."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        source = resolve_name("." * node.level + (node.module or ""), package)
        yield source
        yield from (f"{source}.{alias.name}" for alias in node.names)


def candidates(place: Path) -> tuple[Path, Path]:
    """Where a module's text may stand: as a file, or as a package."""
    return place.with_name(f"{place.name}.py"), place / "__init__.py"
