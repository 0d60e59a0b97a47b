"""The whole tree keeps the rules of style and types written down in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CHECKS = {"style": ("ruff", "check"), "types": ("mypy",)}


@pytest.mark.parametrize("check", [CHECKS["style"], pytest.param(CHECKS["types"], marks=pytest.mark.slow)], ids=CHECKS)
def test_the_tree_keeps_the_rules(check):
    done = subprocess.run([sys.executable, "-m", *check], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{' '.join(check)}:\n{done.stdout}{done.stderr}"
