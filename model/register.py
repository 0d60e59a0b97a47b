"""The register of all columns: every entry of every firm as one row of numbers, with the least and the most each may be."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from model.chain import Chain
from model.columns import Column, View


class Register:
    """Reads the columns of all kinds of firms of a model at once."""

    def __init__(self, model: Any) -> None:
        self.model, self.found = model, {}
        self.attached = [name for name, item in vars(model).items() if isinstance(item, np.ndarray)]
        for does, arrays in model.columns.items():
            kind = model.columns.kinds[does]
            for name, array in arrays.items():
                if not isinstance(getattr(kind, name), View):
                    self.found[getattr(kind, name)] = array
        self.stocks = [column for column in self.found if column.whole]
        sizes = [array.size for array in self.found.values()]
        edges = np.cumsum([0, *sizes]).tolist()
        self.spans = dict(zip(self.found, map(slice, edges[:-1], edges[1:]), strict=True))
        self.low = np.repeat([float(column.low) for column in self.found], sizes)
        self.high = np.repeat([float(column.high) for column in self.found], sizes)
        self.whole = np.repeat([column.whole for column in self.found], sizes)

    def values(self) -> np.ndarray:
        """Every entry of every column, now."""
        return np.concatenate([array.ravel() for array in self.found.values()])

    def amounts(self, column: Column, values: np.ndarray) -> np.ndarray:
        """The entries of one column among `values`, in its own shape, firms last."""
        return values[self.spans[column]].reshape(self.found[column].shape)

    def impossible(self, values: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Which of `values`, found at `places`, are no finite numbers, out of bounds, or not whole where they must be."""
        wrong = ~((values >= self.low[places]) & (values <= self.high[places]))
        return wrong | (self.whole[places] & (values != np.floor(values)))

    def arrays(self) -> list[int]:
        """Which array (by its id) stands for each column of each kind, and for each name by which the model itself knows it."""
        known = vars(self.model)
        return [id(array) for arrays in self.model.columns.values() for array in arrays.values()] + [id(known.get(name)) for name in self.attached]

    def replaced(self, before: list[int], after: list[int]) -> str:
        """Where a column stands that was replaced or added, given its `arrays` before and after."""
        kinds = [(kind, name) for kind, arrays in self.model.columns.items() for name in arrays]
        if len(kinds) != len(before) - len(self.attached):
            return "self.columns"
        names = [f"self.columns[{name!r}]" for _, name in kinds] + [f"self.model.{name}" for name in self.attached]
        return next(name for name, old, new in zip(names, before, after, strict=True) if old != new)

    def entry(self, place: int) -> tuple[Column, str, int]:
        """Column, name of the entry (such as `ordered[good]`) and row of the firm at a place of `values`."""
        column = next(column for column, span in self.spans.items() if span.start <= place < span.stop)
        *within, row = np.unravel_index(place - self.spans[column].start, self.found[column].shape)
        return column, named(column, within, self.model.chain), int(row)


def named(column: Column, within: Sequence[int], chain: Chain) -> str:
    """Name of an entry of a column: by good and element where it has one for each, else by number."""
    words = {"good": chain.goods, "element": chain.elements, "secondary": [chain.goods[good] for good in chain.secondary]}
    said = [words[dim][i] if dim in words else str(i) for dim, i in zip(column.shape, within, strict=True)]
    return f"{column.name}[{', '.join(said)}]" if said else column.name


def allowed(column: Column) -> str:
    """What an entry of a column may be, in words."""
    unit = "a number" if column.unit in ("", "1") else column.unit
    return f"{'whole ' * column.whole}{unit} from {column.low:g} to {column.high:g}"
