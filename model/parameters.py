"""The parameters of behaviour: one table is default, validation, documentation and sampling range (parameters.csv of a world and of what it extends).

Beside its rows, every switch of switches.csv is a parameter (`model.switches`).
"""

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from model import switches
from model.checked import SHORT, Checked, read_rows
from model.errors import InputError, unknown
from model.folder import Folder, digest
from model.switches import GROUP, Switch

Number = Annotated[float, Field(allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1, pattern=r"\S")]

class Parameter(Checked):
    """One number of behaviour. `low` to `high` is what experiments draw from; `minimum` to `maximum` is what makes sense at all."""

    name: Words = Field(description="Name scenarios use")
    value: Number = Field(description="Default value, a finite number")
    unit: Words = Field(description="Unit, 1 for a pure number")
    low: Number = Field(description="Lowest plausible value, at most the default")
    high: Number = Field(description="Highest plausible value, at least the default")
    minimum: Number = Field(description="Smallest value that makes sense, at most low")
    maximum: Number = Field(description="Largest value that makes sense, at least high")
    group: Words = Field(description="Part of the model it belongs to")
    source: Words = Field(description="Source, or the word assumption")
    note: str = Field(description="Meaning, and the equation it enters")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        names = ("minimum", "low", "value", "high", "maximum")
        for below, above in pairwise(names):
            if getattr(self, below) > getattr(self, above):
                raise ValueError(
                    f"{below} {getattr(self, below):g} is above {above} {getattr(self, above):g}; "
                    "put minimum <= low <= value <= high <= maximum"
                )
        return self

    def check(self, given: Any) -> float:
        """The number given for this parameter, alone or as {value, unit}; ValueError if it cannot be used."""
        number = self._amount(given)
        if not isinstance(number, int | float) or isinstance(number, bool):
            raise ValueError(f"must be a number, not {SHORT.repr(number)}; give {self._range()}")
        if not self.minimum <= number <= self.maximum:
            raise ValueError(f"{SHORT.repr(number)} is out of range; give {self._range()}")
        return float(number)

    def _amount(self, given: Any) -> Any:
        """The bare number of {value, unit}, its unit checked."""
        if not isinstance(given, dict):
            return given
        strange = [key for key in given if key not in ("value", "unit")]
        if strange:
            raise ValueError(unknown("key", strange[0], ("value", "unit")))
        if "value" not in given:
            raise ValueError(f"has no value; give value, {self._range()}")
        if given.get("unit", self.unit) != self.unit:
            raise ValueError(f'unit is "{self.unit}", not "{given["unit"]}"; convert the value')
        return given["value"]

    def _range(self) -> str:
        return f"{self.minimum:g} to {self.maximum:g}" + (f" ({self.unit})" if self.unit != "1" else "")


def load(folder: Folder | None = None) -> dict[str, Parameter]:
    """The parameters of a world by name: those every world has, its own, its own values of either, and its switches. The usual world's if none is given."""
    folder = folder or Folder.open()
    found = rows(folder)
    return found | {each.name: as_parameter(each) for each in switches_of(folder).values() if each.name not in found}


def rows(folder: Folder) -> dict[str, Parameter]:
    """Those of parameters.csv alone."""
    files = folder.files("parameters.csv")
    if not files:
        raise InputError(f"parameters.csv: no such file in {folder.path.name}; put it there, or let world.toml extend common")
    return dict(joined(tuple((path, digest(path)) for _, path in files)))


def switches_of(folder: Folder) -> dict[str, Switch]:
    """The switches of a world by name; read anew where a checksum differs."""
    files = [path for name in ("parameters.csv", switches.FILE) for _, path in folder.files(name)]
    return read_switches(folder, tuple(map(digest, files)))


@lru_cache
def read_switches(folder: Folder, _: tuple[str, ...]) -> dict[str, Switch]:
    """The same, by the checksums of what they are read from."""
    return switches.load(folder, rows(folder))


def as_parameter(switch: Switch) -> Parameter:
    """A switch as the parameter it is: on unless somebody turns it, never drawn."""
    told = {"name": switch.name, "value": 1.0, "unit": "1", "low": 1.0, "high": 1.0, "minimum": 0.0, "maximum": 1.0}
    return Parameter(**told, group=GROUP, source=switch.source, note=f"1 on, 0 off: {switch.words}")


@lru_cache
def joined(files: tuple[tuple[Path, str], ...]) -> dict[str, Parameter]:
    """The rows of some files, later ones over earlier ones; read anew where a checksum differs."""
    found: dict[str, Parameter] = {}
    for path, _ in files:
        mine: dict[str, Parameter] = {}
        for number, parameter in enumerate(read_rows(path, Parameter), start=2):
            if parameter.name in mine:
                raise InputError(f'{path.name} row {number}, column name: "{parameter.name}" is there twice; keep one row')
            mine[parameter.name] = parameter
        found |= mine
    return found


def defaults(folder: Folder | None = None) -> dict[str, float]:
    """The default value of every parameter."""
    return {name: parameter.value for name, parameter in load(folder).items()}


class Values(SimpleNamespace):
    """The parameters of one run, by name. Many are read when the model is founded: give other values to the scenario (`with_parameters`), not to a model that runs."""

    def __getattr__(self, name: str) -> float:
        if name.startswith("__"):
            raise AttributeError(name)
        raise InputError(f'parameters.csv: no row is named "{name}"; put it back')


def check(values: dict[str, Any], known: dict[str, Parameter] | None = None) -> dict[str, float]:
    """Values people gave, as plain numbers; `InputError` names the first that is unknown, of another unit or out of range."""
    known, checked = load() if known is None else known, {}
    for name, given in values.items():
        if name not in known:
            raise InputError(f"parameters.{name}: {unknown('parameter', name, known)}")
        try:
            checked[name] = known[name].check(given)
        except ValueError as error:
            raise InputError(f"parameters.{name}: {error}") from None
    return checked


def __getattr__(name: str) -> Any:
    """`PARAMETERS`: the usual world's, read when first asked for, so that importing the model reads no file."""
    if name == "PARAMETERS":
        return load()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
