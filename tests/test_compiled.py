"""Compiled code follows its sources, and finds a place wherever the program is installed.

A small package with the model's own `compiled`, `sources` and `rules/__init__` stands in for the model where code is edited and compiled anew.
"""

import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from model import compiled, kernels
from model.rules import WRAPPERS, in_kernels, sourcing
from model.sources import reached

ROOT = compiled.PACKAGE.parent
MECHANISM = ("compiled.py", "sources.py", "rules/__init__.py")
SMALL = {
    "__init__.py": "",
    "names.py": "GOODS = 3\n",
    "rules/growth.py": "from model.rules import rule\n\n\n@rule\ndef grown(amount):\n    return amount * 2.0\n",
    "kernels/__init__.py": "from model.compiled import kept\n\nwith kept():\n    from model.kernels.total import total\n",
    "kernels/total.py": (
        "from numba import njit\n\nfrom model.names import GOODS\nfrom model.rules import in_kernels\nfrom model.rules.growth import grown as rule\n\n"
        "grown = in_kernels(rule)\n\n\n@njit(cache=True)\ndef total(amount):\n    return GOODS * grown(amount)\n"
    ),
}
SPEAK = """
from model.compiled import home
empty = home().empty
from model.kernels import total
from model.rules.growth import grown
print(total(1.0), grown(1.0), empty)
"""


