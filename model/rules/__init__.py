"""How firms and states decide: one equation a function, pure, for one agent's numbers or a whole column.

Equation numbers (E1.1, ...) are those of model/ODD.md. Functions are compiled with `numba.vectorize`; without the decorator
they would run unchanged on single numbers, only slower. Intel's short-vector maths is switched off before Numba loads so
that one number and a column of numbers give the same bits.
"""

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import numpy as np
from numba import float64, njit, uint64, vectorize

from model.compiled import kept


def rule(function: Callable[..., float]) -> np.ufunc:
    """Compiles a scalar equation of float64 arguments into a NumPy universal function."""
    made = compiled(function, float64(*[float64] * function.__code__.co_argcount))
    SCALARS[made] = function
    return made


def bits(function: Callable[[np.uint64, np.uint64], np.uint64]) -> np.ufunc:
    """Compiles a function of 64-bit keys."""
    return compiled(function, uint64(uint64, uint64))


def compiled(function: Callable[..., Any], signature: Any) -> np.ufunc:
    """The plain NumPy universal function (quicker to call than Numba's wrapper, which must stay alive beside it)."""
    with kept():
        wrapper = vectorize([signature], cache=True)(function)
    WRAPPERS.append(wrapper)
    return wrapper.ufunc


def in_kernels(made: np.ufunc) -> Any:
    """The same equation for use inside compiled loops."""
    with kept():
        return njit(cache=True)(SCALARS[made])


def helper(function: Callable[..., Any]) -> Any:
    """Compiles a part that several rules share; called from Python it runs compiled too."""
    with kept():
        return njit(cache=True)(function)


WRAPPERS: list[Any] = []
SCALARS: dict[np.ufunc, Callable[..., float]] = {}
