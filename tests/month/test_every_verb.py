"""Each verb of the month has tests that say what it does: every file here names the verbs it speaks of."""

import ast
import inspect
import re
from pathlib import Path

from model import schedule

BETWEEN = {"turn_page", "name_month"}
"""Turn the page of the calendar; tested with the month's name."""


def verbs():
    """What the phases of the schedule call, by name; of `group.do("believe")` the behaviour."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(schedule))) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_on", "methodcaller")]
    return {call.args[-1].value for call in calls if all(isinstance(argument, ast.Constant) for argument in call.args)}


def spoken_of():
    """Verbs by file."""
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "VERBS":
                yield file.name, set(ast.literal_eval(node.value))


def test_every_verb_of_the_month_is_spoken_of():
    found = dict(spoken_of())
    assert verbs() - BETWEEN == set().union(*found.values()) and len(found) == len(list(Path(__file__).parent.glob("test_*.py"))) - 1


def test_the_example_in_the_readme_is_a_test_that_passes():
    page = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    scope: dict = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], scope)
    scope["test_fill_follows_what_china_shipped_of_normal_purchases"]()