@pytest.fixture
def tree(tmp_path):
    """The small package in a folder of its own."""
    for name in MECHANISM:
        write(tmp_path / "model" / name, (ROOT / "model" / name).read_text())
    for name, text in SMALL.items():
        write(tmp_path / "model" / name, text)
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def edit(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def python(tree, *words, **environment):
    """What a fresh Python says that starts in a folder, on stdout and stderr."""
    clean = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    clean |= {"PYTHONDONTWRITEBYTECODE": "1"}  # its own compiled files do not see two edits within a second
    done = subprocess.run([sys.executable, *words], cwd=tree, env=clean | environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def folders(place):
    return sorted(path for path in place.glob("compiled-*"))


def test_a_kernel_follows_an_edited_rule_and_an_edited_constant_and_is_compiled_once_for_each(tree):
    aged(tree / "model" / "__pycache__", [2] * 9)
    said = [python(tree, "-c", SPEAK)[0], python(tree, "-c", SPEAK)[0]]
    assert len(folders(tree / "model" / "__pycache__")) == 1 + compiled.SPARED
    edit(tree / "model/rules/growth.py", "2.0", "5.0")
    said.append(python(tree, "-c", SPEAK)[0])
    edit(tree / "model/names.py", "3", "4")
    said.append(python(tree, "-c", SPEAK)[0])
    edit(tree / "model/names.py", "4", "3")
    said.append(python(tree, "-c", SPEAK)[0])
    assert [line.split() for line in said] == [
        ["6.0", "2.0", "True"],
        ["6.0", "2.0", "False"],
        ["15.0", "5.0", "True"],
        ["20.0", "5.0", "True"],
        ["15.0", "5.0", "False"],
    ]


WORK = """
import multiprocessing
from model.compiled import home
from model.kernels import total


def work(amount):
    return total(amount), str(home().folder)


if __name__ == "__main__":
    print(*work(2.0))
    for way in {"forkserver", "spawn"} & set(multiprocessing.get_all_start_methods()):
        with multiprocessing.get_context(way).Pool(1) as pool:
            print(*pool.apply(work, [2.0]))
"""


def test_where_files_stand_in_the_way_of_every_folder_all_processes_share_a_temporary_one_and_one_line_says_so(tree):
    """Nobody can make a folder under a file, whoever runs the tests: it is to Python what a read-only installation without a home is."""
    (tree / "model" / "__pycache__").write_text("")
    (tree / "home").write_text("")
    write(tree / "work.py", WORK)
    with tempfile.TemporaryDirectory() as temporary:  # near the root: the sockets of worker processes stand in it, and their paths must be short
        told, warned = python(tree, "work.py", HOME=str(tree / "home"), TMPDIR=temporary)
        left = os.listdir(temporary)
    lines = told.splitlines()
    (line,) = set(lines)
    assert len(lines) == 1 + len({"forkserver", "spawn"} & set(multiprocessing.get_all_start_methods())) and line.startswith(f"12.0 {temporary}")
    assert warned.count("\n") == 1 and "temporary folder" in warned and "set NUMBA_CACHE_DIR" in warned and str(tree / "home") in warned
    assert left == []


def test_a_package_that_cannot_be_written_is_compiled_in_the_users_cache_folder(tree):
    (tree / "model" / "__pycache__").write_text("")
    _, warned = python(tree, "-c", SPEAK, HOME=str(tree / "home"))
    assert warned == "" and len(folders(next((tree / "home" / ".cache").glob("magnet-trade-network-*")))) == 1
    _, warned = python(tree, "-c", SPEAK, HOME=str(tree / "home"), XDG_CACHE_HOME=str(tree / "caches"))
    assert warned == "" and len(folders(next((tree / "caches").glob("magnet-trade-network-*")))) == 1


MINE = """
import numba
from model.kernels import total


@numba.njit(cache=True)
def mine(amount):
    return amount


print(total(1.0), mine(1.0), numba.config.CACHE_DIR)
"""


def test_a_folder_the_user_chose_gets_a_subfolder_and_stays_his_for_all_else(tree):
    write(tree / "script.py", MINE)
    chosen = tree / "chosen"
    told, warned = python(tree, "script.py", NUMBA_CACHE_DIR=str(chosen))
    assert told.split() == ["6.0", "1.0", str(chosen)] and warned == ""
    (folder,) = folders(next(chosen.glob("magnet-trade-network-*")))
    kept = {path.relative_to(chosen).parts[0]: path.name for path in chosen.rglob("*.nbc") if "mine" in path.name or path.is_relative_to(folder)}
    assert len(kept) == 2  # the model's in its own folder, the user's in the folder Numba gives it
    assert not list(folder.rglob("*mine*")) and not (tree / "model" / "__pycache__").exists()


def test_where_not_even_a_temporary_folder_can_be_made_the_error_says_what_to_set(monkeypatch):
    def refuse(**_):
        raise FileNotFoundError

    monkeypatch.setattr(compiled.tempfile, "mkdtemp", refuse)
    with pytest.raises(OSError, match="set NUMBA_CACHE_DIR to one that can"):
        compiled.temporary("compiled-0")


def aged(place, hours):
    """Folders of earlier sources, last used some hours ago."""
    names = [f"compiled-{number:016x}" for number in range(len(hours))]
    for name, age in zip(names, hours, strict=True):
        (place / name / "kernels").mkdir(parents=True)
        os.utime(place / name, (time.time() - 3600 * age,) * 2)
    return names


def test_folders_of_earlier_sources_are_swept_except_the_last_few(tmp_path):
    names = aged(tmp_path, [7, 3, 4, 2, 9, 5, 6, 8])
    compiled.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {names[3], names[1], names[2], names[5], names[6]}, "this process's and four more"


def test_folders_that_a_process_started_with_a_while_ago_are_not_swept(tmp_path):
    names = aged(tmp_path, [0.9, 0.1, 0.3, 0.2, 0.4, 0.5, 1.1, 0.6])
    compiled.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(names) - {names[6]}


def test_what_is_not_ours_is_not_swept(tmp_path):
    aged(tmp_path, [1, 1, 1, 1, 1])
    others = {"compiled-by-hand", "somebody", f"compiled-{0:017x}"}
    for other in others:
        (tmp_path / other).mkdir()
        os.utime(tmp_path / other, (0, 0))
    compiled.sweep(tmp_path)
    assert others <= {path.name for path in tmp_path.iterdir()}


IMPORTS = {
    "shop/__init__.py": "from shop import everything\n",
    "shop/everything.py": "",
    "shop/names.py": "",
    "shop/numbers.py": "import shop.prime\n",
    "shop/prime.py": "from .inner import deep\n",
    "shop/inner/__init__.py": "",
    "shop/inner/deep.py": "from ..late import LATE\nfrom . import beside\n",
    "shop/inner/beside.py": "",
    "shop/late.py": "def later():\n    from shop.names import GOODS\n",
    "shop/unasked.py": "",
    "shop/loop.py": "import math\nimport numpy\nfrom shop.numbers import ONE as FIRST\nimport shop.loop\n",
}


def test_sources_are_followed_from_import_to_import_wherever_they_stand(tmp_path):
    for name, text in IMPORTS.items():
        write(tmp_path / name, text)
    found = {path.relative_to(tmp_path).as_posix() for path in reached([tmp_path / "shop/loop.py"], tmp_path)}
    assert found == set(IMPORTS) - {"shop/__init__.py", "shop/everything.py", "shop/unasked.py"}
    assert reached([tmp_path / "shop/names.py"], tmp_path) == [tmp_path / "shop/names.py"]


def test_all_rules_and_kernels_and_what_they_import_are_sources_and_the_agents_are_none():
    found = {path.relative_to(compiled.PACKAGE).as_posix() for path in compiled.sources()}
    parts = {path.relative_to(compiled.PACKAGE).as_posix() for part in compiled.COMPILED for path in (compiled.PACKAGE / part).glob("*.py")}
    assert len(parts) > 10 and parts <= found
    assert "compiled.py" in found and not found & {"model.py", "names.py", "__init__.py", "agents/firm.py"}


def test_numba_is_used_nowhere_else():
    users = {path.relative_to(ROOT).as_posix() for part in ("model", "experiments") for path in (ROOT / part).rglob("*.py")
             if re.search(r"^\s*(import|from) (numba|llvmlite)\b", path.read_text(), re.MULTILINE)}  # fmt: skip
    assert {name for name in users if Path(name).parts[1] not in compiled.COMPILED} == {"model/compiled.py"}


def test_every_rule_and_every_kernel_is_kept_in_the_models_own_folder():
    folder = compiled.home().folder
    loops = [value for name, module in vars(kernels).items() if getattr(module, "__package__", "") == kernels.__name__
             for value in vars(module).values() if hasattr(value, "stats")]  # fmt: skip
    assert len(loops) > 30 and all(Path(loop.stats.cache_path).parent == folder for loop in loops)
    assert Path(in_kernels(sourcing.trust_after).stats.cache_path).parent == folder, "for a loop of one's own as well"
    kept = {re.split("[.-]", path.name)[1] for path in folder.glob("rules_*/*.nbi")}
    assert {rule.__name__ for rule in WRAPPERS} <= kept


def test_settings_and_versions_that_change_what_is_compiled_change_the_folder_and_the_place_does_not(monkeypatch):
    before = compiled.checksum()
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/elsewhere")
    assert compiled.checksum() == before
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    bounds = compiled.checksum()
    monkeypatch.setattr(compiled.numpy, "__version__", "1.0")
    assert len({before, bounds, compiled.checksum()}) == 3


@pytest.mark.parametrize("empty", [True, False])
def test_a_command_says_that_it_compiles_only_if_it_does(empty, monkeypatch, capsys):
    monkeypatch.setattr(compiled, "home", lambda: compiled.Home(Path(), empty))
    compiled.announce()
    assert capsys.readouterr().err.count("compiling the model, once") == empty


REAL = """
import numpy as np
from model import kernels
from model.kernels.groups import Cover, Lessons, Links, Month, Opinion, Patience, Squeeze, Supply, Usual
from model.rules.sourcing import trust_after

trust, none, first = np.array([0.5]), np.zeros(1), np.zeros(1, dtype=int)
links = Links(good=first, seller=first, buyer=first, lead=np.zeros(9, dtype=int))
usual, opinion = Usual(share=none + 1, expected=np.array([[100.0]])), Opinion(trust=trust, wait=none.copy())
month, lessons = Month(order=none + 100, flow=none + 100, queued=none), Lessons(full=0.95, gain=0.1, loss=0.5)
kernels.watch(links, usual, month, opinion, lessons, Patience(newest=0.3, trickle=0.01, longest=12.0))
supply, cover = Supply(stock=none, inflow=none, target=none + 1, use=none + 1), Cover(horizon=1.0, floor=0.0, ceiling=1.0)
*_, squeezed = kernels.scarcity(first, supply, cover, Squeeze(threshold=1.0, power=1.0, most=1.0))
print(trust[0], trust_after(0.5, 1.0, 0.95, 0.1, 0.5), squeezed)
"""


@pytest.mark.slow
def test_the_models_own_kernels_follow_an_edited_rule_and_an_edited_name(tmp_path):
    shutil.copytree(ROOT / "model", tmp_path / "model", ignore=shutil.ignore_patterns("__pycache__"))
    assert python(tmp_path, "-c", REAL)[0].split() == ["0.55", "0.55", "1.0"]
    edit(tmp_path / "model/rules/sourcing.py", "return trust + gain * (1.0 - trust)", "return trust + 5.0 * gain * (1.0 - trust)")
    edit(tmp_path / "model/rules/numerics.py", "NEXT_TO_NOTHING = 1e-9", "NEXT_TO_NOTHING = 2.0")
    assert python(tmp_path, "-c", REAL)[0].split() == ["0.75", "0.75", "0.0"]


def test_rules_are_compiled_through_the_models_own_folder_only():
    """A rule file that called Numba itself would be kept by its own text alone, and run on as it was when what it uses is edited."""
    own = [path.name for path in (ROOT / "model" / "rules").glob("*.py") if "njit" in path.read_text(encoding="utf-8")]
    assert own == ["__init__.py"]
