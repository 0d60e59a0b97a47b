"""Small numerical rules, luck, and one number against a column of numbers in every rule."""

import importlib
import pkgutil

import numpy as np
import pytest

from model import rules
from model.rules import numerics


def test_small_rules():
    assert numerics.share_of(3.0, 4.0) == 0.75 and numerics.share_of(5.0, 4.0) == 1.0 and numerics.share_of(5.0, 0.0) == 0.0
    assert numerics.ratio(3.0, 4.0) == 0.75 and numerics.ratio(5.0, 4.0) == 1.25 and numerics.ratio(5.0, 0.0) == 0.0
    assert numerics.smooth(10.0, 18.0, 4.0) == 12.0
    assert numerics.choose(0.5, 1.0, 2.0) == 1.0 and numerics.choose(0.0, 1.0, 2.0) == 2.0
    assert numerics.power(4.0, 0.5) == pytest.approx(2.0) and numerics.power(0.0, 2.0) == pytest.approx(0.0, abs=1e-20)


def test_luck_is_uniform_and_normal():
    keys = np.arange(1, 20001, dtype=np.uint64)
    uniform = numerics.uniform_of(numerics.mix(np.uint64(7), keys))
    assert uniform.min() > 0 and uniform.max() < 1
    assert uniform.mean() == pytest.approx(0.5, abs=0.01) and uniform.var() == pytest.approx(1 / 12, abs=0.002)
    normal = numerics.normal_of(uniform, numerics.uniform_of(numerics.mix(np.uint64(8), keys)))
    assert normal.mean() == pytest.approx(0, abs=0.03) and normal.std() == pytest.approx(1, abs=0.02)


def every_rule():
    """(name, universal function of real numbers) of all rule modules."""
    for module in pkgutil.iter_modules(rules.__path__):
        for name, item in vars(importlib.import_module(f"model.rules.{module.name}")).items():
            if isinstance(item, np.ufunc) and item.types == ["d" * item.nin + "->d"] and getattr(np, name, None) is not item:
                yield name, item


RULES = dict(every_rule())


@pytest.mark.parametrize("name", RULES)
def test_one_number_and_a_column_give_the_same_bits(name):
    rule, luck = RULES[name], np.random.default_rng(len(name))
    columns = luck.uniform(0.02, 1.0 if name == "normal_of" else 3.0, (rule.nin, 103))
    together = rule(*columns)
    alone = np.array([rule(*numbers) for numbers in columns.T])
    assert np.isfinite(together).all()
    assert together.tobytes() == alone.tobytes()
